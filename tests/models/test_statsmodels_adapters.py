import warnings

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from bcforecast.models.arima import Arima
from bcforecast.models.ets import Ets
from bcforecast.models.growth_curve import Gompertz, Logistic
from bcforecast.models.local_linear import LocalLinear
from bcforecast.models.theta import Theta
from bcforecast.observations.history import History

INF = float("inf")
FIGURES = [100.0, 112, 118, 131, 150, 149, 170, 190, 205, 211]


def test_ets_has_the_mean_of_statsmodels_and_its_variance_for_three_weights():
    free = History.of(range(2011, 2021), FIGURES)
    z = np.array(FIGURES)
    spread, rise = np.diff(z).std(), np.diff(z).mean() / np.diff(z).std()
    result = ETSModel(
        pd.Series((z - z[0]) / spread),
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=-rise,
        initial_trend=rise,
    ).fit(disp=False)
    forecast = Ets().fit(free, 4)
    np.testing.assert_allclose(forecast.median(), z[0] + spread * result.forecast(4), rtol=1e-9)
    exact = result.get_prediction(start=10, end=13, method="exact").forecast_variance
    t90 = stats.t.ppf(0.9, 7)
    width = (forecast.quantile(0.9) - forecast.median()) / t90 / spread
    np.testing.assert_allclose(width**2, np.asarray(exact) * 10 / 7, rtol=1e-6)


def test_a_gap_widens_ets_and_theta():
    whole = History.of(range(2011, 2021), FIGURES, support=(0, INF))
    keep = [0, 1, 2, 3, 6, 9]
    gappy = History.of(np.arange(2011, 2021)[keep], np.array(FIGURES)[keep], support=(0, INF))
    for model in (Ets(), Theta()):
        narrow, wide = (model.fit(h, 2).interval(0.8) for h in (whole, gappy))
        assert (wide[1] - wide[0] > narrow[1] - narrow[0]).all()


def test_the_kalman_filter_of_the_local_linear_trend_bridges_a_straight_gap():
    years = [2010, 2011, 2012, 2016, 2017]
    straight = History.of(years, [100 + 10.0 * (y - 2010) for y in years])
    np.testing.assert_allclose(LocalLinear().fit(straight, 3).median(), [180, 190, 200], rtol=1e-4)


def test_theta_has_width_on_six_figures_on_which_statsmodels_has_none():
    line = History.of(range(2015, 2021), [10.0, 12, 14, 16, 18, 20], support=(0, INF))
    low, high = Theta().fit(line, 3).interval(0.8)
    assert (high - low > 0.1).all()


def test_arima_goes_on_with_the_mean_growth_of_an_exact_line():
    line = History.of(range(2012, 2021), 50.0 + 10 * np.arange(9))
    np.testing.assert_allclose(Arima().fit(line, 2).median(), [140, 150])


def test_growth_curves_find_the_ceiling_of_a_curve_that_has_bent():
    years = np.arange(2001, 2021)
    logistic = 1000 / (1 + np.exp(-0.5 * (years - 2008)))
    gompertz = 1000 * np.exp(-np.exp(-0.4 * (years - 2006)))
    for model, values in ((Logistic(), logistic), (Gompertz(), gompertz)):
        far = model.fit(History.of(years, values, support=(0, INF)), 20).median()[-1]
        assert abs(far - 1000) < 30


def test_a_growth_curve_that_has_not_bent_stays_wide():
    rising = History.of(range(2014, 2021), 100 * 1.2 ** np.arange(7), support=(0, INF))
    low, high = Logistic().fit(rising, 5).interval(0.8)
    assert high[-1] / low[-1] > 1.3


def test_no_warning_filter_is_left_behind():
    before = list(warnings.filters)
    history = History.of(range(2011, 2021), FIGURES, support=(0, INF))
    for model in (Ets(), Arima(), Theta(), LocalLinear()):
        model.fit(history, 1)
    assert warnings.filters == before
