import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bcforecast.distributions import StudentTMixture, Transform
from bcforecast.errors import ModelError
from bcforecast.models.share import (
    LEARNED,
    Share,
    SharePrior,
    learned,
    prior_from_sizes,
    prior_of_factor,
)
from bcforecast.models.trend import Trend
from bcforecast.observations.selection import History

INF, NAN = float("inf"), float("nan")
SIZED = prior_from_sizes([(530, 9000)], sd=0.35)
CITY = History.of(range(2016, 2022), [3000, 4000, 5000, 6000, 7500, 9000], support=(0, INF))


PRIOR = SharePrior(float(np.log(0.05 / 0.95)), 1e-6)
"""A share of 5 %, as good as known."""


def certain(*values):
    return StudentTMixture(
        np.log([list(values)]), np.full((1, len(values)), 1e-9), transform=Transform("log")
    )


def own(years, values, **fields):
    return History.of(years, values, support=(0, INF), **fields)


def empty(origin=2021, **fields):
    return History.of([], [], support=(0.0, INF), origin=origin, **fields)


def test_in_the_deterministic_limit_it_is_the_parent_or_its_known_figure_times_the_share():
    model = Share(CITY, certain(10000, 12000), PRIOR, innovation_sd=1e-6)
    assert_allclose(model.fit(empty(), 2).median(), [500, 600], rtol=1e-4)
    factor = Share(CITY, certain(3.5), SharePrior(np.log(0.8), 1e-6, kind="factor"), 1e-6)
    assert_allclose(factor.fit(empty(), 1).median(), [2.8], rtol=1e-4)
    model = Share(CITY, certain(20000), PRIOR, innovation_sd=1e-6)
    medians = model.fit(empty(origin=2019), 3).median()
    assert_allclose(medians, [375, 450, 1000], rtol=1e-4)


def test_a_known_parent_leaves_the_logit_normal_and_the_mean_is_that_of_a_simulation():
    prior = SharePrior(-2.0, 0.35, year=2022)
    forecast = Share(CITY, certain(10000), prior).fit(empty(), 1)
    expected = 10000 / (1 + np.exp(2.0 - 0.35 * np.array([-1.2815515655, 0, 1.2815515655])))
    assert_allclose(forecast.quantile([0.1, 0.5, 0.9])[:, 0], expected, rtol=1e-5)
    model = Share(CITY, Trend().fit(CITY, 1), SIZED)
    forecast = model.fit(empty(), 1)
    draws = forecast.ppf(np.random.default_rng(1).uniform(size=(20000, 1)))
    assert abs(draws.mean() - forecast.mean()[0]) < 0.03 * draws.mean()


def test_figures_of_the_district_update_the_share_as_a_kalman_filter_by_hand():
    model = Share(CITY, certain(10000), SharePrior(-3.0, 0.5, year=2021), innovation_sd=0.2)
    share, error = 1 / (1 + np.exp(2.6)), 0.5 * 9000 * (1 / (1 + np.exp(2.6))) ** 2 * np.exp(2.6)
    for error_sd, logit, sd in ((0.0, 2.6, 0.2), (error, 2.8, np.sqrt(0.125 + 0.04))):
        forecast = model.fit(own([2021], [9000 * share], error_sd=[error_sd]), 1)
        expected = 10000 / (1 + np.exp(logit - sd * np.array([0.0, 1.2815515655])))
        assert_allclose(forecast.quantile([0.5, 0.9])[:, 0], expected, rtol=1e-4)


def test_figures_of_the_district_narrow_its_interval():
    model = Share(CITY, Trend().fit(CITY, 1), SIZED, 0.1)
    three = own([2019, 2020, 2021], [330, 400, 480])
    widths = [np.diff(model.fit(h, 1).interval(0.8), axis=0)[0, 0] for h in (empty(), three)]
    assert widths[1] < 0.7 * widths[0]
    model = Share(CITY, certain(10000), SIZED)
    bounds = [own([2021], [NAN], lower=[low]) for low in (300, 450, 600, 700)]
    assert (np.diff([model.fit(bound, 1).median()[0] for bound in bounds]) > 0).all()
    forecast = Share(CITY, certain(10000), SIZED, 0.1).fit(own([2021], [0.0], whole=True), 1)
    assert np.isfinite(forecast.quantile([0.1, 0.9])).all()
    assert forecast.median()[0] < 530


def test_a_bound_or_gap_of_the_parent_leaves_it_uncertain():
    years, lower = [2016, 2017, 2019, 2021], [-INF] * 3 + [9000]
    bound = own(years, [3000, 4000, 6000, NAN], lower=lower)
    forecast = Share(bound, certain(20000), PRIOR, innovation_sd=1e-6).fit(empty(origin=2017), 4)
    low, high = forecast.interval(0.8)
    assert high[0] - low[0] > 1.0
    assert high[1] - low[1] < 0.1
    assert low[3] >= 0.999 * 9000 * 0.05


def test_a_lower_bound_of_the_district_moves_it_up():
    model = Share(CITY, certain(10000), SIZED)
    medians = [
        model.fit(History.of([2021], [NAN], lower=[low], support=(0, INF)), 1).median()[0]
        for low in (300, 450, 600, 700)
    ]
    assert (np.diff(medians) > 0).all()


def test_the_mean_is_that_of_a_simulation():
    model = Share(CITY, Trend().fit(CITY, 1), SIZED)
    forecast = model.fit(empty(), 1)
    draws = forecast.ppf(np.random.default_rng(1).uniform(size=(20000, 1)))
    assert abs(draws.mean() - forecast.mean()[0]) < 0.03 * draws.mean()


def test_what_cannot_be_a_share_is_refused_by_name():
    model = Share(CITY, certain(10000), SIZED)
    with pytest.raises(ModelError, match="2021 is 9500 against the parent's 9000"):
        model.fit(History.of([2021], [9500.0], support=(0, INF)), 1)
    with pytest.raises(ModelError, match="up to 2023; it ends in 2022"):
        model.fit(empty(), 2)
    with pytest.raises(ModelError, match="needs figures above 0 of the parent"):
        Share(empty(), certain(1.0), SIZED).fit(empty(), 1)
    for sizes in ([(9000, 530)], [(530, 9000), (0, 10)], [(1, 0)], []):
        with pytest.raises(ModelError, match="sizes above 0, each smaller than the parent's"):
            prior_from_sizes(sizes)
    with pytest.raises(ModelError, match="standard deviation above 0"):
        SharePrior(0.0, 0.0)


def test_a_count_of_zero_is_taken_as_less_than_one():
    model = Share(CITY, certain(10000), SIZED, 0.1)
    zero = History.of([2021], [0.0], support=(0, INF), whole=True)
    forecast = model.fit(zero, 1)
    assert np.isfinite(forecast.quantile([0.1, 0.9])).all()
    assert forecast.median()[0] < 530


def test_sizes_give_the_mean_of_their_logits_and_the_learned_spread():
    one, two = prior_from_sizes([(5, 100)]), prior_from_sizes([(5, 100), (2, 10)], year=2022)
    assert one.median == pytest.approx(0.05)
    assert two.location == pytest.approx((np.log(5 / 95) + np.log(2 / 8)) / 2)
    assert (one.sd, one.year, two.year) == (learned().size_sd, None, 2022)
    assert prior_from_sizes([(5e4, 1e6)]) == one


def test_a_factor_is_about_one():
    prior = prior_of_factor(year=2022)
    assert (prior.median, prior.kind, prior.year) == (1.0, "factor", 2022)
    known = Share(CITY, certain(3.5), prior, 0.1).fit(empty(), 1)
    high = 3.5 * np.exp(1.2815515655 * learned().factor_sd)
    np.testing.assert_allclose(known.quantile([0.5, 0.9])[:, 0], [3.5, high], rtol=1e-4)


def test_shares_and_factors_wander_as_learned_unless_told():
    for kind, innovation in (("share", "innovation_sd"), ("factor", "factor_innovation_sd")):
        prior, told = SharePrior(-1.0, 0.5, kind=kind), getattr(learned(), innovation)
        own = Share(CITY, certain(9000, 9000), prior).fit(empty(), 2)
        same = Share(CITY, certain(9000, 9000), prior, told).fit(empty(), 2)
        np.testing.assert_array_equal(own.quantile([0.1, 0.9]), same.quantile([0.1, 0.9]))


def test_the_shipped_spreads_say_what_they_were_learned_from():
    record = json.loads(LEARNED.read_text(encoding="utf-8"))
    assert tuple(record[name] for name in record["recipes"]) == tuple(
        getattr(learned(), name) for name in record["recipes"]
    )
    assert set(record["recipes"]) == set(learned()._fields)
    assert record["provinces"] == 31
    assert set(record["sources"]) == set(record["sha256"])
    assert all(len(digest) == 64 for digest in record["sha256"].values())
