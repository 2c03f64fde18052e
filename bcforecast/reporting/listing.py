"""The list of reports that stand in a folder: pages, feed, table of what changed."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from itertools import chain, groupby, pairwise, starmap
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import BaseModel, Field, model_validator

from bcforecast import config, edge, errors, saving
from bcforecast.attainment.news import GoalStatus
from bcforecast.attainment.probability import UNSET, WORDS, Grade, rating_of
from bcforecast.plan.fields import changed
from bcforecast.reporting import display, formats, manifest, sentences
from bcforecast.reporting.facts import SCHEMA, status_record
from bcforecast.text import LANGUAGES, Language, Message, Text, day, text

RESULT: Final = "result.json"
RECENT: Final = 5
"""As-of dates that have a column of their own in the table of probabilities; older ones fold."""

LOG_ROWS: Final = 40
"""Changes shown on the page, the latest first; `status.csv` holds all."""

_OURS: Final = uuid.UUID("5b0d6c1e-7f0a-5c57-9c1f-2f9c5b7f3a10")
_MEDIA: Final = {one.file: one.media_type for one in formats.FILE_FORMATS.values()} | {
    RESULT: "application/json"
}
"""Media type of each file that the feed links to, the first of them as the entry itself."""

_LABELS: Final = {one.file: one.label for one in formats.FILE_FORMATS.values()} | {
    RESULT: Message("run.page_format_result"),
    manifest.MANIFEST: Message("run.page_format_manifest"),
}

_COMPARED: Final = ("as_of", "probability", "verdict", "grade")
"""What a row of `status.csv` holds of both reports."""

_LINE: Final = (132.0, 34.0, 5.0)
"""Width, height and margin of the line that is drawn of a goal's probabilities, in pixels."""

_TEMPLATES: Final = Path(__file__).parent / "templates"


class ListedGoal(BaseModel, frozen=True, strict=True):
    """What a report says of one goal; what else a result holds does not matter here."""

    id: str
    name: Text
    probability: Annotated[float, Field(ge=0, le=1)] | None
    verdict: Annotated[str, Field(pattern=rf"^verdict\.({'|'.join((*WORDS, 'unset'))})$")]
    grade: Grade
    due: date | None = None
    outcome: Mapping[str, Any] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        untrue = self.probability is None and (self.grade == "U") != (self.verdict == UNSET)
        if untrue or (self.outcome or {}).get("met") not in (True, False, None):
            raise ValueError(self.id)
        return self


class ListedPlan(BaseModel, frozen=True, strict=True):
    """The plan of a report."""

    id: str
    title: Text


class ListedReport(BaseModel, frozen=True, strict=True):
    """A plan as of a date under a scenario: what of its `result.json` is listed.

    By language the folder of the report, and what can be opened there.
    """

    document: str
    plan: ListedPlan
    as_of: date
    scenario: str
    scenario_name: Text
    goals: tuple[ListedGoal, ...]
    folders: Mapping[Language, str] = {}
    files: Mapping[Language, tuple[str, ...]] = {}

    @property
    def path(self) -> tuple[str, str, str]:
        """Plan, date and scenario."""
        return self.plan.id, self.as_of.isoformat(), self.scenario

    @property
    def statuses(self) -> dict[str, GoalStatus]:
        """What it says of each goal."""
        day, said = self.as_of, ((one, (one.outcome or {}).get("met")) for one in self.goals)
        return {g.id: GoalStatus(day, g.probability, g.verdict, g.grade, met) for g, met in said}


class Listing(NamedTuple):
    """All reports in a folder: by plan, scenario (the baseline first), date; and what is none."""

    reports: tuple[ListedReport, ...]
    unreadable: tuple[errors.BcforecastError, ...]

    @property
    def series(self) -> tuple[tuple[ListedReport, ...], ...]:
        """Reports of the same plan and scenario together, the earliest first."""
        grouped = groupby(self.reports, key=lambda r: (r.plan.id, r.scenario))
        return tuple(tuple(reports) for _, reports in grouped)


class ListedChange(NamedTuple):
    """A goal that a report speaks of in another word or grade than the report before."""

    report: ListedReport
    goal: ListedGoal
    before: GoalStatus
    after: GoalStatus


def read_reports(out: Path) -> Listing:
    """Read every report in a folder; one that cannot be read, or is out of place, is named."""
    found: dict[tuple[str, ...], dict[Language, ListedReport]] = {}
    unreadable: list[errors.BcforecastError] = []
    for path in sorted(out.glob(f"*/*/*/*/{RESULT}")):
        place = path.parent.relative_to(out).parts
        if place[0] == manifest.FAILED or any(part.startswith(".") for part in place):
            continue
        try:
            manifest.report_folder(out, *place)
            raw = edge.read_bytes(path, error=errors.ReportError)
            report = ListedReport.model_validate_json(raw)
            lang = LANGUAGES[LANGUAGES.index(place[-1])]
            (_, made), digest = manifest.listed(path.parent), sha256(raw).hexdigest()
            told = report.path, report.document, made.get(RESULT, digest)
            if told != (place[:3], SCHEMA, digest):
                raise ValueError(place)
            found.setdefault(place[:3], {})[lang] = report
        except errors.ReportError as error:
            unreadable.append(error)
        except ValueError:  # also pydantic's
            unreadable.append(errors.ReportError("run.unreadable_result", file=path))
    reports = []
    for place, results in found.items():
        folders = {lang: "/".join((*place, lang)) for lang in LANGUAGES if lang in results}
        files = {
            lang: tuple(sorted(p.name for p in (out / folder).glob("[!.]*") if p.is_file()))
            for lang, folder in folders.items()
        }
        there = {"folders": folders, "files": files}
        reports.append(changed(results[next(iter(folders))], **there))

    def order(report: ListedReport) -> tuple[object, ...]:
        plan, as_of, scenario = report.path
        return plan, scenario != config.SCENARIO, scenario, as_of

    return Listing(tuple(sorted(reports, key=order)), tuple(unreadable))


def at_risk(listing: Listing) -> tuple[tuple[ListedReport, ListedGoal], ...]:
    """Return the goals in danger by the latest report on each plan, the least likely first.

    By that under the baseline where there is one; what is settled or over is in danger no more.
    """
    latest: dict[str, ListedReport] = {}
    for series in listing.series:
        latest.setdefault(series[-1].plan.id, series[-1])
    found = [
        (report, goal)
        for report in latest.values()
        for goal in report.goals
        if rating_of(goal.verdict) == "at_risk" and goal.outcome is None
        if goal.due is None or goal.due > report.as_of
    ]
    return tuple(sorted(found, key=lambda one: one[1].probability or 0.0))


def status_changes(listing: Listing) -> tuple[ListedChange, ...]:
    """Return every change between consecutive as-of dates, by plan, scenario and date."""
    pairs = chain.from_iterable(map(pairwise, listing.series))
    return tuple(chain.from_iterable(starmap(_changes, pairs)))


def changes_of_run(
    before: Listing, after: Listing, made: Collection[tuple[str, str, str]]
) -> tuple[ListedChange, ...]:
    """Return what the reports that a run wrote, `made`, say otherwise than what stood before it.

    A report that replaces one of its own date is held against that one, any other against the one
    of the date before.
    """
    replaced = {report.path: report for report in before.reports}
    found: list[ListedChange] = []
    for series in after.series:
        for earlier, report in zip((None, *series), series, strict=False):
            against = replaced.get(report.path, earlier)
            if against is not None and report.path in made:
                found += _changes(against, report)
    return tuple(found)


def _changes(earlier: ListedReport, later: ListedReport) -> Iterator[ListedChange]:
    before, after = earlier.statuses, later.statuses
    for goal in later.goals:
        if goal.id in before and before[goal.id].differs(after[goal.id]):
            yield ListedChange(later, goal, before[goal.id], after[goal.id])


def change_record(change: ListedChange, *, lang: Language) -> dict[str, object]:
    """Return a change ready for JSON."""
    report = change.report
    return {
        "plan": report.plan.id,
        "plan_title": report.plan.title.render(lang),
        "scenario": report.scenario,
        "goal": change.goal.id,
        "goal_name": change.goal.name.render(lang),
        "before": status_record(change.before),
        "after": status_record(change.after),
    }


def change_words(change: ListedChange, *, lang: Language) -> str:
    """Say a change in one line."""
    report = change.report
    of = {"plan": report.plan.title, "scenario": report.scenario_name, "goal": change.goal.name}
    before, after = (_dated(status, lang) for status in (change.before, change.after))
    return text("run.change", lang, **of, before=before, after=after)


def _dated(status: GoalStatus, lang: Language) -> str:
    said = sentences.status_words(status, lang=lang)
    return text("run.said_on", lang, day=status.as_of, said=said)


def status_csv(changes: Iterable[ListedChange]) -> str:
    """Return changes as a table in CSV; no cell of it is taken for a formula."""
    head = ("plan", "scenario", "goal", *(f"goal_{lang}" for lang in LANGUAGES))
    rows = [[*head, *(f"{name}{end}" for name in _COMPARED for end in ("_before", ""))]]
    for change in changes:
        report, goal = change.report, change.goal
        names = map(goal.name.render, LANGUAGES)
        row: list[object] = [report.plan.id, report.scenario, goal.id, *names]
        before, after = status_record(change.before), status_record(change.after)
        row += [one[name] for name in _COMPARED for one in (before, after)]
        rows.append(["" if value is None else str(value) for value in row])
    return edge.rows_text(rows)


def feed(listing: Listing) -> str:
    """Return the feed in Atom: an entry a report and language, the latest as-of date first."""
    # Its clock is the as-of dates, so that the same reports give the same bytes.
    latest = sorted(listing.reports, key=lambda r: r.as_of, reverse=True)
    written = formats.template("feed.xml.j2").render(
        text=text,
        reports=latest,
        updated=latest[0].as_of if latest else date(1970, 1, 1),
        languages=LANGUAGES,
        media=_MEDIA,
        urn=lambda name: f"urn:uuid:{uuid.uuid5(_OURS, name)}",
        day=lambda as_of, lang: day(as_of, lang=lang),
    )
    return f"{written.rstrip()}\n"


def page_name(lang: Language) -> str:
    """Return the file name of the page in a language."""
    return "index.html" if lang == config.LANGUAGE else f"index.{lang}.html"


def index_page(listing: Listing, *, lang: Language, there: str = "") -> str:
    """Return the page: HTML that needs no other file, no script and no network."""
    log = sorted(status_changes(listing), key=lambda change: change.after.as_of, reverse=True)
    page = formats.template("reports.html.j2").render(
        text=text,
        lang=lang,
        style=(_TEMPLATES / "reports.css").read_text(encoding="utf-8").rstrip(),
        at_risk=at_risk(listing),
        sections=[(series, _history(series, lang)) for series in listing.series],
        line_places=line_places,
        recent=RECENT,
        files={k: w.render(lang) if isinstance(w, Message) else w for k, w in _LABELS.items()},
        log=log[:LOG_ROWS],
        log_count=len(log),
        others={other: page_name(other) for other in LANGUAGES if other != lang},
        say=lambda key, **values: text(f"run.page_{key}", lang, **values),
        day=lambda as_of: day(as_of, lang=lang),
        dated=lambda status: _dated(status, lang),
    )
    return display.with_font(page.rstrip() + "\n", lang=lang, there=there)


Cell = tuple[GoalStatus | None, bool]
"""What a report says of a goal, if it does, and whether word or grade are new."""


def _history(series: Sequence[ListedReport], lang: Language) -> list[tuple[str, list[Cell]]]:
    """Return each goal with what the reports say of it, the least likely by the latest first."""
    names = {goal.id: goal.name.render(lang) for report in series for goal in report.goals}
    rows = []
    for goal, name in names.items():
        cells: list[Cell] = []
        before: GoalStatus | None = None
        for status in (report.statuses.get(goal) for report in series):
            cells.append((status, bool(before and status and before.differs(status))))
            before = status or before
        rows.append((name, cells))

    def danger(row: tuple[str, list[Cell]]) -> float:
        last = row[1][-1][0]
        return 2.0 if last is None or last.probability is None else last.probability

    return sorted(rows, key=danger)


def line_places(days: Sequence[date], cells: Sequence[Cell]) -> list[list[tuple[float, float]]]:
    """Return where a line of probabilities goes, from 0 at the bottom; a missing one is a gap."""
    width, height, margin = _LINE
    whole = (days[-1] - days[0]).days
    runs: list[list[tuple[float, float]]] = [[]]
    for when, (status, _) in zip(days, cells, strict=True):
        if status is None or status.probability is None:
            runs.append([])
            continue
        across = (when - days[0]).days / whole if whole else 0.5
        x = margin + across * (width - 2 * margin)
        runs[-1].append((x, margin + (1 - status.probability) * (height - 2 * margin)))
    return [run for run in runs if run]


_is_ours = saving.bearing(
    b'content="bcforecast">', b"<name>bcforecast</name>", b"plan,scenario,goal"
)


def require_place(out: Path) -> None:
    """Refuse a folder in which something else stands where the list of its reports would."""
    names = ("feed.xml", "status.csv", *map(page_name, LANGUAGES))
    saving.require_ours({out / name: b"" for name in names}, _is_ours)


def write_listing(out: Path, listing: Listing) -> bool:
    """Write pages, feed and table of changes where there are reports; whether any is new."""
    pages = {lang: out / page_name(lang) for lang in LANGUAGES}
    if not listing.reports and not any(path.exists() for path in pages.values()):
        return False
    files: dict[Path, str] = {}
    for lang, path in pages.items():
        there = path.read_text("utf-8", errors="replace") if path.is_file() else ""
        files[path] = index_page(listing, lang=lang, there=there)
    files[out / "feed.xml"] = feed(listing)
    files[out / "status.csv"] = status_csv(status_changes(listing))
    return saving.write_files({one: said.encode() for one, said in files.items()}, ours=_is_ours)
