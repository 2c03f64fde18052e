"""Sentences become blocks, and nothing from data becomes markup."""

import pytest

from bcforecast.reporting.display import Prose
from bcforecast.reporting.document import (
    Bullets,
    Heading,
    Paragraph,
    Quotation,
    Span,
    parse_markdown,
    plain_text,
)
from bcforecast.text import escape_markdown

HOSTILE = [
    "<script>alert(1)</script>", "a *b* _c_ **d**", "[x](https://example.org)", "`code`", "# title",
    "- item", "> quote", "1. one", "a\n\n## b", "&lt;b&gt;", "\\*", "~~x~~", "| a | b |", "![x](y)",
    "***", "<https://example.org>", "a\\",
]  # fmt: skip


def test_headings_paragraphs_lists_and_quotations_are_told_apart():
    blocks = parse_markdown(
        "## One\n\ntwo\nlines\n\n- a\n- **b**\n\n> said\n>\n> where\n\n#### End"
    )
    assert [type(block) for block in blocks] == [Heading, Paragraph, Bullets, Quotation, Heading]
    assert [block.level for block in blocks if isinstance(block, Heading)] == [1, 3]
    assert blocks[1].spans == (Span(text="two lines"),)
    assert blocks[2].items[1] == (Span(text="b", strong=True),)
    assert [plain_text(p) for p in blocks[3].paragraphs] == ["said", "where"]


def test_a_citation_in_bold_type_is_bold_also_between_chinese_characters():
    (block,) = parse_markdown("概率为[**73%**](#fn-probability)（可能）")
    assert block.spans[1] == Span(text="73%", strong=True, link="#fn-probability")
    assert plain_text(block.spans) == "概率为73%（可能）"


@pytest.mark.parametrize("words", HOSTILE)
def test_words_from_data_stay_words(words):
    (block,) = parse_markdown(f"Name: {escape_markdown(words)}.")
    assert isinstance(block, Paragraph)
    assert block.spans == (Span(text=f"Name: {' '.join(words.split())}."),)


@pytest.mark.parametrize("words", ["<b>", "[x](javascript:alert(1))", "a & b"])
def test_html_and_scripts_in_a_sentence_stay_text(words):
    spans = [span for block in parse_markdown(words) for span in block.spans]
    assert all(span.link is None for span in spans)
    assert plain_text(tuple(spans)) == words


def test_prose_in_a_notebook_shows_no_citation():
    shown = Prose("It is [**73%**](#fn-probability), see [a](https://example.org).")
    assert repr(shown) == "It is **73%**, see [a](https://example.org)."
