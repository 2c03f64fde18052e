"""Plan sets: a template and a table of areas, refused by file, row and column."""

from datetime import date

import pytest

from bcforecast.errors import PlanError
from bcforecast.plan import Plan, check_plans, plan_ids
from bcforecast.plan.reading import load_plan_set
from tests.words import SLIPS

TEMPLATE = """id: counties
title: {en: Plan of made-up counties}
issued: 2023-01-01
span: {first: 2023, last: 2027}
adds_up: [output]
indicators:
  - {id: output, names: {en: Output}, unit: 100M CNY, kind: flow, link_to_parent: share}
  - {id: urban, names: {en: Urban share}, unit: "%"}
goals:
  - {indicator: output, comparator: at_least}
  - {id: cities, indicator: urban, comparator: more_than, target: 60, due: 2027}
"""
TABLE = """area,name,parent,goal,target,due
north,North,,output,900,2027
north,,,cities,,
a,A,north,output,120.5,2026-06-30
b,,north,,,
c,,b,cities,55,2025/2027
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "counties.yaml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "plans" / "counties.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def refused(folder):
    """Change some words of the table or the template, and return the first problem in English."""

    def refuse(right, wrong, name="counties.csv", area=None):
        file = folder / "plans" / name
        words = file.read_text(encoding="utf-8")
        assert words.count(right) == 1, right
        file.write_text(words.replace(right, wrong), encoding="utf-8")
        with pytest.raises(PlanError) as caught:
            load_plan_set("counties", data_dir=folder).plan(area or "north")
        said = str(caught.value)
        assert said.startswith(str(file)), said
        return said.removeprefix(str(file))

    return refuse


def test_an_area_has_the_plan_of_the_template_with_targets_of_its_own(folder):
    plans = load_plan_set("counties", data_dir=folder)
    north, c = plans.plan("north"), plans.plan("c")
    assert (north.id, north.area, north.area_names.render("en")) == ("counties", "north", "North")
    assert [(g.id, g.target, g.due.year) for g in north.goals] == [
        ("output", 900.0, 2027),
        ("cities", 60.0, 2027),
    ]
    assert plans.plan("a").goals[0].due == date(2026, 6, 30)
    assert [(g.id, g.target, g.over, g.first_year) for g in c.goals] == [
        ("cities", 55.0, "mean", 2025)
    ]


def test_areas_borrow_from_the_one_above_them_and_the_highest_from_none(folder):
    plans = load_plan_set("counties", data_dir=folder)
    above = {a: plans.plan(a).indicator("output") for a in ("north", "a", "c")}
    assert [(i.parent, i.link_to_parent) for i in above.values()] == [
        (None, "none"),
        ("north", "share"),
        ("b", "share"),
    ]
    assert [plans.plan(a).areas_above for a in above] == [(), ("north",), ("b", "north")]
    assert plans.provinces == {"north": ("north", "a", "b", "c")}
    assert list(plans.part("north").areas) == ["north", "a", "b", "c"]


STEPS = TEMPLATE.replace("target: 60, due: 2027", "milestones: {2025: 55, 2027: 60}").replace(
    "goals:\n", "goals:\n  - {id: way, indicator: urban, comparator: about, "
    "milestones: {2024: 50, 2027: 60}}\n",
)  # fmt: skip
WAY = """area,goal,target,due
a,cities,,
a,output,9,2027
b,cities_2027,62,
b,output,-9,2027
"""


def test_a_goal_with_milestones_is_promised_whole_or_step_by_step(folder):
    (folder / "plans" / "counties.yaml").write_text(STEPS, encoding="utf-8")
    table = folder / "plans" / "counties.csv"
    table.write_text(WAY, encoding="utf-8")
    plans = load_plan_set("counties", data_dir=folder)
    assert plans.goal_ids == ("way_2024", "way_2027", "output", "cities_2025", "cities_2027")
    told = [(g.id, g.target, g.due.year, g.family) for g in plans.plan("a").goals]
    assert told == [
        ("cities_2025", 55.0, 2025, "cities"),
        ("cities_2027", 60.0, 2027, "cities"),
        ("output", 9.0, 2027, None),
    ]
    assert Plan.model_validate(plans.own_plan("a")).goals == plans.plan("a").goals
    (problem,) = check_plans(folder)
    assert str(problem).startswith(f"{table}, row 5, column target: found -9; allowed")
    table.write_text(WAY.replace("-9", "9"), encoding="utf-8")
    plans = load_plan_set("counties", data_dir=folder)
    assert [(g.id, g.target) for g in plans.plan("b").goals][:1] == [("cities_2027", 62.0)]
    assert check_plans(folder) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("a,cities,,", "a,cities,70,", ", row 2, column target: found “70”; allowed: nothing in "),
        ("a,cities,,", "a,cities,,2026", ", row 2, column due: found “2026”; allowed: nothing in"),
        ("a,output,9,2027", "a,cities_2025,,", ", row 3, column goal: found “cities_2025”; allow"),
    ],
)
def test_what_a_row_says_of_several_milestones_is_refused(refused, folder, right, wrong, said):
    (folder / "plans" / "counties.yaml").write_text(STEPS, encoding="utf-8")
    (folder / "plans" / "counties.csv").write_text(WAY, encoding="utf-8")
    assert refused(right, wrong, area="a").startswith(said)


def test_an_area_that_promises_nothing_has_no_plan(folder):
    with pytest.raises(PlanError, match="goals: found a list of 0"):
        load_plan_set("counties", data_dir=folder).plan("b")


def test_a_set_is_no_plan_and_is_checked_with_the_others(folder):
    assert plan_ids(data_dir=folder) == ()
    assert check_plans(folder) == []
    table = folder / "plans" / "counties.csv"
    table.write_text(TABLE.replace("120.5", "-3").replace(",55,", ",155,"), encoding="utf-8")
    said = [str(problem).removeprefix(str(table)) for problem in check_plans(folder)]
    assert [one.split(";")[0] for one in said] == [
        ", row 4, column target: found -3",
        ", row 6, column target: found 155",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "area", "said"),
    [
        ("120.5", "1,20", None, ", row 4: found 7 cells; allowed: 6"),
        ("120.5", "many", "a", ", row 4, column target: found “many”; allowed: a number"),
        ("2026-06-30", "soon", "a", ", row 4, column due: found “soon”; allowed: a year"),
        ("2026-06-30", "2019", "a", ", row 4, column due: found 2019-12-31; allowed: a day from"),
        ("a,A,north", "a,A,south", "a", ", row 4, column parent: found “south”; allowed: an area"),
        ("north,North,,", "north,North,c,", "a", ", row 2, column parent: found “north”"),
        ("north,,,cities", "north,,b,cities", "a", ", row 3, column parent: found “b”; allowed:"),
        ("north,,,cities", "north,,,output", "a", ", row 3, column goal: found “output”; allowed"),
        ("north,,,cities", "north,,,town", "a", ", row 3, column goal: found “town”; allowed: one"),
        ("b,,north", "../b,,north", "a", ", row 5, column area: found “../b”; allowed"),
        (TABLE, "area,name\nnorth,North\n", None, ", row 1, column goal: found nothing"),
        (TABLE, "area,goal\n", None, ", row 1, column goal: found nothing"),
        ("area,name", "area,nom", "a", ", row 1, column nom: found “nom”; allowed: one of area"),
        ("area,name", "region,name", "a", ", row 1, column region: found “region”; allowed"),
    ],
)
def test_a_slip_in_the_table_is_told_by_row_and_column(refused, right, wrong, area, said):
    assert said in refused(right, wrong, area=area)


@pytest.mark.parametrize(("right", "wrong", "said"), SLIPS["template of a set"])
def test_a_slip_in_the_template_is_told_by_row_and_field(refused, right, wrong, said):
    assert refused(right, wrong, name="counties.yaml").startswith(said)


def test_a_set_that_is_not_there_is_named_with_those_that_are(folder):
    for name in ("towns", "../plans/counties", str(folder / "towns.yaml")):
        with pytest.raises(PlanError, match=r"found no such plan set; allowed: .*\(counties\)"):
            load_plan_set(name, data_dir=folder)
    assert load_plan_set(folder / "plans" / "counties.yaml").id == "counties"
