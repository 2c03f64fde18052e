"""The rows of a data file as text, from CSV or Parquet, with the place of each."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from bcforecast.messages import Message
from bcforecast.observations.contract import Table
from bcforecast.observations.problems import (
    Problem,
    in_cell,
    in_file,
    in_header,
    in_row,
    listed,
    quoted,
)

_SIGNATURES: Final = (
    (codecs.BOM_UTF16_LE, "observations.found_utf16"),
    (codecs.BOM_UTF16_BE, "observations.found_utf16"),
    (b"PK\x03\x04", "observations.found_workbook"),
    (b"\xd0\xcf\x11\xe0", "observations.found_workbook"),
)
"""How files start that are no text, or no UTF-8."""


@dataclass(frozen=True)
class Rows:
    """The text of one file.

    Parameters
    ----------
    file
        The file, as it was reached.
    rows
        Row number and text by column, for each row that has the right number of cells.
    problems
        What kept the file or some of its rows from being read.
    """

    file: str
    rows: tuple[tuple[int, Mapping[str, str]], ...] = ()
    problems: tuple[Problem, ...] = ()


def read_rows(folder: Path, table: Table) -> Rows:
    """Read `table` from its CSV file in `folder`, or from its Parquet file if there is no CSV."""
    path, parquet = folder / f"{table.name}.csv", folder / f"{table.name}.parquet"
    if path.is_file():
        return _checked(str(path), table, *_csv_cells(path, table))
    if parquet.is_file():
        return _checked(str(parquet), table, *_parquet_cells(parquet))
    if table.optional:
        return Rows(str(path))
    found = Message("observations.found_no_file")
    return Rows(str(path), problems=(in_file(str(path), found, _allowed_file(table)),))


Numbered = list[tuple[int, list[str]]]


def _checked(file: str, table: Table, cells: Numbered, problems: list[Problem]) -> Rows:
    if problems and not cells:
        return Rows(file, problems=tuple(problems))
    if not cells:
        found = Message("observations.found_empty_file")
        return Rows(file, problems=(in_file(file, found, _allowed_file(table)),))
    (header_row, header), *body = cells
    problems = problems + list(_header_problems(file, header_row, header, table))
    if problems:
        return Rows(file, problems=tuple(problems))
    if not body and not table.may_be_empty:
        found, allowed = (Message(f"observations.{k}") for k in ("found_no_rows", "allowed_rows"))
        return Rows(file, problems=(in_file(file, found, allowed),))
    rows: list[tuple[int, Mapping[str, str]]] = []
    lacking = dict.fromkeys(table.optional_names, "")
    shortest = _shortest(header, table)
    for row, texts in body:
        if shortest <= len(texts) <= len(header):
            rows.append((row, {**lacking, **dict(zip(header, texts, strict=False))}))
        else:
            found = Message("observations.found_cells", {"n": len(texts)})
            allowed = Message("observations.allowed_cells", {"n": len(header)})
            problems.append(in_row(file, row, found, allowed))
    return Rows(file, tuple(rows), tuple(problems))


def _shortest(header: list[str], table: Table) -> int:
    """Return how many cells a row needs: optional columns at the end may be left out."""
    needed = [n for n, name in enumerate(header, 1) if name not in table.optional_names]
    return max(needed, default=0)


def _header_problems(file: str, row: int, header: list[str], table: Table) -> Iterator[Problem]:
    for mark in (";", "\t"):
        if len(header) == 1 and mark in header[0]:
            found = Message(
                "observations.found_separator", {"mark": quoted(mark.replace("\t", "Tab"))}
            )
            yield in_row(file, row, found, Message("observations.allowed_separator"))
            return
    for place, name in enumerate(header):
        if name in header[:place]:
            found = Message("observations.found_column_twice")
        elif name not in table.names:
            found = Message("observations.found_column_unknown")
        else:
            continue
        yield in_header(file, row, name or str(place + 1), found, listed(table.names))
    for name in table.names:
        if name not in header and name not in table.optional_names:
            found = Message("observations.found_column_missing")
            yield in_header(file, row, name, found, listed(table.names))


def _csv_cells(path: Path, table: Table) -> tuple[Numbered, list[Problem]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [_encoding_problem(str(path), raw, error.start)]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    cells: Numbered = []
    row = 1
    try:
        for texts in reader:
            stripped = [text.strip() for text in texts]
            if any(stripped):
                cells.append((row, stripped))
            row = reader.line_num + 1
    except csv.Error:
        found = Message("observations.found_not_csv")
        return [], [in_row(str(path), row, found, _allowed_file(table))]
    return cells, []


def _encoding_problem(file: str, raw: bytes, place: int) -> Problem:
    """Say which cell is not UTF-8, and what the file looks like instead."""
    allowed = Message("observations.allowed_encoding")
    for mark, key in _SIGNATURES:
        if raw.startswith(mark):
            return in_file(file, Message(key), allowed)
    try:
        raw.decode("gb18030")
        found = Message("observations.found_gbk")
    except UnicodeDecodeError:
        found = Message("observations.found_not_utf8")
    lines = raw[:place].decode("gb18030", errors="replace").split("\n")
    header = _cells_of(lines[0].removeprefix("\ufeff"))
    column = len(_cells_of(lines[-1]))
    name = header[column - 1] if len(lines) > 1 and column <= len(header) else str(column)
    return in_cell(file, len(lines), name, found, allowed)


def _cells_of(line: str) -> list[str]:
    try:
        return [text.strip() for text in next(csv.reader([line]))] or [""]
    except csv.Error:
        return [""]


def _parquet_cells(path: Path) -> tuple[Numbered, list[Problem]]:
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        found = Message("observations.found_not_parquet")
        return [], [in_file(str(path), found, Message("observations.allowed_parquet"))]
    names = table.column_names
    columns = [[_as_text(value) for value in column.to_pylist()] for column in table.columns]
    body = [(row, list(texts)) for row, texts in enumerate(zip(*columns, strict=True), start=2)]
    return [(1, names), *body], []


def _as_text(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _allowed_file(table: Table) -> Message:
    return Message("observations.allowed_file", {"columns": listed(table.names)})
