"""The ladder: by hand as a matrix, against a simulation of single enterprises."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.models.flows import YEAR_SD, YearlyFigures
from bcforecast.models.structures import RUNGS, Ladder
from bcforecast.observations.selection import History
from tests.models.structural_cases import expected, fixed, prepared

RATES = {
    "eaglet_entry": 0.3,
    "eaglet_growth": 0.1,
    "eaglet_promotion": 0.05,
    "eaglet_exit": 0.15,
    "gazelle_entry": 0.1,
    "gazelle_promotion": 0.04,
    "gazelle_exit": 0.2,
    "leader_entry": 0.06,
    "leader_exit": 0.08,
}
STATE = [200.0, 40.0, 20.0, 200.0]


@pytest.mark.parametrize(
    ("rung", "after"),
    [
        # 200 * 0.8 + 200 * 1.1 * 0.3
        ("eaglet", 226.0),
        # 40 * 0.76 + 200 * 0.05 + 40 * 0.1
        ("gazelle", 44.4),
        # 20 * 0.92 + 40 * 0.04 + 20 * 0.06
        ("leader", 21.2),
    ],
)
def test_a_year_solved_by_hand(rung: str, after: float) -> None:
    model = Ladder(rung=rung)  # type: ignore[arg-type]
    assert expected(model, STATE, fixed(1, **RATES), years=1) == pytest.approx(after)


def test_without_growth_of_entries_the_expectation_is_a_power_of_the_transition_matrix() -> None:
    matrix = np.array([[0.8 + 0.3, 0, 0], [0.05, 0.76 + 0.1, 0], [0, 0.04, 0.92 + 0.06]])
    rates = fixed(1, **RATES | {"eaglet_growth": 0.0, "eaglet_entry": 0.0})
    matrix[0, 0] = 0.8
    after = np.linalg.matrix_power(matrix, 4) @ STATE[:3]
    for k, rung in enumerate(RUNGS):
        assert expected(Ladder(rung=rung), STATE, rates, years=4) == pytest.approx(after[k])


def one_by_one(rng: np.random.Generator, years: int) -> list[int]:
    rungs = [0] * 200 + [1] * 40 + [2] * 20
    base = 200.0
    promotion, leaving = [0.05, 0.04, 0.0], [0.15, 0.2, 0.08]
    for _ in range(years):
        base *= 1.1
        stocks = [rungs.count(k) for k in range(3)]
        following = []
        for rung in rungs:
            u = rng.random()
            if u < promotion[rung]:
                following.append(rung + 1)
            elif u >= promotion[rung] + leaving[rung]:
                following.append(rung)
        year = np.exp(rng.normal(-0.5 * YEAR_SD**2, YEAR_SD))
        following += [0] * rng.poisson(base * 0.3 * year)
        following += [1] * rng.poisson(stocks[1] * 0.1)
        following += [2] * rng.poisson(stocks[2] * 0.06)
        rungs = following
    return [rungs.count(k) for k in range(3)]


def test_paths_agree_with_a_simulation_of_single_enterprises() -> None:
    rng = np.random.default_rng(8)
    slow = np.array([one_by_one(rng, 2) for _ in range(2500)])
    for k, rung in enumerate(RUNGS):
        made = prepared(Ladder(rung=rung), STATE, fixed(20_000, **RATES), horizon=2, seed=6)
        fast, reference = made.paths()[:, 1], slow[:, k]
        tolerance = 4 * reference.std() / np.sqrt(reference.size)
        assert fast.mean() == pytest.approx(reference.mean(), abs=tolerance)
        assert fast.std() == pytest.approx(reference.std(), rel=0.07)


def test_each_rung_starts_from_its_own_figure() -> None:
    for rung, stock in zip(RUNGS, (280, 24, 21), strict=True):
        history = History.of([2021], [stock], whole=True)
        model = Ladder(rung=rung)
        normals = np.random.default_rng(1).standard_normal((50, model.width(history, 1)))
        state = model.prepare(history, 1, normals=normals).state
        assert (model.measured(state) == stock).all()


def test_known_stocks_of_other_rungs_replace_the_proportions_of_the_city() -> None:
    leaders = History.of([2021], [21], whole=True)
    many = Ladder(rung="leader", others={"gazelle": 200.0}, n_paths=2000).fit(leaders, 2)
    few = Ladder(rung="leader", others={"gazelle": 5.0}, n_paths=2000).fit(leaders, 2)
    assert many.median()[1] > few.median()[1] + 5


def test_counted_moves_teach_the_rates() -> None:
    own = YearlyFigures.of(
        {
            "gazelle_stock": History.of([2020, 2021], [100, 120]),
            "gazelle_promotions": History.of([2020, 2021], [10, 12]),
        }
    )
    made = Ladder(rung="gazelle", figures=own, n_paths=2000)
    forecast = made.fit(History.of([2021], [120], whole=True), 1)
    by_name = {r.name.key: r for r in forecast.continuous.rates()}  # type: ignore[attr-defined]
    record = by_name["structural.rate_gazelle_promotion"]
    # Beta(0.05 * 40 + 22, 0.95 * 40 + 198)
    assert record.basis == "learned"
    assert record.value == pytest.approx(24 / 260, abs=0.005)
