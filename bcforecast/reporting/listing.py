"""The list of reports: page, feed, table of status."""

from __future__ import annotations

import csv
import io
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bcforecast import config
from bcforecast.attainment.news import GoalStatus, Reported
from bcforecast.attainment.probability import UNSET, WORDS, Grade
from bcforecast.csv_text import harmless
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.formats import FILE_FORMATS
from bcforecast.reporting.manifest import MANIFEST
from bcforecast.reporting.publication import FAILED, report_folder, write_whole_file
from bcforecast.text import (
    LANGUAGES,
    Language,
    Message,
    Text,
    day,
    language_tag,
    percent,
    text,
)

RESULT: Final = "result.json"
_VERDICTS: Final = frozenset({UNSET, *(f"verdict.{word}" for word in WORDS)})


def _known_word(key: str) -> str:
    if key not in _VERDICTS:
        raise ValueError(key)
    return key


class _Read(BaseModel):
    """A part of a result that is used here; what else it holds does not matter."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ListedGoal(_Read):
    """What a report says of one goal."""

    id: str
    name: Text
    probability: Annotated[float, Field(ge=0, le=1)] | None
    verdict: Annotated[str, AfterValidator(_known_word)]
    grade: Grade


class ListedPlan(_Read):
    """The plan of a report."""

    id: str
    title: Text


class ListedResult(_Read):
    """What of a result is listed."""

    plan: ListedPlan
    as_of: date
    scenario: str
    scenario_name: Text
    goals: tuple[ListedGoal, ...]


@dataclass(frozen=True)
class Standing:
    """One report: a plan as of a date under a scenario, in the languages that stand there.

    Parameters
    ----------
    result
        As the first of its languages has it; the figures do not depend on the language.
    folders
        By language, from the folder of all reports.
    files
        By language, the names of what can be opened, sorted.
    """

    result: ListedResult
    folders: Mapping[Language, str]
    files: Mapping[Language, tuple[str, ...]]

    @property
    def reported(self) -> Reported:
        """What it says of each goal, as other modules compare it."""
        day = self.result.as_of
        said = {g.id: GoalStatus(day, g.probability, g.verdict, g.grade) for g in self.result.goals}
        return Reported(self.result.plan.id, day, self.result.scenario, said)


@dataclass(frozen=True)
class Reports:
    """All that stands in a folder.

    Parameters
    ----------
    standing
        By plan, then scenario (the baseline first), then date.
    unreadable
        What is in the place of a report and is none.
    """

    standing: tuple[Standing, ...]
    unreadable: tuple[BcforecastError, ...]

    @property
    def series(self) -> tuple[tuple[Standing, ...], ...]:
        """Reports of the same plan and scenario together, the earliest first."""
        grouped = groupby(self.standing, key=lambda s: (s.result.plan.id, s.result.scenario))
        return tuple(tuple(reports) for _, reports in grouped)


def standing_reports(out: Path) -> Reports:
    """Read every report in a folder.

    One whose result cannot be read, or does not belong where it is, is named and left out.
    """
    found: dict[tuple[str, ...], dict[Language, tuple[ListedResult, Path]]] = {}
    unreadable: list[BcforecastError] = []
    for path in sorted(out.glob(f"*/*/*/*/{RESULT}")):
        parts = path.parent.relative_to(out).parts
        if parts[0] == FAILED or any(part.startswith(".") for part in parts):
            continue
        try:
            lang, result = _read(out, parts)
        except BcforecastError as error:
            unreadable.append(error)
        else:
            found.setdefault(parts[:3], {})[lang] = (result, path.parent)
    standing = [_standing(out, by_language) for by_language in found.values()]
    return Reports(tuple(sorted(standing, key=_order)), tuple(unreadable))


def _read(out: Path, parts: tuple[str, ...]) -> tuple[Language, ListedResult]:
    file = out.joinpath(*parts, RESULT)
    lang = next((known for known in LANGUAGES if known == parts[-1]), None)
    try:
        report_folder(out, *parts)
        result = ListedResult.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise ReportError("run.unreadable_result", file=file) from error
    named = (result.plan.id, result.as_of.isoformat(), result.scenario)
    if lang is None or named != parts[:3]:
        raise ReportError("run.unreadable_result", file=file)
    return lang, result


def _standing(out: Path, found: Mapping[Language, tuple[ListedResult, Path]]) -> Standing:
    languages = [lang for lang in LANGUAGES if lang in found]
    return Standing(
        result=found[languages[0]][0],
        folders={lang: found[lang][1].relative_to(out).as_posix() for lang in languages},
        files={lang: tuple(_files(found[lang][1].iterdir())) for lang in languages},
    )


def _files(paths: Iterable[Path]) -> list[str]:
    return sorted(p.name for p in paths if p.is_file() and not p.name.startswith("."))


def _order(report: Standing) -> tuple[str, bool, str, date]:
    result = report.result
    return result.plan.id, result.scenario != "baseline", result.scenario, result.as_of


@dataclass(frozen=True)
class Change:
    """A goal that a report speaks of in another word or grade than the report before.

    Parameters
    ----------
    report
        The later report.
    goal
        As the later report has it.
    before, after
        What the two say; the dates are equal where a report was made anew.
    """

    report: Standing
    goal: ListedGoal
    before: GoalStatus
    after: GoalStatus


def changes_between(earlier: Standing, later: Standing) -> tuple[Change, ...]:
    """Return what changed from one report to another, in the order of the goals."""
    before, after = earlier.reported.goals, later.reported.goals
    return tuple(
        Change(later, goal, before[goal.id], after[goal.id])
        for goal in later.result.goals
        if goal.id in before and before[goal.id].differs(after[goal.id])
    )


def status_changes(reports: Reports) -> tuple[Change, ...]:
    """Return every change between consecutive as-of dates, by plan, scenario and date."""
    return tuple(
        change
        for series in reports.series
        for earlier, later in pairwise(series)
        for change in changes_between(earlier, later)
    )


def changes_of_run(
    before: Reports, after: Reports, made: Iterable[tuple[str, date, str]]
) -> tuple[Change, ...]:
    """Return what the reports that a run wrote say otherwise than what stood before it.

    A report that replaces one of its own date is held against that one, any other against the one
    of the date before.

    Parameters
    ----------
    before, after
        What stood before the run and after it.
    made
        Plan, date and scenario of each report that was written.
    """
    wanted = set(made)
    replaced = {_key(report): report for report in before.standing}
    found: list[Change] = []
    for series in after.series:
        for place, report in enumerate(series):
            if _key(report) in wanted:
                earlier = series[place - 1] if place else None
                against = replaced.get(_key(report), earlier)
                found += changes_between(against, report) if against is not None else ()
    return tuple(found)


def change_record(change: Change, *, lang: Language) -> dict[str, object]:
    """Return a change ready for JSON."""
    result = change.report.result
    return {
        "plan": result.plan.id,
        "plan_title": result.plan.title.in_(lang),
        "scenario": result.scenario,
        "goal": change.goal.id,
        "goal_name": change.goal.name.in_(lang),
        "before": _status(change.before),
        "after": _status(change.after),
    }


def change_words(change: Change, *, lang: Language) -> str:
    """Say a change in one line."""
    result = change.report.result
    return text(
        "run.change",
        lang,
        plan=result.plan.title.in_(lang),
        scenario=result.scenario_name.in_(lang),
        goal=change.goal.name.in_(lang),
        before=status_words(change.before, lang=lang),
        after=status_words(change.after, lang=lang),
    )


def status_words(status: GoalStatus, *, lang: Language) -> str:
    """Say on which day what was said: number, word and grade."""
    from bcforecast.reporting.sentences import status_words as words

    return text("run.said_on", lang, day=status.as_of, said=words(status, lang=lang))


def _status(status: GoalStatus) -> dict[str, object]:
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": status.verdict.partition(".")[2],
        "grade": status.grade,
    }


def _key(report: Standing) -> tuple[str, date, str]:
    return report.result.plan.id, report.result.as_of, report.result.scenario


Point = tuple[date, float | None]

_WIDTH: Final = 132.0
_HEIGHT: Final = 34.0
_MARGIN: Final = 5.0


def sparkline(points: Sequence[Point], *, label: str) -> str:
    """Draw probabilities from 0 at the bottom to 1 at the top, with a line at one half.

    Parameters
    ----------
    points
        Dates, the earliest first, and probabilities; None leaves a gap.
    label
        What it says, for who cannot see it.
    """
    runs = _runs(points)
    if not runs:
        return ""
    middle = _HEIGHT / 2
    parts = [
        f'<svg class="spark" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}">',
        f'<path class="frame" d="M0 .5H{_WIDTH:.0f}M0 {_HEIGHT - 0.5}H{_WIDTH:.0f}"/>',
        f'<path class="half" d="M0 {middle}H{_WIDTH:.0f}"/>',
    ]
    for run in runs:
        if len(run) > 1:
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(f'<polyline points="{places}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6"/>' for x, y in run]
    x, y = runs[-1][-1]
    return "".join([*parts, f'<circle class="last" cx="{x:.1f}" cy="{y:.1f}" r="3"/></svg>'])


def _runs(points: Sequence[Point]) -> list[list[tuple[float, float]]]:
    """Return the places of the points, those without a gap between them together."""
    if not points:
        return []
    first, last = points[0][0], points[-1][0]
    whole = max((last - first).days, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for when, share in points:
        if share is None:
            runs.append([])
            continue
        across = (when - first).days / whole if last > first else 0.5
        x = _MARGIN + across * (_WIDTH - 2 * _MARGIN)
        y = _MARGIN + (1 - share) * (_HEIGHT - 2 * _MARGIN)
        runs[-1].append((x, y))
    return [run for run in runs if run]


_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_OURS: Final = uuid.UUID("5b0d6c1e-7f0a-5c57-9c1f-2f9c5b7f3a10")
_MEDIA: Final = {one.file: one.media_type for one in FILE_FORMATS.values()} | {
    RESULT: "application/json"
}
"""Media type of each file that is linked, the first of them as the entry itself."""

_NO_REPORT: Final = date(1970, 1, 1)


def feed(reports: Reports) -> bytes:
    """Return the feed: an entry a report and language, the latest as-of date first."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    _add(root, "id", _urn("feed"))
    _add(root, "title", " · ".join(text("run.feed_title", lang) for lang in LANGUAGES))
    days = [report.result.as_of for report in reports.standing]
    _add(root, "updated", _instant(max(days, default=_NO_REPORT)))
    _add(_add(root, "author"), "name", "bcforecast")
    _add(root, "link", rel="self", type="application/atom+xml", href="feed.xml")
    _add(root, "link", rel="alternate", type="text/html", href="index.html")
    for report in sorted(reports.standing, key=lambda r: r.result.as_of, reverse=True):
        for lang in report.folders:
            _entry(root, report, lang)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entry(root: ET.Element, report: Standing, lang: Language) -> None:
    result, folder = report.result, report.folders[lang]
    entry = _add(root, "entry")
    entry.set(_XML_LANG, language_tag(lang))
    _add(entry, "id", _urn(folder))
    title = text(
        "run.entry_title",
        lang,
        plan=result.plan.title.in_(lang),
        day=day(result.as_of, lang=lang),
        scenario=result.scenario_name.in_(lang),
    )
    _add(entry, "title", _legal(title))
    _add(entry, "updated", _instant(result.as_of))
    shown = [name for name in _MEDIA if name in report.files[lang]]
    for place, name in enumerate(shown):
        rel = "related" if place else "alternate"
        _add(entry, "link", rel=rel, type=_MEDIA[name], href=f"{folder}/{name}")
    lines = [_line(goal, lang) for goal in result.goals]
    _add(entry, "summary", _legal("\n".join(lines)), type="text")


def _line(goal: ListedGoal, lang: Language) -> str:
    word = text(goal.verdict, lang)
    said = word if goal.probability is None else f"{percent(goal.probability)} {word}"
    return text("run.entry_goal", lang, goal=goal.name.in_(lang), said=said, grade=goal.grade)


def _add(above: ET.Element, tag: str, content: str | None = None, **named: str) -> ET.Element:
    element = ET.SubElement(above, f"{{{_ATOM}}}{tag}", named)
    element.text = content
    return element


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_OURS, name)}"


def _instant(of: date) -> str:
    return f"{of.isoformat()}T00:00:00Z"


def _legal(words: str) -> str:
    """Leave out the control characters that XML cannot hold."""
    return "".join(c for c in words if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))


RECENT: Final = 5
"""As-of dates that have a column of their own in the table of probabilities; older ones fold."""

LOG_ROWS: Final = 40
"""Changes shown on the page, the latest first; `status.csv` holds all."""

_TEMPLATES: Final = Path(__file__).parent / "templates"
_FONT_PLACE: Final = "/* font */"
_FONT: Final = re.compile(r"@font-face \{.*?\}", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """What a report says of a goal: number, word, grade, and whether word or grade are new."""

    number: str
    word: str
    grade: str
    changed: bool


@dataclass(frozen=True)
class Row:
    """A goal over the as-of dates."""

    name: str
    line: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Link:
    """A file of a report."""

    name: str
    address: str


@dataclass(frozen=True)
class Listed:
    """A report in the list: its date, and what can be opened, by language."""

    day: str
    languages: tuple[tuple[str, str, tuple[Link, ...]], ...]


@dataclass(frozen=True)
class Section:
    """A plan under a scenario."""

    plan: str
    scenario: str
    reports: tuple[Listed, ...]
    recent: tuple[str, ...]
    rows: tuple[Row, ...]
    older: tuple[str, ...]
    older_rows: tuple[Row, ...]


@dataclass(frozen=True)
class LogRow:
    """A change of word or grade."""

    plan: str
    scenario: str
    goal: str
    before: str
    after: str


def page_name(lang: Language) -> str:
    """Return the file name of the page in a language."""
    return "index.html" if lang == config.LANGUAGE else f"index.{lang}.html"


def index_page(reports: Reports, *, lang: Language, standing: str | None = None) -> str:
    """Return the page: HTML that needs no other file, no script and no network.

    Parameters
    ----------
    reports
        What stands in the folder of the page.
    lang
        Language of the page.
    standing
        The page as it is now; its font is taken over where nothing else has changed.
    """
    log = sorted(status_changes(reports), key=lambda c: c.after.as_of, reverse=True)
    whole = (
        _template()
        .render(
            html_lang=language_tag(lang),
            style=(_TEMPLATES / "reports.css").read_text(encoding="utf-8").rstrip(),
            sections=[_section(series, lang) for series in reports.series],
            log=[_log_row(change, lang) for change in log[:LOG_ROWS]],
            log_count=len(log),
            others=[
                (page_name(other), language_tag(other), text("run.page_this_language", other))
                for other in LANGUAGES
                if other != lang
            ],
            say=lambda key, **values: text(f"run.page_{key}", lang, **values),
        )
        .rstrip()
        + "\n"
    )
    if standing is not None and _FONT.sub(_FONT_PLACE, standing, count=1) == whole:
        return standing
    # fontTools takes a second, and a list that has not changed needs none.
    from bcforecast.reporting.html import font_face

    return whole.replace(_FONT_PLACE, font_face(whole, lang=lang), 1)


def _section(series: Sequence[Standing], lang: Language) -> Section:
    result = series[-1].result
    days = [day(report.result.as_of, lang=lang) for report in series]
    goals = {g.id: g.name.in_(lang) for report in series for g in report.result.goals}
    rows = [_index_row(goal, name, series, days, lang) for goal, name in goals.items()]
    older = len(days) - RECENT if len(days) > RECENT else 0
    return Section(
        plan=result.plan.title.in_(lang),
        scenario=result.scenario_name.in_(lang),
        reports=tuple(_listed(report, lang) for report in reversed(series)),
        recent=tuple(days[older:]),
        rows=tuple(Row(r.name, r.line, r.cells[older:]) for r in rows),
        older=tuple(days[:older]),
        older_rows=tuple(Row(r.name, "", r.cells[:older]) for r in rows if older),
    )


def _index_row(
    goal: str, name: str, series: Sequence[Standing], days: Sequence[str], lang: Language
) -> Row:
    cells: list[Cell | None] = []
    before = None
    points = []
    for report in series:
        said = report.reported.goals.get(goal)
        points.append((report.result.as_of, said.probability if said else None))
        if said is None:
            cells.append(None)
            continue
        changed = before is not None and before.differs(said)
        word = text(said.verdict, lang)
        cells.append(Cell(percent(said.probability), word, said.grade, changed))
        before = said
    shown = [f"{d} {c.number}" for d, c in zip(days, cells, strict=True) if c is not None]
    return Row(name, sparkline(points, label=f"{name}: {', '.join(shown)}"), tuple(cells))


def _listed(report: Standing, lang: Language) -> Listed:
    return Listed(
        day=day(report.result.as_of, lang=lang),
        languages=tuple(
            (
                language_tag(written),
                text("run.page_this_language", written),
                tuple(_links(report.files[written], report.folders[written], lang)),
            )
            for written in report.folders
        ),
    )


def _links(files: Iterable[str], folder: str, lang: Language) -> Iterable[Link]:
    there = set(files)
    named = {one.file: one.label for one in FILE_FORMATS.values()}
    named |= {RESULT: Message("run.page_format_result")}
    named |= {MANIFEST: Message("run.page_format_manifest")}
    for name, label in named.items():
        if name in there:
            said = label.render(lang) if isinstance(label, Message) else label
            yield Link(said, f"{folder}/{name}")


def _log_row(change: Change, lang: Language) -> LogRow:
    result = change.report.result
    return LogRow(
        plan=result.plan.title.in_(lang),
        scenario=result.scenario_name.in_(lang),
        goal=change.goal.name.in_(lang),
        before=status_words(change.before, lang=lang),
        after=status_words(change.after, lang=lang),
    )


@cache
def _template():  # type: ignore[no-untyped-def]
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("reports.html.j2")


COLUMNS: Final = (
    "plan",
    "scenario",
    "goal",
    "goal_zh",
    "goal_en",
    "as_of_before",
    "as_of",
    "probability_before",
    "probability",
    "verdict_before",
    "verdict",
    "grade_before",
    "grade",
)


def status_csv(changes: Iterable[Change]) -> str:
    """Return the table as CSV; no cell of it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _status_row(change)] for change in changes)
    return out.getvalue()


def _status_row(change: Change) -> tuple[object, ...]:
    result, before, after = change.report.result, change.before, change.after
    return (
        result.plan.id,
        result.scenario,
        change.goal.id,
        change.goal.name.in_("zh"),
        change.goal.name.in_("en"),
        before.as_of,
        after.as_of,
        before.probability,
        after.probability,
        before.verdict.partition(".")[2],
        after.verdict.partition(".")[2],
        before.grade,
        after.grade,
    )


def _cell(value: object) -> str:
    return "" if value is None else harmless(str(value))


def write_listing(out: Path, reports: Reports) -> bool:
    """Write `index.html`, `index.en.html`, `feed.xml` and `status.csv`, each whole or not at all.

    The same reports give the same bytes. Where no report stands, and no list, none is written.

    Returns
    -------
    bool
        Whether anything had changed.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    pages = {lang: out / page_name(lang) for lang in LANGUAGES}
    if not reports.standing and not any(path.exists() for path in pages.values()):
        return False
    files: dict[Path, bytes] = {}
    for lang, path in pages.items():
        standing = path.read_text("utf-8", errors="replace") if path.is_file() else None
        files[path] = index_page(reports, lang=lang, standing=standing).encode("utf-8")
    files[out / "feed.xml"] = feed(reports)
    files[out / "status.csv"] = status_csv(status_changes(reports)).encode("utf-8")
    written = [write_whole_file(path, content) for path, content in files.items()]
    return any(written)
