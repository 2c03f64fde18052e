"""One run at a time in a folder of reports; the lock of a run that was killed is free at once."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import ClassVar, Final

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.service.processes import is_alive
from bcforecast.reporting.service.stopping import Stop

LOCK: Final = ".run.lock"
_PAUSE: Final = 0.1
_REMAINS: Final = 15.0
"""Seconds granted to the processes of a run that was killed; they end by themselves at once."""


class RunLockedError(BcforecastError):
    """Another run is at work in the folder: nothing is wrong with the input."""

    exit_status: ClassVar[int] = 1


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it and was killed: process and start, as far as is known."""

    process_id: int | None
    since: str


@dataclass(frozen=True)
class Held:
    """The lock in our hands.

    Parameters
    ----------
    descriptor
        To be handed to every process of the run: the lock is free when the last one has ended.
    stale
        The run that left the lock behind, if one did.
    """

    descriptor: int
    stale: Holder | None


@contextmanager
def run_lock(out: Path, *, wait: float, stop: Stop) -> Iterator[Held]:
    """Hold the lock of a folder of reports.

    Parameters
    ----------
    out
        The folder; it is made, and removed again if it stays empty.
    wait
        Seconds to wait for another run.
    stop
        Ends the waiting.

    Raises
    ------
    RunLockedError
        If another run holds it.
    ReportError
        If the folder cannot be written.
    """
    above = [folder for folder in (out, *out.parents) if not folder.exists()]
    descriptor = _acquire(out, wait=wait, stop=stop)
    try:
        stale = _holder(descriptor) if os.fstat(descriptor).st_size else None
        os.ftruncate(descriptor, 0)
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        record = json.dumps({"pid": os.getpid(), "since": since})
        os.pwrite(descriptor, record.encode(), 0)
        yield Held(descriptor, stale)
    finally:
        (out / LOCK).unlink(missing_ok=True)
        os.close(descriptor)
        for folder in above:
            with suppress(OSError):
                folder.rmdir()


def _acquire(out: Path, *, wait: float, stop: Stop) -> int:
    begun = monotonic()
    while True:
        try:
            out.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            said = error.strerror or error
            raise ReportError("report.out_not_writable", file=out, error=said) from error
        if _locked(descriptor):
            if _is_at(out / LOCK, descriptor):
                return descriptor
            os.close(descriptor)
            continue
        holder = _holder(descriptor)
        os.close(descriptor)
        # Nobody named yet: it has just begun. A dead process: its children end at any moment.
        known = holder.process_id is not None and is_alive(holder.process_id)
        if monotonic() - begun >= (wait if known else max(wait, _REMAINS)):
            raise RunLockedError(
                "run.locked", folder=out, pid=holder.process_id or "?", since=holder.since or "?"
            )
        stop.wait(_PAUSE)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the file is still the one at its place, not one that was just removed."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _holder(descriptor: int) -> Holder:
    try:
        record = json.loads(os.pread(descriptor, 1000, 0))
        return Holder(int(record["pid"]), str(record["since"]))
    except (ValueError, KeyError, TypeError):
        return Holder(None, "")
