"""Forecast many series that share a gap pattern: two averages and their pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_average import Average, average
from bcforecast.models.trend_features import NAMES, features
from bcforecast.models.trend_grid import OperatorTable
from bcforecast.models.trend_learned import Learned
from bcforecast.models.trend_pool import Curve

_DECISIVE = 30.0
_FADE = 0.7
"""Log volatility above what was seen in training over which the log scale loses its weight."""


def mean_level(values: FloatArray) -> FloatArray:
    """Mean absolute value of each series, (B,), from (n, B); 1 for a series of zeros."""
    level = np.abs(values).mean(axis=0)
    return np.where(level > 0.0, level, 1.0)


@dataclass(frozen=True)
class Traits:
    """What the learned weights of B series depend on.

    Parameters
    ----------
    features
        Shape (5, B), clipped to what was seen in training.
    calm
        Shape (B,), in [0, 1]: 1 for series as lively as in training, 0 for those so much livelier
        that a log scale would multiply a jump.
    """

    features: FloatArray
    calm: FloatArray

    @classmethod
    def of(cls, increments: FloatArray, gaps: tuple[int, ...], learned: Learned) -> Traits:
        """Traits from increments (m, B) on a log or relative scale."""
        found = features(increments, np.asarray(gaps, dtype=float))
        low, high = learned.feature_range[:, :, None]
        excess = found[NAMES.index("volatility")] - high[NAMES.index("volatility")]
        return cls(np.clip(found, low, high), np.clip(1.0 - excess / _FADE, 0.0, 1.0))


def share_of_transformed(
    learned: Learned,
    traits: Traits,
    relative: FloatArray,
    transformed: FloatArray,
    jacobian: FloatArray,
) -> FloatArray:
    """Weight of the log scale, (B,).

    Parameters
    ----------
    relative, transformed
        Log evidence on each scale, shape (B,).
    jacobian
        Log derivative of the transformation at the data, summed over increments, shape (B,).
    """
    favour = np.clip(transformed + jacobian - relative, -_DECISIVE, _DECISIVE)
    prior = learned.pool[0] + learned.pool[1:6] @ traits.features
    return np.asarray(traits.calm * expit(prior + expit(learned.pool[6]) * favour))


def log_jacobian(values: FloatArray, level: FloatArray, transform: Transform) -> FloatArray:
    """Log derivative of the transformation of `values / level`, mean times m: shape (B,)."""
    derivative = level * transform.derivative(values)
    return np.asarray(np.log(derivative).mean(axis=0) * (values.shape[0] - 1))


def pooled_curve(
    relative: Average,
    transformed: Average | None,
    share: FloatArray,
    level: FloatArray,
    transform: Transform,
    support: tuple[float, float],
) -> Curve:
    """Curve (H, B) from averages whose locations are absolute on their scale."""
    other = relative if transformed is None else transformed
    return Curve(
        intercept=relative.location * level,
        slope=relative.spread * level,
        transformed_intercept=other.location,
        transformed_slope=other.spread,
        share=np.broadcast_to(share, relative.location.shape),
        transform=transform,
        low=support[0],
        high=support[1],
    )


def forecast_block(
    values: FloatArray,
    gaps: tuple[int, ...],
    *,
    horizon: int,
    lead: int,
    transform: Transform,
    support: tuple[float, float],
    learned: Learned,
    table: OperatorTable,
) -> Curve:
    """Forecast B series at once.

    Parameters
    ----------
    values
        Shape (n, B), exact figures in the unit of each series, oldest first.
    gaps
        Periods between them, n - 1 whole numbers.
    horizon, lead
        Periods to forecast, and periods that passed since the last figure.
    transform
        Log or logit scale, inside whose support all values lie; identity for none.
    support
        Smallest and largest possible value.

    Returns
    -------
    Curve of shape (H, B).
    """
    operators = table(gaps, horizon=horizon, lead=lead)
    steps = lead + np.arange(1.0, horizon + 1.0)
    level = mean_level(values)
    scaled = values / level
    if transform.name == "identity":
        increments = np.diff(scaled, axis=0)
        traits = Traits.of(increments, gaps, learned)
        relative = _from_last(
            average(increments, operators, learned.sides[0], traits.features, steps), scaled
        )
        return pooled_curve(relative, None, np.zeros_like(level), level, transform, support)
    moved = transform.forward(values)
    increments = np.diff(moved, axis=0)
    traits = Traits.of(increments, gaps, learned)
    own = average(np.diff(scaled, axis=0), operators, learned.sides[0], traits.features, steps)
    other = average(increments, operators, learned.sides[1], traits.features, steps)
    share = share_of_transformed(
        learned, traits, own.evidence, other.evidence, log_jacobian(values, level, transform)
    )
    return pooled_curve(
        _from_last(own, scaled), _from_last(other, moved), share, level, transform, support
    )


def _from_last(result: Average, scaled: FloatArray) -> Average:
    return Average(result.location + scaled[-1], result.spread, result.evidence)
