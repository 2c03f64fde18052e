"""All goals together: counted by hand, in bounds, with the weakest link named."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.attainment.project import joint

# goals a, b, c on eight paths
MET = np.array(
    [
        [1, 1, 1],
        [1, 1, 0],
        [1, 0, 0],
        [1, 1, 1],
        [0, 1, 0],
        [1, 1, 0],
        [0, 0, 0],
        [1, 1, 0],
    ],
    dtype=bool,
)
THREE = joint(MET, ("a", "b", "c"), unset=("d",))


def test_counted_by_hand() -> None:
    assert THREE.probabilities.tolist() == [6 / 8, 6 / 8, 2 / 8]
    assert THREE.number_met.tolist() == [1 / 8, 2 / 8, 3 / 8, 2 / 8]
    assert THREE.all_met == 2 / 8
    assert THREE.expected == pytest.approx(14 / 8)
    assert THREE.all_others.tolist() == [2 / 8, 2 / 8, 5 / 8]
    assert THREE.unset == ("d",)


def test_the_weakest_link_is_the_goal_that_holds_up_the_most() -> None:
    assert THREE.weakest == "c"


def test_of_goals_that_hold_up_equally_the_less_likely_is_the_weakest() -> None:
    # no path meets all, none meets all but one
    met = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    assert joint(met, ("a", "b", "c")).weakest == "c"


def test_the_pairwise_table_by_hand() -> None:
    pairs = {(row["first"], row["second"]): row for row in THREE.pairs().to_dict("records")}
    assert set(pairs) == {("b", "a"), ("c", "a"), ("c", "b")}
    assert pairs["b", "a"]["both"] == 5 / 8
    assert pairs["b", "a"]["neither"] == pytest.approx(1 / 8)
    expected = np.corrcoef(MET[:, 0], MET[:, 1])[0, 1]
    assert pairs["b", "a"]["correlation"] == pytest.approx(expected)
    assert np.array_equal(np.diag(THREE.pairwise), THREE.probabilities)


def test_a_goal_that_is_certain_correlates_with_nothing() -> None:
    met = np.array([[True, True], [True, False]])
    (pair,) = joint(met, ("sure", "other")).pairs().to_dict("records")
    assert pair["correlation"] is None or np.isnan(pair["correlation"])
    assert pair["both"] == 0.5


def test_one_goal_alone_is_all_goals() -> None:
    alone = joint(MET[:, :1], ("a",))
    assert alone.all_met == alone.probabilities[0] == alone.independent
    assert alone.bounds() == (6 / 8, 6 / 8)
    assert alone.weakest == "a"
    assert alone.pairs().empty


@pytest.mark.parametrize(
    "met", [np.empty((0, 2), dtype=bool), np.empty((3, 0), dtype=bool), np.ones((3, 1), dtype=bool)]
)
def test_nothing_to_count_is_an_error(met: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least one path"):
        joint(met, ("a", "b") if met.shape[1] != 0 else ())
