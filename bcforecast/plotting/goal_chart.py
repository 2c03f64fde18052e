"""The chart of one goal of an outlook, and the dashboard of them all."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from bcforecast.attainment.outlook import GoalOutlook, Outlook
from bcforecast.attainment.parent import ParentForecast
from bcforecast.attainment.probability import attainment_probability
from bcforecast.attainment.scenario_name import scenario_names
from bcforecast.messages import Language
from bcforecast.observations import Observation
from bcforecast.plan import Text, load_plan
from bcforecast.plotting.dashboard import GoalRow, dashboard
from bcforecast.plotting.fan import fan_chart
from bcforecast.plotting.fan_data import Fan, FanData, Later, fan_of, points_of
from bcforecast.plotting.picture import Picture


def plot_goal(outlook: Outlook, goal: str, *, lang: Language) -> Picture:
    """Draw one goal: figures, forecast, target, and what happened where it is known.

    Raises
    ------
    PlanError
        If the plan has no such goal.
    """
    return fan_chart(fan_data(outlook[goal], outlook), lang=lang)


def plot_dashboard(outlook: Outlook, *, lang: Language) -> Picture:
    """Draw all goals of an outlook, one row each."""
    rows = [_row(item) for item in outlook]
    scenario = scenario_names(outlook)[lang]
    return dashboard(rows, as_of=outlook.as_of, scenario=scenario, lang=lang)


def fan_data(item: GoalOutlook, outlook: Outlook) -> FanData:
    """Return the numbers that the chart of a goal shows."""
    goal, a, basis = item.goal, item.attainment, item.basis
    forecast, event = item.forecast, goal.comparator == "event"
    parent = basis.parent if basis.parent and len(basis.parent.selection.history) else None
    return FanData(
        names=_names(item.indicator.names),
        unit=goal.unit.value,
        unit_names=_unit_names(item),
        comparator=goal.comparator,
        target=goal.target,
        due=goal.due,
        as_of=outlook.as_of,
        probability=a.probability,
        verdict=a.verdict,
        grade=a.grade,
        own=points_of(basis.selection.history),
        aspiration=goal.aspiration,
        fan=None if forecast is None or event else fan_of(forecast, item.years),
        met_by_year=None
        if forecast is None or not event
        else {
            year: attainment_probability(
                forecast, comparator=goal.comparator, target=goal.target, step=step
            )
            for step, year in enumerate(item.years, start=1)
        },
        parent=points_of(parent.selection.history) if parent else None,
        parent_fan=_parent_fan(parent, due=goal.due.year) if parent else None,
        areas=area_names(outlook, parent.area) if parent else None,
        later=_later(item, outlook),
    )


def area_names(outlook: Outlook, area: str) -> Mapping[Language, str]:
    """Return what an area is called: the plan's own, its parent plan's, or the bare identifier."""
    plan = outlook.plan
    if area != plan.area and plan.parent is not None:
        plan = load_plan(plan.parent, data_dir=outlook.data.data_dir)
    return _names(plan.area_names) if area == plan.area else {"zh": area, "en": area}


def _parent_fan(parent: ParentForecast, *, due: int) -> Fan | None:
    last = parent.selection.history.start
    if parent.forecast is None or parent.forecast.horizon != due - last:
        return None
    return fan_of(parent.forecast, tuple(range(last + 1, due + 1)))


def _later(item: GoalOutlook, outlook: Outlook) -> Later | None:
    if item.outcome is None or item.outcome.observation.published <= outlook.as_of:
        return None
    figure: Observation = item.outcome.observation
    return Later(*(v if isfinite(v) else None for v in (figure.value, figure.lower, figure.upper)))


def _row(item: GoalOutlook) -> GoalRow:
    a, event = item.attainment, item.goal.comparator == "event"
    return GoalRow(
        names=_names(item.indicator.names),
        comparator=item.goal.comparator,
        target=item.goal.target,
        unit=item.goal.unit.value,
        unit_names=_unit_names(item),
        aspiration=item.goal.aspiration,
        probability=a.probability,
        verdict=a.verdict,
        grade=a.grade,
        low=None if event else a.q10,
        middle=None if event else a.q50,
        high=None if event else a.q90,
    )


def _names(words: Text) -> Mapping[Language, str]:
    return {"zh": words.zh, "en": words.en}


def _unit_names(item: GoalOutlook) -> Mapping[Language, str]:
    return {"zh": item.indicator.unit_name("zh"), "en": item.indicator.unit_name("en")}
