"""The Theta method: a thin adapter over statsmodels' ThetaModel, with an interval of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from statsmodels.tsa.forecasting.theta import ThetaModel

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.acceptance import accept
from bcforecast.models.predictive import Predictive, fit_completed, single
from bcforecast.models.spread import floor_sd
from bcforecast.observations.history import History


@dataclass(frozen=True)
class Theta:
    """Theta with theta = 2: simple smoothing plus half the fitted slope, on the working scale.

    Parameters
    ----------
    count, seed
        Completions of gaps, bounds and errors, and their seed.

    Notes
    -----
    The point forecast is statsmodels' (Assimakopoulos and Nikolopoulos 2000,
    doi:10.1016/S0169-2070(00)00066-2). Its interval has no width on some series of six figures,
    so the variance here is that of the equivalent smoothing with drift (Hyndman and Billah 2003,
    doi:10.1016/S0169-2070(01)00143-1): s2 (1 + (h - 1) alpha^2), s2 the sum of squared one-step
    errors over n - 2, plus the drift's own h^2 s2 / (n - 1); Student-t with m - 2 degrees of
    freedom, m the number of figures without the years filled in.

    Examples
    --------
    >>> history = History.of(range(2014, 2021), [90, 100, 110, 121, 133, 146, 161],
    ...                      support=(0.0, float("inf")))
    >>> 160 < Theta().fit(history, 1).median()[0] < 175
    np.True_
    """

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "theta"
    minimum_observations: ClassVar[int] = 5

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below five values, or for impossible figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        one = partial(_fit_one, figures=history.n_usable)
        return fit_completed(
            history, horizon, one, count=self.count, seed=self.seed, fill_gaps=True
        )


def _fit_one(history: History, scale: Transform, steps: int, *, figures: int) -> Predictive:
    z = scale.forward(history.values)
    least, df = floor_sd(history, scale), float(figures - 2)
    unit, ahead = float(z.std()), np.arange(1, steps + 1)
    if unit < 1e-9 * least:
        return single(np.full(steps, z[-1]), least * np.sqrt(ahead), df)
    series = (z - z[0]) / unit
    result = ThetaModel(series, period=1, deseasonalize=False, use_test=False).fit(disp=False)
    alpha, drift = float(result.params["alpha"]), float(result.params["b0"]) / 2.0
    errors = _one_step_errors(series, alpha, drift)
    variance = float(errors @ errors) / (z.size - 2)
    scaled = variance * (1.0 + (ahead - 1) * alpha**2 + ahead**2 / (z.size - 1))
    location = z[0] + unit * np.asarray(result.forecast(steps), dtype=float)
    return single(location, unit * np.sqrt(scaled), df)


def _one_step_errors(series: FloatArray, alpha: float, drift: float) -> FloatArray:
    """Errors of y_t = l_{t-1} + drift + e_t, l_t = l_{t-1} + drift + alpha e_t, from the second."""
    level, errors = series[0], np.empty(series.size - 1)
    for t in range(1, series.size):
        errors[t - 1] = series[t] - level - drift
        level += drift + alpha * errors[t - 1]
    return errors
