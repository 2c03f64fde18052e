"""The edge: how anything from outside comes in, and how a file goes out.

Whoever reads a file, a day, a seed or a name that a person gave reads it here: a file is a regular
one that may be read and is not too large, a day lies between 1900 and 2200, a text has no control
characters. Whoever writes a file that a person names writes it here, over nothing but what the same
command made before.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.text import Message

LARGEST_FILE: Final = 1 << 28
"""Bytes of the largest file that is read: a table of two million figures."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

SEEDS: Final = range(2**32)
"""What numpy takes for a seed, whoever asks."""

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Controls of terminals and of the direction of writing, and what is no character."""


def unprintable(words: str) -> re.Match[str] | None:
    """Find what no text may hold; tabs and ends of lines are none of it."""
    return _UNPRINTABLE.search(words)


def read_bytes(
    path: Path,
    *,
    error: type[BcforecastError] = BcforecastError,
    allowed: str = "errors.allowed_readable",
    largest: int = LARGEST_FILE,
) -> bytes:
    """Return what a regular file holds; an `error` in one sentence if it is none, or too large.

    It is opened so that a pipe without a writer does not wait, and never read beyond `largest`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            kind = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(kind):
                found = "folder" if stat.S_ISDIR(kind) else "special"
                raise error(
                    "errors.file",
                    file=path,
                    found=Message(f"errors.found_{found}"),
                    allowed=Message(allowed),
                )
            raw = file.read(largest + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null character in the name
        raise error(
            "errors.file", file=path, found=_why(problem), allowed=Message(allowed)
        ) from problem
    if len(raw) > largest:
        raise error(
            "errors.file",
            file=path,
            found=Message("errors.found_large", {"mb": largest >> 20}),
            allowed=Message(allowed),
        )
    return raw


def _why(problem: Exception) -> object:
    if isinstance(problem, FileNotFoundError | NotADirectoryError):
        return Message("errors.found_nothing")
    if isinstance(problem, PermissionError):
        return Message("errors.found_closed")
    if isinstance(problem, IsADirectoryError):
        return Message("errors.found_folder")
    return getattr(problem, "strerror", None) or str(problem)


def exists(path: Path) -> bool:
    """Whether something is at a path; nothing is under a name that no file can have."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def parse_day(given: str) -> date:
    """Return the day that a text writes as year-month-day; ValueError if it is none we take."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError(given)
    return checked_day(date.fromisoformat(given))


def checked_day(day: date) -> date:
    """Return a day between 1900 and 2200, after and before which days are slips."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until nobody else is at work in a folder, and leave nothing there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_files(
    contents: Mapping[Path, bytes],
    *,
    ours: Callable[[bytes, bytes], bool] = lambda _old, _new: False,
    inputs: Iterable[Path] = (),
    folders: bool = False,
) -> None:
    """Write files whole, all or none, over nothing that is read or that another made.

    `ours` says of what is there and what comes whether the same command made both; `folders` makes
    the folders above.
    """
    read = list(inputs)
    for path, content in contents.items():
        require_apart(path, read)
        if path.is_symlink() or exists(path):
            try:
                may = path.is_file() and ours(read_bytes(path), content)
            except BcforecastError:
                may = False
            if not may:
                raise ReportError("errors.overwrites", file=path)
    parts: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, content in contents.items():
            if folders:
                path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name[:80]}.{os.getpid()}.part")
            parts.append((part, path))
            part.write_bytes(content)
        for part, path in parts:
            part.replace(path)
    except (OSError, ValueError) as problem:
        said = getattr(problem, "strerror", None) or str(problem)
        raise ReportError("report.out_not_writable", file=path, error=said) from problem
    finally:
        for part, _ in parts:
            with suppress(OSError, ValueError):
                part.unlink(missing_ok=True)


def require_apart(out: Path, inputs: Iterable[Path]) -> None:
    """Refuse to write a file that is also read, under this name or another."""
    for given in inputs:
        if _same_file(out, given):
            raise BcforecastError("cli.overwrites_input", file=out, input=given)


def _same_file(one: Path, other: Path) -> bool:
    with suppress(OSError, ValueError):
        return os.path.realpath(one) == os.path.realpath(other) or one.samefile(other)
    return False
