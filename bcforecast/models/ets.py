"""Exponential smoothing with a damped additive trend: a thin adapter over statsmodels' ETSModel."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.acceptance import accept
from bcforecast.models.predictive import Predictive, damped_sum, fit_completed, single
from bcforecast.models.spread import floor_sd
from bcforecast.observations.history import History


@dataclass(frozen=True)
class Ets:
    """ETS(A,Ad,N) on the working scale (log, logit or identity).

    Parameters
    ----------
    count, seed
        Completions of gaps, bounds and errors, and their seed.

    Notes
    -----
    `ETSModel` takes no missing year, no bound and no error size: these are completed several times
    by bridges (`bounds.completions`) and the forecasts pooled, so that the interval shows what the
    gap hides. The smoothing weights are estimated; the initial trend is the mean yearly change and
    the initial level lies one such change before the first figure, since five figures cannot
    carry two more parameters. Forecast variance is analytic, s2 (1 + sum c_j^2) with c_j = alpha +
    beta (phi + ... + phi^j) (Hyndman et al. 2008, Forecasting with Exponential Smoothing, table
    6.1, doi:10.1007/978-3-540-71918-2); s2 is the sum of squared errors over n - 3, for three
    estimated weights, and the forecast is Student-t with m - 3 degrees of freedom, m the number of
    figures without the years filled in.

    Examples
    --------
    >>> history = History.of(range(2014, 2021), [90, 100, 110, 121, 133, 146, 161],
    ...                      support=(0.0, float("inf")))
    >>> 165 < Ets().fit(history, 1).median()[0] < 185
    np.True_
    """

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "ets"
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
    least, df = floor_sd(history, scale), float(figures - 3)
    spread = float(np.diff(z).std())
    if spread < 1e-9 * least:
        return single(*_straight(z, least, steps), df)
    start = z[0]
    level, rise = 0.0, float(np.diff(z).mean()) / spread
    model = ETSModel(
        (z - start) / spread,
        error="add",
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=level - rise,
        initial_trend=rise,
    )
    with warnings.catch_warnings():
        # With so few figures the likelihood has flat ridges on which the optimizer may stop
        # unconverged; weights along a ridge give the same forecasts.
        warnings.simplefilter("ignore", ConvergenceWarning)
        result = model.fit(disp=False)
    alpha, beta, phi = result.alpha, result.beta, result.phi
    weights = alpha + beta * damped_sum(phi, steps)
    variance = float(np.sum(np.asarray(result.resid) ** 2)) / (z.size - 3)
    ahead = np.concatenate([[1.0], 1.0 + np.cumsum(weights[:-1] ** 2)])
    location = start + spread * np.asarray(result.forecast(steps), dtype=float)
    return single(location, spread * np.sqrt(variance * ahead), df)


def _straight(z: FloatArray, least: float, steps: int) -> tuple[FloatArray, FloatArray]:
    """Forecast a series on an exact line: the line goes on, with the least spread."""
    ahead = np.arange(1, steps + 1)
    return z[-1] + ahead * float(np.diff(z).mean()), least * np.sqrt(ahead)
