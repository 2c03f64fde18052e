"""Is one forecaster better than another, or was it luck? Paired bootstrap over series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairedDifference:
    """Mean difference of two scores on the same series, with its bootstrap interval.

    Parameters
    ----------
    mean
        Mean of the first minus the second: negative if the first is better.
    lower, upper
        Ends of the interval.
    count
        Number of series (or of groups of cases) compared.
    """

    mean: float
    lower: float
    upper: float
    count: int

    @property
    def decided(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.lower > 0.0 or self.upper < 0.0


def paired_bootstrap(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    groups: npt.ArrayLike | None = None,
    level: float = 0.95,
    repeats: int = 2000,
) -> PairedDifference:
    """Compare two forecasters on the same series by resampling the series.

    Parameters
    ----------
    first, second
        Shape (n,): a score of each series under either forecaster; series where one is not
        finite are left out of both.
    rng
        Where the resampling comes from.
    groups
        Shape (n,): resample whole groups, such as all cases of one goal or country.
    level
        Of the percentile interval.
    repeats
        Number of resamples.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13.

    Examples
    --------
    >>> better = paired_bootstrap([1.0, 1.1, 0.9], [2.0, 2.1, 2.0], rng=np.random.default_rng(1))
    >>> round(better.mean, 3), better.decided
    (-1.033, True)
    """
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    finite = np.isfinite(difference)
    names = np.arange(difference.size) if groups is None else np.asarray(groups)
    codes = np.unique(names[finite], return_inverse=True)[1]
    sums = np.bincount(codes, weights=difference[finite])
    sizes = np.bincount(codes)
    means = np.empty(repeats)
    for k in range(repeats):
        picks = rng.integers(0, sums.size, sums.size)
        means[k] = sums[picks].sum() / sizes[picks].sum()
    tail = (1.0 - level) / 2
    lower, upper = np.quantile(means, [tail, 1.0 - tail])
    return PairedDifference(
        float(sums.sum() / sizes.sum()), float(lower), float(upper), int(sums.size)
    )
