"""Tables with a column a year, as figures of a data folder."""

import re

import pytest
from observation_folder import PLAN

from bcforecast import errors
from bcforecast.edge import harmless
from bcforecast.observations.reading import load_observations, read_folder, tables
from bcforecast.observations.records import Period
from bcforecast.observations.wide import published_by
from tests.words import SLIPS


@pytest.fixture
def folder(planned):
    def write(figures):
        (planned / "figures.csv").write_text(figures, encoding="utf-8")
        return planned

    return write


def test_a_row_takes_what_it_does_not_say_from_the_plan_and_the_rules(folder):
    read = load_observations(folder("code,2020,2021\nfirms,498,约510\nshare,>1,2.5\n")).observations
    bound = next(f for f in read if not f.has_value)
    assert bound.note is None, "a bound says what its cell says"
    noted = load_observations(folder("code,2020 ¹\nfirms,498\n")).observations[0]
    assert (str(noted.period), noted.note.render("en")) == ("2020", "2020 ¹")
    read = [f for f in read if f.has_value]
    said = [(f.indicator, str(f.period), f.value, f.unit, f.measure, f.status) for f in read]
    assert said == [
        ("firms", "2020", 498, "enterprises", "flow", "official"),
        ("firms", "2021", 510, "enterprises", "flow", "approximate"),
        ("share", "2021", 2.5, "%", "ratio", "official"),
    ]
    first = read[0]
    assert (first.area, first.source, str(first.published)) == ("here", "own", "2021-03-31")
    assert first.published_basis.startswith("assumed: ")


def test_an_indicator_may_be_named_in_either_language_and_its_measure_is_the_plans(folder):
    read = load_observations(folder("指标,单位,2020年\n高企,家,498\nstocked,,7\n")).observations
    assert [(f.indicator, f.measure) for f in read] == [("firms", "flow"), ("stocked", "stock")]


def test_a_unit_that_was_guarded_from_spreadsheets_is_the_plans(planned):
    plan = PLAN + '  - {id: births, names: {en: Births each}, unit: "=each"}\n'
    (planned / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    table = f"code,unit,2020\nbirths,{harmless('=each')},1.4\n"
    (planned / "figures.csv").write_text(table, encoding="utf-8")
    (read,) = load_observations(planned).observations
    assert (read.value, read.unit) == (1.4, "=each")


def test_a_unit_in_brackets_behind_a_plans_name_may_be_left_out_of_a_row(planned):
    plan = PLAN + "  - {id: patents, names: 专利（件）, unit: 万件}\n"
    (planned / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    (planned / "figures.csv").write_text("指标,2020\n专利,1.4\n", encoding="utf-8")
    (read,) = load_observations(planned).observations
    assert (read.indicator, read.value) == ("patents", 1.4)
    plan += "  - {id: others, names: 专利（万件）, unit: 万件}\n"
    (planned / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    assert "专利" in str(read_folder(planned)[1][0]), "one of two"


def test_the_day_of_publication_can_be_said_or_ruled_for_a_row(folder):
    table = "code,published,2020,2021\nfirms,2022-05-01,1,2\nshare,+1-09-30,3,4\n"
    read = load_observations(folder(table)).observations
    days = [(str(f.published), f.published_basis[:7]) for f in read]
    assert days == [
        ("2022-05-01", "stated"), ("2022-05-01", "stated"),
        ("2021-09-30", "assumed"), ("2022-09-30", "assumed"),
    ]  # fmt: skip


def test_a_part_of_a_year_is_assumed_to_appear_at_the_end_of_the_next_month():
    parts = ("2021-05", "2021Q4", "2021-04/2022-03", "2021-10/2022-09")  # and fiscal years
    days = [str(published_by("+1-03-31", Period.parse(one))[0]) for one in parts]
    assert days == ["2021-06-30", "2022-01-31", "2022-06-30", "2022-12-31"]
    bases = [published_by("+1-03-31", Period.parse(one))[1] for one in (*parts, "2021")]
    assert [basis.removeprefix("assumed: by the rule ") for basis in bases] == [
        *["of months after its end: 1"] * 2, *["of months after its end: 3"] * 2,
        "+1-03-31 of the table",
    ]  # fmt: skip


def test_quarters_of_fiscal_years_are_read_as_the_plan_writes_its_years(folder):
    data = folder("code,Q1 2026/27,2026/27 Q4,Q2 2025\nfirms,1,2,3\n")
    plan = PLAN.replace(
        "area: here", "area: here\nfiscal_year: {begins: 2024-04, written: 2024/25}"
    )
    (data / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    read = load_observations(data).observations
    assert [str(f.period) for f in read] == ["2026Q2", "2027Q1", "2025Q2"]


def test_a_table_without_figures_is_no_error_nor_is_a_missing_long_table(folder):
    assert load_observations(folder("code,2020\nfirms,\nexample,5\n")).observations == ()


@pytest.mark.parametrize(("table", "parts"), SLIPS["wide table"])
def test_what_is_wrong_is_told_by_file_row_and_column(folder, table, parts):
    problem, *others = read_folder(folder(table))[1]
    assert str(problem) not in map(str, others)
    for part in ("figures.csv", *parts):
        assert part in str(problem)
    with pytest.raises(errors.ObservationError):
        load_observations(folder(table))


def test_long_and_wide_tables_are_one_series_and_may_not_contradict(folder):
    names = [column.name for column in tables()["observations"]]
    header = f"{','.join(names[:-1])}\n"
    data = folder("code,2020\nfirms,498\n")
    row = "here,firms,2019,490,,,enterprises,flow,official,2020-03-31,stated,own,\n"
    (data / "observations.csv").write_text(header + row, encoding="utf-8")
    assert [f.value for f in load_observations(data).observations] == [490, 498]
    other = "here,firms,2020,400,,,enterprises,flow,official,2021-03-31,stated,own,\n"
    (data / "observations.csv").write_text(header + other, encoding="utf-8")
    (problem,) = read_folder(data)[1]
    assert "figures.csv, row 2" in str(problem)
    assert "400" in str(problem)


def test_what_exists_is_counted_at_a_date_money_and_entries_over_a_year(folder):
    plan = (
        PLAN
        + """
  - {id: parks, names: {en: Parks}, unit: parks}
  - {id: schools, names: {en: Schools}, unit: schools}
  - {id: spent, names: {en: Spent}, unit: £m}
  - {id: intake, names: {en: Intake}, unit: persons, kind: admissions}
  - {id: jobs, names: {en: New jobs}, unit: jobs, kind: event, yearly: true}
goals:
  - {indicator: parks, comparator: event, target: 1, due: 2022}
"""
    )
    data = folder("code,2020\nparks,1\nschools,7\nspent,2.5\nintake,5\njobs,9\n")
    (data / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    read = load_observations(data).observations
    assert [f.measure for f in read] == ["stock", "stock", "flow", "flow", "flow"]


@pytest.mark.parametrize("unit", ["%", "people"])
def test_a_bound_is_told_as_the_cell_says_it(planned, unit):
    plan = f"\n  - {{id: y, names: Y, unit: '{unit}', valid_range: [null, 99]}}\n"
    (planned / "plans" / "p.yaml").write_text(PLAN.rstrip() + plan, encoding="utf-8")
    cells = ">=15,>15,<=15,<15,>=-3,>-3,<=-3,<-3"
    table = f"code,{','.join(map(str, range(2012, 2020)))}\ny,{cells}\n"
    (planned / "figures.csv").write_text(table, encoding="utf-8")
    told = [one.in_words() for one in load_observations(planned).observations]
    english = "at least 15;more than 15;at most 15;less than 15;at least −3;above −3;at most −3"
    chinese = "不低于15;超过15;不超过15;低于15;不低于−3;高于−3;不高于−3;低于−3"
    for lang, said in ("en", f"{english};below −3"), ("zh", chinese):
        found = ";".join(one.render(lang) for one in told)
        assert re.sub(" people|人|%", "", found) == said
