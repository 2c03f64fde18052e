"""What is lost where a last figure is told as a bound: "more than 9,000".

    python -m tools.bench --datasets bounds --bench-dir ../shared/bench

The world's goals (dev half) whose last figure has passed a round number, of one or two digits,
since the figure before: that number is all that is told. Compared are the goal's probability by the
trend from the figure itself, from the half-line above the number, and from the number read as the
last one passed (`base.rounded`).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from bcforecast.distributions import FloatArray
from bcforecast.models.base import completions
from bcforecast.models.growth import growth_of
from bcforecast.models.trend import Trend
from bcforecast.observations.selection import History
from bcforecast.plan.targets import COMPARISONS
from tools.train.goals import WORLD, clipped, read_table

FEWEST = 4


def told_as_bound(values: FloatArray, digits: int) -> float | None:
    """The round number that the last figure has passed since the one before; None if none.

    Examples
    --------
    >>> told_as_bound(np.array([8700.0, 9198.0]), 1), told_as_bound(np.array([8700.0, 9198.0]), 2)
    (9000.0, 9100.0)
    >>> told_as_bound(np.array([9050.0, 9198.0]), 1)
    """
    step = 10.0 ** (math.floor(math.log10(values[-1])) - digits + 1)
    number = float(f"{math.floor(values[-1] / step) * step:.6g}")
    return number if values[-2] < number < values[-1] else None


def scored(bench_dir: Path) -> pd.DataFrame:
    """One row a case and number of digits: its area, outcome, and the three probabilities."""
    cases = read_table(bench_dir / WORLD[0], ("case_id", "kind", "target_year", "reached"))
    figures = read_table(bench_dir / WORLD[1], ("case_id", "year", "value"))
    by_case = {str(case): known.sort_values("year") for case, known in figures.groupby("case_id")}
    return pd.DataFrame([row for _, case in cases.iterrows() for row in _rows(case, by_case)])


def _rows(about: pd.Series, by_case: dict[str, pd.DataFrame]) -> Iterator[dict[str, object]]:
    known = by_case[str(about["case_id"])].tail(25)
    values, years = known["value"].to_numpy(dtype=float), known["year"].tolist()
    if len(values) < FEWEST or values.min() <= 0.0 or about["kind"] == "ratio":
        return
    asked, trend = COMPARISONS[about["comparator"]], Trend(growth_of(about["kind"]))
    horizon = int(about["target_year"] - years[-1])

    def chance(history: History) -> float:
        forecast = trend.fit(history, horizon)
        met = forecast.meets(about["target"], up=asked.up, strict=asked.strict)
        return float(clipped(met)[-1])

    exact = History.of(years, values.tolist(), support=(0.0, np.inf))
    for digits in (1, 2):
        number = told_as_bound(values, digits)
        if number is None:
            continue
        told, lower = values.copy(), np.full(len(values), -np.inf)
        told[-1], lower[-1] = np.nan, number
        bound = replace(exact, values=told, lower=lower)
        # A hair beside the round number is none, and is read as the half-line.
        half = replace(bound, lower=np.where(np.isinf(lower), lower, number * (1.0 + 1e-9)))
        middle = [np.median([o.values[-1] for o in completions(one)]) for one in (half, bound)]
        off = np.log(np.array(middle) / values[-1])
        yield {
            "digits": digits,
            "area": about["area"],
            "met": float(about["reached"]),
            "figure": chance(exact),
            "half-line": chance(half),
            "round number": chance(bound),
            "off half-line": float(off[0]),
            "off round number": float(off[1]),
        }


def main(bench_dir: Path) -> None:
    """Print Brier scores, and how far the figure taken is from the true one."""
    rows = []
    for digits, one in scored(bench_dir).groupby("digits"):
        row: dict[str, object] = {"digits": digits, "cases": len(one)}
        row["areas"] = one["area"].nunique()
        for way in ("figure", "half-line", "round number"):
            row[f"Brier, {way}"] = float(((one[way] - one["met"]) ** 2).mean())
        for way in ("half-line", "round number"):
            row[f"off, {way}"] = float(np.sqrt((one[f"off {way}"] ** 2).mean()))
        gain = (one["round number"] - one["met"]) ** 2 - (one["half-line"] - one["met"]) ** 2
        sums = gain.groupby(one["area"]).agg(["sum", "size"]).to_numpy()
        rng = np.random.default_rng(20210407)
        drawn = sums[rng.integers(0, len(sums), (2000, len(sums)))].sum(axis=1)
        row["low"], row["high"] = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
        rows.append(row)
    sys.stdout.write(pd.DataFrame(rows).round(4).to_string(index=False) + "\n")
