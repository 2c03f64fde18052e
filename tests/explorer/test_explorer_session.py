"""What stands on the panel is what the library computes for it."""

import pytest

from bcforecast.errors import ScenarioError
from bcforecast.explorer.session import Session
from bcforecast.scenarios.scenario import find_lever

GOAL = "hightech_enterprises"


def test_every_lever_has_one_place_under_a_measure_that_names_it(session):
    levers = [lever.id for lever in session.levers]
    assert len(levers) == len(set(levers))
    for group in session.groups:
        named = {lever.id for lever in group.measure.levers}
        assert {lever.id for lever in group.levers} <= named


def test_a_lever_names_the_other_measures_that_move_it(session):
    group = next(g for g in session.groups if "new_certifications" in {x.id for x in g.levers})
    assert group.measure.place == "二（四）1"
    assert group.others["new_certifications"] == ("二（四）3",)


def test_levers_that_can_change_no_goal_with_a_probability_are_left_out(session):
    known = {goal.indicator for goal in session.exploration.goals}
    assert "innovation_platforms" not in known
    assert "platforms_newly_recognised" not in {lever.id for lever in session.levers}
    assert all(known & set(lever.indicators) for lever in session.levers)


def test_levers_at_the_scenarios_own_sizes_are_the_scenario_itself(session):
    stretch = session.scenario("stretch")
    sizes = {lever.id: session.size(stretch, lever.id) for lever in session.levers}
    assert sizes["new_certifications"] == 35.0
    assert session.moved(stretch, sizes) is stretch


def test_a_moved_lever_is_a_push_of_the_library(session):
    moved = session.moved(session.baseline, {"new_certifications": 20.0})
    pushed = session.exploration.pushed({"new_certifications": 20.0})
    answer = session.answer(GOAL, moved)
    assert answer.item.attainment.probability == session.exploration.probability(GOAL, pushed)
    assert answer.together == session.exploration.joint(pushed).all_met
    assert answer.goals[GOAL] == answer.item.attainment.probability
    before = session.outlook[GOAL].attainment.probability
    assert answer.goals_before[GOAL] == before
    assert answer.item.attainment.probability > before


def test_the_answer_on_a_goal_is_the_outlook_under_the_scenario_in_every_part(session):
    moved = session.moved(session.baseline, {"new_certifications": 40.0})
    item = session.answer(GOAL, moved).item
    a, under = item.attainment, session.outlook.under(moved)[GOAL]
    assert a == under.attainment
    assert item.basis.explanation == under.basis.explanation
    assert [a.q10, a.q50, a.q90] == item.forecast.quantile((0.1, 0.5, 0.9))[:, -1].tolist()
    assert a.q50 > session.outlook[GOAL].attainment.q50


def test_a_lever_moved_back_takes_the_scenarios_push_away(session):
    stretch = session.scenario("stretch")
    sizes = {lever.id: session.size(stretch, lever.id) for lever in session.levers}
    without = session.moved(stretch, {**sizes, "new_certifications": 0.0})
    assert session.size(without, "new_certifications") == pytest.approx(0.0)
    p = session.answer(GOAL, without).goals[GOAL]
    assert p < session.answer(GOAL, stretch).goals[GOAL]


def test_a_push_stays_inside_the_range_in_years_after_the_plan(session):
    delayed = session.scenario("delayed-one-year")
    high = find_lever("new_certifications").high
    moved = session.moved(delayed, {"new_certifications": high})
    totals = [moved.total("new_certifications", year) for year in (2022, 2023, 2024)]
    assert totals == pytest.approx([high] * 3)


def test_a_goal_of_which_nothing_can_be_said_stays_unsaid_under_every_scenario(session):
    answer = session.answer("innovation_platforms", session.scenario("stretch"))
    assert answer.item is answer.before
    assert answer.goals["innovation_platforms"] is None


def test_a_session_is_opened_on_the_baseline_only(panel_outlook):
    with pytest.raises(ScenarioError, match="baseline"):
        Session(panel_outlook.under("stretch"))
