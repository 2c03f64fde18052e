"""The formats of a report, a row of `FILE_FORMATS` each, and the walk over blocks that they share.

The choice of formats, the list of reports, its feed and the comparison of two reports read that
row, so that a format is added in one place.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from html import escape
from itertools import chain
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NamedTuple, TypeVar, get_args

from markupsafe import Markup

from bcforecast import edge
from bcforecast.reporting import document, facts
from bcforecast.text import Language, Message, chance, text, unbroken, verdict_message

if TYPE_CHECKING:
    from jinja2 import Template

Format = Literal["html", "pdf", "brief", "docx", "xlsx", "md"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MADE: Final[tuple[Format, ...]] = tuple(one for one in FORMATS if one != "brief")
"""Those that are made where none is asked for: the two first pages alone only where they are."""


class FileFormat(NamedTuple):
    """A kind of file that a report can be.

    `label` is what a reader of the list of reports calls it. `writer` is a `module:function` that
    is imported when it is asked for: it takes a document and its pictures (PNG by file), and
    returns what the file holds, as bytes or as text for UTF-8.
    """

    label: str | Message
    file: str
    media_type: str
    writer: str


_HERE: Final = "bcforecast.reporting"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_PAGE: Final = Message("run.page_format_html")
_BRIEF: Final = Message("run.page_format_brief")
_WORD: Final = f"{_OFFICE}.wordprocessingml.document"
_EXCEL: Final = f"{_OFFICE}.spreadsheetml.sheet"
FILE_FORMATS: Final[Mapping[Format, FileFormat]] = {
    "html": FileFormat(_PAGE, "index.html", "text/html", f"{_HERE}.display:html_text"),
    "pdf": FileFormat("PDF", "report.pdf", "application/pdf", f"{_HERE}.pages:pdf_bytes"),
    "brief": FileFormat(_BRIEF, "brief.pdf", "application/pdf", f"{_HERE}.pages:brief_bytes"),
    "docx": FileFormat("Word", "report.docx", _WORD, f"{_HERE}.pages:docx_bytes"),
    "xlsx": FileFormat("Excel", "report.xlsx", _EXCEL, f"{_HERE}.xlsx:xlsx_bytes"),
    "md": FileFormat("Markdown", "report.md", "text/markdown", f"{_HERE}.display:markdown_text"),
}


def write_format(report: document.Document, made: Format, *, folder: Path) -> None:
    """Write one format of a document into the folder in which its pictures are."""
    found = FILE_FORMATS[made]
    files = (file for one in report.pictures for file in one.files)
    pictures = {file: edge.read_bytes(folder / file) for file in files}
    content: str | bytes = resolve_name(found.writer)(report, pictures)
    (folder / found.file).write_bytes(content.encode() if isinstance(content, str) else content)


_TEMPLATES: Final = Path(__file__).parent / "templates"
ORIGINS: Final = ("#fn-", "#obs-", "#source-")
_REPORT: Final = re.compile(r"(\.\./)*([A-Za-z0-9_-][A-Za-z0-9._-]*/)+index\.html")
"""The page of another report, from where a document lies."""

Made = TypeVar("Made")


class LinkTarget(NamedTuple):
    """Where a run of text leads: to an `#anchor` of the document, or to a web page.

    A `quiet` link looks like the text around it, as those of figures to their origin do.
    """

    target: str
    quiet: bool = False


class BlockWriter(Generic[Made]):
    """Writes blocks in one format: a method for each kind of block, `_heading` to `_code`.

    It is given all blocks of the document, for links to places that none of them has lead nowhere,
    and the language of the words that a format adds.
    """

    def __init__(self, blocks: Iterable[document.Block], lang: Language) -> None:
        self.blocks, self.lang = tuple(blocks), lang
        named = ((getattr(b, "anchor", ""), *getattr(b, "anchors", ())) for b in self.blocks)
        anchors = filter(None, dict.fromkeys(chain.from_iterable(named)))
        self.places = {anchor: f"place-{i}" for i, anchor in enumerate(anchors, start=1)}
        """A name of our own for each anchor of a heading or a row, which may be any text."""

    def block(self, block: document.Block) -> Made:
        """Return what becomes of one block."""
        write: Callable[[document.Block], Made] = getattr(self, f"_{block.kind}")
        return write(block)

    def link(self, span: document.Span) -> LinkTarget | None:
        """Return where a span leads: into the document, to the web, to another report; or None."""
        target = span.link or ""
        if target.startswith("#"):
            quiet = target.startswith(ORIGINS) and target != f"#source-{span.text}"
            return LinkTarget(target, quiet) if target[1:] in self.places else None
        leads = facts.is_web_address(target) or _REPORT.fullmatch(target)
        return LinkTarget(target) if leads else None

    def caption(self, block: document.TableBlock | document.PictureBlock) -> str:
        """Return the caption behind its number, where it has one."""
        if not block.number:
            return block.caption
        key = f"document.{block.kind}_number"
        return text(key, self.lang, number=block.number, caption=block.caption)


@cache
def template(name: str) -> "Template":
    """Return a template of HTML or XML: texts are escaped, without what XML cannot hold."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    illegal = re.compile(r"[^\t\n -\ufffd\U00010000-\U0010ffff]")

    def escaped(value: object) -> object:
        if hasattr(value, "__html__"):
            return value
        return Markup(escape(illegal.sub("", str(value))))

    def verdict(said: Any, lang: Language) -> str:
        return verdict_message(said.verdict, grade=said.grade).render(lang)

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=not name.startswith("word/"),
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=escaped,
    )
    made.filters |= {"tag": partial(text, "language.tag"), "chance": chance, "verdict": verdict}
    made.filters["kept"] = unbroken
    return made.get_template(name)
