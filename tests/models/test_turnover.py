"""Turnover as count times mean value: closed form and what the split is for."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.models.flows import Change
from bcforecast.models.structures import Turnover
from bcforecast.observations.selection import History
from tests.models.structural_cases import expected, fixed, prepared

CITY = History.of(
    range(2011, 2022),
    [169.4, 232.3, 276.2, 388.6, 503.4, 552.6, 551.4, 685.6, 909.3, 1089.6, 1256.8],
)


def test_a_year_solved_by_hand() -> None:
    # 50 * 1.1 * 1.04
    rates = fixed(1, contract_growth=0.10, mean_value_growth=0.04)
    after = expected(Turnover(), [np.log(50.0), 0.0, 0.1, 0.1, 0.0], rates, years=1)
    assert after == pytest.approx(57.2)


def test_paths_agree_with_contracts_and_values_simulated_apart() -> None:
    rng = np.random.default_rng(5)
    covariance = np.array([[0.04, -0.006], [-0.006, 0.0225]])
    steps = rng.multivariate_normal([0.06, 0.08], covariance, size=(20_000, 3)).sum(axis=1)
    slow = 400 * np.exp(steps[:, 0]) * 0.1 * np.exp(steps[:, 1])
    rates = fixed(20_000, contract_growth=np.expm1(0.06), mean_value_growth=np.expm1(0.08))
    state = [np.log(40.0), 0.0, 0.2, 0.15, -0.2]
    fast = prepared(Turnover(), state, rates, horizon=3, seed=3).paths()[:, 2]
    for level in (0.05, 0.5, 0.95):
        assert np.quantile(fast, level) == pytest.approx(np.quantile(slow, level), rel=0.025)


def test_the_growth_of_turnover_is_learned_whole_and_shared_out() -> None:
    learned = Turnover().learn(CITY)
    whole = learned.first.mean + learned.second.mean
    grown = np.log(1256.8 / 169.4) / 10
    assert whole == pytest.approx((10 * grown + 0.14 * _weight()) / (10 + _weight()))


def _weight() -> float:
    variance = 0.10**2 + 0.12**2 - 2 * 0.2 * 0.10 * 0.12
    return variance / (2 * 0.08**2)


def test_the_actual_next_year_is_inside_the_interval() -> None:
    low, high = Turnover(n_paths=4000).fit(CITY, 1).interval(0.95)
    assert low[0] < 1650.9 < high[0]


def test_known_contracts_split_the_growth() -> None:
    counts = History.of(range(2015, 2022), [1000 * 1.15**k for k in range(7)])
    learned = Turnover(contracts=counts).learn(CITY)
    assert learned.first.mean > learned.second.mean + 0.03


def test_ten_percent_more_growth_of_the_count_is_ten_percent_more_turnover_in_the_first_year() -> (
    None
):
    rates = fixed(100, contract_growth=0.0, mean_value_growth=0.05)
    made = prepared(Turnover(), [np.log(40.0), 0.0, 0.1, 0.1, 0.0], rates, horizon=1, seed=1)
    more = made.paths({"contract_growth": (Change(np.array([0.1])),)})
    assert more == pytest.approx(1.1 * made.paths())
