"""Reading the tables of observations: every cell checked, problems by row and column."""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from bcforecast.config import DATA_DIR
from bcforecast.errors import ObservationError
from bcforecast.observations.records import (
    BREAKS,
    JUDGEMENTS,
    LARGEST,
    OBSERVATIONS,
    SOURCES,
    Break,
    Column,
    Dataset,
    Judgement,
    Measure,
    Observation,
    Period,
    Problem,
    Source,
    Status,
    Table,
    Verification,
    as_date,
    in_cell,
    in_file,
    in_header,
    in_row,
    listed,
    parse_day,
    plain,
    quoted,
)
from bcforecast.observations.selection import Vintage
from bcforecast.text import Message, Text, units

Cell = str | float | date | Period | None

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,，' \u00a0][0-9]{3,4})+(?:\.[0-9]+)?")
_NOT_FINITE: Final = frozenset({"inf", "infinity", "nan"})


class BadCellError(ValueError):
    """A cell that its column does not allow."""

    def __init__(self, found: Message, allowed: Message) -> None:
        super().__init__(found.render("en"))
        self.found = found
        self.allowed = allowed


def read_cell(text: str, column: Column) -> Cell:
    """Return what `text` says in `column`: NaN for an empty number, None for an empty date.

    Raises
    ------
    BadCellError
        With what was found and what is allowed.
    """
    if not text:
        return _empty(column)
    if column.kind == "number":
        return read_number(text)
    if column.kind == "date":
        return _read_date(text)
    if column.kind == "period":
        return _read_period(text)
    if column.kind == "choice" and text not in column.choices:
        raise BadCellError(quoted(text), listed(column.choices))
    if column.kind == "pattern" and not re.fullmatch(column.pattern, text):
        raise BadCellError(quoted(text), Message(column.allowed))
    return text


def read_number(text: str) -> float:
    """Return the number that `text` writes in plain digits.

    Raises
    ------
    BadCellError
        Naming what makes it unreadable: a size above `LARGEST`, thousands marks, full-width
        digits, a percent sign, infinity, or no number at all.

    Examples
    --------
    >>> read_number("909.2549")
    909.2549
    """
    if _NUMBER.fullmatch(text):
        if abs(float(text)) <= LARGEST:
            return float(text)
        allowed = Message("observations.allowed_size", {"largest": f"{LARGEST:g}"})
        raise BadCellError(_flaw(text), allowed)
    raise BadCellError(_flaw(text), Message("observations.allowed_number"))


def _flaw(text: str) -> Message:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold().lstrip("+-") in _NOT_FINITE:
        kind = "not_finite"
    elif _NUMBER.fullmatch(text):
        kind = "too_large"
    elif plain.endswith("%"):
        kind = "percent"
    elif _GROUPED.fullmatch(text):
        kind = "grouped"
    elif _NUMBER.fullmatch(plain) or _GROUPED.fullmatch(plain):
        kind = "full_width"
    else:
        kind = "not_number"
    return Message(f"observations.found_{kind}", {"text": quoted(text)})


def _empty(column: Column) -> Cell:
    if column.required:
        raise BadCellError(quoted(""), _allowed(column))
    return {"number": math.nan, "date": None}.get(column.kind, "")


def _allowed(column: Column) -> Message:
    if column.kind == "choice":
        return listed(column.choices)
    return Message(column.allowed or f"observations.allowed_{column.kind}")


def _read_date(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError:
        raise BadCellError(quoted(text), Message("observations.allowed_date")) from None


def _read_period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ObservationError:
        raise BadCellError(quoted(text), Message("observations.allowed_period")) from None


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
    import pyarrow as pa
    import pyarrow.parquet as pq

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


_NUMBERS: Final = ("value", "lower", "upper")


def row_problems(file: str, figures: Iterable[Observation]) -> Iterator[Problem]:
    """Yield what is wrong within each row: no figure, crossed bounds, negative counts."""
    for figure in figures:
        yield from _bound_problems(file, figure)
        yield from _negative_problems(file, figure)
        if figure.published_early and figure.status is not Status.EXPECTED:
            yield _early(file, figure)


def between_rows(file: str, figures: Sequence[Observation]) -> Iterator[Problem]:
    """Yield rows that repeat or contradict an earlier row, and units that differ in a series."""
    first_of: dict[tuple[object, ...], Observation] = {}
    unit_of: dict[tuple[str, str], Observation] = {}
    for figure in figures:
        earlier = first_of.setdefault(_key(figure), figure)
        if earlier is not figure:
            yield from _repetition(file, figure, earlier)
        leader = unit_of.setdefault((figure.area, figure.indicator), figure)
        if leader.unit != figure.unit:
            values = {"unit": leader.unit, "row": leader.row}
            allowed = Message("observations.allowed_same_unit", values)
            yield in_cell(file, figure.row, "unit", quoted(figure.unit), allowed)


def unknown_sources(
    file: str, named: Iterable[tuple[int, str]], known: Collection[str]
) -> Iterator[Problem]:
    """Yield rows that name a source which is not among `known`."""
    for row, source in named:
        if source not in known:
            allowed = Message("observations.allowed_source")
            yield in_cell(file, row, "source", quoted(source), allowed)


def repeated_sources(file: str, named: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    """Yield sources whose identifier an earlier row has."""
    first_row: dict[str, int] = {}
    for row, source in named:
        earlier = first_row.setdefault(source, row)
        if earlier != row:
            allowed = Message("observations.allowed_once", {"row": earlier})
            yield in_cell(file, row, "source", quoted(source), allowed)


def quantile_problems(file: str, records: Iterable[Judgement]) -> Iterator[Problem]:
    """Yield judgements whose quantiles do not increase."""
    for record in records:
        for low, high in (("q10", "q50"), ("q50", "q90")):
            lower, upper = getattr(record, low), getattr(record, high)
            if not lower < upper:
                values = {"column": low, "value": plain(lower)}
                allowed = Message("observations.allowed_above", values)
                yield in_cell(file, record.row, high, quoted(plain(upper)), allowed)


def _bound_problems(file: str, figure: Observation) -> Iterator[Problem]:
    value, lower, upper = figure.value, figure.lower, figure.upper
    if math.isnan(value) and math.isnan(lower) and math.isnan(upper):
        found, allowed = (
            Message("observations.found_no_figure"),
            Message("observations.allowed_figure"),
        )
        yield in_cell(file, figure.row, "value", found, allowed)
    for column, number in (("lower", lower), ("value", value)):
        if number > upper:
            values = {"column": "upper", "value": plain(upper)}
            allowed = Message("observations.allowed_at_most", values)
            yield in_cell(file, figure.row, column, quoted(plain(number)), allowed)
    if value < lower:
        values = {"column": "lower", "value": plain(lower)}
        allowed = Message("observations.allowed_at_least", values)
        yield in_cell(file, figure.row, "value", quoted(plain(value)), allowed)


def _negative_problems(file: str, figure: Observation) -> Iterator[Problem]:
    if not units()[figure.unit].whole:
        return
    for column in _NUMBERS:
        number = getattr(figure, column)
        if number < 0:
            allowed = Message("observations.allowed_count")
            yield in_cell(file, figure.row, column, quoted(plain(number)), allowed)


def _key(figure: Observation) -> tuple[object, ...]:
    return (
        figure.area,
        figure.indicator,
        figure.period,
        figure.measure,
        figure.status,
        figure.published,
    )


def _repetition(file: str, figure: Observation, earlier: Observation) -> Iterator[Problem]:
    """Two sources may give the same figure; one row may not stand twice, nor two contradict."""
    numbers = list(zip(_NUMBERS, _numbers(figure), _numbers(earlier), strict=True))
    differing = [column for column, ours, theirs in numbers if ours != theirs]
    if differing:
        values = {"ours": figure.in_words(), "theirs": earlier.in_words(), "row": earlier.row}
        found = Message("observations.found_contradiction", values)
        allowed = Message("observations.allowed_one_value")
        yield in_cell(file, figure.row, differing[0], found, allowed)
    elif figure.source == earlier.source:
        allowed = Message("observations.allowed_once", {"row": earlier.row})
        yield in_row(file, figure.row, Message("observations.found_duplicate"), allowed)


def _numbers(figure: Observation) -> tuple[str, ...]:
    return tuple(repr(getattr(figure, name)) for name in _NUMBERS)


def _early(file: str, figure: Observation) -> Problem:
    values = {"day": figure.published, "period": figure.period.in_words()}
    place = {"file": file, "row": figure.row, "column": "published"}
    message = Message("observations.note_early", {**place, **values})
    return Problem(file, figure.row, "published", message, level="note")


Record = tuple[int, dict[str, Any]]


def load_observations(
    data_dir: Path | str | None = None, *, as_of: str | date | None = None
) -> Vintage:
    """Read the data folder as it was known at a date.

    Parameters
    ----------
    data_dir
        Folder with `observations.csv` (or `observations.parquet`), `sources.csv` and, if there
        are any, `breaks.csv` and `judgements.csv`. Default: the folder that is shipped.
    as_of
        Day, as a date or as text such as `2021-12-31`; what was published later is not seen.
        Default: everything is seen.

    Returns
    -------
    Vintage
        What had been published by then.

    Raises
    ------
    ObservationError
        For the first thing that is wrong: file, row, column, what was found, what is allowed.

    Examples
    --------
    >>> vintage = load_observations(as_of="2020-12-31")
    >>> [str(f.period) for f in vintage.of("tianjin", "rd_intensity")]
    ['2013', '2015', '2019']
    """
    day = None if as_of is None else as_date(as_of)
    dataset, problems = read_folder(data_dir)
    for problem in problems:
        if problem.level == "error":
            raise problem.error()
    return Vintage(dataset, day)


def check_data(data_dir: Path | str | None = None) -> list[ObservationError]:
    """Return everything that is wrong with the data folder, not the first thing only.

    Parameters
    ----------
    data_dir
        As in `load_observations`.

    Returns
    -------
    list of ObservationError
        In the order of files and rows; empty if the data can be used.

    Examples
    --------
    >>> check_data()
    []
    """
    return [problem.error() for problem in review_data(data_dir) if problem.level == "error"]


def review_data(data_dir: Path | str | None = None) -> list[Problem]:
    """Return all errors in the data folder, and notes on what should be looked at.

    Parameters
    ----------
    data_dir
        As in `load_observations`.

    Returns
    -------
    list of Problem
        In the order of files and rows; empty if nothing is to be said.

    Examples
    --------
    >>> {problem.level for problem in review_data()}
    {'note'}
    """
    return read_folder(data_dir)[1]


def read_folder(data_dir: Path | str | None = None) -> tuple[Dataset, list[Problem]]:
    """Return the records of the data folder that can be read, and all problems."""
    folder = DATA_DIR if data_dir is None else Path(data_dir)
    if not folder.is_dir():
        found, allowed = (
            Message(f"observations.{k}") for k in ("found_no_folder", "allowed_folder")
        )
        return Dataset(folder), [in_file(str(folder), found, allowed)]
    read = {t.name: _read_table(folder, t) for t in (OBSERVATIONS, SOURCES, BREAKS, JUDGEMENTS)}
    dataset = Dataset(
        folder,
        tuple(_observation(row, cells) for row, cells in read["observations"].records),
        {cells["source"]: _source(cells) for _, cells in read["sources"].records},
        tuple(_break(cells) for _, cells in read["breaks"].records),
        tuple(Judgement(**cells, row=row) for row, cells in read["judgements"].records),
    )
    problems = [problem for table in read.values() for problem in table.problems]
    problems += _record_problems(dataset, read)
    order = [table.file for table in read.values()]
    return dataset, sorted(problems, key=lambda p: (order.index(p.file), p.row))


@dataclass(frozen=True)
class _Read:
    file: str
    records: list[Record]
    problems: list[Problem]
    complete: bool


def _read_table(folder: Path, table: Table) -> _Read:
    raw = read_rows(folder, table)
    problems, records = list(raw.problems), list[Record]()
    for row, texts in raw.rows:
        cells: dict[str, Any] = {}
        for column in table.columns:
            try:
                cells[column.name] = read_cell(texts[column.name], column)
            except BadCellError as bad:
                problems.append(in_cell(raw.file, row, column.name, bad.found, bad.allowed))
        if len(cells) == len(table.columns):
            records.append((row, cells))
    return _Read(raw.file, records, problems, complete=not raw.problems)


def _record_problems(dataset: Dataset, read: dict[str, _Read]) -> Iterator[Problem]:
    figures, sources = read["observations"], read["sources"]
    yield from row_problems(figures.file, dataset.observations)
    yield from between_rows(figures.file, dataset.observations)
    yield from repeated_sources(
        sources.file, [(row, cells["source"]) for row, cells in sources.records]
    )
    yield from quantile_problems(read["judgements"].file, dataset.judgements)
    if sources.complete:
        for name in ("observations", "breaks"):
            named = [(row, cells["source"]) for row, cells in read[name].records]
            yield from unknown_sources(read[name].file, named, dataset.sources)


def _put_together(cells: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return cells with each text and its Chinese, which stands in a column of its own, as one."""
    others = {k: v for k, v in cells.items() if k.removesuffix("_zh") not in names}
    said = {n: Text(en=cells[n], zh=cells[f"{n}_zh"]) for n in names}
    return others | {n: words if words.values else None for n, words in said.items()}


def _observation(row: int, cells: dict[str, Any]) -> Observation:
    typed = {"measure": Measure(cells["measure"]), "status": Status(cells["status"])}
    return Observation(**{**_put_together(cells, "note"), **typed, "row": row})


def _source(cells: dict[str, Any]) -> Source:
    known = {"verification": Verification(cells["verification"])}
    return Source(**{**_put_together(cells, "title", "issuer"), **known})


def _break(cells: dict[str, Any]) -> Break:
    return Break(
        area=cells["area"],
        indicator=cells["indicator"],
        first_period=cells["first_period"],
        reason=Text(zh=cells["reason_zh"], en=cells["reason_en"]),
        published=cells["published"],
        source=cells["source"],
    )
