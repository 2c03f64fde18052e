"""Local linear trend by the Kalman filter: a thin adapter over UnobservedComponents."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import ClassVar, Final

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.acceptance import accept
from bcforecast.models.predictive import Predictive, fit_completed, single
from bcforecast.models.spread import typical_sd
from bcforecast.observations.history import History

IRREGULAR_RATIOS: Final = (0.0, 0.5, 1.0)
"""Standard deviation of the irregular over that of the level, on a grid (assumed)."""

SLOPE_RATIOS: Final = (0.0, 0.1, 0.3)
"""Standard deviation of the slope's yearly change over that of the level, on a grid (assumed)."""

PRIOR_DF: Final = 1.0
"""Weight of the typical yearly change in the variance, in degrees of freedom (assumed)."""


@dataclass(frozen=True)
class LocalLinear:
    """Level and slope that both wander, on the working scale (log, logit or identity).

    Parameters
    ----------
    count, seed
        Completions of bounds and errors, and their seed.

    Notes
    -----
    y_t = l_t + e_t, l_t = l_{t-1} + b_{t-1} + u_t, b_t = b_{t-1} + w_t, with diffuse start; a
    missing year is missing in the Kalman filter (Durbin and Koopman 2012, section 4.10,
    doi:10.1093/acprof:oso/9780199641178.001.0001). Four to twenty figures cannot tell three
    variances apart: maximum likelihood then sets one or two to zero and the interval collapses.
    So the ratios of the variances stand on a grid of nine, averaged by their likelihood, and
    only the common variance is estimated, by the n - 2 squared innovations and a prior of one
    degree of freedom at the typical yearly change: Student-t with n - 1 degrees of freedom, with
    the mean and squared scale of the average over the grid.

    Examples
    --------
    >>> history = History.of([2014, 2015, 2018, 2019, 2020], [90, 100, 133, 146, 161],
    ...                      support=(0.0, float("inf")))
    >>> LocalLinear().fit(history, 1).median().round().tolist()
    [177.0]
    """

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "local_linear"
    minimum_observations: ClassVar[int] = 4

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below four values, or for impossible figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        return fit_completed(history, horizon, _fit_one, count=self.count, seed=self.seed)


def _fit_one(history: History, scale: Transform, steps: int) -> Predictive:
    years = history.times - history.times[0]
    z = scale.forward(history.values)
    unit, origin = typical_sd(history, scale), float(z[-1])
    # The years to forecast are missing years at the end: one pass of the filter gives both.
    series = np.full(int(years[-1]) + 1 + steps, np.nan)
    series[years] = (z - origin) / unit
    model = UnobservedComponents(series, "lltrend")
    later = years[2:]
    df = later.size + PRIOR_DF
    location, variance, evidence = [], [], []
    for irregular, slope in product(IRREGULAR_RATIOS, SLOPE_RATIOS):
        filtered = model.filter([irregular**2, 1.0, slope**2]).filter_results
        error = filtered.forecasts_error[0, later]
        error_var = filtered.forecasts_error_cov[0, 0, later]
        squares = PRIOR_DF + float(np.sum(error**2 / error_var))
        location.append(origin + unit * filtered.forecasts[0, -steps:])
        ahead_var = filtered.forecasts_error_cov[0, 0, -steps:]
        variance.append(unit**2 * squares / df * ahead_var)
        evidence.append(-0.5 * (df * np.log(squares) + float(np.log(error_var).sum())))
    weights = np.exp(np.asarray(evidence) - max(evidence))
    return _averaged(np.stack(location), np.stack(variance), weights / weights.sum(), df)


def _averaged(
    location: FloatArray, variance: FloatArray, weights: FloatArray, df: float
) -> Predictive:
    """One Student-t with the mean and squared scale of the mixture over the grid."""
    mean = weights @ location
    return single(mean, np.sqrt(weights @ (variance + (location - mean) ** 2)), df)
