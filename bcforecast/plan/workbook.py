"""The workbook to fill in: sheets of goals, figures, sources, judgements, delivery of measures.

Heads are locked, what is filled in is not; lists and limits of cells are checked by the spreadsheet
as they are by us. There are no formulas and no macros, and the same plan gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from math import isclose
from typing import TYPE_CHECKING, Final, TypeAlias

from bcforecast.cells import CLASSES, EXAMPLE
from bcforecast.edge import LARGEST_FIGURE
from bcforecast.plan.fields import CHANGES, TOLERANCE
from bcforecast.plan.goals import COMPARISONS, Goal, Indicator, Plan
from bcforecast.plan.start import YEARS_BEFORE
from bcforecast.text import Language, text, unit_of, units

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_Texts: TypeAlias = Sequence[str]

_ROWS: Final = 200
"""Rows below the heads that can be filled in."""

_MADE: Final = datetime(2026, 1, 1)
"""Stated as the date of making, whenever it is: the same bytes each time."""

_BLANK_SPAN: Final = (2015, 2030)
"""Years of the sheets of a workbook without a plan; heads may be changed."""


_HEAD_ROW: Final = 3
"""Row of the heads, from 0; above it stand title and note."""


def template_bytes(
    plan: Plan | None, *, lang: Language, flows: Sequence[tuple[str, str, str]] = ()
) -> bytes:
    """Return the workbook (.xlsx) in which a plan's figures, or a new plan's goals, are filled in.

    Without a plan the sheets are blank, to begin one. With `flows`, the yearly counts behind the
    plan's structures (identifier, unit, measure), there is a sheet for them.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    title = text("template.title", lang) if plan is None else plan.name(lang)
    book.set_properties({"title": title, "created": _MADE})
    made = _Template(book, title, lang, _formats(book, lang))
    _goals(made, plan)
    first, last = _BLANK_SPAN if plan is None else (plan.span.first, plan.span.last)
    start = first if plan is None else first - YEARS_BEFORE
    years = [str(year) for year in range(start, last + 1)]
    months = [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]
    indicators = () if plan is None else plan.indicators
    rows = [[one.id, one.name(lang), _given(one.unit, lang)] for one in indicators]
    _figures(made, "figures", ["code", "indicator", "unit"], rows, years)
    _figures(made, "months", ["code", "indicator", "unit"], rows, months)
    if flows and plan is not None:
        counts = [[one, plan.area, unit, measure] for one, unit, measure in flows]
        _figures(made, "flows", ["code", "area", "unit", "measure"], counts, years)
    example = [EXAMPLE, made.word("example_source"), made.word("example_issuer"), "2025-03-31"]
    widths = {"code": 18, "title": 50, "issuer": 30, "published": 14, "url": 40, "verification": 14}
    kinds = {5: ["official", "press", "copy", "compiled"]}
    made.add("sources", widths, [[*example, "", "official"]], choices=kinds)
    example = [EXAMPLE, "2030-12-31", made.word("example_expert"), made.word("example_role")]
    widths = {"code": 24, "due": 14, "expert": 18, "role": 18, "q10": 12, "q50": 12, "q90": 12}
    widths |= {"elicited": 14, "note": 30}
    codes = {} if plan is None else {0: [one.id for one in indicators]}
    rows = [[*example, "480", "520", "560", "2025-03-31", ""]]
    made.add("judgements", widths, rows, choices=codes)
    if plan is not None and plan.measures:
        _delivery(made, plan)
    book.close()
    return buffer.getvalue()


def _given(unit: str, lang: Language) -> str:
    """Return what the unit is called in which figures are written down."""
    return unit_of(unit).names.render(lang)


def _formats(book: Workbook, lang: Language) -> Mapping[str, Format]:
    """Return how cells are set: title, note, head (locked), cell to fill in, example, code."""
    plain = {"font_name": text("language.workbook_font", lang), "font_size": 10}
    plain["valign"] = "vcenter"
    edge = {**plain, "border": 1, "border_color": "#BFBFBF"}
    head = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True}
    kinds = {
        "title": {**plain, "bold": True, "font_size": 14},
        "note": {**plain, "text_wrap": True, "valign": "top", "font_color": "#404040"},
        "head": {**edge, **head},
        "open": {**edge, "locked": False},
        "example": {**edge, "italic": True, "font_color": "#7F7F7F"},
        "locked": {**edge, "bg_color": "#F2F2F2"},
    }
    return {name: book.add_format(kind) for name, kind in kinds.items()}


@dataclass(frozen=True)
class _Template:
    """A workbook in the making."""

    book: Workbook
    title: str
    lang: Language
    formats: Mapping[str, Format]

    def word(self, name: str) -> str:
        """Return a text of the template."""
        return text(f"template.{name}", self.lang)

    def add(
        self,
        name: str,
        widths: Mapping[str, float],
        rows: Sequence[_Texts],
        *,
        periods: _Texts = (),
        locked: int = 0,
        choices: Mapping[int, _Texts] | None = None,
        loose: int | None = None,
        note: str = "",
    ) -> Worksheet:
        """Add a sheet: title, how it is filled in, heads, an example, rows, cells to fill in.

        Columns are named with their `widths`; the first `locked` cells of a row stay. In some a
        list of `choices` is offered, if a cell of the format can hold it; from that of the
        `loose` column one may depart.
        """
        sheet = self.book.add_worksheet(self.word(f"sheet_{name}"))
        formats = self.formats
        sheet.write_string(0, 0, f"{self.title} · {self.word(f'sheet_{name}')}", formats["title"])
        about = f"{self.word(f'note_{name}')} {note}".rstrip()
        sheet.merge_range(1, 0, 1, 7, about, formats["note"])
        sheet.set_row(1, 76 if name == "goals" else 48)
        sheet.set_row(_HEAD_ROW, 30)
        sheet.freeze_panes(_HEAD_ROW + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        if name != "months":
            sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        # Protected without a password: heads are kept from slips, not from their owner.
        sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
        heads = [(self.word(f"column_{one}"), width) for one, width in widths.items()]
        heads += [(period, 10.0) for period in periods]
        for place, (head, width) in enumerate(heads):
            sheet.write_string(_HEAD_ROW, place, head, formats["head"])
            sheet.set_column(place, place, width)
        for n in range(_ROWS):
            cells = rows[n] if n < len(rows) else ()
            for place in range(len(heads)):
                cell: str | float = cells[place] if place < len(cells) else ""
                kind = "example" if n == 0 else "locked" if cell and place < locked else "open"
                # A spreadsheet can count with numbers; a code such as 2.10 is none.
                if place >= locked and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(cell)):
                    cell = float(cell)
                sheet.write(_HEAD_ROW + 1 + n, place, cell, formats[kind])
        for place, listed in (choices or {}).items():
            if len(",".join(listed)) <= 255:
                kind = "information" if place == loose else "stop"
                rule = self.rule(kind, "look_list", validate="list", source=list(listed))
                sheet.data_validation(_HEAD_ROW + 2, place, _HEAD_ROW + _ROWS, place, rule)
        return sheet

    def rule(self, kind: str, said: str, **rule: object) -> dict[str, object]:
        """Return what a spreadsheet checks of a cell, and says of one that is not so."""
        told = {"error_title": self.word("look"), "error_message": self.word(said)}
        return {**rule, "error_type": kind, **told}


def _goals(made: _Template, plan: Plan | None) -> None:
    lang = made.lang
    words = {one: made.word(f"comparator_{one}") for one in (*COMPARISONS, *CHANGES)}
    example = [EXAMPLE, made.word("example_name"), made.word("example_unit")]
    rows = [[*example, words["more_than"], "530", "2030"]]
    kept = []
    pairs = [] if plan is None else [(goal, plan.indicator_of(goal)) for goal in plan.goals]
    for goal, indicator in pairs:
        unit, name = _given(indicator.unit, lang), indicator.name(lang)
        if said := _asked(goal, indicator, lang):
            rows.append([goal.id, name, unit, words[said[0]], *said[1:]])
        else:
            kept.append(goal.id)
    note = text("template.goals_kept", lang, goals=", ".join(kept)) if kept else ""
    widths = {"code": 26, "indicator": 44, "unit": 16, "comparator": 18, "target": 14, "due": 14}
    choices = {3: list(words.values()), 2: sorted({_given(unit, lang) for unit in units()})}
    made.add("goals", widths, rows, choices=choices, loose=2, note=note)


def _asked(goal: Goal, indicator: Indicator, lang: Language) -> tuple[str, str, str] | None:
    """Return comparator, target and due date as `init` reads them; None of what no row can say."""
    comparator, target, due = str(goal.comparator), f"{goal.target:.15g}", goal.due.isoformat()
    two_sided = COMPARISONS[goal.comparator].two_sided
    change, years, upper = goal.change, goal.years, goal.upper or 0.0
    if indicator.compared or (change is not None and two_sided):
        return None
    if goal.over is not None and len(years) > 1:
        if not due.endswith("-12-31"):
            return None
        due = f"{years[0]}/{years[-1]}"
        due = text("template.due_every", lang, years=due) if goal.over == "every" else due
    if change is not None and goal.yearly is None:
        for one, (asked, sign) in CHANGES.items():
            if asked == goal.comparator and change * sign > 0.0:
                comparator, change = one, change * sign
    if change is not None:
        form = "change" if goal.yearly is None else "yearly"
        size = f"{change if goal.yearly is None else goal.yearly:.15g}"
        target = text(f"template.target_{form}", lang, target=size, year=goal.base_year)
    elif comparator == "between":
        target = f"{target}-{upper:.15g}"
    elif two_sided and not isclose(upper - goal.target, TOLERANCE * abs(goal.target)):
        target = f"{target} ± {upper - goal.target:.12g}"
    return comparator, target, due


def _figures(
    made: _Template, name: str, about: _Texts, rows: Sequence[_Texts], periods: _Texts
) -> None:
    shown = {"code": EXAMPLE, "area": "beichen", "measure": "flow"}
    shown |= {"indicator": made.word("example_name"), "unit": made.word("example_unit")}
    figures = ["498", made.word("example_bound"), made.word("example_about")]
    example = [*(shown[column] for column in about), "own", "", *figures]
    widths = {column: {"code": 24.0, "indicator": 36.0}.get(column, 12.0) for column in about}
    widths |= {"source": 12, "published": 14}
    sheet = made.add(name, widths, [example, *rows], periods=periods, locked=len(about))
    sheet.write_comment(_HEAD_ROW, len(widths) - 1, made.word("about_published"))
    between = {"criteria": "between", "minimum": -LARGEST_FIGURE, "maximum": LARGEST_FIGURE}
    rule = made.rule("information", "look_figure", validate="decimal", **between)
    last = len(widths) + len(periods) - 1
    sheet.data_validation(_HEAD_ROW + 2, len(widths), _HEAD_ROW + _ROWS, last, rule)


def _delivery(made: _Template, plan: Plan) -> None:
    keys = (one.replace(" ", "_") for one in reversed(CLASSES))
    words = [text(f"delivery.status_{key}", made.lang) for key in keys]
    rows = [[plan.id, EXAMPLE, "", words[1], "2025-03-31", made.word("example_evidence"), "own"]]
    promises = (*plan.measures, *plan.safeguards)
    rows += [[plan.id, one.id, one.names.render(made.lang)] for one in promises]
    rows += [[plan.id, one.id, one.quote.render(made.lang)] for one in plan.qualitative_goals]
    widths = {"plan": 20, "code": 14, "task": 44, "status": 18, "date": 14}
    widths |= {"evidence": 50, "source": 14}
    made.add("delivery", widths, rows, locked=3, choices={3: words})
