"""Small inputs from public reports of faults, each with its right value (`cases/*/expected.md`).

Most are of other programs: tables and dates that were read wrongly without a word.
"""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

CASES = Path(__file__).parent / "cases"
FORECAST = ("forecast", "--horizon", 1)


@pytest.fixture
def last_row(shown, tmp_path):
    """The last row of a forecast of a case's file, quantiles 0.1, 0.5 and 0.9."""

    def made(case, name, *options, horizon=1):
        out = tmp_path / f"{name}.csv"
        shown("forecast", CASES / case / f"{name}.csv", "--horizon", horizon,
              "--quantiles", "0.1,0.5,0.9", "--out", out, *options)  # fmt: skip
        return pd.read_csv(out).iloc[-1]

    return made


def test_financial_years_are_years_and_never_months(last_row, tmp_path):
    case, targets = "01-fiscal-year-hyphen", CASES / "01-fiscal-year-hyphen" / "targets.csv"
    found = []
    for name in ("years", "hyphen", "slash"):
        last_row(case, name, "--targets", targets, horizon=3)
        found.append(pd.read_csv(tmp_path / f"{name}.targets.csv")["probability"].iloc[-1])
    assert found == [found[0]] * 3
    assert found[0] == pytest.approx(0.79, abs=0.05)


@pytest.mark.parametrize(
    ("case", "names", "words"),
    [
        ("02-unquoted-thousands", ("counts", "decimal-comma", "trailing-comma"),
         "row 2: found 4 cells; allowed: 3"),
        ("17-other-encodings", ("gbk",), "GBK"),
        ("17-other-encodings", ("utf16",), "UTF-16"),
    ],
)  # fmt: skip
def test_a_cell_too_many_and_another_encoding_are_named(refused, tmp_path, case, names, words):
    for name in names:
        out = tmp_path / "out.csv"
        assert words in refused(*FORECAST, CASES / case / f"{name}.csv", "--out", out)
        assert not out.exists()


@pytest.mark.parametrize(
    ("case", "same", "ambiguous"),
    [("03-day-first-months", "dmy-dots", "dmy"), ("05-yyyymm", "yyyymm", "excel-serial")],
)
def test_dates_are_read_rightly_or_refused(last_row, refused, tmp_path, case, same, ambiguous):
    for name in ("iso", same):
        found = last_row(case, name)[["q0.1", "q0.5", "q0.9"]].tolist()
        assert found == pytest.approx([138.54, 141.33, 144.13], abs=0.01)
    refused(*FORECAST, CASES / case / f"{ambiguous}.csv", "--out", tmp_path / "no.csv")


def test_a_value_that_never_moved_is_probably_kept(last_row, shown, tmp_path):
    case = CASES / "06-constant-at-target"
    for name, options in (("const", ()), ("full", ("--support", "0,100"))):
        last_row(case.name, name, "--targets", case / f"{name}.targets.csv", *options)
        for one in pd.read_csv(tmp_path / f"{name}.targets.csv").itertuples():
            kept = one.probability if one.comparator != "more_than" else 1 - one.probability
            assert kept > 0.9  # ten years of ten: 11/12 for the next
    asked = ("--plan", "testshire-2025", "--as-of", "2022-12-31", "--data", case / "data")
    (goal,) = json.loads(shown("goals", *asked, "--format", "json"))
    assert goal["probability"] >= 0.73  # that all of the next four years hold
    assert goal["grade"] == "A"


@pytest.mark.parametrize("name", ["months", "quarters", "years"])
def test_periods_as_sdmx_writes_them_are_read(last_row, name):
    assert last_row("08-sdmx-periods", name)["q0.5"] == pytest.approx(15.5, abs=0.7)


def test_figures_over_two_calendar_years_are_said_to_be_there_and_why_they_do_not_count(shown):
    data = ("--data", CASES / "09-fiscal-year-figures" / "data")
    said = " ".join(shown("check", *data).split())
    assert "none of the 10 figures can stand for a year: 2012 to 2013 covers more" in said
    assert "a financial year is written by its months, as 2012-04/2013-03" in said
    asked = ("--plan", "testshire-2025", "--as-of", "2022-12-31", *data)
    assert "9 figures, but none that can stand for a year" in shown(
        "goals", *asked, "--explain", "ind"
    )


def test_the_same_figures_by_the_months_of_their_years_count(shown, tmp_path):
    data = shutil.copytree(CASES / "09-fiscal-year-figures" / "data", tmp_path / "data")
    table = (data / "observations.csv").read_text(encoding="utf-8")
    for year in range(2012, 2022):
        table = table.replace(f"{year}/{year + 1}", f"{year}-04/{year + 1}-03")
    (data / "observations.csv").write_text(table, encoding="utf-8")
    asked = ("--plan", "testshire-2025", "--as-of", "2022-12-31", "--data", data)
    (goal,) = json.loads(shown("goals", *asked, "--format", "json"))
    assert (goal["grade"], goal["latest"], goal["latest_year"]) == ("A", 48, 2021)


def test_a_unit_of_one_s_own_is_taken(shown):
    assert "No problem found" in shown("check", "--data", CASES / "10-other-units" / "data")


def test_a_date_in_quotes_is_a_date_and_an_empty_file_is_said_to_be_empty(shown, refused, tmp_path):
    case, out = CASES / "11-dates-in-yaml", ("--dry-run", "--out", tmp_path / "r")
    plain, quoted = (shown("run", case / f"{name}.yaml", *out) for name in ("plain", "quoted"))
    assert plain == quoted
    assert "2021-12-31" in plain
    assert "the file is empty" in refused("run", case / "empty.yaml", *out)


def test_rules_take_a_series_in_either_form_and_refuse_cells_too_many(shown, refused):
    asked = ("rules", "--direction", "up", "--target", "250", "--due", "2022", "--format", "json")
    one, other, bad = (
        CASES / "24-rules-series" / f"{name}.csv"
        for name in ("as-help-says", "as-code-wants", "thousands")
    )
    assert shown(*asked, "--series", one) == shown(*asked, "--series", other)
    assert "not together with --series: --y" in refused(*asked, "--series", one, "--y", 3)
    assert "row 2: found 3 cells; allowed: 2" in refused(*asked, "--series", bad)
