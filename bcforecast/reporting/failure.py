"""A notebook that failed: what is said of it, and what is kept of it."""

from __future__ import annotations

import signal
from functools import partial
from typing import Final

import nbformat
from nbformat import NotebookNode

from bcforecast.errors import ReportError
from bcforecast.messages import Message, text

FAILED_TAG: Final = "failed"
"""Tag of the cell that failed, and of the cell on top that says so."""


class NotebookError(ReportError):
    """A notebook failed while it ran.

    Parameters
    ----------
    key, **values
        The message, as for every error.
    executed
        The notebook up to the failure, normalized.
    """

    def __init__(self, key: str, /, *, executed: NotebookNode, **values: object) -> None:
        super().__init__(key, **values)
        self.executed = executed

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the message, not its English text."""
        again = partial(type(self), self.message.key, executed=self.executed)
        return partial(again, **self.message.values), ()


class StoppedError(Exception):
    """A notebook was stopped from outside: the key and the values of the reason."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def failed_at(cell: int | None, error: NotebookError) -> NotebookError:
    """Mark the cell that failed in the notebook of `error` and say on top, twice, what happened.

    Parameters
    ----------
    cell
        Place of the cell; None if none had begun.
    """
    executed = error.executed
    if cell is not None:
        executed.cells[cell].metadata.setdefault("tags", []).append(FAILED_TAG)
    said = "\n\n".join(
        f"**{text('warm.failed', lang)}** {error.message.render(lang)}" for lang in ("zh", "en")
    )
    top = nbformat.v4.new_markdown_cell(  # type: ignore[no-untyped-call]
        said, id="failed", metadata={"tags": [FAILED_TAG]}
    )
    executed.cells.insert(0, top)
    return error


def ending(exit_code: int | None) -> Message:
    """Say how a process ended: its exit code, minus the signal's number; None if unknown."""
    if exit_code is None:
        return Message("warm.ended_unknown")
    if exit_code < 0:
        return Message("warm.ended_by_signal", {"signal": signal.Signals(-exit_code).name})
    return Message("warm.ended_with", {"code": exit_code})
