"""What a goal can ask beside one threshold in one year, by itself or against others, by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from math import isnan, nextafter, sqrt

import numpy as np
import pytest
import yaml
from scipy.stats import norm

from bcforecast import project
from bcforecast.attainment.explain import explain
from bcforecast.attainment.probability import CountedYears, met_on_paths, met_within, over_years
from bcforecast.attainment.project import Attainment
from bcforecast.distributions import Empirical
from bcforecast.errors import OptionError, PlanError
from bcforecast.evaluation.hindcast import hindcast
from bcforecast.observations.reading import load_observations
from bcforecast.plan.drafts import parse_goal
from bcforecast.plan.goals import Plan
from bcforecast.plan.reading import load_plan
from bcforecast.plan.targets import promised
from bcforecast.plotting.fan import plot_goal
from bcforecast.reporting import Section, gather, goal_path, goal_rules, sentences, tables
from bcforecast.reporting.document import plain_text
from bcforecast.reporting.sentences import progress, required_words
from bcforecast.scenarios.scenario import baseline
from tests.made_folder import add_rows, write_tables
from tests.words import WORDS


def plan(*goals, indicator="firms", unit="persons", direction=None, **more):
    """Return a plan that says as little as a plan can."""
    one = {"id": indicator, "names": "Firms", "unit": unit}
    one |= {"direction": direction} if direction else {}
    one |= {"kind": "flow"} if unit == "persons" and "event" not in str(goals) else {}
    said = {"id": "p", "title": "A plan", "area": "somewhere", "indicators": [one], **more}
    return Plan.model_validate({**said, "goals": [{"indicator": indicator, **g} for g in goals]})


def figure(period, value, *, published="", unit="persons", measure="flow", area="somewhere"):
    """A row of the table, published at the end of March of the next year unless told otherwise."""
    day = published or f"{int(period) + 1}-03-31"
    return f"{area},firms,{period},{value},{unit},{measure},official,{day},stated,own"


def figures(folder, values, **changes):
    """Write yearly figures."""
    write_tables(folder, [figure(year, value, **changes) for year, value in values.items()])
    return folder


def outlook(folder, said, as_of):
    return project(said, load_observations(folder, as_of=as_of))


def goal(**said):
    return plan({"due": 2026, "target": 10.0, "comparator": "at_least", **said}).goals[0]


@pytest.mark.parametrize(
    ("lower", "upper", "met"),
    [
        (39.0, 46.0, None), (40.0, 45.0, True), (45.0, 50.0, False), (10.0, 40.0, False),
        (nextafter(45.0, 0.0), 50.0, None), (10.0, nextafter(40.0, 50.0), None),
    ],
)  # fmt: skip
def test_a_bound_decides_on_a_range_where_all_or_none_of_it_lies_inside(lower, upper, met):
    assert met_within(lower, upper, goal(comparator="between", target=[40, 45]), whole=False) is met


def test_a_mean_over_years_takes_known_years_as_they_are_and_walks_for_the_others():
    asked = goal(due="2025/2026", comparator="at_most", target=70.0)
    assert (asked.over, list(asked.years)) == ("mean", [2025, 2026])
    # 2025 was 60; 2026 is normal around 70 with sd 10: the mean is normal around 65 with sd 5.
    grid = norm.ppf((np.arange(4000) + 0.5) / 4000)
    forecast = Empirical(70.0 + 10.0 * grid[:, None])
    chance, mean = over_years(forecast, asked, CountedYears(np.array([60.0]), (0,)), seed=1)
    assert chance == pytest.approx(norm.cdf(1.0), abs=0.01)
    assert float(mean.quantile([0.5])[0, -1]) == pytest.approx(65.0, abs=0.15)


def test_a_total_over_years_is_their_mean_times_their_number(tmp_path):
    asked = {"comparator": "at_most", "target": 21_000, "total": True, "due": "2024/2026"}
    data = figures(tmp_path, {y: 7000.0 + 90.0 * (2020 - y) for y in range(2014, 2025)})
    whole, each = (
        outlook(data, plan(one), "2025-06-30")
        for one in (asked, {**asked, "target": 7000, "total": False})
    )
    made, mean, ends = whole["firms"], each["firms"], ["target", "q10", "q50", "q90"]
    assert (whole.attainment()[ends] == 3 * each.attainment()[ends]).all(axis=None)
    assert made.attainment.probability == mean.attainment.probability > 0.99
    assert promised(made.goal, lang="en") == (
        "at most 21,000 persons in total over 2024–2026 (at most 7,000 persons a year on average)"
    )
    with pytest.raises(OptionError, match="only what each year brings can be added up"):
        plan(asked, unit="%")


def test_a_total_due_inside_a_fiscal_year_counts_that_year_too():
    # 300 in 2024-25, 2025-26 and the year that 30 June 2026 lies in are 100 a year, not 150.
    fiscal = {"begins": "2024-04", "written": "2024-25"}
    asked = {"comparator": "at_least", "target": 300, "total": True, "due": date(2026, 6, 30)}
    made = plan(asked, fiscal_year=fiscal, span={"first": "2024-25", "last": "2026-27"})
    (one,) = made.goals
    for asking in (one, Attainment(one, *[None] * 9)):  # whichever years this thread writes
        assert (asking.target, asking.added_years, asking.in_all) == (100.0, 3, (300.0, None))
    said = promised(one, lang="en", called=made.year_name)
    assert said.startswith("at least 300 persons in total over 2024-25–2026-27")


@pytest.mark.parametrize(
    ("total", "state", "level"), [(250, "mean", 52.0), (140, "settled", -3.0)], ids=str
)
def test_what_a_total_still_asks_is_told_also_where_the_last_year_was_enough(
    tmp_path, total, state, level
):
    # 49 + 47 + 50 of 250: two years have to bring 104, though 50 is a fifth of the total.
    data = figures(tmp_path, dict(enumerate((46, 47, 48, 50, 46, 49, 47, 50), start=2016)))
    asked = {"comparator": "at_least", "target": total, "total": True, "due": "2021/2025"}
    made = outlook(data, plan(asked), "2024-06-30")
    pace = explain(made, "firms").pace
    assert (pace.state, pace.path.level) == (state, level)
    fact = gather(made).goal("firms")
    assert plain_text(progress(fact, lang="en")).endswith(
        f"146 persons in all (target: {total} persons)."
    )
    (row,) = tables.progress_table(gather(made), lang="en").tables[0].cells
    missing = "reached" if total < 146 else f"{total - 146}"
    assert row[2:6] == (f"≥ {total} in total", "146 (2021 to 2023)", missing, "–")
    (brief,) = tables.brief_table(gather(made), lang="en").tables
    assert "146 persons in total over 2021–2023" in str(brief.cells)


@pytest.mark.parametrize(
    ("asked", "target", "said"),
    [
        ({"comparator": "reduce_by", "amount": 40}, 160.0, "a fall of 40 persons from 2020"),
        ({"comparator": "at_least", "amount": 8}, 208.0, "a rise of 8 persons from 2020"),
    ],
)
def test_a_change_by_an_amount_is_counted_from_the_base_years_figure(tmp_path, asked, target, said):
    data = figures(tmp_path, {y: 200.0 + 5.0 * (y - 2020) for y in range(2014, 2025)})
    made = outlook(data, plan({"base_year": 2020, "due": 2026, **asked}), "2025-06-30")["firms"]
    assert made.attainment.target == target
    assert promised(made.attainment, lang="en").startswith(f"{said}, that is at ")


def test_a_fall_of_more_than_everything_is_an_amount_or_refused_with_how_to_say_it():
    with pytest.raises(OptionError, match=r"at most 100%.*amount: -200"):
        plan({"comparator": "reduce_by", "target": 20_000, "base_year": 2020, "due": 2026})
    with pytest.raises(OptionError, match="the comparator says whether it is less or more"):
        plan({"comparator": "reduce_by", "amount": -40, "base_year": 2020, "due": 2026})
    asked = "Victims, people, reduce by, {} from 2023, 2029".format
    with pytest.raises(PlanError, match="200 homes from 2020"):
        parse_goal(asked("20"))
    assert parse_goal(asked("20,000")).asked == parse_goal(asked("20000 people")).asked
    assert parse_goal("入学率，%，increase by，3个百分点（比2020年），2025").asked["amount"] == 3


def test_every_year_must_hold_along_walks_and_a_known_miss_decides():
    asked = goal(due="2025/2026", every_year=True, comparator="at_least", target=0.0)
    grid = norm.ppf((np.arange(4000) + 0.5) / 4000)
    forecast = Empirical(np.column_stack([grid, grid]))
    chance, _ = over_years(forecast, asked, CountedYears(np.array([]), (0, 1)), seed=1)
    # Two standard normals with correlation sqrt(1/2): P(both >= 0) = 1/4 + asin(rho) / (2 pi).
    assert chance == pytest.approx(0.25 + np.arcsin(sqrt(0.5)) / (2.0 * np.pi), abs=0.003)
    # A year before those of the goal counts for nothing: of W_2 and W_3 rho is sqrt(2/3).
    three = Empirical(np.column_stack([grid, grid, grid]))
    later, _ = over_years(three, asked, CountedYears(np.array([]), (1, 2)), seed=1)
    assert later == pytest.approx(0.25 + np.arcsin(sqrt(2 / 3)) / (2.0 * np.pi), abs=0.003)
    assert over_years(forecast, asked, CountedYears(np.array([-1.0]), (0, 1)), seed=1)[0] == 0.0
    paths = np.array([[1.0, 1.0], [9.0, -1.0], [-1.0, 9.0]])  # whose means say otherwise
    drawn = met_on_paths(asked, paths, CountedYears(np.array([1.0]), (0, 1)), 1 / 3)
    assert drawn.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ({"comparator": "at_least", "target": 2.0}, [True, False, True, False]),
        ({"comparator": "at_most", "target": 2.0}, [False, True, False, True]),
        ({"comparator": "between", "target": [0.5, 2.5]}, [False, True, True, False]),
    ],
)
@pytest.mark.parametrize("known", [[], [1.0]])
def test_the_paths_that_meet_a_mean_are_those_that_come_nearest(said, met, known):
    asked = goal(due="2025/2026", **said)
    means = np.array([[9.0], [1.0], [2.0], [-9.0]])
    paths = (1 + len(known)) * means - sum(known)
    drawn = met_on_paths(asked, paths, CountedYears(np.array(known), (0,)), 0.5)
    assert drawn.tolist() == met


RATIO = {"unit": "%", "measure": "ratio"}
FALLING = {2022: 70.0, 2023: 68.0, 2024: 66.0, 2025: 62.0}


def test_levels_needed_between_whole_figures_and_a_whole_target_are_whole(tmp_path):
    falling = {year: value * 200 for year, value in FALLING.items()}
    promise = plan({"comparator": "at_most", "target": 9000, "due": 2028}, unit="kt")
    made = outlook(figures(tmp_path, falling, unit="kt"), promise, "2026-06-30")
    (table,) = tables.required_table(made, lang="en").tables
    assert table.cells[0][2:] == ("11,144", "10,015", "9,000")  # 12,400 less 10.1 % a year


@pytest.mark.parametrize(
    ("asked", "levels", "pace", "said"),
    [
        ({"every_year": True}, [60.0] * 5, -2.0, ("decrease of about 2", "each year to 2026")),
        # 2026-2030 have to average 60, whatever path leads to it.
        ({}, [60.0] * 5, None, ("For 2026–2030 the figures have to average at most 60",)),
    ],
)
def test_what_years_together_need_never_breaks_the_goal(tmp_path, asked, levels, pace, said):
    promise = {"comparator": "at_most", "target": 60, "due": "2026/2030", **asked}
    made = outlook(figures(tmp_path, FALLING, **RATIO), plan(promise, unit="%"), "2026-06-30")
    (table,) = tables.required_table(made, lang="en").tables
    assert table.columns[2:] == tuple(map(str, range(2026, 2031)))
    assert [float(cell.rstrip("%")) for cell in table.cells[0][2:]] == levels
    assert made["firms"].attainment.required.increment == pace
    words = plain_text(required_words(explain(made, "firms"), lang="en"))
    assert all(one in words for one in said)
    (terminal,) = tables.goals_table(made, lang="en").tables
    assert terminal.cells[0][4] == ("–" if pace is None else "−2.0 pp")


@pytest.mark.parametrize(
    ("kind", "values"),
    [("flow", [6120, 5980, 6050]), ("event", [900, 7020, 13_000, 19_050])],
    ids=["yearly numbers", "numbers at each year's end"],
)
def test_many_new_things_a_year_are_a_series_whose_years_are_added_up(tmp_path, kind, values):
    counted = {"measure": "flow" if kind == "flow" else "stock"}
    figures(tmp_path, dict(enumerate(values, start=2024 - len(values))), **counted)
    one = {"id": "firms", "names": "Jobs", "unit": "persons", "kind": kind}
    asked = {"comparator": "event", "target": 30_000, "due": 2025}
    more = {"indicators": [one], "span": {"first": 2021, "last": 2025}}
    item = outlook(tmp_path, plan(asked, **more), "2024-06-30")["firms"]
    # Some 6,050 a year: 18,150 in three years, and 12,100 more in two.
    assert item.attainment.latest == 18_150
    low, middle, high = item.forecast.quantile([0.1, 0.5, 0.9])[:, -1]
    assert 28_500 < low < 29_800 < middle < 30_600 < high < 31_800
    assert item.probability == pytest.approx(float(np.mean(item.forecast.paths[:, -1] >= 30_000)))
    assert "added to the 18,150" in item.basis.explanation[0].render("en")
    # What each of five years brought is no matter of rounds, however few: two years bring ten.
    always = dict.fromkeys(range(2014, 2024), 5)
    if kind == "event":
        always = {year: 5 * (year - 2013) for year in always}
    figures(tmp_path, always, **counted)
    item = outlook(tmp_path, plan({**asked, "target": 25}, **more), "2024-06-30")["firms"]
    assert (item.basis.model, item.attainment.q50, item.probability > 0.9) == ("trend", 25, True)
    few = {2021: 3, 2022: 0, 2023: 4} if kind == "flow" else {2021: 3, 2022: 3, 2023: 7}
    figures(tmp_path, few, **counted)
    assert outlook(tmp_path, plan(asked, **more), "2024-06-30")["firms"].basis.model == "event"


def test_new_things_have_no_latest_figure_before_the_plans_own_years(tmp_path):
    asked = {"comparator": "event", "target": 5, "due": 2027}
    one = {"id": "firms", "names": {"en": "Parks", "zh": "公园"}, "unit": "parks", "kind": "event"}
    said = plan(asked, indicators=[one], span={"first": 2024, "last": 2027})
    figures(tmp_path, {2019: 1, 2020: 1, 2021: 2, 2023: 2}, unit="parks", measure="stock")
    made = outlook(tmp_path, said, "2024-06-30")
    ((told,), item) = gather(made).goals, made["firms"]
    assert (told.latest, item.attainment.latest) == (None, 0.0)
    page = str(goal_path(made, gather(made), "firms", lang="en"))
    assert "No figure of the plan’s own years is out yet; the target is 5 parks." in page
    assert "since then" not in item.basis.explanation[0].render("en")
    said = sentences.latest_words(item, lang="zh")
    assert tables.latest_and_way(told, lang="zh") == said == "计划期内尚无数据"


def test_a_goal_of_every_year_is_over_with_the_first_figure_that_breaks_it(tmp_path):
    values = {year: 5.0 - 0.1 * (year % 3) for year in range(2010, 2024)} | {2024: 5.3}
    asked = {"comparator": "between", "target": [3, 5], "due": "2024/2028", "every_year": True}
    made = outlook(figures(tmp_path, values, **RATIO), plan(asked, unit="%"), "2025-06-30")
    item = made["firms"]
    assert (item.probability, item.outcome.met, item.outcome.year) == (0.0, False, 2024)
    assert item.rating(made.as_of) == "missed"
    known = explain(made, "firms")
    assert known.pace.state == "settled"
    assert known.flip.value == 5.0, "downwards, where the range is, and no further"
    assert not tables.required_table(made, lang="en").tables
    facts = gather(made)
    assert sentences.by_rating(facts).keys() == {"missed"}
    alt = plot_goal(made, "firms", lang="en").alt
    assert "3% and 5% in every year 2024–2028: missed, by the figure for 2024." in alt
    (table,) = tables.scenario_table(made.exploration, [baseline()], lang="en").tables
    assert [row[1] for row in table.cells] == ["missed", "impossible", "0.0"]
    assert goal_rules(made, "firms", lang="en") == Section()
    fact = facts.goal("firms")
    assert "every year is not kept: 5.3% in 2024" in plain_text(sentences.happened(fact, lang="en"))
    assert "0.3 percentage points above" in plain_text(progress(fact, lang="en"))
    assert sentences.direction(fact).key == "report.trend_mixed"


def test_a_mean_takes_what_is_known_off_what_its_other_years_need_and_is_said_as_a_mean(tmp_path):
    promise = {"comparator": "at_most", "target": 60, "due": "2025/2027"}
    made = outlook(figures(tmp_path, FALLING, **RATIO), plan(promise, unit="%"), "2026-06-30")
    path = made["firms"].attainment.required
    assert [path.level_after(62.0, ahead) for ahead in (1, 2, 3)] == [59.0, 59.0, None]
    facts = gather(made)
    said = plain_text(sentences.due_range(facts.goal("firms"), lang="en"))
    assert said.startswith("We expect an average of about")
    assert "over 2025–2027" in said


@pytest.mark.parametrize(
    ("ends", "said", "zh"),
    [([64, 70], "between 65% and 74%", "须保持在65%至74%之间"),
     ([40, 50], "between 29% and 44%", "须保持在29%至44%之间")],
)  # fmt: skip
def test_of_a_range_a_mean_needs_what_keeps_it_between_its_ends(tmp_path, ends, said, zh):
    asked = plan({"comparator": "between", "target": ends, "due": "2025/2027"}, unit="%")
    made = outlook(figures(tmp_path, FALLING, **RATIO), asked, "2026-06-30")
    told = explain(made, "firms")
    for lang, words in (("en", f"have to average {said}."), ("zh", f"平均值{zh}。")):
        (pace,) = sentences.required_pace(told, lang=lang)
        assert plain_text(pace).endswith(words)


def test_of_a_range_a_mean_that_lies_inside_asks_for_no_step(tmp_path):
    asked = {"comparator": "about", "target": 5.5, "tolerance": 0.5, "due": "2026/2030"}
    data = figures(tmp_path, {y: 5.2 + 0.2 * (y % 3) for y in range(2014, 2026)}, **RATIO)
    made = outlook(data, plan(asked, unit="%"), "2026-06-30")
    path = made["firms"].attainment.required
    assert (path.gap, path.level, path.most) == (0.0, 5.0, 6.0)
    assert sentences.levels_needed(made["firms"], made.as_of) == {}
    high = figures(tmp_path, {y: 7.0 + 0.2 * (y % 3) for y in range(2014, 2026)}, **RATIO)
    above = outlook(high, plan(asked, unit="%"), "2026-06-30")["firms"]
    assert set(sentences.levels_needed(above, date(2026, 6, 30)).values()) == {6.0}
    assert above.attainment.required.gap == pytest.approx(1.0)


def test_facts_are_in_the_years_of_their_plan_also_in_a_thread_of_ones_own(tmp_path):
    fiscal = {"begins": "2024-04", "written": "2024-25"}
    asked = {"comparator": "at_least", "target": 900, "due": "2028-29"}
    data = {f"{y}-04/{y + 1}-03": 9.0 * y - 18_000.0 for y in range(2014, 2025)}
    figures(tmp_path, data, published="2025-05-30")
    made = outlook(tmp_path, plan(asked, fiscal_year=fiscal), "2026-05-30")
    (fact,) = ThreadPoolExecutor().submit(gather, made).result().goals
    assert [*fact.levels] == [2027, 2028, 2029], "2025-26 is over"


def test_the_target_itself_is_no_gap_of_nothing_where_it_has_to_be_passed(tmp_path):
    for comparator, met in (("more_than", False), ("less_than", False), ("at_most", True)):
        asked = plan({"comparator": comparator, "target": 62, "due": 2026}, unit="%")
        facts = gather(outlook(figures(tmp_path, FALLING, **RATIO), asked, "2026-06-30"))
        said = plain_text(progress(facts.goal("firms"), lang="en"))
        assert ("the target itself" in said, "meets" in said) == (not met, met)


def test_a_change_from_a_base_year_becomes_a_target_once_that_year_is_known(tmp_path):
    said = plan({"comparator": "reduce_by", "target": 50, "base_year": 2019, "due": 2026})
    figures(tmp_path, {2018: 90, 2019: 80, 2020: 70, 2021: 66, 2022: 60})
    after = outlook(tmp_path, said, "2023-12-31")["firms"].attainment
    assert (after.comparator, after.target, after.change) == ("at_most", 40.0, -50.0)
    assert after.required.gap == pytest.approx(20.0)
    before = outlook(tmp_path, said, "2019-12-31")["firms"]
    assert isnan(before.attainment.target)
    assert (before.attainment.probability, before.attainment.grade) == (None, "U")
    assert "2019" in before.basis.explanation[0].render("en")


def test_rules_start_from_the_base_year_of_the_goal_and_one_count_cannot_judge(tmp_path):
    said = plan({"comparator": "reduce_by", "target": 40, "base_year": 2018, "due": 2030})
    figures(tmp_path, {2018: 90, 2019: 88, 2020: 85, 2023: 80, 2024: 78})
    known = explain(outlook(tmp_path, said, "2025-12-31"), "firms")
    assert known.panel.case.base == (2018, 90.0)
    (full,) = tables.rules_table(known, lang="en").tables
    (short,) = tables.judging_table([known], lang="en").tables
    silent = sum(row[3] == "–" for row in full.cells)
    assert short.note.endswith(f"{silent} other methods cannot judge these figures.")


def test_numbers_created_in_each_year_are_added_up_from_the_first_year_of_the_plan(tmp_path):
    said = plan(
        {"comparator": "event", "target": 15, "due": 2027},
        {"comparator": "event", "target": 6, "due": 2024, "id": "over"},
        indicators=[{"id": "firms", "names": "Firms", "unit": "persons", "kind": "flow"}],
        span={"first": 2022, "last": 2027},
    )
    figures(tmp_path, {2020: 5, 2021: 2, 2022: 1, 2023: 3, 2024: 2, 2025: 4})
    found = outlook(tmp_path, said, "2026-06-30")["firms"]
    assert (found.attainment.latest, found.attainment.required.gap) == (10.0, 5.0)
    assert 0.2 < found.attainment.probability < 0.8
    assert found.forecast.quantile([0.01])[0, 0] >= 10.0
    outcome = outlook(tmp_path, said, "2026-06-30")["over"].outcome
    assert (outcome.met, outcome.observation.value) == (True, 6.0), "1, 3 and 2"
    figures(tmp_path, {2022: 1, 2023: 3, 2025: 4})  # of 2024 nothing is known
    history = outlook(tmp_path, said, "2026-06-30")["firms"].history
    assert history.values.tolist()[:2] == [1.0, 4.0]
    assert (isnan(history.values[2]), history.lower[2]) == (True, 7.0)  # more than 7: 8 at least


def test_average_growth_a_year_is_a_target_from_the_first_year_on(tmp_path):
    said = plan({"comparator": "at_least", "target": 10, "growth_from": 2020, "due": 2022})
    figures(tmp_path, {2018: 80, 2019: 90, 2020: 100, 2021: 108})
    found = outlook(tmp_path, said, "2022-06-30")["firms"].attainment
    assert found.target == pytest.approx(121.0)
    assert (found.yearly, found.base_year) == (10.0, 2020)
    fall = plan({"comparator": "reduce_by", "target": 10, "growth_from": 2020, "due": 2022})
    found = outlook(tmp_path, fall, "2022-06-30")["firms"].attainment
    assert (found.target, found.yearly) == (pytest.approx(81.0), -10.0)


def test_an_index_needs_no_figure_of_its_base_year(tmp_path):
    said = plan({"comparator": "at_most", "target": -65, "relative_to": 1990, "due": 2030,
                 "unit": "%"}, unit="Index: 1989/90 = 100")  # fmt: skip
    figures(tmp_path, {2021: 60, 2022: 58, 2023: 55}, unit="Index: 1989/90 = 100", measure="ratio")
    assert outlook(tmp_path, said, "2024-12-31")["firms"].attainment.target == pytest.approx(35.0)


def test_milestones_are_goals_of_one_family_told_apart_by_their_year():
    said = plan({"comparator": "at_least", "milestones": {2025: 60, 2030: 80}, "id": "way"})
    assert [(g.id, g.family, g.target, g.due.year) for g in said.goals] == [
        ("way_2025", "way", 60.0, 2025), ("way_2030", "way", 80.0, 2030),
    ]  # fmt: skip
    assert [said.goal_name(g).render("en") for g in said.goals] == ["Firms (2025)", "Firms (2030)"]


def test_a_plan_says_as_little_as_it_needs_to():
    said = plan({"comparator": "at_most", "target": 70, "due": 2030}, unit="kg/ha")
    (one,), (only,) = said.indicators, said.goals
    assert (one.kind, one.direction, one.whole) == ("ratio", "down", False)
    assert one.valid_range == (0, None)
    assert (only.id, only.unit, only.due.isoformat()) == ("firms", "kg/ha", "2030-12-31")
    assert (said.span.last, said.area_names.render("zh")) == (2030, "somewhere")


ABOUT = {"comparator": "about", "target": 115, "due": 2022}


def test_a_range_is_one_goal_whose_gap_is_to_its_nearer_end_and_nothing_inside(tmp_path):
    figures(tmp_path, {year: 100 + year - 2010 for year in range(2010, 2021)})
    said = plan({"comparator": "between", "target": [105, 125], "due": 2022})
    found = outlook(tmp_path, said, "2021-12-31")["firms"].attainment
    assert found.probability > 0.9
    assert found.required.gap == 0.0
    above = plan({"comparator": "between", "target": [50, 60], "due": 2022})
    missed = outlook(tmp_path, above, "2021-12-31")["firms"].attainment
    assert missed.probability < 0.05
    assert missed.required.gap == pytest.approx(50.0)
    about = outlook(tmp_path, plan(dict(ABOUT, tolerance=12)), "2021-12-31")
    (made,) = tables.progress_table(gather(about), lang="en").tables
    (row,) = made.cells
    assert row[4:6] == ("within", "–")
    assert "Of a mean over years" not in made.note
    words = [one.get_text() for one in plot_goal(about, "firms", lang="en").figure.axes[0].texts]
    assert "Target 103–127" in words
    wide = outlook(tmp_path, plan(dict(ABOUT, tolerance=200)), "2021-12-31")["firms"]
    assert wide.attainment.probability > 0.99, "how far off it may be is no figure of firms"


@pytest.mark.parametrize(
    ("comparator", "target", "way", "asked"),
    [
        ("about", 107, "up", (1, -2.0, None, "passed")),
        ("about", 105, "up", (1, -4.0, None, "passed")),
        ("about", 105, "down", (-1, 4.0, -2.0, "4")),
        ("about", 100, "up", (-1, 9.0, -4.5, "9")),
        ("between", 107, "up", (0, 2.0, -1.0, "2")),
    ],
)
def test_what_has_passed_a_goal_about_a_number_is_asked_nothing_back(
    tmp_path, comparator, target, way, asked
):
    figures(tmp_path, {year: 100 + year - 2010 for year in range(2010, 2021)})
    ends = {"target": target, "tolerance": 1}
    if comparator == "between":
        ends = {"target": [target - 1, target + 1]}
    said = plan(
        {"comparator": comparator, **ends, "due": 2022},
        span={"first": 2015, "last": 2022},
        direction=way,
    )
    found = outlook(tmp_path, said, "2021-12-31")
    a, (made,) = found["firms"].attainment, tables.progress_table(gather(found), lang="en").tables
    assert (a.onward, a.required.gap, a.required.increment, made.cells[0][4]) == asked
    passed = sentences.direction(gather(found).goals[0]).key == "report.trend_past"
    assert passed == (asked[2] is None)


@pytest.mark.parametrize(
    ("unit", "target", "within"),
    [
        ("%", 65, 1),
        ("%", 5, 0.25),
        ("firms", 500, 25),
        ("M EUR", 80, 4),
        ("years", 80, 1.6),
        ("元/人", 80, 4),
        ("€ per tonne", 80, 4),
        ("kg/人", 80, 1.6),
    ],
)
def test_a_goal_about_a_number_says_how_near_it_takes_to_be_near_where_the_plan_does_not(
    unit, target, within
):
    (found,) = plan(dict(ABOUT, target=target), unit=unit).goals
    assert found.upper - target == pytest.approx(within)
    told = [promised(found, lang="en"), promised(found, lang="zh")]
    assert ("taken as within" in told[0], "按上下" in told[1]) == (True, True)
    (stated,) = plan(dict(ABOUT, target=target, tolerance=within), unit=unit).goals
    assert "taken" not in promised(stated, lang="en")


def test_both_ends_of_a_range_lie_in_that_of_the_indicator_also_at_zero():
    deficit = {"id": "firms", "names": "F", "unit": "kg", "valid_range": [-10, -1]}
    with pytest.raises(OptionError, match="from -10 to -1, the range of firms"):
        plan({"comparator": "between", "target": [-5, 0], "due": 2022}, indicators=[deficit])


@pytest.mark.parametrize(("said", "told"), WORDS["half_forms"])
def test_half_a_form_is_refused_with_how_to_write_it(tmp_path, said, told):
    (tmp_path / "plans").mkdir()
    written = {
        "id": "p", "title": "P", "area": "a",
        "indicators": [
            {"id": k, "names": k, "unit": u} for k, u in (("x", "%"), ("y", "km"), ("z", "place"))
        ],
        "goals": [{"indicator": "x", "due": 2030, **said}],
    }  # fmt: skip
    (tmp_path / "plans" / "p.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        load_plan("p", data_dir=tmp_path)
    assert told in str(refused.value)
    assert "goals[0]" in str(refused.value)


def test_figures_in_another_unit_or_measure_than_the_indicators_are_refused(tmp_path):
    said = plan({"comparator": "at_least", "target": 70, "due": 2026})
    figures(tmp_path, {2020: 60, 2021: 61}, unit="enterprises")
    with pytest.raises(Exception, match=r"row 2, column unit: found enterprises; allowed: persons"):
        outlook(tmp_path, said, "2023-12-31")
    figures(tmp_path, {2020: 60, 2021: 61}, measure="stock")
    with pytest.raises(Exception, match=r"row 2, column measure: found stock; allowed: flow"):
        outlook(tmp_path, said, "2023-12-31")


def test_no_date_and_no_target_of_one_year_is_said_of_a_mean_or_a_range(tmp_path):
    figures(tmp_path, {year: 100 + year - 2010 for year in range(2010, 2021)})
    said = plan(
        {"comparator": "between", "target": [125, 130], "due": 2022},
        {"comparator": "at_least", "target": 130, "due": "2021/2023", "id": "mean"},
        {"comparator": "at_least", "target": 130, "due": 2023, "id": "one"},
    )
    found = outlook(tmp_path, said, "2021-12-31")

    def words(name):
        spans = required_words(explain(found, name, with_flip=False), lang="en")
        return "".join(span.text for span in spans)

    assert "a chance of 80%" in words("one")
    assert "a chance of 80%" not in words("firms") + words("mean")
    assert "no probability" not in words("firms") + words("mean")


def test_every_place_tells_the_same_pace_of_a_figure_at_its_strict_target_and_of_a_mean(tmp_path):
    figures(tmp_path, {year: 3.0 + 0.2 * (year - 2010) for year in range(2010, 2021)}, **RATIO)
    said = plan(
        {"comparator": "more_than", "target": 5.0, "due": 2023, "id": "passed"},
        {"comparator": "at_least", "target": 5.6, "due": "2021/2023", "id": "mean"},
        {"comparator": "at_least", "target": 9.0, "due": 2023, "id": "short"},
        unit="%",
    )
    found = outlook(tmp_path, said, "2021-12-31")
    facts = gather(found)
    told = tables.goals_table(found, lang="en"), tables.progress_table(facts, lang="en")
    for section, column in zip(told, (4, 5), strict=True):
        assert [cells[column] for cells in section.tables[0].cells[:2]] == ["–", "–"]
    words = plain_text(required_words(explain(found, "passed", with_flip=False), lang="en"))
    assert "5.0%: the target itself, which does not yet keep the promise" in words


def test_a_mean_and_a_total_end_with_all_their_years_and_not_with_the_last(tmp_path):
    figures(tmp_path, {year: 100 + year - 2010 for year in range(2010, 2025)})
    said = plan(
        {"comparator": "at_least", "target": 450, "due": "2021/2024", "total": True, "id": "total"},
        {"comparator": "at_least", "target": 120, "due": "2021/2024", "id": "mean"},
    )
    found = gather(outlook(tmp_path, said, "2025-06-30"))
    total, mean = (plain_text(sentences.happened(one, lang="en")) for one in found.goals)
    ended = "450 persons in total over 2021–2024, so the goal is met (the last published 31"
    assert ended in total
    assert "112.5 persons on average over 2021–2024, so the goal is missed" in mean
    (table,) = tables.progress_table(found, lang="en").tables
    told = [cells[2:6] for cells in table.cells]  # target, latest, gap, pace
    assert told == [
        ("≥ 450 in total", "450 (2021 to 2024)", "reached", "–"),
        ("≥ 120 on average", "112.5 (2021 to 2024)", "7.5", "–"),
    ]
    assert "(at least 112.5 persons a year on average)" in promised(found.goals[0], lang="en")
    open_ = outlook(tmp_path, said, "2022-12-31")
    (shell,) = tables.goals_table(open_, lang="en").tables
    (page,) = tables.progress_table(gather(open_), lang="en").tables
    assert [row[5:8] for row in shell.cells] == [row[-3:] for row in page.cells], "of all years"
    past = hindcast(said, load_observations(tmp_path), dates=["2023-12-31"])
    first, second = (sentences.hindcast_outcome(one, lang="en") for one in past.goals)
    assert first == "met: 450 persons in total over 2021–2024"
    assert second == "missed: 112.5 persons on average over 2021–2024"
    assert [one.forecasts[0].inside_80 for one in past.goals] == [True, True], "of the mean"


@pytest.mark.parametrize(
    ("asked", "known", "missing"),
    [({"comparator": "about", "target": 600, "tolerance": 30}, 280, "290"),
     ({"comparator": "between", "target": [380, 400]}, 460, "60"),
     ({"comparator": "at_least", "target": 330}, 336, "reached"),
     ({"comparator": "at_least", "target": 330}, 0, "–")],  # none of its years is known
)  # fmt: skip
def test_what_a_total_lacks_is_counted_from_the_nearer_end(tmp_path, asked, known, missing):
    shares = (0.45, 0.55)
    years = {2021 + k: known * share for k, share in enumerate(shares) if known}
    figures(tmp_path, {**dict.fromkeys(range(2012, 2021), 130), **years})
    made = plan({**asked, "total": True, "due": "2021/2025"})
    found = gather(outlook(tmp_path, made, "2023-06-30"))
    (row,) = tables.progress_table(found, lang="en").tables[0].cells
    assert row[4] == missing
    assert (found.goals[0].gap_in_all is None) is (missing == "–")
    assert all(level > 0 for level in found.goals[0].levels.values())


def test_a_mean_in_a_range_is_not_settled_while_it_can_still_be_passed(tmp_path):
    past = dict(zip(range(2012, 2025), [*range(100, 118, 2), 135, 140, 130, 135], strict=True))
    asked = {"comparator": "between", "target": [100, 115], "due": "2021/2025"}
    made = plan(asked, unit="index", indicator="firms")
    found = outlook(figures(tmp_path, past, **{**RATIO, "unit": "index"}), made, "2025-06-30")
    explained = explain(found, "firms")
    assert explained.pace.state == "mean"
    (said,) = sentences.required_pace(explained, lang="en")
    assert plain_text(said).endswith("have to average at most 35 index.")


def test_milestones_of_a_total_are_told_in_total_with_what_each_year_left_has_to_bring(tmp_path):
    figures(tmp_path, {year: 100 + year - 2010 for year in range(2010, 2024)})
    asked = {"comparator": "at_least", "total": True, "family": "firms"}
    near, far = ({"target": 300, "due": "2021/2022"}, {"target": 600, "due": "2021/2025"})
    made = plan({**asked, **near, "id": "near"}, {**asked, **far, "id": "far"})
    found = outlook(tmp_path, made, "2024-06-30")
    known = {"near": None, "far": explain(found, "far")}
    (table,) = tables.milestones_table(found, gather(found), known, lang="en").tables
    # 111 + 112 of 300; 336 of 600 in three years leave 264 for two.
    assert [cells[:4] for cells in table.cells] == [
        ("2022", "≥ 300 in total", "77", "–"),
        ("2025", "≥ 600 in total", "264", "at least 132 persons on average from 2024"),
    ]


def test_a_promise_of_every_year_that_one_broke_is_not_told_as_reached(tmp_path):
    figures(tmp_path, {2015 + k: v for k, v in enumerate((31, 32, 33, 31, 32, 31, 29, 34, 35))})
    asked = {"comparator": "at_least", "target": 30, "due": "2021/2025", "every_year": True}
    found = outlook(tmp_path, plan(asked), "2024-06-30")
    (row,) = tables.progress_table(gather(found), lang="en").tables[0].cells
    assert row[3:5] == ("35 (2023)", "missed")


# Held against figures of others: an area, an indicator, a place among areas.

AREAS = ("north", "south", "west")
YEARS = range(2010, 2021)


@pytest.fixture
def folder(tmp_path):
    """Own 50, 53, ... 80; north always 20 above, south 4 below, west 55 throughout."""
    figures(tmp_path, {year: 50 + 3 * (year - 2010) for year in YEARS}, **RATIO)
    others = {"north": (70, 3), "south": (46, 3), "west": (55, 0)}
    for area, (first, rise) in others.items():
        rows = ((year, first + rise * (year - 2010), f"{year + 1}-06-30") for year in YEARS)
        add_rows(tmp_path, *(figure(y, v, published=day, area=area, **RATIO) for y, v, day in rows))
    return tmp_path


def compared(folder, goal, as_of="2021-12-31", **more):
    return outlook(folder, plan({"due": 2024, **goal}, unit="%", **more), as_of)


def against(area, comparator="at_least", **more):
    return {"comparator": comparator, "relative_to": {"area": area, **more}}


def test_what_is_judged_is_what_lies_between_the_figures_of_one_period(folder):
    (north,) = compared(folder, against("north"))
    history = north.basis.selection.history
    assert history.times.tolist() == list(YEARS)
    assert history.values.tolist() == [-20] * 11
    assert north.attainment.probability < 0.1  # eleven years of eleven it was 20 below
    (south,) = compared(folder, against("south"))
    assert south.attainment.probability > 0.9
    (west,) = compared(folder, against("west"))
    assert west.attainment.latest == 80 - 55
    assert west.attainment.required.gap == -25  # it is exceeded
    words = west.basis.selection.used[-1].in_words()
    assert words.render("en") == "25 percentage points above west"
    assert west.attainment.probability > 0.9


def test_a_factor_and_what_is_added_move_the_line(folder):
    (goal,) = compared(folder, against("south", factor=0.5, plus=60.0))
    assert goal.attainment.latest == 80 - 0.5 * 76
    assert goal.attainment.target == 60
    assert goal.attainment.probability < 0.2
    (other,) = compared(folder, against("south", "at_most", plus=5.0))
    assert other.attainment.probability > 0.8  # it is always 4 above
    said = "a figure no lower than 0.5 times that of south plus 60 percentage points"
    assert promised(goal.goal, lang="en") == said
    assert promised(goal.goal, lang="zh") == "不低于south的0.5倍加60个百分点"


@pytest.mark.parametrize(
    ("due", "ends", "told"),
    [
        (date(2022, 1, 1), None, "2021-12-31"),
        (date(2022, 1, 2), None, "2022-01-02"),
        (date(2022, 4, 1), {"begins": "2021-04", "written": "2021-22"}, "2022-03-31"),
        (date(2022, 1, 1), {"begins": "2021-04", "written": "2021-22"}, "2022-01-01"),
    ],
)
def test_what_is_due_by_the_first_day_of_a_year_is_judged_by_the_year_before(due, ends, told):
    more = {"span": {"first": 2020, "last": 2023}} | ({"fiscal_year": ends} if ends else {})
    one = plan({"comparator": "at_least", "target": 5, "due": due}, **more).goals[0]
    assert one.due.isoformat() == told
    assert one.due_year == (2021 if told == "2021-12-31" else 2022)
    (_, step) = plan({"comparator": "at_least", "milestones": {2020: 1, due: 5}}, **more).goals
    assert step.due == one.due


def test_another_indicator_of_one_s_own_can_be_the_measure(folder):
    add_rows(folder, *(figure(year, 40, **RATIO).replace("firms", "growth") for year in YEARS))
    asked = {"comparator": "more_than", "relative_to": {"indicator": "growth"}}
    growth = {"id": "growth", "names": {"en": "Growth", "zh": "增速"}, "unit": "%"}
    indicators = [{"id": "firms", "names": "Firms", "unit": "%"}, growth]
    (goal,) = compared(folder, asked, indicators=indicators)
    assert goal.attainment.latest == 40
    assert promised(goal.goal, lang="en") == "a figure higher than Growth"
    assert promised(goal.goal, lang="zh") == "高于增速"


def test_a_place_among_areas_is_a_lead_over_the_one_who_has_it(folder):
    def ranked(place, among=AREAS):
        (goal,) = compared(folder, {"rank_among": ["somewhere", *among], "target": place})
        return goal

    of_three = ranked(1, among=AREAS[1:]).basis.explanation[-1].render("en")
    assert of_three.startswith("To be first it must be ahead of the best of south, west:")
    first, second = ranked(1), ranked(2)
    # In 2020: own 80, north 100, south 76, west 55.
    assert first.attainment.latest == 80 - 100
    assert second.attainment.latest == 80 - 76
    assert first.attainment.probability < 0.1 < 0.9 < second.attainment.probability
    # In 2010 west was ahead of south: own 50, west 55.
    assert second.basis.selection.history.values[0] == -5
    assert first.indicator.unit_name("en") == "percentage points"
    rests = first.basis.explanation[0].render("en")
    assert rests.startswith("The forecast rests on 11 differences")
    words = first.basis.selection.used[-1].in_words()
    assert words.render("en") == "place 2 of 4, 20 percentage points behind north"
    facts, last = gather(second.outlook), second.basis.selection.used[-1]
    assert last.in_words().render("zh") == "4个地区中居第2位，较south领先4个百分点"
    (row,) = tables.progress_table(facts, lang="en").tables[0].cells
    place = "place 2 of 4, 4 percentage points ahead of south (2020)"
    asked = promised(second.goal, lang="en")
    assert row[1:5] == ("percentage points, difference", asked, place, "reached")
    assert all(one.endswith(" above") for one in row[-2:])
    (row,) = tables.required_table(first.outlook, lang="zh").tables[0].cells
    assert (row[2].startswith("低"), row[-1]) == (True, "持平")
    rows = tables.forecast_table(facts.goals[0], lang="zh").tables[0].cells
    assert all("高" in one for row in rows for one in row[1:])
    (row,) = tables.goals_table(second.outlook, lang="en").tables[0].cells
    assert (row[3], row[6][-23:]) == (place, "percentage points above")
    told = [one.basis.explanation[-1].render("en") for one in (first, second)]
    assert told[0].startswith("To be first it must be ahead of the best of north, south, west:")
    assert told[1].startswith("To be in the top 2 it must be ahead of number 2 of north")
    assert {figure.status for figure in facts.goals[0].own.used} == {"derived"}
    assert promised(first.goal, lang="en") == "first place among 4 areas"
    assert promised(second.goal, lang="zh") == "在4个地区中位居前2位"


def test_areas_are_called_by_the_names_that_a_plan_gives_them(folder):
    names = {"north": {"en": "Northshire", "zh": "北郡"}, "south": "Southport", "west": "West"}
    (goal,) = compared(folder, {"rank_among": {"somewhere": "X", **names}, "target": 1})
    words = goal.basis.selection.used[-1].in_words()
    assert words.render("en") == "place 2 of 4, 20 percentage points behind Northshire"
    assert words.render("zh") == "4个地区中居第2位，较北郡落后20个百分点"
    assert goal.basis.selection.used[-1].note.render("en") == "80% less 100% (Northshire)"
    said = " ".join(one.render("en") for one in goal.basis.explanation)
    assert "Northshire, Southport, West" in said
    assert "north" not in said
    (goal,) = compared(folder, against("north") | {"relative_to": {"area": "north", "names": "N."}})
    assert goal.basis.selection.used[-1].note.render("en").endswith(" (N.)")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rank_among": list(AREAS), "target": 1}, ""),
        (against("north"), "20.00 percentage points below that of north"),
    ],
)
def test_a_place_has_no_target_that_would_be_safe(folder, asked, said):
    seen = compared(folder, asked)
    (goal,) = seen
    (safe,) = sentences.safe_level(seen, goal.goal.id)
    assert (safe.render("en") if safe else "") == said


def test_of_what_should_fall_the_lowest_is_first(folder):
    indicators = [{"id": "firms", "names": "Firms", "unit": "%", "direction": "down"}]
    asked = {"rank_among": list(AREAS), "target": 1}
    (goal,) = compared(folder, asked, indicators=indicators)
    assert goal.attainment.latest == 80 - 55
    assert goal.attainment.comparator == "at_most"
    assert goal.attainment.probability < 0.1


def test_a_figure_is_known_when_the_later_of_the_two_is_and_revised_with_either(folder):
    add_rows(folder, figure(2020, 90, published="2021-10-01", area="north", **RATIO))
    (early,) = compared(folder, against("north"), as_of="2021-05-31")
    assert early.basis.selection.history.times[-1] == 2019  # north's 2020 comes on 30 June
    (then,) = compared(folder, against("north"), as_of="2021-06-30")
    assert then.attainment.latest == -20
    assert [(f.value, f.published) for f in then.since] == [(-10.0, date(2021, 10, 1))]
    (now,) = compared(folder, against("north"))
    assert now.attainment.latest == -10
    used = now.basis.selection.used[-1]
    assert used.note.render("en") == "80% less 90% (north)"


@pytest.mark.parametrize(("known", "latest"), [(11, 2019), (12, 2020)])
def test_of_flows_whole_years_are_compared_and_months_once_all_are_known(tmp_path, known, latest):
    kept = {"unit": "visits", "measure": "flow"}
    areas = {"somewhere": 10, "north": 12, "south": 11}
    figures(tmp_path, dict.fromkeys(range(2010, 2020), 120), **kept)
    months = [f"2020-{month:02d}" for month in range(1, known + 1)]
    for area, size in areas.items():
        rows = [figure(year, 12 * size, area=area, **kept) for year in range(2010, 2020)]
        # Each month another one is first, so that the best of each month is nobody's year.
        told = {"published": "2021-01-31", "area": area, **kept}
        within = [figure(m, size + 8 * ((n + size) % 2), **told) for n, m in enumerate(months)]
        add_rows(tmp_path, *(rows if area != "somewhere" else ()), *within)
    asked = {"rank_among": ["north", "south"], "target": 1, "due": 2024}
    (item,) = outlook(tmp_path, plan(asked, unit="visits"), "2021-12-31")
    history = item.basis.selection.history
    assert (history.times[-1], history.values[-1]) == (latest, -24.0)  # not -66
    assert item.basis.selection.part is None


def test_money_beside_that_of_another_is_as_large_on_the_terminal_as_on_the_page(tmp_path):
    money = {"unit": "100M CNY"}
    figures(tmp_path, {year: 800 + 20 * (year - 2012) for year in range(2012, 2021)}, **money)
    theirs = ((year, 1300 + 25 * (year - 2012)) for year in range(2012, 2021))
    add_rows(tmp_path, *(figure(*one, area="north", **money) for one in theirs))
    made = outlook(tmp_path, plan(against("north") | {"due": 2024}, **money), "2021-06-30")
    (row,), (fact,) = tables.goals_table(made, lang="en").tables[0].cells, gather(made).goals
    assert (row[3], row[6]) == ("CNY 54 billion below north (2020)", "CNY 55 billion below")
    assert f"about {row[6]}" in plain_text(sentences.due_range(fact, lang="en"))


def test_without_figures_of_the_other_nothing_is_said(folder):
    (goal,) = compared(folder, against("nowhere"))
    assert goal.attainment.grade == "U"


def test_after_a_later_bound_no_gap_and_no_pace_are_told_of_an_older_figure(tmp_path):
    figures(tmp_path, {2019: 30, 2020: 34, 2021: 39})
    add_rows(tmp_path, f"{figure(2022, '')},45")
    said = plan({"comparator": "at_least", "target": 60, "due": 2026})
    made = outlook(tmp_path, said, "2023-06-01")
    (item,) = made.goals
    known = explain(made, item.goal.id)
    assert plain_text(required_words(known, lang="en")).startswith("Of the latest, only a bound is")
    assert "more than 45 persons (2022)" in plain_text(required_words(known, lang="en"))
    assert item.attainment.required is None
    assert sentences.levels_needed(item, made.as_of) == {}
    (fact,) = gather(made).goals
    assert "more than 45" in plain_text(progress(fact, lang="en"))
