"""How good we are: scores, calibration, backtests, hindcasts."""
