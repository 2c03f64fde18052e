"""Judge the probabilities of real goals: trend, reference class, their pool, and the peers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.evaluation.scores import (
    LOG_LOSS_CLIP,
    brier,
    expected_calibration_error,
    log_loss,
    reliability_table,
)
from bcforecast.reporting.benchmark import POOLED, TREND
from tools.bench.forecasters import MEANS, PEERS, PeerEnvironment, with_means
from tools.bench.series import normal_from_interval
from tools.train.reference import in_real_time, out_of_area, out_of_kind, read_goals

FloatArray = npt.NDArray[np.float64]

_LINEAR_YEARS: Final = 5


@dataclass(frozen=True)
class GoalBenchmark:
    """Probabilities that forecasters give to the same goals.

    Parameters
    ----------
    cases
        One row a goal and as-of date: `goal_id, area, kind, as_of, years_ahead, met`, ...
    probabilities
        Name of each forecaster and its probabilities, shape (n,).
    """

    cases: pd.DataFrame
    probabilities: Mapping[str, FloatArray]

    def scores(self) -> pd.DataFrame:
        """Brier score, log loss (clip 0.01) and calibration error of each forecaster."""
        met = self.cases["met"].to_numpy(dtype=float)
        rows = {}
        for name, p in self.probabilities.items():
            kept = np.clip(p, LOG_LOSS_CLIP, 1.0 - LOG_LOSS_CLIP)
            rows[name] = {
                "cases": float(met.size),
                "Brier": float(brier(met, kept).mean()),
                "log loss": float(log_loss(met, p).mean()),
                "ECE": expected_calibration_error(met, p),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def reliability(self, name: str) -> pd.DataFrame:
        """Reliability table of one forecaster."""
        return reliability_table(self.cases["met"], self.probabilities[name])

    def wrong(self, name: str = POOLED) -> pd.DataFrame:
        """Goals put on the wrong side of even odds, on average over their as-of dates.

        Returns
        -------
        DataFrame
            `goal_id, area, kind, met, probability` (mean over the dates), `trend` (likewise), the
            farthest off first.
        """
        told = self.cases.assign(
            probability=self.probabilities[name], trend=self.probabilities[TREND]
        )
        by_goal = told.groupby("goal_id", as_index=False).agg(
            area=("area", "first"),
            kind=("kind", "first"),
            met=("met", "first"),
            probability=("probability", "mean"),
            trend=("trend", "mean"),
        )
        by_goal["off"] = (by_goal["met"] - by_goal["probability"]).abs()
        missed = by_goal[by_goal["off"] > 0.5].sort_values("off", ascending=False)
        return missed.drop(columns="off").reset_index(drop=True)


def own_probabilities(cases: pd.DataFrame) -> dict[str, FloatArray]:
    """Trend, reference class and their pool, the latter learned on other goals than judged.

    Parameters
    ----------
    cases
        From `tools.train.reference.read_cases`.
    """
    elsewhere, in_time, other_kinds = out_of_area(cases), in_real_time(cases), out_of_kind(cases)
    return {
        TREND: cases["trend"].to_numpy(dtype=float),
        "reference class": elsewhere["rate"].to_numpy(),
        POOLED: elsewhere["probability"].to_numpy(),
        f"{POOLED}, in real time": in_time["probability"].to_numpy(),
        f"{POOLED}, kind never seen": other_kinds["probability"].to_numpy(),
    }


def simple_probabilities(cases: pd.DataFrame, series: pd.DataFrame) -> dict[str, FloatArray]:
    """The base rate of these very goals, and the straight line of five years as yes or no."""
    known = {str(name): one for name, one in series.groupby("unique_id")}
    rows = zip(
        cases["case_id"].astype(str), cases["years_ahead"].to_numpy(dtype=float), strict=True
    )
    line = np.array([_line(known[name], ahead) for name, ahead in rows])
    target = cases["target"].to_numpy(dtype=float)
    falls = (cases["comparator"] == "at_most").to_numpy()
    return {
        "base rate": np.full(len(cases), cases["met"].mean()),
        "linear, 5 years": np.where(falls, line <= target, line >= target).astype(float),
    }


def peer_probabilities(
    bench_dir: Path, environment: PeerEnvironment, peers: tuple[str, ...] = tuple(PEERS)
) -> dict[str, FloatArray]:
    """What the peers say: the normal distribution with each forecast's own 80 % interval.

    Gaps are filled linearly first, because no peer takes one; a series that a peer refuses gets
    the random walk with drift.
    """
    cases, series = read_goals(bench_dir)
    filled = without_gaps(series)
    horizon = int(cases["years_ahead"].max())
    runs = {one: environment.run(one, filled, horizon=horizon).forecasts for one in peers}
    wanted = {*peers, *(name for name in MEANS if "ARIMA, Theta, drift" in name)}
    asked = pd.MultiIndex.from_frame(cases[["case_id", "years_ahead"]])
    target = cases["target"].to_numpy(dtype=float)
    falls = (cases["comparator"] == "at_most").to_numpy()
    told = {}
    for name, made in with_means(runs).items():
        if name in wanted:
            at = made.set_index(["unique_id", "h"]).reindex(asked)
            reach = normal_from_interval(at["q0.1"].to_numpy(), at["q0.9"].to_numpy(), target)
            told[name] = np.where(falls, 1.0 - reach, reach)
    return told


def without_gaps(series: pd.DataFrame) -> pd.DataFrame:
    """Fill the missing years of each series on a straight line.

    Examples
    --------
    >>> gap = pd.DataFrame({"unique_id": "a", "ds": [1, 3], "y": [1.0, 2.0]})
    >>> without_gaps(gap)["y"].tolist()
    [1.0, 1.5, 2.0]
    """
    parts = []
    for name, one in series.groupby("unique_id", sort=True):
        years = np.arange(one["ds"].min(), one["ds"].max() + 1)
        values = np.interp(years, one["ds"], one["y"])
        parts.append(pd.DataFrame({"unique_id": name, "ds": years, "y": values}))
    return pd.concat(parts, ignore_index=True)


def _line(one: pd.DataFrame, years_ahead: float) -> float:
    recent = one.tail(_LINEAR_YEARS)
    years = recent["ds"].to_numpy(dtype=float)
    slope, intercept = np.polyfit(years - years[-1], recent["y"].to_numpy(dtype=float), 1)
    return float(intercept + slope * years_ahead)
