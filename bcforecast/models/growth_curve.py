"""Growth toward a ceiling: logistic and Gompertz curves by penalized least squares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from scipy.optimize import least_squares

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.acceptance import accept, model_name
from bcforecast.models.bounds import completions
from bcforecast.models.predictive import Predictive, pooled, single
from bcforecast.observations.history import History

CEILING_PRIOR: Final = (float(np.log(2.0)), 1.0)
"""Mean and sd of log(ceiling / largest figure) before the data: 0.3 to 15 times (assumed)."""

RATE_PRIOR: Final = (float(np.log(0.3)), 1.0)
"""Mean and sd of the log of the yearly rate before the data (assumed)."""

MIDDLE_SD_YEARS: Final = 20.0
"""Sd of the curve's middle year about the last figure before the data (assumed)."""

_NOISE: Final = 0.05
_ROUNDS: Final = 3


@dataclass(frozen=True)
class GrowthCurve:
    """An S-shaped curve with a ceiling, fitted to the logarithm of the figures.

    Parameters
    ----------
    count, seed
        Completions of bounds and errors, and their seed.

    Notes
    -----
    log y_t = log c + g(k (t - m)) + e_t, with g(x) = -log(1 + exp(-x)) (logistic) or -exp(-x)
    (Gompertz); c, k, m by least squares (scipy), penalized by weak priors without which a
    series that has not yet bent has no ceiling. Forecast variance by the delta method, with the
    residual variance s2 on n - 3 degrees of freedom: s2 + J V J'. Figures must be above 0.
    Meade and Islam 2006, doi:10.1016/j.ijforecast.2006.01.005.
    """

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "logistic"
    minimum_observations: ClassVar[int] = 5

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below five values, for a figure of 0 or less, or for impossible figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        if history.support[0] < 0.0 < float(np.nanmin(history.values)):
            history = replace(history, support=(0.0, history.support[1]))
        done = completions(history, count=self.count, seed=self.seed)
        smallest = min(float(one.values.min()) for one in done)
        if smallest <= 0.0:
            raise ModelError(
                "models.not_positive",
                model=model_name(self.name),
                indicator=history.indicator or "-",
                area=history.area or "-",
                found=f"{smallest:.10g}",
            )
        steps = history.start - int(done[0].times[-1]) + horizon
        fitted = [self._fit_one(one, steps) for one in done]
        return pooled(history, fitted, scale=Transform("log"), horizon=horizon)

    def _fit_one(self, history: History, steps: int) -> Predictive:
        largest = float(history.values.max())
        z = np.log(history.values / largest)
        years = (history.times - history.times[-1]).astype(float)
        noise, df = _NOISE, float(z.size - 3)
        best = np.array([CEILING_PRIOR[0], RATE_PRIOR[0], 0.0])
        for _ in range(_ROUNDS):
            solved = least_squares(self._residuals, best, args=(years, z, noise))
            best = np.asarray(solved.x, dtype=float)
            rest = z - self._curve(best, years)
            # A degree of freedom at the prior noise keeps an exact curve from weighing all.
            noise = float(np.sqrt((_NOISE**2 + rest @ rest) / (1.0 + df)))
        precision = np.asarray(solved.jac).T @ np.asarray(solved.jac)
        ahead = np.arange(1, steps + 1, dtype=float)
        slopes = self._slopes(best, ahead)
        variance = noise**2 + np.sum(slopes * np.linalg.solve(precision, slopes.T).T, axis=1)
        location = np.log(largest) + self._curve(best, ahead)
        return single(location, np.sqrt(variance), df)

    def _residuals(
        self, theta: FloatArray, years: FloatArray, z: FloatArray, noise: float
    ) -> FloatArray:
        prior = [
            (theta[0] - CEILING_PRIOR[0]) / CEILING_PRIOR[1],
            (theta[1] - RATE_PRIOR[0]) / RATE_PRIOR[1],
            theta[2] / MIDDLE_SD_YEARS,
        ]
        return np.concatenate([(z - self._curve(theta, years)) / noise, prior])

    def _curve(self, theta: FloatArray, years: FloatArray) -> FloatArray:
        x = np.exp(np.clip(theta[1], -10.0, 3.0)) * (years - theta[2])
        return np.asarray(theta[0] + self._shape(np.clip(x, -50.0, 50.0)))

    def _slopes(self, theta: FloatArray, years: FloatArray) -> FloatArray:
        """Derivatives of the curve by central differences, shape (S, 3)."""
        step = 1e-5
        columns = [
            (self._curve(theta + step * e, years) - self._curve(theta - step * e, years))
            / (2 * step)
            for e in np.eye(3)
        ]
        return np.stack(columns, axis=1)

    def _shape(self, x: FloatArray) -> FloatArray:
        return -np.logaddexp(0.0, -x)


@dataclass(frozen=True)
class Logistic(GrowthCurve):
    """Growth along a logistic curve, symmetric about its middle.

    Examples
    --------
    >>> years = np.arange(2008, 2021)
    >>> history = History.of(years, 1000 / (1 + np.exp(-0.5 * (years - 2014))),
    ...                      support=(0.0, float("inf")))
    >>> 960 < Logistic().fit(history, 1).median()[0] < 990
    np.True_
    """

    name: ClassVar[str] = "logistic"


@dataclass(frozen=True)
class Gompertz(GrowthCurve):
    """Growth along a Gompertz curve, quick at first and long in the end.

    Examples
    --------
    >>> years = np.arange(2008, 2021)
    >>> history = History.of(years, 1000 * np.exp(-np.exp(-0.4 * (years - 2012))),
    ...                      support=(0.0, float("inf")))
    >>> 950 < Gompertz().fit(history, 1).median()[0] < 1000
    np.True_
    """

    name: ClassVar[str] = "gompertz"

    def _shape(self, x: FloatArray) -> FloatArray:
        return -np.exp(-x)
