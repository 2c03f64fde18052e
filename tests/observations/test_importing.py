"""Figures from workbooks into a data folder: what would change, then all of it or nothing."""

import csv
import itertools
import os
import re
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from bcforecast import errors
from bcforecast.observations.importing import import_file
from bcforecast.observations.reading import load_observations
from tests.words import WORDS


@pytest.fixture
def data(planned):
    (planned / "figures.csv").write_text("code,2020\nfirms,498\n", encoding="utf-8")
    return planned


@pytest.fixture
def book(tmp_path):
    """Write rows into the sheet of a workbook, and do more to it if asked."""

    def write(*rows, also=None, name="x.xlsx", **sheets):
        made = openpyxl.Workbook()
        made.active.title = "数据"
        for title, table in {"数据": rows, **sheets}.items():
            sheet = made[title] if title in made.sheetnames else made.create_sheet(title)
            for row in table:
                sheet.append(row)
        if also is not None:
            also(made["数据"])
        made.save(tmp_path / name)
        return tmp_path / name

    return write


def files(folder):
    kept = (p for p in folder.iterdir() if p.is_file() and p.suffix == ".csv")
    return {path.name: path.read_bytes() for path in kept}


def test_a_bound_that_may_itself_be_the_figure_is_written_as_one_reads_it(data, book):
    cells = ["1万以上", "突破1409563712345", "不超过15"]
    path = book(["指标", "2021", "2022", "2023"], ["高企", *cells])
    import_file(path, data)
    with (data / "observations.csv").open(encoding="utf-8", newline="") as file:
        written = {row["period"]: (row["lower"], row["upper"]) for row in csv.DictReader(file)}
    assert written == {"2021": ("≥10000", ""), "2022": ("1409563712345", ""), "2023": ("", "≤15")}
    assert [one.change for one in import_file(path, data).figures] == ["same"] * 3


@pytest.mark.parametrize("moved", [0.0, 1.5])
def test_a_final_figure_that_was_expected_is_a_row_of_its_own_the_same_or_not(data, book, moved):
    told = [
        ("2021年（预计）", 0, "new"),
        ("2021年（初步）", 1, "revised"),
        ("2021年", 2, "revised"),
    ]
    for head, n, change in (*told, ("2021年", 2, "same"), ("2021年（预计）", 2, "same")):
        (one,) = import_file(book(["指标", head], ["高企", 58.0 + n * moved]), data).figures
        assert one.change == change
    with (data / "observations.csv").open(encoding="utf-8") as file:
        told = [row["status"] for row in csv.DictReader(file) if row["period"] == "2021"]
    assert told == ["expected", "preliminary", "official"]


def test_what_is_new_and_the_same_is_told_and_only_what_is_new_is_added(data, book):
    path = book(
        ["说明：高企数"],
        [],
        ["指标", "2020年", 2021, "２０２２"],
        ["高企", 498, "５１０", "约1.2万家"],
    )
    found = import_file(path, data)
    assert [(one.place, one.change, one.figure.value) for one in found.figures] == [
        ("数据!B4", "same", 498), ("数据!C4", "new", 510), ("数据!D4", "new", 12000),
    ]  # fmt: skip
    with (data / "observations.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["period"], r["value"], r["status"], r["note"]) for r in rows] == [
        ("2021", "510", "official", ""), ("2022", "12000", "approximate", "约1.2万家"),
    ]  # fmt: skip
    assert len(load_observations(data).observations) == 3


@pytest.mark.parametrize("start", ["", "\n\n", ",,\n", "\ufeff"])
def test_rows_are_added_under_the_header_whatever_stands_before_it(data, book, start):
    import_file(book(["code", 2021], ["firms", 510]), data)
    path = data / "observations.csv"
    path.write_text(start + path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    import_file(book(["code", 2022], ["firms", 520]), data)
    values = [figure.value for figure in load_observations(data).observations]
    assert sorted(values) == [498, 510, 520]


def test_a_dry_run_writes_nothing_at_all(data, book):
    before = sorted(data.rglob("*"))
    assert len(import_file(book(["code", 2021], ["firms", 510]), data, dry_run=True).added) == 1
    assert sorted(data.rglob("*")) == before


def test_a_point_before_three_digits_is_asked_about_where_nothing_says_what_it_marks(data, book):
    path = book(["code", "2021", "2022"], ["firms", "3.500", None])
    (wrong,) = import_file(path, data).problems
    assert 'cell B2: found "3.500"' in wrong.render("en")
    assert "--decimal ," in wrong.render("en")
    (read,) = import_file(path, data, decimal=",", dry_run=True).figures
    assert read.figure.value == 3500
    said = book(["code", "2021", "2022"], ["firms", "3.500", "1.234,0"])
    read, _ = import_file(said, data, dry_run=True).figures
    assert read.figure.value == 3500


def test_a_revision_needs_its_day_and_is_a_new_row(data, book):
    path = book(["code", 2020], ["firms", 503])
    found = import_file(path, data)
    (problem,) = found.problems
    assert "cell B2" in problem.render("en")
    assert "found 503 enterprises, where the data folder has 498" in problem.render("en")
    assert "--published" in problem.render("en")
    assert not (data / "observations.csv").exists()
    (one,) = import_file(path, data, published=date(2022, 5, 1)).figures
    assert (one.change, one.before.value, one.figure.value) == ("revised", 498, 503)
    known = load_observations(data, as_of="2021-12-31").observations
    assert [figure.value for figure in known] == [498]
    assert sorted(figure.value for figure in load_observations(data).observations) == [498, 503]


def test_wrong_cells_are_told_by_sheet_and_cell_and_stop_all_unless_skipped(data, book):
    def also(sheet):
        sheet["D2"] = "=B2+1"
        sheet["B4"] = 7
        sheet.merge_cells("B4:C4")

    rows = ["code", 2021, 2022, 2023, 2024], ["firms", 510, "#DIV/0!", None, date(2024, 5, 1)]
    path = book(*rows, ["no_such", 5], ["share"], also=also)
    before = files(data)
    found = import_file(path, data)
    told = [problem.render("en") for problem in found.problems]
    cells = ("C2", "D2", "E2", "A3", "B4 (and C4; 2 in all)")
    for cell in cells:
        assert any(f"sheet 数据, cell {cell}: found " in one for one in told), cell
    assert len(told) == len(cells)
    assert "without a stored value" in next(one for one in told if "cell D2" in one)
    assert files(data) == before
    import_file(path, data, skip_bad=True)
    assert [f.value for f in load_observations(data).observations] == [510, 498]
    with pytest.raises(errors.ObservationError, match='数据, cell A2: found "�sm'):
        import_file(book(["code", 2021], ["\u202esmrif", 5]), data)


def test_formulas_count_by_their_stored_value(data, book, tmp_path):
    import zipfile

    path = book(["code", 2021], ["firms", "=500+10"])
    stored = tmp_path / "stored.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"<v></v>|<v />", b"<v>510</v>", old.read(name)))
    assert [one.figure.value for one in import_file(stored, data).added] == [510]


def test_what_is_hidden_is_left_out_and_said(data, book):
    def also(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    path = book(["code", 2021, 2022], ["firms", 510, 520], ["share", 3, 4], also=also)
    found = import_file(path, data)
    assert [one.figure.value for one in found.added] == [510]
    assert [note.render("en") for note in found.notes] == [
        "Sheet 数据: hidden rows and columns were left out: 3, C."
    ]


def test_a_percent_format_is_read_as_it_is_shown_and_a_merged_label_holds_for_its_rows(data, book):
    def also(sheet):
        sheet["C2"].number_format = "0.0%"
        sheet.merge_cells("A2:A3")

    path = book(
        ["code", "published", 2021],
        ["share", "2022-05-01", 0.025],
        [None, "2022-06-01", None],
        also=also,
    )
    assert [one.figure.value for one in import_file(path, data).added] == [2.5]


@pytest.mark.parametrize(("form", "value", "read"), WORDS["number_formats"])
def test_words_and_signs_of_a_number_format_are_part_of_the_figure(data, book, form, value, read):
    def also(sheet):
        sheet["B2"].number_format = form

    found = import_file(book(["code", 2021], ["firms", value], also=also), data, dry_run=True)
    shown = [(one.value, one.lower, one.upper) for one in (one.figure for one in found.added)]
    told = " ".join(str(one) for one in (shown or [("refused",)])[0])
    assert told.removesuffix(" nan nan") == read
    assert len(found.problems) == (read == "refused")


def test_a_figure_is_what_its_number_format_and_fonts_show_or_is_refused(data, book):
    forms = ['0.0"%"', '0.0"万"', "#,##0", '#,##0.0,,"M"', "0.0,"]
    raised, struck = InlineFont(vertAlign="superscript"), InlineFont(strike=True)

    def also(sheet):
        for cell, form in zip(sheet[2][1:], forms, strict=False):
            cell.number_format = form
        sheet["G2"].font = openpyxl.styles.Font(strike=True)
        sheet["H2"] = CellRichText("12.3", TextBlock(raised, "1)"))
        sheet["I2"] = CellRichText("~", TextBlock(struck, "9"), "8")
        for cell, form in {"J1": "yyyy", "C1": '"Jan-Sep "0', "D1": '0" Q1"'}.items():
            sheet[cell].number_format = form

    path = book(["code", *range(2011, 2019), date(2019, 12, 31)], ["firms", *(1.5,) * 9], also=also)
    found = import_file(path, data, skip_bad=True)
    assert [(str(one.figure.period), one.figure.value) for one in found.added] == [
        ("2012-01/2012-09", 15000), ("2013Q1", 1.5), ("2017", 12.3), ("2019", 1.5),
    ]  # fmt: skip
    told = [problem.render("en").partition("cell ")[2] for problem in found.problems]
    assert [one[:2] for one in told] == ["B2", "E2", "F2", "G2", "I2"]
    assert told[1].startswith("E2: found 1.5 with the number format #,##0.0,,")
    assert "struck out, ~98" in told[4]


MAY_HAVE_LOST = [
    ((2022.9, 2022.10, 2022.11), ""), (("2022.1",), ""), ((2022.1, 2022.2), "01 02"),
    (("2022.1", "2022.10"), "01 10"), ((2022.2, 2022.11, "2022-10"), "02 11 10"),
]  # fmt: skip


@pytest.mark.parametrize(("heads", "months"), MAY_HAVE_LOST)
def test_a_month_that_may_have_lost_its_nought_is_refused(data, book, heads, months):
    found = import_file(book(["code", *heads], ["firms", *(5 for _ in heads)]), data, dry_run=True)
    assert " ".join(str(one.figure.period)[5:] for one in found.figures if months) == months
    told = ['found "2022.1"; allowed: 2022-01 or 2022-10: a number 2022.10 loses'] * (not months)
    assert all(t in p.render("en") for t, p in zip(told, found.problems, strict=True))


def test_lines_above_say_units_and_a_second_table_has_its_own_heads(data, book):
    first = ["表1", None, "单位：家、%"], ["指标", 2018, 2019], ["高企", 5, 6]
    second = ["续表", "（单位：万元）"], ["指标", 2021, 2022], ["高企", 7, 8]
    found = import_file(book(*first), data, dry_run=True)
    assert [one.figure.value for one in found.added] == [5, 6]
    found = import_file(book(*first, *second), data, dry_run=True)
    (told,) = (problem.render("en") for problem in found.problems)
    assert 'cell A6: found "万元"; allowed: the unit of the indicator in the plan: enter' in told
    found = import_file(book(*first, second[0][:1], *second[1:]), data, dry_run=True)
    assert [str(one.figure.period) for one in found.figures] == ["2018", "2019", "2021", "2022"]


SIZED = [
    "(thousands)", "in thousands", "All figures in thousands", "Units: 1000s", "'000", "in Tsd.",
    "x 1000", "(millions)", "High-tech firms (thousand)",
    "GDP (billion EUR)", "Unit of measure: bn EUR", "GDP, bn EUR", "地区生产总值（万元）",
    "Percentage change on 2017", "Index (2015 = 100)", "Jobs in thousands of people",
]  # fmt: skip


@pytest.mark.parametrize("line", SIZED)
def test_a_scale_or_unit_in_a_title_a_note_below_or_a_sheets_name_is_heeded(data, book, line):
    table = [["code", "unit", 2018], ["firms", None, 5]]
    over, under = book([line], *table, name="o.xlsx"), book(*table, [line], name="u.xlsx")
    down = book([line], ["Year", "高企"], [2018, 5], name="d.xlsx")
    named = book(also=lambda sheet: sheet.append(["see"]), **{line.replace(":", ""): table})
    for path in (over, under, down, *[named][: ":" not in line]):
        (told,) = import_file(path, data).problems
        assert "allowed: the unit of the indicator in the plan: enterprises" in told.render("en")


@pytest.mark.parametrize("line", ["（万家）", "计量单位 万家", "单位：万家"])
def test_figures_below_a_multiple_of_the_unit_are_converted(data, book, line):
    (one,) = import_file(book([line], ["code", 2018], ["firms", 5]), data).figures
    assert (one.figure.value, one.figure.unit) == (50_000, "enterprises")


@pytest.mark.parametrize("line", ["Table 1 (b)", "（家）", "ALL", "Source: Bureau", "(2018-2020)"])
def test_a_line_that_says_no_other_unit_is_passed_over(data, book, line):
    path = book([line], ["code", 2018, 2019], ["firms", 5, None], ["stocked", None, None], [line])
    assert [one.figure.value for one in import_file(path, data).figures] == [5]


def test_a_sheet_whose_heads_are_not_read_is_told_and_quarters_by_name_are_read(data, book):
    later = [["Indicator", "Unit", "Q1 2026", "Apr 2026"], ["高企", "家", 5, 6]]
    other = [["Indicator", "Unit", "1st quarter"], ["高企", "家", 5]]
    goals = [["Indicator", "Unit", "Comparator", "Target"], ["高企", "家", "at least", 5]]
    path = book(["code", 2021], ["firms", 510], later=later, other=other, goals=goals)
    found = import_file(path, data, dry_run=True)
    assert [str(one.figure.period) for one in found.added] == ["2021", "2026Q1", "2026-04"]
    (told,) = found.notes
    assert told.render("en").startswith("Sheet other was not read: it has no row of heads")


@pytest.mark.parametrize(
    ("above", "right", "cell", "notes"),
    [
        (["Actual", "Actual", "Target"], 0, 'B1: found "Actual, Target"; allowed: one row of', 0),
        ([None, None, "目标"], 2, 'D1: found "目标"; allowed: one row of heads', 0),
        (["Year"] * 3, 3, "", 1), ([None, None, "单位：家"], 3, "", 0), (["Table 1"] * 3, 3, "", 0),
    ],
)  # fmt: skip
def test_what_stands_above_single_years_is_refused_or_told(data, book, above, right, cell, notes):
    first = [above[0] if above[0] == "Table 1" else None, *above]
    found = import_file(book(first, ["code", 2021, 2022, 2023], ["firms", 5, 6, 7]), data)
    told = [problem.render("en") for problem in found.problems]
    assert (len(told), len(found.notes), len(found.added)) == (bool(cell), notes, right)
    assert cell in "".join(told)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["code", 2021, None, 2022, None], [None, *["Men", "Women"] * 2]], 'B2: found "Men, W'),
        ([["code", *[2021, 2022] * 2], [None, "Q1", "Q1", "Q2", "Q2"]], 'B2: found "Q1, Q2"; all'),
        ([["code", 2021, 2022], ["code", "Actual", "Forecast"]], 'B2: found "Actual, Forecast"'),
        ([[None, "男", "男", "女", "女"], ["code", *[2021, 2022] * 2]], 'B1: found "男, 女"; allo'),
    ],
)
def test_two_rows_of_heads_are_told_in_one_sentence(data, book, rows, told):
    path = book(*rows, ["firms", 5, 6, 7, 8][: len(rows[0])], ["share", 1, 2, 3, 4][: len(rows[0])])
    found = import_file(path, data, skip_bad=True)
    (only,) = found.problems
    assert told in only.render("en")
    assert not found.added


def test_a_figure_under_no_head_is_refused_but_numbers_of_rows_are_none(data, book):
    heads, row = [None, "code", "source", 2021, None, None], [1, "firms", "own", 510, 520, "see 2"]
    (told,) = import_file(book(heads, row), data).problems
    assert 'cell E2: found "520"; allowed: a head that names the period' in told.render("en")


def test_a_point_that_may_mark_thousands_is_refused_of_what_is_counted(data):
    path = data / "x.csv"
    path.write_text("code;2021;2022\nfirms;1.234;12,5\nshare;1.234;5\n", encoding="utf-8")
    assert [one.figure.value for one in import_file(path, data, dry_run=True).added][:1] == [1234]
    alike = path.with_name("alike.csv")
    alike.write_text("code,2021,2022\nfirms,1.234,2.345\nfirms,3.456,4.567\n", encoding="utf-8")
    (told,) = import_file(alike, data, dry_run=True).problems
    assert 'cell B2 (and C2, B3, C3; 4 in all): found "1.234"' in told.render("en")
    rows = "area;code;2021\nhere;firms;1.234\nhere;share;1.234\nx\nhere;name;5\n"
    path.write_text(rows, encoding="utf-8")
    told, other = import_file(path, data, dry_run=True).problems
    assert 'B5: found "name"' in other.render("en")
    assert 'C2: found "1.234"; allowed: the number without the point' in told.render("en")


def test_a_point_that_may_mark_thousands_of_money_is_asked_about_at_import(data):
    plan = data / "plans/p.yaml"
    money = "  - {id: gdp, names: {en: GDP, zh: 生产总值}, unit: M EUR}"
    plan.write_text(f"{plan.read_text('utf-8').rstrip()}\n{money}\n", encoding="utf-8")
    path = data / "x.csv"
    path.write_text("indicator;2018\nGDP;4.500\n生产总值;4.250\n", encoding="utf-8")
    found = import_file(path, data, dry_run=True)
    (told,) = found.problems
    assert 'B2: found "4.500"; allowed: the number without the point' in told.render("en")
    assert [one.figure.value for one in found.figures] == [4.25]
    path.write_text("code;2018;2019\ngdp;4,500;5\nfirms;1,234;6\n", encoding="utf-8")
    (told,) = (found := import_file(path, data, dry_run=True)).problems
    assert 'B2: found "4,500"; allowed: the number without the comma' in told.render("en")
    assert [one.figure.value for one in found.figures] == [5, 1234, 6]
    assert len(import_file(path, data, dry_run=True, decimal=".").figures) == 4


def test_a_number_of_a_workbook_has_the_digits_that_a_spreadsheet_shows(data, book):
    path = book(["code", 2018, 2019], ["firms", 400.00000000000006, None], ["share", 0.1 + 0.2, 1])
    assert [one.figure.value for one in import_file(path, data).added] == [400.0, 0.3, 1.0]


def test_dates_as_heads_are_months_and_a_date_cell_is_a_day_of_publication(data, book):
    path = book(["code", "published", date(2024, 5, 1)], ["firms", date(2024, 6, 20), 40])
    (one,) = import_file(path, data).added
    assert (str(one.figure.period), str(one.figure.published)) == ("2024-05", "2024-06-20")
    ends = book(["code", date(2018, 12, 31), date(2019, 12, 31)], ["firms", 5, 6])
    assert [str(one.figure.period) for one in import_file(ends, data).added] == ["2018", "2019"]


def test_a_period_that_stands_twice_in_a_file_is_refused_with_both_cells(data, book):
    path = book(["code", 2021], ["firms", 510], ["firms", 511])
    (problem,) = import_file(path, data).problems
    assert "cell B3" in problem.render("en")
    assert "数据!B2" in problem.render("en")


def test_sources_and_judgements_come_with_the_figures(data, book):
    heads = ["code", "title", "issuer", "published", "url", "verification"]
    judged = ["code", "due", "expert", "role", "10%", "50%", "90%", "elicited"]
    path = book(
        ["code", "source", 2021], ["firms", "yearbook", 510],
        sources=[heads, ["yearbook", "Yearbook 2022", "Bureau", None, None, "official"]],
        judged=[judged, ["share", date(2030, 12, 31), "A", "head", 3, 4, 5, date(2024, 1, 1)]],
    )  # fmt: skip
    import_file(path, data)
    read = load_observations(data)
    assert {one.source for one in read.observations} == {"own", "yearbook"}
    before = files(data)
    assert import_file(path, data).added == []
    assert files(data) == before
    crossed = ["share", date(2030, 12, 31), "B", "head", 3, 3, 5, date(2024, 1, 1)]
    crossed = book(["code", 2021], ["firms", 510], judged=[judged, crossed])
    (problem,) = import_file(crossed, data).problems
    assert 'cell F2: found "3"; allowed: more than 3, the q10' in problem.render("en")


DAY = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("name", "heads", "rows", "told"),
    [
        ("delivery", ["code", "plan", "date", "status", "evidence", "source"],
         [["1.1", "p", DAY, status, "seen", "own"] for status in ("credible", "no plan")],
         "only once, and "),
        ("judged", ["code", "due", "expert", "role", "10%", "50%", "90%", "elicited"],
         [["share", date(2030, 12, 31), "A", "head", low, 4, 5, DAY] for low in (2, 3)],
         "only once, and "),
        ("sources", ["code", "title", "issuer", "verification"],
         [["new", title, "Bureau", "copy"] for title in "AB"], "(only once|as sources.csv has)"),
        ("wide", ["code", "area", "unit", "measure", "source", 2020, 2021],
         [["cars", "a", "cars", "stock", "own", 5], ["cars", "a", "%", "stock", "own", "", 6]],
         "cars"),
    ],
)  # fmt: skip
def test_no_import_leaves_a_folder_that_contradicts_itself(data, book, name, heads, rows, told):
    figures = ["code", 2021], ["firms", 510]
    assert not import_file(book(*figures, **{name: [heads, rows[0]]}), data).problems
    for both in ([heads, *rows], [heads, rows[1]]):
        problems = import_file(book(*figures, **{name: both}), data).problems
        assert re.search(f"allowed: {told}", problems[0].render("en"))
    load_observations(data)


def test_a_source_that_was_only_entered_is_named_by_the_sheet_and_no_other_is(data, book):
    listed = "source,title,issuer,published,url,verification\n"
    (data / "sources.csv").write_text(f"{listed}own,Figures of Kent,Kent,,,entered\n")
    heads, figures = ["code", "title", "issuer", "verification"], [["code", 2021], ["firms", 510]]
    path = book(*figures, sources=[heads, ["own", "Yearbook", None, "copy"]])
    assert not import_file(path, data).problems
    assert load_observations(data).dataset.sources["own"].title.render("en") == "Yearbook"
    before = files(data)
    assert not import_file(path, data).problems
    assert files(data) == before
    path = book(*figures, sources=[heads, ["own", "B", None, "copy"]])
    (problem,) = import_file(path, data).problems
    assert "as sources.csv has it (Yearbook)" in problem.render("en")


@pytest.mark.parametrize(
    ("day", "told"), [("31/03/2022", "here 2022-03-31"), ("03/04/2022", "a date such as")]
)
def test_a_source_with_a_wrong_field_is_one_error_and_its_figures_wait(data, book, day, told):
    heads = ["code", "title", "issuer", "published", "verification"]
    path = book(
        ["code", "source", 2021, 2022], ["firms", "yearbook", 510, 520], ["share", "own", 3, 4],
        sources=[heads, ["yearbook", "Y", "B", day, "copy"]],
    )  # fmt: skip
    (problem,) = import_file(path, data, skip_bad=True).problems
    assert f'sheet sources, cell D2: found "{day}"; allowed: ' in problem.render("en")
    assert told in problem.render("en")
    assert [f.value for f in load_observations(data).observations] == [3, 4, 498]


def test_what_is_wrong_in_the_label_of_a_row_is_told_once_by_its_own_cell(data, book):
    path = book(
        ["code", "source", "published", 2021, 2022],
        ["firms", "nope", None, "1:58", 520],
        ["share", "own", "soon", 3, 4],
        ["share", "Dept. of Water", None, 3, 4],
    )
    told = sorted(problem.render("en") for problem in import_file(path, data).problems)
    parts = [re.search("cell (.+): found .+; allowed: (.{13})", one).groups() for one in told]
    listed = "a code listed"
    assert parts == [
        ("B2", listed), ("B4", listed), ("C3", "a day such as"), ("D2", "one number, s"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        (["thing", 2021, 2022], "row 1 (thing, 2021, 2022) looks like its heads, but none of them"),
        (["指標名", "R3"], "row 1 (指標名, R3) looks like its heads, but none of them is a year"),
    ],
)
def test_where_there_is_no_table_it_is_said_what_the_nearest_row_lacks(data, book, heads, said):
    with pytest.raises(errors.ObservationError) as wrong:
        import_file(book(heads, ["firms", 5]), data)
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("heads", "row", "cell", "found"),
    [
        (["code", 2021, "note"], ["share", 5, "=A1"], "C2", "the formula =A1 without"),
        (["code", 2021, "source"], ["share", 5, "=A1"], "C2", "the formula =A1 without"),
        (["code", 2021, "=B1+1"], ["share", 5, 6], "C1", "the formula =B1+1 without"),
        (["code", 2021, "measure"], ["share", 5, "stock"], "C2", "“stock”; allowed: ratio, as the"),
    ],
)
def test_a_formula_for_a_text_and_another_measure_are_refused(data, book, heads, row, cell, found):
    (problem,) = import_file(book(heads, row), data).problems
    assert f"cell {cell}: found {found}" in problem.render("en").replace('"stock"', "“stock”")


@pytest.mark.parametrize("cell", ["24,850", "突破2万", -1, "110-120"])
def test_a_figure_outside_the_range_of_the_plan_is_refused(data, book, cell):
    (problem,) = import_file(book(["code", 2021, 2022], ["share", cell, 50]), data).problems
    said = f'cell B2: found "{cell}"; allowed: a number from 0 to 100, the range of share'
    assert problem.render("en").endswith(f"{said} (valid_range in the plan)")
    (same,) = import_file(book(["code", 2021], ["share", "突破90"]), data).figures
    assert same.figure.lower == 90


def test_two_imports_at_once_lose_nothing(data, book):
    paths = [book(["code", 2001 + n], ["firms", 100 + n], name=f"{n}.xlsx") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda path: import_file(path, data), paths))
    assert sorted(f.value for f in load_observations(data).observations) == [*range(100, 106), 498]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
@pytest.mark.parametrize("step", range(7))
def test_an_import_killed_at_any_step_harms_nothing_the_next_completes(data, book, step, tmp_path):
    heads = ["code", "title", "issuer", "published", "url", "verification"]
    yearbook = ["yearbook", "Yearbook 2022", "Bureau", None, None, "official"]
    path = book(["code", "source", 2021], ["firms", "yearbook", 510], sources=[heads, yearbook])
    whole = shutil.copytree(data, tmp_path / "whole")
    import_file(path, whole)
    pid = os.fork()
    if not pid:
        steps = itertools.count()

        def die(event, given):  # drafts are written and synced, then both are put in their places
            draft = event == "open" and ".bcforecast-" in str(given[0])
            if (draft or event == "os.rename") and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(die)
        import_file(path, data)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert len(load_observations(data).observations) == 1
    import_file(path, data)
    held = [{p.name: p.is_file() and p.read_bytes() for p in d.iterdir()} for d in (data, whole)]
    assert held[0] == held[1]


@pytest.mark.parametrize(("name", "raw"), [("x.xlsx", b"no workbook"), ("x.csv", b"a,b\n1,2\n")])
def test_a_file_that_is_no_table_is_refused(data, tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(errors.ObservationError, match=name):
        import_file(tmp_path / name, data)


@pytest.mark.parametrize("head", ["1998-99", "1998–99", "FY1999", "FY99", "1997-98,1998/1999"])
def test_a_fiscal_year_as_a_head_is_refused_with_the_form_that_works(data, tmp_path, head):
    (tmp_path / "w.csv").write_text(f"indicator,{head}\n\n高企,1{',2' * head.count(',')}\n")
    told = import_file(tmp_path / "w.csv", data).problems[-1].render("en")
    assert "1998-07/1999-06" in told
    assert f"cell {'BC'[head.count(',')]}1" in told


def test_what_is_wrong_is_told_by_its_own_cell_and_may_be_left_out_alone(data, tmp_path):
    (tmp_path / "w.csv").write_text("team,indicator,2021,2021-22\nA,高企,突破510,520\nA,高,1,\n")
    found = import_file(tmp_path / "w.csv", data, skip_bad=True)
    assert [(one.place, one.figure.lower) for one in found.added] == [("C2", 510)]
    assert [told.values["cell"] for told in found.problems] == ["D1", "B3"]


def test_a_table_with_a_period_a_row_is_read_as_its_other_way_about(data, book):
    table = [["表1 主要指标（单位：家）"], ["年份", "高企", "Stocked"]]
    table += [["2020年", 498, 7], ["2021年*", 510, None], ["注：*为快报数"]]
    found = import_file(book(*table), data)
    assert found.problems == []
    read = [(one.place, one.figure.indicator, one.figure.value) for one in found.figures]
    assert read == [("数据!B3", "firms", 498), ("数据!B4", "firms", 510), ("数据!C3", "stocked", 7)]


def test_of_a_table_with_a_period_a_row_what_is_wrong_is_told_by_its_cell(data, book):
    table = [
        ["", "Share", "High-tech firms"],
        ["", "%", "persons"],
        [2020, 2.5, 498],
        [2021, "x1", 7],
    ]
    said = [one.render("en") for one in import_file(book(*table), data, dry_run=True).problems]
    told = [one.partition(", cell ")[2].partition(";")[0] for one in said]
    assert told == ['B4: found "x1"', 'C2: found "persons"']


def test_columns_and_notes_that_are_not_read_are_named(data, book):
    path = book(
        ["指标", "位次", 2020, 2021, "变化", "2030年目标"],
        ["高企", 3, 498, 510, 12, 600],
        ["Stocked", None, 7, 8],
        ["注：2021年为快报数"],
    )
    columns, note = (one.render("en") for one in import_file(path, data, dry_run=True).notes)
    unread = "数据!B1 “位次”, 数据!E1 “变化”, 数据!F1 “2030年目标”"
    assert columns == f"Columns that were not read: {unread}."
    assert note.startswith("数据!A4 is not read: “注：2021年为快报数”")


@pytest.mark.parametrize(("head", "told", "wrong"), WORDS["other_columns"])
def test_a_column_that_says_of_what_else_a_row_is_is_refused(data, book, head, told, wrong):
    found = import_file(book(["code", head, 2018], ["firms", told, 5]), data)
    said = [one.render("en") for one in found.problems]
    assert [wrong in one and "cell B2: " in one for one in said] == [True] * bool(wrong)
    assert len(found.added) == (not wrong)


def test_rows_of_an_indicator_that_only_an_unread_column_tells_apart_are_refused(data, book):
    rows = ["firms", 1, "Old", 5, None], ["firms", 2, "New", None, 6]
    (told,) = import_file(book(["code", "No.", "Group", 2018, 2019], *rows), data).problems
    assert 'cell C3: found "New"; allowed: one row for an indicator, which stands in row 2' in (
        told.render("en")
    )


def test_a_revised_figure_is_known_no_sooner_than_the_latest_beside_it(data, book):
    heads = ["code", "2019 (revised)", 2020, "2021", "2022年（预计）"]
    found = import_file(book(heads, ["firms", 480, "495（修订数）", 510, 520]), data)
    read = [(str(one.figure.published), one.change, one.figure.status) for one in found.figures]
    assert read == [
        ("2022-03-31", "new", "official"), ("2022-03-31", "revised", "official"),
        ("2022-03-31", "new", "official"), ("2023-03-31", "new", "expected"),
    ]  # fmt: skip
    assert [one.figure.published_basis[:7] for one in found.figures] == ["assumed"] * 4
    stated = import_file(
        book(["code", "2018"], ["firms", "470 (r)"]), data, published=date(2022, 5, 1)
    )
    assert str(stated.figures[0].figure.published) == "2022-05-01"


def test_a_figure_that_is_less_firm_than_the_one_known_is_kept_and_told(data, book):
    path = book(["code", 2020], ["firms", "498（预计数）"])
    found = import_file(path, data)
    (one,), (note,) = found.figures, found.notes
    assert (one.change, one.figure.status, one.before.status) == ("revised", "expected", "official")
    assert "B2: 498 enterprises is expected here, but not in" in note.render("en")
    again = import_file(path, data)
    assert ([one.change for one in again.figures], again.notes) == (["same"], [])
    assert len(load_observations(data).observations) == 2


def test_editions_of_a_figure_in_one_file_are_rows_of_their_own(data, book):
    head = ["code", "status", "published", 2021]
    first = ["firms", "preliminary", "2022-01-31", 505]
    last = ["firms", "official", "2022-06-30", 510]
    path = book(head, last, first)
    found = import_file(path, data)
    told = [(one.change, one.figure.value, one.figure.status) for one in found.figures]
    assert told == [("new", 505, "preliminary"), ("revised", 510, "official")]
    assert [one.change for one in import_file(path, data).figures] == ["same", "same"]
    assert [one.change for one in import_file(book(head, first), data).figures] == ["same"]
    between = book(head, first, ["firms", "official", "2022-03-31", 507])
    (problem,) = import_file(between, data).problems
    assert "cell D3: found 507 enterprises" in problem.render("en")
    assert "has 510 enterprises, published 2022-06-30" in problem.render("en")
    later = book(head, ["firms", "preliminary", "2022-12-31", 520])
    (note,) = import_file(later, data).notes
    assert "520 enterprises is preliminary here, but not in" in note.render("en")


def test_about_a_figure_under_a_head_that_is_not_final_says_both(data, book):
    (one,) = import_file(book(["code", "2021 (p)"], ["firms", "about 510"]), data).figures
    assert one.figure.status == "preliminary"
    assert one.figure.note.render("en") == "about 510; 2021 (p)"


def test_cells_that_are_taken_as_blank_are_counted(data, book):
    rows = ["firms", "…", "—", 510], ["share", "-", None, 5]
    found = import_file(book(["code", 2019, 2020, 2021], *rows), data)
    (note,) = found.notes
    assert note.render("en") == 'Cells taken as blank: 3, the first 数据!B2 ("…").'


@pytest.mark.parametrize(("year", "head"), [("n/a", "Baseline n/a"), (None, "Baseline")])
def test_a_baseline_without_its_year_is_named_as_not_read(data, book, year, head):
    rows = ["firms", 510, 2019], ["share", 3.5, year], ["stocked", None, "n/a"]
    found = import_file(book(["code", "Baseline", "Baseline year"], *rows), data)
    assert [(str(one.figure.period), one.figure.value) for one in found.figures] == [("2019", 510)]
    (note,) = found.notes
    assert f"数据!B1 “{head}”" in note.render("en")


def test_a_day_that_has_not_come_is_refused_at_import(data, book):
    path = book(["code", "published", 2021], ["firms", "2027-02-28", 510])
    found = import_file(path, data, today=date(2026, 12, 1))
    assert 'cell B2: found "2027-02-28"; allowed: a day up to 2026-12-01' in (
        found.problems[0].render("en")
    )
    assert not (data / "observations.csv").exists()
    assert import_file(path, data, today=date(2027, 3, 1)).problems == []


def test_flags_beside_figures_and_in_heads_say_how_firm_they_are(data, book):
    heads = ["code", 2018, None, 2019, "Flag", "2023p", "2021 (revised)", "2022年预计"]
    rows = ["firms", 1, "p", 2, "(b)", 3, 4, 5], ["stocked", 1, "see", None, "c"]
    found = import_file(book(heads, *rows), data)
    (told,) = found.problems
    assert 'cell C3: found "see"; allowed: a flag such as p' in told.render("en")
    read = [(one.figure.status, one.figure.note.render("en")) for one in found.figures]
    assert read == [
        ("preliminary", "p"), ("official", "(b)"), ("preliminary", "2023p"),
        ("official", "2021 (revised)"), ("expected", "2022年预计"),
    ]  # fmt: skip
