"""The shape of every forecast: a standard normal, now and then a wider one.

`G(z) = (1 - w) Phi(z) + w Phi(z / r)`: as heavy in the tails as jumps make it, with an exponential
moment, which a Student-t has not; so a forecast on the log scale has a mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bcforecast.distributions.base import FloatArray
from bcforecast.observations.history import IntArray

_NEWTON_STEPS = 100
_SETTLED = 1e-13
_ROOT_2_PI = float(np.sqrt(2.0 * np.pi))


@dataclass(frozen=True)
class Shape:
    """Mixture of a standard normal and a normal of standard deviation `wide`.

    Parameters
    ----------
    weight
        Share of the wide part, in (0, 1).
    wide
        Standard deviation of the wide part, at least 1. Both may be arrays, one entry a series,
        that broadcast against the scores.
    """

    weight: float | FloatArray
    wide: float | FloatArray

    def take(self, at: IntArray) -> Shape:
        """Shapes of the series at positions `at`."""
        return Shape(np.asarray(self.weight)[at], np.asarray(self.wide)[at])

    def cdf(self, z: npt.ArrayLike) -> FloatArray:
        """G(z)."""
        x = np.asarray(z, dtype=float)
        return np.asarray((1.0 - self.weight) * ndtr(x) + self.weight * ndtr(x / self.wide))

    def sf(self, z: npt.ArrayLike) -> FloatArray:
        """1 - G(z), without cancellation."""
        return self.cdf(-np.asarray(z, dtype=float))

    def density(self, z: npt.ArrayLike) -> FloatArray:
        """G'(z)."""
        x = np.asarray(z, dtype=float)
        narrow = (1.0 - self.weight) * np.exp(-0.5 * x**2)
        return np.asarray(
            (narrow + self.weight / self.wide * np.exp(-0.5 * (x / self.wide) ** 2)) / _ROOT_2_PI
        )

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Inverse of G: Newton between the quantiles of the two parts; ends map to infinity."""
        levels = np.asarray(u, dtype=float)
        upper_half = levels > 0.5
        tail = np.where(upper_half, 1.0 - levels, levels)
        inner = (tail > 0.0) & (tail < 0.5)
        p = np.where(inner, tail, 0.25)
        narrow = np.asarray(ndtri(p))
        low, high = self.wide * narrow, narrow
        z = low
        for _ in range(_NEWTON_STEPS):
            gap = self.cdf(z) - p
            low, high = np.where(gap < 0, z, low), np.where(gap < 0, high, z)
            step = z - gap / np.maximum(self.density(z), 1e-300)
            new = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
            moved = float(np.max(np.abs(new - z), initial=0.0))
            z = new
            if moved <= _SETTLED:
                break
        z = np.where(tail <= 0.0, -np.inf, np.where(inner, z, 0.0))
        return np.where(upper_half, -z, z)
