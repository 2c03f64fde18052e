"""Verifies every report below a folder, also one that has lost its manifest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.manifest import MANIFEST, RUN_RECORD
from bcforecast.reporting.report_place import FAILED
from bcforecast.reporting.service.stopping import RunTerminatedError
from bcforecast.reporting.verification.findings import Verification
from bcforecast.reporting.verification.named import Named
from bcforecast.reporting.verification.recorded import read_manifest
from bcforecast.reporting.verification.verify import verify_report

_SIGNS: Final = frozenset({MANIFEST, RUN_RECORD, "result.json", "report.json"})
"""Files of which each shows that a folder is that of a report."""


def is_report(folder: Path) -> bool:
    """Whether a folder is that of a report."""
    return any((folder / name).is_file() for name in _SIGNS)


def reports_below(folder: Path) -> tuple[Path, ...]:
    """Return the folders of all reports below a folder, sorted.

    Notebooks that failed, and what a run has not finished, are no reports.

    Raises
    ------
    ReportError
        If it is no folder, or there is no report in it.
    """
    if not folder.is_dir():
        raise ReportError("verify.no_folder", folder=folder)
    found: list[Path] = []
    for above, names, files in os.walk(folder):
        names[:] = sorted(n for n in names if not n.startswith("."))
        if Path(above) == folder and FAILED in names:
            names.remove(FAILED)
        if not _SIGNS.isdisjoint(files):
            found.append(Path(above))
            names.clear()
    if not found:
        raise ReportError("verify.no_reports", folder=folder, file=MANIFEST)
    return tuple(sorted(found))


def verify_each(
    folders: Iterable[Path], named: Named, *, rebuild: bool = True
) -> Iterator[tuple[Path, Verification | BcforecastError]]:
    """Verify reports one after another; one that cannot be verified does not stop the others.

    Parameters
    ----------
    folders
        Of the reports.
    named
        What some of them were made with; each is given what it needs.
    rebuild
        As for `verify_report`.
    """
    for folder in folders:
        found: Verification | BcforecastError
        try:
            needed = named.needed_for(read_manifest(folder))
            found = verify_report(
                folder,
                data_dir=needed.data_dir,
                plan=needed.plan,
                scenario=needed.scenario,
                notebooks_dir=needed.notebooks_dir,
                rebuild=rebuild,
            )
        except RunTerminatedError:
            raise
        except BcforecastError as error:
            found = error
        yield folder, found
