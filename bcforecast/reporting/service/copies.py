"""Copies of a finished report in other folders, each there whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

from bcforecast.reporting.manifest import MANIFEST, is_unharmed
from bcforecast.reporting.publication import whole_folder


def copy_report(source: Path, target: Path) -> bool:
    """Copy a report, and return whether that was needed.

    Raises
    ------
    ReportError
        If it cannot be written there.
    """
    if _is_copy(source, target):
        return False
    with whole_folder(target) as folder:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return True


def _is_copy(source: Path, target: Path) -> bool:
    copied = target / MANIFEST
    same = copied.is_file() and copied.read_bytes() == (source / MANIFEST).read_bytes()
    return same and is_unharmed(target)
