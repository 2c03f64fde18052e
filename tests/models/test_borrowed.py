"""Borrowed forecasts: a share of the parent's, growth like its peers', what officials expect."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import expit, logit

from bcforecast.distributions import StudentTMixture, Transform
from bcforecast.errors import ModelError
from bcforecast.models import borrowed
from bcforecast.models.base import completions, floor_sd
from bcforecast.models.borrowed import BorrowedGrowth, Judgement, Share, SharePrior, learned
from bcforecast.models.trend import Trend
from bcforecast.observations.selection import History

INF, NAN = float("inf"), float("nan")
SIZED = replace(borrowed.prior_from_sizes([(530, 9000)]), sd=0.35)
CITY = History.of(range(2016, 2022), [3000, 4000, 5000, 6000, 7500, 9000], support=(0, INF))


PRIOR = SharePrior(float(np.log(0.05 / 0.95)), 1e-6)
"""A share of 5 %, as good as known."""


def certain(*values):
    return StudentTMixture(
        np.log([list(values)]), np.full((1, len(values)), 1e-9), transform=Transform("log")
    )


def own(years, values, **fields):
    return History.of(years, values, support=(0, INF), **fields)


def empty(origin=2021, support=(0.0, INF), **fields):
    return History.of([], [], support=support, origin=origin, **fields)


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
    assert_allclose([forecast.sf(x)[0] for x in expected], [0.9, 0.5, 0.1], atol=1e-6)
    # One in 10^15 too; and the mean of the logit-normal, by its quantiles.
    assert_allclose(forecast.ppf(1e-15), 10000 * expit(-2 + 0.35 * stats.norm.ppf(1e-15)))
    z = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert_allclose(forecast.mean(), 10000 * expit(-2 + 0.35 * z).mean(), rtol=1e-4)
    model = Share(CITY, Trend().fit(CITY, 1), SIZED)
    for support in ((0.0, INF), (-INF, INF)):
        forecast = model.fit(empty(support=support), 1)
        draws = forecast.ppf(np.random.default_rng(1).uniform(size=(2000, 1)))
        assert abs(draws.mean() - forecast.mean()[0]) < 0.03 * draws.mean()


def test_figures_of_the_district_update_the_share_as_a_kalman_filter_by_hand():
    model = Share(CITY, certain(10000), SharePrior(-3.0, 0.5, year=2021), innovation_sd=0.2)
    share, error = 1 / (1 + np.exp(2.6)), 0.5 * 9000 * (1 / (1 + np.exp(2.6))) ** 2 * np.exp(2.6)
    for error_sd, odds, sd in ((0.0, 2.6, 0.2), (error, 2.8, np.sqrt(0.125 + 0.04))):
        forecast = model.fit(own([2021], [9000 * share], error_sd=[error_sd]), 1)
        expected = 10000 / (1 + np.exp(odds - sd * np.array([0.0, 1.2815515655])))
        assert_allclose(forecast.quantile([0.5, 0.9])[:, 0], expected, rtol=1e-4)
    # A parent whose year is known to a log error of s tells the log odds to s / (1 - share).
    spread = 0.5 * (1 - share)
    parent = own(CITY.times[:-1], CITY.values[:-1])
    whole = replace(certain(9000, 10000), scale=np.array([[spread, 1e-9]]))
    forecast = replace(model, parent=parent, parent_forecast=whole).fit(
        own([2021], [9000 * share]), 1
    )
    expected = 10000 / (1 + np.exp(2.8 - np.sqrt(0.165) * np.array([0.0, 1.2815515655])))
    assert_allclose(forecast.quantile([0.5, 0.9])[:, 0], expected, rtol=1e-3)


def test_figures_of_the_district_narrow_its_interval():
    model = Share(CITY, Trend().fit(CITY, 1), SIZED, 0.1)
    three = own([2019, 2020, 2021], [330, 400, 480])
    widths = [np.diff(model.fit(h, 1).interval(0.8), axis=0)[0, 0] for h in (empty(), three)]
    assert widths[1] < 0.7 * widths[0]
    model = Share(CITY, certain(10000), SIZED)
    one = Share(CITY, certain(10000), SharePrior(-3.0, 0.5, year=2021), innovation_sd=0.2)
    found = one.fit(own([2021], [NAN], lower=[450]), 1).quantile([0.1, 0.5, 0.9])[:, 0]
    assert_allclose(found, [395.6925233347691, 505.5208935429549, 643.789837793866])  # as it was
    bounds = [own([2021], [NAN], lower=[low]) for low in (300, 450, 600, 700)]
    assert (np.diff([model.fit(bound, 1).median()[0] for bound in bounds]) > 0).all()
    forecast = Share(CITY, certain(10000), SIZED, 0.1).fit(own([2021], [0.0], whole=True), 1)
    assert np.isfinite(forecast.quantile([0.1, 0.9])).all()
    assert forecast.median()[0] < 530


def test_two_bounds_of_the_district_are_weighed_as_rejection_says():
    model = Share(CITY, certain(10000), SharePrior(-3.0, 0.5, year=2019), innovation_sd=0.3)
    bounds = own([2020, 2021], [NAN, NAN], lower=[512, -INF], upper=[INF, 412])
    rng, floor, ceiling = np.random.default_rng(0), *logit([512 / 7500, 412 / 9000])
    walks = -3.0 + np.hypot(0.5, 0.3) * rng.standard_normal(2_000_000)
    walks = walks[walks > floor]
    walks = walks + 0.3 * rng.standard_normal(walks.size)
    walks = walks[walks < ceiling]
    expected = 10000 * expit(np.quantile(walks + 0.3 * rng.standard_normal(walks.size), [0.5, 0.9]))
    found = model.fit(bounds, 1).quantile([0.5, 0.9])[:, 0]
    assert_allclose(found, expected, rtol=0.015)


def test_a_bound_or_gap_of_the_parent_leaves_it_uncertain():
    years, lower = [2016, 2017, 2019, 2021], [-INF] * 3 + [9000]
    bound = own(years, [3000, 4000, 6000, NAN], lower=lower)
    forecast = Share(bound, certain(20000), PRIOR, innovation_sd=1e-6).fit(empty(origin=2017), 4)
    low, high = forecast.interval(0.8)
    assert high[0] - low[0] > 1.0
    assert high[1] - low[1] < 0.1
    assert low[3] >= 0.999 * 9000 * 0.05
    alone = Share(bound, certain(20000), PRIOR, innovation_sd=1e-6).fit(empty(origin=2020), 1)
    shares = 0.05 * np.quantile([one.values[3] for one in completions(bound)], [0.2, 0.5, 0.8])
    assert_allclose(alone.median(), shares[1], rtol=1e-6)
    assert_allclose(alone.quantile([0.2, 0.8])[:, 0], shares[[0, 2]], rtol=2e-3)


def test_a_share_is_refused_beyond_the_forecast_of_its_parent():
    with pytest.raises(ModelError, match="up to 2023; it ends in 2022"):
        Share(CITY, certain(10000), SIZED).fit(empty(), 2)


def test_sizes_give_the_mean_of_their_logits_and_the_learned_spread():
    one, two = (
        borrowed.prior_from_sizes([(5, 100)]),
        borrowed.prior_from_sizes([(5, 100), (2, 10)], year=2022),
    )
    assert one.median == pytest.approx(0.05)
    assert two.location == pytest.approx((np.log(5 / 95) + np.log(2 / 8)) / 2)
    assert (one.sd, one.year, two.year) == (learned().size_sd, None, 2022)
    assert borrowed.prior_from_sizes([(5e4, 1e6)]) == one


def test_a_factor_is_about_one():
    prior = SharePrior(0.0, learned().factor_sd, kind="factor", year=2022)
    known = Share(CITY, certain(3.5), prior, 0.1).fit(empty(), 1)
    high = 3.5 * np.exp(1.2815515655 * learned().factor_sd)
    np.testing.assert_allclose(known.quantile([0.5, 0.9])[:, 0], [3.5, high], rtol=1e-4)
    np.testing.assert_allclose(known.mean(), 3.5 * np.exp(0.5 * prior.sd**2), rtol=1e-3)


def test_shares_and_factors_wander_as_learned_unless_told():
    for kind, innovation in (("share", "innovation_sd"), ("factor", "factor_innovation_sd")):
        prior, told = SharePrior(-1.0, 0.5, kind=kind), getattr(learned(), innovation)
        own = Share(CITY, certain(9000, 9000), prior).fit(empty(), 2)
        same = Share(CITY, certain(9000, 9000), prior, told).fit(empty(), 2)
        np.testing.assert_array_equal(own.quantile([0.1, 0.9]), same.quantile([0.1, 0.9]))


def test_the_shipped_spreads_say_what_they_were_learned_from():
    record = json.loads(borrowed.LEARNED.read_text(encoding="utf-8"))
    assert tuple(record[name] for name in record["recipes"]) == tuple(
        getattr(learned(), name) for name in record["recipes"]
    )
    assert set(record["recipes"]) == set(learned()._fields)
    assert record["provinces"] == 31
    assert set(record["sources"]) == set(record["sha256"])
    assert all(len(digest) == 64 for digest in record["sha256"].values())


def peer(growth, noise=0.0, seed=0, n=8):
    steps = np.random.default_rng(seed).normal(0, noise, n)
    return History.of(
        range(2013, 2013 + n), np.exp(np.cumsum(np.log(growth) + steps)), support=(0, INF)
    )


PEERS = (peer(1.05), peer(1.10), peer(1.15))
ONE = History.of([2020], [50.0], support=(0, INF))


def test_growth_is_the_mean_of_the_peers_and_two_own_figures_pull_it():
    mean = np.log([1.05, 1.10, 1.15]).mean()
    assert_allclose(
        BorrowedGrowth(PEERS).fit(ONE, 2).median(), 50 * np.exp(mean * np.array([1, 2])), rtol=1e-6
    )
    two = History.of([2018, 2020], [50.0, 50.0], support=(0, INF))
    assert BorrowedGrowth(PEERS).fit(two, 1).median() < BorrowedGrowth(PEERS).fit(ONE, 1).median()


def test_the_spread_between_peers_is_that_of_dersimonian_and_laird_by_hand():
    # Log growth of 0.1, 0.2 and 0.5 a year, each year 0.1 off: s2 = 6 * 0.01 / 3, and every peer
    # weighs 2 / 0.02 = 100. Q = 100 * 0.26 / 3, so tau2 = (Q - 2) / (300 - 30000 / 300).
    rises = ((0.0, 0.2), (0.1, 0.3), (0.4, 0.6))
    found = borrowed.peer_growth(
        tuple(own(range(2018, 2021), np.exp([0, a, a + b])) for a, b in rises)
    )
    tau2 = (26 / 3 - 2) / 200
    expected = (0.8 / 3, (tau2 + 0.01) / 3, tau2, 0.02)
    assert_allclose((found.mean, found.mean_var, found.between_var, found.within_var), expected)
    # Own growth of 0.3 in two years, whose variance is 0.02 / 2, beside N(mean, tau2 + its own).
    peers = tuple(own(range(2018, 2021), np.exp([0, a, a + b])) for a, b in rises)
    precision = 1 / (tau2 + (tau2 + 0.01) / 3) + 2 / 0.02
    mean = (0.8 / 3 / (tau2 + (tau2 + 0.01) / 3) + 0.3 / 0.02) / precision
    forecast = BorrowedGrowth(peers).fit(own([2018, 2020], [50, 50 * np.exp(0.3)]), 2)
    h = np.array([1.0, 2.0])
    assert_allclose(forecast.median(), 50 * np.exp(0.3 + h * mean))
    sd = np.sqrt(0.02 * h + h**2 / precision)
    upper = 50 * np.exp(0.3 + h * mean + stats.t.ppf(0.9, 2) * sd)
    assert_allclose(forecast.quantile(0.9), upper)


def test_growth_over_years_without_a_figure_varies_by_its_years():
    # Log growth of 0.1, 0.2 and 0.5 a year, over two years 0.1 more and over one 0.1 less.
    rises = [(2 * mean + 0.1, mean - 0.1) for mean in (0.1, 0.2, 0.5)]
    peers = tuple(own([2018, 2020, 2021], np.exp([0, a, a + b])) for a, b in rises)
    assert borrowed.peer_growth(peers).within_var == pytest.approx(0.1**2 / 2 + 0.1**2)


def test_peers_that_never_waver_vary_by_the_mean_of_their_floors_in_any_order():
    doubling = [own(range(2018, 2021), [n, 2 * n, 4 * n], whole=True) for n in (1, 10, 1000)]
    floors = [floor_sd(peer, Transform("log")) ** 2 for peer in doubling]
    assert min(floors) < 0.1 * max(floors)
    for peers in itertools.permutations(doubling):
        assert borrowed.peer_growth(peers).within_var == pytest.approx(np.mean(floors))


def test_figures_above_zero_without_a_stated_support_stay_there():
    rough = History.of([2019, 2020], [50.0, 1.0], error_sd=[0.0, 5.0])
    assert BorrowedGrowth(PEERS).fit(rough, 1).sf(0.0) == [1.0]


BUREAU = borrowed.Opinion("science bureau", 2022, 480.0, 520.0, 600.0)
ZONE = borrowed.Opinion("development zone", 2022, 500.0, 560.0, 580.0)


@pytest.mark.parametrize("support", [(0.0, INF), (-INF, INF), (0.0, 1000.0), (480.0, INF)])
def test_the_three_quantiles_come_back_in_their_year(support):
    forecast = Judgement((BUREAU,)).fit(empty(2020, support=support), 3)
    assert_allclose(forecast.quantile([0.1, 0.5, 0.9])[:, 1], [480, 520, 600], rtol=1e-9)
    assert_allclose(forecast.cdf(600.0)[1], 0.9)
    assert_allclose(forecast.sf(480.0)[1], 0.9)


def test_an_opinion_may_reach_to_the_end_of_what_is_possible():
    forecast = Judgement((BUREAU,)).fit(empty(2020, support=(0.0, 600.0)), 2)
    assert_allclose(forecast.quantile([0.1, 0.5, 0.9])[:, 1], [480, 520, 600])


def test_opinions_are_pooled_and_reached_from_the_last_figure():
    one, two = (Judgement((o,)).fit(empty(2020), 2) for o in (BUREAU, ZONE))
    both = Judgement((BUREAU, ZONE)).fit(empty(2020), 2)
    assert_allclose(both.cdf(530.0), (one.cdf(530.0) + two.cdf(530.0)) / 2)
    history = History.of([2019, 2020], [100.0, 400.0], support=(0.0, INF))
    median = Judgement((BUREAU,)).fit(history, 3).median()
    assert_allclose(median, [np.sqrt(400 * 520), 520, 520])
    older = History.of([2018], [400.0], support=(0.0, INF), origin=2020)  # a quarter a year
    assert_allclose(Judgement((BUREAU,)).fit(older, 1).median(), [400**0.25 * 520**0.75])
    low, high = Judgement((BUREAU,)).fit(empty(2020), 4).interval(0.8)
    assert (np.diff(high - low) > 0).all(), "width grows with time"
    assert Judgement((BUREAU,)).fit(empty(2020, whole=True), 2).quantile(0.37)[0] % 1 == 0


NOUGHT = own([2020, 2021], [0.0, 9000.0])


@pytest.mark.parametrize(
    ("model", "history", "said"),
    [
        (Share(CITY, certain(10000), SIZED), own([2021], [9500.0]), "2021 is 9500 against the p"),
        (Share(empty(), certain(1.0), SIZED), empty(), "needs figures above 0 of the parent"),
        (Share(NOUGHT, certain(1.0), SIZED), empty(), "needs figures above 0 of the parent"),
        (BorrowedGrowth(PEERS), History.of([2019, 2020], [0.0, 5.0]), "only figures above 0"),
        (BorrowedGrowth(PEERS), empty(), "at least 1"),
        (BorrowedGrowth((*PEERS[:2], peer(1.1, n=2))), ONE, "at least 3 peers with 3 .*found 2"),
        (Judgement((borrowed.Opinion("a", 2022, -1, 4, 6),)), empty(2020), "from 0 to inf"),
    ],
)
def test_what_no_model_can_use_is_refused_by_name(model, history, said):
    with pytest.raises(ModelError, match=said):
        model.fit(history, 1)
