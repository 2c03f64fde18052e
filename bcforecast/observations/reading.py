"""Reading the data folder: every cell checked, every problem told by file, row and column.

`data/datapackage.json` says what the cells of a column may be, for other tools and for us.
"""

from __future__ import annotations

import csv
import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from bcforecast import config, csv_text, edge, errors
from bcforecast.observations import records, selection, store, wide
from bcforecast.observations.records import Dataset, Observation, quoted
from bcforecast.text import Message, Text, plain, unit_of

if TYPE_CHECKING:
    import pandas as pd


@edge.checked
def load_observations(
    data_dir: Path | str | None = None,
    *,
    as_of: str | date | None = None,
    indicators: Collection[str] | None = None,
) -> selection.Vintage:
    """Read the data folder as it was known at a date.

    Parameters
    ----------
    data_dir
        Folder with `observations.csv` (or `observations.parquet`) or `figures.csv` (an indicator
        a row, a year a column) or both, `sources.csv` and, if there are any, `breaks.csv`,
        `judgements.csv` and `delivery.csv`; or the URL of a store of these tables. Default: the
        shipped folder.
    as_of
        Day, as a date or as text such as `2021-12-31`; what was published later is not seen.
        Default: everything is seen.
    indicators
        Those whose figures are wanted, in any area (`attainment.project.load_figures` asks for
        those that a plan needs), so that a large table needs little memory. Every row is checked,
        but against others only those wanted. Default: all.

    Raises
    ------
    ObservationError
        For the first thing that is wrong: file, row, column, what was found, what is allowed.

    Examples
    --------
    >>> vintage = load_observations(as_of="2020-12-31")
    >>> max(figure.published for figure in vintage.observations) <= date(2020, 12, 31)
    True
    """
    day = None if as_of is None else records.as_date(as_of)
    dataset, problems = read_folder(data_dir, indicators=indicators)
    for problem in problems:
        if problem.level == "error":
            raise problem.error()
    return selection.Vintage(dataset, day)


def check_data(data_dir: Path | str | None = None) -> list[errors.ObservationError]:
    """Return everything that is wrong with the data folder, in the order of files and rows."""
    return [problem.error() for problem in read_folder(data_dir)[1] if problem.level == "error"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a data file, or worth a look; `message` is the whole sentence.

    `row` is as an editor counts it (the header is row 1), 0 if it is about the whole file; `column`
    is empty if it is about a whole row or file. At level `note` the data can be used.
    """

    file: str
    message: Message
    row: int = 0
    column: str = ""
    level: Literal["error", "note"] = "error"

    def error(self) -> errors.ObservationError:
        """Return the exception that says the same."""
        return errors.ObservationError(self.message.key, **self.message.values)


def _wrong(
    file: str, found: Message, allowed: Message, *, row: int = 0, column: str = "", key: str = ""
) -> Problem:
    """Return the problem of a cell, of a row or of a whole file, by what of its place is given."""
    key = key or ("errors.cell" if column else "observations.problem_row" if row else "errors.file")
    place = {"file": file} | ({"row": row} if row else {}) | ({"column": column} if column else {})
    return Problem(file, Message(key, {**place, "found": found, "allowed": allowed}), row, column)


def _listed(names: Iterable[str]) -> Message:
    return reduce(
        lambda head, last: Message("observations.list_join", {"head": head, "last": last}),
        (Message("observations.name", {"name": name}) for name in names),
    )


def read_folder(
    data_dir: Path | str | None = None, *, indicators: Collection[str] | None = None
) -> tuple[Dataset, list[Problem]]:
    """Return the records of the data folder that can be read, and all errors and notes.

    Figures are those of the `indicators`, or all.
    """
    if store.is_url(data_dir):
        data_dir = store.checked_out(data_dir)
    folder = config.DATA_DIR if data_dir is None else Path(data_dir)
    if not (edge.exists(folder) and folder.is_dir()):
        found, allowed = _said("found_no_folder"), _said("allowed_folder")
        return Dataset(folder), [_wrong(str(folder), found, allowed)]
    kept = None if indicators is None else frozenset(indicators)
    figures: _Read[Observation] = _read(folder, "observations", kept)
    sources: _Read[records.Source] = _read(folder, "sources")
    breaks: _Read[records.Break] = _read(folder, "breaks")
    judgements: _Read[records.Elicitation] = _read(folder, "judgements")
    delivery: _Read[records.Delivery] = _read(folder, "delivery")
    broad = _read_wide(folder, sources, kept)
    read: tuple[_Read[Any], ...] = figures, broad, sources, breaks, judgements, delivery
    dataset = Dataset(
        folder,
        tuple(one for table in (figures, broad) for _, one in table.rows),
        {source.source: source for _, source in sources.rows},
        tuple(one for _, one in breaks.rows),
        tuple(one for _, one in judgements.rows),
        tuple(one for _, one in delivery.rows),
    )
    problems = [problem for table in read for problem in table.problems]
    problems += _between_rows(dataset.observations)
    problems += _wrong_sources(sources, figures, broad, breaks, delivery)
    problems += _unordered_quantiles(judgements.file, dataset.judgements)
    problems += _told_twice(dataset.delivery)
    order = [table.file for table in read]
    return dataset, sorted(problems, key=lambda p: (order.index(p.file), p.row))


def _said(name: str, **values: object) -> Message:
    return Message(f"observations.{name}", values)


_Record = TypeVar(
    "_Record",
    Observation, records.Source, records.Break, records.Elicitation, records.Delivery,
)  # fmt: skip
_RECORDS: Final[Mapping[str, type[Any]]] = {
    "observations": Observation,
    "sources": records.Source,
    "breaks": records.Break,
    "judgements": records.Elicitation,
    "delivery": records.Delivery,
}


@dataclass(frozen=True)
class Column:
    """What the cells of a column may be.

    `kind` is `number`, `date`, `period`, `text`, or a text of a given shape: `id`, `basis`. A file
    may lack an `optional` column.
    """

    name: str
    kind: str
    required: bool
    choices: tuple[str, ...]
    pattern: str
    optional: bool

    @property
    def allowed(self) -> Message:
        """What a cell may be, in words."""
        return _listed(self.choices) if self.choices else _said(f"allowed_{self.kind}")


@cache
def tables() -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of each table of the data folder, as its Frictionless description says."""
    package = json.loads((config.DATA_DIR / "datapackage.json").read_text(encoding="utf-8"))
    described = {r["name"]: r["schema"]["fields"] for r in package["resources"] if "schema" in r}
    names = ("observations", "sources", *_MAY_LACK)
    return {name: tuple(map(_column, described[name])) for name in names}


_MAY_LACK: Final = ("breaks", "judgements", "delivery")
"""Tables without which the data can be used: the file may be missing, or have no rows."""


def _column(described: Mapping[str, Any]) -> Column:
    name, rules = described["name"], described.get("constraints", {})
    shapes = {"period": "period", "first_period": "period", "published_basis": "basis"}
    # Choices that are more than texts: a cell is read as the one that it names.
    allowed = tuple(rules.get("enum", ()))
    kinds = [tuple(kind) for kind in (records.Measure, records.Status)]
    kind = "text" if described["type"] == "string" else described["type"]
    return Column(
        name,
        shapes.get(name, "id") if "pattern" in rules else kind,
        required=rules.get("required", False),
        choices=next((kind for kind in kinds if kind == allowed), allowed),
        pattern=rules.get("pattern", ""),
        optional=not rules.get("required", False),
    )


@dataclass
class _Read(Generic[_Record]):
    """One table: its file, rows whose every cell can be read, problems, and whether all are.

    A row of an indicator that is not `kept` is checked and forgotten.
    """

    file: str
    kept: frozenset[str] | None = None
    rows: list[tuple[int, _Record]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True

    def take(self, name: str, row: int, cells: Mapping[str, str]) -> None:
        """Read a row of the table of this name, or note what is wrong with it."""
        read, wrong = read_row(name, cells)
        if wrong:
            self.complete = False
            self.problems += [
                _wrong(self.file, *told, row=row, column=column) for column, *told in wrong
            ]
            return
        kind = _RECORDS[name]
        given = {**read, "row": row, "file": self.file}
        one = kind(**{k: v for k, v in given.items() if k in kind.__dataclass_fields__})
        if isinstance(one, Observation):
            self.problems += _within_row(one)
            if self.kept is not None and one.indicator not in self.kept:
                return
        self.rows.append((row, one))


def _read(folder: Path, name: str, kept: frozenset[str] | None = None) -> _Read[Any]:
    """Read a table from its CSV file in `folder`, or from its Parquet file if there is no CSV."""
    columns = tables()[name]
    path, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
    if not path.exists() and parquet.is_file():
        path = parquet
    file, called = str(path), folder / store.CALLED
    may_lack = name in _MAY_LACK or (name == "observations" and (folder / WIDE).is_file())
    if called.is_file():
        file, may_lack = f"{called.read_text(encoding='utf-8')} {name}", True
    table: _Read[Any] = _Read(file, kept)
    if not path.exists() and may_lack:
        return table
    lacking = {column.name: "" for column in columns if column.optional}
    try:
        for row, header, texts in _rows(path, table, columns, may_be_empty=may_lack):
            table.take(name, row, {**lacking, **dict(zip(header, texts, strict=False))})
    except _UnreadableError as unreadable:
        return _Read(file, problems=[*unreadable.args], complete=False)
    return table


def read_row(
    name: str, given: Mapping[str, str]
) -> tuple[dict[str, Any], list[tuple[str, Message, Message]]]:
    """Read the cells of a row of a table; with each wrong one, what was found and is allowed."""
    cells: dict[str, Any] = {}
    wrong: list[tuple[str, Message, Message]] = []
    for column in tables()[name]:
        try:
            cells[column.name] = _value(given[column.name], column)
        except _CellError as bad:
            wrong.append((column.name, *bad.args))
    for chinese in (name for name in cells if name.endswith("_zh")):
        english = f"{chinese.removesuffix('_zh')}_en"
        if not cells[chinese] and cells.get(english) == "":  # in one language at least
            wrong.append((english, quoted(""), _said("allowed_text")))
    return ({} if wrong else _with_texts(cells)), wrong


def read_figures(
    rows: Iterable[Mapping[str, object]],
) -> tuple[tuple[Observation, ...], list[Problem]]:
    """Read figures from rows with their `file` and `row`, and find everything wrong with them."""
    read: list[Observation] = []
    problems: list[Problem] = []
    for given in rows:
        texts = {name: _as_text(cell) for name, cell in given.items()}
        cells, wrong = read_row("observations", {"note": "", "note_zh": ""} | texts)
        place: dict[str, Any] = {"file": texts["file"], "row": int(texts["row"])}
        if wrong:
            column, found, allowed = wrong[0]
            problems.append(_wrong(found=found, allowed=allowed, column=column, **place))
        else:
            read.append(Observation(**cells, **place))
    for figure in read:
        problems += _within_row(figure)
    problems += _between_rows(read)
    return tuple(read), [one for one in problems if one.level == "error"]


PARTS: Final = "observations"
"""Folder of figures in Parquet files, by province and year: `province=P/year=Y/*.parquet`."""


def province_figures(data_dir: Path, province: str, *, as_of: date) -> pd.DataFrame:
    """Read the figures of a province that had been published by a day, and none of any other.

    The files have the columns of `observations.csv` but for notes. What is read is a table, not yet
    checked (`read_figures`), with the `file` and `row` of each figure; its texts are texts.

    Raises
    ------
    ObservationError
        If there is no such folder, a file is no Parquet, or lacks a column.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not (data_dir / PARTS).is_dir():
        allowed = _said("allowed_parts")
        raise _wrong(str(data_dir / PARTS), _said("found_no_folder"), allowed).error()
    columns = {one.name: one.kind for one in tables()["observations"] if "note" not in one.name}
    found = [pd.DataFrame(columns=[*columns, "row", "file"])]
    for path in sorted((data_dir / PARTS / f"province={province}").glob("year=*/*.parquet")):
        if path.parent.name > f"year={as_of.year}":
            continue
        try:
            table = pq.read_table(path, partitioning=None)
            read = table.to_pandas()
        except (pa.ArrowException, OSError):
            wrong = _wrong(str(path), _said("found_not_parquet"), _said("allowed_parquet"))
            raise wrong.error() from None
        for name, kind in columns.items():
            if name not in read:
                lacks = _said("found_column_missing")
                raise _wrong(str(path), lacks, _listed(columns), row=1, column=name).error()
            nested = pa.types.is_nested(table.schema.field(name).type)
            if nested or (kind != "number" and not pd.api.types.is_string_dtype(read[name])):
                read[name] = read[name].map(_as_text)
        read = read[[*columns]].fillna(dict.fromkeys(columns.keys() - set(_NUMBERS), ""))
        # What is no day is kept, to be refused by its row.
        day = read["published"].str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}")
        seen = read.assign(row=range(2, len(read) + 2), file=str(path))
        found.append(seen[~day | (seen["published"] <= as_of.isoformat())])
    return pd.concat(found[1:] or found, ignore_index=True)


def csv_rows(path: Path) -> Numbered:
    """Return the rows of a CSV file that are not empty, numbered as an editor counts them."""
    try:
        return [*_csv_cells(path, _said("allowed_wide"))]
    except _UnreadableError as unreadable:
        raise unreadable.args[0].error() from None


def problems_of(figure: Observation) -> list[tuple[Any, Any]]:
    """Return what is wrong with one figure of itself: what was found, and what is allowed."""
    errors_of = (one for one in _within_row(figure) if one.level == "error")
    return [(one.message.values["found"], one.message.values["allowed"]) for one in errors_of]


def _read_wide(
    folder: Path, sources: _Read[records.Source], kept: frozenset[str] | None
) -> _Read[Observation]:
    """Read `figures.csv`, a table with a column a year, as rows of the long table."""
    path = folder / WIDE
    file = str(path)
    if not path.is_file():
        return _Read(file)
    try:
        cells = [*_csv_cells(path, _said("allowed_wide"))]
    except _UnreadableError as unreadable:
        return _Read(file, problems=[*unreadable.args], complete=False)
    header_row, header = cells[0] if cells else (1, [])
    strange = [head for head, known in zip(header, wide.heads_of(header), strict=True) if not known]
    if strange or not wide.is_wide(wide.heads_of(header)):
        found = quoted(strange[0]) if strange else _said("found_no_year")
        wrong = _wrong(file, found, _said("allowed_wide"), row=header_row)
        return _Read(file, problems=[wrong], complete=False)
    source = next((one.source for _, one in sources.rows), "")
    defaults = wide.Defaults(wide.planned_indicators(folder), source)
    unrolled = wide.unroll(header, cells[1:], defaults)
    table: _Read[Observation] = _Read(file, kept, complete=not unrolled.problems)
    table.problems += [
        _wrong(file, bad.found, bad.allowed, row=bad.row, column=header[bad.place])
        for bad in unrolled.problems
    ]
    for entry in unrolled.entries:
        table.take("observations", entry.row, entry.cells)
    return table


WIDE: Final = "figures.csv"
"""The table of figures with a column a year, which stands beside or in place of the long one."""


def _with_texts(cells: dict[str, Any]) -> dict[str, Any]:
    """Put each text and its Chinese together, which stands in a column of its own."""
    for chinese in [name for name in cells if name.endswith("_zh")]:
        name = chinese.removesuffix("_zh")
        english = name if name in cells else f"{name}_en"
        words = Text(en=cells.pop(english), zh=cells.pop(chinese))
        cells[name] = words if words.values else None
    return cells


class _UnreadableError(Exception):
    """A file of which no row can be read; `args` are the problems."""


Numbered = list[tuple[int, list[str]]]


def _rows(
    path: Path, table: _Read[Any], columns: tuple[Column, ...], *, may_be_empty: bool
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield each row with as many cells as the header, after the header; note the others."""
    file = table.file
    allowed_file = _said("allowed_file", columns=_listed(c.name for c in columns))
    if not path.exists():
        raise _UnreadableError(_wrong(file, _said("found_no_file"), allowed_file))
    read = _parquet_cells if path.suffix == ".parquet" else _csv_cells
    cells = iter(read(path, allowed_file))
    header_row, header = next(cells, (0, []))
    if not header_row:
        raise _UnreadableError(_wrong(file, _said("found_empty_file"), allowed_file))
    problems = list(_header_problems(file, header_row, header, columns))
    if problems:
        raise _UnreadableError(*problems)
    # A row may end before its texts in Chinese; any other cell left out may have moved the rest.
    shortest = max(n for n, name in enumerate(header, 1) if not name.endswith("_zh"))
    allowed = _said("allowed_cells", n=len(header))
    row = 0
    for row, texts in cells:
        if shortest <= len(texts) <= len(header):
            yield row, header, texts
        else:
            table.complete = False
            found = _said("found_cells", n=len(texts))
            table.problems.append(_wrong(file, found, allowed, row=row))
    if not row and not may_be_empty:
        raise _UnreadableError(_wrong(file, _said("found_no_rows"), _said("allowed_rows")))


def _header_problems(
    file: str, row: int, header: list[str], columns: tuple[Column, ...]
) -> Iterator[Problem]:
    for mark in (";", "\t"):
        if len(header) == 1 and mark in header[0]:
            found = _said("found_separator", mark=quoted(mark.replace("\t", "Tab")))
            yield _wrong(file, found, _said("allowed_separator"), row=row)
            return
    names = [column.name for column in columns]
    wrong = [
        (name or str(place + 1), "twice" if name in header[:place] else "unknown")
        for place, name in enumerate(header)
        if name in header[:place] or name not in names
    ]
    wrong += [(c.name, "missing") for c in columns if c.name not in header and not c.optional]
    for name, kind in wrong:
        found = _said(f"found_column_{kind}")
        key = "observations.problem_header"
        yield _wrong(file, found, _listed(names), row=row, column=name, key=key)


def _csv_cells(path: Path, allowed_file: Message) -> Iterator[tuple[int, list[str]]]:
    try:
        raw = edge.read_bytes(path, error=errors.ObservationError)
    except errors.ObservationError as error:
        raise _UnreadableError(Problem(str(path), error.message)) from None
    try:
        for row, texts in csv_text.numbered_rows(raw, strict=True):
            cells = [cell.strip() for cell in texts]
            if any(cells):
                yield row, cells
    except UnicodeDecodeError as error:
        raise _UnreadableError(_not_utf8(str(path), raw, error)) from None
    except csv_text.NotCsvError as bad:
        wrong = _wrong(str(path), _said("found_not_csv"), allowed_file, row=bad.line)
        raise _UnreadableError(wrong) from None


def _not_utf8(file: str, raw: bytes, error: UnicodeDecodeError) -> Problem:
    """Say which cell is not UTF-8, and what the file looks like instead."""
    kind = csv_text.likely_encoding(raw)
    found, allowed = _said(f"found_{kind}"), _said("allowed_encoding")
    if kind in ("utf16", "workbook"):
        return _wrong(file, found, allowed)
    # The error counts from the start of the piece that was being read.
    place = raw.index(error.object) + error.start if error.object in raw else 0
    lines = raw[:place].decode("gb18030", errors="replace").split("\n")
    header = _cells_of(lines[0].removeprefix("\ufeff"))
    column = len(_cells_of(lines[-1]))
    name = header[column - 1] if len(lines) > 1 and column <= len(header) else str(column)
    return _wrong(file, found, allowed, row=len(lines), column=name)


def _cells_of(line: str) -> list[str]:
    try:
        return [text.strip() for text in next(csv.reader([line]))] or [""]
    except csv.Error:
        return [""]


def _parquet_cells(path: Path, _: Message) -> Numbered:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        wrong = _wrong(str(path), _said("found_not_parquet"), _said("allowed_parquet"))
        raise _UnreadableError(wrong) from None
    columns = [[_as_text(value) for value in column.to_pylist()] for column in table.columns]
    body = enumerate(zip(*columns, strict=True), start=2)
    return [(1, table.column_names), *((row, list(texts)) for row, texts in body)]


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


class _CellError(Exception):
    """A cell that its column does not allow; `args` are what was found and what is allowed."""


def _value(text: str, column: Column) -> str | float | date | records.Period | None:
    """Return what a cell says: NaN for an empty number, None for an empty date."""
    if not text and not column.required:
        return {"number": math.nan, "date": None}.get(column.kind, "")
    return _number(text) if column.kind == "number" and text else _worded(text, column)


@lru_cache(maxsize=4096)
def _worded(text: str, column: Column) -> str | date | records.Period:
    """Return what a cell says that is no number; a table says the same in many cells."""
    try:
        if column.kind == "date":
            return edge.parse_day(text)
        if column.kind == "period":
            return records.Period.parse(text)
    except (ValueError, errors.ObservationError):
        raise _CellError(quoted(text), column.allowed) from None
    if column.choices and text in column.choices:
        return column.choices[column.choices.index(text)]
    fits = not column.pattern or re.fullmatch(column.pattern, text)
    if not text or not fits or column.choices:
        raise _CellError(quoted(text), column.allowed)
    return text


LARGEST: Final = 1e15
"""Largest number of a cell in size: every count of things or yuan is smaller, and exact to 0.1."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,，' \u00a0][0-9]{3,4})+(?:\.[0-9]+)?")


def _number(text: str) -> float:
    """Return the number that plain digits write; else say what makes it unreadable."""
    allowed = _said("allowed_number")
    if _NUMBER.fullmatch(text):
        if abs(float(text)) <= LARGEST:
            return float(text)
        allowed = _said("allowed_size", largest=f"{LARGEST:g}")
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold().lstrip("+-") in ("inf", "infinity", "nan"):
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
    raise _CellError(_said(f"found_{kind}", text=quoted(text)), allowed)


_NUMBERS: Final = ("value", "lower", "upper")


def _within_row(figure: Observation) -> Iterator[Problem]:
    """Yield what is wrong with one figure: none given, crossed bounds, a negative count."""

    def wrong(column: str, allowed: Message, found: Message | None = None) -> Problem:
        found = found or quoted(getattr(figure, column))
        return _wrong(figure.file, found, allowed, row=figure.row, column=column)

    value, lower, upper = figure.value, figure.lower, figure.upper
    if math.isnan(value) and math.isnan(lower) and math.isnan(upper):
        yield wrong("value", _said("allowed_figure"), _said("found_no_figure"))
    for column in ("lower", "value"):
        if getattr(figure, column) > upper:
            yield wrong(column, _said("allowed_at_most", column="upper", value=plain(upper)))
    if value < lower:
        yield wrong("value", _said("allowed_at_least", column="lower", value=plain(lower)))
    if unit_of(figure.unit).whole:
        for column in _NUMBERS:
            if getattr(figure, column) < 0:
                yield wrong(column, _said("allowed_count"))
    if figure.published_early and figure.status is not records.Status.EXPECTED:
        values = {"day": figure.published, "period": figure.period.in_words()}
        place = {"file": figure.file, "row": figure.row, "column": "published"}
        note = _said("note_early", **place, **values)
        yield Problem(figure.file, note, figure.row, "published", level="note")


def _between_rows(figures: Iterable[Observation]) -> Iterator[Problem]:
    """Yield rows that repeat or contradict an earlier row, and units that differ in a series.

    Two sources may give the same figure; one row may not stand twice, nor two contradict.
    """
    first_of: dict[tuple[object, ...], Observation] = {}
    unit_first: dict[tuple[str, str], Observation] = {}
    for figure in figures:
        row, file = figure.row, figure.file
        leader = unit_first.setdefault((figure.area, figure.indicator), figure)
        about = (leader.area, leader.indicator, figure.period, figure.measure, figure.status)
        earlier = first_of.setdefault((*about, figure.published), figure)
        differing = [n for n in _NUMBERS if repr(getattr(figure, n)) != repr(getattr(earlier, n))]
        if differing:
            values = {"ours": figure.in_words(), "theirs": earlier.in_words(), "row": earlier.row}
            found = _said("found_contradiction", **values)
            yield _wrong(file, found, _said("allowed_one_value"), row=row, column=differing[0])
        elif earlier is not figure and figure.source == earlier.source:
            allowed = _said("allowed_once", row=earlier.row)
            yield _wrong(file, _said("found_duplicate"), allowed, row=row)
        if leader.unit != figure.unit:
            allowed = _said("allowed_same_unit", unit=leader.unit, row=leader.row)
            yield _wrong(file, quoted(figure.unit), allowed, row=row, column="unit")


def _wrong_sources(sources: _Read[records.Source], *tables: _Read[Any]) -> Iterator[Problem]:
    """Yield sources that are listed twice, and where all are readable those listed nowhere."""
    first_row: dict[str, int] = {}
    for row, one in sources.rows:
        earlier = first_row.setdefault(one.source, row)
        if earlier != row:
            found, allowed = quoted(one.source), _said("allowed_once", row=earlier)
            yield _wrong(sources.file, found, allowed, row=row, column="source")
    for table in tables if sources.complete else ():
        for row, one in table.rows:
            if one.source not in first_row:
                found, allowed = quoted(one.source), _said("allowed_source")
                yield _wrong(table.file, found, allowed, row=row, column="source")


def _unordered_quantiles(file: str, judgements: Iterable[records.Elicitation]) -> Iterator[Problem]:
    for one in judgements:
        for low, high in (("q10", "q50"), ("q50", "q90")):
            lower, upper = getattr(one, low), getattr(one, high)
            if not lower < upper:
                allowed = _said("allowed_above", column=low, value=plain(lower))
                yield _wrong(file, quoted(upper), allowed, row=one.row, column=high)


def _told_twice(delivery: Iterable[records.Delivery]) -> Iterator[Problem]:
    """Yield rows on a measure and a day that has one already."""
    first: dict[tuple[str, str, date], int] = {}
    for one in delivery:
        row = first.setdefault((one.plan, one.measure, one.date), one.row)
        if row != one.row:
            allowed = _said("allowed_once", row=row)
            yield _wrong(one.file, quoted(one.measure), allowed, row=one.row, column="measure")
