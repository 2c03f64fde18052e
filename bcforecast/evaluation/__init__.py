"""How good we are: scores, calibration, backtests, hindcasts."""

from bcforecast.evaluation.calibration import (
    calibration_noise,
    expected_calibration_error,
    pit_counts,
    reliability_table,
    wilson_interval,
)
from bcforecast.evaluation.scores import (
    brier,
    covered,
    crps,
    crps_ensemble,
    crps_quantiles,
    interval_score,
    log_loss,
    msis,
    naive_scale,
    pinball,
    pit,
    scaled_crps,
)

__all__ = [
    "brier",
    "calibration_noise",
    "covered",
    "crps",
    "crps_ensemble",
    "crps_quantiles",
    "expected_calibration_error",
    "interval_score",
    "log_loss",
    "msis",
    "naive_scale",
    "pinball",
    "pit",
    "pit_counts",
    "reliability_table",
    "scaled_crps",
    "wilson_interval",
]
