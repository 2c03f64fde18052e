"""The benchmark that anyone can rerun: competitions and real goals, against statsforecast."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.attainment.reference_cases import read_cases, read_goals
from bcforecast.defaults import SEED
from bcforecast.errors import BcforecastError
from bcforecast.evaluation.bench_data import (
    COMPETITIONS,
    SAMPLE_SIZE,
    SeriesBenchmark,
    competition,
    from_parquet,
)
from bcforecast.evaluation.bench_goals import (
    POOLED,
    TREND,
    GoalBenchmark,
    own_probabilities,
    peer_probabilities,
    simple_probabilities,
)
from bcforecast.evaluation.bench_peers import PEERS, SLOW, PeerEnvironment
from bcforecast.evaluation.bench_results import BenchResults
from bcforecast.evaluation.bench_series import (
    compare,
    coverage_table,
    paired_table,
    series_table,
)
from bcforecast.messages import Message

DATASETS: Final = ("m1", "m3", "tourism", "m4s", "m4", "goals")
"""What can be run: m4s is the fixed sample of M4, m4 all of it; both and goals need their path."""

_FROM_PATH: Final = ("m4s", "m4", "goals")


def bench(
    out: Path,
    *,
    date: str,
    command: str,
    datasets: Sequence[str] = ("m1", "m3", "tourism"),
    bench_dir: Path | None = None,
    peers: Sequence[str] = tuple(PEERS),
    peers_python: Path | None = None,
    keep: Path | None = None,
    repeats: int = 3,
    seed: int = SEED,
    progress: Callable[[str, int, int], None] | None = None,
) -> BenchResults:
    """Run the benchmark, one forecaster after another on one core, and save its tables.

    Parameters
    ----------
    out
        Folder for `benchmark.json`, `benchmark.md` and a CSV of each table.
    date, command
        Written at the head of the tables: when and how it was run.
    datasets
        Of `DATASETS`.
    bench_dir
        Folder with `m4_yearly.parquet`, `goal_cases.csv` and `goal_histories.csv`; needed for m4s,
        m4 and goals.
    peers
        Keys of `PEERS`; none: the trend alone. All of M4 (m4) is run without the slow ones.
    peers_python
        Interpreter that has statsforecast. Default: this one.
    keep
        Folder in which the peers' forecasts are kept by content; AutoETS, the yardstick of speed,
        is run anew all the same.
    repeats
        Runs of trend and AutoETS, of whose times the median is taken.
    seed
        Of the paired bootstrap.
    progress
        Told the name of each set, how many are done, and how many there are, before it is run.

    Raises
    ------
    BcforecastError
        If a set or peer is not known, or its data or package is absent.
    """
    _check(datasets, bench_dir, peers)
    environment = (
        PeerEnvironment(peers_python, keep) if peers_python else PeerEnvironment(kept=keep)
    )
    versions = {"bcforecast": version("bcforecast"), "numpy": np.__version__}
    if peers:
        versions["statsforecast"] = environment.version()
    rng = np.random.default_rng(seed)
    series, paired, coverage = [], [], []
    for done, name in enumerate(datasets):
        if progress is not None:
            progress(name, done, len(datasets))
        if name == "goals":
            continue
        data = load(name, bench_dir)
        asked = [one for one in peers if name != "m4" or one not in SLOW]
        runs = compare(data, environment if asked else None, peers=asked, repeats=repeats)
        series.append(series_table(data, runs))
        paired.append(paired_table(data, runs, rng=rng))
        coverage.append(coverage_table(data, runs[TREND]))
    goals: GoalBenchmark | None = None
    if "goals" in datasets and bench_dir is not None:
        goals = goal_benchmark(bench_dir, environment if peers else None, peers=tuple(peers))
    about = {
        "date": date,
        "command": command,
        "versions": ", ".join(f"{k} {v}" for k, v in versions.items()),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
    results = BenchResults(
        about, _joined(series), _joined(paired), _joined(coverage), *_goal_tables(goals)
    )
    results.save(out)
    return results


def load(name: str, bench_dir: Path | None) -> SeriesBenchmark:
    """Load a set of series by its short name."""
    if name in COMPETITIONS:
        return competition(name)
    assert bench_dir is not None
    size = SAMPLE_SIZE if name == "m4s" else None
    return from_parquet(bench_dir / "m4_yearly.parquet", name=name, size=size)


def goal_benchmark(
    bench_dir: Path, environment: PeerEnvironment | None, *, peers: tuple[str, ...]
) -> GoalBenchmark:
    """Judge the trend, the reference class, simple rules and the peers on the real goals."""
    cases = read_cases(bench_dir)
    probabilities = {**own_probabilities(cases), **simple_probabilities(*read_goals(bench_dir))}
    if environment is not None:
        probabilities |= peer_probabilities(bench_dir, environment, peers)
    return GoalBenchmark(cases, probabilities)


def _check(datasets: Sequence[str], bench_dir: Path | None, peers: Sequence[str]) -> None:
    for peer in peers:
        if peer not in PEERS:
            raise BcforecastError("evaluation.unknown_peer", found=peer, allowed=", ".join(PEERS))
    for name in datasets:
        if name not in DATASETS:
            allowed = ", ".join(DATASETS)
            raise BcforecastError("evaluation.unknown_dataset", found=name, allowed=allowed)
        if name in _FROM_PATH and (bench_dir is None or not bench_dir.is_dir()):
            raise BcforecastError(
                "evaluation.no_bench_dir",
                dataset=name,
                found=Message("evaluation.nothing") if bench_dir is None else bench_dir,
            )


def _goal_tables(goals: GoalBenchmark | None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    if goals is None:
        return pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
    scores = goals.scores().rename(columns={"log loss": "log_loss"})
    reliability = [goals.reliability(one).assign(forecaster=one) for one in (TREND, POOLED)]
    return scores.reset_index(names="forecaster"), _joined(reliability), goals.wrong()


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
