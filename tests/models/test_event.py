import numpy as np
import pytest
from numpy.testing import assert_allclose

from bcforecast.models import event
from bcforecast.models.event import EventHazard
from bcforecast.observations.selection import History

INF, NAN = float("inf"), float("nan")
NONE = History.of([], [], support=(0.0, INF), whole=True, origin=2021)
JEFFREYS = EventHazard()


def counted(years, values, **more):
    return History.of(years, values, support=(0.0, INF), whole=True, **more)


def test_four_of_one_list_are_one_round_worked_by_hand():
    forecast = JEFFREYS.fit(counted([2019, 2020, 2021], [0, 0, 4]), 2)
    # One round in two years: Beta(1.5, 1.5). Of four things one was the last: Beta(2, 4).
    none = [1 / 2, 1 / 2 * 2.5 / 4]
    assert_allclose(forecast.at_least(1), [1 - p for p in none])
    # A round brings one with E(q) = 2 / 6, two with E(q (1 - q)) = 2 x 4 / (6 x 7).
    assert_allclose(forecast.probabilities[0, 1], 1 / 2 * 2 / 6)
    assert_allclose(forecast.probabilities[0, 2], 1 / 2 * 2 * 4 / (6 * 7))
    # Two in two years: one round of two, or two of one, E(q^2) = 2 x 3 / (6 x 7).
    once, twice = 2 * 1.5 * 1.5 / (3 * 4), 1.5 * 2.5 / (3 * 4)
    assert_allclose(forecast.probabilities[1, 2], once * 2 * 4 / (6 * 7) + twice * 2 * 3 / (6 * 7))
    assert_allclose(forecast.probabilities.sum(axis=1), 1.0)


def test_more_than_ten_may_come_and_a_target_of_a_million_costs_no_more_rows_than_years():
    four = counted([2019, 2020, 2021], [0, 0, 4])
    # In 200,000 drawn rounds and sizes nine in ten of three years bring 16 or fewer.
    assert JEFFREYS.fit(four, 3).quantile(0.9)[2] == 16
    wide = EventHazard(largest=1_000_000).fit(four, 3)
    assert_allclose(wide.at_least(5), JEFFREYS.fit(four, 3).at_least(5))


def test_a_rise_over_two_years_may_have_come_in_one_round_or_two():
    two_years = counted([2019, 2021], [0, 4])
    # k = 1: C(2,1) C(3,0) B(1.5,1.5) B(2,4) = 2 (pi/8) / 20; k = 2: C(2,2) C(3,1) B(2.5,.5) B(3,3)
    # = 3 (3 pi/8) / 30: as 1 to 3. A third year brings a round with 1.5/3 and 2.5/3.
    assert_allclose(JEFFREYS.fit(two_years, 1).at_least(1), [0.25 * 1.5 / 3 + 0.75 * 2.5 / 3])
    assert_allclose(JEFFREYS.learned(two_years).prior_rounds, 0.5 + 1.75)


def test_the_numbers_are_those_of_rounds_and_sizes_drawn():
    rng, n = np.random.default_rng(0), 200_000
    chance, last = rng.beta(2.0, 1.0, n), rng.beta(2.0, 4.0, n)
    rounds = rng.binomial(3, chance)
    drawn = rounds + rng.negative_binomial(np.maximum(rounds, 1), last) * (rounds > 0)
    told = EventHazard(prior_rounds=2.0, prior_years=3.0, prior_sizes=(2.0, 4.0), largest=6)
    shares = np.bincount(np.minimum(drawn, 6)) / n
    assert_allclose(told.fit(NONE, 3).probabilities[2], shares, atol=0.005)
    # A part into which one in five falls is reached by a round if one of its things falls there.
    sizes = rng.geometric(last)
    reached = np.mean(1.0 - 0.8**sizes)
    assert told.of_part(0.2).rate / told.rate == pytest.approx(reached, rel=0.005)
    # Of rounds that end after each thing with 1/2, halved: after each that is left with 2/3.
    last, more = EventHazard(prior_sizes=(1e6, 1e6)).of_part(0.5).prior_sizes
    assert (last, more) == pytest.approx((4e6 / 3.0, 2e6 / 3.0))
    assert JEFFREYS.fit(NONE, 1).probabilities.shape == (1, 51), "0 to 49, and 50 or more"


def test_a_milestone_multiplies_the_odds_of_a_first_one_alone():
    plain = EventHazard().fit(NONE, 2)
    reached = EventHazard(likelihood_ratios=(2.0, 1.5)).fit(NONE, 2)
    p, q = plain.at_least(1), reached.at_least(1)
    assert_allclose(q / (1 - q), 3.0 * p / (1 - p))
    assert_allclose(reached.at_least(2) / q, plain.at_least(2) / p)


def test_years_without_an_event_lower_the_chance_and_those_to_come_raise_it():
    rare, years = EventHazard(prior_years=5.0), [2015, 2018, 2021]
    empty, two = counted(years, [0, 0, 0]), counted(years, [0, 1, 2])
    chances = [float(rare.fit(h, 1).at_least(1)[0]) for h in (empty, NONE, two)]
    assert chances == sorted(chances)
    # Half a round in five years, and none in six more; two single ones are two rounds.
    assert_allclose(chances, [0.5 / 11, 0.5 / 5, 2.5 / 11])
    bound = counted([2020, 2021], [0, NAN], lower=[-INF, 2.0])
    assert_allclose(rare.fit(bound, 1).at_least(1), [1.5 / 6])
    late, early = counted([2020], [0], origin=2022), counted([2020], [0])
    assert rare.fit(late, 1).at_least(1) == rare.fit(early, 3).at_least(1)[2]


def test_classes_of_many_numbers_hold_what_each_number_holds(monkeypatch):
    history = counted([2021, 2022, 2023], [1200, 2100, 3400])
    coarse = EventHazard(largest=10_000).fit(history, 2).plus(3400)
    monkeypatch.setattr(event, "EACH", 10_000)
    fine = EventHazard(largest=10_000).fit(history, 2).plus(3400)
    assert fine.probabilities.shape[1] > 10 * coarse.probabilities.shape[1]
    for number in (3400, 3401, 3900, 3901, 4177, 9999, 13_400, 13_401):
        assert_allclose(coarse.at_least(number), fine.at_least(number), atol=1e-5)
    levels = np.array([[0.2], [0.5], [0.9], [0.97]])
    assert_allclose(coarse.quantile(levels[:, 0]), fine.quantile(levels[:, 0]), rtol=1e-3)
    assert_allclose(coarse.mean(), fine.mean(), rtol=1e-4)


def test_a_million_millions_take_as_many_classes_as_a_few_thousand_numbers():
    forecast = EventHazard(largest=10**12).fit(counted([2022, 2023], [10**8, 3 * 10**8]), 3)
    assert forecast.probabilities.shape[1] < 3000
    assert 0.0 < float(forecast.at_least(10**11)[2]) < float(forecast.at_least(10**6)[2]) < 1.0
