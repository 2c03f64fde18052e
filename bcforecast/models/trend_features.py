"""Five plain figures of a series, on which the prior weights of the models depend."""

from __future__ import annotations

from typing import Final

import numpy as np

from bcforecast.distributions.base import FloatArray

NAMES: Final = ("length", "volatility", "recent_volatility", "mean_growth", "last_growth")
"""What the features are, in their order."""

_FLOOR: Final = 1e-3
_TYPICAL_LENGTH: Final = 15.0
_TYPICAL_VOLATILITY: Final = 0.1
_RECENT: Final = 3


def features(increments: FloatArray, gaps: FloatArray, observations: FloatArray) -> FloatArray:
    """Features of B series.

    Parameters
    ----------
    increments
        Shape (m, B): differences of successive observations, on a log or relative scale; 0 before
        the start of a shorter series.
    gaps
        Shape (m, B): periods between them; 0 before the start.
    observations
        Shape (B,): number of observations of each.

    Returns
    -------
    Shape (5, B): log of the number of observations over 15; log of the root mean square yearly
    increment over 0.1; log of the last three years' over all years'; mean and last yearly growth
    over the root mean square.

    Examples
    --------
    >>> features(np.array([[0.1], [0.1]]), np.ones((2, 1)), np.array([3.0])).round(2).tolist()
    [[-1.61], [0.0], [0.0], [1.0], [1.0]]
    """
    count = observations - 1.0
    squares = increments**2 / np.maximum(gaps, 1.0)
    volatility = np.sqrt(squares.sum(axis=0) / count + _FLOOR**2)
    recent = np.sqrt(squares[-_RECENT:].sum(axis=0) / np.minimum(count, _RECENT) + _FLOOR**2)
    found = np.empty((len(NAMES), observations.size))
    found[0] = np.log(observations / _TYPICAL_LENGTH)
    found[1] = np.log(volatility / _TYPICAL_VOLATILITY)
    found[2] = np.log(recent / volatility)
    found[3] = increments.sum(axis=0) / gaps.sum(axis=0) / volatility
    found[4] = increments[-1] / gaps[-1] / volatility
    return found
