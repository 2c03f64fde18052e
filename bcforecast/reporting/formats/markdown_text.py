"""Texts as Markdown in which nothing is markup but what we mean to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from unicodedata import category
from urllib.parse import quote

from bcforecast.reporting.document import Span, Spans
from bcforecast.reporting.markup import is_web_address

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
