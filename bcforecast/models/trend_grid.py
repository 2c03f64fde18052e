"""The grid of damped-trend models, and what each says of a gap pattern before any data.

For fixed `(alpha, beta, phi, tau)` the innovations state-space model ETS(A,Ad,N)

    y_t = l_{t-1} + phi b_{t-1} + e_t,   l_t = l_{t-1} + phi b_{t-1} + alpha e_t,
    b_t = phi b_{t-1} + beta e_t,        e_t ~ N(0, s2),  b_0 ~ N(0, s2 tau^2)

is linear: `y = 1 l_0 + x b_0 + L e` with `x_t = phi + ... + phi^t`, `L_{t,s} = c_{t-s}`, `c_0 = 1`,
`c_j = alpha + beta (phi + ... + phi^j)`. A flat prior on `l_0` is the same as working with the
increments between observed periods. Their Cholesky factor gives the evidence and the forecast of
every series with that gap pattern by matrix products.

Source: Hyndman, Koehler, Ord, Snyder (2008), Forecasting with Exponential Smoothing, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.observations.history import IntArray

LONGEST = 32
"""Latest observations that a forecast uses; more gained nothing on the training parts."""

LONGEST_SPAN = 400
"""Periods back from the last observation that a forecast uses."""

FARTHEST = 5000
"""Periods from the first used observation to the last one forecast, at most."""

_SPAN_KEPT = 256


@dataclass(frozen=True)
class Operators:
    """What a grid of K models does to the m increments of a series, for H periods ahead.

    Parameters
    ----------
    whiten
        Shape (K * m, m): standardized one-step errors of each model, from increments.
    location
        Shape (K * H, m): forecast minus last observation, from increments.
    variance
        Shape (K, H): forecast variance, in units of `s2`.
    log_determinant
        Shape (K,): half the log determinant of the increments' covariance, in units of `s2`.
    """

    whiten: FloatArray
    location: FloatArray
    variance: FloatArray
    log_determinant: FloatArray

    @property
    def models(self) -> int:
        """Number of models, K."""
        return int(self.variance.shape[0])

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.variance.shape[1])


def level_covariance(grid: FloatArray, positions: IntArray) -> FloatArray:
    """Covariance of `y - l_0` at `positions`, in units of `s2`.

    Parameters
    ----------
    grid
        Shape (K, 4): alpha, beta, phi, tau.
    positions
        Shape (P,), increasing period numbers, the first one 1.

    Returns
    -------
    Shape (K, P, P).
    """
    alpha, beta, phi, tau = grid.T[:, :, None]
    last = int(positions[-1])
    sums = np.cumsum(phi ** np.arange(1, last + 1), axis=1)
    weights = np.concatenate([np.ones_like(alpha), alpha + beta * sums[:, :-1]], axis=1)
    lag = positions[:, None] - np.arange(1, last + 1)
    loadings = np.where(lag >= 0, weights[:, np.maximum(lag, 0)], 0.0)
    slope = tau * sums[:, positions - 1]
    return np.asarray(
        loadings @ loadings.transpose(0, 2, 1) + slope[:, :, None] * slope[:, None, :]
    )


def increment_factor(levels: FloatArray) -> FloatArray:
    """Cholesky factor of the covariance of successive differences, (..., P-1, P-1)."""
    rows = np.diff(levels, axis=-2)
    return np.asarray(np.linalg.cholesky(np.diff(rows, axis=-1)), dtype=float)


def operators_of(factor: FloatArray, increments: int) -> Operators:
    """Split a Cholesky factor, `increments` observed ones first and H to come, into operators."""
    models, size, _ = factor.shape
    m = increments
    whiten = np.linalg.inv(factor[:, :m, :m])
    to_come = np.cumsum(factor[:, m:], axis=1)
    return Operators(
        whiten=np.tril(whiten).reshape(models * m, m),
        location=np.ascontiguousarray(to_come[:, :, :m] @ whiten).reshape(models * (size - m), m),
        variance=np.einsum("khj,khj->kh", to_come[:, :, m:], to_come[:, :, m:]),
        log_determinant=np.log(np.einsum("kii->ki", factor[:, :m, :m])).sum(axis=1),
    )


class OperatorTable:
    """Operators of one grid for every gap pattern asked for, kept for the next time."""

    def __init__(self, grid: FloatArray) -> None:
        self.grid = grid
        self._gapless = lru_cache(maxsize=8)(self._gapless_factor)
        self._levels = lru_cache(maxsize=4)(self._all_levels)
        self._kept = lru_cache(maxsize=512)(self._operators)

    def __call__(self, gaps: tuple[int, ...], *, horizon: int, lead: int = 0) -> Operators:
        """Operators of a history.

        Parameters
        ----------
        gaps
            Periods between successive observations, each at least 1.
        horizon
            Periods to forecast, H.
        lead
            Periods between the last observation and the first one before the forecast.

        Raises
        ------
        ModelError
            If more than `FARTHEST` periods are spanned: the periods are hardly what was meant.
        """
        return self._kept(gaps, horizon, lead)

    def _operators(self, gaps: tuple[int, ...], horizon: int, lead: int) -> Operators:
        m = len(gaps)
        if lead == 0 and m < LONGEST and all(g == 1 for g in gaps):
            factor = self._gapless(horizon)[:, : m + horizon, : m + horizon]
        else:
            last = 1 + sum(gaps) + lead
            positions = np.concatenate(
                [1 + np.cumsum([0, *gaps]), last + np.arange(1, horizon + 1)]
            )
            if positions[-1] > FARTHEST:
                raise ModelError("panel.too_sparse", found=int(positions[-1]), allowed=FARTHEST)
            at = positions - 1
            levels = (
                self._span(int(positions[-1]))[:, at[:, None], at]
                if positions[-1] <= _SPAN_KEPT
                else level_covariance(self.grid, positions)
            )
            factor = increment_factor(levels)
        return operators_of(factor, m)

    def _span(self, periods: int) -> FloatArray:
        """Covariance of the levels of at least so many successive periods."""
        return self._levels(1 << (periods - 1).bit_length())

    def _all_levels(self, periods: int) -> FloatArray:
        return level_covariance(self.grid, np.arange(1, periods + 1))

    def _gapless_factor(self, horizon: int) -> FloatArray:
        """Factor of the longest gapless history: its leading blocks are those of shorter ones."""
        periods = LONGEST + horizon
        return increment_factor(self._span(periods)[:, :periods, :periods])
