"""Figures from workbooks and wide tables into a data folder: what would change, then all or none.

What one sees is what is read: a hidden row or column is left out, and said. Rows are only ever
added: a revised figure is a new row, published later than the one that it revises.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from bcforecast import csv_text, edge
from bcforecast.cells import (
    EXAMPLE,
    column_named,
    delivery_named,
    period_named,
    plain_words,
)
from bcforecast.errors import ObservationError
from bcforecast.observations import reading, wide
from bcforecast.observations.records import Dataset, Observation, quoted
from bcforecast.observations.store import Store, StoreChangedError, is_url
from bcforecast.text import Message

Change = Literal["new", "revised", "same"]


class Imported(NamedTuple):
    """One figure of a file: where it stands, the figure, and what it is to those already there.

    `cells` are its row of the long table, `before` the figure that it revises or repeats.
    """

    place: str
    change: Change
    figure: Observation
    cells: Mapping[str, Any]
    before: Observation | None = None


@dataclass
class Import:
    """What a file would add to a data folder: figures, rows of other tables, problems, notes."""

    figures: list[Imported] = field(default_factory=list)
    rows: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    @property
    def added(self) -> list[Imported]:
        """The figures that the folder does not have yet."""
        return [one for one in self.figures if one.change != "same"]

    @property
    def new_rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """The rows to be added, by table; sources come first, so that no figure lacks its own."""
        added = [*self.rows.get("observations", ()), *(one.cells for one in self.added)]
        rows = {**self.rows, "observations": added}
        return {name: rows[name] for name in sorted(rows, key="sources".__ne__) if rows[name]}


@dataclass(frozen=True)
class Sheet:
    """A sheet as cells: its name, and its numbered rows, whose cells name themselves in `at`.

    A column 0 is none: its values stand in a list.
    """

    name: str
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    columns: tuple[int, ...]

    def at(self, row: int, place: int) -> str:
        """Return the address of the cell at a place of a row: `D7`."""
        from openpyxl.utils import get_column_letter

        column = self.columns[place]
        return f"{get_column_letter(column)}{row}" if column else f"value[{row}]"


class Tables(NamedTuple):
    """What a file holds: sheets, what is to be said of them, what is wrong with it already."""

    sheets: Sequence[Sheet]
    notes: Sequence[Message] = ()
    problems: Sequence[Message] = ()


LARGEST: Final = 1 << 25
"""Bytes of the largest workbook; unpacked it may be twenty times as large."""


def read_sheets(path: Path) -> tuple[list[Sheet], list[Message]]:
    """Read the sheets of a workbook (.xlsx, .xlsm) or one table (.csv), with notes on what is left.

    A formula counts by the value stored with it, a merged label in each of its cells; percent
    formats are read as shown. What can be no figure stands as a Message that says what it is.

    Raises
    ------
    ObservationError
        If the file cannot be read.
    """
    if path.suffix.lower() == ".csv":
        try:
            rows = reading.csv_rows(path)
        except OSError:
            raise ObservationError("cells.no_file", file=path) from None
        width = max((len(texts) for _, texts in rows), default=0)
        return [Sheet("", tuple((n, tuple(t)) for n, t in rows), tuple(range(1, width + 1)))], []
    import zipfile
    import zlib

    import openpyxl

    raw = edge.read_bytes(path, error=ObservationError, largest=LARGEST)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > 20 * LARGEST:
                raise ValueError(path)
        shown = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
        typed = openpyxl.load_workbook(io.BytesIO(raw))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,  # XML that is none
        zlib.error,
        openpyxl.utils.exceptions.InvalidFileException,
    ):
        raise ObservationError("cells.not_workbook", file=path) from None
    sheets: list[Sheet] = []
    notes: list[Message] = []
    for sheet in shown.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(Message("cells.hidden_sheet", {"sheet": sheet.title}))
            continue
        read, hidden = _sheet(sheet, typed[sheet.title])
        sheets.append(read)
        if hidden:
            listed = ", ".join(hidden)
            notes.append(Message("cells.hidden", {"sheet": sheet.title, "hidden": listed}))
    return sheets, notes


def _sheet(shown: Any, typed: Any) -> tuple[Sheet, list[str]]:
    from openpyxl.utils import get_column_letter

    merged = {
        (row, column): span
        for span in shown.merged_cells.ranges
        for row in range(span.min_row, span.max_row + 1)
        for column in range(span.min_col, span.max_col + 1)
    }
    # A hidden group of columns is described once, at its first.
    hidden_columns = {
        column
        for one in shown.column_dimensions.values()
        if one.hidden
        for column in range(one.min or 1, (one.max or 1) + 1)
        if column <= shown.max_column
    }
    hidden_rows = [n for n in range(1, shown.max_row + 1) if shown.row_dimensions[n].hidden]
    columns = tuple(n for n in range(1, shown.max_column + 1) if n not in hidden_columns)
    rows = []
    for n in range(1, shown.max_row + 1):
        if n in hidden_rows:
            continue
        cells = tuple(_cell(shown, typed, n, column, merged) for column in columns)
        if any(cell is not None and cell != "" for cell in cells):
            rows.append((n, cells))
    hidden = [f"{n}" for n in hidden_rows] + [get_column_letter(n) for n in sorted(hidden_columns)]
    return Sheet(shown.title, tuple(rows), columns), hidden


def _cell(
    shown: Any, typed: Any, row: int, column: int, merged: Mapping[tuple[int, int], Any]
) -> object:
    span = merged.get((row, column))
    if span is not None:
        cell = shown.cell(span.min_row, span.min_col)
        figure = isinstance(cell.value, (int, float)) and period_named(cell.value) is None
        # A label holds for all its cells; a figure over several is the figure of none of them.
        if figure:
            return Message("cells.found_merged", {"cells": str(span), "value": cell.value})
        return cell.value
    cell = shown.cell(row, column)
    value = cell.value
    if value is None and typed.cell(row, column).data_type == "f":
        return Message("cells.found_formula", {"formula": str(typed.cell(row, column).value)})
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.12g}%"
        return value
    if isinstance(value, (date, datetime)):
        return _Dated(value.year, value.month, value.day)
    return value


class _Dated(date):
    """A date of a cell; as a figure it is refused, as a day of publication it is one."""


def read_import(
    path: Path,
    dataset: Dataset,
    *,
    source: str = "",
    published: date | None = None,
    tables: Tables | None = None,
    correction: tuple[str, str] | None = None,
) -> Import:
    """Read a file and hold it against a data folder.

    Parameters
    ----------
    path
        Workbook or wide CSV. Every sheet whose heads are those of a table is read: figures (an
        indicator a row, a period a column), sources, judgements, delivery; other sheets are not.
    dataset
        What the folder has.
    source
        Source of figures that name none; else the first one of the folder, or of the file.
    published
        Day on which the figures were published; needed for one that revises another. Default: by
        the rule of the table, an assumption.
    tables
        What the file holds, where it is neither of these and was read by `exchange`.
    correction
        Author and reason, where a figure that differs was written wrong and is no revision.
    """
    read = tables or Tables(*read_sheets(path))
    result = Import(notes=[*read.notes], problems=[*read.problems])
    found = [one for sheet in read.sheets if (one := _table(sheet)) is not None]
    if not (found or result.problems):
        raise ObservationError("cells.no_table", file=path)
    for name in ("sources", "judgements", "delivery"):
        for kind, sheet, heads, body in found:
            if kind == name:
                _read_other(name, path, sheet, heads, body, dataset, result)
    known = [*dataset.sources, *(row["source"] for row in result.rows.get("sources", ()))]
    defaults = wide.Defaults(
        wide.planned_indicators(dataset.folder),
        source or next(iter(known), ""),
        "" if published is None else published.isoformat(),
    )
    for kind, sheet, heads, body in found:
        if kind == "figures":
            _read_figures(
                path, sheet, heads, body, defaults, dataset, known, result, correction=correction
            )
    return result


_Table = tuple[str, Sheet, tuple[object, ...], list[tuple[int, tuple[object, ...]]]]


def _table(sheet: Sheet) -> _Table | None:
    """Return the first table of a sheet: what it is, its heads and the rows below them."""
    for n, (_, cells) in enumerate(sheet.rows):
        named = wide.heads_of([_head(cell) for cell in cells])
        kinds = {
            "figures": wide.is_wide(named),
            "judgements": {"q10", "q50", "q90", "expert"} <= set(named),
            "delivery": {"code", "status", "evidence"} <= set(named),
            "sources": {"code", "title", "issuer"} <= set(named),
        }
        for kind, fits in kinds.items():
            if fits:
                heads = tuple(_head(cell) for cell in cells)
                return kind, sheet, heads, list(sheet.rows[n + 1 :])
    return None


def _head(cell: object) -> object:
    """Return a head as text; a head that is a date is the month of it."""
    return f"{cell.year}-{cell.month:02d}" if isinstance(cell, date) else cell


def _wrong(path: Path, sheet: Sheet, at: str, found: object, allowed: object) -> Message:
    place = {"file": str(path), "sheet": sheet.name, "cell": at}
    key = "cells.wrong" if sheet.name else "cells.wrong_csv"
    return Message(key, {**place, "found": found, "allowed": allowed})


def _read_figures(
    path: Path,
    sheet: Sheet,
    heads: tuple[object, ...],
    body: list[tuple[int, tuple[object, ...]]],
    defaults: wide.Defaults,
    dataset: Dataset,
    known_sources: Sequence[str],
    result: Import,
    *,
    correction: tuple[str, str] | None,
) -> None:
    unrolled = wide.unroll(heads, body, defaults)
    for bad in unrolled.problems:
        at = sheet.at(bad.row, bad.place)
        result.problems.append(_wrong(path, sheet, at, bad.found, bad.allowed))
    first_at = {_key(one.figure): one for one in result.figures}
    for entry in unrolled.entries:
        at = sheet.at(entry.row, entry.place)
        cells, wrong = reading.read_row("observations", entry.cells)
        if not wrong and entry.cells["source"] not in known_sources:
            told = quoted(entry.cells["source"]), Message("observations.allowed_source")
            wrong = [("source", *told)]
        for _, found, allowed in wrong:
            result.problems.append(_wrong(path, sheet, at, found, allowed))
        if wrong:
            continue
        known = {k: v for k, v in cells.items() if k in _FIELDS}
        figure = Observation(**known, row=entry.row, file=str(path))
        place = f"{sheet.name}!{at}" if sheet.name else at
        if (twin := first_at.get(_key(figure))) is not None:
            allowed = Message("cells.allowed_once_at", {"cell": twin.place})
            result.problems.append(
                _wrong(path, sheet, at, Message("observations.found_duplicate"), allowed)
            )
            continue
        one = _compared(place, figure, entry.cells, dataset)
        problems = reading.problems_of(figure)
        if correction and one.change == "revised" and one.before:
            # It takes the place of the row that was wrong, and was known when that was.
            day, basis = one.before.published.isoformat(), one.before.published_basis
            said = dict(zip(("author", "reason"), correction, strict=True))
            said |= {"published": day, "published_basis": basis}
            one = one._replace(cells={**one.cells, **said, "corrects": one.before.row})
        elif one.change == "revised" and one.before and figure.published <= one.before.published:
            values = {"ours": figure.in_words(), "theirs": one.before.in_words()}
            found = Message("cells.found_revised", {**values, "day": one.before.published})
            problems = [(found, Message("cells.allowed_revised"))]
        if problems:
            result.problems += [_wrong(path, sheet, at, *told) for told in problems]
            continue
        first_at[_key(figure)] = one
        result.figures.append(one)


_FIELDS: Final = frozenset(Observation.__dataclass_fields__)


def _key(figure: Observation) -> tuple[object, ...]:
    return figure.area, figure.indicator, figure.period, figure.measure


def _compared(
    place: str, figure: Observation, cells: Mapping[str, str], dataset: Dataset
) -> Imported:
    """Say what a figure is to the latest one of its period that the folder has."""
    series = dataset.series.get((figure.area, figure.indicator), ())
    earlier = [one for one in series if _key(one) == _key(figure)]
    if not earlier:
        return Imported(place, "new", figure, cells)
    numbers = [[repr(n) for n in (one.value, one.lower, one.upper)] for one in (figure, *earlier)]
    if numbers[0] == numbers[-1]:
        return Imported(place, "same", figure, cells, earlier[-1])
    return Imported(place, "revised", figure, cells, earlier[-1])


def _read_other(
    name: str,
    path: Path,
    sheet: Sheet,
    heads: tuple[object, ...],
    body: list[tuple[int, tuple[object, ...]]],
    dataset: Dataset,
    result: Import,
) -> None:
    """Read a sheet of sources, judgements or delivery, rows of which are rows of the table."""
    named = [column_named(head) or "" for head in heads]
    code = {"sources": "source", "judgements": "indicator", "delivery": "measure"}[name]
    places = {code if head == "code" else head: n for n, head in enumerate(named) if head}
    sources = [*dataset.sources, *(row["source"] for row in result.rows.get("sources", ()))]
    planned = wide.planned_indicators(dataset.folder)
    for row, cells in body:
        said = {column: wide.as_text(cells[n]) for column, n in places.items()}
        if not any(said.values()) or EXAMPLE in map(plain_words, said.values()):
            continue
        if name == "judgements":
            if not said.get("q10"):
                continue
            areas = [one.area for one in planned if one.indicator == said["indicator"]]
            said["area"] = said.get("area") or (areas[0] if areas else "")
        if name == "delivery":
            if not said.get("status"):
                continue
            said["status"] = delivery_named(said["status"]) or said["status"]
            said["source"] = said.get("source") or next(iter(sources), "")
        if name == "sources" and said["source"] in dataset.sources:
            continue
        given = {c.name: said.get(c.name, "") for c in reading.tables()[name]}
        read, wrong = reading.read_row(name, given)
        if name == "delivery" and not wrong and read["source"] not in sources:
            allowed = Message("observations.allowed_source")
            wrong = [("source", quoted(read["source"]), allowed)]
        for column, found, allowed in wrong:
            at = sheet.at(row, places.get(column, 0))
            result.problems.append(_wrong(path, sheet, at, found, allowed))
        before = () if name == "sources" else getattr(dataset, name)
        if not wrong and not any(_is_same(read, one) for one in before):
            result.rows.setdefault(name, []).append(given)


def _is_same(read: Mapping[str, Any], known: object) -> bool:
    return all(getattr(known, k) == v for k, v in read.items() if hasattr(known, k) and k != "note")


def import_file(
    path: Path, data_dir: Path | str, *, dry_run: bool = False, skip_bad: bool = False, **asked: Any
) -> Import:
    """Read a file, and add what is new or revised to a data folder or store: all of it or nothing.

    Two imports at once lose nothing: the second is held against what the first has written. With
    `dry_run` nothing is written; with `skip_bad` what is right is written although something else
    is wrong. `asked` goes to `read_import`. Into a store, `path` may be a data folder.
    """
    if is_url(data_dir):
        into, tries = Store.at(data_dir), 0
        while True:
            with tempfile.TemporaryDirectory() as place:
                last = into.check_out(Path(place))
                read = read_import if "tables" in asked or not path.is_dir() else _taken_over
                found = read(path, reading.load_observations(place).dataset, **asked)
            if dry_run or (found.problems and not skip_bad):
                return found
            try:
                into.append(found.new_rows, after=last)
                return found
            except StoreChangedError:  # somebody else was quicker
                tries += 1
                if tries == _TRIES:
                    raise
    folder = Path(data_dir)
    if asked.get("correction") or ("tables" not in asked and path.is_dir()):
        raise ObservationError("store.only_store", folder=folder)
    with nullcontext() if dry_run else edge.alone_in(folder):
        found = read_import(path, reading.load_observations(folder).dataset, **asked)
        if not dry_run and (skip_bad or not found.problems):
            append_rows(folder, found.new_rows)
    return found


_TRIES: Final = 50
"""How often an import into a store begins anew."""


def _taken_over(path: Path, dataset: Dataset, **asked: Any) -> Import:
    """Return what a data folder has and that of a store has not, if both fit together."""
    reading.load_observations(path)
    result = Import()
    for name in reading.tables():
        theirs, ours = (_rows(folder / f"{name}.csv") for folder in (path, dataset.folder))
        known = {frozenset(row.items()) for row in ours}
        result.rows[name] = [row for row in theirs if frozenset(row.items()) not in known]
    append_rows(dataset.folder, result.rows)
    both = reading.load_observations(dataset.folder)
    if (path / reading.WIDE).is_file():
        read = read_import(path / reading.WIDE, both.dataset, **asked)
        result.figures, result.problems = read.figures, read.problems
    return result


def _rows(path: Path) -> list[Mapping[str, str]]:
    """Return the rows of a table of a folder that is right, without their empty cells."""
    if not path.is_file() and path.with_suffix(".parquet").is_file():
        raise ObservationError("cells.only_parquet", file=path.with_suffix(".parquet"))
    (_, header), *rows = reading.csv_rows(path) if path.is_file() else [(0, [])]
    return [{k: v for k, v in zip(header, cells, strict=False) if v} for _, cells in rows]


def append_rows(data_dir: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Add rows to tables of a data folder, by name and in the order given; each file is replaced.

    What stands there is left as it is.
    """
    made: list[tuple[Path, Path]] = []
    with edge.writing(data_dir):
        try:
            for name in rows:
                path = data_dir / f"{name}.csv"
                if not path.exists() and (data_dir / f"{name}.parquet").exists():
                    raise ObservationError("cells.only_parquet", file=path.with_suffix(".parquet"))
                draft = path.with_suffix(".csv.part")
                made.append((draft, path))
                draft.write_bytes(_appended(path, name, rows[name]))
            for draft, path in made:
                draft.replace(path)
        finally:  # and what an import that was killed has left
            for name in reading.tables():
                (data_dir / f"{name}.csv.part").unlink(missing_ok=True)


def _appended(path: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    columns = [column.name for column in reading.tables()[name]]
    before = path.read_bytes() if path.exists() else (",".join(columns) + "\n").encode()
    if not before.endswith(b"\n"):
        before += b"\n"
    first = before.decode("utf-8-sig").splitlines()[0]
    header = [head.strip() for head in next(csv.reader([first]))]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n" if b"\r\n" in before else "\n")
    for row in rows:
        writer.writerow([csv_text.harmless(row.get(column, "")) for column in header])
    return before + text.getvalue().encode()
