"""The workbook to fill in: sheets of goals, figures, sources, judgements, delivery of measures.

Heads are locked, what is filled in is not; lists and limits of cells are checked by the spreadsheet
as they are by us. There are no formulas and no macros, and the same plan gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from bcforecast.cells import CLASSES, EXAMPLE
from bcforecast.plan.goals import COMPARISONS, LARGEST, Plan
from bcforecast.text import Language, has_text, text, unit_of, units

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ROWS: Final = 200
"""Rows below the heads that can be filled in."""

_YEARS_BEFORE: Final = 10
"""Years before the plan for which there is a column."""

_MADE: Final = datetime(2026, 1, 1)
"""Stated as the date of making, whenever it is: the same bytes each time."""

_BLANK_SPAN: Final = (2015, 2030)
"""Years of the sheets of a workbook without a plan; heads may be changed."""


@dataclass(frozen=True)
class _Formats:
    """How cells are set: title, note, head (locked), cell to fill in, example, code."""

    title: Format
    note: Format
    head: Format
    open: Format
    example: Format
    locked: Format


def template_bytes(
    plan: Plan | None, *, lang: Language, flows: Sequence[tuple[str, str, str]] = ()
) -> bytes:
    """Return the workbook (.xlsx) in which a plan's figures, or a new plan's goals, are filled in.

    Parameters
    ----------
    plan
        Its goals and indicators stand in the sheets; None leaves them blank, to begin a plan.
    lang
        Language of the sheets.
    flows
        Yearly counts behind the plan's structures: identifier, unit, measure; with any, there is
        a sheet for them.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    title = text("template.title", lang) if plan is None else plan.name(lang)
    book.set_properties({"title": title, "created": _MADE})
    formats = _formats(book, lang)
    _goals(_sheet(book, "goals", title, formats, lang), plan, formats, lang)
    first, last = _BLANK_SPAN if plan is None else (plan.span.first, plan.span.last)
    start = first if plan is None else first - _YEARS_BEFORE
    years = [str(year) for year in range(start, last + 1)]
    months = [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]
    rows = [] if plan is None else [
        [one.id, one.name(lang), _given(one.unit, lang)] for one in plan.indicators
    ]  # fmt: skip
    about = ["code", "indicator", "unit"]
    _figures(_sheet(book, "figures", title, formats, lang), about, rows, years, formats, lang)
    _figures(_sheet(book, "months", title, formats, lang), about, rows, months, formats, lang)
    if flows and plan is not None:
        sheet, about = (
            _sheet(book, "flows", title, formats, lang),
            ["code", "area", "unit", "measure"],
        )
        counts = [[one, plan.area, unit, measure] for one, unit, measure in flows]
        _figures(sheet, about, counts, years, formats, lang)
    _sources(_sheet(book, "sources", title, formats, lang), formats, lang)
    _judgements(_sheet(book, "judgements", title, formats, lang), plan, formats, lang)
    if plan is not None and plan.measures:
        _delivery(_sheet(book, "delivery", title, formats, lang), plan, formats, lang)
    book.close()
    return buffer.getvalue()


def _given(unit: str, lang: Language) -> str:
    """Return what the unit is called in which figures are written down."""
    return unit_of(unit).names.render(lang)


def _formats(book: Workbook, lang: Language) -> _Formats:
    font = text("language.workbook_font", lang)
    plain = {"font_name": font, "font_size": 10, "valign": "vcenter"}
    edge = {"border": 1, "border_color": "#BFBFBF"}
    head = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True}
    return _Formats(
        title=book.add_format({**plain, "bold": True, "font_size": 14}),
        note=book.add_format(
            {**plain, "text_wrap": True, "valign": "top", "font_color": "#404040"}
        ),
        head=book.add_format({**plain, **edge, **head}),
        open=book.add_format({**plain, **edge, "locked": False}),
        example=book.add_format({**plain, **edge, "italic": True, "font_color": "#7F7F7F"}),
        locked=book.add_format({**plain, **edge, "bg_color": "#F2F2F2"}),
    )


_HEAD_ROW: Final = 3
"""Row of the heads, from 0; above it stand title and note."""


def _sheet(book: Workbook, name: str, title: str, formats: _Formats, lang: Language) -> Worksheet:
    """Return a new sheet with its title and how it is filled in."""
    sheet = book.add_worksheet(text(f"template.sheet_{name}", lang))
    sheet.write_string(0, 0, f"{title} · {text(f'template.sheet_{name}', lang)}", formats.title)
    sheet.merge_range(1, 0, 1, 7, text(f"template.note_{name}", lang), formats.note)
    sheet.set_row(1, 48)
    sheet.set_row(_HEAD_ROW, 30)
    sheet.freeze_panes(_HEAD_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    if name != "months":
        sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    allowed = {"format_columns": True, "format_rows": True, "format_cells": True}
    # Protected without a password: heads are kept from slips, not from their owner.
    sheet.protect("", allowed)
    return sheet


def _table(
    sheet: Worksheet,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    formats: _Formats,
    *,
    locked: int = 0,
) -> None:
    """Write heads, an example, rows whose first `locked` cells stay, and cells to fill in."""
    for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(_HEAD_ROW, place, head, formats.head)
        sheet.set_column(place, place, width)
    for n in range(_ROWS):
        cells = rows[n] if n < len(rows) else ()
        for place in range(len(heads)):
            given = cells[place] if place < len(cells) else ""
            kind = formats.open
            if n == 0:
                kind = formats.example
            elif given and place < locked:
                kind = formats.locked
            # A code such as 2.10 is no number.
            cell = given if place < locked else _as_number(given)
            sheet.write(_HEAD_ROW + 1 + n, place, cell, kind)


def _as_number(given: str) -> float | str:
    """Return a cell as the number that it is, which a spreadsheet can then count with."""
    return float(given) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", given) else given


def _columns(names: Sequence[str], lang: Language) -> list[str]:
    return [text(f"template.column_{name}", lang) for name in names]


def _comparators(lang: Language) -> dict[str, str]:
    return {
        one: text(f"template.comparator_{one}", lang)
        for one in COMPARISONS
        if has_text(f"template.comparator_{one}")
    }


def _goals(sheet: Worksheet, plan: Plan | None, formats: _Formats, lang: Language) -> None:
    heads = ["code", "indicator", "unit", "comparator", "target", "due"]
    words = _comparators(lang)
    example = [EXAMPLE, text("template.example_name", lang), text("template.example_unit", lang)]
    rows = [[*example, words["more_than"], "530", "2030"]]
    pairs = [] if plan is None else [(goal, plan.indicator_of(goal)) for goal in plan.goals]
    for goal, indicator in pairs:
        name, unit = goal.called(indicator).render(lang), _given(indicator.unit, lang)
        comparator = words.get(goal.comparator, goal.comparator)
        target = f"{goal.target:.15g}"
        if goal.comparator == "between":
            target = f"{target}-{goal.upper:.15g}"
        rows.append([goal.id, name, unit, comparator, target, goal.due.isoformat()])
    _table(sheet, _columns(heads, lang), rows, (26, 44, 16, 18, 14, 14), formats)
    _choices(sheet, 3, list(words.values()), lang)
    _choices(sheet, 2, sorted({_given(unit, lang) for unit in units()}), lang, strict=False)


def _figures(
    sheet: Worksheet,
    about: Sequence[str],
    rows: Sequence[Sequence[str]],
    periods: Sequence[str],
    formats: _Formats,
    lang: Language,
) -> None:
    heads = [*_columns([*about, "source", "published"], lang), *periods]
    first = len(about) + 2
    name, unit = text("template.example_name", lang), text("template.example_unit", lang)
    figures = ["498", text("template.example_bound", lang), text("template.example_about", lang)]
    shown = {"code": EXAMPLE, "indicator": name, "unit": unit, "area": "beichen", "measure": "flow"}
    example = [*(shown[column] for column in about), "own", "", *figures]
    widths = [*({"code": 24.0, "indicator": 36.0}.get(column, 12.0) for column in about), 12, 14]
    widths += [10.0] * len(periods)
    _table(sheet, heads, [example, *rows], widths, formats, locked=len(about))
    sheet.write_comment(_HEAD_ROW, first - 1, text("template.about_published", lang))
    rule = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": -LARGEST,
        "maximum": LARGEST,
        "error_type": "information",
        "error_title": text("template.look", lang),
        "error_message": text("template.look_figure", lang),
    }
    last_row, last_place = _HEAD_ROW + _ROWS, first + len(periods) - 1
    sheet.data_validation(_HEAD_ROW + 2, first, last_row, last_place, rule)


def _sources(sheet: Worksheet, formats: _Formats, lang: Language) -> None:
    heads = ["code", "title", "issuer", "published", "url", "verification"]
    title = text("template.example_source", lang)
    rows = [[EXAMPLE, title, text("template.example_issuer", lang), "2025-03-31", "", "official"]]
    _table(sheet, _columns(heads, lang), rows, (18, 50, 30, 14, 40, 14), formats)
    _choices(sheet, 5, ["official", "press", "copy", "compiled"], lang)


def _judgements(sheet: Worksheet, plan: Plan | None, formats: _Formats, lang: Language) -> None:
    heads = ["code", "due", "expert", "role", "q10", "q50", "q90", "elicited", "note"]
    expert, role = text("template.example_expert", lang), text("template.example_role", lang)
    rows = [[EXAMPLE, "2030-12-31", expert, role, "480", "520", "560", "2025-03-31", ""]]
    _table(sheet, _columns(heads, lang), rows, (24, 14, 18, 18, 12, 12, 12, 14, 30), formats)
    if plan is not None:
        _choices(sheet, 0, [one.id for one in plan.indicators], lang)


def _delivery(sheet: Worksheet, plan: Plan, formats: _Formats, lang: Language) -> None:
    heads = ["plan", "code", "task", "status", "date", "evidence", "source"]
    keys = (one.replace(" ", "_") for one in reversed(CLASSES))
    words = [text(f"delivery.status_{key}", lang) for key in keys]
    shown = text("template.example_evidence", lang)
    rows = [[plan.id, EXAMPLE, "", words[1], "2025-03-31", shown, "own"]]
    promises = (*plan.measures, *plan.safeguards)
    rows += [[plan.id, one.id, one.names.render(lang)] for one in promises]
    rows += [[plan.id, one.id, one.quote.render(lang)] for one in plan.qualitative_goals]
    _table(sheet, _columns(heads, lang), rows, (20, 14, 44, 18, 14, 50, 14), formats, locked=3)
    _choices(sheet, 3, words, lang)


def _choices(
    sheet: Worksheet, place: int, choices: Sequence[str], lang: Language, *, strict: bool = True
) -> None:
    """Offer a list in a column; a list that is too long for a cell of the format is not offered."""
    if len(",".join(choices)) > 255:
        return
    rule = {
        "validate": "list",
        "source": list(choices),
        "error_type": "stop" if strict else "information",
        "error_title": text("template.look", lang),
        "error_message": text("template.look_list", lang),
    }
    sheet.data_validation(_HEAD_ROW + 2, place, _HEAD_ROW + _ROWS, place, rule)
