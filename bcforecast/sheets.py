"""The sheets of a workbook, or one table as CSV: their cells as a person sees them."""

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from typing import Any, Final, NamedTuple

from bcforecast import edge
from bcforecast.cells import AsFormatted, as_text, period_named
from bcforecast.errors import ObservationError, one_line
from bcforecast.text import Message


@dataclass(frozen=True)
class Sheet:
    """A sheet as cells: its name, and its numbered rows, whose cells name themselves in `at`.

    A column 0 is none: its values stand in a list. Of one that is `turned` they are each other's.
    """

    name: str
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    columns: tuple[int, ...]
    turned: bool = False
    semicolons: bool = False
    """Whether these stood between its cells, as where commas mark decimals."""

    def at(self, row: int, place: int) -> str:
        """Return the address of the cell at a place of a row: `D7`."""
        from openpyxl.utils import get_column_letter

        column = self.columns[place]
        if self.turned:
            row, column = column, row
        return f"{get_column_letter(column)}{row}" if column else f"value[{row}]"

    def place(self, row: int, place: int) -> str:
        """Return the same with the name of the sheet, if it has one: `Figures!D7`."""
        return f"{self.name}!" * bool(self.name) + self.at(row, place)


class Tables(NamedTuple):
    """What a file holds: sheets, what is to be said of them, what is wrong with it already."""

    sheets: Sequence[Sheet]
    notes: Sequence[Message] = ()
    problems: Sequence[Message] = ()


LARGEST: Final = 1 << 25
"""Bytes of the largest workbook; unpacked it may be twenty times as large."""

LARGEST_MERGED: Final = 10**6
"""Cells that are merged with others, each of which openpyxl makes an object of."""

_WIDE: Final = Message("observations.allowed_wide")

csv_rows = partial(edge.csv_rows, allowed=_WIDE, error=ObservationError)
"""Yield the rows of a CSV file that are not empty, numbered as an editor counts them."""


def _merged(part: bytes) -> int:
    from openpyxl.utils import range_boundaries

    spans = re.findall(rb'mergeCell\b[^>]*\bref="(\w+:\w+)"', part)
    corners = (range_boundaries(span.decode()) for span in spans)
    return sum((right - left + 1) * (low - top + 1) for left, top, right, low in corners)


def wrong_cell(file: str, at: str, found: object, allowed: object) -> Message:
    """Say what is wrong with a cell of a workbook, `Figures!K6`, or of a CSV file, `K6`."""
    return in_cell("wrong", file, at, found=found, allowed=allowed)


def in_cell(key: str, file: str, at: str, **told: object) -> Message:
    """Say something of a cell of a workbook or CSV file, by the key that follows `cells`."""
    sheet, _, cell = at.rpartition("!")
    about = {"file": file, "sheet": sheet, "cell": cell, **told}
    return Message(f"cells.{key}" if sheet else f"cells.{key}_csv", about)


def read_sheets(path: Path) -> Tables:
    """Read the sheets of a workbook (.xlsx, .xlsm) or one table (.csv), with notes on what is left.

    A formula counts by the value stored with it, a merged label in each of its cells; what a number
    format shows beside a number, and raised digits, are read as shown. What can be no figure stands
    as a Message that says what it is. An ObservationError if the file cannot be read.
    """
    if path.suffix.lower() == ".csv":
        rows = tuple((n, tuple(texts)) for n, texts in csv_rows(path, marks=edge.MARKS))
        width = max((len(texts) for _, texts in rows), default=0)
        with edge.opened(path, error=ObservationError) as file:
            semicolons = edge.separator(file.readline()) == ";"
        return Tables([Sheet("", rows, tuple(range(1, width + 1)), semicolons=semicolons)])
    import zipfile
    import zlib

    import openpyxl

    class Reader(openpyxl.reader.excel.ExcelReader):  # type: ignore[misc]
        def read_chartsheet(self, *_: object) -> None:
            """Leave it: it has no cells, and one without a chart cannot be read."""

    def book(**how: bool) -> Any:
        reader = Reader(io.BytesIO(raw), **how)
        with warnings.catch_warnings(action="ignore"):  # of parts that hold no figures
            reader.read()
        sheets = reader.wb.worksheets  # none of strict Open XML, which openpyxl does not read
        if not sheets or any(one.max_row > 2**20 or one.max_column > 2**14 for one in sheets):
            raise ValueError(path)
        return reader.wb

    raw = edge.read_bytes(path, error=ObservationError, largest=LARGEST)
    if _ENCRYPTED in raw:
        raise ObservationError("cells.protected", file=path)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > 20 * LARGEST:
                raise ValueError(path)
            names = parts.namelist()
            twice = len({*names}) < len(names)  # of two parts of a name one would be passed over
            if twice or sum(map(_merged, map(parts.read, names))) > LARGEST_MERGED:
                raise ValueError(path)
        shown, typed = book(data_only=True), book(rich_text=True)
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, LookupError, ValueError, TypeError,
        AttributeError, ArithmeticError, EOFError, openpyxl.utils.exceptions.InvalidFileException,
        RuntimeError, SyntaxError,  # a part that needs a password, XML that is none
        OSError,  # openpyxl's, of a part that is lacking: the file itself has been read
    ):  # fmt: skip
        raise ObservationError("cells.not_workbook", file=path) from None
    sheets: list[Sheet] = []
    notes: list[Message] = []
    for sheet in shown.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(Message("cells.hidden_sheet", {"sheet": one_line(sheet.title)}))
            continue
        read, hidden = _sheet(sheet, typed[sheet.title])
        sheets.append(read)
        if hidden:
            notes.append(Message("cells.hidden", {"sheet": read.name, "hidden": ", ".join(hidden)}))
    return printable(path, Tables(sheets, notes))


def printable(path: Path, tables: Tables) -> Tables:
    """Return tables as they are; an ObservationError if one has a text that no file may hold."""
    for sheet in tables.sheets:
        for row, cells in sheet.rows:
            for place, one in enumerate(cells):
                if isinstance(one, str) and edge.unprintable(one):
                    found = Message("observations.quoted", {"text": one})
                    at = f"{sheet.name}!{sheet.at(row, place)}".removeprefix("!")
                    wrong = wrong_cell(str(path), at, found, Message("errors.kind_str"))
                    raise ObservationError(wrong.key, **wrong.values)
    return tables


_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""Name of the part of a file with a password that holds the workbook."""


def _sheet(shown: Any, typed: Any) -> tuple[Sheet, list[str]]:
    from openpyxl.utils import get_column_letter

    merged = {cell: span for span in shown.merged_cells.ranges for cell in span.cells}
    # A hidden group of columns is described once, at its first.
    groups = (one for one in shown.column_dimensions.values() if one.hidden)
    every = range(1, shown.max_column + 1)
    hidden_columns = {n for one in groups for n in every if (one.min or 1) <= n <= (one.max or 1)}
    hidden_rows = sorted(n for n, one in shown.row_dimensions.items() if one.hidden)
    columns = tuple(n for n in every if n not in hidden_columns)
    rows = []
    told = {at[0] for at in merged}
    for of in (shown, typed):
        told |= {at[0] for at, cell in vars(of)["_cells"].items() if cell.value is not None}
    for n in sorted(told - {*hidden_rows}):
        cells = tuple(_cell(shown, typed, n, column, merged) for column in columns)
        if any(cell is not None and cell != "" for cell in cells):
            rows.append((n, cells))
    hidden = [*map(str, hidden_rows), *map(get_column_letter, sorted(hidden_columns))]
    return Sheet(one_line(shown.title), tuple(rows), columns), hidden


def _cell(
    shown: Any, typed: Any, row: int, column: int, merged: Mapping[tuple[int, int], Any]
) -> object:
    span = merged.get((row, column))
    at = (row, column) if span is None else (span.min_row, span.min_col)
    cell, source = shown.cell(*at), typed.cell(*at)
    if cell.value is None and source.value is None:
        return None
    value, whole = cell.value, cell.number_format or "General"
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number:
        sure, whole = next(_formats_on(shown, cell), (True, whole))
        if not sure and not re.fullmatch(r"[#0?][#0?,]*(\.[#0?]+)?", whole):
            return Message("cells.found_scaled", {"value": value, "format": whole})
    section = _section((value > 0) - (value < 0), whole) if number else whole
    on_condition = re.search(r"\[[<>=]", whole)  # then another may hold
    form = _SHOWN.sub(r"\g<digits>\g<bare>", whole if on_condition else section).casefold()
    struck = cell.font.strike and re.match(r"\W*\d", str(value))
    if isinstance(source.value, list):  # a text in several fonts
        runs = [(str(run), getattr(run, "font", None)) for run in source.value]
        struck = any(font and font.strike and re.search(r"\d", text) for text, font in runs)
        value = "".join(
            text.translate(_RAISED.get(getattr(font, "vertAlign", ""), {})) for text, font in runs
        )
    if struck:
        return Message("cells.found_struck", {"text": str(value)})
    # A label holds for all its cells; a figure over several is the figure of none of them.
    if span is not None and number and period_named(value) is None:
        return Message("cells.found_merged", {"cells": str(span), "value": value})
    if value is None and source.data_type == "f":
        return Message(
            "cells.found_formula", {"formula": getattr(source.value, "text", source.value)}
        )
    if isinstance(value, datetime) and "$" not in form:  # the S of US$ is no second
        return value.date() if re.search("[md]", form) else value.year
    if not number:
        return value
    scaled = re.search("[0#?.],+(?![0#?,])", form) or re.search(r'[0#?][\\!"][.,]"?[0#?]', section)
    # Of 0 a line alone is how accounts write it, and # shows nothing.
    shows = re.search("[0#?@a-z]" if value else "[0?@a-z]", form)
    hidden = not (shows or (value == 0 and re.search("[-–—]", section)))
    if scaled or hidden or (on_condition and re.search(r'"[^"]*\w', whole)):
        return Message("cells.found_scaled", {"value": value, "format": whole})
    before, behind = _beside(value < 0 and section != whole, section)
    if "%" in form:
        return AsFormatted(f"{before}{value * 100:.12g}%{behind}")
    value = float(f"{value:.15g}") if isinstance(value, float) else value
    return AsFormatted(f"{before}{as_text(value)}{behind}") if before or behind else value


def _formats_on(sheet: Any, cell: Any) -> Iterator[tuple[bool, str]]:
    """Yield number formats that a cell has on a condition, and whether it holds or nobody knows."""
    for span in sheet.conditional_formatting:
        for rule in span.rules if cell.coordinate in span.cells else ():
            form = rule.dxf and rule.dxf.numFmt and rule.dxf.numFmt.formatCode
            ends = [float(one) for one in rule.formula if edge.NUMBER.fullmatch(one)]
            holds = _COMPARED.get(rule.operator if rule.type == "cellIs" else "")
            if form and (holds is None or len(ends) < len(rule.formula)):
                yield False, form
            elif form and holds and holds(cell.value, *ends):
                yield True, form


_COMPARED: Final[Mapping[str, Callable[..., bool]]] = {
    "equal": eq, "notEqual": ne, "lessThan": lt, "lessThanOrEqual": le, "greaterThan": gt,
    "greaterThanOrEqual": ge, "between": lambda value, low, high: low <= value <= high,
    "notBetween": lambda value, low, high: not low <= value <= high,
}  # fmt: skip


def _section(sign: int, whole: str) -> str:
    parts = re.split(r""";(?=(?:[^"]*"[^"]*")*[^"]*$)""", whole)
    return parts[(2, 0, 1)[sign]] if parts[(2, 0, 1)[sign] :] else parts[0]


@cache
def _beside(of_negatives: bool, section: str) -> tuple[str, str]:
    """Return what a number format shows before and behind a number; nothing if that says nothing.

    Words, a currency, and signs such as > or (, say what the number is; spaces and a line do not.
    """
    texts = (
        "\0" if one["digits"] else next(filter(None, one.groups()), "")
        for one in _SHOWN.finditer(section)
    )
    said = "".join(texts).strip("-()△▲ " if of_negatives else None)  # the sign
    before, _, behind = said.partition("\0")
    behind = behind.replace("\0", "")
    says = re.sub(r"[\s.,:'/+\-–—]", "", before + behind)
    return (before, behind) if says else ("", "")


_SHOWN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?:\$(?P<currency>[^]-]+))?[^]]*\]|[_*].'
    r"|(?P<digits>general|g/\w+|[0#?]+)|(?P<bare>[a-z]*\$|[<>~()]|[^\x00-\x7f])",
    re.I,
)
"""What a number format shows, and what it says of that; `G/通用格式` is General."""

_RAISED: Final = {"superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "() ,")}
