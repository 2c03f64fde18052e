"""A distribution conditioned on a bound: what "more than 9,000" makes of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import Distribution, FloatArray


@dataclass(frozen=True)
class Truncated(Distribution):
    """X given lower < X <= upper, at every horizon.

    P(X <= x | bounds) = (F(x) - F(lower)) / (F(upper) - F(lower)) inside the bounds. Where the
    bounds have no probability under `free`, the mass lies at the bound nearest to it.
    """

    free: Distribution
    lower: float = -np.inf
    upper: float = np.inf

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

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles through those of the free distribution."""
        levels = np.asarray(u, dtype=float)
        top, mass = self._top_and_mass()
        inner = self.free.ppf(np.clip(1.0 - top - (1.0 - levels) * mass, 0.0, 1.0))
        return np.where(mass > 0.0, np.clip(inner, self.lower, self.upper), self._nearest())

    def _top_and_mass(self) -> tuple[FloatArray, FloatArray]:
        top = self.free.sf(self.upper) if np.isfinite(self.upper) else np.zeros(self.horizon)
        low = self.free.sf(self.lower) if np.isfinite(self.lower) else np.ones(self.horizon)
        return top, low - top

    def _nearest(self) -> FloatArray:
        return np.clip(self.free.median(), self.lower, self.upper)
