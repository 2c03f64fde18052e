"""Whole-number draws by inversion, so that one block of normals serves every scenario.

A draw rises with its normal and with its mean, path by path; that is what makes the difference
between two scenarios the work of their levers and not of chance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from bcforecast.distributions.base import FloatArray

EXACT_BELOW = 30.0
"""Means up to here are inverted exactly; above, by the Cornish-Fisher expansion."""


def poisson(mean: npt.ArrayLike, normals: FloatArray) -> FloatArray:
    """Quantile of a Poisson count at the level of each standard normal.

    Parameters
    ----------
    mean
        Expected count, nonnegative; broadcasts against `normals`.
    normals
        Standard normals, any shape.

    Examples
    --------
    >>> poisson(2.0, np.array([-1.0, 0.0, 1.0])).tolist()
    [1.0, 2.0, 3.0]
    """
    mu = np.broadcast_to(np.maximum(np.asarray(mean, float), 0.0), normals.shape)
    out = _expanded(mu, mu, np.ones_like(mu), normals)
    small = mu <= EXACT_BELOW
    if small.any():
        m = mu[small]

        def ratio(k: int) -> FloatArray:
            return m / (k + 1)

        out[small] = _inverted(np.exp(-m), ratio, np.asarray(ndtr(normals[small])))
    return out


def binomial(trials: npt.ArrayLike, probability: npt.ArrayLike, normals: FloatArray) -> FloatArray:
    """Quantile of a binomial count at the level of each standard normal.

    Parameters
    ----------
    trials
        Whole numbers, nonnegative; broadcast against `normals`.
    probability
        In [0, 1]; broadcasts likewise.
    normals
        Standard normals, any shape.

    Examples
    --------
    >>> binomial(10.0, 0.5, np.array([-1.0, 0.0, 1.0])).tolist()
    [3.0, 5.0, 7.0]
    """
    n = np.broadcast_to(np.asarray(trials, float), normals.shape)
    p = np.broadcast_to(np.clip(np.asarray(probability, float), 0.0, 1.0), normals.shape)
    high = p > 0.5
    rarer = np.where(high, 1.0 - p, p)
    level = np.where(high, -normals, normals)
    mu = n * rarer
    out = _expanded(mu, mu * (1.0 - rarer), 1.0 - 2.0 * rarer, level)
    small = mu <= EXACT_BELOW
    if small.any():
        m, q = n[small], rarer[small]
        odds = q / (1.0 - q)

        def ratio(k: int) -> FloatArray:
            return np.maximum(m - k, 0.0) / (k + 1) * odds

        start = np.exp(m * np.log1p(-q))
        out[small] = _inverted(start, ratio, np.asarray(ndtr(level[small])))
    counts = np.minimum(out, n)
    return np.where(high, n - counts, counts)


def _expanded(
    mean: FloatArray, variance: FloatArray, skew_numerator: FloatArray, normals: FloatArray
) -> FloatArray:
    """Second-order Cornish-Fisher quantile (Cornish and Fisher 1938), rounded, at least 0."""
    z = np.clip(normals, -6.0, 6.0)
    raw = mean + np.sqrt(variance) * z + skew_numerator * (z * z - 1.0) / 6.0
    return np.maximum(np.rint(raw), 0.0)


def _inverted(start: FloatArray, ratio: object, level: FloatArray) -> FloatArray:
    """Smallest k with P(N <= k) >= level, by summing p(k + 1) = p(k) ratio(k)."""
    assert callable(ratio)
    term, cumulative = start.copy(), start.copy()
    counts = np.zeros_like(start)
    target = np.minimum(level, 1.0 - 1e-12)
    for k in range(200):
        short = cumulative < target
        if not short.any():
            break
        counts += short
        term = term * ratio(k)
        cumulative = cumulative + term
    return counts
