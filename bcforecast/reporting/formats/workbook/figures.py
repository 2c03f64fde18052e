"""The sheets of published figures and of where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bcforecast.messages import Language, text
from bcforecast.reporting.facts import Facts, FigureFact, GoalFact, SeriesFact
from bcforecast.reporting.formats.workbook.sheet import Cell, Sheet, columns, stated, yes_no
from bcforecast.units import unit_name


class _Named(NamedTuple):
    """A figure as a goal has it: a figure of two goals can be used for one and not the other."""

    figure: FigureFact
    used: bool
    area: str
    indicator: str
    unit: str


def observations_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a figure: what was published, whether it was used, and for which goals."""
    heads = columns(
        lang,
        area="text",
        indicator="text",
        code="code",
        period="code",
        value="figure",
        lower="figure",
        upper="figure",
        unit="text",
        status="text",
        published="day",
        published_assumed="text",
        source="code",
        used="text",
        remark="wrapped",
        note="wrapped",
        goals="wrapped",
    )
    goals: dict[_Named, list[str]] = {}
    for goal in facts.goals:
        for named in _figures(goal, lang):
            names = goals.setdefault(named, [])
            if goal.name.in_(lang) not in names:
                names.append(goal.name.in_(lang))
    rows = tuple(_row(named, names, lang) for named, names in goals.items())
    return Sheet(text("sheets.name_observations", lang), heads, rows)


def sources_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a source, with its address."""
    heads = columns(
        lang, source="code", title="wrapped", issuer="wrapped", url="url", verification="text"
    )
    rows = tuple(
        (
            source.id,
            source.title.in_(lang),
            source.issuer.in_(lang),
            source.url or None,
            text(f"report.seen_{source.verification}", lang),
        )
        for source in facts.sources
    )
    return Sheet(text("sheets.name_sources", lang), heads, rows)


def _figures(goal: GoalFact, lang: Language) -> Iterator[_Named]:
    for series in filter(None, (goal.own, goal.parent)):
        for used, figures in ((True, series.used), (False, series.unused)):
            for figure in figures:
                yield _named(figure, used, series, goal, lang)


def _named(
    figure: FigureFact, used: bool, series: SeriesFact, goal: GoalFact, lang: Language
) -> _Named:
    own = figure.indicator == goal.indicator
    unit = goal.unit_name.in_(lang) if figure.unit == goal.unit else unit_name(figure.unit, lang)
    name = goal.name.in_(lang) if own else figure.indicator
    return _Named(figure, used, series.area_name.in_(lang), name, unit)


def _row(named: _Named, goals: list[str], lang: Language) -> tuple[Cell, ...]:
    figure = named.figure
    return (
        named.area,
        named.indicator,
        figure.indicator,
        figure.period,
        stated(figure.value),
        stated(figure.lower),
        stated(figure.upper),
        named.unit,
        text(f"observations.status_{figure.status}", lang),
        figure.published,
        yes_no(figure.published_assumed, lang),
        figure.source,
        text("sheets.used" if named.used else "sheets.not_used", lang),
        figure.remark.in_(lang) if figure.remark else None,
        figure.note.in_(lang) if figure.note else None,
        text("report.list_join", lang).join(goals),
    )
