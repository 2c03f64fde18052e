"""From executed notebooks to the document: what their cells show, in order, numbered and linked."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nbformat import NotebookNode

from bcforecast.messages import Language, text
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from bcforecast.reporting.document.blocks import (
    Block,
    Code,
    Document,
    Heading,
    PictureBlock,
    Printed,
    TableBlock,
)
from bcforecast.reporting.document.front import front
from bcforecast.reporting.document.markdown import parse_markdown
from bcforecast.reporting.document.record import Record, record_blocks
from bcforecast.reporting.document.table import table_block
from bcforecast.reporting.facts import Facts

NOT_IN_THE_REPORT: Final = frozenset({"notebook-only", "parameters", "injected-parameters"})
"""Tags of cells that a report leaves out."""

AFTER_GOALS: Final = "after-goals"
"""Tag of the cells of the plan's notebook that come after the goals."""


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


def assemble(
    plan: NotebookNode,
    goals: Mapping[str, NotebookNode],
    facts: Facts,
    *,
    record: Record,
    lang: Language,
) -> Assembly:
    """Put the executed notebooks of a report together.

    Parameters
    ----------
    plan
        The executed `03_plan`; its cells tagged `after-goals` come after the goals.
    goals
        The executed `02_goal` of each goal, in the order of the plan.
    facts
        The result that the report was written from.
    record
        What it was made from and with.
    """
    reader = Reader()
    blocks: list[Block] = list(reader.blocks(_cells(plan, after=False), stem="plan"))
    goals_title = text("report.section_goals", lang)
    blocks.append(Heading(level=1, text=goals_title, anchor="", new_page=True))
    for goal, notebook in goals.items():
        blocks += reader.blocks(notebook.cells, stem=f"goal-{goal}", anchor=f"goal-{goal}")
    blocks += reader.blocks(_cells(plan, after=True), stem="plan")
    blocks += record_blocks(record, lang=lang)
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
    reader = Reader()
    blocks = list(reader.blocks(notebook.cells, stem="notebook"))
    return tuple(_numbered(_anchored(blocks))), reader.pictures


@dataclass
class Reader:
    """Reads cells, and keeps their pictures under names that say where they stand."""

    pictures: dict[str, bytes] = field(default_factory=dict)

    def blocks(
        self, cells: Iterable[NotebookNode], *, stem: str, anchor: str = ""
    ) -> Iterator[Block]:
        """Return what cells show; their first heading gets `anchor`, pictures names from `stem`."""
        for cell in cells:
            if NOT_IN_THE_REPORT & set(cell.metadata.get("tags", [])):
                continue
            for block in self._cell(cell, stem):
                if anchor and isinstance(block, Heading):
                    block, anchor = block.model_copy(update={"anchor": anchor}), ""
                yield block

    def _cell(self, cell: NotebookNode, stem: str) -> Iterator[Block]:
        if cell.cell_type == "markdown":
            yield from parse_markdown(cell.source)
        if cell.cell_type != "code":
            return
        if any(RESULT_MIME in output.get("data", {}) for output in cell.outputs):
            return
        yield Code(source=cell.source)
        for output in cell.outputs:
            yield from self._output(output, stem)

    def _output(self, output: NotebookNode, stem: str) -> Iterator[Block]:
        data: Mapping[str, Any] = output.get("data", {})
        if BLOCK_MIME in data:
            yield from _shown(data[BLOCK_MIME])
        elif "image/png" in data:
            yield self._picture(output, stem)
        else:
            printed = str(data.get("text/plain", output.get("text", ""))).strip("\n")
            if printed.strip():
                yield Printed(text=printed)

    def _picture(self, output: NotebookNode, stem: str) -> PictureBlock:
        taken = sum(name.startswith(f"charts/{stem}") for name in self.pictures)
        file = f"charts/{stem}-{taken + 1}.png"
        self.pictures[file] = base64.b64decode(output.data["image/png"])
        shown = output.metadata.get("image/png", {})
        return PictureBlock(
            file=file,
            caption=shown.get("caption", ""),
            alt=output.data.get("text/plain", ""),
            width=shown.get("width", 0),
            height=shown.get("height", 0),
        )


def _shown(block: Mapping[str, Any]) -> Iterator[Block]:
    match block["kind"]:
        case "prose":
            first = True
            for one in parse_markdown(block["markdown"]):
                if first and isinstance(one, Heading):
                    one, first = one.model_copy(update={"new_page": block["new_page"]}), False
                yield one
        case "table":
            yield table_block(block)
        case "tables":
            yield from map(table_block, block["tables"])


def _cells(notebook: NotebookNode, *, after: bool) -> list[NotebookNode]:
    return [c for c in notebook.cells if (AFTER_GOALS in c.metadata.get("tags", [])) is after]


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
