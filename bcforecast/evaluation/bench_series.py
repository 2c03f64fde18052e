"""Run all forecasters over one set of series: scores, speed and memory, a row each."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.evaluation.bench_data import SeriesBenchmark
from bcforecast.evaluation.bench_goals import TREND
from bcforecast.evaluation.bench_peers import MEANS, YARDSTICK, PeerEnvironment, with_means
from bcforecast.evaluation.bench_scores import SeriesScores, goal_targets, score_series
from bcforecast.evaluation.bench_worker import Run, run_worker
from bcforecast.evaluation.comparison import paired_bootstrap
from bcforecast.evaluation.scores import covered

COMPARED: Final = ("MSIS", "sCRPS", "Brier", "log loss")
"""Scores that are compared series by series."""

_COLUMNS: Final = {
    "coverage 80": "coverage_80",
    "coverage 95": "coverage_95",
    "log loss": "log_loss",
}
_ORDER: Final = (
    "OWA",
    "MSIS",
    "coverage_80",
    "coverage_95",
    "sCRPS",
    "Brier",
    "log_loss",
    "ECE",
)


def own_run(benchmark: SeriesBenchmark, *, repeats: int) -> Run:
    """Forecast with the trend engine in a process of its own, one core, probabilities included."""
    with tempfile.TemporaryDirectory() as spare:
        targets = Path(spare) / "targets.parquet"
        goal_targets(benchmark).to_parquet(targets)
        command = [sys.executable, "-m", "bcforecast.evaluation.own_worker"]
        command += ["--targets", str(targets), "--horizon", str(benchmark.horizon)]
        return run_worker([*command, "--repeats", str(repeats)], benchmark.train)


def compare(
    benchmark: SeriesBenchmark,
    environment: PeerEnvironment | None,
    *,
    peers: Sequence[str],
    repeats: int,
) -> dict[str, Run]:
    """Run the trend and the peers one after the other, the yardstick of speed beside the trend."""
    runs = {TREND: own_run(benchmark, repeats=repeats)}
    if environment is not None:
        for peer in sorted(peers, key=lambda one: one != YARDSTICK):
            often = repeats if peer == YARDSTICK else 1
            runs[peer] = environment.run(
                peer, benchmark.train, horizon=benchmark.horizon, repeats=often
            )
    return runs


def series_table(benchmark: SeriesBenchmark, runs: Mapping[str, Run]) -> pd.DataFrame:
    """One row a forecaster: scores, series a second, times the yardstick, memory."""
    costs = {name: _cost(benchmark, [run]) for name, run in runs.items()}
    for name, members in MEANS.items():
        if all(one in runs for one in members):
            costs[name] = _cost(benchmark, [runs[one] for one in members])
    rows = []
    for name, scores in all_scores(benchmark, runs).items():
        averages = {_COLUMNS.get(k, k): v for k, v in scores.averages.items()}
        speed, memory = costs[name]
        times = speed / costs[YARDSTICK][0] if YARDSTICK in costs else float("nan")
        rows.append(
            {
                "dataset": benchmark.name,
                "count": benchmark.ids.size,
                "forecaster": name,
                **{column: averages[column] for column in _ORDER},
                "series_per_second": speed,
                "times_AutoETS": times,
                "peak_mib": memory,
            }
        )
    return pd.DataFrame(rows)


def all_scores(benchmark: SeriesBenchmark, runs: Mapping[str, Run]) -> dict[str, SeriesScores]:
    """Scores of every forecaster and of the peers' means."""
    forecasts = with_means({name: run.forecasts for name, run in runs.items()})
    return {name: score_series(benchmark, made) for name, made in forecasts.items()}


def paired_table(
    benchmark: SeriesBenchmark, runs: Mapping[str, Run], *, rng: np.random.Generator
) -> pd.DataFrame:
    """Trend minus each peer in each score, with the bootstrap interval over series."""
    scores = all_scores(benchmark, runs)
    rows = []
    for name, theirs in scores.items():
        for score in COMPARED if name != TREND else ():
            mine = scores[TREND].by_series[score]
            gap = paired_bootstrap(mine, theirs.by_series[score], rng=rng)
            ends = {"difference": gap.mean, "lower": gap.lower, "upper": gap.upper}
            rows.append({"dataset": benchmark.name, "second": name, "score": score, **ends})
    return pd.DataFrame(rows)


def coverage_table(benchmark: SeriesBenchmark, run: Run) -> pd.DataFrame:
    """Share of outcomes inside each central interval of a forecaster."""
    made = run.forecasts.assign(unique_id=run.forecasts["unique_id"].astype(str))
    ordered = made.set_index(["unique_id", "h"]).reindex(
        pd.MultiIndex.from_product([benchmark.ids, range(1, benchmark.horizon + 1)])
    )
    rows = []
    for low, high in ((0.4, 0.6), (0.3, 0.7), (0.2, 0.8), (0.1, 0.9), (0.025, 0.975)):
        ends = [
            ordered[f"q{p:g}"].to_numpy().reshape(benchmark.outcomes.shape) for p in (low, high)
        ]
        inside = float(covered(benchmark.outcomes, *ends).mean())
        level = round(high - low, 3)
        rows.append({"dataset": benchmark.name, "level": level, "inside": inside})
    return pd.DataFrame(rows)


def _cost(benchmark: SeriesBenchmark, runs: Sequence[Run]) -> tuple[float, float]:
    seconds = sum(float(np.median(run.cpu_seconds)) for run in runs)
    return benchmark.ids.size / seconds, max(run.peak_mib for run in runs)
