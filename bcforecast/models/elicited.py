"""One official's judgement as a distribution: exact at the 10, 50 and 90 % quantiles given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bcforecast.distributions import Distribution, Transform
from bcforecast.distributions.base import FloatArray


@dataclass(frozen=True)
class SplitNormal(Distribution):
    """Normal halves of different width on either side of the median, on a working scale.

    P(X <= x) = Phi((z - median) / left) below the median and Phi((z - median) / right) above, so
    that the median and one quantile on each side are met exactly. (The two-piece normal of the fan
    charts is joined at the mode instead and cannot be read off three quantiles.)

    Parameters
    ----------
    centre, left, right
        Shape (H,): median and the two widths, on the working scale; widths above 0.
    scale
        The working scale.

    Examples
    --------
    >>> SplitNormal(np.array([5.0]), np.array([1.0]), np.array([2.0]), Transform()).cdf(5.0)
    array([0.5])
    """

    centre: FloatArray
    left: FloatArray
    right: FloatArray
    scale: Transform

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.centre.size)

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x)."""
        return np.asarray(ndtr(self._standard(x)))

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x), without the cancellation of 1 - cdf."""
        return np.asarray(ndtr(-self._standard(x)))

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles in closed form."""
        z = ndtri(np.asarray(u, dtype=float))
        return self.scale.inverse(self.centre + np.where(z < 0.0, self.left, self.right) * z)

    def _standard(self, x: npt.ArrayLike) -> FloatArray:
        z = self.scale.forward(x) - self.centre
        return np.asarray(np.where(z < 0.0, z / self.left, z / self.right))
