"""A run: makes what is not there yet, publishes each report, and brings the list up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.failed import forget_failed
from bcforecast.reporting.manifest import stands
from bcforecast.reporting.publication import remove_abandoned
from bcforecast.reporting.report import STEPS, Advance
from bcforecast.reporting.service.changes import Change, changes_of_run
from bcforecast.reporting.service.crew import make_all
from bcforecast.reporting.service.job import Job
from bcforecast.reporting.service.listing import write_listing
from bcforecast.reporting.service.outcome import Outcome, Step
from bcforecast.reporting.service.planning import Planned
from bcforecast.reporting.service.run_lock import Holder, run_lock
from bcforecast.reporting.service.standing import Reports, standing_reports
from bcforecast.reporting.service.stopping import Stop
from bcforecast.reporting.service.worker import finish


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
