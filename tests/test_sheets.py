"""Workbooks and tables as CSV, as they are opened."""

import re
import zipfile

import openpyxl
import pytest
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.formula import ArrayFormula

from bcforecast import edge, errors
from bcforecast.sheets import read_sheets
from bcforecast.text import Message


def test_of_a_table_with_semicolons_it_is_known_that_commas_mark_decimals(tmp_path, monkeypatch):
    (tmp_path / "s.csv").write_text("指标;令和元年\n高企;511,0\n", encoding="utf-8")
    whole = edge.read_bytes  # once: then it is gone
    once = lambda path, **how: (whole(path, **how), path.unlink())[0]  # noqa: E731
    monkeypatch.setattr(edge, "read_bytes", once)
    (sheet,) = read_sheets(tmp_path / "s.csv").sheets
    assert (sheet.rows[1][1][1], sheet.semicolons) == ("511,0", True)


def test_a_workbook_is_read_past_its_chart_sheets_and_says_why_it_is_none(tmp_path):
    file, book = tmp_path / "b.xlsx", openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = True, ArrayFormula("B1:B1", "=SUM(1,2)")
    book.create_chartsheet("Chart")  # without a chart
    book.save(file)
    ((_, (yes, formula)),) = read_sheets(file).sheets[0].rows
    assert (yes, formula.values) == (True, {"formula": "=SUM(1,2)"})
    with zipfile.ZipFile(file) as right, zipfile.ZipFile(tmp_path / "s.xlsx", "w") as strict:
        for name in right.namelist():
            ours = rb"schemas.openxmlformats.org/(spreadsheetml|officeDocument)/2006"
            strict.writestr(name, re.sub(ours, rb"purl.oclc.org/ooxml/\1", right.read(name)))
    with pytest.raises(errors.ObservationError, match="no workbook"):
        read_sheets(tmp_path / "s.xlsx")
    for far, kinds in (("A1048577", None), ("A1", "<x/>")):  # a row too many; no part is named
        with zipfile.ZipFile(file) as right, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as damaged:
            for name in right.namelist():
                raw = right.read(name).replace(b'"A1"', f'"{far}"'.encode())
                damaged.writestr(name, kinds or raw if name == "[Content_Types].xml" else raw)
        with pytest.raises(errors.ObservationError, match="no workbook"):
            read_sheets(tmp_path / "d.xlsx")
    with zipfile.ZipFile(file, "a") as parts, pytest.warns(UserWarning, match="Duplicate"):
        parts.writestr("xl/workbook.xml", "x")
    with pytest.raises(errors.ObservationError, match="no workbook"):
        read_sheets(file)
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(errors.ObservationError, match="protected by a password"):
        read_sheets(file)


@pytest.mark.parametrize(
    ("when", "form", "read"),
    [
        ({"type": "cellIs", "operator": "equal", "formula": ["0"]}, ";;;", ["!", "5"]),
        ({"type": "cellIs", "operator": "greaterThan", "formula": ["0"]}, ";;;", ["0", "!"]),
        ({"type": "cellIs", "operator": "between", "formula": ["4", "6"]}, '0"万"', ["0", "5万"]),
        ({"type": "cellIs", "operator": "notBetween", "formula": ["4", "6"]}, "0%", ["0%", "5"]),
        ({"type": "expression", "formula": ["A1=0"]}, ";;;", ["!", "!"]),
        ({"type": "expression", "formula": ["FALSE"]}, "0.0%", ["!", "!"]),
        ({"type": "expression", "formula": ["FALSE"]}, "#,##0.0", ["0", "5"]),
    ],
)
def test_what_a_condition_hides_or_scales_is_read_so_or_told(tmp_path, when, form, read):
    book, hiding = openpyxl.Workbook(), NumberFormat(numFmtId=200, formatCode=form)
    book.active.append([0, 5])
    rule = Rule(**when, dxf=DifferentialStyle(numFmt=hiding))
    book.active.conditional_formatting.add("A1:B1", rule)
    book.save(tmp_path / "b.xlsx")
    ((_, cells),) = read_sheets(tmp_path / "b.xlsx").sheets[0].rows
    assert ["!" if isinstance(one, Message) else str(one) for one in cells] == read


@pytest.mark.parametrize(
    ("sign", "read"), [("$", "$5"), ("R$", "R$5"), ("US$", "1900-01-05 00:00:00")]
)
def test_a_currency_without_quotes_in_a_number_format_makes_no_bare_number(tmp_path, sign, read):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1"].number_format = 5, f"{sign}#,##0_-"
    book.save(tmp_path / "b.xlsx")
    ((_, (cell,)),) = read_sheets(tmp_path / "b.xlsx").sheets[0].rows
    assert str(cell) == read, "which no unit but its own reads"
