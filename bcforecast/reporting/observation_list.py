"""The list of every observation that a report rests on, or would have liked to rest on."""

from __future__ import annotations

from collections.abc import Iterator

from bcforecast.messages import Language, text
from bcforecast.reporting.citations import observation_anchor, outcome_anchor
from bcforecast.reporting.display import Kind, Table
from bcforecast.reporting.facts import Facts, FigureFact, GoalFact, SeriesFact
from bcforecast.reporting.narrative import outcome_figure
from bcforecast.wording import day

_COLUMNS = ("series", "period", "figure", "published", "status", "source", "use")
_KINDS: tuple[Kind, ...] = ("text", "short", "number", "short", "short", "source", "text")


def observations_table(facts: Facts, *, lang: Language) -> Table:
    """One row an observation: figure, publication, status, source, and what became of it.

    A figure that several goals share stands once.
    """
    found: dict[str, tuple[str, ...]] = {}
    for goal in facts.goals:
        for anchor, row in _rows(goal, lang):
            found.setdefault(anchor, row)
    return Table(
        caption=text("document.observations_caption", lang),
        columns=tuple(text(f"document.col_{name}", lang) for name in _COLUMNS),
        kinds=_KINDS,
        rows=tuple(found.values()),
        note=text("report.assumed_note", lang),
        row_cites=tuple(f"source-{row[_COLUMNS.index('source')]}" for row in found.values()),
        anchors=tuple(found),
    )


def _rows(goal: GoalFact, lang: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    for series in filter(None, (goal.own, goal.parent)):
        for figure in series.used:
            yield observation_anchor(figure), _row(goal, series, figure, "used", lang)
        for figure in series.unused:
            yield observation_anchor(figure), _row(goal, series, figure, "unused", lang)
    if goal.outcome is not None:
        known = goal.outcome
        use = "later" if known.after_as_of else "settled"
        yield (
            outcome_anchor(goal, known),
            (
                _series(goal, goal.own, lang),
                known.period,
                outcome_figure(known, unit=goal.unit, with_unit=goal, lang=lang),
                day(known.published, lang=lang),
                text("report.none", lang),
                known.source,
                text(f"document.use_{use}", lang),
            ),
        )


def _row(
    goal: GoalFact, series: SeriesFact, figure: FigureFact, use: str, lang: Language
) -> tuple[str, ...]:
    published = day(figure.published, lang=lang)
    if figure.published_assumed:
        published = text("report.assumed_day", lang, day=published)
    said = [words.in_(lang) for words in (figure.remark, figure.note) if words is not None]
    remark = text("report.remark_join", lang).join(said)
    key = f"document.use_{use}_because" if remark else f"document.use_{use}"
    return (
        _series(goal, series, lang),
        figure.period_words.in_(lang),
        figure.words.in_(lang),
        published,
        text(f"observations.status_{figure.status}", lang),
        figure.source,
        text(key, lang, remark=remark),
    )


def _series(goal: GoalFact, series: SeriesFact, lang: Language) -> str:
    name, area = goal.name.in_(lang), series.area_name.in_(lang)
    return text("document.series", lang, indicator=name, area=area)
