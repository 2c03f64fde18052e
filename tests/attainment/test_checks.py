"""What a statistician sees by eye is found, and nothing is in figures as they are."""

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest

import bcforecast as bc
from bcforecast.attainment.checks import check_folder, findings, odd_figures, stopping
from bcforecast.config import DATA_DIR
from bcforecast.observations.reading import load_observations
from bcforecast.observations.records import Period
from bcforecast.plotting.fan import fan_data
from tests.attainment.test_forms import figure, figures, plan
from tests.made_folder import add_rows

STEADY = {year: 100 + 5 * (year - 2010) for year in range(2010, 2021)}
GOAL = {"comparator": "at_least", "target": 170, "due": 2024}


def looked(folder, values=STEADY, goal=GOAL, rows=(), **more):
    """The findings in figures of firms, beside further rows of the table."""
    figures(folder, values)
    add_rows(folder, *rows)
    return findings(plan(goal, **more), load_observations(folder))


def found(folder, *made, **more):
    """Row and words of each."""
    told = looked(folder, *made, **more)
    return [(one.figure.row, one.message.render("en")) for one in told]


def said_of(one):
    return one.message.render("en")


def stops(folder, goal=GOAL):
    return stopping(plan(goal), load_observations(folder))


row = partial(figure, published="2022-01-31")


def first_told(year, value):
    return row(year, value).replace("official", "preliminary")


def test_figures_as_they_are_are_passed_over(tmp_path):
    assert found(tmp_path) == []
    assert found(tmp_path, dict.fromkeys(STEADY, 0)) == []
    for first, then in ((0, 5), (30, 0)):
        assert found(tmp_path, rows=[row("2020Q1", first), row("2021Q1", then)]) == []
    begun = looked(tmp_path, dict.fromkeys(STEADY, 0), rows=[row(2015, 5, published="2022-05-01")])
    assert "checks.revision" not in {one.message.key for one in begun}


@pytest.mark.parametrize(
    "values",
    [[2**k for k in range(9)], [4, 1, 9, 3, 20, 6, 2], [-4, 0, 3, -1, 2, 1, -3], [0] * 8, [5], []],
)
def test_lively_growing_and_constant_series_have_no_odd_figures(values):
    assert odd_figures(np.array(values, dtype=float), np.arange(len(values))) == {}


@pytest.mark.parametrize(
    ("values", "line", "words"),
    [
        ({y: v * (3 if y > 2015 else 1) for y, v in STEADY.items()}, 8, "390 persons after 125"),
        ({2018: 120, 2019: 12500, 2020: 131}, 3, "between 120 persons and 131 persons"),
        (dict(enumerate([650, 620, 630, 640, 630, 960, 530, 540], 2012)), 7, "960 persons"),
        *(({**STEADY, 2015: int(12500 * factor) / 100}, 7, "A slip")
          for factor in (10, 100, 10**4, 10**8, 1 / 100)),
    ],
)  # fmt: skip
def test_a_jump_beyond_the_record_or_a_slip_of_the_point_is_found(tmp_path, values, line, words):
    ((at, said),) = found(tmp_path, values)
    assert (at, words in said) == (line, True)


def test_a_figure_carried_over_from_the_year_before_is_found(tmp_path):
    exact = {year: round(1.0003 * value, 2) for year, value in STEADY.items()}
    ((line, said),) = found(tmp_path, {**exact, 2016: exact[2015]})
    assert (line, "the same to the last digit as 125.04 persons" in said) == (8, True)
    assert found(tmp_path, {**exact, 2016: exact[2015], 2019: exact[2018]}) == []  # as others are
    assert found(tmp_path, {**STEADY, 2016: STEADY[2015]}) == []  # 125 may well be 125 again


@pytest.mark.parametrize("two", [(2013, 2014), (2014, 2018)])
def test_two_years_that_are_exchanged_are_found(tmp_path, two):
    lively = {year: round(1.003 ** (year % 3) * value) for year, value in STEADY.items()}
    one, other = two
    ((line, said),) = found(tmp_path, {**lively, one: lively[other], other: lively[one]})
    assert line == one - 2008
    assert f"and {lively[one]} persons ({tmp_path}/observations.csv, row {other - 2008})" in said
    assert found(tmp_path, lively) == []
    seven, six = np.array([100.0, 105, 111, 116, 122, 134, 128]), [100.0, 105, 111, 116, 128, 122]
    assert odd_figures(seven, np.arange(7)) == dict.fromkeys((5, 6), "exchanged")
    assert odd_figures(np.array(six), np.arange(6)) == {}, "too few to tell"


def test_years_that_are_those_of_another_year_in_other_rows_are_found(tmp_path):
    def told(values, rows):
        told = looked(tmp_path, values, rows=rows)
        return [(one.figure.row, one.message.key) for one in told]

    early = [first_told(year, value) for year, value in STEADY.items()]
    assert told(STEADY, early) == []
    for by, key in ((1, "early"), (-1, "late")):
        moved = {year: STEADY.get(year + by, 98 if by < 0 else 157) for year in STEADY}
        assert (2 + (by < 0), f"checks.moved_{key}") in told(moved, early)
    two = {**STEADY, 2012: STEADY[2013], 2013: STEADY[2012]}
    assert told(two, early) == [(4, "checks.exchanged")]
    months = [row(f"{y}Q{n}", STEADY[y] / 4) for y in (2017, 2018, 2019) for n in (1, 2, 3, 4)]
    moved = {year: value + 5 for year, value in STEADY.items()}
    assert told(moved, months) == [(9, "checks.moved_early")]
    apart = ("{0}-02/{0}-04", "{0}-05/{0}-07", "{0}-08/{0}-10", "{0}-11/{1}-01")
    apart = [row(of.format(y, y + 1), STEADY[y] / 4) for y in (2017, 2018, 2019) for of in apart]
    assert told(moved, apart) == []  # no year is made of these quarters


def monthly(*years):
    """Months of a flow by year; each season ends with twice its usual month."""
    return {
        f"{year}-{n:02d}": (8 + n % 3 + 12 * (n == 12)) * (1 + 0.05 * (year - 2017))
        for year in years
        for n in range(1, 13)
    }


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({}, None),
        ({"2019-05": 900}, "part_slip"),
        ({"2018-12": 0.22}, "part_slip"),
        ({"2020-05": 51}, "cumulated"),
        ({"2019-07": 70, "2019-09": 90}, "cumulated"),
        ({"2019-02": 21}, None),
    ],
)
def test_months_that_others_contradict_are_found_in_any_year(tmp_path, changed, key):
    first = [one for one in monthly(2017, 2018, 2019, 2020).items() if one[0] < "2020-07"]
    figures(tmp_path, {**dict(first), **changed}, measure="flow", published="2022-01-31")
    told = findings(plan(GOAL), load_observations(tmp_path))
    assert all(one.figure.row for one in told)  # as the sum of a year has that of its last part
    odd = {one.message.key: str(one.figure.period) for one in told}
    assert {name: odd[name] for name in odd.keys() & {"checks.part_slip", "checks.cumulated"}} == (
        {f"checks.{key}": next(iter(changed))} if key else {}
    )


def test_a_bound_that_a_figure_contradicts_is_found_like_a_revision(tmp_path):
    for ends, count in (("200,", 1), ("130,", 0), (",60", 1), (",120", 0)):
        said = found(tmp_path, rows=[f"{first_told(2015, '')},{ends}"])
        assert sum("A revision this large" in one for _, one in said) == count


def test_an_outlying_year_is_found_unless_it_is_marked_as_exceptional(tmp_path):
    locked = {**STEADY, 2016: 70}
    ((line, said),) = found(tmp_path, locked)
    assert (line, "between 125 persons (2015) and 135 persons (2017)" in said) == (8, True)
    two = found(tmp_path, {**STEADY, 2015: 60, 2016: 70})
    assert [line for line, _ in two] == [7, 8]
    assert all("between 120 persons (2014) and 135 persons (2017). " in said for _, said in two)
    marked(tmp_path, "firms,2016", kind="exceptional")
    assert found(tmp_path, locked) == []
    known = load_observations(tmp_path, as_of="2022-12-31")
    outlook = bc.project(plan(GOAL), data=known)
    (item,) = outlook.goals
    assert item.basis.selection.history.error_sd.max() > 0.0
    assert fan_data(item, outlook).own.error_sd.max() == 0.0  # drawn as it was published


def test_a_year_of_a_known_shock_is_asked_about_sooner_and_as_nothing_else(tmp_path):
    lasting = {2016: 891, 2017: 918, 2018: 943, 2019: 982, 2020: 512, 2021: 598, 2022: 868}
    told = looked(tmp_path, lasting)
    assert [one.figure.row for one in told] == [6, 7]
    assert said_of(told[1]).startswith("598 persons after 982 persons (2019), in a year that shook")
    assert "the other years leads to about 1,040 persons. An" in said_of(told[1])
    dip = dict(enumerate((79, 78, 76, 73, 67, 69, 64, 61, 59), 2016))
    for by, key, year in ((0, "shocked", "2020"), (-6, "exchanged", "2014")):  # of no known shock
        (one,) = looked(tmp_path, {year + by: value for year, value in dip.items()})
        assert (one.message.key, str(one.figure.period)) == (f"checks.{key}", year)
    fiscal, goal = {"begins": "2021-04", "written": "2021-22"}, GOAL | {"due": "2026-27"}
    for by, key in ((1, "shocked"), (0, "exchanged")):  # 2019-20 was nearly over
        values = {f"{y + by - 1}-04/{y + by}-03": value for y, value in dip.items()}
        figures(tmp_path, values, published="2025-06-30")
        (one,) = findings(plan(goal, fiscal_year=fiscal), load_observations(tmp_path))
        assert one.message.key == f"checks.{key}"


def test_a_figure_that_is_assumed_to_come_later_is_told_once_its_period_is_over(tmp_path):
    assert found(tmp_path, rows=[row(2021, 160).replace("stated", "assumed: by the rule")]) == []
    read = load_observations(tmp_path)
    for day, told in (("2021-12-30", 0), ("2022-01-30", 1), ("2022-01-31", 0)):
        said = [one.sentence.render("en") for one in findings(plan(GOAL), read.at(day))]
        assert len(said) == told
        assert all("Firms: left out of what is known on" in one and "row 13" in one for one in said)


def test_a_revision_beyond_all_history_is_found(tmp_path):
    told = found(tmp_path, rows=[row(2015, 75, published="2022-05-01")])
    assert [line for line, said in told if "observations.csv, row 7 has 125" in said] == [13]
    assert found(tmp_path, rows=[row(2019, 155, published="2022-05-01")]) == []


def so_far(month, value, published="2021-06-01"):
    """What the first months of 2021 had brought."""
    return row(f"2021-01/2021-{month:02d}", value, published=published, measure="year-to-date")


def test_months_that_come_to_more_than_their_year_are_found(tmp_path):
    months = [row(f"2020-{month:02d}", 14) for month in range(1, 12)]
    ((line, said),) = found(tmp_path, rows=months)
    assert (line, "come to 154" in said) == (12, True)
    assert found(tmp_path, rows=months[:10]) == []


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([row("2020-01/2020-11", 600, measure="year-to-date")], "come to 600"),
        ([row(f"2020Q{n}", 40) for n in (1, 2, 3, 4)], "come to 160"),
        ([row("2021Q1", 140, published="2021-05-01")], "would come to 560 persons"),
        ([row("2021-01", 60, published="2021-02-20")], "would come to 720 persons"),
        ([row(f"2021-0{n}", 400 if n == 2 else 9) for n in (1, 2, 3)], "400 persons: at this pace"),
        ([row("2021Q1", 45, published="2021-05-01")], None),
        ([row("2021-01/2021-11", 165, published="2021-12-20", measure="year-to-date")], None),
        (
            [row(2021, 60, published="2021-06-10", measure="year-to-date")],
            "before the year was over",
        ),
        ([row(2021, 155, published="2021-12-20")], None),
        ([so_far(2, 20), so_far(3, 15)], "observations.csv, row 13 had"),
        ([so_far(2, 20), so_far(3, 19, "2021-07-01"), so_far(3, 28, "2021-08-01")], None),
        ([so_far(3, 15), row("2021-02/2021-04", 12, measure="year-to-date")], None),
    ],
)
def test_a_part_of_a_year_is_held_against_the_years(tmp_path, rows, word):
    told = [said for _, said in found(tmp_path, rows=rows)]
    assert any(word in said for said in told) if word else told == []


def test_years_in_the_place_of_their_figures_are_found(tmp_path):
    ((_, said),) = found(
        tmp_path, {year: year for year in range(2015, 2021)}, GOAL | {"target": 2100}
    )
    assert "the figure is the year itself, as in 6 periods" in said
    told = looked(tmp_path, {year: year for year in (2019, 2020)}, GOAL | {"target": 2100})
    assert told == (), "two may be chance"


@pytest.mark.parametrize(
    ("values", "measure", "told"),
    [
        ((100, 205, 308, 415, 520), "flow", [3]), ((100, 205, 308, 415), "flow", []),
        ((100, 103, 99, 104, 107, 210, 312), "flow", [7]), ((100, 205, 308, 415, 520), "stock", []),
        ((100, 103, 99, 104, 107, 108, 109), "flow", []), ((100, 205, 400, 1010, 1500), "flow", []),
    ],
)  # fmt: skip
def test_totals_since_a_year_among_figures_of_a_flow_are_found(tmp_path, values, measure, told):
    figures(tmp_path, dict(enumerate(values, start=2014)), measure=measure, unit="persons")
    goal = GOAL | {"target": 700}
    said = findings(plan(goal, unit="persons"), load_observations(tmp_path))
    running = [one for one in said if one.message.key == "checks.running"]
    assert [one.figure.row for one in running] == told


def test_months_of_a_flow_that_are_as_large_as_its_years_are_found(tmp_path):
    for count, errors in ((3, 1), (2, 0)):
        values = {"2019": 120, "2020": 132} | {f"2021-0{n}": 134 + n for n in range(1, 1 + count)}
        figures(tmp_path, values, measure="flow", unit="persons", published="2021-06-01")
        said = stopping(plan(GOAL, unit="persons"), load_observations(tmp_path))
        assert ["kind: stock" in str(one) for one in said] == [True] * errors
    for months, share in ((10, 0.83), (6, 0.55), (11, 0.95)):  # of a year, as it should be
        values = {str(year): 120 for year in range(2018, 2021)}
        values |= {f"{year}-01/{year}-{months:02d}": 120 * share for year in range(2018, 2022)}
        figures(tmp_path, values, measure="flow", unit="persons", published="2022-01-01")
        assert findings(plan(GOAL, unit="persons"), load_observations(tmp_path)) == ()


@pytest.mark.parametrize(("measure", "unit"), [("ratio", "points"), ("stock", "persons")])
def test_months_of_a_ratio_or_stock_that_add_up_to_its_years_are_found(tmp_path, measure, unit):
    for months, errors in (((10, 11), 1), ((115, 130), 0)):
        values = {"2019": 120, "2020": 132, "2021-01": months[0], "2021-02": months[1]}
        figures(tmp_path, values, measure=measure, unit=unit, published="2021-06-01")
        said = stopping(plan(GOAL, unit=unit), load_observations(tmp_path))
        assert ["kind: flow" in str(one) for one in said] == [True] * errors
    whole = {"measure": measure, "unit": unit, "published": "2021-06-01"}
    early = {"2010Q1": 30, "2010Q2": 31, "2019": 120, "2020": 132}  # of years long before
    figures(tmp_path, early, **whole)
    assert stopping(plan(GOAL, unit=unit), load_observations(tmp_path)) == ()
    figures(tmp_path, {"2019": 120, "2020": 132, "2021Q1": 33}, **whole)
    told = findings(plan(GOAL, unit=unit), load_observations(tmp_path))
    assert [one.severity for one in told if one.severity != "note"] == ["warning"]
    figures(tmp_path, {"2015": 120, "2016": 132, "2021-01": 11, "2021-02": 12}, **whole)
    assert stopping(plan(GOAL, unit=unit), load_observations(tmp_path)) != ()
    figures(tmp_path, {"2019": 120, "2020": 132}, **whole | {"published": "2020-06-01"})
    told = findings(plan(GOAL, unit=unit), load_observations(tmp_path))
    assert ["before the year was over" in one.message.render("en") for one in told].count(True) == 1


@pytest.mark.parametrize(("near", "told"), [({}, 1), ({"tolerance": 9}, 0), ({"target": 90}, 0)])
def test_a_tolerance_that_all_figures_lie_within_is_told_where_the_plan_states_none(
    tmp_path, near, told
):
    goal = {"comparator": "about", "target": 100, "due": 2024, **near}
    said = looked(tmp_path, {year: 96 + year - 2012 for year in range(2012, 2021)}, goal=goal)
    assert ["between 95" in said_of(one) for one in said] == [True] * told


def test_a_change_from_a_year_without_a_figure_is_told(tmp_path):
    goal = {**GOAL, "comparator": "increase_by", "target": 20, "base_year": 2009}
    assert "change from 2009, of which there is no figure" in found(tmp_path, goal=goal)[0][1]
    assert found(tmp_path, goal={**goal, "base_year": 2010}) == []
    figures(tmp_path, {2016: 103, 2017: 105}, unit="2015 = 100", measure="ratio")
    for year, told in ((2015, []), (2014, ["checks.no_base"])):  # of 2015 it is 100
        asked = plan({**goal, "base_year": year}, unit="2015 = 100")
        said = findings(asked, load_observations(tmp_path))
        assert [one.message.key for one in said] == told


def test_an_index_that_is_100_in_another_year_than_its_own_is_found(tmp_path):
    def told(values, unit="2015 = 100", due=2024, **more):
        figures(tmp_path, values, unit=unit, measure="ratio", published="2021-06-30")
        said = plan(GOAL | {"target": 120, "due": due}, unit=unit, **more)
        return [one.figure.row for one in findings(said, load_observations(tmp_path))]

    assert told(right := {2014: 97, 2015: 100, 2016: 103, 2017: 105}) == []
    assert told({2014: 97.3, 2016: 97, 2017: 100, 2018: 103}) == [4]
    assert told({**right, 2015: 101}) == [3]
    fiscal = {"begins": "2021-04", "written": "2021-22"}
    of_years = {f"{2013 + n}-04/{2014 + n}-03": 100 + 4 * n for n in range(5)}
    assert told(of_years, "2014/2015 = 100", "2021-22", fiscal_year=fiscal) == [2, 3]


def test_a_target_far_from_the_series_is_found(tmp_path):
    ((_, said),) = found(tmp_path, goal=GOAL | {"target": 17000})
    assert "17,000" in said


def marked(folder, *lines, kind="checked"):
    head = "area,indicator,first_period,reason_en,published,published_basis,source,kind"
    rows = [f"somewhere,{one},seen,2017-03-31,stated,own,{kind}" for one in lines]
    (folder / "breaks.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")


@pytest.mark.parametrize(
    ("values", "goal", "mark"),
    [
        ({2018: 120, 2019: 1.25e6, 2020: 131}, GOAL, "2019"),
        (STEADY, GOAL | {"target": 170e8}, "2024"),
    ],
)
def test_what_cannot_be_stops_a_report_until_somebody_has_checked_it(tmp_path, values, goal, mark):
    figures(tmp_path, values)
    (error,) = stops(tmp_path, goal)
    assert "breaks.csv with kind `checked`" in str(error)
    marked(tmp_path, f"firms,{mark}")
    assert stops(tmp_path, goal) == looked(tmp_path, values, goal) == ()


def test_a_goal_that_begins_with_next_to_nothing_stops_no_report(tmp_path):
    figures(tmp_path, few := {2018: 2, 2019: 2, 2020: 3})
    assert stops(tmp_path, GOAL | {"target": 20000}) == ()
    assert "20,000" in str(looked(tmp_path, few, GOAL | {"target": 20000}))


@pytest.mark.parametrize(
    ("ends", "severity"),
    [
        ("158,", None), (",200", None), ("90,", None), ("10,", "warning"),
        ("0.0158,", "error"), (",1580000", "error"),
    ],
)  # fmt: skip
def test_a_bound_that_is_a_slip_is_found_like_a_figure(tmp_path, ends, severity):
    told = looked(tmp_path, rows=[f"{row(2021, '')},{ends}"])
    slips = [one for one in told if one.message.key == "checks.slip"]
    assert [one.severity for one in slips] == [severity] * (severity is not None)
    beside = [one.message.key for one in told if one not in slips]
    assert beside == ["checks.target"] * (severity == "error")


def test_a_slip_of_three_places_is_a_warning_and_stops_nothing(tmp_path):
    told = looked(tmp_path, {**STEADY, 2015: 125_000})
    assert [one.severity for one in told] == ["warning"]
    assert stops(tmp_path) == ()


FIRMS = {"id": "firms", "names": "Firms", "unit": "persons", "kind": "flow"}
OUTPUT = {**FIRMS, "id": "output", "names": "Output"}


def test_a_stock_that_grows_by_more_than_what_came_in_is_found(tmp_path):
    def told(entered):
        came = row(2020, entered).replace("firms", "new")
        return found(tmp_path, rows=[came], indicators=[{**FIRMS, "fed_by": "new"}])

    ((line, said),) = told(4)
    assert (line, "persons came in (" in said and "observations.csv, row 13)" in said) == (12, True)
    assert told(5) == []


@pytest.mark.parametrize(("values", "row"), [((2, 1, 3, 2, 4), 3), ((2, 3, 6, 8, 12), None)])
def test_numbers_created_in_each_year_are_no_numbers_that_exist(tmp_path, values, row):
    figures(tmp_path, dict(enumerate(values, start=2021)), measure="stock")
    said = plan({"comparator": "event", "target": 15, "due": 2027})
    told = findings(said, load_observations(tmp_path))
    assert [one.figure.row for one in told] == ([] if row is None else [row])
    for one in told:
        assert "1 person, fewer than the 2 persons before" in one.message.render("en")


def test_columns_swapped_in_a_year_are_found(tmp_path):
    tenfold = {year: 10 * value for year, value in STEADY.items()}
    rows = [row(year, value).replace("firms", "output") for year, value in tenfold.items()]
    both = [FIRMS, OUTPUT]
    assert found(tmp_path, rows=rows, indicators=both) == []
    swapped = [one.replace(",2015,1250,", ",2015,125,") for one in rows]
    told = found(tmp_path, {**STEADY, 2015: 1250}, rows=swapped, indicators=both)
    assert [
        line
        for line, said in told
        if "125 persons of Output (" in said and "observations.csv, row 18)" in said
    ] == [7]


@pytest.mark.parametrize(("unit", "told"), [("persons", 1), ("%", 0)])
def test_a_figure_that_another_of_the_year_and_unit_may_have_changed_places_with_is_told(
    tmp_path, unit, told
):
    lively = dict(zip(STEADY, (100, 180, 95, 170, 90, 125, 180, 110, 175, 100, 170), strict=True))
    rows = [row(year, value).replace("firms", "output") for year, value in lively.items()]
    both = [FIRMS, {**OUTPUT, "unit": unit}]
    rows = [one.replace("persons", unit) for one in rows]
    said = found(tmp_path, {**STEADY, 2015: 190}, rows=rows, indicators=both)
    swapped = [one for at, one in said if at == 7 and "exchanged with 125 persons of Output" in one]
    assert (len(said), len(swapped)) == (1 + told, told)


def test_what_two_others_fit_as_well_or_what_stays_is_no_exchange(tmp_path):
    """Growth that stays lower after two exceptional years, beside others in the same unit."""
    income = (93, 87, 90, 92, 95, 51, 96, 53, 62, 55, 54)
    rd = (101, 109, 123, 132, 130, 89, 140, 97, 86, 83, 81)
    gdp = dict(enumerate((87, 84, 82, 80, 72, 36, 83, 41, 56, 54, 52), 2010))
    rows = [row(y, v).replace("firms", "output") for y, v in enumerate(income, 2010)]
    rows += [row(y, v).replace("firms", "research") for y, v in enumerate(rd, 2010)]
    named = [FIRMS, OUTPUT, {**OUTPUT, "id": "research"}]
    marked(tmp_path, "firms,2015/2016", kind="exceptional")
    told = looked(tmp_path, gdp, rows=rows, indicators=named)
    assert {one.message.key for one in told} == {"checks.jump"}


def test_two_years_are_not_exchanged_around_years_that_are_exceptional(tmp_path):
    visitors = (1767, 1831, 1922, 1952, 1986, 2008, 2080, 2123, 2182, 2353, 2473, 2681, 880, 1464)
    visitors = dict(enumerate((*visitors, 2478), 2008))
    rows = [row(year, value, published="2023-01-31") for year, value in visitors.items()]
    marked(tmp_path, "firms,2020/2021", kind="exceptional")
    told = looked(tmp_path, {}, rows=rows)
    assert [one.message.key for one in told] == []


@pytest.mark.parametrize(
    ("values", "step", "usual"),
    [((8838, 8830.5, 8824.5, 8820, 8320.5, 8317.5, 8322, 8335.5, 8341.5), "5.7%", "0.07%"),
     ((3538, 3417, 3476, 4007, 4054, 4019, 4088, 4100, 4051, 4088, 4100), "15%",
      "1.2%")],
)  # fmt: skip
def test_a_small_step_is_a_jump_where_none_is_like_it(tmp_path, values, step, usual):
    """A survey of land by a new definition, and of grain; as any other step, it is none."""
    ((_, said),) = found(tmp_path, dict(enumerate(values, 2010)), GOAL | {"target": 6000})
    assert f"a change of {step}, where the usual one in a year is {usual}. " in said
    steps = np.diff(np.log(values))
    for at, by in ((-1, 1 / 2.9), (int(abs(steps).argmax()), 1 / 3)):
        steps_now = steps.copy()
        steps_now[at] = by * abs(steps).max()
        assert odd_figures(np.exp(np.cumsum(steps_now)), np.arange(steps.size)) == {}


@pytest.mark.parametrize(
    ("usual", "largest", "step", "told"),
    [(0.01, 0.01, 0.104, 1), (0.01, 0.01, 0.096, 0), (0.006, 0.006, 0.0606, 1),
     (0.004, 0.004, 0.051, 1), (0.004, 0.004, 0.049, 0), (0.01, 0.04, 0.122, 1),
     (0.01, 0.04, 0.118, 0)],
)  # fmt: skip
def test_a_step_is_alone_from_so_many_times_any_other_and_the_median(usual, largest, step, told):
    steps = [usual, -usual, usual, largest, usual, step, -usual, usual, -usual, usual]
    found = odd_figures(100 * np.exp(np.cumsum(steps)), np.arange(10))
    assert found == ({5: "jump"} if told else {})


def test_two_years_that_are_exchanged_in_all_series_are_found_though_none_tells_it_alone():
    folder = DATA_DIR.parent / "examples" / "plans" / "germany"
    made, data = bc.load_plan("germany-2030", data_dir=folder), load_observations(folder)
    two = Period.parse("2015"), Period.parse("2016")

    def told(swapped):
        other = dict(zip(two, two[::swapped], strict=True))
        rows = (replace(one, period=other.get(one.period, one.period)) for one in data.observations)
        moved = replace(data, dataset=replace(data.dataset, observations=tuple(rows)))
        said = (one.message for one in findings(made, moved) if one.message.key == "checks.columns")
        return [one.render("en").partition("; ")[2] for one in said]

    assert told(1) == []
    assert [one.partition(" if ")[0] for one in told(-1)] == [
        "of 13 series, 10 would run more evenly"
    ]


def test_nothing_is_wrong_with_the_shipped_figures():
    assert [one for one in check_folder().findings if one.severity == "warning"] == []


def test_an_official_figure_of_what_has_not_begun_is_told_by_check_and_in_no_report():
    told = check_folder(today=date(2021, 6, 30)).findings
    assert "checks.ahead" in {one.message.key for one in told}
    known, plan_of = load_observations(as_of="2021-06-30"), bc.load_plan("beichen-2020-2022")
    assert "checks.ahead" not in {one.message.key for one in findings(plan_of, known)}


PLAN = """{indicators: [{id: firms, names: F, unit: persons, kind: flow}], id: p, title: P,
area: somewhere, goals: [{indicator: firms, comparator: at_least, target: 170, due: 2024}]}"""
JUDGED = "area,indicator,due,expert,role,q10,q50,q90,elicited,note\n"
BROKEN = "area,indicator,first_period,reason_en,published,published_basis,source,kind\n"
LEVER = "levers: [{id: a, names: A, unit: pp, low: -1, high: 1, basis: assumed,\n source: A"
SCENARIO = "id: s\ntitle: S\nauthor: S\nreason: S\n"


def remarks(folder, files=(), values=STEADY, **known):
    """What `check` remarks in a folder of one plan: severity and words of each."""
    figures(folder, values)
    for name, words in {"plans/p.yaml": PLAN, **dict(files)}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(words, encoding="utf-8")
    checked = check_folder(folder, **known)
    assert checked.problems == []
    return [one.sentence.render("en") for one in checked.findings]


@pytest.mark.parametrize(
    ("file", "words", "told"),
    [
        ("judgements.csv", f"{JUDGED}somewhere,firm,2024-12-31,A,B,9,10,11,2021-01-01,",
         'row 2, column indicator: found "firm"; allowed: a name that is known, such as firms;'),
        ("breaks.csv", BROKEN + "somwhere,firms,2019,A,2019-05-05,stated,own,",
         'row 2, column area: found "somwhere"'),
        ("levers.yaml", LEVER + ", indicators: [frims]}]", "row 2, levers[0] (a) → indicators[0]"),
        ("levers.yaml", LEVER + ", plans: [q], indicators: [firms]}]", "→ plans[0]: found “q”"),
        ("scenarios/s.yaml", SCENARIO + "plan: q", "row 5, plan: found “q”"),
        ("scenarios/s.yaml", SCENARIO + "shocks: [{indicators: [frm], year: 2023,"
         " size_percent: -5, recovered: 0}]", "row 5, shocks[0] → indicators[0]: found “frm”"),
    ],
)  # fmt: skip
def test_what_names_nothing_that_a_plan_of_the_folder_has_is_told(tmp_path, file, words, told):
    (said,) = remarks(tmp_path, {file: words})
    assert (said.startswith(f"Warning: {tmp_path / file}"), told in said) == (True, True)


def test_a_plan_that_cannot_be_read_is_told_without_what_only_it_could_have_said(tmp_path):
    rows = [row(2021, 160).replace("flow", ""), row(2022, 170).replace("flow", "flows")]
    figures(tmp_path, STEADY)
    add_rows(tmp_path, *rows)
    (tmp_path / "plans").mkdir(exist_ok=True)
    (tmp_path / "plans" / "p.yaml").write_text(PLAN.replace("goals", "gaols"), encoding="utf-8")
    told = [str(one) for one in check_folder(tmp_path).problems]
    assert {one.partition(", row")[0] for one in told} == {str(tmp_path / "plans" / "p.yaml")}


def test_what_another_plan_or_set_of_a_shared_folder_has_is_known(tmp_path):
    words = JUDGED + "north,sales,2024-12-31,A,B,1,2,3,2021-01-01,"
    other = PLAN.replace("id: p,", "id: q, issued: 2020-01-01, span: {first: 2020, last: 2024},")
    shared = {"plans/q.yaml": other.replace("firms", "sales"), "judgements.csv": words}
    assert len(remarks(tmp_path, shared)) == 1  # the area of no plan
    assert remarks(tmp_path, {**shared, "plans/q.csv": "area,goal\nnorth,sales"}) == []


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("judgements.csv", f"{JUDGED}somewhere,firms,2024-12-31,A,B,9,10,11,{{}},", "up to 2024"),
        ("breaks.csv", f"{BROKEN}somewhere,firms,2019,A,{{}},stated,own,", "up to 2030-06-30"),
        ("breaks.csv", f"{BROKEN}somewhere,firms,2010,A,{{}},stated,own,", "from 2010-01-01 on"),
        ("delivery.csv", "plan,measure,status,evidence,source,date\n,a,credible,A,own,{}", "up to"),
    ],
)  # fmt: skip
def test_days_that_have_not_come_or_precede_what_they_tell_of_are_found(tmp_path, file, row, told):
    more = {"plans/p.yaml": PLAN.replace("goals:", "measures: [{id: a, names: A}],\ngoals:")}
    day = "2009-05-05" if told.startswith("from") else "2091-05-05"
    for one, found in ((day, [True]), ("2022-05-05", [])):
        said = remarks(tmp_path, {file: row.format(one), **more}, today=date(2030, 6, 30))
        assert [f"allowed: a day {told}" in one for one in said] == found, said


def test_days_and_parts_of_whole_things_are_told_by_check_and_import(tmp_path, run):
    wide = {"figures.csv": "code,2016,2017\nfirms,125,126.5\n"}
    said = remarks(tmp_path, wide, values={2015: 124})
    assert ['figures.csv, row 2, column 2017: found "126.5"' in one for one in said] == [True]
    (tmp_path / "figures.csv").unlink()
    said = remarks(tmp_path, values={**STEADY, 2015: 125.5})
    assert ['row 7, column value: found "125.5"' in one for one in said] == [True]
    (tmp_path / "more.csv").write_text("code,area,published,2021\nfirms,somewhere,2091-01-01,130.5")
    err = run("import", tmp_path / "more.csv", "--data", tmp_path, "--source", "own")[2]
    assert 'cell C2: found "2091-01-01"; allowed: a day up to' in err
    (tmp_path / "more.csv").write_text("code,area,published,2021\nfirms,somewhere,2023-01-01,130.5")
    err = run("import", tmp_path / "more.csv", "--data", tmp_path, "--source", "own")[2]
    assert 'cell D2: found "130.5"; allowed: a whole number' in err


def test_no_way_gives_a_probability_of_what_cannot_be(tmp_path, run, refused):
    goals = {"plans/p.yaml": PLAN.replace("170", "170e8")}
    remarks(tmp_path, goals)
    read = load_observations(tmp_path, as_of="2021-06-30")
    with pytest.raises(bc.BcforecastError, match=r"17,000,000,000 persons of goal firms.* stops"):
        bc.project("p", read)
    asked = ("--data", tmp_path, "--as-of", "2021-06-30", "--lang", "en")
    for way in (["goals"], ["explore", "--page", tmp_path / "x"], ["seek", "--goal", "firms"]):
        assert "far from the target 17,000,000,000 persons" in refused(*way, *asked)
    marked(tmp_path, "firms,2024")  # in 2017, before the year
    assert len(bc.project("p", load_observations(tmp_path, as_of="2021-06-30"))) == 1
    assert "allowed: a day" not in " ".join(remarks(tmp_path, goals))
    remarks(tmp_path, {"plans/p.yaml": PLAN.replace("170", "17000"), "breaks.csv": BROKEN})
    assert "Warning" in run("goals", *asked)[1]


def test_figures_that_are_all_bounds_are_found(tmp_path):
    figures(tmp_path, STEADY)
    table = tmp_path / "observations.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    swapped = head.replace("value", "x").replace("lower", "value").replace("x", "lower")
    table.write_text("\n".join([swapped, *rows]), encoding="utf-8")
    told = findings(plan(GOAL), load_observations(tmp_path))
    assert "checks.bounds" in [one.message.key for one in told]


def test_files_that_nothing_reads_and_goals_without_figures_are_told(tmp_path, run):
    read = ("units.yaml", "notes.md", "x.xlsx", "plans/p.zh.txt")
    right = {one: (DATA_DIR / one).read_text("utf-8") if "units" in one else "" for one in read}
    wrong = ("Plan/x", "observations.xlsx", "plans/q.yml", "scenarios/s.csv", "verdict.csv")
    said = remarks(tmp_path, {**right, **dict.fromkeys(wrong, "")})
    near = ("plans", "observations.csv", "q.yaml", "s.yaml", "verdicts.csv")
    assert [one.partition("such as ")[2].partition(";")[0] for one in said] == [*near]
    remarks(tmp_path, {"plans/p.yaml": PLAN.replace("firms", "frims")})
    out = run("check", "--data", tmp_path)[1]
    assert "goals of the plan p are on what has no figure yet: F\n" in out
    lent = PLAN.replace("names: F,", "names: F, parent: norht, link_to_parent: share,")
    remarks(tmp_path, {"plans/p.yaml": lent})
    assert "no figure yet: F (norht)" in run("check", "--data", tmp_path)[1]
    ranked = "rank_among: {there: Thule}, target: 1,"
    goal = PLAN.replace("comparator: at_least, target: 170,", ranked)
    remarks(tmp_path, {"plans/p.yaml": goal})
    assert "F (Thule)" in run("check", "--data", tmp_path)[1]


@pytest.mark.parametrize("series", ["firms", "others"])
@pytest.mark.parametrize(
    ("q50", "severity"), [(160, []), (9_000, ["warning"]), (1.4e10, ["error"])]
)
def test_a_judgement_far_from_the_series_or_the_target_is_found(tmp_path, series, q50, severity):
    figures(tmp_path, STEADY)
    table = (tmp_path / "observations.csv").read_text("utf-8")
    (tmp_path / "observations.csv").write_text(table.replace("firms", series), encoding="utf-8")
    row = f"somewhere,firms,2024-12-31,A,B,9,{q50},{2 * q50},2021-01-01,"
    (tmp_path / "judgements.csv").write_text(JUDGED + row, encoding="utf-8")
    assert [one.severity for one in findings(plan(GOAL), load_observations(tmp_path))] == severity


def test_a_place_among_others_is_better_said_by_what_they_are_ranked_by(tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "p.yaml").write_text(
        PLAN.replace("persons, kind: flow", "Rank"), encoding="utf-8"
    )
    figures(tmp_path, STEADY, unit="Rank", measure="ratio")
    (said,) = (one.sentence.render("en") for one in check_folder(tmp_path).findings)
    assert ("F: a place among others" in said, "rank_among" in said) == (True, True)


def test_a_kind_that_all_figures_speak_against_is_told(tmp_path):
    (said,) = remarks(tmp_path, {"plans/p.yaml": PLAN.replace("kind: flow", "kind: stock")})
    assert "F: counted as flow over a period" in said


def test_a_direction_against_all_goals_on_an_indicator_is_found(tmp_path):
    said = PLAN.replace("names: F,", "names: F, direction: down,")
    assert "F: less is said to be better" in remarks(tmp_path, {"plans/p.yaml": said})[0]
    assert remarks(tmp_path, {"plans/p.yaml": said.replace("at_least", "at_most")}) == []
