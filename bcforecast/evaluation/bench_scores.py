"""Score forecasts of many series at once, as the competitions did, and the goals set on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from bcforecast.evaluation.bench_data import SeriesBenchmark
from bcforecast.evaluation.calibration import expected_calibration_error
from bcforecast.evaluation.point_scores import mase, owa, smape
from bcforecast.evaluation.probability_scores import brier, log_loss
from bcforecast.evaluation.scores import DECILES, covered, msis, scaled_crps

FloatArray = npt.NDArray[np.float64]

GOAL_YEARS: Final = (1, 2, 3)
"""Years ahead of the goals set on each series."""

GOAL_RATES: Final = (-0.05, 0.0, 0.05, 0.10, 0.20)
"""Yearly growth that the goals ask for: y(n + h) >= y(n) (1 + g)^h."""

SERIES_CLIP: Final = 1e-4
"""Clip of the log loss for the goals set on series."""


@dataclass(frozen=True)
class SeriesScores:
    """Scores of one forecaster on one set of series.

    Parameters
    ----------
    averages
        Name of each score and its mean over series.
    by_series
        Shape (N, ...) frame, one row a series: what the paired comparison resamples.
    """

    averages: dict[str, float]
    by_series: pd.DataFrame


def goal_targets(benchmark: SeriesBenchmark) -> pd.DataFrame:
    """Set fifteen goals on each series: `unique_id, h, comparator, target, rate`."""
    last = benchmark.last()
    parts = [
        pd.DataFrame(
            {
                "unique_id": benchmark.ids,
                "h": h,
                "comparator": "at_least",
                "target": last * (1.0 + rate) ** h,
                "rate": rate,
            }
        )
        for h in GOAL_YEARS
        for rate in GOAL_RATES
    ]
    return pd.concat(parts, ignore_index=True)


def score_series(benchmark: SeriesBenchmark, forecasts: pd.DataFrame) -> SeriesScores:
    """Score forecasts of every series of a benchmark.

    Parameters
    ----------
    benchmark
        The series and what happened.
    forecasts
        Columns `unique_id, h, mean, q<level>`; the probability of the goal with yearly growth g is
        column `p<g>` or, without it, that of the normal distribution with the forecast's own 80 %
        interval.

    Returns
    -------
    SeriesScores
        sMAPE, MASE, OWA; MSIS of the 95 % interval; coverage of the 80 and 95 % intervals; scaled
        CRPS over the deciles; Brier score, log loss (clip 1e-4) and calibration error of the goals.
    """
    ordered = forecasts.assign(unique_id=forecasts["unique_id"].astype(str))
    ordered = ordered.set_index(["unique_id", "h"]).reindex(
        pd.MultiIndex.from_product([benchmark.ids, range(1, benchmark.horizon + 1)])
    )
    obs, scale = benchmark.outcomes, benchmark.scale()[:, None]
    levels = sorted(float(c[1:]) for c in ordered.columns if re.fullmatch(r"q[0-9.]+", str(c)))
    cube = np.stack([_grid(ordered, f"q{level:g}", obs.shape) for level in levels], axis=-1)
    cube = np.sort(cube, axis=-1)
    at = {level: cube[..., k] for k, level in enumerate(levels)}
    mean = _grid(ordered, "mean", obs.shape)
    deciles = np.stack([at[level] for level in DECILES], axis=-1)
    table = pd.DataFrame(
        {
            "sMAPE": smape(obs, mean).mean(axis=1),
            "MASE": mase(obs, mean, scale).mean(axis=1),
            "MSIS": msis(obs, at[0.025], at[0.975], scale).mean(axis=1),
            "coverage 80": covered(obs, at[0.1], at[0.9]).mean(axis=1),
            "coverage 95": covered(obs, at[0.025], at[0.975]).mean(axis=1),
            "sCRPS": scaled_crps(obs, deciles, scale).mean(axis=1),
        },
        index=benchmark.ids,
    )
    met, stated = goal_outcomes(benchmark), _goal_probabilities(benchmark, ordered, at)
    table["Brier"] = brier(met, stated).mean(axis=1)
    table["log loss"] = log_loss(met, stated, clip=SERIES_CLIP).mean(axis=1)
    averages = {str(name): float(np.nanmean(table[name])) for name in table}
    naive_smape, naive_mase = _naive(benchmark)
    averages["OWA"] = owa(
        averages["sMAPE"], averages["MASE"], naive_smape=naive_smape, naive_mase=naive_mase
    )
    averages["ECE"] = expected_calibration_error(met.ravel(), stated.ravel())
    return SeriesScores(averages, table)


def goal_outcomes(benchmark: SeriesBenchmark) -> FloatArray:
    """Which of the fifteen goals were met, shape (N, 15); a figure equal to its target meets it."""
    targets = goal_targets(benchmark)["target"].to_numpy().reshape(-1, benchmark.ids.size).T
    seen = benchmark.outcomes[:, np.repeat(GOAL_YEARS, len(GOAL_RATES)) - 1]
    return (seen >= targets * (1.0 - 1e-12 * np.sign(targets))).astype(float)


def normal_from_interval(
    lower: FloatArray, upper: FloatArray, target: FloatArray, *, level: float = 0.8
) -> FloatArray:
    """P(y >= target) under the normal distribution with this central interval."""
    middle = (lower + upper) / 2
    spread = (upper - lower) / (2 * float(ndtri(0.5 + level / 2)))
    sure = np.where(middle > target, 1.0, np.where(middle < target, 0.0, 0.5))
    z = (middle - target) / np.where(spread > 0, spread, 1.0)
    return np.where(spread > 0, ndtr(z), sure)


def _goal_probabilities(
    benchmark: SeriesBenchmark, ordered: pd.DataFrame, at: dict[float, FloatArray]
) -> FloatArray:
    targets = goal_targets(benchmark)["target"].to_numpy().reshape(-1, benchmark.ids.size).T
    cells = [(h, rate) for h in GOAL_YEARS for rate in GOAL_RATES]
    columns = []
    for k, (h, rate) in enumerate(cells):
        if f"p{rate:g}" in ordered:
            columns.append(_grid(ordered, f"p{rate:g}", benchmark.outcomes.shape)[:, h - 1])
        else:
            low, high = at[0.1][:, h - 1], at[0.9][:, h - 1]
            columns.append(normal_from_interval(low, high, targets[:, k]))
    return np.stack(columns, axis=1)


def _naive(benchmark: SeriesBenchmark) -> tuple[float, float]:
    last = benchmark.last()[:, None]
    errors = mase(benchmark.outcomes, last, benchmark.scale()[:, None]).mean(axis=1)
    return float(smape(benchmark.outcomes, last).mean()), float(np.nanmean(errors))


def _grid(ordered: pd.DataFrame, column: str, shape: tuple[int, ...]) -> FloatArray:
    return ordered[column].to_numpy(dtype=float).reshape(shape)
