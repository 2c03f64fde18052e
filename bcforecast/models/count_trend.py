"""Counts with a log-linear trend: thin adapters over statsmodels' Poisson and NB regressions."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from scipy.special import ndtr
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution
from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.acceptance import accept, model_name
from bcforecast.models.bounds import completions
from bcforecast.models.count_mixture import CountMixture, merged
from bcforecast.models.within_support import within_support
from bcforecast.observations.history import History

_NODES: Final = np.linspace(-3.0, 3.0, 13)
_EDGES: Final = np.concatenate([[-np.inf], (_NODES[1:] + _NODES[:-1]) / 2, [np.inf]])
_WEIGHTS: Final = np.diff(ndtr(_EDGES))
_LARGEST_LOG: Final = 300.0


@dataclass(frozen=True)
class PoissonTrend:
    """Poisson counts whose logarithm of the mean is a line in time.

    Parameters
    ----------
    count, seed
        Completions of bounds and errors, and their seed.

    Notes
    -----
    log m_t = a + b t by maximum likelihood (statsmodels GLM); the forecast averages the Poisson
    over the normal uncertainty of a + b t. A missing year is left out. Where every figure is 0 the
    rate has Jeffreys' prior, Gamma(1/2, 0): negative binomial with the years seen. It takes whole
    numbers only, and its interval is narrow for large counts: that is what the model says.

    Examples
    --------
    >>> PoissonTrend().fit(History.of(range(2016, 2021), [3, 5, 4, 7, 8]), 1).median().tolist()
    [10.0]
    """

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "poisson_trend"
    minimum_observations: ClassVar[int] = 4

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below four values, for a figure that is not a whole number from 0, or for impossible
            figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        _require_counts(history, self.name)
        done = completions(history, count=self.count, seed=self.seed)
        fitted = tuple(self._fit_one(one, history.start, horizon) for one in done)
        forecast = merged(fitted)
        return within_support(history, forecast) if history.support[1] < np.inf else forecast

    def _fit_one(self, history: History, start: int, horizon: int) -> CountMixture:
        counts = np.maximum(np.rint(history.values), 0.0)
        ahead = np.arange(1, horizon + 1) + float(start)
        if not counts.any():
            rate = 0.5 / counts.size
            return CountMixture(np.full((1, horizon), rate), np.ones(1), dispersion=2.0)
        centre, span = float(history.times.mean()), max(float(np.ptp(history.times)), 1.0)
        design = np.column_stack([np.ones(counts.size), (history.times - centre) / span])
        log_mean, covariance, dispersion = self._regress(counts, design)
        new = np.column_stack([np.ones(horizon), (ahead - centre) / span])
        centre_log = new @ log_mean
        sd = np.sqrt(np.sum((new @ covariance) * new, axis=1))
        logs = np.minimum(centre_log + _NODES[:, None] * sd, _LARGEST_LOG)
        return CountMixture(np.exp(logs), _WEIGHTS, dispersion=dispersion)

    def _regress(
        self, counts: FloatArray, design: FloatArray
    ) -> tuple[FloatArray, FloatArray, float]:
        """Coefficients, covariance and dispersion of the regression."""
        result = _fitted(GLM(counts, design, family=families.Poisson()))
        return np.asarray(result.params), np.asarray(result.cov_params()), 0.0


@dataclass(frozen=True)
class NegativeBinomialTrend(PoissonTrend):
    """Counts that vary more than Poisson about a log-linear trend.

    Notes
    -----
    Variance m + d m^2 with d by moments from the Poisson fit (Cameron and Trivedi 2013,
    Regression Analysis of Count Data, section 3.2, doi:10.1017/CBO9781139013567), divided by n - 2,
    at least the square of the package's floor of half a percent.

    Examples
    --------
    >>> NegativeBinomialTrend().fit(History.of(range(2016, 2021), [30, 50, 35, 70, 60]), 1
    ...     ).median()[0] > 55
    np.True_
    """

    name: ClassVar[str] = "negative_binomial_trend"
    minimum_observations: ClassVar[int] = 5

    def _regress(
        self, counts: FloatArray, design: FloatArray
    ) -> tuple[FloatArray, FloatArray, float]:
        """Coefficients, covariance and dispersion of the regression."""
        first = _fitted(GLM(counts, design, family=families.Poisson()))
        mean = np.maximum(np.asarray(first.fittedvalues), 1e-12)
        excess = ((counts - mean) ** 2 - mean) / mean**2
        dispersion = max(float(excess.sum()) / (counts.size - 2), LEAST_DISPERSION)
        family = families.NegativeBinomial(alpha=dispersion)
        result = _fitted(GLM(counts, design, family=family), start_params=first.params)
        return np.asarray(result.params), np.asarray(result.cov_params()), dispersion


LEAST_DISPERSION: Final = 0.005**2
"""Least dispersion: a relative standard deviation of half a percent, as `spread.FLOOR`."""


def _fitted(model: GLM, start_params: FloatArray | None = None) -> Any:
    with warnings.catch_warnings():
        # Figures that lie on the curve are no fault here: the parameters are still identified.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return model.fit(start_params=start_params)


def _require_counts(history: History, model: str) -> None:
    seen = history.values[history.known]
    bad = (seen < 0.0) | (np.abs(seen - np.rint(seen)) > 1e-9 * np.maximum(np.abs(seen), 1.0))
    bad |= (seen > 0.0) & (np.rint(seen) == 0.0)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ModelError(
            "models.not_counts",
            model=model_name(model),
            indicator=history.indicator or "-",
            area=history.area or "-",
            year=int(history.times[history.known][i]),
            found=f"{seen[i]:.10g}",
        )
