"""Processes of a run: stopping them, their folders, what became of a report."""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal

import psutil

from bcforecast.errors import BcforecastError
from bcforecast.reporting.manifest import MANIFEST, is_unharmed
from bcforecast.reporting.publication import whole_folder
from bcforecast.text import Message


class RunInterruptedError(BcforecastError):
    """The run was interrupted (Ctrl-C)."""

    exit_status: ClassVar[int] = 128 + signal.SIGINT


class RunTerminatedError(BcforecastError):
    """The run was ended from outside (SIGTERM)."""

    exit_status: ClassVar[int] = 128 + signal.SIGTERM


class Stop:
    """Whether the run is to stop; `fileno` becomes readable when it is."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._number = 0

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._reader

    def ask(self, number: int, _frame: object = None) -> None:
        """Note a signal."""
        if not self._number:
            self._number = number
            os.write(self._writer, b"!")

    def check(self) -> None:
        """Leave if a signal has come.

        Raises
        ------
        RunInterruptedError, RunTerminatedError
            By the signal.
        """
        if self._number == signal.SIGTERM:
            raise RunTerminatedError("run.terminated")
        if self._number:
            raise RunInterruptedError("run.interrupted")

    def wait(self, seconds: float) -> None:
        """Wait, but not after a signal; errors as `check`."""
        select.select([self._reader], [], [], seconds)
        self.check()

    def close(self) -> None:
        """Give the descriptors back."""
        os.close(self._reader)
        os.close(self._writer)


@contextmanager
def stopping() -> Iterator[Stop]:
    """Take over SIGINT and SIGTERM; only the main thread of a program can, another is not asked."""
    stop = Stop()
    here = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if here else ()
    before = {number: signal.signal(number, stop.ask) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()


@contextmanager
def children_end_with_us() -> Iterator[None]:
    """On Ctrl-C and SIGTERM end all that this process has started, before it leaves itself.

    Threads that wait for such a process would hold up the leaving. Only the main thread can take
    over signals; another is not asked.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C.
    RunTerminatedError
        On SIGTERM.
    """

    def leave(number: int, _frame: object) -> None:
        end_tree(os.getpid(), itself=False)
        if number == signal.SIGTERM:
            raise RunTerminatedError("errors.interrupted")
        raise KeyboardInterrupt

    here = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if here else ()
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_tree(process_id: int, *, itself: bool = True) -> None:
    """Kill a process and all below it; nothing happens where it has gone already.

    Each is stopped before it is killed, so that none can start another one unseen.

    Parameters
    ----------
    process_id
        Of the process.
    itself
        Whether it is ended too, or only what it has started.
    """
    try:
        top = psutil.Process(process_id)
    except psutil.NoSuchProcess:
        return
    found: set[psutil.Process] = set()
    if itself:
        found.add(top)
        _signal(top, "suspend")
    while new := _below(top) - found:
        for process in new:
            _signal(process, "suspend")
        found |= new
    for process in found:
        _signal(process, "kill")


def is_alive(process_id: int) -> bool:
    """Whether there is such a process, and not only its remains."""
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _below(process: psutil.Process) -> set[psutil.Process]:
    try:
        return set(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return set()


def _signal(process: psutil.Process, what: str) -> None:
    try:
        getattr(process, what)()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return


_PREFIX: Final = "bcf-run-"
_SHORT: Final = 40
"""Longest path of a folder for temporary files in which the kernels' sockets have room."""


def new_workspace() -> tuple[Path, int]:
    """Make a folder and hold it.

    Returns
    -------
    Path
        The folder.
    int
        The descriptor that holds it, to be handed to every process that uses it: the folder is
        held as long as one of them lives.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_place()))
        descriptor = _hold(folder)
        # Another run may have taken it for abandoned before it was held.
        if descriptor is not None and folder.is_dir():
            return folder, descriptor
        if descriptor is not None:
            os.close(descriptor)


def remove_workspace(folder: Path) -> bool:
    """Remove one of our folders; whether anything of it is left. No other folder is touched."""
    if not folder.name.startswith(_PREFIX):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return folder.exists()


def remove_abandoned_workspaces() -> None:
    """Remove our folders that no process holds any more."""
    for folder in _place().glob(f"{_PREFIX}*"):
        descriptor = _hold(folder)
        if descriptor is None:
            continue
        if os.fstat(descriptor).st_uid == os.getuid():
            remove_workspace(folder)
        os.close(descriptor)


def _hold(folder: Path) -> int | None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _place() -> Path:
    """Where temporary files go; somewhere with a short name if the usual place has none."""
    usual = Path(tempfile.gettempdir())
    short = Path("/tmp")
    return short if len(str(usual)) > _SHORT and os.access(short, os.W_OK) else usual


Fate = Literal["written", "unchanged", "failed"]


@dataclass(frozen=True)
class Step:
    """How far a report is: the name of the step at work, and the steps done."""

    name: str
    done: int


@dataclass(frozen=True)
class Outcome:
    """What became of a report.

    Parameters
    ----------
    fate
        Whether it was written, stood there already, or failed.
    why
        The failure, in words.
    copied
        Folders to which it was copied anew.
    """

    fate: Fate
    why: Message | None = None
    copied: tuple[Path, ...] = ()


def copy_report(source: Path, target: Path) -> bool:
    """Copy a report, and return whether that was needed.

    Raises
    ------
    ReportError
        If it cannot be written there.
    """
    if _is_copy(source, target):
        return False
    with whole_folder(target) as folder:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return True


def _is_copy(source: Path, target: Path) -> bool:
    copied = target / MANIFEST
    same = copied.is_file() and copied.read_bytes() == (source / MANIFEST).read_bytes()
    return same and is_unharmed(target)
