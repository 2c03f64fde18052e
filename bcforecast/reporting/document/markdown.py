"""From the Markdown that the sentences are written in to blocks; anything else in it is text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bcforecast.reporting.document.blocks import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Quotation,
    Span,
    Spans,
)


def parse_markdown(markdown: str) -> tuple[Block, ...]:
    r"""Return headings, paragraphs, lists and quotations; HTML in it stays text.

    `##` is a heading of level 1, as chapters are written in notebooks, `###` of level 2 and so on.

    Examples
    --------
    >>> [block.kind for block in parse_markdown("## A\n\nb **c**\n\n- d\n- e")]
    ['heading', 'paragraph', 'bullets']
    >>> parse_markdown("<script>")[0].spans[0].text
    '<script>'
    """
    return tuple(_blocks(iter(_parser().parse(markdown))))


def parse_inline(markdown: str) -> Spans:
    """Return the spans of a line of Markdown."""
    (token,) = _parser().parseInline(markdown)
    return _spans(token)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero").enable(
        ["heading", "list", "blockquote", "emphasis", "link", "backticks", "escape", "newline"]
    )


def _blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    for token in tokens:
        match token.type:
            case "heading_open":
                yield _heading(int(token.tag[1:]), _spans(next(tokens)))
            case "inline":
                yield Paragraph(spans=_spans(token))
            case "bullet_list_open" | "ordered_list_open":
                close = token.type.replace("open", "close")
                yield Bullets(items=_inlines(tokens, until=close, level=token.level))
            case "blockquote_open":
                close = "blockquote_close"
                yield Quotation(paragraphs=_inlines(tokens, until=close, level=token.level))


def _heading(depth: int, spans: Spans) -> Heading:
    level: Literal[1, 2, 3] = 1 if depth <= 2 else 2 if depth == 3 else 3
    return Heading(level=level, text="".join(span.text for span in spans), anchor="")


def _inlines(tokens: Iterator[Token], *, until: str, level: int) -> tuple[Spans, ...]:
    found = []
    for token in tokens:
        if token.type == until and token.level == level:
            break
        if token.type == "inline":
            found.append(_spans(token))
    return tuple(found)


def _spans(token: Token) -> Spans:
    spans: list[Span] = []
    strong, link = 0, None
    for part in token.children or ():
        match part.type:
            case "strong_open":
                strong += 1
            case "strong_close":
                strong -= 1
            case "link_open":
                link = str(part.attrs["href"])
            case "link_close":
                link = None
            case "softbreak" | "hardbreak":
                spans.append(Span(text=" ", strong=strong > 0, link=link))
            case _ if part.content:
                spans.append(Span(text=part.content, strong=strong > 0, link=link))
    return tuple(_merged(spans))


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Join neighbours of the same style."""
    held: Span | None = None
    for span in spans:
        if held is not None and (held.strong, held.link) == (span.strong, span.link):
            held = held.model_copy(update={"text": held.text + span.text})
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held
