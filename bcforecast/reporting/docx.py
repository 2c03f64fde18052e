"""The report for Word, WPS and LibreOffice: a package of XML parts, each from a template.

Line heights are fixed, so that it looks the same whichever Chinese face the machine has: Microsoft
YaHei, which Word and WPS bring, or what they put in its place; so we know about on which page a
heading stands. Captions and contents are fields, which count on when the report is cut about; to
have Word count on opening would have it ask the reader for leave first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import count, islice
from math import ceil
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bcforecast.reporting.document import Block, Document, Heading, PictureBlock, Spans, TableBlock
from bcforecast.reporting.formats import template
from bcforecast.reporting.pages import Json, PageWriter, Paper, spelled, width_em
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
    _number_pages(data)
    parts = {}
    for path in filter(Path.is_file, _PARTS.rglob("*")):
        name = path.relative_to(_PARTS).as_posix()
        written = template(f"word/{name}").render(data)
        parts[name] = (_DECLARATION + _BETWEEN_TAGS.sub("", written)).encode()
    parts |= {f"word/{names[file]}": pictures[file] for file in raster}
    return _zipped(parts)


_PAGE: Final = 14_003
"""Height between the margins, in twips, as are the heights of lines and spaces of `styles.xml`."""

_HEADINGS: Final = {1: (520, 480, 240, 19), 2: (400, 360, 180, 14), 3: (320, 280, 120, 11)}
"""Of each level the height of a line, the space before and after, and the size of the letters."""

_ROW: Final = 100
"""Margins of a cell above and below, and the rule between two rows."""

_Piece = tuple[int, int, int, bool]
"""Height, space before and after, and whether it stays on one page with what follows."""


def _number_pages(data: Json) -> None:
    """Say of each heading of the contents on which page it stands."""
    line = 330 if data["script"] == "Hans" else 280
    front, entries = data["front"], []
    blocks = [block for section in data["sections"] for block in section["blocks"]]

    def lines(words: str, points: float, room: float = _TWIPS) -> int:
        return ceil(max(1.0, width_em(words)) * points * 20 / room)

    def text_of(words: str, after: int, *, indent: int = 0) -> Iterator[_Piece]:
        many = lines(words, 10, _TWIPS - indent)
        yield from ((line, 0, after if k == many - 1 else 0, False) for k in range(many))

    def grid(block: Json) -> Iterator[_Piece]:
        together = len(block["rows"]) <= 16 and not any(row["group"] for row in block["rows"])
        rooms = [width - 200 for width in block["widths"]]
        heads = zip(block["columns"], rooms, strict=True)
        yield _ROW + 230 * max(lines(head, block["size"], room) for head, room in heads), 0, 0, True
        for k, row in enumerate(block["rows"], start=1):
            if row["group"]:
                yield 320, 0, 0, True
            yield _ROW + 230 * row["lines"], 0, 0, together and k < len(block["rows"])

    def caption(block: Json, *, keep: bool) -> _Piece:
        return 260 * lines(block["label"] + block["caption"], 9), 200, 100, keep

    def pieces(block: Json) -> Iterator[_Piece]:
        said = "".join(span["text"] for span in block.get("spans", ()))
        match block["kind"]:
            case "heading":
                height, before, after, points = _HEADINGS[block["level"]]
                before = 0 if block["new_page"] else before
                yield height * lines(block["text"], points), before, after, True
            case "paragraph" if block["small"]:
                yield 240 * lines(said, 8), 80, 160, False
            case "paragraph":
                yield from text_of(said, 60 if line == 330 else 140, indent=line - 280)
            case "bullets" | "quotation":
                for item in block.get("items") or block["paragraphs"]:
                    yield from text_of("".join(span["text"] for span in item), 20, indent=340)
            case "table":
                yield caption(block, keep=True)
                yield from grid(block)
                if block["note"]:
                    yield 240 * lines(block["note"], 8), 80, 160, False
            case "picture":
                yield round(20 * block["height"]), 200, 0, True
                yield caption(block, keep=False)
            case "printed":
                yield 230 * (block["text"].count("\n") + 1), 120, 120, False

    def opening() -> Iterator[_Piece]:
        yield 360, 120, 60, False
        yield 440 * len(front["title"]), 0, 80, False
        yield line, 0, 160, False
        yield from ((line, 0, 20, False) for _ in front["facts"])
        for block in data["lead"]:
            yield from pieces(block)

    flow = _Flow()
    flow.put(opening())
    flow.new_page()
    listed = [b for b in blocks if b["kind"] == "heading" and b["level"] <= 2]
    flow.put([(520, 0, 240, True)])
    flow.put((line, 140 * (b["level"] == 1), 20 * (b["level"] == 1), False) for b in listed)
    flow.put([(260, 480, 100, True), *grid(front["legend"])])
    for _, said in front["notes"]:
        flow.put(text_of(said, 20, indent=2552))
    for block in blocks:
        if block["kind"] == "heading":
            if block["new_page"]:
                flow.new_page()
            entries.append((block, len(flow.pieces)))
        flow.put(pieces(block))
    pages = flow.pages()
    for block, place in entries:
        block["page"] = pages[place]


class _Flow:
    """Sets pieces on pages, one below the other, as Word does."""

    def __init__(self) -> None:
        self.pieces: list[_Piece | None] = []
        """None is where a page must end."""

    def put(self, pieces: Iterable[_Piece]) -> None:
        """Set pieces below what is there."""
        self.pieces += pieces

    def new_page(self) -> None:
        """Have what follows begin a page."""
        self.pieces.append(None)

    def pages(self) -> list[int]:
        """Return the page of each piece; what must stay together moves on together."""
        pages: list[int] = []
        page, used, last = 1, 0, 0
        for k, piece in enumerate(self.pieces):
            if piece is None:
                page, used, last = page + 1, 0, 0
            else:
                height, before, after, _ = piece
                whole, gap = self._together(k), max(before, last)
                if used and used + gap + (whole if whole <= _PAGE else height) > _PAGE:
                    page, used, gap = page + 1, 0, 0
                used, last = used + gap + height, after
            pages.append(page)
        return pages

    def _together(self, first: int) -> int:
        """Return the height from a piece on to the end of what must stay with it."""
        total, last = 0, 0
        for piece in islice(self.pieces, first, None):
            if piece is None:
                break
            height, before, after, keep = piece
            total += height + (max(before, last) if total else 0)
            last = after
            if not keep:
                break
        return total


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
