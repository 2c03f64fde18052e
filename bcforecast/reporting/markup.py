"""Words from data are words: nothing in them becomes markup, and no link but to the web."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_WEB: Final = frozenset({"http", "https"})
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~&])")


def escape_markdown(words: str) -> str:
    r"""Return words as Markdown in which nothing of them is markup; on one line.

    Examples
    --------
    >>> print(escape_markdown("a *b* [c](d)"))
    a \*b\* \[c\](d)
    """
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def is_web_address(text: str) -> bool:
    """Return whether `text` is the address of a web page and nothing else.

    Examples
    --------
    >>> is_web_address("https://example.org/a?b=1"), is_web_address("see http://example.org")
    (True, False)
    """
    if not text.isprintable() or any(c.isspace() or c in '<>"{}|\\^`' for c in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in _WEB and bool(parts.hostname)
