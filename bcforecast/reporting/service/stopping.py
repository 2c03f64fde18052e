"""Ctrl-C and SIGTERM: noted at once, acted on where nothing is left half."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from bcforecast.errors import BcforecastError


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
