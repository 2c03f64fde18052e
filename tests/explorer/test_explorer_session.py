"""What stands on the panel is what the library computes for it, and can be saved."""

import pytest

import bcforecast as bc
from bcforecast.errors import PlanError, ScenarioError
from bcforecast.explorer.session import (
    Paths,
    Session,
    answered,
    panel_content,
    save_scenario,
    scenario_id_of,
)
from bcforecast.plan.fields import changed
from bcforecast.scenarios.scenario import find_lever, load_scenario, load_scenarios
from bcforecast.text import chance as chance_words
from bcforecast.text import text

GOAL, LEVER = "hightech_enterprises", "new_certifications"


def chance(session, scenario, goal=GOAL):
    return session.outlook.under(scenario)[goal].attainment.probability


def sizes_of(session, scenario):
    return {lever.id: scenario.total(lever.id, session.year) for lever in session.levers}


def test_every_lever_stands_under_the_first_measure_that_names_it_in_the_plans_order(session):
    plan = session.outlook.plan
    tasks = (*plan.measures, *plan.safeguards)
    for lever, measure in session.measures.items():
        named = [task.id for task in tasks if lever in {one.id for one in task.levers}]
        assert measure == named[0]
    order = [task.id for task in tasks]
    places = [order.index(measure) for measure in session.measures.values()]
    assert places == sorted(places)
    assert list(session.measures) == [lever.id for lever in session.levers]


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
    moved = session.moved(session.scenario("baseline"), {LEVER: 20.0})
    pushed = session.exploration.pushed({LEVER: 20.0})
    assert chance(session, moved) == session.exploration.probability(GOAL, pushed)
    assert chance(session, moved) > session.outlook[GOAL].attainment.probability
    unsure = session.moved(session.scenario("baseline"), {LEVER: 20.0}, unsure=0.25)
    assert [move.sd for move in unsure.moves] == [5.0]
    stretch = session.scenario("stretch")
    without = session.moved(stretch, {**sizes_of(session, stretch), LEVER: 0.0})
    assert without.total(LEVER, session.year) == pytest.approx(0.0)
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


def save(session, title, base="baseline"):
    start = session.scenario(base)
    return save_scenario(session, session.moved(start, {LEVER: 12.5}), title=title, base=start)


@pytest.mark.parametrize("base", ["baseline", "delayed-one-year", "stretch"])
def test_a_saved_scenario_gives_the_same_probability_when_read_back(session, panel_data, base):
    saved = save(session, f"Saved {base}", base)
    read = load_scenario(f"saved-{base}", plan=session.outlook.plan, data_dir=panel_data)
    assert read == saved
    moved = session.moved(session.scenario(base), {LEVER: 12.5})
    assert chance(session, read) == chance(session, moved)
    assert session.scenario(base).name("en") in read.reason.render("en")
    assert saved.id in [one.id for one in session.read_scenarios()]
    known = load_scenarios(plan=session.outlook.plan, data_dir=panel_data)
    assert saved.id not in [one.id for one in known]


def test_a_title_in_chinese_gives_a_file_and_stays_the_title(session, panel_data):
    saved = save(session, "  多认定\n两成 ")
    assert saved.name("zh") == saved.name("en") == "多认定 两成"
    assert saved.id == scenario_id_of("多认定 两成") != scenario_id_of("多认定 三成")
    assert (panel_data / "scenarios" / f"{saved.id}.yaml").is_file()


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "scenarios").iterdir()}


@pytest.mark.parametrize(
    "title", ["", "  ", "x" * 81, "a\x07b", "Baseline", "panel", "saved: ONCE"]
)
def test_a_title_that_is_none_or_taken_is_refused_and_nothing_written(session, panel_data, title):
    save(session, "Saved once")
    before = contents(panel_data)
    with pytest.raises(ScenarioError, match=r"Title of the scenario|not replaced"):
        save(session, title)
    assert contents(panel_data) == before


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(session, panel_data, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr("bcforecast.saving.passing_folder", refuse)
    with pytest.raises(ScenarioError, match=r"saved-four\.yaml"):
        save(session, "Saved four")
    assert not (panel_data / "scenarios" / "saved-four.yaml").exists()


def test_what_a_browser_asks_to_save_is_saved_within_the_ranges(session):
    wanted = {"title": "Saved wide", "lang": "en", "base": "baseline", "sizes": {LEVER: 999}}
    told = answered(session, wanted)
    assert "saved-wide.yaml" in told["said"]
    assert told["id"] in [one["id"] for one in told["scenarios"]]
    assert session.scenario("saved-wide").total(LEVER, session.year) == find_lever(LEVER).high


@pytest.mark.parametrize(
    "wanted",
    [
        {}, {"base": "nope"}, {"base": "baseline", "sizes": {"nope": 1}},
        {"base": "baseline", "sizes": {LEVER: "much"}}, {"base": "baseline", "unsure": "much"},
        {"base": "baseline", "sizes": {LEVER: float("nan")}}, {"base": "baseline", "sizes": [1]},
        {"base": "baseline", "sizes": {LEVER: "1_0"}}, {"base": "baseline", "unsure": True},
        {"base": "baseline", "sizes": {LEVER: float("inf")}}, {"base": "baseline", "title": 5},
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_in_a_sentence(session, panel_data, wanted):
    before = contents(panel_data)
    told = answered(session, {"title": "Saved not", "lang": "en", **wanted})
    assert told == {"said": text("explorer.not_understood", "en")}
    assert contents(panel_data) == before


def test_another_figure_gets_what_the_library_makes_of_it(session):
    item = session.outlook[GOAL]
    told = answered(session, {"ask": "figure", "goal": GOAL, "year": 2021, "value": 480})
    data = session.outlook.data.with_figure(
        GOAL, 2021, 480, area="beichen", unit=item.indicator.unit, measure="stock"
    )
    alone = changed(session.outlook.plan, goals=(item.goal,))
    found = bc.project(alone, data)[GOAL]
    assert told["p"] == found.attainment.probability > item.attainment.probability
    assert told["quantiles"]["2022"][3] == found.forecast.median()[-1]
    assert session.outlook[GOAL] == item


@pytest.mark.parametrize(
    "wanted",
    [
        {"goal": "nope"}, {"goal": [GOAL]}, {"year": 2022}, {"year": 2021.7}, {"year": "２０２１"},
        {"value": float("inf")}, {"value": "much"}, {"value": "1_0"}, {"value": True}, {},
    ],
)  # fmt: skip
def test_a_figure_of_no_goal_or_year_is_refused_in_a_sentence(session, wanted):
    asked = {"goal": GOAL, "year": 2021, "value": 480} if wanted else {}
    told = answered(session, {"ask": "figure", "lang": "en", **asked, **wanted})
    assert told == {"said": text("explorer.figure_not_understood", "en")}


def test_the_panel_opens_on_the_goal_most_at_risk_with_evidence(session):
    meta, _ = panel_content(session, lang="zh")
    known = [g.attainment for g in session.outlook if g.attainment.grade in "ABC"]
    assert meta["goal"] == min(known, key=lambda a: a.probability).goal
    assert panel_content(session, lang="zh", goal=GOAL)[0]["goal"] == GOAL
    with pytest.raises(PlanError, match="unicorns"):
        panel_content(session, lang="zh", goal="unicorns")


def test_in_the_last_quarter_the_panel_says_that_levers_come_too_late():
    outlook = bc.project("beichen-2020-2022", bc.load_observations(as_of="2022-10-31"))
    meta, _ = panel_content(Session(outlook), lang="en")
    (goal,) = (one for one in meta["goals"] if one["id"] == GOAL)
    assert goal["late"]["en"].startswith("Less than a quarter of 2022 is left")
    assert goal["levers"] == []


def test_figures_that_may_still_change_are_marked_on_the_panel_as_in_a_report():
    outlook = bc.project("tianjin-2020-2022", bc.load_observations(as_of="2020-06-30"))
    meta, _ = panel_content(Session(outlook), lang="en")
    firm = {one["id"]: one["firm"] for one in meta["goals"] if one["firm"]}
    assert firm["rd_intensity"][2013]["en"] == "{value} (expected)"
    assert firm["tech_contract_value"][2019] == {
        "status": "preliminary", "en": "{value} (preliminary)", "zh": "{value}（初步数）",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_probability_is_told_in_the_browser_as_in_a_report(session, lang):
    told = panel_content(session, lang=lang)[0]["told"][lang]
    for grade, places in told.items():
        for p in [k / 997 for k in range(998)]:
            number = [said for start, said, _ in places if start <= p][-1]
            assert number == chance_words(p, grade=grade, lang=lang), (grade, p)


def test_a_figure_that_no_path_changes_comes_back_as_it_is():
    place = Paths().put([3.19] * 4)
    assert (place["low"], place["step"]) == (3.19, 1.0)
    assert Paths().put([3.19] * 4, scale=3.19, exact=3.2)["step"] == 1.0
