"""What a forecast is: a distribution of an indicator at each of H future periods."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

FloatArray = npt.NDArray[np.float64]

_MEAN_LEVELS = (np.arange(1000) + 0.5) / 1000


class Distribution(ABC):
    """Marginal distributions of an indicator at horizons 1 to H, in the indicator's unit.

    Arguments broadcast against a last axis of length H, one entry a horizon.
    """

    @property
    @abstractmethod
    def horizon(self) -> int:
        """Number of periods ahead, H."""

    @abstractmethod
    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x) at each horizon; `x` broadcasts to (..., H)."""

    @abstractmethod
    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Inverse of `cdf`, element by element; `u` in [0, 1] broadcasts to (..., H)."""

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x) at each horizon: the probability of "more than x" (突破)."""
        return 1.0 - self.cdf(x)

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x) at each horizon: the probability of "at least x" (达到, 以上)."""
        return self.sf(x)

    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        """Quantiles at level(s) `p`: (H,) for a number, (k, H) for k levels."""
        levels = np.asarray(p, dtype=float)
        return self.ppf(np.broadcast_to(levels[..., None], (*levels.shape, self.horizon)))

    def mean(self) -> FloatArray:
        """Mean of the central 99.9 %, shape (H,); finite also where heavy tails have no mean."""
        return self.quantile(_MEAN_LEVELS).mean(axis=0)

    def median(self) -> FloatArray:
        """Median at each horizon, shape (H,)."""
        return self.quantile(0.5)

    def interval(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Central interval that holds `level` of the probability: lower and upper, each (H,)."""
        tail = (1.0 - level) / 2.0
        return self.quantile(tail), self.quantile(1.0 - tail)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw `n` paths, shape (n, H).

        The marginals are exact; across horizons a path has the rank correlation of a random
        walk, sqrt(i / j) for horizons i < j.
        """
        steps = rng.standard_normal((n, self.horizon))
        walk = np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, self.horizon + 1))
        return self.ppf(ndtr(walk))
