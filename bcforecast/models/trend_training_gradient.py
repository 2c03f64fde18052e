"""The loss of a batch of examples and its gradient by everything that is learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_average import (
    evidence_power,
    log_evidence,
    moments,
    normalized,
    prior_logits,
    widening,
)
from bcforecast.models.trend_grid import LONGEST
from bcforecast.models.trend_learned import SIDES, Learned, Parameters, Side
from bcforecast.models.trend_shape import Shape
from bcforecast.models.trend_training_examples import HORIZON, Examples
from bcforecast.models.trend_training_loss import (
    LEVELS,
    curve_of,
    goal_loss,
    quantile_loss,
    shape_slopes,
)
from bcforecast.observations.history import IntArray

_DECISIVE = 30.0
_EVERY_LENGTH = np.arange(2, LONGEST + 1)
_STEPS = np.arange(1.0, HORIZON + 1.0)[:, None]
_TEMPERED_FROM = 30.0
"""Quantile loss from which an example pulls no harder, however far off it is."""
_RIDGE = {"prior": 1e-4, "widening_features": 1e-4, "pool": 1e-4}


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
