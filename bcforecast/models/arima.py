"""ARIMA(0,1,1) with drift: a thin adapter over statsmodels' ARIMA."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning
from statsmodels.tsa.arima.model import ARIMA

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.models.acceptance import accept
from bcforecast.models.predictive import Predictive, fit_completed, single
from bcforecast.models.spread import floor_sd
from bcforecast.observations.history import History


@dataclass(frozen=True)
class Arima:
    """Yearly changes with a mean and one moving-average term, on the working scale.

    Parameters
    ----------
    count, seed
        Completions of bounds and errors, and their seed.

    Notes
    -----
    A gap is missing in the Kalman filter. statsmodels' variance divides by n and takes the drift
    as known; here it is multiplied by n / (n - 3) and the drift's own h^2 s2 / T is added (T years
    seen), Student-t with n - 3 degrees of freedom (Box and Jenkins, Time Series Analysis, ch. 5).

    Examples
    --------
    >>> history = History.of(range(2014, 2021), [90, 100, 112, 121, 130, 146, 161],
    ...                      support=(0.0, float("inf")))
    >>> 165 < Arima().fit(history, 1).median()[0] < 190
    np.True_
    """

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "arima"
    minimum_observations: ClassVar[int] = 6

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below six values, or for impossible figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        return fit_completed(history, horizon, _fit_one, count=self.count, seed=self.seed)


def _fit_one(history: History, scale: Transform, steps: int) -> Predictive:
    z = scale.forward(history.values)
    years = history.times - history.times[0]
    span, df, ahead = int(years[-1]), float(z.size - 3), np.arange(1, steps + 1)
    least = floor_sd(history, scale)
    rates = np.diff(z) / np.diff(years)
    unit = float(rates.std())
    if unit < 1e-9 * least:
        return single(z[-1] + ahead * float(rates.mean()), least * np.sqrt(ahead), df)
    series = np.full(span + 1, np.nan)
    series[years] = (z - z[0]) / unit
    with warnings.catch_warnings():
        # On so few figures the likelihood is flat in the moving-average weight: a start outside
        # the invertible region, a start at zero and an unconverged optimum are all acceptable.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", EstimationWarning)
        warnings.filterwarnings("ignore", "Non-invertible starting MA", UserWarning)
        result = ARIMA(series, order=(0, 1, 1), trend="t").fit()
    forecast = result.get_forecast(steps)
    variance = np.asarray(forecast.var_pred_mean) * z.size / df
    drift_var = float(variance[0]) * ahead**2 / span
    location = z[0] + unit * np.asarray(forecast.predicted_mean, dtype=float)
    return single(location, unit * np.sqrt(variance + drift_var), df)
