import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from bcforecast.errors import ModelError
from bcforecast.models.event import EventHazard, gamma_poisson
from bcforecast.observations.selection import History

INF, NAN = float("inf"), float("nan")
NONE = History.of([], [], support=(0.0, INF), whole=True, origin=2021)


def test_it_is_the_negative_binomial_whose_odds_a_milestone_multiplies():
    forecast = EventHazard(prior_events=0.7, prior_years=4.0).fit(NONE, 3)
    for h in (1, 2, 3):
        expected = stats.nbinom.pmf(np.arange(10), 0.7, 4.0 / (4.0 + h))
        assert_allclose(forecast.probabilities[h - 1, :10], expected, rtol=1e-10)
    assert_allclose(forecast.probabilities.sum(axis=1), 1.0)
    tail = gamma_poisson(2.0, 1.0, np.array([5.0]), 3)[0, 3]
    assert_allclose(tail, stats.nbinom.sf(2, 2.0, 1.0 / 6.0))
    plain = EventHazard().fit(NONE, 2)
    reached = EventHazard(likelihood_ratios=(2.0, 1.5)).fit(NONE, 2)
    p, q = plain.at_least(1), reached.at_least(1)
    assert_allclose(q / (1 - q), 3.0 * p / (1 - p))
    assert_allclose(reached.at_least(2) / q, plain.at_least(2) / p)


def test_years_without_an_event_lower_the_chance_and_those_to_come_raise_it():
    years = [2015, 2018, 2021]
    empty = History.of(years, [0, 0, 0], support=(0, INF), whole=True)
    two = History.of(years, [0, 1, 2], support=(0, INF), whole=True)
    model = EventHazard()
    chances = [float(model.fit(h, 1).at_least(1)[0]) for h in (empty, NONE, two)]
    assert chances == sorted(chances)
    assert_allclose(chances[0], 1 - (11.0 / 12.0) ** 0.5)
    assert_allclose(chances[2], 1 - (11.0 / 12.0) ** 2.5)
    bound = History.of([2019, 2021], [0, NAN], lower=[-INF, 2.0], support=(0, INF), whole=True)
    proved = model.fit(bound, 1).at_least(1)
    assert_allclose(proved, 1 - (7.0 / 8.0) ** 2.5)
    late = History.of([2020], [0], support=(0, INF), whole=True, origin=2022)
    early = History.of([2020], [0], support=(0, INF), whole=True)
    assert EventHazard().fit(late, 1).at_least(1) == EventHazard().fit(early, 3).at_least(1)[2]


@pytest.mark.parametrize(
    "wrong",
    [{"prior_events": 0.0}, {"prior_years": -1.0}, {"likelihood_ratios": (0.0,)}, {"largest": 0}],
)
def test_settings_out_of_range_are_refused_by_name(wrong):
    with pytest.raises(ModelError, match=next(iter(wrong))):
        EventHazard(**wrong).fit(NONE, 1)


def test_the_rate_may_be_learned_from_the_years_watched_alone():
    jeffreys = EventHazard(prior_events=0.5, prior_years=0.0)
    watched = History.of([2019, 2021], [0, 4], support=(0.0, float("inf")), whole=True)
    np.testing.assert_allclose(jeffreys.fit(watched, 1).at_least(1), [1 - (2 / 3) ** 4.5])
    once = History.of([2021], [4], support=(0.0, float("inf")), whole=True)
    with pytest.raises(ModelError, match="prior_years"):
        jeffreys.fit(once, 1)
