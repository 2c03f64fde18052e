"""The pool of the two scales: the mean of their quantiles, so each forecast is one curve q(z).

    q(z) = (1 - o) (a + b z) + o g^{-1}(c + d z),      Z ~ shape,   o the weight of the log scale

Averaging quantiles keeps the pool as sharp as its members (a mixture would widen it), costs one
exponential a quantile, and P(Y <= x) is the shape's own at the z that solves q(z) = x.

Source: Lichtendahl, Grushka-Cockayne, Winkler (2013), doi:10.1287/mnsc.1120.1667.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_shape import Shape

_FARTHEST_SCORE = 80.0
_SOLVER_STEPS = 200
_SETTLED = 1e-13


@dataclass(frozen=True)
class Curve:
    """Forecasts as increasing curves of a score; all arrays of one shape, or broadcasting.

    Parameters
    ----------
    intercept, slope
        a and b, in the unit of the series.
    transformed_intercept, transformed_slope
        c and d, on the scale of `transform`.
    share
        o, weight of the transformed scale, in [0, 1]; 0 everywhere for an identity transform.
    transform
        g.
    low, high
        Support, in the unit of the series: values beyond are put on its ends.
    """

    intercept: FloatArray
    slope: FloatArray
    transformed_intercept: FloatArray
    transformed_slope: FloatArray
    share: FloatArray
    transform: Transform
    low: float = -np.inf
    high: float = np.inf

    def take(self, index: tuple[Any, ...]) -> Curve:
        """Curve of the parts of the arrays that an index picks."""
        return Curve(
            self.intercept[index],
            self.slope[index],
            self.transformed_intercept[index],
            self.transformed_slope[index],
            self.share[index],
            self.transform,
            self.low,
            self.high,
        )

    def value(self, z: FloatArray | float) -> FloatArray:
        """q(z), within the support."""
        plain = self.intercept + self.slope * z
        if self.transform.name != "identity":
            other = self.transform.inverse(self.transformed_intercept + self.transformed_slope * z)
            other -= plain
            other *= self.share
            plain += other
        return np.asarray(np.clip(plain, self.low, self.high))

    def score(self, x: FloatArray) -> FloatArray:
        """The z at which q(z) = x: Newton's steps, kept between the two scales' own scores."""
        own = (x - self.intercept) / self.slope
        if self.transform.name == "identity":
            return np.asarray(np.clip(own, -_FARTHEST_SCORE, _FARTHEST_SCORE))
        other = (self.transform.forward(x) - self.transformed_intercept) / self.transformed_slope
        own = np.clip(own, -_FARTHEST_SCORE, _FARTHEST_SCORE)
        other = np.clip(other, -_FARTHEST_SCORE, _FARTHEST_SCORE)
        low, high = np.minimum(own, other), np.maximum(own, other)
        middle, steepness = self._free(0.0)
        z = np.clip((x - middle) / steepness, low, high)
        for _ in range(_SOLVER_STEPS):
            value, steepness = self._free(z)
            below = value < x
            low, high = np.where(below, z, low), np.where(below, high, z)
            step = z - (value - x) / steepness
            new = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
            moved = float(np.max(np.abs(new - z), initial=0.0))
            z = new
            if moved <= _SETTLED * _FARTHEST_SCORE:
                break
        return np.asarray(z)

    def mean(self, shape: Shape, *, end: FloatArray, nodes: int = 24) -> FloatArray:
        """Mean of the distribution between the scores `-end` and `end`.

        By Gauss-Legendre quadrature over the score; `end` broadcasts against the curve.
        """
        points, sizes = np.polynomial.legendre.leggauss(nodes)
        weights = [
            size * shape.density(end * point) for point, size in zip(points, sizes, strict=True)
        ]
        total = np.add.reduce(weights)
        return np.add.reduce(
            [
                self.value(end * point) * (w / total)
                for point, w in zip(points, weights, strict=True)
            ]
        )

    def _free(self, z: FloatArray | float) -> tuple[FloatArray, FloatArray]:
        """q(z) before the support is heeded, and q'(z)."""
        plain = self.intercept + self.slope * z
        if self.transform.name == "identity":
            return np.asarray(plain), np.asarray(self.slope + 0.0 * plain)
        scaled = self.transform.inverse(self.transformed_intercept + self.transformed_slope * z)
        if self.transform.name == "log":
            rise = scaled - self.transform.low
        else:
            share = (scaled - self.transform.low) / (self.transform.high - self.transform.low)
            rise = (scaled - self.transform.low) * (1.0 - share)
        value = plain + self.share * (scaled - plain)
        steepness = self.slope + self.share * (self.transformed_slope * rise - self.slope)
        return np.asarray(value), np.asarray(np.maximum(steepness, 1e-300))


def below(curve: Curve, shape: Shape, x: FloatArray) -> FloatArray:
    """P(Y <= x)."""
    inside = np.clip(x, curve.low, curve.high)
    p = shape.cdf(curve.score(inside))
    return np.where(x < curve.low, 0.0, np.where(x >= curve.high, 1.0, p))


def above(curve: Curve, shape: Shape, x: FloatArray) -> FloatArray:
    """P(Y > x), without the cancellation of 1 - P(Y <= x)."""
    inside = np.clip(x, curve.low, curve.high)
    p = shape.sf(curve.score(inside))
    return np.where(x < curve.low, 1.0, np.where(x >= curve.high, 0.0, p))


def at_least(curve: Curve, shape: Shape, x: FloatArray) -> FloatArray:
    """P(Y >= x): as `above`, but on the ends of the support."""
    inside = np.clip(x, curve.low, curve.high)
    p = shape.sf(curve.score(inside))
    return np.where(x <= curve.low, 1.0, np.where(x > curve.high, 0.0, p))
