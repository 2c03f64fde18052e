"""Words from data are words: nothing in them becomes markup."""

from __future__ import annotations

import re
from typing import Final

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~&])")


def escape_markdown(words: str) -> str:
    r"""Return words as Markdown in which nothing of them is markup; on one line.

    Examples
    --------
    >>> print(escape_markdown("a *b* [c](d)"))
    a \*b\* \[c\](d)
    """
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))
