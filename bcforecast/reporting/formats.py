"""The formats of a report: one table of them, and the walk over its blocks that they share.

A format is one module and one row of `FILE_FORMATS`. The choice of formats, the list of reports,
its feed and the comparison of two reports read that row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Final, Generic, Literal, NamedTuple, TypeVar, get_args

from bcforecast.reporting.document import Block, Document, Heading, PictureBlock, Span, TableBlock
from bcforecast.reporting.facts import is_web_address
from bcforecast.text import Language, Message, text

Format = Literal["html", "pdf", "docx", "xlsx", "md"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


@dataclass(frozen=True)
class FileFormat:
    """A kind of file that a report can be.

    Parameters
    ----------
    file
        Its name in the folder of the report.
    media_type
        What it is, as feeds and servers say it.
    label
        What a reader of the list of reports calls it.
    writer
        `module:function`, imported when it is asked for. The function takes a document and the
        folder of its pictures, and returns what the file holds: bytes, or text for UTF-8.
    """

    file: str
    media_type: str
    label: str | Message
    writer: str


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
FILE_FORMATS: Final[Mapping[Format, FileFormat]] = {
    "html": FileFormat(
        "index.html", "text/html", Message("run.page_format_html"),
        "bcforecast.reporting.html:html_text",
    ),
    "pdf": FileFormat(
        "report.pdf", "application/pdf", "PDF",
        "bcforecast.reporting.pdf:pdf_bytes",
    ),
    "docx": FileFormat(
        "report.docx", f"{_OFFICE}.wordprocessingml.document", "Word",
        "bcforecast.reporting.docx:docx_bytes",
    ),
    "xlsx": FileFormat(
        "report.xlsx", f"{_OFFICE}.spreadsheetml.sheet", "Excel",
        "bcforecast.reporting.xlsx:xlsx_bytes",
    ),
    "md": FileFormat(
        "report.md", "text/markdown", "Markdown",
        "bcforecast.reporting.markdown:markdown_text",
    ),
}  # fmt: skip


def write_format(document: Document, made: Format, *, folder: Path) -> None:
    """Write one format of a document into the folder in which its pictures are."""
    found = FILE_FORMATS[made]
    content: str | bytes = resolve_name(found.writer)(document, folder)
    whole = content.encode() if isinstance(content, str) else content
    (folder / found.file).write_bytes(whole)


class Link(NamedTuple):
    """Where a run of text leads: to an `#anchor` of the document, or to a web page.

    A `quiet` link looks like the text around it, as those of figures to their origin do.
    """

    target: str
    quiet: bool = False


_ORIGINS: Final = ("#fn-", "#obs-", "#source-")
Made = TypeVar("Made")


class BlockWriter(Generic[Made]):
    """Writes blocks in one format: a method for each kind of block, `_heading` to `_code`.

    Parameters
    ----------
    blocks
        All blocks of the document: links to places that none of them has lead nowhere.
    lang
        Language of the words that a format adds.
    """

    def __init__(self, blocks: Iterable[Block], lang: Language) -> None:
        self.blocks, self.lang = tuple(blocks), lang
        anchors = dict.fromkeys(anchor for block in self.blocks for anchor in _anchors(block))
        self.places = {anchor: f"place-{i}" for i, anchor in enumerate(anchors, start=1)}
        """A name of our own for each anchor of a heading or a row, which may be any text."""

    def block(self, block: Block) -> Made:
        """Return what becomes of one block."""
        write: Callable[[Block], Made] = getattr(self, f"_{block.kind}")
        return write(block)

    def link(self, span: Span) -> Link | None:
        """Return where a span leads, None if that is nowhere or not a web page."""
        target = span.link or ""
        if target.startswith("#"):
            quiet = target.startswith(_ORIGINS) and target != f"#source-{span.text}"
            return Link(target, quiet) if target[1:] in self.places else None
        return Link(target) if is_web_address(target) else None

    def caption(self, block: TableBlock | PictureBlock) -> str:
        """Return the caption behind its number, where it has one."""
        if not block.number:
            return block.caption
        key = f"document.{block.kind}_number"
        return text(key, self.lang, number=block.number, caption=block.caption)


def _anchors(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from filter(None, (block.anchor,))
    elif isinstance(block, TableBlock):
        yield from filter(None, block.anchors)
