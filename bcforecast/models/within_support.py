"""A forecast held inside the values that its indicator can take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions import Distribution
from bcforecast.distributions.base import FloatArray
from bcforecast.observations.history import History


@dataclass(frozen=True)
class Clamped(Distribution):
    """X moved to the nearer end of [low, high] where it lies outside.

    Parameters
    ----------
    free
        Distribution before clamping.
    low, high
        Ends of the support, in the indicator's unit; infinite where there is none.
    """

    free: Distribution
    low: float
    high: float

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return self.free.horizon

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x): 0 below the support, 1 from its upper end on."""
        values = np.asarray(x, dtype=float)
        return np.where(
            values < self.low, 0.0, np.where(values >= self.high, 1.0, self.free.cdf(values))
        )

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x)."""
        values = np.asarray(x, dtype=float)
        return np.where(
            values < self.low, 1.0, np.where(values >= self.high, 0.0, self.free.sf(values))
        )

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x): 1 up to the lower end of the support, 0 above its upper end."""
        values = np.asarray(x, dtype=float)
        return np.where(
            values <= self.low, 1.0, np.where(values > self.high, 0.0, self.free.at_least(values))
        )

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles, clipped to the support."""
        return np.clip(self.free.ppf(u), self.low, self.high)


def within_support(history: History, forecast: Distribution) -> Distribution:
    """Clamp a forecast to the support of its history, if that has an end.

    Examples
    --------
    >>> from bcforecast.distributions import StudentTMixture
    >>> zero = History.of([2021], [0.0], support=(0.0, float("inf")))
    >>> wide = StudentTMixture(np.array([[0.0]]), np.array([[1.0]]))
    >>> within_support(zero, wide).quantile(0.1).tolist()
    [0.0]
    """
    low, high = history.support
    if np.isinf(low) and np.isinf(high):
        return forecast
    return Clamped(forecast, low, high)
