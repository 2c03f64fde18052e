"""Run a forecaster in a process of its own, on one core, timed and weighed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

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
    environment = {**os.environ, **ONE_THREAD}
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
