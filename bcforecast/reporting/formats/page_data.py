"""A report as the template of the PDF reads it: finished texts and known links, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bcforecast.messages import text
from bcforecast.plotting.style import FORECAST, GRADE_COLOURS, INK, QUIET, RULE
from bcforecast.reporting.document import (
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
    Spans,
    TableBlock,
)
from bcforecast.reporting.formats.column_widths import fit_columns
from bcforecast.reporting.formats.faces import breakable, spelled, width_em
from bcforecast.reporting.formats.links import Places
from bcforecast.wording import day

TEXT_WIDTH_MM: Final = 166.0
TABLE_PT: Final = 8.0
PADDING_PT: Final = 10.5
"""White space of a cell, left and right together."""

_PT_PER_MM: Final = 72 / 25.4
_PT_PER_PX: Final = 72 / 96
_HEAD_PT: Final = 8.0
_TITLE_LINE_EM: Final = 19.0
_YEARS_EM: Final = 10.0
_LINE_EM: Final = 40.0
"""Less than the width of the page in units of the size of its text."""

_TALLEST_MM: Final = 190.0
_LINES_WHOLE: Final = 40
"""How many lines a table has that is never broken, each row counted as one more."""

_LINES_TOGETHER: Final = 20
"""How many lines of a row stay on one page."""

Json = dict[str, Any]


def page_data(document: Document, *, pictures: Mapping[str, str]) -> Json:
    """Return the data of the template.

    Parameters
    ----------
    document
        The report.
    pictures
        By the name of a picture in the document, its name beside the template.
    """
    form = _Form(document, pictures)
    return {
        "lang": document.lang,
        "title": spelled(f"{document.front.title} · {document.front.kicker}"),
        "author": spelled(document.result.plan.issuer.in_(document.lang)),
        "contents": text("pages.contents", document.lang),
        "running": running_head(document),
        "colours": {"ink": INK, "quiet": QUIET, "rule": RULE, "accent": FORECAST},
        "grades": dict(GRADE_COLOURS),
        "front": form.front(document.front),
        "sections": list(_sections(form.block(b) for b in document.blocks if _printed(b))),
    }


def title_lines(title: str) -> list[str]:
    """Return a title, its years in brackets on a line of their own if it takes two.

    Examples
    --------
    >>> title_lines("某区计划（2020-2022年）")
    ['某区计划（2020-2022年）']
    >>> title_lines("某市某区科技创新三年行动计划实施方案（2020-2022年）")
    ['某市某区科技创新三年行动计划实施方案', '（2020-2022年）']
    """
    name, bracket, years = title.rpartition("（")
    if not name or width_em(title) <= _TITLE_LINE_EM or width_em(years) > _YEARS_EM:
        return [title]
    return [name, bracket + years]


def running_head(document: Document) -> list[str]:
    """Return what stands left and right above every page but the first."""
    lang, result = document.lang, document.result
    right = text("pages.as_of", lang, day=day(result.as_of, lang=lang))
    room = TEXT_WIDTH_MM * _PT_PER_MM / _HEAD_PT - width_em(right) - 3
    return [shortened(spelled(result.plan.title.in_(lang)), room), right]


def shortened(words: str, room_em: float) -> str:
    """Return `words`, cut with an ellipsis if they are wider than `room_em`.

    Examples
    --------
    >>> shortened("行动计划", 10), shortened("行动计划", 3)
    ('行动计划', '行动…')
    """
    if width_em(words) <= room_em:
        return words
    while words and width_em(words) + 1 > room_em:
        words = words[:-1]
    return words.rstrip() + "…"


def _printed(block: Block) -> bool:
    """Return whether a block is on paper: code is not, nor is a heading without words."""
    return not isinstance(block, Code) and not (isinstance(block, Heading) and not block.text)


def _sections(blocks: Iterable[Json]) -> Iterator[Json]:
    """Part the blocks where the document asks for a new page."""
    section: Json = {"new_page": False, "blocks": []}
    for block in blocks:
        if block.get("new_page"):
            if section["blocks"]:
                yield section
            section = {"new_page": True, "blocks": []}
        section["blocks"].append(block)
    yield section


def _picture_width(block: PictureBlock) -> float:
    """Return how wide a picture is in points: as it says, if the page has room for it."""
    width, height = (max(1, pixels) * _PT_PER_PX for pixels in (block.width, block.height))
    room = TEXT_WIDTH_MM * _PT_PER_MM, _TALLEST_MM * _PT_PER_MM
    return width * min(1.0, room[0] / width, room[1] / height)


class _Form:
    """Turns the parts of one document into data."""

    def __init__(self, document: Document, pictures: Mapping[str, str]) -> None:
        self._lang = document.lang
        self._pictures = pictures
        self._places = Places.of(document)
        self._open = dict(self._places.names)
        self._level = 1

    def front(self, front: Front) -> Json:
        plain = {
            k: breakable(spelled(getattr(front, k)), _LINE_EM / 3)
            for k in ("kicker", "subtitle", "footer")
        }
        title = [breakable(spelled(line), _TITLE_LINE_EM) for line in title_lines(front.title)]
        facts = [[spelled(name), spelled(value)] for name, value in front.facts]
        return {**plain, "title": title, "facts": facts, "legend": self._table(front.legend)}

    def block(self, block: Block) -> Json:
        match block:
            case Heading():
                # A tagged PDF may skip no level; the contents before the first are of level 1.
                self._level = min(block.level, self._level + 1)
                return {
                    "kind": "heading",
                    "level": self._level,
                    "text": breakable(spelled(block.text), _LINE_EM / 2),
                    "place": self._place(block.anchor),
                    "new_page": block.new_page,
                }
            case Paragraph():
                return {
                    "kind": "paragraph",
                    "spans": self._spans(block.spans),
                    "small": block.small,
                }
            case Bullets():
                return {"kind": "bullets", "items": list(map(self._spans, block.items))}
            case Quotation():
                return {"kind": "quotation", "paragraphs": list(map(self._spans, block.paragraphs))}
            case TableBlock():
                return self._table(block)
            case PictureBlock():
                return self._picture(block)
            case Printed():
                lines = block.text.expandtabs(4).splitlines()
                return {"kind": "printed", "text": "\n".join(map(spelled, lines))}
            case _:
                raise TypeError(f"no form for {type(block).__name__}")

    def _table(self, block: TableBlock) -> Json:
        columns = fit_columns(
            block,
            available_em=TEXT_WIDTH_MM * _PT_PER_MM / TABLE_PT,
            padding_em=PADDING_PT / TABLE_PT,
        )
        anchors = block.anchors or ("",) * len(block.rows)
        return {
            "kind": "table",
            "label": self._label("table", block.number),
            "caption": breakable(spelled(block.caption), _LINE_EM),
            "columns": [
                breakable(spelled(head), columns.room_em(i) / 1.05)
                for i, head in enumerate(block.columns)
            ],
            "kinds": list(block.kinds),
            "unbroken": [
                columns.unbroken(i, (row[i] for row in block.rows))
                for i in range(len(block.columns))
            ],
            "shares": columns.shares,
            "breakable": sum(map(columns.lines, block.rows)) + len(block.rows) > _LINES_WHOLE,
            "size": TABLE_PT * columns.scale,
            "rows": [
                {
                    "place": self._place(anchor),
                    "cells": [self._spans(c, columns.room_em(i)) for i, c in enumerate(row)],
                    "breakable": columns.lines(row) > _LINES_TOGETHER,
                }
                for anchor, row in zip(anchors, block.rows, strict=True)
            ],
            "note": breakable(spelled(block.note), _LINE_EM),
        }

    def _picture(self, block: PictureBlock) -> Json:
        return {
            "kind": "picture",
            "label": self._label("figure", block.number),
            "file": self._pictures[block.file],
            "caption": breakable(spelled(block.caption), _LINE_EM),
            "alt": spelled(block.alt or block.caption) or self._label("figure", block.number),
            "width": _picture_width(block),
        }

    def _label(self, key: str, number: int) -> str:
        return text(f"pages.{key}", self._lang, number=number) if number else ""

    def _place(self, anchor: str) -> str | None:
        """Name the place of an anchor once, where it stands first."""
        return self._open.pop(anchor, None)

    def _spans(self, spans: Spans, room_em: float = _LINE_EM) -> list[Json]:
        return list(self._runs(spans, room_em))

    def _runs(self, spans: Spans, room_em: float) -> Iterator[Json]:
        for span in spans:
            link = self._places.link(span)
            yield {
                "text": breakable(spelled(span.text), room_em),
                "strong": span.strong,
                "place": link.place if link else "",
                "web": link.web if link else "",
                "quiet": link.quiet if link else False,
            }
