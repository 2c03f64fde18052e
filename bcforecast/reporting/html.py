"""The document as a page.

The Chinese font of a page, cut down to the characters on it and carried inside.

A page that opens on its own must also show its Chinese on a machine without a Chinese font. The
whole font has 17 MB; the few hundred characters of a report need about a hundredth of that.
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
from bcforecast.reporting.display import FUNCTIONS, NUMBER, function_anchor
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
from bcforecast.reporting.facts import is_web_address
from bcforecast.scenarios.scenario import Scenario
from bcforecast.text import LOCALE_DIR, Language, language_tag, text

FAMILY = "Noto Sans SC page"
"""Name under which the page's style sheet asks for the font."""


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
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB"]  # of which no feature is kept
    cutter = subset.Subsetter(options)
    first = int(text("language.first_font_character", lang), 16)
    cutter.populate(unicodes=sorted(ord(c) for c in set(html) if ord(c) >= first))
    out = BytesIO()
    path = pylopdf_fonts_zh_cn.sans_path()
    with TTFont(path, recalcTimestamp=False, lazy=True) as font:
        cutter.subset(font)
        font.save(out, reorderTables=True)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return (
        f"@font-face {{ font-family: '{FAMILY}'; "
        f'src: url("data:font/ttf;base64,{data}") format("truetype"); '
        f"unicode-range: U+{first}-10FFFF; }}"
    )


_SUBJECTS = ("explorer", "plot", "verdict", "scenario", "joint", "units", "plan", "errors")


def panel_font(outlook: Outlook, scenarios: tuple[Scenario, ...], *, lang: Language) -> str:
    """Return an `@font-face` rule with the characters of the plan, scenarios and messages."""
    entries = (LOCALE_DIR / f"{lang}.po").read_text(encoding="utf-8").split("\n\n")
    subjects = tuple(f'msgid "{subject}.' for subject in _SUBJECTS)
    shown = [
        outlook.plan.model_dump_json(),
        *(scenario.model_dump_json() for scenario in scenarios),
        *(entry for entry in entries if entry.startswith(subjects)),
    ]
    return font_face("".join(shown), lang=lang)


_TEMPLATES: Final = Path(__file__).parent / "templates"
_FONT_PLACE: Final = "/* font */"
_FUNCTION_LINK: Final = "#fn-"
_NUMBER_LINKS: Final = (_FUNCTION_LINK, "#obs-", "#source-")
_TITLES: Final = {f"#{function_anchor(name)}": path for name, path in FUNCTIONS.items()}


@dataclass
class Entry:
    """A heading in the list of contents, with those below it."""

    anchor: str
    text: str
    below: list[Entry] = field(default_factory=list)


def html_text(document: Document, *, folder: Path) -> str:
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
    page = (
        _page_template()
        .render(
            html_lang=language_tag(lang),
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
        .rstrip()
        + "\n"
    )
    return page.replace(_FONT_PLACE, font_face(page, lang=lang), 1)


def contents(blocks: Iterable[Block]) -> list[Entry]:
    """Return the headings of level 1, those of level 2 below them."""
    found: list[Entry] = []
    for block in blocks:
        if not isinstance(block, Heading) or block.level > 2:
            continue
        entry = Entry(block.anchor, block.text)
        (found if block.level == 1 or not found else found[-1].below).append(entry)
    return found


class Body:
    """Blocks as HTML; every text in them is escaped.

    Parameters
    ----------
    blocks
        Links to places that none of them has become plain text.
    pictures
        PNG by file.
    """

    def __init__(
        self, blocks: Iterable[Block], lang: Language, pictures: Mapping[str, bytes]
    ) -> None:
        self.blocks, self.lang, self.pictures = tuple(blocks), lang, pictures
        self.anchors = {f"#{anchor}" for block in self.blocks for anchor in _anchors(block)}

    def text(self) -> str:
        """Return all blocks, one below the other; each goal in a section of its own."""
        parts, in_goal = [], False
        for block in self.blocks:
            if isinstance(block, Heading) and block.level <= 2 and in_goal:
                parts.append("</section>")
                in_goal = False
            if isinstance(block, Heading) and block.anchor.startswith("goal-"):
                parts.append('<section class="goal">')
                in_goal = True
            parts.append(self.block(block))
        return "\n".join([*parts, "</section>"] if in_goal else parts)

    def block(self, block: Block) -> str:
        """Return one block."""
        match block:
            case Heading():
                level = block.level + 1
                return f'<h{level} id="{escape(block.anchor)}">{escape(block.text)}</h{level}>'
            case Paragraph():
                name = ' class="note"' if block.small else ""
                return f"<p{name}>{self.spans(block.spans)}</p>"
            case Bullets():
                items = "\n".join(f"<li>{self.spans(item)}</li>" for item in block.items)
                return f"<ul>\n{items}\n</ul>"
            case Quotation():
                lines = "\n".join(f"<p>{self.spans(one)}</p>" for one in block.paragraphs)
                return f"<blockquote>\n{lines}\n</blockquote>"
            case TableBlock():
                return self._table(block)
            case PictureBlock():
                return self._picture(block)
            case Printed():
                return f'<pre class="text">{escape(block.text)}</pre>'
            case Code():
                return f'<pre class="code"><code>{escape(block.source)}</code></pre>'

    def spans(self, spans: Spans) -> str:
        """Return a run of text."""
        return "".join(map(self._span, spans))

    def _span(self, span: Span) -> str:
        words = escape(span.text)
        if span.strong:
            words = f"<strong>{words}</strong>"
        link = span.link
        if link is None or (link.startswith("#") and link not in self.anchors):
            return words
        if not (link.startswith("#") or is_web_address(link)):
            return words
        if link.startswith(_NUMBER_LINKS) and link != f"#source-{span.text}":
            title = _TITLES.get(link)
            said = f' title="{escape(title)}"' if title else ""
            return f'<a class="n" href="{escape(link)}"{said}>{words}</a>'
        return f'<a href="{escape(link)}">{words}</a>'

    def _table(self, table: TableBlock) -> str:
        heads = "".join(
            f'<th scope="col" class="{kind}">{escape(name)}</th>'
            for name, kind in zip(table.columns, table.kinds, strict=True)
        )
        anchors = table.anchors or ("",) * len(table.rows)
        rows = "\n".join(
            self._row(row, table, anchor) for row, anchor in zip(table.rows, anchors, strict=True)
        )
        caption = table.caption
        if table.number:
            caption = text("document.table_number", self.lang, number=table.number, caption=caption)
        note = f'\n<p class="note">{self.spans(_note(table))}</p>' if table.note else ""
        return (
            f'<div class="scroll"><table>\n<caption>{escape(caption)}</caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>{note}"
        )

    def _row(self, row: tuple[Spans, ...], table: TableBlock, anchor: str) -> str:
        shown = [self._cell(cell, kind) for cell, kind in zip(row, table.kinds, strict=True)]
        cells = "".join(
            f'<td class="{kind}">{cell}</td>'
            for cell, kind in zip(shown[1:], table.kinds[1:], strict=True)
        )
        name = f' id="{escape(anchor)}"' if anchor else ""
        head = f'<th scope="row" class="{table.kinds[0]}">{shown[0]}</th>'
        return f"<tr{name}>{head}{cells}</tr>"

    def _cell(self, cell: Spans, kind: str) -> str:
        words = self.spans(cell)
        return f'<span class="badge grade-{words}">{words}</span>' if kind == "grade" else words

    def _picture(self, picture: PictureBlock) -> str:
        data = base64.b64encode(self.pictures[picture.file]).decode("ascii")
        size = f' width="{picture.width}" height="{picture.height}"' if picture.width else ""
        image = f'<img src="data:image/png;base64,{data}" alt="{escape(picture.alt)}"{size}>'
        if not picture.caption:
            return f"<figure>{image}</figure>"
        caption = text(
            "document.figure_number", self.lang, number=picture.number, caption=picture.caption
        )
        return f"<figure>{image}\n<figcaption>{escape(caption)}</figcaption></figure>"


def _note(table: TableBlock) -> Spans:
    """Return the words below a table; numbers in them cite the function that its figures cite."""
    links = (span.link or "" for row in table.rows for cell in row for span in cell)
    cited = next((link for link in links if link.startswith(_FUNCTION_LINK)), "")
    spans = (Span(text=table.note),)
    return linked(spans, cited[1:]) if cited else spans


def _anchors(block: Block) -> tuple[str, ...]:
    if isinstance(block, Heading):
        return (block.anchor,)
    return block.anchors if isinstance(block, TableBlock) else ()


@cache
def _page_template():  # type: ignore[no-untyped-def]
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True
    )
    return environment.get_template("page.html.j2")


_QUIET: Final = ("fn-", "obs-")
"""Anchors of what numbers point to."""


@dataclass(frozen=True)
class Link:
    """A link that leads somewhere.

    Parameters
    ----------
    place
        Name of a place in the document, as in `Places.names`; empty for a web page.
    web
        Address of a web page; empty for a place in the document.
    quiet
        Whether it looks like the text around it, as the links of numbers do.
    """

    place: str = ""
    web: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Places:
    """The places of a document that links can lead to: each anchor under a name of our own."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> Places:
        """Name the headings and the rows of tables; of two with one anchor, the first."""
        anchors = dict.fromkeys(filter(None, _anchors_links(document)))
        return cls({anchor: f"place-{i}" for i, anchor in enumerate(anchors, start=1)})

    def link(self, span: Span) -> Link | None:
        """Return where a span leads, or None if that is nowhere or not a web page.

        Examples
        --------
        >>> Places({"fn-plan": "place-1"}).link(Span(text="9", link="#fn-plan"))
        Link(place='place-1', web='', quiet=True)
        >>> Places({}).link(Span(text="a", link="javascript:alert(1)")) is None
        True
        """
        target = span.link
        if target is None:
            return None
        if target.startswith("#"):
            anchor = target[1:]
            name = self.names.get(anchor)
            quiet = anchor.startswith(_QUIET) or NUMBER.fullmatch(span.text) is not None
            return None if name is None else Link(place=name, quiet=quiet)
        return Link(web=target) if is_web_address(target) else None


def _anchors_links(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Heading):
            yield block.anchor
        elif isinstance(block, TableBlock):
            yield from block.anchors
