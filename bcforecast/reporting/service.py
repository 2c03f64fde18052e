"""`bcforecast run`: the file of reports, its as-of rules, and every report that is due."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import chain, product
from operator import itemgetter
from pathlib import Path
from threading import Event
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self, get_args

import pandas as pd
from filelock import FileLock, Timeout
from pydantic import AfterValidator, PlainValidator, model_validator

from bcforecast import calls, config, edge, saving
from bcforecast.attainment.news import news_days
from bcforecast.attainment.project import load_figures
from bcforecast.errors import BcforecastError, PlanError, Problems, ReportError, ScenarioError
from bcforecast.observations.selection import Vintage
from bcforecast.observations.store import checked_out, is_url
from bcforecast.plan import reading
from bcforecast.plan.fields import Day, StrictRecord, Words, fitting, refusal, unquoted_day
from bcforecast.plan.goals import Plan
from bcforecast.plan.reading import YamlDocument, wrong_value
from bcforecast.reporting import execution, facts, listing, manifest, report
from bcforecast.reporting.formats import MADE, Format
from bcforecast.reporting.report import STEPS, Advance, Job, ReportRequest
from bcforecast.text import LANGUAGES, Language, Message, Text
from bcforecast.workers import worked

LOCK: Final = ".run.lock"
Rule = Literal["latest", "month-end", "quarter-end", "year-end"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)
_PERIODS: Final = {"month-end": "M", "quarter-end": "Q", "year-end": "Y"}
_DAY: Final = timedelta(days=1)


class Planned(NamedTuple):
    """What a file asks for: reports in its order, and the names of those of a day still to come."""

    out: Path
    jobs: tuple[Job, ...]
    later: tuple[str, ...]


class WrongReportsError(ReportError):
    """What is wrong with a file of reports; the message is that of the first."""

    def __init__(self, problems: Problems[BcforecastError]) -> None:
        self.problems = problems
        super().__init__(problems[0].message.key, **problems[0].message.values)


def as_of_days(
    rule: Rule, *, today: date, since: date | None, plan: Plan, data: Vintage
) -> tuple[date, ...]:
    """Return the as-of date of a rule as it is read today; with `since` every one from then on.

    `latest` is the last day up to today on which something that concerns the plan was published.
    """
    if rule != "latest":
        last = pd.Period(today + _DAY, freq=_PERIODS[rule]) - 1
        first = last if since is None else pd.Period(since, freq=_PERIODS[rule])
        return tuple(one.end_time.date() for one in pd.period_range(first, last))
    known = news_days(plan, data, since=date.min, until=today + _DAY)[1:-1]
    days = known[-1:] if since is None else tuple(day for day in known if day >= since)
    if not days:
        raise ReportError("run.nothing_published", plan=plan.id, today=today)
    return days


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise refusal("plan.allowed_entries", found=Message("plan.found_list", {"n": 0}))
    return values


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise refusal("run.allowed_once", place, found=value)
    return _some(values)


def _one_or_more(
    given: object, allowed: Message, *, fits: Callable[[object], bool]
) -> tuple[Any, ...]:
    values, many = (given, True) if isinstance(given, list) else ([given], False)
    for place, value in enumerate(values):
        if not fits(value):
            raise refusal(allowed, *[place][:many], found=value)
    return _distinct(tuple(values))


def _as_of(given: object) -> tuple[date | Rule, ...]:
    rules = () if isinstance(given, list) else RULES
    key = "run.allowed_as_of" if rules else "run.allowed_days"
    allowed = Message(key, {"rules": ", ".join(RULES)})
    given = [*map(unquoted_day, given)] if isinstance(given, list) else unquoted_day(given)
    usual = range(edge.FIRST_YEAR, edge.LAST_YEAR + 1)
    return _one_or_more(
        given, allowed, fits=lambda one: one in rules or (type(one) is date and one.year in usual)
    )


def _folders(given: object) -> tuple[Any, ...]:
    allowed = Message("run.allowed_folders")
    return _one_or_more(given, allowed, fits=lambda one: isinstance(one, str) and one.strip() != "")


def _models(given: object) -> str:
    texts = isinstance(given, dict) and all(isinstance(w, str) for kv in given.items() for w in kv)
    if not isinstance(given, dict) or not texts:
        raise refusal("run.allowed_models", found=given)
    return ",".join(f"{indicator}={model}" for indicator, model in given.items())


_SEED: Final = fitting("run.allowed_seed", lambda one: type(one) is int and one in calls.SEEDS)


class ReportsEntry(StrictRecord):
    """Reports of one plan: every combination of its days, scenarios and languages."""

    plan: Words
    as_of: Annotated[tuple[date | Rule, ...], PlainValidator(_as_of)]
    since: Day | None = None
    scenarios: Annotated[tuple[Words, ...], AfterValidator(_distinct)] = (config.SCENARIO,)
    languages: Annotated[tuple[Language, ...], AfterValidator(_distinct)] = LANGUAGES
    formats: Annotated[tuple[Format, ...], AfterValidator(_distinct)] = MADE
    models: Annotated[str, PlainValidator(_models)] = ""
    publish: Annotated[tuple[str, ...], PlainValidator(_folders)] = ()

    @model_validator(mode="after")
    def _since_goes_with_a_rule(self) -> Self:
        if self.since is not None and isinstance(self.as_of[0], date):
            raise refusal("run.allowed_since", "since", found=self.since)
        return self


class ReportsFile(StrictRecord):
    """The whole file; paths start at its folder. `data`, `notebooks`: default, the shipped ones.

    `maker` is who makes the reports, `contact` whom to ask, `licence` how they may be used: words,
    or words by language.
    """

    out: Words = "reports"
    data: Words | None = None
    notebooks: Words | None = None
    seed: Annotated[int, _SEED] = config.SEED
    maker: Text | None = None
    contact: Text | None = None
    licence: Text | None = None
    limits: execution.Limits = execution.NO_LIMITS
    reports: Annotated[tuple[ReportsEntry, ...], AfterValidator(_some)]

    def provenance(self, made: date, lang: Language) -> facts.Provenance:
        """Say who makes the reports, in the words of a language."""
        stated = {"maker": self.maker, "contact": self.contact, "licence": self.licence}
        said = {name: words.render(lang) for name, words in stated.items() if words is not None}
        return facts.Provenance(made=made, **said)


_OWN_WORDS: Final = frozenset({"plan.empty_file", "plan.unreadable_folder", "plan.too_deep"})
"""What the reader of YAML says of a plan file, and we of ours."""


def _ours(error: PlanError) -> ReportError:
    key = error.message.key
    own = f"run.{key.partition('.')[2]}" if key in _OWN_WORDS else key
    return ReportError(own, **error.message.values)


def read_reports_file(path: Path) -> tuple[ReportsFile, YamlDocument]:
    """Read a file of reports, with the rows of its values; errors as those of `plan_run`."""
    if not edge.exists(path):
        raise ReportError("run.no_file", file=path)
    try:
        document = reading.read_document(path)
    except PlanError as error:
        raise _ours(error) from None
    read = reading.record_of(document, ReportsFile)
    if isinstance(read, Problems):
        raise WrongReportsError(Problems(map(_ours, read), more=read.more))
    return read, document


def plan_run(
    path: Path,
    *,
    today: date,
    out: Path | None = None,
    limits: execution.Limits = execution.NO_LIMITS,
    force: bool = False,
) -> Planned:
    """Read a file of reports and check everything that it names, before anything is written.

    `out`, which may be anywhere, and `limits` go before those of the file. A `WrongReportsError`
    has all that is wrong, in the order of the file, but for a file that is not there or no YAML.
    """
    file, document = read_reports_file(path)
    base = path.resolve().parent
    try:
        folder = _out_folder(file, document, base) if out is None else out
        data_dir = _own_folder("data", file.data, document, base)
        notebooks_dir = _own_folder("notebooks", file.notebooks, document, base)
        data = load_figures(*_plans(file, base, data_dir), data_dir=data_dir)
    except BcforecastError as error:
        raise WrongReportsError(Problems([error])) from None
    limits = file.limits.model_copy(update={k: v for k, v in limits if v is not None})
    common = ReportRequest(
        "", today, seed=file.seed, data_dir=data_dir, notebooks_dir=notebooks_dir
    )
    made = edge.stated_day() or today
    load = cache(partial(reading.load_plan, data_dir=data_dir))
    check = cache(partial(report.check_request, out=folder, data=data))
    jobs: list[Job] = []
    later: list[str] = []
    entries: dict[str, int] = {}
    problems: list[BcforecastError] = []

    @contextmanager
    def noted(n: int) -> Iterator[None]:
        """Say at which entry of the file something is wrong that another file holds."""
        try:
            yield
        except BcforecastError as error:
            kind = type(error) if isinstance(error, PlanError | ScenarioError) else ReportError
            row = document.row(("reports", n))
            problems.append(kind("run.entry", file=path, row=row, problem=error.message))

    for n, entry in enumerate(file.reports):
        requests: list[ReportRequest] = []
        with noted(n):
            requests = _requests(entry, common, base, data, load)
        publish = tuple(saving.resolved(base / place) for place in entry.publish)
        for request in requests:
            with noted(n):
                job = check(replace(request, provenance=file.provenance(made, request.lang)))
                copies = tuple(manifest.report_folder(place, *job.path) for place in publish)
                job = replace(job, copies=copies, limits=limits, force=force)
                places = (job.folder, job.failed, *job.copies)
                above = (p for place in places for p in (place, *place.parents))
                there = (p for p in above if p.exists() or p.is_symlink())
                blocked = next((p for p in there if not p.is_dir()), None)
                if blocked is not None:
                    problems.append(ReportError("report.out_not_folder", file=blocked))
                elif job.name in entries:
                    both = (document.row(("reports", m)) for m in (entries[job.name], n))
                    rows = ", ".join(map(str, both))
                    problems.append(ReportError("run.twice", file=path, rows=rows, report=job.name))
                elif request.as_of > today:
                    later.append(job.name)
                else:
                    jobs.append(job)
                entries.setdefault(job.name, n)
    if problems:
        unique = {error.message.render("en"): error for error in reversed(problems)}
        raise WrongReportsError(Problems(reversed(unique.values())))
    # Each report is compared with the one before it: of this run, or in the folder already.
    days: dict[tuple[str, ...], set[date]] = {}
    alike = itemgetter(0, 2, 3)  # all but the date
    for job in jobs:
        days.setdefault(alike(job.path), set()).add(job.request.as_of)
    compared = tuple(job.compared(days[alike(job.path)]) for job in jobs)
    return Planned(folder, compared, tuple(later))


def _plans(file: ReportsFile, base: Path, data_dir: Path | None) -> Iterator[Plan]:
    """Yield the plans of a reports file that can be read; of the others each entry will say why."""
    for name in dict.fromkeys(entry.plan for entry in file.reports):
        with suppress(BcforecastError):
            place = str(base / name) if manifest.is_path(name) else name
            yield reading.load_plan(place, data_dir=data_dir)


def _requests(
    entry: ReportsEntry,
    common: ReportRequest,
    base: Path,
    data: Vintage,
    load: Callable[[str], Plan],
) -> list[ReportRequest]:
    """Return what an entry asks for; `common` holds what all entries share, and today's date."""
    plan, *scenarios = (
        str(base / name) if manifest.is_path(name) else name
        for name in (entry.plan, *entry.scenarios)
    )
    read = load(plan)
    days = partial(as_of_days, today=common.as_of, since=entry.since, plan=read, data=data)
    each = ((day,) if isinstance(day, date) else days(day) for day in entry.as_of)
    same = replace(common, plan=plan, formats=entry.formats, models=entry.models)
    return [
        replace(same, as_of=as_of, scenario=scenario, lang=lang)
        for as_of, scenario, lang in product(chain(*each), scenarios, entry.languages)
    ]


def _out_folder(file: ReportsFile, document: YamlDocument, base: Path) -> Path:
    """Return the folder of all reports: that of the file may not lead out of the file's folder."""
    out = saving.resolved(base / file.out)
    if out == base or not out.is_relative_to(base):
        raise _ours(wrong_value(document, ("out",), file.out, Message("run.allowed_out")))
    return saving.within(base, *out.relative_to(base).parts)


def _own_folder(key: str, given: str | None, document: YamlDocument, base: Path) -> Path | None:
    if is_url(given):
        return checked_out(given, base=base)
    if given is not None and not (base / given).is_dir():
        raise _ours(wrong_value(document, (key,), given, Message("run.allowed_there")))
    return None if given is None else base / given


class RunLockedError(BcforecastError):
    """Another run is at work in the folder: nothing is wrong with the input."""

    exit_status: ClassVar[int] = 1


Holder = dict[str, object]
"""Who holds the lock, or held it and was killed: `pid` and `since`, as far as is known."""


class RunOutcome(NamedTuple):
    """What became of a report; `why` it failed; `copied` are the folders it was copied to anew."""

    job: Job
    status: Literal["written", "unchanged", "failed"]
    why: Message | Text | None = None
    copied: tuple[Path, ...] = ()


class RunSummary(NamedTuple):
    """What became of each report, and why reports are not listed, or the list is not written."""

    outcomes: tuple[RunOutcome, ...]
    changes: tuple[listing.ListedChange, ...]
    unreadable: tuple[BcforecastError, ...]
    unlisted: Message | None


def run_reports(
    planned: Planned,
    *,
    at_a_time: int,
    wait_for_lock: float = 0.0,
    ended: Event,
    tell: Callable[[RunOutcome], None],
    progress: Advance,
    begun: Callable[[Holder | None], None],
    scheduler: str | None = None,
) -> RunSummary:
    """Make the reports that are not there yet, some `at_a_time`; one that fails stops no other.

    With a `scheduler` they are made by the workers of its Dask cluster. This is called under
    `children_end_with_us`: once its event `ended` is set, no report is touched any more. Outcomes
    are told in the order of the file, to `begun` the killed run that left the lock, if one did.
    """
    outcomes: dict[str, RunOutcome] = {}
    untold = list(planned.jobs)

    def note(outcome: RunOutcome) -> None:
        outcomes[outcome.job.name] = outcome
        while untold and untold[0].name in outcomes:
            tell(outcomes[untold.pop(0).name])

    def stop() -> None:  # a report may just have been starting its kernel
        ended.set()
        execution.end_children()

    with run_lock(planned.out, wait=wait_for_lock) as stale:
        listing.require_place(planned.out)
        begun(stale)
        places = [place for job in planned.jobs for place in (job.folder, job.failed, *job.copies)]
        for folder in dict.fromkeys((planned.out, *(place.parent for place in places))):
            saving.remove_abandoned(folder)
        before = listing.read_reports(planned.out)
        try:
            due = []
            for job in planned.jobs:
                if job.is_due:
                    due.append(job)
                else:
                    note(_outcome(job, lambda: False))
            make: Callable[[Job], RunOutcome] = _made_there
            where: dict[str, Any] = {"engine": "dask", "scheduler": scheduler}
            if scheduler is None:  # threads, which wait for the kernels of their reports mostly
                make, where = _making(due, outcomes, ended, progress), {"n_jobs": at_a_time}
                where["stop"] = stop
            for n, (job, outcome) in enumerate(worked(iter(due), make, **where), start=1):
                if scheduler is not None:
                    progress(job.name, n, len(due))
                note(outcome)
        finally:
            for job in untold:
                if job.name in outcomes:
                    tell(outcomes[job.name])
        after, unlisted = listing.read_reports(planned.out), None
        try:
            listing.write_listing(planned.out, after)
        except ReportError as error:
            unlisted = error.message
    found = tuple(outcomes[job.name] for job in planned.jobs)
    made = {one.job.path[:3] for one in found if one.status == "written"}
    changes = listing.changes_of_run(before, after, made)
    return RunSummary(found, changes, after.unreadable, unlisted)


def _making(
    jobs: list[Job], outcomes: dict[str, RunOutcome], ended: Event, progress: Advance
) -> Callable[[Job], RunOutcome]:
    """Return what makes a report here, tells its steps, and puts down at once what became of it."""
    done = dict.fromkeys((job.name for job in jobs), 0)

    def keep(folder: Path, error: execution.NotebookError) -> None:
        if not ended.is_set():
            report.keep_failed(folder, error)

    def make(job: Job) -> RunOutcome:
        def advance(step: str, steps: int, _total: int) -> None:
            done[job.name] = steps
            name = f"{job.name} · {step}" if step else job.name
            progress(name, sum(done.values()), STEPS * len(jobs))

        outcome = _outcome(job, lambda: report.make_report(job, progress=advance, keep=keep))
        advance("", STEPS, STEPS)
        if not ended.is_set():
            outcomes[job.name] = outcome
        return outcome

    return make


def _made_there(job: Job) -> RunOutcome:
    """Make a report in a worker's process, which is ended with what it has started."""
    with execution.children_end_with_us():
        return _outcome(job, lambda: report.make_report(job))


def _outcome(job: Job, make: Callable[[], bool]) -> RunOutcome:
    """Make a report and copy it to where else it is wanted; a failure becomes the outcome."""
    try:
        new = make()
        if not new:
            report.forget_failed(job.failed)
        copied = tuple(copy for copy in job.copies if _copied(job.folder, copy))
        return RunOutcome(job, "written" if new else "unchanged", copied=copied)
    except BcforecastError as error:
        return RunOutcome(job, "failed", error.message)
    except Exception as error:  # one report that fails in a way unforeseen stops no other
        return RunOutcome(job, "failed", Text.untranslated(f"{type(error).__name__}: {error}"))


def _copied(source: Path, target: Path) -> bool:
    copy = target / manifest.MANIFEST
    same = copy.is_file() and edge.read_bytes(copy) == edge.read_bytes(source / manifest.MANIFEST)
    if same and manifest.is_unharmed(target):
        return False
    with (
        saving.whole_folder(target, ours=manifest.written(target)) as folder,
        saving.alone_in(source.parent),  # where another command may put a new one
    ):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return True


@contextmanager
def run_lock(out: Path, *, wait: float) -> Iterator[Holder | None]:
    """Hold the lock of a folder of reports, which is made; yield the killed run that left it."""
    file = out / LOCK
    lock = FileLock(file, timeout=wait, poll_interval=0.1, fallback_to_soft=False)
    with saving.writing(out):
        out.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            raise RunLockedError("run.locked", folder=out, **_holder(file)) from None
        left = edge.read_bytes(file).strip(b"\0")
        if left[:1] not in b"{":  # what was cut off may have less than all
            lock.release()
            raise ReportError("errors.overwrites", file=file)
        stale = _holder(file) if left else None
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        file.write_text(edge.json_text({"pid": os.getpid(), "since": since}), encoding="utf-8")
    try:
        yield stale
    finally:
        file.unlink(missing_ok=True)
        lock.release()


def _holder(file: Path) -> Holder:
    try:
        record = edge.parse_json(edge.read_bytes(file))
        return {"pid": int(record["pid"]), "since": str(record["since"])}
    except (BcforecastError, ValueError, KeyError, TypeError, RecursionError):
        return {"pid": "?", "since": "?"}


def command_words(command: str) -> tuple[str, ...]:
    """Split a command as a shell would; it is never given to one."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ReportError("run.notify_unreadable", found=command) from error
    if not words or shutil.which(words[0]) is None:
        raise ReportError("run.notify_no_program", found=words[0] if words else command)
    return words


UNTOLD: Final = ".untold.json"
"""In a folder of reports, changes of which a command has yet to be told."""


def notify(
    words: tuple[str, ...], changes: list[dict[str, object]], *, out: Path, head: Mapping[str, str]
) -> Message | None:
    """Tell a command of changes as JSON on its input; return what went wrong, or None.

    What it fails on, or a run that is killed does not come to tell, waits in the folder of reports
    and is told first at the next run. Without changes nothing is told.
    """
    waiting = out / UNTOLD
    with suppress(BcforecastError, ValueError, RecursionError):  # else none waits
        known = edge.parse_json(edge.read_bytes(waiting))
        changes = [*known, *changes] if isinstance(known, list) else changes
    if not changes:
        return None
    saving.write_files({waiting: edge.json_text(changes).encode()}, ours=saving.bearing(b"["))
    given = edge.json_text({**head, "changes": changes}).encode("utf-8")
    try:
        # What it prints goes to our error stream.
        streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": sys.__stderr__}
        with subprocess.Popen(words, start_new_session=True, **streams) as told:
            try:
                told.communicate(given, saving.LONGEST_WAIT)
            except BaseException:  # it takes too long, or we are interrupted
                if os.name == "posix":  # what it has started ends with it
                    os.killpg(told.pid, signal.SIGKILL)
                told.kill()
                raise
        if not told.returncode:
            waiting.unlink(missing_ok=True)
            return None
        why: object = Message("run.exit_status", {"status": told.returncode})
    except subprocess.TimeoutExpired:
        why = Message("errors.not_ended", {"seconds": f"{saving.LONGEST_WAIT:g}"})
    except OSError as error:
        why = error.strerror
    return Message("run.notify_failed", {"command": words[0], "error": why})
