"""The inverse question: which target would have had a given probability."""

from __future__ import annotations

import math

from bcforecast.attainment.probability import attainment_probability
from bcforecast.distributions import Distribution
from bcforecast.plan.goal import Comparator


def target_with(
    forecast: Distribution,
    probability: float,
    *,
    comparator: Comparator,
    step: int,
    whole: bool,
) -> float | None:
    """Return the most demanding target that is met with at least a given probability.

    For an increase it is the (1 - p) quantile, for a decrease the p quantile; of a whole-number
    indicator the nearest whole number on the safe side.

    Parameters
    ----------
    forecast
        Distribution of the indicator.
    probability
        Above 0 and below 1.
    comparator
        The plan's own.
    step
        Horizon, 1 to `forecast.horizon`.
    whole
        Whether the indicator counts whole things.

    Returns
    -------
    None where no target above 0 of an event has that probability.

    Examples
    --------
    >>> import numpy as np
    >>> from bcforecast.distributions import StudentTMixture
    >>> normal = StudentTMixture(np.array([[100.0]]), np.array([[10.0]]))
    >>> round(target_with(normal, 0.8, comparator="at_least", step=1, whole=False), 2)
    91.58
    >>> round(target_with(normal, 0.8, comparator="at_most", step=1, whole=False), 2)
    108.42
    """
    down = comparator == "at_most"
    level = probability if down else 1.0 - probability
    found = float(forecast.quantile(level)[step - 1])
    if not math.isfinite(found):
        return None
    if whole:
        found = _whole(forecast, found, probability, comparator=comparator, step=step)
    return None if comparator == "event" and found < 1.0 else found


def _whole(
    forecast: Distribution, near: float, probability: float, *, comparator: Comparator, step: int
) -> float:
    """Walk from the quantile to the whole number that just has the probability."""
    harder = -1.0 if comparator == "at_most" else 1.0

    def holds(target: float) -> bool:
        chance = attainment_probability(forecast, comparator=comparator, target=target, step=step)
        return chance >= probability

    start = math.floor(near) - 1.0 if harder > 0 else math.ceil(near) + 1.0
    while holds(start + harder) and abs(start - near) < 3.0:
        start += harder
    return float(start)
