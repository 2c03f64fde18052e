"""A stock with entries and exits: by hand and against a simulation of single things."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.models.flows import YEAR_SD, Rate, YearlyFigures, entries_trend
from bcforecast.models.structures import EntryExit
from bcforecast.observations.selection import History
from tests.models.structural_cases import expected, fixed, prepared

RATES = {"approval": 0.2, "approval_growth": 0.1, "closure": 0.05}


def test_two_years_solved_by_hand() -> None:
    # 30 * 0.95 + 30 * 1.1 * 0.2 = 35.1; 35.1 * 0.95 + 30 * 1.21 * 0.2 = 40.605
    assert expected(EntryExit(), [30.0, 30.0], fixed(1, **RATES), years=2) == pytest.approx(40.605)


def test_paths_agree_with_a_simulation_of_single_things() -> None:
    rng = np.random.default_rng(2)
    slow = []
    for _ in range(4000):
        stock, base = 30, 30.0
        for _ in range(2):
            base *= 1.1
            stock -= int((rng.random(stock) < 0.05).sum())
            stock += rng.poisson(base * 0.2 * np.exp(rng.normal(-0.5 * YEAR_SD**2, YEAR_SD)))
        slow.append(stock)
    fast = prepared(EntryExit(), [30.0, 30.0], fixed(20_000, **RATES), horizon=2, seed=1).paths()
    assert fast[:, 1].mean() == pytest.approx(np.mean(slow), abs=4 * np.std(slow) / np.sqrt(4000))
    assert fast[:, 1].std() == pytest.approx(np.std(slow), rel=0.06)


def test_counted_closures_teach_the_rate_of_closure() -> None:
    own = YearlyFigures.of({"closures": History.of([2020, 2021], [8, 10])})
    stock = History.of([2019, 2020, 2021], [40, 42, 45], whole=True)
    made = EntryExit(figures=own, n_paths=1000).fit(stock, 1).continuous  # type: ignore[attr-defined]
    closure = next(r for r in made.rates() if r.name.key == "structural.rate_closure")
    assert closure.basis == "learned"
    assert closure.value > 0.08


def test_the_trend_of_entries_is_the_weighted_regression() -> None:
    years, counts = np.array([2018.0, 2019.0, 2020.0]), np.array([100.0, 120.0, 144.0])
    vague = Rate("growth", "growth", 0.0, 100.0)
    trend = entries_trend(years, counts, last=2020, growth=vague)
    assert np.exp(trend.mean) == pytest.approx([144.0, 1.2], rel=1e-4)
    weights = 1.0 / np.sqrt(YEAR_SD**2 + 1.0 / counts)
    slope = np.polyfit(years - 2020, np.log(counts), 1, w=weights)
    assert trend.mean[::-1] == pytest.approx(slope, rel=1e-4)
