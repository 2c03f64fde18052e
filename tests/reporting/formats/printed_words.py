"""Every text of a report that must be found on paper."""

from __future__ import annotations

from collections.abc import Iterator

from bcforecast.reporting.document import (
    Bullets,
    Document,
    Heading,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    TableBlock,
    plain_text,
)


def words_of(document: Document) -> Iterator[str]:
    front = document.front
    yield from (front.kicker, front.title, front.subtitle, front.footer)
    for pair in front.facts:
        yield from pair
    yield front.legend.caption
    yield from _table(front.legend)
    for block in document.blocks:
        match block:
            case Heading() | Printed():
                yield block.text
            case Paragraph():
                yield plain_text(block.spans)
            case Bullets():
                yield from map(plain_text, block.items)
            case Quotation():
                yield from map(plain_text, block.paragraphs)
            case PictureBlock():
                yield block.caption
            case TableBlock():
                yield block.caption
                yield from _table(block)


def _table(block: TableBlock) -> Iterator[str]:
    yield from block.columns
    for row in block.rows:
        yield from map(plain_text, row)
    yield block.note


def squeezed(text: str) -> str:
    """Return `text` without white space, as lines are broken where the page wants it."""
    return "".join(text.split()).replace("\N{ZERO WIDTH SPACE}", "")
