"""Calendar days as data files and callers write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from bcforecast.errors import ObservationError
from bcforecast.messages import Message
from bcforecast.observations.problems import quoted

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
