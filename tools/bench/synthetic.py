"""Short, fast series: what the intervals hold, where probabilities lean, on made-up processes.

    python -m tools.bench --datasets synthetic

Random walks of the logarithm, by their drift and its standard deviation a year; two to twelve
figures, one to three years ahead, goals y(n) (1 + g)^h with g = -5 .. 20 %. Nothing was learned
from them but the second opinion on series of no known kind (`bcforecast.models.growth.SHORT`).
"""

from __future__ import annotations

import sys
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.config import SEED
from bcforecast.models.panel import forecast_panel
from tools.train.goals import clipped

PROCESSES: Final = {
    "random walk, 10 %": (0.0, 0.1),
    "+5 %": (0.05, 0.05),
    "+10 %": (0.1, 0.05),
    "+20 %": (0.18, 0.05),
    "+20 %, noisy": (0.18, 0.15),
    "+30 %": (0.26, 0.05),
    "-10 %": (-0.105, 0.05),
    "-20 %": (-0.22, 0.05),
}
"""Drift of the logarithm a year, and standard deviation of its yearly change."""

LENGTHS: Final = (2, 3, 4, 6, 8, 12)
RATES: Final = (-0.05, 0.0, 0.05, 0.1, 0.2)
HORIZON: Final = 3
SERIES: Final = 300


def judged(n: int, drift: float, sd: float, *, kind: str, rng: np.random.Generator) -> pd.Series:
    """Share held by the 80 % interval, Brier score, and mean of probability minus outcome."""
    paths = 100.0 * np.exp(np.cumsum(rng.normal(drift, sd, (SERIES, n + HORIZON)), axis=1))
    names = np.arange(SERIES)
    frame = pd.DataFrame({
        "unique_id": names.repeat(n), "ds": np.tile(np.arange(n), SERIES), "y": paths[:, :n].ravel()
    })  # fmt: skip
    grid = [(i, h, rate) for i in names for h in range(1, HORIZON + 1) for rate in RATES]
    goals = pd.DataFrame(grid, columns=["unique_id", "h", "rate"])
    latest = paths[goals["unique_id"], n - 1]
    goals["target"] = latest * (1.0 + goals["rate"]) ** goals["h"]
    goals = goals.assign(comparator="at_least", kind=kind)
    made = forecast_panel(frame, HORIZON, [0.1, 0.9], targets=goals, trend_only=True)
    ends = [made.forecasts[f"q{p}"].to_numpy().reshape(SERIES, HORIZON) for p in (0.1, 0.9)]
    to_come = paths[:, n:]
    met = paths[goals["unique_id"], n - 1 + goals["h"]] >= goals["target"]
    p = clipped(made.targets["probability"].to_numpy())
    return pd.Series({
        "coverage_80": float(((to_come >= ends[0]) & (to_come <= ends[1])).mean()),
        "Brier": float(((p - met) ** 2).mean()),
        "bias": float((p - met).mean()),
    })  # fmt: skip


def table(kind: str, *, seed: int = SEED) -> pd.DataFrame:
    """One row a length: means over the processes, and the bias of the fastest."""
    rows = []
    for n in LENGTHS:
        rng = np.random.default_rng([seed, n])
        found = pd.DataFrame({
            name: judged(n, *process, kind=kind, rng=rng) for name, process in PROCESSES.items()
        })  # fmt: skip
        fast = {f"bias of {name}": found.loc["bias", name] for name in ("+20 %", "+30 %", "-20 %")}
        means = found.loc[["coverage_80", "Brier"]].mean(axis=1)
        rows.append({"figures": n, **means, **fast})
    return pd.DataFrame(rows)


def main() -> None:
    """Print the tables, for series of no known kind and for counts."""
    for kind, said in (("", "no kind known"), ("count", "counts")):
        found = table(kind).round(3)
        head = "| " + " | ".join(map(str, found)) + " |"
        lines = ["| " + " | ".join(f"{v:g}" for v in row) + " |" for row in found.to_numpy()]
        rule = "|" + "---|" * found.shape[1]
        sys.stdout.write("\n".join([f"Of series with {said}:", "", head, rule, *lines, "", ""]))
