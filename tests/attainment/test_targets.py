"""Goals held against figures of others: an area, an indicator, a place among areas."""

from datetime import date

import pytest
import yaml

from bcforecast import project
from bcforecast.errors import PlanError
from bcforecast.observations.reading import load_observations
from bcforecast.plan.reading import load_plan
from bcforecast.text import promised
from tests.attainment.test_forms import figures, plan

AREAS = ("north", "south", "west")
YEARS = range(2010, 2021)


@pytest.fixture
def folder(tmp_path):
    """Own 50, 53, ... 80; north always 20 above, south 4 below, west 55 throughout."""
    figures(tmp_path, {year: 50 + 3 * (year - 2010) for year in YEARS}, unit="%", measure="ratio")
    others = {
        "north": lambda year: 70 + 3 * (year - 2010),
        "south": lambda year: 46 + 3 * (year - 2010),
        "west": lambda year: 55,
    }
    rows = [
        f"{area},firms,{year},{value(year)},,,%,ratio,official,{year + 1}-06-30,stated,book,"
        for area, value in others.items()
        for year in YEARS
    ]
    with (tmp_path / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    return tmp_path


def outlook(folder, goal, as_of="2021-12-31", **more):
    said = plan({"due": 2024, **goal}, unit="%", **more)
    return project(said, load_observations(folder, as_of=as_of))


def against(area, comparator="at_least", **more):
    return {"comparator": comparator, "relative_to": {"area": area, **more}}


def test_what_is_judged_is_what_lies_between_the_figures_of_one_period(folder):
    (north,) = outlook(folder, against("north"))
    history = north.basis.selection.history
    assert history.times.tolist() == list(YEARS)
    assert history.values.tolist() == [-20] * 11
    assert north.attainment.probability < 0.1  # eleven years of eleven it was 20 below
    (south,) = outlook(folder, against("south"))
    assert south.attainment.probability > 0.9
    (west,) = outlook(folder, against("west"))
    assert west.attainment.latest == 80 - 55
    assert west.attainment.required.gap == -25  # it is exceeded
    assert west.attainment.probability > 0.9


def test_a_factor_and_what_is_added_move_the_line(folder):
    (goal,) = outlook(folder, against("south", factor=0.5, plus=60.0))
    assert goal.attainment.latest == 80 - 0.5 * 76
    assert goal.attainment.target == 60
    assert goal.attainment.probability < 0.2
    (other,) = outlook(folder, against("south", "at_most", plus=5.0))
    assert other.attainment.probability > 0.8  # it is always 4 above
    assert promised(goal.goal, lang="en") == "no lower than 0.5 times that of south plus 60"
    assert promised(goal.goal, lang="zh") == "不低于south的0.5倍加60"


def test_another_indicator_of_one_s_own_can_be_the_measure(folder):
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        for year in YEARS:
            file.write(
                f"somewhere,growth,{year},40,,,%,ratio,official,{year + 1}-03-31,stated,book,\n"
            )
    asked = {"comparator": "more_than", "relative_to": {"indicator": "growth"}}
    growth = {"id": "growth", "names": {"en": "Growth", "zh": "增速"}, "unit": "%"}
    indicators = [{"id": "firms", "names": "Firms", "unit": "%"}, growth]
    (goal,) = outlook(folder, asked, indicators=indicators)
    assert goal.attainment.latest == 40
    assert promised(goal.goal, lang="en") == "higher than Growth"
    assert promised(goal.goal, lang="zh") == "高于增速"


def test_a_place_among_areas_is_a_lead_over_the_one_who_has_it(folder):
    def ranked(place):
        (goal,) = outlook(folder, {"rank_among": ["somewhere", *AREAS], "target": place})
        return goal

    first, second = ranked(1), ranked(2)
    # In 2020: own 80, north 100, south 76, west 55.
    assert first.attainment.latest == 80 - 100
    assert second.attainment.latest == 80 - 76
    assert first.attainment.probability < 0.1 < 0.9 < second.attainment.probability
    # In 2010 west was ahead of south: own 50, west 55.
    assert second.basis.selection.history.values[0] == -5
    assert promised(first.goal, lang="en") == "the first of 4 areas"
    assert promised(second.goal, lang="zh") == "在4个地区中位居前2"


def test_of_what_should_fall_the_lowest_is_first(folder):
    indicators = [{"id": "firms", "names": "Firms", "unit": "%", "direction": "down"}]
    asked = {"rank_among": list(AREAS), "target": 1}
    (goal,) = outlook(folder, asked, indicators=indicators)
    assert goal.attainment.latest == 80 - 55
    assert goal.attainment.comparator == "at_most"
    assert goal.attainment.probability < 0.1


def test_a_figure_is_known_when_the_later_of_the_two_is_and_revised_with_either(folder):
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("north,firms,2020,90,,,%,ratio,official,2021-10-01,stated,book,\n")
    (early,) = outlook(folder, against("north"), as_of="2021-05-31")
    assert early.basis.selection.history.times[-1] == 2019  # north's 2020 comes on 30 June
    (then,) = outlook(folder, against("north"), as_of="2021-06-30")
    assert then.attainment.latest == -20
    assert [(f.value, f.published) for f in then.since] == [(-10.0, date(2021, 10, 1))]
    (now,) = outlook(folder, against("north"))
    assert now.attainment.latest == -10
    figure = now.basis.selection.used[-1]
    assert figure.note.render("en") == "80% less 90%"


def test_without_figures_of_the_other_nothing_is_said(folder):
    (goal,) = outlook(folder, against("nowhere"))
    assert goal.attainment.grade == "U"


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (against("north", "between"), "at_least, more_than, at_most or less_than"),
        ({"comparator": "at_least", "relative_to": {"factor": 2}}, "relative_to: {area"),
        (
            {"comparator": "at_least", "relative_to": {"area": "north", "by": 2}},
            "relative_to: {area",
        ),
        ({"rank_among": ["north"], "target": 2}, "a place from 1 to 1"),
        ({"rank_among": [], "target": 1}, "a place from 1 to 0"),
        ({"rank_among": ["north", "south"], "target": 1.5}, "a place from 1 to 2"),
    ],
)
def test_half_a_form_is_refused(goal, said, tmp_path):
    one = {"id": "firms", "names": "Firms", "unit": "%"}
    written = {"id": "p", "title": "A plan", "area": "somewhere", "indicators": [one],
               "goals": [{"indicator": "firms", "due": 2024, **goal}]}  # fmt: skip
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        load_plan(tmp_path / "p.yaml")
    assert said in str(refused.value)
    assert "goals[0]" in str(refused.value)
