"""The probability that a goal is met, with the comparator that the plan's words have."""

from __future__ import annotations

import numpy as np

from bcforecast.distributions import Distribution
from bcforecast.plan.goal import Comparator, Goal


def attainment_probability(
    forecast: Distribution, *, comparator: Comparator, target: float, step: int
) -> float:
    """P(goal met) at one horizon.

    Parameters
    ----------
    forecast
        Distribution of the indicator (of the number of new things, for an event).
    comparator
        `at_least` (达到, 以上): P(X >= target); `more_than` (突破): P(X > target), strict;
        `at_most`: P(X <= target); `event` (新建): P(N >= target).
    target
        In the indicator's unit.
    step
        Horizon, 1 to `forecast.horizon`.

    Raises
    ------
    ValueError
        If `step` is outside the forecast.

    Examples
    --------
    >>> import numpy as np
    >>> from bcforecast.distributions import Empirical
    >>> draws = Empirical(np.array([[529.0], [530.0], [531.0], [532.0]]))
    >>> attainment_probability(draws, comparator="more_than", target=530, step=1)
    0.5
    >>> attainment_probability(draws, comparator="at_least", target=530, step=1)
    0.75
    """
    if not 1 <= step <= forecast.horizon:
        raise ValueError(f"step {step} is outside the forecast's 1 to {forecast.horizon}")
    if comparator == "more_than":
        tail = forecast.sf(target)
    elif comparator == "at_most":
        tail = forecast.cdf(target)
    else:
        tail = forecast.at_least(target)
    return float(tail[step - 1])


def is_met(value: float, comparator: Comparator, target: float) -> bool:
    """Whether an observed figure meets the goal.

    Examples
    --------
    >>> is_met(530, "more_than", 530)
    False
    >>> is_met(530, "at_least", 530)
    True
    """
    if comparator == "more_than":
        return value > target
    if comparator == "at_most":
        return value <= target
    return value >= target


def is_met_by_bounds(
    lower: float, upper: float, comparator: Comparator, target: float
) -> bool | None:
    """Whether a figure strictly between two bounds ("more than 9,000") meets the goal.

    Returns
    -------
    True or False where the bounds settle it, else None.

    Examples
    --------
    >>> is_met_by_bounds(9000, float("inf"), "more_than", 9000)
    True
    >>> is_met_by_bounds(230, 254, "at_least", 250) is None
    True
    """
    if comparator == "at_most":
        return True if upper <= target else False if lower >= target else None
    return True if lower >= target else False if upper <= target else None


def smallest_that_meets(goal: Goal, *, whole: bool) -> float:
    """Value nearest to missing the goal that still meets it: 531 for "more than 530"."""
    if goal.comparator == "more_than" and whole:
        return float(np.floor(goal.target) + 1.0)
    return goal.target
