"""A report's place below the folder of all reports, where it appears whole or not at all."""

import ctypes
import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from bcforecast import edge
from bcforecast.errors import ReportError

FAILED: Final = "failed"
"""Folder of notebooks that failed, below that of all reports; no plan can be so called."""

_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_OURS: Final = re.compile(r"\.(?P<target>.+)\.[0-9a-f]{12}\.(?P<end>partial|previous)")
"""Unfinished, or put aside where the system cannot swap two folders in one step."""

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_NOT_OURS: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}
)
"""What the place says that is written to: no space, a quota, a disk that fails, no permission."""


def report_folder(out: Path, *parts: str) -> Path:
    """Return the folder of a report below that of all reports: plan, date, scenario, language."""
    for part in parts:
        if not _PART.fullmatch(part):
            raise ReportError("run.path_part", found=repr(part))
    if parts[0] == FAILED:
        raise ReportError("run.path_reserved", found=FAILED)
    return within(out, *parts)


def within(out: Path, *parts: str) -> Path:
    """Return a path below a folder; a symbolic link on the way may not lead out of the folder."""
    path = out.joinpath(*parts)
    if path.is_symlink() or not path.resolve().is_relative_to(out.resolve()):
        raise ReportError("run.leads_out", file=path, folder=out)
    return path


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on leaving without an error it becomes `target`.

    Until then whatever is at `target` stays as it is, also if the process is killed. What killed
    runs have left beside it is removed; what a run at the same time is filling is not touched, and
    of two such runs the later one stays. Folders above are made, and removed again on an error if
    nothing else is in them. A place that cannot be written is a `ReportError`.
    """
    above = [parent for parent in target.parents if not parent.exists()]
    try:
        if target.exists() and not target.is_dir():
            raise ReportError("report.out_not_folder", file=target)
        build, lock = _fresh_folder(target)
    except OSError as error:
        _remove_empty(above)
        raise edge.not_writable(target, error) from error
    try:
        yield build
        for path in [*build.rglob("*"), build]:
            _sync(path)
        with edge.alone_in(target.parent):
            if target.exists():
                _exchange(build, target)
            else:
                build.rename(target)
            _sync(target.parent)
    except OSError as error:
        if error.errno in _NOT_OURS:
            raise edge.not_writable(target, error) from error
        raise
    finally:
        shutil.rmtree(build, ignore_errors=True)
        os.close(lock)
        if not target.exists():
            _remove_empty(above)


def write_whole_file(path: Path, content: bytes) -> bool:
    """Write a file that is at every moment the old one or the new one; whether that was needed."""
    build = _beside(path, "partial")
    with edge.writing(path):
        try:
            if path.is_file() and path.read_bytes() == content:
                return False
            with build.open("xb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                build.replace(path)
            _sync(path.parent)
        finally:
            build.unlink(missing_ok=True)
    return True


def remove_abandoned(folder: Path) -> None:
    """Remove what runs that were killed have left unfinished in a folder, not below it.

    What a run at the same time is filling is not touched, nor is anything of another name.
    """
    with edge.writing(folder), suppress(FileNotFoundError):
        ours = [found for path in folder.iterdir() if (found := _OURS.fullmatch(path.name))]
        if ours:
            with edge.alone_in(folder):
                for found in ours:
                    _remove_unless_locked(folder / found[0], folder / found["target"], found["end"])


def try_lock(path: Path) -> int | None:
    """Lock a file or folder until the descriptor is closed, by every process that inherits it.

    None where it is locked already, is not there, is a link, or may not be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.EACCES):
            return None
        raise
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_unless_locked(unfinished: Path, target: Path, end: str) -> None:
    lock = try_lock(unfinished)
    if lock is None:
        return
    try:
        if end == "previous" and not target.exists():
            # Killed between two renames: this is the last good one.
            unfinished.rename(target)
        elif unfinished.is_dir():
            shutil.rmtree(unfinished, ignore_errors=True)
        else:
            unfinished.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _fresh_folder(target: Path, *, attempts: int = 5) -> tuple[Path, int]:
    """Make a folder beside `target` and lock it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(target.parent)
        with edge.alone_in(target.parent):
            build = _beside(target, "partial")
            build.mkdir()
            lock = os.open(build, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            return build, lock
    except FileNotFoundError:
        # A run that fails at this very moment took an empty folder above away again.
        if attempts == 1:
            raise
    return _fresh_folder(target, attempts=attempts - 1)


def _beside(target: Path, end: str) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(6)}.{end}")


def _exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step, where the system can; else with a moment in between."""
    libc = ctypes.CDLL(None, use_errno=True)
    rename = getattr(libc, "renameat2", None)
    if rename is not None:
        old, new = os.fsencode(one), os.fsencode(other)
        if rename(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_EXCHANGE) == 0:
            return
        if ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    aside = _beside(other, "previous")
    other.rename(aside)
    one.rename(other)
    shutil.rmtree(aside, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
