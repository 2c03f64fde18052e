"""Stocks and flows: counts by inversion, rates that learn, and what every stock keeps."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from bcforecast import distributions, errors
from bcforecast.models import flows, registry
from bcforecast.models.structures import structure_of
from bcforecast.observations.selection import History
from bcforecast.text import LANGUAGES, Text

NAN = float("nan")
LEVELS = np.random.default_rng(1).standard_normal(4000)


WORDS = Text(zh="试验", en="test")


def rate(family, mean, spread):
    """A rate of a name of no account."""
    made = {"id": family, "names": WORDS, "family": family, "mean": mean, "spread": spread}
    return flows.RatePrior.model_validate({**made, "basis": "assumed", "source": WORDS})


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.7, 29.0, 31.0, 200.0, 9000.0])
def test_poisson_counts_are_exact_quantiles_and_large_ones_within_one_of_them(mean):
    exact = stats.poisson.ppf(ndtr(LEVELS), mean)
    assert np.abs(flows.poisson(mean, LEVELS) - exact).max() <= (mean > 30.0)


@pytest.mark.parametrize(
    ("trials", "p"),
    [
        (0, 0.4), (7, 0.0), (7, 1.0), (12, 0.3), (40, 0.9), (25, 0.5),
        (100, 0.5), (1000, 0.65), (5000, 0.07),
    ],
)  # fmt: skip
def test_binomial_counts_are_exact_quantiles_and_large_ones_within_one_of_them(trials, p):
    exact = np.clip(stats.binom.ppf(ndtr(LEVELS), trials, p), 0.0, None)
    drawn = flows.binomial(float(trials), p, LEVELS)
    assert np.abs(drawn - exact).max() <= (trials > 40)
    assert drawn.max() <= trials


def test_counts_rise_with_their_mean_and_parts_are_made_whole_with_their_sum():
    for low, high in ((2.0, 2.4), (29.0, 31.0), (60.0, 63.0)):
        assert (flows.poisson(high, LEVELS) >= flows.poisson(low, LEVELS)).all()
    assert (flows.binomial(50.0, 0.72, LEVELS) >= flows.binomial(50.0, 0.65, LEVELS)).all()
    parts = np.array([[1 / 3, 1 / 3, 1 / 3], [2.4, 2.4, 2.2]])
    assert flows.whole_parts(parts).sum(axis=1).tolist() == [1.0, 7.0]
    assert (flows.whole_parts(parts) == np.rint(flows.whole_parts(parts))).all()


def test_rates_learn_by_conjugacy_and_stay_where_such_rates_can_lie():
    beta = rate("beta", 0.5, 10.0).after(30, 40)
    assert (beta.mean, beta.spread, beta.basis) == (0.7, 50.0, "learned")
    gamma = rate("gamma", 0.2, 2.0).after(8, 30)
    assert gamma.mean == pytest.approx(10 / 40)
    assert gamma.spread == 10.0
    assert rate("gamma", 0.2, 2.0).after(0, 0).basis == "assumed"
    assert rate("beta", 0.5, 10.0).after(50, 40).mean == pytest.approx(45 / 50)
    priors = (rate("beta", 0.9, 10.0), rate("gamma", 0.1, 2.0))
    rates = {"beta": np.array([0.9]), "gamma": np.array([0.1])}
    moves = {
        "beta": (flows.RateChange(np.array([0.3])),),
        "gamma": (flows.RateChange(np.array([-2.0]), "times"),),
    }
    moved = flows.changed(rates, moves, 0, priors=priors)
    assert (moved["beta"].tolist(), moved["gamma"].tolist()) == ([1.0], [0.0])
    with pytest.raises(KeyError):
        flows.changed(rates, {"unknown": moves["beta"]}, 0, priors=priors)
    with pytest.raises(errors.OptionError, match="a number above 0"):
        rate("beta", 0.0, 10.0)


def test_the_trend_of_entries_is_the_weighted_regression():
    years, counts = np.array([2018.0, 2019.0, 2020.0]), np.array([100.0, 120.0, 144.0])
    vague = rate("growth", 0.0, 100.0)
    mean, _ = flows.entries_trend(years, counts, last=2020, growth=vague)
    assert np.exp(mean) == pytest.approx([144.0, 1.2], rel=1e-4)
    weights = 1.0 / np.sqrt(flows.YEAR_SD**2 + 1.0 / counts)
    slope = np.polyfit(years - 2020, np.log(counts), 1, w=weights)
    assert mean[::-1] == pytest.approx(slope, rel=1e-4)


STOCKS = {
    "hightech_enterprises": "renewal",
    "innovation_platforms": "approval",
    "invention_patents_in_force": "grant",
    "eaglet_enterprises": "eaglet_entry",
}
KNOWN = {"lower": [-np.inf, -np.inf, 220, -np.inf], "error_sd": [0, 5, 0, 0]}
COUNTED = {"support": (0.0, np.inf), "whole": True}
STOCK = History.of([2015, 2018, 2019, 2020], [150, 210, NAN, 260], **KNOWN, **COUNTED)
PUSH = flows.RateChange(np.array([0.05, 0.05, 0.05]))
each_stock = pytest.mark.parametrize(
    ("model", "moved"),
    [(replace(structure_of(name), n_paths=800), moved) for name, moved in STOCKS.items()],
    ids=STOCKS,
)


@each_stock
def test_the_protocol_is_kept_and_the_seed_alone_decides(model, moved):
    assert isinstance(model, registry.Model)
    other = type(model)(declared=model.declared, seed=7, n_paths=800)
    forecast, again, moved_on = (made.fit(STOCK, 3) for made in (model, model, other))
    assert isinstance(forecast, distributions.Counting)
    assert forecast.horizon == 3
    assert np.isfinite(forecast.quantile([0.01, 0.5, 0.99])).all()
    assert (forecast.quantile(0.01) >= 0.0).all()
    paths = [one.continuous.paths.tobytes() for one in (forecast, again, moved_on)]
    assert paths[0] == paths[1] != paths[2]


@each_stock
def test_a_lever_alone_moves_a_path_and_moves_none_the_other_way_or_before_its_year(model, moved):
    made = model.prepare(STOCK, model.chance(STOCK, 3))
    plain, more = made.paths(), made.paths({moved: (PUSH,)})
    assert (more >= plain).all()
    assert (more > plain).any(axis=0).all()
    assert made.paths({}).tobytes() == plain.tobytes()
    late = made.paths({moved: (flows.RateChange(np.array([0.0, 0.0, 0.05])),)})
    assert np.array_equal(late[:, :2], plain[:, :2])


@each_stock
def test_the_response_is_one_without_changes_and_above_one_with_a_push(model, moved):
    rates = {r.id: r.draw(np.linspace(-2, 2, 50)) for r in model.declared.rates}
    assert np.array_equal(model.response(rates, 3, {}), np.ones((50, 3)))
    pushed = model.response(rates, 3, {moved: (PUSH,)})
    assert (pushed > 1.0).all()
    assert (np.diff(pushed, axis=1) > 0.0).all()


@each_stock
def test_every_rate_is_printed_with_what_it_rests_on(model, moved):
    alone = model.fit(History.of([2020], [260], **COUNTED), 1)  # one figure teaches nothing
    for record in (*model.rates(), *alone.continuous.rates()):
        assert record.low < record.value < record.high
        assert record.basis == "assumed"
        for lang in LANGUAGES:
            assert record.name.render(lang)
            assert {"en": "assumed", "zh": "假定"}[lang] in record.source.render(lang)


@each_stock
def test_what_cannot_be_forecast_is_refused_in_words(model, moved):
    names = {"indicator": "things", "area": "somewhere"}
    with pytest.raises(errors.ModelError, match="things of somewhere"):
        model.fit(History.of([2020], [NAN], lower=[100], **names), 1)
    with pytest.raises(errors.ModelError, match="things"):
        model.fit(History.of([2020], [np.inf], **names), 1)
    with pytest.raises(errors.ModelError):
        model.fit(STOCK, 0)


@each_stock
def test_a_bound_moves_the_forecast_its_way(model, moved):
    plain = History.of([2015, 2018], [150, 180], origin=2020)
    bound = History.of([2015, 2018, 2020], [150, 180, NAN], lower=[-np.inf, -np.inf, 260])
    most = History.of([2015, 2018, 2020], [150, 180, NAN], upper=[np.inf, np.inf, 150])
    low, middle, high = (model.fit(one, 1).median()[0] for one in (most, plain, bound))
    assert low < middle < high


def test_a_history_that_no_draw_predicts_still_gives_a_forecast_near_its_last_figure():
    model = replace(structure_of("hightech_enterprises"), n_paths=2000)
    wild = History.of([2018, 2019, 2020], [10, 4000, 12], whole=True)
    forecast = model.fit(wild, 1)
    assert 2 <= forecast.median()[0] <= 60
    assert all(one.low < one.value < one.high for one in forecast.continuous.rates())
