"""How good we are: scores, calibration, comparison, backtests, the benchmark."""

from bcforecast.evaluation.calibration import (
    calibration_noise,
    expected_calibration_error,
    pit_counts,
    reliability_table,
    wilson_interval,
)
from bcforecast.evaluation.comparison import PairedDifference, paired_bootstrap
from bcforecast.evaluation.point_scores import mase, naive_scale, owa, smape
from bcforecast.evaluation.probability_scores import brier, brier_skill, log_loss
from bcforecast.evaluation.scores import (
    covered,
    crps,
    crps_ensemble,
    crps_quantiles,
    interval_score,
    msis,
    pinball,
    pit,
    scaled_crps,
)

__all__ = [
    "PairedDifference",
    "brier",
    "brier_skill",
    "calibration_noise",
    "covered",
    "crps",
    "crps_ensemble",
    "crps_quantiles",
    "expected_calibration_error",
    "interval_score",
    "log_loss",
    "mase",
    "msis",
    "naive_scale",
    "owa",
    "paired_bootstrap",
    "pinball",
    "pit",
    "pit_counts",
    "reliability_table",
    "scaled_crps",
    "smape",
    "wilson_interval",
]
