"""A distribution given by draws: what a simulation returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import Distribution, FloatArray


@dataclass(frozen=True)
class Empirical(Distribution):
    """Equally likely paths.

    Parameters
    ----------
    paths
        Shape (n, H), in the indicator's unit.
    """

    paths: FloatArray

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.paths.shape[1])

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """Share of paths at or below x."""
        return self._share(x, side="right")

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """Share of paths at or above x."""
        return 1.0 - self._share(x, side="left")

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles of the paths, linear between order statistics."""
        levels = np.asarray(u, dtype=float)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, (self.horizon,)))
        out = np.empty(levels.shape)
        for h in range(self.horizon):
            out[..., h] = np.quantile(self.paths[:, h], levels[..., h])
        return out

    def mean(self) -> FloatArray:
        """Mean of the paths, shape (H,)."""
        return self.paths.mean(axis=0)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw whole paths with replacement, shape (n, H)."""
        return self.paths[rng.integers(0, self.paths.shape[0], n)]

    def _share(self, x: npt.ArrayLike, side: Literal["left", "right"]) -> FloatArray:
        values = np.asarray(x, dtype=float)
        values = np.broadcast_to(values, np.broadcast_shapes(values.shape, (self.horizon,)))
        ordered = np.sort(self.paths, axis=0)
        out = np.empty(values.shape)
        for h in range(self.horizon):
            out[..., h] = np.searchsorted(ordered[:, h], values[..., h], side=side)
        return out / self.paths.shape[0]
