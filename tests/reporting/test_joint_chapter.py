"""Scenarios and all goals together, as a report shows them."""

import pytest

import bcforecast as bc
from bcforecast.config import DATA_DIR
from bcforecast.plotting.style import Picture
from bcforecast.reporting import (
    Prose,
    Table,
    gather,
    goal_levers,
    joint_table,
    joint_words,
    open_outlook,
    open_study,
    scenarios_chart,
    scenarios_table,
    scenarios_words,
)

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture(scope="module")
def outlook():
    return open_outlook("beichen-2020-2022", as_of="2021-12-31")


@pytest.fixture(scope="module")
def study(outlook):
    found = open_study(outlook)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def unset():
    """A plan of which nothing can be said."""
    return open_outlook("tianjin-2020-2022", as_of="2020-12-31", goal="unicorns")


@LANGUAGES
def test_every_scenario_has_its_reason_a_mark_and_a_column(study, lang):
    words = scenarios_words(study, lang=lang)
    table = scenarios_table(study, lang=lang)
    chart = scenarios_chart(study, lang=lang)
    assert isinstance(table, Table)
    assert isinstance(chart, Picture)
    for scenario in study.scenarios:
        assert f"**{scenario.name(lang)}**" in words.markdown
        assert scenario.name(lang) in table.columns
        assert scenario.name(lang) in chart.alt


def test_the_facts_hold_the_probabilities_that_the_table_shows(outlook, study):
    facts = gather(outlook, study)
    table = scenarios_table(study, lang="en")
    assert isinstance(table, Table)
    for place, fact in enumerate(facts.scenarios, start=1):
        for goal, row in zip(facts.goals, table.rows, strict=False):
            p = fact.goals[goal.id]
            assert row[place] == ("–" if p is None else f"{round(100 * p)}%")


def test_all_goals_together_lie_within_their_bounds(outlook, study):
    joint = gather(outlook, study).joint
    assert joint is not None
    assert joint.lower <= joint.all_met <= joint.upper
    assert sum(joint.number_met) == pytest.approx(1.0)
    assert joint.expected == pytest.approx(sum(k * p for k, p in enumerate(joint.number_met)))
    assert joint.all_met == joint.number_met[-1]


@LANGUAGES
def test_the_table_of_numbers_met_falls_from_certain(outlook, study, lang):
    table = joint_table(gather(outlook, study), lang=lang)
    assert isinstance(table, Table)
    assert table.columns[1:] == tuple(map(str, range(8)))
    assert table.rows[1][1] == "100%"


@LANGUAGES
def test_where_nothing_can_be_said_that_is_said(unset, lang):
    assert open_study(unset) is None
    facts = gather(unset, None)
    assert (facts.scenarios, facts.joint) == ((), None)
    assert scenarios_words(None, lang=lang).markdown
    assert joint_words(facts, lang=lang).markdown.count("\n\n") == 1
    nothing = (
        scenarios_chart(None, lang=lang),
        scenarios_table(None, lang=lang),
        joint_table(facts, lang=lang),
        goal_levers(unset, "unicorns", lang=lang),
    )
    assert set(nothing) == {Prose("")}


def test_a_report_on_another_scenario_compares_with_the_same_baseline(outlook, study):
    stretch = outlook.under("stretch")
    found = open_study(stretch, scenario="stretch")
    assert found is not None
    assert found.chosen == "stretch"
    assert found.facts() == study.facts()
    assert found.joint.all_met == next(f.all for f in study.facts() if f.scenario == "stretch")


def test_a_scenario_of_a_users_own_is_shown_beside_the_others(tmp_path, study):
    text = (DATA_DIR / "scenarios" / "stretch.yaml").read_text("utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("id: stretch", "id: mine"), encoding="utf-8")
    path = str(tmp_path / "mine.yaml")
    plan = bc.load_plan("beichen-2020-2022")
    data = bc.load_observations(as_of="2021-12-31")
    found = open_study(bc.project(plan, data, scenario=path), scenario=path)
    assert found is not None
    assert [one.id for one in found.scenarios] == [*(s.id for s in study.scenarios), "mine"]
    assert found.joint.all_met == pytest.approx(
        next(f.all for f in study.facts() if f.scenario == "stretch")
    )


@LANGUAGES
def test_levers_are_said_with_the_probability_before_and_after(outlook, lang):
    table = goal_levers(outlook, "hightech_enterprises", lang=lang)
    assert isinstance(table, Table)
    assert {row[1] for row in table.rows} == {"42%"}
    assert goal_levers(outlook.under("stretch"), "hightech_enterprises", lang=lang) == table
