"""Periods that figures refer to: years, quarters, months and spans of them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from bcforecast.errors import ObservationError
from bcforecast.messages import Message

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
