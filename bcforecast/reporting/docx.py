"""The document for Word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as field_dataclasses
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu

from bcforecast.plotting.style import FORECAST, GRADE_COLOURS, INK, QUIET, RULE
from bcforecast.reporting.display import Kind
from bcforecast.reporting.document import (
    Block,
    Bullets,
    Code,
    Document,
    Front,
    Heading,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    Span,
    Spans,
    TableBlock,
    plain_text,
)
from bcforecast.reporting.html import Link, Places
from bcforecast.reporting.pdf import (
    Columns,
    checked_pictures,
    fit_columns,
    running_head,
    spelled,
    title_lines,
)
from bcforecast.text import Language, text

Element = Any
"""An element of lxml; python-docx has no types for most of them."""

_RUN_PROPERTIES: Final = ("rStyle", "rFonts", "b", "bCs", "color", "sz", "shd")
"""In the order in which the schema wants them."""

_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def element(tag: str, *children: Element, **attributes: str | int) -> Element:
    """Return an element of the main namespace.

    Parameters
    ----------
    tag
        Name without prefix, such as `p`.
    *children
        Elements that it holds, in order.
    **attributes
        In the main namespace; a value of True, False or a number as it is written in the file.

    Examples
    --------
    >>> element("jc", val="right").values()
    ['right']
    """
    made = OxmlElement(f"w:{tag}", attrs={qn(f"w:{k}"): str(v) for k, v in attributes.items()})
    made.extend(children)
    return made


def text_run(text: str, *properties: Element) -> Element:
    """Return a run that reads `text`; a tab or a line break in it is one."""
    made = element("r")
    if properties:
        made.append(element("rPr", *sorted(properties, key=_place_of)))
    for i, line in enumerate(text.split("\n")):
        if i:
            made.append(element("br"))
        for j, piece in enumerate(line.split("\t")):
            if j:
                made.append(element("tab"))
            if piece:
                said = element("t")
                said.text = piece
                said.set(_XML_SPACE, "preserve")
                made.append(said)
    return made


def resized(run: Element, half_points: int) -> None:
    """Give a run a size of type of its own."""
    properties = run.get_or_add_rPr()
    properties.append(element("sz", val=half_points))
    properties[:] = sorted(properties, key=_place_of)


def field(instruction: str, shown: str, *properties: Element) -> list[Element]:
    """Return the runs of a field with what it shows until it is next brought up to date.

    Parameters
    ----------
    instruction
        A field code of our own; never a text of the report.
    """
    return [*field_start(instruction), text_run(shown, *properties), field_end()]


def field_start(instruction: str) -> list[Element]:
    """Return the runs before what a field shows."""
    code = element("instrText")
    code.text = f" {instruction} "
    code.set(_XML_SPACE, "preserve")
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", code),
        element("r", element("fldChar", fldCharType="separate")),
    ]


def field_end() -> Element:
    """Return the run after what a field shows."""
    return element("r", element("fldChar", fldCharType="end"))


def _place_of(run_property: Element) -> int:
    return _RUN_PROPERTIES.index(run_property.tag.rpartition("}")[2])


def bookmarked(name: str, number: int, *inside: Element) -> list[Element]:
    """Return elements with a bookmark around them; `number` is its own in the document."""
    return [
        element("bookmarkStart", id=number, name=name),
        *inside,
        element("bookmarkEnd", id=number),
    ]


def paragraph(style: str, *inside: Element, properties: tuple[Element, ...] = ()) -> Element:
    """Return a paragraph in the style with this identifier."""
    return element("p", element("pPr", element("pStyle", val=style), *properties), *inside)


_EITHER: Final = frozenset("“”‘’…—·")
"""Punctuation of both scripts: Word takes it from the Latin face unless told otherwise."""


@dataclass
class Writer:
    """Writes the texts of one document; it knows where links lead and numbers the bookmarks."""

    word: WordDocument
    lang: Language
    places: Places
    _bookmarks: int = 0
    _marked: set[str] = field_dataclasses(default_factory=set)
    _web: dict[str, str] = field_dataclasses(default_factory=dict)

    def spans(self, spans: Spans) -> list[Element]:
        """Return the runs of spans."""
        return [made for span in spans for made in self._span(span)]

    def said(self, given: str, *properties: Element) -> Element:
        """Return a run with a text of the report."""
        words = shown(given)
        hint = text("language.script", self.lang) == "Hans" and not _EITHER.isdisjoint(words)
        east = (element("rFonts", hint="eastAsia"),) if hint else ()
        return text_run(words, *east, *properties)

    def marked(self, name: str, *inside: Element) -> list[Element]:
        """Return elements under a bookmark, or without one where there is one of this name."""
        if not name or name in self._marked:
            return list(inside)
        self._marked.add(name)
        self._bookmarks += 1
        return bookmarked(name, self._bookmarks, *inside)

    def place(self, anchor: str) -> str:
        """Return the name of the bookmark of an anchor, or nothing for an empty one."""
        return self.places.names.get(anchor, "").replace("-", "_")

    def _span(self, span: Span) -> Iterator[Element]:
        strong = (element("b"), element("bCs")) if span.strong else ()
        link = self.places.link(span)
        if link is None or link.quiet:
            yield self.said(span.text, *strong)
            return
        run = self.said(span.text, element("rStyle", val="Hyperlink"), *strong)
        if link.place:
            yield element("hyperlink", run, anchor=_bookmark(link), history="1")
            return
        made = element("hyperlink", run, history="1")
        made.set(
            "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
            self._relation(link.web),
        )
        yield made

    def _relation(self, address: str) -> str:
        if address not in self._web:
            self._web[address] = self.word.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self._web[address]


def shown(text: str) -> str:
    """Return `text` on one line, as XML can hold it."""
    return spelled(text, any_face=True)


def _bookmark(link: Link) -> str:
    return link.place.replace("-", "_")


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


def set_margins(document: Document, writer: Writer) -> None:
    """Put the running head and the page numbers on all pages, and the imprint on the first."""
    (section,) = writer.word.sections
    left, right = running_head(document)
    _fill(
        section.header,
        paragraph("Header", writer.said(left), text_run("\t"), writer.said(right)),
    )
    numbers = (*field("PAGE", "1"), text_run(" / "), *field("NUMPAGES", "1"))
    _fill(section.footer, paragraph("Footer", *numbers))
    _fill(section.first_page_header, paragraph("Normal"))
    imprint = paragraph("Footer", writer.said(document.front.footer))
    _fill(section.first_page_footer, imprint)


def _fill(part: Element, content: Element) -> None:
    part.is_linked_to_previous = False
    root = part._element
    for child in list(root):
        root.remove(child)
    root.append(content)


WASH: Final = "F3F6F9"

_TEMPLATES: Final = Path(__file__).parent / "templates" / "word"
_PARTS: Final = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/document.xml": "document.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can state."""


def new_word_document(lang: Language) -> WordDocument:
    """Return an empty document with the styles of a report in `lang`.

    Line heights are fixed, so that it looks the same whichever Chinese face the machine has:
    Microsoft YaHei, which Word and WPS bring, or what they put in its place.
    """
    values = {**_colours(), **_measures(lang)}
    parts = {
        name: Template((_TEMPLATES / file).read_text(encoding="utf-8")).substitute(values).encode()
        for name, file in _PARTS.items()
    }
    return docx.Document(BytesIO(_zipped(parts)))


def describe(word: WordDocument, *, title: str, author: str, lang: Language, as_of: date) -> None:
    """State what the document is, with the as-of date as the only date."""
    day = datetime.combine(as_of, time())
    core = word.core_properties
    core.title, core.author, core.last_modified_by = title[:255], author[:255], author[:255]
    core.language = text("language.word_tag", lang)
    core.created = core.modified = day
    core.revision = 1


def word_bytes(word: WordDocument) -> bytes:
    """Return the file, with its parts in order and without the time of its making."""
    saved = BytesIO()
    word.save(saved)
    with ZipFile(saved) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist()})


def _zipped(parts: dict[str, bytes]) -> bytes:
    # Programs look for the content types first.
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 0
            archive.writestr(entry, parts[name], compresslevel=9)
    return out.getvalue()


def _colours() -> dict[str, str]:
    named = {"ink": INK, "quiet": QUIET, "rule": RULE, "accent": FORECAST, "wash": WASH}
    return {name: colour.lstrip("#").upper() for name, colour in named.items()}


def _measures(lang: Language) -> dict[str, str]:
    """Sizes in half points, distances in twentieths of a point."""
    if text("language.script", lang) == "Hans":
        return {
            "latin_lang": "en-US", "body_size": "20", "body_line": "330", "body_after": "60",
            "body_side": "both", "first_line": 'w:firstLineChars="200" w:firstLine="400"',
        }  # fmt: skip
    return {
        "latin_lang": "en-GB", "body_size": "20", "body_line": "280", "body_after": "140",
        "body_side": "left", "first_line": 'w:firstLine="0"',
    }  # fmt: skip


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
