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


def features(increments: FloatArray, gaps: FloatArray) -> FloatArray:
    """Features of B series that share a gap pattern.

    Parameters
    ----------
    increments
        Shape (m, B): differences of successive observations, on a log or relative scale.
    gaps
        Shape (m,): periods between them.

    Returns
    -------
    Shape (5, B): log of the number of observations over 15; log of the root mean square yearly
    increment over 0.1; log of the last three years' over all years'; mean and last yearly growth
    over the root mean square.

    Examples
    --------
    >>> features(np.array([[0.1], [0.1]]), np.ones(2)).round(2).tolist()
    [[-1.61], [0.0], [0.0], [1.0], [1.0]]
    """
    squares = increments**2 / gaps[:, None]
    volatility = np.sqrt(squares.mean(axis=0) + _FLOOR**2)
    recent = np.sqrt(squares[-_RECENT:].mean(axis=0) + _FLOOR**2)
    m, series = increments.shape
    return np.stack(
        [
            np.full(series, np.log((m + 1) / _TYPICAL_LENGTH)),
            np.log(volatility / _TYPICAL_VOLATILITY),
            np.log(recent / volatility),
            increments.sum(axis=0) / gaps.sum() / volatility,
            increments[-1] / gaps[-1] / volatility,
        ]
    )
