"""The report as a page that opens on its own: style, pictures and Chinese font are inside.

The font is cut down to the characters on the page, so that a machine without a Chinese font shows
them too: the whole font has 17 MB, the few hundred characters of a report need a hundredth of that.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn

from bcforecast.attainment.project import Outlook
from bcforecast.reporting.display import FUNCTIONS, function_anchor
from bcforecast.reporting.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    Span,
    Spans,
    TableBlock,
    linked,
)
from bcforecast.reporting.formats import BlockWriter
from bcforecast.scenarios.scenario import Scenario
from bcforecast.text import LOCALE_DIR, Language, text

_TEMPLATES: Final = Path(__file__).parent / "templates"
_FONT_PLACE: Final = "/* font */"
_HTML_LANG: Final[Mapping[Language, str]] = {"zh": "zh-Hans", "en": "en"}
_TITLES: Final = {f"#{function_anchor(name)}": path for name, path in FUNCTIONS.items()}


def html_text(document: Document, folder: Path) -> str:
    """Return a report as HTML that needs no other file and no network.

    Parameters
    ----------
    document
        The report.
    folder
        Where the files of its pictures are.
    """
    front = document.front
    pictures = {one.file: (folder / one.file).read_bytes() for one in document.pictures}
    body = Body(document.blocks, document.lang, pictures)
    return whole_page(
        body.text(),
        name=document.name,
        kicker=front.kicker,
        title=front.title,
        subtitle=front.subtitle,
        meta=front.facts,
        legend=body.block(front.legend),
        contents=contents(document.blocks),
        footer=front.footer,
        lang=document.lang,
    )


def whole_page(
    body: str,
    *,
    name: str,
    kicker: str,
    title: str,
    meta: Iterable[tuple[str, str]],
    contents: Iterable[Entry],
    footer: str,
    lang: Language,
    subtitle: str = "",
    legend: str = "",
) -> str:
    """Put a heading, contents, style and font around the body of a page.

    Parameters
    ----------
    body, legend
        HTML.
    name
        Of the document, for the browser's window.
    meta
        Names and values below the title.
    """
    page = _page_template().render(
        html_lang=_HTML_LANG[lang],
        name=name,
        kicker=kicker,
        title=title,
        subtitle=subtitle,
        meta=tuple(meta),
        legend=legend,
        contents=tuple(contents),
        body=body,
        style=(_TEMPLATES / "page.css").read_text(encoding="utf-8").rstrip(),
        footer=footer,
        say=lambda key: text(f"report.{key}", lang),
    )
    page = page.rstrip() + "\n"
    return page.replace(_FONT_PLACE, font_face(page, lang=lang), 1)


@cache
def _page_template():  # type: ignore[no-untyped-def]
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True)
    return environment.get_template("page.html.j2")


@dataclass
class Entry:
    """A heading in the list of contents, with those below it."""

    anchor: str
    text: str
    below: list[Entry] = field(default_factory=list)


def contents(blocks: Iterable[Block]) -> list[Entry]:
    """Return the headings of level 1, those of level 2 below them."""
    found: list[Entry] = []
    for block in blocks:
        if not isinstance(block, Heading) or block.level > 2:
            continue
        entry = Entry(block.anchor, block.text)
        (found if block.level == 1 or not found else found[-1].below).append(entry)
    return found


class Body(BlockWriter[str]):
    """Blocks as HTML; every text in them is escaped.

    Parameters
    ----------
    blocks, lang
        As for every format.
    pictures
        PNG by file.
    """

    def __init__(
        self, blocks: Iterable[Block], lang: Language, pictures: Mapping[str, bytes]
    ) -> None:
        super().__init__(blocks, lang)
        self._pictures = pictures

    def text(self) -> str:
        """Return all blocks, one below the other; each goal in a section of its own."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        in_goal = False
        for block in self.blocks:
            if in_goal and isinstance(block, Heading) and block.level <= 2:
                yield "</section>"
                in_goal = False
            if isinstance(block, Heading) and block.anchor.startswith("goal-"):
                yield '<section class="goal">'
                in_goal = True
            yield self.block(block)
        if in_goal:
            yield "</section>"

    def _heading(self, heading: Heading) -> str:
        level = heading.level + 1
        return f'<h{level} id="{escape(heading.anchor)}">{escape(heading.text)}</h{level}>'

    def _paragraph(self, paragraph: Paragraph) -> str:
        name = ' class="note"' if paragraph.small else ""
        return f"<p{name}>{self._spans(paragraph.spans)}</p>"

    def _bullets(self, bullets: Bullets) -> str:
        items = "\n".join(f"<li>{self._spans(item)}</li>" for item in bullets.items)
        return f"<ul>\n{items}\n</ul>"

    def _quotation(self, quotation: Quotation) -> str:
        lines = "\n".join(f"<p>{self._spans(one)}</p>" for one in quotation.paragraphs)
        return f"<blockquote>\n{lines}\n</blockquote>"

    def _table(self, table: TableBlock) -> str:
        heads = "".join(
            f'<th scope="col" class="{kind}">{escape(name)}</th>'
            for name, kind in zip(table.columns, table.kinds, strict=True)
        )
        anchors = table.anchors or ("",) * len(table.rows)
        rows = "\n".join(
            self._row(row, table, anchor) for row, anchor in zip(table.rows, anchors, strict=True)
        )
        note = f'\n<p class="note">{self._spans(_note(table))}</p>' if table.note else ""
        return (
            f'<div class="scroll"><table>\n<caption>{escape(self.caption(table))}</caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>{note}"
        )

    def _row(self, row: tuple[Spans, ...], table: TableBlock, anchor: str) -> str:
        name = f' id="{escape(anchor)}"' if anchor else ""
        first, *rest = map(self._cell, row, table.kinds)
        cells = "".join(
            f'<td class="{kind}">{cell}</td>'
            for cell, kind in zip(rest, table.kinds[1:], strict=True)
        )
        return f'<tr{name}><th scope="row" class="{table.kinds[0]}">{first}</th>{cells}</tr>'

    def _cell(self, cell: Spans, kind: str) -> str:
        words = self._spans(cell)
        return f'<span class="badge grade-{words}">{words}</span>' if kind == "grade" else words

    def _picture(self, picture: PictureBlock) -> str:
        data = base64.b64encode(self._pictures[picture.file]).decode("ascii")
        size = f' width="{picture.width}" height="{picture.height}"' if picture.width else ""
        image = f'<img src="data:image/png;base64,{data}" alt="{escape(picture.alt)}"{size}>'
        if not picture.caption:
            return f"<figure>{image}</figure>"
        return f"<figure>{image}\n<figcaption>{escape(self.caption(picture))}</figcaption></figure>"

    def _printed(self, printed: Printed) -> str:
        return f'<pre class="text">{escape(printed.text)}</pre>'

    def _code(self, code: Code) -> str:
        return f'<pre class="code"><code>{escape(code.source)}</code></pre>'

    def _spans(self, spans: Spans) -> str:
        return "".join(map(self._span, spans))

    def _span(self, span: Span) -> str:
        words = escape(span.text)
        if span.strong:
            words = f"<strong>{words}</strong>"
        link = self.link(span)
        if link is None:
            return words
        look = ' class="n"' if link.quiet else ""
        title = f' title="{escape(_TITLES[link.target])}"' if link.target in _TITLES else ""
        return f'<a{look} href="{escape(link.target)}"{title}>{words}</a>'


def _note(table: TableBlock) -> Spans:
    """Return the words below a table; numbers in them cite the function that its figures cite."""
    links = (span.link or "" for row in table.rows for cell in row for span in cell)
    cited = next((link for link in links if link.startswith("#fn-")), "")
    spans = (Span(text=table.note),)
    return linked(spans, cited[1:]) if cited else spans


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


_PANEL_SUBJECTS: Final = (
    "explorer", "plot", "verdict", "scenario", "joint", "units", "plan", "errors",
)  # fmt: skip


def panel_font(outlook: Outlook, scenarios: tuple[Scenario, ...], *, lang: Language) -> str:
    """Return an `@font-face` rule with the characters of the plan, scenarios and messages."""
    entries = (LOCALE_DIR / f"{lang}.po").read_text(encoding="utf-8").split("\n\n")
    subjects = tuple(f'msgid "{subject}.' for subject in _PANEL_SUBJECTS)
    shown = [
        outlook.plan.model_dump_json(),
        *(scenario.model_dump_json() for scenario in scenarios),
        *(entry for entry in entries if entry.startswith(subjects)),
    ]
    return font_face("".join(shown), lang=lang)
