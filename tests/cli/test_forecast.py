"""`bcforecast forecast`: tables in, tables out, whole or not at all."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcforecast import errors, forecast_panel

TARGETS = """unique_id,h,comparator,target,owner,kind
b,1,at_most,50,west,
a,2,at_least,130,east,money
a,1,more_than,120,east,money
"""


@pytest.fixture
def forecast(run, tmp_path, monkeypatch):
    """Run `bcforecast forecast` in a folder with series and targets."""
    monkeypatch.chdir(tmp_path)
    series = pd.DataFrame(
        {
            "unique_id": ["a"] * 6 + ["b"] * 5,
            "ds": [2014, 2015, 2016, 2018, 2019, 2020, 2016, 2017, 2018, 2019, 2020],
            "y": [90, 97, 104, 112, 118, 126, 60, 58, np.nan, 55, 52],
        }
    )
    series.to_csv("series.csv", index=False)
    series.to_parquet("series.parquet", index=False)
    MANY.to_csv("many.csv", index=False)
    Path("targets.csv").write_text(TARGETS, encoding="utf-8")
    return partial(run, "forecast")


@pytest.fixture
def wrong(forecast, refused):
    return partial(refused, "forecast")


@pytest.fixture
def told(forecast):
    """Number of warnings of a forecast of some rows, and what they say, on one line."""

    def by(rows, *options):
        Path("told.csv").write_text("\n".join(["unique_id,ds,y", *rows, ""]), encoding="utf-8")
        status, _, said = forecast("told.csv", *TWO, *options, "--lang", "en")
        assert status == 0, said
        return said.count("Warning"), " ".join(said.split())

    return by


GROWN = 100.0 * np.exp(0.1 * np.arange(10) + np.random.default_rng(4).normal(0, 0.03, (8, 10)))
MANY = pd.DataFrame(GROWN.T, index=pd.Index(range(2008, 2018), name="ds")).melt(
    var_name="unique_id", value_name="y", ignore_index=False
).reset_index()  # fmt: skip
TWO = ("--horizon", "2", "-o", "out.csv")
WITH_TARGETS = ("series.csv", "--horizon", "2", "--targets", "targets.csv", "-o", "res.csv")


def test_csv_and_parquet_give_the_numbers_of_the_library(forecast):
    levels = ("--horizon", "3", "--quantiles", "0.9,0.1,0.5")
    assert forecast("series.csv", *levels, "-o", "out.csv")[0] == 0
    assert forecast("series.parquet", *levels, "-o", "out.parquet")[0] == 0
    expected = forecast_panel(pd.read_parquet("series.parquet"), 3, (0.1, 0.5, 0.9))
    assert forecast("many.csv", *levels, "--panel", "-o", "panel.csv")[0] == 0
    apart, together = (forecast_panel(MANY, 3, (0.1, 0.5, 0.9), panel=one) for one in (False, True))
    pd.testing.assert_frame_equal(pd.read_csv("panel.csv"), together, rtol=1e-12)
    assert (together["q0.5"] != apart["q0.5"]).all(), "areas lend each other strength"
    for found in (pd.read_csv("out.csv"), pd.read_parquet("out.parquet")):
        assert found.columns.tolist() == ["unique_id", "h", "mean", "q0.1", "q0.5", "q0.9"]
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12)


def test_targets_keep_their_rows_and_columns_and_have_one_probability(forecast):
    assert forecast(*WITH_TARGETS)[0] == 0
    found = pd.read_csv("res.targets.csv", keep_default_na=False)
    assert found["owner"].tolist() == ["west", "east", "east"]
    assert found["unique_id"].tolist() == ["b", "a", "a"]
    quantiles = pd.read_csv("res.csv").set_index(["unique_id", "h"]).loc[("b", found["h"][0])]
    assert found.columns.tolist()[-12:] == ["probability", *quantiles.index[1:]]
    assert found.iloc[0, -11:].tolist() == quantiles.tolist()[1:], "no kind: the table's own"
    assert ((found["probability"] > 0) & (found["probability"] < 1)).all()
    assert found["kind"].tolist() == ["", "money", "money"]
    assert forecast(*WITH_TARGETS, "--trend-only")[0] == 0
    trend = pd.read_csv("res.targets.csv", keep_default_na=False)
    assert trend.columns.equals(found.columns)
    assert (trend["probability"] == found["probability"]).tolist() == [True, False, False]


def test_identifiers_that_look_like_numbers_stay_text(forecast):
    rows = "007,2019-12-31,1\n007,2020-12-31,2\n007,2021-12-31,4\n"
    Path("series.csv").write_text(f"unique_id,ds,y\n{rows}", encoding="utf-8")
    targets = "unique_id,h,comparator,target\n007,1,at_least,5\n"
    Path("targets.csv").write_text(targets, encoding="utf-8")
    assert forecast(*WITH_TARGETS)[0] == 0
    for name in ("res.csv", "res.targets.csv"):
        assert Path(name).read_text(encoding="utf-8").splitlines()[1].startswith("007,1,")


HEADER = b"unique_id,ds,y\n"


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (HEADER + b"a,2019,1\n", (), "a"),
        (None, ("nowhere.csv",), "no such file"),
        (None, ("series.txt",), "another ending"),
        (None, ("series.csv", "-o", "out.xlsx"), "out.xlsx"),
        (None, ("nowhere.csv", "-o", "out.xlsx"), "out.xlsx"),
        (None, ("series.csv", "--quantiles", "0.1,2"), "0.1,2"),
        (None, ("series.csv", "--targets", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_a_wrong_input_gets_one_sentence_and_writes_nothing(wrong, content, arguments, says):
    if content is not None:
        Path("series.csv").write_bytes(content)
    assert says in wrong(*TWO, *(arguments or ("series.csv",)))
    assert not list(Path.cwd().glob("*out*"))


@pytest.mark.parametrize(
    ("rows", "english", "chinese"),
    [
        (b"\na,2020,12x\n", 'series.csv: row 4: y is "12x"; a plain number',
         "series.csv：第 4 行：y 填的是 “12x”，应为"),
        (b"a,2020,2\na,2019,3\n", "series.csv: row 4: series a already has ds 2019, in row 2",
         "第 4 行：序列 a 的 ds 2019 与第 2 行重复"),
        (b'"a\nb",2020,x\n', 'row 3: y is "x"', "第 3 行"),
        (b'"a\nb",2019,1\n"a\nb",2020,x\n', 'row 5: y is "x"', "第 5 行"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_counted_as_an_editor_counts_it(wrong, rows, english, chinese):
    Path("series.csv").write_bytes(HEADER + b"a,2019,1\n" + rows)
    for lang, says in (("en", english), ("zh", chinese)):
        said = wrong("series.csv", *TWO, "--lang", lang)
        assert says in said
        assert "convert" not in said


def test_a_wrong_row_of_the_targets_or_a_parquet_file_is_named(forecast, wrong):
    Path("targets.csv").write_text(TARGETS.replace("money", "1"), encoding="utf-8")
    said = wrong(*WITH_TARGETS)
    assert 'targets.csv: row 3: kind is "1"' in said
    assert "count, money, rate, ratio" in said
    targets = "unique_id,h,comparator,target\na,1,at_least,5\na,201,at_least,5\n"
    Path("targets.csv").write_text(targets, encoding="utf-8")
    said = 'bcforecast: targets.csv: row 3: h is "201"; a whole number from 1 to 200 is needed\n'
    assert forecast(*WITH_TARGETS) == (2, "", said)
    series = pd.read_parquet("series.parquet")
    series.loc[3, "unique_id"] = None
    series.to_parquet("series.parquet", index=False)
    said = "bcforecast: series.parquet: row 4: unique_id is an empty cell; a name is needed"
    status, out, err = forecast("series.parquet", *WITH_TARGETS[1:])
    assert (status, out, err.partition(",")[0]) == (2, "", said)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--horizon", "0"), "--horizon: found 0; allowed: a whole number from 1 to 200"),
        (("--quantiles", "a"), "--quantiles: found a; allowed: numbers between 0 and 1"),
        (("--support", "5,1"), "--support: found 5,1; allowed: two numbers"),
        (("--support", "5"), "--support: found 5; allowed: two numbers"),
        (("--support", "0,x"), "--support: found 0,x; allowed: two numbers"),
        (("--how", "mean"), "--how needs --to year"),
        (("--to", "year", "--scale", "log"), "--scale: found log; allowed: auto with --to year"),
        (("--support", "55,inf"), "series.csv: row 12: y of series b is 52, outside the support"),
    ],
)
def test_a_wrong_option_is_named_as_it_is_typed(wrong, arguments, says):
    assert wrong("series.csv", *TWO, *arguments).startswith(f"bcforecast: {says}")


def test_a_name_that_looks_like_a_formula_is_none_in_a_csv(forecast):
    rows = "".join(f"=1+1,{year},{year - 2000}\n" for year in range(2012, 2020))
    Path("named.csv").write_bytes(HEADER + rows.encode())
    for out in ("out.csv", "out.parquet"):
        assert forecast("named.csv", "--horizon", "1", "-o", out)[0] == 0
    assert pd.read_csv("out.csv")["unique_id"].tolist() == ["'=1+1"]
    assert pd.read_parquet("out.parquet")["unique_id"].tolist() == ["=1+1"]


def test_a_figure_far_from_all_others_is_told_by_its_row_and_forecast_as_it_is(forecast):
    rows = ["a,2015,10", "a,2016,12", "", "a,2017,14000", "a,2018,15", "b,2017,3", "b,2018,14000"]
    rows += ["c,2015,3", "c,2016,5", "a,2019,11", "c,2017,0.001"]
    tabs = "\n".join(["unique_id,ds,y", *rows]).replace(",", "\t")
    Path("slip.csv").write_text(tabs, encoding="utf-8")
    *_, told = forecast("slip.csv", *TWO)
    assert told.count("Warning") == 2, "of two figures neither is the odd one"
    assert "slip.csv, row 12 (2017): 0.001; the other figures of the series lie between 3 a" in told
    assert (
        "slip.csv, row 5 (2017): 14,000; the other figures of the series lie between 10 and" in told
    )
    assert Path("out.csv").is_file()


def test_months_quarters_and_years_are_forecast_by_year(told):
    years = [f"a,{year},{100 + 4 * (year - 2015)}" for year in range(2015, 2020)]
    quarters = [f"a,2020Q{q},30" for q in (1, 2, 3, 4)]
    Path("goals.csv").write_text(
        "unique_id,h,comparator,target\na,1,at_least,77\na,2,at_least,500\n", encoding="utf-8"
    )
    rows = [*years, *quarters, *(f"a,2021-0{m},11" for m in range(1, 8))]
    told(rows, "--to", "year", "--how", "sum", "--targets", "goals.csv")
    found = pd.read_csv("out.csv")
    assert found["year"].tolist() == [2021, 2022]
    assert found["q0.025"][0] >= 77
    goals = pd.read_csv("out.targets.csv")
    assert goals["year"].tolist() == [2021, 2022]
    assert goals["probability"][0] == 1.0
    assert goals["probability"][1] < 0.01


def test_a_year_that_is_not_the_sum_of_its_months_is_taken_and_told(told):
    quarters = [f"a,{y}Q{q},30.1" for y in (2018, 2019, 2020) for q in (1, 2, 3, 4)]
    count, said = told(["a,2017,100", "a,2018,120", "a,2019,122", *quarters], "--to", "year")
    assert "row 4 (2019): differs by 1.6 from 120.4, the sum of 4 figures within the year" in said
    assert count == 1, "what rounding can do is not told"
    whole = pd.DataFrame({"unique_id": "a", "ds": range(2017, 2021), "y": [100, 120, 122, 120.4]})
    taken = forecast_panel(whole, 2)["mean"].to_numpy()
    assert pd.read_csv("out.csv")["mean"].to_numpy() == pytest.approx(taken)


@pytest.mark.parametrize(
    ("how", "years", "said"),
    [
        ("last", (30, 360), "differs by 320 from 40, the last figure within the year"),
        ("mean", (39, 42), "lies outside the range of the 4 figures within the year, by 2"),
    ],
)
def test_a_year_that_its_quarters_cannot_make_is_told(told, how, years, said):
    quarters = [f"a,2018Q{q},30" for q in (1, 2, 3, 4)]
    quarters += [f"a,2019Q{q},{value}" for q, value in enumerate((20, 21, 22, 40), start=1)]
    rows = ["a,2017,30", *(f"a,{2018 + n},{y}" for n, y in enumerate(years))]
    if how == "mean":
        rows[1] = "a,2018,30.4"  # rounded quarters can be its own
    count, words = told([*rows, *quarters], "--to", "year", "--how", how)
    assert (count, f"row 4 (2019): {said}" in words) == (1, True)


def test_what_a_quarter_or_an_incomplete_year_leaves_out_is_told(told, wrong):
    months = [f"a,{y}-{m:02},10" for y in (2018, 2019, 2020) for m in range(1, 13)]
    rows = [*months, "a,2020Q1,1", "a,2017-05,3", "a,2021-01,4", "a,2021-03,4"]
    count, said = told(rows, "--to", "year")
    for one in (
        "row 38 (2020Q1): differs by 29 from 30, the sum of 3 figures within the year",
        "row 39 (2017-05): not used: not all months of 2017 are in the table",
        "row 41 (2021-03): not used: not all months of 2021 are in the table",
    ):
        assert one in said
    assert count == 3
    assert "--to year" in wrong("told.csv", *TWO)


@pytest.mark.parametrize("head", ["kinds", "knd", "reference clas"])
def test_a_column_of_targets_that_is_a_letter_from_a_known_one_is_refused(head):
    series = pd.DataFrame({"unique_id": "a", "ds": range(2017, 2021), "y": [10, 11, 12, 13]})
    one = {"Unique ID": ["a"], "H": [1], "comparator": ["at_least"], "Target ": [13.5]}
    known = forecast_panel(series, 1, targets=pd.DataFrame({**one, "Kind": ["money"]})).targets
    assert known["kind"].tolist() == ["money"]
    with pytest.raises(errors.BcforecastError, match=f'column "{head}" is not known; is it'):
        forecast_panel(series, 1, targets=pd.DataFrame({**one, head: ["money"]}))


def test_a_gap_longer_than_all_the_rest_of_a_series_is_told(told):
    rows = [f"a,{y},{100 + n}" for n, y in enumerate((2010, 2011, 2012, 2013, 2014, 2105, 2016))]
    said = "row 7 (2105): the gap from 2016 to 2105 is longer than all the rest"
    assert said in told(rows)[1]
    assert "gap" not in told([*rows[:5], rows[6]])[1]
