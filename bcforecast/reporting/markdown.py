"""The document as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final
from unicodedata import category
from urllib.parse import quote

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
)
from bcforecast.reporting.facts import is_web_address
from bcforecast.text import Language, text

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>|~&$#]")
_START: Final = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+]))")
_BARE_ADDRESS: Final = re.compile(r"(https?|ftp)(?=://)|(www)(?=\.)", re.IGNORECASE)
_KEPT_IN_LINKS: Final = "%/:?#@!$&'()*+,;=-._~"


def escaped(words: str) -> str:
    r"""Return Markdown that reads as `words` and holds no markup, no HTML and no bare address.

    Line breaks and other control characters become blanks.

    Examples
    --------
    >>> print(escaped("a|b <i> *c* www.example.org"))
    a\|b \<i\> \*c\* www\.example.org
    """
    plain = _SIGNS.sub(r"\\\g<0>", _CONTROL.sub(" ", words))
    # GitHub makes links of what looks like an address.
    return _BARE_ADDRESS.sub(r"\g<0>\\", plain)


def block_text(markdown: str) -> str:
    r"""Return Markdown that stays a paragraph: what starts a list or a line of its own is escaped.

    Examples
    --------
    >>> print(block_text("- 2.5"), block_text("2. place"))
    \- 2.5 2\. place
    """
    return _START.sub(r"\1\\", markdown.strip(" \t"))


def inline(spans: Spans) -> str:
    """Return spans as Markdown: bold, and links to web addresses.

    Links to places within the document are left out, for Markdown has none in the rows of tables.

    Examples
    --------
    >>> inline((Span(text="73%", strong=True, link="#fn-probability"), Span(text=" (likely)")))
    '**73%** (likely)'
    """
    parts = list(_merged(spans))
    texts = [_linked(part) for part in parts]
    written = []
    for i, (part, words) in enumerate(zip(parts, texts, strict=True)):
        before, after = parts[:i][-1:], parts[i + 1 :][:1]
        alone = not any(neighbour.strong for neighbour in (*before, *after))
        held = _stars_hold(words, "".join(texts[:i])[-1:], "".join(texts[i + 1 :])[:1])
        if not part.strong:
            written.append(words)
        elif alone and held:
            written.append(f"**{words}**")
        else:
            written.append(f"<strong>{words}</strong>")
    return "".join(written)


def _merged(spans: Spans) -> Iterable[Span]:
    """Join neighbours that look the same once links into the document are gone."""

    def look(span: Span) -> tuple[bool, str | None]:
        return span.strong, span.link if span.link and is_web_address(span.link) else None

    for (strong, link), alike in groupby((s for s in spans if s.text), key=look):
        yield Span(text="".join(span.text for span in alike), strong=strong, link=link)


def _linked(span: Span) -> str:
    words = escaped(span.text)
    return words if span.link is None else f"[{words}](<{_address(span.link)}>)"


def _stars_hold(words: str, before: str, after: str) -> bool:
    """Whether stars around a text are read as bold: not where a sign meets a letter."""
    first, last = words[:1], words[-1:]
    opens = not first.isspace() and (not _is_sign(first) or _is_edge(before))
    closes = not last.isspace() and (not _is_sign(last) or _is_edge(after))
    return opens and closes


def _is_edge(neighbour: str) -> bool:
    return not neighbour or neighbour.isspace() or _is_sign(neighbour)


def _is_sign(character: str) -> bool:
    """Whether CommonMark takes a character for punctuation."""
    return category(character)[0] in "PS"


def _address(link: str) -> str:
    """Return an address without what would end it or stand for something else in Markdown."""
    return quote(_CONTROL.sub("", link), safe=_KEPT_IN_LINKS).replace("&", "&amp;")


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
