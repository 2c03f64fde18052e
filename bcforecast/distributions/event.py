"""Whether something has come to exist by each future period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import Distribution, FloatArray


@dataclass(frozen=True)
class Event(Distribution):
    """Number of new things, on {0, 1, 2, ...}, by the end of each period.

    Parameters
    ----------
    probabilities
        Shape (H, M + 1): entry [h, m] is P(N = m) at horizon h + 1; rows sum to 1, the last
        entry being P(N >= M).
    """

    probabilities: FloatArray

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.probabilities.shape[0])

    def plus(self, already: int) -> Event:
        """Return the number of new things on top of `already` existing ones."""
        none = np.zeros((self.horizon, already))
        return Event(np.concatenate([none, self.probabilities], axis=1))

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(N <= x)."""
        values = np.asarray(x, dtype=float)
        values = np.broadcast_to(values, np.broadcast_shapes(values.shape, (self.horizon,)))
        cumulative = np.minimum(np.cumsum(self.probabilities, axis=1), 1.0)
        top = cumulative.shape[1] - 1
        index = np.clip(np.floor(values), -1, top).astype(int)
        rows = np.broadcast_to(np.arange(self.horizon), values.shape)
        below = cumulative[rows, np.maximum(index, 0)]
        return np.where(index < 0, 0.0, np.where(index >= top, 1.0, below))

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(N >= x)."""
        return self.sf(np.ceil(np.asarray(x, dtype=float)) - 1.0)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Smallest whole number n with P(N <= n) >= u."""
        levels = np.asarray(u, dtype=float)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, (self.horizon,)))
        cumulative = np.cumsum(self.probabilities, axis=1)[:, :-1]
        return np.sum(levels[..., None] > cumulative + 1e-15, axis=-1).astype(float)

    def mean(self) -> FloatArray:
        """Expected number, shape (H,)."""
        return self.probabilities @ np.arange(self.probabilities.shape[1], dtype=float)
