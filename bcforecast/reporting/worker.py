"""The process that makes one report."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from bcforecast.errors import BcforecastError
from bcforecast.reporting.execution import NotebookError
from bcforecast.reporting.planning import Job
from bcforecast.reporting.processes import Outcome, Step, copy_report, end_tree, remove_workspace
from bcforecast.reporting.report import fulfil, keep_failed
from bcforecast.text import Text

_ATTEMPTS: Final = 50
"""Kernels that other threads start meanwhile are ended in the next attempt."""


def make(
    job: Job,
    tell: Callable[[Step], None],
    keep: Callable[[Path, NotebookError], None],
) -> Outcome:
    """Make one report; whatever goes wrong becomes part of the outcome."""
    try:
        written = fulfil(
            job.checked,
            out=job.out,
            limits=job.limits,
            force=job.force,
            progress=lambda name, done, _: tell(Step(name, done)),
            keep=keep,
        )
        return finish(job, new=written.new)
    except BrokenPipeError:
        raise
    except BcforecastError as error:
        return Outcome("failed", Text.of(error.message))
    except Exception as error:  # one report that fails in a way unforeseen stops no other
        words = f"{type(error).__name__}: {error}"
        return Outcome("failed", Text.untranslated(words))


def finish(job: Job, *, new: bool) -> Outcome:
    """Copy a report that stands to where else it is wanted."""
    copied = tuple(copy for copy in job.copies if copy_report(job.folder, copy))
    return Outcome("written" if new else "unchanged", copied=copied)


def _end_with_the_run(lifeline: int, workspace: Path) -> None:
    """Wait until the run is gone, however it ended, and leave nothing behind."""
    os.read(lifeline, 1)
    # Other threads still start kernels, until their folder is gone.
    for _ in range(_ATTEMPTS):
        end_tree(os.getpid(), itself=False)
        if not remove_workspace(workspace):
            break
    end_tree(os.getpid(), itself=False)
    os._exit(1)


def main(channel: Connection, lifeline: int, workspace: Path) -> None:
    """Make reports until the run says that there is none left to make, or is gone.

    Parameters
    ----------
    channel
        Jobs come from it; steps and outcomes go to it.
    lifeline
        Can be read when the run is gone.
    workspace
        Folder for temporary files, removed with the run.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch = threading.Thread(target=_end_with_the_run, args=(lifeline, workspace), daemon=True)
    watch.start()

    def keep(folder: Path, error: NotebookError) -> None:
        if select.select([lifeline], [], [], 0)[0]:
            watch.join()  # they failed because the run is gone
        keep_failed(folder, error)

    try:
        while (job := channel.recv()) is not None:
            channel.send(make(job, channel.send, keep))
    except (EOFError, BrokenPipeError):
        watch.join()


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3]))
