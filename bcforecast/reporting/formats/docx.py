"""The report as a Word document, with real headings, captions and heads of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from docx.document import Document as WordDocument
from docx.shared import Emu

from bcforecast.messages import text
from bcforecast.reporting.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    TableBlock,
)
from bcforecast.reporting.formats.links import Places
from bcforecast.reporting.formats.pictures import checked_pictures
from bcforecast.reporting.formats.word.elements import Element, element, field, paragraph, text_run
from bcforecast.reporting.formats.word.front import contents, heading_bookmark, title_page
from bcforecast.reporting.formats.word.margins import set_margins
from bcforecast.reporting.formats.word.package import describe, new_word_document, word_bytes
from bcforecast.reporting.formats.word.tables import TEXT_WIDTH_TWIPS, table
from bcforecast.reporting.formats.word.text import Writer, shown

_EMU_PER_PX: Final = 9525
_EMU_PER_TWIP: Final = 635
_TALLEST_EMU: Final = 110 * 36000
"""So that a picture and the words before it are mostly on one page."""

_NUMBER: Final = "\0"


def docx_bytes(document: Document, *, folder: Path) -> bytes:
    """Return a report as a file for Word, WPS and LibreOffice.

    Parameters
    ----------
    document
        The report.
    folder
        Where its pictures are.

    Raises
    ------
    ReportError
        If a picture is missing, is no PNG, or lies outside the folder.
    """
    pictures = checked_pictures(document, folder=folder)
    word = new_word_document(document.lang)
    writer = Writer(word, document.lang, Places.of(document))
    end = word.element.body[-1]
    for made in _parts(document, writer, pictures):
        end.addprevious(made)
    set_margins(document, writer)
    describe(
        word,
        title=shown(f"{document.front.title} · {document.front.kicker}"),
        author=shown(document.result.plan.issuer.in_(document.lang)),
        lang=document.lang,
        as_of=document.result.as_of,
    )
    return word_bytes(word)


def _parts(document: Document, writer: Writer, pictures: Mapping[str, bytes]) -> Iterator[Element]:
    yield from title_page(document.front, writer)
    yield from contents(document, writer)
    for i, block in enumerate(document.blocks):
        yield from _block(block, i, writer, pictures)
    if document.blocks and isinstance(document.blocks[-1], TableBlock):
        # Word wants a paragraph after a table.
        yield paragraph("TableText")


def _block(
    block: Block, index: int, writer: Writer, pictures: Mapping[str, bytes]
) -> Iterator[Element]:
    match block:
        case Heading():
            yield _heading(block, index, writer)
        case Paragraph():
            yield paragraph("Note" if block.small else "BodyText", *writer.spans(block.spans))
        case Bullets():
            yield from (paragraph("ListBullet", *writer.spans(item)) for item in block.items)
        case Quotation():
            yield from (paragraph("Quote", *writer.spans(part)) for part in block.paragraphs)
        case TableBlock():
            yield _caption("table", block, writer, element("keepNext"))
            yield table(block, writer)
            if block.note:
                yield paragraph("Note", writer.said(block.note))
        case PictureBlock():
            yield _picture(block, pictures[block.file], writer.word)
            yield _caption("figure", block, writer)
        case Printed():
            lines = map(shown, block.text.expandtabs(4).splitlines())
            yield paragraph("PrintOut", text_run("\n".join(lines)))
        case Code():
            return


def _heading(block: Heading, index: int, writer: Writer) -> Element:
    inside = writer.marked(writer.place(block.anchor), writer.said(block.text))
    inside = writer.marked(heading_bookmark(index), *inside)
    page = (
        (element("pageBreakBefore"), element("spacing", before=0))
        if block.new_page or index == 0
        else ()
    )
    return paragraph(f"Heading{block.level}", *inside, properties=page)


def _caption(
    key: str, block: TableBlock | PictureBlock, writer: Writer, *properties: Element
) -> Element:
    """Return the caption; its number is a field, which counts on when the report is cut about."""
    before, _, after = text(f"pages.{key}", writer.lang, number=_NUMBER).partition(_NUMBER)
    label = element("rStyle", val="CaptionLabel")
    number = [
        writer.said(before, label),
        *field(
            f"SEQ {before.strip()} \\* ARABIC",
            str(block.number),
            element("rStyle", val="CaptionLabel"),
        ),
        writer.said(f"{after}\N{EM SPACE}"),
    ]
    shown_number = number if block.number else []
    return paragraph("Caption", *shown_number, writer.said(block.caption), properties=properties)


def _picture(block: PictureBlock, content: bytes, word: WordDocument) -> Element:
    size = [max(1, pixels) * _EMU_PER_PX for pixels in (block.width, block.height)]
    scale = min(1.0, TEXT_WIDTH_TWIPS * _EMU_PER_TWIP / size[0], _TALLEST_EMU / size[1])
    width, height = (Emu(round(length * scale)) for length in size)
    inline = word.part.new_pic_inline(BytesIO(content), width, height)
    named: tuple[Element, ...] = (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr)
    for described in named:
        described.set("name", f"Picture {block.number}")
        described.set("descr", shown(block.alt or block.caption))
    return paragraph("Picture", element("r", element("drawing", inline)))
