"""Folders for temporary files: one a worker, removed by a later run if all of a run was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

_PREFIX: Final = "bcf-run-"
_SHORT: Final = 40
"""Longest path of a folder for temporary files in which the kernels' sockets have room."""


def new_workspace() -> tuple[Path, int]:
    """Make a folder and hold it.

    Returns
    -------
    Path
        The folder.
    int
        The descriptor that holds it, to be handed to every process that uses it: the folder is
        held as long as one of them lives.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_place()))
        descriptor = _hold(folder)
        # Another run may have taken it for abandoned before it was held.
        if descriptor is not None and folder.is_dir():
            return folder, descriptor
        if descriptor is not None:
            os.close(descriptor)


def remove_workspace(folder: Path) -> bool:
    """Remove one of our folders; whether anything of it is left. No other folder is touched."""
    if not folder.name.startswith(_PREFIX):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return folder.exists()


def remove_abandoned_workspaces() -> None:
    """Remove our folders that no process holds any more."""
    for folder in _place().glob(f"{_PREFIX}*"):
        descriptor = _hold(folder)
        if descriptor is None:
            continue
        if os.fstat(descriptor).st_uid == os.getuid():
            remove_workspace(folder)
        os.close(descriptor)


def _hold(folder: Path) -> int | None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _place() -> Path:
    """Where temporary files go; somewhere with a short name if the usual place has none."""
    usual = Path(tempfile.gettempdir())
    short = Path("/tmp")
    return short if len(str(usual)) > _SHORT and os.access(short, os.W_OK) else usual
