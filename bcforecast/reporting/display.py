"""What a cell of a notebook shows; the report as a page that opens on its own, and as Markdown.

Style, pictures and Chinese font are inside the page. The font is cut down to the characters on it,
so that a machine without a Chinese font shows them too: the whole font has 17 MB, the few hundred
characters of a report need a hundredth of that.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unicodedata import category, east_asian_width
from urllib.parse import quote

from bcforecast.calls import checked_class
from bcforecast.plotting.style import font_face
from bcforecast.reporting import document as doc
from bcforecast.reporting import facts, sentences
from bcforecast.reporting.formats import ORIGINS, BlockWriter, LinkTarget, template
from bcforecast.text import LANGUAGES, Language, ratings, text

RESULT_MIME = "application/vnd.bcforecast.result+json"
"""The MIME type of the cell that carries a notebook's result for other programs."""

BLOCK_MIME = "application/vnd.bcforecast.block+json"
"""The MIME type by which a cell gives what it shows as data, for the formats of a report."""

PANEL_MIME = "application/vnd.bcforecast.panel+html"
"""The MIME type by which a report is handed its live panel."""

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
"""The MIME type by which a running notebook shows an interactive panel."""

_NO_LANGUAGE = LANGUAGES[0]
"""What is written of blocks without numbers has no words but their own."""


@checked_class
@dataclass(frozen=True, repr=False)
class Section:
    """A piece of a report: blocks, one below the other; nothing where there is nothing to say."""

    blocks: tuple[doc.Block, ...] = ()

    @property
    def tables(self) -> tuple[doc.TableBlock, ...]:
        """Its tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, doc.TableBlock))

    def __add__(self, other: "Section") -> "Section":
        return Section(self.blocks + other.blocks)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        # What has its default is left out, but for the kind by which a block is read back.
        data = [{"kind": b.kind, **b.model_dump(exclude_defaults=True)} for b in self.blocks]
        bundle: dict[str, object] = {BLOCK_MIME: {"blocks": data}, "text/plain": repr(self)}
        if self.tables:
            return bundle | {"text/html": self._repr_html_()}
        return bundle | {"text/markdown": repr(self)}

    def _repr_html_(self) -> str:
        given = {"writer": _PageWriter(self.blocks, _NO_LANGUAGE), "titles": _TITLES}
        macros: Any = template("blocks.html.j2").make_module(given)
        return "\n".join(str(macros.write(block)) for block in self.blocks)

    def __repr__(self) -> str:
        writer = _MarkdownWriter(self.blocks, _NO_LANGUAGE)
        tables = doc.TableBlock
        shown = (plain_table(b) if isinstance(b, tables) else writer.block(b) for b in self.blocks)
        return "\n\n".join(shown)


def paragraphs(*said: doc.Spans) -> Section:
    """Return sentences one below the other; those that are empty are left out."""
    return Section(tuple(doc.Paragraph(spans=spans) for spans in said if spans))


@dataclass(frozen=True)
class Result:
    """The result for other programs, as a cell that shows one line to a person."""

    data: facts.Fact | Mapping[str, object]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        data = self.data.model_dump(mode="json") if isinstance(self.data, facts.Fact) else self.data
        return {RESULT_MIME: facts.json_ready(data), "text/plain": RESULT_MIME}


def display_width(text: str) -> int:
    """Return how many columns of a terminal or of a sheet a text takes: two for a Chinese sign."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def plain_table(table: doc.TableBlock) -> str:
    """Return a table as lines of text, columns aligned."""
    lines = [table.columns, *table.cells]
    widths = [max(map(display_width, column)) for column in zip(*lines, strict=True)]

    def padded(cell: str, width: int, kind: str) -> str:
        blanks = " " * (width - display_width(cell))
        return blanks + cell if kind == "number" else cell + blanks

    rows = ["  ".join(map(padded, line, widths, table.kinds)).rstrip() for line in lines]
    heads = ("", *table.groups) if table.groups else [""] * len(rows)
    rows = [row or head for row, head in zip(rows, heads, strict=True)]  # of a head without words
    return "\n".join(filter(None, (table.caption, "\n".join(rows), table.note)))


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


def with_font(page: str, *, lang: Language, there: str = "") -> str:
    """Put the font into a page; `there` is kept if it is this page with its font."""
    # fontTools takes a second, and a page that has not changed needs none.
    if there and _FONT.sub(_FONT_PLACE, there, count=1) == page:
        return there
    return page.replace(_FONT_PLACE, font_face(page, lang=lang), 1)


_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>|~&$#]|!\Z")
_START: Final = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+]))")
_BARE_ADDRESS: Final = re.compile(r"(https?|ftp)(?=://)|(www)(?=\.)", re.IGNORECASE)
_KEPT_IN_LINKS: Final = "%/:?#@!$&'()*+,;=-._~"


def markdown_text(document: doc.Document, _pictures: Mapping[str, bytes] | None = None) -> str:
    """Return the report as Markdown; pictures are named by their files, wherever they are.

    No markup, no HTML and no link comes from a text but the web addresses that the document links.
    Other links are left out, for Markdown has no places in the rows of tables; and so is code.
    """
    writer, front = _MarkdownWriter(document.blocks, document.lang), document.front
    title = (f"# {escaped(front.title).strip()}", _line(front.kicker), _line(front.subtitle))
    whole = (front.legend, *writer.blocks)
    parts = (*title, writer.listed(front.facts), *map(writer.block, whole), "---")
    parts += (writer.listed(front.notes), _line(front.footer))
    return "\n\n".join(filter(None, parts)) + "\n"


def escaped(words: str) -> str:
    """Return Markdown that reads as `words`: no markup, no HTML, no bare address, on one line.

    At the end a mark of exclamation would make an image of a link that follows.
    """
    plain = _SIGNS.sub(r"\\\g<0>", _CONTROL.sub(" ", words))
    # GitHub makes links of what looks like an address.
    return _BARE_ADDRESS.sub(r"\g<0>\\", plain)


def block_text(markdown: str) -> str:
    """Return Markdown that stays a paragraph: what starts a list or another block is escaped."""
    return _START.sub(r"\1\\", markdown.strip(" \t"))


def inline(spans: doc.Spans) -> str:
    """Return spans as Markdown: bold, and links to web addresses."""
    outside = {s.link for s in spans if s.link and facts.is_web_address(s.link)}
    parts = doc.merged(
        doc.Span(text=s.text, strong=s.strong, link=s.link if s.link in outside else None)
        for s in spans
    )
    texts = ["", *(part.text for part in parts), ""]
    around = zip(texts, texts[2:], strict=False)
    return "".join(_linked(part, *outer) for part, outer in zip(parts, around, strict=True))


def _linked(span: doc.Span, before: str, after: str) -> str:
    """Return a span: stars stand within its link, and what would undo them stands beside them."""
    head, core, tail = "", _CONTROL.sub(" ", span.text), ""
    outer = ("[", "]") if span.link else (before[-1:], after[:1])
    while span.strong and core and not _star_holds(core[0], head[-1:] or outer[0]):
        head, core = head + core[0], core[1:]
    while span.strong and core and not _star_holds(core[-1], tail[:1] or outer[1]):
        core, tail = core[:-1], core[-1] + tail
    stars = "**" * bool(span.strong and core)
    words = escaped(head) + stars + escaped(core) + stars + escaped(tail)
    if span.link is None:
        return words
    # Without what would end the address or stand for something else in Markdown.
    address = quote(_CONTROL.sub("", span.link), safe=_KEPT_IN_LINKS).replace("&", "&amp;")
    return f"[{words}](<{address}>)"


def _star_holds(inner: str, outer: str) -> bool:
    """Whether stars between two characters are read as bold: not where a sign meets a letter."""

    def is_sign(character: str) -> bool:
        return category(character)[0] in "PS"  # what CommonMark takes for punctuation

    meets_a_letter = bool(outer) and not outer.isspace() and not is_sign(outer)
    return not inner.isspace() and not (is_sign(inner) and meets_a_letter)


def _line(words: str) -> str:
    return block_text(escaped(words))


class _MarkdownWriter(BlockWriter[str]):
    def listed(self, values: Iterable[tuple[str, str]]) -> str:
        said = ((_line(name), escaped(value)) for name, value in values)
        labels = (text("language.label", self.lang, name=name, value=v) for name, v in said)
        return "\n".join(f"- {label}" for label in labels)

    def _heading(self, heading: doc.Heading) -> str:
        return f"{'#' * (heading.level + 1)} {escaped(heading.text).strip()}"

    def _paragraph(self, paragraph: doc.Paragraph) -> str:
        return block_text(inline(paragraph.spans))

    def _bullets(self, bullets: doc.Bullets) -> str:
        return "\n".join(f"- {block_text(inline(item))}" for item in bullets.items)

    def _quotation(self, quotation: doc.Quotation) -> str:
        return "\n>\n".join(f"> {block_text(inline(words))}" for words in quotation.paragraphs)

    def _table(self, table: doc.TableBlock) -> str:
        rules = ("---:" if kind == "number" else ":---" for kind in table.kinds)
        cells = [list(map(inline, row)) for row in table.rows]
        for n, group in reversed([*enumerate(table.groups)]):
            if group:
                blank = [""] * (len(table.columns) - 1)
                head = [inline((doc.Span(text=group, strong=True),)), *blank]
                cells[n : n + (not any(cells[n]))] = [head]
        rows = (map(escaped, table.columns), rules, *cells)
        lines = (f"| {' | '.join(cell.strip() for cell in row)} |" for row in rows)
        parts = (self._titled(table), "\n".join(lines), _line(table.note))
        return "\n\n".join(filter(None, parts))

    def _picture(self, picture: doc.PictureBlock) -> str:
        image = f"![{escaped(picture.alt)}](<{quote(picture.file)}>)"
        return "\n\n".join(filter(None, (image, self._titled(picture))))

    def _titled(self, block: doc.TableBlock | doc.PictureBlock) -> str:
        return block_text(inline((doc.Span(text=self.caption(block), strong=True),)))

    def _printed(self, printed: doc.Printed) -> str:
        longest = max(map(len, re.findall("`+", printed.text)), default=0)
        fence = "`" * max(3, longest + 1)
        lines = printed.text.rstrip("\n")
        return f"{fence}text\n{lines}\n{fence}"

    def _code(self, _: doc.Code) -> str:
        return ""
