"""Observations as records: one published figure, its period, status and source.

What the tables of the data folder hold: columns, what a cell may be, keys.

`data/datapackage.json` says the same for other tools; a test holds the two together.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, reduce
from pathlib import Path
from typing import Final, Literal, NamedTuple

from bcforecast.errors import ObservationError
from bcforecast.text import Message, Text, figure, units

_YEAR: Final = r"(1[89]|2[01])[0-9]{2}"
_MONTH: Final = rf"{_YEAR}-(0[1-9]|1[0-2])"
PERIOD_PATTERN: Final = rf"({_YEAR}|{_YEAR}Q[1-4]|{_MONTH}|{_MONTH}/{_MONTH}|{_YEAR}/{_YEAR})"
"""What a period looks like; that a span starts before it ends is checked apart."""

_SHAPE: Final = re.compile(PERIOD_PATTERN)


class Month(NamedTuple):
    """A calendar month."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole months, both ends included; ordered by start, then by end.

    Examples
    --------
    >>> Period.parse("2023-01/2023-08").is_part_year
    True
    >>> str(Period.parse("2021-01/2021-12"))
    '2021'
    >>> Period.parse("2021Q4").year_ended
    2021
    """

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period ends before it starts: {self.first}/{self.last}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2021`, `2021Q3`, `2023-05`, `2022-01/2022-05` or `2019/2021`.

        Raises
        ------
        ObservationError
            If the text is none of these, or the span ends before it starts.
        """
        if not _SHAPE.fullmatch(text):
            raise _refusal(text)
        start, _, end = text.partition("/")
        first, last = _ends(start)[0], _ends(end or start)[1]
        if last < first:
            raise _refusal(text)
        return cls(first, last)

    @property
    def months(self) -> int:
        """Number of months."""
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1

    @property
    def is_whole_year(self) -> bool:
        """Whether this is exactly one calendar year."""
        return self.months == 12 and self.first.month == 1

    @property
    def is_multi_year(self) -> bool:
        """Whether this runs into more than one calendar year."""
        return self.last.year > self.first.year

    @property
    def is_part_year(self) -> bool:
        """Whether this is less than one calendar year, within it."""
        return not self.is_multi_year and not self.is_whole_year

    @property
    def whole_year(self) -> int | None:
        """The calendar year that this is, or None."""
        return self.first.year if self.is_whole_year else None

    @property
    def year_ended(self) -> int | None:
        """The year at whose end this ends, or None: when a stock of this period is the year's.

        A stock at 2021-12, 2021Q4 or 2021 is the figure at the end of 2021; one at 2023-05 is no
        year's, and one over 2019/2021 is no single year's.
        """
        if self.is_multi_year or self.last.month != 12:
            return None
        return self.last.year

    @property
    def last_day(self) -> date:
        """The last day."""
        return date(*self.last, calendar.monthrange(*self.last)[1])

    def in_words(self) -> Message:
        """Return the period as it stands in a sentence."""
        first, last = self.first, self.last
        kind = "month" if first == last else "months"
        if first.month == 1 and last.month == 12:
            kind = "years" if self.is_multi_year else "year"
        elif self.months == 3 and first.month % 3 == 1:
            kind = "quarter"
        elif self.is_multi_year:
            kind = "span"
        values = {
            "year": first.year,
            "month": first.month,
            "quarter": last.month // 3,
            "last_year": last.year,
            "last_month": last.month,
        }
        return Message(f"observations.period_{kind}", values)

    def __str__(self) -> str:
        first, last = self.first, self.last
        if first.month == 1 and last.month == 12:
            return f"{first.year}" if not self.is_multi_year else f"{first.year}/{last.year}"
        if self.months == 3 and first.month % 3 == 1:
            return f"{first.year}Q{last.month // 3}"
        return str(first) if first == last else f"{first}/{last}"


def _ends(text: str) -> tuple[Month, Month]:
    year = int(text[:4])
    if len(text) == 4:
        return Month(year, 1), Month(year, 12)
    if text[4] == "Q":
        last = 3 * int(text[5])
        return Month(year, last - 2), Month(year, last)
    month = Month(year, int(text[5:]))
    return month, month


def _refusal(text: str) -> ObservationError:
    return ObservationError(
        "observations.period",
        found=Message("observations.quoted", {"text": text}),
        allowed=Message("observations.allowed_period"),
    )


class Measure(StrEnum):
    """How the figure was counted."""

    STOCK = "stock"
    FLOW = "flow"
    RATIO = "ratio"
    ADMISSIONS = "admissions"
    YEAR_TO_DATE = "year-to-date"


class Status(StrEnum):
    """How firm the figure is."""

    OFFICIAL = "official"
    PRELIMINARY = "preliminary"
    EXPECTED = "expected"
    APPROXIMATE = "approximate"
    ROUNDED = "rounded"
    DERIVED = "derived"
    PRESS = "press"
    AMBIGUOUS = "ambiguous"


class Verification(StrEnum):
    """How the source was seen."""

    OFFICIAL = "official"
    PRESS = "press"
    COPY = "copy"
    COMPILED = "compiled"


@dataclass(frozen=True, eq=False)
class Observation:
    """One published figure.

    Parameters
    ----------
    area, indicator
        Identifiers.
    period
        What the figure refers to; a stock is taken at its end.
    value, lower, upper
        In `unit`; NaN where not given. With no value, a bound is strict for what is counted
        ("more than 9,000"); with a value, both bounds together say how exact it is.
    unit
        One of `data/units.yaml`.
    measure, status
        How it was counted, and how firm it is.
    published
        Day on which it could first be known.
    published_basis
        Whether that day is stated or assumed, and on what ground.
    source
        Identifier in the sources.
    note
        Anything to know about it.
    row
        Row in its file, as an editor counts it: the header is row 1.
    """

    area: str
    indicator: str
    period: Period
    value: float
    lower: float
    upper: float
    unit: str
    measure: Measure
    status: Status
    published: date
    published_basis: str
    source: str
    note: Text | None = None
    row: int = 0

    def __eq__(self, other: object) -> bool:
        """Two figures are equal if all their fields are; a number not given equals one not given.

        Of itself NaN equals nothing, and Python 3.13 compares dataclasses field by field.
        """
        return isinstance(other, Observation) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def _fields(self) -> tuple[object, ...]:
        values = (getattr(self, field.name) for field in fields(self))
        return tuple(None if isinstance(v, float) and math.isnan(v) else v for v in values)

    @property
    def has_value(self) -> bool:
        """Whether the figure is more than a bound."""
        return not math.isnan(self.value)

    @property
    def published_early(self) -> bool:
        """Whether it was published before its period was over."""
        return self.published < self.period.last_day

    def in_words(self) -> Message:
        """Return the figure with its unit: `909.25`, `more than 9,000`, `80 to 90`."""
        return figure(self.number_words(), self.unit)

    def number_words(self) -> str | Message:
        """Return the figure without its unit."""
        if self.has_value:
            return plain(self.value)
        given = {n: getattr(self, n) for n in ("lower", "upper")}
        bounds = {n: plain(bound) for n, bound in given.items() if not math.isnan(bound)}
        return Message(f"observations.{_BOUNDED[tuple(bounds)]}", bounds)


@dataclass(frozen=True)
class Source:
    """Where figures come from.

    Parameters
    ----------
    source
        Identifier that observations name.
    title, issuer
        What it is and who issued it.
    published
        Day of publication, if there is one for all its figures.
    url
        Where it was seen; empty if not on line.
    verification
        How it was seen: the official page, a press report, a copy, or compiled.
    """

    source: str
    title: Text
    issuer: Text
    published: date | None
    url: str
    verification: Verification


@dataclass(frozen=True)
class Break:
    """A change in an indicator's definition across which figures are never joined.

    Parameters
    ----------
    area, indicator
        Whose definition.
    first_period
        First period counted by the new definition.
    reason
        What changed.
    published
        Day from which the change could be known; the default is always.
    source
        Identifier in the sources; empty where a plan declares the break.
    """

    area: str
    indicator: str
    first_period: Period
    reason: Text
    published: date = date.min
    source: str = ""


_BOUNDED: Final = {
    ("lower", "upper"): "number_between",
    ("lower",): "number_above",
    ("upper",): "number_below",
    (): "number_none",
}
"""Sentence for a figure without a value, by the bounds that it has."""


def plain(number: float) -> str:
    """Return a number as it is read, with thousands marked.

    Examples
    --------
    >>> plain(9000.0), plain(909.2549)
    ('9,000', '909.2549')
    """
    return f"{number:,.12g}"


@dataclass(frozen=True)
class Judgement:
    """What one expert expects of one indicator at one date.

    Parameters
    ----------
    area, indicator
        Identifiers.
    due
        Day to which the quantiles refer.
    expert, role
        Who said it, by name or by a code, and in what capacity.
    q10, q50, q90
        Quantiles, in the indicator's unit: one chance in ten of less than `q10`, even chances
        about `q50`, one chance in ten of more than `q90`.
    elicited
        Day on which it was said; a vintage sees it from then on.
    note
        Anything to know about it.
    row
        Row in its file, as an editor counts it.
    """

    area: str
    indicator: str
    due: date
    expert: str
    role: str
    q10: float
    q50: float
    q90: float
    elicited: date
    note: str = ""
    row: int = 0


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a data file, or worth a look.

    Parameters
    ----------
    file
        The file, as it was reached.
    row
        Row as an editor counts it (the header is row 1); 0 if it is about the whole file.
    column
        Name of the column; empty if it is about a whole row or file.
    message
        One sentence that names the place, what was found and what is allowed.
    level
        `error` if the data cannot be used, `note` if it can but should be looked at.
    """

    file: str
    row: int
    column: str
    message: Message
    level: Literal["error", "note"] = "error"

    def error(self) -> ObservationError:
        """Return the exception that says the same."""
        return ObservationError(self.message.key, **self.message.values)


def in_cell(file: str, row: int, column: str, found: Message, allowed: Message) -> Problem:
    """Return the problem of one cell."""
    values = {"file": file, "row": row, "column": column, "found": found, "allowed": allowed}
    return Problem(file, row, column, Message("errors.cell", values))


def in_header(file: str, row: int, column: str, found: Message, allowed: Message) -> Problem:
    """Return the problem of one column of the header."""
    values = {"file": file, "row": row, "column": column, "found": found, "allowed": allowed}
    return Problem(file, row, column, Message("observations.problem_header", values))


def in_row(file: str, row: int, found: Message, allowed: Message) -> Problem:
    """Return the problem of a whole row."""
    values = {"file": file, "row": row, "found": found, "allowed": allowed}
    return Problem(file, row, "", Message("observations.problem_row", values))


def in_file(file: str, found: Message, allowed: Message) -> Problem:
    """Return the problem of a whole file."""
    values = {"file": file, "found": found, "allowed": allowed}
    return Problem(file, 0, "", Message("errors.file", values))


def quoted(text: str) -> Message:
    """Return a cell's text in quotation marks, or the words for an empty cell."""
    if not text:
        return Message("observations.empty_cell")
    return Message("observations.quoted", {"text": text})


def listed(names: tuple[str, ...]) -> Message:
    """Return names as a list in a sentence."""
    return reduce(_joined, (Message("observations.name", {"name": name}) for name in names))


def _joined(head: Message, last: Message) -> Message:
    return Message("observations.list_join", {"head": head, "last": last})


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date:
    """Return the day that `text` writes as year-month-day.

    Raises
    ------
    ValueError
        If it is written otherwise or is not in the calendar.
    """
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def as_date(day: str | date) -> date:
    """Return a day given as a date or as text such as `2021-12-31`.

    Raises
    ------
    ObservationError
        If it is neither.
    """
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    try:
        return parse_day(day)
    except ValueError:
        allowed = Message("observations.allowed_date")
        raise ObservationError("observations.as_of", found=quoted(day), allowed=allowed) from None


ID_PATTERN: Final = r"[a-z][a-z0-9_-]*"
BASIS_PATTERN: Final = r"(stated|assumed)(: .+)?"

LARGEST: Final = 1e15
"""Largest number of a cell in size: every count of things or yuan is smaller, and exact to 0.1."""


@dataclass(frozen=True)
class Column:
    """One column: what its cells may be.

    Parameters
    ----------
    name
        As in the header.
    kind
        `pattern` (a text of a given shape), `period`, `number`, `date`, `choice` or free `text`.
    required
        Whether a cell may not be empty.
    choices
        The allowed texts of a `choice`.
    pattern
        Regular expression of the whole cell, for a `pattern` and a `period`.
    allowed
        Key of the sentence that says what is allowed, for a `pattern`.
    optional
        Whether a file may lack the column; one at the end may also be left out of a row.
    """

    name: str
    kind: Literal["pattern", "period", "number", "date", "choice", "text"]
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    allowed: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """One file of the data folder.

    Parameters
    ----------
    name
        Of the file, without its ending.
    columns
        In their usual order.
    optional
        Whether the file may be missing.
    may_be_empty
        Whether it may have a header and no rows.
    """

    name: str
    columns: tuple[Column, ...]
    optional: bool = False
    may_be_empty: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def optional_names(self) -> frozenset[str]:
        """Names of the columns that a file may lack."""
        return frozenset(column.name for column in self.columns if column.optional)


def _id(name: str) -> Column:
    return Column(name, "pattern", True, pattern=ID_PATTERN, allowed="observations.allowed_id")


def _period(name: str) -> Column:
    return Column(name, "period", True, pattern=PERIOD_PATTERN)


_BASIS: Final = Column(
    "published_basis", "pattern", True, pattern=BASIS_PATTERN, allowed="observations.allowed_basis"
)

OBSERVATIONS: Final = Table(
    "observations",
    (
        _id("area"),
        _id("indicator"),
        _period("period"),
        Column("value", "number"),
        Column("lower", "number"),
        Column("upper", "number"),
        Column("unit", "choice", True, tuple(units())),
        Column("measure", "choice", True, tuple(Measure)),
        Column("status", "choice", True, tuple(Status)),
        Column("published", "date", True),
        _BASIS,
        _id("source"),
        Column("note", "text"),
        Column("note_zh", "text", optional=True),
    ),
)

SOURCES: Final = Table(
    "sources",
    (
        _id("source"),
        Column("title", "text", True),
        Column("issuer", "text", True),
        Column("published", "date"),
        Column("url", "text"),
        Column("verification", "choice", True, tuple(Verification)),
        Column("title_zh", "text", optional=True),
        Column("issuer_zh", "text", optional=True),
    ),
)

BREAKS: Final = Table(
    "breaks",
    (
        _id("area"),
        _id("indicator"),
        _period("first_period"),
        Column("reason_zh", "text", True),
        Column("reason_en", "text", True),
        Column("published", "date", True),
        _BASIS,
        _id("source"),
    ),
    optional=True,
    may_be_empty=True,
)

JUDGEMENTS: Final = Table(
    "judgements",
    (
        _id("area"),
        _id("indicator"),
        Column("due", "date", True),
        Column("expert", "text", True),
        Column("role", "text", True),
        Column("q10", "number", True),
        Column("q50", "number", True),
        Column("q90", "number", True),
        Column("elicited", "date", True),
        Column("note", "text"),
    ),
    optional=True,
    may_be_empty=True,
)

TABLES: Final = (OBSERVATIONS, SOURCES, BREAKS, JUDGEMENTS)


@dataclass(frozen=True)
class Dataset:
    """The records of one data folder, in the order of their files.

    Parameters
    ----------
    folder
        Where they were read.
    observations, breaks, judgements
        The records.
    sources
        By identifier.
    """

    folder: Path
    observations: tuple[Observation, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def file(self) -> Path:
        """The file that the observations were read from."""
        csv, parquet = self.folder / "observations.csv", self.folder / "observations.parquet"
        return parquet if parquet.is_file() and not csv.is_file() else csv

    @cached_property
    def series(self) -> Mapping[tuple[str, str], tuple[Observation, ...]]:
        """Observations by area and indicator, ordered by period, publication and row."""
        grouped: dict[tuple[str, str], list[Observation]] = {}
        for one in self.observations:
            grouped.setdefault((one.area, one.indicator), []).append(one)
        return {
            key: tuple(sorted(figures, key=lambda f: (f.period, f.published, f.row)))
            for key, figures in grouped.items()
        }
