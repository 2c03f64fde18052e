"""Which reports are to be made: the reports file, as-of rules and what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import AfterValidator, PlainValidator, ValidationError

from bcforecast import config
from bcforecast.attainment.news import news_days
from bcforecast.errors import BcforecastError, PlanError, ReportError, ScenarioError
from bcforecast.observations.reading import load_observations
from bcforecast.observations.selection import Vintage
from bcforecast.plan.goals import Day, Place, Plan, StrictRecord, Words, refusal
from bcforecast.plan.reading import YamlDocument, explain, load_plan, read_document, wrong_value
from bcforecast.reporting.execution import Limits as Limits_execution
from bcforecast.reporting.formats import FORMATS, Format
from bcforecast.reporting.manifest import is_path
from bcforecast.reporting.publication import failed_folder, report_folder, within
from bcforecast.reporting.report import CheckedOrder, Order, check_order
from bcforecast.text import LANGUAGES, Language, Message


@dataclass(frozen=True)
class Job:
    """A report and where it goes.

    Parameters
    ----------
    checked
        The report.
    out
        Folder of all reports.
    publish
        Folders to which the finished report is copied.
    limits
        As for `run_notebook`.
    force
        Whether it is made anew where it stands already.
    """

    checked: CheckedOrder
    out: Path
    publish: tuple[Path, ...] = ()
    limits: Limits_execution = field(default_factory=Limits_execution)
    force: bool = False

    @property
    def folder(self) -> Path:
        """Where the report goes."""
        return report_folder(self.out, *self.checked.parts)

    @property
    def failed(self) -> Path:
        """Where its notebooks are kept if they fail."""
        return failed_folder(self.out, *self.checked.parts)

    @property
    def copies(self) -> tuple[Path, ...]:
        """Where it is copied to."""
        return tuple(report_folder(folder, *self.checked.parts) for folder in self.publish)

    @property
    def name(self) -> str:
        """Plan, date, scenario and language, for a reader."""
        return "/".join(self.checked.parts)

    @property
    def as_of(self) -> date:
        """Last day whose publications are used."""
        return self.checked.order.as_of


Rule = Literal["latest", "month-end", "quarter-end", "year-end"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)

_LAST: Final = date(9998, 12, 31)
"""So that every day has one after it."""
_DAY: Final = timedelta(days=1)
_MONTHS: Final = {"month-end": 1, "quarter-end": 3, "year-end": 12}


def as_of_days(
    rule: Rule, *, today: date, since: date | None, plan: Plan, data: Vintage
) -> tuple[date, ...]:
    """Return the as-of dates of a rule, the earliest first.

    Parameters
    ----------
    rule
        `latest` for the last day up to today on which something that concerns the plan was
        published; `month-end`, `quarter-end` and `year-end` for the last such day up to today.
    today
        The day on which the rule is read.
    since
        If given, every date of the rule from then on, not the last one alone.
    plan, data
        For `latest`.

    Raises
    ------
    ReportError
        If there is no such date.
    """
    today = min(today, _LAST)
    if rule == "latest":
        known = news_days(plan, data, since=date.min, until=today + _DAY)[1:-1]
        days = tuple(known)
    else:
        days = tuple(period_ends(today, months=_MONTHS[rule], since=since))
    wanted = tuple(d for d in days if since is None or d >= since)
    if since is None:
        wanted = wanted[-1:]
    if not wanted and (since is None or rule == "latest"):
        raise ReportError("run.nothing_published", plan=plan.id, today=today)
    return wanted


def period_ends(today: date, *, months: int, since: date | None = None) -> Iterator[date]:
    """Return the ends of months, quarters or years up to a day, from `since` or the last alone.

    Examples
    --------
    >>> [str(d) for d in period_ends(date(2022, 3, 31), months=3)]
    ['2022-03-31']
    >>> [str(d) for d in period_ends(date(2022, 3, 30), months=1, since=date(2022, 1, 31))]
    ['2022-01-31', '2022-02-28']
    """
    month = 12 * today.year + today.month - 1  # months before this one, counted from year 0
    month -= month % months
    next_day = _first_day(month + months)
    if next_day - _DAY > today:
        next_day = _first_day(month)
        month -= months
    last = next_day - _DAY
    ends = [last]
    while since is not None and (last := _first_day(month) - _DAY) >= since:
        ends.append(last)
        month -= months
    return (d for d in reversed(ends) if since is None or d >= since)


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


_OWN_WORDS: Final = frozenset({"plan.empty_file", "plan.unreadable_folder", "plan.too_deep"})
"""What the reader of YAML says of a plan file, and we of ours."""


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise refusal(Message("run.allowed_entries"), found=Message("plan.found_list", {"n": 0}))
    return values


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    _some(values)
    for place, value in enumerate(values):
        if value in values[:place]:
            raise refusal(Message("run.allowed_once"), found=value, place=(place,))
    return values


def _as_of(given: object) -> tuple[date | Rule, ...]:
    """A day or the name of a rule, or a list of days."""
    values = given if isinstance(given, list) else [given]
    for place, value in enumerate(values):
        right = type(value) is date or (value in RULES and not isinstance(given, list))
        if not right:
            key = "run.allowed_days" if isinstance(given, list) else "run.allowed_as_of"
            where = (place,) if isinstance(given, list) else ()
            raise refusal(Message(key, {"rules": ", ".join(RULES)}), found=value, place=where)
    return _distinct(tuple(values))


def _folders(given: object) -> tuple[str, ...]:
    """The path of a folder, or a list of such."""
    values = given if isinstance(given, list) else [given]
    for place, value in enumerate(values):
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            where = (place,) if isinstance(given, list) else ()
            raise refusal(Message("run.allowed_folders"), found=value, place=where)
    return _distinct(tuple(values))


def _positive(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1e9:
        raise refusal(Message("run.allowed_positive"), found=given)
    return float(given)


def _megabytes(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 1e9:
        raise refusal(Message("run.allowed_megabytes"), found=given)
    return given


def _whole(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**32:
        raise refusal(Message("run.allowed_seed"), found=given)
    return given


def _path(given: str) -> str:
    if "\0" in given:
        raise refusal(Message("run.allowed_folders"), found=given)
    return given


Folder = Annotated[Words, AfterValidator(_path)]


class Limits(StrictRecord):
    """What each notebook may take: seconds a cell, megabytes of memory."""

    cell_seconds: Annotated[float | None, PlainValidator(_positive)] = None
    memory_mb: Annotated[int | None, PlainValidator(_megabytes)] = None


class Entry(StrictRecord):
    """Reports of one plan: every combination of its days, scenarios and languages.

    Attributes
    ----------
    plan, scenarios
        Identifiers, or paths of YAML files from the folder of this file.
    as_of
        Days, or one rule.
    since
        With a rule: all its dates from then on, not the last one alone.
    languages, formats
        Of the reports.
    publish
        Folders to which each finished report is copied.
    """

    plan: Folder
    as_of: Annotated[tuple[date | Rule, ...], PlainValidator(_as_of)]
    since: Day | None = None
    scenarios: Annotated[tuple[Folder, ...], AfterValidator(_distinct)] = (config.SCENARIO,)
    languages: Annotated[tuple[Language, ...], AfterValidator(_distinct)] = LANGUAGES
    formats: Annotated[tuple[Format, ...], AfterValidator(_distinct)] = FORMATS
    publish: Annotated[tuple[str, ...], PlainValidator(_folders)] = ()


class ReportsFile(StrictRecord):
    """The whole file; paths start at its folder.

    Attributes
    ----------
    out
        Folder of all reports, below that of this file.
    data, notebooks
        Folders of a user's own; None for those that are shipped.
    seed
        Of every simulation.
    limits
        Of every notebook.
    reports
        What is to be made.
    """

    out: Folder = "reports"
    data: Folder | None = None
    notebooks: Folder | None = None
    seed: Annotated[int, PlainValidator(_whole)] = config.SEED
    limits: Limits = Limits()
    reports: Annotated[tuple[Entry, ...], AfterValidator(_some)]


def read_reports_file(path: Path) -> tuple[ReportsFile, YamlDocument] | tuple[ReportError, ...]:
    """Read a file of reports; return it with its rows, or everything that is wrong with it.

    Raises
    ------
    ReportError
        If it is not there or is no YAML.
    """
    if not path.exists():
        raise ReportError("run.no_file", file=path)
    try:
        document = read_document(path)
    except PlanError as error:
        raise _ours(error) from None
    try:
        read = ReportsFile.model_validate(document.content)
    except ValidationError as error:
        return tuple(_ours(e) for e in explain(error, document, model=ReportsFile))
    return read, document


def wrong_entry(
    document: YamlDocument, place: Place, found: object, allowed: Message
) -> ReportError:
    """Return the error about the value at a place of the file."""
    return _ours(wrong_value(document, place, found, allowed))


def listed_rows(document: YamlDocument, entries: Sequence[int]) -> str:
    """Return the rows at which entries of the file stand, for a message."""
    return ", ".join(str(document.row(("reports", n))) for n in entries)


def _ours(error: PlanError) -> ReportError:
    key = error.message.key
    own = f"run.{key.partition('.')[2]}" if key in _OWN_WORDS else key
    return ReportError(own, **error.message.values)


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
    limits: Limits_execution = field(default_factory=Limits_execution)
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
    assert isinstance(document, YamlDocument)
    return _Planning(path, file, document, choices).planned()


@dataclass
class _Planning:
    path: Path
    file: ReportsFile
    document: YamlDocument
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
