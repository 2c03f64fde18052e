"""A distribution conditioned on a bound: what "more than 9,000" makes of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import Distribution, FloatArray


@dataclass(frozen=True)
class Truncated(Distribution):
    """X given lower < X <= upper; bounds for every horizon or one each, shape (H,).

    P(X <= x | bounds) = (F(x) - F(lower)) / (F(upper) - F(lower)) inside the bounds. Where the
    bounds have no probability under `free`, the mass lies at the bound nearest to it.
    """

    free: Distribution
    lower: FloatArray | float = -np.inf
    upper: FloatArray | float = np.inf

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return self.free.horizon

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x | bounds)."""
        return 1.0 - self.sf(x)

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x | bounds), from upper tails so that a far bound keeps its precision."""
        raw = np.asarray(x, dtype=float)
        values = np.clip(raw, self.lower, self.upper)
        top, mass = self._top_and_mass()
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = (self.free.sf(values) - top) / mass
        empty = np.where(raw < self._nearest(), 1.0, 0.0)
        return np.clip(np.where(mass > 0.0, inside, empty), 0.0, 1.0)

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x | bounds): differs from `sf` where `free` counts."""
        raw = np.asarray(x, dtype=float)
        top, mass = self._top_and_mass()
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = (self.free.at_least(raw) - top) / mass
        empty = np.where(raw <= self._nearest(), 1.0, 0.0)
        return np.clip(np.where(mass > 0.0, inside, empty), 0.0, 1.0)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles through those of the free distribution."""
        levels = np.asarray(u, dtype=float)
        top, mass = self._top_and_mass()
        inner = self.free.ppf(np.clip(1.0 - top - (1.0 - levels) * mass, 0.0, 1.0))
        return np.where(mass > 0.0, np.clip(inner, self.lower, self.upper), self._nearest())

    def _top_and_mass(self) -> tuple[FloatArray, FloatArray]:
        top = np.where(np.isposinf(self.upper), 0.0, self.free.sf(self.upper))
        low = np.where(np.isneginf(self.lower), 1.0, self.free.sf(self.lower))
        return top, low - top

    def _nearest(self) -> FloatArray:
        return np.clip(self.free.median(), self.lower, self.upper)
