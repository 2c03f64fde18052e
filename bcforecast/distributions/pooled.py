"""The linear pool: a mixture of whatever distributions are given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import Distribution, FloatArray
from bcforecast.distributions.inversion import bisect


@dataclass(frozen=True)
class Pooled(Distribution):
    """P(X <= x) is the weighted mean of the members' P(X <= x).

    Parameters
    ----------
    members
        Distributions of one indicator over the same horizons.
    weights
        Shape (K,) or (K, H), nonnegative, sum to 1. Default: equal.
    """

    members: tuple[Distribution, ...]
    weights: FloatArray | None = None

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return self.members[0].horizon

    def _weights(self) -> FloatArray:
        k = len(self.members)
        weights = np.full(k, 1.0 / k) if self.weights is None else np.asarray(self.weights)
        return weights[:, None] if weights.ndim == 1 else weights

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x)."""
        return sum_of(w * m.cdf(x) for w, m in zip(self._weights(), self.members, strict=True))

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x)."""
        return sum_of(w * m.sf(x) for w, m in zip(self._weights(), self.members, strict=True))

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x)."""
        return sum_of(w * m.at_least(x) for w, m in zip(self._weights(), self.members, strict=True))

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles by bisection between the members' quantiles."""
        levels = np.asarray(u, dtype=float)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, (self.horizon,)))
        ends = np.stack([m.ppf(levels) for m in self.members])
        low, high = ends.min(axis=0), ends.max(axis=0)
        finite = np.isfinite(low) & np.isfinite(high)
        solved = bisect(self.cdf, levels, np.where(finite, low, 0.0), np.where(finite, high, 0.0))
        return np.where(finite & (low < high), solved, np.where(levels <= 0.5, low, high))


def sum_of(parts: Iterable[FloatArray]) -> FloatArray:
    """Add arrays of one shape."""
    return np.add.reduce(list(parts))
