"""What the trend pools: damped trends on a grid, their learned weights, the curve of a forecast.

For fixed `(alpha, beta, phi, tau)` the innovations state-space model ETS(A,Ad,N)

    y_t = l_{t-1} + phi b_{t-1} + e_t,   l_t = l_{t-1} + phi b_{t-1} + alpha e_t,
    b_t = phi b_{t-1} + beta e_t,        e_t ~ N(0, s2),  b_0 ~ N(0, s2 tau^2)

is linear: `y = 1 l_0 + x b_0 + L e` with `x_t = phi + ... + phi^t`, `L_{t,s} = c_{t-s}`, `c_0 = 1`,
`c_j = alpha + beta (phi + ... + phi^j)`. A flat prior on `l_0` is the same as working with the
increments between observed periods. Their Cholesky factor gives the evidence and the forecast of
every series with that gap pattern by matrix products (Hyndman, Koehler, Ord, Snyder 2008,
Forecasting with Exponential Smoothing, chapter 3).

With `s2 ~ InverseGamma(a / 2, a b / 2)` and m increments whose standardized errors have the sum of
squares S, model k has the evidence `|C|^{-1/2} s2^{-(a + m) / 2}`, `s2 = (a b + S) / (a + m)`, and
predicts location `F` and variance `s2 V`. Weights are prior times evidence to a power; the average
keeps the mixture's first two moments, and the spread is widened as learned.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr, ndtri

from bcforecast.distributions import FloatArray, Transform
from bcforecast.errors import ModelError
from bcforecast.observations.selection import IntArray

NAMES: Final = ("length", "volatility", "recent_volatility", "mean_growth", "last_growth")
"""What the features are, in their order."""

_LEAST_VOLATILITY: Final = 1e-3
_TYPICAL_LENGTH: Final = 15.0
_TYPICAL_VOLATILITY: Final = 0.1
_RECENT: Final = 3


def features(increments: FloatArray, gaps: FloatArray, observations: FloatArray) -> FloatArray:
    """Features (5, B) of B series, within which the weights of the models are learned.

    Log of the number of observations over 15; log of the root mean square yearly increment over
    0.1; log of the last three years' over all years'; mean and last yearly growth over the root
    mean square. `increments` (m, B) are those of a log or relative scale and `gaps` (m, B) the
    periods between, both 0 before the start of a shorter series; `observations` (B,) counts.

    Examples
    --------
    >>> features(np.array([[0.1], [0.1]]), np.ones((2, 1)), np.array([3.0])).round(2).tolist()
    [[-1.61], [0.0], [0.0], [1.0], [1.0]]
    """
    count, least = observations - 1.0, _LEAST_VOLATILITY**2
    squares = increments**2 / np.maximum(gaps, 1)
    volatility = np.sqrt(squares.sum(axis=0) / count + least)
    recent = np.sqrt(squares[-_RECENT:].sum(axis=0) / np.minimum(count, _RECENT) + least)
    return np.array(
        [
            np.log(observations / _TYPICAL_LENGTH),
            np.log(volatility / _TYPICAL_VOLATILITY),
            np.log(recent / volatility),
            increments.sum(axis=0) / gaps.sum(axis=0) / volatility,
            increments[-1] / gaps[-1] / volatility,
        ]
    )


LONGEST = 32
"""Latest observations that a forecast uses; more gained nothing on the training parts."""

LONGEST_SPAN = 400
"""Periods back from the last observation that a forecast uses."""

FARTHEST = 5000
"""Periods from the first used observation to the last one forecast, at most."""

_SPAN_KEPT = 256


def level_covariance(grid: FloatArray, positions: IntArray) -> FloatArray:
    """Covariance (K, P, P) of `y - l_0`, in units of `s2`.

    `grid` has rows alpha, beta, phi, tau: (K, 4); `positions` (P,) are increasing period numbers,
    the first one 1.
    """
    alpha, beta, phi, tau = grid.T[:, :, None]
    periods = np.arange(positions[-1]) + 1
    sums = np.cumsum(phi**periods, axis=1)
    weights = np.concatenate([np.ones_like(alpha), alpha + beta * sums[:, :-1]], axis=1)
    lag = positions[:, None] - periods
    loadings = np.where(lag >= 0, weights[:, np.maximum(lag, 0)], 0.0)
    slope = tau * sums[:, positions - 1]
    return np.asarray(
        loadings @ loadings.transpose(0, 2, 1) + slope[:, :, None] * slope[:, None, :]
    )


def increment_factor(levels: FloatArray) -> FloatArray:
    """Cholesky factor of the covariance of successive differences, (..., P-1, P-1)."""
    rows = np.diff(levels, axis=-2)
    return np.asarray(np.linalg.cholesky(np.diff(rows, axis=-1)), dtype=float)


@dataclass(frozen=True)
class Operators:
    """What a grid of K models does to the m increments of a series, for H periods ahead."""

    whiten: FloatArray  # (K * m, m): standardized one-step errors, from increments
    location: FloatArray  # (K * H, m): forecast minus last observation, from increments
    variance: FloatArray  # (K, H): forecast variance, in units of s2
    log_determinant: FloatArray  # (K,): half that of the increments' covariance, in units of s2

    @classmethod
    def of(cls, factor: FloatArray, m: int) -> Self:
        """Split a Cholesky factor of increments: m observed ones first, then H to come."""
        models, size, _ = factor.shape
        whiten = np.linalg.inv(factor[:, :m, :m])
        to_come = np.cumsum(factor[:, m:], axis=1)
        location = np.ascontiguousarray(to_come[:, :, :m] @ whiten)
        return cls(
            whiten=np.tril(whiten).reshape(models * m, m),
            location=location.reshape(models * (size - m), m),
            variance=np.einsum("khj,khj->kh", to_come[:, :, m:], to_come[:, :, m:]),
            log_determinant=np.log(np.einsum("kii->ki", factor[:, :m, :m])).sum(axis=1),
        )


class OperatorTable:
    """Operators of one grid for every gap pattern asked for, kept for the next time."""

    def __init__(self, grid: FloatArray) -> None:
        self.grid = grid
        # Of the longest gapless history: its leading blocks are those of shorter ones.
        self._gapless = lru_cache(maxsize=8)(
            lambda h: increment_factor(self._span(LONGEST + h)[:, : LONGEST + h, : LONGEST + h])
        )
        self._levels = lru_cache(maxsize=4)(lambda n: level_covariance(grid, np.arange(n) + 1))
        self._kept = lru_cache(maxsize=512)(self._operators)

    def __call__(self, gaps: tuple[int, ...], *, horizon: int, lead: int = 0) -> Operators:
        """Operators of a history, for `horizon` periods ahead.

        `gaps` are the periods between successive observations, fewer than `LONGEST`, and `lead`
        those since the last; a ModelError if more than `FARTHEST` are spanned: they are hardly
        what was meant.
        """
        return self._kept(gaps, horizon, lead)

    def _operators(self, gaps: tuple[int, ...], horizon: int, lead: int) -> Operators:
        m, seen = len(gaps), np.cumsum([1, *gaps])
        if seen[-1] + lead == len(seen):
            return Operators.of(self._gapless(horizon)[:, : m + horizon, : m + horizon], m)
        positions = np.concatenate([seen, seen[-1] + lead + 1 + np.arange(horizon)])
        last = int(positions[-1])
        if last > FARTHEST:
            raise ModelError("panel.too_sparse", found=last, allowed=FARTHEST)
        if last > _SPAN_KEPT:
            levels = level_covariance(self.grid, positions)
        else:
            levels = self._span(last)[:, (positions - 1)[:, None], positions - 1]
        return Operators.of(increment_factor(levels), m)

    def _span(self, periods: int) -> FloatArray:
        return self._levels(1 << (periods - 1).bit_length())


_SOLVER_STEPS = 200
_SETTLED = 1e-13
_MANY = 1024
_FARTHEST_KNOT = -6.0
_ROOT_2_PI = float(np.sqrt(2.0 * np.pi))


def _solve(
    rising: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    value: FloatArray,
    start: FloatArray,
    bracket: tuple[FloatArray, FloatArray],
    settled: float,
) -> FloatArray:
    """Where a rising function has a value: Newton's steps, or halves, within a bracket.

    `rising` gives the function and its slope; `settled` is the last step, at most.
    """
    z, (low, high) = start, bracket
    for _ in range(_SOLVER_STEPS):
        found, slope = rising(z)
        below = found < value
        low, high = np.where(below, z, low), np.where(below, high, z)
        step = z - (found - value) / np.maximum(slope, 1e-300)
        inside = step == np.minimum(np.maximum(step, low), high)
        new = np.where(inside, step, 0.5 * (low + high))
        moved = np.abs(new - z)
        z = new
        if not (moved > settled).any():
            break
    return np.asarray(z)


@dataclass(frozen=True)
class Shape:
    """Shape of the standardized error: a normal of standard deviation 1, now and then wider.

    As heavy in the tails as jumps make it, with an exponential moment, which a Student-t has not;
    so a forecast on the log scale has a mean. Arrays, one entry a series, broadcast against scores.
    """

    weight: float | FloatArray  # of the wide part, in (0, 1)
    wide: float | FloatArray  # its standard deviation, at least 1

    def take(self, at: IntArray) -> Self:
        """Shapes of the series at positions `at`."""
        return type(self)(np.asarray(self.weight)[at], np.asarray(self.wide)[at])

    def cdf(self, z: npt.ArrayLike) -> FloatArray:
        """G(z) = (1 - weight) Phi(z) + weight Phi(z / wide)."""
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
        """Inverse of G, solved between the quantiles of the two parts; ends map to infinity."""
        levels = np.asarray(u, dtype=float)
        upper_half = levels > 0.5
        p = np.where(upper_half, 1.0 - levels, levels)
        narrow = np.asarray(ndtri(p))
        low = start = self.wide * narrow
        if levels.size > _MANY and np.ndim(self.weight) == 0:
            # Many draws from one shape: a curve through a few of its quantiles is a near start.
            knots = np.linspace(_FARTHEST_KNOT, 0.0, _MANY)
            near = np.interp(narrow, knots, self.ppf(ndtr(knots)))
            start = np.where(narrow < _FARTHEST_KNOT, low, near)
        with np.errstate(invalid="ignore"):
            z = _solve(lambda z: (self.cdf(z), self.density(z)), p, start, (low, narrow), _SETTLED)
        return np.where(upper_half, -z, z)


_FARTHEST_SCORE = 80.0


@dataclass(frozen=True)
class Curve:
    """Forecasts as increasing curves of a score: the mean of the two scales' quantiles.

        q(z) = (1 - o) (a + b z) + o g^{-1}(c + d z),      Z ~ Shape

    Averaging quantiles keeps the pool as sharp as its members (a mixture would widen it), costs one
    exponential a quantile, and P(Y <= x) is the shape's own at the z that solves q(z) = x
    (Lichtendahl, Grushka-Cockayne, Winkler 2013, doi:10.1287/mnsc.1120.1667).

    All arrays have one shape, or broadcast.
    """

    intercept: FloatArray  # a, in the unit of the series
    slope: FloatArray  # b
    transformed_intercept: FloatArray  # c, on the scale of the transform
    transformed_slope: FloatArray  # d
    share: FloatArray  # o, in [0, 1]; 0 for an identity transform
    transform: Transform  # g
    low: float = -np.inf  # support: values beyond are put on its ends
    high: float = np.inf

    def take(self, index: tuple[Any, ...]) -> Self:
        """Curve of the parts of the arrays that an index picks."""
        arrays = ("intercept", "slope", "transformed_intercept", "transformed_slope", "share")
        return replace(self, **{name: getattr(self, name)[index] for name in arrays})

    def value(self, z: FloatArray | float) -> FloatArray:
        """q(z), within the support."""
        if self.transform.name != "identity":  # at an end, infinities of two signs would meet
            z = np.clip(z, -_FARTHEST_SCORE, _FARTHEST_SCORE)
        plain = self.intercept + self.slope * z
        if self.transform.name != "identity":
            other = self.transform.inverse(self.transformed_intercept + self.transformed_slope * z)
            other -= plain
            other *= self.share
            plain += other
        return np.asarray(np.clip(plain, self.low, self.high))

    @np.errstate(over="ignore")  # what is beyond all numbers is beyond the ends
    def score(self, x: FloatArray) -> FloatArray:
        """The z at which q(z) = x; it lies between the two scales' own scores."""
        ends = -_FARTHEST_SCORE, _FARTHEST_SCORE
        own = np.clip((x - self.intercept) / self.slope, *ends)
        if self.transform.name == "identity":
            return np.asarray(own)
        other = (self.transform.forward(x) - self.transformed_intercept) / self.transformed_slope
        other = np.clip(other, *ends)
        low, high = np.minimum(own, other), np.maximum(own, other)
        middle, slope = self._free(np.zeros(()))
        start = np.clip((x - middle) / np.maximum(slope, 1e-300), low, high)
        return _solve(self._free, x, start, (low, high), _SETTLED * _FARTHEST_SCORE)

    def mean(self, shape: Shape, *, end: FloatArray, nodes: int = 24) -> FloatArray:
        """Mean of the distribution between the scores `-end` and `end`.

        By Gauss-Legendre quadrature over the score; `end` broadcasts against the curve.
        """
        points, sizes = np.polynomial.legendre.leggauss(nodes)
        weights = [
            size * shape.density(end * point) for point, size in zip(points, sizes, strict=True)
        ]
        total = np.add.reduce(weights)
        parts = [self.value(end * z) * (w / total) for z, w in zip(points, weights, strict=True)]
        return np.add.reduce(parts)

    @np.errstate(over="ignore")  # what is beyond all numbers is brought into the support
    def _free(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """q(z) before the support is heeded, and q'(z), on a log or logit scale."""
        plain = self.intercept + self.slope * z
        scaled = self.transform.inverse(self.transformed_intercept + self.transformed_slope * z)
        rise = scaled - self.transform.low
        if self.transform.name == "logit":
            rise = rise * (1.0 - rise / (self.transform.high - self.transform.low))
        value = plain + self.share * (scaled - plain)
        return value, self.slope + self.share * (self.transformed_slope * rise - self.slope)


LEARNED: Final = Path(__file__).parent / "learned"
"""Folder of what was learned; `make train` writes it, with recipe and hashes."""

FILE = "trend.json"
VERSION = 1

Parameters = dict[str, FloatArray]
"""Arrays by name, as they are trained and written: `prior_log`, `shape`, and so on."""

SIDES = ("relative", "log")
"""The two scales on which the models are averaged: in units of the mean level, and logarithms."""


@dataclass(frozen=True)
class Side:
    """What is learned for one scale."""

    prior: FloatArray  # (K, 6): log prior weight of each model, a constant and a slope a feature
    power: FloatArray  # (2,): logit of the power of the evidence, constant and slope on length
    noise: FloatArray  # (2,): logs of degrees of freedom and scale of the prior on s2
    widening: FloatArray  # (3,): log widening, as a polynomial in log horizon
    widening_features: FloatArray  # (5, 2): by feature, constant and slope on log horizon


@dataclass(frozen=True)
class Learned:
    """Everything that the engine knows before it sees a series."""

    grid: FloatArray  # (K, 4): alpha, beta, phi, tau of each model
    feature_range: FloatArray  # (2, 5): features are clipped to what was seen in training
    sides: tuple[Side, Side]  # for each of `SIDES`
    # (7,): logit of the weight of the log scale, a constant and a slope a feature; logit of the
    # power of the evidence for that scale.
    pool: FloatArray
    # (4,): logit of the wide part's weight, constant and slope on 1 / n; log of its excess width,
    # likewise.
    shape: FloatArray

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Put named arrays in their places."""
        relative, log = (
            Side(*(parameters[f"{field.name}_{side}"] for field in fields(Side))) for side in SIDES
        )
        plain = {name: parameters[name] for name in ("grid", "feature_range", "pool", "shape")}
        return cls(sides=(relative, log), **plain)

    @cached_property
    def table(self) -> OperatorTable:
        """Operators of its grid."""
        return OperatorTable(self.grid)

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


@cache
def shipped() -> Learned:
    """Return what the package ships with."""
    return parse((LEARNED / FILE).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Evidence:
    """What the grid makes of B series on one scale, before anything learned."""

    squares: FloatArray  # (K, B): sums of squared standardized errors
    moved: FloatArray  # (K, H, B): location of each model, minus the last observation
    variance: FloatArray  # (K, H, B): as of `Operators`
    log_determinant: FloatArray  # (K, B): likewise
    increments: FloatArray  # (B,): number of increments


@dataclass(frozen=True)
class Average:
    """Forecast of B series on one scale, series last."""

    location: FloatArray  # (H, B)
    spread: FloatArray  # (H, B): standard deviation, widened
    evidence: FloatArray  # (B,): log of the total of prior times evidence


def average(
    side: Side,
    features: FloatArray,
    steps: FloatArray,
    fit: FloatArray,
    s2: FloatArray,
    location: FloatArray,
    variance: FloatArray,
) -> Average:
    """Average the grid for B series.

    `features` (5, B) lie within what was seen in training; `steps` (H, B) are the periods after the
    last observation; `fit` and `s2` (K, B) log evidence and noise variance of each model;
    `location` and `variance` (K, H, B) what it predicts, the variance in units of `s2`.
    """
    logits = prior_logits(side, features) + evidence_power(side, features) * fit
    weights, evidence = normalized(logits)
    mean, total = moments(weights, s2, location, variance)
    return Average(mean, np.sqrt(total) * np.exp(widening(side, features, steps)), evidence)


def log_evidence(
    squares: FloatArray, log_determinant: FloatArray, increments: int | FloatArray, side: Side
) -> tuple[FloatArray, FloatArray]:
    """Log evidence, up to a constant of m, and `s2` of each model, both (K, B).

    `log_determinant` is (K, B) or (K, 1); `increments` a number or one a series.
    """
    df, scale = float(np.exp(side.noise[0])), float(np.exp(side.noise[1]))
    s2 = (df * scale + squares) / (df + increments)
    return -log_determinant - 0.5 * (df + increments) * np.log(s2), s2


def evidence_power(side: Side, features: FloatArray) -> FloatArray:
    """Power to which the evidence is raised, (B,)."""
    return np.asarray(expit(side.power[0] + side.power[1] * features[0]))


def prior_logits(side: Side, features: FloatArray) -> FloatArray:
    """Log prior weight of each model given the features (5, B): (K, B)."""
    return np.asarray(side.prior[:, 1:] @ features + side.prior[:, :1])


_FARTHEST_LEARNED = 12.0
"""Horizon from which the learned widening stays as it is; the models' own variance grows on."""


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
    """Location and variance, (H, B), of the weighted grid: arguments as of `average`."""
    location = np.einsum("kb,khb->hb", weights, moved)
    around = moved - location
    np.square(around, out=around)
    around += s2[:, None] * variance
    return location, np.einsum("kb,khb->hb", weights, around)
