"""The report for Word, WPS and LibreOffice: a package of XML parts, each from a template.

Line heights are fixed, so that it looks the same whichever Chinese face the machine has: Microsoft
YaHei, which Word and WPS bring, or what they put in its place; so we know about on which page a
heading stands. Captions and contents are fields, which count on when the report is cut about; to
have Word count on opening would have it ask the reader for leave first.
"""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import count
from math import ceil
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bcforecast.reporting.document import Block, Document, TableBlock
from bcforecast.reporting.formats import template
from bcforecast.reporting.pages import Json, PageWriter, Paper, width_em
from bcforecast.text import text

_TWIPS: Final = 9412
"""Width between the margins, in twentieths of a point; `document.xml` states the margins."""

PAPER: Final = Paper(
    _TWIPS / 20,
    # So that a picture and the words before it are mostly on one page.
    picture_height=110 * 72 / 25.4,
    padding=10.0,
    slack=1.1,
    # What LibreOffice puts between Chinese and Latin letters, whatever the style says.
    script_gap_em=0.25,
    own_faces=True,
)
_FIXED_RELATIONS: Final = 4
"""How many other parts `document_rels.xml` relates to before links and pictures."""

_PARTS: Final = Path(__file__).parent / "templates" / "word"
"""A template for each part, where the part itself stands in the package."""

_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_BETWEEN_TAGS: Final = re.compile(r"\n\s*(?=<)")
"""White space of the templates: no text of a report has a line break."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can state."""


def docx_bytes(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """Return a report, with its PNG by file, as an Office Open XML document.

    Equal documents give equal bytes: the day of making is the only date in the file.
    """
    raster = [file for file in pictures if file.endswith(".png")]
    names = {file: f"media/image{i}.png" for i, file in enumerate(raster, start=1)}
    data = _WordWriter(document, PAPER, names).data()
    for name in ("colours", "grades"):
        data[name] = {one: colour.lstrip("#").upper() for one, colour in data[name].items()}
    relations: dict[tuple[str, str], str] = {}

    def relation(kind: str, target: str) -> str:
        """Return the identifier of a part or a page that the text names."""
        identifier = f"rId{_FIXED_RELATIONS + 1 + len(relations)}"
        return relations.setdefault((kind, target), identifier)

    data |= {"day": document.dated, "relations": relations, "width": _TWIPS}
    data |= {"tag": text("language.word_tag", document.lang), "relation": relation}
    data |= {"bookmarks": count(1), "drawings": count(1), "next": next}
    _number_pages(data)
    parts = {}
    # The body comes first, for other parts tell what it relates to.
    for path in sorted(_PARTS.rglob("*"), key=lambda path: path.name != "document.xml"):
        if path.is_dir():
            continue
        name = path.relative_to(_PARTS).as_posix()
        written = template(f"word/{name}").render(data)
        parts[name] = (_DECLARATION + _BETWEEN_TAGS.sub("", written)).encode()
    parts |= {f"word/{names[file]}": pictures[file] for file in raster}
    return _zipped(parts)


_PAGE: Final = 14_003
"""Height between the margins, in twips, as are the heights of lines and spaces of `styles.xml`."""

_HEADINGS: Final = {1: (520, 480, 240, 19), 2: (400, 360, 180, 14), 3: (320, 280, 120, 11)}
"""Of each level the height of a line, the space before and after, and the size of the letters."""


def _number_pages(data: Json) -> None:
    """Say on about which page each block stands, one below the other as Word sets them."""
    line = 330 if data["script"] == "Hans" else 280

    def text_of(words: str, high: int = line, points: float = 10, room: float = _TWIPS) -> int:
        return high * ceil(max(1.0, width_em(words)) * points * 20 / room)

    def runs(spans: Iterable[Json], indent: int) -> int:
        return text_of("".join(span["text"] for span in spans), room=_TWIPS - indent)

    def grid(block: Json) -> int:
        heads = zip(block["columns"], block["widths"], strict=True)
        top = 100 + max(text_of(head, 230, block["size"], width - 200) for head, width in heads)
        high = sum(100 + 230 * row["lines"] + 320 * bool(row["group"]) for row in block["rows"])
        # Each page repeats the head, and what is left below is seldom as high as a row.
        return top + high + (top + 400) * (high // _PAGE)

    def heights(block: Json) -> tuple[int, int, int, int]:
        """Return the space before, the height, the space after, and what stays on one page."""
        match block["kind"]:
            case "heading":
                one, before, after, points = _HEADINGS[block["level"]]
                high = text_of(block["text"], one, points)
                return before, high, after, high + after
            case "paragraph" if block["small"]:
                words = "".join(span["text"] for span in block["spans"])
                return 80, text_of(words, 240, 8), 160, 0
            case "paragraph":
                return 0, runs(block["spans"], line - 280), 60 if line == 330 else 140, line
            case "bullets" | "quotation":
                items = block.get("items") or block["paragraphs"]
                return 0, sum(runs(item, 340) + 20 for item in items), 0, line
            case "table" | "picture":
                high = text_of(block["label"] + block["caption"], 260, 9)
                if block["kind"] == "picture":
                    high += 200 + round(20 * block["height"])
                    return 200, high, 100, high
                high += 100 + grid(block)
                whole = len(block["rows"]) <= 16 and not any(r["group"] for r in block["rows"])
                note = 80 + text_of(block["note"], 240, 8) if block["note"] else 0
                return 200, high + note, 160 if note else 0, high if whole else 1000
            case _:
                return 120, 230 * (block["text"].count("\n") + 1), 120, 0

    front, blocks = data["front"], data["blocks"]
    used = 860 + 440 * len(front["title"]) + line + (line + 20) * len(front["facts"])
    used += sum(sum(heights(block)[:3]) for block in data["lead"])
    for block in data["lead"]:
        block["page"] = 1
    used += -used % _PAGE + 1600 + grid(front["legend"])
    used += 240 + text_of(front["legend"]["note"], 240, 8)
    for block in (*data["lead"], *blocks):
        if block["kind"] == "heading" and block["level"] <= 2:
            used += line + 160 * (block["level"] == 1)
    used += sum(text_of(said, room=_TWIPS - 2552) + 20 for _, said in front["notes"])
    flow, together = [], 0
    for block in reversed(blocks):
        before, high, after, own = heights(block)
        together = own + together * (block["kind"] == "heading")
        flow.append((block, before, high, after, together))
    space = 0
    for block, before, high, after, together in reversed(flow):
        room, space = -used % _PAGE, max(before, space)
        if block.get("new_page") or room < space + together <= _PAGE:
            used, space = used + room, 0
        block["page"] = 1 + used // _PAGE
        used, space = used + space + high, after


def _zipped(parts: dict[str, bytes]) -> bytes:
    # Programs look for the content types first.
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 0
            archive.writestr(entry, parts[name], compresslevel=9)
    return out.getvalue()


class _WordWriter(PageWriter):
    """Adds what Word asks for: names of the entries of the contents, widths in twips."""

    def __init__(self, document: Document, paper: Paper, pictures: dict[str, str]) -> None:
        super().__init__(document, paper, pictures)
        self._indices = count()

    def block(self, block: Block) -> Json:
        made, index = super().block(block), next(self._indices)
        if made.get("kind") == "heading":
            made["entry"] = f"_Toc{index:08d}"
            made["new_page"] = made["new_page"] or index == len(self._document.parts[0])
        return made

    def _table(self, table: TableBlock) -> Json:
        made = super()._table(table)
        widths = [int(share * _TWIPS) for share in made["shares"]]
        widths[-1] += _TWIPS - sum(widths)
        return made | {"widths": widths}
