"""The document: blocks and spans that every format is made from.

The report as data: chapters, paragraphs, tables and pictures, from which every format is made.

A document is in one language and holds no number of its own: its texts were written from the
result document (`bcforecast.reporting.facts`), which it carries. Numbers in it name the
observation or the function that they come from.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distributions, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import Field

from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.reporting.display import (
    BLOCK_MIME,
    FUNCTIONS,
    NUMBER,
    RESULT_MIME,
    Kind,
    function_anchor,
)
from bcforecast.reporting.facts import Fact, Facts, is_web_address
from bcforecast.reporting.tables import grades_table
from bcforecast.text import Language, day, text

if TYPE_CHECKING:
    from nbformat import NotebookNode

SCHEMA: Final = "bcforecast-report/1"


class Span(Fact):
    """A run of text.

    Parameters
    ----------
    text
        As it is read; never markup.
    strong
        Whether it is set in bold.
    link
        `#anchor` of a place in the document, a web address, or None.
    """

    text: str
    strong: bool = False
    link: str | None = None


Spans = tuple[Span, ...]


class Heading(Fact):
    """A heading; level 1 is a chapter, 2 a goal or a part of a chapter, 3 a part of that.

    `new_page` asks formats with pages to start one.
    """

    kind: Literal["heading"] = "heading"
    level: Literal[1, 2, 3]
    text: str
    anchor: str
    new_page: bool = False


class Paragraph(Fact):
    """A paragraph; `small` for notes below tables and the like."""

    kind: Literal["paragraph"] = "paragraph"
    spans: Spans
    small: bool = False


class Bullets(Fact):
    """A list of items without numbers."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[Spans, ...]


class Quotation(Fact):
    """Words of the plan itself."""

    kind: Literal["quotation"] = "quotation"
    paragraphs: tuple[Spans, ...]


class TableBlock(Fact):
    """A table of finished texts.

    Parameters
    ----------
    number
        From 1 on, in the order of the document.
    caption, note
        Above it and below it; the note may be empty.
    columns, kinds
        Heads, and how each column is set.
    rows
        A tuple of cells a row; the first cell names the row.
    anchors
        By row, where links to it point; empty for none.
    """

    kind: Literal["table"] = "table"
    number: int = 0
    caption: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Spans, ...], ...]
    anchors: tuple[str, ...] = ()
    note: str = ""


class PictureBlock(Fact):
    """A picture in a file of its own.

    Parameters
    ----------
    number
        From 1 on, in the order of the document.
    file
        PNG in the folder of the report, such as `charts/plan-1.png`.
    caption, alt
        Below it; and what it says, for a reader who cannot see it.
    width, height
        In CSS pixels of 1/96 inch.
    """

    kind: Literal["picture"] = "picture"
    number: int = 0
    file: str
    caption: str
    alt: str
    width: int
    height: int


class Printed(Fact):
    """What a cell printed that is none of the other kinds, as it stands."""

    kind: Literal["printed"] = "printed"
    text: str


class Code(Fact):
    """The source of a cell; shown by the page on demand, left out by the other formats."""

    kind: Literal["code"] = "code"
    source: str


Block = Annotated[
    Heading | Paragraph | Bullets | Quotation | TableBlock | PictureBlock | Printed | Code,
    Field(discriminator="kind"),
]


class Front(Fact):
    """The title page.

    Parameters
    ----------
    kicker, title, subtitle
        Kind of document, the plan's title, and who issued it when.
    facts
        Names and values below the title: as-of date, scenario, number of goals.
    legend
        What the evidence grades mean.
    footer
        What the report was made with.
    """

    kicker: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    legend: TableBlock
    footer: str


class Document(Fact):
    """A report in one language, with the result that it was written from."""

    document: str = SCHEMA
    lang: Language
    name: str
    front: Front
    blocks: tuple[Block, ...]
    result: Facts

    @property
    def tables(self) -> tuple[TableBlock, ...]:
        """The tables of the body, in order."""
        return tuple(block for block in self.blocks if isinstance(block, TableBlock))

    @property
    def pictures(self) -> tuple[PictureBlock, ...]:
        """The pictures of the body, in order."""
        return tuple(block for block in self.blocks if isinstance(block, PictureBlock))


def plain_text(spans: Spans) -> str:
    """Return the words of spans without their style.

    Examples
    --------
    >>> plain_text((Span(text="73%", strong=True), Span(text=" (likely)")))
    '73% (likely)'
    """
    return "".join(span.text for span in spans)


def linked(spans: Spans, anchor: str) -> Spans:
    """Give every number that has no link yet one to `anchor`; days and years are no figures.

    Examples
    --------
    >>> [s.text for s in linked((Span(text="In 2019 it was 6,106."),), "fn-plan") if s.link]
    ['6,106']
    """
    return tuple(part for span in spans for part in _linked(span, f"#{anchor}"))


def _linked(span: Span, link: str) -> Iterator[Span]:
    if span.link is not None:
        yield span
        return
    end = 0
    for found in NUMBER.finditer(span.text):
        if found["number"] is None:
            continue
        if found.start() > end:
            yield span.model_copy(update={"text": span.text[end : found.start()]})
        yield span.model_copy(update={"text": found[0], "link": link})
        end = found.end()
    if end < len(span.text):
        yield span.model_copy(update={"text": span.text[end:]})


def parse_markdown(markdown: str) -> tuple[Block, ...]:
    r"""Return headings, paragraphs, lists and quotations; HTML in it stays text.

    `##` is a heading of level 1, as chapters are written in notebooks, `###` of level 2 and so on.

    Examples
    --------
    >>> [block.kind for block in parse_markdown("## A\n\nb **c**\n\n- d\n- e")]
    ['heading', 'paragraph', 'bullets']
    >>> parse_markdown("<script>")[0].spans[0].text
    '<script>'
    """
    return tuple(_blocks(iter(_parser().parse(markdown))))


def parse_inline(markdown: str) -> Spans:
    """Return the spans of a line of Markdown."""
    (token,) = _parser().parseInline(markdown)
    return _spans(token)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero").enable(
        ["heading", "list", "blockquote", "emphasis", "link", "backticks", "escape", "newline"]
    )


def _blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    for token in tokens:
        match token.type:
            case "heading_open":
                yield _heading(int(token.tag[1:]), _spans(next(tokens)))
            case "inline":
                yield Paragraph(spans=_spans(token))
            case "bullet_list_open" | "ordered_list_open":
                close = token.type.replace("open", "close")
                yield Bullets(items=_inlines(tokens, until=close, level=token.level))
            case "blockquote_open":
                close = "blockquote_close"
                yield Quotation(paragraphs=_inlines(tokens, until=close, level=token.level))


def _heading(depth: int, spans: Spans) -> Heading:
    level: Literal[1, 2, 3] = 1 if depth <= 2 else 2 if depth == 3 else 3
    return Heading(level=level, text="".join(span.text for span in spans), anchor="")


def _inlines(tokens: Iterator[Token], *, until: str, level: int) -> tuple[Spans, ...]:
    found = []
    for token in tokens:
        if token.type == until and token.level == level:
            break
        if token.type == "inline":
            found.append(_spans(token))
    return tuple(found)


def _spans(token: Token) -> Spans:
    spans: list[Span] = []
    strong, link = 0, None
    for part in token.children or ():
        match part.type:
            case "strong_open":
                strong += 1
            case "strong_close":
                strong -= 1
            case "link_open":
                link = str(part.attrs["href"])
            case "link_close":
                link = None
            case "softbreak" | "hardbreak":
                spans.append(Span(text=" ", strong=strong > 0, link=link))
            case _ if part.content:
                spans.append(Span(text=part.content, strong=strong > 0, link=link))
    return tuple(_merged(spans))


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Join neighbours of the same style."""
    held: Span | None = None
    for span in spans:
        if held is not None and (held.strong, held.link) == (span.strong, span.link):
            held = held.model_copy(update={"text": held.text + span.text})
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def table_block(block: Mapping[str, Any]) -> TableBlock:
    """Return the block of a table that `Table.block` gave as data."""
    kinds, width = block["kinds"], len(block["columns"])
    cites = block["cites"] or [""] * width
    row_cites = block["row_cites"] or [""] * len(block["rows"])
    # A number in the name of a row ("lower end, 80%") belongs to the figures of the row.
    cites = [cites[0] or next(filter(None, cites), ""), *cites[1:]]
    return TableBlock(
        caption=block["caption"],
        columns=tuple(block["columns"]),
        kinds=tuple(kinds),
        rows=tuple(
            tuple(
                cell_spans(cell, kind, row_cite or cite)
                for cell, kind, cite in zip(row, kinds, cites, strict=True)
            )
            for row, row_cite in zip(block["rows"], row_cites, strict=True)
        ),
        anchors=tuple(block["anchors"]),
        note=block["note"],
    )


def cell_spans(cell: str, kind: Kind, cite: str = "") -> Spans:
    """Return a cell: sources and addresses as links, numbers as citations."""
    if kind == "source":
        return (Span(text=cell, link=f"#source-{cell}"),)
    if kind == "url" and is_web_address(cell):
        return (Span(text=cell, link=cell),)
    spans = (Span(text=cell),)
    return linked(spans, cite) if cite and kind not in ("grade", "source_id", "url") else spans


_PACKAGE: Final = Path(__file__).parents[1]
INSTALLED: Final = "installed versions"
"""What the lock's checksum is of where requirements.lock is not there."""

_LOCK: Final = NOTEBOOKS_DIR.parent / "requirements.lock"
_NO_SOURCE: Final = frozenset({"__pycache__", "_shipped"})
_NO_SOURCE_SUFFIXES: Final = frozenset({".pyc", ".pyo", ".po"})
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def file_sha256(path: Path) -> str:
    """Return the sha256 of what a file holds."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def code_version() -> dict[str, str]:
    """Return the version of bcforecast and the sha256 over its own source files.

    Where the package lies makes no difference, nor do compiled files; catalogues count as
    compiled (.mo), for these are what is read.
    """
    whole = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        inner = path.relative_to(_PACKAGE)
        if path.is_file() and _is_source(inner):
            digest = file_sha256(path)
            whole.update(f"{inner.as_posix()}\0{digest}\n".encode())
    return {"version": version("bcforecast"), "sha256": whole.hexdigest()}


@cache
def lock_digest() -> dict[str, str]:
    """Return the sha256 of requirements.lock where it is there, else of the installed versions."""
    if _LOCK.is_file():
        return {"of": _LOCK.name, "sha256": file_sha256(_LOCK)}
    pins = sorted({f"{d.name.lower()}=={d.version}" for d in distributions()})
    return {
        "of": INSTALLED,
        "sha256": hashlib.sha256("\n".join(pins).encode()).hexdigest(),
    }


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of each package that bcforecast asks for."""
    asked = (line for line in requires("bcforecast") or () if "extra ==" not in line)
    names = sorted({found[0].lower() for line in asked if (found := _NAME.match(line))})
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _is_source(inner: Path) -> bool:
    hidden = any(part.startswith(".") for part in inner.parts)
    apart = hidden or not _NO_SOURCE.isdisjoint(inner.parts)
    return not apart and inner.suffix not in _NO_SOURCE_SUFFIXES


PARAMETERS: Final = ("plan", "as_of", "scenario", "lang", "seed")
"""Names of the parameters of a report."""


@dataclass(frozen=True)
class Record:
    """What a report was made from and with.

    Parameters
    ----------
    inputs
        SHA-256 by name of the file.
    versions
        Of Python and of the packages, by name.
    parameters
        Plan, as-of date, scenario, language and seed, by name.
    code
        `version` of bcforecast and `sha256` over its source.
    lock
        `sha256` of the list of locked versions, and what it is `of`.
    """

    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    parameters: Mapping[str, str]
    code: Mapping[str, str]
    lock: Mapping[str, str]

    @classmethod
    def of(cls, made_from: Mapping[str, Any]) -> Record:
        """Return what of a recipe (`bcforecast.reporting.manifest.recipe`) the annex shows."""
        inputs = {entry["file"]: entry["sha256"] for entry in made_from["inputs"]}
        named = ("versions", "parameters", "code", "lock")
        return cls(inputs, *(made_from[name] for name in named))


def record_blocks(record: Record, *, lang: Language) -> tuple[Block, ...]:
    """Return the annex."""
    parameters = [
        (text(f"document.parameter_{name}", lang), record.parameters[name]) for name in PARAMETERS
    ]
    code, lock = record.code, record.lock
    made_with = [
        ("bcforecast", code["version"]),
        (text("verify.record_code", lang), code["sha256"]),
        (text("verify.record_lock", lang, of=lock_name(lock["of"], lang)), lock["sha256"]),
    ]
    title = text("document.heading_record", lang)
    return (
        Heading(level=1, text=title, anchor="", new_page=True),
        Heading(level=2, text=text("document.heading_functions", lang), anchor=""),
        Paragraph(spans=(Span(text=text("document.functions_opening", lang)),)),
        _table(
            "functions",
            ("number", "function"),
            [(text(f"document.fn_{name}", lang), path) for name, path in FUNCTIONS.items()],
            lang,
            anchors=tuple(function_anchor(name) for name in FUNCTIONS),
        ),
        Heading(level=2, text=text("document.heading_inputs", lang), anchor=""),
        _table("inputs", ("file", "sha256"), list(record.inputs.items()), lang),
        _table(
            "versions",
            ("name", "version"),
            [*parameters, *made_with, *record.versions.items()],
            lang,
        ),
    )


def _table(
    name: str,
    columns: tuple[str, str],
    rows: list[tuple[str, str]],
    lang: Language,
    anchors: tuple[str, ...] = (),
) -> TableBlock:
    return TableBlock(
        caption=text(f"document.{name}_caption", lang),
        columns=tuple(text(f"document.col_{column}", lang) for column in columns),
        kinds=("text", "url"),
        rows=tuple((_cell(first), _cell(second)) for first, second in rows),
        anchors=anchors,
    )


def lock_name(of: str, lang: Language) -> str:
    """Return what the checksum of the lock is of, in words where it is no file."""
    return text("verify.installed_versions", lang) if of == INSTALLED else of


def _cell(words: str) -> tuple[Span, ...]:
    return (Span(text=words),)


def front(facts: Facts, *, lang: Language) -> Front:
    """Return the title page of a result."""
    plan = facts.plan
    stated = sum(goal.probability is not None for goal in facts.goals)
    goals = text("document.fact_goals_value", lang, count=len(facts.goals), stated=stated)
    values = {
        "as_of": day(facts.as_of, lang=lang),
        "scenario": facts.scenario_name.in_(lang),
        "goals": goals,
        "language": text("report.language_name", lang),
    }
    issuer, issued = plan.issuer.in_(lang), day(plan.issued, lang=lang)
    return Front(
        kicker=text("document.kicker", lang),
        title=plan.title.in_(lang),
        subtitle=text("document.subtitle", lang, issuer=issuer, day=issued),
        facts=tuple((text(f"document.fact_{key}", lang), value) for key, value in values.items()),
        legend=_legend(lang),
        footer=text("document.footer", lang, version=version("bcforecast")),
    )


def _legend(lang: Language) -> TableBlock:
    table = grades_table(lang=lang)
    rows = tuple(
        tuple(
            cell_spans(cell, kind, cite)
            for cell, kind, cite in zip(row, table.kinds, table.cites, strict=True)
        )
        for row in table.rows
    )
    return TableBlock(
        caption=text("document.legend_caption", lang),
        columns=table.columns,
        kinds=table.kinds,
        rows=rows,
    )


NOT_IN_THE_REPORT: Final = frozenset({"notebook-only", "parameters", "injected-parameters"})
"""Tags of cells that a report leaves out."""


@dataclass(frozen=True)
class Assembly:
    """A document with its pictures.

    Parameters
    ----------
    document
        The report.
    pictures
        PNG by file name in the report's folder.
    """

    document: Document
    pictures: Mapping[str, bytes]


def assemble(notebook: NotebookNode, facts: Facts, *, record: Record, lang: Language) -> Assembly:
    """Make a document of what the executed notebook of a report shows.

    Parameters
    ----------
    notebook
        The executed `03_plan`.
    facts
        The result that the report was written from.
    record
        What it was made from and with.
    """
    reader = Reader("plan")
    blocks = [*reader.blocks(notebook.cells), *record_blocks(record, lang=lang)]
    document = Document(
        lang=lang,
        name=text("report.document_title", lang, plan=facts.plan.title.in_(lang)),
        front=front(facts, lang=lang),
        blocks=tuple(_numbered(_anchored(blocks))),
        result=facts,
    )
    return Assembly(document, reader.pictures)


def assemble_notebook(notebook: NotebookNode) -> tuple[tuple[Block, ...], Mapping[str, bytes]]:
    """Return what one executed notebook shows, and its pictures by file name."""
    reader = Reader("notebook")
    blocks = list(reader.blocks(notebook.cells))
    return tuple(_numbered(_anchored(blocks))), reader.pictures


@dataclass
class Reader:
    """Reads cells, and keeps their pictures under names that say where they stand.

    Parameters
    ----------
    name
        With which names of pictures begin outside the parts that have an anchor of their own.
    pictures
        By file name.
    """

    name: str
    pictures: dict[str, bytes] = field(default_factory=dict)

    def blocks(self, cells: Iterable[NotebookNode]) -> Iterator[Block]:
        """Return what cells show; in a part with an anchor, pictures are named by that."""
        part = self.name
        for cell in cells:
            if NOT_IN_THE_REPORT & set(cell.metadata.get("tags", [])):
                continue
            if cell.cell_type == "markdown":
                yield from parse_markdown(cell.source)
            if cell.cell_type != "code" or any(map(_is_result, cell.outputs)):
                continue
            yield Code(source=cell.source)
            for output in cell.outputs:
                data: Mapping[str, Any] = output.get("data", {})
                if BLOCK_MIME in data:
                    for block in _shown(data[BLOCK_MIME]):
                        if isinstance(block, Heading) and (block.anchor or block.level == 1):
                            part = block.anchor or self.name
                        yield block
                elif "image/png" in data:
                    yield self._picture(output, part)
                else:
                    printed = str(data.get("text/plain", output.get("text", ""))).strip("\n")
                    if printed.strip():
                        yield Printed(text=printed)

    def _picture(self, output: NotebookNode, part: str) -> PictureBlock:
        taken = sum(name.startswith(f"charts/{part}-") for name in self.pictures)
        file = f"charts/{part}-{taken + 1}.png"
        self.pictures[file] = base64.b64decode(output.data["image/png"])
        shown = output.metadata.get("image/png", {})
        return PictureBlock(
            file=file,
            caption=shown.get("caption", ""),
            alt=output.data.get("text/plain", ""),
            width=shown.get("width", 0),
            height=shown.get("height", 0),
        )


def _is_result(output: NotebookNode) -> bool:
    return RESULT_MIME in output.get("data", {})


def _shown(block: Mapping[str, Any]) -> Iterator[Block]:
    match block["kind"]:
        case "prose":
            first = {"new_page": block["new_page"], "anchor": block.get("anchor", "")}
            for one in parse_markdown(block["markdown"]):
                if first and isinstance(one, Heading):
                    one, first = one.model_copy(update=first), {}
                yield one
        case "table":
            yield table_block(block)
        case "tables":
            yield from map(table_block, block["tables"])


def _anchored(blocks: Iterable[Block]) -> Iterator[Block]:
    """Give headings anchors, leave out those with nothing below, and no page starts twice."""
    kept = _with_something_below(list(blocks))
    counts, started = [0, 0, 0], False
    for block in kept:
        if isinstance(block, Heading):
            counts = [*counts[: block.level], *[0] * (3 - block.level)]
            counts[block.level - 1] += 1
            anchor = block.anchor or "part-" + "-".join(map(str, counts[: block.level]))
            new_page = block.new_page and not started
            yield block.model_copy(update={"anchor": anchor, "new_page": new_page})
            started = True
        else:
            started = started and isinstance(block, Code)
            yield block


def _with_something_below(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            below = next((b for b in blocks[place + 1 :] if not isinstance(b, Code)), None)
            if below is None or (isinstance(below, Heading) and below.level <= block.level):
                continue
        kept.append(block)
    return kept


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    tables = pictures = 0
    for block in blocks:
        if isinstance(block, TableBlock):
            tables += 1
            yield block.model_copy(update={"number": tables})
        elif isinstance(block, PictureBlock):
            pictures += 1
            yield block.model_copy(update={"number": pictures})
        else:
            yield block
