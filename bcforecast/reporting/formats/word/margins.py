"""What stands above and below the text of every page of a Word document."""

from __future__ import annotations

from bcforecast.reporting.document import Document
from bcforecast.reporting.formats.page_data import running_head
from bcforecast.reporting.formats.word.elements import Element, field, paragraph, text_run
from bcforecast.reporting.formats.word.text import Writer


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
