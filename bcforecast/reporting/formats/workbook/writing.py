"""Writes tables with XlsxWriter: every text as text, whatever it looks like."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from bcforecast.messages import Language, text
from bcforecast.reporting.formats.workbook.sheet import Cell, Figure, Kind, Sheet
from bcforecast.reporting.formats.workbook.style import (
    POINTS_A_LINE,
    Style,
    head_lines,
    row_lines,
    width,
)
from bcforecast.reporting.markup import is_web_address

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A3: Final = 8
A4: Final = 9

_HEAD_PADDING: Final = 4.0
_LONGEST_TEXT: Final = 32_767
_LONGEST_URL: Final = 2_000
_LONGEST_HEADER: Final = 120
_WIDE: Final = 170
"""From this many digits on, a sheet that is fitted to the width of A4 could not be read."""


def write_sheet(book: Workbook, sheet: Sheet, style: Style, *, lang: Language, title: str) -> None:
    """Add a sheet that is one table: heads frozen and with filters, ready to print.

    Parameters
    ----------
    title
        At the top of each printed page, on the left.
    """
    page = book.add_worksheet(sheet.name)
    widths = set_widths(page, sheet, lang=lang)
    write_table(page, sheet, style, widths, top=0)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    last = len(sheet.rows)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)
    codes = [i for i, column in enumerate(sheet.columns) if column.kind == "code"]
    if codes and last:
        page.ignore_errors({"number_stored_as_text": _ranges(codes, last)})
    page.set_landscape()
    print_setup(page, title, lang=lang, paper=A3 if sum(widths) > _WIDE else A4)


def set_widths(page: Worksheet, sheet: Sheet, *, lang: Language) -> list[int]:
    """Make the columns of a page as wide as those of `sheet` need, and return the widths."""
    widths = [
        width(column, (row[i] for row in sheet.rows), lang=lang)
        for i, column in enumerate(sheet.columns)
    ]
    for i, digits in enumerate(widths):
        page.set_column(i, i, digits)
    return widths


def write_table(page: Worksheet, sheet: Sheet, style: Style, widths: list[int], *, top: int) -> int:
    """Write heads and rows from row `top` on; return the row after the last."""
    page.set_row(top, POINTS_A_LINE * head_lines(sheet.columns, widths) + _HEAD_PADDING)
    for i, column in enumerate(sheet.columns):
        write_cell(page, top, i, column.head, style.head(column.kind))
    for row, cells in enumerate(sheet.rows, start=top + 1):
        page.set_row(row, POINTS_A_LINE * row_lines(cells, sheet.columns, widths))
        for i, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            write_cell(page, row, i, cell, style.cell(column.kind, cell), kind=column.kind)
    return top + 1 + len(sheet.rows)


def write_cell(
    page: Worksheet, row: int, column: int, cell: Cell, look: Format, *, kind: Kind = "text"
) -> None:
    """Write a cell as what it is: number, day, text or empty; never a formula.

    A text that is longer than a cell can hold ends in an ellipsis. Only web addresses in a column
    of addresses become links.
    """
    match cell:
        case None:
            page.write_blank(row, column, None, look)
        case Figure():
            page.write_number(row, column, cell.value, look)
        case int() | float():
            page.write_number(row, column, cell, look)
        case date():
            page.write_datetime(row, column, datetime.combine(cell, time()), look)
        case str():
            held = cell if len(cell) <= _LONGEST_TEXT else cell[: _LONGEST_TEXT - 1] + "…"
            if kind == "url" and _is_link(cell):
                page.write_url(row, column, cell, look, string=held)
            else:
                page.write_string(row, column, held, look)


def print_setup(page: Worksheet, title: str, *, lang: Language, paper: int) -> None:
    """Set a sheet for printing: as wide as the paper, its name and pages named."""
    page.set_paper(paper)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    # An ampersand in a header starts a code; two of them are one.
    named = title[:_LONGEST_HEADER].replace("&", "&&")
    page.set_header(f"&L{named}&R&A")
    page.set_footer(f"&C{text('sheets.page_of', lang, page='&P', pages='&N')}")


def _is_link(cell: str) -> bool:
    """Whether a text is a web address that a workbook can hold as a link."""
    plain = cell.isprintable() and not any(sign in cell for sign in ' <>"')
    return plain and len(cell) <= _LONGEST_URL and is_web_address(cell)


def _ranges(columns: list[int], last: int) -> str:
    from xlsxwriter.utility import xl_range

    return " ".join(xl_range(1, column, last, column) for column in columns)
