"""The Bayesian average over the grid on one scale, in closed form, for many series at once.

With `s2 ~ InverseGamma(a / 2, a b / 2)` and m increments whose standardized errors have the sum of
squares S, model k has the evidence `|C|^{-1/2} s2^{-(a + m) / 2}`, `s2 = (a b + S) / (a + m)`, and
predicts location `F` and variance `s2 V`. Weights are prior times evidence to a power; the average
keeps the mixture's first two moments, and the spread is widened as learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_learned import Side

_FARTHEST_LEARNED = 12.0
"""Horizon from which the learned widening stays as it is; the models' own variance grows on."""


@dataclass(frozen=True)
class Average:
    """Forecast of B series on one scale, series last.

    Parameters
    ----------
    location
        Shape (H, B): forecast minus last observation.
    spread
        Shape (H, B): standard deviation, widened.
    evidence
        Shape (B,): log of the total of prior times evidence.
    """

    location: FloatArray
    spread: FloatArray
    evidence: FloatArray


def log_evidence(
    squares: FloatArray, log_determinant: FloatArray, increments: int | FloatArray, side: Side
) -> tuple[FloatArray, FloatArray]:
    """Log evidence, up to a constant of m, and `s2` of each model, both (K, B).

    `log_determinant` is (K, B) or (K, 1); `increments` a number or one a series.
    """
    df = float(np.exp(side.noise[0]))
    s2 = (df * float(np.exp(side.noise[1])) + squares) / (df + increments)
    return -log_determinant - 0.5 * (df + increments) * np.log(s2), s2


def evidence_power(side: Side, features: FloatArray) -> FloatArray:
    """Power to which the evidence is raised, (B,)."""
    return np.asarray(expit(side.power[0] + side.power[1] * features[0]))


def prior_logits(side: Side, features: FloatArray) -> FloatArray:
    """Log prior weight of each model given the features (5, B): (K, B)."""
    return np.asarray(side.prior[:, 1:] @ features + side.prior[:, :1])


def widening(side: Side, features: FloatArray, steps: FloatArray) -> FloatArray:
    """Log widening, (H, B), for `steps` (H, B) periods after the last observation."""
    log_h = np.log(np.minimum(steps, _FARTHEST_LEARNED))
    constant, slope = side.widening_features.T @ features
    polynomial = side.widening[0] + log_h * (side.widening[1] + log_h * (side.widening[2] / 3.0))
    return np.asarray(polynomial + constant + slope * log_h)


def normalized(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weights (K, B) from log weights, and the log of their total (B,)."""
    top = logits.max(axis=0)
    weights = np.exp(logits - top)
    total = weights.sum(axis=0)
    return weights / total, top + np.log(total)


def moments(
    weights: FloatArray, s2: FloatArray, moved: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Location and variance, (H, B), of the weighted grid.

    Parameters
    ----------
    weights, s2
        Shape (K, B).
    moved
        Shape (K, H, B): location of each model.
    variance
        Shape (K, H, B), in units of `s2`.
    """
    location = np.einsum("kb,khb->hb", weights, moved)
    around = moved - location
    np.square(around, out=around)
    around += s2[:, None] * variance
    return location, np.einsum("kb,khb->hb", weights, around)


@dataclass(frozen=True)
class Evidence:
    """What the grid makes of B series on one scale, before anything learned.

    Parameters
    ----------
    squares
        Shape (K, B): sums of squared standardized errors.
    moved
        Shape (K, H, B): location of each model, minus the last observation.
    variance, log_determinant
        Shapes (K, H, B) and (K, B), as of `Operators`.
    increments
        Shape (B,): number of increments.
    """

    squares: FloatArray
    moved: FloatArray
    variance: FloatArray
    log_determinant: FloatArray
    increments: FloatArray


def average(evidence: Evidence, side: Side, features: FloatArray, steps: FloatArray) -> Average:
    """Average the grid for B series.

    Parameters
    ----------
    evidence
        Of the series, on the scale of `side`.
    features
        Shape (5, B).
    steps
        Shape (H, B): periods after the last observation.
    """
    fit, s2 = log_evidence(evidence.squares, evidence.log_determinant, evidence.increments, side)
    logits = prior_logits(side, features) + evidence_power(side, features) * fit
    weights, total = normalized(logits)
    location, variance = moments(weights, s2, evidence.moved, evidence.variance)
    spread = np.sqrt(variance) * np.exp(widening(side, features, steps))
    return Average(location, spread, total)
