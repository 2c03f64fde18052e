"""Writes the files of a schedule, all or none, and over no other file unless told to."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from bcforecast.errors import ReportError


def write_files(files: Mapping[str, str], folder: Path, *, force: bool = False) -> list[Path]:
    """Write files into a folder, which is made if it is not there.

    Parameters
    ----------
    files
        Content by file name.
    folder
        Where they go.
    force
        Whether files of these names may be written over.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    ReportError
        If one is there already, or the folder cannot be written to; then none is written.
    """
    targets = {folder / name: content for name, content in files.items()}
    there = [path for path in targets if path.exists() or path.is_symlink()]
    if there and not force:
        raise ReportError("schedule.exists", file=there[0])
    for path in there:
        if path.is_dir():
            reason = os.strerror(errno.EISDIR)
            raise ReportError("schedule.not_writable", file=path, error=reason)
    fresh: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in targets.items():
            fresh[path] = path.with_name(f".{path.name}.{secrets.token_hex(6)}.partial")
            fresh[path].write_text(content, encoding="utf-8")
        for path, partial in fresh.items():
            partial.replace(path)
    except OSError as error:
        said = error.strerror or error
        raise ReportError("schedule.not_writable", file=folder, error=said) from error
    finally:
        for partial in fresh.values():
            partial.unlink(missing_ok=True)
    return list(targets)
