"""The report as data: chapters, paragraphs, tables and pictures, from which every format is made.

A document is in one language and holds no number of its own: its texts were written from the
result document (`bcforecast.reporting.facts`), which it carries. Numbers in it name the
observation or the function that they come from.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from bcforecast.messages import Language
from bcforecast.reporting.display import Kind
from bcforecast.reporting.facts import Fact, Facts

SCHEMA: Final = "bcforecast-report/1"


class Span(Fact):
    """A run of text.

    Parameters
    ----------
    text
        As it is read; never markup.
    strong
        Whether it is set in bold.
    link
        `#anchor` of a place in the document, a web address, or None.
    """

    text: str
    strong: bool = False
    link: str | None = None


Spans = tuple[Span, ...]


class Heading(Fact):
    """A heading; level 1 is a chapter, 2 a goal or a part of a chapter, 3 a part of that.

    `new_page` asks formats with pages to start one.
    """

    kind: Literal["heading"] = "heading"
    level: Literal[1, 2, 3]
    text: str
    anchor: str
    new_page: bool = False


class Paragraph(Fact):
    """A paragraph; `small` for notes below tables and the like."""

    kind: Literal["paragraph"] = "paragraph"
    spans: Spans
    small: bool = False


class Bullets(Fact):
    """A list of items without numbers."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[Spans, ...]


class Quotation(Fact):
    """Words of the plan itself."""

    kind: Literal["quotation"] = "quotation"
    paragraphs: tuple[Spans, ...]


class TableBlock(Fact):
    """A table of finished texts.

    Parameters
    ----------
    number
        From 1 on, in the order of the document.
    caption, note
        Above it and below it; the note may be empty.
    columns, kinds
        Heads, and how each column is set.
    rows
        A tuple of cells a row; the first cell names the row.
    anchors
        By row, where links to it point; empty for none.
    """

    kind: Literal["table"] = "table"
    number: int = 0
    caption: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Spans, ...], ...]
    anchors: tuple[str, ...] = ()
    note: str = ""


class PictureBlock(Fact):
    """A picture in a file of its own.

    Parameters
    ----------
    number
        From 1 on, in the order of the document.
    file
        PNG in the folder of the report, such as `charts/plan-1.png`.
    caption, alt
        Below it; and what it says, for a reader who cannot see it.
    width, height
        In CSS pixels of 1/96 inch.
    """

    kind: Literal["picture"] = "picture"
    number: int = 0
    file: str
    caption: str
    alt: str
    width: int
    height: int


class Printed(Fact):
    """What a cell printed that is none of the other kinds, as it stands."""

    kind: Literal["printed"] = "printed"
    text: str


class Code(Fact):
    """The source of a cell; shown by the page on demand, left out by the other formats."""

    kind: Literal["code"] = "code"
    source: str


Block = Annotated[
    Heading | Paragraph | Bullets | Quotation | TableBlock | PictureBlock | Printed | Code,
    Field(discriminator="kind"),
]


class Front(Fact):
    """The title page.

    Parameters
    ----------
    kicker, title, subtitle
        Kind of document, the plan's title, and who issued it when.
    facts
        Names and values below the title: as-of date, scenario, number of goals.
    legend
        What the evidence grades mean.
    footer
        What the report was made with.
    """

    kicker: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    legend: TableBlock
    footer: str


class Document(Fact):
    """A report in one language, with the result that it was written from."""

    document: str = SCHEMA
    lang: Language
    name: str
    front: Front
    blocks: tuple[Block, ...]
    result: Facts

    @property
    def tables(self) -> tuple[TableBlock, ...]:
        """The tables of the body, in order."""
        return tuple(block for block in self.blocks if isinstance(block, TableBlock))

    @property
    def pictures(self) -> tuple[PictureBlock, ...]:
        """The pictures of the body, in order."""
        return tuple(block for block in self.blocks if isinstance(block, PictureBlock))


def plain_text(spans: Spans) -> str:
    """Return the words of spans without their style.

    Examples
    --------
    >>> plain_text((Span(text="73%", strong=True), Span(text=" (likely)")))
    '73% (likely)'
    """
    return "".join(span.text for span in spans)
