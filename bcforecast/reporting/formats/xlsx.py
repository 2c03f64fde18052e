"""The report as a workbook: numbers as numbers, days as days, every figure with its unit."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

from bcforecast.messages import text
from bcforecast.reporting.document import Document
from bcforecast.reporting.formats.workbook.figures import observations_sheet, sources_sheet
from bcforecast.reporting.formats.workbook.front_sheet import write_summary
from bcforecast.reporting.formats.workbook.goals import (
    forecasts_sheet,
    goals_sheet,
    outcomes_sheet,
)
from bcforecast.reporting.formats.workbook.style import FONTS, Style
from bcforecast.reporting.formats.workbook.summary import method_sheet, summary
from bcforecast.reporting.formats.workbook.together import joint_sheet, scenarios_sheet
from bcforecast.reporting.formats.workbook.writing import write_sheet

_SHEETS = (
    goals_sheet,
    forecasts_sheet,
    scenarios_sheet,
    joint_sheet,
    observations_sheet,
    outcomes_sheet,
    sources_sheet,
)


def xlsx_bytes(document: Document) -> bytes:
    """Return the report as an Office Open XML workbook; equal documents give equal bytes.

    The first sheet says in short what the report says; each of the others is one table with its
    heads in the first row, so that it can be filtered, sorted and read by other programs. There
    are no formulas and no macros: a text that looks like a formula stays a text. An empty cell is
    a number that is not known.

    Parameters
    ----------
    document
        A report in one language, whose words the workbook uses.
    """
    # XlsxWriter takes a while to import, and only this needs it.
    from xlsxwriter import Workbook

    lang, facts, front = document.lang, document.result, document.front
    buffer = BytesIO()
    font = {"font_name": FONTS[lang], "font_size": 10}
    with Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_format_properties": font,
        },
    ) as book:
        book.set_properties(
            {
                "title": front.title,
                "subject": front.kicker,
                "author": "bcforecast",
                "created": datetime.combine(facts.as_of, time()),
            }
        )
        style = Style(book, lang)
        name = text("sheets.name_summary", lang)
        write_summary(book, name, summary(document), style, lang=lang)
        for sheet in (*(make(facts, lang=lang) for make in _SHEETS), method_sheet(document)):
            write_sheet(book, sheet, style, lang=lang, title=front.title)
    return buffer.getvalue()
