"""The benchmark that anyone can rerun: competitions and real goals, against statsforecast.

`python -m tools.bench --peers-python .peers/bin/python`; see docs/benchmark.md.
"""

import argparse
import platform
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import date as calendar
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.cli.options import progress_bar
from bcforecast.config import SEED
from bcforecast.reporting.benchmark import HEADLINE, TREND, BenchResults
from tools.bench.forecasters import PEERS, SLOW, PeerEnvironment, compare
from tools.bench.goals import (
    GoalBenchmark,
    own_probabilities,
    panel_table,
    peer_probabilities,
)
from tools.bench.series import (
    COMPETITIONS,
    SAMPLE_SIZE,
    SeriesBenchmark,
    competition,
    from_parquet,
)
from tools.bench.tables import coverage_table, markdown, paired_table, save, series_table
from tools.train.goals import read_cases

DATASETS: Final = ("m1", "m3", "tourism", "m4s", "m4", "goals")
"""What can be run: m4s is the fixed sample of M4, m4 all of it; both and goals need their path."""

_FROM_PATH: Final = ("m4s", "m4", "goals")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark on one core, print its tables and save them."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    add = parser.add_argument
    add("--out", type=Path, default=Path("benchmark"), help="folder for JSON, Markdown and CSV")
    add("--datasets", type=_names, default=_names("m1,m3,tourism"), help=", ".join(DATASETS))
    add("--bench-dir", type=Path, help="folder with m4_yearly.parquet and the goals")
    add("--peers", type=_names, default=tuple(PEERS), help="by commas; empty for none")
    add("--peers-python", type=Path, help="a Python that has statsforecast")
    add("--keep", type=Path, help="folder that keeps the forecasts of peers for the next run")
    add("--repeats", type=int, default=3, help="runs of which the median time is taken")
    add("--date", type=calendar.fromisoformat, default=calendar.today(), help="on the tables")
    asked = parser.parse_args(given)
    try:
        with progress_bar() as progress:
            results = bench(
                asked.out,
                date=asked.date.isoformat(),
                command=shlex.join(["python", "-m", "tools.bench", *given]),
                datasets=asked.datasets,
                bench_dir=asked.bench_dir,
                peers=asked.peers,
                peers_python=asked.peers_python,
                keep=asked.keep,
                repeats=asked.repeats,
                progress=progress,
            )
    except (OSError, ValueError, ModuleNotFoundError) as wrong:
        parser.error(" ".join(str(wrong).split()))
    sys.stdout.write(markdown(results) + f"\nSaved in {asked.out}\n")
    return 0


def _names(by_commas: str) -> tuple[str, ...]:
    return tuple(filter(None, by_commas.split(",")))


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
    ValueError
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
    goals: list[pd.DataFrame] = [pd.DataFrame()] * 5
    if "goals" in datasets and bench_dir is not None:
        found = goal_benchmark(bench_dir, environment if peers else None, peers=tuple(peers))
        reliability = [found.reliability(one).assign(forecaster=one) for one in (TREND, HEADLINE)]
        gains, panels = found.gains(rng=rng), panel_table(bench_dir)
        goals = [found.scores(), gains, panels, _joined(reliability), found.wrong()]
    about = {
        "date": date,
        "command": command,
        "versions": ", ".join(f"{k} {v}" for k, v in versions.items()),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
    results = BenchResults(about, _joined(series), _joined(paired), _joined(coverage), *goals)
    save(results, out)
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
    """Judge the headline, the trend, drifts and the peers on the real goals."""
    cases = read_cases(bench_dir)
    probabilities = own_probabilities(cases)
    if environment is not None:
        probabilities |= peer_probabilities(cases, environment, peers)
    return GoalBenchmark(cases.table, probabilities)


def _check(datasets: Sequence[str], bench_dir: Path | None, peers: Sequence[str]) -> None:
    for what, asked, known in (("peer", peers, PEERS), ("data set", datasets, DATASETS)):
        for name in asked:
            if name not in known:
                allowed = ", ".join(known)
                raise ValueError(f"The benchmark has no {what} {name}; allowed: {allowed}")
    for name in datasets:
        if name in _FROM_PATH and (bench_dir is None or not bench_dir.is_dir()):
            raise ValueError(
                f"Data set {name} is read from a folder (--bench-dir), and there is none:"
                f" {bench_dir or 'none given'}"
            )


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


if __name__ == "__main__":
    sys.exit(main())
