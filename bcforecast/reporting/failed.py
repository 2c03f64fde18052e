"""Notebooks that failed: what is said of them, and where they stay until the report succeeds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bcforecast.errors import ReportError
from bcforecast.reporting.execution import write_notebook
from bcforecast.reporting.failure import NotebookError
from bcforecast.reporting.publication import whole_folder


class NotebooksFailedError(ReportError):
    """Notebooks of a report failed; `failures` has what each came to, by the name of its file."""

    def __init__(self, failures: Mapping[str, ReportError]) -> None:
        self.failures = dict(failures)
        first, *others = self.failures.values()
        if others:
            super().__init__("run.notebooks_failed", first=first.message, others=len(others))
        else:
            super().__init__(first.message.key, **first.message.values)


def keep_failed(folder: Path, error: NotebooksFailedError) -> None:
    """Write the failed notebooks of a report, each as far as it came, with the error on top."""
    executed = {n: e for n, e in error.failures.items() if isinstance(e, NotebookError)}
    if not executed:
        return
    with whole_folder(folder) as unfinished:
        for name, failure in executed.items():
            write_notebook(failure.executed, unfinished / name)


def forget_failed(folder: Path) -> None:
    """Remove what is kept of an earlier failure of a report, and folders left empty by that."""
    if folder.is_dir():
        shutil.rmtree(folder)
        for above in list(folder.parents)[:4]:
            with suppress(OSError):
                above.rmdir()
