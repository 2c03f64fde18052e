"""Runs that are cut off: started as a user would, ended from outside, and looked at."""

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

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


def ends_at(step: int, work: Callable[[], object], *, below: Path) -> bool:
    """Work in a process that is killed at a step, if it takes so many; whether it was.

    A step comes before each call about a path below a folder, and after a file is opened for
    writing: it is there then, and empty.
    """
    if child := os.fork():
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    steps = count(1)

    def watch(event: str, given: tuple[Any, ...]) -> None:
        inner = event in ("os.remove", "os.rmdir") and given[1] >= 0
        folder = Path(f"/proc/self/fd/{given[1]}").readlink() if inner else Path()
        if event not in _STEPS or str(below) not in str(folder / str(given[0])):
            return
        now = next(steps) == step
        if event == "open" and given[2] & os.O_CREAT and not now:
            now = next(steps) == step
            if now:
                os.close(os.open(given[0], given[2]))
        if now:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    try:
        work()
    finally:
        os._exit(0)


_STEPS = {
    "open",
    *(f"os.{n}" for n in ("mkdir", "rename", "remove", "rmdir", "listdir", "scandir")),
}


def reports(out: Path) -> dict[str, bytes]:
    """What the reports hold, without the list and drafts; every one is whole."""
    folders = [path.parent for path in out.glob("*/*/*/[!.]*/manifest.json")]
    assert all(is_unharmed(folder) for folder in folders)
    return {
        name: held for name, held in contents(out).items() if re.search("^(?!.*/[.]bcf).*/", name)
    }


def unfinished(out: Path) -> list[Path]:
    """What is half there."""
    return sorted(out.rglob(".bcforecast-*"))
