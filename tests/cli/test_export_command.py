"""What was known, what is forecast and how likely goals are, as tables for other programs."""

import csv

import pandas as pd
import pytest

from tests.made_folder import read_rows, write_tables

GOALS = ("--goal", "Patents, patents, more than, 530, 2026", "--goal", "R&D, %, at least, 3, 2025")
WHAT = ("observations", "forecasts", "attainment")


@pytest.fixture
def mine(tmp_path, shown):
    """A plan with a short series of patents, one figure of which was revised, and none of R&D."""
    shown("init", tmp_path / "mine", "--area", "Here", "--years", "2024-2026", *GOALS)
    (tmp_path / "mine" / "figures.csv").unlink()
    told = "patents,flow,official"
    rows = [
        f"here,patents,{year},{400 + 20 * (year - 2015)},{told},{year + 1}-03-31,stated,own"
        for year in range(2015, 2024)
    ]
    rows.append("here,patents,2023,,patents,flow,press,2024-05-01,stated,own,555")
    rows.append(f"here,patents,2024Q1,140,{told},2024-04-30,stated,own")
    write_tables(tmp_path / "mine", rows)
    return tmp_path / "mine"


def test_three_tables_say_what_goals_says_and_the_same_bytes_each_time(mine, tmp_path, shown):
    asked = ("--data", mine, "--as-of", "2024-04-30")
    for form in ("csv", "parquet", "xlsx"):
        for out in ("one", "two"):
            shown("export", *asked, "-o", tmp_path / out / form, "--format", form)
    made = {path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")}
    assert len(made) == 9
    for path in made:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), (
            path
        )
    goals = [*csv.DictReader(shown("goals", *asked, "--format", "csv").splitlines())]
    attainment = read_rows(tmp_path / "one" / "csv" / "attainment.csv")
    assert [{k: v for k, v in row.items() if k != "area"} for row in attainment] == goals
    forecasts = read_rows(tmp_path / "one" / "csv" / "forecasts.csv")
    assert [(row["indicator"], row["year"]) for row in forecasts] == [
        ("patents", "2024"), ("patents", "2025"), ("patents", "2026"),
    ]  # fmt: skip
    assert (forecasts[-1]["q50"], forecasts[-1]["grade"]) == (goals[0]["q50"], goals[0]["grade"])
    for name in WHAT:
        table = pd.read_csv(tmp_path / "one" / "csv" / f"{name}.csv")
        parquet = pd.read_parquet(tmp_path / "one" / "parquet" / f"{name}.parquet")
        book = pd.read_excel(tmp_path / "one" / "xlsx" / f"{name}.xlsx")
        assert list(table) == list(parquet) == list(book)
        assert len(table) == len(parquet) == len(book)


def test_observations_are_those_published_and_can_be_read_again(mine, tmp_path, shown, run):
    shown("export", "--data", mine, "--as-of", "2024-04-30", "-o", tmp_path / "out")
    exported = read_rows(tmp_path / "out" / "observations.csv")
    assert len(exported) == 10
    assert {row["published"] for row in exported} <= {f"{y}-03-31" for y in range(2016, 2025)} | {
        "2024-04-30"
    }
    (mine / "observations.csv").write_bytes((tmp_path / "out" / "observations.csv").read_bytes())
    assert shown("check", "--data", mine).startswith("No problem found")


def test_sdmx_csv_goes_out_and_comes_in_again(mine, tmp_path, shown):
    file = tmp_path / "x.csv"
    shown("export", "--data", mine, "--what", "observations", "--format", "sdmx-csv", "-o", file)
    sent = read_rows(file)
    assert [row["TIME_PERIOD"] for row in sent[-3:]] == ["2022", "2023", "2024-Q1"]
    assert sent[-2]["LOWER"] == "555.0", "of a revised figure the last is left"
    assert {(row["STRUCTURE"], row["STRUCTURE_ID"], row["ACTION"]) for row in sent} == {
        ("dataflow", "BCFORECAST:OBSERVATIONS(1.0)", "I")
    }
    other = tmp_path / "other"
    shown("init", other, "--area", "Here", "--years", "2024-2026", *GOALS)
    out = shown("import", file, "--format", "sdmx-csv", "--data", other, "--series", "patents")
    assert "Figures: 9 new, 0 revised, 0 the same, 0 wrong. Other rows: 1." in out
    (known,) = {row["source"] for row in read_rows(other / "observations.csv")}
    assert known == "set_observations"


def test_sdmx_csv_of_forecasts_has_a_row_a_statistic(mine, tmp_path, shown):
    shown("export", "--data", mine, "--format", "sdmx-csv", "-o", tmp_path)
    sent = read_rows(tmp_path / "forecasts.csv")
    assert [row["STATISTIC"] for row in sent[:8]] == ["mean", *(f"q{n}" for n in (
        "05", "10", "25", "50", "75", "90", "95"))]  # fmt: skip
    chances = [r for r in read_rows(tmp_path / "attainment.csv") if r["STATISTIC"] == "probability"]
    assert [(row["REF_AREA"], row["GOAL"], row["TIME_PERIOD"]) for row in chances] == [
        ("here", "patents_2026", "2026")
    ]


def test_without_forecasts_the_table_has_its_heads(tmp_path, shown):
    data = tmp_path / "mine"
    shown("init", data, "--area", "Here", "--years", "2024-2026", *GOALS[2:])
    for form in ("csv", "sdmx-csv"):
        shown("export", "--data", data, "--format", form, "-o", tmp_path / form)
        assert read_rows(tmp_path / form / "forecasts.csv") == []
        assert len(read_rows(tmp_path / form / "observations.csv")) == 0
    heads = (tmp_path / "csv" / "forecasts.csv").read_text(encoding="utf-8")
    assert heads.startswith("area,indicator,year,unit,mean,q05,")


@pytest.mark.parametrize(
    ("out", "more", "told"),
    [
        ("mine", (), "would overwrite the input"),
        ("x.csv", (), "a folder, or with one --what a file that ends in .csv"),
        ("x.csv", ("--what", "forecasts", "--format", "xlsx"), "a file that ends in .xlsx"),
        ("x.txt", ("--what", "forecasts"), "found .txt"),
    ],
)
def test_what_would_overwrite_or_ends_otherwise_is_refused(
    mine, tmp_path, refused, out, more, told
):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert told in refused("export", "--data", mine, "-o", tmp_path / out, *more)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
