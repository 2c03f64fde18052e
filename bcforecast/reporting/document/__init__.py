"""The report as data, between the executed notebooks and the formats."""

from bcforecast.reporting.document.blocks import (
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

__all__ = [
    "Block",
    "Bullets",
    "Code",
    "Document",
    "Front",
    "Heading",
    "Paragraph",
    "PictureBlock",
    "Printed",
    "Quotation",
    "Span",
    "Spans",
    "TableBlock",
    "plain_text",
]
