"""Run the trend engine over a file of series, timed, in a process of its own on one core.

The time covers what the peers' covers, from table to table, and the probabilities of fifteen
goals a series besides.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bcforecast.evaluation.backtest import LEVELS
from bcforecast.evaluation.peer_worker import peak_kib
from bcforecast.models.panel import forecast_panel


def main() -> None:
    """Parse the command line, run, and write forecasts and costs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=Path, required=True)
    parser.add_argument("--targets", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--meta", type=Path, required=True)
    parser.add_argument("--horizon", type=int, required=True)
    parser.add_argument("--repeats", type=int, default=1)
    asked = parser.parse_args()
    series, targets = pd.read_parquet(asked.series), pd.read_parquet(asked.targets)

    def once(some: pd.DataFrame, goals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        made = forecast_panel(some, asked.horizon, quantiles=LEVELS, targets=goals, n_jobs=1)
        return made.forecasts, made.targets

    few = series["unique_id"].unique()[:2]
    once(series[series["unique_id"].isin(few)], targets[targets["unique_id"].isin(few)])
    before = peak_kib()
    wall, cpu = [], []
    for _ in range(asked.repeats):
        started, worked = time.perf_counter(), time.process_time()
        forecasts, probabilities = once(series, targets)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
    peak = peak_kib()
    wide = probabilities.pivot_table("probability", index=["unique_id", "h"], columns="rate")
    wide.columns = pd.Index([f"p{rate:g}" for rate in wide.columns])
    forecasts.merge(wide.reset_index(), on=["unique_id", "h"], how="left").to_parquet(asked.out)
    costs = {"wall_seconds": wall, "cpu_seconds": cpu, "peak_kib": peak, "start_kib": before}
    versions = {"numpy": np.__version__, "python": platform.python_version()}
    asked.meta.write_text(json.dumps(costs | versions), encoding="utf-8")


if __name__ == "__main__":
    main()
