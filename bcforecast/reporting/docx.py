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

_HEADINGS: Final = {1: 1240, 2: 940, 3: 720}
"""Height of a heading of each level, with the spaces before and after it."""


def _number_pages(data: Json) -> None:
    """Say on about which page each block stands, until Word is asked to count."""
    line, gap = (330, 60) if data["script"] == "Hans" else (280, 140)

    def said(spans: Iterable[Json], after: int = 20) -> int:
        words = "".join(span["text"] for span in spans)
        return after + line * ceil(max(1.0, width_em(words) * 200 / _TWIPS))

    def high(block: Json) -> int:
        match block["kind"]:
            case "heading":
                return _HEADINGS[block["level"]]
            case "paragraph":
                return said(block["spans"], gap)
            case "table":
                return 600 + sum(100 + 230 * row["lines"] for row in block["rows"])
            case "picture":
                return 460 + round(20 * block["height"])
            case "printed":
                return 470 + 230 * block["text"].count("\n")
            case _:
                return sum(map(said, block.get("items") or block["paragraphs"]))

    whole = (*data["lead"], *data["blocks"])
    listed = sum(block["kind"] == "heading" and block["level"] <= 2 for block in whole)
    # The first page is the title's and the brief's; contents, evidence grades and notes follow.
    used = _PAGE + 5000 + round(1.2 * line * listed)
    for block in data["lead"]:
        block["page"] = 1
    for block in data["blocks"]:
        room = -used % _PAGE
        least = {"heading": 1500, "picture": high(block)}.get(block["kind"], 0)
        used += room * (block.get("new_page") or room < least)
        block["page"] = 1 + used // _PAGE
        used += high(block)


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
