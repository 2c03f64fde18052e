"""Every kind of block is written by every format, and links lead to the report or to web pages."""

from typing import get_args

import pytest

from bcforecast.reporting import blocks, facts
from bcforecast.reporting.document import Block, Span
from tests.reporting.made_up_documents import document


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
    assert facts.is_web_address(address) is web
    assert blocks.BlockWriter((), "en").link(Span(text="x", link=address)) == (
        blocks.LinkTarget(address) if web else None
    )


def test_every_anchor_of_the_document_has_a_name_of_our_own():
    names = blocks.BlockWriter(document("zh").blocks, "zh").places
    assert {"part-1", "part-2-1-1", "obs-0", "fn-probability", "source-bulletin"} <= set(names)
    assert "" not in names
    assert len(set(names.values())) == len(names)
    assert all(name.removeprefix("place-").isdecimal() for name in names.values())
