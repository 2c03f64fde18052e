"""The sheets that have rows for goals: promise and probability, forecast by year, outcome."""

from __future__ import annotations

from collections.abc import Iterator

from bcforecast.messages import Language, text
from bcforecast.reporting.facts import Facts, GoalFact, OutcomeFact
from bcforecast.reporting.formats.workbook.sheet import (
    Cell,
    Column,
    Sheet,
    columns,
    computed,
    stated,
    yes_no,
)
from bcforecast.reporting.narrative import already_met


def goals_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a goal: the promise, the probability, and what it takes."""
    heads = columns(
        lang,
        goal="wrapped",
        code="code",
        comparator="text",
        target="figure",
        unit="text",
        due="day",
        probability="probability",
        verdict="text",
        grade="grade",
        q10="figure",
        q50="figure",
        q90="figure",
        latest="figure",
        latest_year="year",
        gap="figure",
        required_increment="figure",
        required_rate="rate",
        aspiration="text",
        model="wrapped",
        bodies="wrapped",
        place="code",
        quote="wrapped",
    )
    rows = tuple(_goal(goal, lang) for goal in facts.goals)
    return Sheet(text("sheets.name_goals", lang), heads, rows)


def forecasts_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a goal and year: median and intervals; of an event, the probability by then."""
    levels = sorted({level for goal in facts.goals for level in _levels(goal)})
    heads = columns(lang, goal="text", code="code", unit="text", year="year", q50="figure")
    for level in levels:
        share = f"{100 * level:.0f}%"
        heads += (
            Column(text("sheets.col_lower_of", lang, level=share), "figure"),
            Column(text("sheets.col_upper_of", lang, level=share), "figure"),
        )
    heads += columns(lang, chance="probability")
    rows = tuple(row for goal in facts.goals for row in _forecast(goal, levels, lang))
    return Sheet(text("sheets.name_forecasts", lang), heads, rows)


def outcomes_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a goal whose due year's figure has been published: what was said, what happened."""
    heads = columns(
        lang,
        goal="text",
        code="code",
        comparator="text",
        target="figure",
        unit="text",
        due="day",
        probability="probability",
        verdict="text",
        period="code",
        value="figure",
        lower="figure",
        upper="figure",
        met="text",
        published="day",
        after_as_of="text",
        source="code",
    )
    known = ((goal, goal.outcome) for goal in facts.goals if goal.outcome is not None)
    rows = tuple(_outcome(goal, outcome, lang) for goal, outcome in known)
    return Sheet(text("sheets.name_outcomes", lang), heads, rows)


def _goal(goal: GoalFact, lang: Language) -> tuple[Cell, ...]:
    reached = already_met(goal)
    return (
        goal.name.in_(lang),
        goal.id,
        _comparator(goal, lang),
        stated(goal.target),
        goal.unit_name.in_(lang),
        goal.due,
        goal.probability,
        text(goal.verdict, lang),
        goal.grade,
        computed(goal.q10, goal.unit),
        computed(goal.q50, goal.unit),
        computed(goal.q90, goal.unit),
        stated(goal.latest),
        goal.latest_year,
        computed(goal.gap, goal.unit),
        None if reached else _increment(goal),
        None if reached else goal.required_rate,
        yes_no(goal.aspiration, lang),
        goal.model.in_(lang) if goal.model else None,
        text("report.list_join", lang).join(body.in_(lang) for body in goal.bodies),
        goal.place,
        goal.quote.in_(lang) if goal.quote else None,
    )


def _increment(goal: GoalFact) -> Cell:
    """A yearly increment of whole things is itself seldom whole: it keeps a decimal."""
    figure = computed(goal.required_increment, goal.unit)
    return figure and figure._replace(decimals=max(1, figure.decimals))


def _forecast(goal: GoalFact, levels: list[float], lang: Language) -> Iterator[tuple[Cell, ...]]:
    name = (goal.name.in_(lang), goal.id, goal.unit_name.in_(lang))
    none = (None,) * (1 + 2 * len(levels))
    if goal.met_by_year is not None:
        for year, chance in goal.met_by_year.items():
            yield *name, year, *none, chance
        return
    fan = goal.forecast
    if fan is None:
        return
    for i, year in enumerate(fan.years):
        ends: list[Cell] = []
        for level in levels:
            at = fan.levels.index(level) if level in fan.levels else None
            ends += [
                None if at is None else computed(side[at][i], goal.unit)
                for side in (fan.lower, fan.upper)
            ]
        yield *name, year, computed(fan.median[i], goal.unit), *ends, None


def _outcome(goal: GoalFact, outcome: OutcomeFact, lang: Language) -> tuple[Cell, ...]:
    ending = "open" if outcome.met is None else "met" if outcome.met else "missed"
    return (
        goal.name.in_(lang),
        goal.id,
        _comparator(goal, lang),
        stated(goal.target),
        goal.unit_name.in_(lang),
        goal.due,
        goal.probability,
        text(goal.verdict, lang),
        outcome.period,
        stated(outcome.value),
        stated(outcome.lower),
        stated(outcome.upper),
        text(f"sheets.outcome_{ending}", lang),
        outcome.published,
        yes_no(outcome.after_as_of, lang),
        outcome.source,
    )


def _levels(goal: GoalFact) -> tuple[float, ...]:
    return goal.forecast.levels if goal.forecast is not None else ()


def _comparator(goal: GoalFact, lang: Language) -> str:
    return text(f"sheets.comparator_{goal.comparator}", lang)
