"""What comes in from outside, and what goes out."""

import csv
import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcforecast import edge
from bcforecast.edge import csv_text, harmless
from bcforecast.errors import BcforecastError

# CSV that leaves the program holds no formula, and its numbers and texts read back.

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\n=1", "=", "-",
    "＝1+1", "＋1", "－1", "＠A",
    "=HYPERLINK(\"http://x\")", "-2+3+cmd|' /C calc'!A0", "+1e5x", "- 1",
)  # fmt: skip
NO_FORMULAS = ("a=1", "1-2", "north-west", "−5.0%", "'=1", "", " =1", "2021-12-31", "家", "–")
NUMBERS = ("-5", "+5", "-2.5", "-.5", "-1e-5", "+1E+05", "-3.")


@pytest.mark.parametrize("text", FORMULAS + NO_FORMULAS + NUMBERS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_no_other(text):
    assert harmless(text) == (f"'{text}" if text in FORMULAS else text)


def test_what_is_no_text_is_written_as_pandas_writes_it_and_no_carriage_return_starts_a_row():
    table = pd.DataFrame(
        {
            "gap": [-2.5, np.nan],
            "year": pd.array([-1, None], dtype="Int64"),
            "day": pd.to_datetime(["2021-12-31", "2022-12-31"]),
            "met": [True, False],
            "mixed": [-1.5, None],
        }
    ).astype({"mixed": object})
    assert csv_text(table) == table.to_csv(index=False, lineterminator="\n")
    assert csv_text(pd.DataFrame({"x": ["a\r=1+1", "\r\n=1"]})) == 'x\n"a\n=1+1"\n"\'\n=1"\n'


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_texts_of_every_kind_of_column_and_its_head_are_made_harmless(kind):
    table = pd.DataFrame({"=head": pd.Series(["=1+1", "a"], dtype=kind)})
    assert csv_text(table) == "'=head\n'=1+1\na\n"
    assert table.to_dict("list") == {"=head": ["=1+1", "a"]}, "the table itself is not changed"


@given(texts=st.lists(st.text(alphabet="=+-@\t\r\n1.e,\"'＝a家", max_size=6), max_size=5))
def test_no_cell_reads_as_a_formula_and_only_an_apostrophe_is_added(texts):
    read = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({"x": texts, "y": texts})))))
    assert len(read) == 1 + len(texts)
    lines = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    for text, (cell, other) in zip(lines, read[1:], strict=True):
        assert cell == other
        assert cell in (text, f"'{text}")
        starts = cell[:1] in tuple("=+-@\t\n＝")
        assert not starts or float(cell) is not None
        assert edge.unguarded(cell) == text or text[:1] == "'"


def test_a_row_of_more_cells_than_a_spreadsheet_has_is_refused_at_once(tmp_path):
    (tmp_path / "wide.csv").write_text("code,2021\n" + ",".join(["x"] * 100_000))
    with pytest.raises(BcforecastError, match="row 2: found 100000 cells; allowed: at most 16384"):
        edge.strict_rows(tmp_path / "wide.csv")


@pytest.mark.parametrize("given", ["99999999999999", "-1", "1e9", "today", "１", "7289654400"])
def test_a_day_of_making_that_cannot_be_stops_every_command_alike(given, run, monkeypatch):
    for command in (("goals", "--plan", "beichen-2020-2022"), ("report", "--list")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
        status, out, said = run(*command)
        assert (status, out) == (2, "")
        assert f"SOURCE_DATE_EPOCH is '{given}'; allowed: the day of making" in said
    assert edge.stated_day("1609459200") == date(2021, 1, 1)
    assert edge.stated_day("") is None
