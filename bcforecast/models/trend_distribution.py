"""What the trend engine returns for one series: a curve of quantiles over the horizons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions import Distribution
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_pool import Curve, above, at_least, below
from bcforecast.models.trend_shape import Shape

MIDMEAN_TAIL = 0.25
"""Share at each end that the midmean leaves out."""

MIDMEAN_NODES = 8
"""Points of its quadrature; the curve is smooth there."""

_TAIL = 5e-4


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
        return at_least(self.curve, self.shape, np.asarray(x, dtype=float))

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles in closed form."""
        return self.curve.value(self.shape.ppf(np.asarray(u, dtype=float)))

    def mean(self) -> FloatArray:
        """Mean of the central 99.9 %, shape (H,)."""
        return self.curve.mean(self.shape, end=-self.shape.ppf(_TAIL))

    def midmean(self) -> FloatArray:
        """Mean of the central half, shape (H,): a point forecast that the tails do not move."""
        return self.curve.mean(self.shape, end=-self.shape.ppf(MIDMEAN_TAIL), nodes=MIDMEAN_NODES)
