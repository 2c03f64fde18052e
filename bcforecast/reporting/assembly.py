"""From the executed notebook of a report to its document, with title page and annex."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from nbformat import NotebookNode
from pydantic import TypeAdapter

from bcforecast.plotting.style import VECTOR_MIME
from bcforecast.reporting import document, manifest, tables
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from bcforecast.reporting.document import Block, Heading, Span, TableBlock
from bcforecast.reporting.facts import Facts, Provenance
from bcforecast.text import Language, day, text

NOT_IN_THE_REPORT: Final = frozenset({"notebook-only", "parameters", "injected-parameters"})
"""Tags of cells that a report leaves out."""

_BLOCKS: Final[TypeAdapter[tuple[Block, ...]]] = TypeAdapter(tuple[Block, ...])


@dataclass(frozen=True)
class Assembly:
    """A document, and its pictures as PNG by file name in the report's folder."""

    document: document.Document
    pictures: Mapping[str, bytes]


def assemble(
    notebook: NotebookNode, facts: Facts, *, made_from: Mapping[str, Any], lang: Language
) -> Assembly:
    """Make a document of what the executed `03_plan` shows.

    `facts` is the result that it was written from, `made_from` the recipe of the report
    (`bcforecast.reporting.manifest.recipe`).
    """
    pictures: dict[str, bytes] = {}
    blocks = [*_shown(notebook.cells, "plan", pictures), *annex(made_from, lang=lang)]
    provenance = Provenance.model_validate(made_from.get("provenance", {}))
    made = document.Document(
        lang=lang,
        name=text("report.document_title", lang, plan=facts.plan.title),
        front=front(
            facts, provenance, lang=lang, panel=_panel(facts, made_from.get("formats", ()))
        ),
        blocks=placed(blocks),
        result=facts,
        provenance=provenance,
    )
    return Assembly(made, pictures)


def assemble_notebook(notebook: NotebookNode) -> tuple[tuple[Block, ...], Mapping[str, bytes]]:
    """Return what one executed notebook shows, and its pictures by file name."""
    pictures: dict[str, bytes] = {}
    return placed(list(_shown(notebook.cells, "notebook", pictures))), pictures


def _panel(facts: Facts, formats: Iterable[str]) -> str:
    """Return where the live panel of a report opens, on its scenario; nowhere without a page.

    It is a file beside the page: its paths are as large as all the rest of a report, which many
    only read, print or send on.
    """
    stated = any(goal.probability is not None for goal in facts.goals)
    known = facts.scenario in {one.scenario for one in facts.scenarios}
    there = stated and known and "html" in formats
    return f"{document.PANEL}#a={facts.scenario}" if there else ""


def front(
    facts: Facts, provenance: Provenance, *, lang: Language, panel: str = ""
) -> document.Front:
    """Return the title page of a result; `panel` is where its live panel opens."""
    plan, made = facts.plan, day(provenance.made, lang=lang) if provenance.made else None
    stated = sum(goal.probability is not None for goal in facts.goals)
    program = f"bcforecast {version('bcforecast')}"
    values = {
        "maker": provenance.maker or program,
        "made": made,
        "as_of": day(facts.as_of, lang=lang),
        "scenario": facts.scenario_name.render(lang),
        "goals": text("document.fact_goals_value", lang, count=len(facts.goals), stated=stated),
    }
    issuer, issued = plan.issuer.render(lang), day(plan.issued, lang=lang)
    title, as_of = plan.title.render(lang), values["as_of"]
    said = {"maker": provenance.author, "title": title, "as_of": as_of, "program": program}
    notes = {
        "citation": text(f"document.citation{'_dated' * bool(made)}", lang, **said, made=made),
        "licence": provenance.licence,
        "contact": provenance.contact,
    }
    (legend,) = tables.grades_table(lang=lang).tables
    return document.Front(
        kicker=text("document.kicker", lang),
        title=plan.title.render(lang),
        subtitle=text("document.subtitle", lang, issuer=issuer, day=issued),
        facts=_named("fact", values, lang),
        legend=legend.model_copy(update={"caption": text("document.legend_caption", lang)}),
        notes=_named("note", notes, lang),
        footer=text("document.footer", lang, version=version("bcforecast")),
        panel=panel,
    )


def _named(
    kind: str, values: Mapping[str, str | None], lang: Language
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (text(f"document.{kind}_{key}", lang), said) for key, said in values.items() if said
    )


def annex(made_from: Mapping[str, Any], *, lang: Language) -> tuple[Block, ...]:
    """Return the annex: the functions that numbers lead to, the inputs, the versions."""
    code, lock = made_from["code"], made_from["lock"]
    of = text("verify.installed_versions", lang) if lock["of"] == manifest.INSTALLED else lock["of"]
    functions = [
        (text(f"document.fn_{name}", lang), path) for name, path in document.FUNCTIONS.items()
    ]
    files = text("report.list_join", lang).join(entry["file"] for entry in made_from["inputs"])
    versions = [
        *((text(f"document.parameter_{name}", lang), value)
          for name, value in made_from["parameters"].items()),
        ("bcforecast", code["version"]),
        (text("verify.record_code", lang), code["sha256"]),
        (text("verify.record_lock", lang, of=of), lock["sha256"]),
        ("Python", made_from["versions"]["python"]),
    ]  # fmt: skip

    def table(
        name: str, columns: Sequence[str], rows: Iterable[tuple[str, str]], **more: Any
    ) -> TableBlock:
        first, second = (text(f"document.col_{column}", lang) for column in columns)
        caption = text(f"document.{name}_caption", lang)
        return TableBlock.of(caption, [(first, "text"), (second, "url")], rows, **more)

    opening = Span(text=text("document.functions_opening", lang))
    anchors = [document.function_anchor(name) for name in document.FUNCTIONS]
    return (
        Heading(level=1, text=text("document.heading_record", lang)),
        Heading(level=2, text=text("document.heading_functions", lang)),
        document.Paragraph(spans=(opening,)),
        table("functions", ("number", "function"), functions, anchors=anchors),
        Heading(level=2, text=text("document.heading_inputs", lang)),
        document.Paragraph(spans=document.sentence("document.inputs", lang, files=files)),
        table("versions", ("name", "version"), versions),
    )


def _shown(cells: Iterable[NotebookNode], name: str, pictures: dict[str, bytes]) -> Iterator[Block]:
    """Yield what cells show, and keep their pictures by file name.

    Pictures are named by the anchor of the part in which they stand, or else by `name`.
    """
    part = name
    for cell in cells:
        if NOT_IN_THE_REPORT & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            yield from parse_markdown(cell.source)
        if cell.cell_type != "code" or any(RESULT_MIME in o.get("data", {}) for o in cell.outputs):
            continue
        yield document.Code(source=cell.source)
        for output in cell.outputs:
            data: Mapping[str, Any] = output.get("data", {})
            if BLOCK_MIME in data:
                for block in _BLOCKS.validate_python(data[BLOCK_MIME]["blocks"]):
                    if isinstance(block, Heading) and (block.anchor or block.level == 1):
                        part = block.anchor or name
                    yield block
            elif "image/png" in data:
                taken = sum(
                    f.startswith(f"charts/{part}-") and f.endswith(".png") for f in pictures
                )
                file = f"charts/{part}-{taken + 1}.png"
                pictures[file] = base64.b64decode(data["image/png"])
                shown = output.metadata.get("image/png", {})
                about = {"alt": data.get("text/plain", ""), "caption": shown.get("caption", "")}
                size = {side: shown.get(side, 0) for side in ("width", "height")}
                drawn = {
                    kind: file.removesuffix(".png") + ending
                    for kind, ending in (("vector", ".svg"), ("narrow", "-narrow.svg"))
                    if VECTOR_MIME in data
                }
                for kind, key in (("vector", "wide"), ("narrow", "narrow")):
                    if kind in drawn:
                        pictures[drawn[kind]] = data[VECTOR_MIME][key].encode()
                yield document.PictureBlock(file=file, **drawn, **about, **size)
            else:
                printed = str(data.get("text/plain", output.get("text", ""))).strip("\n")
                if printed.strip():
                    yield document.Printed(text=printed)


def placed(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Number tables and pictures, each from 1 on, among blocks with their anchors."""
    counts, found = {"table": 0, "picture": 0}, []
    for block in _anchored(blocks):
        if block.kind in counts:
            counts[block.kind] += 1
            block = block.model_copy(update={"number": counts[block.kind]})
        found.append(block)
    return tuple(found)


def _anchored(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give headings anchors, leave out those with nothing below, and no page starts twice."""
    counts, started = [0, 0, 0], False
    for place, block in enumerate(blocks):
        if not isinstance(block, Heading):
            started = started and isinstance(block, document.Code)
            yield block
            continue
        below = next((b for b in blocks[place + 1 :] if not isinstance(b, document.Code)), None)
        if below is None or (isinstance(below, Heading) and below.level <= block.level):
            continue
        counts = [*counts[: block.level], *[0] * (3 - block.level)]
        counts[block.level - 1] += 1
        anchor = block.anchor or "part-" + "-".join(map(str, counts[: block.level]))
        new_page = block.new_page and not started
        yield block.model_copy(update={"anchor": anchor, "new_page": new_page})
        started = True


def parse_markdown(markdown: str) -> tuple[Block, ...]:
    """Return headings, paragraphs, lists and quotations of a person's cell; HTML stays text.

    `##` is a heading of level 1, as chapters are written in notebooks, `###` of level 2 and so on.
    """
    rules = ["heading", "list", "blockquote", "emphasis", "link", "backticks", "escape", "newline"]
    found: list[Block] = []
    for node in SyntaxTreeNode(MarkdownIt("zero").enable(rules).parse(markdown)).children:
        texts = tuple(document.merged(_runs(one)) for one in node.walk() if one.type == "inline")
        match node.type:
            case "heading":
                depth = max(1, min(3, int(node.tag[1:]) - 1))
                said = {"level": depth, "text": document.plain_text(texts[0])}
                found.append(Heading.model_validate(said))
            case "paragraph":
                found.append(document.Paragraph(spans=texts[0]))
            case "blockquote":
                found.append(document.Quotation(paragraphs=texts))
            case _:
                found.append(document.Bullets(items=texts))
    return tuple(found)


def _runs(node: SyntaxTreeNode, *, strong: bool = False, link: str | None = None) -> Iterator[Span]:
    strong = strong or node.type == "strong"
    link = str(node.attrs["href"]) if node.type == "link" else link
    for child in node.children:
        yield from _runs(child, strong=strong, link=link)
    if not node.children:
        words = " " if node.type in ("softbreak", "hardbreak") else node.content
        yield Span(text=words, strong=strong, link=link)
