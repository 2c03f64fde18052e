"""Quantiles of a distribution that only has a cdf, by bracketing and bisection."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bcforecast.distributions.base import FloatArray

_STEPS = 80
_RELATIVE = 1e-13
"""Width of a bracket, as a share of the size of its ends, at which halving it gains nothing."""


def bisect(
    cdf: Callable[[FloatArray], FloatArray], u: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Solve cdf(x) = u, element by element.

    Parameters
    ----------
    cdf
        Nondecreasing, vectorized.
    u
        Levels in [0, 1], any shape; 0 and 1 give the ends of the bracket.
    low, high
        A bracket, same shape: cdf(low) <= u <= cdf(high).
    """
    lower, upper = low.copy(), high.copy()
    for _ in range(_STEPS):
        middle = 0.5 * (lower + upper)
        above = cdf(middle) >= u
        upper = np.where(above, middle, upper)
        lower = np.where(above, lower, middle)
        if np.all(upper - lower <= _RELATIVE * np.maximum(np.abs(lower), np.abs(upper))):
            break
    return upper
