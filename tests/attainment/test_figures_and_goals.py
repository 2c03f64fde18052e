"""Where the figures of a folder and the goals of a plan do not simply fit each other."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from made_up_plan import break_from, figure, goal, indicator, plan, series, vintage

from bcforecast import project
from bcforecast.attainment.project import GoalOutlook, check_folder
from bcforecast.config import DATA_DIR
from bcforecast.errors import ObservationError
from bcforecast.observations import Measure

GROWING = (100.0, 106.0, 111.0, 119.0, 124.0, 131.0, 138.0, 146.0)
PARKS = {"unit": "parks", "kind": "event", "whole": True}
COUNTED = {"indicator": "parks", "unit": "parks", "measure": Measure.STOCK}


def said(item: GoalOutlook) -> str:
    return " ".join(message.render("en") for message in item.basis.explanation)


def parks_of(*counts: tuple[int, float], as_of: date, target: float = 1) -> GoalOutlook:
    promise = goal("parks", comparator="event", target=target, unit="parks")
    made = plan([indicator("parks", **PARKS)], [promise])
    figures = [figure(year, count, **COUNTED) for year, count in counts]
    return project(made, vintage(figures, as_of=as_of))["parks"]


def test_what_existed_before_the_plan_is_not_new() -> None:
    item = parks_of((2018, 2.0), (2019, 2.0), (2020, 2.0), (2021, 2.0), as_of=date(2022, 6, 30))
    assert item.attainment.probability is not None
    assert item.attainment.probability < 0.5
    assert item.attainment.latest == 0
    assert item.attainment.grade == "C"
    assert "2 already existed when the plan began" in said(item)


def test_a_new_one_beside_the_old_ones_meets_the_goal() -> None:
    item = parks_of((2019, 2.0), (2021, 3.0), as_of=date(2022, 6, 30))
    assert item.attainment.probability == pytest.approx(1.0)
    two = parks_of((2019, 2.0), (2021, 3.0), as_of=date(2022, 6, 30), target=2)
    assert two.attainment.probability is not None
    assert 0.0 < two.attainment.probability < 1.0


def test_the_due_years_figure_is_judged_by_its_new_ones_alone() -> None:
    old, new = (
        parks_of((2019, 2.0), (2022, count), as_of=date(2023, 6, 30)) for count in (2.0, 3.0)
    )
    assert old.attainment.probability == 0.0
    assert new.attainment.probability == 1.0
    assert old.outcome is not None
    assert old.outcome.met is False
    assert new.outcome is not None
    assert new.outcome.met is True


def test_figures_from_before_the_plan_alone_are_no_evidence_of_its_rate() -> None:
    item = parks_of((2018, 2.0), (2019, 2.0), as_of=date(2020, 6, 30))
    assert item.attainment.grade == "D"


def test_a_break_after_the_due_year_parts_nothing() -> None:
    figures = series(2014, *GROWING)
    later = (break_from(2023, date(2022, 3, 1)),)
    whole, parted = (
        project(plan(), vintage(figures, breaks=breaks, as_of=date(2022, 6, 30)))["turnover"]
        for breaks in ((), later)
    )
    assert whole.attainment == parted.attainment
    assert parted.attainment.grade == "A"


def test_a_break_after_the_due_year_hides_no_outcome() -> None:
    figures = series(2014, *GROWING, 155.0, 900.0)
    later = (break_from(2023, date(2023, 12, 1)),)
    data = vintage(figures, breaks=later, as_of=date(2022, 6, 30))
    outcome = project(plan(), data)["turnover"].outcome
    assert outcome is not None
    assert (outcome.observation.value, outcome.met) == (155.0, True)


@pytest.mark.parametrize("kind", ["stock", "flow"])
def test_a_due_date_within_the_year_is_said_to_be_judged_by_the_year(kind: str) -> None:
    early = plan([indicator("turnover", kind=kind)], [goal("turnover", due=date(2022, 6, 30))])
    end = plan([indicator("turnover", kind=kind)])
    data = vintage(series(2014, *GROWING, measure=Measure(kind)), as_of=date(2022, 6, 30))
    judged = {"stock": "the end of 2022", "flow": "the whole of 2022"}[kind]
    assert judged in said(project(early, data)["turnover"])
    assert judged not in said(project(end, data)["turnover"])


def test_a_figure_outside_the_range_of_its_indicator_is_refused() -> None:
    share = plan(
        [indicator("turnover", kind="ratio", unit="%", valid_range=[0, 100])],
        [goal("turnover", unit="%", target=60)],
    )
    ratio = {"unit": "%", "measure": Measure.RATIO}
    figures = [*series(2014, 50.0, 51.0, 52.0, **ratio), figure(2017, 150.0, row=9, **ratio)]
    data = vintage(figures, as_of=date(2021, 12, 31))
    with pytest.raises(
        ObservationError,
        match=r"observations\.csv, row 9, column value: found 150; allowed: .* from 0 to 100",
    ):
        project(share, data)
    earlier = vintage(figures, as_of=date(2017, 12, 31))
    assert project(share, earlier)["turnover"].attainment.probability is not None


def test_a_bound_that_leaves_nothing_of_the_range_is_refused_and_another_is_not() -> None:
    share = plan(
        [indicator("turnover", kind="ratio", unit="%", valid_range=[0, 100])],
        [goal("turnover", unit="%", target=60)],
    )
    ratio = {"unit": "%", "measure": Measure.RATIO}
    known = series(2014, 50.0, 51.0, 52.0, **ratio)
    for bound in ({"lower": 120.0}, {"upper": -1.0}):
        data = vintage([*known, figure(2017, **bound, **ratio)], as_of=date(2021, 12, 31))
        with pytest.raises(ObservationError, match="from 0 to 100"):
            project(share, data)
    data = vintage([*known, figure(2017, upper=130.0, **ratio)], as_of=date(2021, 12, 31))
    assert project(share, data)["turnover"].attainment.probability is not None


def test_the_check_of_a_folder_reads_figures_against_the_plans(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    row = "beichen,rd_intensity,2020,320,,,%,ratio,official,2021-12-01,stated,cyb_tech_market,"
    with (folder / "observations.csv").open("a", encoding="utf-8") as out:
        out.write(row + "\n")
    (problem,) = check_folder(folder)
    assert "found 320; allowed: a number from 0 to 100, the range of rd_intensity" in str(problem)


def test_the_check_of_a_folder_reads_the_words_for_probabilities(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    rows = "verdict,lower,upper,note\nperhaps,0,1,\n"
    (folder / "verdicts.csv").write_text(rows, encoding="utf-8")
    (problem,) = check_folder(folder)
    assert "perhaps" in str(problem)
