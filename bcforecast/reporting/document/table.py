"""A table as a cell shows it, with its citations put into the cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bcforecast.reporting.display import Kind
from bcforecast.reporting.document.blocks import Span, Spans, TableBlock
from bcforecast.reporting.document.links import linked
from bcforecast.reporting.markup import is_web_address


def table_block(block: Mapping[str, Any]) -> TableBlock:
    """Return the block of a table that `Table.block` gave as data."""
    kinds, width = block["kinds"], len(block["columns"])
    cites = block["cites"] or [""] * width
    row_cites = block["row_cites"] or [""] * len(block["rows"])
    # A number in the name of a row ("lower end, 80%") belongs to the figures of the row.
    cites = [cites[0] or next(filter(None, cites), ""), *cites[1:]]
    return TableBlock(
        caption=block["caption"],
        columns=tuple(block["columns"]),
        kinds=tuple(kinds),
        rows=tuple(
            tuple(
                cell_spans(cell, kind, row_cite or cite)
                for cell, kind, cite in zip(row, kinds, cites, strict=True)
            )
            for row, row_cite in zip(block["rows"], row_cites, strict=True)
        ),
        anchors=tuple(block["anchors"]),
        note=block["note"],
    )


def cell_spans(cell: str, kind: Kind, cite: str = "") -> Spans:
    """Return a cell: sources and addresses as links, numbers as citations."""
    if kind == "source":
        return (Span(text=cell, link=f"#source-{cell}"),)
    if kind == "url" and is_web_address(cell):
        return (Span(text=cell, link=cell),)
    spans = (Span(text=cell),)
    return linked(spans, cite) if cite and kind not in ("grade", "source_id", "url") else spans
