"""The first pages of a Word document: the title page and the contents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcforecast.messages import text
from bcforecast.reporting.document import Document, Front, Heading
from bcforecast.reporting.formats.page_data import title_lines
from bcforecast.reporting.formats.word.elements import (
    Element,
    element,
    field_end,
    field_start,
    paragraph,
    text_run,
)
from bcforecast.reporting.formats.word.tables import table
from bcforecast.reporting.formats.word.text import Writer

_LEVELS: Final = 2
_CODE: Final = f'TOC \\o "1-{_LEVELS}" \\h \\z \\u'


def title_page(front: Front, writer: Writer) -> Iterator[Element]:
    """Return the paragraphs and the table of the title page."""
    yield paragraph("Kicker", writer.said(front.kicker))
    first, *others = title_lines(front.title)
    lines = (part for line in others for part in (element("r", element("br")), writer.said(line)))
    yield paragraph("Title", writer.said(first), *lines)
    yield paragraph("Subtitle", writer.said(front.subtitle))
    for name, value in front.facts:
        label = writer.said(name, element("rStyle", val="FactName"))
        yield paragraph("Fact", label, text_run("\t"), writer.said(value))
    space = element("spacing", before=2400)
    yield paragraph(
        "Caption",
        writer.said(front.legend.caption),
        properties=(element("keepNext"), space),
    )
    yield table(front.legend, writer)


def contents(document: Document, writer: Writer) -> Iterator[Element]:
    """Return the contents: a field that shows its entries as it is opened.

    Word alone knows on which page a heading stands; it adds the numbers when a reader brings the
    field up to date. Until then each entry is a link.
    """
    yield paragraph("TOCHeading", writer.said(text("pages.contents", document.lang)))
    entries = [
        (i, block)
        for i, block in enumerate(document.blocks)
        if isinstance(block, Heading) and block.level <= _LEVELS
    ]
    for place, (i, heading) in enumerate(entries):
        link = element("hyperlink", writer.said(heading.text), anchor=heading_bookmark(i))
        inside = [link]
        if place == 0:
            inside = [*field_start(_CODE), link]
        if place == len(entries) - 1:
            inside = [*inside, field_end()]
        yield paragraph(f"TOC{heading.level}", *inside)


def heading_bookmark(index: int) -> str:
    """Return the name of the bookmark of a heading, by its place among the blocks."""
    return f"_Toc{index:08d}"
