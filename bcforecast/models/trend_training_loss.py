"""What the engine is trained to do well, with its gradient: quantiles and goal probabilities.

An example's loss is the mean scaled quantile loss over the deciles, the scaled 95 % interval
score, the scaled absolute error of the median and the log loss of goals, each over its usual size;
and a share of the quantile loss of each scale alone, so that a series that has only one is served.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import ndtr

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_pool import Curve
from bcforecast.models.trend_shape import Shape

LEVELS: Final = np.array([0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975])
GROWTH: Final = np.array([-0.05, 0.0, 0.05, 0.1, 0.2])
GOAL_HORIZONS: Final = 3
ALONE: Final = 0.1
"""Weight of each scale's own quantile loss."""

_USUAL_CRPS, _USUAL_INTERVAL, _USUAL_ERROR, _USUAL_LOG_LOSS = 2.2, 26.0, 3.0, 0.37
_LEAST_PROBABILITY = 1e-4
_ROOT_2_PI = float(np.sqrt(2.0 * np.pi))

LEVEL_WEIGHTS: Final = np.array(
    [20.0 / _USUAL_INTERVAL]
    + [1.0 / 9.0 / _USUAL_CRPS + (0.5 / _USUAL_ERROR if p == 0.5 else 0.0) for p in LEVELS[1:-1]]
    + [20.0 / _USUAL_INTERVAL]
)
"""Weight of twice the pinball loss at each level."""

CurveGradient = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
"""By intercept, slope, transformed intercept, transformed slope, share: each (H, N)."""


def quantile_loss(
    curve: Curve, z: FloatArray, future: FloatArray, unit: FloatArray
) -> tuple[FloatArray, CurveGradient, FloatArray]:
    """Scaled quantile loss of N examples.

    Parameters
    ----------
    curve
        Shape (H, N).
    z
        Shape (11, N): scores of `LEVELS`.
    future
        Shape (H, N), NaN where unknown.
    unit
        Shape (N,): what one unit of loss is divided by, the number of known horizons included.

    Returns
    -------
    Loss (N,), its gradient by the curve, and by `z` (11, N).
    """
    known = np.isfinite(future)
    y = np.where(known, future, 0.0)
    total = np.zeros(future.shape[1])
    parts = [np.zeros(future.shape) for _ in range(5)]
    by_z = np.empty(z.shape)
    kinds = ((1.0, None), (ALONE, 0.0), (ALONE, 1.0))
    for level, weight, score, out in zip(LEVELS, LEVEL_WEIGHTS, z, by_z, strict=True):
        plain = curve.intercept + curve.slope * score
        exponent = curve.transformed_intercept + curve.transformed_slope * score
        scaled = np.exp(np.minimum(exponent, 600.0))
        out[:] = 0.0
        for amount, share in kinds:
            o = curve.share if share is None else share
            error = y - (plain + o * (scaled - plain))
            factor = np.where(known, 2.0 * weight * amount / unit, 0.0)
            total += (factor * np.maximum(level * error, (level - 1.0) * error)).sum(axis=0)
            g = factor * np.where(error > 0.0, -level, 1.0 - level)
            a, c = g * (1.0 - o), g * o * scaled
            parts[0] += a
            parts[1] += a * score
            parts[2] += c
            parts[3] += c * score
            if share is None:
                parts[4] += g * (scaled - plain)
            out += (a * curve.slope + c * curve.transformed_slope).sum(axis=0)
    return total, (parts[0], parts[1], parts[2], parts[3], parts[4]), by_z


def goal_loss(
    curve: Curve, shape: Shape, last: FloatArray, future: FloatArray
) -> tuple[FloatArray, CurveGradient, FloatArray, FloatArray]:
    """Log loss of the goals `y(n + h) >= y(n) (1 + g)^h` of N examples.

    Returns
    -------
    Loss (N,), gradient by the curve, by the shape's weight (N,) and width (N,).
    """
    near = curve.take((slice(GOAL_HORIZONS), None))
    h = np.arange(1.0, GOAL_HORIZONS + 1.0)[:, None, None]
    target = last * (1.0 + GROWTH[:, None]) ** h
    y = future[:GOAL_HORIZONS, None, :]
    known = np.broadcast_to(np.isfinite(y), target.shape)
    z = near.score(target)
    p = shape.sf(z)
    hit = y >= target * (1.0 - 1e-9)
    bounded = np.clip(p, _LEAST_PROBABILITY, 1.0 - _LEAST_PROBABILITY)
    each = np.where(known, 1.0, 0.0) / np.maximum(known.sum(axis=(0, 1)), 1) / _USUAL_LOG_LOSS
    loss = -(each * np.where(hit, np.log(bounded), np.log1p(-bounded))).sum(axis=(0, 1))
    by_p = -each * np.where(hit, 1.0 / bounded, -1.0 / (1.0 - bounded))
    by_p = np.where(p == bounded, by_p, 0.0)
    scaled = np.exp(np.minimum(near.transformed_intercept + near.transformed_slope * z, 600.0))
    steep = (1.0 - near.share) * near.slope + near.share * near.transformed_slope * scaled
    by_q = by_p * shape.density(z) / np.maximum(steep, 1e-300)
    a, c = by_q * (1.0 - near.share), by_q * near.share * scaled
    plain = near.intercept + near.slope * z
    parts = []
    for part in (a, a * z, c, c * z, by_q * (scaled - plain)):
        whole = np.zeros(future.shape)
        whole[:GOAL_HORIZONS] = part.sum(axis=1)
        parts.append(whole)
    by_weight, by_wide = shape_slopes(shape, z)
    return (
        loss,
        (parts[0], parts[1], parts[2], parts[3], parts[4]),
        -(by_p * by_weight).sum(axis=(0, 1)),
        -(by_p * by_wide).sum(axis=(0, 1)),
    )


def shape_slopes(shape: Shape, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Derivatives of G(z) by the weight and the width of the wide part."""
    wide = z / shape.wide
    density = np.exp(-0.5 * wide**2) / _ROOT_2_PI
    return np.asarray(ndtr(wide) - ndtr(z)), np.asarray(-shape.weight * density * wide / shape.wide)


def curve_of(
    location: tuple[FloatArray, FloatArray],
    spread: tuple[FloatArray, FloatArray],
    last: FloatArray,
    level: FloatArray,
    share: FloatArray,
) -> Curve:
    """Curve (H, N) of two averages, on the relative and the log scale."""
    return Curve(
        intercept=(last[0] + location[0]) * level,
        slope=spread[0] * level,
        transformed_intercept=last[1] + location[1],
        transformed_slope=spread[1],
        share=np.broadcast_to(share, location[0].shape),
        transform=Transform("log"),
    )
