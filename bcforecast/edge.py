"""The edge: how anything from outside comes in, and how a table goes out.

Whoever reads a file or a day that a person gave reads it here: a file is a regular one that may be
read and is not too large, a day lies between 1900 and 2200, a text has no control characters.

A table with texts from data is written as CSV that a spreadsheet can open: Excel, WPS and
LibreOffice take a cell that starts with `=`, `+`, `-` or `@` for a formula, which can start
programs and send data away. Such a text gets an apostrophe before it, as one would type it by hand;
numbers are written as they are, negative ones too. A carriage return within a text becomes a line
feed, for it could start a row of its own. Parquet and JSON hold the texts unchanged.
"""

import codecs
import csv
import io
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.text import Message

if TYPE_CHECKING:
    import pandas as pd

LARGEST_FILE: Final = 1 << 28
"""Bytes of the largest file that is read: a table of two million figures."""

LARGEST_FIGURE: Final = 1e15
"""In size, also of a target: every count of things or yuan is smaller, and exact to 0.1."""

SMALLEST_FIGURE: Final = 1e-30
"""In size: what is below is no figure of anything, and counts as 0."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

MOST_COLUMNS: Final = 1 << 14
"""Columns of a table, as many as a spreadsheet has."""

MOST_JOBS: Final = 1024
"""Processes at a time that may be asked for; a system has no room for very many."""

PATIENCE: Final = 20
"""Seconds that a server, a scheduler's or a database's, is waited for."""

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Controls of terminals and of the direction of writing, and what is no character."""


def unprintable(words: str) -> re.Match[str] | None:
    """Find what no text may hold; tabs and ends of lines are none of it."""
    return _UNPRINTABLE.search(words)


@contextmanager
def opened(
    path: Path,
    *,
    error: type[BcforecastError] = BcforecastError,
    allowed: str | Message = "errors.allowed_readable",
    largest: int = LARGEST_FILE,
) -> Iterator[io.BufferedReader | io.BytesIO]:
    """Open a regular file; an `error` in one sentence if it is none, too large, or not readable.

    A pipe without a writer is not waited for.
    """
    wrong = partial(file_error, path, error=error, allowed=allowed)
    try:
        with open(path, "rb", opener=lambda name, how: os.open(name, how | _AT_ONCE)) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise wrong(Message("errors.found_special"))
            raw = b"" if about.st_size else file.read(largest + 1)  # it does not know its size
            if max(about.st_size, len(raw)) > largest:
                raise wrong(Message("errors.found_large", {"mb": largest >> 20}))
            yield io.BytesIO(raw) if raw else file
    except (OSError, ValueError) as problem:  # ValueError: a null character in the name
        raise wrong(problem) from problem


_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bytes(path: Path, *, largest: int = LARGEST_FILE, **told: Any) -> bytes:
    """Return what a regular file holds; an error as of `opened`."""
    with opened(path, largest=largest, **told) as file:
        raw = file.read(largest + 1)
    if len(raw) > largest:  # it grew meanwhile
        raise file_error(path, Message("errors.found_large", {"mb": largest >> 20}), **told)
    return raw


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

exists: Final = os.path.exists
"""Whether something is at a path; nothing is under a name that no file can have."""


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


def separator(first: bytes, marks: str = MARKS) -> str:
    """Return the mark that a table's first line has most outside quotes: it parts the cells."""
    head = re.sub(rb'"[^"]*"', b"", first)
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
    with line breaks in its cells takes several. One row at a time is read and held. An `error`
    where the file is no text in UTF-8, or none that can be split into cells, says where. Of several
    `marks` that may stand between cells it is the one that the first line has most.
    """
    with opened(path, error=error, allowed=allowed) as file:
        mark, line = separator(file.readline(), marks), 1
        try:
            reader = csv.reader(_printable(file), delimiter=mark, strict=True)
            for cells in reader:
                if len(cells) > MOST_COLUMNS:
                    size = {"found": len(cells), "allowed": MOST_COLUMNS}
                    raise error("errors.too_many_columns", file=path, row=line, **size)
                stripped = [unguarded(c) if c[:1] == "'" else c for c in map(str.strip, cells)]
                if any(stripped):
                    yield line, stripped
                line = reader.line_num + 1
        except UnicodeDecodeError:
            with opened(path, error=error, allowed=allowed) as anew:
                kind, place = _first_undecoded(anew)
            found = Message(f"observations.found_{kind}")
            place |= {"found": found, "allowed": Message("observations.allowed_encoding")}
            key = "errors.cell" if "row" in place else "errors.file"
            raise error(key, file=path, **place) from None
        except csv.Error as bad:
            key = "unprintable" if isinstance(bad, _UnprintableError) else "not_csv"
            told = {"file": path, "found": Message(f"observations.found_{key}"), "allowed": allowed}
            raise error("observations.problem_row", **told, row=line) from None


class _UnprintableError(csv.Error):
    """A line holds what no text may hold."""


def _printable(file: io.BufferedReader | io.BytesIO) -> Iterator[str]:
    file.seek(0)
    with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as lines:
        for words in lines:
            if unprintable(words):
                raise _UnprintableError
            yield words


def _first_undecoded(file: io.BufferedReader | io.BytesIO) -> tuple[str, dict[str, Any]]:
    """Return what a file seems to be, and row and column of its first cell that is not UTF-8.

    No place where it has no cells that could be counted.
    """
    head, row, line, start = b"", 0, b"", 0
    for line in file:
        head, row = head or line, row + 1
        try:
            line.decode()
        except UnicodeDecodeError as bad:
            start = bad.start
            break
    kind = likely_encoding(b"".join((head * (row > 1), line, *file.readlines(_GUESSED))))
    if kind in ("utf16", "workbook"):
        return kind, {}
    before = (head, line[:start])
    header, cells = (
        _cells_of(one.decode(_ENCODINGS.get(kind, "gb18030"), "replace")) for one in before
    )
    known = row > 1 and len(cells) <= len(header)
    return kind, {"row": row, "column": header[len(cells) - 1] if known else str(len(cells))}


_GUESSED: Final = 1 << 20  # bytes, of a table that is not UTF-8, by which is guessed what it is


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


def csv_text(table: "pd.DataFrame") -> str:
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


def parse_json(raw: bytes) -> Any:
    """Return what a JSON document says; ValueError if it is none, or says two things of a key."""
    return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once)


def json_text(document: object) -> str:
    """Return JSON as text, one way only: UTF-8, two spaces, a newline at the end."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def once(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Return pairs as a mapping; ValueError if a key is there twice."""
    found = [*pairs]
    if len(known := dict(found)) < len(found):
        raise ValueError
    return known


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


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files of a folder in order, but for hidden ones, such as macOS leaves."""
    return sorted(folder.glob("[!.]*.yaml"))
