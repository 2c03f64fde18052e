"""The document as PDF, set by Typst.

The report as PDF: tagged, archivable, and the same bytes from the same document.

Typst lays it out. The template is fixed and reads the document as JSON, so that no text of it can
become markup; the faces come from the locked packages, and no package of typst's is fetched.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Final
from unicodedata import category

import matplotlib as mpl
import pylopdf_fonts_zh_cn
from matplotlib.ft2font import FT2Font, LoadFlags
from PIL import Image

from bcforecast.errors import ReportError
from bcforecast.plotting.style import FORECAST, GRADE_COLOURS, INK, QUIET, RULE
from bcforecast.reporting.display import Kind
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
    plain_text,
)
from bcforecast.reporting.html import Places
from bcforecast.text import day, text


def checked_pictures(document: Document, *, folder: Path) -> dict[str, bytes]:
    """Return the PNG of every picture by the name that the document gives it.

    Raises
    ------
    ReportError
        If one is missing, is no PNG, or lies outside the folder.
    """
    return {block.file: _checked(block.file, folder) for block in document.pictures}


def _checked(file: str, folder: Path) -> bytes:
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ReportError("pages.picture_outside", file=file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReportError("pages.no_picture", file=path, error=error.strerror) from error
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError) as error:
        raise ReportError("pages.picture_not_png", file=path) from error
    return content


_UNSHOWN: Final = "[U+{:04X}]"
_NOT_TEXT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_WORD: Final = re.compile(r"[^\s\u2e80-\uffef]+")
_PIECE: Final = re.compile(r"[^./_?&=#:,;-]*[./_?&=#:,;-]+|[^./_?&=#:,;-]+")
_INVISIBLE: Final = frozenset("\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}\ufeff")


def font_folders() -> list[Path]:
    """Return the folders that hold the faces, of which printed pages use no others."""
    return list(dict.fromkeys(path.parent for path in _paths()))


def spelled(text: str, *, any_face: bool = False) -> str:
    r"""Return `text` on one line, each character that cannot be set replaced by its number.

    Parameters
    ----------
    any_face
        Whether the text is for a program that has faces of its own. Default: only what the faces
        of the printed pages have can be set.

    Examples
    --------
    >>> spelled("73\N{PER MILLE SIGN} of\nall \a")
    '73‰ of all [U+0007]'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(character, any_face) for character in text)


def breakable(text: str, room_em: float) -> str:
    """Return `text` with places to break a word that is wider than the room for it.

    Examples
    --------
    >>> breakable("a short word", 10), breakable("file_name", 3).split("\N{ZERO WIDTH SPACE}")
    ('a short word', ['file_', 'name'])
    """
    if width_em(text) <= room_em:
        return text
    return _WORD.sub(lambda found: _broken(found[0], room_em), text)


def in_faces(character: str) -> bool:
    """Return whether a face of the printed pages has this character."""
    return any(ord(character) in covered for covered in _coverage())


@cache
def width_em(text: str) -> float:
    """Return how wide `text` is on one line, in units of the size of its type."""
    return sum(map(_advance, text))


def _spelled(character: str, any_face: bool) -> str:
    if character in _INVISIBLE:
        return ""
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    shown = category(character) not in _NOT_TEXT and (any_face or in_faces(character))
    return character if shown else _UNSHOWN.format(ord(character))


def _broken(word: str, room_em: float) -> str:
    if width_em(word) <= room_em:
        return word
    pieces = (
        piece if width_em(piece) <= room_em else _BREAK.join(piece)
        for piece in _PIECE.findall(word)
    )
    return _BREAK.join(pieces)


@cache
def _advance(character: str) -> float:
    for face in _faces():
        if face.get_char_index(ord(character)):
            face.set_size(1000, 72)
            glyph = face.load_char(ord(character), flags=LoadFlags.NO_HINTING)
            return glyph.linearHoriAdvance / 65536 / 1000
    return 1.0


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    return tuple(frozenset(face.get_charmap()) for face in _faces())


@cache
def _faces() -> tuple[FT2Font, ...]:
    return tuple(FT2Font(str(path)) for path in _paths())


def _paths() -> tuple[Path, ...]:
    """The Chinese face, and what matplotlib brings: for what that lacks, and for print-outs."""
    brought = Path(mpl.get_data_path(), "fonts", "ttf")
    return (
        Path(pylopdf_fonts_zh_cn.sans_path()),
        brought / "DejaVuSans.ttf",
        brought / "DejaVuSansMono.ttf",
    )


_BADGE_EM: Final = 2.0
_WORD_COLUMN_WIDTHS: Final = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")
_CHINESE: Final = re.compile(r"[\u2e80-\uffef]")

_SCRIPTS_MEET: Final = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z\d])|(?<=[A-Za-z\d%])(?=[\u4e00-\u9fff])"
)

_LONGEST_UNBROKEN_EM: Final = {"number": 8.0, "short": 14.0}
"""How wide a column of numbers or short texts may be without being broken."""

_LONGEST_WORD_EM: Final = {"text": 14.0, "url": 9.0, "source": 9.0, "source_id": 9.0}
_LONGEST_LINE_EM: Final = {"url": 27.0, "source": 12.0, "source_id": 12.0}
_LONGEST_HEAD_EM: Final = 4.0
_BOLD: Final = 1.1
"""How much wider than the text the heads are."""

_SMALLER: Final = 0.9
_SMALLEST: Final = 0.75
"""Sizes of type over the ordinary one: for a table that is too high, and for one too wide."""

_MANY_LINES: Final = 6
_STEPS: Final = 60
"""In how many steps spare width is given to columns."""


@dataclass(frozen=True)
class Columns:
    """The columns of a table on a page.

    Parameters
    ----------
    shares
        Shares of the width of the page, summing to 1.
    scale
        Size of the type over its ordinary size; below 1 where the table is too wide.
    available_em, padding_em
        Width of the page, and white space of a cell, in units of the size of the type.
    """

    shares: tuple[float, ...]
    scale: float
    available_em: float
    padding_em: float

    def room_em(self, column: int) -> float:
        """Return how wide a text of a column may be, in units of the size of its type."""
        return max(1.0, self.shares[column] * self.available_em / self.scale - self.padding_em)

    def unbroken(self, column: int, cells: Iterable[Spans]) -> bool:
        """Return whether every text of a column fits on one line."""
        room = self.room_em(column)
        return all(width_em(plain_text(cell)) <= room + 0.01 for cell in cells)

    def lines(self, row: tuple[Spans, ...]) -> int:
        """Estimate how many lines the longest cell of a row takes."""
        return max(ceil(width_em(plain_text(cell)) / self.room_em(i)) for i, cell in enumerate(row))


def fit_columns(
    table: TableBlock, *, available_em: float, padding_em: float, script_gap_em: float = 0.0
) -> Columns:
    """Divide the width of the page among the columns of a table.

    A column of numbers or of short texts is never broken; the others share what is left so that
    the table becomes as short as can be. Widths are in units of the size of the table's type.

    Parameters
    ----------
    table
        The table.
    available_em
        Width of the page between its margins.
    padding_em
        White space of a cell, left and right together.
    script_gap_em
        White space that is put between Chinese and Latin letters.
    """
    for scale in (1.0, _SMALLER):
        room = available_em / scale
        widths, least = _widths(table, room, padding_em, script_gap_em)
        fitted = Columns(tuple(w / sum(widths) for w in widths), scale, available_em, padding_em)
        if sum(least) <= room and max(map(fitted.lines, table.rows), default=0) <= _MANY_LINES:
            return fitted
    smallest = max(_SMALLEST, min(scale, available_em / sum(least)))
    return replace(fitted, scale=smallest)


def _widths(
    table: TableBlock, room: float, padding: float, gap: float
) -> tuple[list[float], list[float]]:
    """Return how wide the columns are, and how wide at least."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    least, wanted, lengths = [], [], []
    for head, kind, cells in zip(table.columns, table.kinds, columns, strict=True):
        texts = [plain_text(cell) for cell in cells]
        lengths.append([width_em(text) + gap * len(_SCRIPTS_MEET.findall(text)) for text in texts])
        least.append(_least(head, kind, texts, lengths[-1]) + padding)
        wanted.append(max(least[-1], padding + max(width_em(head), _widest(kind, lengths[-1]))))
    if sum(wanted) <= room:
        return wanted, least
    if sum(least) >= room:
        return least, least
    return _shortest(least, wanted, list(zip(*lengths, strict=True)), room, padding), least


def _shortest(
    least: Sequence[float],
    wanted: Sequence[float],
    rows: Sequence[Sequence[float]],
    room: float,
    padding: float,
) -> list[float]:
    """Widen the columns step by step, each time the one that most shortens the table.

    The height of a row is the length of its longest cell over the width of that; a wider column
    shortens the rows in which it is the tallest.
    """
    widths = list(least)
    step = (room - sum(least)) / _STEPS
    for _ in range(_STEPS):
        gains = [0.0] * len(widths)
        for row in rows:
            heights = [em / (w - padding) for em, w in zip(row, widths, strict=True)]
            tallest = max(range(len(row)), key=heights.__getitem__)
            if heights[tallest] > 1:
                gains[tallest] += heights[tallest] / (widths[tallest] - padding)
        if not any(gains):
            break
        widths[max(range(len(widths)), key=gains.__getitem__)] += step
    return _toward(widths, wanted, room)


def _toward(widths: list[float], wanted: Sequence[float], room: float) -> list[float]:
    """Give what is left of the width to the columns that want more, as for a head on one line."""
    lacking = [max(0.0, w - now) for w, now in zip(wanted, widths, strict=True)]
    share = (room - sum(widths)) / (sum(lacking) or 1)
    return [now + share * part for now, part in zip(widths, lacking, strict=True)]


def _least(head: str, kind: Kind, texts: Sequence[str], lengths: Sequence[float]) -> float:
    head_em = min(
        _LONGEST_WORD_EM["text"], _BOLD * max(map(width_em, _head_lines(head)), default=0.0)
    )
    if kind == "grade":
        return max(head_em, _BADGE_EM)
    if kind in _LONGEST_UNBROKEN_EM:
        longest = max(lengths, default=0.0)
        if longest <= _LONGEST_UNBROKEN_EM[kind]:
            return max(head_em, longest)
        head_em = max(head_em, min(_LONGEST_WORD_EM["text"], longest / 2 + 1))
    longest = max(map(_longest_word, texts), default=0.0)
    return max(head_em, min(longest, _LONGEST_WORD_EM.get(kind, _LONGEST_WORD_EM["text"])))


def _widest(kind: Kind, lengths: Sequence[float]) -> float:
    return min(max(lengths, default=0.0), _LONGEST_LINE_EM.get(kind, 90.0))


def _longest_word(text: str) -> float:
    return max(map(width_em, _WORD_COLUMN_WIDTHS.findall(text)), default=0.0)


def _head_lines(head: str) -> list[str]:
    """Break a Chinese head in two of about the same length where it is long."""
    if not _CHINESE.search(head):
        return head.split()
    if width_em(head) <= _LONGEST_HEAD_EM:
        return [head]
    half = (len(head) + 1) // 2
    return [head[:half], head[half:]]


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
        "script": text("language.script", document.lang),
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


_TEMPLATE: Final = Path(__file__).parent / "templates" / "typst"
_STANDARDS: Final = ("a-2a", "ua-1")
"""For archives, and for readers who cannot see it: typst refuses what they do not allow."""


def pdf_bytes(document: Document, *, folder: Path) -> bytes:
    """Return a report as PDF/A-2a and PDF/UA-1.

    Parameters
    ----------
    document
        The report.
    folder
        Where its pictures are.

    Raises
    ------
    ReportError
        If a picture is missing, is no PNG, or lies outside the folder; or if typst cannot set
        the document.
    """
    import typst

    pictures = checked_pictures(document, folder=folder)
    with TemporaryDirectory(prefix="bcforecast-pdf-") as name:
        root = Path(name).resolve()
        copytree(_TEMPLATE, root, dirs_exist_ok=True)
        (root / "pictures").mkdir()
        names = {file: f"pictures/{i}.png" for i, file in enumerate(pictures, start=1)}
        for file, content in pictures.items():
            (root / names[file]).write_bytes(content)
        data = json.dumps(page_data(document, pictures=names), ensure_ascii=False)
        (root / "report.json").write_text(data, encoding="utf-8")
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(path) for path in font_folders()],
        )
        try:
            made, warned = typst.compile_with_warnings(
                root / "report.typ",
                root=root,
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=list(_STANDARDS),
                timestamp=datetime.combine(document.result.as_of, time(), UTC),
            )
        except typst.TypstError as error:
            raise ReportError("pages.not_set", error=error.message) from error
    for warning in warned:
        warnings.warn(warning, stacklevel=2)
    return made
