"""Normal draws between bounds, by inversion, exact far into the tails."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtri_exp

from bcforecast.distributions.base import FloatArray


def truncated_normal(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, u: FloatArray
) -> FloatArray:
    """Quantiles `u` of a normal variable known to lie in [low, high].

    Parameters
    ----------
    mean, sd
        Of the variable before truncation; `sd` above 0.
    low, high
        Bounds, `low` at most `high`; infinite where there is none.
    u
        Levels in (0, 1). All arguments broadcast.

    Notes
    -----
    log P = log((1 - u) Phi(a) + u Phi(b)) is inverted on the side of the mean where Phi is small,
    so that bounds 30 standard deviations away still give a proper tail.

    Examples
    --------
    >>> truncated_normal(0.0, 1.0, 0.0, np.inf, np.array([0.5])).round(4).tolist()
    [0.6745]
    """
    a, b = standardized(mean, sd, low, high)
    a, b, level = np.broadcast_arrays(a, b, u)
    right = a > 0.0
    start, end = np.where(right, -b, a), np.where(right, -a, b)
    p = np.where(right, 1.0 - level, level)
    log_p = np.logaddexp(log_ndtr(start) + np.log1p(-p), log_ndtr(end) + np.log(p))
    z = ndtri_exp(np.minimum(log_p, 0.0))
    z = np.clip(np.where(right, -z, z), a, b)
    return np.clip(np.asarray(mean) + np.asarray(sd) * z, low, high)


def log_mass(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike
) -> FloatArray:
    """Log probability that a normal variable lies in [low, high].

    Examples
    --------
    >>> float(log_mass(0.0, 1.0, 0.0, np.inf).round(4))
    -0.6931
    """
    a, b = standardized(mean, sd, low, high)
    right = a > 0.0
    start, end = np.where(right, -b, a), np.where(right, -a, b)
    upper, lower = log_ndtr(end), log_ndtr(start)
    gap = np.minimum(lower - upper, -1e-300)
    return np.asarray(upper + np.log(-np.expm1(gap)))


def standardized(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Bounds in standard deviations from the mean."""
    centre, spread = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    return (np.asarray(low, float) - centre) / spread, (np.asarray(high, float) - centre) / spread
