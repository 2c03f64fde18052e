"""Several workers at a time: hands out jobs, passes on what they say, and lets none outlive it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Final

from bcforecast.messages import Message
from bcforecast.reporting.publication import remove_abandoned
from bcforecast.reporting.service.job import Job
from bcforecast.reporting.service.outcome import Outcome, Step
from bcforecast.reporting.service.processes import end_tree
from bcforecast.reporting.service.stopping import Stop
from bcforecast.reporting.service.workspace import new_workspace, remove_abandoned_workspaces

_MODULE: Final = "bcforecast.reporting.service.worker"
_LEAVE: Final = 5.0
"""Seconds that a worker without work is given to leave by itself."""


class Worker:
    """One process, with a folder for its temporary files that goes when it does."""

    def __init__(self, *, inherited: int) -> None:
        self.job: Job | None = None
        self.folder, self._hold = new_workspace()
        self._errors = (self.folder / "stderr").open("w+b")
        self.channel, theirs = Pipe()
        lifeline, self._lifeline = os.pipe()
        try:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    _MODULE,
                    str(theirs.fileno()),
                    str(lifeline),
                    str(self.folder),
                ],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                pass_fds=(theirs.fileno(), lifeline, self._hold, inherited),
                start_new_session=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(self.folder)},
            )
        finally:
            theirs.close()
            os.close(lifeline)

    def start(self, job: Job) -> None:
        """Hand out a job."""
        self.job = job
        with suppress(BrokenPipeError):  # it has died, which the next reading says
            self.channel.send(job)

    def said(self) -> Step | Outcome:
        """Return what the worker says next; its own death is a failure of its job."""
        try:
            said: Step | Outcome = self.channel.recv()
        except (EOFError, OSError):
            return Outcome("failed", self._died())
        return said

    def end(self, *, now: bool) -> None:
        """End the process and all below it, and remove what it was at."""
        if not now:
            with suppress(BrokenPipeError, subprocess.TimeoutExpired):
                self.channel.send(None)
                self.process.wait(_LEAVE)
        self.channel.close()
        if self.process.returncode is None:  # else another process may have its number by now
            end_tree(self.process.pid)
        self.process.wait()
        os.close(self._lifeline)
        self._errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._hold)

    def _died(self) -> Message:
        status = self.process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return Message("run.worker_died", {"status": status, "said": lines[-1] if lines else "-"})


def make_all(
    jobs: Sequence[Job], *, at_a_time: int, stop: Stop, inherited: int
) -> Iterator[tuple[Job, Step | Outcome]]:
    """Make reports, some at a time, and pass on each step and each outcome as it comes.

    Parameters
    ----------
    jobs
        The reports.
    at_a_time
        Number of workers.
    stop
        Ends all at once.
    inherited
        Descriptor that every worker holds as long as it lives.

    Raises
    ------
    RunInterruptedError, RunTerminatedError
        When `stop` says so; no process is left, and no report is half there.
    """
    remove_abandoned_workspaces()
    waiting = list(reversed(jobs))
    workers: dict[Connection, Worker] = {}
    try:
        while waiting or any(worker.job for worker in workers.values()):
            stop.check()
            while waiting and len(workers) < at_a_time:
                worker = Worker(inherited=inherited)
                workers[worker.channel] = worker
                worker.start(waiting.pop())
            for ready in wait([*workers, stop.fileno()]):
                stop.check()
                worker = workers[ready]  # type: ignore[index]
                job, said = worker.job, worker.said()
                if isinstance(said, Outcome):
                    _after(worker, waiting, workers)
                if job is not None:
                    yield job, said
        for worker in workers.values():
            worker.end(now=False)
        workers.clear()
    finally:
        for worker in workers.values():
            worker.end(now=True)
            if worker.job is not None:
                _tidy(worker.job)


def _after(worker: Worker, waiting: list[Job], workers: dict[Connection, Worker]) -> None:
    """Give a worker its next job; one that died makes room for another."""
    job, worker.job = worker.job, None
    if worker.process.poll() is not None:
        del workers[worker.channel]
        worker.end(now=True)
        if job is not None:
            _tidy(job)
    elif waiting:
        worker.start(waiting.pop())


def _tidy(job: Job) -> None:
    """Remove what a worker that was killed left unfinished."""
    for folder in (job.folder, job.failed, *job.copies):
        if folder.parent.is_dir():
            remove_abandoned(folder.parent)
