"""Calibration: whether what is called 70 % comes true in 70 of 100 cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

if TYPE_CHECKING:
    import pandas as pd

BINS: Final = 10
"""Equal-width bins of probability."""


def reliability_table(
    obs: npt.ArrayLike, fct: npt.ArrayLike, *, bins: int = BINS, level: float = 0.95
) -> pd.DataFrame:
    """Compare stated probabilities, (n,), with the share that came true (1 or 0), bin by bin.

    Returns
    -------
    DataFrame
        Of `bins` equal-width bins (the last includes 1) those that are not empty: `low, high`
        (ends), `count`, `stated` (mean probability), `met` (share met), `met_lower, met_upper`
        (Wilson interval of `level`: it takes the cases as independent).

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
    which = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    rows = []
    for k in np.unique(which):
        met, stated = outcomes[which == k], float(probabilities[which == k].mean())
        share = binomtest(int(met.sum()), met.size).proportion_ci(level, method="wilson")
        ends = k / bins, (k + 1) / bins
        rows.append((*ends, met.size, stated, float(met.mean()), share.low, share.high))
    columns = ["low", "high", "count", "stated", "met", "met_lower", "met_upper"]
    return pd.DataFrame(rows, columns=columns)


def expected_calibration_error(
    obs: npt.ArrayLike, fct: npt.ArrayLike, *, bins: int = BINS
) -> float:
    """Mean distance between stated probability and share met, bins weighted by their counts.

    A perfectly calibrated forecaster does not reach 0 on few cases.

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
