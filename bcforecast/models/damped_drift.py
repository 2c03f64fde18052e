"""Random walk with damped drift, shrunk toward a prior mean growth; Student-t in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.acceptance import accept
from bcforecast.models.predictive import Predictive, damped_sum, fit_completed, single
from bcforecast.models.spread import floor_sd, typical_sd
from bcforecast.observations.history import History

_ROUNDS = 4
"""Rounds in which the variance and the weight of the errors in it are made to agree."""


@dataclass(frozen=True)
class DampedDrift:
    """Random walk whose drift fades into the future.

    Parameters
    ----------
    damping
        Share of the drift that is left after a year, in (0, 1]; 1 keeps it for ever.
    prior_growth
        Mean yearly change expected before the data, in typical changes (`spread.TYPICAL`: on the
        log scale 0.5 is 5 % a year). Assumed 0: growth must be shown by the figures.
    prior_years
        Weight of `prior_growth`, as so many years of figures; above 0 (assumed).
    prior_df
        Weight of the typical yearly change in the variance, in degrees of freedom (assumed).
    count, seed
        Completions of bound-only entries and their seed.

    Notes
    -----
    On the working scale (log, logit or identity) the yearly changes are N(m, s2), an increment
    over k years N(k m, k s2); m | s2 ~ N(m0, s2 / prior_years), s2 inverse gamma. With D_h =
    damping + ... + damping^h and T years seen, year n + h is Student-t with prior_df plus one
    degree an increment, location z_n + m_n D_h and squared scale s2_n (h + D_h^2 / (prior_years
    + T)). Known errors enter the covariance of the increments and of the last level; the weight of
    an error against s2 is fixed at the posterior mean of s2, found in a few rounds.
    A gap is an increment over more years, exactly; a bound is completed (`bounds`).

    Examples
    --------
    >>> history = History.of(range(2015, 2021), [100, 110, 121, 133, 146, 161],
    ...                      support=(0.0, float("inf")))
    >>> DampedDrift().fit(history, 2).median().round().tolist()
    [171.0, 181.0]
    """

    damping: float = 0.9
    prior_growth: float = 0.0
    prior_years: float = 2.0
    prior_df: float = 2.0
    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "damped_drift"
    minimum_observations: ClassVar[int] = 3

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below three values, or for impossible figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        return fit_completed(
            history, horizon, self._fit_one, count=self.count, seed=self.seed, errors=False
        )

    def _fit_one(self, history: History, scale: Transform, steps: int) -> Predictive:
        z = scale.forward(history.values)
        exact = history.error_sd == 0.0
        slope = np.where(exact, 0.0, scale.derivative(np.where(exact, np.nan, history.values)))
        error_var = (history.error_sd * slope) ** 2
        typical = typical_sd(history, scale)
        posterior = _posterior(
            z,
            history.times.astype(float),
            error_var,
            growth=self.prior_growth * typical,
            years=self.prior_years,
            df=self.prior_df,
            variance=typical**2,
            least=floor_sd(history, scale) ** 2,
        )
        return posterior.forecast(self.damping, steps)


@dataclass(frozen=True)
class _Posterior:
    """What the figures say: level and drift now, yearly variance, and their uncertainty."""

    level: float
    level_on_drift: float
    level_var: float
    drift: float
    years: float
    variance: float
    df: float

    def forecast(self, damping: float, steps: int) -> Predictive:
        """Forecast on the working scale, `steps` years ahead."""
        reach = damped_sum(damping, steps) + self.level_on_drift
        location = self.level + self.drift * reach
        ahead = np.arange(1, steps + 1) + self.level_var + reach**2 / self.years
        return single(location, np.sqrt(self.variance * ahead), self.df)


def _posterior(
    z: FloatArray,
    times: FloatArray,
    error_var: FloatArray,
    *,
    growth: float,
    years: float,
    df: float,
    variance: float,
    least: float,
) -> _Posterior:
    """Normal-inverse-gamma posterior of drift and variance; errors as shares of the variance."""
    k, d = np.diff(times), np.diff(z)
    difference = np.diff(np.eye(z.size), axis=0)
    errors = difference @ (error_var[:, None] * difference.T)
    to_last = difference[:, -1] * error_var[-1]
    s2 = max(float((d**2 / k).mean()), least)
    rounds = _ROUNDS if error_var.any() else 1
    for _ in range(rounds):
        inverse = np.linalg.inv(np.diag(k) + errors / s2)
        precision = years + float(k @ inverse @ k)
        drift = (years * growth + float(k @ inverse @ d)) / precision
        rest = d - k * drift
        squares = float(rest @ inverse @ rest) + years * (drift - growth) ** 2
        share = to_last / s2
        result = _Posterior(
            level=float(z[-1] - share @ inverse @ d),
            level_on_drift=float(share @ inverse @ k),
            level_var=float(error_var[-1] / s2 - share @ inverse @ share),
            drift=drift,
            years=precision,
            variance=(df * variance + squares) / (df + d.size),
            df=df + d.size,
        )
        s2 = max(result.variance, least)
    return result
