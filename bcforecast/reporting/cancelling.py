"""The notebooks that run in this process, so that all of them can be ended at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class Running:
    """A notebook that runs.

    Parameters
    ----------
    kill
        Ends its process; may be called by any thread.
    cancelled
        Whether it was ended by `cancel_notebooks`.
    """

    kill: Callable[[], None]
    cancelled: bool = False


_lock = threading.Lock()
_running: set[Running] = set()


@contextmanager
def killable(kill: Callable[[], None]) -> Iterator[Running]:
    """Let `cancel_notebooks` end what the block runs."""
    running = Running(kill)
    with _lock:
        _running.add(running)
    try:
        yield running
    finally:
        with _lock:
            _running.discard(running)


def cancel_notebooks() -> None:
    """End every notebook that runs in this process, in whichever thread; each fails at once.

    For a program that is interrupted while its threads run notebooks: threads cannot be
    interrupted, and the program would wait for them.
    """
    with _lock:
        for running in _running:
            running.cancelled = True
            running.kill()
