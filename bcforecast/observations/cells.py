"""What one cell of a data file says, or why it cannot be read."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from typing import Final

from bcforecast.errors import ObservationError
from bcforecast.messages import Message
from bcforecast.observations.contract import LARGEST, Column
from bcforecast.observations.day import parse_day
from bcforecast.observations.period import Period
from bcforecast.observations.problems import listed, quoted

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
