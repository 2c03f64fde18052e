"""The report on pages, as PDF and for Word: words in faces, columns that fit, both files.

A page format is a template that reads the data of a `PageWriter`: no text of a document can become
markup, and both formats set the same words, tables and links.

typst lays the PDF out; its template is fixed, and the faces come from the locked packages.

For Word, WPS and LibreOffice it is a package of XML parts. Line heights are fixed, so that it looks
the same whichever Chinese face the machine has, and we know about on which page a heading stands.
Captions and contents are fields, which count on when the report is cut about. `updateFields` would
have Word count on opening, but it then asks every reader about "fields that may refer to other
files", which no official should have to judge; nor are the pages of the PDF those of Word. So the
contents say the pages that we estimate, of which some may be off by one until F9 is pressed.
"""

import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from itertools import count
from math import ceil
from pathlib import Path
from shutil import copytree
from threading import Lock
from typing import Any, Final, NamedTuple
from unicodedata import category

import matplotlib as mpl
import numpy as np
from matplotlib.ft2font import FT2Font, LoadFlags

from bcforecast import edge, saving
from bcforecast.errors import ReportError
from bcforecast.plan.fields import changed
from bcforecast.plotting import style
from bcforecast.reporting import document as doc
from bcforecast.reporting.formats import BlockWriter, template
from bcforecast.text import Message, day, text, unbroken

Json = dict[str, Any]

TABLE_PT: Final = 8.0
PT_PER_MM: Final = 72 / 25.4
_PT_PER_PX: Final = 72 / 96
_HEAD_ROOM: Final = 166.0 * PT_PER_MM / 8.0
_COLOURS: Final = {
    "ink": style.INK, "quiet": style.QUIET, "rule": style.RULE, "accent": style.FORECAST
}  # fmt: skip
_SMALLEST_LETTER: Final = 8.0
_LINE_EM: Final = 40.0  # less than the width of the page in units of the size of its text


@dataclass(frozen=True)
class Paper:
    """The room on a page between its margins, and how tables are set in it; in points.

    A picture is `picture_height` high at most, unless its letters were too small: then it has the
    `height` above its caption. `padding` is the white space of a cell, left and right together,
    `slack` how much wider than ours the faces may be, `script_gap_em` what is put between Chinese
    and Latin letters, `close` how much of a line's width its words take, as they are set closer. A
    program that has `own_typefaces` breaks long words itself.
    """

    width: float
    picture_height: float
    padding: float
    height: float = 225 * PT_PER_MM
    slack: float = 1.0
    close: float = 0.96
    script_gap_em: float = 0.0
    own_typefaces: bool = False


class PageWriter(BlockWriter[Json]):
    """Turns a document into the data of a template, for which pictures have other names."""

    def __init__(self, document: doc.Document, paper: Paper, pictures: dict[str, str]) -> None:
        super().__init__(document.blocks, document.lang)
        self._document, self._paper, self._pictures = document, paper, pictures
        self._unmarked = dict(self.places)  # each anchor has its place where it stands first
        self.level = 1
        """Of the last heading; the contents before the first are of level 1."""

    def data(self) -> Json:
        """Return the whole document."""
        document, front = self._document, self._front(self._document.front)
        lead, blocks = ([*filter(None, map(self.block, part))] for part in document.parts)
        return {
            "lang": document.lang,
            "script": text("language.script", document.lang),
            "title": self.spelled(f"{document.front.title} · {document.front.kicker}"),
            "author": self.spelled(document.provenance.author),
            "contents": text("report.contents", document.lang),
            "running": list(map(self.spelled, running_head(document))),
            "colours": _COLOURS,
            "grades": dict(style.GRADE_COLOURS),
            "front": front,
            "lead": lead,
            "blocks": blocks,
        }

    def spelled(self, words: str) -> str:
        """Return words as the faces of this format can show them."""
        return spelled(words, any_typeface=self._paper.own_typefaces)

    def words(self, words: str, room_em: float) -> str:
        """Return words that can be broken where they are wider than the room for them."""

        def kept(word: re.Match[str]) -> str:
            fits = width_em(word[0]) <= room_em
            return word[0] if fits else word[0].replace("\N{NO-BREAK SPACE}", " ")

        said = unbroken(words)
        if "\N{NO-BREAK SPACE}" in said:
            said = _WORD.sub(kept, said)
        said = self.spelled(said)
        return said if self._paper.own_typefaces else breakable(said, room_em)

    def runs(self, spans: doc.Spans, room_em: float = _LINE_EM) -> list[Json]:
        """Return runs of text, each with the place or the web page that it leads to."""
        return [
            {
                "text": self.words(span.text, room_em),
                "strong": span.strong,
                "place": self.places[link.target[1:]] if link and link.target[0] == "#" else "",
                "web": link.target if link and link.target[0] != "#" else "",
                "quiet": link is not None and link.quiet,
            }
            for span, link in zip(spans, map(self.link, spans), strict=True)
        ]

    def _front(self, front: doc.Front) -> Json:
        return {
            "kicker": self.words(front.kicker, _LINE_EM / 3),
            "title": self.words(front.title, _LINE_EM / 2),
            "subtitle": self.words(front.subtitle, _LINE_EM / 3),
            "facts": [list(map(self.spelled, fact)) for fact in front.facts],
            "notes": [[self.spelled(n), self.words(v, _LINE_EM)] for n, v in front.notes],
            "legend": self._table(front.legend),
            "footer": self.words(front.footer, _LINE_EM / 3),
        }

    def _heading(self, heading: doc.Heading) -> Json:
        if not heading.text:
            return {}
        # A tagged PDF may skip no level.
        self.level = min(heading.level, self.level + 1)
        return {
            "kind": "heading",
            "level": self.level,
            "text": self.words(heading.text, _LINE_EM / 2),
            "place": self._unmarked.pop(heading.anchor, None),
            "new_page": heading.new_page,
        }

    def _paragraph(self, paragraph: doc.Paragraph) -> Json:
        return {"kind": "paragraph", "spans": self.runs(paragraph.spans), "small": paragraph.small}

    def _bullets(self, bullets: doc.Bullets) -> Json:
        return {"kind": "bullets", "items": list(map(self.runs, bullets.items))}

    def _quotation(self, quotation: doc.Quotation) -> Json:
        return {"kind": "quotation", "paragraphs": list(map(self.runs, quotation.paragraphs))}

    def _printed(self, printed: doc.Printed) -> Json:
        lines = printed.text.expandtabs(4).splitlines()
        return {"kind": "printed", "text": "\n".join(map(self.spelled, lines))}

    def _code(self, _: doc.Code) -> Json:
        """Nothing: code is not on paper, nor is a heading without words."""
        return {}

    def _picture(self, picture: doc.PictureBlock) -> Json:
        label = self._label("figure", picture.number)
        width, height = (max(1, px) * _PT_PER_PX for px in (picture.width, picture.height))
        scale = min(1.0, self._paper.width / width, self._paper.picture_height / height)
        legible = _SMALLEST_LETTER / style.SIZE
        if scale < legible and legible * height <= self._paper.height:
            scale = min(legible, self._paper.width / width)
        return {
            "kind": "picture",
            "number": picture.number,
            "label": label,
            "file": self._pictures.get(picture.vector) or self._pictures[picture.file],
            "caption": self.words(picture.caption, _LINE_EM),
            "alt": self.spelled(picture.alt or picture.caption) or label,
            "width": width * scale,
            "height": height * scale,
        }

    def _table(self, table: doc.TableBlock) -> Json:
        columns = fit_columns(table, self._paper)
        rooms, rows = columns.rooms, list[Json]()
        for n, row in enumerate(table.rows):
            group = self.words(table.groups[n], _LINE_EM) if table.groups else ""
            place = self._unmarked.pop(table.anchors[n], None) if table.anchors else None
            cells, lines = list(map(self.runs, row, rooms)), columns.lines(row)
            cells = cells if any(map(doc.plain_text, row)) else []
            rows.append({"group": group, "place": place, "cells": cells, "lines": lines})
        return {
            "kind": "table",
            "number": table.number,
            "label": self._label("table", table.number),
            "caption": self.words(table.caption, _LINE_EM),
            "columns": [self.words(h, r / 1.05) for h, r in zip(table.columns, rooms, strict=True)],
            "kinds": list(table.kinds),
            "unbroken": [
                all(width_em(doc.plain_text(row[i])) <= room for row in table.rows)
                for i, room in enumerate(rooms)
            ],
            "shares": columns.shares,
            "size": TABLE_PT * columns.scale,
            "rows": rows,
            # What takes more than a third of a page may go on over two.
            "split": any(table.groups) or sum(row["lines"] for row in rows) > _LONGEST_KEPT,
            "note": self.words(table.note, _LINE_EM),
        }

    def _label(self, key: str, number: int) -> str:
        return text(f"pages.{key}", self.lang, number=number) if number else ""


def running_head(document: doc.Document) -> tuple[str, str]:
    """Return what stands left and right above every page but the first."""
    lang, result = document.lang, document.result
    right = text("pages.as_of", lang, day=day(result.as_of, lang=lang))
    left, room = spelled(result.plan.title.render(lang)), _HEAD_ROOM - width_em(right) - 3
    if width_em(left) > room:
        while left and width_em(left) + 1 > room:
            left = left[:-1]
        whole = re.sub(r"[(\w–-]+$", "", left, flags=re.ASCII)  # not within a word
        left = (whole or left).rstrip() + "…"
    return left, right


_NOT_TEXT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_WORD: Final = re.compile(r"[^\s\u2e80-\uffef]+(?:\u00a0[^\s\u2e80-\uffef]+)*")
_PIECE: Final = re.compile(r"[^./_?&=#:,;-]*[./_?&=#:,;-]+|[^./_?&=#:,;-]+")
_INVISIBLE: Final = frozenset("\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}\ufeff")


def spelled(words: str, *, any_typeface: bool = False) -> str:
    """Return words on one line, each character that cannot be set replaced by its number."""
    if words.isascii() and words.isprintable():
        return words

    def written(character: str) -> str:
        if character in _INVISIBLE:
            return ""
        if character in "\t\n\v\f\r\x85\u2028\u2029":
            return " "
        shown = category(character) not in _NOT_TEXT and (any_typeface or in_typefaces(character))
        return character if shown else f"[U+{ord(character):04X}]"

    return "".join(map(written, words))


def breakable(words: str, room_em: float) -> str:
    """Return words with places to break a word that is wider than the room for it."""
    if width_em(words) <= room_em:
        return words

    def broken(found: re.Match[str]) -> str:
        if width_em(found[0]) <= room_em:
            return found[0]
        pieces = _PIECE.findall(found[0])
        return _BREAK.join(p if width_em(p) <= room_em else _BREAK.join(p) for p in pieces)

    return _WORD.sub(broken, words)


def in_typefaces(character: str) -> bool:
    """Return whether a face of the printed pages has this character."""
    return _advance(character) is not None


@cache
def width_em(words: str) -> float:
    """Return how wide words are on one line, in units of the size of their type."""
    return sum(1.0 if (em := _advance(character)) is None else em for character in words)


@cache
def _advance(character: str) -> float | None:
    """Return how wide the first face that has a character sets it; None where none has it."""
    with _TYPEFACES_LOCK:
        for face in map(_opened, _TYPEFACES):
            if face.get_char_index(ord(character)):
                face.set_size(1000, 72)
                glyph = face.load_char(ord(character), flags=LoadFlags.NO_HINTING)
                return glyph.linearHoriAdvance / 65536 / 1000
    return None


_TYPEFACES_LOCK: Final = Lock()
"""A face holds the glyph that it has loaded; reports are laid out in threads."""

_opened: Final = cache(FT2Font)

_FONTS: Final = Path(mpl.get_data_path(), "fonts", "ttf")
_TYPEFACES: Final = (
    Path(style.CHINESE_FACE), _FONTS / "DejaVuSans.ttf", _FONTS / "DejaVuSansMono.ttf",
)  # fmt: skip
"""The Chinese face, and what matplotlib brings: for what that lacks, and for print-outs."""


_BADGE_EM: Final = 2.0
_CHINESE: Final = re.compile(r"[\u2e80-\uffef]")
_WORD_OR_SIGN: Final = re.compile(
    rf"[0-9][0-9.,]*(?:—[0-9]{{1,2}})?[\u4e00-\u9fff]|{_WORD.pattern}|{_CHINESE.pattern}"
)
_SCRIPTS_MEET: Final = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z\d])|(?<=[A-Za-z\d%])(?=[\u4e00-\u9fff])"
)

_LONGEST_KEPT: Final = 20  # lines up to which a table stands on one page of a Word document

_LONGEST_UNBROKEN_EM: Final = {"number": 8.0, "short": 14.0}
"""How wide a column of numbers or short texts may be without being broken."""
_LONGEST_FIGURE_EM: Final = 11.0
"""How wide a number with its unit is that is kept whole beside longer ones, if there is room."""
_SHORT_EM: Final = 6.0
"""How wide any other: a Chinese name of six signs is one word, as a long one in English is."""

_LONGEST_WORD_EM: Final = {"text": 14.0, "url": 9.0}
_LONGEST_LINE_EM: Final = {"url": 27.0}
_LONGEST_HEAD_EM: Final = 4.0
_BOLD: Final = 1.1  # how much wider than the text the heads are

_SMALLEST: Final = 0.75
"""Size of type over the ordinary one of a table so wide that its numbers would be broken."""

_ROUNDING_EM: Final = 0.01
"""A word as wide as its column fits it, whatever the last bits of the two widths are."""

_STEPS: Final = 60  # in how many steps spare width is given to columns


class Columns(NamedTuple):
    """The columns of a table: shares of the width of the page, which sum to 1.

    `rooms` is how wide a text of each may be, in units of the size of its type; `scale` is that
    size over the ordinary one, below 1 where the table is too wide; `close` as in `Paper`.
    """

    shares: list[float]
    rooms: list[float]
    scale: float
    close: float

    def lines(self, row: tuple[doc.Spans, ...]) -> int:
        """Estimate how many lines the longest cell of a row takes."""

        def high(words: str, room: float) -> int:
            return style.count_lines(words, room, measure=lambda one: self.close * width_em(one))

        return max(map(high, map(doc.plain_text, row), self.rooms))


def fit_columns(table: doc.TableBlock, paper: Paper) -> Columns:
    """Divide the width of the page among the columns of a table.

    A column of numbers or of short texts is never broken; the others share what is left so that
    the table becomes as short as can be. Widths are in units of the size of the table's type.
    """
    available, padding = (pt / TABLE_PT / paper.slack for pt in (paper.width, paper.padding))

    widths, least = _widths(table, available, padding, paper.script_gap_em, _LONGEST_FIGURE_EM)
    if sum(least) > available:
        widths, least = _widths(table, available, padding, paper.script_gap_em)
    shares = [width / sum(widths) for width in widths]
    scale = max(_SMALLEST, min(1.0, available / sum(least)))
    ems = (share * available / scale - padding for share in shares)
    rooms = [max(1.0, em + _ROUNDING_EM) for em in ems]
    return Columns(shares, rooms, scale, paper.close)


def _widths(
    table: doc.TableBlock, room: float, padding: float, gap: float, figure: float = 0.0
) -> tuple[list[float], list[float]]:
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    least, wanted, lengths = [], [], []
    for head, kind, cells in zip(table.columns, table.kinds, columns, strict=True):
        texts = [doc.plain_text(cell) for cell in cells]
        lengths.append([width_em(text) + gap * len(_SCRIPTS_MEET.findall(text)) for text in texts])
        longest = max(lengths[-1], default=0.0)
        least.append(padding + _least(head, kind, texts, longest))
        if kind == "number":
            whole = max((one for one in lengths[-1] if one <= figure), default=0.0)
            least[-1] = max(least[-1], padding + whole)
        widest = max(width_em(head), min(longest, _LONGEST_LINE_EM.get(kind, 90.0)))
        wanted.append(max(least[-1], padding + widest))
    if sum(wanted) <= room:
        return wanted, least
    if sum(least) >= room:
        return least, least
    return _shortest(least, wanted, list(zip(*lengths, strict=True)), room, padding), least


def _least(head: str, kind: doc.Kind, texts: Sequence[str], longest: float) -> float:
    """Return how narrow a column may be: as its longest word, and the longest part of its head."""
    # A long Chinese head is broken in two of about the same length.
    half = (len(head) + 1) // 2 if width_em(head) > _LONGEST_HEAD_EM else len(head)
    parts = [head[:half], head[half:]] if _CHINESE.search(head) else head.split()
    head_em = min(_LONGEST_WORD_EM["text"], _BOLD * max(map(width_em, parts), default=0.0))
    if kind == "grade":
        return max(head_em, _BADGE_EM)
    if longest <= _LONGEST_UNBROKEN_EM.get(kind, _SHORT_EM):
        return max(head_em, longest)
    if kind in _LONGEST_UNBROKEN_EM:
        head_em = max(head_em, min(_LONGEST_WORD_EM["text"], longest / 2 + 1))
    words = (word for text in texts for word in _WORD_OR_SIGN.findall(text))
    allowed = _LONGEST_WORD_EM.get(kind, _LONGEST_WORD_EM["text"])
    return max(head_em, min(allowed, max(map(width_em, words), default=0.0)))


def _shortest(
    least: Sequence[float], wanted: Sequence[float], rows: Sequence[Sequence[float]],
    room: float, padding: float,
) -> list[float]:  # fmt: skip
    """Widen the columns step by step, each time the one that most shortens the table.

    The height of a row is the length of its longest cell over the width of that; a wider column
    shortens the rows in which it is the tallest. What is left at the end goes to the columns that
    want more, as for a head on one line.
    """
    ems, widths = np.reshape(rows, (-1, len(least))), np.array(least)
    step = (room - sum(least)) / _STEPS
    for _ in range(_STEPS):
        heights = ems / (widths - padding)
        tallest, most = heights.argmax(axis=1), heights.max(axis=1)
        shorter = np.where(most > 1, most, 0.0) / (widths - padding)[tallest]
        gains = np.bincount(tallest, shorter, len(widths))
        if not gains.any():
            break
        widths[gains.argmax()] += step
    lacking = np.maximum(0.0, wanted - widths)
    return list(widths + (room - widths.sum()) / (lacking.sum() or 1) * lacking)


PDF_PAPER: Final = Paper(166 * PT_PER_MM, picture_height=190 * PT_PER_MM, padding=10.5)

_TEMPLATE: Final = Path(__file__).parent / "templates" / "typst"


def brief_bytes(document: doc.Document, pictures: Mapping[str, bytes]) -> bytes:
    """Return the two first pages alone: the brief and the overview, without contents.

    Of a picture in pieces it has the first, with what is most in danger.
    """
    lead, rest = document.parts
    chapters = [i for i, b in enumerate(rest) if isinstance(b, doc.Heading) and b.level == 1]
    end = chapters[1] if len(chapters) > 1 else len(rest)
    seen = [i for i, b in enumerate(rest[:end]) if isinstance(b, doc.PictureBlock)]
    kept = [b for i, b in enumerate(rest[:end]) if i not in seen[1:]]
    grades = doc.words(text("report.brief_evidence", document.lang))
    kept.append(doc.Paragraph(spans=grades, small=True))
    front = changed(document.front, footer=doc.footer(document.lang, annex=False))
    brief = changed(document, blocks=(*lead, *kept), front=front)
    shown = {file: pictures[file] for one in brief.pictures for file in one.files}
    return pdf_bytes(brief, shown, contents=False)


_TYPESET: Final = """
import datetime, json, sys, typst
asked = json.loads(sys.argv[1])
fonts = typst.Fonts(False, False, asked["fonts"])
try:
    made, warned = typst.compile_with_warnings(
        "report.typ", root=".", font_paths=fonts, ignore_system_fonts=True,
        pdf_standards=asked["standards"], timestamp=datetime.datetime.fromisoformat(asked["day"]),
    )
except typst.TypstError as error:
    sys.exit(error.message)
open("report.pdf", "wb").write(made)
for one in warned:
    print(one, file=sys.stderr)
"""
"""Run in a process of its own: typst keeps 150 MB of each report that it has laid out."""


def pdf_bytes(
    document: doc.Document, pictures: Mapping[str, bytes], *, contents: bool = True
) -> bytes:
    """Return a report, with its pictures by file, as PDF/A-2a and PDF/UA-1."""
    contents = contents and document.front.contents
    names = {f: f"pictures/{i}{Path(f).suffix}" for i, f in enumerate(pictures, start=1)}
    writer = PageWriter(document, PDF_PAPER, names)
    writer.level = int(contents)
    data = writer.data() | ({} if contents else {"contents": ""})
    with saving.passing_folder("bcforecast-pdf-") as place:
        root = place.resolve()
        copytree(_TEMPLATE, root, dirs_exist_ok=True)
        (root / "pictures").mkdir()
        for file, content in pictures.items():
            (root / names[file]).write_bytes(content)
        (root / "report.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        asked = {
            "fonts": list(dict.fromkeys(str(path.parent) for path in _TYPEFACES)),
            # For archives, and for readers who cannot see: typst refuses what they do not allow.
            "standards": ("a-2a", "ua-1"),
            "day": datetime.combine(document.dated, time(), UTC).isoformat(),
        }
        command = [sys.executable, "-c", _TYPESET, json.dumps(asked)]
        given: dict[str, Any] = {"cwd": root, "timeout": saving.LONGEST_WAIT}
        try:
            done = subprocess.run(command, capture_output=True, check=False, **given)
        except subprocess.TimeoutExpired:
            late = Message("errors.not_ended", {"seconds": f"{saving.LONGEST_WAIT:g}"})
            raise ReportError("pages.not_set", error=late) from None
        said = done.stderr.decode(errors="replace").strip()
        if done.returncode:
            raise ReportError("pages.not_set", error=said or done.returncode)
        made = edge.read_bytes(root / "report.pdf")
    if said:
        warnings.warn(said, stacklevel=2)
    return made


_TWIPS: Final = 9638
"""Width between the margins, in twentieths of a point; `document.xml` states the margins."""

WORD_PAPER: Final = Paper(
    _TWIPS / 20,
    # So that a picture and the words before it are mostly on one page.
    picture_height=110 * 72 / 25.4,
    padding=10.0,
    slack=1.1,
    # What LibreOffice puts between Chinese and Latin letters, whatever the style says.
    script_gap_em=0.25,
    own_typefaces=True,
)
_FIXED_RELATIONS: Final = 4
"""How many other parts `document_rels.xml` relates to before links and pictures."""

_WORD_PARTS: Final = Path(__file__).parent / "templates" / "word"
"""A template for each part, where the part itself stands in the package."""

_DECLARATION: Final = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_BETWEEN_TAGS: Final = re.compile(r"\n\s*(?=<)")
"""White space of the templates: no text of a report has a line break."""


def docx_bytes(document: doc.Document, pictures: Mapping[str, bytes]) -> bytes:
    """Return a report, with its PNG by file, as Office Open XML; equal ones give equal bytes."""
    raster = (file for file in pictures if file.endswith(".png"))
    names = {file: f"media/image{i}.png" for i, file in enumerate(raster, start=1)}
    paper = WORD_PAPER
    if text("language.script", document.lang) == "Hans":  # gaps before and behind its numbers
        paper = replace(paper, close=1.06)
    data = PageWriter(document, paper, names).data()
    for block in data["blocks"][:1]:
        block["new_page"] = True  # below the contents
    for name in ("colours", "grades"):
        data[name] = {one: colour.lstrip("#").upper() for one, colour in data[name].items()}
    relations: dict[tuple[str, str], str] = {}

    def relation(kind: str, target: str) -> str:
        """Return the identifier of a part or a page that the text names."""
        return relations.setdefault((kind, target), f"rId{_FIXED_RELATIONS + 1 + len(relations)}")

    data |= {"day": document.dated, "relations": relations, "width": _TWIPS}
    data |= {"tag": text("language.word_tag", document.lang), "relation": relation}
    data |= {"bookmarks": count(1), "drawings": count(1), "next": next, "widths_of": _twips}
    _number_pages(data)
    parts = {}
    # The body comes first, for other parts tell what it relates to.
    for path in sorted(_WORD_PARTS.rglob("*"), key=lambda path: path.name != "document.xml"):
        if path.is_file():
            name = path.relative_to(_WORD_PARTS).as_posix()
            written = template(f"word/{name}").render(data)
            parts[name] = _DECLARATION + _BETWEEN_TAGS.sub("", written).encode()
    parts |= {f"word/{name}": pictures[file] for file, name in names.items()}
    return saving.zip_bytes(parts)


def _twips(shares: Sequence[float]) -> list[int]:
    """Return how wide the columns of a table are, which come to the width of the page."""
    *widths, _ = (int(share * _TWIPS) for share in shares)
    return [*widths, _TWIPS - sum(widths)]


_PAGE: Final = 14_797
"""Height between the margins, in twips, as are the heights of lines and spaces of `styles.xml`."""

_TITLE: Final = 1650  # height of a title of one line with what stands above and below it
_TITLE_EM: Final = 26

_HEADINGS: Final = {1: 1020, 2: 940, 3: 720}
_ABOVE: Final = {1: 320, 2: 360, 3: 280}
"""Height of a heading of each level, with the space after it and that before, lost on a new page.
"""


def _number_pages(data: Json) -> None:
    """Say on about which page each block stands, until Word is asked to count."""
    line, gap, notes = (330, 60, 2700) if data["script"] == "Hans" else (280, 140, 3200)

    def said(spans: Iterable[Json], after: int = 20, line: int = line, em: int = 200) -> int:
        words = "".join(span["text"] for span in spans)
        return after + line * ceil(max(1.0, width_em(words) * em / _TWIPS))

    def high(block: Json) -> int:
        match block["kind"]:
            case "heading":
                return _HEADINGS[block["level"]]
            case "paragraph":
                small = (180, 200, 160) if block["small"] else (gap,)
                return said(block["spans"], *small)
            case "table":
                groups = sum(290 for row in block["rows"] if row["group"])
                lines = round(width_em(block["note"]) * 170 / _TWIPS + 0.9)
                rows = sum(87 + 200 * r["lines"] for r in block["rows"] if r["cells"])
                return 550 + groups + 200 * lines + 180 * bool(block["note"]) + rows
            case "picture":
                return 460 + round(20 * block["height"])
            case "printed":
                return 470 + 230 * block["text"].count("\n")
            case _:
                return sum(map(said, block.get("items") or block["paragraphs"]))

    def together(n: int) -> int:
        """Return how high what stands from a block on is that `document.xml` keeps on one page."""
        block: Json = dict(*data["blocks"][n : n + 1])  # none behind the last
        match block.get("kind"):
            case "heading":
                return max(1500, high(block) + together(n + 1))
            case "quotation":
                return high(block) + 2 * line
            case "table" | "picture":
                return 0 if block.get("split") else high(block)
        return 0

    whole = (*data["lead"], *data["blocks"])
    listed = sum(block["kind"] == "heading" and block["level"] <= 2 for block in whole)
    # Title and brief; contents and grades follow, on a page of their own if these fill at least
    # half of one and no more.
    more = 420 * int(width_em(data["front"]["title"]) / _TITLE_EM)
    used = _TITLE + more + sum(map(high, data["lead"]))
    data["apart"] = (0.5 * _PAGE if data["lead"] else 0.0) <= used <= _PAGE
    for block in data["lead"]:
        block["page"] = 1
    used = (_PAGE if data["apart"] else used) + 1000 + round(1.3 * line * listed) + notes
    for n, block in enumerate(data["blocks"]):
        room = -used % _PAGE
        if block.get("new_page"):
            # Below one that ran over, or may have, its few lines would stand there alone.
            block["new_page"] = 0.07 < room / _PAGE < (0.45 if n or not data["apart"] else 0.65)
        # What may go to the next page does so by order: from there on our pages are right again.
        # What has no room, or is below a heading, goes there anyway: by order it would leave a page
        # with what may have run over onto it.
        headed = n > 0 and data["blocks"][n - 1]["kind"] == "heading"
        least, unsure = 0 if headed else together(n), 0.05 * _PAGE
        if least and abs(room - least) < unsure:
            block["new_page"] = True
        used += room * (block.get("new_page", False) or room < least)
        block["page"] = 1 + used // _PAGE
        top = n > 0 and used % _PAGE == 0
        used += high(block) - top * _ABOVE.get(block.get("level", 0), 0)
