"""A notebook that failed: what is said of it, and what is kept of it."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode

from bcforecast.errors import ReportError


class NotebookError(ReportError):
    """A notebook failed while it ran.

    Parameters
    ----------
    key, **values
        The message, as for every error.
    executed
        The notebook up to the failure, with the error on top.
    """

    def __init__(self, key: str, /, *, executed: NotebookNode, **values: object) -> None:
        super().__init__(key, **values)
        said = "\n\n".join(self.message.render(lang) for lang in ("zh", "en"))
        top = nbformat.v4.new_markdown_cell(said, id="failed")  # type: ignore[no-untyped-call]
        executed.cells.insert(0, top)
        self.executed = executed
