"""The Chinese font of a page, cut down to the characters on it and carried inside.

A page that opens on its own must also show its Chinese on a machine without a Chinese font. The
whole font has 17 MB; the few hundred characters of a report need about a hundredth of that.
"""

from __future__ import annotations

import base64
from io import BytesIO

import pylopdf_fonts_zh_cn

FAMILY = "Noto Sans SC page"
"""Name under which the page's style sheet asks for the font."""


def font_face(html: str) -> str:
    """Return the `@font-face` rule with the characters of `html` beyond Latin, as WOFF.

    Examples
    --------
    >>> font_face("目标 target").startswith("@font-face { font-family: 'Noto Sans SC page'")
    True
    """
    # fontTools, on which matplotlib rests, takes a second to import, and only a report needs it.
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options(flavor="woff", layout_features=[], hinting=False, notdef_outline=True)
    font = TTFont(pylopdf_fonts_zh_cn.sans_path(), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(c) for c in html if ord(c) > 0x2000}))
    cutter.subset(font)
    font.flavor = "woff"
    out = BytesIO()
    font.save(out, reorderTables=True)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return (
        f"@font-face {{ font-family: '{FAMILY}'; "
        f'src: url("data:font/woff;base64,{data}") format("woff"); }}'
    )
