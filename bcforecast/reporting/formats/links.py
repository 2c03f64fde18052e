"""Where the links of a printed report lead: a place in it, a web page, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bcforecast.reporting.citations import NUMBER
from bcforecast.reporting.document import Document, Heading, Span, TableBlock
from bcforecast.reporting.markup import is_web_address

_QUIET: Final = ("fn-", "obs-")
"""Anchors of what numbers point to."""


@dataclass(frozen=True)
class Link:
    """A link that leads somewhere.

    Parameters
    ----------
    place
        Name of a place in the document, as in `Places.names`; empty for a web page.
    web
        Address of a web page; empty for a place in the document.
    quiet
        Whether it looks like the text around it, as the links of numbers do.
    """

    place: str = ""
    web: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Places:
    """The places of a document that links can lead to: each anchor under a name of our own."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> Places:
        """Name the headings and the rows of tables; of two with one anchor, the first."""
        anchors = dict.fromkeys(filter(None, _anchors(document)))
        return cls({anchor: f"place-{i}" for i, anchor in enumerate(anchors, start=1)})

    def link(self, span: Span) -> Link | None:
        """Return where a span leads, or None if that is nowhere or not a web page.

        Examples
        --------
        >>> Places({"fn-plan": "place-1"}).link(Span(text="9", link="#fn-plan"))
        Link(place='place-1', web='', quiet=True)
        >>> Places({}).link(Span(text="a", link="javascript:alert(1)")) is None
        True
        """
        target = span.link
        if target is None:
            return None
        if target.startswith("#"):
            anchor = target[1:]
            name = self.names.get(anchor)
            quiet = anchor.startswith(_QUIET) or NUMBER.fullmatch(span.text) is not None
            return None if name is None else Link(place=name, quiet=quiet)
        return Link(web=target) if is_web_address(target) else None


def _anchors(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Heading):
            yield block.anchor
        elif isinstance(block, TableBlock):
            yield from block.anchors
