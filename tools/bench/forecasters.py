"""The forecasters that are compared, each in a process of its own on one core, timed and weighed.

The peers are statsforecast's models and their means, in an environment of their own.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.reporting.benchmark import TREND
from tools.bench.series import SeriesBenchmark, content_hash, goal_targets

PEERS: Final = {
    "AutoETS": "AutoETS",
    "AutoTheta": "AutoTheta",
    "DynamicOptimizedTheta": "DynamicOptimizedTheta",
    "AutoARIMA": "AutoARIMA",
    "drift": "RandomWalkWithDrift",
    "CES": "AutoCES",
}
"""Names in tables and the models of statsforecast behind them, with default settings."""

MEANS: Final = {
    "mean of ETS, Theta": ("AutoETS", "AutoTheta"),
    "mean of ETS, Theta, ARIMA": ("AutoETS", "AutoTheta", "AutoARIMA"),
    "mean of ETS, Theta, CES": ("AutoETS", "AutoTheta", "CES"),
    "mean of ETS, Theta, CES, ARIMA": ("AutoETS", "AutoTheta", "CES", "AutoARIMA"),
    "mean of ETS, ARIMA, Theta, drift": ("AutoETS", "AutoARIMA", "AutoTheta", "drift"),
}
"""Quantile averages of peers."""

YARDSTICK: Final = "AutoETS"
"""The peer whose speed ours is told in; it is always run anew, beside ours."""

SLOW: Final = ("AutoARIMA", "CES")
"""Peers that are left out where all of M4 is run: they would take the better part of an hour."""

_WORKER: Final = Path(__file__).with_name("worker.py")

ONE_THREAD: Final = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NIXTLA_NUM_THREADS",
    ),
    "1",
)
"""Keeps every numerical library to one thread."""


@dataclass(frozen=True)
class Run:
    """What a process made and what it cost.

    Parameters
    ----------
    forecasts
        Columns `unique_id, h, mean, q<level>`; with goals also `p<rate>`.
    cpu_seconds, wall_seconds
        One entry a repeat. The rate in tables is by CPU time, which neighbours on the machine do
        not change; wall time is kept beside it.
    peak_mib
        Largest resident memory of the process, in MiB.
    versions
        Of the packages that made the forecasts.
    fresh
        Whether it ran now, or was kept from an earlier run.
    """

    forecasts: pd.DataFrame
    cpu_seconds: tuple[float, ...]
    wall_seconds: tuple[float, ...]
    peak_mib: float
    versions: Mapping[str, str]
    fresh: bool = True

    def series_per_second(self) -> float:
        """Series a second of one core, by the median of the repeats."""
        return self.forecasts["unique_id"].nunique() / float(np.median(self.cpu_seconds))


def run_worker(command: Sequence[str], series: pd.DataFrame, *, folder: Path | None = None) -> Run:
    """Give `series` to a worker process and read back what it made.

    Parameters
    ----------
    command
        The process; `--series`, `--out` and `--meta` are added.
    series
        Columns `unique_id, ds, y`.
    folder
        Where to leave `forecasts.parquet` and `meta.json`. Default: nowhere.
    """
    with tempfile.TemporaryDirectory() as spare:
        given = Path(spare) / "series.parquet"
        series.to_parquet(given)
        place = Path(spare) if folder is None else folder
        out, meta = place / "forecasts.parquet", place / "meta.json"
        start(command, "--series", str(given), "--out", str(out), "--meta", str(meta))
        return kept_run(place, fresh=True)


def start(command: Sequence[str], *more: str) -> None:
    """Run a process to its end on one thread; its own complaint is shown if it fails.

    Raises
    ------
    subprocess.CalledProcessError
        If the process fails.
    """
    environment = {**os.environ, **ONE_THREAD, "PYTHONSAFEPATH": "1"}
    subprocess.run([*command, *more], check=True, env=environment, stdout=subprocess.DEVNULL)


def kept_run(folder: Path, *, fresh: bool = False) -> Run:
    """Read a run from the folder in which a worker left it."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    costs = ("wall_seconds", "cpu_seconds", "peak_kib", "start_kib")
    return Run(
        pd.read_parquet(folder / "forecasts.parquet"),
        tuple(meta["cpu_seconds"]),
        tuple(meta["wall_seconds"]),
        meta["peak_kib"] / 1024,
        {k: v for k, v in meta.items() if k not in costs},
        fresh,
    )


@dataclass(frozen=True)
class PeerEnvironment:
    """A Python that has statsforecast, and a folder where forecasts are kept.

    Parameters
    ----------
    python
        Its interpreter. Default: the one that runs now.
    kept
        Folder in which forecasts are kept by the hash of series, model, version and horizon.
        Default: nothing is kept.
    """

    python: Path = Path(sys.executable)
    kept: Path | None = None

    def version(self) -> str:
        """Version of statsforecast there.

        Raises
        ------
        ValueError
            If the interpreter has none: the message says how to get it.
        """
        return _statsforecast_version(self.python)

    def run(self, peer: str, series: pd.DataFrame, *, horizon: int, repeats: int = 1) -> Run:
        """Forecast `series` with one peer, or fetch what it made before.

        Parameters
        ----------
        peer
            A key of `PEERS`.
        series
            Columns `unique_id, ds, y`, without gaps.
        horizon
            Years ahead.
        repeats
            How often to run it, for the time.
        """
        command = [str(self.python), str(_WORKER), "--model", PEERS[peer]]
        command += ["--horizon", str(horizon), "--repeats", str(repeats)]
        if self.kept is None:
            return run_worker(command, series)
        recipe = f"{content_hash(series)} {PEERS[peer]} {self.version()} {horizon}"
        folder = self.kept / hashlib.sha256(recipe.encode()).hexdigest()[:24]
        if peer != YARDSTICK and (folder / "meta.json").is_file():
            return kept_run(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return run_worker(command, series, folder=folder)


@cache
def _statsforecast_version(python: Path) -> str:
    with tempfile.TemporaryDirectory() as spare:
        meta = Path(spare) / "meta.json"
        try:
            start([str(python), str(_WORKER), "--model", YARDSTICK], "--meta", str(meta))
        except (subprocess.CalledProcessError, OSError) as failed:
            raise ValueError(
                f"{python} has no statsforecast, whose models the benchmark compares with. It needs"
                " pandas below 3, so give it an environment of its own: python -m venv .peers &&"
                " .peers/bin/pip install statsforecast==2.1.1 pyarrow; then name it: --peers-python"
                " .peers/bin/python"
            ) from failed
        return str(json.loads(meta.read_text(encoding="utf-8"))["statsforecast"])


def quantile_average(members: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Average forecasts of the same series row by row: mean and quantiles.

    Examples
    --------
    >>> one = pd.DataFrame({"unique_id": ["a"], "h": [1], "mean": [1.0], "q0.5": [1.0]})
    >>> two = one.assign(**{"mean": 3.0, "q0.5": 2.0})
    >>> quantile_average([one, two])[["mean", "q0.5"]].values.tolist()
    [[2.0, 1.5]]
    """
    indexed = [one.set_index(["unique_id", "h"]).sort_index() for one in members]
    total = indexed[0].copy()
    for one in indexed[1:]:
        total = total + one
    return (total / len(indexed)).reset_index()


def with_means(runs: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add to the peers' forecasts every mean whose members are there."""
    means = {
        name: quantile_average([runs[one] for one in members])
        for name, members in MEANS.items()
        if all(one in runs for one in members)
    }
    return {**runs, **means}


def own_run(benchmark: SeriesBenchmark, *, repeats: int) -> Run:
    """Forecast with the trend engine in a process of its own, one core, probabilities included."""
    with tempfile.TemporaryDirectory() as spare:
        targets = Path(spare) / "targets.parquet"
        goal_targets(benchmark).to_parquet(targets)
        command = [sys.executable, str(_WORKER), "--model", TREND, "--targets", str(targets)]
        command += ["--horizon", str(benchmark.horizon), "--repeats", str(repeats)]
        return run_worker(command, benchmark.train)


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
