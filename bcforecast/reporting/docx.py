"""The report for Word, WPS and LibreOffice: a package of XML parts, each from a template.

Line heights are fixed, so that it looks the same whichever Chinese face the machine has: Microsoft
YaHei, which Word and WPS bring, or what they put in its place. Captions and contents are fields,
which count on when the report is cut about.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bcforecast.reporting.blocks import template
from bcforecast.reporting.document import Block, Document, Heading, PictureBlock, Spans, TableBlock
from bcforecast.reporting.pages import Json, PageWriter, Paper, spelled
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
)
_EMU_PER_PT: Final = 12_700
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
    writer = _WordWriter(document, PAPER, names)
    data = writer.data()
    for name in ("colours", "grades"):
        data[name] = {one: colour.lstrip("#").upper() for one, colour in data[name].items()}
    data |= {"day": document.dated, "relations": writer.relations, "width": _TWIPS}
    data |= {"tag": text("language.word_tag", document.lang)}
    parts = {}
    for path in filter(Path.is_file, _PARTS.rglob("*")):
        name = path.relative_to(_PARTS).as_posix()
        written = template(f"word/{name}").render(data)
        parts[name] = (_DECLARATION + _BETWEEN_TAGS.sub("", written)).encode()
    parts |= {f"word/{names[file]}": pictures[file] for file in raster}
    return _zipped(parts)


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
    """Adds what Word counts: bookmarks, relations to other parts, widths in twips."""

    def __init__(self, document: Document, paper: Paper, pictures: dict[str, str]) -> None:
        super().__init__(document, paper, pictures)
        self.relations: dict[tuple[str, str], str] = {}
        """Identifiers by kind and target."""
        self._bookmarks, self._drawings = count(1), count(1)
        self._index = -1

    def block(self, block: Block) -> Json:
        self._index += 1
        return super().block(block)

    def spelled(self, words: str) -> str:
        return spelled(words, any_face=True)

    def words(self, words: str, _room_em: float) -> str:
        """Word breaks words itself."""
        return self.spelled(words)

    def runs(self, spans: Spans, room_em: float = 0.0) -> list[Json]:
        runs = super().runs(spans, room_em)
        for run in runs:
            run["relation"] = self._relation("hyperlink", run["web"]) if run["web"] else ""
        return runs

    def bookmark(self, name: str | None) -> Json | None:
        return {"name": name.replace("-", "_"), "id": next(self._bookmarks)} if name else None

    def _relation(self, kind: str, target: str) -> str:
        return self.relations.setdefault(
            (kind, target), f"rId{_FIXED_RELATIONS + 1 + len(self.relations)}"
        )

    def _heading(self, heading: Heading) -> Json:
        made = super()._heading(heading)
        if made:
            made["place"] = self.bookmark(made["place"])
            made["entry"] = self.bookmark(f"_Toc{self._index:08d}")
            made["new_page"] = made["new_page"] or self._index == len(self._document.parts[0])
        return made

    def _picture(self, picture: PictureBlock) -> Json:
        made = super()._picture(picture)
        extent = [round(made[side] * _EMU_PER_PT) for side in ("width", "height")]
        relation = self._relation("image", made["file"])
        return made | {"extent": extent, "relation": relation, "id": next(self._drawings)}

    def _table(self, table: TableBlock) -> Json:
        made = super()._table(table)
        widths = [int(share * _TWIPS) for share in made["shares"]]
        widths[-1] += _TWIPS - sum(widths)
        for row in made["rows"]:
            row["place"] = self.bookmark(row["place"])
        return made | {"widths": widths, "half_points": round(2 * made["size"])}
