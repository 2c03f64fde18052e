"""Patents in force: by hand, against a simulation of single patents, and learned from a stock."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.models.flows import YEAR_SD, Change, YearlyFigures
from bcforecast.models.structures import AGES, LAPSE_BY_AGE, Patents
from bcforecast.observations.selection import History
from tests.models.structural_cases import expected, fixed, prepared

RATES = {"grant": 0.2, "grant_growth": 0.05, "lapse": 0.1}
YOUNG = [300.0, 200.0, 100.0, *[0.0] * (AGES - 3), 600.0]


def test_a_year_solved_by_hand() -> None:
    # weights 0.5, 0.59375, 0.6875 of the three ages: mean 1/6 (3 * 0.5 + 2 * 0.59375 + 0.6875);
    # a share of 0.1 of 600 lapses, 60, whatever the ages; granted: 600 * 1.05 * 0.2 = 126
    assert expected(Patents(), YOUNG, fixed(1, **RATES), years=1) == pytest.approx(666.0)


def test_older_patents_lapse_more_often() -> None:
    state = Patents().step(np.array([YOUNG]), fixed(1, **RATES), None)[0]
    mean_weight = (3 * 0.5 + 2 * 0.59375 + 0.6875) / 6
    assert state[0] == pytest.approx(126.0)
    assert state[1] == pytest.approx(300 * (1 - 0.1 * 0.5 / mean_weight))
    assert state[3] == pytest.approx(100 * (1 - 0.1 * 0.6875 / mean_weight))


def test_a_patent_expires_at_the_end_of_its_term() -> None:
    old = [*[0.0] * (AGES - 1), 50.0, 50.0]
    rates = fixed(1, grant=0.0, grant_growth=0.0, lapse=0.0)
    assert expected(Patents(), old, rates, years=1) == 0.0


def one_by_one(rng: np.random.Generator, years: int) -> int:
    ages = np.repeat([0, 1, 2], [300, 200, 100])
    base = 600.0
    for _ in range(years):
        base *= 1.0 + RATES["grant_growth"]
        risk = RATES["lapse"] * LAPSE_BY_AGE[ages] / LAPSE_BY_AGE[ages].mean()
        ages = ages[rng.random(ages.size) >= risk] + 1
        year = np.exp(rng.normal(-0.5 * YEAR_SD**2, YEAR_SD))
        granted = rng.poisson(base * RATES["grant"] * year)
        ages = np.concatenate([ages[ages < AGES], np.zeros(granted, int)])
    return int(ages.size)


def test_paths_agree_with_a_simulation_of_single_patents() -> None:
    rng = np.random.default_rng(3)
    slow = np.array([one_by_one(rng, 3) for _ in range(3000)])
    fast = prepared(Patents(), YOUNG, fixed(20_000, **RATES), horizon=3, seed=4).paths()[:, 2]
    assert fast.mean() == pytest.approx(slow.mean(), abs=4 * slow.std() / np.sqrt(slow.size))
    assert fast.std() == pytest.approx(slow.std(), rel=0.06)


def test_the_stock_of_many_years_teaches_the_rate_of_grants() -> None:
    stock = History.of(
        [2009, 2017, 2018, 2019, 2021], [4919, 28601, 32041, 34700, 43257], whole=True
    )
    forecast = Patents(n_paths=4000).fit(stock, 1)
    by_name = {r.name.key: r for r in forecast.continuous.rates()}  # type: ignore[attr-defined]
    assert by_name["structural.rate_grant"].basis == "learned"
    low, high = forecast.interval(0.9)
    assert low[0] < 51162 < high[0]


def test_own_grants_and_lapses_are_used() -> None:
    own = YearlyFigures.of(
        {
            "grants": History.of([2020, 2021], [260, 300]),
            "lapses": History.of([2020, 2021], [55, 60]),
        }
    )
    stock = History.of([2019, 2020, 2021], [1500, 1705, 1945], whole=True)
    made = Patents(figures=own, n_paths=3000).fit(stock, 1).continuous  # type: ignore[attr-defined]
    bases = {r.name.key.removeprefix("structural.rate_"): r.basis for r in made.rates()}
    assert bases["grant"] == bases["lapse"] == "learned"


def test_fewer_lapses_never_lower_a_path() -> None:
    made = prepared(Patents(), YOUNG, fixed(3000, **RATES), horizon=3, seed=2)
    assert (made.paths({"lapse": (Change(np.array([-0.02])),)}) >= made.paths()).all()
