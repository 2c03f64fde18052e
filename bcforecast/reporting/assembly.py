"""From the executed notebook of a report to its document, with title page and annex."""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from nbformat import NotebookNode
from pydantic import TypeAdapter

from bcforecast.plan.fields import changed, validated
from bcforecast.plotting.style import PAGES_MIME, VECTOR_MIME
from bcforecast.reporting import document, manifest, tables
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from bcforecast.reporting.document import Block, Heading, Span
from bcforecast.reporting.facts import Facts, Provenance
from bcforecast.text import Language, day, join_clauses, text

NOT_IN_THE_REPORT: Final = frozenset({"notebook-only", "parameters", "injected-parameters"})
"""Tags of cells that a report leaves out."""

_BLOCKS: Final[TypeAdapter[tuple[Block, ...]]] = TypeAdapter(tuple[Block, ...])


def assemble(
    notebook: NotebookNode,
    facts: Facts,
    *,
    made_from: Mapping[str, Any],
    lang: Language,
    panel: bool = False,
) -> tuple[document.Document, Mapping[str, bytes]]:
    """Make a document of what the executed `03_plan` shows; and its pictures by file.

    `facts` is the result that it was written from, `made_from` the recipe of the report
    (`bcforecast.reporting.manifest.recipe`); a live `panel` stands beside the page.
    """
    pictures: dict[str, bytes] = {}
    blocks = [*_shown(notebook.cells, pictures)]
    blocks += annex(made_from, facts, blocks, lang=lang)
    provenance = validated(Provenance, made_from.get("provenance", {}))
    made = document.Document(
        lang=lang,
        name=text("report.document_title", lang, plan=facts.plan.title),
        front=_front(facts, provenance, lang, panel=panel),
        blocks=placed(blocks),
        result=facts,
        provenance=provenance,
    )
    return made, pictures


def _front(facts: Facts, provenance: Provenance, lang: Language, *, panel: bool) -> document.Front:
    plan, made = facts.plan, day(provenance.made, lang=lang) if provenance.made else None
    program = f"bcforecast {version('bcforecast')}"
    values = {
        "maker" if provenance.maker else "tool": provenance.maker or program,
        "made": made,
        "as_of": day(facts.as_of, lang=lang),
        "scenario": facts.scenario_name.render(lang),
    }
    by = {"issuer": plan.issuer.render(lang), "day": day(plan.issued, lang=lang)}
    title, as_of = plan.title.render(lang), values["as_of"]
    said = {"maker": provenance.author, "title": title, "as_of": as_of, "program": program}
    notes = {
        "citation": text(f"document.citation{'_dated' * bool(made)}", lang, **said, made=made),
        "licence": provenance.licence,
        "contact": provenance.contact,
    }

    def named(kind: str, values: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
        return tuple((text(f"document.{kind}_{k}", lang), v) for k, v in values.items() if v)

    (legend,) = tables.grades_table(lang=lang).tables
    # A file beside the page: its paths are as large as all the rest of a report, which many only
    # read, print or send on.
    known = facts.scenario in {one.scenario for one in facts.scenarios}
    return document.Front(
        kicker=text("document.kicker", lang),
        title=title,
        subtitle=text(f"document.subtitle{'' if plan.dated else '_undated'}", lang, **by),
        facts=named("fact", values),
        legend=legend,
        notes=named("note", notes),
        footer=document.footer(lang),
        panel=f"{document.PANEL}#a={facts.scenario}" if panel and known else "",
    )


def annex(
    made_from: Mapping[str, Any], facts: Facts, shown: Iterable[Block], *, lang: Language
) -> tuple[Block, ...]:
    """Return the annex: the functions that numbers lead to in what is shown, and the inputs.

    Names and checksums of files stand in the manifest; here is one checksum of all of it.
    """
    linked = {name for one in shown for name in _FUNCTION.findall(one.model_dump_json())}
    functions = {name: path for name, path in document.FUNCTIONS.items() if name in linked}
    rows = [(text(f"document.fn_{name}", lang), path) for name, path in functions.items()]
    given = made_from["parameters"]
    known: dict[str, object] = {"as_of": day(facts.as_of, lang=lang)}
    known |= {"scenario": facts.scenario_name.render(lang)}
    known |= {"since": facts.since and day(facts.since, lang=lang)}
    known |= {name: given.get(name) for name in ("models", "seed")}
    names = {name: text(f"document.parameter_{name}", lang) for name in known if known[name]}
    named = (text("language.label", lang, name=names[k], value=known[k]) for k in names)
    # The same wherever the files stand, and in whatever formats it is made.
    of = manifest.fingerprint({**made_from, "given": {}, "formats": []})
    about = {"count": len(made_from["inputs"]), "fingerprint": of}
    about |= {"version": made_from["code"]["version"], "python": made_from["versions"]["python"]}
    about |= {"parameters": join_clauses(named, lang=lang)}
    anchors = [*map(document.function_anchor, functions)]
    caption, heads = "document.functions_caption", "number function:url"
    table = tables.rows_table(caption, heads, rows, lang, of="document.col_", anchors=anchors)
    return (
        Heading(level=1, text=text("document.heading_record", lang)),
        document.Paragraph(spans=document.sentence("document.inputs", lang, **about), small=True),
        *table.tables,
    )


_FUNCTION: Final = re.compile(rf'"#{document.function_anchor("plan").removesuffix("plan")}(\w+)"')


def _shown(cells: Iterable[NotebookNode], pictures: dict[str, bytes]) -> Iterator[Block]:
    """Yield what cells show, and keep their pictures, named by the part in which they stand."""
    part, taken = "plan", Counter[str]()
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
                        part = block.anchor or "plan"
                    yield block
            elif "image/png" in data:
                for one, about_it in data.get(PAGES_MIME, [(data, output.metadata)]):
                    taken[part] += 1
                    stem = f"charts/{part}-{taken[part]}"
                    files = {"file": f"{stem}.png"}
                    pictures[files["file"]] = base64.b64decode(one["image/png"])
                    if VECTOR_MIME in one:
                        files |= {"vector": f"{stem}.svg", "narrow": f"{stem}-narrow.svg"}
                        for kind, key in (("vector", "wide"), ("narrow", "narrow")):
                            pictures[files[kind]] = one[VECTOR_MIME][key].encode()
                    shown = about_it.get("image/png", {})
                    about = {"alt": one.get("text/plain", ""), "caption": shown.get("caption", "")}
                    size = {side: shown.get(side, 0) for side in ("width", "height")}
                    yield document.PictureBlock(**files, **about, **size)
            else:
                printed = str(data.get("text/plain", output.get("text", ""))).strip("\n")
                if printed.strip():
                    yield document.Printed(text=printed)


def placed(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Number tables and pictures, anchor headings, and leave out those with nothing below."""
    numbers, parts, started = {"table": 0, "picture": 0}, [0, 0, 0], False
    found: list[Block] = []
    for place, block in enumerate(blocks):
        update: dict[str, object] = {}
        if isinstance(block, Heading):
            below = next((b for b in blocks[place + 1 :] if not isinstance(b, document.Code)), None)
            if below is None or (isinstance(below, Heading) and below.level <= block.level):
                continue
            parts = [*parts[: block.level], *[0] * (3 - block.level)]
            parts[block.level - 1] += 1
            anchor = block.anchor or "part-" + "-".join(map(str, parts[: block.level]))
            update = {"anchor": anchor, "new_page": block.new_page and not started}
            started = True
        else:
            started = started and isinstance(block, document.Code)
        if block.kind in numbers:
            numbers[block.kind] += 1
            update = {"number": numbers[block.kind]}
        found.append(changed(block, **update))
    return tuple(found)


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
                found.append(validated(Heading, said))
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
