"""Classical forecasters to choose in place of the trend: thin adapters over statsmodels and scipy.

Each is fitted on the working scale (log, logit or as it is) of the figures. What a library cannot
take (a bound, the error of a figure, a gap where it has no Kalman filter) is completed several
times by `base.completions`, and the forecasts are pooled, so that the interval shows what is not
known. Four to twenty figures need wider intervals than the libraries give: the notes say which.
statsmodels is imported by the first fit, because it is slow to load.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import ClassVar, Final, Literal

import numpy as np

from bcforecast.config import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, FloatArray, Transform
from bcforecast.models import base
from bcforecast.models.base import Fitted, floor_sd
from bcforecast.observations.selection import History

_STILL: Final = 1e-9
"""A series whose yearly changes differ by less than this part of the least spread is a line."""


@dataclass(frozen=True)
class _Adapter:
    """What the adapters share: refusals, completions of bounds, errors and gaps, and pooling."""

    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str]
    minimum_observations: ClassVar[int]
    fits: ClassVar[tuple[base.FitOne, ...]]
    estimated: ClassVar[float]
    """Degrees of freedom that the estimates cost."""
    fills_gaps: ClassVar[bool] = False
    positive: ClassVar[bool] = False
    """Whether figures must be above 0: the logarithm is then the working scale."""

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        known = base.usable(history)
        scale, (low, high) = base.working_scale(known), history.support
        if self.positive:
            found = float(np.nanmin(known.values))
            if found <= 0.0:
                raise base.refusal("models.not_positive", history, self.name, found=found)
            scale, history = Transform("log"), replace(history, support=(max(low, 0.0), high))
        return base.fit_completed(
            history,
            horizon,
            self.fits,
            df=history.n_usable - self.estimated,
            scale=scale,
            count=self.count,
            seed=self.seed,
            fill_gaps=self.fills_gaps,
        )


def _in_units(
    fit: Callable[[FloatArray, int], Fitted],
    history: History,
    scale: Transform,
    steps: int,
    *,
    of_level: bool = False,
) -> Fitted:
    """Fit figures less the first, in units of the spread of their yearly changes or their level.

    A line goes on with the least spread: no model can be estimated from it.
    """
    z, years = scale.forward(history.values), history.times - history.times[0]
    rates, least = np.diff(z) / np.diff(years), floor_sd(history, scale)
    unit = float((z if of_level else rates).std())
    if unit < _STILL * least:
        ahead, rise = np.arange(1.0, steps + 1.0), 0.0 if of_level else float(rates.mean())
        return float(z[-1]) + rise * ahead, least * np.sqrt(ahead)
    series = np.full(int(years[-1]) + 1, np.nan)
    series[years] = (z - z[0]) / unit
    location, spread = fit(series, steps)
    return z[0] + unit * location, unit * spread


def _ets(series: FloatArray, steps: int) -> Fitted:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    # The optimizer stops elsewhere on a flat ridge if the last digit differs, as it does when
    # the same figures come in another unit.
    rise = round(float(np.diff(series).mean()), 9)
    start = {"initialization_method": "known", "initial_level": -rise, "initial_trend": rise}
    model = ETSModel(series.round(9), error="add", trend="add", damped_trend=True, **start)
    with _flat_likelihood():
        result = model.fit(disp=False)
    weights = result.alpha + result.beta * np.cumsum(result.phi ** np.arange(1, steps + 1))
    variance = float(np.sum(np.asarray(result.resid) ** 2)) / (series.size - 3)
    ahead = np.concatenate([[1.0], 1.0 + np.cumsum(weights[:-1] ** 2)])
    return np.asarray(result.forecast(steps), dtype=float), np.sqrt(variance * ahead)


class Ets(_Adapter):
    """Exponential smoothing with a damped additive trend, ETS(A,Ad,N).

    The smoothing weights are estimated; the initial trend is the mean yearly change and the
    initial level lies one such change before the first figure, since five figures cannot
    carry two more parameters. Forecast variance is analytic, s2 (1 + sum c_j^2) with c_j = alpha +
    beta (phi + ... + phi^j) (Hyndman et al. 2008, Forecasting with Exponential Smoothing, table
    6.1, doi:10.1007/978-3-540-71918-2); s2 is the sum of squared errors over n - 3, for three
    estimated weights, and the forecast is Student-t with m - 3 degrees of freedom, m the number of
    figures without the years filled in.
    """

    name = "ets"
    minimum_observations = 5
    fills_gaps = True
    estimated = 3.0
    fits = (partial(_in_units, _ets),)


def _theta(series: FloatArray, steps: int) -> Fitted:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    result = ThetaModel(series, period=1, deseasonalize=False, use_test=False).fit(disp=False)
    alpha, drift = float(result.params["alpha"]), float(result.params["b0"]) / 2.0
    level, squares, ahead = series[0], 0.0, np.arange(1, steps + 1)
    for figure in series[1:]:
        error = figure - level - drift
        squares += error**2
        level += drift + alpha * error
    variance = squares / (series.size - 2)
    scaled = variance * (1.0 + (ahead - 1) * alpha**2 + ahead**2 / (series.size - 1))
    return np.asarray(result.forecast(steps), dtype=float), np.sqrt(scaled)


class Theta(_Adapter):
    """The Theta method with theta = 2: simple smoothing plus half the fitted slope.

    The point forecast is statsmodels' (Assimakopoulos and Nikolopoulos 2000,
    doi:10.1016/S0169-2070(00)00066-2). Its interval has no width on some series of six figures,
    so the variance here is that of the equivalent smoothing with drift (Hyndman and Billah 2003,
    doi:10.1016/S0169-2070(01)00143-1): s2 (1 + (h - 1) alpha^2), s2 the sum of squared one-step
    errors over n - 2, plus the drift's own h^2 s2 / (n - 1); Student-t with m - 2 degrees of
    freedom, m the number of figures without the years filled in.
    """

    name = "theta"
    minimum_observations = 5
    fills_gaps = True
    estimated = 2.0
    fits = (partial(_in_units, _theta, of_level=True),)


def _arima(series: FloatArray, steps: int) -> Fitted:
    from statsmodels.tsa.arima.model import ARIMA

    with _flat_likelihood():
        result = ARIMA(series, order=(0, 1, 1), trend="t").fit()
    forecast, n = result.get_forecast(steps), int(np.isfinite(series).sum())
    variance = np.asarray(forecast.var_pred_mean) * n / (n - 3.0)
    drift_var = float(variance[0]) * np.arange(1, steps + 1) ** 2 / (series.size - 1)
    return np.asarray(forecast.predicted_mean, dtype=float), np.sqrt(variance + drift_var)


class Arima(_Adapter):
    """ARIMA(0,1,1) with drift: yearly changes with a mean and one moving-average term.

    A gap is missing in the Kalman filter. statsmodels' variance divides by n and takes the drift
    as known; here it is multiplied by n / (n - 3) and the drift's own h^2 s2 / T is added (T years
    seen), Student-t with n - 3 degrees of freedom (Box and Jenkins, Time Series Analysis, ch. 5).
    """

    name = "arima"
    minimum_observations = 6
    estimated = 3.0
    fits = (partial(_in_units, _arima),)


IRREGULAR_RATIOS: Final = (0.0, 0.5, 1.0)
"""Standard deviation of the irregular over that of the level, on a grid (assumed)."""

SLOPE_RATIOS: Final = (0.0, 0.1, 0.3)
"""Standard deviation of the slope's yearly change over that of the level, on a grid (assumed)."""

PRIOR_DF: Final = 1.0
"""Weight of the typical yearly change in the variance, in degrees of freedom (assumed)."""


def _local_linear_trend(history: History, scale: Transform, steps: int) -> Fitted:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    years = history.times - history.times[0]
    z = scale.forward(history.values)
    unit, origin = base.typical_sd(history, scale), float(z[-1])
    # The years to forecast are missing years at the end: one pass of the filter gives both.
    series = np.full(int(years[-1]) + 1 + steps, np.nan)
    series[years] = (z - origin) / unit
    model = UnobservedComponents(series, "lltrend")
    later = years[2:]
    df = len(history) - 2.0 + PRIOR_DF
    locations, variances, evidence = [], [], []
    for irregular, slope in product(IRREGULAR_RATIOS, SLOPE_RATIOS):
        filtered = model.filter([irregular**2, 1.0, slope**2]).filter_results
        error = filtered.forecasts_error[0, later]
        error_var = filtered.forecasts_error_cov[0, 0, later]
        squares = PRIOR_DF + float(np.sum(error**2 / error_var))
        locations.append(origin + unit * filtered.forecasts[0, -steps:])
        ahead_var = filtered.forecasts_error_cov[0, 0, -steps:]
        variances.append(unit**2 * squares / df * ahead_var)
        evidence.append(-0.5 * (df * np.log(squares) + float(np.log(error_var).sum())))
    weights = np.exp(np.asarray(evidence) - max(evidence))
    weights /= weights.sum()
    location = np.stack(locations)
    mean = weights @ location
    return mean, np.sqrt(weights @ (np.stack(variances) + (location - mean) ** 2))


class LocalLinearTrend(_Adapter):
    """Level and slope that both change from year to year, by the Kalman filter.

    y_t = l_t + e_t, l_t = l_{t-1} + b_{t-1} + u_t, b_t = b_{t-1} + w_t, with diffuse start; a
    missing year is missing in the Kalman filter (Durbin and Koopman 2012, section 4.10,
    doi:10.1093/acprof:oso/9780199641178.001.0001). Four to twenty figures cannot tell three
    variances apart: maximum likelihood then sets one or two to zero and the interval collapses.
    So the ratios of the variances stand on a grid of nine, averaged by their likelihood, and
    only the common variance is estimated, by the n - 2 squared innovations and a prior of one
    degree of freedom at the typical yearly change: Student-t with n - 1 degrees of freedom, with
    the mean and squared scale of the average over the grid.
    """

    name = "local_linear_trend"
    minimum_observations = 4
    estimated = 2.0 - PRIOR_DF
    fits = (_local_linear_trend,)


CEILING_PRIOR: Final = (float(np.log(2.0)), 1.0)
"""Mean and sd of log(ceiling / largest figure) before the data: 0.3 to 15 times (assumed)."""

RATE_PRIOR: Final = (float(np.log(0.3)), 1.0)
"""Mean and sd of the log of the yearly rate before the data (assumed)."""

MIDDLE_SD_YEARS: Final = 20.0
"""Sd of the curve's middle year about the last figure before the data (assumed)."""

CURVE_NOISE: Final = 0.05
"""Relative deviation from the curve before the data, with one degree of freedom (assumed)."""

_ROUNDS: Final = 3

CurveShape = Literal["logistic", "gompertz"]


def fit_curve(shape: CurveShape, history: History, scale: Transform, steps: int) -> Fitted:
    """Fit one curve to a completed history, on the log scale: a `base.FitOne`."""
    from scipy.optimize import least_squares

    largest, df = float(history.values.max()), float(len(history) - 3)
    z = scale.forward(history.values / largest)
    years = (history.times - history.times[-1]).astype(float)
    noise = CURVE_NOISE
    best = middle = np.array([CEILING_PRIOR[0], RATE_PRIOR[0], 0.0])
    sd = [CEILING_PRIOR[1], RATE_PRIOR[1], MIDDLE_SD_YEARS]

    def penalized(theta: FloatArray, noise: float) -> FloatArray:
        return np.concatenate([(z - _curve(theta, shape, years)) / noise, (theta - middle) / sd])

    for _ in range(_ROUNDS):
        solved = least_squares(penalized, best, args=(noise,))
        best = np.asarray(solved.x, dtype=float)
        rest = z - _curve(best, shape, years)
        # A degree of freedom at the prior noise keeps an exact curve from weighing all.
        noise = float(np.sqrt((CURVE_NOISE**2 + rest @ rest) / (1.0 + df)))
    precision = np.asarray(solved.jac).T @ np.asarray(solved.jac)
    ahead = np.arange(1, steps + 1, dtype=float)
    up, down = (
        np.stack([_curve(best + step * e, shape, ahead) for e in np.eye(3)], axis=1)
        for step in (1e-5, -1e-5)
    )
    slopes = (up - down) / 2e-5
    variance = noise**2 + np.sum(slopes * np.linalg.solve(precision, slopes.T).T, axis=1)
    return np.log(largest) + _curve(best, shape, ahead), np.sqrt(variance)


def _curve(theta: FloatArray, shape: CurveShape, years: FloatArray) -> FloatArray:
    x = np.exp(np.clip(theta[1], -10.0, 3.0)) * (years - theta[2])
    x = np.clip(x, -50.0, 50.0)
    bent = -np.logaddexp(0.0, -x) if shape == "logistic" else -np.exp(-x)
    return np.asarray(theta[0] + bent)


class GrowthCurve(_Adapter):
    """Growth toward a ceiling, along a logistic and a Gompertz curve with equal weight.

    log y_t = log c + g(k (t - m)) + e_t, with g(x) = -log(1 + exp(-x)) (logistic) or -exp(-x)
    (Gompertz); c, k, m by least squares (scipy), penalized by weak priors without which a
    series that has not yet bent has no ceiling. Forecast variance by the delta method, with the
    residual variance s2 on n - 3 degrees of freedom: s2 + J V J'. Figures must be above 0, and a
    series that has not yet bent does not tell the curves apart.
    Meade and Islam 2006, doi:10.1016/j.ijforecast.2006.01.005.
    """

    name = "growth_curve"
    minimum_observations = 5
    estimated = 3.0
    positive = True
    fits = (partial(fit_curve, "logistic"), partial(fit_curve, "gompertz"))


@contextmanager
def _flat_likelihood() -> Iterator[None]:
    """Let the optimizer stop on a flat ridge.

    On so few figures the likelihood is flat in the weights: a start outside the invertible region,
    a start at zero and an unconverged optimum all give the same forecasts.
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", EstimationWarning)
        warnings.filterwarnings("ignore", "Non-invertible starting MA", UserWarning)
        yield
