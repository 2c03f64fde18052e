"""The edge: how anything from outside comes in, and how a file goes out.

Whoever reads a file, a day, a seed or a name that a person gave reads it here: a file is a regular
one that may be read and is not too large, a day lies between 1900 and 2200, a text has no control
characters. A function that a person calls is `checked`: it takes what its annotations say. Whoever
writes files or a folder writes them here: whole or not at all, and over nothing but what the same
command made before.

A table with texts from data is written as CSV that a spreadsheet can open: Excel, WPS and
LibreOffice take a cell that starts with `=`, `+`, `-` or `@` for a formula, which can start
programs and send data away. Such a text gets an apostrophe before it, as one would type it by hand;
numbers are written as they are, negative ones too. A carriage return within a text becomes a line
feed, for it could start a row of its own. Parquet and JSON hold the texts unchanged.
"""

from __future__ import annotations

import codecs
import csv
import errno
import inspect
import io
import json
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sized
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from functools import cache, partial, reduce, wraps
from itertools import chain, islice, product
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    NamedTuple,
    ParamSpec,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
)
from typing import get_origin as origin_of

from bcforecast.errors import BcforecastError, CallError, OptionError, ReportError
from bcforecast.text import Language, Message, Text, has_text, workbench

if TYPE_CHECKING:
    import pandas as pd

LARGEST_FILE: Final = 1 << 28
"""Bytes of the largest file that is read: a table of two million figures."""

LARGEST_FIGURE: Final = 1e15
"""In size, also of a target: every count of things or yuan is smaller, and exact to 0.1."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

MOST_COLUMNS: Final = 1 << 14
"""Columns of a table, as many as a spreadsheet has."""

MOST_JOBS: Final = 1024
"""Processes at a time that may be asked for; a system has no room for very many."""

PATIENCE: Final = 20
"""Seconds that a server, a scheduler's or a database's, is waited for."""

LONGEST_WAIT: Final = 600.0
"""Seconds that another process is waited for, which is not known to have failed."""

SEEDS: Final = range(2**32)
"""What numpy takes for a seed, whoever asks."""


class Sizes(NamedTuple):
    """Numbers from the first to the last."""

    first: float
    last: float

    def __contains__(self, number: object) -> bool:
        return isinstance(number, float) and self.first <= number <= self.last


Amount: TypeAlias = Annotated[float, Sizes(-LARGEST_FIGURE, LARGEST_FIGURE)]
Seed: TypeAlias = Annotated[int, SEEDS]
YearAsked: TypeAlias = Annotated[int, range(FIRST_YEAR, LAST_YEAR + 1)]
Draws: TypeAlias = Annotated[int, range(1, 10**6 + 1)]

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
    allowed: str | Message = "errors.allowed_readable",
    largest: int = LARGEST_FILE,
) -> bytes:
    """Return what a regular file holds; an `error` in one sentence if it is none, or too large.

    It is opened so that a pipe without a writer does not wait, and never read beyond `largest`.
    """
    wrong = partial(file_error, path, error=error, allowed=allowed)
    try:
        descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                found = "folder" if stat.S_ISDIR(about.st_mode) else "special"
                raise wrong(Message(f"errors.found_{found}"))
            raw = file.read(min(about.st_size, largest) + 1)
            if len(raw) > about.st_size:  # it grows, or does not know its size
                raw += file.read(largest + 1 - len(raw))
    except (OSError, ValueError) as problem:  # ValueError: a null character in the name
        raise wrong(problem) from problem
    if len(raw) > largest:
        raise wrong(Message("errors.found_large", {"mb": largest >> 20}))
    return raw


def manifest_of(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the manifest of a report says, and by their sha256 the files that it lists.

    Nothing of what is no manifest of ours: other programs have files of the name too.
    """
    try:
        document = json.loads(read_bytes(folder / "manifest.json"))
        return document, {one["file"]: one["sha256"] for one in document["outputs"]}
    except (BcforecastError, ValueError, LookupError, TypeError, RecursionError):
        return {}, {}


_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def file_error(
    path: object,
    problem: Exception | Message | str,
    *,
    error: type[BcforecastError] = BcforecastError,
    allowed: str | Message = "errors.allowed_readable",
) -> BcforecastError:
    """Return what is wrong with a file, as an error in one sentence."""
    found: object = problem
    if isinstance(problem, Exception):
        found = next(
            (Message(f"errors.found_{name}") for kind, name in _WHY if isinstance(problem, kind)),
            getattr(problem, "strerror", None) or str(problem),
        )
    allowed = Message(allowed) if isinstance(allowed, str) else allowed
    return error("errors.file", file=path, found=found, allowed=allowed)


_WHY: Final = (
    ((FileNotFoundError, NotADirectoryError), "nothing"),
    (PermissionError, "closed"),
    (IsADirectoryError, "folder"),
)


def exists(path: Path) -> bool:
    """Whether something is at a path; nothing is under a name that no file can have."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


class Rows(NamedTuple):
    """A CSV file: its header, and each other row that is not blank with the line it starts on."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def strict_rows(path: Path) -> Rows:
    """Read a CSV file, also with tabs, in which every row has as many cells as the header.

    A file that is empty, has another row, or is refused by `csv_rows` is a BcforecastError.
    """
    allowed = Message("errors.allowed_csv")
    found = [*csv_rows(path, allowed=allowed, marks=",\t")]
    if not found:
        raise file_error(path, Message("errors.found_empty"), allowed=allowed)
    (_, header), *rows = found
    if len(header) == 1 and ";" in header[0]:
        mark = Message("observations.quoted", {"text": ";"})
        found_mark = Message("observations.found_separator", {"mark": mark})
        raise file_error(path, found_mark, allowed=allowed)
    for line, cells in rows:
        if len(cells) != len(header):
            counts = {"found": len(cells), "allowed": len(header)}
            raise BcforecastError("errors.cells", file=path, row=line, **counts)
    return Rows(tuple(header), tuple(rows))


def unmasked(given: Any) -> Any:
    """Return an array of numbers with NaN where it is masked; anything else as it is."""
    return given.astype(object).filled(float("nan")) if hasattr(given, "filled") else given


MARKS: Final = ",;\t"
"""What stands between the cells of tables as people save them: ; where commas are decimal."""


def separator(raw: bytes, marks: str = MARKS) -> str:
    """Return the mark that a table's first line has most outside quotes: it parts the cells."""
    head = re.sub(rb'"[^"]*"', b"", raw.partition(b"\n")[0])
    return max(marks, key=lambda mark: head.count(mark.encode()))


def csv_rows(
    path: Path,
    *,
    allowed: Message,
    error: type[BcforecastError] = BcforecastError,
    marks: str = ",",
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a CSV file that is not blank, its cells as they were before `harmless`.

    Before it comes the line on which it starts, as an editor counts: the header's is 1, and a row
    with line breaks in its cells takes several. One row at a time is decoded and held. An `error`
    where the file is no text in UTF-8, or none that can be split into cells, says where. Of several
    `marks` that may stand between cells it is the one that the first line has most.
    """
    raw = read_bytes(path, error=error, allowed=allowed)
    reader = csv.reader(_printable(raw), delimiter=separator(raw, marks), strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                size = {"found": len(cells), "allowed": MOST_COLUMNS}
                raise error("errors.too_many_columns", file=path, row=line, **size)
            stripped = [unguarded(c) if c[:1] == "'" else c for c in map(str.strip, cells)]
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except UnicodeDecodeError as bad:
        place = _first_undecoded(raw, bad)
        found = Message(f"observations.found_{likely_encoding(raw)}")
        told = {"file": path, "found": found, "allowed": Message("observations.allowed_encoding")}
        raise error("errors.cell" if place else "errors.file", **told, **place) from None
    except csv.Error as bad:
        key = "unprintable" if isinstance(bad, _UnprintableError) else "not_csv"
        told = {"file": path, "found": Message(f"observations.found_{key}"), "allowed": allowed}
        raise error("observations.problem_row", **told, row=line) from None


class _UnprintableError(csv.Error):
    """A line holds what no text may hold."""


def _printable(raw: bytes) -> Iterator[str]:
    for words in io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline=""):
        if unprintable(words):
            raise _UnprintableError
        yield words


def _first_undecoded(raw: bytes, error: UnicodeDecodeError) -> dict[str, Any]:
    """Return row and column of the first cell that is not UTF-8; nothing where there are none."""
    kind = likely_encoding(raw)
    if kind in ("utf16", "workbook"):
        return {}
    # The error counts from the start of the piece that was being read.
    place = raw.index(error.object) + error.start if error.object in raw else 0
    codec = _ENCODINGS.get(kind, "gb18030")
    lines = raw[:place].decode(codec, errors="replace").split("\n")
    header, column = _cells_of(lines[0].removeprefix("\ufeff")), len(_cells_of(lines[-1]))
    known = len(lines) > 1 and column <= len(header)
    return {"row": len(lines), "column": header[column - 1] if known else str(column)}


def _cells_of(line: str) -> list[str]:
    with suppress(csv.Error, StopIteration):
        return [text.strip() for text in next(csv.reader([line]))] or [""]
    return [""]


_SIGNATURES: Final = {
    codecs.BOM_UTF16_LE: "utf16",
    codecs.BOM_UTF16_BE: "utf16",
    b"PK\x03\x04": "workbook",
    b"\xd0\xcf\x11\xe0": "workbook",
}
"""How files start that are no text, or no UTF-8."""


def likely_encoding(raw: bytes) -> str:
    """Guess what bytes are that are no UTF-8: one of `_SIGNATURES` or `_ENCODINGS`, or `western`.

    Western accents stand alone. Japanese has kana; Chinese read as such has them of half width.
    """
    for mark, kind in _SIGNATURES.items():
        if raw.startswith(mark):
            return kind
    if not re.search(rb"[\x80-\xff]{2}", raw):
        return "western"
    for kind, codec in _ENCODINGS.items():
        with suppress(UnicodeDecodeError):
            words = raw.decode(codec)
            if kind == "gbk" or re.search("[ぁ-ヺ]", words) or not _NOT_JAPANESE.search(words):
                return kind
    return "unknown"


_ENCODINGS: Final = {"shift_jis": "cp932", "gbk": "gb18030"}
_NOT_JAPANESE: Final = re.compile("[\uff61-\uff9f\ue000-\uf8ff]")


_STARTS: Final = frozenset("=+-@\t\n＝＋－＠")
"""How a formula starts; the wide signs count in Chinese and Japanese versions."""

NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
"""What Python's `float` takes besides, 1_000 or other scripts' digits, is a number to few."""


def csv_text(table: pd.DataFrame) -> str:
    r"""Return a table as CSV without its index, lines ended by a line feed."""
    import pandas as pd

    def safe_cell(cell: object) -> object:
        return harmless(cell) if isinstance(cell, str) else cell

    safe = table.rename(columns=safe_cell)
    for place, (_, column) in enumerate(table.items()):
        texts = pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)
        if texts or isinstance(column.dtype, pd.CategoricalDtype):
            safe.isetitem(place, column.astype(object).map(safe_cell).array)
    return safe.to_csv(index=False, lineterminator="\n")


def rows_text(rows: Iterable[Iterable[str]], *, end: str = "\n") -> str:
    """Return rows of texts as CSV."""
    made = io.StringIO()
    csv.writer(made, lineterminator=end).writerows(map(harmless, row) for row in rows)
    return made.getvalue()


def harmless(text: str) -> str:
    """Return a text as it can stand in a cell of a CSV file."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    formula = lines[:1] in _STARTS and not NUMBER.fullmatch(lines)
    return f"'{lines}" if formula else lines


def unguarded(cell: str) -> str:
    """Return the text that `harmless` made a cell of."""
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell


def parse_number(given: str) -> float:
    """Return the number that plain digits write; ValueError if they write none."""
    if not NUMBER.fullmatch(given):
        raise ValueError(given)
    return float(given)


def parse_day(given: str) -> date:
    """Return the day that a text writes as year-month-day; ValueError if it is none we take."""
    day = date.fromisoformat(given) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", given) else None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(given)
    return day


def stated_day(given: str | None = None) -> date | None:
    """Return the day of making that `SOURCE_DATE_EPOCH` states, in seconds; None if it does not."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "") if given is None else given
    if not given:
        return None
    if re.fullmatch("[0-9]{1,10}", given):
        day = datetime.fromtimestamp(int(given), UTC).date()
        if day.year <= LAST_YEAR:
            return day
    raise ReportError("report.source_date", found=given)


_LONGEST_ROW: Final = 10**6
"""Things that a generator which is given for a list may have, less one."""

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Have a function that a person calls take what its annotations say, and nothing else.

    A number of any library becomes Python's own. Of anything else an OptionError names the
    argument, what was found and what is allowed. What only a type checker knows is not checked.
    """
    bound = _binding(function)

    @wraps(function)
    def asked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        given = bound(*args, **kwargs)
        try:
            return function(*given.args, **given.kwargs)
        except OSError as error:
            if error.filename is None:
                raise
            raise file_error(error.filename, error) from error

    return asked


def checked_class(kind: type[_T]) -> type[_T]:
    """Have a dataclass that a person may make be made of what its fields say, and nothing else."""
    setattr(kind, "__init__", checked(kind.__init__))  # noqa: B010 - a type checker forbids more
    return kind


def _binding(function: Callable[_P, _R]) -> Callable[_P, inspect.BoundArguments]:
    """Return what binds arguments to those of a function, and refuses what it does not take."""
    signature = inspect.signature(function)

    @cache
    def kinds() -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for name, one in signature.parameters.items():
            written = one.annotation
            with suppress(NameError):
                kind = eval(written, function.__globals__) if isinstance(written, str) else written
                if kind is not inspect.Parameter.empty:
                    found[name] = kind
        return found

    def bound(*args: _P.args, **kwargs: _P.kwargs) -> inspect.BoundArguments:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError as wrong:
            hint = f"errors.hint_{str(wrong).rpartition(' ')[2].strip(chr(39))}"
            about = {"hint": Message(hint) if has_text(hint) else "", "found": wrong}
            takes = ", ".join(name for name in signature.parameters if name != "self")
            called = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
            asked_for = {"function": called, "allowed": takes}
            raise CallError("errors.call", **about, **asked_for) from None
        for name, kind in kinds().items():
            if name in given.arguments:
                value = given.arguments[name]
                several = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
                each = value if several else (value,)
                if several and isinstance(value[0], list | tuple):
                    each = value[0]
                try:
                    taken = [taken_as(x, kind) for x in each]
                except ValueError as wrong:
                    bad, of_bad = wrong.args if wrong.args[1:] else (value, kind)  # or an item
                    told = {"found": as_found(bad), "allowed": _allowed(of_bad)}
                    raise OptionError(name, **told) from None
                given.arguments[name] = tuple(taken) if several else taken[0]
        return given

    return bound


def taken_as(value: Any, kind: Any) -> Any:
    """Return a value as an annotation has it; ValueError if it is not of that kind."""
    origin, inner = origin_of(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):
        for one in inner:
            with suppress(ValueError):
                return taken_as(value, one)
    elif origin is Annotated:
        with suppress(ValueError):
            taken = taken_as(value, inner[0])
            if not isinstance(inner[1], Container) or taken in inner[1]:
                return taken
    elif origin is Literal:
        if any(type(one) is type(value) and one == value for one in inner):
            return value
    elif origin is Callable:
        if callable(value):
            return value
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        if isinstance(value, Mapping):
            for pair in value.items():
                list(map(taken_as, pair, inner))
            return value
    elif isinstance(origin, type):  # a tuple, or any other row of things
        no_rows = _NO_ROWS if origin is Collection else (*_NO_ROWS, set, frozenset)
        row = isinstance(value, Iterable) and not isinstance(value, no_rows)
        if row and not hasattr(value, "columns"):  # of a table, which are all that it gives
            if not isinstance(value, Sized):  # looked at once, it may be used up
                value = [*islice(value, _LONGEST_ROW)]
                if len(value) == _LONGEST_ROW:
                    raise ValueError(value)
            with suppress(TypeError):  # an array without a dimension has no items
                fixed = origin is tuple and ... not in inner
                kinds = inner if fixed else inner[:1] * len(value)
                taken = [taken_as(one, that) for one, that in zip(value, kinds, strict=fixed)]
                return tuple(taken) if fixed else value
    elif kind in (int, float):
        number = isinstance(value, Integral if kind is int else Real)
        if number and not isinstance(value, bool) and value == value:
            with suppress(OverflowError):
                return kind(value)
    elif kind is str:
        if isinstance(value, str) and not unprintable(value):
            return value
    # What is no day in pandas is yet a day by its class, and not equal to itself; who is given what
    # has a protocol says himself what it lacks.
    elif getattr(kind, "_is_protocol", not isinstance(kind, type)) or (
        isinstance(value, kind) and (kind is not date or value == value)
    ):
        return value
    raise ValueError(value, kind)


_NO_ROWS: Final = (str, bytes, bytearray, memoryview, Mapping)


def as_found(value: object) -> object:
    """Return what a person gave as a message names it: a text in quotes, a number as it is."""
    if value is None or isinstance(value, Message):
        return value or Message("errors.kind_nothing")
    if isinstance(value, str | Path):
        return Message("observations.quoted", {"text": value})
    return value if isinstance(value, Real | date) else type(value).__name__


def _allowed(kind: Any) -> Message:
    origin, inner = origin_of(kind), get_args(kind)
    if origin in (Union, UnionType):
        said = (_allowed(one) for one in inner if one is not NoneType)
        return reduce(lambda a, b: Message("errors.either", {"one": a, "other": b}), said)
    if origin is Annotated and isinstance(inner[1], Container):
        sizes: Any = inner[1]
        ends = {"first": f"{sizes[0]:.10g}", "last": f"{sizes[-1]:.10g}"}
        return Message(f"errors.{inner[0].__name__}_within", ends)
    if origin is Literal:
        return Text.untranslated(", ".join(map(str, inner)))
    if origin is tuple and ... not in inner:
        return Message("errors.kind_tuple", {"count": len(inner), "item": _allowed(inner[0])})
    name = "row" if origin not in (None, Mapping) else (origin or kind).__name__
    key = f"errors.kind_{name}"
    return Message(key) if has_text(key) else Text.untranslated(name)


class Answering:
    """What has methods that a person calls, which say of a wrong call what was wrong with it.

    Of those that are not `checked` that is looked for where they have failed, and so costs nothing.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name, one in [*vars(cls).items()]:
            call = one.__func__ if isinstance(one, classmethod) else one
            if inspect.isfunction(call) and name[0] != "_" and not hasattr(call, "__wrapped__"):
                told = _answering(call)
                setattr(cls, name, told if call is one else classmethod(told))


class Shown(Answering):
    """An object that a person meets: it shows itself in the language of `speak`, or as a table.

    How is said in `bcforecast.workbench`, which sees every room and is loaded when it is asked.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        # A dataclass keeps a `__repr__` that stands in the class itself.
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]

    _asks: ClassVar[tuple[str, ...]] = ()
    """Parts that answer what it is asked for and has not itself."""

    if not TYPE_CHECKING:  # a type checker still finds slips in our own code

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                return getattr(super(), "__getattr__", super().__getattribute__)(name)
            for part in self._asks:
                with suppress(AttributeError):
                    return getattr(getattr(self, part), name)
            raise workbench().no_such_name(self, name)

        def __getitem__(self, name: object) -> Any:
            return getattr(self, str(name))

    def __repr__(self) -> str:
        return str(workbench().words(self))

    def _repr_html_(self) -> str:
        return str(workbench().html(self))

    @checked
    def to_frame(self) -> pd.DataFrame:
        """Return what it says as a table of pandas, numbers as numbers."""
        return workbench().frame(self)


def checked_room(room: str, get: Callable[[str], Any], *names: Any) -> tuple[Any, ...]:
    """Have a room that is loaded when it is asked give its functions `checked`."""

    def given(name: str) -> Any:
        one = get(name)
        if inspect.isfunction(one):  # which `get` has put into the room as it is
            one = vars(sys.modules[room])[name] = checked(one)
        return one

    return given, *names


def _answering(function: Callable[_P, _R]) -> Callable[_P, _R]:
    @wraps(function)
    def asked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if any(hasattr(one, "__next__") for one in (*args, *kwargs.values())):
            given = _binding(function)(*args, **kwargs)  # looked at once, it would be used up
            return function(*given.args, **given.kwargs)
        try:
            return function(*args, **kwargs)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            _binding(function)(*args, **kwargs)
            raise

    return asked


@checked
def speak(lang: Language) -> None:
    """Have objects show themselves in a language, in this process and those that it starts."""
    no_unknown_parameters()
    os.environ["BCFORECAST_LANG"] = lang


def no_unknown_parameters() -> None:
    """Refuse what papermill's own command line gave a notebook that has no such parameter."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    known: dict[str, None] = {}
    for cell in getattr(shell, "user_ns", {}).get("In", ()):
        given = dict.fromkeys(re.findall(r"^(\w+) = ", cell, re.MULTILINE))
        unknown = [name for name in given if name not in known]
        if unknown and known and cell.startswith("# Parameters\n"):
            about = {"found": unknown[0], "allowed": ", ".join(known)}
            raise ReportError("report.unknown_parameter", notebook="papermill", **about)
        known |= given


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files of a folder in order, but for hidden ones, such as macOS leaves."""
    return sorted(folder.glob("[!.]*.yaml"))


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
    """Make a folder, and those above it; of these go again what stay empty."""
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
    require_ours(contents, ours)
    new = {p: c for p, c in contents.items() if not p.is_file() or read_bytes(p) != c}
    replace_files(new, folders=folders)
    return bool(new)


def require_ours(contents: Mapping[Path, bytes], ours: Callable[[bytes, bytes], bool]) -> None:
    """Refuse places where something stands that the same command did not make."""
    for path, content in contents.items():
        if path.is_symlink() or exists(path):
            with suppress(BcforecastError):
                if path.is_file() and ours(read_bytes(path), content):
                    continue
            raise ReportError("errors.overwrites", file=path)


def replace_files(contents: Mapping[Path, bytes], *, folders: bool = False) -> None:
    """Have each file be the old or the new one at every moment; on an error all are old.

    Who may read or write an old one may do so with the new one.
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
                draft.write_bytes(content)
                if path.is_file():
                    shutil.copymode(path, draft)
                _sync(draft)
        for path in contents:
            with writing(path):
                (drafts[path.parent] / path.name).replace(path)


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
    """Say in one sentence that nothing can be written there."""
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
