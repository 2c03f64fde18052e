"""The Chinese font of a page, cut down to the characters on it and carried inside.

A page that opens on its own must also show its Chinese on a machine without a Chinese font. The
whole font has 17 MB; the few hundred characters of a report need about a hundredth of that.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import Final

import pylopdf_fonts_zh_cn

from bcforecast.messages import Language

FAMILY = "Noto Sans SC page"
"""Name under which the page's style sheet asks for the font."""

_FIRST: Final[Mapping[Language, int]] = {"zh": 0x2000, "en": 0x2E80}
"""First character taken from the font, by the language of the page."""


def font_face(html: str, *, lang: Language = "zh") -> str:
    """Return the `@font-face` rule with the characters of `html` beyond Latin, as TrueType.

    Its quotation marks and dashes are as wide as a character: an English page takes them from its
    own font, and asks for this one first, for Chinese characters only. As a last resort Chromium
    would draw the first of them before the font is there, as boxes, and leave them so.

    Examples
    --------
    >>> font_face("目标 target").startswith("@font-face { font-family: 'Noto Sans SC page'")
    True
    """
    # fontTools, on which matplotlib rests, takes a second to import, and only a report needs it.
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    font = TTFont(pylopdf_fonts_zh_cn.sans_path(), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(c) for c in html if ord(c) >= _FIRST[lang]}))
    cutter.subset(font)
    out = BytesIO()
    font.save(out, reorderTables=True)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return (
        f"@font-face {{ font-family: '{FAMILY}'; "
        f'src: url("data:font/ttf;base64,{data}") format("truetype"); '
        f"unicode-range: U+{_FIRST[lang]:X}-10FFFF; }}"
    )
