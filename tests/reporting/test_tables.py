"""Tables hold what the facts and the analyses say, the same in both languages."""

import json
from dataclasses import replace
from datetime import date

import pytest
from made_up_facts import AS_OF, both, facts, figure, goal, outcome, series, unset

from bcforecast import config, load_observations, project, reporting
from bcforecast.attainment.probability import verdict_of
from bcforecast.attainment.seek import seek, seek_each
from bcforecast.reporting import sentences, tables
from bcforecast.reporting.document import TableBlock, observation_anchor, plain_text
from bcforecast.reporting.facts import ForecastFact, MeasureFact, PushFact
from bcforecast.reporting.records import scenario_records, seek_records
from bcforecast.text import NOTHING, Text, rounded
from tests.attainment import made_up_plan
from tests.attainment.explored_plans import BEICHEN, beichen, scenarios


def cells(section):
    (table,) = section.tables
    return table.cells


def likely(probability, grade, **changes):
    """Return a goal with a probability and the word for it."""
    verdict = verdict_of(probability, grade=grade)
    return goal(probability=probability, grade=grade, verdict=verdict, **changes)


def test_the_brief_groups_goals_by_how_they_stand_the_least_likely_first():
    found = facts(
        likely(0.9, "A", id="far"),
        likely(0.05, "B", id="near"),
        likely(0.5, "C", id="either"),
        likely(0.3, "A", id="nearer"),
        unset(),
    )
    (table,) = tables.brief_table(found, lang="en").tables
    step = "adopt measures: how much they would do cannot be estimated yet"
    heads = (f"2 at risk: {step}", "", "1 could go either way", "1 on course", "1 not assessed")
    assert table.groups == heads
    said, _ = map(plain_text, sentences.brief(found, lang="en"))
    assert said.startswith("2 at risk: ")
    assert said.endswith(f". {', '.join(heads[2:])}.")
    assert [row[2] for row in table.cells] == ["5%", "30%", "50%", "90%", "–"]
    assert table.cells[0][4] == "455 enterprises (2020)", "two figures are no trend"
    assert "Next step" in table.columns, "of groups of one, whose head says no step"
    assert not any(row[5] for row in table.cells[:2]), "what rows share is said once"
    assert table.note.startswith("Responsible for every goal: Science Bureau. Based only on data ")
    assert "At risk: a chance below 33%; on course: 66% or more." in table.note


def test_the_brief_holds_two_pages_of_rows_and_names_the_others():
    many = [likely(0.1 if k < 40 else 0.9, "A", id=f"g{k}") for k in range(90)]
    (table,) = tables.brief_table(facts(*many), lang="en").tables
    *shown, named = table.cells
    assert len(shown) == 64
    assert not any(named), "in a line over all columns"
    assert table.groups[-1].startswith("Also – ")
    assert table.groups[-1].count(many[0].name.render("en")) == 90 - 64


def test_goals_not_assessed_for_which_the_pages_have_no_room_are_named_with_what_is_missing():
    others = [unset(id=f"u{k}") for k in range(8)]
    many = facts(*(likely(0.9, "A", id=f"g{k}") for k in range(64)), *others)
    (table,) = tables.brief_table(many, lang="en").tables
    assert len(table.rows) == 65
    assert table.groups[-1].startswith("8 not assessed – ")
    assert table.groups[-1].endswith(". Publish the area’s own figures for the last three years.")
    page = tables.brief_table(many, lang="en")._repr_html_()
    assert page.count("<tr") == 1 + 64 + 2, "head, rows, heads of groups"


@pytest.mark.parametrize(("met", "lang", "group", "said"), [
    (True, "zh", "已完成1项", "2022年600家：已完成"),
    (False, "en", "1 missed", "600 enterprises in 2022: missed"),
])  # fmt: skip
def test_a_goal_whose_outcome_is_known_has_no_chance_but_says_how_it_ended(met, lang, group, said):
    ended = goal(id="ended", outcome=outcome(600.0, met=met), due=AS_OF, probability=float(met))
    found = facts(ended, likely(0.05, "A", before={"probability": 0.3, "grade": "A", "why": "."}))
    (table,) = tables.brief_table(found, lang=lang).tables
    at = list(table.groups).index(group)
    assert at == 1, "what can still be moved comes first"
    assert table.cells[at][2:] == ("–", "–", said, "–"), "how it ended is said once"
    assert "%" not in "".join(table.cells[at])
    unknown = {"probability": None, "grade": "U", "why": "."}
    assert not sentences.changed(goal(**{**ended.model_dump(), "before": unknown}), lang=lang)
    first = plain_text(sentences.brief(found, lang=lang)[0])
    assert ("at risk: " in first.partition("1 missed: ")[0]) is (lang == "en")
    assert ("1 missed: " in first) is not met
    assert not sentences.likelihood(ended, found, lang=lang)
    assert cells(reporting.progress_table(found, lang=lang))[0][-3:] == ("–",) * 3
    twice = found.model_copy(update={"goals": found.goals[:1] * 2})
    (table,) = reporting.progress_table(twice, lang=lang).tables
    assert len(table.columns) == 8, "no column of dashes for a pace"
    assert not any(pace in table.note for pace in ("change", "年均"))


@pytest.mark.parametrize(("other", "said"), [
    (likely(0.8, "A", id="b"), "No action is needed now. Continue as planned"),
    (unset(), "First: Platforms (Science Bureau). Publish"),
])  # fmt: skip
def test_where_all_is_on_course_nothing_but_missing_figures_is_advised(other, said):
    found = facts(likely(0.9, "A"), likely(0.95, "A", id="c"), other)
    assert plain_text(sentences.brief(found, lang="en")[1]).startswith(said)
    fell = likely(0.9, "A", own=own_figures(520.0, 500.0, 455.0))
    assert sentences.next_step(fell, facts(fell), lang="en").said.endswith("figures have worsened.")
    met = facts(goal(outcome=outcome(600.0, met=True)))
    assert plain_text(sentences.brief(met, lang="en")[0]) == "Every goal has ended: 1 met."
    heading, *_, table = reporting.plan_brief(met, lang="en").blocks
    assert (heading.text, "Chance" in table.columns) == ("How the goals have ended", False)
    assert table.note == "Based only on data published by 31 December 2021."
    alone = plain_text(sentences.brief(facts(unset()), lang="en")[1])
    assert "No goal rests on a figure of" in alone


def test_what_is_named_first_moves_a_goal_at_risk_and_is_none_of_advice_that_helps_little():
    def pushed(before, reached, **more):
        push = {"words": Text(en="aid"), "levers": 1, "wanted": 0.8, "feasible": False, **more}
        push = PushFact(reached=reached, **push)
        name = Text(en=f"Goal of {reached}")
        return likely(before, "A", id=f"g{reached}", name=name, pushes=(push,))

    def first(*goals, lang="en"):
        return plain_text(sentences.brief(facts(*goals), lang=lang)[1])

    idle, some, most, even = (0.01, 0.06), (0.1, 0.3), (0.2, 0.7), (0.5, 0.75)
    assert first(*(pushed(*one) for one in (idle, some, most, even))).startswith(
        "First: Goal of 0.7"
    )
    risky = facts(*(pushed(p / 100, p / 100 + 0.05) for p in (1, 2, 3)), pushed(*most))
    assert ", Goal of 0.7 and others." in plain_text(sentences.brief(risky, lang="en")[0])
    little = "First: find other measures for Goal of 0.06, or revise their targets; known measures"
    assert first(pushed(*idle), pushed(*even)).startswith(little)
    assert first(*[pushed(*idle)] * 3, pushed(*even), lang="zh").startswith(
        "首要建议：为有风险的目标另寻举措或调整目标；已知举措难有明显改观。其余目标中，"
    )
    assert first(pushed(*idle)).startswith("First: Goal of 0.06 (Science Bureau); known measures")
    unheard = pushed(0.1, 0.9, unseen=-5)  # that nobody has ever done is no first step
    assert first(unheard).startswith("First: Goal of 0.9 (Science Bureau); no pace seen")
    assert first(unheard).endswith(
        " to 2022 it would have to fall faster on average than over any 5 years on record."
    )
    assert first(unheard, pushed(*even)).startswith(
        "First: adopt measures for Goal of 0.9, or revise their targets; no pace seen before would"
    )


def test_newer_figures_that_should_be_out_are_missed_beside_the_latest_and_are_the_next_step():
    def told(published, p=0.9, **changes):
        used = (figure("2018", 410.0), figure("2019", 455.0, published=published))
        one = likely(p, "A", own=series(*used), latest_year=2019, **changes)
        lacking = plain_text(sentences.lacking(one, AS_OF, lang="en"))
        return lacking.rpartition(", ")[2], sentences.next_step(one, facts(one), lang="en")[0]

    assert told(date(2020, 9, 30))[1] == "Add the figure for 2020, which should be out."
    assert told(date(2020, 10, 1))[0] == "", "a quarter of a year is allowed for"
    said, step = told(date(2019, 10, 1), 0.5)
    assert said == "those from 2020 to 2021 should be out."
    assert step.startswith("Add the figures up to 2021, which should be out.")


def test_rows_of_the_brief_say_what_differs_and_the_head_of_their_group_what_they_share():
    def pushed(name, before, reached, **more):
        push = {"words": Text(en=name), "levers": 1, "general": True, "wanted": 0.8, **more}
        push = PushFact(reached=reached, feasible=False, **push)
        return likely(before, "A", id=name, pushes=(push,))

    found = facts(pushed("aid", 0.1, 0.3, unseen=5), pushed("law", 0.2, 0.4, unseen=-2))
    (table,) = tables.brief_table(found, lang="en").tables
    shared = "adopt measures or revise the target; no figure on record has ever moved as fast as "
    shared += "this would take"
    assert table.groups == (f"2 at risk: {shared}", "")
    assert [row[-1] for row in table.cells] == [
        f"Even {name} would give only {p}%." for name, p in (("aid", 30), ("law", 40))
    ]
    weak = facts(*(likely(0.5, "D", id=f"g{k}") for k in range(2)))
    assert "Own figures first" not in str(tables.brief_table(weak, lang="en").tables)
    assert plain_text(sentences.brief(weak, lang="en")[-1]).startswith("First: publish figures.")


@pytest.mark.parametrize(("lang", "every", "some"), [
    ("en", "All figures were entered by hand, their", "Some of the figures were entered by hand"),
    ("zh", "所用数据均系手工录入，来源未核对。", "所用数据有一部分系手工录入，来源未核对。"),
])  # fmt: skip
def test_page_one_says_that_figures_come_from_sources_that_nobody_checked(lang, every, some):
    def noted(*goals, seen="entered"):
        found = facts(*goals)
        sources = (found.sources[0].model_copy(update={"verification": seen}),)
        found = found.model_copy(update={"sources": sources})
        return tables.brief_table(found, lang=lang).tables[0].note

    assert every in noted(goal())
    assert some in noted(goal(own=series(figure("2020", 1.0), figure("2019", 2.0, source="x"))))
    for note in (noted(goal(), seen="press"), noted(goal(own=series(unused=(figure("2020", 1),))))):
        assert not any(one in note for one in (every, some))


@pytest.mark.parametrize(("status", "mark"), [("preliminary", "preliminary, "), ("official", "")])
def test_a_latest_figure_that_is_not_final_is_marked_wherever_it_is_told(status, mark):
    one = goal(own=series(figure("2019", 410.0), figure("2020", 455.0, status=status)))
    found = facts(one)
    (brief,) = tables.brief_table(found, lang="en").tables
    assert f"455 enterprises ({mark}2020)" in str(brief.cells)
    assert cells(tables.progress_table(found, lang="en"))[0][3] == f"455 ({mark}2020)"
    said = plain_text(sentences.progress(one, lang="en"))
    assert ("455 enterprises (preliminary)" in said) == bool(mark)


def test_goals_whose_chances_read_alike_stand_by_date():
    way = {"grade": "C", "family": both("路", "way")}
    steps = ((0.11, 2030), (0.12, 2027))  # in the order of the plan
    found = facts(*(likely(p, id=f"y{y}", due=date(y, 12, 31), **way) for p, y in steps))
    assert sentences.by_rating(found) == {"at_risk": [*reversed(found.goals)]}
    assert found.pages == (("y2027", "y2030"),)


def test_what_is_over_but_not_published_is_awaited_and_the_first_advice_is_on_what_can_move():
    over = likely(0.05, "A", id="over", due=AS_OF)
    found = facts(over, likely(0.3, "A", id="open"))
    (table,) = tables.brief_table(found, lang="en").tables
    assert table.groups == ("1 at risk", "1 due and awaiting its figure")
    assert table.cells[1][-1].startswith("Publish the figure for 2021, which settles the goal.")
    _, first = sentences.brief(found, lang="en")
    assert plain_text(first).startswith(
        "First: Technology enterprises (Science Bureau). Adopt measures: how much"
    )
    _, first = sentences.brief(facts(over, likely(0.4, "A", id="late", due=AS_OF)), lang="en")
    assert plain_text(first).startswith("First: publish the figures that settle the goals that are")
    (table,) = tables.brief_table(facts(unset(due=AS_OF), over), lang="en").tables
    settles = "publish the figure for 2021, which settles the goal"
    assert table.groups == (f"2 due and awaiting their figures: {settles}", "")
    assert table.cells[1][2] == "–", "what has no chance stands below what has one"
    assert plain_text(sentences.overview(found, lang="en")[1]).startswith(
        "One assessed goal has fallen due"
    )
    bound = outcome(None, words=Text(en="at least 230", zh="230以上"), met=None)
    (table,) = tables.brief_table(facts(likely(0.3, "A", outcome=bound)), lang="en").tables
    assert table.cells[0][-1] == "at least 230 in 2022: open", "its group does not say it"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"probability": 0.9, "grade": "A"}, "Continue as planned; review when the next figure"),
        ({"probability": 0.9, "grade": "D"}, "Continue as planned, and confirm it with the area"),
        ({"probability": 0.4, "grade": "D"},
         "Own figures first. Review when the next figure is published: what"),
        ({"probability": 0.4, "grade": "C", "measures": ("one",)},
         "Own figures first. Review when the next figure is published: what"),
        ({"probability": 0.4, "grade": "D", "pushes": [(0.9, True, 1)]},
         "Own figures first. Aim for a lever"),
        ({"probability": 0.2, "grade": "A"}, "Adopt measures: how much they would do"),
        ({"probability": 0.2, "grade": "A", "measures": ("one",)},
         "Adopt other measures or revise the target: those known are not enough"),
        ({"probability": 0.4, "grade": "A", "pushes": [(0.85, True, 1)]},
         "Aim for a lever: the chance would reach 85%."),
        ({"probability": 0.4, "grade": "A", "pushes": [(0.6, False, 1)]},
         "Add measures: even a lever would give only 60%."),
        ({"probability": 0.4, "grade": "A", "pushes": [(0.796, False, 1)]},
         "Aim for a lever: the chance would reach 80%."),
        ({"probability": 0.1, "grade": "A", "pushes": [(0.4, False, 1)]},
         "Adopt other measures or revise the target: known ones give 40% at most."),
        ({"probability": 0.2, "grade": "A", "pushes": [(0.21, False, 1)]}, "Adopt other measures"),
        ({"probability": 0.4, "grade": "A", "pushes": [(0.41, False, 1)]}, "Look for other"),
        ({"probability": 0.6, "grade": "D", "pushes": [(0.64, False, 1), (0.7, False, 2)]},
         "Own figures first. Add measures: even all known levers together would give only"),
        ({"probability": 0.1, "grade": "A", "general": True, "pushes": [(0.4, False, 1)]},
         "Adopt measures or revise the target: even a lever would give only 40%."),
        ({"probability": 0.1, "grade": "A", "general": True, "pushes": [(0.001, False, 1)]},
         "Adopt measures or revise the target: even a lever would give only under"),
        ({"probability": 0.1, "grade": "A", "general": True, "pushes": [(0.8, True, 1)]},
         "Adopt measures: a lever would bring the chance to 80%."),
        ({"probability": 0.1, "grade": "A", "general": True, "pushes": [(0.8, True, 1)],
          "unseen": 5},
         "Adopt measures or revise the target: a lever would bring the chance to 80%. From"),
        ({"probability": 0.1, "grade": "A", "general": True, "pushes": [(0.4, False, 1)],
          "measures": ("one",)}, "Add measures or revise the target: even a lever would give only"),
        ({"probability": 0.1, "grade": "A", "general": True, "pushes": [(0.4, False, 1)],
          "comparator": "between", "upper": 9e3},
         "Adopt measures or revise the target: the chance would be greatest, 40%, with a lever."),
        ({"probability": 0.25, "grade": "A", "general": True, "pushes": [(0.25, False, 1)],
          "comparator": "between", "upper": 9e3}, "Adopt measures or revise the target: nothing"),
        ({"probability": 0.4, "grade": "A", "pushes": [(0.85, True, 1)], "mine": ["Aid", "B"]},
         "Strengthen “Aid” and others: a lever would bring the chance to 85%."),
        ({"probability": 0.4, "grade": "A", "pushes": [(0.6, False, 1)], "mine": ["Aid"]},
         "Add measures: even a lever would give only 60%"),
        ({"probability": 0.1, "grade": "A", "comparator": "about", "target": 5.0, "upper": 6.0,
          "onward": 1, "q10": 6.0, "q50": 7.0, "q90": 9.0, "mine": ["Aid"],
          "pushes": [(0.4, False, 1)]}, "Decide whether going past the target counts as met: on"),
        ({"probability": 0.4, "grade": "A", "due": date(2020, 12, 31)},
         "Publish the figure for 2020, which settles the goal."),
    ],
)  # fmt: skip
def test_the_next_step_is_the_lever_that_helps_or_the_figures_that_are_missing(changes, said):
    words = Text(en="a lever", zh="一项举措")
    more = {"general": changes.pop("general", False), "words": words, "wanted": 0.8}
    more["unseen"] = changes.pop("unseen", 0)
    more["measures"] = tuple(Text(en=name) for name in changes.pop("mine", ()))
    pushes = tuple(
        PushFact(levers=n, reached=reached, feasible=feasible, **more)
        for reached, feasible, n in changes.get("pushes", [])
    )
    one = likely(**{**changes, "pushes": pushes})
    assert sentences.next_step(one, facts(), lang="en")[0].startswith(said)
    (table,) = tables.brief_table(facts(one), lang="en").tables
    assert ("for a chance of 80%." in table.note) == any(
        one in said for one in ("a lever", "all known")
    )


def test_shortly_before_the_due_date_its_figure_is_awaited():
    late = facts().model_copy(update={"as_of": date(2021, 11, 30)})
    one = likely(0.4, "A", due=AS_OF)
    said = sentences.next_step(one, late, lang="en")[0]
    assert said == "Await the figure for 2021: what is done now comes too late for it."


def test_a_bound_that_came_after_the_latest_figure_is_what_was_last_published():
    said = {"value": None, "lower": 520.0, "words": both("超过520家", "over 520"), "period": "2021"}
    used = (*goal().own.used, goal().own.used[-1].model_copy(update=said))
    one = goal(own=goal().own.model_copy(update={"used": used}))
    assert plain_text(sentences.progress(one, lang="en")).endswith("2021, is over 520.")
    told = "over 520 (2021)", "–", "–"
    assert cells(reporting.progress_table(facts(one), lang="en"))[0][3:6] == told


def own_figures(*values):
    one = goal().own.used[0]
    used = [one.model_copy(update={"period": str(2018 + n), "value": v})
            for n, v in enumerate(values)]  # fmt: skip
    return goal().own.model_copy(update={"used": tuple(used)})


def test_the_latest_figures_say_whether_they_came_nearer_to_the_goal():
    def trend(*values, **changes):
        return sentences.direction(goal(**{"own": own_figures(*values), **changes})).render("en")

    assert trend(90.0, 100.0, 120.0) == "↗\N{NO-BREAK SPACE}improving"
    assert trend(90.0, 100.0, 120.0, comparator="at_most") == "↗\N{NO-BREAK SPACE}worsening"
    assert trend(120.0, 100.0, 100.4, comparator="at_most") == "↘\N{NO-BREAK SPACE}improving"
    assert trend(100.0, 100.4, 100.1) == "→\N{NO-BREAK SPACE}steady"
    told = trend(100.0, 90.0, 120.0)
    assert told.split("\N{NO-BREAK SPACE}") == ["↕", "up", "and", "down"], "one year is no trend"
    assert trend(100.0, 120.0) == "–"
    within = {"comparator": "between", "target": 100.0, "upper": 110.0}
    for figures, said in (
        ((70.0, 80.0, 90.0), "↗ closer"),
        ((90.0, 105.0, 120.0), "↗ moving away"),
        ((109.0, 105.0, 101.0), "↘ within the range"),
        ((70.0, 80.0, 80.0), "↗ closer"),  # and stayed there, outside
        ((95.0, 95.0, 115.0), "↗ moving away"),  # as far above as it was below
    ):
        assert trend(*figures, **within) == said.replace(" ", "\N{NO-BREAK SPACE}")
    years = "2016-04/2017-03", "2017-04/2018-03", "2018-04/2019-03"
    fiscal = series(*map(figure, years, (9.5, 9.0, 8.0)))
    assert trend(own=fiscal) == "↘\N{NO-BREAK SPACE}worsening"


def test_why_says_how_fast_figures_moved():
    def pace(*values, **changes):
        made = goal(own=own_figures(*values), **{"latest": values[-1], **changes})
        return plain_text(sentences.pace_so_far(made, lang="en"))

    past = "From 2018 to 2019 the figure rose by 10%."  # of one year no mean
    assert pace(100.0, 110.0, required_rate=0.2, q50=None) == past
    trend = {"required_rate": 0.2, "pace_from": Text(en="the trend")}
    ahead = f"{past} From 2019 to 2022 the forecast’s median rises by"
    assert pace(100.0, 110.0, q50=110 * 1.28**3, **trend) == f"{ahead} 28% a year: the trend."
    assert pace(100.0, 110.0, q50=110 * 1.1**3, **trend) == f"{ahead} 11% a year."
    assert "median rises by 18%: the trend" in pace(
        100.0, 110.0, q50=133.1, due="2020-12-31", **trend
    )
    fewer = {"required_increment": -1.0, "unit": "%", "comparator": "at_most", "target": 1.0}
    assert "the figure fell by 0.50 percentage points a year." in pace(3.5, 3.0, 2.5, **fewer)
    assert pace(100.0) == pace(100.0, 110.0, latest=600.0) == pace(1.0, 2.0, comparator="event")
    assert pace(100.0) == ""


NO_FIGURE = dict.fromkeys(("latest", "gap", "required_rate", "q10", "q50", "q90"))


@pytest.mark.parametrize(
    ("changes", "places", "said"),
    [
        (NO_FIGURE, slice(3, 9), ("–",) * 6),
        ({"gap": -12.0}, slice(4, 5), ("−12",)),
        ({}, slice(5, 6), ("7.9%",)),
        ({"comparator": "event", "required_increment": 40.0}, slice(5, 6), ("40",)),
        ({"latest": 543.0, "gap": -12.0, "required_rate": -0.02}, slice(5, 6), ("–",)),
        ({"comparator": "at_most", "latest": 518.0, "gap": 12.0, "required_rate": 0.02},
         slice(5, 6), ("–",)),
    ],
    ids=["no figure", "minus", "a pace", "new things", "none for a kept promise", "nor downwards"],
)  # fmt: skip
def test_a_row_says_where_a_goal_stands(changes, places, said):
    (row,) = cells(reporting.progress_table(facts(goal(**changes)), lang="en"))
    assert row[places] == said


def test_what_has_nothing_to_say_is_no_table(lang):
    bare = facts(unset()).model_copy(update={"milestones": (), "qualitative": ()})
    nothing = (
        reporting.progress_table(bare, lang=lang),
        reporting.forecast_table(goal(), lang=lang),  # of two years
        reporting.forecast_table(unset(), lang=lang),
        reporting.unassessed_table(facts(goal()), lang=lang),
        reporting.tracked_table(bare, lang=lang),
        reporting.delivery_table(bare, lang=lang),
        tables.rates_table([], lang=lang),
    )
    assert set(nothing) == {reporting.Section()}


def test_a_forecast_shows_its_median_and_the_ends_of_every_year_or_of_every_third():
    rise, levels = ((1.0, 2.0, 3.0),) * 2, (0.5, 0.8)
    three = ForecastFact(
        years=(2020, 2021, 2022), levels=levels, median=(5.0, 6.0, 7.0), lower=rise,
        upper=((8.0, 9.0, 10.0),) * 2,
    )  # fmt: skip
    (table,) = reporting.forecast_table(goal(forecast=three), lang="en").tables
    assert table.columns[1:] == ("2020", "2021", "2022")
    rows = [row[1:] for row in table.cells]
    assert rows == [("5", "6", "7"), ("1 to 8", "2 to 9", "3 to 10")]
    later = reporting.forecast_table(goal(forecast=three), since=2021, lang="en")
    assert later == reporting.Section()
    years, flat = tuple(range(2021, 2041)), ((1.0,) * 20,) * 2
    long = ForecastFact(years=years, levels=levels, median=flat[0], lower=flat, upper=flat)
    (table,) = reporting.forecast_table(goal(forecast=long), lang="en").tables
    assert table.columns[1:] == tuple(map(str, range(2022, 2041, 3)))
    assert {len(row) for row in table.rows} == {8}


def test_a_rise_is_not_told_as_a_fall_where_later_years_are_known_less_exactly():
    median, half = (673015.0, 673600.0, 674254.0), (40000.0, 45000.0, 65000.0)
    lower, upper = ((tuple(map(way, median, half)),) * 2 for way in (float.__sub__, float.__add__))
    fan = ForecastFact(
        years=(2020, 2021, 2022), levels=(0.5, 0.8), median=median, lower=lower, upper=upper
    )
    (table,) = reporting.forecast_table(goal(forecast=fan), lang="en").tables
    assert table.cells[0][1:] == ("670,000",) * 3


def test_the_forecast_of_an_event_is_its_probability():
    event = goal(met_by_year={2020: 0.001, 2021: 0.1, 2022: 0.2}, forecast=None)
    assert cells(reporting.forecast_table(event, lang="en"))[0][1:] == ("under 1%", "10%", "20%")


def test_all_figures_stand_in_the_list_with_what_became_of_them():
    (listed,) = reporting.observations_table(facts(), lang="en").tables
    assert listed.cells[1][2] == "9 April 2021*"
    assert "assumed" in listed.note
    assert [row[-1] for row in listed.cells] == [
        "official; used", "official; used", "official; not used: a part of a year",
    ]  # fmt: skip
    own = facts().goals[0].own
    assert listed.anchors == tuple(map(observation_anchor, (*own.used, *own.unused)))


def test_years_that_are_alike_share_a_row_and_the_last_stands_alone():
    first = goal().own.used[0]
    used = tuple(
        first.model_copy(update={"period": str(year), "value": 10.0 * year, "published": said})
        for year, said in ((y, date(y + 1, 3, 1)) for y in (2010, 2011, 2012, 2013, 2015, 2016))
    )
    note = first.model_copy(update={"period": "2014", "note": Text.untranslated("约数")})
    own = goal().own.model_copy(update={"used": used, "unused": (note,)})
    (table,) = reporting.observations_table(facts(goal(own=own)), lang="en").tables
    (_, count, days, *_, use), *alone = table.cells
    assert (count, days) == ("4 figures", "1 March 2011 to 1 March 2014")
    assert use == "official; used; year by year (enterprises): 20,100; 20,110; 20,120; 20,130"
    assert [row[-1] for row in alone] == ["official; used"] * 2 + [
        "official; not used: in the source’s words: “约数”"
    ]


def test_months_of_a_year_share_a_row_with_their_sources_and_what_holds_of_some():
    first, note = goal().own.used[0], Text.untranslated("約數")
    used = tuple(
        first.model_copy(
            update={"period": f"{year}-{month:02}", "source": f"s{month}", "note": said}
        )
        for year, month, said in (
            (2022, 12, None),
            *((2023, m, note) for m in range(1, 4)),
            (2023, 4, None),
        )
    )
    own = goal().own.model_copy(update={"used": used, "unused": ()})
    listed = [facts().sources[0].model_copy(update={"id": f"s{m}"}) for m in (12, 1, 2, 3, 4)]
    known = facts(goal(own=own)).model_copy(update={"sources": listed})
    (table,) = reporting.observations_table(known, lang="en").tables
    alone, (period, count, _, sources, use) = table.cells
    assert alone[3] == "[1]"
    assert (period, count) == ("January to April 2023", "4 figures")
    assert sources == "[2] to [5]"
    assert [span.link for span in table.rows[1][3][::2]] == ["#source-s1", "#source-s4"]
    assert "of some: in the source’s words: “約數”; used; month by month (enterprises): 410;" in use
    worked = (
        {"status": "derived", "note": Text.untranslated(f"{one.source} less 1")} for one in used
    )
    used = tuple(one.model_copy(update=made) for one, made in zip(used, worked, strict=True))
    own = own.model_copy(update={"used": used})
    known = known.model_copy(update={"goals": (goal(own=own),)})
    (table,) = reporting.observations_table(known, lang="en").tables
    assert "sheet Observations) has how each was worked out; used; month" in table.cells[1][-1]
    assert "less 1" not in table.cells[1][-1]


def test_what_happened_comes_last_of_the_figures_of_a_goal():
    (table,) = reporting.observations_table(facts(goal(outcome=outcome(600.0))), lang="en").tables
    *_, last = table.cells
    assert table.groups == ("Technology enterprises (Somewhere)", "", "", "")
    assert last[1] == "600 enterprises"
    assert "the figure of the due year, used" in last[-1]


def test_goals_that_cannot_be_assessed_share_one_table_and_have_no_page(lang):
    made = facts(goal(), unset())
    assert made.pages == (("enterprises",),)
    (table,) = reporting.unassessed_table(made, lang=lang).tables
    assert table.anchors == ("goal-platforms",)
    assert {"zh": "未公布", "en": "none published"}[lang] in table.cells[0]
    few = facts(unset(latest=455.0, latest_year=2020, own=goal().own))
    (table,) = reporting.unassessed_table(few, lang=lang).tables
    assert {"zh": "455家（2020年）", "en": "455 enterprises (2020)"}[lang] in table.cells[0]
    (listed,) = reporting.observations_table(few, lang="en").tables
    assert all("not used" in row[-1] for row in listed.cells)


def test_milestones_of_one_family_share_a_page():
    name = both("可再生能源占比", "Share of renewables")
    way = [goal(id=f"share_{year}", indicator="share", family=name) for year in (2030, 2040)]
    made = facts(way[0], goal(), way[1])
    assert made.pages == (("share_2030", "share_2040"), ("enterprises",))
    opening = reporting.goal_opening(made, *made.pages[0], lang="en")
    assert [b.text for b in opening.blocks if b.kind == "heading"] == ["Share of renewables"]
    assert str(opening).count("The grade is D") + str(opening).count("(grade") == 1, "said once"


def test_every_grade_and_word_is_explained(lang):
    assert [row[0] for row in cells(reporting.grades_table(lang=lang))] == list("ABCDU")
    assert len(reporting.words_table(config.DATA_DIR, lang=lang).tables[0].columns) == 8


def test_words_are_explained_by_the_data_folder_and_promises_without_number_listed(tmp_path):
    rows = "verdict,lower,upper,note\nunlikely,0,0.4,\nlikely,0.4,1,\n"
    (tmp_path / "verdicts.csv").write_text(rows, encoding="utf-8")
    (table,) = reporting.words_table(tmp_path, lang="en").tables
    assert table.columns[1:] == ("likely", "unlikely")
    assert table.cells[0][1:] == ("40% to 100%", "0% to 40%")
    step = facts().milestones[0].model_copy(update={"goal": goal().id, "place": None})
    made = facts().model_copy(update={"milestones": (*facts().milestones, step)})
    (listed,) = reporting.tracked_table(made, lang="en").tables
    assert [row[0] for row in listed.cells] == [
        "Recognised", "Recognised (a step toward the goal “Technology enterprises”)",
    ]  # fmt: skip
    assert [span.link for span in listed.rows[1][0] if span.link] == ["#goal-enterprises"]
    assert listed.cells[1][1] == NOTHING


def test_sources_are_cited_by_number_and_addresses_are_links_but_no_scripts():
    (table,) = reporting.sources_table(facts(), lang="en").tables
    assert table.anchors == ("source-bulletin",)
    assert table.rows[0][2][0].link == "https://example.org/?a=1&b=2"
    (listed,) = reporting.observations_table(facts(), lang="en").tables
    assert {row[3] for row in listed.rows} == {(table.rows[0][0][0],)}
    assert (table.cells[0][0], table.rows[0][0][0].link) == ("[1]", "#source-bulletin")
    plan = facts().plan.model_copy(update={"source": Text(en="As in https://a.org/plan.pdf.")})
    said, _ = reporting.sources_table(facts().model_copy(update={"plan": plan}), lang="en").blocks
    assert [one.link for one in said.spans] == [None, "https://a.org/plan.pdf", None]
    made = TableBlock.of("", [("u", "url")], [("javascript:alert(1)",)])
    assert made.rows[0][0][0].link is None


def test_the_table_of_a_terminal_names_no_pace_for_a_promise_already_kept():
    asked = {"comparator": "at_most", "target": 150}
    goals = [made_up_plan.goal("turnover", id="kept", **asked)]
    goals.append(made_up_plan.goal("turnover", id="open", **asked | {"target": 140}))
    plan = made_up_plan.plan([made_up_plan.indicator("turnover", direction="down")], goals)
    figures = made_up_plan.series(2014, *made_up_plan.GROWING)
    data = made_up_plan.vintage(figures, as_of=date(2022, 6, 30))
    kept, open_ = cells(tables.goals_table(project(plan, data), lang="en"))
    assert (kept[4], open_[4]) == ("–", "−4.1%")


SIX = list(scenarios().values())


def test_scenarios_have_every_goal_all_goals_and_the_expected_number_in_each_language():
    zh, en = (cells(tables.scenario_table(beichen(), SIX, lang=lang)) for lang in ("zh", "en"))
    percents = ([[c for c in row[1:] if "%" in c] for row in table[:-2]] for table in (zh, en))
    assert next(percents) == next(percents)
    assert {(len(table), len(row)) for table in (zh, en) for row in table} == {
        (len(BEICHEN.goals) + 2, 6)
    }
    assert sum(set(row[1:]) == {"–"} for row in zh) == len(beichen().unset)
    assert all("成" in cell for cell in zh[-2][1:]), "all together, as the weakest of them"
    assert all("in 10" in cell for cell in en[-2][1:])


def test_records_are_json_with_null_where_nothing_can_be_said():
    records = scenario_records(beichen(), SIX, lang="en")
    again = json.loads(json.dumps(records, allow_nan=False))
    assert [record["scenario"] for record in again] == list(scenarios())
    for record in again:
        assert {goal for goal, p in record["goals"].items() if p is None} == set(record["unset"])
        known = [p for p in record["goals"].values() if p is not None]
        graded = {one.id: beichen().outlook[one.id].attainment.grade for one in beichen().goals}
        counted = [record["goals"][goal] for goal, grade in graded.items() if grade in "ABC"]
        assert record["expected"] == pytest.approx(sum(counted))
        assert record["all"] <= min(known)
        assert record["weakest"] in record["goals"]


@pytest.mark.parametrize(
    ("lang", "far", "easy"),
    [("en", "still below that", "already there"),
     ("zh", "用足后仍达不到", "现状已达到")],
)  # fmt: skip
def test_answers_say_how_far_and_whether_that_suffices(lang, far, easy):
    answers = seek_each(beichen(), goal="hightech_enterprises", probability=0.9999)
    rows = cells(tables.seek_table(beichen(), answers, lang=lang))
    assert len(rows) == 4
    assert rows[0][-1] == far
    fast = [replace(answers[0], unseen=3), *answers[1:]]
    told = cells(tables.seek_table(beichen(), fast, lang=lang))[0][-1]
    assert told.startswith(far)
    ends = {
        "en": "rise faster on average than over any 3 years on record.",
        "zh": "快于有数据以来的任何3年。",
    }
    assert told.endswith(ends[lang])
    one = seek(beichen(), goal="hightech_enterprises", probability=0.01)
    assert cells(tables.seek_table(beichen(), [one], lang=lang))[0][-1] == easy
    (record, *_) = seek_records(answers, plan=BEICHEN)
    assert (record["feasible"], record["unseen"]) == (False, 0)
    assert record["levers"] == {"renewal_rate": {"size": 20.0, "unit": "pp"}}


def test_levels_needed_lead_from_where_things_stand_by_the_goals_page_to_the_target():
    outlook = project(BEICHEN, load_observations(as_of="2020-12-31"))
    item = outlook["hightech_enterprises"]
    stands = rounded(dict(zip(item.years, item.forecast.median(), strict=True))[2020], unit="firms")
    assert (item.attainment.latest_year, stands) == (2014, 330.0)
    (made,) = tables.required_table(outlook, lang="en").tables
    assert made.columns == ("Goal", "Unit", "2021", "2022")
    rows = {row[0]: row[2:] for row in made.cells}
    half = f"{(stands * 531) ** 0.5:.0f}"
    assert rows[item.names.render("en")] == (half, "531")  # more than 530
    last = project(BEICHEN, load_observations(as_of="2021-12-31"))
    assert [*sentences.levels_needed(last["hightech_enterprises"], last.as_of)] == [2022]
    assert not tables.required_table(last, lang="en").tables, "the target alone"
    unknown = {one.names.render("en") for one in outlook if one.attainment.latest is None}
    assert unknown
    assert not unknown & set(rows)


def measured(*measures, **changes):
    """Facts with measures, all made up, of the one goal of theirs."""
    names = tuple(one.id for one in measures)
    made = facts(goal(measures=names, target=600.0, **changes))
    return made.model_copy(update={"measures": measures})


def measure(name, status=None, **changes):
    about = {"id": name, "name": both(f"{name}举措", f"Measure {name}"), "due": date(2021, 6, 30)}
    credible = status in ("delivered", "credible")
    return MeasureFact(**about, status=status, credible=credible, **changes)


def test_measures_stand_the_worst_first_and_of_the_others_only_that_nothing_is_known():
    late = {"date": date(2021, 5, 1), "evidence": "minutes", "source": "bulletin", "overdue": True}
    kept = measure("a", "delivered", source="bulletin")
    made = measured(kept, measure("b", "no plan", **late), measure("c"))
    (table,) = reporting.delivery_table(made, lang="en").tables
    assert table.groups == ("No plan", "Delivered")
    assert table.cells[0] == (
        "Measure b", "30 June 2021 (overdue)", "1 May 2021", "minutes [1]",
    )  # fmt: skip
    assert table.note == "Nothing is known of one other measure."
    risky = {"probability": 0.1, "verdict": "verdict.unlikely"}
    late |= {"goals": (goal().id,)}
    late_ones = [measure(f"b{k}", "no plan", **late) for k in range(5)]
    for four, named in ((late_ones[:4], "Measure b3 (no plan)"), (late_ones, "and others")):
        *_, many = sentences.brief(measured(*four, **risky), lang="en")
        begins = f"{len(four)} measures for goals at risk are overdue: Measure b0 (no plan), "
        assert plain_text(many).startswith(begins)
        assert plain_text(many).endswith(f"{named}; see “Delivery of the measures”.")
    for quiet in (measured(kept, **risky), measured(*four)):  # not overdue, or no risk
        assert "overdue" not in "".join(map(plain_text, sentences.brief(quiet, lang="en")))
    (said,) = reporting.delivery_table(measured(measure("c")), lang="zh").blocks
    assert "尚无落实情况记录" in plain_text(said.spans)


@pytest.mark.parametrize(
    ("status", "part", "expected"),
    [
        ("credible", 0.42, "would close at most 40% of the gap"),
        ("delivered", 1.0, "could close the whole gap"),
        ("credible", 0.0, "do not close the gap"),
        ("credible", None, "cannot be worked out"),
        ("some risk", None, "It cannot be relied on so far."),
    ],
)
def test_a_goal_says_on_which_measures_what_is_missing_rests(status, part, expected):
    made = measured(measure("a", status), measure("b", overdue=False), covered=part)
    said = plain_text(sentences.delivery(made.goals[0], made, lang="en"))
    assert said.startswith(f"Measures that are to close the gap: Measure a ({status}). ")
    assert expected in said
    assert said.endswith("Nothing is known of one other measure.")
    both = measured(measure("a", status), measure("b", status), covered=part)
    told = plain_text(sentences.delivery(both.goals[0], both, lang="en"))
    assert ("None of these can be relied on" in told) == (status == "some risk")
    late = measured(measure("a", status, overdue=True))
    zh = plain_text(sentences.delivery(late.goals[0], late, lang="zh"))
    assert zh.endswith("逾期未落实：a举措。")
    new = measured(
        measure("a", status), probability=0.1, q50=None
    )  # parks, of which one is missing
    assert plain_text(sentences.delivery(new.goals[0], new, lang="en")).startswith("Measures that")
    nothing = measured(measure("a"))
    assert sentences.delivery(nothing.goals[0], nothing, lang="en") == ()


@pytest.mark.parametrize(
    ("delivered", "step"), [(False, "grants"), (True, "Extend its measures or adopt others")]
)
def test_a_lever_whose_measures_are_delivered_is_no_next_step(delivered, step):
    push = PushFact(
        words=Text(en="grants"), levers=1, wanted=0.8, reached=0.7, feasible=False,
        delivered=delivered,
    )  # fmt: skip
    low = goal(probability=0.2, verdict="wording.unlikely", pushes=(push,))
    assert step in sentences.next_step(low, facts(low), lang="en")[0]
