"""Correlation of indicators: by hand, shrunk, gappy, overridden, always a correlation matrix."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.errors import ScenarioError
from bcforecast.observations.selection import History
from bcforecast.scenarios import estimate_correlation
from bcforecast.scenarios.simulation import nearest_correlation

RNG = np.random.default_rng(6)
COMMON = RNG.normal(size=12)
UP = History.of(range(2008, 2021), np.concatenate([[0.0], np.cumsum(COMMON)]).tolist())
DOWN = History.of(range(2008, 2021), (-UP.values).tolist())
NONE = History.of([], [], origin=2020)


def test_a_pair_is_shrunk_toward_the_target_by_its_years() -> None:
    found = estimate_correlation({"up": UP, "down": DOWN})
    target = (12 * -1.0 + 20 * 0.2) / 32
    assert found.target == pytest.approx(target)
    assert found.between("up", "down") == pytest.approx((12 * -1.0 + 10 * target) / 22)
    assert found.common_years[0, 1] == pytest.approx(12)


def test_without_common_years_the_target_stands() -> None:
    found = estimate_correlation({"up": UP, "none": NONE})
    assert found.between("up", "none") == pytest.approx(0.2)
    assert found.table().to_dict("records") == [
        {"first": "none", "second": "up", "correlation": pytest.approx(0.2), "common_years": 0.0}
    ]


def test_a_year_inside_a_gap_counts_in_part() -> None:
    gappy = History.of([2008, 2010, 2012, 2014, 2016, 2018, 2020], UP.values[::2].tolist())
    found = estimate_correlation({"up": UP, "gappy": gappy})
    assert found.common_years[0, 1] == pytest.approx(6.0)
    assert (
        0.2
        < found.between("up", "gappy")
        < estimate_correlation({"up": UP, "same": UP}).between("up", "same")
    )


def test_a_history_that_does_not_vary_tells_nothing() -> None:
    flat = History.of(range(2008, 2021), [5.0] * 13)
    assert estimate_correlation({"up": UP, "flat": flat}).common_years[0, 1] == 0.0


def test_values_can_be_put_in_place_and_the_matrix_stays_one_of_correlations() -> None:
    found = estimate_correlation({"a": UP, "b": UP, "c": NONE})
    other = found.replaced({("a", "c"): 0.95, ("b", "c"): -0.95})
    assert np.linalg.eigvalsh(other.matrix).min() > 0.0
    assert np.diag(other.matrix) == pytest.approx([1.0, 1.0, 1.0])
    assert other.between("a", "c") > 0.5 > -0.5 > other.between("b", "c")
    assert found.replaced({("a", "c"): 0.1}).between("c", "a") == 0.1


@pytest.mark.parametrize(
    ("pairs", "words"),
    [({("a", "b"): 1.5}, "found 1.5"), ({("a", "z"): 0.5}, "no indicator “z”; allowed: a, b")],
)
def test_a_wrong_value_is_refused_in_words(pairs: dict[tuple[str, str], float], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        estimate_correlation({"a": UP, "b": DOWN}).replaced(pairs)


def test_a_matrix_that_is_one_already_is_left_alone() -> None:
    matrix = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert nearest_correlation(matrix) is matrix
