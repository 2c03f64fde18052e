"""What a share will be: a Gaussian random walk conditioned on prior, figures and bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.share_prior import SharePrior
from bcforecast.models.truncation import log_mass, truncated_normal

_LEAST_SD = 1e-6


@dataclass(frozen=True)
class ShareFigures:
    """Figures of a share on its own scale (logit or log), each array of shape (n,).

    `theta` is NaN where only bounds are known; `variance` is that of the figure's error.
    """

    years: FloatArray
    theta: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray


def posterior(
    figures: ShareFigures,
    years: FloatArray,
    *,
    prior: SharePrior,
    prior_year: int,
    innovation_sd: float,
    count: int,
    seed: int,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distribution of the share in `years`.

    Parameters
    ----------
    figures
        What is known of the share.
    years
        Shape (H,).
    prior, prior_year
        Normal in this year; a random walk from it, forward and backward.
    innovation_sd
        Of a year's change.
    count, seed
        Number of weighted completions where there are bounds, and their seed.

    Returns
    -------
    location
        Shape (M, H); M is 1 without bounds, else `count`.
    scale
        Shape (H,).
    weights
        Shape (M,), sum to 1.

    Notes
    -----
    cov(t, u) = sd^2 + q^2 min(|t - t0|, |u - t0|) on the same side of the prior year t0, sd^2
    across it. Exact figures by normal conditioning. Bounds by sequential importance sampling: each
    bounded entry is drawn from its truncated conditional, stratified, and the completion weighted
    by the probability of the bound given the draws before it: exact as the count grows.
    """
    known = np.isfinite(figures.theta)
    times, noise = figures.years[known], figures.variance[known]
    bounded = np.flatnonzero(~known)
    m = count if bounded.size else 1
    rng = np.random.default_rng(seed)
    drawn = np.tile(figures.theta[known], (m, 1))
    log_weights = np.zeros(m)

    def conditional(new: FloatArray) -> tuple[FloatArray, FloatArray]:
        cross = _covariance(new, times, prior_year, prior.sd, innovation_sd)
        own = _covariance(times, times, prior_year, prior.sd, innovation_sd) + np.diag(noise)
        gain = np.linalg.solve(own, cross.T).T if times.size else cross
        mean = prior.location + (drawn - prior.location) @ gain.T
        before = _covariance(new, new, prior_year, prior.sd, innovation_sd)
        variance = np.diag(before) - np.sum(gain * cross, axis=1)
        return mean, np.sqrt(np.maximum(variance, _LEAST_SD**2))

    for i in bounded:
        mean, sd = conditional(figures.years[[i]])
        u = (np.arange(m) + 0.5) / m if bounded.size == 1 else (rng.permutation(m) + 0.5) / m
        low, high = float(figures.low[i]), float(figures.high[i])
        log_weights += log_mass(mean[:, 0], sd[0], low, high)
        draw = truncated_normal(mean[:, 0], sd[0], low, high, u)
        times = np.append(times, figures.years[i])
        noise = np.append(noise, _LEAST_SD**2)
        drawn = np.column_stack([drawn, draw])
    location, scale = conditional(np.asarray(years, dtype=float))
    weights = np.exp(log_weights - log_weights.max())
    return location, scale, weights / weights.sum()


def _covariance(
    t: FloatArray, u: FloatArray, anchor: int, sd: float, innovation_sd: float
) -> FloatArray:
    a, b = t[:, None] - anchor, u[None, :] - anchor
    shared = np.where(a * b > 0.0, np.minimum(np.abs(a), np.abs(b)), 0.0)
    return np.asarray(sd**2 + innovation_sd**2 * shared)
