"""Links on paper lead to a place of the report or to a web page, and to nothing else."""

from __future__ import annotations

import pytest

from bcforecast.reporting.document import Span
from bcforecast.reporting.facts import is_web_address
from bcforecast.reporting.html import Link, Places
from tests.reporting.formats.made_up_document import document


@pytest.mark.parametrize(
    ("address", "web"),
    [
        ("https://example.org/?a=1&b=2", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG/a", True),
        ("https://", False),
        ("https:///path", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("mailto:a@example.org", False),
        ("//example.org", False),
        ("https://example.org/ a", False),
        ("https://example.org/\na", False),
        ('https://example.org/"', False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_addresses_of_web_pages_are_web_addresses(address, web) -> None:
    assert is_web_address(address) is web


def test_every_anchor_of_the_document_has_a_name_of_our_own() -> None:
    names = Places.of(document("zh")).names
    assert {"part-1", "part-2-1-1", "obs-0", "fn-probability", "source-bulletin"} <= set(names)
    assert "" not in names
    assert len(set(names.values())) == len(names)
    assert all(name.removeprefix("place-").isdecimal() for name in names.values())


@pytest.mark.parametrize(
    ("text", "target", "quiet"),
    [
        ("73%", "#fn-x", True),
        ("the bulletin", "#source-a", False),
        ("34,700", "#source-a", True),
        ("2.5万", "#obs-a", True),
    ],
)
def test_links_of_numbers_are_quiet(text, target, quiet) -> None:
    places = Places({"fn-x": "place-1", "source-a": "place-2", "obs-a": "place-3"})
    link = places.link(Span(text=text, link=target))
    assert link is not None
    assert link.quiet is quiet


def test_a_link_to_nowhere_is_none() -> None:
    places = Places({"a": "place-1"})
    assert places.link(Span(text="x", link="#b")) is None
    assert places.link(Span(text="x", link="#")) is None
    assert places.link(Span(text="x")) is None
    assert places.link(Span(text="x", link="https://example.org")) == Link(
        web="https://example.org"
    )
