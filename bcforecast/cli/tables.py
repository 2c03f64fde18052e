"""Tables in and out of the command line: CSV or Parquet, by the ending of the file's name."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from bcforecast.csv_text import csv_text
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message

_ENDINGS: Final = (".csv", ".parquet")
_TEXTS: Final = ("unique_id", "reference_class")
"""Columns that are names, even where they look like numbers."""

_NUMBERS: Final = ("y", "h", "target")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table; of a CSV, `unique_id` and `reference_class` stay text and `ds` may be dates.

    Raises
    ------
    BcforecastError
        If the file is not there, has another ending, is empty, or is not a UTF-8 CSV or a Parquet
        file.
    """
    ending = _ending(path)
    if not path.is_file():
        raise _unreadable(path, "cli.found_no_file")
    try:
        if ending == ".parquet":
            return pd.read_parquet(path)
        frame = pd.read_csv(
            path,
            encoding="utf-8-sig",
            dtype=dict.fromkeys(_TEXTS, str),
            keep_default_na=False,
            na_values={name: ["", "NA", "NaN", "nan", "null"] for name in _NUMBERS},
        )
    except UnicodeDecodeError as error:
        raise _unreadable(path, "cli.found_not_utf8") from error
    except pd.errors.EmptyDataError as error:
        raise _unreadable(path, "cli.found_empty") from error
    except (pd.errors.ParserError, pa.ArrowInvalid, OSError) as error:
        raise _unreadable(path, "cli.found_no_table") from error
    return frame


def line_of_row(path: Path, row: int) -> int:
    """Return the line of a table's row (from 1) as an editor counts it; of Parquet, the row.

    The header of a CSV is line 1; blank lines and line breaks within cells count.
    """
    if _ending(path) == ".parquet":
        return row
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        starts = []
        start = 1
        for cells in reader:
            if len(cells) > 1 or any(cell.strip() for cell in cells):
                starts.append(start)
            start = reader.line_num + 1
    return starts[row] if row < len(starts) else row + 1


def require_ending(path: Path) -> None:
    """Refuse a name that ends in neither .csv nor .parquet.

    Raises
    ------
    BcforecastError
        Naming the file.
    """
    _ending(path)


def beside(path: Path, word: str) -> Path:
    """Return the name of a second file: `out.targets.csv` beside `out.csv`.

    Examples
    --------
    >>> beside(Path("results/out.parquet"), "targets").as_posix()
    'results/out.targets.parquet'
    """
    return path.with_name(f"{path.stem}.{word}{path.suffix}")


def require_apart(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse to write a file that is also read, under this name or another.

    Raises
    ------
    BcforecastError
        Naming both.
    """
    read = list(inputs)
    for out in outputs:
        for given in read:
            if _same_file(out, given):
                raise BcforecastError("cli.overwrites_input", file=out, input=given)


def _same_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def write_tables(tables: Mapping[Path, pd.DataFrame]) -> None:
    """Write tables by the endings of their names; all are complete before the first appears.

    In a CSV, a text that a spreadsheet would take for a formula gets an apostrophe before it.

    Raises
    ------
    BcforecastError
        If a folder cannot be written to.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, frame in tables.items():
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            ready.append((part, path))
            path.parent.mkdir(parents=True, exist_ok=True)
            if _ending(path) == ".parquet":
                frame.to_parquet(part, index=False)
            else:
                part.write_text(csv_text(frame), encoding="utf-8", newline="")
        for part, path in ready:
            part.replace(path)
    except OSError as error:
        allowed = Message("cli.allowed_folder")
        raise BcforecastError(
            "errors.file", file=ready[-1][1], found=error.strerror or "-", allowed=allowed
        ) from error
    finally:
        for part, _ in ready:
            part.unlink(missing_ok=True)


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise _unreadable(path, "cli.found_ending")
    return ending


def _unreadable(path: Path, found: str) -> BcforecastError:
    return BcforecastError(
        "errors.file", file=path, found=Message(found), allowed=Message("cli.allowed_table")
    )
