"""What a cell of a notebook shows: blocks of a report, and results for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import east_asian_width

from bcforecast.reporting import document, facts, html, markdown
from bcforecast.text import LANGUAGES

RESULT_MIME = "application/vnd.bcforecast.result+json"
"""The MIME type of the cell that carries a notebook's result for other programs."""

BLOCK_MIME = "application/vnd.bcforecast.block+json"
"""The MIME type by which a cell gives what it shows as data, for the formats of a report."""

PANEL_MIME = "application/vnd.bcforecast.panel+html"
"""The MIME type by which a report is handed its live panel."""

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
"""The MIME type by which a running notebook shows an interactive panel."""

_NO_LANGUAGE = LANGUAGES[0]
"""What is written of blocks without numbers has no words but their own."""


@dataclass(frozen=True, repr=False)
class Section:
    """A piece of a report: blocks, one below the other; nothing where there is nothing to say."""

    blocks: tuple[document.Block, ...] = ()

    @property
    def tables(self) -> tuple[document.TableBlock, ...]:
        """Its tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, document.TableBlock))

    def __add__(self, other: Section) -> Section:
        return Section(self.blocks + other.blocks)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        # What has its default is left out, but for the kind by which a block is read back.
        data = [{"kind": b.kind, **b.model_dump(exclude_defaults=True)} for b in self.blocks]
        bundle: dict[str, object] = {BLOCK_MIME: {"blocks": data}, "text/plain": repr(self)}
        if self.tables:
            return bundle | {"text/html": self._repr_html_()}
        return bundle | {"text/markdown": repr(self)}

    def _repr_html_(self) -> str:
        return html.blocks_html(self.blocks, lang=_NO_LANGUAGE)

    def __repr__(self) -> str:
        return "\n\n".join(
            plain_table(block)
            if isinstance(block, document.TableBlock)
            else markdown.blocks_markdown((block,), lang=_NO_LANGUAGE)
            for block in self.blocks
        )


def paragraphs(*said: document.Spans) -> Section:
    """Return sentences one below the other; those that are empty are left out."""
    return Section(tuple(document.Paragraph(spans=spans) for spans in said if spans))


@dataclass(frozen=True)
class Result:
    """The result for other programs, as a cell that shows one line to a person."""

    data: facts.Fact | Mapping[str, object]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        data = self.data.model_dump(mode="json") if isinstance(self.data, facts.Fact) else self.data
        return {RESULT_MIME: facts.json_ready(data), "text/plain": RESULT_MIME}


def display_width(text: str) -> int:
    """Return how many columns of a terminal or of a sheet a text takes: two for a Chinese sign.

    Examples
    --------
    >>> display_width("530家")
    5
    """
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def plain_table(table: document.TableBlock) -> str:
    """Return a table as lines of text, columns aligned."""
    lines = [table.columns, *table.cells]
    widths = [max(map(display_width, column)) for column in zip(*lines, strict=True)]

    def padded(cell: str, width: int, kind: str) -> str:
        blanks = " " * (width - display_width(cell))
        return blanks + cell if kind == "number" else cell + blanks

    rows = ("  ".join(map(padded, line, widths, table.kinds)).rstrip() for line in lines)
    return "\n".join(filter(None, (table.caption, "\n".join(rows), table.note)))
