"""Forecast many series at once: what the grid makes of each, then two averages and their pool.

Only the first step depends on the gap pattern, and it is three matrix products; all that follows
takes series of every length and pattern together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_average import (
    Average,
    Evidence,
    average,
    locations,
    sums_of_squares,
)
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


def log_jacobian(values: FloatArray, level: FloatArray, transform: Transform) -> FloatArray:
    """Log derivative of the transformation of `values / level`, mean times m: shape (B,)."""
    derivative = level * transform.derivative(values)
    return np.asarray(np.log(derivative).mean(axis=0) * (values.shape[0] - 1))


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


@dataclass(frozen=True)
class Summary:
    """What the grid makes of B series, before anything learned; series last in every array.

    Parameters
    ----------
    relative, transformed
        Evidence in units of the mean level, and on the scale of the transform (None: identity).
    features
        Shape (5, B), before clipping.
    last
        Shape (2, B): last observation on each scale.
    level, jacobian, observations, lead
        Shape (B,): unit of the relative scale, log Jacobian of the other, number of observations,
        periods that passed since the last one.
    """

    relative: Evidence
    transformed: Evidence | None
    features: FloatArray
    last: FloatArray
    level: FloatArray
    jacobian: FloatArray
    observations: FloatArray
    lead: FloatArray


def summarize(
    values: FloatArray,
    gaps: tuple[int, ...],
    *,
    horizon: int,
    lead: int,
    transform: Transform,
    table: OperatorTable,
) -> Summary:
    """Apply the grid to B series that share a gap pattern.

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
    """
    operators = table(gaps, horizon=horizon, lead=lead)
    n, series = values.shape
    level = mean_level(values)
    variance = np.broadcast_to(operators.variance[:, :, None], (*operators.variance.shape, series))
    determinant = np.broadcast_to(operators.log_determinant[:, None], (operators.models, series))
    count = np.full(series, float(n - 1))

    def evidence(increments: FloatArray) -> Evidence:
        return Evidence(
            sums_of_squares(increments, operators),
            locations(increments, operators),
            variance,
            determinant,
            count,
        )

    scaled = values / level
    increments = np.diff(scaled, axis=0)
    relative, transformed, moved = evidence(increments), None, scaled
    if transform.name != "identity":
        moved = transform.forward(values)
        increments = np.diff(moved, axis=0)
        transformed = evidence(increments)
    return Summary(
        relative=relative,
        transformed=transformed,
        features=features(increments, np.asarray(gaps, dtype=float)),
        last=np.stack([scaled[-1], moved[-1]]),
        level=level,
        jacobian=log_jacobian(values, level, transform),
        observations=count + 1.0,
        lead=np.full(series, float(lead)),
    )


def joined(parts: Sequence[Summary]) -> Summary:
    """Put summaries of several gap patterns and one transform side by side."""
    if len(parts) == 1:
        return parts[0]

    def side(pieces: Sequence[Evidence]) -> Evidence:
        return Evidence(
            *(
                np.concatenate([getattr(e, name) for e in pieces], axis=-1)
                for name in Evidence.__dataclass_fields__
            )
        )

    transformed = [p.transformed for p in parts if p.transformed is not None]
    return Summary(
        side([p.relative for p in parts]),
        side(transformed) if transformed else None,
        *(
            np.concatenate([getattr(p, name) for p in parts], axis=-1)
            for name in ("features", "last", "level", "jacobian", "observations", "lead")
        ),
    )


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
    horizon = summary.relative.variance.shape[1]
    steps = summary.lead + np.arange(1.0, horizon + 1.0)[:, None]
    own = average(summary.relative, learned.sides[0], traits.features, steps)
    relative = Average(own.location + summary.last[0], own.spread, own.evidence)
    if summary.transformed is None:
        none = np.zeros_like(summary.level)
        return pooled_curve(relative, None, none, summary.level, transform, support)
    other = average(summary.transformed, learned.sides[1], traits.features, steps)
    transformed = Average(other.location + summary.last[1], other.spread, other.evidence)
    share = share_of_transformed(learned, traits, own.evidence, other.evidence, summary.jacobian)
    return pooled_curve(relative, transformed, share, summary.level, transform, support)
