"""The page that lists all reports, with the history of probabilities; one page a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bcforecast import defaults
from bcforecast.messages import LANGUAGES, Language, text
from bcforecast.reporting.formats.choice import FILES
from bcforecast.reporting.manifest import MANIFEST
from bcforecast.reporting.service.changes import Change, status_changes, status_words
from bcforecast.reporting.service.sparkline import sparkline
from bcforecast.reporting.service.standing import RESULT, Reports, Standing
from bcforecast.table_numbers import percent
from bcforecast.wording import day

RECENT: Final = 5
"""As-of dates that have a column of their own in the table of probabilities; older ones fold."""

LOG_ROWS: Final = 40
"""Changes shown on the page, the latest first; `status.csv` holds all."""

_TEMPLATES: Final = Path(__file__).parents[1] / "templates"
_FONT_PLACE: Final = "/* font */"
_FONT: Final = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_TAGS: Final[Mapping[Language, str]] = {"zh": "zh-Hans", "en": "en"}


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
    return "index.html" if lang == defaults.LANGUAGE else f"index.{lang}.html"


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
    other = next(known for known in LANGUAGES if known != lang)
    whole = (
        _template()
        .render(
            html_lang=_TAGS[lang],
            style=(_TEMPLATES / "reports.css").read_text(encoding="utf-8").rstrip(),
            sections=[_section(series, lang) for series in reports.series],
            log=[_log_row(change, lang) for change in log[:LOG_ROWS]],
            log_count=len(log),
            other_page=page_name(other),
            other_lang=_TAGS[other],
            other_name=text("run.page_this_language", other),
            say=lambda key, **values: text(f"run.page_{key}", lang, **values),
        )
        .rstrip()
        + "\n"
    )
    if standing is not None and _FONT.sub(_FONT_PLACE, standing, count=1) == whole:
        return standing
    # fontTools takes a second, and a list that has not changed needs none.
    from bcforecast.reporting.page_font import font_face

    return whole.replace(_FONT_PLACE, font_face(whole, lang=lang), 1)


def _section(series: Sequence[Standing], lang: Language) -> Section:
    result = series[-1].result
    days = [day(report.result.as_of, lang=lang) for report in series]
    goals = {g.id: g.name.in_(lang) for report in series for g in report.result.goals}
    rows = [_row(goal, name, series, days, lang) for goal, name in goals.items()]
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


def _row(
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
                _TAGS[written],
                text("run.page_this_language", written),
                tuple(_links(report.files[written], report.folders[written], lang)),
            )
            for written in report.folders
        ),
    )


def _links(files: Iterable[str], folder: str, lang: Language) -> Iterable[Link]:
    there = set(files)
    for kind, name in (*FILES.items(), ("result", RESULT), ("manifest", MANIFEST)):
        if name in there:
            yield Link(text(f"run.page_format_{kind}", lang), f"{folder}/{name}")


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
