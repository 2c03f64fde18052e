"""Formats of a report, by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from bcforecast.reporting.document import Document


Format = Literal["html", "pdf", "docx", "xlsx", "md"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
FILES: Final[dict[Format, str]] = {
    "html": "index.html",
    "pdf": "report.pdf",
    "docx": "report.docx",
    "xlsx": "report.xlsx",
    "md": "report.md",
}
"""Name of the file of each format."""


def write_format(document: Document, made: Format, *, folder: Path) -> None:
    """Write one format of a document into the folder in which its pictures are."""
    path = folder / FILES[made]
    match made:
        case "html":
            from bcforecast.reporting.html import html_text

            path.write_text(html_text(document, folder=folder), encoding="utf-8")
        case "pdf":
            from bcforecast.reporting.pdf import pdf_bytes

            path.write_bytes(pdf_bytes(document, folder=folder))
        case "docx":
            from bcforecast.reporting.docx import docx_bytes

            path.write_bytes(docx_bytes(document, folder=folder))
        case "xlsx":
            from bcforecast.reporting.xlsx import xlsx_bytes

            path.write_bytes(xlsx_bytes(document))
        case "md":
            from bcforecast.reporting.markdown import markdown_text

            path.write_text(markdown_text(document), encoding="utf-8")
