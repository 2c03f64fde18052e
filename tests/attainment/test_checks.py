"""What a statistician sees by eye is found, and nothing is in figures as they are."""

import pytest

from bcforecast.attainment.checks import findings, look_through
from bcforecast.observations.reading import load_observations
from tests.attainment.test_forms import figures, plan

STEADY = {year: 100 + 5 * (year - 2010) for year in range(2010, 2021)}


def found(folder, values=None, goal=None, **more):
    figures(folder, STEADY if values is None else values)
    extra = more.pop("rows", ())
    if extra:
        with (folder / "observations.csv").open("a", encoding="utf-8") as file:
            file.write("\n".join(extra) + "\n")
    said = plan(goal or {"comparator": "at_least", "target": 170, "due": 2024}, **more)
    return [
        (one.row, one.message.render("en")) for one in findings(said, load_observations(folder))
    ]


def row(period, value, *, published="2022-01-31", measure="flow", area="somewhere"):
    return f"{area},firms,{period},{value},,,persons,{measure},official,{published},stated,book,"


def test_figures_as_they_are_are_passed_over(tmp_path):
    assert found(tmp_path) == []
    assert found(tmp_path, {y: v * (3 if y > 2015 else 1) for y, v in STEADY.items()}) == []


@pytest.mark.parametrize("factor", [100, 10**4, 10**8, 1 / 100])
def test_a_slip_of_the_decimal_point_is_found(tmp_path, factor):
    ((line, said),) = found(tmp_path, {**STEADY, 2015: int(12500 * factor) / 100})
    assert line == 7
    assert "A slip" in said


def test_a_revision_beyond_all_history_is_found(tmp_path):
    ((line, said),) = found(tmp_path, rows=[row(2020, 15, published="2022-05-01")])
    assert (line, "row 12" in said) == (13, True)
    assert found(tmp_path, rows=[row(2020, 160, published="2022-05-01")]) == []


def test_months_that_come_to_more_than_their_year_are_found(tmp_path):
    months = [row(f"2020-{month:02d}", 14) for month in range(1, 12)]
    ((line, said),) = found(tmp_path, rows=months)
    assert (line, "come to 154" in said) == (12, True)
    assert found(tmp_path, rows=months[:10]) == []


def test_a_target_far_from_the_series_is_found(tmp_path):
    ((_, said),) = found(tmp_path, goal={"comparator": "at_least", "target": 17000, "due": 2024})
    assert "17,000" in said


def test_nothing_is_wrong_with_the_shipped_figures():
    assert [one for one in look_through() if one.severity == "warning"] == []
