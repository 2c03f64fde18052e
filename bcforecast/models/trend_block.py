"""From what the grid makes of many series to their forecasts: two averages and their pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_average import Average, average
from bcforecast.models.trend_features import NAMES
from bcforecast.models.trend_learned import Learned
from bcforecast.models.trend_pool import Curve
from bcforecast.models.trend_summary import Summary

_DECISIVE = 30.0
_FADE = 0.7
"""Log volatility above what was seen in training over which the log scale loses its weight."""


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
    def of(cls, found: FloatArray, learned: Learned) -> Traits:
        """Clip features (5, B)."""
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


def pooled_curve(
    relative: Average,
    transformed: Average | None,
    share: FloatArray,
    units: tuple[FloatArray, FloatArray],
    transform: Transform,
    support: tuple[float, float],
) -> Curve:
    """Curve (H, B) from averages whose locations are absolute, each in the unit of its scale."""
    other = relative if transformed is None else transformed
    level, unit = units
    return Curve(
        intercept=relative.location * level,
        slope=relative.spread * level,
        transformed_intercept=other.location * unit,
        transformed_slope=other.spread * unit,
        share=np.broadcast_to(share, relative.location.shape),
        transform=transform,
        low=support[0],
        high=support[1],
    )


def forecast_summary(
    summary: Summary, *, transform: Transform, support: tuple[float, float], learned: Learned
) -> Curve:
    """Forecast B series from what the grid makes of them.

    Parameters
    ----------
    transform
        The one of the summary.
    support
        Smallest and largest possible value.

    Returns
    -------
    Curve of shape (H, B).
    """
    traits = Traits.of(summary.features, learned)
    units = (summary.level, summary.unit)
    horizon = summary.relative.variance.shape[1]
    steps = summary.lead + np.arange(1.0, horizon + 1.0)[:, None]
    own = average(summary.relative, learned.sides[0], traits.features, steps)
    relative = Average(own.location + summary.last[0], own.spread, own.evidence)
    if summary.transformed is None:
        none = np.zeros_like(summary.level)
        return pooled_curve(relative, None, none, units, transform, support)
    other = average(summary.transformed, learned.sides[1], traits.features, steps)
    transformed = Average(other.location + summary.last[1], other.spread, other.evidence)
    share = share_of_transformed(learned, traits, own.evidence, other.evidence, summary.jacobian)
    return pooled_curve(relative, transformed, share, units, transform, support)
