"""From the executed notebook of a report to its document, with title page and annex."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode
from pydantic import TypeAdapter

from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from bcforecast.reporting.document import (
    FUNCTIONS,
    Block,
    Bullets,
    Code,
    Document,
    Front,
    Heading,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    Span,
    Spans,
    TableBlock,
    function_anchor,
    merged,
    plain_text,
)
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.manifest import INSTALLED
from bcforecast.reporting.tables import grades_table
from bcforecast.text import Language, day, text

NOT_IN_THE_REPORT: Final = frozenset({"notebook-only", "parameters", "injected-parameters"})
"""Tags of cells that a report leaves out."""

_BLOCKS: Final[TypeAdapter[tuple[Block, ...]]] = TypeAdapter(tuple[Block, ...])


@dataclass(frozen=True)
class Assembly:
    """A document, and its pictures as PNG by file name in the report's folder."""

    document: Document
    pictures: Mapping[str, bytes]


def assemble(
    notebook: NotebookNode, facts: Facts, *, made_from: Mapping[str, Any], lang: Language
) -> Assembly:
    """Make a document of what the executed `03_plan` shows.

    `facts` is the result that it was written from, `made_from` the recipe of the report
    (`bcforecast.reporting.manifest.recipe`).
    """
    reader = Reader("plan")
    blocks = [*reader.blocks(notebook.cells), *annex(made_from, lang=lang)]
    document = Document(
        lang=lang,
        name=text("report.document_title", lang, plan=facts.plan.title.render(lang)),
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


def front(facts: Facts, *, lang: Language) -> Front:
    """Return the title page of a result."""
    plan = facts.plan
    stated = sum(goal.probability is not None for goal in facts.goals)
    values = {
        "as_of": day(facts.as_of, lang=lang),
        "scenario": facts.scenario_name.render(lang),
        "goals": text("document.fact_goals_value", lang, count=len(facts.goals), stated=stated),
        "language": text("report.language_name", lang),
    }
    issuer, issued = plan.issuer.render(lang), day(plan.issued, lang=lang)
    (legend,) = grades_table(lang=lang).tables
    return Front(
        kicker=text("document.kicker", lang),
        title=plan.title.render(lang),
        subtitle=text("document.subtitle", lang, issuer=issuer, day=issued),
        facts=tuple((text(f"document.fact_{key}", lang), value) for key, value in values.items()),
        legend=legend.model_copy(update={"caption": text("document.legend_caption", lang)}),
        footer=text("document.footer", lang, version=version("bcforecast")),
    )


def annex(made_from: Mapping[str, Any], *, lang: Language) -> tuple[Block, ...]:
    """Return the annex: the functions that numbers lead to, the inputs, the versions."""
    code, lock = made_from["code"], made_from["lock"]
    of = text("verify.installed_versions", lang) if lock["of"] == INSTALLED else lock["of"]
    functions = [(text(f"document.fn_{name}", lang), path) for name, path in FUNCTIONS.items()]
    inputs = {entry["file"]: entry["sha256"] for entry in made_from["inputs"]}
    versions = [
        *((text(f"document.parameter_{name}", lang), value)
          for name, value in made_from["parameters"].items()),
        ("bcforecast", code["version"]),
        (text("verify.record_code", lang), code["sha256"]),
        (text("verify.record_lock", lang, of=of), lock["sha256"]),
        *made_from["versions"].items(),
    ]  # fmt: skip

    def table(
        name: str, columns: Sequence[str], rows: Iterable[tuple[str, str]], **more: Any
    ) -> TableBlock:
        first, second = (text(f"document.col_{column}", lang) for column in columns)
        caption = text(f"document.{name}_caption", lang)
        return TableBlock.of(caption, [(first, "text"), (second, "url")], rows, **more)

    opening = Span(text=text("document.functions_opening", lang))
    anchors = [function_anchor(name) for name in FUNCTIONS]
    return (
        Heading(level=1, text=text("document.heading_record", lang), new_page=True),
        Heading(level=2, text=text("document.heading_functions", lang)),
        Paragraph(spans=(opening,)),
        table("functions", ("number", "function"), functions, anchors=anchors),
        Heading(level=2, text=text("document.heading_inputs", lang)),
        table("inputs", ("file", "sha256"), inputs.items()),
        table("versions", ("name", "version"), versions),
    )


@dataclass
class Reader:
    """Reads cells, and keeps their pictures under names that say where they stand.

    Outside the parts that have an anchor of their own, names of pictures begin with `name`.
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
            if cell.cell_type != "code" or any(
                RESULT_MIME in o.get("data", {}) for o in cell.outputs
            ):
                continue
            yield Code(source=cell.source)
            for output in cell.outputs:
                data: Mapping[str, Any] = output.get("data", {})
                if BLOCK_MIME in data:
                    for block in _BLOCKS.validate_python(data[BLOCK_MIME]["blocks"]):
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


def _anchored(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give headings anchors, leave out those with nothing below, and no page starts twice."""
    counts, started = [0, 0, 0], False
    for place, block in enumerate(blocks):
        if not isinstance(block, Heading):
            started = started and isinstance(block, Code)
            yield block
            continue
        below = next((b for b in blocks[place + 1 :] if not isinstance(b, Code)), None)
        if below is None or (isinstance(below, Heading) and below.level <= block.level):
            continue
        counts = [*counts[: block.level], *[0] * (3 - block.level)]
        counts[block.level - 1] += 1
        anchor = block.anchor or "part-" + "-".join(map(str, counts[: block.level]))
        new_page = block.new_page and not started
        yield block.model_copy(update={"anchor": anchor, "new_page": new_page})
        started = True


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """Number tables and pictures, each from 1 on."""
    counts = {"table": 0, "picture": 0}
    for block in blocks:
        if block.kind in counts:
            counts[block.kind] += 1
            block = block.model_copy(update={"number": counts[block.kind]})
        yield block


def parse_markdown(markdown: str) -> tuple[Block, ...]:
    r"""Return headings, paragraphs, lists and quotations of a person's cell; HTML stays text.

    `##` is a heading of level 1, as chapters are written in notebooks, `###` of level 2 and so on.

    Examples
    --------
    >>> [block.kind for block in parse_markdown("## A\n\nb **c**\n\n- d\n- e")]
    ['heading', 'paragraph', 'bullets']
    >>> parse_markdown("<script>")[0].spans[0].text
    '<script>'
    """
    rules = ["heading", "list", "blockquote", "emphasis", "link", "backticks", "escape", "newline"]
    tokens = iter(MarkdownIt("zero").enable(rules).parse(markdown))
    found: list[Block] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                words = plain_text(_spans(next(tokens)))
                depth = max(1, min(3, int(token.tag[1:]) - 1))
                found.append(Heading.model_validate({"level": depth, "text": words}))
            case "inline":
                found.append(Paragraph(spans=_spans(token)))
            case "bullet_list_open" | "ordered_list_open":
                found.append(Bullets(items=_within(tokens, token)))
            case "blockquote_open":
                found.append(Quotation(paragraphs=_within(tokens, token)))
    return tuple(found)


def _within(tokens: Iterator[Token], opening: Token) -> tuple[Spans, ...]:
    """Return the texts up to where what was opened is closed."""
    found = []
    for token in tokens:
        if token.type == opening.type.replace("open", "close") and token.level == opening.level:
            break
        if token.type == "inline":
            found.append(_spans(token))
    return tuple(found)


def _spans(token: Token) -> Spans:
    spans, strong, link = [], 0, None
    for part in token.children or ():
        strong += {"strong_open": 1, "strong_close": -1}.get(part.type, 0)
        if part.type.startswith("link_"):
            link = str(part.attrs["href"]) if part.type == "link_open" else None
        words = " " if part.type in ("softbreak", "hardbreak") else part.content
        spans.append(Span(text=words, strong=strong > 0, link=link))
    return merged(spans)
