"""Tables of a Word document: a head that is repeated, rows that are not broken, widths that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bcforecast.plotting.style import GRADE_COLOURS
from bcforecast.reporting.display import Kind
from bcforecast.reporting.document import Spans, TableBlock, plain_text
from bcforecast.reporting.formats.column_widths import Columns, fit_columns
from bcforecast.reporting.formats.word.elements import (
    Element,
    element,
    paragraph,
    resized,
    text_run,
)
from bcforecast.reporting.formats.word.text import Writer, shown

TEXT_WIDTH_TWIPS: Final = 9412
"""Twentieths of a point between the margins of the page."""

_SIZE_TWIPS: Final = 160
_HALF_POINTS: Final = 16
_PADDING_TWIPS: Final = 200
_SLACK: Final = 1.1
"""How much wider than ours the faces of the reader's machine may be."""

_SCRIPT_GAP_EM: Final = 0.25
"""What LibreOffice puts between Chinese and Latin letters, whatever the style says."""

_ROWS_TOGETHER: Final = 16
_SIDES: Final = {"number": "right", "grade": "center"}


def table(block: TableBlock, writer: Writer) -> Element:
    """Return the table itself, without caption and note."""
    columns = fit_columns(
        block,
        available_em=TEXT_WIDTH_TWIPS / _SIZE_TWIPS / _SLACK,
        padding_em=_PADDING_TWIPS / _SIZE_TWIPS / _SLACK,
        script_gap_em=_SCRIPT_GAP_EM,
    )
    rows = _Rows(block.kinds, _whole_widths(columns), round(_HALF_POINTS * columns.scale), writer)
    anchors = block.anchors or ("",) * len(block.rows)
    # Each row of a short table stays with the next.
    together = len(block.rows) - 1 if len(block.rows) <= _ROWS_TOGETHER else 0
    return element(
        "tbl",
        _properties(block),
        element("tblGrid", *(element("gridCol", w=width) for width in rows.widths)),
        rows.head(block.columns),
        *(
            rows.row(row, anchor, together=i < together)
            for i, (row, anchor) in enumerate(zip(block.rows, anchors, strict=True))
        ),
    )


def badge(grade: str) -> Element:
    """Return an evidence grade, white on its colour."""
    fill = GRADE_COLOURS[grade].lstrip("#").upper()
    return text_run(
        f"\N{NO-BREAK SPACE}{grade}\N{NO-BREAK SPACE}",
        element("b"),
        element("bCs"),
        element("color", val="FFFFFF"),
        element("shd", val="clear", color="auto", fill=fill),
    )


def _whole_widths(columns: Columns) -> list[int]:
    widths = [int(share * TEXT_WIDTH_TWIPS) for share in columns.shares]
    widths[-1] += TEXT_WIDTH_TWIPS - sum(widths)
    return widths


def _properties(block: TableBlock) -> Element:
    return element(
        "tblPr",
        element("tblStyle", val="ReportTable"),
        element("tblW", w=TEXT_WIDTH_TWIPS, type="dxa"),
        element("tblLayout", type="fixed"),
        element(
            "tblLook",
            val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1,
        ),
        element("tblCaption", val=shown(block.caption)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Rows:
    """Sets the rows of one table."""

    kinds: tuple[Kind, ...]
    widths: list[int]
    half_points: int
    writer: Writer

    def head(self, names: tuple[str, ...]) -> Element:
        cells = [self._cell(i, "TableHead", self.writer.said(name)) for i, name in enumerate(names)]
        return element("tr", element("trPr", element("cantSplit"), element("tblHeader")), *cells)

    def row(self, row: tuple[Spans, ...], anchor: str, *, together: bool) -> Element:
        contents = [self._content(i, spans) for i, spans in enumerate(row)]
        contents[0] = self.writer.marked(self.writer.place(anchor), *contents[0])
        cells = [
            self._cell(i, "TableText", *content, keep=together)
            for i, content in enumerate(contents)
        ]
        return element("tr", element("trPr", element("cantSplit")), *cells)

    def _content(self, column: int, spans: Spans) -> list[Element]:
        words = plain_text(spans)
        if self.kinds[column] == "grade" and words in GRADE_COLOURS:
            return [badge(words)]
        return self.writer.spans(spans)

    def _cell(self, column: int, style: str, *inside: Element, keep: bool = False) -> Element:
        kind = self.kinds[column]
        side = (element("jc", val=_SIDES[kind]),) if kind in _SIDES else ()
        together = (element("keepNext"),) if keep else ()
        if self.half_points < _HALF_POINTS:
            for run in (run for part in inside for run in part.iter("{*}r")):
                resized(run, self.half_points)
        return element(
            "tc",
            element("tcPr", element("tcW", w=self.widths[column], type="dxa")),
            paragraph(style, *inside, properties=(*together, *side)),
        )
