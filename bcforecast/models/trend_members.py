"""Members of the trend's pool: damped trends, drift and average, with learned weights.

The grid of damped-trend models, and what each says of a gap pattern before any data.

For fixed `(alpha, beta, phi, tau)` the innovations state-space model ETS(A,Ad,N)

    y_t = l_{t-1} + phi b_{t-1} + e_t,   l_t = l_{t-1} + phi b_{t-1} + alpha e_t,
    b_t = phi b_{t-1} + beta e_t,        e_t ~ N(0, s2),  b_0 ~ N(0, s2 tau^2)

is linear: `y = 1 l_0 + x b_0 + L e` with `x_t = phi + ... + phi^t`, `L_{t,s} = c_{t-s}`, `c_0 = 1`,
`c_j = alpha + beta (phi + ... + phi^j)`. A flat prior on `l_0` is the same as working with the
increments between observed periods. Their Cholesky factor gives the evidence and the forecast of
every series with that gap pattern by matrix products.

Source: Hyndman, Koehler, Ord, Snyder (2008), Forecasting with Exponential Smoothing, chapter 3.

The shape of every forecast: a standard normal, now and then a wider one.

`G(z) = (1 - w) Phi(z) + w Phi(z / r)`: as heavy in the tails as jumps make it, with an exponential
moment, which a Student-t has not; so a forecast on the log scale has a mean.

The pool of the two scales: the mean of their quantiles, so each forecast is one curve q(z).

    q(z) = (1 - o) (a + b z) + o g^{-1}(c + d z),      Z ~ shape,   o the weight of the log scale

Averaging quantiles keeps the pool as sharp as its members (a mixture would widen it), costs one
exponential a quantile, and P(Y <= x) is the shape's own at the z that solves q(z) = x.

Source: Lichtendahl, Grushka-Cockayne, Winkler (2013), doi:10.1287/mnsc.1120.1667.

The Bayesian average over the grid on one scale, in closed form, for many series at once.

With `s2 ~ InverseGamma(a / 2, a b / 2)` and m increments whose standardized errors have the sum of
squares S, model k has the evidence `|C|^{-1/2} s2^{-(a + m) / 2}`, `s2 = (a b + S) / (a + m)`, and
predicts location `F` and variance `s2 V`. Weights are prior times evidence to a power; the average
keeps the mixture's first two moments, and the spread is widened as learned.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr, ndtri

from bcforecast.distributions import FloatArray, Transform
from bcforecast.errors import ModelError
from bcforecast.observations.selection import IntArray

NAMES: Final = ("length", "volatility", "recent_volatility", "mean_growth", "last_growth")
"""What the features are, in their order."""

_FLOOR: Final = 1e-3
_TYPICAL_LENGTH: Final = 15.0
_TYPICAL_VOLATILITY: Final = 0.1
_RECENT: Final = 3


def features(increments: FloatArray, gaps: FloatArray, observations: FloatArray) -> FloatArray:
    """Features of B series.

    Parameters
    ----------
    increments
        Shape (m, B): differences of successive observations, on a log or relative scale; 0 before
        the start of a shorter series.
    gaps
        Shape (m, B): periods between them; 0 before the start.
    observations
        Shape (B,): number of observations of each.

    Returns
    -------
    Shape (5, B): log of the number of observations over 15; log of the root mean square yearly
    increment over 0.1; log of the last three years' over all years'; mean and last yearly growth
    over the root mean square.

    Examples
    --------
    >>> features(np.array([[0.1], [0.1]]), np.ones((2, 1)), np.array([3.0])).round(2).tolist()
    [[-1.61], [0.0], [0.0], [1.0], [1.0]]
    """
    count = observations - 1.0
    squares = increments**2 / np.maximum(gaps, 1.0)
    volatility = np.sqrt(squares.sum(axis=0) / count + _FLOOR**2)
    recent = np.sqrt(squares[-_RECENT:].sum(axis=0) / np.minimum(count, _RECENT) + _FLOOR**2)
    found = np.empty((len(NAMES), observations.size))
    found[0] = np.log(observations / _TYPICAL_LENGTH)
    found[1] = np.log(volatility / _TYPICAL_VOLATILITY)
    found[2] = np.log(recent / volatility)
    found[3] = increments.sum(axis=0) / gaps.sum(axis=0) / volatility
    found[4] = increments[-1] / gaps[-1] / volatility
    return found


LONGEST = 32
"""Latest observations that a forecast uses; more gained nothing on the training parts."""

LONGEST_SPAN = 400
"""Periods back from the last observation that a forecast uses."""

FARTHEST = 5000
"""Periods from the first used observation to the last one forecast, at most."""

_SPAN_KEPT = 256


@dataclass(frozen=True)
class Operators:
    """What a grid of K models does to the m increments of a series, for H periods ahead.

    Parameters
    ----------
    whiten
        Shape (K * m, m): standardized one-step errors of each model, from increments.
    location
        Shape (K * H, m): forecast minus last observation, from increments.
    variance
        Shape (K, H): forecast variance, in units of `s2`.
    log_determinant
        Shape (K,): half the log determinant of the increments' covariance, in units of `s2`.
    """

    whiten: FloatArray
    location: FloatArray
    variance: FloatArray
    log_determinant: FloatArray


def level_covariance(grid: FloatArray, positions: IntArray) -> FloatArray:
    """Covariance of `y - l_0` at `positions`, in units of `s2`.

    Parameters
    ----------
    grid
        Shape (K, 4): alpha, beta, phi, tau.
    positions
        Shape (P,), increasing period numbers, the first one 1.

    Returns
    -------
    Shape (K, P, P).
    """
    alpha, beta, phi, tau = grid.T[:, :, None]
    last = int(positions[-1])
    sums = np.cumsum(phi ** np.arange(1, last + 1), axis=1)
    weights = np.concatenate([np.ones_like(alpha), alpha + beta * sums[:, :-1]], axis=1)
    lag = positions[:, None] - np.arange(1, last + 1)
    loadings = np.where(lag >= 0, weights[:, np.maximum(lag, 0)], 0.0)
    slope = tau * sums[:, positions - 1]
    return np.asarray(
        loadings @ loadings.transpose(0, 2, 1) + slope[:, :, None] * slope[:, None, :]
    )


def increment_factor(levels: FloatArray) -> FloatArray:
    """Cholesky factor of the covariance of successive differences, (..., P-1, P-1)."""
    rows = np.diff(levels, axis=-2)
    return np.asarray(np.linalg.cholesky(np.diff(rows, axis=-1)), dtype=float)


def operators_of(factor: FloatArray, increments: int) -> Operators:
    """Split a Cholesky factor, `increments` observed ones first and H to come, into operators."""
    models, size, _ = factor.shape
    m = increments
    whiten = np.linalg.inv(factor[:, :m, :m])
    to_come = np.cumsum(factor[:, m:], axis=1)
    return Operators(
        whiten=np.tril(whiten).reshape(models * m, m),
        location=np.ascontiguousarray(to_come[:, :, :m] @ whiten).reshape(models * (size - m), m),
        variance=np.einsum("khj,khj->kh", to_come[:, :, m:], to_come[:, :, m:]),
        log_determinant=np.log(np.einsum("kii->ki", factor[:, :m, :m])).sum(axis=1),
    )


class OperatorTable:
    """Operators of one grid for every gap pattern asked for, kept for the next time."""

    def __init__(self, grid: FloatArray) -> None:
        self.grid = grid
        self._gapless = lru_cache(maxsize=8)(self._gapless_factor)
        self._levels = lru_cache(maxsize=4)(self._all_levels)
        self._kept = lru_cache(maxsize=512)(self._operators)

    def __call__(self, gaps: tuple[int, ...], *, horizon: int, lead: int = 0) -> Operators:
        """Operators of a history.

        Parameters
        ----------
        gaps
            Periods between successive observations, each at least 1.
        horizon
            Periods to forecast, H.
        lead
            Periods between the last observation and the first one before the forecast.

        Raises
        ------
        ModelError
            If more than `FARTHEST` periods are spanned: the periods are hardly what was meant.
        """
        return self._kept(gaps, horizon, lead)

    def _operators(self, gaps: tuple[int, ...], horizon: int, lead: int) -> Operators:
        m = len(gaps)
        if lead == 0 and m < LONGEST and all(g == 1 for g in gaps):
            factor = self._gapless(horizon)[:, : m + horizon, : m + horizon]
        else:
            last = 1 + sum(gaps) + lead
            positions = np.concatenate(
                [1 + np.cumsum([0, *gaps]), last + np.arange(1, horizon + 1)]
            )
            if positions[-1] > FARTHEST:
                raise ModelError("panel.too_sparse", found=int(positions[-1]), allowed=FARTHEST)
            at = positions - 1
            levels = (
                self._span(int(positions[-1]))[:, at[:, None], at]
                if positions[-1] <= _SPAN_KEPT
                else level_covariance(self.grid, positions)
            )
            factor = increment_factor(levels)
        return operators_of(factor, m)

    def _span(self, periods: int) -> FloatArray:
        """Covariance of the levels of at least so many successive periods."""
        return self._levels(1 << (periods - 1).bit_length())

    def _all_levels(self, periods: int) -> FloatArray:
        return level_covariance(self.grid, np.arange(1, periods + 1))

    def _gapless_factor(self, horizon: int) -> FloatArray:
        """Factor of the longest gapless history: its leading blocks are those of shorter ones."""
        periods = LONGEST + horizon
        return increment_factor(self._span(periods)[:, :periods, :periods])


_NEWTON_STEPS = 100
_SETTLED = 1e-13
_ROOT_2_PI = float(np.sqrt(2.0 * np.pi))


@dataclass(frozen=True)
class Shape:
    """Mixture of a standard normal and a normal of standard deviation `wide`.

    Parameters
    ----------
    weight
        Share of the wide part, in (0, 1).
    wide
        Standard deviation of the wide part, at least 1. Both may be arrays, one entry a series,
        that broadcast against the scores.
    """

    weight: float | FloatArray
    wide: float | FloatArray

    def take(self, at: IntArray) -> Shape:
        """Shapes of the series at positions `at`."""
        return Shape(np.asarray(self.weight)[at], np.asarray(self.wide)[at])

    def cdf(self, z: npt.ArrayLike) -> FloatArray:
        """G(z)."""
        x = np.asarray(z, dtype=float)
        return np.asarray((1.0 - self.weight) * ndtr(x) + self.weight * ndtr(x / self.wide))

    def sf(self, z: npt.ArrayLike) -> FloatArray:
        """1 - G(z), without cancellation."""
        return self.cdf(-np.asarray(z, dtype=float))

    def density(self, z: npt.ArrayLike) -> FloatArray:
        """G'(z)."""
        x = np.asarray(z, dtype=float)
        narrow = (1.0 - self.weight) * np.exp(-0.5 * x**2)
        return np.asarray(
            (narrow + self.weight / self.wide * np.exp(-0.5 * (x / self.wide) ** 2)) / _ROOT_2_PI
        )

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Inverse of G: Newton between the quantiles of the two parts; ends map to infinity."""
        levels = np.asarray(u, dtype=float)
        upper_half = levels > 0.5
        tail = np.where(upper_half, 1.0 - levels, levels)
        inner = (tail > 0.0) & (tail < 0.5)
        p = np.where(inner, tail, 0.25)
        narrow = np.asarray(ndtri(p))
        low, high = self.wide * narrow, narrow
        z = low
        for _ in range(_NEWTON_STEPS):
            gap = self.cdf(z) - p
            low, high = np.where(gap < 0, z, low), np.where(gap < 0, high, z)
            step = z - gap / np.maximum(self.density(z), 1e-300)
            new = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
            moved = float(np.max(np.abs(new - z), initial=0.0))
            z = new
            if moved <= _SETTLED:
                break
        z = np.where(tail <= 0.0, -np.inf, np.where(inner, z, 0.0))
        return np.where(upper_half, -z, z)


FILE = "trend.json"
VERSION = 1

Parameters = dict[str, FloatArray]
"""Arrays by name, as they are trained and written: `prior_log`, `shape`, and so on."""

SIDES = ("relative", "log")
"""The two scales on which the models are averaged: in units of the mean level, and logarithms."""


@dataclass(frozen=True)
class Side:
    """What is learned for one scale.

    Parameters
    ----------
    prior
        Shape (K, 6): log prior weight of each model, a constant and one slope a feature.
    power
        Shape (2,): logit of the power of the evidence, constant and slope on length.
    noise
        Shape (2,): logs of the degrees of freedom and of the scale of the prior on `s2`.
    widening
        Shape (3,): log widening, as a polynomial in log horizon.
    widening_features
        Shape (5, 2): log widening by feature, constant and slope on log horizon.
    """

    prior: FloatArray
    power: FloatArray
    noise: FloatArray
    widening: FloatArray
    widening_features: FloatArray


@dataclass(frozen=True)
class Learned:
    """Everything that the engine knows before it sees a series.

    Parameters
    ----------
    grid
        Shape (K, 4): alpha, beta, phi, tau of each model.
    feature_range
        Shape (2, 5): features are clipped to what was seen in training.
    sides
        What is learned for each of `SIDES`.
    pool
        Shape (7,): logit of the weight of the log scale: a constant, one slope a feature, and the
        logit of the power of the evidence for that scale.
    shape
        Shape (4,): logit of the wide part's weight, constant and slope on 1 / n; log of its
        excess width, likewise.
    """

    grid: FloatArray
    feature_range: FloatArray
    sides: tuple[Side, Side]
    pool: FloatArray
    shape: FloatArray

    @classmethod
    def of(cls, parameters: Parameters) -> Learned:
        """Put named arrays in their places."""
        sides = tuple(
            Side(
                **{
                    name: parameters[f"{name}_{side}"]
                    for name in ("prior", "power", "noise", "widening", "widening_features")
                }
            )
            for side in SIDES
        )
        return cls(
            grid=parameters["grid"],
            feature_range=parameters["feature_range"],
            sides=(sides[0], sides[1]),
            pool=parameters["pool"],
            shape=parameters["shape"],
        )

    def shape_of(self, observations: int | FloatArray | IntArray) -> Shape:
        """Shape of a forecast from so many observations, or of one a series."""
        inverse = 1.0 / np.asarray(observations, dtype=float)
        return Shape(
            weight=np.asarray(1.0 / (1.0 + np.exp(-(self.shape[0] + self.shape[1] * inverse)))),
            wide=np.asarray(1.0 + np.exp(self.shape[2] + self.shape[3] * inverse)),
        )


def parse(text: str) -> Learned:
    """Read the learned file's text."""
    content = json.loads(text)
    if content["version"] != VERSION:
        raise ValueError(f"learned file has version {content['version']}, not {VERSION}")
    return Learned.of({k: np.asarray(v, dtype=float) for k, v in content["parameters"].items()})


@lru_cache(maxsize=1)
def shipped() -> Learned:
    """Return what the package ships with."""
    file = resources.files("bcforecast.models").joinpath("learned", FILE)
    return parse(file.read_text(encoding="utf-8"))


_FARTHEST_SCORE = 80.0
_SOLVER_STEPS = 200


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
        """q(z) before the support is heeded, and q'(z), on a log or logit scale."""
        plain = self.intercept + self.slope * z
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
