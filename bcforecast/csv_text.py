"""Tables as CSV that a spreadsheet can open: no text in it is read as a formula.

Excel, WPS and LibreOffice take a cell of a CSV file that starts with `=`, `+`, `-` or `@` for a
formula, which can start programs and send data away. Such a text is written with an apostrophe
before it, as one would type it by hand; numbers are written as they are, negative ones too. A
carriage return within a text becomes a line feed, for it could start a row of its own.

Every CSV that leaves the program with texts from data is written here. Parquet and JSON hold the
texts unchanged. What a file that comes in seems to be where it is no UTF-8 is guessed here too.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bcforecast import edge
from bcforecast.errors import BcforecastError
from bcforecast.text import Message

if TYPE_CHECKING:
    import pandas as pd


_STARTS: Final = frozenset("=+-@\t\n＝＋－＠")
"""How a formula starts; the wide signs count in Chinese and Japanese versions."""

_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)


def csv_text(table: pd.DataFrame) -> str:
    r"""Return a table as CSV without its index, lines ended by a line feed."""
    import pandas as pd

    def safe_cell(cell: object) -> object:
        return harmless(cell) if isinstance(cell, str) else cell

    safe = table.rename(columns=safe_cell)
    for place, (_, column) in enumerate(table.items()):
        texts = pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)
        if texts or isinstance(column.dtype, pd.CategoricalDtype):
            safe.isetitem(place, column.astype(object).map(safe_cell).array)
    return safe.to_csv(index=False, lineterminator="\n")


def rows_text(rows: Iterable[Iterable[str]], *, end: str = "\n") -> str:
    """Return rows of texts as CSV."""
    made = io.StringIO()
    csv.writer(made, lineterminator=end).writerows(map(harmless, row) for row in rows)
    return made.getvalue()


def harmless(text: str) -> str:
    """Return a text as it can stand in a cell of a CSV file."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    formula = lines[:1] in _STARTS and not _NUMBER.fullmatch(lines)
    return f"'{lines}" if formula else lines


def unguarded(cell: str) -> str:
    """Return the text that `harmless` made a cell of."""
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell


class NotCsvError(ValueError):
    """A text that is no CSV from `line` on, the line on which a row starts."""

    def __init__(self, problem: object, line: int) -> None:
        super().__init__(problem)
        self.line = line


def numbered_rows(raw: bytes, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a CSV file with the line on which it starts; the header's is 1.

    One row at a time is decoded and held. A row with line breaks in its cells takes several lines.
    `strict` refuses what follows a closing quotation mark. NotCsvError where the file is none, and
    UnicodeDecodeError where it is no UTF-8.
    """

    def lines() -> Iterator[str]:
        text = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")
        for line, words in enumerate(text, start=1):
            if bad := edge.unprintable(words):
                raise NotCsvError(f"U+{ord(bad[0]):04X}", line)
            yield words

    reader = csv.reader(lines(), strict=strict)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotCsvError(error, line) from error


@dataclass(frozen=True)
class Rows:
    """A CSV file: its header, and each other row that is not blank with the line it starts on."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def strict_rows(path: Path) -> Rows:
    """Read a CSV file in which every row has as many cells as the header.

    One cell more is what a thousands mark without quotes makes of a number, and would move all
    others by one. A file that cannot be opened, is empty or no UTF-8 (it is said what it seems to
    be), or has such a row, is a BcforecastError.
    """
    said = {"file": path, "allowed": Message("errors.allowed_csv")}
    raw = edge.read_bytes(path, allowed="errors.allowed_csv")
    try:
        found = [
            (line, cells)
            for line, cells in numbered_rows(raw)
            if len(cells) > 1 or any(cell.strip() for cell in cells)
        ]
    except UnicodeDecodeError:
        kind = Message(f"errors.encoding_{likely_encoding(raw)}")
        raise BcforecastError("errors.file", found=kind, **said) from None
    except NotCsvError as error:
        raise BcforecastError("errors.file", found=str(error), **said) from error
    if not found:
        raise BcforecastError("errors.file", found=Message("errors.found_empty"), **said)
    (_, header), *rows = found
    if len(header) == 1 and header[0].count(";") > 1:
        raise BcforecastError("errors.file", found=Message("errors.found_semicolons"), **said)
    for line, cells in rows:
        if len(cells) != len(header):
            counts = {"found": len(cells), "allowed": len(header)}
            raise BcforecastError("errors.cells", file=path, row=line, **counts)
    return Rows(tuple(name.strip() for name in header), tuple(rows))


_SIGNATURES: Final = {
    codecs.BOM_UTF16_LE: "utf16",
    codecs.BOM_UTF16_BE: "utf16",
    b"PK\x03\x04": "workbook",
    b"\xd0\xcf\x11\xe0": "workbook",
}
"""How files start that are no text, or no UTF-8."""


def likely_encoding(raw: bytes) -> str:
    """Guess what bytes are that are no UTF-8: `utf16`, `workbook`, `gbk` or `unknown`."""
    for mark, kind in _SIGNATURES.items():
        if raw.startswith(mark):
            return kind
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "unknown"
    return "gbk"
