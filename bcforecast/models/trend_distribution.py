"""What the trend engine returns for one series: a curve of quantiles over the horizons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions import Distribution
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_pool import Curve, above, below
from bcforecast.models.trend_shape import Shape


@dataclass(frozen=True)
class TrendDistribution(Distribution):
    """Pool of a forecast on the series' own scale and one on a log or logit scale.

    Parameters
    ----------
    curve
        Arrays of shape (H,).
    shape
        Of the standardized error.
    """

    curve: Curve
    shape: Shape

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.curve.intercept.shape[-1])

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x) at each horizon."""
        return below(self.curve, self.shape, np.asarray(x, dtype=float))

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x) at each horizon."""
        return above(self.curve, self.shape, np.asarray(x, dtype=float))

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x) at each horizon; differs from `sf` on the ends of the support only."""
        values = np.asarray(x, dtype=float)
        inside = np.clip(values, self.curve.low, self.curve.high)
        p = self.shape.sf(self.curve.score(inside))
        certain = np.where(values <= self.curve.low, 1.0, p)
        return np.where(values > self.curve.high, 0.0, certain)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles in closed form."""
        return self.curve.value(self.shape.ppf(np.asarray(u, dtype=float)))

    def mean(self) -> FloatArray:
        """Mean of the central 99.9 %, shape (H,)."""
        return self.curve.mean(self.shape)

    def midmean(self) -> FloatArray:
        """Mean of the central half, shape (H,): a point forecast that the tails do not move."""
        return self.curve.mean(self.shape, tail=0.25)
