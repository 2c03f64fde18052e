"""Which code makes a report: the package's own source, the lock, the installed versions."""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib.metadata import distributions, requires, version
from pathlib import Path
from typing import Final

from bcforecast.resources import NOTEBOOKS_DIR

_PACKAGE: Final = Path(__file__).parents[1]
INSTALLED: Final = "installed versions"
"""What the lock's checksum is of where requirements.lock is not there."""

_LOCK: Final = NOTEBOOKS_DIR.parent / "requirements.lock"
_NO_SOURCE: Final = frozenset({"__pycache__", "_shipped"})
_NO_SOURCE_SUFFIXES: Final = frozenset({".pyc", ".pyo", ".po"})
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def file_sha256(path: Path) -> str:
    """Return the sha256 of what a file holds."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def code_version() -> dict[str, str]:
    """Return the version of bcforecast and the sha256 over its own source files.

    Where the package lies makes no difference, nor do compiled files; catalogues count as
    compiled (.mo), for these are what is read.
    """
    whole = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        inner = path.relative_to(_PACKAGE)
        if path.is_file() and _is_source(inner):
            digest = file_sha256(path)
            whole.update(f"{inner.as_posix()}\0{digest}\n".encode())
    return {"version": version("bcforecast"), "sha256": whole.hexdigest()}


@cache
def lock_digest() -> dict[str, str]:
    """Return the sha256 of requirements.lock where it is there, else of the installed versions."""
    if _LOCK.is_file():
        return {"of": _LOCK.name, "sha256": file_sha256(_LOCK)}
    pins = sorted({f"{d.name.lower()}=={d.version}" for d in distributions()})
    return {
        "of": INSTALLED,
        "sha256": hashlib.sha256("\n".join(pins).encode()).hexdigest(),
    }


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of each package that bcforecast asks for."""
    asked = (line for line in requires("bcforecast") or () if "extra ==" not in line)
    names = sorted({found[0].lower() for line in asked if (found := _NAME.match(line))})
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _is_source(inner: Path) -> bool:
    hidden = any(part.startswith(".") for part in inner.parts)
    apart = hidden or not _NO_SOURCE.isdisjoint(inner.parts)
    return not apart and inner.suffix not in _NO_SOURCE_SUFFIXES
