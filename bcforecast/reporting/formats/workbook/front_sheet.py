"""Writes the first sheet: title, what the report is of, the goals, the grades, notes."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from bcforecast.messages import Language
from bcforecast.reporting.display import display_width
from bcforecast.reporting.formats.workbook.style import POINTS_A_LINE, Style
from bcforecast.reporting.formats.workbook.summary import Summary
from bcforecast.reporting.formats.workbook.writing import (
    A4,
    print_setup,
    set_widths,
    write_cell,
    write_table,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_BODY: Final = 10
_POINTS_A_LINE: Final = 1.6
"""Height of a line to the size of its font."""


def write_summary(
    book: Workbook, name: str, found: Summary, style: Style, *, lang: Language
) -> None:
    """Add the first sheet."""
    page = book.add_worksheet(name)
    page.hide_gridlines(2)
    widths = set_widths(page, found.goals, lang=lang)
    lines = _Lines(page, last=len(widths) - 1, digits=sum(widths))
    row = lines.write(0, found.kicker, style.quiet)
    row = lines.write(row, found.title, style.title(16), size=16)
    row = lines.write(row, found.subtitle, style.quiet) + 1
    for label, value in found.named:
        write_cell(page, row, 0, label, style.quiet)
        write_cell(page, row, 2, value, style.of())
        row += 1
    row = lines.write(row + 1, found.goals.name, style.title(12), size=12)
    end = write_table(page, found.goals, style, widths, top=row)
    row = lines.write(end + 1, found.grades.name, style.title(12), size=12)
    for grade, meaning in found.grades.rows:
        write_cell(page, row, 0, grade, style.cell("grade", grade))
        write_cell(page, row, 1, meaning, style.of(indent=1))
        page.set_row(row, POINTS_A_LINE)
        row += 1
    row += 1
    for note in found.notes:
        row = lines.write(row, note, style.of(**_NOTE))
    print_setup(page, found.kicker, lang=lang, paper=A4)


_NOTE: Final = {"text_wrap": True, "valign": "top", "font_size": 9}


class _Lines:
    """Writes texts across all columns, in as many lines as they need.

    Parameters
    ----------
    page, last, digits
        Where; the last column; the width of all columns together.
    """

    def __init__(self, page: Worksheet, *, last: int, digits: int) -> None:
        self._page, self._last, self._digits = page, last, digits

    def write(self, row: int, words: str, look: Format, *, size: int = _BODY) -> int:
        """Write one text in row `row`; return the next row."""
        needed = display_width(words) * size / _BODY
        count = max(1, ceil(needed / (0.9 * self._digits)))
        self._page.set_row(row, count * size * _POINTS_A_LINE)
        self._page.merge_range(row, 0, row, self._last, "", look)
        write_cell(self._page, row, 0, words, look)
        return row + 1
