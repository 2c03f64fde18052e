"""Finite mixtures of Student-t (and normal) components, each on its own scale."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from bcforecast.distributions.base import Distribution, FloatArray
from bcforecast.distributions.inversion import bisect
from bcforecast.distributions.transform import Transform


@dataclass(frozen=True)
class StudentTMixture(Distribution):
    """Mixture whose component k, put on its scale by a transform, is Student-t.

    Parameters
    ----------
    location, scale
        Shape (K, H), on each component's own scale; scales above 0.
    weights
        Shape (K,) or (K, H), nonnegative, sum to 1 over components. Default: equal.
    df
        Degrees of freedom, shape (K,) or (K, H), or a number; infinity is the normal.
    transforms
        One transform a component, or a single one for all.
    """

    location: FloatArray
    scale: FloatArray
    weights: FloatArray | None = None
    df: FloatArray | float = np.inf
    transforms: tuple[Transform, ...] | Transform = field(default_factory=Transform)

    def __post_init__(self) -> None:
        location = np.atleast_2d(np.asarray(self.location, dtype=float))
        k = location.shape[0]
        shape = location.shape
        weights = np.full(k, 1.0 / k) if self.weights is None else np.asarray(self.weights, float)
        object.__setattr__(self, "location", location)
        object.__setattr__(self, "scale", np.broadcast_to(np.asarray(self.scale, float), shape))
        object.__setattr__(self, "weights", _per_horizon(weights, shape))
        object.__setattr__(self, "df", _per_horizon(np.asarray(self.df, float), shape))
        if isinstance(self.transforms, Transform):
            object.__setattr__(self, "transforms", (self.transforms,) * k)

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.location.shape[1])

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x): a weighted sum of Student-t distribution functions."""
        return self._tail(x, sign=1.0)

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x), without the cancellation of 1 - cdf."""
        return self._tail(x, sign=-1.0)

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles by bisection between the components' own quantiles."""
        levels = np.asarray(u, dtype=float)
        levels = np.broadcast_to(levels, np.broadcast_shapes(levels.shape, (self.horizon,)))
        ends = np.stack([self._component_ppf(k, levels) for k in range(self.location.shape[0])])
        low, high = ends.min(axis=0), ends.max(axis=0)
        inner = (levels > 0.0) & (levels < 1.0) & np.isfinite(low) & np.isfinite(high)
        solved = bisect(self.cdf, levels, np.where(inner, low, 0.0), np.where(inner, high, 0.0))
        return np.where(inner & (low < high), solved, np.where(levels <= 0.5, low, high))

    def _tail(self, x: npt.ArrayLike, sign: float) -> FloatArray:
        values = np.asarray(x, dtype=float)
        values = np.broadcast_to(values, np.broadcast_shapes(values.shape, (self.horizon,)))
        total = np.zeros(values.shape)
        assert self.weights is not None
        df = np.asarray(self.df)
        for transform, members in self._by_transform().items():
            z = np.expand_dims(transform.forward(values), -2) - self.location[members]
            tails = _standard_cdf(sign * z / self.scale[members], df[members])
            total += np.sum(self.weights[members] * tails, axis=-2)
        return np.clip(total, 0.0, 1.0)

    def _by_transform(self) -> dict[Transform, list[int]]:
        members: dict[Transform, list[int]] = {}
        for k, transform in enumerate(_as_tuple(self.transforms)):
            members.setdefault(transform, []).append(k)
        return members

    def _component_ppf(self, k: int, u: FloatArray) -> FloatArray:
        z = _standard_ppf(u, np.asarray(self.df)[k])
        return _as_tuple(self.transforms)[k].inverse(self.location[k] + self.scale[k] * z)


def _as_tuple(transforms: tuple[Transform, ...] | Transform) -> tuple[Transform, ...]:
    return transforms if isinstance(transforms, tuple) else (transforms,)


def _per_horizon(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    return np.broadcast_to(values[:, None] if values.ndim == 1 else values, shape)


def _standard_cdf(z: FloatArray, df: FloatArray) -> FloatArray:
    normal = np.isinf(df)
    if normal.all():
        return np.asarray(ndtr(z))
    t = stdtr(np.where(normal, 1.0, df), z)
    return np.where(normal, ndtr(z), t)


def _standard_ppf(u: FloatArray, df: FloatArray) -> FloatArray:
    normal = np.isinf(df)
    if normal.all():
        return np.asarray(ndtri(u))
    t = np.where(
        u <= 0.0,
        -np.inf,
        np.where(
            u >= 1.0, np.inf, stdtrit(np.where(normal, 1.0, df), np.clip(u, 1e-300, 1 - 1e-16))
        ),
    )
    return np.where(normal, ndtri(u), t)
