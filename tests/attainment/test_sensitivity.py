"""Tornado and Sobol: which lever matters, in order, and the same from the same seed."""

from __future__ import annotations

import pandas as pd
import pytest

from bcforecast.attainment.seek import sobol, tornado
from bcforecast.errors import ScenarioError
from tests.attainment.explored_plans import beichen, scenarios

GOAL = "hightech_enterprises"


def test_a_tornado_has_the_widest_lever_first_and_the_baseline_between_the_ends() -> None:
    made = beichen()
    found = tornado(made, goal=GOAL)
    assert set(found["lever"]) == {"renewal_rate", "new_certifications", "moves_from_elsewhere"}
    assert found["swing"].is_monotonic_decreasing
    assert (found["at_low"] <= found["at_base"]).all()
    assert (found["at_base"] <= found["at_high"]).all()
    assert (found["swing"] > 0.0).all()
    assert (found["at_base"] == made.probability(GOAL, made.baseline)).all()


def test_a_tornado_around_a_scenario_starts_from_it() -> None:
    made = beichen()
    stretch = scenarios()["stretch"]
    found = tornado(made, goal=GOAL, levers=("renewal_rate",), base=stretch)
    assert found["at_base"][0] == made.probability(GOAL, stretch)


def test_sobol_indices_agree_with_the_tornado_and_repeat() -> None:
    made = beichen(2000)
    found = sobol(made, goal=GOAL, n=32, seed=3)
    assert found["total"].is_monotonic_decreasing
    assert found["lever"][0] == tornado(made, goal=GOAL)["lever"][0]
    # P is near linear in these levers: first-order shares add to about one
    assert found["first"].sum() == pytest.approx(1.0, abs=0.2)
    pd.testing.assert_frame_equal(found, sobol(made, goal=GOAL, n=32, seed=3))


def test_one_lever_has_nothing_to_share() -> None:
    with pytest.raises(ScenarioError, match="found 1 lever; allowed: two or more"):
        sobol(beichen(2000), goal="university_science_parks", n=8)


def test_levers_that_move_nothing_have_no_indices() -> None:
    with pytest.raises(ScenarioError, match="does not vary"):
        sobol(beichen(2000), goal=GOAL, levers=("rd_growth", "patent_grants"), n=8)
