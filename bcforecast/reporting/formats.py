"""The formats of a report: one module and one row of `FILE_FORMATS` each.

The choice of formats, the list of reports, its feed and the comparison of two reports read that
row, so that a format is added in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final, Literal, get_args

from bcforecast.text import Message

if TYPE_CHECKING:
    from bcforecast.reporting.document import Document

Format = Literal["html", "pdf", "brief", "docx", "xlsx", "md"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MADE: Final[tuple[Format, ...]] = tuple(one for one in FORMATS if one != "brief")
"""Those that are made where none is asked for: the two first pages alone only where they are."""


@dataclass(frozen=True)
class FileFormat:
    """A kind of file that a report can be.

    `label` is what a reader of the list of reports calls it. `writer` is a `module:function` that
    is imported when it is asked for: it takes a document and its pictures (PNG by file), and
    returns what the file holds, as bytes or as text for UTF-8.
    """

    label: str | Message
    file: str
    media_type: str
    writer: str


_HERE: Final = "bcforecast.reporting"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_PAGE: Final = Message("run.page_format_html")
_BRIEF: Final = Message("run.page_format_brief")
_WORD: Final = f"{_OFFICE}.wordprocessingml.document"
_EXCEL: Final = f"{_OFFICE}.spreadsheetml.sheet"
FILE_FORMATS: Final[Mapping[Format, FileFormat]] = {
    "html": FileFormat(_PAGE, "index.html", "text/html", f"{_HERE}.html:html_text"),
    "pdf": FileFormat("PDF", "report.pdf", "application/pdf", f"{_HERE}.pdf:pdf_bytes"),
    "brief": FileFormat(_BRIEF, "brief.pdf", "application/pdf", f"{_HERE}.pdf:brief_bytes"),
    "docx": FileFormat("Word", "report.docx", _WORD, f"{_HERE}.docx:docx_bytes"),
    "xlsx": FileFormat("Excel", "report.xlsx", _EXCEL, f"{_HERE}.xlsx:xlsx_bytes"),
    "md": FileFormat("Markdown", "report.md", "text/markdown", f"{_HERE}.markdown:markdown_text"),
}


def write_format(document: Document, made: Format, *, folder: Path) -> None:
    """Write one format of a document into the folder in which its pictures are."""
    found = FILE_FORMATS[made]
    files = (file for one in document.pictures for file in one.files)
    pictures = {file: (folder / file).read_bytes() for file in files}
    content: str | bytes = resolve_name(found.writer)(document, pictures)
    whole = content.encode() if isinstance(content, str) else content
    (folder / found.file).write_bytes(whole)
