"""The report as GitHub-flavoured Markdown, to be read in a repository or pasted elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from bcforecast.messages import Language, text
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
    TableBlock,
)
from bcforecast.reporting.formats.markdown_text import block_text, escaped, inline


def markdown_text(document: Document) -> str:
    """Return the report as Markdown with pipe tables; pictures are named by their files.

    Whatever stands in the document stays text: no markup, no HTML and no link comes from it but
    the links to web addresses that it has itself. Links from numbers to observations and
    functions are left out, and so is code.

    Parameters
    ----------
    document
        A report in one language.
    """
    lang = document.lang
    parts = [*_front(document.front, lang)]
    for block in document.blocks:
        parts += _block(block, lang)
    parts += ["---", block_text(escaped(document.front.footer))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _front(front: Front, lang: Language) -> Iterator[str]:
    yield f"# {escaped(front.title).strip()}"
    yield block_text(escaped(front.kicker))
    yield block_text(escaped(front.subtitle))
    yield "\n".join(
        f"- {block_text(escaped(name))}{text('sheets.colon', lang)}{escaped(value)}"
        for name, value in front.facts
    )
    yield from _table(front.legend, lang)


def _block(block: Block, lang: Language) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * (block.level + 1)} {escaped(block.text).strip()}"
        case Paragraph():
            yield block_text(inline(block.spans))
        case Bullets():
            yield "\n".join(f"- {block_text(inline(item))}" for item in block.items)
        case Quotation():
            lines = (f"> {block_text(inline(words))}" for words in block.paragraphs)
            yield "\n>\n".join(lines)
        case TableBlock():
            yield from _table(block, lang)
        case PictureBlock():
            yield f"![{escaped(block.alt)}](<{quote(block.file)}>)"
            yield _caption("figure", block.number, block.caption, lang)
        case Printed():
            yield _fenced(block.text)
        case Code():
            return


def _table(table: TableBlock, lang: Language) -> Iterator[str]:
    yield _caption("table", table.number, table.caption, lang)
    rules = ("---:" if kind == "number" else ":---" for kind in table.kinds)
    heads = (escaped(head) for head in table.columns)
    rows = (map(inline, row) for row in table.rows)
    yield "\n".join(_row(cells) for cells in (heads, rules, *rows))
    yield block_text(escaped(table.note))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.strip() for cell in cells)} |"


def _caption(kind: str, number: int, caption: str, lang: Language) -> str:
    words = caption
    if number:
        words = text(f"sheets.{kind}", lang, number=number, caption=caption)
    return block_text(inline((Span(text=words, strong=True),))) if words else ""


def _fenced(printed: str) -> str:
    """Return what was printed as it stands, within a fence that it cannot close."""
    longest = max(map(len, re.findall("`+", printed)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = printed.rstrip("\n")
    return f"{fence}text\n{lines}\n{fence}"
