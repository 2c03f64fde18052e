"""What the data folder holds, as records: figures, their sources, breaks and judgements.

`data/datapackage.json` says which columns the tables have, and what each means.
"""

import calendar
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

from bcforecast import text as wording
from bcforecast.calls import Answering, as_found
from bcforecast.edge import parse_day
from bcforecast.errors import ObservationError
from bcforecast.text import Message, Text, bound_said, ends_year, plain, stated, year_words

_YEAR: Final = r"(1[89]|2[01])[0-9]{2}"
_MONTH: Final = rf"{_YEAR}-(0[1-9]|1[0-2])"
PERIOD_PATTERN: Final = rf"({_YEAR}|{_YEAR}Q[1-4]|{_MONTH}|{_MONTH}/{_MONTH}|{_YEAR}/{_YEAR})"
"""What a period looks like; that a span starts before it ends is checked apart."""


class Month(NamedTuple):
    """A calendar month."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, order=True)
class Period(Answering):
    """A span of whole months, both ends included; ordered by start, then by end."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise _no_period(f"{self.first}/{self.last}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2021`, `2021Q3`, `2023-05`, `2022-01/2022-05` or `2019/2021`; refuse the rest."""
        start, _, end = text.partition("/")
        if re.fullmatch(PERIOD_PATTERN, text):
            first, last = _ends(start)[0], _ends(end or start)[1]
            if first <= last:
                return cls(first, last)
        raise _no_period(text)

    @property
    def months(self) -> int:
        """Number of months."""
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1

    @property
    def is_multi_year(self) -> bool:
        """Whether this runs into more than one calendar year."""
        return self.last.year > self.first.year

    @property
    def whole_year(self) -> int | None:
        """The calendar year that this is, or None."""
        return self.first.year if self._shape == "year" else None

    @property
    def of_year(self) -> int | None:
        """The year that this is, a fiscal one called after the year in which it ends, or None."""
        return self.last.year if self.months == 12 else None

    @property
    def last_day(self) -> date:
        """The last day."""
        return date(*self.last, calendar.monthrange(*self.last)[1])

    @property
    def _shape(self) -> str:
        first, last = self.first, self.last
        if first.month == 1 and last.month == 12:
            return "years" if self.is_multi_year else "year"
        if self.months == 3 and first.month % 3 == 1:
            return "quarter"
        return "span" if self.is_multi_year else "month" if first == last else "months"

    def in_words(self) -> Message:
        """Return the period as it stands in a sentence."""
        (year, month), (last_year, last_month) = self.first, self.last
        if self.months == 12 and ends_year(last_month):
            return Message("observations.period_year", {"year": year_words(last_year)})
        ends = {"year": f"{year}", "last_year": last_year, "quarter": last_month // 3}
        named = {"month": f"wording.month_{month}", "last_month": f"wording.month_{last_month}"}
        months = {name: Message(key) for name, key in named.items()}
        return Message(f"observations.period_{self._shape}", {**ends, **months})

    def __str__(self) -> str:
        first, last = self.first, self.last
        year, quarter = f"{first.year}", f"{first.year}Q{last.month // 3}"
        short = {"year": year, "years": f"{year}/{last.year}", "quarter": quarter}
        return short.get(self._shape, f"{first}" if first == last else f"{first}/{last}")


def _no_period(text: str) -> ObservationError:
    allowed = Message("observations.allowed_period")
    return ObservationError("observations.period", found=quoted(text), allowed=allowed)


def _ends(text: str) -> tuple[Month, Month]:
    year = int(text[:4])
    if len(text) == 4:
        return Month(year, 1), Month(year, 12)
    if text[4] == "Q":
        last = 3 * int(text[5])
        return Month(year, last - 2), Month(year, last)
    month = Month(year, int(text[5:]))
    return month, month


def quoted(cell: str | float) -> Message:
    """Return a cell in quotation marks, numbers with the minus of files; or that it is empty."""
    if cell == "":
        return Message("observations.empty_cell")
    text = cell if isinstance(cell, str) else f"{cell:,.12g}"
    return Message("observations.quoted", {"text": text})


def as_date(day: str | date) -> date:
    """Return a day given as a date or as text such as `2021-12-31`; refuse anything else."""
    try:
        return parse_day(day if isinstance(day, str) else f"{day:%Y-%m-%d}")
    except (TypeError, ValueError):
        asked = {"found": as_found(day), "allowed": Message("observations.allowed_date")}
        raise ObservationError("observations.as_of", **asked) from None


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


@dataclass(frozen=True, eq=False, slots=True)
class Observation:
    """One published figure: a row of `observations.csv`, whose columns are its fields.

    `value`, `lower` and `upper` are NaN where not given. With no value, a bound is strict ("more
    than 9,000"; see `text.just_beyond`); with a value, both together say how exact it is. `row` is
    that of its `file`, as an editor counts it: the header is row 1. Where it stands is no part of
    what it is. What lies between figures of others, which nobody published, says how they are
    `compared`.
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
    file: str = "observations.csv"
    compared: Text | None = None

    def __eq__(self, other: object) -> bool:
        """Two figures are equal if all their fields are; a number not given equals one not given.

        Of itself NaN equals nothing, and Python 3.13 compares dataclasses field by field.
        """
        return isinstance(other, Observation) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def _fields(self) -> tuple[object, ...]:
        values = (getattr(self, field.name) for field in fields(self) if field.name != "file")
        return tuple(None if isinstance(v, float) and math.isnan(v) else v for v in values)

    @property
    def has_value(self) -> bool:
        """Whether the figure is more than a bound."""
        return not math.isnan(self.value)

    @property
    def published_early(self) -> bool:
        """Whether it was published before its period was over."""
        return self.published < self.period.last_day

    def in_words(self, name: Text | None = None) -> Message:
        """Return the figure with its unit (or its own `name`): `909.25`, `more than 9,000`."""
        if self.compared is not None:
            return self.compared
        unit = self.unit
        if self.period.months < 12:
            unit, name = wording.within_year(unit, name)
        if self.has_value:
            return stated(self.value, unit, name)
        ends = ("lower", self.lower), ("upper", self.upper)
        told = {side: bound_said(bound) for side, bound in ends if not math.isnan(bound)}
        kind = "between" if len(told) == 2 else "none"
        if len(told) == 1:
            ((side, (number, itself)),) = told.items()
            strict, loose = ("above", "at_least") if side == "lower" else ("below", "at_most")
            kind = f"{loose if itself else strict}{'_negative' * (number < 0)}"
        bounds = {name: plain(number) for name, (number, _) in told.items()}
        return stated(Message(f"observations.number_{kind}", bounds), unit, name)


@dataclass(frozen=True)
class Source:
    """Where figures come from: a row of `sources.csv`, whose columns are its fields."""

    source: str
    title: Text
    issuer: Text
    published: date | None
    url: str
    verification: str
    row: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class Break:
    """A change in an indicator's definition across which figures are never joined.

    Or, by its `kind`, an exceptional period: its figures count less (see `Vintage.history`); or one
    whose figures were checked, so that what looks odd in them stops no report. A break that a plan
    declares has no source, and could always be known (`published`).
    """

    area: str
    indicator: str
    first_period: Period
    reason: Text
    published: date = date.min
    source: str = ""
    kind: Literal["", "break", "exceptional", "checked"] = ""
    row: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class Elicitation:
    """What one expert expects of one indicator at one date: a row of `judgements.csv`.

    `q10`, `q50` and `q90` are quantiles in the indicator's unit: one chance in ten of less than
    `q10`, even chances about `q50`, one chance in ten of more than `q90`. A vintage sees it from
    the day on which it was `elicited`.
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
    note: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)

    @property
    def last_day(self) -> date:
        """The day in the year of which it tells: by 1 January is at the end of the year before."""
        return self.due - timedelta(days=1)

    @property
    def period(self) -> Period:
        """The year of which it tells."""
        return Period.parse(f"{self.last_day.year}")


Day = date


@dataclass(frozen=True)
class Delivery:
    """How far a measure had come on a day: a row of `delivery.csv`.

    `measure` is one of a plan's measures, safeguards or promises without a number; without `plan`,
    of every plan of the folder that has it. `status` is one of `cells.CLASSES`, of the monitoring
    framework of the UK Climate Change Committee, `evidence` what shows it. A vintage sees it from
    its `date` on.
    """

    plan: str
    measure: str
    date: Day
    status: str
    evidence: str
    source: str
    row: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class Dataset:
    """The records of one data folder, in the order of their files; sources by identifier."""

    folder: Path
    observations: tuple[Observation, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, hash=False)
    breaks: tuple[Break, ...] = ()
    judgements: tuple[Elicitation, ...] = ()
    delivery: tuple[Delivery, ...] = ()

    @property
    def rows(self) -> tuple[Observation | Source | Break | Elicitation | Delivery, ...]:
        """The records of all tables."""
        told = self.breaks + self.judgements + self.delivery
        return (*self.observations, *self.sources.values(), *told)

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

    def revised(self, one: Observation, value: float) -> Self:
        """Return the same records with another value of one of them; only its series is new."""
        key, new = (one.area, one.indicator), replace(one, value=value)
        both = self.observations, self.series[key]
        known, series = (tuple(new if f is one else f for f in figures) for figures in both)
        made = replace(self, observations=known)
        vars(made)["series"] = {**self.series, key: series}
        return made
