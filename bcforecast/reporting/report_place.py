"""Where a report goes: below the folder of all reports, and never out of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bcforecast.errors import ReportError

FAILED: Final = "failed"
"""Folder of notebooks that failed, below that of all reports; no plan can be so called."""

_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def report_folder(out: Path, *parts: str) -> Path:
    """Return the folder of a report below the folder of all reports.

    Parameters
    ----------
    out
        Folder of all reports.
    parts
        Plan, date, scenario and language.

    Raises
    ------
    ReportError
        If a part is no plain name, or what is there already leads out of `out`.

    Examples
    --------
    >>> report_folder(Path("reports"), "beichen-2020-2022", "2021-12-31", "baseline", "zh").parts
    ('reports', 'beichen-2020-2022', '2021-12-31', 'baseline', 'zh')
    """
    for part in parts:
        if not _PART.fullmatch(part):
            raise ReportError("run.path_part", found=repr(part))
    if parts[0] == FAILED:
        raise ReportError("run.path_reserved", found=FAILED)
    return within(out, *parts)


def failed_folder(out: Path, *parts: str) -> Path:
    """Return where the notebooks of a report that failed are kept; errors as `report_folder`."""
    report_folder(out, *parts)
    return within(out, FAILED, *parts)


def within(out: Path, *parts: str) -> Path:
    """Return a path below a folder.

    Raises
    ------
    ReportError
        If a symbolic link on the way leads out of the folder.
    """
    path = out.joinpath(*parts)
    real = out.resolve()
    if path.is_symlink() or not path.resolve().is_relative_to(real):
        raise ReportError("run.leads_out", file=path, folder=out)
    return path
