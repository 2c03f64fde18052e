"""Facts in tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bcforecast.attainment.probability import load_bands
from bcforecast.plan.goals import COMPARISONS
from bcforecast.reporting.display import (
    Kind,
    Prose,
    Table,
    function_anchor,
    observation_anchor,
    outcome_anchor,
)
from bcforecast.reporting.facts import Facts, FigureFact, GoalFact, SeriesFact
from bcforecast.reporting.sentences import already_met, happened_short, outcome_figure
from bcforecast.text import (
    Language,
    day,
    number,
    percent,
    place_words,
    plain,
    rate,
    target_words,
    text,
)

GRADES = "ABCDU"
LONGEST: Final = 10
"""Years of a forecast that a table shows."""


def summary_table(facts: Facts, *, lang: Language) -> Table:
    """One row a goal: target, probability as number and word, grade, and what happened."""
    names = ["goal", "target", "probability", "verdict", "grade"]
    kinds: tuple[Kind, ...] = ("text", "text", "number", "short", "grade")
    rows = [_answer(goal, lang) for goal in facts.goals]
    if any(goal.outcome is not None for goal in facts.goals):
        names, kinds = [*names, "outcome"], (*kinds, "short")
        rows = [
            (*row, happened_short(goal, lang=lang))
            for row, goal in zip(rows, facts.goals, strict=True)
        ]
    cites = ["", "plan", "probability", "", "grade", "observations"]
    caption = text("report.summary_caption", lang)
    return Table(caption, _heads(names, lang), kinds, tuple(rows), cites=_anchors(cites, names))


def standing_table(facts: Facts, *, lang: Language) -> Table:
    """One row a goal: latest figure, gap, pace needed, and the forecast at the due date."""
    names = ["goal", "unit", "target_value", "latest", "gap", "pace", "q10", "q50", "q90"]
    numbers: list[Kind] = ["number"] * 7
    rows = tuple(_standing(goal, lang) for goal in facts.goals)
    caption = text("report.standing_caption", lang)
    cites = ["", "plan", "plan", "observations", *["required"] * 2, *["forecast"] * 3]
    kinds: tuple[Kind, ...] = ("text", "short", *numbers)
    return Table(caption, _heads(names, lang), kinds, rows, cites=_anchors(cites, names))


def forecast_table(goal: GoalFact, *, lang: Language) -> Table | Prose:
    """Median and 80 % interval, a year a column; for an event the probability.

    Of a forecast over more than `LONGEST` years the last ones are shown. Nothing where it is over
    one year, which is the due year: the sentence on the goal says all of it.
    """
    if len(goal.met_by_year or (goal.forecast and goal.forecast.years) or ()) < 2:
        return Prose("")
    caption = text("report.forecast_caption", lang)
    if goal.met_by_year is not None:
        years: tuple[int, ...] = tuple(goal.met_by_year)[-LONGEST:]
        rows = [("chance", [percent(goal.met_by_year[y], lang=lang) for y in years])]
        anchor = function_anchor("probability")
    else:
        f = goal.forecast
        assert f is not None
        place, years = f.levels.index(0.8), f.years[-LONGEST:]
        ends = ("low80", f.lower[place]), ("q50", f.median), ("high80", f.upper[place])
        rows = [(k, [number(v, unit=goal.unit) for v in row[-LONGEST:]]) for k, row in ends]
        anchor = function_anchor("forecast")
    numbers: list[Kind] = ["number"] * len(years)
    return Table(
        caption,
        (text("report.col_year", lang), *(text("report.year", lang, year=y) for y in years)),
        ("text", *numbers),
        tuple((text(f"report.col_{key}", lang), *row) for key, row in rows),
        cites=("", *(anchor for _ in years)),
    )


def used_table(series: SeriesFact, *, lang: Language) -> Table | None:
    """The figures that the model used, each with its source; None where there are none."""
    if not series.used:
        return None
    names = ["period", "figure", "published", "source", "remark"]
    rows = tuple(_figure_row(figure, lang) for figure in series.used)
    caption = text("report.used_caption", lang, area=series.area_name.in_(lang))
    assumed = any(figure.published_assumed for figure in series.used)
    note = text("report.assumed_note", lang) if assumed else ""
    kinds: tuple[Kind, ...] = ("short", "number", "short", "source", "text")
    cites = tuple(observation_anchor(figure) for figure in series.used)
    return Table(caption, _heads(names, lang), kinds, rows, note, row_cites=cites)


def grades_table(*, lang: Language) -> Table:
    """What each evidence grade means."""
    rows = tuple((grade, text(f"report.grade_{grade}", lang)) for grade in GRADES)
    heads = _heads(["grade", "meaning"], lang)
    caption, cites = text("report.grades_caption", lang), ("", function_anchor("grade"))
    return Table(caption, heads, ("grade", "text"), rows, cites=cites)


def words_table(data_dir: Path, *, lang: Language) -> Table:
    """Which probabilities each word stands for by the bounds in `data_dir`, highest first."""
    rows = tuple(
        (
            text(band.key, lang),
            text(
                "report.words_range",
                lang,
                lower=f"{100 * band.lower:.0f}%",
                upper=f"{100 * band.upper:.0f}%",
            ),
        )
        for band in reversed(load_bands(data_dir))
    )
    heads = _heads(["word", "range"], lang)
    caption, cites = text("report.words_caption", lang), ("", function_anchor("verdict"))
    return Table(caption, heads, ("short", "short"), rows, cites=cites)


def tracked_table(facts: Facts, *, lang: Language) -> Table | None:
    """Promises without a number, and milestones; None where the plan has none."""
    tracked = (*facts.qualitative, *facts.milestones)
    if not tracked:
        return None
    rows = tuple(
        (
            t.quote.in_(lang),
            place_words(t.place, lang=lang),
            text("report.list_join", lang).join(b.in_(lang) for b in t.bodies),
        )
        for t in tracked
    )
    heads = _heads(["goal", "place", "bodies"], lang)
    caption = text("report.tracked_caption", lang)
    note = text("report.tracked_note", lang)
    cites = tuple(function_anchor("plan") for _ in heads)
    return Table(caption, heads, ("text", "text", "text"), rows, note, cites)


def sources_table(facts: Facts, *, lang: Language) -> Table:
    """Every source of a figure that the report names."""
    rows = tuple(
        (
            s.id,
            s.title.in_(lang),
            s.issuer.in_(lang),
            s.url or text("report.none", lang),
            text(f"report.seen_{s.verification}", lang),
        )
        for s in facts.sources
    )
    heads = _heads(["source", "title", "issuer", "url", "seen"], lang)
    caption = text("report.sources_caption", lang)
    anchors = tuple(f"source-{s.id}" for s in facts.sources)
    kinds: tuple[Kind, ...] = ("source_id", "text", "text", "url", "short")
    return Table(caption, heads, kinds, rows, anchors=anchors)


def _answer(goal: GoalFact, lang: Language) -> tuple[str, ...]:
    target = target_words(
        goal.comparator, goal.target, unit=goal.unit, name=goal.unit_name.in_(lang), lang=lang
    )
    p = goal.probability
    chance = text("report.none", lang) if p is None else percent(p, lang=lang)
    return _name(goal, lang), target, chance, text(goal.verdict, lang), goal.grade


def _standing(goal: GoalFact, lang: Language) -> tuple[str, ...]:
    none = text("report.none", lang)

    def shown(value: float | None) -> str:
        return none if value is None else number(value, unit=goal.unit)

    latest = none
    if goal.latest is not None:
        latest = text("report.latest", lang, figure=shown(goal.latest), year=goal.latest_year)
    return (
        _name(goal, lang),
        goal.unit_name.in_(lang),
        f"{COMPARISONS[goal.comparator].sign} {plain(goal.target)}",
        latest,
        shown(goal.gap),
        none if goal.required_rate is None or already_met(goal) else rate(goal.required_rate),
        shown(goal.q10),
        shown(goal.q50),
        shown(goal.q90),
    )


def _name(goal: GoalFact, lang: Language) -> str:
    name = goal.name.in_(lang)
    return text("report.aspired", lang, name=name) if goal.aspiration else name


def _figure_row(figure: FigureFact, lang: Language) -> tuple[str, ...]:
    published = day(figure.published, lang=lang)
    if figure.published_assumed:
        published = text("report.assumed_day", lang, day=published)
    said = [words.in_(lang) for words in (figure.remark, figure.note) if words is not None]
    remark = text("report.remark_join", lang).join(said)
    period, words = figure.period_words.in_(lang), figure.words.in_(lang)
    return period, words, published, figure.source, remark


def _heads(names: list[str], lang: Language) -> tuple[str, ...]:
    return tuple(text(f"report.col_{name}", lang) for name in names)


def _anchors(functions: list[str], names: list[str]) -> tuple[str, ...]:
    return tuple(function_anchor(f) if f else "" for f in functions[: len(names)])


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
