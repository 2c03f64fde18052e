"""Whole-number indicators: a count N whose continuous forecast is read by continuity correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import Distribution, FloatArray


@dataclass(frozen=True)
class Counting(Distribution):
    """The whole number nearest to a continuous quantity: N = n when X lies in (n - 1/2, n + 1/2].

    So P(N <= n) = P(X <= n + 1/2), and "more than 530" is "at least 531": P(N > 530) = 1 -
    P(N <= 530) = P(X > 530.5). The half is the continuity correction, and it stands here only.
    """

    continuous: Distribution

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return self.continuous.horizon

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(N <= x)."""
        return self.continuous.cdf(np.floor(np.asarray(x, dtype=float)) + 0.5)

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(N > x)."""
        return self.continuous.sf(np.floor(np.asarray(x, dtype=float)) + 0.5)

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(N >= x)."""
        return self.sf(np.ceil(np.asarray(x, dtype=float)) - 1.0)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Smallest whole number n with P(N <= n) >= u."""
        # Adding 0 turns the -0.0 of a ceiling into 0.0.
        return np.ceil(self.continuous.ppf(u) - 0.5) + 0.0

    def mean(self) -> FloatArray:
        """Mean of the continuous quantity, shape (H,)."""
        return self.continuous.mean()
