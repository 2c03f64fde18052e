"""What is wrong with a data file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Literal

from bcforecast.errors import ObservationError
from bcforecast.messages import Message


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
