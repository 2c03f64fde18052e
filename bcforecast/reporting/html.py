"""The report as a page that opens on its own: style, pictures and Chinese font are inside.

The font is cut down to the characters on the page, so that a machine without a Chinese font shows
them too: the whole font has 17 MB, the few hundred characters of a report need a hundredth of that.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn

from bcforecast.reporting import document as doc
from bcforecast.reporting import sentences
from bcforecast.reporting.formats import ORIGINS, BlockWriter, LinkTarget, template
from bcforecast.text import LANGUAGES, Language, ratings, text

_TEMPLATES: Final = Path(__file__).parent / "templates"
_FONT_PLACE: Final = "/* font */"
_FONT: Final = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_TITLES: Final = {f"#{doc.function_anchor(name)}": path for name, path in doc.FUNCTIONS.items()}


class _PageWriter(BlockWriter[str]):
    def __init__(self, blocks: Iterable[doc.Block], lang: Language) -> None:
        super().__init__(blocks, lang)
        self._linked: set[str] = set()

    def is_skipped(self, link: LinkTarget) -> bool:
        """Whether the tabulator key passes a link by, so that a page has some fifty stops.

        The link of a number to its origin and of a figure to its source lead into an annex that the
        contents name, and a place is met once.
        """
        seen = link.target in self._linked
        self._linked.add(link.target)
        return seen or link.target.startswith(ORIGINS)


def html_text(document: doc.Document, pictures: Mapping[str, bytes]) -> str:
    """Return a report, with its PNG by file, as HTML that needs no other file and no network."""
    (lead, blocks), lang, facts = document.parts, document.lang, document.result
    glance = {
        ratings([stand] * len(of), lang=lang): [
            (facts.place_of(one.id), sentences.named_odds(one, lang=lang)) for one in of
        ]
        for stand, of in sentences.by_rating(facts).items()
    }
    page = template("page.html.j2").render(
        html_lang=text("language.tag", lang),
        name=document.name,
        author=document.provenance.author,
        front=document.front,
        lead=lead,
        glance=glance if lead else {},
        blocks=blocks,
        pictures={file: base64.b64encode(png).decode() for file, png in pictures.items()},
        writer=_PageWriter(document.blocks, lang),
        titles=_TITLES,
        style=(_TEMPLATES / "page.css").read_text(encoding="utf-8").rstrip(),
        say=lambda key: text(f"report.{key}", lang),
        label=lambda name, value: text("language.label", lang, name=name, value=value),
    )
    return with_font(page.rstrip() + "\n", lang=lang)


def blocks_html(blocks: tuple[doc.Block, ...], *, lang: Language) -> str:
    """Return blocks without pictures as HTML, as a cell of a notebook shows them."""
    given = {"writer": _PageWriter(blocks, lang), "titles": _TITLES}
    macros: Any = template("blocks.html.j2").make_module(given)
    return "\n".join(str(macros.write(block)) for block in blocks)


def with_font(page: str, *, lang: Language, there: str = "") -> str:
    """Put the font into a page; `there` is kept if it is this page with its font."""
    # fontTools takes a second, and a page that has not changed needs none.
    if there and _FONT.sub(_FONT_PLACE, there, count=1) == page:
        return there
    return page.replace(_FONT_PLACE, font_face(page, lang=lang), 1)


def font_face(html: str, *, lang: Language = "zh") -> str:
    """Return the `@font-face` rule with the characters of `html` beyond Latin, as TrueType.

    Its quotation marks and dashes are as wide as a character: an English page takes them from its
    own font, and asks for this one first, for Chinese characters only. As a last resort Chromium
    would draw the first of them before the font is there, as boxes, and leave them so.
    """
    # fontTools, on which matplotlib rests, takes a second to import, and only a report needs it.
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB"]  # of which no feature is kept
    cutter = subset.Subsetter(options)
    first = int(text("language.first_font_character", lang), 16)
    cutter.populate(unicodes=sorted(ord(c) for c in set(html) if ord(c) >= first))
    out = BytesIO()
    path = pylopdf_fonts_zh_cn.sans_path()
    # The bounds of its signs stay those of the whole face: to measure all anew takes as long again.
    with TTFont(path, recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
        cutter.subset(font)
        font.save(out, reorderTables=True)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return (
        f"@font-face {{ font-family: 'Noto Sans SC page'; "  # as `page.css` asks for it
        f'src: url("data:font/ttf;base64,{data}") format("truetype"); '
        f"unicode-range: U+{first:X}-10FFFF; }}"
    )


def panel_font(words: str) -> str:
    """Return an `@font-face` rule with the characters of what a panel shows, in every language.

    Quotation marks and dashes are left to the page's own font, where one language wants them so.
    """
    lang = max(LANGUAGES, key=lambda one: int(text("language.first_font_character", one), 16))
    return font_face(words, lang=lang)
