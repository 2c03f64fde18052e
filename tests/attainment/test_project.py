"""A projection uses what had been published, grades it, and never turns ignorance into a number."""

import shutil
from datetime import date

import pytest
from made_up_plan import GROWING, break_from, figure, goal, indicator, plan, series, vintage

import bcforecast as bc
from bcforecast.attainment.project import check_folder
from bcforecast.config import DATA_DIR
from bcforecast.errors import BcforecastError, ModelError, ObservationError, PlanError
from bcforecast.models.classical import Theta
from bcforecast.models.judgement import Judgement, Opinion
from bcforecast.observations.records import Measure

BEICHEN = bc.load_plan("beichen-2020-2022")
TIANJIN = bc.load_plan("tianjin-2020-2022")
CONTRACTS = "tech_contract_value"
DATA = bc.load_observations(as_of="2020-12-31")


def at(day, plan=TIANJIN):
    return bc.project(plan, bc.load_observations(as_of=day))


def only(plan, goal, **changes):
    """The plan with one goal, changed."""
    return plan.model_copy(update={"goals": (plan.goal(goal).model_copy(update=changes),)})


def with_rows(folder, file, *rows):
    copy = folder / "data"
    shutil.copytree(DATA_DIR, copy)
    with (copy / file).open("a", encoding="utf-8") as out:
        out.writelines(row + "\n" for row in rows)
    return copy


def said(item):
    return " ".join(message.render("en") for message in item.basis.explanation)


def test_tianjin_turnover_rests_on_the_nine_yearbook_figures_and_says_what_happened():
    item = bc.project(only(TIANJIN, CONTRACTS), DATA)[CONTRACTS]
    assert item.basis.selection.history.times.tolist() == list(range(2011, 2020))
    assert item.attainment.grade == "A"
    assert item.years == (2020, 2021, 2022)
    assert 0 < item.attainment.probability < 1
    assert item.outcome.met is True
    assert item.outcome.observation.value == pytest.approx(1650.8667)
    assert item.outcome.observation.published > date(2020, 12, 31)


def test_what_was_published_later_changes_no_probability_and_twice_is_the_same(tmp_path):
    row = "tianjin,tech_contract_value,2021,9999,,,100M CNY,flow,official,2021-01-01,stated"
    later = with_rows(tmp_path, "observations.csv", f"{row},cyb_tech_market,synthetic")
    outlooks = [
        bc.project(only(TIANJIN, CONTRACTS), bc.load_observations(folder, as_of="2020-12-31"))
        for folder in (None, None, later)
    ]
    one, again, other = (outlook.goals[0].attainment for outlook in outlooks)
    assert one == again == other


def test_a_published_figure_of_the_due_year_settles_the_goal():
    item = at("2023-12-31", only(TIANJIN, CONTRACTS))[CONTRACTS]
    assert item.attainment.probability == 1.0
    assert item.basis.model == "published"
    assert item.attainment.required.years == 0


def test_a_rounded_figure_of_the_due_year_settles_the_goal_as_it_stands():
    changed = only(TIANJIN, "invention_patents_in_force", due=date(2019, 12, 31), target=34700.0)
    item = bc.project(changed, DATA).goals[0]
    assert item.basis.selection.history.error_sd[-1] > 0
    assert item.attainment.probability == 1.0


def test_a_bound_on_the_due_year_conditions_the_forecast():
    due = {"due": date(2021, 12, 31)}
    certain = only(TIANJIN, "hightech_enterprises", target=9000, **due)
    open_ = only(TIANJIN, "hightech_enterprises", target=9500, **due)
    before, after = "2022-03-22", "2022-03-23"
    assert at(after, certain).goals[0].attainment.probability == pytest.approx(1.0)
    assert 0 < at(before, certain).goals[0].attainment.probability < 1
    rise = [at(day, open_).goals[0].attainment.probability for day in (before, after)]
    assert 0 < rise[0] < rise[1] < 1
    assert at(after, open_).goals[0].attainment.q10 > 9000


def test_a_due_year_that_is_over_and_not_published_is_still_forecast():
    item = at("2023-12-31", only(TIANJIN, "eaglet_enterprises")).goals[0]
    assert item.years[-1] == 2022
    assert 0 < item.attainment.probability < 1


def test_figures_after_the_due_year_are_not_used():
    early = only(TIANJIN, CONTRACTS, due=date(2020, 12, 31), target=1000)
    item = at("2024-12-31", early).goals[0]
    assert item.basis.selection.history.times[-1] == 2020
    assert item.attainment.probability == 1.0


def test_no_usable_figure_is_said_and_never_zero():
    item = at("2021-12-31", only(BEICHEN, "innovation_platforms")).goals[0]
    a = item.attainment
    assert (a.grade, a.probability, a.q50, a.verdict) == ("U", None, None, "verdict.unset")
    assert item.forecast is None
    assert item.years == ()
    assert item.basis.explanation


def test_a_share_hinted_by_targets_alone_is_grade_d_and_says_so():
    item = at("2021-12-31", only(BEICHEN, CONTRACTS)).goals[0]
    assert item.attainment.grade == "D"
    assert item.basis.parent.area == "tianjin"
    assert "a target of 60 for Beichen District against 1,400 for Tianjin, 4.3% of it" in said(item)
    assert "assumed" in said(item)


def test_a_share_tied_to_a_figure_of_its_own_is_grade_c():
    a = at("2021-12-31", only(BEICHEN, "hightech_enterprises")).goals[0].attainment
    assert (a.grade, a.latest, a.latest_year) == ("C", 84, 2014)
    assert a.required.gap == 531 - 84


def test_a_bound_counts_as_a_figure_of_its_own():
    item = bc.project(only(TIANJIN, "rd_intensity"), DATA).goals[0]
    assert item.basis.selection.history.n_usable == 3
    assert item.basis.selection.history.n_values == 2
    assert item.attainment.grade == "B"


def test_elicited_judgement_is_used_where_there_is_nothing_else(tmp_path):
    row = "beichen,innovation_platforms,2022-12-31,e1,district science bureau,22,29,35,2021-11-01,"
    folder = with_rows(tmp_path, "judgements.csv", row)
    item, earlier = (
        bc.project(
            only(BEICHEN, "innovation_platforms"), bc.load_observations(folder, as_of=day)
        ).goals[0]
        for day in ("2021-12-31", "2021-10-31")
    )
    a = item.attainment
    assert (a.grade, item.basis.model) == ("D", "judgement")
    assert (a.q10, a.q90) == (pytest.approx(22), pytest.approx(35))
    assert earlier.attainment.grade == "U"


def test_every_explanation_reads_in_both_languages():
    for each in (BEICHEN, TIANJIN):
        for item in at("2021-12-31", each):
            for message in item.basis.explanation:
                assert message.render("en") != message.render("zh")


def test_what_cannot_be_projected_is_refused_by_name():
    with pytest.raises(BcforecastError, match="boom"):
        bc.project(TIANJIN, DATA, scenario="boom")
    with pytest.raises(BcforecastError, match="as_of"):
        bc.project(TIANJIN, bc.load_observations())
    with pytest.raises(BcforecastError, match="nothing_like_it"):
        at("2021-12-31", only(BEICHEN, "innovation_platforms"))["nothing_like_it"]


# New things.


def parks_of(*counts, as_of, target=1):
    promise = goal("parks", comparator="event", target=target, unit="parks")
    made = plan([indicator("parks", unit="parks", kind="event", whole=True)], [promise])
    counted = {"indicator": "parks", "unit": "parks", "measure": Measure.STOCK}
    figures = [figure(year, count, **counted) for year, count in counts]
    return bc.project(made, vintage(figures, as_of=as_of))["parks"]


def test_new_parks_are_counted_from_the_start_of_the_plan():
    parks = only(TIANJIN, "university_science_parks")
    before, after = (at(day, parks).goals[0].attainment for day in ("2021-12-28", "2021-12-29"))
    assert before.grade == "D"
    assert (after.latest, after.q10) == (4, 4)
    assert before.probability < after.probability < 1


def test_an_event_is_counted_from_the_plans_start_even_long_before_it():
    early, late = (at(day)["national_science_parks"] for day in ("2009-01-01", "2020-12-31"))
    assert early.years == (2020, 2021, 2022)
    assert early.attainment.probability == late.attainment.probability


def test_a_reached_milestone_raises_the_probability():
    parks = only(BEICHEN, "university_science_parks")
    day = {"reached": date(2021, 6, 1)}
    milestones = tuple(m.model_copy(update=day) for m in parks.milestones)
    reached = parks.model_copy(update={"milestones": milestones})
    without, with_them = (
        at("2021-12-31", each).goals[0].attainment.probability for each in (parks, reached)
    )
    assert without < with_them < 1


def test_what_existed_before_the_plan_is_not_new():
    item = parks_of((2018, 2.0), (2019, 2.0), (2020, 2.0), (2021, 2.0), as_of=date(2022, 6, 30))
    a = item.attainment
    assert a.probability < 0.5
    assert (a.latest, a.grade) == (0, "C")
    assert "2 already existed when the plan began" in said(item)
    before = parks_of((2018, 2.0), (2019, 2.0), as_of=date(2020, 6, 30))
    assert before.attainment.grade == "D"


def test_a_new_one_beside_the_old_ones_meets_the_goal():
    item = parks_of((2019, 2.0), (2021, 3.0), as_of=date(2022, 6, 30))
    assert item.attainment.probability == pytest.approx(1.0)
    two = parks_of((2019, 2.0), (2021, 3.0), as_of=date(2022, 6, 30), target=2)
    assert 0.0 < two.attainment.probability < 1.0


def test_the_due_years_figure_is_judged_by_its_new_ones_alone():
    for count, met in ((2.0, False), (3.0, True)):
        item = parks_of((2019, 2.0), (2022, count), as_of=date(2023, 6, 30))
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
    early = plan([indicator("turnover", kind=kind)], [goal("turnover", due=date(2022, 6, 30))])
    end = plan([indicator("turnover", kind=kind)])
    data = vintage(series(2014, *GROWING, measure=Measure(kind)), as_of=date(2022, 6, 30))
    assert judged in said(bc.project(early, data)["turnover"])
    assert judged not in said(bc.project(end, data)["turnover"])


@pytest.mark.parametrize(
    ("column", "found", "refused"),
    [
        ("value", 150.0, True),
        ("lower", 120.0, True),
        ("upper", -1.0, True),
        ("upper", 130.0, False),
    ],
)
def test_a_figure_or_bound_that_leaves_nothing_of_the_range_is_refused(column, found, refused):
    share = plan(
        [indicator("turnover", kind="ratio", unit="%", valid_range=[0, 100])],
        [goal("turnover", unit="%", target=60)],
    )
    ratio = {"unit": "%", "measure": Measure.RATIO}
    odd = figure(2017, **{column: found}, row=9, **ratio)
    data = vintage([*series(2014, 50.0, 51.0, 52.0, **ratio), odd], as_of=date(2021, 12, 31))
    earlier = bc.project(share, data.at("2017-12-31"))["turnover"]
    assert earlier.attainment.probability is not None
    if not refused:
        assert bc.project(share, data)["turnover"].attainment.probability is not None
        return
    words = rf"observations\.csv, row 9, column {column}: found .*{found:g}; allowed: .* 0 to 100"
    with pytest.raises(ObservationError, match=words.replace("-", ".")):
        bc.project(share, data)


def test_the_check_of_a_folder_reads_figures_against_the_plans(tmp_path):
    row = "beichen,rd_intensity,2020,320,,,%,ratio,official,2021-12-01,stated,cyb_tech_market,"
    (problem,) = check_folder(with_rows(tmp_path, "observations.csv", row))
    assert "found 320; allowed: a number from 0 to 100, the range of rd_intensity" in str(problem)


def test_the_check_of_a_folder_reads_the_words_for_probabilities(tmp_path):
    folder = with_rows(tmp_path, "judgements.csv")
    (folder / "verdicts.csv").write_text("verdict,lower,upper,note\nperhaps,0,1,\n")
    (problem,) = check_folder(folder)
    assert "perhaps" in str(problem)


# A model can be chosen for an indicator, in Python or in the plan.

PLAN = only(TIANJIN, CONTRACTS)


def test_a_chosen_model_forecasts_the_indicator_and_is_named():
    trend, item, again = (
        bc.project(PLAN, DATA, models=models)[CONTRACTS]
        for models in (None, {CONTRACTS: "ets"}, {CONTRACTS: "ets"})
    )
    assert (trend.basis.model, item.basis.model) == ("trend", "ets")
    assert (trend.attainment.grade, item.attainment.grade) == ("A", "A")
    assert trend.attainment.probability != item.attainment.probability
    assert again.attainment == item.attainment


def test_the_plan_names_a_model_and_the_argument_goes_before_it():
    theta = [
        i.model_copy(update={"model": "theta"} if i.id == CONTRACTS else {})
        for i in PLAN.indicators
    ]
    named = PLAN.model_copy(update={"indicators": tuple(theta)})
    by_argument = bc.project(PLAN, DATA, models={CONTRACTS: "theta"})[CONTRACTS]
    assert bc.project(named, DATA)[CONTRACTS].attainment == by_argument.attainment
    assert bc.project(named, DATA, models={CONTRACTS: "arima"})[CONTRACTS].basis.model == "arima"
    default = bc.project(named, DATA, models={CONTRACTS: "trend"})[CONTRACTS]
    assert default.attainment == bc.project(PLAN, DATA)[CONTRACTS].attainment


def test_a_model_of_ones_own_is_taken_as_it_is():
    outlook = bc.project(PLAN, DATA, models={CONTRACTS: Theta(count=3)})
    assert outlook[CONTRACTS].basis.series_model == Theta(count=3)
    view = Judgement((Opinion("bureau", 2022, 1.0, 2.0, 3.0),))
    item = bc.project(only(TIANJIN, "unicorns"), DATA, models={"unicorns": view})["unicorns"]
    assert item.attainment.grade == "D"
    assert item.attainment.q50 == pytest.approx(2.0, abs=0.6)
    assert "model that was chosen" in said(item)


@pytest.mark.parametrize(
    ("models", "held", "sentence"),
    [
        ({"gdp": "ets"}, {}, "has no indicator “gdp”; allowed: rd_intensity"),
        ({CONTRACTS: "prophet"}, {}, f"for {CONTRACTS}: there is no model prophet; trend, ets"),
        ({CONTRACTS: 3}, {}, "there is no model 3"),
        ({"university_science_parks": "ets"}, {}, "is an event"),
        ({}, {CONTRACTS: "prophet"}, f"goal {CONTRACTS} is prophet; .*trend are allowed"),
        ({CONTRACTS: "ets"}, {CONTRACTS: "trend"}, "is trend; ets are allowed"),
        ({}, {"gdp": "trend"}, "has no goal “gdp”"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_is_allowed(models, held, sentence):
    with pytest.raises(BcforecastError, match=sentence):
        bc.project(PLAN, DATA, models=models, held=held)


def test_a_model_that_refuses_the_figures_is_not_replaced_by_another():
    with pytest.raises(ModelError, match="ARIMA with drift needs at least 6 values; rd_intensity"):
        bc.project(only(TIANJIN, "rd_intensity"), DATA, models={"rd_intensity": "arima"})


def test_a_plan_file_names_a_model_and_a_wrong_one_is_found_by_the_check(tmp_path):
    folder = with_rows(tmp_path, "judgements.csv")
    file = folder / "plans" / "tianjin-2020-2022.yaml"
    text, at = file.read_text(encoding="utf-8"), f"  - id: {CONTRACTS}\n"
    named = text.replace(f"{at}    names", f"{at}    model: theta\n    names", 1)
    file.write_text(named, encoding="utf-8")
    read = bc.load_plan("tianjin-2020-2022", data_dir=folder)
    assert read.indicator(CONTRACTS).model == "theta"
    assert check_folder(folder) == ()
    file.write_text(named.replace("model: theta", "model: thet"), encoding="utf-8")
    (wrong,) = check_folder(folder)
    assert "model of the indicator tech_contract_value: there is no model thet" in str(wrong)
    with pytest.raises(PlanError, match="there is no model thet"):
        bc.project(bc.load_plan("tianjin-2020-2022", data_dir=folder), DATA)
