"""What is wrong with a panel's tables or options, and where: rows counted from the first figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import pandas as pd

from bcforecast.errors import ModelError
from bcforecast.messages import Message

TableName = Literal["series", "targets"]

_ROWS: Final = ("row", "earlier")
"""Values of a problem that are rows."""


class PanelTableError(ModelError):
    """A table of series or of targets cannot be used.

    Parameters
    ----------
    key
        Key of the problem in the catalogues.
    table
        Which table.
    row
        Row of the table, from 1, if it is one row's problem.
    **values
        What the problem names; `earlier` is another row of the table.

    Examples
    --------
    >>> error = PanelTableError("panel.no_id", table="series", row=3)
    >>> str(error), error.problem(lambda row: row + 1).render("en")
    ('row 3: unique_id is empty', 'row 4: unique_id is empty')
    """

    def __init__(
        self, key: str, /, *, table: TableName = "series", row: int | None = None, **values: object
    ) -> None:
        self.table: TableName = table
        self._problem = Message(key, {k: str(v) if _is_text(v) else v for k, v in values.items()})
        self._row = row
        problem = self.problem(lambda place: place)
        if table == "targets":
            super().__init__("panel.in_targets", problem=problem)
        else:
            super().__init__(problem.key, **problem.values)

    def problem(self, line_of: Callable[[int], int]) -> Message:
        """Return what is wrong, with rows counted as `line_of` counts them."""
        values = self._problem.values
        placed = {k: line_of(int(str(v))) if k in _ROWS else v for k, v in values.items()}
        problem = Message(self._problem.key, placed)
        if self._row is None:
            return problem
        return Message("panel.in_row", {"row": line_of(self._row), "problem": problem})


class PanelOptionError(ModelError):
    """An option of a panel's forecast is not one of those allowed.

    Parameters
    ----------
    option
        Name of the parameter.
    found, allowed
        What it is and what it may be.
    """

    def __init__(self, option: str, *, found: object, allowed: object) -> None:
        self.option = option
        self.found = found
        self.allowed = allowed
        super().__init__("panel.option", option=option, found=found, allowed=allowed)


def cell_of(column: pd.Series, at: int) -> Message:
    """Return what stands at a position of a column, as a text that problems can name.

    Examples
    --------
    >>> cell_of(pd.Series(["12x", ""]), 0).render("en"), cell_of(pd.Series(["12x", ""]), 1).key
    ('"12x"', 'panel.empty_cell')
    """
    cell = column.iloc[at]
    if cell is None or cell is pd.NaT or cell is pd.NA or cell != cell or not str(cell).strip():
        return Message("panel.empty_cell")
    return Message("panel.cell", {"text": cell})


def _is_text(value: object) -> bool:
    return not isinstance(value, Message | int | float)
