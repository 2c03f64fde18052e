"""Files and folders that are written whole or not at all, over nothing but what the same made."""

import errno
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from itertools import chain, product
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bcforecast.edge import exists, file_error, read_bytes
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.text import Message

LONGEST_WAIT: Final = 600.0
"""Seconds that another process is waited for, which is not known to have failed."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until nobody else is at work in a folder, where the system can; leave nothing there."""
    if os.name != "posix":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + LONGEST_WAIT
        while not _locks(descriptor):
            if time.monotonic() > until:  # it may have been stopped while it held the lock
                raise ReportError("errors.held", folder=folder, seconds=f"{LONGEST_WAIT:g}")
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _locks(descriptor: int) -> bool:
    import fcntl

    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def try_lock(path: Path) -> int | None:
    """Lock a folder until the descriptor is closed, by every process that inherits it.

    None where it is locked already, is none, is not there, may not be read, or on Windows.
    """
    if os.name != "posix":
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES):
            return None
        raise
    with suppress(FileNotFoundError):
        # Whoever had it may have removed it; what is there now, if anything, is not what is locked.
        if _locks(descriptor) and os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    os.close(descriptor)
    return None


_DRAFT: Final = ".bcforecast-"
_HEX: Final = "[0-9a-f]" * 12
_ASIDE: Final = f".{_HEX}.previous"
"""End of what is put aside for a moment where the system cannot swap two folders in one step."""

_SOCKET_PATH_LIMIT: Final = 100
"""Longest path of a Unix socket, less what the client appends to the connection file's name."""

_TRIES: Final = 5


@contextmanager
def passing_folder(start: str = _DRAFT, *, place: Path | None = None) -> Iterator[Path]:
    """Give a fresh folder, and leave nothing of it behind; what killed processes left goes too.

    Without a `place` it is where temporary files are, for nobody else, and its path leaves room for
    a kernel's sockets.
    """
    mode = 0o777 if place else 0o700
    if place is None:
        place = Path(tempfile.gettempdir())
        socket = place / f"{start}{0:012}" / "kernel-ipc-1"
        if len(str(socket)) >= _SOCKET_PATH_LIMIT and os.access("/tmp", os.W_OK):
            place = Path("/tmp")
    remove_abandoned(place, start)
    folder, lock, tries = place, None, 0
    while lock is None and tries < _TRIES:
        # To another process what is new may seem left, and a folder above, still empty, its own.
        tries += 1
        folder = place / f"{start}{secrets.token_hex(6)}"
        try:
            folder.mkdir(mode, parents=True)
        except FileNotFoundError:
            if tries == _TRIES:
                raise
        lock = try_lock(folder)
        if os.name != "posix":
            break
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_abandoned(place: Path, start: str = _DRAFT) -> None:
    """Remove what processes that were killed have left unfinished in a folder, not below it.

    Nobody has it locked any more. What is at work is not touched, nor is anything of another name;
    the last good folder, put aside when all was killed, comes back.
    """
    for left in chain(place.glob(f"{start}{_HEX}"), place.glob(f".*{_ASIDE}")):
        if (lock := try_lock(left)) is not None:
            good = left.with_name(left.name[1:].rsplit(".", 2)[0])
            with writing(place):
                if left.suffix and not good.exists():
                    left.rename(good)
                shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


@contextmanager
def whole_folder(
    target: Path, *, ours: Callable[[str], object] = lambda _name: False
) -> Iterator[Path]:
    """Give an empty folder to fill; on leaving without an error it becomes `target`.

    Until then whatever is at `target` stays as it is, also if the process is killed. Of two at the
    same time the later one stays. Folders above are made, and removed again on an error if nothing
    else is in them. `ours` says of a file in `target`, by its path there, whether the same command
    writes it: a folder that holds another, and a place that cannot be written, are a ReportError.
    """
    with ExitStack() as stack:
        with writing(target):
            if target.exists() and not target.is_dir():
                raise ReportError("report.out_not_folder", file=target)
            refuse_others(target, ours)
            stack.enter_context(_made(target.parent))
            build = stack.enter_context(passing_folder(place=target.parent))
        try:
            yield build
            for path in [*build.rglob("*"), build]:
                _sync(path)
            with alone_in(target.parent):
                refuse_others(target, ours)
                if not target.exists():
                    build.rename(target)
                elif any(target.iterdir()) or not target.samefile(os.curdir):
                    _exchange(build, target)
                else:  # who stands in it would be nowhere if another took its place
                    for one in build.iterdir():
                        one.rename(target / one.name)
                _sync(target.parent)
        except OSError as error:
            if error.errno in _OF_THE_PLACE:
                raise not_writable(target, error) from error
            raise


def refuse_others(folder: Path, ours: Callable[[str], object]) -> None:
    """Refuse a folder that holds a file of which `ours`, asked by its path there, says no.

    What file managers and office programs leave beside the files that they show is nobody's.
    """
    held = (one for one in sorted(folder.rglob("*")) if one.is_symlink() or not one.is_dir())
    for one in held:
        name = one.relative_to(folder).as_posix()
        if not (ours(name) or _LEFT_BESIDE.match(one.name)):
            other = Message("errors.found_foreign", {"file": name})
            raise file_error(folder, other, error=ReportError, allowed="areas.allowed_out")


_LEFT_BESIDE: Final = re.compile(r"(\.DS_Store|Thumbs\.db|desktop\.ini)$|\.~lock\.|~\$")

_OF_THE_PLACE: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}
    | {errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
)
"""What the place says that is written to: no space, a quota, no permission, a link to nowhere."""


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder, and those above it; of these go again what stay empty.

    None on a way back out of one that is not there: once made, it would lead to what is.
    """
    back = (n for n, part in enumerate(folder.parts) if part == "..")
    if not all(Path(*folder.parts[:n]).exists() for n in back):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for one in new:
            with suppress(OSError):
                one.rmdir()


def write_files(
    contents: Mapping[Path, bytes],
    *,
    ours: Callable[[bytes, bytes], bool] = lambda _old, _new: False,
    inputs: Iterable[Path] = (),
    folders: bool = False,
) -> bool:
    """Write files whole, all or none, over nothing that is read or that another made.

    `ours` says of what is there and what comes whether the same command made both; `folders` makes
    the folders above. What stands as it is to be is left; whether there was more.
    """
    require_apart(contents, inputs)
    new = require_ours(contents, ours)
    replace_files(new, folders=folders)
    return bool(new)


def require_ours(
    contents: Mapping[Path, bytes], ours: Callable[[bytes, bytes], bool]
) -> dict[Path, bytes]:
    """Refuse places where something stands that the same command did not make.

    Return what does not stand there yet as it is to be.
    """
    new = {}
    for path, content in contents.items():
        old = None
        if path.is_symlink() or exists(path):
            with suppress(BcforecastError):
                old = read_bytes(path)
            if old is None or not ours(old, content):
                raise ReportError("errors.overwrites", file=path)
        if old != content:
            new[path] = content
    return new


def replace_files(
    contents: Mapping[Path, bytes], *, folders: bool = False, behind: bool = False
) -> None:
    """Have each file be the old or the new one at every moment; on an error all are old.

    What comes stands `behind` what a file held, or in its place. Who may read or write an old one
    may do so with the new one.
    """
    drafts: dict[Path, Path] = {}
    with ExitStack() as stack:
        for path, content in contents.items():
            with writing(path):
                if path.parent not in drafts:
                    if folders:
                        stack.enter_context(_made(path.parent))
                    path.parent.stat()  # where it is not there, nothing is made
                    drafts[path.parent] = stack.enter_context(passing_folder(place=path.parent))
                draft = drafts[path.parent] / path.name
                if behind and path.is_file():
                    shutil.copyfile(path, draft)
                with draft.open("ab") as file:
                    file.write(content)
                if path.is_file():
                    shutil.copymode(path, draft)
                _sync(draft)
        for path in contents:
            with writing(path):
                (drafts[path.parent] / path.name).replace(path)


def zip_bytes(parts: Mapping[str, bytes]) -> bytes:
    """Return files by name as an archive that is the same each time, without a clock or a system.

    In the order of names the content types of an office file come first, as they must.
    """
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in sorted(parts.items()):
            entry = ZipInfo(name)
            entry.external_attr, entry.create_system = 0o644 << 16, 0
            archive.writestr(entry, content, ZIP_DEFLATED, compresslevel=9)
    return out.getvalue()


def bearing(*marks: bytes) -> Callable[[bytes, bytes], bool]:
    """Return what takes a file for ours in which one of our marks stands near the start."""
    return lambda old, _new: any(mark in old[:1000] for mark in marks)


_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def _exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step, where the system can; else with a moment in between."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if (rename := getattr(library, "renameat2", None)) is not None:
        old, new = os.fsencode(one), os.fsencode(other)
        if rename(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_EXCHANGE) == 0:
            return
        if ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    aside = other.with_name(f".{other.name}.{secrets.token_hex(6)}.previous")
    lock = try_lock(other)
    other.rename(aside)
    one.rename(other)
    shutil.rmtree(aside, ignore_errors=True)
    if lock is not None:
        os.close(lock)


def _sync(path: Path) -> None:
    if os.name == "posix":  # elsewhere no folder can be opened
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one sentence that nothing can be written there; `-` is a stream elsewhere, no name."""
    if path.parts[:1] == ("-",):
        stream = Message("errors.found_dash")
        raise file_error(path, stream, error=ReportError, allowed="errors.allowed_name")
    try:
        yield
    except (OSError, ValueError) as problem:
        raise not_writable(path, problem) from problem


def not_writable(path: Path, problem: Exception) -> ReportError:
    """Return the error about a place that cannot be written."""
    said = getattr(problem, "strerror", None) or str(problem)
    return ReportError("report.out_not_writable", file=path, error=said)


def resolved(path: Path) -> Path:
    """Return where a path leads; of links in a circle, which lead nowhere, as far as that is."""
    return Path(os.path.realpath(path))


def require_apart(outs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse to write what is also read, under this name or another, or into a folder that is."""
    for out, given in product(outs, inputs):
        with suppress(OSError, ValueError):
            if resolved(out).is_relative_to(resolved(given)) or out.samefile(given):
                raise BcforecastError("cli.overwrites_input", file=out, input=given)


def within(out: Path, *parts: str) -> Path:
    """Return a path below a folder; a symbolic link on the way may not lead out of the folder."""
    path = out.joinpath(*parts)
    if path.is_symlink() or not resolved(path).is_relative_to(resolved(out)):
        raise ReportError("run.leads_out", file=path, folder=out)
    return path
