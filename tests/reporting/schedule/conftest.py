"""The programs that schedules are tried with: Debian's cron, apart from the rest, and systemd's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .private_cron import PrivateCron, cron_is_missing


def missing(what: str, variable: str) -> None:
    """Skip, or fail where the test must run."""
    (pytest.fail if os.environ.get(variable) == "required" else pytest.skip)(what)


@pytest.fixture
def cron(tmp_path: Path) -> PrivateCron:
    if reason := cron_is_missing():
        missing(reason, "BCFORECAST_CRON")
    return PrivateCron(tmp_path / "cron")


@pytest.fixture(scope="session")
def analyze() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`systemd-analyze` with the given arguments, in a fixed time zone."""
    program = shutil.which("systemd-analyze")
    if program is None:
        missing("no systemd-analyze here (Debian: apt-get install systemd)", "BCFORECAST_SYSTEMD")

    def run(*arguments: object, debug: bool = False) -> subprocess.CompletedProcess[str]:
        level = {"SYSTEMD_LOG_LEVEL": "debug"} if debug else {}
        return subprocess.run(
            [program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", **level},
        )

    return run
