"""What a command has started ends with it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

import psutil

from bcforecast.errors import BcforecastError


class RunInterruptedError(BcforecastError):
    """The run was interrupted (Ctrl-C)."""

    exit_status: ClassVar[int] = 128 + signal.SIGINT


class RunTerminatedError(BcforecastError):
    """What was at work was ended from outside (SIGTERM)."""

    exit_status: ClassVar[int] = 128 + signal.SIGTERM


@contextmanager
def children_end_with_us(*, published: bool = False) -> Iterator[threading.Event]:
    """On Ctrl-C and SIGTERM end all that this process has started, before it leaves itself.

    Threads that wait for such a process would hold up the leaving. Only the main thread can take
    over signals; another is not asked.

    Parameters
    ----------
    published
        Whether what is finished stays, so that the message says so and not that nothing is left.

    Yields
    ------
    threading.Event
        Set before anything is ended.

    Raises
    ------
    KeyboardInterrupt, RunInterruptedError
        On Ctrl-C: the second where something is `published`.
    RunTerminatedError
        On SIGTERM.
    """
    ended = threading.Event()

    def leave(number: int, _frame: object) -> None:
        ended.set()
        end_tree(os.getpid(), itself=False)
        if number == signal.SIGTERM:
            raise RunTerminatedError("run.terminated" if published else "errors.interrupted")
        raise RunInterruptedError("run.interrupted") if published else KeyboardInterrupt

    here = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if here else ()
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_tree(process_id: int, *, itself: bool = True) -> None:
    """Kill a process, or only all below it; nothing happens where it has gone already.

    Each is stopped before it is killed, so that none can start another one unseen.
    """
    found: set[psutil.Process] = set()
    try:
        top = psutil.Process(process_id)
        new = {top} if itself else set(top.children(recursive=True))
        while new:
            for process in new:
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    process.suspend()
            found |= new
            new = set(top.children(recursive=True)) - found
    except psutil.NoSuchProcess:
        pass
    for process in found:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.kill()
