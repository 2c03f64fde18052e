"""The distribution of a part: an uncertain whole times an uncertain share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr

from bcforecast.distributions import Counting, Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.distributions.inversion import bisect

NODES: Final = np.linspace(-5.0, 5.0, 201)
"""Standard normal nodes at which a parent's forecast is read."""

_EDGES: Final = np.concatenate([[-np.inf], (NODES[1:] + NODES[:-1]) / 2.0, [np.inf]])
NODE_WEIGHTS: Final = np.diff(ndtr(_EDGES))
"""Probability that each node stands for; they sum to 1."""

_CENTRAL: Final = np.abs(NODES) < 3.29
_SD_REACH: Final = 10.0
_NORMAL: Final = (np.arange(401) - 200) / 40.0
_DENSITY: Final = np.exp(-0.5 * _NORMAL**2) / np.exp(-0.5 * _NORMAL**2).sum()


@dataclass(frozen=True)
class ShareForecast(Distribution):
    """Y = P g(theta), P independent of theta, theta a normal mixture.

    P(Y <= y) = sum_k w_k sum_m v_m Phi((link(y / P_k) - location_m) / scale): exact in theta, and
    by quadrature on 201 nodes in P.

    Parameters
    ----------
    parent
        Shape (K, H), quantiles of the whole at the nodes, above 0, in the indicator's unit.
    parent_weights
        Shape (K,), sum to 1.
    location
        Shape (M, H), of theta.
    scale
        Shape (H,), of theta, above 0.
    weights
        Shape (M,), sum to 1.
    link
        Scale of theta: logit of a share of the whole, or log of a factor on it.
    """

    parent: FloatArray
    parent_weights: FloatArray
    location: FloatArray
    scale: FloatArray
    weights: FloatArray
    link: Transform

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.parent.shape[1])

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(Y <= y)."""
        return self._tail(x, 1.0)

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(Y > y), without the cancellation of 1 - cdf."""
        return self._tail(x, -1.0)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles by bisection on the log scale."""
        levels = np.asarray(u, dtype=float)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, (self.horizon,)))
        reach = _SD_REACH * self.scale
        bottom = self._log_part(self.location.min(axis=0) - reach)
        top = self._log_part(self.location.max(axis=0) + reach)
        low = np.broadcast_to(np.log(self.parent.min(axis=0)) + bottom, levels.shape)
        high = np.broadcast_to(np.log(self.parent.max(axis=0)) + top, levels.shape)
        solved = np.exp(np.minimum(bisect(lambda v: self.cdf(np.exp(v)), levels, low, high), 709.0))
        return np.where(levels <= 0.0, 0.0, solved)

    def mean(self) -> FloatArray:
        """Mean of the central 99.9 % of the whole times the mean of the share, shape (H,)."""
        weights = self.parent_weights * _CENTRAL if self.parent.shape[0] == NODES.size else None
        whole = np.average(self.parent, axis=0, weights=weights)
        theta = self.location[:, :, None] + self.scale[:, None] * _NORMAL
        share = self.link.inverse(theta) @ _DENSITY
        return np.asarray(whole * (self.weights @ share))

    def _tail(self, x: npt.ArrayLike, sign: float) -> FloatArray:
        values = np.asarray(x, dtype=float)
        values = np.broadcast_to(values, np.broadcast_shapes(values.shape, (self.horizon,)))
        linked = self.link.forward(values[..., None, :] / self.parent)
        total = np.zeros(values.shape)
        for m, weight in enumerate(self.weights):
            z = sign * (linked - self.location[m]) / self.scale
            total += weight * np.einsum("...kh,k->...h", ndtr(z), self.parent_weights)
        return np.clip(total, 0.0, 1.0)

    def _log_part(self, theta: FloatArray) -> FloatArray:
        """Log of the share or factor at theta."""
        if self.link.name == "logit":
            return np.log(np.maximum(expit(theta), 1e-300))
        return np.clip(theta, -690.0, 690.0)


def node_quantiles(forecast: Distribution) -> FloatArray:
    """Quantiles of a forecast at the nodes, shape (K, H), whole numbers read continuously."""
    continuous = forecast.continuous if isinstance(forecast, Counting) else forecast
    return continuous.quantile(ndtr(NODES))
