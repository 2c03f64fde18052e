"""What every model that can be chosen keeps, and what each adapter adds to its library."""

import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from bcforecast.errors import ModelError
from bcforecast.models import borrowed, event, registry
from bcforecast.models.base import check_model
from bcforecast.models.classical import Arima, Ets, GrowthCurve, LocalLinearTrend, Theta, fit_curve
from bcforecast.observations.selection import History
from bcforecast.text import LANGUAGES

INF, NAN = float("inf"), float("nan")
YEARS = range(2013, 2021)
FIGURES = np.array([100.0, 112, 118, 131, 150, 149, 170, 190])
PEERS = tuple(
    History.of(range(2015, 2021), [v * g**t for t in range(6)], support=(0.0, INF))
    for v, g in [(100, 1.05), (30, 1.10), (700, 1.15)]
)
TRENDS = (Ets(count=3), LocalLinearTrend(count=3), Theta(count=3), Arima(count=3))
CURVE = GrowthCurve(count=3)
BORROWED = borrowed.BorrowedGrowth(PEERS, count=3)
EVERY = (*TRENDS, CURVE, BORROWED)
LONGER = [100.0, 112, 118, 131, 150, 149, 170, 190, 205, 211]


def each(*models):
    return pytest.mark.parametrize("model", models, ids=lambda model: model.name)


def positive(values, **fields):
    return History.of(list(YEARS)[: len(values)], values, support=(0.0, INF), **fields)


def sane(forecast, horizon):
    quantiles = forecast.quantile([0.025, 0.1, 0.5, 0.9, 0.975])
    assert quantiles.shape == (5, horizon)
    assert np.isfinite(quantiles).all()
    assert np.isfinite(forecast.mean()).all()
    assert (np.diff(quantiles, axis=0) >= 0.0).all()
    assert (quantiles[4] > quantiles[0]).all()


@each(*EVERY)
def test_a_model_keeps_what_every_model_must_in_any_unit_and_from_any_origin(model):
    assert model is BORROWED or check_model(model) == ()  # its peers are on one scale
    before = list(warnings.filters)
    forecast = model.fit(positive(FIGURES), 3)
    assert warnings.filters == before, "no warning filter is left behind"
    sane(forecast, 3)
    late = model.fit(positive(FIGURES, origin=2022), 1)
    assert_allclose(late.median(), forecast.median()[2:], rtol=1e-9)
    usual = forecast.quantile([0.1, 0.5, 0.9])
    for unit in (1e-11, 1e12):
        scaled = model.fit(positive(FIGURES * unit), 3)
        sane(scaled, 3)
        assert_allclose(scaled.quantile([0.1, 0.5, 0.9]), usual * unit, rtol=1e-3)


@each(*EVERY)
def test_errors_of_the_figures_never_narrow_the_interval_much(model):
    exact = model.fit(positive(FIGURES), 1).interval(0.8)
    rough = model.fit(positive(FIGURES, error_sd=[0.0] * 7 + [20.0]), 1).interval(0.8)
    assert (rough[1] - rough[0] > 0.95 * (exact[1] - exact[0])).all()


@each(*TRENDS, CURVE)
def test_a_model_forecasts_at_its_minimum_and_refuses_by_name_below_it(model):
    n = model.minimum_observations
    sane(model.fit(positive(FIGURES[:n]), 2), 2)
    with pytest.raises(ModelError) as refused:
        model.fit(positive(FIGURES[: n - 1], indicator="gazelles", area="beichen"), 1)
    for lang in LANGUAGES:
        sentence = refused.value.message.render(lang)
        assert registry.model_name(model.name).render(lang) in sentence
        assert "gazelles" in sentence
        assert str(n - 1) in sentence


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("value", [3.0, 200.0, 1e12])
@each(*EVERY)
def test_a_constant_series_keeps_some_uncertainty(model, value, whole):
    forecast = model.fit(positive([value] * 8, whole=whole), 2)
    sane(forecast, 2)
    if model is not BORROWED:
        assert (np.abs(forecast.median() / value - 1.0) < 0.1).all()


@pytest.mark.parametrize("whole", [False, True])
@each(*TRENDS)
def test_zeros_alone_give_a_forecast_near_zero(model, whole):
    forecast = model.fit(positive([0.0] * 8, whole=whole), 3)
    sane(forecast, 3)
    assert (forecast.quantile(0.025) == 0.0).all()
    assert (forecast.median() < 1.0).all()


@each(CURVE, BORROWED)
def test_models_of_relative_growth_refuse_a_zero(model):
    with pytest.raises(ModelError, match="only figures above 0"):
        model.fit(positive([0.0, *FIGURES[1:]]), 1)


@each(*TRENDS)
def test_negative_figures_and_ratios_are_taken(model):
    sane(model.fit(History.of(YEARS, [-5, 3, -2, 4, -1, 2, 0, -3]), 3), 3)
    ratio = History.of(YEARS, [80, 85, 90, 93, 95, 97, 98, 99.0], support=(0.0, 100.0))
    assert (model.fit(ratio, 5).quantile(0.999) <= 100.0).all()


@each(*TRENDS, event.EventHazard(), borrowed.Judgement((borrowed.Opinion("a", 2021, 1, 2, 3),)))
def test_impossible_input_is_refused_by_name(model):
    low, high = [-INF] * 7, [INF] * 7
    for history, sentence in (
        (positive(FIGURES, lower=[*low, 10.0], upper=[*high, 5.0]), "at most its upper bound 5"),
        (positive(FIGURES, upper=[*high, 150.0]), "the figure of 2020 is 190; its own bounds"),
        (positive(FIGURES, error_sd=[0.0] * 7 + [-1.0]), "standard error of 2020 is -1"),
        (positive(FIGURES, origin=2019), "it has an entry for 2020"),
        (positive([-1.0, *FIGURES[1:]]), "from 0 to inf is allowed"),
        (positive([INF, *FIGURES[1:]]), "a finite number is allowed"),
    ):
        with pytest.raises(ModelError, match=sentence):
            model.fit(history, 1)
    with pytest.raises(ModelError, match="at least 1 year ahead; found 0"):
        model.fit(positive(FIGURES), 0)


def test_ets_has_the_mean_of_statsmodels_and_its_variance_for_three_weights():
    free = History.of(range(2011, 2021), LONGER)
    z = np.array(LONGER)
    spread, rise = np.diff(z).std(), np.diff(z).mean() / np.diff(z).std()
    start = {"initial_level": -rise, "initial_trend": rise, "initialization_method": "known"}
    model = ETSModel(pd.Series((z - z[0]) / spread), trend="add", damped_trend=True, **start)
    result = model.fit(disp=False)
    forecast = Ets().fit(free, 4)
    assert_allclose(forecast.median(), z[0] + spread * result.forecast(4), rtol=1e-9)
    exact = result.get_prediction(start=10, end=13, method="exact").forecast_variance
    t90 = stats.t.ppf(0.9, 7)
    width = (forecast.quantile(0.9) - forecast.median()) / t90 / spread
    assert_allclose(width**2, np.asarray(exact) * 10 / 7, rtol=1e-6)


@each(Ets(count=5), Theta(count=5))
def test_a_gap_widens_what_has_no_kalman_filter(model):
    whole = History.of(range(2011, 2021), LONGER, support=(0, INF))
    keep = [0, 1, 2, 3, 6, 9]
    gappy = History.of(np.arange(2011, 2021)[keep], np.array(LONGER)[keep], support=(0, INF))
    narrow, wide = (model.fit(h, 2).interval(0.8) for h in (whole, gappy))
    assert (wide[1] - wide[0] > narrow[1] - narrow[0]).all()


def test_an_exact_line_goes_on_over_a_gap_and_with_the_width_that_statsmodels_lacks():
    years = np.array([2010, 2011, 2012, 2016, 2017])
    gappy = History.of(years, 100 + 10.0 * (years - 2010))
    ahead = LocalLinearTrend().fit(gappy, 3).median()
    assert_allclose(ahead, [180, 190, 200], rtol=1e-4)
    line = History.of(range(2012, 2021), 50.0 + 10 * np.arange(9))
    assert_allclose(Arima().fit(line, 2).median(), [140, 150])
    line = History.of(range(2015, 2021), [10.0, 12, 14, 16, 18, 20], support=(0, INF))
    low, high = Theta().fit(line, 3).interval(0.8)
    assert (high - low > 0.1).all()


def curve(shape):
    """The growth curve, of one shape alone."""
    return type(shape, (GrowthCurve,), {"fits": (partial(fit_curve, shape),)})()


def test_growth_curves_find_the_ceiling_of_a_curve_that_has_bent_and_else_stay_wide():
    years = np.arange(2001, 2021)
    logistic = 1000 / (1 + np.exp(-0.5 * (years - 2008)))
    gompertz = 1000 * np.exp(-np.exp(-0.4 * (years - 2006)))
    for shape, values in (("logistic", logistic), ("gompertz", gompertz)):
        bent = curve(shape).fit(History.of(years, values, support=(0, INF)), 20)
        assert abs(bent.median()[-1] - 1000) < 30
    rising = History.of(range(2014, 2021), 100 * 1.2 ** np.arange(7), support=(0, INF))
    low, high = curve("logistic").fit(rising, 5).interval(0.8)
    assert high[-1] / low[-1] > 1.3
    models = (GrowthCurve(), curve("logistic"), curve("gompertz"))
    both, one, other = (model.fit(positive(FIGURES), 2).sf(220.0) for model in models)
    assert_allclose(both, (one + other) / 2)


@each(*TRENDS)
def test_figures_too_small_to_have_digits_count_as_zero(model):
    signs = History.of(YEARS, FIGURES * 5e-324 * (-1.0) ** np.arange(8), support=(-INF, INF))
    none = History.of(YEARS, np.zeros(8), support=(-INF, INF))
    assert_allclose(model.fit(signs, 2).quantile(0.9), model.fit(none, 2).quantile(0.9))
