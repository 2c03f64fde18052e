"""Levers of a plan's own: of its data folder, and of its measures."""

import re

import pytest

from bcforecast.attainment.project import project
from bcforecast.attainment.seek import seek_each
from bcforecast.errors import PlanError
from bcforecast.observations.reading import load_observations
from bcforecast.plan.reading import load_plan
from bcforecast.reporting.sentences import push_words
from bcforecast.scenarios.scenario import levers
from tests.made_folder import write_tables

PLAN = """
title: Plan of Here
area: here
bodies: [{id: mayor, names: Mayor}]
indicators: [{id: visitors, names: Visitors, unit: persons}, {id: parks, names: Parks, unit: parks}]
goals:
  - {indicator: visitors, comparator: at_least, target: 360, due: 2024}
  - {indicator: parks, comparator: event, target: 1, due: 2024}
measures:
  - id: m1
    names: A new airport
    indicators: [visitors, parks]
    levers:
      - {id: flights, names: Flights a week, indicator: visitors, low: -2, high: 20}
      - {id: permits, names: Permits for parks, indicator: parks, low: -50, high: 100}
      - {id: mood, names: The mood, indicator: visitors}
"""
OWN = """
levers:
  - {id: beds, names: Hotel beds, unit: pp, low: -3, high: 5, indicators: [visitors], growth: true,
     basis: sourced, source: survey of 2020}
  - {id: others, names: Of another plan, unit: pp, low: -3, high: 5, indicators: [visitors],
     growth: true, plans: [elsewhere], basis: assumed, source: none}
"""
SCENARIO = """
id: airport
plan: here
title: Airport
author: Mayor
reason: To see
moves:
  - {lever: flights, measure: m1, by_year: {2022: 12}, unit: pp}
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("plans", "scenarios"):
        (tmp_path / name).mkdir()
    (tmp_path / "plans" / "here.yaml").write_text(f"id: here\n{PLAN}", encoding="utf-8")
    (tmp_path / "levers.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "scenarios" / "airport.yaml").write_text(SCENARIO, encoding="utf-8")
    rows = [
        f"here,visitors,{year},{200 + 8 * (year - 2012)},persons,flow,official,{year + 1}-03-01,"
        "stated,own"
        for year in range(2012, 2022)
    ]
    write_tables(tmp_path, rows)
    return tmp_path


def outlook_of(folder):
    plan = load_plan("here", data_dir=folder)
    return project(plan, load_observations(folder, as_of="2022-06-30"))


def test_a_plan_has_the_levers_of_its_folder_and_of_its_measures_and_no_others(folder):
    known = levers(load_plan("here", data_dir=folder))
    assert list(known) == ["beds", "flights", "permits"]  # not the mood, which has no range
    flights, permits = known["flights"], known["permits"]
    assert (flights.unit, flights.growth, flights.name("en")) == ("pp", True, "Flights a week")
    assert (permits.unit, permits.is_hazard) == ("percent", True)
    assert "assumed" in flights.source.render("en")
    by_path = levers(load_plan(folder / "plans" / "here.yaml"))
    assert list(by_path) == list(known)
    (folder / "levers.yaml").unlink()
    assert list(levers(load_plan("here", data_dir=folder))) == ["flights", "permits"]


@pytest.mark.parametrize("end", ["low", "high"])
def test_a_lever_may_have_its_baseline_at_an_end(folder, end):
    file, one_way = (
        folder / "plans" / "here.yaml",
        PLAN.replace("low: -2, high: 20", "low: 0, high: 20"),
    )
    one_way = one_way if end == "low" else PLAN.replace("low: -2, high: 20", "low: -2, high: 0")
    file.write_text(f"id: here\n{one_way}", encoding="utf-8")
    (lever,) = (
        one for one in levers(load_plan("here", data_dir=folder)).values() if one.id == "flights"
    )
    assert getattr(lever, end) == 0.0
    answers = seek_each(outlook_of(folder).exploration, goal="visitors", probability=0.6)
    flights = next(one for one in answers if tuple(one.levers) == ("flights",))
    assert flights.feasible is (end == "low")


def test_a_lever_of_one_s_own_moves_the_growth_of_its_indicator(folder):
    outlook = outlook_of(folder)
    plain, moved = outlook, outlook.under("airport")
    before, after = (one["visitors"].attainment for one in (plain, moved))
    assert before.probability < 0.2 < 0.9 < after.probability
    # Twelve points more a year for the three open years 2022 to 2024, on the same paths.
    assert after.q50 / before.q50 == pytest.approx(1.12**3, rel=0.02)
    by_file = outlook.under((folder / "scenarios" / "airport.yaml").rename(folder / "mine.yaml"))
    assert by_file.scenario_title.render("en") == "Airport"


def test_what_a_goal_would_take_is_said_in_levers_of_one_s_own(folder):
    made = outlook_of(folder)
    answers = seek_each(made.exploration, goal="visitors", probability=0.6)
    assert [tuple(one.levers) for one in answers][:2] == [("beds",), ("flights",)]
    assert [one.feasible for one in answers][1]
    assert re.fullmatch(
        r"“Flights a week” adding \d+(\.\d)? percentage points to yearly growth",
        push_words(answers[1], made, lang="en"),
    )
    assert "使年增速提高" in push_words(answers[1], made, lang="zh")


@pytest.mark.parametrize(
    "new",
    [
        "low: 2, high: 20",
        "low: -2",
        "low: 0, high: 0",
        "low: -2, high: 1.0e+300",
        "low: -101, high: 20",
    ],
)
def test_a_range_without_the_baseline_is_refused(folder, new):
    file = folder / "plans" / "here.yaml"
    file.write_text(f"id: here\n{PLAN.replace('low: -2, high: 20', new)}", encoding="utf-8")
    with pytest.raises(PlanError, match="not below -100, and a high of 0 or above, at most 1000"):
        load_plan("here", data_dir=folder)


def test_a_levers_file_that_is_wrong_is_named(folder):
    (folder / "levers.yaml").write_text(
        OWN.replace("unit: pp, low: -3", "unit: percent, low: -3", 1)
    )
    with pytest.raises(PlanError, match=r"levers\.yaml.*allowed: one of pp"):
        levers(load_plan("here", data_dir=folder))
