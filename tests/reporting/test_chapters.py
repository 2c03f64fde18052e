"""What the notebooks show, piece by piece: goals, scenarios, changes, hindsight."""

import re
import shutil
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

import bcforecast as bc
from bcforecast import config, errors, reporting
from bcforecast.attainment.checks import check_folder
from bcforecast.attainment.seek import seek_each
from bcforecast.plotting.fan import plot_goal
from bcforecast.plotting.style import Picture
from bcforecast.reporting import chapters as chapter
from bcforecast.reporting import document, sentences, tables
from bcforecast.reporting.document import plain_text
from bcforecast.reporting.tables import log_table, news_table
from bcforecast.text import chance, text
from tests.attainment.test_forms import figures
from tests.attainment.test_forms import outlook as made_outlook
from tests.attainment.test_forms import plan as made_plan

PLAN = "tianjin-2020-2022"
DAYS = {"since": "2020-12-31", "as_of": "2021-12-31"}
opened = cache(reporting.open_outlook)


@pytest.fixture(scope="module")
def changes():
    return chapter.open_changes(PLAN, **DAYS)


@pytest.fixture(scope="module")
def unset():
    """A plan of which nothing can be said."""
    return opened(PLAN, as_of="2020-12-31", goal="unicorns")


def test_a_goal_with_a_trend_has_rules_that_judge_a_pace_and_a_row_of_years(lang):
    goal = "tech_contract_value"
    of = opened(PLAN, as_of="2020-12-31", goal=goal)
    (rules,) = reporting.goal_rules(of, goal, lang=lang).tables
    assert [row[0] for row in rules.cells] == {"en": ["yes", "no"], "zh": ["能", "不能"]}[lang]
    assert sum(row[1].count({"en": " – ", "zh": "——"}[lang]) for row in rules.cells) > 2
    facts = reporting.gather(of)
    assert "15.5%" in repr(reporting.goal_path(of, facts, goal, lang=lang))
    (years,) = reporting.goal_years(of, facts, goal, lang=lang).tables
    *_, holds = years.cells
    a = of[goal].attainment
    due = next(k for k, head in enumerate(years.columns) if head.startswith("2022"))
    assert holds[due] == chance(a.probability, grade=a.grade, lang=lang)


@pytest.mark.parametrize("goal", ["national_science_parks", "unicorns"])
def test_no_pace_and_no_rule_is_said_of_what_is_newly_built_or_cannot_be_judged(goal, outlook):
    shown = reporting.goal_rules(outlook, "hightech_enterprises", lang="zh")
    assert shown == reporting.Section(), "of the rules none can judge"
    of = opened(PLAN, as_of="2020-12-31", goal=goal)
    assert "·" not in repr(reporting.goal_path(of, reporting.gather(of), goal, lang="zh"))
    assert reporting.goal_rules(of, goal, lang="zh") == reporting.Section()


def test_levers_are_said_with_the_probability_before_and_after(outlook, lang):
    shown = reporting.goal_levers(outlook, "hightech_enterprises", lang=lang)
    a = outlook["hightech_enterprises"].attainment
    items = next(block for block in shown.blocks if block.kind == "bullets").items
    said = chance(a.probability, grade=a.grade, lang=lang)
    for item in map(plain_text, items):
        assert "+0" not in item
        assert said not in item, "a lever that moves nothing is not worth a sentence"
    behind = outlook.plan.measures, text("report.lever_measures", lang).partition("{")[0]
    told = plain_text(items[0]).partition(behind[1])[2]
    assert any(one.name(lang) in told for one in behind[0]), "the plan's own measures"
    under = reporting.goal_levers(outlook.under("stretch"), "hightech_enterprises", lang=lang)
    assert text("joint.push_further", lang, push="").strip(" ,") in repr(under)
    wanted = a.probability + 1e-4  # reads as the chance does, so that no lever is missed
    there = seek_each(outlook.exploration, goal="hightech_enterprises", probability=wanted)
    needless = document.sentence("report.levers_unneeded", lang)
    assert sentences.levers(there, outlook, lang=lang) == (needless,)


def test_each_of_several_dates_of_a_goal_is_said_with_its_year(tmp_path):
    steps = {2027: 130.0, 2030: 160.0}
    said = made_plan({"comparator": "at_least", "milestones": steps, "id": "way"})
    values = {year: 90.0 + year - 2012 + year % 2 for year in range(2012, 2025)}
    made = made_outlook(figures(tmp_path, values), said, "2025-06-30")
    facts, ways = reporting.gather(made), ("way_2027", "way_2030")
    items = reporting.goal_levers(made, *ways, lang="en").blocks[1].items
    assert [plain_text(one)[:10] for one in items] == ["2027 goal.", "2030 goal."]
    (table,) = reporting.goal_path(made, facts, *ways, lang="en").tables
    rows = [(row[0], row[1], row[2]) for row in table.cells]
    gaps = [f"{facts.goal(way).gap:.0f}" for way in ways]
    assert rows == [("2027", "≥ 130", gaps[0]), ("2030", "≥ 160", gaps[1])]
    (table,) = reporting.goal_years(made, facts, "way_2030", lang="en").tables
    first, last = table.cells[-2:]
    assert (first[0], last[0]) == (
        "Chance of ≥ 130 then (2027 goal)", "Chance of ≥ 160 then (2030 goal)",
    )  # fmt: skip
    assert (first[table.columns.index("2027")], first[-1]) == ("<1%", "–")
    (judged,) = reporting.goal_rules(made, "way_2027", lang="en").tables
    assert set(judged.groups) >= {"2027 goal", "2030 goal"}
    (axes, *_) = plot_goal(made, *ways, lang="en").figure.axes
    dashed = {line.get_ydata()[0]: line.get_xdata() for line in axes.lines if line.is_dashed()}
    assert dashed[130.0][1] == dashed[160.0][0] == 2027.5


@pytest.mark.parametrize(("as_of", "first"), [("2020-09-20", 2020), ("2020-12-31", 2021)])
def test_levers_start_in_the_first_year_that_the_computation_moves(as_of, first, lang, monkeypatch):
    goal = "tech_contract_value"
    made = opened(PLAN, as_of=as_of, goal=goal)
    lever = next(iter(seek_each(made.exploration, goal=goal)[0].levers))
    (move,) = made.exploration.pushed({lever: 1.0}).moves
    assert [*move.by_year] == [first]
    note = text("report.levers_note", lang, year=first)
    assert plain_text(reporting.goal_levers(made, goal, lang=lang).blocks[-1].spans) == note
    stuck = [replace(one, reached=one.before) for one in seek_each(made.exploration, goal=goal)]
    monkeypatch.setattr("bcforecast.attainment.seek.seek_each", lambda *_, **__: stuck)
    assert note not in repr(reporting.goal_levers(made, goal, lang=lang)), "of no lever"


def test_every_scenario_has_its_reason_a_mark_and_a_column(comparison, lang):
    words = repr(reporting.scenarios_words(comparison, lang=lang))
    table, sizes = reporting.scenarios_table(comparison, lang=lang).tables
    assert "−12%" in words
    added = {"en": "2021: +10; 2022: +20", "zh": "2021年+10；2022年+20"}[lang]
    assert any(added in row for row in sizes.cells), "of two measures on one lever"
    early = opened(PLAN, as_of="2020-12-31")
    *_, required = reporting.scenarios_table(reporting.compare_scenarios(early), lang=lang).tables
    assert required == tables.required_table(early, lang=lang).tables[0]
    chart = reporting.scenarios_chart(comparison, lang=lang)
    assert isinstance(chart, Picture)
    for scenario in comparison.scenarios:
        assert f"**{scenario.name(lang)}**" in words
        assert scenario.name(lang) in table.columns
        assert scenario.name(lang) in chart.alt


def test_the_facts_hold_the_probabilities_that_the_table_shows(outlook, comparison):
    facts = reporting.gather(outlook, comparison)
    table, *_ = reporting.scenarios_table(comparison, lang="en").tables
    for place, fact in enumerate(facts.scenarios, start=1):
        for goal, row in zip(facts.goals, table.cells, strict=False):
            p = fact.goals[goal.id]
            assert row[place] == chance(p, grade=goal.grade, lang="en", narrow=True)
    expected = sum(goal.probability for goal in facts.goals if goal.grade in "ABC")
    assert facts.joint.expected == pytest.approx(expected, abs=1e-3), "not of priors alone"
    (table,) = reporting.joint_table(facts, lang="en").tables
    assert table.columns[1:] == tuple(map(str, range(8)))
    assert table.cells[1][1] == "100%"
    assert "also the 5 goals on very weak evidence" in table.note, "the expected number has 2"
    joint = facts.joint.model_copy(update={"number_met": (0.1,) * 10})
    (table,) = reporting.joint_table(facts.model_copy(update={"joint": joint}), lang="en").tables
    assert [row[0] for row in table.cells] == [*map(str, range(10))], "too many to stand abreast"
    for met, first in (((0.0,) * 7 + (0.4, 0.6, 0.0), "≤ 6"), ((0.02,) * 50, "0")):
        joint = facts.joint.model_copy(update={"number_met": met})
        (table,) = reporting.joint_table(
            facts.model_copy(update={"joint": joint}), lang="en"
        ).tables
        assert table.cells[0][0] == first


def test_where_nothing_can_be_said_that_is_said(unset, lang):
    assert reporting.compare_scenarios(unset) is None
    facts = reporting.gather(unset, None)
    assert (facts.scenarios, facts.joint) == ((), None)
    assert reporting.scenarios_words(None, lang=lang).blocks
    assert [b.kind for b in reporting.joint_words(facts, lang=lang).blocks] == [
        "heading",
        "paragraph",
    ]
    nothing = (
        reporting.scenarios_chart(None, lang=lang),
        reporting.scenarios_table(None, lang=lang),
        reporting.joint_table(facts, lang=lang),
        reporting.goal_levers(unset, "unicorns", lang=lang),
    )
    assert set(nothing) == {reporting.Section()}


def test_after_the_due_date_no_pace_is_asked_and_no_scenarios_are_compared():
    over = opened(PLAN, as_of="2023-06-30")
    asked = {(one.required_increment, one.required_rate) for one in reporting.gather(over).goals}
    assert asked == {(None, None)}
    comparison = reporting.compare_scenarios(over)
    (heading,) = reporting.scenarios_words(comparison, lang="en").blocks
    assert heading.text == text("report.section_together", "en")
    assert reporting.scenarios_table(comparison, lang="en") == reporting.Section()


def test_a_report_on_another_scenario_compares_with_the_same_baseline(outlook, comparison):
    found = reporting.compare_scenarios(outlook.under("stretch"), scenario="stretch")
    assert found.chosen == "stretch"
    assert found.facts() == comparison.facts()
    assert found.joint.all_met == next(f.all for f in comparison.facts() if f.scenario == "stretch")


def test_a_scenario_of_a_users_own_is_shown_beside_the_others(tmp_path, comparison):
    text = (config.DATA_DIR / "scenarios" / "stretch.yaml").read_text("utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("id: stretch", "id: mine"), encoding="utf-8")
    path = str(tmp_path / "mine.yaml")
    plan = bc.load_plan("beichen-2020-2022")
    data = bc.load_observations(as_of="2021-12-31")
    found = reporting.compare_scenarios(bc.project(plan, data, scenario=path), scenario=path)
    assert [one.id for one in found.scenarios] == [*(s.id for s in comparison.scenarios), "mine"]
    stretch = next(f.all for f in comparison.facts() if f.scenario == "stretch")
    assert found.joint.all_met == pytest.approx(stretch)


def test_changes_are_counted_drawn_tabled_and_logged(changes, lang):
    # As a reader sees it: a 30% that was 29.4% and is 28.2% has not moved.
    en, zh = "rose for 1 goal, stayed the same for 5 goals", "上升1项、持平5项；"
    said = repr(chapter.changes_opening(changes, lang=lang))
    assert {"en": en, "zh": zh}[lang] in said
    assert not re.search("for 0 it|测算0项|另有0项", said)
    assert len(news_table(changes.news, lang=lang).tables[0].rows) == 10
    assert log_table(changes.log, changes.news, lang=lang).tables


def test_changes_start_from_no_day_that_is_none():
    with pytest.raises(errors.BcforecastError, match="found soon"):
        chapter.open_changes(PLAN, since="soon", as_of="2021-12-31")


def test_a_track_record_has_only_goals_whose_outcome_was_known_by_then(lang):
    def record(as_of):
        found = opened(PLAN, as_of=as_of)
        return reporting.plan_hindcast(found, reporting.gather(found), lang=lang)

    assert record("2020-12-31") == reporting.Section()
    shown = record("2023-12-31")
    goals, scores = shown.tables
    ended = reporting.gather(opened(PLAN, as_of="2023-12-31")).goals
    assert len(goals.rows) == sum(goal.outcome is not None for goal in ended)
    assert len(scores.rows) == 4
    worse = {"en": "worse than saying 50%", "zh": "不如一律估作五成"}[lang]
    better = {"en": "better than saying 50%", "zh": "好于一律估作五成"}[lang]
    first = plain_text(shown.blocks[0].spans)
    brier, half = (float(scores.cells[-1][k]) for k in (2, 3))
    assert (better if brier < half else worse) in first
    assert scores.cells[-1][2] in first, "one score, told in one precision"


def poisoned(data, as_of):
    """The same data, every figure published after a day ten times as large."""
    changed = tuple(
        replace(one, value=10 * one.value) if one.published > as_of else one
        for one in data.dataset.observations
    )
    return replace(data, dataset=replace(data.dataset, observations=changed))


def test_no_word_of_a_report_rests_on_what_was_published_after_its_date(lang):
    day = date(2020, 12, 31)
    plan, data = bc.load_plan(PLAN), bc.load_observations(as_of=day)

    def said(found):
        outlook = bc.project(plan, found)
        facts = reporting.gather(outlook)
        shown = [
            tables.observations_table(facts, lang=lang),
            tables.sources_table(facts, lang=lang),
        ]
        shown.append(reporting.plan_hindcast(outlook, facts, lang=lang))
        for goal in plan.goals:
            shown.append(reporting.goal_path(outlook, facts, goal.id, lang=lang))
            shown.append(reporting.goal_rules(outlook, goal.id, lang=lang))
            shown.append(plot_goal(outlook, goal.id, lang=lang).alt)
        return facts, [repr(one) for one in shown]

    assert said(poisoned(data, day)) == said(data)


def test_a_report_says_what_moved_since_the_one_before_it(lang):
    outlook = opened(PLAN, as_of="2021-12-31")
    moved = reporting.open_news(outlook, since="2020-12-31")
    facts = reporting.gather(outlook, None, moved)
    assert facts.since == date(2020, 12, 31)
    was = opened(PLAN, as_of="2020-12-31")
    for goal in facts.goals:
        assert goal.before.probability == was[goal.id].attainment.probability
    (table,) = reporting.plan_changes(moved, lang=lang).tables
    # Only where something else is said than before.
    assert 0 < len(table.rows) < len(facts.goals)
    assert all(before != after for _, before, after, _ in table.cells)
    (brief,) = tables.brief_table(facts, lang=lang).tables
    since = {"en": "Chance (before)", "zh": "较上次"}[lang]
    assert since in " ".join(brief.columns)
    assert reporting.open_news(outlook, since="") is None
    assert reporting.plan_changes(None, lang=lang) == reporting.Section()
    (brief,) = tables.brief_table(reporting.gather(outlook), lang=lang).tables
    assert since not in " ".join(brief.columns)


def test_figures_worth_a_second_look_stand_in_the_report_by_file_and_row(outlook, tmp_path):
    assert reporting.findings_table(outlook, lang="en") == reporting.Section()
    folder = shutil.copytree(config.DATA_DIR, tmp_path / "data")
    rows = (folder / "observations.csv").read_text(encoding="utf-8")
    slipped = rows.replace(",503.4369,", ",50343.69,")
    assert slipped != rows
    (folder / "observations.csv").write_text(slipped, encoding="utf-8")
    wrong = bc.project("tianjin-2020-2022", bc.load_observations(folder, as_of="2021-12-31"))
    (table,) = reporting.findings_table(wrong, lang="zh").tables
    assert table.columns == ("文件", "行", "时期", "说明")
    (file, row, period, said), *_ = table.cells
    assert (file, row, period) == ("observations.csv", "6", "2015年")
    assert "50343.69亿元" in said


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "looks like a slip, see “Worth a second look”"), ("zh", "疑似填写有误")],
)
def test_the_first_page_says_of_which_goal_the_latest_figure_looks_like_a_slip(
    tmp_path, lang, told
):
    values = {2015: 41, 2016: 46, 2017: 52, 2018: 59, 2019: 66, 2020: 70}
    for last, odd in ((78, False), (78_000, True)):
        figures(tmp_path, {**values, 2021: last})
        said = made_plan({"comparator": "at_least", "target": 100, "due": 2026})
        made = made_outlook(tmp_path, said, "2022-06-01")
        (brief,) = tables.brief_table(reporting.gather(made), lang=lang).tables
        assert (told in str(brief.cells), "↗" in str(brief.cells)) == (odd, not odd)


def test_a_report_says_that_the_text_of_its_plan_is_missing(tmp_path):
    folder = shutil.copytree(config.DATA_DIR, tmp_path / "data")
    (folder / "plans" / "beichen-2020-2022.zh.txt").unlink()
    spoilt = reporting.open_outlook("beichen-2020-2022", as_of="2021-12-31", data_dir=str(folder))
    (table,) = reporting.findings_table(spoilt, lang="en").tables
    assert table.columns == ("File", "Row", "What")
    ((file, row, said),) = table.cells
    assert (file, row) == ("beichen-2020-2022.yaml", "15")
    assert "does not stand beside it" in said
    assert [error.message.values["row"] for error in check_folder(folder).problems] == [15]
