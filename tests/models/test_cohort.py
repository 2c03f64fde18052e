"""Enterprise cohorts: by hand, against a simulation of single enterprises, and with own figures."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.errors import ModelError
from bcforecast.models.flows import YEAR_SD, Change, StructuralForecast, YearlyFigures
from bcforecast.models.structures import RENEWAL_YEAR_SD, Cohort
from bcforecast.observations.selection import History
from tests.models.structural_cases import expected, fixed, prepared

RATES = {
    "renewal": 0.6,
    "first_certification": 0.2,
    "certification_growth": 0.1,
    "move_in": 0.03,
    "move_out": 0.05,
}
STATE = [100.0, 80.0, 60.0, 240.0]


def test_a_year_solved_by_hand() -> None:
    # first: 240 * 1.1 * 0.2 = 52.8; renewed: 60 * 0.95 * 0.6 = 34.2; in: 240 * 0.03 = 7.2
    # kept: 100 * 0.95 = 95 and 80 * 0.95 = 76; so 52.8 + 34.2 + 95 + 76 + 7.2 = 265.2
    assert expected(Cohort(), STATE, fixed(1, **RATES), years=1) == pytest.approx(265.2)


def test_two_years_solved_by_hand() -> None:
    # after one year: c0 = 89.4, c1 = 97.4, c2 = 78.4, base 264
    # first: 264 * 1.1 * 0.2 = 58.08; renewed: 78.4 * 0.57 = 44.688; in: 265.2 * 0.03 = 7.956
    # kept: 89.4 * 0.95 + 97.4 * 0.95 = 177.46; so 58.08 + 44.688 + 177.46 + 7.956 = 288.184
    assert expected(Cohort(), STATE, fixed(1, **RATES), years=2) == pytest.approx(288.184)


def test_a_certificate_lasts_three_years() -> None:
    rates = fixed(
        1,
        renewal=0.0,
        first_certification=0.0,
        certification_growth=0.0,
        move_in=0.0,
        move_out=0.0,
    )
    stocks = [expected(Cohort(), [10.0, 20.0, 30.0, 60.0], rates, years=y) for y in range(5)]
    assert stocks == [60.0, 30.0, 10.0, 0.0, 0.0]


def one_by_one(rng: np.random.Generator, years: int) -> int:
    """Each enterprise has the age of its certificate; nothing is shared with the model's code."""
    ages = [0] * 100 + [1] * 80 + [2] * 60
    base = 240.0
    for _ in range(years):
        base *= 1.0 + RATES["certification_growth"]
        year = np.exp(rng.normal(-0.5 * YEAR_SD**2, YEAR_SD))
        logit = np.log(RATES["renewal"] / (1.0 - RATES["renewal"]))
        renewal = 1.0 / (1.0 + np.exp(-(logit + RENEWAL_YEAR_SD * rng.normal())))
        arrivals = rng.poisson(len(ages) * RATES["move_in"])
        following = []
        for age in ages:
            if rng.random() < RATES["move_out"]:
                continue
            if age < 2:
                following.append(age + 1)
            elif rng.random() < renewal:
                following.append(0)
        following += [0] * rng.poisson(base * RATES["first_certification"] * year)
        ages = following + [int(a) for a in rng.integers(0, 3, arrivals)]
    return len(ages)


def test_paths_agree_with_a_simulation_of_single_enterprises() -> None:
    rng = np.random.default_rng(11)
    slow = np.array([one_by_one(rng, 3) for _ in range(3000)])
    fast = prepared(Cohort(), STATE, fixed(20_000, **RATES), horizon=3, seed=5).paths()[:, 2]
    assert fast.mean() == pytest.approx(slow.mean(), abs=4 * slow.std() / np.sqrt(slow.size))
    assert fast.std() == pytest.approx(slow.std(), rel=0.06)
    for level in (0.1, 0.5, 0.9):
        assert np.quantile(fast, level) == pytest.approx(np.quantile(slow, level), abs=2.5)


OWN = YearlyFigures.of(
    {
        "first_certifications": History.of(range(2017, 2022), [50, 55, 60, 70, 80]),
        "renewals": History.of([2019, 2020, 2021], [30, 33, 40]),
        "expiries": History.of([2019, 2020, 2021], [45, 50, 58]),
        "moves_in": History.of([2019, 2020, 2021], [3, 5, 4]),
        "moves_out": History.of([2019, 2020, 2021], [2, 4, 3]),
    }
)
STOCK = History.of([2019, 2020, 2021], [250, 280, 313], whole=True, support=(0.0, np.inf))


def test_own_figures_set_the_rates_by_conjugacy() -> None:
    model = Cohort(figures=OWN, n_paths=4000)
    forecast = model.fit(STOCK, 2).continuous  # type: ignore[attr-defined]
    assert isinstance(forecast, StructuralForecast)
    records = {
        record.name.key.removeprefix("structural.rate_"): record for record in forecast.rates()
    }
    # Beta(0.65 * 12 + 103, 0.35 * 12 + 50)
    assert records["renewal"].value == pytest.approx((7.8 + 103) / (12 + 153), abs=0.01)
    assert {name for name, record in records.items() if record.basis == "learned"} == set(RATES)
    assert records["renewal"].high - records["renewal"].low < 0.12


def test_own_figures_give_a_narrower_forecast_than_the_stock_alone() -> None:
    with_own = Cohort(figures=OWN, n_paths=4000).fit(STOCK, 2).interval(0.8)
    without = Cohort(n_paths=4000).fit(History.of([2021], [313], whole=True), 2).interval(0.8)
    assert with_own[1][1] - with_own[0][1] < 0.7 * (without[1][1] - without[0][1])


def test_figures_after_the_origin_are_not_used() -> None:
    later = {
        name: History.of([*range(2017, 2022), 2022], [*OWN.get(name), 9999.0])
        for name in OWN.counts
    }
    paths = [
        Cohort(figures=figures, n_paths=500).fit(STOCK, 2).quantile([0.1, 0.5, 0.9])
        for figures in (OWN, YearlyFigures.of(later))
    ]
    assert np.array_equal(*paths)


def test_a_stock_without_any_value_is_refused_by_name() -> None:
    unknown = History.of([], [], origin=2021, indicator="hightech_enterprises", area="beichen")
    with pytest.raises(ModelError, match="hightech_enterprises for beichen"):
        Cohort().fit(unknown, 1)


def test_renewing_more_never_lowers_a_path() -> None:
    rates = fixed(3000, **RATES)
    made = prepared(Cohort(), STATE, rates, horizon=3, seed=2)
    more = made.paths({"renewal": (Change(np.array([0.02, 0.05, 0.1])),)})
    assert (more >= made.paths()).all()
    assert (more[:, 2] > made.paths()[:, 2]).mean() > 0.9
