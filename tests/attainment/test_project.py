"""A projection uses what had been published, grades it, and never turns ignorance into a number."""

import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from made_up_plan import GROWING, break_from, figure, goal, indicator, plan, series, vintage

import bcforecast as bc
from bcforecast import errors
from bcforecast.attainment.checks import check_folder
from bcforecast.attainment.evidence import series_of
from bcforecast.config import DATA_DIR
from bcforecast.evaluation.hindcast import year_ends
from bcforecast.models import borrowed, classical
from bcforecast.observations.records import Measure, Period
from bcforecast.plan.fields import changed
from bcforecast.reporting import sentences, tables
from bcforecast.text import write_years

BEICHEN = bc.load_plan("beichen-2020-2022")
TIANJIN = bc.load_plan("tianjin-2020-2022")
CONTRACTS = "tech_contract_value"
DATA = bc.load_observations(as_of="2020-12-31")
ONE = changed(TIANJIN, goals=(TIANJIN.goal(CONTRACTS),))


def at(day, goal=None, *, of=TIANJIN, **changes):
    """The projection of a plan as of a day; of one goal of it, changed, if one is named."""
    made = bc.project(only(of, goal, **changes) if goal else of, bc.load_observations(as_of=day))
    return made[goal] if goal else made


def only(plan, goal, **changes):
    """The plan with one goal, changed."""
    return changed(plan, goals=(changed(plan.goal(goal), **changes),))


def with_rows(folder, file, *rows):
    copy = folder / "data"
    shutil.copytree(DATA_DIR, copy)
    with (copy / file).open("a", encoding="utf-8") as out:
        out.writelines(row + "\n" for row in rows)
    return copy


def said(item):
    return " ".join(message.render("en") for message in item.basis.explanation)


def test_what_comes_after_the_as_of_date_changes_no_probability(tmp_path):
    item = at("2020-12-31", CONTRACTS)
    assert item.basis.selection.history.times.tolist() == list(range(2011, 2020))
    assert (item.attainment.grade, item.years) == ("A", (2020, 2021, 2022))
    assert 0 < item.attainment.probability < 1
    assert item.outcome.met is True
    assert item.outcome.observation.value == pytest.approx(1650.8667)
    assert item.outcome.observation.published > date(2020, 12, 31)
    row = "tianjin,tech_contract_value,2021,9999,,,100M CNY,flow,official,2021-01-01,stated"
    later = with_rows(tmp_path, "observations.csv", f"{row},cyb_tech_market,synthetic")
    outlooks = [
        bc.project(only(TIANJIN, CONTRACTS), bc.load_observations(folder, as_of="2020-12-31"))
        for folder in (None, None, later)
    ]
    one, again, other = (outlook.goals[0].attainment for outlook in outlooks)
    assert one == again == other


def test_a_published_figure_of_the_due_year_settles_the_goal():
    item = at("2023-12-31", CONTRACTS)
    assert (item.attainment.probability, item.basis.model) == (1.0, "published")
    assert item.attainment.required.years == 0
    changes = {"due": date(2019, 12, 31), "target": 34700.0}
    rounded = at("2020-12-31", "invention_patents_in_force", **changes)
    assert rounded.basis.selection.history.error_sd[-1] > 0
    assert rounded.attainment.probability == 1.0
    early = at("2024-12-31", CONTRACTS, due=date(2020, 12, 31), target=1000)
    assert early.basis.selection.history.times[-1] == 2020, "later figures are not used"
    assert early.attainment.probability == 1.0


def test_a_bound_on_the_due_year_conditions_the_forecast():
    def said(day, target):
        changes = {"due": date(2021, 12, 31), "target": target}
        return at(day, "hightech_enterprises", **changes).attainment

    before, after = "2022-03-22", "2022-03-23"
    assert 0 < said(before, 9000).probability < 1
    assert said(after, 9000).probability == pytest.approx(1.0)
    assert 0 < said(before, 9500).probability < said(after, 9500).probability < 1
    assert said(after, 9500).q10 > 9000
    item = at("2020-12-31", "rd_intensity")
    history = item.basis.selection.history
    assert (history.n_usable, history.n_values, item.attainment.grade) == (3, 2, "B")


def test_a_share_is_grade_d_where_size_alone_hints_at_it_and_grade_c_with_a_figure_of_its_own():
    item = at("2021-12-31", CONTRACTS, of=BEICHEN)
    assert (item.attainment.grade, item.basis.parent.area) == ("D", "tianjin")
    assert (
        "resident population, November 2020: 909,643 persons of the 13,866,009 persons of Tianjin"
        in said(item)
    )
    assert "gross domestic product, 2018: CNY 94.49 billion of the CNY 1,880.964 billion" in said(
        item
    )
    assert [own.indicator for own, _ in item.basis.sizes] == ["population", "gdp"]
    item = at("2021-12-31", "hightech_enterprises", of=BEICHEN)
    a = item.attainment
    assert (a.grade, a.latest, a.latest_year, a.required.gap) == ("C", 84, 2014, 531 - 84)
    assert "its size in Tianjin, 5.7%" in said(item)


@pytest.mark.parametrize("day", ["2021-05-31", "2021-12-31", "2022-06-30"])
def test_a_greater_target_is_never_as_likely_whatever_the_grade(day):
    def chances(times):
        goals = tuple(changed(g, target=g.target * times) for g in BEICHEN.goals)
        plan = changed(BEICHEN, goals=goals)
        found = bc.project(plan, bc.load_observations(as_of=day))
        return {g.goal.id: g.attainment.probability for g in found}

    said_once, twice, thrice = (chances(times) for times in (1, 2, 3))
    assert sum(p is not None for p in said_once.values()) >= 6
    for name, once in said_once.items():
        if once is None:
            assert twice[name] is thrice[name] is None
        else:
            assert thrice[name] < twice[name] < once, name
        if once is not None and name != "university_science_parks":
            assert thrice[name] < 0.6 * once, name


def test_the_parents_targets_move_nothing_in_the_districts_forecasts():
    easy = tuple(changed(g, target=3 * g.target) for g in TIANJIN.goals)
    city = changed(TIANJIN, goals=easy)
    data = bc.load_observations(as_of="2021-12-31")
    for one, other in zip(
        bc.project(BEICHEN, data), bc.project(BEICHEN, data, parent=city), strict=True
    ):
        assert one.attainment == other.attainment


def test_without_a_known_size_nothing_is_said_of_an_area_without_figures():
    bare = changed(BEICHEN, sizes=())
    for day, asked in (("2021-12-31", bare), ("2010-12-31", BEICHEN)):
        outlook = bc.project(asked, bc.load_observations(as_of=day))
        shares = [g for g in outlook if g.indicator.link_to_parent == "share"]
        without = [g for g in shares if not g.basis.selection.history.n_usable]
        assert len(without) >= 5
        for item in without:
            a = item.attainment
            assert (a.grade, a.probability, item.forecast) == ("U", None, None)
    item = bc.project(bare, bc.load_observations(as_of="2021-12-31"))["hightech_enterprises"]
    assert item.attainment.grade == "C", "one own figure ties a share of unknown size"
    assert "as its own figures show it" in said(item)


def test_a_size_as_large_as_the_parents_is_refused_by_row(tmp_path):
    row = "beichen,population,2020-12,13866010,,,persons,stock,official,2021-06-01,stated"
    city = row.replace("beichen", "tianjin").replace("13866010", "13866009")
    rows = (f"{line},city_population,," for line in (row, city))
    folder = with_rows(tmp_path, "observations.csv", *rows)
    words = "column value: found 13,866,010; allowed: above 0 and less than .* 13,866,009"
    with pytest.raises(errors.ObservationError, match=words):
        bc.project(BEICHEN, bc.load_observations(folder, as_of="2021-12-31"))


def test_a_ratio_without_own_figures_is_about_the_parents():
    item = at("2021-12-31", "rd_intensity", of=BEICHEN)
    city = at("2021-12-31", "rd_intensity").attainment
    assert (item.attainment.grade, item.basis.sizes) == ("D", ())
    # The city's own goal leans toward being met; what is lent to the district does not.
    assert item.attainment.q50 == pytest.approx(city.q50, rel=0.03)
    assert item.attainment.q90 > 2 * city.q50


def test_elicited_judgement_is_used_where_there_is_nothing_else(tmp_path):
    row = "beichen,innovation_platforms,2022-12-31,e1,district science bureau,22,29,35,2021-11-01,"
    folder, one = with_rows(tmp_path, "judgements.csv", row), only(BEICHEN, "innovation_platforms")
    item, earlier = (
        bc.project(one, bc.load_observations(folder, as_of=day)).goals[0]
        for day in ("2021-12-31", "2021-10-31")
    )
    a = item.attainment
    assert (a.grade, item.basis.model, earlier.attainment.grade) == ("D", "judgement", "U")
    assert (a.q10, a.q90) == (pytest.approx(22), pytest.approx(35))


def test_figures_as_of_no_day_are_refused():
    with pytest.raises(errors.BcforecastError, match="as_of"):
        bc.project(TIANJIN, bc.load_observations())


def parks_of(*counts, as_of, target=1):
    promise = goal("parks", comparator="event", target=target, unit="parks")
    made = plan([indicator("parks", unit="parks", kind="event", whole=True)], [promise])
    counted = {"indicator": "parks", "unit": "parks", "measure": Measure.STOCK}
    figures = [figure(year, count, **counted) for year, count in counts]
    return bc.project(made, vintage(figures, as_of=date(as_of, 6, 30)))["parks"]


def test_rounds_of_new_parks_are_learned_from_what_was_counted_and_never_from_the_target():
    days = ("2021-12-28", "2021-12-29")
    before, after = (at(day, "university_science_parks").attainment for day in days)
    assert (before.grade, before.probability) == ("U", None)
    assert (after.grade, after.latest, after.q10) == ("C", 4, 4)
    # One round of four in two years, from Jeffreys' prior: Beta(1.5, 1.5); one more in a third.
    assert after.probability == pytest.approx(1 / 2)
    for day in ("2009-01-01", "2020-12-31"):
        assert at(day, "national_science_parks").attainment.grade == "U"


def test_new_parks_of_a_district_come_from_the_rounds_of_its_parent_by_its_size():
    days = ("2021-12-28", "2021-12-29")
    before, after = (at(day, "university_science_parks", of=BEICHEN) for day in days)
    assert before.attainment.grade == "U"
    share = 1 / (1 + np.exp(-np.mean([np.log(s / (1 - s)) for s in (0.0656, 0.05024)])))
    # The parent has a round with 1.5 / 3; of its size is known q ~ Beta(2, 4), with density
    # 20 q (1 - q)^3; the district is in it with s / (s + (1 - s) q). Then two years without.
    q = (np.arange(100_000) + 0.5) / 100_000
    reached = np.mean(20 * q * (1 - q) ** 3 * share / (share + (1 - share) * q))
    years = 1 / (1.5 / 3 * reached) + 2
    assert after.attainment.probability == pytest.approx(1 / years, rel=2e-3)
    assert "the 0.5 rounds a year that Tianjin has had since the plan began" in said(after)
    assert "a chance of 5.7%" in said(after)
    theirs, own = after.basis.parent.selection.used, after.basis.n_usable
    assert ([figure.value for figure in theirs], own) == ([0, 4], 1)
    assert len(before.basis.explanation) == 1, "four parks are not too few for a trend"
    unsized = changed(BEICHEN, sizes=())
    own = at("2021-12-29", "university_science_parks", of=unsized).attainment
    assert own.probability == pytest.approx(0.5 / 3), "none in two years, Jeffreys"


def test_a_target_of_more_than_ten_new_ones_is_not_taken_for_ten():
    so_far = ((2019, 0.0), (2020, 1.0), (2021, 2.0))
    chances = [parks_of(*so_far, as_of=2022, target=n).attainment.probability for n in (12, 14, 30)]
    assert chances[0] > chances[1] > chances[2] > 0


def test_a_reached_milestone_raises_the_probability():
    day = {"reached": date(2021, 6, 1)}
    reached = tuple(changed(milestone, **day) for milestone in BEICHEN.milestones)
    plans = (BEICHEN, changed(BEICHEN, milestones=reached))
    without, with_them = (at("2021-12-31", "university_science_parks", of=of) for of in plans)
    assert without.attainment.probability < with_them.attainment.probability < 1
    # Nothing was ever counted of them, so nothing is said.
    assert at("2020-12-31", "national_science_parks").attainment.grade == "U"
    item = parks_of((2018, 2.0), (2019, 2.0), (2020, 2.0), (2021, 2.0), as_of=2022)
    a = item.attainment
    assert a.probability < 0.5
    assert (a.latest, a.grade) == (0, "B")
    assert a.probability == pytest.approx(0.5 / 4), "none in three years, Jeffreys"
    assert "2 parks already existed when the plan began" in said(item)
    assert parks_of((2018, 2.0), (2019, 2.0), as_of=2020).attainment.grade == "C"
    assert parks_of((2019, 2.0), as_of=2020).attainment.grade == "U"
    beside = [parks_of((2019, 2.0), (2021, 3.0), as_of=2022, target=n).attainment for n in (1, 2)]
    assert beside[0].probability == pytest.approx(1.0)
    assert 0.0 < beside[1].probability < 1.0
    for count, met in ((2.0, False), (3.0, True)):
        item = parks_of((2019, 2.0), (2022, count), as_of=2023)
        assert (item.attainment.probability, item.outcome.met) == (float(met), met)


# Figures and goals that do not simply fit each other.


def test_a_break_after_the_due_year_parts_nothing_and_hides_no_outcome():
    figures = series(2014, *GROWING, 155.0, 900.0)
    whole, parted = (
        bc.project(plan(), vintage(figures, breaks=breaks, as_of=date(2022, 6, 30)))["turnover"]
        for breaks in ((), (break_from(2023, date(2022, 3, 1)),))
    )
    assert whole.attainment == parted.attainment
    assert parted.attainment.grade == "A"
    assert (parted.outcome.observation.value, parted.outcome.met) == (155.0, True)


@pytest.mark.parametrize(
    ("kind", "judged"), [("stock", "the end of 2022"), ("flow", "the whole of 2022")]
)
def test_a_due_date_within_the_year_is_said_to_be_judged_by_the_year(kind, judged):
    data = vintage(series(2014, *GROWING, measure=Measure(kind)), as_of=date(2022, 6, 30))
    for due, told in ((date(2022, 6, 30), True), (date(2022, 12, 31), False)):
        made = plan([indicator("turnover", kind=kind)], [goal("turnover", due=due)])
        assert (judged in said(bc.project(made, data)["turnover"])) is told


@pytest.mark.parametrize(
    ("column", "found", "refused"),
    [
        ("value", 150.0, True), ("lower", 120.0, True), ("upper", -1.0, True),
        ("upper", 130.0, False),
    ],
)  # fmt: skip
def test_a_figure_or_bound_that_leaves_nothing_of_the_range_is_refused(column, found, refused):
    range_ = {"kind": "ratio", "unit": "%", "valid_range": [0, 100]}
    share = plan([indicator("turnover", **range_)], [goal("turnover", unit="%", target=60)])
    ratio = {"unit": "%", "measure": Measure.RATIO}
    odd = figure(2017, **{column: found}, row=9, **ratio)
    data = vintage([*series(2014, 50.0, 51.0, 52.0, **ratio), odd], as_of=date(2021, 12, 31))
    assert bc.project(share, data.at("2017-12-31"))["turnover"].attainment.probability is not None
    if not refused:
        assert bc.project(share, data)["turnover"].attainment.probability is not None
        return
    words = rf"observations\.csv, row 9, column {column}: found .*{found:g}; allowed: .* 0 to 100"
    with pytest.raises(errors.ObservationError, match=words.replace("-", ".")):
        bc.project(share, data)


def test_the_check_of_a_folder_reads_figures_against_the_plans_and_the_words(tmp_path):
    row = "beichen,rd_intensity,2020,320,,,%,ratio,official,2021-12-01,stated,cyb_tech_market,"
    folder = with_rows(tmp_path, "observations.csv", row)
    (problem,) = check_folder(folder).problems
    assert "found 320; allowed: a number from 0 to 100, the range of rd_intensity" in str(problem)
    (folder / "verdicts.csv").write_text("verdict,lower,upper,note\nperhaps,0,1,\n")
    assert sum("perhaps" in str(problem) for problem in check_folder(folder).problems) == 1


def test_a_model_is_chosen_or_ones_own_and_never_replaced_by_another():
    trend, item, again = (
        bc.project(ONE, DATA, models=models)[CONTRACTS]
        for models in (None, {CONTRACTS: "ets"}, {CONTRACTS: "ets"})
    )
    assert (trend.basis.model, item.basis.model) == ("trend", "ets")
    assert (trend.attainment.grade, item.attainment.grade) == ("A", "A")
    assert trend.attainment.probability != item.attainment.probability
    assert again.attainment == item.attainment
    outlook = bc.project(ONE, DATA, models={CONTRACTS: classical.Theta(count=3)})
    assert outlook[CONTRACTS].basis.series_model == classical.Theta(count=3)
    view = borrowed.Judgement((borrowed.Opinion("bureau", 2022, 1.0, 2.0, 3.0),))
    item = bc.project(only(TIANJIN, "unicorns"), DATA, models={"unicorns": view})["unicorns"]
    assert item.attainment.grade == "D"
    assert item.attainment.q50 == pytest.approx(2.0, abs=0.6)
    assert "model that was chosen" in said(item)
    with pytest.raises(
        errors.ModelError, match="ARIMA with drift needs at least 6 values; rd_intensity"
    ):
        bc.project(only(TIANJIN, "rd_intensity"), DATA, models={"rd_intensity": "arima"})


def test_the_plan_names_a_model_and_the_argument_goes_before_it():
    def said(plan, model=None):
        return bc.project(plan, DATA, models=model and {CONTRACTS: model})[CONTRACTS]

    theta = ONE.indicator(CONTRACTS).model_copy(update={"model": "theta"})
    indicators = tuple(theta if i.id == CONTRACTS else i for i in ONE.indicators)
    named = changed(ONE, indicators=indicators)
    assert said(named).attainment == said(ONE, "theta").attainment
    assert said(named, "arima").basis.model == "arima"
    assert said(named, "trend").attainment == said(ONE).attainment


@pytest.mark.parametrize(
    ("models", "held", "sentence"),
    [
        ({"gdp": "ets"}, {}, "has no indicator “gdp”; allowed: rd_intensity"),
        ({CONTRACTS: "prophet"}, {}, f"for {CONTRACTS}: there is no model prophet; trend, ets"),
        ({CONTRACTS: 3}, {}, "int is no model: it lacks name, minimum_observations, fit;"),
        ({"university_science_parks": "ets"}, {}, "is an event"),
        ({}, {CONTRACTS: "prophet"}, f"goal {CONTRACTS} is prophet; .*trend are allowed"),
        ({CONTRACTS: "ets"}, {CONTRACTS: "trend"}, "is trend; ets are allowed"),
        ({}, {"gdp": "trend"}, "has no goal “gdp”"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_is_allowed(models, held, sentence):
    with pytest.raises(errors.BcforecastError, match=sentence):
        bc.project(ONE, DATA, models=models, held=held)


def test_a_plan_file_names_a_model_and_a_wrong_one_is_found_by_the_check(tmp_path):
    folder = with_rows(tmp_path, "judgements.csv")
    file = folder / "plans" / "tianjin-2020-2022.yaml"
    text, at = file.read_text(encoding="utf-8"), f"  - id: {CONTRACTS}\n"
    named = text.replace(f"{at}    names", f"{at}    model: theta\n    names", 1)
    file.write_text(named, encoding="utf-8")
    read = bc.load_plan("tianjin-2020-2022", data_dir=folder)
    assert read.indicator(CONTRACTS).model == "theta"
    assert check_folder(folder).problems == []
    file.write_text(named.replace("model: theta", "model: thet"), encoding="utf-8")
    (wrong,) = check_folder(folder).problems
    assert "model of the indicator tech_contract_value: there is no model thet" in str(wrong)
    with pytest.raises(errors.PlanError, match="there is no model thet"):
        bc.project(bc.load_plan("tianjin-2020-2022", data_dir=folder), DATA)


def nine_months_earlier(day):
    """The day of a fiscal year that ends in March which has the place of one of a calendar year."""
    return date(day.year - (day.month < 10), (day.month + 2) % 12 + 1, day.day)


@pytest.mark.parametrize("as_of", [date(2021, 12, 31), date(2022, 3, 30), date(2022, 12, 30)])
@pytest.mark.parametrize("due", [date(2023, 12, 31), date(2023, 8, 30), date(2024, 1, 30)])
def test_a_plan_of_fiscal_years_says_what_one_of_calendar_years_says(as_of, due):
    def told(moved, period, **changes):
        days = {"due": moved(due)}
        asked = [goal("turnover", **days), goal("whole", **days, every_year=True)]
        counted = [indicator("turnover"), indicator("whole", kind="stock")]
        issued, span = moved(date(2021, 1, 1)), {"first": 2021, "last": 2024}
        made = plan(counted, asked, issued=issued, span=span, **changes)
        measures = {"turnover": Measure.FLOW, "whole": Measure.STOCK}
        figures = [
            replace(one, measure=measure, period=Period.parse(period(one.period.last.year)),
                    published=moved(one.published))
            for name, measure in measures.items()
            for one in series(2013, *GROWING, indicator=name)
        ]  # fmt: skip
        outlook = bc.project(made, vintage(figures, as_of=moved(as_of)))
        assert [made.year_of(one.goal.due) for one in outlook] == [due.year] * 2
        explored = outlook.exploration
        chances = [
            explored.probability("turnover", explored.baseline, by=year)
            for year in outlook["turnover"].years
        ]
        attained = outlook.attainment().drop(columns="due").to_csv()
        said = [[m.key for m in one.basis.explanation] for one in outlook]
        bare = series_of(made.indicator("turnover"), area="elsewhere")
        start = outlook.data.history(bare).history.start
        write_years(str, ends=3 if changes else 12)
        years = [[*sentences.levels_needed(one, outlook.as_of)] for one in outlook]
        years += [one.columns for one in tables.required_table(outlook, lang="en").tables]
        opens = len(year_ends(made)), made.first_open_year(moved(as_of))
        return attained, chances, said, opens, years, start

    fiscal = {"fiscal_year": {"begins": "2024-04", "written": "2024-25"}}
    ours = told(nine_months_earlier, lambda year: f"{year - 1}-04/{year}-03", **fiscal)
    assert ours == told(lambda day: day, str)


def test_of_a_goal_over_several_years_no_other_year_can_be_asked():
    asked = goal("turnover", every_year=True)
    data = vintage(series(2012, *GROWING), as_of=date(2020, 12, 31))
    explored = bc.project(plan(None, [asked]), data).exploration
    with pytest.raises(errors.ScenarioError, match="found 2021; allowed: 2022 to 2022"):
        explored.probability("turnover", explored.baseline, by=2021)
