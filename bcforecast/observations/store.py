"""The tables of a data folder in a database: any URL of SQLAlchemy, `postgresql://…`, `sqlite:///…`.

Rows are only ever added. Each has its number, as in a file (the header is row 1), its cells as text
and, where it corrects an earlier row, the number of that, author and reason. To be read, a store is
checked out into a folder of files, so that there is one reader, one check and one fingerprint of
both. Plans, scenarios and the rest stay files: those of the folder that `?files=DIR` in the URL
names, or else the shipped ones. A URL and its password reach no message, notebook or manifest.
"""

import atexit
import csv
import warnings
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard

from bcforecast import config, edge, saving
from bcforecast.calls import as_found
from bcforecast.errors import ObservationError
from bcforecast.observations.records import Period
from bcforecast.text import Message

if TYPE_CHECKING:
    from sqlalchemy import Engine, MetaData, Row
    from sqlalchemy.exc import SQLAlchemyError

# Figures are read before sources, which are added first: none is ever seen without its own.
TABLES: Final = ("observations", "sources", "breaks", "judgements", "delivery")
CALLED: Final = ".store"
"""File of a folder that was checked out; it says of which store."""

_WAIT: Final = {
    **dict.fromkeys(("psycopg", "psycopg2", "pymysql", "mysqldb"), "connect_timeout"),
    **dict.fromkeys(("pg8000", "pysqlite"), "timeout"),
}
"""What drivers call the seconds that they wait for a database."""

_GAP: Final = 10**5
"""Rows that may have been taken out of a table; a blank line stands for each."""

_ABOUT: Final = ("row", "corrects", "author", "reason")


class StoreChangedError(ObservationError):
    """Rows cannot be added, mostly for somebody else has added some since the store was read."""


def is_url(given: object) -> TypeGuard[str]:
    """Whether a data folder is given as the URL of a store."""
    return isinstance(given, str) and "://" in given


@dataclass(frozen=True)
class Store:
    """A store: its name without password, and the folder of what stays files."""

    engine: "Engine"
    name: str
    files: Path

    @classmethod
    def at(cls, url: str, *, base: Path = Path()) -> Self:
        """Return the store of a URL, whose paths start at `base`.

        An ObservationError if it is no URL, there is no driver for it, or no folder of files.
        """
        from sqlalchemy import create_engine, exc, make_url
        from sqlalchemy.pool import NullPool

        try:
            parsed = make_url(url)
            named = parsed.query.get("files")
            files = base / str(named) if named else config.DATA_DIR
            if not files.is_dir():
                raise ObservationError("store.no_files", found=files)
            parsed = parsed.difference_update_query(["files"])
            if parsed.get_backend_name() == "sqlite":
                parsed = parsed.set(database=str(base / (parsed.database or "")))
            wait = _WAIT.get(parsed.get_driver_name())
            limit = {wait: edge.PATIENCE} if wait and wait not in parsed.query else {}
            name = parsed.set(query={})._replace(password=None).render_as_string()
            with warnings.catch_warnings():  # of what it would pass over
                warnings.filterwarnings("error", "Query string", exc.SAWarning)
                engine = create_engine(parsed, poolclass=NullPool, connect_args=limit)
        except exc.SAWarning as error:
            ignored = ", ".join(one for one in parsed.query if f"'{one}'" in str(error))
            raise ObservationError("store.no_option", found=ignored) from None
        except (exc.NoSuchModuleError, ImportError):
            raise ObservationError("store.no_driver", found=url.partition(":")[0]) from None
        except (exc.ArgumentError, ValueError, TypeError):
            raise ObservationError("store.no_url") from None
        return cls(engine, name, files)

    @property
    def lacking(self) -> Path | None:
        """The file of SQLite that is not there yet; connecting would make it."""
        database = Path(str(self.engine.url.database))
        sqlite = self.engine.url.get_backend_name() == "sqlite"
        return database if sqlite and not database.exists() else None

    def check_out(self, folder: Path, *, begins: bool = False) -> dict[str, int]:
        """Write the tables as CSV into an empty folder, and return the last row of each.

        A database that has none of them is refused, unless the store `begins` with what is done.
        """
        from sqlalchemy import exc, inspect, select

        found: dict[str, Sequence[Any]] = {}
        if self.lacking is None:
            try:
                with self.engine.connect() as connection:
                    for name in filter(inspect(connection).has_table, TABLES):
                        table = _schema().tables[name]
                        found[name] = connection.execute(select(table).order_by(table.c.row)).all()
            except exc.SQLAlchemyError as error:
                raise ObservationError("store.failed", **self._said(error)) from None
            if not found and not begins:
                raise ObservationError("store.no_tables", store=self.name)
        last = dict.fromkeys(TABLES, 1)
        for name, rows in found.items():
            lines = {1: [column.name for column in _schema().tables[name].c][len(_ABOUT) :]}
            right: dict[int, Row[Any]] = {}  # those that correct none
            following = 2
            for n, one in enumerate(rows, 1):
                row, corrects, _, _, *texts = one
                numbers = range(following, n + _GAP)
                _take(one, right, file=f"{self.name} {name}", numbers=numbers)
                following = row + 1
                # A line break in a cell would give each later row the number of another.
                cells = [" ".join(str("" if one is None else one).splitlines()) for one in texts]
                # A correction stands where the wrong row stood; its own place is left blank.
                lines |= {row: cells} if row in right else {corrects: cells, row: []}
            last[name] = max(lines)
            if rows:
                with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                    ordered = (lines.get(row, []) for row in range(1, last[name] + 1))
                    csv.writer(file).writerows(ordered)
        for path in self.files.iterdir():
            if path.stem not in (*TABLES, "figures") and not path.name.startswith("."):
                (folder / path.name).symlink_to(path.resolve())
        (folder / CALLED).write_text(self.name, encoding="utf-8")
        return last

    def append(
        self, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, after: Mapping[str, int]
    ) -> None:
        """Add rows to tables, all of them or none, if each still ends where it ended when read.

        A row's number is its key: of two that are to follow the same row, the second is refused.
        """
        from sqlalchemy import exc

        try:
            with self.engine.begin() as connection:
                if self.engine.name == "sqlite":  # else a table that is made stays
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                _schema().create_all(connection)
                for name, added in rows.items():
                    table = _schema().tables[name]
                    empty = {column.name: "" for column in table.c} | {"corrects": None}
                    numbers = enumerate(added, after[name] + 1)
                    told = [{**empty, **one, "row": row} for row, one in numbers]
                    connection.execute(table.insert(), told)
        except exc.SQLAlchemyError as error:
            raise StoreChangedError("store.failed", **self._said(error)) from None

    def _said(self, error: "SQLAlchemyError") -> dict[str, str]:
        told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        secret = str(self.engine.url.password or "")
        return {"store": self.name, "error": told.replace(secret, "***") if secret else told}


def checked_out(url: str, *, base: Path = Path(), begins: bool = False) -> Path:
    """Return a data folder of what a store holds now; it is there until the process ends.

    A file of SQLite that is not there is refused, unless the store `begins` with what is done.
    """
    until = ExitStack()
    atexit.register(until.close)
    folder = until.enter_context(saving.passing_folder("bcforecast-store-")) / "data"
    folder.mkdir()
    store = Store.at(url, base=base)
    if not begins and (lacking := store.lacking) is not None:
        raise edge.file_error(lacking, FileNotFoundError(), error=ObservationError)
    store.check_out(folder, begins=begins)
    return folder


def _take(one: "Row[Any]", right: dict[int, "Row[Any]"], *, file: str, numbers: range) -> None:
    """Note a row as `right` if it corrects none; refuse one that cannot be read."""
    texts = {name: "\0" if isinstance(x, bytes) else str(x) for name, x in one._mapping.items()}
    column = next((name for name, said in texts.items() if edge.unprintable(said)), "")
    found, allowed = as_found(one.row), Message("errors.kind_str")
    if column:
        found = Message("observations.found_unprintable")
    elif not isinstance(one.row, int) or one.row not in numbers:
        ends = {"first": numbers[0], "last": numbers[-1]}
        column, allowed = "row", Message("store.allowed_row", ends)
    elif one.corrects in (None, ""):
        right[one.row] = one
    elif one.corrects not in right or _about(one) != _about(right[one.corrects]):
        column, found, allowed = "corrects", one.corrects, Message("store.allowed_corrects")
    if column:
        place = {"file": file, "row": one.row, "column": column}
        raise ObservationError("errors.cell", **place, found=found, allowed=allowed)


def _about(one: "Row[Any]") -> list[str]:
    told = [str(one._mapping.get(name, "")).strip() for name in ("area", "indicator", "period")]
    with suppress(ObservationError):  # the same period may be written in several ways
        told[2] = str(Period.parse(told[2]))
    return told


@cache
def _schema() -> "MetaData":
    """Return the tables; every cell is text, as in CSV, and the one reader checks it."""
    from sqlalchemy import Column, Integer, MetaData, Table, Text

    schema = MetaData()
    for one in config.shipped("datapackage.json")["resources"]:
        if one["name"] in TABLES:
            numbers = [Column("row", Integer, primary_key=True, autoincrement=False)]
            numbers.append(Column("corrects", Integer))
            columns = [*_ABOUT[2:], *(column["name"] for column in one["schema"]["fields"])]
            Table(one["name"], schema, *numbers, *(Column(name, Text) for name in columns))
    return schema
