"""One run at a time in a folder of reports; the lock of a run that was killed is free at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from filelock import FileLock, Timeout

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.service.processes import is_alive
from bcforecast.reporting.service.stopping import Stop

LOCK: Final = ".run.lock"
_REMAINS: Final = 15.0
"""Seconds granted to the processes of a run that was killed; they end by themselves at once."""


class RunLockedError(BcforecastError):
    """Another run is at work in the folder: nothing is wrong with the input."""

    exit_status: ClassVar[int] = 1


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it and was killed: process and start, as far as is known."""

    process_id: int | None = None
    since: str = "?"


@contextmanager
def run_lock(out: Path, *, wait: float, stop: Stop) -> Iterator[tuple[int, Holder | None]]:
    """Hold the lock of a folder of reports, which is made.

    Parameters
    ----------
    out
        The folder.
    wait
        Seconds to wait for another run.
    stop
        Ends the waiting.

    Yields
    ------
    tuple
        The descriptor, to be handed to every process of the run: the lock is free when the last
        one has ended. And the run that left the lock behind, if one was killed.

    Raises
    ------
    RunLockedError
        If another run holds it.
    ReportError
        If the folder cannot be written.
    """
    file, held = out / LOCK, list[int]()
    lock = FileLock(file, poll_interval=0.1, fallback_to_soft=False, on_acquired=held.append)
    try:
        out.mkdir(parents=True, exist_ok=True)
        _acquire(lock, file, wait=wait, stop=stop)
        stale = _holder(file) if file.stat().st_size else None
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        os.ftruncate(held[0], 0)
        os.pwrite(held[0], json.dumps({"pid": os.getpid(), "since": since}).encode(), 0)
    except OSError as error:
        said = error.strerror or error
        raise ReportError("report.out_not_writable", file=out, error=said) from error
    try:
        yield held[0], stale
    finally:
        file.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, file: Path, *, wait: float, stop: Stop) -> None:
    def stopped() -> bool:
        stop.check()
        return False

    try:
        lock.acquire(timeout=wait, cancel_check=stopped)
    except Timeout:
        holder = _holder(file)
        try:
            # Nobody named yet: it has just begun. A dead process: its children end at any moment.
            known = holder.process_id is not None and is_alive(holder.process_id)
            lock.acquire(timeout=0 if known else _REMAINS, cancel_check=stopped)
        except Timeout:
            pid = holder.process_id or "?"
            raise RunLockedError(
                "run.locked", folder=file.parent, pid=pid, since=holder.since
            ) from None


def _holder(file: Path) -> Holder:
    try:
        record = json.loads(file.read_bytes())
        return Holder(int(record["pid"]), str(record["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder()
