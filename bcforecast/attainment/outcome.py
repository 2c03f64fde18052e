"""What happened: the figure of the due year, published after the as-of date or not at all.

A forecast never sees it; a report shows it beside the probability.
"""

from __future__ import annotations

from dataclasses import dataclass

from bcforecast.attainment.probability import is_met, is_met_by_bounds
from bcforecast.observations import Observation, Selection
from bcforecast.plan.goal import Goal


@dataclass(frozen=True)
class Outcome:
    """The figure of the due year and whether it meets the goal.

    Parameters
    ----------
    observation
        The figure, with its source and date of publication.
    met
        True, False, or None where only a bound is known that does not settle it.
    """

    observation: Observation
    met: bool | None


def outcome_of(goal: Goal, published: Selection) -> Outcome | None:
    """Compare the published figure of the due year with the target.

    Parameters
    ----------
    goal
        What was promised.
    published
        The indicator's figures as published by today, not by the as-of date.

    Returns
    -------
    None while no figure of the due year is published.
    """
    history, due_year = published.history, goal.due.year
    at = [i for i, year in enumerate(history.times) if year == due_year]
    if not at:
        return None
    (i,) = at
    observation = next(o for o in published.used if o.period.year_ended == due_year)
    if history.known[i]:
        return Outcome(observation, is_met(float(history.values[i]), goal.comparator, goal.target))
    bounds = float(history.lower[i]), float(history.upper[i])
    met = is_met_by_bounds(*bounds, goal.comparator, goal.target)
    return Outcome(observation, met)
