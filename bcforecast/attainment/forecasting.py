"""One forecast for a goal's indicator: which figures, which model, and in words on what it rests.

Own figures come first; then the parent area's trend with a share tied to a figure of the area's
own; then growth borrowed from peers; then elicited judgement; then the parent's trend with a share
of which only the plans' targets give a hint. If none of these can be had, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bcforecast.attainment.case import Attempt, Case, Situation
from bcforecast.attainment.evidence import first_attempt
from bcforecast.attainment.grade import Basis
from bcforecast.attainment.parent import ParentForecast
from bcforecast.attainment.probability import is_met_by_bounds
from bcforecast.attainment.range_checks import require_in_range
from bcforecast.attainment.series import newly_built, series_of, up_to
from bcforecast.distributions import Distribution, Empirical, Truncated
from bcforecast.messages import Message
from bcforecast.models.base import Model
from bcforecast.observations import Selection, Series, Vintage
from bcforecast.observations.history import History
from bcforecast.plan import Goal, Indicator, Plan

PUBLISHED = "published"
"""Stands for a model where the figure of the due year itself had been published."""


@dataclass(frozen=True)
class IndicatorForecast:
    """The forecast behind one goal, and what it rests on.

    Parameters
    ----------
    series, selection
        The indicator's own series, and its figures used and not used with the reasons.
    parent
        The same of the parent area, where there is one to borrow from.
    forecast, years
        Distribution over `years`, the last of which is the due year; None if nothing can be said.
    basis
        What the forecast rests on, for the evidence grade.
    model
        Identifier of the model; its name in words is `models.name_<model>`. Empty if none.
    explanation
        Sentences on what the forecast rests on.
    n_usable
        Figures of the area's own that it rests on, for the evidence grade.
    series_model
        The model of the indicator's own series, where that made the forecast.
    """

    series: Series
    selection: Selection
    parent: ParentForecast | None
    forecast: Distribution | None
    years: tuple[int, ...]
    basis: Basis
    model: str
    explanation: tuple[Message, ...]
    n_usable: int
    series_model: Model | None = None


def forecast_indicator(situation: Situation, goal: Goal) -> IndicatorForecast:
    """Forecast the indicator of `goal` up to its due year, from whatever evidence there is.

    Raises
    ------
    ObservationError
        If a figure that would be used lies outside the indicator's valid range.
    ModelError
        If a model was chosen for the indicator and refuses its figures.
    """
    indicator, due = situation.plan.indicator_of(goal), goal.due.year
    selection, existed = known_figures(situation.plan, goal, situation.data)
    require_in_range(situation.data, indicator, selection.used)
    series, history = series_of(indicator, area=situation.plan.area), selection.history
    case = Case(situation, goal, history)
    if history.start == due:
        attempt = _settled(case) if history.known[-1] else _bounded(case)
    else:
        attempt = first_attempt(case)
    if attempt is None:
        said = _nothing_known(case)
        n = history.n_usable
        return IndicatorForecast(series, selection, case.parent, None, (), "none", "", said, n)
    return IndicatorForecast(
        series=series,
        selection=selection,
        parent=attempt.parent,
        forecast=attempt.forecast,
        years=tuple(range(due - attempt.forecast.horizon + 1, due + 1)),
        basis=attempt.basis,
        model=attempt.model,
        explanation=(*attempt.explanation, *_on_dates(goal, indicator, existed)),
        n_usable=history.n_usable if attempt.n_usable is None else attempt.n_usable,
        series_model=attempt.series_model,
    )


def known_figures(plan: Plan, goal: Goal, data: Vintage) -> tuple[Selection, int]:
    """Select the area's figures of a goal's indicator up to its due year.

    Returns
    -------
    The selection, for an event a history of new ones; and how many existed before the plan.
    """
    indicator = plan.indicator_of(goal)
    selection = up_to(data, series_of(indicator, area=plan.area), goal.due.year)
    if indicator.kind != "event":
        return selection, 0
    return newly_built(selection, before=plan.span.first - 1)


def _on_dates(goal: Goal, indicator: Indicator, existed: int) -> Iterator[Message]:
    """Say what stands between the words of the goal and the yearly figures that judge it."""
    if existed:
        yield Message("attainment.existed_before", {"count": existed})
    if (goal.due.month, goal.due.day) != (12, 31):
        point = "stock" if indicator.kind in ("stock", "event") else "year"
        yield Message(f"attainment.due_within_year_{point}", {"year": goal.due.year})


def _nothing_known(case: Case) -> tuple[Message, ...]:
    nothing = Message("attainment.nothing_known", {"area": case.area_name})
    parent = case.parent
    if parent is None or parent.forecast is not None or not parent.selection.history.n_usable:
        return (nothing,)
    thin = {"parent": case.parent_name, "count": parent.selection.history.n_usable}
    return nothing, Message("attainment.parent_too_thin", thin)


def _settled(case: Case) -> Attempt:
    """Take the figure of the due year itself: as published, it says whether the goal is met."""
    forecast = Empirical(case.history.values[-1:, None])
    said = Message("attainment.known_already", {"year": case.due})
    return Attempt(forecast, "own", PUBLISHED, (said,))


def _bounded(case: Case) -> Attempt | None:
    """Condition the forecast made without the due year's bound on that bound."""
    history = case.history
    lower, upper = float(history.lower[-1]), float(history.upper[-1])
    said = Message("attainment.known_bound", {"year": case.due})
    free = first_attempt(replace(case, history=_without_last(history, case.due - 1)))
    if free is None:
        if is_met_by_bounds(lower, upper, case.goal.comparator, case.goal.target) is None:
            return None
        edge = np.nextafter(lower, np.inf) if np.isfinite(lower) else np.nextafter(upper, -np.inf)
        return Attempt(Empirical(np.array([[edge]])), "own", PUBLISHED, (said,))
    earlier = free.forecast.horizon - 1
    forecast = Truncated(
        free.forecast,
        np.array([-np.inf] * earlier + [lower]),
        np.array([np.inf] * earlier + [upper]),
    )
    return replace(free, forecast=forecast, explanation=(*free.explanation, said))


def _without_last(history: History, origin: int) -> History:
    before = int(history.times[-2]) if len(history) > 1 else origin
    return history.kept(np.arange(len(history) - 1), origin=before)
