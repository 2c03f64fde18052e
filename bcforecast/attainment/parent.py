"""What an area can borrow from its parent: the parent's trend, and a prior on the share in it."""

from __future__ import annotations

from dataclasses import dataclass

from bcforecast.attainment.range_checks import require_in_range
from bcforecast.attainment.series import peers_of, series_of, up_to
from bcforecast.distributions import Distribution
from bcforecast.errors import ModelError
from bcforecast.messages import Message
from bcforecast.models.base import Model
from bcforecast.models.borrowed_growth import BorrowedGrowth
from bcforecast.models.registry import has_thin_trend
from bcforecast.models.share_prior import SharePrior, prior_from_targets
from bcforecast.models.trend import Trend
from bcforecast.observations import Selection, Vintage
from bcforecast.plan import Goal, Indicator, Plan

VAGUE_SHARE = SharePrior(location=-2.0, sd=2.0)
"""Share of which no plan gives a hint: 1 to 64 % with 80 % probability (assumed)."""

VAGUE_FACTOR = SharePrior(location=0.0, sd=0.7, kind="factor")
"""Factor of which no plan gives a hint: 0.4 to 2.5 with 80 % probability (assumed)."""


@dataclass(frozen=True)
class ParentForecast:
    """The parent area's figures and forecast of the same indicator.

    Parameters
    ----------
    area
        Identifier of the parent area.
    selection
        Its figures used and not used.
    forecast
        From the year after its last figure to the due year, or one year if that is known; None
        if the figures are too few.
    model
        Identifier of the model; empty if there is no forecast.
    refused
        Why there is no forecast.
    """

    area: str
    selection: Selection
    forecast: Distribution | None
    model: str
    refused: Message | None = None


def parent_forecast(
    plan: Plan, indicator: Indicator, data: Vintage, *, due_year: int, seed: int
) -> ParentForecast | None:
    """Forecast the indicator in the parent area; None if the plan names no parent area for it.

    Raises
    ------
    ObservationError
        If a figure that would be used lies outside the indicator's valid range.
    """
    if indicator.parent is None or indicator.link_to_parent == "none":
        return None
    series = series_of(indicator, area=indicator.parent)
    selection = up_to(data, series, due_year)
    require_in_range(data, indicator, selection.used)
    history = selection.history
    peers = peers_of(plan, data, area=indicator.parent, without=indicator.id)
    model: Model = Trend() if has_thin_trend(history) else BorrowedGrowth(peers, seed=seed)
    try:
        forecast = model.fit(history, max(due_year - history.start, 1))
    except ModelError as error:
        return ParentForecast(indicator.parent, selection, None, "", error.message)
    return ParentForecast(indicator.parent, selection, forecast, model.name)


def share_prior(goal: Goal, indicator: Indicator, parent_plan: Plan | None) -> SharePrior | None:
    """Return what the two plans' targets for one due year hint of the share; None if nothing."""
    if indicator.link_to_parent == "none" or (whole := parent_target(goal, parent_plan)) is None:
        return None
    try:
        return prior_from_targets(
            goal.target, whole, kind=indicator.link_to_parent, year=goal.due.year
        )
    except ModelError:
        # A district's target at or above its city's tells nothing of a share.
        return None


def parent_target(goal: Goal, parent_plan: Plan | None) -> float | None:
    """Return the parent plan's target of the same indicator and due year, if it has one."""
    goals = parent_plan.goals_on(goal.indicator) if parent_plan else ()
    return next((g.target for g in goals if g.due.year == goal.due.year), None)


def vague_prior(indicator: Indicator) -> SharePrior:
    """Return the prior of a share of which nothing is known."""
    return VAGUE_FACTOR if indicator.link_to_parent == "factor" else VAGUE_SHARE
