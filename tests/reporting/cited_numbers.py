"""Finds numbers on a page that lead nowhere, or to a place that does not have them."""

from __future__ import annotations

from html.parser import HTMLParser

from bcforecast.reporting.display import NUMBER

_NO_FIGURES = {"h2", "h3", "h4", "caption", "figcaption", "thead", "pre", "label", "a"}
"""Headings, captions and heads name things; code is code; what is in a link is linked."""


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("class") or ""
        if tag in ("img", "input", "br", "meta", "link"):
            return
        # The annex names files, checksums and versions.
        self.inside.append("pre" if named in ("url", "short url") else tag)

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


class _Reader(HTMLParser):
    """Reads what each link to an observation says, and what stands in each row with an id."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.rows: dict[str, str] = {}
        self._row: str | None = None
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "tr":
            self._row = given.get("id")
        if tag == "a" and str(given.get("href")).startswith("#"):
            self._link = str(given["href"])[1:]
            self.links.append((self._link, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self._row = None
        if tag in ("td", "th") and self._row is not None:
            self.rows[self._row] = self.rows.get(self._row, "") + " "
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._row is not None:
            self.rows[self._row] = self.rows.get(self._row, "") + data
        if self._link is not None:
            target, words = self.links[-1]
            self.links[-1] = (target, words + data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def broken_links(html: str) -> list[str]:
    """Return the places that links of a page lead to and that it has not, or has twice."""
    reader = _read(html)
    return sorted({target for target, _ in reader.links if reader.ids.count(target) != 1})


def observation_links(html: str) -> list[tuple[str, str]]:
    """Return the place and the words of every link to an observation."""
    return [link for link in _read(html).links if link[0].startswith("obs-")]


def numbers_not_in_their_row(html: str) -> list[tuple[str, str, str]]:
    """Return links to observations whose number does not stand in the row that they lead to."""
    reader = _read(html)
    return [
        (target, words, reader.rows.get(target, ""))
        for target, words in reader.links
        if target.startswith("obs-") and not _shows(reader.rows.get(target, ""), words)
    ]


def _shows(row: str, words: str) -> bool:
    """Whether a row has each number of these words, maybe with more digits, and there is one."""
    exact, cited = (
        [found["number"] for found in NUMBER.finditer(text) if found["number"]]
        for text in (row, words)
    )
    return bool(cited) and all(any(_rounds_to(e, c) for e in exact) for c in cited)


def _rounds_to(exact: str, rounded: str) -> bool:
    (value, unit), (shown, shown_unit) = map(_parted, (exact, rounded))
    digits = len(shown.partition(".")[2])
    return unit == shown_unit and f"{float(value):.{digits}f}" == shown


def _parted(number: str) -> tuple[str, str]:
    plain = number.replace(",", "").replace("\N{MINUS SIGN}", "-").lstrip("<>+")
    digits = plain.rstrip("%万亿")
    return digits, plain[len(digits) :]
