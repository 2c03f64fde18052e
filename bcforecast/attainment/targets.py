"""What a goal asks for in its unit: targets that follow from figures, and figures held together."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from math import nan

import numpy as np

from bcforecast.attainment.evidence import known_figures
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Vintage, precedence
from bcforecast.plan.goals import Compared, Goal, Indicator, Plan
from bcforecast.text import Message, Text, is_index


def with_targets(plan: Plan, data: Vintage) -> Plan:
    """Return a plan whose goals that ask for a change from a base year have a target in the unit.

    The base figure is the one known by the as-of date; of an index of which that year is 100, 100.
    Where it is not known the target stays NaN, and nothing can be said of the goal.
    """
    if all(goal.change is None for goal in plan.goals):
        return plan
    return plan.model_copy(update={"goals": tuple(_with_target(g, plan, data) for g in plan.goals)})


def _with_target(goal: Goal, plan: Plan, data: Vintage) -> Goal:
    if goal.change is None or goal.base_year is None:
        return goal
    unit, base = plan.indicator_of(goal).unit, None
    if is_index(unit) and unit.startswith(str(goal.base_year)):
        base = 100.0
    else:
        history = known_figures(plan, goal, data)[0].history
        at = np.flatnonzero((history.times == goal.base_year) & history.known)
        base = float(history.values[at[0]]) if at.size else None
    if base is None:
        return goal
    return goal.model_copy(update={"target": base * (1.0 + goal.change / 100.0)})


def with_comparisons(plan: Plan, data: Vintage) -> Vintage:
    """Return figures with those of the indicators that lie between figures of others.

    Each period of which both figures are known has one from the day on which the later of them was
    published, and another whenever one of them is revised; of bounds nothing is made.
    """
    rows = tuple(
        row
        for indicator in plan.indicators
        if indicator.compared and (plan.area, indicator.id) not in data.dataset.series
        for row in _between(indicator, indicator.compared, plan.area, data)
    )
    if not rows:
        return data
    known = (*data.dataset.observations, *rows)
    return replace(data, dataset=replace(data.dataset, observations=known))


def _between(
    indicator: Indicator, compared: Compared, area: str, data: Vintage
) -> Iterator[Observation]:
    keys = ((area, compared.own), *compared.beside)
    by_period: dict[tuple[object, ...], list[list[Observation]]] = {}
    for n, key in enumerate(keys):
        for figure in data.dataset.series.get(key, ()):
            if figure.has_value and figure.unit == indicator.unit:
                same = by_period.setdefault((figure.period, figure.measure), [[] for _ in keys])
                same[n].append(figure)
    for figures in by_period.values():
        days = sorted({figure.published for one in figures for figure in one})
        last = nan
        for day in days:
            known = [
                max((f for f in one if f.published <= day), key=precedence, default=None)
                for one in figures
            ]
            whole = [figure for figure in known if figure is not None]
            if len(whole) < len(keys):
                continue
            made = _figure(indicator, compared, whole, day)
            if made.value != last:
                last = made.value
                yield made


def _figure(
    indicator: Indicator, compared: Compared, known: Sequence[Observation], day: date
) -> Observation:
    own, *others = known
    others.sort(key=lambda figure: figure.value, reverse=indicator.direction == "up")
    beside = others[compared.place - 1]
    latest = max(known, key=lambda figure: figure.published)
    values = {"own": own.in_words(), "other": beside.in_words(), "factor": f"{compared.factor:g}"}
    key = "compared" if compared.factor == 1.0 else "compared_times"
    return replace(
        own,
        indicator=indicator.id,
        value=float(f"{own.value - compared.factor * beside.value:.12g}"),
        lower=nan,
        upper=nan,
        status=min(known, key=precedence).status,
        published=day,
        published_basis=latest.published_basis,
        note=Text.of(Message(f"observations.{key}", values)),
    )
