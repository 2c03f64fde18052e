"""`bcforecast run`: every report that is due, several at a time, under a lock."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import ClassVar, Final, Literal

from filelock import FileLock, Timeout

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting import listing, manifest, publication, report
from bcforecast.reporting.execution import NotebookError, end_tree
from bcforecast.reporting.facts import json_text
from bcforecast.reporting.planning import Planned
from bcforecast.reporting.report import STEPS, Advance, Job
from bcforecast.text import Message, Text

LOCK: Final = ".run.lock"


class RunLockedError(BcforecastError):
    """Another run is at work in the folder: nothing is wrong with the input."""

    exit_status: ClassVar[int] = 1


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it and was killed: process and start, as far as is known."""

    process_id: int | None = None
    since: str = "?"


@dataclass(frozen=True)
class RunOutcome:
    """What became of a report; `why` it failed; `copied` are the folders it was copied to anew."""

    status: Literal["written", "unchanged", "failed"]
    why: Message | Text | None = None
    copied: tuple[Path, ...] = ()


@dataclass(frozen=True)
class RunSummary:
    """What a run came to: outcomes by the name of the job, in the order of the file.

    What stands in the place of a report and is none is `unreadable` and not listed; `unlisted`
    says why the list of reports could not be brought up to date, if so.
    """

    outcomes: Mapping[str, tuple[Job, RunOutcome]]
    changes: tuple[listing.ListedChange, ...] = ()
    unreadable: tuple[BcforecastError, ...] = ()
    unlisted: BcforecastError | None = None

    @property
    def failed(self) -> bool:
        """Whether a report failed, or the list of reports."""
        failed = any(outcome.status == "failed" for _, outcome in self.outcomes.values())
        return failed or self.unlisted is not None


def run_reports(
    planned: Planned,
    *,
    at_a_time: int,
    wait_for_lock: float = 0.0,
    ended: Event,
    tell: Callable[[Job, RunOutcome], None],
    progress: Advance,
    begun: Callable[[Holder | None], None],
) -> RunSummary:
    """Make the reports that are not there yet, some `at_a_time`; one that fails stops no other.

    This is called under `children_end_with_us`: once its event `ended` is set, finished reports are
    published, and no other is touched. Outcomes are told in the order of the file; `begun` is
    called when the lock is held, with the killed run that left it behind, if one did.
    """
    outcomes: dict[str, RunOutcome] = {}
    untold = list(planned.jobs)

    def note(job: Job, outcome: RunOutcome) -> None:
        outcomes[job.name] = outcome
        while untold and untold[0].name in outcomes:
            first = untold.pop(0)
            tell(first, outcomes[first.name])

    with run_lock(planned.out, wait=wait_for_lock) as stale:
        begun(stale)
        places = [place for job in planned.jobs for place in (job.folder, job.failed, *job.copies)]
        for folder in dict.fromkeys((planned.out, *(place.parent for place in places))):
            publication.remove_abandoned(folder)
        before = listing.read_reports(planned.out)
        try:
            due = []
            for job in planned.jobs:
                if job.is_due:
                    due.append(job)
                else:
                    note(job, _outcome(job, lambda: False))
            _make_all(due, at_a_time=at_a_time, ended=ended, note=note, progress=progress)
        finally:
            for job in untold:
                if job.name in outcomes:
                    tell(job, outcomes[job.name])
        after, unlisted = listing.read_reports(planned.out), None
        try:
            listing.write_listing(planned.out, after)
        except ReportError as error:
            unlisted = error
    made = [j.checked for j in planned.jobs if outcomes[j.name].status == "written"]
    changes = listing.changes_of_run(before, after, {checked.path[:3] for checked in made})
    by_name = {job.name: (job, outcomes[job.name]) for job in planned.jobs}
    return RunSummary(by_name, changes, after.unreadable, unlisted)


def _make_all(
    jobs: list[Job],
    *,
    at_a_time: int,
    ended: Event,
    note: Callable[[Job, RunOutcome], None],
    progress: Advance,
) -> None:
    """Make reports in threads, which wait for the kernels of their reports most of the time."""
    done = dict.fromkeys((job.name for job in jobs), 0)

    def keep(folder: Path, error: NotebookError) -> None:
        if not ended.is_set():
            report.keep_failed(folder, error)

    def make(job: Job) -> RunOutcome:
        def advance(step: str, steps: int, _total: int) -> None:
            done[job.name] = steps
            name = f"{job.name} · {step}" if step else job.name
            progress(name, sum(done.values()), STEPS * len(jobs))

        outcome = _outcome(job, lambda: report.make_report(job, progress=advance, keep=keep))
        advance("", STEPS, STEPS)
        return outcome

    pool, futures = ThreadPoolExecutor(at_a_time), dict[Future[RunOutcome], Job]()
    try:
        for job in jobs:
            futures[pool.submit(make, job)] = job
        for future in as_completed(futures):
            note(futures[future], future.result())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        while wait(futures, timeout=0.1).not_done:
            # Only where the run is ended: a report may just have been starting its kernel.
            ended.set()
            end_tree(os.getpid(), itself=False)


def _outcome(job: Job, make: Callable[[], bool]) -> RunOutcome:
    """Make a report and copy it to where else it is wanted; a failure becomes the outcome."""
    try:
        new = make()
        if not new:
            report.forget_failed(job.failed)
        copied = tuple(copy for copy in job.copies if _copied(job.folder, copy))
        return RunOutcome("written" if new else "unchanged", copied=copied)
    except BcforecastError as error:
        return RunOutcome("failed", error.message)
    except Exception as error:  # one report that fails in a way unforeseen stops no other
        return RunOutcome("failed", Text.untranslated(f"{type(error).__name__}: {error}"))


def _copied(source: Path, target: Path) -> bool:
    """Copy a report; whether that was needed."""
    copy = target / manifest.MANIFEST
    same = copy.is_file() and copy.read_bytes() == (source / manifest.MANIFEST).read_bytes()
    if same and manifest.is_unharmed(target):
        return False
    with publication.whole_folder(target) as folder:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return True


@contextmanager
def run_lock(out: Path, *, wait: float) -> Iterator[Holder | None]:
    """Hold the lock of a folder of reports, which is made; yield the killed run that left it.

    A `RunLockedError` says that another run holds it for longer than `wait` seconds.
    """
    file = out / LOCK
    lock = FileLock(file, timeout=wait, poll_interval=0.1, fallback_to_soft=False)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        stale = _holder(file) if file.stat().st_size else None
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        file.write_text(json.dumps({"pid": os.getpid(), "since": since}), encoding="utf-8")
    except Timeout:
        found = _holder(file)
        pid = found.process_id or "?"
        raise RunLockedError("run.locked", folder=out, pid=pid, since=found.since) from None
    except OSError as error:
        said = error.strerror or error
        raise ReportError("report.out_not_writable", file=out, error=said) from error
    try:
        yield stale
    finally:
        file.unlink(missing_ok=True)
        lock.release()


def _holder(file: Path) -> Holder:
    try:
        record = json.loads(file.read_bytes())
        return Holder(int(record["pid"]), str(record["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder()


def command_words(command: str) -> tuple[str, ...]:
    """Split a command as a shell would; it is never given to one."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ReportError("run.notify_unreadable", found=command) from error
    if not words or shutil.which(words[0]) is None:
        raise ReportError("run.notify_no_program", found=words[0] if words else command)
    return words


def notify(words: tuple[str, ...], document: object) -> Message | None:
    """Run a command with a JSON document as its input; return what went wrong, or None."""
    given = json_text(document).encode("utf-8")
    try:
        # What it prints goes to our error stream.
        subprocess.run(
            words, input=given, stdout=sys.__stderr__, start_new_session=True, check=True
        )
    except subprocess.CalledProcessError as error:
        why: object = Message("run.exit_status", {"status": error.returncode})
    except OSError as error:
        why = error.strerror
    else:
        return None
    return Message("run.notify_failed", {"command": words[0], "error": why})
