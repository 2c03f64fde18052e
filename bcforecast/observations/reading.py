"""Reading the data folder: every cell checked, every problem told by file, row and column.

`data/datapackage.json` says what the cells of a column may be, for other tools and for us.
"""

from __future__ import annotations

import math
import re
import sys
import unicodedata
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache, partial
from heapq import nsmallest
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from bcforecast import calls, config, edge
from bcforecast.cells import allowed_day, allowed_number, as_text, meaning
from bcforecast.errors import ObservationError, Problems, one_line
from bcforecast.observations import records, selection, store, wide
from bcforecast.observations.records import Dataset, Observation, quoted
from bcforecast.plan.fields import ENTERED
from bcforecast.sheets import csv_rows
from bcforecast.text import Message, Text, joined, just_beyond, plain

if TYPE_CHECKING:
    import pandas as pd


@calls.checked
def load_observations(
    data_dir: Path | str | None = None,
    *,
    as_of: str | date | None = None,
    indicators: Collection[str] | None = None,
    areas: Collection[str] | None = None,
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
    areas
        Those all of whose figures are wanted; of other areas no more than `LENDERS` an indicator
        are then kept, those of which two periods were known first, for areas lend each other
        growth. Default: all.

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
    kept, own = (None if one is None else frozenset(one) for one in (indicators, areas))
    dataset, problems = read_folder(data_dir, Wanted(kept, own))
    if problems:
        raise problems[0]
    return selection.Vintage(dataset, day)


def _wrong(
    file: str, found: Message, allowed: Message, *, row: int = 0, column: str = "", key: str = ""
) -> ObservationError:
    """Return what is wrong with a cell, a row or a whole file, by what of its place is given."""
    key = key or ("errors.cell" if column else "observations.problem_row" if row else "errors.file")
    place = {"file": file} | ({"row": row} if row else {}) | ({"column": column} if column else {})
    return ObservationError(key, **place, found=found, allowed=allowed)


def listed(names: Iterable[str | Message]) -> Message:
    """Return names as a list in words; there is one at least."""
    return joined((Message("observations.name", {"name": name}) for name in names), by="names")


MOST_FIGURES: Final = 500_000
"""That plans need of a table, series of it that are told apart, cells of a wide one: 600 MB."""

LENDERS: Final = 1000
"""Areas besides those of a plan that lend an indicator growth; more would tell little more."""


def _require_room(kept: int, file: str) -> None:
    if kept > MOST_FIGURES:
        found = _said("found_needed", n=MOST_FIGURES)
        raise _wrong(file, found, _said("allowed_needed", n=MOST_FIGURES))


@dataclass
class Wanted:
    """Which figures are kept: of `indicators` and `areas`, or of all, and of areas that lend.

    Or, where `series` are given, theirs alone, each by area and indicator. With `in_parts` they may
    all stand in `PARTS`, where they are left (`read_provinces`).

    Of more other areas than `LENDERS` that have an indicator, those lend it growth of which two
    periods were known first, of equals those whose names have the least checksums: so neither the
    order of the rows matters, nor what was published later.
    """

    indicators: Collection[str] | None = None
    areas: Collection[str] | None = None
    series: Collection[tuple[str, str]] | None = None
    lending: set[tuple[str, str]] = field(default_factory=set)
    in_parts: bool = False

    def draw(self, rows: Iterable[Sequence[str]], file: str) -> None:
        """Draw who lends from area, indicator, period and day of publication of each row."""
        indicators, areas = self.indicators, self.areas or ()
        known: dict[tuple[str, str], list[str]] = {}
        for area, *said in rows:
            indicator, period, day = map(sys.intern, said)  # the same in many rows
            if area in areas or (indicators is not None and indicator not in indicators):
                continue
            # The two periods of which something was published first, and on which days.
            told = known.setdefault((area, indicator), [day, period, "", ""])
            _require_room(len(known), file)
            if period == told[1]:
                told[0] = min(told[0], day)
            elif not told[3] or period == told[3] or day < told[2]:
                told[2:] = min(told[2], day) if period == told[3] else day, period
            if told[3] and told[2] < told[0]:
                told[:] = *told[2:], *told[:2]
        of = Counter(indicator for _, indicator in known)
        drawn = defaultdict(list)
        for (area, indicator), (_, _, day, second) in known.items():
            if of[indicator] <= LENDERS:
                self.lending.add((area, indicator))
            elif second:
                drawn[indicator].append((day, zlib.crc32(area.encode()), area))
        for indicator, all_of in drawn.items():
            self.lending |= {(area, indicator) for *_, area in nsmallest(LENDERS, all_of)}

    def takes(self, one: Any) -> bool:
        """Whether a record is kept."""
        if not isinstance(one, Observation):
            return True
        if self.series is not None:
            return (one.area, one.indicator) in self.series
        if self.indicators is not None and one.indicator not in self.indicators:
            return False
        own = self.areas is None or one.area in self.areas
        return own or (one.area, one.indicator) in self.lending

    @property
    def doubted(self) -> frozenset[tuple[str, str]]:
        """Series to be read again, to tell what is wrong in them: none, as none was looked at."""
        return frozenset()


DOUBTED: Final = 10_000
"""Series, of those only looked over, that are read again at most, to tell what is wrong in them."""


@dataclass
class Skimmed(Wanted):
    """Only figures of `series` are kept; of all others is noted what tells whether two disagree."""

    series: Collection[tuple[str, str]] = ()
    told: dict[tuple[str, str], array[int]] = field(default_factory=dict)
    """By area and indicator of those not kept: of each figure, in short, what of it is unique."""

    units: dict[tuple[str, str], str] = field(default_factory=dict)
    mixed: set[tuple[str, str]] = field(default_factory=set)

    def takes(self, one: Any) -> bool:
        """Whether a record is kept; if not, note it."""
        if super().takes(one):
            return True
        about = one.area, one.indicator
        if self.units.setdefault(about, one.unit) != one.unit:
            self.mixed.add(about)
        self.told.setdefault(about, array("q")).append(hash(_unique(one)))
        _require_room(len(self.told), one.file)
        return False

    @property
    def doubted(self) -> frozenset[tuple[str, str]]:
        """The first series not kept in which a figure may disagree with another, or repeat it."""
        found = (one for one, of in self.told.items() if one in self.mixed or len({*of}) < len(of))
        return frozenset(islice(found, DOUBTED))


def _unique(figure: Observation) -> tuple[object, ...]:
    """Return that of a figure of a series of which no two may say different things."""
    return figure.period, figure.measure, figure.status, figure.published


def read_folder(
    data_dir: Path | str | None = None, wanted: Wanted | None = None
) -> tuple[Dataset, Problems[ObservationError]]:
    """Return the records of the data folder that can be read, and what is wrong, in its order.

    Of figures those that are `wanted`, or all. Of each table the first problems are kept.
    """
    if store.is_url(data_dir):
        data_dir = store.checked_out(data_dir)
    folder = config.DATA_DIR if data_dir is None else Path(data_dir)
    if not (edge.exists(folder) and folder.is_dir()):
        is_day = re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(data_dir))
        found, allowed = _said("found_no_folder"), _said("allowed_folder")
        allowed = _said("allowed_folder_day", day=data_dir) if is_day else allowed
        return Dataset(folder), Problems([_wrong(str(folder), found, allowed)])
    wanted = wanted or Wanted()
    sources: _Read[records.Source] = _read(folder, "sources")
    known = _listed_in(sources)
    figures = _read(folder, "observations", wanted, known)
    broad = _read_wide(folder, sources, wanted)
    judgements = _read(folder, "judgements")
    breaks, delivery = (_read(folder, name, None, known) for name in ("breaks", "delivery"))
    read: tuple[_Read[Any], ...] = figures, broad, sources, breaks, judgements, delivery
    dataset = Dataset(
        folder,
        tuple(one for table in (figures, broad) for _, one in table.rows),
        {source.source: source for _, source in sources.rows},
        *(tuple(one for _, one in table.rows) for table in (breaks, judgements, delivery)),
    )
    beside = dataset.observations
    if doubted := wanted.doubted:
        again = Wanted(series=doubted)
        anew = _read(folder, "observations", again), _read_wide(folder, sources, again)
        beside += tuple(one for table in anew for _, one in table.rows)
    named = [(row, one) for row, one in sources.rows if one.verification != ENTERED]
    once = {"sources": replace(sources, rows=named), "delivery": delivery, "judgements": judgements}
    twice = (_told_twice(table, *UNIQUE[name]) for name, table in once.items())
    between = map(Problems, (_between_rows(beside), *twice))
    parts = [*(table.problems for table in read), *between]
    order = {one_line(table.file): n for n, table in enumerate(read)}

    def place(problem: ObservationError) -> tuple[int, Any]:
        values = problem.message.values
        return order.get(str(values["file"]), 0), values.get("row", 0)

    problems: Problems[ObservationError] = Problems(more=sum(part.more for part in parts))
    problems += sorted(chain(*parts), key=place)
    return dataset, problems


def _said(name: str, **values: object) -> Message:
    return Message(f"observations.{name}", values)


_Record = TypeVar("_Record")
_RECORDS: Final[Mapping[str, type[Any]]] = {
    "observations": Observation,
    "sources": records.Source,
    "breaks": records.Break,
    "judgements": records.Elicitation,
    "delivery": records.Delivery,
}


@dataclass(frozen=True, eq=False)  # each cell is looked up by its column
class Column:
    """What the cells of a column may be; a file may lack one that is not `required`.

    `kind` is `number`, `date`, `period`, `text`, or one of a given shape: `id`, `basis`, `source`.
    """

    name: str
    kind: str
    required: bool
    choices: tuple[str, ...]
    pattern: str


@cache
def tables() -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of each table of the data folder, as its Frictionless description says."""
    package = config.shipped("datapackage.json")
    described = {r["name"]: r["schema"]["fields"] for r in package["resources"] if "schema" in r}
    return {name: tuple(_column(one, name) for one in described[name]) for name in store.TABLES}


_LENT: Final = ("area", "indicator", "period", "published")

_MAY_LACK: Final = store.TABLES[2:]
"""Tables without which the data can be used: the file may be missing, or have no rows."""


def _column(described: Mapping[str, Any], table: str) -> Column:
    name, rules = described["name"], described.get("constraints", {})
    shapes = {"period": "period", "first_period": "period", "published_basis": "basis"}
    shapes |= {} if table == "sources" else {"source": "source"}
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
    )


@dataclass
class _Read(Generic[_Record]):
    """One table: its file, its rows whose every cell can be read, and what is wrong.

    A row that is not `wanted` is checked and forgotten. With `sources` a row names one of them.
    """

    file: str
    wanted: Wanted = field(default_factory=Wanted)
    sources: Collection[str] | None = None
    rows: list[tuple[int, _Record]] = field(default_factory=list)
    problems: Problems[ObservationError] = field(default_factory=Problems)

    def take(self, name: str, row: int, cells: Mapping[str, str]) -> None:
        """Read a row of the table of this name, or note what is wrong with it."""
        one, wrong = read_row(name, cells, row=row, file=self.file, sources=self.sources)
        self.problems.note(_wrong(self.file, *told, row=row, column=at) for at, *told in wrong)
        if one is not None and self.wanted.takes(one):
            self.rows.append((row, one))
            if self.wanted.indicators is not None or self.wanted.series is not None:
                _require_room(len(self.rows), self.file)


def _read(
    folder: Path, name: str, wanted: Wanted | None = None, sources: Collection[str] | None = None
) -> _Read[Any]:
    """Read a table from its CSV file in `folder`, or from its Parquet file if there is no CSV."""
    columns = tables()[name]
    path, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
    if not path.exists() and parquet.is_file():
        path = parquet
    file, called = str(path), folder / store.CALLED
    beside = [WIDE, PARTS] if wanted is not None and wanted.in_parts else [WIDE]
    elsewhere = any(edge.exists(folder / one) for one in beside)
    may_lack = name in _MAY_LACK or (name == "observations" and elsewhere)
    if called.is_file():
        file, may_lack = f"{called.read_text(encoding='utf-8')} {name}", True
    table: _Read[Any] = _Read(file, wanted or Wanted(series=()), sources)
    allowed_file = _said("allowed_file", columns=listed(c.name for c in columns))
    if not path.exists():
        if not may_lack:
            table.problems.append(_wrong(file, _said("found_no_file"), allowed_file))
        return table
    try:
        rows = _parquet_rows if path == parquet else partial(csv_rows, allowed=allowed_file)
        cells = iter(rows(path))
        header_row, header = next(cells, (0, []))
        if not header_row:
            raise _wrong(file, Message("errors.found_empty"), allowed_file)
        table.problems.note(_header_problems(file, header_row, header, columns))
        if table.problems:
            return table
        if table.wanted.areas is not None and name == "observations":
            places = [header.index(one) for one in _LENT]
            long = (texts for _, texts in cells if len(texts) > max(places))
            table.wanted.draw(([texts[place] for place in places] for texts in long), file)
            cells = iter(rows(path))
            next(cells)
        # A row may end before its texts in Chinese; any other left out may have moved the rest.
        shortest = max(n for n, name in enumerate(header, 1) if not name.endswith("_zh"))
        allowed, row = _said("allowed_cells", n=len(header)), 0
        # Asked of plans where a row does not say it.
        planned = cache(lambda: {one[:2]: one for one in wide.planned_indicators(folder)})
        lacking = {column.name: "" for column in columns if not column.required}
        for row, texts in cells:
            if shortest <= len(texts) <= len(header):
                told = {**lacking, **dict(zip(header, texts, strict=False))}
                if name == "observations" and told["measure"] == "":
                    one = planned().get((told["area"], told["indicator"]))
                    told["measure"] = one.measure if one else ""
                elif name in ("breaks", "judgements"):  # as in a wide table
                    told["area"] = wide.area_named(told["area"], planned().values())
                    told["indicator"] = wide.indicator_named(told, planned().values())
                elif name == "delivery":
                    told["status"] = meaning("delivery", told["status"]) or told["status"]
                if name == "breaks":  # in the years of the plans, if these have the same
                    fiscal = wide.fiscal_of(planned().values())
                    if fiscal is not None and (years := fiscal.years(told["first_period"])):
                        told["first_period"] = fiscal.months(*years)
                table.take(name, row, told)
            else:
                found = _said("found_cells", n=len(texts))
                table.problems.note([_wrong(file, found, allowed, row=row)])
        if not row and not may_lack:
            raise _wrong(file, _said("found_no_rows"), _said("allowed_rows"))
    except ObservationError as unreadable:
        return _Read(file, problems=Problems([unreadable]))
    return table


def read_row(
    name: str,
    given: Mapping[str, str],
    *,
    row: int,
    file: str,
    sources: Collection[str] | None = None,
) -> tuple[Any, list[tuple[str, Message, Message]]]:
    """Read a row of a table as its record, or as None where a cell cannot be read.

    With each wrong cell, by column, comes what was found and what is allowed; a source that is
    none of the `sources` too.
    """
    cells: dict[str, Any] = {}
    wrong: list[tuple[str, Message, Message]] = []
    for column in tables()[name]:
        try:
            cells[column.name] = _value(given[column.name], column)
        except _CellError as bad:
            wrong.append((column.name, *bad.args))
    # Each text and its Chinese, which stands in a column of its own, become one.
    for chinese, english, text in _worded_twice(name):
        words = Text(en=cells.get(english, ""), zh=cells.pop(chinese, ""))
        if english != text and english in cells and not words.values:  # in one language at least
            wrong.append((english, quoted(""), _said("allowed_text")))
        cells[text] = words if words.values else None
    if wrong:
        return None, wrong
    kind, told = _RECORDS[name], cells | {"row": row, "file": file}
    one = kind(**{k: v for k, v in told.items() if k in kind.__dataclass_fields__})
    wrong = [*_within_row(one)]
    if sources is not None and one.source not in sources:
        wrong.append(("source", quoted(one.source), _said("allowed_source")))
    return one, wrong


@cache
def _worded_twice(name: str) -> tuple[tuple[str, str, str], ...]:
    """Return the columns of a table in Chinese, those of the same in English, what both become."""
    names = [column.name for column in tables()[name]]
    texts = ((one, one.removesuffix("_zh")) for one in names if one.endswith("_zh"))
    return tuple((one, text if text in names else f"{text}_en", text) for one, text in texts)


def read_figures(
    rows: Iterable[Mapping[str, object]], sources: Collection[str] | None = None
) -> tuple[tuple[Observation, ...], list[ObservationError]]:
    """Read figures from rows with their `file` and `row`, and find everything wrong with them.

    Each names one of the `sources`, or any where none are given.
    """
    read: list[Observation] = []
    unread: list[ObservationError] = []
    odd: list[ObservationError] = []
    for given in rows:
        texts = {"note": "", "note_zh": ""} | {name: as_text(cell) for name, cell in given.items()}
        place: dict[str, Any] = {"file": texts["file"], "row": int(texts["row"])}
        figure, wrong = read_row("observations", texts, sources=sources, **place)
        said = [_wrong(found=a, allowed=b, column=name, **place) for name, a, b in wrong]
        if figure is None:
            unread.append(said[0])
        else:
            read.append(figure)
            odd += said
    return tuple(read), [*unread, *odd, *_between_rows(read)]


PARTS: Final = "observations"
"""Folder of figures in Parquet files, by province and year: `province=P/year=Y/*.parquet`."""


def province_figures(data_dir: Path, province: str, *, as_of: date) -> pd.DataFrame:
    """Read the figures of a province that had been published by a day, and none of any other.

    The files have the columns of `observations.csv` but for notes. What is read is a table, not yet
    checked (`read_figures`), with the `file` and `row` of each figure; its texts are texts. An
    ObservationError if there is no such folder, a file is no Parquet, or lacks a column.
    """
    import pandas as pd
    import pyarrow as pa

    if not (data_dir / PARTS).is_dir():
        raise _wrong(str(data_dir / PARTS), _said("found_no_folder"), _said("allowed_parts"))
    columns = {one.name: one.kind for one in tables()["observations"] if "note" not in one.name}
    found = [pd.DataFrame(columns=[*columns, "row", "file"])]
    for path in sorted((data_dir / PARTS / f"province={province}").glob("year=*/*.parquet")):
        if path.parent.name > f"year={as_of.year}":
            continue
        with _parquet(path) as file:
            table = file.read()
        read = table.to_pandas()
        for name, kind in columns.items():
            if name not in read:
                lacks = _said("found_column_missing")
                raise _wrong(str(path), lacks, listed(columns), row=1, column=name)
            nested = pa.types.is_nested(table.schema.field(name).type)
            if nested or (kind != "number" and not pd.api.types.is_string_dtype(read[name])):
                read[name] = read[name].map(as_text)
        read = read[[*columns]].fillna(dict.fromkeys(columns.keys() - set(_NUMBERS), ""))
        # What is no day, or none we take, is kept, to be refused by its row.
        day = read["published"].str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}")
        day &= read["published"] <= f"{edge.LAST_YEAR}-12-31"
        seen = read.assign(row=range(2, len(read) + 2), file=str(path))
        found.append(seen[~day | (seen["published"] <= as_of.isoformat())])
    return pd.concat(found[1:] or found, ignore_index=True)


def read_provinces(
    data_dir: Path, sources: Collection[str] | None
) -> Iterator[tuple[tuple[Observation, ...], list[ObservationError]]]:
    """Read the figures of one province after the other, as `read_figures` does; if any are there.

    A file that cannot be read is the one problem of its province.
    """
    for path in sorted((data_dir / PARTS).glob("province=*")):
        province = path.name.partition("=")[2]
        try:
            rows: Any = province_figures(data_dir, province, as_of=date.max).to_dict("records")
        except ObservationError as unreadable:
            yield (), [unreadable]
        else:
            yield read_figures(rows, sources)


def readable(figures: pd.DataFrame, sources: Collection[str]) -> pd.Series[bool]:
    """Say of each row of `province_figures` whether every text and day beside its name is taken.

    Also that it was published after its period began, and names one of the sources. Areas that no
    set has are told by name.
    """
    import pandas as pd

    def taken(text: str, column: Column) -> bool:
        try:
            _value(text, column)
        except _CellError:
            return False
        return True

    fits = pd.Series(True, index=figures.index)
    for column in (one for one in tables()["observations"] if one.name in figures):
        if column.kind != "number" and column.name not in ("area", "indicator"):
            texts = figures[column.name]
            fits &= texts.isin([one for one in texts.unique() if taken(one, column)])
    periods = {one: records.Period.parse(one).first for one in figures["period"][fits].unique()}
    first = {one: date(*month, 1).isoformat() for one, month in periods.items()}
    begun = figures["published"] >= figures["period"].map(lambda one: first.get(one, ""))
    begun |= figures["status"] == records.Status.EXPECTED
    return fits & begun & figures["source"].isin(sources)


def _read_wide(folder: Path, sources: _Read[records.Source], wanted: Wanted) -> _Read[Observation]:
    """Read `figures.csv`, a table with a column a year, as rows of the long table."""
    path = folder / WIDE
    table: _Read[Observation] = _Read(str(path), wanted, _listed_in(sources))
    if not edge.exists(path):
        return table
    source = next((one.source for _, one in sources.rows), "")
    defaults = wide.Defaults(wide.planned_indicators(folder), source)
    try:
        read, held = [], 0
        for numbered in csv_rows(path, marks=edge.MARKS):
            read.append(numbered)
            held += len(numbered[1])
            _require_room(held, table.file)
        (header_row, header), *body = read or [(1, [])]
        heads = wide.heads_of(header, defaults.planned)
        strange = [head for head, known in zip(header, heads, strict=True) if not known]
        if strange or not wide.is_wide(heads):
            found = quoted(strange[0]) if strange else _said("found_no_year")
            raise _wrong(table.file, found, _said("allowed_wide"), row=header_row)
    except ObservationError as unreadable:
        table.problems.append(unreadable)
        return table
    entries, wrong = wide.unroll((header_row, header), body, defaults)
    for row, place, *told in wrong:
        table.problems.note([_wrong(table.file, *told, row=row, column=header[place])])
    table.problems.more += wrong.more
    if wanted.areas is not None:
        wanted.draw((itemgetter(*_LENT)(cells) for *_, cells in entries), table.file)
    for row, _, cells in entries:
        table.take("observations", row, cells)
    return table


WIDE: Final = "figures.csv"
"""The table of figures with a column a year, which stands beside or in place of the long one."""


def _header_problems(
    file: str, row: int, header: list[str], columns: tuple[Column, ...]
) -> Iterator[ObservationError]:
    for mark in (";", "\t"):
        if len(header) == 1 and mark in header[0]:
            found = _said("found_separator", mark=quoted(mark.replace("\t", "Tab")))
            yield _wrong(file, found, _said("allowed_separator"), row=row)
            return
    names = [column.name for column in columns]
    first = {name: place for place, name in reversed([*enumerate(header)])}
    wrong = [
        (name or str(place + 1), "twice" if first[name] < place else "unknown")
        for place, name in enumerate(header)
        if first[name] < place or name not in names
    ][: len(names)]
    wrong += [(c.name, "missing") for c in columns if c.name not in header and c.required]
    for name, kind in wrong:
        found = _said(f"found_column_{kind}")
        key = "observations.problem_header"
        yield _wrong(file, found, listed(names), row=row, column=name, key=key)


def _parquet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with _parquet(path) as file:
        yield 1, file.schema_arrow.names
        rows = (
            zip(*([as_text(v) for v in column.to_pylist()] for column in batch), strict=True)
            for batch in file.iter_batches(1 << 14)
        )
        for row, texts in enumerate(chain.from_iterable(rows), start=2):
            yield row, list(texts)


@contextmanager
def _parquet(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    allowed = _said("allowed_parquet")
    raw = edge.read_bytes(path, error=ObservationError, allowed=allowed)
    try:
        # Not `read_table`, which has pandas and all of pyarrow's datasets imported.
        yield pq.ParquetFile(pa.BufferReader(raw))
    except (pa.ArrowException, OSError):
        raise _wrong(str(path), _said("found_not_parquet"), allowed) from None


class _CellError(Exception):
    """A cell that its column does not allow; `args` are what was found and what is allowed."""


def _value(text: str, column: Column) -> str | float | date | records.Period | None:
    """Return what a cell says: NaN for an empty number, None for an empty date."""
    if not text and not column.required:
        return {"number": math.nan, "date": None}.get(column.kind, "")
    signs, side = _MAY_BE.get(column.name, ((), 0))
    if sign := next(filter(text.startswith, signs), ""):
        return just_beyond(_number(text.removeprefix(sign).strip()), side)
    return _number(text) if column.kind == "number" and text else _worded(text, column)


@lru_cache(maxsize=4096)
def _worded(text: str, column: Column) -> str | date | records.Period:
    """Return what a cell says that is no number; a table says the same in many cells."""
    try:
        if column.kind == "date":
            return edge.parse_day(text)
        if column.kind == "period":
            return records.Period.parse(text)
        if text in column.choices:
            return column.choices[column.choices.index(text)]
        fits = not column.pattern or re.fullmatch(column.pattern, text)
        if not text or column.choices or not fits:
            raise ValueError(text)
        return text
    except (ValueError, ObservationError):
        words = listed(column.choices) if column.choices else _said(f"allowed_{column.kind}")
        words = allowed_day(text, words) if column.kind == "date" else words
        raise _CellError(quoted(text), words) from None


_MAY_BE: Final = {"lower": (("≥", ">="), -1), "upper": (("≤", "<="), 1)}
"""How a bound is written that may itself be the figure, and on which side of it a strict one is."""

_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,，' \u00a0][0-9]{3,4})+(?:\.[0-9]+)?")


def _number(text: str) -> float:
    """Return the number that plain digits write; else say what makes it unreadable."""
    allowed = _said("allowed_number")
    if edge.NUMBER.fullmatch(text):
        if (size := abs(float(text))) <= edge.LARGEST_FIGURE:
            return float(text) if size >= edge.SMALLEST_FIGURE else 0.0
        allowed = _said("allowed_size", largest=f"{edge.LARGEST_FIGURE:g}")
    plain = unicodedata.normalize("NFKC", text).strip()
    kinds = {
        "not_finite": plain.casefold().lstrip("+-") in ("inf", "infinity", "nan"),
        "too_large": edge.NUMBER.fullmatch(text),
        "percent": plain.endswith("%"),
        "grouped": _GROUPED.fullmatch(text),
        "full_width": edge.NUMBER.fullmatch(plain) or _GROUPED.fullmatch(plain),
    }
    kind = next(filter(kinds.get, kinds), "not_number")
    allowed = allowed_number(plain, allowed) if kind == "not_number" else allowed
    raise _CellError(_said(f"found_{kind}", text=quoted(text)), allowed)


_NUMBERS: Final = ("value", "lower", "upper")


def _within_row(figure: Any) -> Iterator[tuple[str, Message, Message]]:
    def wrong(name: str, key: str, **values: object) -> tuple[str, Message, Message]:
        return name, quoted(getattr(figure, name)), _said(key, **values)

    if isinstance(figure, records.Elicitation):
        for low, high in (("q10", "q50"), ("q50", "q90")):
            if not (lower := getattr(figure, low)) < getattr(figure, high):
                yield wrong(high, "allowed_above", column=low, value=plain(lower))
    if not isinstance(figure, Observation):
        return
    first = date(*figure.period.first, 1)
    if figure.published < first and figure.status is not records.Status.EXPECTED:
        found = quoted(figure.published.isoformat())
        yield "published", found, _said("allowed_published", first=first.isoformat())
    value, lower, upper = figure.value, figure.lower, figure.upper
    if math.isnan(value) and math.isnan(lower) and math.isnan(upper):
        yield "value", _said("found_no_figure"), _said("allowed_figure")
    for column in ("lower", "value"):
        if getattr(figure, column) > upper:
            yield wrong(column, "allowed_at_most", column="upper", value=plain(upper))
    if value < lower:
        yield wrong("value", "allowed_at_least", column="lower", value=plain(lower))


def _between_rows(figures: Iterable[Observation]) -> Iterator[ObservationError]:
    """Yield rows that repeat or contradict an earlier row, and units that differ in a series.

    Two sources may give the same figure; one row may not stand twice, nor two contradict.
    """
    first_of: dict[tuple[object, ...], Observation] = {}
    unit_first: dict[tuple[str, str], Observation] = {}
    for figure in figures:
        row, file = figure.row, figure.file
        leader = unit_first.setdefault((figure.area, figure.indicator), figure)
        earlier = first_of.setdefault((leader.area, leader.indicator, *_unique(figure)), figure)
        differing = [n for n in _NUMBERS if repr(getattr(figure, n)) != repr(getattr(earlier, n))]
        there = _said("there", file=earlier.file, row=earlier.row)
        if differing:
            values = {"ours": figure.in_words(), "theirs": earlier.in_words(), "there": there}
            found = _said("found_contradiction", **values)
            yield _wrong(file, found, _said("allowed_one_value"), row=row, column=differing[0])
        elif earlier is not figure and figure.source == earlier.source:
            allowed = _said("allowed_once", there=there)
            yield _wrong(file, _said("found_duplicate"), allowed, row=row)
        if leader.unit != figure.unit:
            allowed = _said("allowed_same_unit", unit=leader.unit, row=leader.row)
            yield _wrong(file, quoted(figure.unit), allowed, row=row, column="unit")


def _listed_in(sources: _Read[records.Source]) -> frozenset[str] | None:
    return None if sources.problems else frozenset(one.source for _, one in sources.rows)


UNIQUE: Final = {
    "sources": ("source",),
    "delivery": ("measure", "plan", "date"),
    "judgements": ("expert", "area", "indicator", "due", "elicited"),
}
"""What of a row no other of its table may have too; a source that was only entered may."""


def _told_twice(table: _Read[Any], column: str, *others: str) -> Iterator[ObservationError]:
    """Yield rows that have the same in a column, and in others, as an earlier one."""
    first: dict[tuple[object, ...], int] = {}
    for row, one in table.rows:
        earlier = first.setdefault(tuple(getattr(one, name) for name in (column, *others)), row)
        if row != earlier:
            allowed = _said("allowed_once", there=_said("there", file=table.file, row=earlier))
            yield _wrong(table.file, quoted(getattr(one, column)), allowed, row=row, column=column)
