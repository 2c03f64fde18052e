"""Events under a changed chance: the clock of an event runs faster or slower in some years."""

from __future__ import annotations

import numpy as np

from bcforecast.distributions import Event
from bcforecast.distributions.base import FloatArray


def counts_under(event: Event, factor: FloatArray, levels: FloatArray) -> FloatArray:
    """Number of new things by path and year, when each year's chance is multiplied.

    P(N_h <= m) is a product over years of P(N_k <= m) / P(N_k-1 <= m); each year's ratio is raised
    to its factor. For "none yet" this is exact for a hazard multiplied by the factor, and for a
    Poisson process of any number it keeps the order: more chance, never fewer.

    Parameters
    ----------
    event
        The baseline.
    factor
        Shape (n, H) or (1, H), nonnegative.
    levels
        Shape (n,), in (0, 1), one a path; the count is the smallest whose probability exceeds it.

    Returns
    -------
    Shape (n, H), nondecreasing along each path.

    Examples
    --------
    >>> half = Event(np.array([[0.5, 0.5]]))
    >>> levels = (np.arange(1000) + 0.5) / 1000
    >>> float(counts_under(half, np.array([[2.0]]), levels).mean())
    0.75
    """
    cumulative = np.clip(np.cumsum(event.probabilities, axis=1), 0.0, 1.0)
    counts = np.zeros((levels.size, event.horizon))
    before = np.ones(event.horizon)
    for m in range(cumulative.shape[1] - 1):
        below = np.minimum.accumulate(cumulative[:, m])
        before[1:] = below[:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(before > 0.0, below / before, 0.0)
            logs = np.where(ratio > 0.0, np.log(ratio), -np.inf)
            steps = np.where(factor > 0.0, factor * logs, 0.0)
        counts += levels[:, None] > np.exp(np.cumsum(steps, axis=1))
    return counts
