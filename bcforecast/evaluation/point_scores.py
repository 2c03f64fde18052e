"""Scores of a point forecast: sMAPE, MASE, OWA, and the scale by which series are made alike.

Arguments come as `(obs, fct, ...)`; lower is better. Definitions are those of the M4 competition:
Makridakis, Spiliotis and Assimakopoulos (2020), doi:10.1016/j.ijforecast.2019.04.014.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def naive_scale(history: npt.ArrayLike) -> float:
    """Mean absolute year-to-year change of the figures known; NaN if they never move.

    Parameters
    ----------
    history
        Shape (n,); NaN for a missing year: the changes across it are left out.

    Examples
    --------
    >>> naive_scale([10.0, 12.0, 11.0])
    1.5
    """
    steps = np.abs(np.diff(np.asarray(history, dtype=float)))
    steps = steps[np.isfinite(steps)]
    return float(steps.mean()) if steps.size and steps.any() else float("nan")


def smape(obs: npt.ArrayLike, fct: npt.ArrayLike) -> FloatArray:
    """Symmetric error 200 |y - f| / (|y| + |f|), in percent; 0 where both are 0.

    Examples
    --------
    >>> smape([100.0, 0.0], [110.0, 0.0]).round(3).tolist()
    [9.524, 0.0]
    """
    y, f = np.asarray(obs, dtype=float), np.asarray(fct, dtype=float)
    total = np.abs(y) + np.abs(f)
    return np.where(total > 0, 200.0 * np.abs(y - f) / np.where(total > 0, total, 1.0), 0.0)


def mase(obs: npt.ArrayLike, fct: npt.ArrayLike, scale: npt.ArrayLike) -> FloatArray:
    """Absolute error over the series' own scale |y - f| / s; average it for MASE.

    References
    ----------
    Hyndman and Koehler (2006), doi:10.1016/j.ijforecast.2006.03.001

    Examples
    --------
    >>> mase([12.0], [15.0], 1.5).tolist()
    [2.0]
    """
    error = np.abs(np.asarray(obs, dtype=float) - np.asarray(fct, dtype=float))
    return np.asarray(error / np.asarray(scale, dtype=float))


def owa(smape_mean: float, mase_mean: float, *, naive_smape: float, naive_mase: float) -> float:
    """Overall weighted average: mean of sMAPE and MASE, each relative to the naive forecast's.

    The naive forecast of a yearly series is its last figure.

    Examples
    --------
    >>> owa(9.0, 1.8, naive_smape=10.0, naive_mase=2.0)
    0.9
    """
    return 0.5 * (smape_mean / naive_smape + mase_mean / naive_mase)
