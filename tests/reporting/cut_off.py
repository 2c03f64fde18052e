"""Runs that are cut off: started as a user would, ended from outside, and looked at."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bcforecast.reporting.manifest import is_unharmed
from tests.reporting.light_reports import contents

MARK = "BCFORECAST_TEST_RUN"
"""Environment variable by which every process of a run is found, whoever its parent is."""


class Started(subprocess.Popen[str]):
    """A run, and the mark of all its processes."""

    mark: str


@contextmanager
def started(*arguments: object) -> Iterator[Started]:
    """Start `bcforecast` with arguments; all that it has started is gone afterwards."""
    mark = secrets.token_hex(8)
    environment = {**os.environ, MARK: mark, "BCFORECAST_LANG": "en"}
    command = [sys.executable, "-m", "bcforecast", *map(str, arguments)]
    process = Started(
        command, env=environment, stdout=-1, stderr=-1, text=True, start_new_session=True
    )
    process.mark = mark
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        for other in processes_of(mark):
            other.kill()


def processes_of(mark: str) -> list[psutil.Process]:
    """Every living process of a run."""
    found = []
    for process in psutil.process_iter():
        try:
            dead = process.status() == psutil.STATUS_ZOMBIE
            if not dead and process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            continue
    return found


def kernel_folders(mark: str) -> set[Path]:
    """Folders for temporary files of the kernels of a run."""
    found = (process.environ().get("IPYTHONDIR") for process in processes_of(mark))
    return {Path(name) for name in found if name}


def gone(mark: str) -> bool:
    """Wait until every process of a run has ended by itself; whether that came about.

    The run itself is left out: its end is waited for where its status is.
    """
    left = processes_of(mark)
    return not psutil.wait_procs(left, timeout=180)[1] and not processes_of(mark)


def reports(out: Path) -> dict[str, bytes]:
    """What the reports hold, without the list and what is half there; every one is whole."""
    folders = [path.parent for path in out.glob("*/*/*/*/manifest.json")]
    assert all(is_unharmed(folder) for folder in folders)
    return {
        name: held for name, held in contents(out).items() if re.search("^(?!.*/[.]bcf).*/", name)
    }


def unfinished(out: Path) -> list[Path]:
    """What is half there."""
    return sorted(out.rglob(".bcforecast-*"))
