"""What the tables of the data folder hold: columns, what a cell may be, keys.

`data/datapackage.json` says the same for other tools; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bcforecast.observations.observation import Measure, Status, Verification
from bcforecast.observations.period import PERIOD_PATTERN
from bcforecast.units import UNITS

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
        Column("unit", "choice", True, tuple(UNITS)),
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
