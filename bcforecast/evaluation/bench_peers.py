"""The peers of the benchmark: statsforecast's models and their means, in their own environment."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from bcforecast.errors import BcforecastError
from bcforecast.evaluation.bench_data import content_hash
from bcforecast.evaluation.bench_worker import Run, kept_run, run_worker, start

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

_WORKER: Final = Path(__file__).with_name("peer_worker.py")


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
        BcforecastError
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
            raise BcforecastError("evaluation.no_peers", python=python) from failed
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
