"""Every kind of block is written by every format, and links lead to the report or to web pages."""

from typing import get_args

import pytest

from bcforecast.reporting.blocks import BlockWriter, LinkTarget
from bcforecast.reporting.document import Block, Heading, Span
from bcforecast.reporting.facts import is_web_address
from tests.reporting.made_up_documents import document, table

ROWS = table("a", "text", "x", "y", "z", anchors=("fn-x", "source-a", "obs-a"))


def test_the_made_up_report_has_every_kind_of_block(lang):
    union, _ = get_args(Block)
    assert {type(block) for block in document(lang).blocks} == set(get_args(union))


@pytest.mark.parametrize(
    ("address", "web"),
    [
        *((address, True) for address in (
            "https://example.org/?a=1&b=2", "http://example.org", "HTTPS://EXAMPLE.ORG/a",
        )),
        *((address, False) for address in (
            "https://", "https:///path", "javascript:alert(1)", "data:text/html,x", "", "https://[::1",
            "file:///etc/passwd", "mailto:a@example.org", "//example.org", "https://example.org/ a",
            "https://example.org/\na", 'https://example.org/"',
        )),
    ],
)  # fmt: skip
def test_only_addresses_of_web_pages_are_web_addresses(address, web):
    assert is_web_address(address) is web
    assert BlockWriter((), "en").link(Span(text="x", link=address)) == (
        LinkTarget(address) if web else None
    )


def test_every_anchor_of_the_document_has_a_name_of_our_own():
    names = BlockWriter(document("zh").blocks, "zh").places
    assert {"part-1", "part-2-1-1", "obs-0", "fn-probability", "source-bulletin"} <= set(names)
    assert "" not in names
    assert len(set(names.values())) == len(names)
    assert all(name.removeprefix("place-").isdecimal() for name in names.values())


@pytest.mark.parametrize(
    ("text", "target", "quiet"),
    [("73%", "#fn-x", True), ("a", "#source-a", False), ("34,700", "#source-a", True),
     ("2.5万", "#obs-a", True), ("part", "#part-1", False)],
)  # fmt: skip
def test_links_of_figures_are_quiet(text, target, quiet):
    blocks = (Heading(level=1, text="h", anchor="part-1"), ROWS)
    assert BlockWriter(blocks, "en").link(Span(text=text, link=target)) == LinkTarget(target, quiet)


@pytest.mark.parametrize("target", ["#b", "#", None])
def test_a_link_to_nowhere_is_none(target):
    assert BlockWriter((ROWS,), "en").link(Span(text="x", link=target)) is None
