"""The grid on one scale when figures carry errors or only bounds are known.

A rounded or approximate figure adds its variance to the diagonal. A bound is a site: a figure and
an error chosen so that the model's mean and variance are those of the truncated normal
(expectation propagation), and the evidence is multiplied by the probability of the bound. The flat
prior on the level makes each model a regression on a constant with correlated errors.

Source: Minka (2001), Expectation propagation, doi:10.48550/arXiv.1301.2294.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import log_ndtr

from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_average import (
    Average,
    evidence_power,
    log_evidence,
    moments,
    normalized,
    prior_logits,
    widening,
)
from bcforecast.models.trend_grid import level_covariance
from bcforecast.models.trend_learned import Side
from bcforecast.observations.history import IntArray

_NOISE_ROUNDS = 30
_SITE_ROUNDS = 12
_NO_INFORMATION = 1e8
_FAR = 1e8
_LOG_ROOT_2_PI = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class SoftSeries:
    """A series on one scale, not all of it exact.

    Parameters
    ----------
    periods
        Shape (n,), period numbers, the first one 1.
    values
        Shape (n,), NaN where only a bound is known.
    lower, upper
        Shape (n,), bounds where there is no value.
    error_sd
        Shape (n,), standard errors, 0 where exact.
    """

    periods: IntArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray
    error_sd: FloatArray

    @property
    def known(self) -> IntArray:
        """Positions of the figures with a value."""
        return np.flatnonzero(np.isfinite(self.values))

    @property
    def bounded(self) -> IntArray:
        """Positions of the figures with a bound alone that says something."""
        says = np.isfinite(self.lower) | np.isfinite(self.upper)
        return np.flatnonzero(~np.isfinite(self.values) & says)


@dataclass(frozen=True)
class _Kriging:
    """Mean and variance at target positions given others, and the fit, for each model."""

    mean: FloatArray
    variance: FloatArray
    squares: FloatArray
    log_determinant: FloatArray


def condition_average(
    series: SoftSeries, grid: FloatArray, side: Side, features: FloatArray, ahead: IntArray
) -> Average:
    """Average of the grid at the periods `ahead` (H,); locations are absolute, shapes (H, 1).

    Parameters
    ----------
    features
        Shape (5, 1), of the figures with a value.
    """
    periods = np.concatenate([series.periods, ahead])
    levels = level_covariance(grid, periods)
    known = series.known
    m = known.size - 1
    s2, fit = _noise_scale(series, levels, side, m)
    sites = _Sites.none(series, s2)
    log_bound = np.zeros(s2.shape)
    for turn in range(_SITE_ROUNDS if series.bounded.size else 0):
        for at in series.bounded:
            sites, log_p = _update(series, levels, s2, sites, int(at))
            if turn == 0:
                log_bound += log_p
    result = _predict(levels, s2, sites, np.arange(periods.size)[series.periods.size :])
    logits = prior_logits(side, features) + evidence_power(side, features) * (
        fit + log_bound[:, None]
    )
    weights, evidence = normalized(logits)
    location, variance = moments(
        weights,
        s2[:, None],
        result.mean[:, :, None],
        result.variance[:, :, None] / s2[:, None, None],
    )
    steps = (ahead - series.periods[-1]).astype(float)[:, None]
    spread = np.sqrt(variance) * np.exp(widening(side, features, steps))
    return Average(location, spread, evidence)


@dataclass(frozen=True)
class _Sites:
    """Value and error variance of every figure for each model, (K, n); bounds stand as sites."""

    values: FloatArray
    variance: FloatArray

    @classmethod
    def none(cls, series: SoftSeries, s2: FloatArray) -> _Sites:
        """Sites that say nothing of the bounds yet."""
        middle = float(np.nanmean(series.values))
        values = np.where(np.isfinite(series.values), series.values, middle)
        variance = np.where(np.isfinite(series.values), series.error_sd**2, np.inf)
        models = s2.size
        return cls(np.tile(values, (models, 1)), np.tile(variance, (models, 1)))


def _noise_scale(
    series: SoftSeries, levels: FloatArray, side: Side, m: int
) -> tuple[FloatArray, FloatArray]:
    """`s2` (K,) and log evidence (K, 1) of the figures with a value."""
    known = series.known
    models = levels.shape[0]
    values = np.tile(series.values[known], (models, 1))
    covariance = levels[:, known[:, None], known]
    error = series.error_sd[known] ** 2
    noise = np.zeros((models, known.size))
    for _ in range(_NOISE_ROUNDS if error.any() else 1):
        result = _krige(covariance, noise, values, None, None)
        fit, s2 = log_evidence(result.squares[:, None], result.log_determinant[:, None], m, side)
        noise = error / s2
    return s2[:, 0], fit


def _update(
    series: SoftSeries, levels: FloatArray, s2: FloatArray, sites: _Sites, at: int
) -> tuple[_Sites, FloatArray]:
    """Renew the site of one bound; also the log probability of the bound, (K,)."""
    without = replace(sites, variance=sites.variance.copy())
    without.variance[:, at] = np.inf
    cavity = _predict(levels, s2, without, np.array([at]))
    mean, variance = cavity.mean[:, 0], cavity.variance[:, 0]
    log_p, inside_mean, inside_variance = truncated_moments(
        mean, variance, float(series.lower[at]), float(series.upper[at])
    )
    precision = np.maximum(
        1.0 / inside_variance - 1.0 / variance, 1.0 / (_NO_INFORMATION * variance)
    )
    value = (inside_mean / inside_variance - mean / variance) / precision
    renewed = _Sites(sites.values.copy(), without.variance)
    renewed.values[:, at], renewed.variance[:, at] = value, 1.0 / precision
    return renewed, log_p


def _predict(levels: FloatArray, s2: FloatArray, sites: _Sites, target: IntArray) -> _Kriging:
    """Mean and variance, (K, T), at positions `target`, given the figures and the sites."""
    used = np.flatnonzero(np.isfinite(sites.variance[0]))
    covariance = levels * s2[:, None, None]
    return _krige(
        covariance[:, used[:, None], used],
        sites.variance[:, used],
        sites.values[:, used],
        covariance[:, target[:, None], used],
        np.einsum("kii->ki", covariance)[:, target],
    )


def _krige(
    covariance: FloatArray,
    noise: FloatArray,
    values: FloatArray,
    cross: FloatArray | None,
    own: FloatArray | None,
) -> _Kriging:
    """Prediction with an unknown constant level, for K models at once."""
    models, n = values.shape
    total = covariance + noise[:, :, None] * np.eye(n)
    factor = np.linalg.cholesky(total)
    ones = np.ones((models, n, 1))
    right = np.linalg.solve(factor, np.concatenate([ones, values[:, :, None]], axis=2))
    unit, scaled = right[:, :, 0], right[:, :, 1]
    precision = (unit**2).sum(axis=1)
    level = (unit * scaled).sum(axis=1) / precision
    residual = scaled - level[:, None] * unit
    log_determinant = np.log(np.einsum("kii->ki", factor)).sum(axis=1) + 0.5 * np.log(precision)
    squares = (residual**2).sum(axis=1)
    if cross is None or own is None:
        none = np.empty((models, 0))
        return _Kriging(none, none, squares, log_determinant)
    loading = np.linalg.solve(factor, cross.transpose(0, 2, 1))
    mean = level[:, None] + np.einsum("knt,kn->kt", loading, residual)
    missing = 1.0 - np.einsum("knt,kn->kt", loading, unit)
    variance = own - (loading**2).sum(axis=1) + missing**2 / precision[:, None]
    return _Kriging(mean, np.maximum(variance, 1e-300), squares, log_determinant)


def truncated_moments(
    mean: FloatArray, variance: FloatArray, lower: float, upper: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log probability, mean and variance of normals between two bounds.

    Examples
    --------
    >>> p, m, v = truncated_moments(np.zeros(1), np.ones(1), 0.0, np.inf)
    >>> np.exp(p).round(3).tolist(), m.round(3).tolist(), v.round(3).tolist()
    ([0.5], [0.798], [0.363])
    """
    sd = np.sqrt(variance)
    a, b = (lower - mean) / sd, (upper - mean) / sd
    mirrored = a + b < 0.0
    a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    log_tail_a, log_tail_b = log_ndtr(-a), log_ndtr(-b)
    with np.errstate(invalid="ignore"):
        log_p = log_tail_a + np.log1p(-np.exp(log_tail_b - log_tail_a))

    def ratio(x: FloatArray) -> FloatArray:
        exponent = -0.5 * np.minimum(np.abs(x), _FAR) ** 2 - _LOG_ROOT_2_PI - log_p
        return np.where(np.isfinite(x), np.exp(np.where(np.isfinite(x), exponent, 0.0)), 0.0)

    at_a, at_b = ratio(a), ratio(b)
    shift = at_a - at_b
    ends = np.where(np.isfinite(a), a, 0.0) * at_a - np.where(np.isfinite(b), b, 0.0) * at_b
    shrunk = np.clip(1.0 + ends - shift**2, 1e-6, 1.0)
    return log_p, mean + np.where(mirrored, -1.0, 1.0) * shift * sd, shrunk * variance
