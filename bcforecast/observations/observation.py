"""The records of the data folder: a published figure, its source, a break in a definition."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Final

from bcforecast.messages import GivenText, Language, Message
from bcforecast.observations.period import Period
from bcforecast.units import figure


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
        One of `bcforecast.units.UNITS`.
    measure, status
        How it was counted, and how firm it is.
    published
        Day on which it could first be known.
    published_basis
        Whether that day is stated or assumed, and on what ground.
    source
        Identifier in the sources.
    note, note_zh
        Anything to know about it; `note_zh` is empty where it is said in one language only.
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
    note: str = ""
    note_zh: str = ""
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

    def note_in(self, lang: Language) -> str:
        """Return the note in `lang`; as it stands where it has no Chinese."""
        return self.note_zh or self.note if lang == "zh" else self.note

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
    title_zh, issuer_zh
        The same in Chinese; empty where they stand in one language only.
    """

    source: str
    title: str
    issuer: str
    published: date | None
    url: str
    verification: Verification
    title_zh: str = ""
    issuer_zh: str = ""

    def title_in(self, lang: Language) -> str:
        """Return the title in `lang`; as it stands where it has no Chinese.

        Examples
        --------
        >>> source = Source("yb", "Yearbook", "Bureau", None, "", Verification.COPY, "年鉴")
        >>> source.title_in("zh"), source.title_in("en"), source.issuer_in("zh")
        ('年鉴', 'Yearbook', 'Bureau')
        """
        return self.title_zh or self.title if lang == "zh" else self.title

    def issuer_in(self, lang: Language) -> str:
        """Return the issuer in `lang`; as it stands where it has no Chinese."""
        return self.issuer_zh or self.issuer if lang == "zh" else self.issuer


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
    reason: GivenText
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
