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
    """What a process made and what it cost: CPU time, which neighbours on the machine let be."""

    forecasts: pd.DataFrame  # columns `unique_id, h, mean, q<level>`; with goals also `p<rate>`
    cpu_seconds: tuple[float, ...]  # one entry a repeat
    peak_mib: float  # largest resident memory of the process
    fresh: bool = True  # whether it ran now, or was kept from an earlier run


def run_worker(command: Sequence[str], series: pd.DataFrame, *, folder: Path | None = None) -> Run:
    """Give series (`unique_id, ds, y`) to a worker process and read back what it made.

    `folder` is where it leaves `forecasts.parquet` and `meta.json`, by default nowhere.
    """
    with tempfile.TemporaryDirectory() as spare:
        given = Path(spare) / "series.parquet"
        series.to_parquet(given)
        place = Path(spare) if folder is None else folder
        out, meta = place / "forecasts.parquet", place / "meta.json"
        start(command, "--series", str(given), "--out", str(out), "--meta", str(meta))
        return kept_run(place, fresh=True)


def start(command: Sequence[str], *more: str) -> None:
    """Run a process to its end on one thread; a CalledProcessError if it fails."""
    environment = {**os.environ, **ONE_THREAD, "PYTHONSAFEPATH": "1"}
    subprocess.run([*command, *more], check=True, env=environment, stdout=subprocess.DEVNULL)


def kept_run(folder: Path, *, fresh: bool = False) -> Run:
    """Read a run from the folder in which a worker left it."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    made = pd.read_parquet(folder / "forecasts.parquet")
    return Run(made, tuple(meta["cpu_seconds"]), meta["peak_kib"] / 1024, fresh)


@dataclass(frozen=True)
class PeerEnvironment:
    """A Python that has statsforecast, and a folder where forecasts are kept, if any.

    They are kept by the hash of series, model, version and horizon.
    """

    python: Path = Path(sys.executable)
    kept: Path | None = None

    def version(self) -> str:
        """Version of statsforecast there; a ValueError says how to get it where it is not."""
        return _statsforecast_version(self.python)

    def run(
        self,
        peer: str,
        series: pd.DataFrame,
        *,
        horizon: int,
        repeats: int = 1,
        season: int | None = None,
    ) -> Run:
        """Forecast series without gaps with one of `PEERS`, or fetch what it made before.

        It is run so often, for the time. Given periods a `season`, their sums are forecast.
        """
        command = [str(self.python), str(_WORKER), "--model", PEERS[peer]]
        command += ["--horizon", str(horizon), "--repeats", str(repeats)]
        command += [] if season is None else ["--season", str(season)]
        if self.kept is None:
            return run_worker(command, series)
        recipe = f"{content_hash(series)} {PEERS[peer]} {self.version()} {horizon} {season or ''}"
        folder = self.kept / hashlib.sha256(recipe.strip().encode()).hexdigest()[:24]
        if (peer != YARDSTICK or season) and (folder / "meta.json").is_file():
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
    benchmark: SeriesBenchmark, environment: PeerEnvironment, *, peers: Sequence[str], repeats: int
) -> dict[str, Run]:
    """Run the trend and the peers one after the other, the yardstick of speed beside the trend."""
    runs = {TREND: own_run(benchmark, repeats=repeats)}
    for peer in sorted(peers, key=lambda one: one != YARDSTICK):
        often = {"horizon": benchmark.horizon, "repeats": repeats if peer == YARDSTICK else 1}
        runs[peer] = environment.run(peer, benchmark.train, **often)
    return runs
