"""Mixtures of Poisson or negative binomial counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, pdtr

from bcforecast.distributions import Distribution
from bcforecast.distributions.base import FloatArray
from bcforecast.distributions.inversion import bisect


@dataclass(frozen=True)
class CountMixture(Distribution):
    """Whole numbers, Poisson or negative binomial given a mean that is itself uncertain.

    Parameters
    ----------
    means
        Shape (K, H), above 0.
    weights
        Shape (K,), sum to 1.
    dispersion
        d in the variance m + d m^2, shape (K,) or a number; 0 is Poisson.

    Examples
    --------
    >>> CountMixture(np.array([[2.0]]), np.ones(1)).cdf(0.0).round(4).tolist()
    [0.1353]
    """

    means: FloatArray
    weights: FloatArray
    dispersion: FloatArray | float = 0.0

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.means.shape[1])

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(N <= x)."""
        n = np.floor(np.asarray(x, dtype=float))
        n = np.broadcast_to(n, np.broadcast_shapes(n.shape, (self.horizon,)))
        counted = np.clip(n, 0.0, 1e300)
        parts = self._component(counted[..., None, :], self.means)
        total = np.einsum("...kh,k->...h", parts, self.weights)
        return np.where(n < 0.0, 0.0, np.clip(total, 0.0, 1.0))

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(N >= x)."""
        return self.sf(np.ceil(np.asarray(x, dtype=float)) - 1.0)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Smallest whole number n with P(N <= n) >= u."""
        levels = np.asarray(u, dtype=float)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, (self.horizon,)))
        top = self.means.max(axis=0)
        spread = np.sqrt(top + float(np.max(self.dispersion)) * top**2)
        high = np.broadcast_to(top + 50.0 * spread + 50.0, levels.shape)
        solved = np.floor(bisect(self.cdf, levels, np.full(levels.shape, -1.0), high))
        return np.where(levels <= 0.0, 0.0, np.where(levels >= 1.0, np.inf, solved))

    def mean(self) -> FloatArray:
        """Expected number, shape (H,)."""
        return self.weights @ self.means

    def _component(self, n: FloatArray, mean: FloatArray) -> FloatArray:
        dispersion = np.broadcast_to(self.dispersion, self.weights.shape)[:, None]
        poisson = dispersion == 0.0
        if poisson.all():
            return np.asarray(pdtr(n, mean))
        size = 1.0 / np.where(poisson, 1.0, dispersion)
        negative_binomial = betainc(size, n + 1.0, size / (size + mean))
        return np.where(poisson, pdtr(n, mean), negative_binomial)


def merged(mixtures: Sequence[CountMixture]) -> CountMixture:
    """Pool mixtures over the same horizons with equal weights."""
    dispersion = [np.broadcast_to(m.dispersion, m.weights.shape) for m in mixtures]
    return CountMixture(
        np.concatenate([m.means for m in mixtures]),
        np.concatenate([m.weights for m in mixtures]) / len(mixtures),
        np.concatenate(dispersion),
    )
