"""A change of probability is split into parts that add up, each with what caused it."""

from datetime import date
from itertools import pairwise

import pytest
from made_up_plan import (
    SINCE,
    UNTIL,
    break_from,
    figure,
    goal,
    indicator,
    judgement,
    plan,
    series,
    vintage,
)

import bcforecast as bc
from bcforecast.attainment.explain import expected_date
from bcforecast.attainment.news import PARTS, GoalStatus, Reported, news, split, statuses
from bcforecast.errors import BcforecastError
from bcforecast.evaluation.hindcast import hindcast
from bcforecast.reporting.analyses import news_record, news_table, why

TIANJIN = bc.load_plan("tianjin-2020-2022")
WITH_PEERS = [indicator("turnover"), *(indicator(f"peer{i}") for i in (1, 2, 3))]
GROWING = (70.0, 78.0, 84.0, 95.0, 103.0, 110.0)


def split_one(data, of=None, **more):
    found = news(of or plan(), data, since=SINCE, until=UNTIL, **more)
    (one,) = found.goals
    return one


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
@pytest.mark.parametrize(
    "days", list(pairwise(["2020-01-31", "2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31"]))
)
def test_parts_add_up_to_what_the_projection_says_at_both_dates(name, days):
    read, data = bc.load_plan(name), bc.load_observations()
    found = news(read, data, since=date.fromisoformat(days[0]), until=date.fromisoformat(days[1]))
    first, last = (bc.project(read, data.at(day)) for day in days)
    for one in found.goals:
        assert one.before.probability == first[one.goal.id].attainment.probability
        assert one.after.probability == last[one.goal.id].attainment.probability
        assert [part.kind for part in one.parts] == list(PARTS)
        if one.said == "both":
            assert adds_up(one)
        else:
            assert [part.change for part in one.parts] == [None] * 4


def test_a_year_of_tianjin_moves_its_turnover_by_the_new_figure_alone():
    found = news(TIANJIN, bc.load_observations(), since=SINCE, until=UNTIL)
    one = found["tech_contract_value"]
    assert one.total != 0
    assert changes(one) == {"revisions": 0, "new_figures": one.total, "model": 0, "time": 0}


def test_a_revision_of_an_old_figure_is_told_from_a_new_one():
    old = series(2014, *GROWING)
    revised = figure(2019, 120.0, published=date(2021, 5, 1))
    one = split_one(vintage([*old, revised]))
    assert changes(one)["revisions"] == pytest.approx(one.total, abs=1e-12)
    assert one.total > 0
    assert causes(one, "revisions") == [
        "Made-up District, 2019: CNY 11 billion became CNY 12 billion (published 2021-05-01)"
    ]
    assert causes(one, "new_figures") == []


def test_a_new_figure_and_a_revision_together_take_their_parts_in_order():
    old = series(2014, *GROWING)
    revised = figure(2019, 104.0, published=date(2021, 5, 1))
    new = figure(2020, 125.0, published=date(2021, 5, 1))
    one = split_one(vintage([*old, revised, new]))
    alone = split_one(vintage([*old, revised]))
    assert changes(one)["revisions"] == changes(alone)["revisions"] < 0
    assert changes(one)["new_figures"] > 0
    assert adds_up(one)


def test_a_bound_that_becomes_a_value_is_a_revision():
    old = [*series(2014, *GROWING[:-1]), figure(2019, lower=100.0, published=date(2020, 3, 1))]
    one = split_one(vintage([*old, figure(2019, 118.0, published=date(2021, 3, 1))]))
    assert changes(one)["new_figures"] == 0
    assert changes(one)["revisions"] != 0


def test_a_figure_not_used_before_is_new_even_for_an_old_year():
    one = split_one(vintage([*series(2014, *GROWING), figure(2012, 66.0, published=UNTIL)]))
    assert changes(one)["revisions"] == 0
    assert causes(one, "new_figures")[0].startswith("Made-up District, 2012: CNY 6.6 billion")


def test_passing_time_without_news_leaves_a_trend_as_it_was():
    one = split_one(vintage(series(2014, *GROWING)))
    assert one.total == 0
    assert why(one, lang="en") == "Nothing changed"
    assert why(one, lang="zh") == "无变化"


def test_a_probability_that_appears_has_no_parts_but_the_part_that_brought_it():
    one = split_one(vintage(series(2014, *GROWING, published=date(2021, 2, 1))))
    assert (one.said, one.turn, one.total) == ("appears", "new_figures", None)
    assert "can be given since this part came: new figures" in why(one, lang="en")


def test_a_judgement_that_lets_a_probability_appear_is_news_of_the_prior():
    one = split_one(vintage([], judgements=(judgement(date(2021, 4, 1)),)))
    assert (one.said, one.turn) == ("appears", "model")
    assert "Judgements newly elicited: 1" in causes(one, "model")


def test_a_break_in_definition_can_make_a_probability_disappear():
    known = break_from(2020, date(2021, 2, 1))
    one = split_one(vintage(series(2014, *GROWING), breaks=(known,)))
    assert (one.said, one.turn) == ("disappears", "new_figures")
    assert causes(one, "new_figures") == [
        "Made-up District: figures up to 2019 are no longer used, because the definition changed"
    ]


def test_another_model_is_told_from_the_figures_that_brought_it():
    """One own figure borrows growth; three have a trend of their own."""
    own = [figure(2019, 100.0, published=date(2020, 3, 1))]
    later = [figure(2017, 60.0, published=UNTIL), figure(2018, 80.0, published=UNTIL)]
    one = split_one(vintage([*own, *later, *peers()]), plan(WITH_PEERS))
    assert adds_up(one)
    assert changes(one)["model"] < 0
    assert changes(one)["new_figures"] > 0
    assert any("Another model" in cause for cause in causes(one, "model"))
    assert one.before.grade != one.after.grade


def test_figures_of_other_indicators_are_named_as_such():
    jump = figure(2020, 90.0, published=date(2021, 3, 1), indicator="peer1")
    one = split_one(vintage([figure(2019, 100.0), *peers(), jump]), plan(WITH_PEERS))
    assert changes(one)["new_figures"] > 0
    assert causes(one, "new_figures") == [
        "Figures of other indicators changed, from which growth is borrowed"
    ]


def test_the_due_figure_settles_the_goal_as_a_new_figure():
    data = vintage([*series(2014, *GROWING), figure(2022, 155.0, published=date(2021, 12, 1))])
    one = split_one(data)
    assert one.after.probability == 1.0
    assert changes(one)["new_figures"] == one.total
    assert causes(one, "new_figures")[-1].startswith("The figure of the due year")
    assert changes(one)["model"] == 0


def test_a_milestone_reached_between_the_dates_is_news_of_the_prior():
    parks = indicator("parks", unit="parks", kind="event", whole=True)
    milestone = {
        "id": "land",
        "names": {"zh": "完成选址（虚构）", "en": "site chosen (made up)"},
        "place": "二（一）",
        "quote": {"zh": "完成选址", "en": "choose a site"},
        "goal": "parks",
        "reached": date(2021, 6, 30),
    }
    made = plan(
        [parks], [goal("parks", comparator="event", target=1, unit="parks")], milestones=[milestone]
    )
    one = split_one(vintage([]), made)
    assert changes(one)["model"] > 0
    assert adds_up(one)
    assert causes(one, "model") == ["Milestone reached: site chosen (made up)"]


def test_a_gap_on_the_way_is_taken_in_the_step_that_ends_it():
    assert split([0.2, None, None, 0.5, 0.4]) == pytest.approx((0.0, 0.0, 0.3, -0.1))
    assert split([0.2, None]) == (None,)


@pytest.mark.parametrize("reported", [0.25, 0.9])
def test_what_an_earlier_report_said_otherwise_is_a_change_of_model(reported):
    data = vintage([*series(2014, *GROWING), figure(2020, 130.0)])
    plain = split_one(data)
    said = GoalStatus(SINCE, reported, "verdict.likely", "B")
    earlier = Reported("made-up", SINCE, "baseline", {"turnover": said})
    one = split_one(data, previous=earlier)
    assert one.before.probability == reported
    assert changes(one)["model"] == pytest.approx(plain.before.probability - reported)
    assert changes(one)["new_figures"] == pytest.approx(changes(plain)["new_figures"])
    assert adds_up(one)
    assert "; The earlier report gave" in why(one, lang="en")


def test_an_earlier_report_that_said_the_same_changes_nothing():
    data = vintage([*series(2014, *GROWING), figure(2020, 130.0)])
    said = statuses(bc.project(plan(), data.at(SINCE)))
    one = split_one(data, previous=Reported("made-up", SINCE, "baseline", said))
    assert one == split_one(data)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"plan": "other"}, "another plan: other; needed: made-up"),
        ({"as_of": UNTIL}, "another as-of date: 2021-12-31; needed: 2020-12-31"),
        ({"scenario": "stretch"}, "another scenario: stretch; needed: baseline"),
    ],
)
def test_a_report_of_something_else_is_refused(changed, words):
    fields = {"plan": "made-up", "as_of": SINCE, "scenario": "baseline", "goals": {}, **changed}
    with pytest.raises(BcforecastError, match=words) as refused:
        split_one(vintage([]), previous=Reported(**fields))
    assert "上次报告" in refused.value.message.render("zh")


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(BcforecastError, match="must not be after"):
        news(plan(), vintage([]), since=UNTIL, until=SINCE)


def test_one_date_twice_is_no_news():
    found = news(TIANJIN, bc.load_observations(), since=UNTIL, until=UNTIL)
    assert all(one.total in (0, None) for one in found.goals)
    assert all(one.turn is None for one in found.goals)


def test_figures_published_after_the_second_date_change_nothing():
    seen = [*series(2014, *GROWING), figure(2020, 130.0)]
    late = date(2022, 1, 1)
    hidden = [figure(2021, 900.0, published=late), figure(2019, 1.0, published=late)]
    assert split_one(vintage([*seen, *hidden])) == split_one(vintage(seen))


def test_record_and_table_say_the_same_in_both_languages():
    found = news(TIANJIN, bc.load_observations(), since=SINCE, until=UNTIL)
    english, chinese = (news_record(found, (), lang=lang) for lang in ("en", "zh"))
    assert english["order"] == list(PARTS)
    for one, other in zip(english["goals"], chinese["goals"], strict=True):
        assert {k: one[k] for k in ("goal", "before", "after", "change")} == {
            k: other[k] for k in ("goal", "before", "after", "change")
        }
        if one["change"] is not None:
            parts = sum(part["change"] for part in one["parts"].values())
            assert parts == pytest.approx(one["change"], abs=1e-9)
    assert len(news_table(found, lang="zh").rows) == len(TIANJIN.goals)


def test_under_a_scenario_passing_time_takes_from_levers_that_start_late():
    beichen = bc.load_plan("beichen-2020-2022")
    found = news(beichen, bc.load_observations(), since=SINCE, until=UNTIL, scenario="stretch")
    contracts = found["tech_contract_value"]
    assert changes(contracts)["time"] < 0 < changes(contracts)["new_figures"]
    assert all(adds_up(one) for one in found.goals if one.said == "both")
    assert "stretch" in news_table(found, lang="en").note


def test_what_comes_after_the_projection_keeps_the_chosen_model():
    contracts, chosen = "tech_contract_value", {"tech_contract_value": "theta"}
    one = TIANJIN.model_copy(update={"goals": (TIANJIN.goal(contracts),)})
    data = bc.load_observations(as_of=SINCE)
    item = bc.project(one, data, models=chosen)[contracts]
    assert expected_date(item, scenario="baseline").horizon == 2027
    before = news(one, data, since=SINCE, until=UNTIL, models=chosen)[contracts].before
    assert before.probability == item.attainment.probability
    past = hindcast(one, data, dates=[SINCE], models=chosen).goals[0].forecasts[0]
    assert past.status.probability == before.probability
