"""`bcforecast run`: every report that is due, several at a time, under a lock."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import ClassVar, Final

from filelock import FileLock, Timeout

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.facts import json_text
from bcforecast.reporting.listing import (
    Change,
    Reports,
    changes_of_run,
    standing_reports,
    write_listing,
)
from bcforecast.reporting.manifest import stands
from bcforecast.reporting.planning import Job, Planned
from bcforecast.reporting.processes import (
    Outcome,
    Step,
    Stop,
    end_tree,
    is_alive,
    new_workspace,
    remove_abandoned_workspaces,
)
from bcforecast.reporting.publication import remove_abandoned
from bcforecast.reporting.report import STEPS, Advance, forget_failed
from bcforecast.reporting.worker import finish
from bcforecast.text import Message

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


_MODULE: Final = "bcforecast.reporting.worker"
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


def command_words(command: str) -> tuple[str, ...]:
    """Split a command as a shell would; it is never given to one.

    Raises
    ------
    ReportError
        If it cannot be split, or there is no such program.
    """
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ReportError("run.notify_unreadable", found=command) from error
    if not words or shutil.which(words[0]) is None:
        raise ReportError("run.notify_no_program", found=words[0] if words else command)
    return words


def notify(words: tuple[str, ...], document: object, *, stop: Stop) -> Message | None:
    """Run a command with a JSON document as its input; return what went wrong, or None.

    What it prints goes to our error stream. It ends at once when `stop` says so.
    """
    with tempfile.TemporaryFile() as given:
        given.write(json_text(document).encode("utf-8"))
        given.seek(0)
        try:
            process = subprocess.Popen(
                words, stdin=given, stdout=sys.__stderr__, start_new_session=True
            )
        except OSError as error:
            return Message("run.notify_failed", {"command": words[0], "error": error.strerror})
    try:
        while process.poll() is None:
            stop.wait(0.05)
    finally:
        if process.poll() is None:
            end_tree(process.pid)
            process.wait()
    if process.returncode:
        error_words = Message("run.exit_status", {"status": process.returncode})
        return Message("run.notify_failed", {"command": words[0], "error": error_words})
    return None


@dataclass(frozen=True)
class Summary:
    """What a run came to.

    Parameters
    ----------
    outcomes
        By job, in the order of the file; a job that was not reached is not there.
    changes
        Words and grades that the written reports say otherwise than before.
    unreadable
        What stands in the place of a report and is none; it is not listed.
    unlisted
        Why the list of reports could not be brought up to date, if so.
    """

    outcomes: Mapping[str, tuple[Job, Outcome]]
    changes: tuple[Change, ...] = ()
    unreadable: tuple[BcforecastError, ...] = ()
    unlisted: BcforecastError | None = None

    @property
    def failed(self) -> bool:
        """Whether a report failed, or the list of reports."""
        fates = [outcome.fate for _, outcome in self.outcomes.values()]
        return "failed" in fates or self.unlisted is not None


Tell = Callable[[Job, Outcome], None]
"""Called with each job and what became of it, in the order of the file."""


@dataclass
class _Record:
    """Outcomes as they come, told in the order of the file."""

    jobs: Sequence[Job]
    tell: Tell | None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    told: int = 0

    def note(self, job: Job, outcome: Outcome) -> None:
        self.outcomes[job.name] = outcome
        while self.told < len(self.jobs) and self.jobs[self.told].name in self.outcomes:
            next_job = self.jobs[self.told]
            self.told += 1
            if self.tell is not None:
                self.tell(next_job, self.outcomes[next_job.name])

    def rest(self) -> None:
        """Tell what came out of turn before a run was stopped."""
        for job in self.jobs[self.told :]:
            if job.name in self.outcomes and self.tell is not None:
                self.tell(job, self.outcomes[job.name])

    def all(self) -> dict[str, tuple[Job, Outcome]]:
        return {j.name: (j, self.outcomes[j.name]) for j in self.jobs if j.name in self.outcomes}


def run_reports(
    planned: Planned,
    *,
    jobs: int,
    wait: float = 0.0,
    stop: Stop,
    tell: Tell | None = None,
    progress: Advance | None = None,
    begun: Callable[[Holder | None], None] | None = None,
) -> Summary:
    """Make the reports that are not there yet; one that fails stops no other.

    Parameters
    ----------
    planned
        What is asked for, checked.
    jobs
        Reports made at a time.
    wait
        Seconds to wait for another run in the same folder.
    stop
        Ends the run.
    tell, progress
        Called with each outcome, and with each step over all reports.
    begun
        Called when the lock is held, with the killed run that left it behind, if one did.

    Raises
    ------
    RunLockedError
        If another run is at work in the folder.
    RunInterruptedError, RunTerminatedError
        When `stop` says so: finished reports are published, no other is touched.
    ReportError
        If the folder cannot be written.
    """
    record = _Record(planned.jobs, tell)
    with run_lock(planned.out, wait=wait, stop=stop) as (descriptor, stale):
        if begun is not None:
            begun(stale)
        for folder in _folders(planned):
            remove_abandoned(folder)
        before = standing_reports(planned.out)
        try:
            waiting = []
            for job in planned.jobs:
                stop.check()
                if is_due(job):
                    waiting.append(job)
                else:
                    record.note(job, _finish(job))
            meter = _Meter(waiting, progress)
            made = make_all(waiting, at_a_time=jobs, stop=stop, inherited=descriptor)
            for job, said in made:
                meter.note(job, said)
                if isinstance(said, Outcome):
                    record.note(job, said)
        finally:
            record.rest()
        after = standing_reports(planned.out)
        unlisted = None
        try:
            write_listing(planned.out, after)
        except ReportError as error:
            unlisted = error
        changes = _changes(before, after, record)
    return Summary(record.all(), changes, after.unreadable, unlisted)


def is_due(job: Job) -> bool:
    """Whether a report is to be made: not there, harmed, of other inputs, or asked for anew."""
    return job.force or not stands(job.folder, job.checked.recipe)


def _finish(job: Job) -> Outcome:
    try:
        forget_failed(job.failed)
        return finish(job, new=False)
    except BcforecastError as error:
        return Outcome("failed", error.message)


def _changes(before: Reports, after: Reports, record: _Record) -> tuple[Change, ...]:
    made = [
        (job.checked.plan.id, job.as_of, job.checked.scenario)
        for job in record.jobs
        if (outcome := record.outcomes.get(job.name)) and outcome.fate == "written"
    ]
    return changes_of_run(before, after, made)


def _folders(planned: Planned) -> tuple[Path, ...]:
    """The folders in which something is put in place: reports, copies, the list of reports."""
    places = (p for job in planned.jobs for p in (job.folder, job.failed, *job.copies))
    return tuple(dict.fromkeys((planned.out, *(place.parent for place in places))))


class _Meter:
    """Counts the steps of all reports together."""

    def __init__(self, jobs: Sequence[Job], progress: Advance | None) -> None:
        self._steps = {job.name: STEPS for job in jobs}
        self._done = dict.fromkeys(self._steps, 0)
        self._progress = progress

    def note(self, job: Job, said: Step | Outcome) -> None:
        name = job.name
        if isinstance(said, Step):
            name = f"{job.name} · {said.name}"
            self._done[job.name] = said.done
        else:
            self._done[job.name] = self._steps[job.name]
        if self._progress is not None:
            self._progress(name, sum(self._done.values()), sum(self._steps.values()))
