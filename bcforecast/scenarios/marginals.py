"""Draws that have a forecast's distribution exactly: its quantiles at evenly spread levels."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from bcforecast.distributions import Distribution, Empirical
from bcforecast.distributions.base import FloatArray

_ANCHORS: Final = ndtr(np.array([-4.5, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.5]))
_BETWEEN: Final = 24
"""Points between two anchors at which the distribution function is read."""


def even_scores(n: int) -> FloatArray:
    """Standard normal quantiles at levels (i + 1/2) / n, ascending, shape (n,)."""
    return np.asarray(ndtri((np.arange(n) + 0.5) / n), dtype=float)


def even_quantiles(forecast: Distribution, n: int) -> FloatArray:
    """Quantiles at levels (i + 1/2) / n, ascending in each column, shape (n, H).

    Quantiles by bisection are dear for a mixture; so the distribution function is read on a grid
    between nine of them, and inverted on the normal scale by lines.
    """
    if isinstance(forecast, Empirical):
        return forecast.quantile((np.arange(n) + 0.5) / n)
    anchors = forecast.quantile(_ANCHORS)
    steps = np.linspace(0.0, 1.0, _BETWEEN, endpoint=False)
    inner = anchors[:-1, None] + steps[:, None] * np.diff(anchors, axis=0)[:, None]
    grid = np.concatenate([inner.reshape(-1, forecast.horizon), anchors[-1:]])
    scores = ndtri(np.clip(forecast.cdf(grid), 1e-9, 1.0 - 1e-9))
    wanted = even_scores(n)
    out = np.empty((n, forecast.horizon))
    for h in range(forecast.horizon):
        rising = np.maximum.accumulate(scores[:, h])
        out[:, h] = np.interp(wanted, rising, grid[:, h])
    return out
