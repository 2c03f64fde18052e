"""What the engine is trained to do well, with its gradient: quantiles and goal probabilities.

An example's loss is the mean scaled quantile loss over the deciles, the scaled 95 % interval
score, the scaled absolute error of the median and the log loss of goals, each over its usual size;
and a share of the quantile loss of each scale alone, so that a series that has only one is served.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, ndtr

from bcforecast.distributions import FloatArray, Transform
from bcforecast.models.trend_members import (
    LONGEST,
    SIDES,
    Curve,
    Learned,
    Parameters,
    Shape,
    Side,
    evidence_power,
    log_evidence,
    moments,
    normalized,
    prior_logits,
    widening,
)
from bcforecast.observations.selection import IntArray

HORIZON = 10
"""Periods ahead that are learned from."""
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

_DECISIVE = 30.0
_EVERY_LENGTH = np.arange(2, LONGEST + 1)
_STEPS = np.arange(1.0, HORIZON + 1.0)[:, None]
_TEMPERED_FROM = 30.0
"""Quantile loss from which an example pulls no harder, however far off it is."""
_CLIPPED_SHARE = 0.005
_RIDGE = {"prior": 1e-4, "widening_features": 1e-4, "pool": 1e-4}


@dataclass(frozen=True)
class Examples:
    """N examples, as the loss takes them; series last."""

    squares: tuple[FloatArray, FloatArray]  # for each scale (K, N)
    moved: tuple[FloatArray, FloatArray]  # for each scale (K, H, N)
    variance: FloatArray  # (LONGEST + 1, K, H), by number of observations
    log_determinant: FloatArray  # (LONGEST + 1, K), likewise
    last: FloatArray  # (2, N): last observation on each scale
    level: FloatArray  # (N,): unit of the relative scale
    jacobian: FloatArray  # (N,): log Jacobian
    scale: FloatArray  # (N,): mean absolute change
    weight: FloatArray  # (N,)
    features: FloatArray  # (5, N), before clipping
    observations: IntArray  # (N,)
    future: FloatArray  # (H, N), NaN where unknown

    def feature_range(self) -> FloatArray:
        """Lowest and highest feature seen, less half a percent at each end, (2, 5)."""
        ends = np.quantile(self.features, [_CLIPPED_SHARE, 1.0 - _CLIPPED_SHARE], axis=1)
        return np.asarray(ends)


@dataclass(frozen=True)
class _Forward:
    """One scale's average of a batch, with what its gradient needs."""

    side: Side
    found: FloatArray
    increments: FloatArray
    fit: FloatArray
    s2: FloatArray
    weights: FloatArray
    evidence: FloatArray
    moved: FloatArray
    each: FloatArray
    location: FloatArray
    variance: FloatArray
    spread: FloatArray

    @classmethod
    def run(
        cls,
        side: Side,
        found: FloatArray,
        increments: FloatArray,
        squares: FloatArray,
        moved: FloatArray,
        each: FloatArray,
        log_determinant: FloatArray,
    ) -> _Forward:
        fit, s2 = log_evidence(squares, log_determinant, increments, side)
        logits = prior_logits(side, found) + evidence_power(side, found) * fit
        weights, evidence = normalized(logits)
        location, variance = moments(weights, s2, moved, each)
        spread = np.sqrt(variance) * np.exp(widening(side, found, _STEPS))
        return cls(
            side, found, increments, fit, s2, weights, evidence, moved, each,
            location, variance, spread,
        )  # fmt: skip

    def back(
        self, by_location: FloatArray, by_spread: FloatArray, by_evidence: FloatArray
    ) -> dict[str, FloatArray]:
        """Gradient by the side's parameters from that by its results."""
        by_log = by_spread * self.spread
        by_variance = 0.5 * by_log / self.variance
        log_h = np.log(_STEPS[:, 0])
        basis = np.stack([np.ones_like(log_h), log_h, log_h**2 / 3.0], axis=1)
        around = (self.moved - self.location) ** 2
        by_weight = np.einsum("hb,khb->kb", by_location, self.moved) + np.einsum(
            "hb,khb->kb", by_variance, around + self.s2[:, None] * self.each
        )
        by_logit = self.weights * (by_weight - (self.weights * by_weight).sum(axis=0) + by_evidence)
        power = evidence_power(self.side, self.found)
        by_fit = by_logit * power
        df, scale = np.exp(self.side.noise)
        total = df + self.increments
        by_s2 = self.weights * np.einsum("hb,khb->kb", by_variance, self.each)
        by_s2 -= by_fit * 0.5 * total / self.s2
        by_df = (by_s2 * (scale - self.s2) / total - 0.5 * by_fit * np.log(self.s2)).sum()
        by_power = (by_logit * self.fit).sum(axis=0) * power * (1.0 - power)
        design = np.concatenate([np.ones((1, self.found.shape[1])), self.found])
        return {
            "prior": by_logit @ design.T,
            "power": np.array([by_power.sum(), by_power @ self.found[0]]),
            "noise": np.array([df * by_df, scale * (by_s2 * df / total).sum()]),
            "widening": basis.T @ by_log.sum(axis=1),
            "widening_features": self.found @ (by_log.T @ basis[:, :2]),
        }


def _shape(learned: Learned, inverse: FloatArray) -> Shape:
    return Shape(
        weight=expit(learned.shape[0] + learned.shape[1] * inverse),
        wide=1.0 + np.exp(learned.shape[2] + learned.shape[3] * inverse),
    )


def loss_and_gradient(
    parameters: Parameters, examples: Examples, at: IntArray
) -> tuple[FloatArray, Parameters]:
    """Weighted losses (B,) of the examples `at`, and the gradient of their weighted mean."""
    learned = Learned.of(parameters)
    n = examples.observations[at]
    increments = (n - 1).astype(float)
    found = np.clip(examples.features[:, at], *learned.feature_range[:, :, None])
    each = np.ascontiguousarray(np.moveaxis(examples.variance[n], 0, -1))
    log_determinant = examples.log_determinant[n].T
    sides = [
        _Forward.run(
            learned.sides[i], found, increments, examples.squares[i][:, at],
            examples.moved[i][:, :, at], each, log_determinant,
        )
        for i in range(2)
    ]  # fmt: skip
    raw = examples.jacobian[at] + sides[1].evidence - sides[0].evidence
    favour = np.clip(raw, -_DECISIVE, _DECISIVE)
    power = float(expit(learned.pool[6]))
    share = expit(learned.pool[0] + learned.pool[1:6] @ found + power * favour)
    level, last = examples.level[at], examples.last[:, at]
    curve = curve_of(
        (sides[0].location, sides[1].location), (sides[0].spread, sides[1].spread),
        last, level, share,
    )  # fmt: skip
    inverse = 1.0 / n
    shape = _shape(learned, inverse)
    z = _shape(learned, 1.0 / _EVERY_LENGTH).ppf(LEVELS[:, None])[:, n - 2]
    future = examples.future[:, at]
    unit = examples.scale[at] * np.isfinite(future).sum(axis=0)
    loss, by_curve, by_z = quantile_loss(curve, z, future, unit)
    goals, by_goal, by_weight, by_wide = goal_loss(curve, shape, level * last[0], future)
    tempered = np.minimum(1.0, _TEMPERED_FROM / np.maximum(loss, 1e-12))
    amount = tempered * examples.weight[at] / examples.weight[at].sum()
    by = [(a + b) * amount for a, b in zip(by_curve, by_goal, strict=True)]
    by_u = by[4].sum(axis=0) * share * (1.0 - share)
    by_favour = np.where(raw == favour, by_u * power, 0.0)
    density = shape.density(z)
    weight_slope, wide_slope = shape_slopes(shape, z)
    by_weight = (by_weight - (by_z * weight_slope / density).sum(axis=0)) * amount
    by_wide = (by_wide - (by_z * wide_slope / density).sum(axis=0)) * amount
    by_weight *= shape.weight * (1.0 - shape.weight)
    by_wide *= shape.wide - 1.0
    gradient: Parameters = {
        "pool": np.concatenate(
            [[by_u.sum()], found @ by_u, [(by_u * favour).sum() * power * (1.0 - power)]]
        ),
        "shape": np.array([by_weight.sum(), by_weight @ inverse, by_wide.sum(), by_wide @ inverse]),
    }
    results = ((by[0] * level, by[1] * level, -by_favour), (by[2], by[3], by_favour))
    for name, side, result in zip(SIDES, sides, results, strict=True):
        gradient |= {f"{key}_{name}": value for key, value in side.back(*result).items()}
    for key in gradient:
        ridge = _RIDGE.get(key.removesuffix("_log").removesuffix("_relative"), 0.0)
        gradient[key] = gradient[key] + 2.0 * ridge * parameters[key]
    return (loss + goals) * examples.weight[at], gradient


def quantile_loss(
    curve: Curve, z: FloatArray, future: FloatArray, unit: FloatArray
) -> tuple[FloatArray, CurveGradient, FloatArray]:
    """Scaled quantile loss (N,) of N examples, its gradient by the curve (H, N), and by `z`.

    `z` (11, N) are scores of `LEVELS`, `future` (H, N) is NaN where unknown, and `unit` (N,) what
    one unit of loss is divided by, the number of known horizons included.
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
    """Log loss (N,) of the goals `y(n + h) >= y(n) (1 + g)^h` of N examples.

    Then its gradient by the curve, by the shape's weight (N,) and width (N,).
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
