"""The same blocks on a cluster: a real scheduler, two worker processes, one of them killed."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcforecast.errors import ModelError
from bcforecast.models.panel import forecast_panel

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]
SERIES = 400


def _start(module: str, *arguments: str) -> subprocess.Popen:
    """Start a part of the cluster in a process group of its own, on loopback."""
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def cluster(loopback, tmp_path_factory):
    """Address of a scheduler and the processes of its two workers."""
    place = tmp_path_factory.mktemp("cluster")
    known = str(place / "scheduler.json")
    parts = [
        _start(
            "dask_scheduler",
            *("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"),
            *("--scheduler-file", known),
        )
    ]
    workers = [
        _start(
            "dask_worker",
            *("--scheduler-file", known, "--host", "127.0.0.1", "--no-nanny", "--no-dashboard"),
            *("--nthreads", "1", "--name", name, "--local-directory", str(place / name)),
        )
        for name in ("one", "two")
    ]
    parts += workers
    try:
        with distributed.Client(scheduler_file=known, timeout="60s") as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address, workers
    finally:
        for part in parts:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGKILL)
            part.wait()


def _panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(5)
    y = 100.0 * np.exp(np.cumsum(rng.normal(0.03, 0.08, (SERIES, 12)), axis=1))
    names = np.array([f"s{i}" for i in range(SERIES)])
    frame = pd.DataFrame(
        {"unique_id": np.repeat(names, 12), "ds": np.tile(range(12), SERIES), "y": y.ravel()}
    )
    targets = pd.DataFrame(
        {"unique_id": names, "h": 2, "comparator": "at_least", "target": y[:, -1] * 1.05}
    )
    return frame, targets


@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_loses_nothing_and_changes_nothing(cluster):
    address, workers = cluster
    frame, targets = _panel()
    local = forecast_panel(frame, 4, targets=targets)
    told = []

    def kill_once(done: int, total: int) -> None:
        if not told:
            os.killpg(workers[0].pid, signal.SIGKILL)
            workers[0].wait()
        told.append((done, total))

    remote = forecast_panel(
        frame,
        4,
        targets=targets,
        engine="dask",
        scheduler=address,
        block_size=10,
        progress=kill_once,
    )
    assert workers[0].poll() is not None
    assert workers[1].poll() is None
    assert told[-1] == (SERIES, SERIES)
    assert told[0][0] < SERIES
    figures = local.forecasts.columns[1:]
    np.testing.assert_allclose(remote.forecasts[figures], local.forecasts[figures], rtol=1e-10)
    assert remote.forecasts["unique_id"].equals(local.forecasts["unique_id"])
    np.testing.assert_allclose(
        remote.targets["probability"], local.targets["probability"], rtol=1e-10
    )


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_named(loopback, monkeypatch):
    monkeypatch.setattr("bcforecast.models.panel._PATIENCE", "1s")
    frame, _ = _panel()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9"):
        forecast_panel(frame, 2, engine="dask", scheduler="tcp://127.0.0.1:9")
