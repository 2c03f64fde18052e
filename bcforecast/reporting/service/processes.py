"""Ending a process with all that it has started, at once and to the last."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from bcforecast.reporting.service.stopping import RunTerminatedError


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
