"""How many goals of one area are met together: what is said of the number against what came.

    python -m tools.bench --datasets joint --bench-dir ../shared/bench

At each as-of date, the goals of an area on different indicators; the probability of each was
learned on other groups of goals, and the correlation of their growth on other areas.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtri

from bcforecast.config import SEED
from bcforecast.distributions import FloatArray
from bcforecast.plan.targets import COMPARISONS
from bcforecast.scenarios.simulation import nearest_correlation
from tools.train.goals import Cases, clipped, learn_together, left_out, pairs_of, read_cases

DRAWS: Final = 20_000
NEARLY_ONE: Final = 0.95


def number_met(
    probability: FloatArray, up: FloatArray, h: FloatArray, *, correlation: float, name: str
) -> FloatArray:
    """Probabilities of 0 .. G goals met, (G + 1,), never 0; the chance is drawn by `name`.

    `up` is 1 for a goal upward and -1 for one downward, `h` the years from the last figure: growth
    correlates, as random walks that start together do, and goals of opposite direction repel.
    """
    shared = np.sqrt(np.minimum.outer(h, h) / np.maximum.outer(h, h))
    matrix = correlation * np.outer(up, up) * shared
    np.fill_diagonal(matrix, 1.0)
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    root = np.linalg.cholesky(nearest_correlation(matrix))
    growth = rng.standard_normal((DRAWS, up.size)) @ root.T
    met = (growth < ndtri(clipped(probability))).sum(axis=1)
    counts = np.bincount(met, minlength=up.size + 1) + 0.5
    return np.asarray(counts / counts.sum(), dtype=float)


def joint_table(cases: Cases, probability: FloatArray) -> pd.DataFrame:
    """Scores of the number met, means over areas of the means over an area's dates.

    By correlation: `sets` of goals, `areas`; `RPS`, the ranked probability score; `log_loss` of the
    number; `all_met`, the Brier score of "all are met"; `spread`, the squared distance of the
    number from its mean over its variance, 1 where that is right; `low` and `high`, the 95 %
    interval over areas of the log loss less that of independent goals.
    """
    pairs = pairs_of(cases, probability)
    told = cases.table.assign(
        p=probability, up=[1.0 if COMPARISONS[c].up else -1.0 for c in cases.table["comparator"]]
    )
    told = told.drop_duplicates(["area", "as_of", "indicator"])
    elsewhere = {
        area: learn_together(pairs[pairs["area"] != area], repeats=1).correlation
        for area in pairs["area"].unique()
    }
    rows: list[tuple[str, str, float, float, float, float]] = []
    for (area, as_of), one in told.groupby(["area", "as_of"]):
        if len(one) < 2:
            continue
        of = (one[c].to_numpy(dtype=float) for c in ("p", "up", "h"))
        values, met = tuple(of), int(one["met"].sum())
        ways: Mapping[str, float] = {
            "independent": 0.0,
            "learned on other areas": elsewhere[area],
            "nearly one": NEARLY_ONE,
        }
        for how, correlation in ways.items():
            chances = number_met(*values, correlation=correlation, name=f"{area} {as_of}")
            rows.append((how, str(area), *_scores(chances, met)))
    columns = ["correlation", "area", "RPS", "log_loss", "all_met", "spread"]
    scored = pd.DataFrame(rows, columns=columns)
    by_area = scored.groupby(["correlation", "area"], sort=False).mean()
    table = by_area.groupby("correlation", sort=False).mean()
    counts = scored.groupby("correlation", sort=False)["area"].agg(["size", "nunique"])
    table.insert(0, "areas", counts["nunique"])
    table.insert(0, "sets", counts["size"])
    losses = by_area.pivot_table("log_loss", "area", "correlation")[list(table.index)].to_numpy()
    drawn = np.random.default_rng(SEED).integers(0, len(losses), (2000, len(losses)))
    gains = (losses - losses[:, :1])[drawn].mean(axis=1)
    table["low"], table["high"] = np.quantile(gains, [0.025, 0.975], axis=0)
    return table.reset_index()


def _scores(chances: FloatArray, met: int) -> tuple[float, float, float, float]:
    numbers = np.arange(chances.size)
    up_to = np.cumsum(chances)
    mean = float(chances @ numbers)
    variance = float(chances @ (numbers - mean) ** 2)
    return (
        float(np.sum((up_to - (numbers >= met)) ** 2)),
        float(-np.log(chances[met])),
        float((chances[-1] - (met == chances.size - 1)) ** 2),
        (met - mean) ** 2 / variance,
    )


def main(bench_dir: Path) -> None:
    """Print what pairs teach, and the scores of the number met."""
    cases = read_cases(bench_dir)
    probability = left_out(cases, "group")
    found = learn_together(pairs_of(cases, probability))
    sys.stdout.write(
        f"{found}\n{joint_table(cases, probability).round(4).to_string(index=False)}\n"
    )
