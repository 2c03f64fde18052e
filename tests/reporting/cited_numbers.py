"""Finds numbers on a page that lead nowhere."""

from __future__ import annotations

from html.parser import HTMLParser

from bcforecast.reporting.citations import NUMBER

_NO_FIGURES = {"h2", "h3", "h4", "caption", "figcaption", "thead", "pre", "label", "a"}
"""Headings, captions and heads name things; code is code; what is in a link is linked."""


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []
        self.annex = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("class") or ""
        if tag in ("img", "input", "br", "meta", "link"):
            return
        # The annex names files, checksums and versions; a note below a table explains it.
        self.inside.append("pre" if named in ("url", "note", "short url") else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("img", "input", "br", "meta", "link"):
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "main" in self.inside and not _NO_FIGURES & set(self.inside):
            self.found += [m["number"] for m in NUMBER.finditer(data) if m["number"]]


def uncited_numbers(html: str) -> list[str]:
    """Return the numbers of the body of a page that are in no link; days and years are none."""
    finder = _Finder()
    finder.feed(html)
    return finder.found
