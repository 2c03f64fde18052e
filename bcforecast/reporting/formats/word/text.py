"""Runs of text in a Word document, and the links among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE

from bcforecast.messages import Language
from bcforecast.reporting.document import Span, Spans
from bcforecast.reporting.formats.faces import spelled
from bcforecast.reporting.formats.links import Link, Places
from bcforecast.reporting.formats.word.elements import Element, bookmarked, element, text_run

_EITHER: Final = frozenset("“”‘’…—·")
"""Punctuation of both scripts: Word takes it from the Latin face unless told otherwise."""


@dataclass
class Writer:
    """Writes the texts of one document; it knows where links lead and numbers the bookmarks."""

    word: WordDocument
    lang: Language
    places: Places
    _bookmarks: int = 0
    _marked: set[str] = field(default_factory=set)
    _web: dict[str, str] = field(default_factory=dict)

    def spans(self, spans: Spans) -> list[Element]:
        """Return the runs of spans."""
        return [made for span in spans for made in self._span(span)]

    def said(self, text: str, *properties: Element) -> Element:
        """Return a run with a text of the report."""
        words = shown(text)
        hint = self.lang == "zh" and not _EITHER.isdisjoint(words)
        east = (element("rFonts", hint="eastAsia"),) if hint else ()
        return text_run(words, *east, *properties)

    def marked(self, name: str, *inside: Element) -> list[Element]:
        """Return elements under a bookmark, or without one where there is one of this name."""
        if not name or name in self._marked:
            return list(inside)
        self._marked.add(name)
        self._bookmarks += 1
        return bookmarked(name, self._bookmarks, *inside)

    def place(self, anchor: str) -> str:
        """Return the name of the bookmark of an anchor, or nothing for an empty one."""
        return self.places.names.get(anchor, "").replace("-", "_")

    def _span(self, span: Span) -> Iterator[Element]:
        strong = (element("b"), element("bCs")) if span.strong else ()
        link = self.places.link(span)
        if link is None or link.quiet:
            yield self.said(span.text, *strong)
            return
        run = self.said(span.text, element("rStyle", val="Hyperlink"), *strong)
        if link.place:
            yield element("hyperlink", run, anchor=_bookmark(link), history="1")
            return
        made = element("hyperlink", run, history="1")
        made.set(
            "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
            self._relation(link.web),
        )
        yield made

    def _relation(self, address: str) -> str:
        if address not in self._web:
            self._web[address] = self.word.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self._web[address]


def shown(text: str) -> str:
    """Return `text` on one line, as XML can hold it."""
    return spelled(text, any_face=True)


def _bookmark(link: Link) -> str:
    return link.place.replace("-", "_")
