"""Calibration, and whether one forecaster is better than another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]

BINS: Final = 10
"""Equal-width bins of probability."""


def reliability_table(
    obs: npt.ArrayLike, fct: npt.ArrayLike, *, bins: int = BINS, level: float = 0.95
) -> pd.DataFrame:
    """Compare stated probabilities with the share that came true, bin by bin.

    Parameters
    ----------
    obs
        Shape (n,), 1 (met) or 0.
    fct
        Shape (n,), probabilities in [0, 1].
    bins
        Number of equal-width bins; the last includes 1. Empty bins are left out.
    level
        Of the Wilson interval about the share.

    Returns
    -------
    DataFrame
        `low, high` (ends of the bin), `count`, `stated` (mean probability), `met` (share met),
        `met_lower, met_upper` (Wilson interval: it takes the cases as independent).

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> reliability_table([1, 0, 1], [0.71, 0.75, 0.99])[["low", "count", "met"]].values.tolist()
    [[0.7, 2.0, 0.5], [0.9, 1.0, 1.0]]
    """
    import pandas as pd

    outcomes, probabilities = np.asarray(obs, dtype=float), np.asarray(fct, dtype=float)
    which = bin_of(probabilities, bins=bins)
    rows = []
    for k in np.unique(which):
        inside = which == k
        count, met = int(inside.sum()), float(outcomes[inside].mean())
        lower, upper = wilson_interval(met, count, level=level)
        stated = float(probabilities[inside].mean())
        rows.append((k / bins, (k + 1) / bins, count, stated, met, lower, upper))
    columns = ["low", "high", "count", "stated", "met", "met_lower", "met_upper"]
    return pd.DataFrame(rows, columns=columns)


def expected_calibration_error(
    obs: npt.ArrayLike, fct: npt.ArrayLike, *, bins: int = BINS
) -> float:
    """Mean distance between stated probability and share met, bins weighted by their counts.

    A perfectly calibrated forecaster does not reach 0 on few cases: see `calibration_noise`.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian
    binning. doi:10.1609/aaai.v29i1.9602

    Examples
    --------
    >>> round(expected_calibration_error([1, 0, 1], [0.71, 0.75, 0.99]), 4)
    0.1567
    """
    table = reliability_table(obs, fct, bins=bins)
    distance = (table["stated"] - table["met"]).abs()
    return float((distance * table["count"]).sum() / table["count"].sum())


def calibration_noise(
    fct: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    groups: npt.ArrayLike | None = None,
    bins: int = BINS,
    repeats: int = 1000,
) -> FloatArray:
    """Draw the expected calibration error that a perfectly calibrated forecaster would show.

    Parameters
    ----------
    fct
        Shape (n,), probabilities, taken as true.
    rng
        Where the draws come from.
    groups
        Shape (n,): cases of one goal share one outcome, so one uniform number decides them all.
    bins, repeats
        As for the error; number of draws.

    Returns
    -------
    array
        Shape (repeats,).

    Examples
    --------
    >>> draws = calibration_noise(np.full(50, 0.5), rng=np.random.default_rng(1))
    >>> bool(draws.mean() > 0.03)
    True
    """
    p = np.asarray(fct, dtype=float)
    if groups is None:
        codes = np.arange(p.size)
    else:
        codes = np.unique(np.asarray(groups), return_inverse=True)[1]
    draws = rng.random((repeats, int(codes.max()) + 1))[:, codes] < p
    return np.array([expected_calibration_error(one, p, bins=bins) for one in draws])


def wilson_interval(share: float, count: int, *, level: float = 0.95) -> tuple[float, float]:
    """Interval for a proportion, sound also at 0 and 1 and for few cases.

    Examples
    --------
    >>> [round(x, 3) for x in wilson_interval(1.0, 10)]
    [0.722, 1.0]
    """
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = np.sqrt(z2 * (share * (1 - share) / count + z2 / (4 * count**2))) / (1 + z2 / count)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def pit_counts(values: npt.ArrayLike, *, bins: int = BINS) -> npt.NDArray[np.int64]:
    """Count probability integral transforms in equal bins: flat when calibrated, shape (bins,).

    Examples
    --------
    >>> pit_counts([0.05, 0.95, 1.0], bins=2).tolist()
    [1, 2]
    """
    return np.bincount(bin_of(np.asarray(values, dtype=float), bins=bins), minlength=bins)


def bin_of(values: FloatArray, *, bins: int = BINS) -> npt.NDArray[np.int64]:
    """Bin of each value in [0, 1]; 1 belongs to the last."""
    return np.minimum((values * bins).astype(np.int64), bins - 1)
