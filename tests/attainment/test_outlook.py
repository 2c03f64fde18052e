"""A projection uses what had been published, grades it, and never turns ignorance into a number."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import bcforecast as bc
from bcforecast.config import DATA_DIR
from bcforecast.errors import BcforecastError, ScenarioError
from bcforecast.plan import Plan

BEICHEN = bc.load_plan("beichen-2020-2022")
TIANJIN = bc.load_plan("tianjin-2020-2022")


def at(day: str, plan: Plan = TIANJIN) -> bc.Outlook:
    return bc.project(plan, bc.load_observations(as_of=day))


def only(plan: Plan, goal: str, **changes: object) -> Plan:
    """The plan with one goal, changed."""
    return plan.model_copy(update={"goals": (plan.goal(goal).model_copy(update=changes),)})


def with_rows(folder: Path, file: str, *rows: str) -> Path:
    copy = folder / "data"
    if not copy.exists():
        shutil.copytree(DATA_DIR, copy)
    with (copy / file).open("a", encoding="utf-8") as out:
        out.writelines(row + "\n" for row in rows)
    return copy


def test_tianjin_turnover_rests_on_the_nine_yearbook_figures_and_says_what_happened() -> None:
    item = bc.project(
        only(TIANJIN, "tech_contract_value"), bc.load_observations(as_of="2020-12-31")
    )["tech_contract_value"]
    assert item.basis.selection.history.times.tolist() == list(range(2011, 2020))
    assert item.attainment.grade == "A"
    assert item.years == (2020, 2021, 2022)
    assert 0 < item.attainment.probability < 1
    assert item.outcome is not None
    assert item.outcome.met is True
    assert item.outcome.observation.value == pytest.approx(1650.8667)
    assert item.outcome.observation.published > date(2020, 12, 31)


def test_what_was_published_later_changes_no_probability(tmp_path: Path) -> None:
    row = "tianjin,tech_contract_value,2021,9999,,,100M CNY,flow,official,2021-01-01,stated"
    later = with_rows(tmp_path, "observations.csv", f"{row},cyb_tech_market,synthetic")
    plan = only(TIANJIN, "tech_contract_value")
    shipped = bc.project(plan, bc.load_observations(as_of="2020-12-31"))
    other = bc.project(plan, bc.load_observations(later, as_of="2020-12-31"))
    assert shipped.goals[0].attainment == other.goals[0].attainment


def test_the_same_seed_gives_the_same_numbers() -> None:
    plan = only(BEICHEN, "hightech_enterprises")
    data = bc.load_observations(as_of="2021-12-31")
    assert bc.project(plan, data).goals[0].attainment == bc.project(plan, data).goals[0].attainment


def test_a_published_figure_of_the_due_year_settles_the_goal() -> None:
    item = at("2023-12-31", only(TIANJIN, "tech_contract_value"))["tech_contract_value"]
    assert item.attainment.probability == 1.0
    assert item.basis.model == "published"
    assert item.attainment.required is not None
    assert item.attainment.required.years == 0


def test_a_bound_on_the_due_year_conditions_the_forecast() -> None:
    due = {"due": date(2021, 12, 31)}
    certain = only(TIANJIN, "hightech_enterprises", target=9000, **due)
    open_ = only(TIANJIN, "hightech_enterprises", target=9500, **due)
    before, after = "2022-03-22", "2022-03-23"
    assert at(after, certain).goals[0].attainment.probability == pytest.approx(1.0)
    assert 0 < at(before, certain).goals[0].attainment.probability < 1
    rise = [at(day, open_).goals[0].attainment.probability for day in (before, after)]
    assert 0 < rise[0] < rise[1] < 1
    assert at(after, open_).goals[0].attainment.q10 > 9000


def test_a_due_year_that_is_over_and_not_published_is_still_forecast() -> None:
    item = at("2023-12-31", only(TIANJIN, "eaglet_enterprises")).goals[0]
    assert item.years[-1] == 2022
    assert 0 < item.attainment.probability < 1


def test_figures_after_the_due_year_are_not_used() -> None:
    plan = only(TIANJIN, "tech_contract_value", due=date(2020, 12, 31), target=1000)
    item = at("2024-12-31", plan).goals[0]
    assert item.basis.selection.history.times[-1] == 2020
    assert item.attainment.probability == 1.0


def test_no_usable_figure_is_said_and_never_zero() -> None:
    item = at("2021-12-31", only(BEICHEN, "innovation_platforms")).goals[0]
    a = item.attainment
    assert (a.grade, a.probability, a.q50, a.verdict) == ("U", None, None, "verdict.unset")
    assert item.forecast is None
    assert item.years == ()
    assert item.basis.explanation


def test_a_share_hinted_by_targets_alone_is_grade_d_and_says_so() -> None:
    item = at("2021-12-31", only(BEICHEN, "tech_contract_value")).goals[0]
    assert item.attainment.grade == "D"
    assert item.basis.parent is not None
    assert item.basis.parent.area == "tianjin"
    said = " ".join(m.render("en") for m in item.basis.explanation)
    assert "60" in said
    assert "1,400" in said
    assert "assumed" in said


def test_a_share_tied_to_a_figure_of_its_own_is_grade_c() -> None:
    item = at("2021-12-31", only(BEICHEN, "hightech_enterprises")).goals[0]
    assert item.attainment.grade == "C"
    assert item.attainment.latest == 84
    assert item.attainment.latest_year == 2014


def test_elicited_judgement_is_used_where_there_is_nothing_else(tmp_path: Path) -> None:
    data = with_rows(
        tmp_path,
        "judgements.csv",
        "beichen,innovation_platforms,2022-12-31,e1,district science bureau,22,29,35,2021-11-01,",
    )
    item = bc.project(
        only(BEICHEN, "innovation_platforms"), bc.load_observations(data, as_of="2021-12-31")
    ).goals[0]
    assert item.attainment.grade == "D"
    assert item.basis.model == "judgement"
    assert item.attainment.q10 == pytest.approx(22)
    assert item.attainment.q90 == pytest.approx(35)
    earlier = bc.project(
        only(BEICHEN, "innovation_platforms"), bc.load_observations(data, as_of="2021-10-31")
    ).goals[0]
    assert earlier.attainment.grade == "U"


def test_new_parks_are_counted_from_the_start_of_the_plan() -> None:
    plan = only(TIANJIN, "university_science_parks")
    before, after = (at(day, plan).goals[0].attainment for day in ("2021-12-28", "2021-12-29"))
    assert before.grade == "D"
    assert after.latest == 4
    assert before.probability < after.probability < 1
    assert after.q10 == 4


def test_a_reached_milestone_raises_the_probability() -> None:
    data = bc.load_observations(as_of="2021-12-31")
    plan = only(BEICHEN, "university_science_parks")
    reached = plan.model_copy(
        update={
            "milestones": tuple(
                m.model_copy(update={"reached": date(2021, 6, 1)}) for m in plan.milestones
            )
        }
    )
    without = bc.project(plan, data).goals[0].attainment.probability
    with_them = bc.project(reached, data).goals[0].attainment.probability
    assert without < with_them < 1


def test_every_explanation_reads_in_both_languages() -> None:
    for plan in (BEICHEN, TIANJIN):
        for item in at("2021-12-31", plan):
            for message in item.basis.explanation:
                assert message.render("en") != message.render("zh")


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(ScenarioError, match="boom"):
        bc.project(TIANJIN, bc.load_observations(as_of="2020-12-31"), scenario="boom")


def test_a_projection_without_a_date_is_refused() -> None:
    with pytest.raises(BcforecastError, match="as_of"):
        bc.project(TIANJIN, bc.load_observations())


def test_an_unknown_goal_is_refused() -> None:
    outlook = at("2021-12-31", only(BEICHEN, "innovation_platforms"))
    with pytest.raises(BcforecastError, match="nothing_like_it"):
        outlook["nothing_like_it"]


def test_more_than_530_takes_531() -> None:
    required = at("2021-12-31", only(BEICHEN, "hightech_enterprises")).goals[0].attainment.required
    assert required is not None
    assert required.gap == 531 - 84


def test_a_bound_counts_as_a_figure_of_its_own() -> None:
    item = at("2020-12-31", only(TIANJIN, "rd_intensity")).goals[0]
    assert item.basis.selection.history.n_usable == 3
    assert item.basis.selection.history.n_values == 2
    assert item.attainment.grade == "B"


def test_a_rounded_figure_of_the_due_year_settles_the_goal_as_it_stands() -> None:
    plan = only(TIANJIN, "invention_patents_in_force", due=date(2019, 12, 31), target=34700.0)
    item = at("2020-12-31", plan).goals[0]
    assert item.basis.selection.history.error_sd[-1] > 0
    assert item.attainment.probability == 1.0
