"""A notebook that failed stays in a folder of its own until the report succeeds."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from bcforecast.reporting.execution import NotebookError, write_notebook
from bcforecast.reporting.publication import whole_folder


def keep_failed(folder: Path, error: NotebookError) -> None:
    """Write the failed notebook of a report as far as it came, with the error on top."""
    with whole_folder(folder) as unfinished:
        write_notebook(error.executed, unfinished / error.notebook)


def forget_failed(folder: Path) -> None:
    """Remove what is kept of an earlier failure of a report, and folders left empty by that."""
    if folder.is_dir():
        shutil.rmtree(folder)
        for above in list(folder.parents)[:4]:
            with suppress(OSError):
                above.rmdir()
