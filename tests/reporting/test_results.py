"""From an outlook on the shipped plans to facts and charts, with nothing lost on the way."""

import pytest

from bcforecast.plotting.fan import fan_data
from bcforecast.reporting import gather, open_outlook


@pytest.fixture(scope="module")
def turnover():
    return open_outlook("tianjin-2020-2022", as_of="2020-12-31", goal="tech_contract_value")


@pytest.fixture(scope="module")
def enterprises():
    return open_outlook("beichen-2020-2022", as_of="2021-12-31", goal="hightech_enterprises")


def test_turnover_rests_on_the_nine_yearbook_figures_published_by_then(turnover):
    goal = gather(turnover).goal("tech_contract_value")
    assert [figure.period for figure in goal.own.used] == [str(y) for y in range(2011, 2020)]
    assert {figure.source for figure in goal.own.used} == {"cyb_tech_market"}
    assert goal.grade == "A"
    assert [figure.period for figure in goal.own.unused] == ["2013", "2014", "2019"]
    assert all(figure.remark is not None for figure in goal.own.unused)
    assert goal.outcome is None


def test_a_goal_settled_by_its_published_figure_is_gathered_and_says_so():
    settled = open_outlook("tianjin-2020-2022", as_of="2023-12-31", goal="tech_contract_value")
    goal = gather(settled).goal("tech_contract_value")
    assert goal.model.render("en") == "the published figure itself"
    assert (goal.outcome.value, goal.outcome.met) == (1650.8667, True)


def test_every_source_that_is_named_is_listed_once(turnover, enterprises):
    for outlook in (turnover, enterprises):
        document = gather(outlook)
        listed = [source.id for source in document.sources]
        both = [s for goal in document.goals for s in (goal.own, goal.parent) if s is not None]
        named = {figure.source for series in both for figure in (*series.used, *series.unused)}
        assert len(listed) == len(set(listed))
        assert named <= set(listed)


def test_a_borrowed_goal_has_its_parents_figures_and_name(enterprises):
    goal = gather(enterprises).goal("hightech_enterprises")
    assert goal.parent.area_name.render("zh") == "天津市"
    years = [figure.period for figure in goal.parent.used]
    assert years == ["2012", "2013", "2016", "2017", "2019"]


def test_the_chart_shows_the_numbers_of_the_outlook(turnover):
    chart = fan_data(turnover["tech_contract_value"], turnover)
    said, fan = turnover["tech_contract_value"].attainment, chart.fan
    ends = [fan.lower[1][-1], fan.median[-1], fan.upper[1][-1]]
    assert ends == pytest.approx([said.q10, said.q50, said.q90])
    assert chart.own.times.tolist() == list(range(2011, 2020))


def test_the_chart_of_an_event_ends_at_the_probability_of_the_goal():
    outlook = open_outlook("beichen-2020-2022", as_of="2021-12-31", goal="university_science_parks")
    (item,) = outlook
    chart = fan_data(item, outlook)
    assert chart.fan is None
    assert chart.met_by_year[2022] == chart.met_by_count[1] == item.attainment.probability
    (goal,) = gather(outlook).goals
    assert (goal.q10, goal.q50, goal.q90) == (None, None, None)


def test_one_goal_alone_has_the_probability_that_it_has_among_all(enterprises):
    whole = open_outlook("beichen-2020-2022", as_of="2021-12-31")
    alone = enterprises["hightech_enterprises"].attainment
    assert whole["hightech_enterprises"].attainment == alone
