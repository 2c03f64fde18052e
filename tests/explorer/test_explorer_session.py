"""What stands on the panel is what the library computes for it, and can be saved."""

import pytest

from bcforecast.errors import ScenarioError
from bcforecast.explorer.session import Session, save_scenario
from bcforecast.scenarios.scenario import find_lever, load_scenario, load_scenarios

GOAL, LEVER = "hightech_enterprises", "new_certifications"


def chance(session, scenario, goal=GOAL):
    return session.answer(scenario).after[goal].attainment.probability


def sizes_of(session, scenario):
    return {lever.id: session.size(scenario, lever.id) for lever in session.levers}


def test_every_lever_has_one_place_under_a_measure_and_names_the_others_that_move_it(session):
    levers = [lever.id for lever in session.levers]
    assert len(levers) == len(set(levers))
    for group in session.groups:
        named = {lever.id for lever in group.measure.levers}
        assert {lever.id for lever in group.levers} <= named
    group = next(g for g in session.groups if LEVER in {x.id for x in g.levers})
    assert group.measure.place == "二（四）1"
    assert group.others[LEVER] == ("二（四）3",)


def test_levers_that_can_change_no_goal_with_a_probability_are_left_out(session):
    known = {goal.indicator for goal in session.exploration.goals}
    assert "innovation_platforms" not in known
    assert "platforms_newly_recognised" not in {lever.id for lever in session.levers}
    assert all(known & set(lever.indicators) for lever in session.levers)


def test_levers_at_the_scenarios_own_sizes_are_the_scenario_itself(session):
    stretch = session.scenario("stretch")
    sizes = sizes_of(session, stretch)
    assert sizes[LEVER] == 35.0
    assert session.moved(stretch, sizes) is stretch


def test_a_moved_lever_is_a_push_of_the_library_and_one_moved_back_takes_it_away(session):
    answer = session.answer(session.moved(session.scenario("baseline"), {LEVER: 20.0}))
    pushed = session.exploration.pushed({LEVER: 20.0})
    after, before = answer.after[GOAL], answer.before[GOAL]
    assert after.attainment.probability == session.exploration.probability(GOAL, pushed)
    assert after.attainment.q50 == after.forecast.median()[-1]
    assert answer.together == session.exploration.joint(pushed).all_met
    assert before is session.outlook[GOAL]
    assert after.attainment.probability > before.attainment.probability
    stretch = session.scenario("stretch")
    without = session.moved(stretch, {**sizes_of(session, stretch), LEVER: 0.0})
    assert session.size(without, LEVER) == pytest.approx(0.0)
    assert chance(session, without) < chance(session, stretch)


def test_a_push_stays_inside_the_range_in_years_after_the_plan(session):
    high = find_lever(LEVER).high
    moved = session.moved(session.scenario("delayed-one-year"), {LEVER: high})
    totals = [moved.total(LEVER, year) for year in (2022, 2023, 2024)]
    assert totals == pytest.approx([high] * 3)


def test_a_goal_of_which_nothing_can_be_said_stays_unsaid_under_every_scenario(session):
    assert chance(session, session.scenario("stretch"), goal="innovation_platforms") is None


def test_a_session_is_opened_on_the_baseline_only(panel_outlook):
    with pytest.raises(ScenarioError, match="baseline"):
        Session(panel_outlook.under("stretch"))


def save(session, name, base="baseline", **more):
    start = session.scenario(base)
    moved = session.moved(start, {LEVER: 12.5})
    return save_scenario(session, moved, name=name, base=start, **more)


@pytest.mark.parametrize("base", ["baseline", "delayed-one-year", "stretch"])
def test_a_saved_scenario_gives_the_same_probability_when_read_back(session, panel_data, base):
    saved = save(session, "saved-one", base, title="多认定")
    read = load_scenario("saved-one", plan=session.outlook.plan, data_dir=panel_data)
    assert read == saved
    moved = session.moved(session.scenario(base), {LEVER: 12.5})
    assert chance(session, read) == chance(session, moved)
    assert read.name("zh") == "多认定"
    assert session.scenario(base).name("en") in read.reason.render("en")
    assert "saved-one" in [one.id for one in session.read_scenarios()]
    known = load_scenarios(plan=session.outlook.plan, data_dir=panel_data)
    assert "saved-one" not in [one.id for one in known]


@pytest.mark.parametrize(
    "name",
    ["", "  ", "更多认定", "More", "a b", "../out", "a/b", "-a", "x" * 61, "baseline", "panel"],
)
def test_a_name_that_is_none_is_refused_and_nothing_is_written(session, panel_data, name):
    before = sorted((panel_data / "scenarios").iterdir())
    with pytest.raises(ScenarioError, match="Name of the scenario"):
        save(session, name)
    assert sorted((panel_data / "scenarios").iterdir()) == before


def test_a_scenario_of_that_name_is_overwritten_only_when_asked(session, panel_data):
    save(session, "saved-three", title="first")
    path = panel_data / "scenarios" / "saved-three.yaml"
    kept = path.read_bytes()
    with pytest.raises(ScenarioError, match="not replaced"):
        save(session, "saved-three", title="second")
    assert path.read_bytes() == kept
    assert save(session, "saved-three", title="second", replace=True).name("en") == "second"


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(session, panel_data, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(ScenarioError, match=r"saved-four\.yaml"):
        save(session, "saved-four")
    assert not (panel_data / "scenarios" / "saved-four.yaml").exists()
