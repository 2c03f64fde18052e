"""The report as plain text, for a terminal or the body of a letter.

A format to copy; docs/extending.md says how. A format is one function from a document and its
pictures to what the file holds; it reads no data and computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from bcforecast.reporting.document import (
    Bullets,
    Code,
    Document,
    Heading,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    Spans,
    TableBlock,
)
from bcforecast.reporting.formats import BlockWriter


def plain_text(document: Document, _pictures: Mapping[str, bytes] | None = None) -> str:
    """Return the report as plain text; return bytes for a format that is not text.

    The same document must give the same bytes: no clock, no random number, no order of a set.
    """
    writer = _PlainWriter(document.blocks, document.lang)
    front = document.front
    parts = (front.title, front.subtitle, *map(writer.block, document.blocks), front.footer)
    return "\n\n".join(filter(None, parts)) + "\n"


def _words(spans: Spans) -> str:
    """Return what runs of text say; formats that can set them bold and as links."""
    return "".join(span.text for span in spans)


class _PlainWriter(BlockWriter[str]):
    """A method for each kind of block; what a method returns is the format's own affair."""

    def _heading(self, heading: Heading) -> str:
        return f"{heading.text}\n{'=-~'[heading.level - 1] * len(heading.text)}"

    def _paragraph(self, paragraph: Paragraph) -> str:
        return _words(paragraph.spans)

    def _bullets(self, bullets: Bullets) -> str:
        return "\n".join(f"* {_words(item)}" for item in bullets.items)

    def _quotation(self, quotation: Quotation) -> str:
        return "\n".join(f"    {_words(words)}" for words in quotation.paragraphs)

    def _table(self, table: TableBlock) -> str:
        lines = [self.caption(table), "\t".join(table.columns)]
        for n, row in enumerate(table.rows):
            # What heads the rows from here on; of a row without words it is all there is.
            lines += [table.groups[n] if table.groups else "", "\t".join(map(_words, row)).strip()]
        lines.append(table.note)
        return "\n".join(filter(None, lines))

    def _picture(self, picture: PictureBlock) -> str:
        return f"[{picture.alt}]"  # what a picture shows is said in words, for those without it

    def _printed(self, printed: Printed) -> str:
        return printed.text.rstrip("\n")

    def _code(self, _: Code) -> str:
        return ""
