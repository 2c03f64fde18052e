"""A change of probability is split into parts that add up, each with what caused it; the log."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import made_up_plan as made
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_plan import SINCE, UNTIL, figure, goal, indicator, plan, series, vintage

import bcforecast as bc
from bcforecast.attainment import news as splitting
from bcforecast.attainment.explain import expected_date
from bcforecast.errors import BcforecastError
from bcforecast.evaluation.hindcast import hindcast
from bcforecast.observations.records import Measure, Status
from bcforecast.plan.fields import changed
from bcforecast.reporting import records, tables
from bcforecast.reporting.sentences import why

EXAMPLES = Path(__file__).parents[2] / "examples" / "plans"
TIANJIN = bc.load_plan("tianjin-2020-2022")
WITH_PEERS = [indicator("turnover"), *(indicator(f"peer{i}") for i in (1, 2, 3))]
GROWING = (70.0, 78.0, 84.0, 95.0, 103.0, 110.0)
OLD = series(2014, *GROWING)


def split_one(data, of=None, **more):
    (one,) = splitting.news(of or plan(), data, since=SINCE, until=UNTIL, **more).goals
    return one


@pytest.fixture(scope="module")
def year():
    """A year of Tianjin's plan."""
    return splitting.news(TIANJIN, bc.load_observations(), since=SINCE, until=UNTIL)


def changes(one):
    return {part.kind: part.change for part in one.parts}


def causes(one, kind):
    (part,) = (part for part in one.parts if part.kind == kind)
    return [cause.render("en") for cause in part.causes]


def peers():
    """Three other indicators that grow by 1, 2 and 3 % a year."""
    return [
        figure(2011 + i, 50.0 * (1.0 + peer / 100.0) ** i, indicator=f"peer{peer}")
        for peer in (1, 2, 3)
        for i in range(9)
    ]


def adds_up(one):
    return abs(sum(part.change for part in one.parts) - one.total) < 1e-9


@pytest.mark.parametrize("name", ["tianjin-2020-2022", "beichen-2020-2022"])
def test_parts_add_up_to_what_the_projection_says_at_both_dates(name):
    read, data = bc.load_plan(name), bc.load_observations()
    days = [date(2020, 1, 31), *(date(year, 12, 31) for year in range(2020, 2024))]
    said = [bc.project(read, data.at(day)) for day in days]
    for (since, first), (until, last) in pairwise(zip(days, said, strict=True)):
        for one in splitting.news(read, data, since=since, until=until).goals:
            assert one.before.probability == first[one.goal.id].attainment.probability
            assert one.after.probability == last[one.goal.id].attainment.probability
            assert [part.kind for part in one.parts] == list(splitting.PARTS)
            if one.said == "both":
                assert adds_up(one)
            else:
                assert [part.change for part in one.parts] == [None] * 4


def test_each_month_of_a_year_in_hand_has_its_own_part_and_these_add_up():
    folder = EXAMPLES / "macao"
    data, of = bc.load_observations(data_dir=folder), bc.load_plan("macao-2024", data_dir=folder)
    since, until = date(2024, 3, 31), date(2024, 6, 30)
    whole = splitting.news(of, data, since=since, until=until, daily=True)
    found = whole["visitor_arrivals"]
    part = found.parts[1]
    days = [date(2024, 3, 31), date(2024, 4, 22), date(2024, 5, 22), date(2024, 6, 21)]
    alone = [
        bc.project(of, data.at(day))["visitor_arrivals"].attainment.probability for day in days
    ]
    assert [step.change for step in part.steps] == pytest.approx(np.diff(alone).tolist(), abs=1e-9)
    assert sum(step.change for step in part.steps) == pytest.approx(part.change, abs=1e-12)
    each = [[s.change for s in of.parts[1].steps] for one in whole.goals for of in (one, one.told)]
    assert each[1::2] == [pytest.approx(one, abs=0.011) for one in each[::2]], "as printed"
    assert "now 11,476,474 visitors after 4" in part.steps[1].causes[0].render("en")
    rows = tables.steps_table(whole, lang="en").tables[0].rows
    assert len(rows) == sum(len(one.steps) for item in whole.goals for one in item.parts) == 6
    together = splitting.news(of, data, since=since, until=until)["visitor_arrivals"]
    assert changes(together) == pytest.approx(changes(found), abs=1e-12)
    assert [one.steps for one in together.parts] == [()] * 4
    said = "6,155,173 visitors after 2 of 12 months, now 14,168,665 visitors after 5 (published"
    assert why(found, lang="en") == why(together, lang="en")
    assert said in why(together, lang="en")


@pytest.mark.parametrize(
    ("status", "said"),
    [(Status.OFFICIAL, []), (Status.ROUNDED, [", 2019: CNY 11 billion as before, now official"])],
)
def test_a_figure_that_did_not_change_is_no_news_but_a_firmer_one_is(status, said):
    old = [*OLD[:-1], figure(2019, 110.0, status=status)]
    told = causes(split_one(vintage([*old, figure(2019, 110.0, published=UNTIL)])), "revisions")
    assert [words in one for one, words in zip(told, said, strict=True)] == [True] * len(said)


def test_a_year_that_is_the_sum_of_its_months_is_news_once():
    months = [
        figure(f"{year}-{month:02d}", 10.0, published=date(year + month // 12, month % 12 + 1, 20))
        for year in (2018, 2019, 2020, 2021)
        for month in range(1, 13)
    ]
    found = splitting.news(plan(), vintage(months), since=SINCE, until=UNTIL, daily=True)
    told = [
        cause.render("en") for step in found["turnover"].parts[1].steps for cause in step.causes
    ]
    assert len(told) == 12 == len(set(told)), told
    assert not any(" became " in one or "2019" in one for one in told)


def test_a_revision_of_an_old_figure_is_told_from_a_new_one_and_comes_before_it():
    def on(year, value):
        return figure(year, value, published=date(2021, 5, 1))

    early = [*OLD[:-1], figure(2019, 110.0, status=Status.PRELIMINARY), on(2019, 120.0)]
    (told,) = causes(split_one(vintage(early)), "revisions")
    assert "CNY 11 billion (preliminary) became CNY 12 billion (published" in told
    one = split_one(vintage([*OLD, on(2019, 120.0)]))
    assert changes(one)["revisions"] == pytest.approx(one.total, abs=1e-12)
    assert one.total > 0
    assert causes(one, "revisions") == [
        "Made-up District, 2019: CNY 11 billion became CNY 12 billion (published 1 May 2021)"
    ]
    assert causes(one, "new_figures") == []
    alone = changes(split_one(vintage([*OLD, on(2019, 104.0)])))
    one = split_one(vintage([*OLD, on(2019, 104.0), on(2020, 125.0)]))
    assert changes(one)["revisions"] == alone["revisions"] < 0 < changes(one)["new_figures"]
    assert adds_up(one)


def test_a_bound_that_becomes_a_value_is_a_revision_and_a_figure_not_used_before_is_new():
    old = [*OLD[:-1], figure(2019, lower=100.0, published=date(2020, 3, 1))]
    one = split_one(vintage([*old, figure(2019, 118.0, published=date(2021, 3, 1))]))
    assert changes(one)["new_figures"] == 0 != changes(one)["revisions"]
    one = split_one(vintage([*OLD, figure(2012, 66.0, published=UNTIL)]))
    assert changes(one)["revisions"] == 0
    assert causes(one, "new_figures")[0].startswith("Made-up District, 2012: CNY 6.6 billion")


def test_a_size_that_becomes_known_is_a_new_figure():
    plan = bc.load_plan("beichen-2020-2022")
    plan = changed(plan, goals=(plan.goal("invention_patents_in_force"),))
    days = {"since": date(2021, 5, 31), "until": date(2021, 6, 30)}
    (one,) = splitting.news(plan, bc.load_observations(), **days).goals
    assert causes(one, "new_figures")[:2] == [
        f"{area}, size (resident population, November 2020): {n} persons (published 1 June 2021)"
        for area, n in (("Beichen District", "909,643"), ("Tianjin", "13,866,009"))
    ]
    assert changes(one)["new_figures"] > 0 == changes(one)["model"]
    assert date(2021, 6, 1) in splitting.news_days(plan, bc.load_observations(), **days)


def test_only_what_was_published_between_the_two_dates_is_news_and_has_the_indicators_own_unit():
    plan, data = bc.load_plan("beichen-2020-2022"), bc.load_observations()
    some = [plan.goal(name) for name in ("leading_enterprises", "university_science_parks")]
    days = {"since": date(2021, 12, 31), "until": date(2023, 6, 30)}
    found = splitting.news(changed(plan, goals=tuple(some)), data, **days)
    firms, parks = ([c.render("zh") for p in one.parts for c in p.causes] for one in found.goals)
    assert not any("2021年6月1日公布" in one or "2020年" in one for one in firms)
    assert "新公布天津市2022年数据：4家（2023年3月6日）" in parks


def test_a_probability_that_appears_has_no_parts_but_the_part_that_brought_it():
    one = split_one(vintage(series(2014, *GROWING, published=date(2021, 2, 1))))
    assert (one.said, one.turn, one.total) == ("appears", "new_figures", None)
    assert "Assessed for the first time, because of new figures" in why(one, lang="en")
    assert why(one, lang="zh").startswith("因新增数据，首次可作测算；")
    one = split_one(vintage([], judgements=(made.judgement(UNTIL),)))
    assert (one.said, one.turn) == ("appears", "model")
    assert "Judgements newly elicited: 1" in causes(one, "model")
    one = split_one(vintage(OLD, breaks=(made.break_from(2020, UNTIL),)))
    assert (one.said, one.turn) == ("disappears", "new_figures")
    assert causes(one, "new_figures") == [
        "Made-up District: figures up to 2019 are no longer used, because the definition changed"
    ]


def test_a_due_figure_a_break_or_another_model_is_told_from_the_figures_that_brought_it():
    """One own figure borrows growth; three have a trend of their own."""
    own = [figure(2017, 60.0, published=UNTIL), figure(2018, 80.0, published=UNTIL)]
    one = split_one(vintage([figure(2019, 100.0), *own, *peers()]), plan(WITH_PEERS))
    assert adds_up(one)
    assert changes(one)["model"] < 0 < changes(one)["new_figures"]
    assert any("Another model" in cause for cause in causes(one, "model"))
    assert one.before.grade != one.after.grade
    jump = figure(2020, 90.0, published=date(2021, 3, 1), indicator="peer1")
    one = split_one(vintage([figure(2019, 100.0), *peers(), jump]), plan(WITH_PEERS))
    assert changes(one)["new_figures"] > 0
    words = "Figures of other indicators changed, from which growth is borrowed"
    assert causes(one, "new_figures") == [words]
    one = split_one(vintage([*OLD, figure(2022, 155.0, published=date(2021, 12, 1))]))
    assert one.after.probability == 1.0
    assert (changes(one)["new_figures"], changes(one)["model"]) == (one.total, 0)
    assert causes(one, "new_figures")[-1].startswith("The figure of the due year")


def test_a_milestone_reached_between_the_dates_is_news_of_the_prior():
    parks = indicator("parks", unit="parks", kind="event", whole=True)
    milestone = {
        "id": "land",
        "names": {"zh": "完成选址（虚构）", "en": "site chosen (made up)"},
        "place": "二（一）",
        "quote": {"zh": "完成选址", "en": "choose a site"},
        "goal": "parks",
        "reached": UNTIL,
    }
    promise = goal("parks", comparator="event", target=1, unit="parks")
    counted = {"indicator": "parks", "unit": "parks", "measure": Measure.STOCK}
    none = vintage([figure(2015, 0.0, **counted), figure(2019, 0.0, **counted)])
    one = split_one(none, plan([parks], [promise], milestones=[milestone]))
    assert changes(one)["model"] > 0
    assert adds_up(one)
    assert causes(one, "model") == ["Milestone reached: site chosen (made up)"]


def test_without_news_between_two_dates_nothing_changes_and_nothing_is_logged():
    data = vintage(OLD)
    one = split_one(data)
    assert one.total == 0
    assert (why(one, lang="en"), why(one, lang="zh")) == ("Nothing changed", "无变化")
    assert splitting.status_log(plan(), data, dates=[SINCE, date(2021, 6, 1), UNTIL]) == ()
    found = splitting.news(plan(), data, since=SINCE, until=UNTIL)
    assert tables.log_table((), found, lang="zh").tables == ()
    late = date(2022, 1, 1)
    hidden = [figure(2021, 900.0, published=late), figure(2019, 1.0, published=late)]
    assert split_one(vintage([*OLD, *hidden])) == one
    found = splitting.news(TIANJIN, bc.load_observations(), since=UNTIL, until=UNTIL)
    assert all(one.total in (0, None) and one.turn is None for one in found.goals)
    with pytest.raises(BcforecastError, match="must not be after"):
        splitting.news(plan(), data, since=UNTIL, until=SINCE)


@given(levels=st.lists(st.none() | st.floats(0.0, 1.0), min_size=2, max_size=8))
def test_a_gap_on_the_way_is_taken_in_the_step_that_ends_it_and_steps_add_up(levels):
    assert splitting.split([0.2, None, None, 0.5, 0.4]) == pytest.approx((0.0, 0.0, 0.3, -0.1))
    steps = splitting.split(levels)
    assert len(steps) == len(levels) - 1
    if levels[0] is None or levels[-1] is None:
        assert set(steps) == {None}
    else:
        assert abs(sum(steps) - (levels[-1] - levels[0])) < 1e-9


def test_record_and_table_say_the_same_in_both_languages(year):
    english, chinese = (records.news_record(year, (), lang=lang) for lang in ("en", "zh"))
    turnover = year["tech_contract_value"]
    moved = changes(turnover)
    assert (moved["revisions"], moved["model"]) == (0, 0)
    assert sum(moved.values()) == pytest.approx(turnover.total)
    assert 0 != moved["new_figures"] != turnover.total, "what other provinces had seen moves it too"
    assert english["order"] == list(splitting.PARTS)
    for one, other in zip(english["goals"], chinese["goals"], strict=True):
        assert all(one[k] == other[k] for k in ("goal", "before", "after", "change"))
        if one["change"] is not None:
            parts = sum(part["change"] for part in one["parts"].values())
            assert parts == pytest.approx(one["change"], abs=1e-9)
    assert len(tables.news_table(year, lang="zh").tables[0].rows) == len(TIANJIN.goals)


def test_under_a_scenario_passing_time_takes_from_levers_that_start_late():
    asked = {"since": SINCE, "until": UNTIL, "scenario": "stretch"}
    found = splitting.news(bc.load_plan("beichen-2020-2022"), bc.load_observations(), **asked)
    contracts = found["tech_contract_value"]
    assert changes(contracts)["time"] < 0 < changes(contracts)["new_figures"]
    assert all(adds_up(one) for one in found.goals if one.said == "both")
    assert "stretch" in tables.news_table(found, lang="en").tables[0].note


def test_what_comes_after_the_projection_keeps_the_chosen_model():
    contracts, chosen = "tech_contract_value", {"tech_contract_value": "theta"}
    one = changed(TIANJIN, goals=(TIANJIN.goal(contracts),))
    data = bc.load_observations(as_of=SINCE)
    outlook = bc.project(one, data, models=chosen)
    item = outlook[contracts]
    assert expected_date(outlook, contracts).years[-1] == 2027
    before = splitting.news(one, data, since=SINCE, until=UNTIL, models=chosen)[contracts].before
    assert before.probability == item.attainment.probability
    past = hindcast(one, data, dates=[SINCE], models=chosen).goals[0].forecasts[0]
    assert past.status.probability == before.probability


def test_days_of_news_are_those_on_which_something_on_the_plan_became_known():
    figures = [
        *OLD,
        figure(2020, 120.0, published=date(2021, 3, 5)),
        figure(2020, 1.0, published=date(2021, 4, 5), indicator="of_no_goal"),
        figure(2020, 1.0, published=date(2021, 4, 6), area="elsewhere"),
        figure(2021, 130.0, published=date(2022, 1, 5)),
    ]
    days = splitting.news_days(plan(), vintage(figures), since=SINCE, until=UNTIL)
    assert days == (SINCE, date(2021, 3, 5), UNTIL)
    data = bc.load_observations()
    days = splitting.news_days(TIANJIN, data, since=SINCE, until=UNTIL)
    log = splitting.status_log(TIANJIN, data, dates=days)
    (change,) = (c for c in log if c.goal.id == "university_science_parks")
    assert change.day == date(2021, 12, 29), "that of the figure that made it"
    assert (change.before.grade, change.after.grade) == ("U", "C")


@settings(max_examples=30)
@given(
    old=st.lists(st.floats(20, 300), max_size=6),
    arriving=st.lists(st.tuples(st.integers(2012, 2022), st.floats(20, 300)), max_size=5),
    broken=st.none() | st.integers(2014, 2022),
    elicited=st.booleans(),
    target=st.floats(30, 400),
    down=st.booleans(),
)
def test_parts_add_up_whatever_arrives(old, arriving, broken, elicited, target, down):
    way, comparator = ("down", "at_most") if down else ("up", "more_than")
    promise = goal("turnover", target=target, comparator=comparator)
    asked = plan([indicator("turnover", direction=way)], [promise])
    new = [figure(year, v, published=date(2021, 6, 1 + i)) for i, (year, v) in enumerate(arriving)]
    data = vintage(
        [*series(2020 - len(old), *old), *new],
        breaks=(made.break_from(broken, date(2021, 5, 1)),) if broken else (),
        judgements=(made.judgement(date(2021, 7, 1)),) if elicited else (),
    )
    (one,) = splitting.news(asked, data, since=SINCE, until=UNTIL).goals
    changes = [part.change for part in one.parts]
    if one.said == "both":
        assert abs(sum(changes) - one.total) < 1e-9
        assert one.turn is None
    else:
        assert changes == [None] * 4
        assert (one.turn is None) == (one.said == "never")
