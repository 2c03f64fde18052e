"""What a sheet of the workbook is: columns with a kind, rows of numbers, days and texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from bcforecast.messages import Language, text
from bcforecast.wording import decimals

Kind = Literal[
    "text", "wrapped", "prose", "code", "year", "figure", "probability", "rate", "day", "grade",
    "url",
]  # fmt: skip
"""How a column is set; `code` is a text that may look like a number, such as a period."""

_STATED_DECIMALS: Final = 4


class Figure(NamedTuple):
    """A number and the decimals that it is shown with; it is kept in full."""

    value: float
    decimals: int


Cell = str | int | float | date | Figure | None
"""None is an empty cell: not known, never zero."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    head: str
    kind: Kind


@dataclass(frozen=True)
class Sheet:
    """A sheet that is one table: heads in its first row, a record a row.

    Parameters
    ----------
    name
        On its tab.
    columns
        Heads and kinds.
    rows
        A cell a column, of the type that its kind takes: `figure` a `Figure`, `probability` and
        `rate` a share, `year` a whole number, `day` a date, the others a text.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def columns(lang: Language, **kinds: Kind) -> tuple[Column, ...]:
    """Return columns by the names of their heads in the catalogue.

    Examples
    --------
    >>> columns("en", unit="text")
    (Column(head='Unit', kind='text'),)
    """
    return tuple(Column(text(f"sheets.col_{name}", lang), kind) for name, kind in kinds.items())


def computed(value: float | None, unit: str) -> Figure | None:
    """Return a number that a model computed, with the decimals its unit and size deserve.

    Examples
    --------
    >>> computed(484.0, "enterprises"), computed(3.41142604739, "%")
    (Figure(value=484.0, decimals=0), Figure(value=3.41142604739, decimals=2))
    """
    if value is None:
        return None
    return Figure(value, decimals(value, unit=unit))


def stated(value: float | None) -> Figure | None:
    """Return a number that was published or promised, with the decimals it was stated with.

    Examples
    --------
    >>> stated(3.2), stated(40000.0)
    (Figure(value=3.2, decimals=1), Figure(value=40000.0, decimals=0))
    """
    if value is None:
        return None
    fraction = f"{value:.{_STATED_DECIMALS}f}".rstrip("0").partition(".")[2]
    return Figure(value, len(fraction))


def yes_no(value: bool, lang: Language) -> str:
    """Return yes or no in words."""
    return text("sheets.yes" if value else "sheets.no", lang)
