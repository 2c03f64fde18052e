"""From a file of reports to the jobs of a run; every entry is checked before any work starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bcforecast.errors import BcforecastError, PlanError, ReportError, ScenarioError
from bcforecast.messages import Message
from bcforecast.observations import Vintage, load_observations
from bcforecast.plan import Plan, load_plan
from bcforecast.plan.document import Document
from bcforecast.reporting.execution import Limits
from bcforecast.reporting.manifest import is_path
from bcforecast.reporting.order import Order, check_order
from bcforecast.reporting.report_place import within
from bcforecast.reporting.service.as_of_rule import Rule, as_of_days
from bcforecast.reporting.service.job import Job
from bcforecast.reporting.service.reports_file import (
    Entry,
    ReportsFile,
    listed_rows,
    read_reports_file,
    wrong_entry,
)


@dataclass(frozen=True)
class Choices:
    """What the caller says beside the file.

    Parameters
    ----------
    today
        The day on which as-of rules are read.
    out
        Folder of all reports instead of that of the file; it may be anywhere.
    limits
        Instead of those of the file, where given.
    force
        As in `Job`.
    """

    today: date
    out: Path | None = None
    limits: Limits = field(default_factory=Limits)
    force: bool = False


@dataclass(frozen=True)
class Planned:
    """What a file asks for.

    Parameters
    ----------
    out
        Folder of all reports.
    jobs
        Reports to be made, in the order of the file.
    later
        Reports that are asked for as of a day still to come, by name.
    """

    out: Path
    jobs: tuple[Job, ...]
    later: tuple[str, ...]


class WrongReportsError(ReportError):
    """Everything that is wrong with a file of reports; the message is about the first."""

    def __init__(self, problems: tuple[BcforecastError, ...]) -> None:
        self.problems = problems
        super().__init__(problems[0].message.key, **problems[0].message.values)


def plan_run(path: Path, choices: Choices) -> Planned:
    """Read a file of reports and check everything that it names.

    Raises
    ------
    ReportError
        If the file is not there or is no YAML.
    WrongReportsError
        With all that is wrong, in the order of the file; nothing has been written.
    """
    read = read_reports_file(path)
    if not isinstance(read[0], ReportsFile):
        raise WrongReportsError(tuple(e for e in read if isinstance(e, ReportError)))
    file, document = read[0], read[1]
    assert isinstance(document, Document)
    return _Planning(path, file, document, choices).planned()


@dataclass
class _Planning:
    path: Path
    file: ReportsFile
    document: Document
    choices: Choices
    problems: list[BcforecastError] = field(default_factory=list)

    def planned(self) -> Planned:
        try:
            out = self._out()
            data_dir, notebooks = self._folder("data"), self._folder("notebooks")
            data = load_observations(data_dir)
        except BcforecastError as error:
            raise WrongReportsError((error,)) from None
        limits = replace(
            self.choices.limits,
            **{
                name: value
                for name, value in self.file.limits.model_dump().items()
                if getattr(self.choices.limits, name) is None
            },
        )
        jobs: dict[str, Job] = {}
        later: list[str] = []
        rows: dict[str, int] = {}
        for n, entry in enumerate(self.file.reports):
            orders = self._orders(n, entry, data, data_dir=data_dir, notebooks=notebooks)
            publish = tuple(self._place(folder).resolve() for folder in entry.publish)
            for order in orders:
                try:
                    job = Job(
                        check_order(order, data=data),
                        out,
                        publish,
                        limits,
                        self.choices.force,
                    )
                    places = (job.folder, job.failed, *job.copies)
                except BcforecastError as error:
                    self._note(n, error)
                    continue
                blocked = next((p for p in places if p.exists() and not p.is_dir()), None)
                if blocked is not None:
                    self.problems.append(ReportError("report.out_not_folder", file=blocked))
                elif job.name in rows:
                    both = listed_rows(self.document, (rows[job.name], n))
                    self.problems.append(
                        ReportError("run.twice", file=self.path, rows=both, report=job.name)
                    )
                elif order.as_of > self.choices.today:
                    later.append(job.name)
                else:
                    jobs[job.name] = job
                rows.setdefault(job.name, n)
        if self.problems:
            unique = {error.message.render("en"): error for error in reversed(self.problems)}
            raise WrongReportsError(tuple(reversed(unique.values())))
        return Planned(out, tuple(jobs.values()), tuple(later))

    def _orders(
        self,
        n: int,
        entry: Entry,
        data: Vintage,
        *,
        data_dir: Path | None,
        notebooks: Path | None,
    ) -> Iterator[Order]:
        rule = entry.as_of[0]
        if entry.since is not None and isinstance(rule, date):
            allowed = Message("run.allowed_since")
            wrong = wrong_entry(self.document, ("reports", n, "since"), entry.since, allowed)
            self.problems.append(wrong)
            return
        plan_name = self._named(entry.plan)
        try:
            plan = load_plan(plan_name, data_dir=data_dir)
            days = self._days(entry, plan, data)
        except BcforecastError as error:
            self._note(n, error)
            return
        for day in days:
            for scenario in entry.scenarios:
                for lang in entry.languages:
                    yield Order(
                        plan=plan_name,
                        as_of=day,
                        lang=lang,
                        scenario=self._named(scenario),
                        seed=self.file.seed,
                        formats=entry.formats,
                        data_dir=data_dir,
                        notebooks_dir=notebooks,
                    )

    def _days(self, entry: Entry, plan: Plan, data: Vintage) -> tuple[date, ...]:
        days: list[date] = []
        for given in entry.as_of:
            if isinstance(given, date):
                days.append(given)
                continue
            rule: Rule = given
            days += as_of_days(
                rule, today=self.choices.today, since=entry.since, plan=plan, data=data
            )
        return tuple(days)

    def _out(self) -> Path:
        """The folder of all reports: that of the file may not lead out of the file's folder."""
        if self.choices.out is not None:
            return self.choices.out
        base = self.path.resolve().parent
        out = base / self.file.out
        if not out.resolve().is_relative_to(base) or out.resolve() == base:
            allowed = Message("run.allowed_out")
            raise wrong_entry(self.document, ("out",), self.file.out, allowed)
        return within(base, *out.resolve().relative_to(base).parts)

    def _folder(self, key: str) -> Path | None:
        given: str | None = getattr(self.file, key)
        if given is None:
            return None
        folder = self._place(given)
        if not folder.is_dir():
            raise wrong_entry(self.document, (key,), given, Message("run.allowed_there"))
        return folder

    def _place(self, given: str) -> Path:
        return self.path.resolve().parent / given

    def _named(self, given: str) -> str:
        """A plan or scenario as given: by identifier, or by a path from the file's folder."""
        return str(self._place(given)) if is_path(given) else given

    def _note(self, n: int, error: BcforecastError) -> None:
        """Say at which entry of the file something is wrong that another file holds."""
        place = ("reports", n)
        values: Mapping[str, object] = {
            "file": self.path,
            "row": self.document.row(place),
            "problem": error.message,
        }
        kind = type(error) if isinstance(error, PlanError | ScenarioError) else ReportError
        self.problems.append(kind("run.entry", **values))
