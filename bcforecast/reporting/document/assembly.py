"""From an executed notebook to the document: what cells show, in order, numbered and linked."""

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
