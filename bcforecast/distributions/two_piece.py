"""The two-piece normal of the Bank of England's fan charts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bcforecast.distributions.base import Distribution, FloatArray


@dataclass(frozen=True)
class TwoPieceNormal(Distribution):
    """Two half normals of different width, joined at the mode.

    The widths left and right of the mode are s1 = sigma / sqrt(1 + gamma) and
    s2 = sigma / sqrt(1 - gamma); P(X <= mode) = s1 / (s1 + s2).

    Source: guyabel/fanplot, vignettes/02_boe.Rmd and R/psplitnorm.R.

    Parameters
    ----------
    mode
        Most likely value, shape (H,) or a number, in the indicator's unit.
    sigma
        "Uncertainty", above 0, same unit.
    gamma
        "Skew", between -1 and 1; above 0 the risks are upward.

    Raises
    ------
    ValueError
        If a sigma is not above 0 or a gamma not between -1 and 1.

    Examples
    --------
    >>> fan = TwoPieceNormal(2.32, 1.48, 0.0)
    >>> round(float(fan.at_least(2.0)[0]), 6)
    0.58559
    """

    mode: FloatArray | float
    sigma: FloatArray | float
    gamma: FloatArray | float = 0.0

    def __post_init__(self) -> None:
        mode, sigma, gamma = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(a, float)) for a in (self.mode, self.sigma, self.gamma))
        )
        if mode.ndim != 1 or not bool(np.isfinite(mode).all()):
            raise ValueError("modes must be finite, one a horizon")
        if not bool((np.isfinite(sigma) & (sigma > 0.0)).all()):
            raise ValueError("every sigma must be above 0")
        if not bool((np.abs(gamma) < 1.0).all()):
            raise ValueError("every gamma must lie between -1 and 1")
        for name, array in (("mode", mode), ("sigma", sigma), ("gamma", gamma)):
            object.__setattr__(self, name, array)

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(np.size(self.mode))

    @property
    def sides(self) -> tuple[FloatArray, FloatArray]:
        """Standard deviations of the left and the right half normal, each (H,)."""
        return self.sigma / np.sqrt(1.0 + self.gamma), self.sigma / np.sqrt(1.0 - self.gamma)

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x)."""
        left, right = self.sides
        z = np.asarray(x, dtype=float) - self.mode
        below = 2.0 * left / (left + right) * ndtr(np.minimum(z, 0.0) / left)
        above = 1.0 - 2.0 * right / (left + right) * ndtr(-np.maximum(z, 0.0) / right)
        return np.where(z <= 0.0, below, above)

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x), without the cancellation of 1 - cdf."""
        left, right = self.sides
        z = np.asarray(x, dtype=float) - self.mode
        below = 1.0 - 2.0 * left / (left + right) * ndtr(np.minimum(z, 0.0) / left)
        above = 2.0 * right / (left + right) * ndtr(-np.maximum(z, 0.0) / right)
        return np.where(z <= 0.0, below, above)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles, in closed form on either side of the mode."""
        left, right = self.sides
        levels = np.asarray(u, dtype=float)
        at_mode = left / (left + right)
        lower = np.minimum(levels, at_mode) * (left + right) / (2.0 * left)
        upper = np.minimum(1.0 - levels, 1.0 - at_mode) * (left + right) / (2.0 * right)
        below = self.mode + left * ndtri(lower)
        above = self.mode - right * ndtri(upper)
        return np.where(levels <= at_mode, below, above)

    def mean(self) -> FloatArray:
        """Mean, mode + sqrt(2 / pi) (s2 - s1), shape (H,)."""
        left, right = self.sides
        return self.mode + np.sqrt(2.0 / np.pi) * (right - left)
