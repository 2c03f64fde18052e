"""The tables of a data folder in a database: any URL of SQLAlchemy, `postgresql://…`, `sqlite:///…`.

Rows are only ever added. Each has its number, as in a file (the header is row 1), its cells as text
and, where it corrects an earlier row, the number of that, author and reason. To be read, a store is
checked out into a folder of files, so that there is one reader, one check and one fingerprint of
both. Plans, scenarios and the rest stay files: those of the folder that `?files=DIR` in the URL
names, or else the shipped ones. A URL and its password reach no message, notebook or manifest.
"""

from __future__ import annotations

import atexit
import csv
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from bcforecast import config
from bcforecast.errors import ObservationError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

# Figures are read before sources, which are added first: none is ever seen without its own.
TABLES: Final = ("observations", "sources", "breaks", "judgements")
CALLED: Final = ".store"
"""File of a folder that was checked out; it says of which store."""

_ABOUT: Final = ("author", "reason")


_Row = tuple[int, int | None, Sequence[str]]
"""The number of a row, that of the row which it corrects, and its cells."""


class StoreChangedError(Exception):
    """Somebody else has added rows since the store was read."""


def is_url(given: object) -> TypeGuard[str]:
    """Whether a data folder is given as the URL of a store."""
    return isinstance(given, str) and "://" in given


@dataclass(frozen=True)
class Store:
    """A store: its name without password, and the folder of what stays files."""

    engine: Engine
    name: str
    files: Path

    @classmethod
    def at(cls, url: str, *, base: Path = Path()) -> Store:
        """Return the store of a URL, whose paths start at `base`.

        Raises
        ------
        ObservationError
            If it is no URL, there is no driver for it, or no folder of files.
        """
        from sqlalchemy import create_engine, exc, make_url
        from sqlalchemy.pool import NullPool

        try:
            parsed = make_url(url)
            files = (
                base / str(parsed.query["files"]) if "files" in parsed.query else config.DATA_DIR
            )
            if not files.is_dir():
                raise ObservationError("store.no_files", found=files)
            parsed = parsed.difference_update_query(["files"])
            if parsed.get_backend_name() == "sqlite":
                parsed = parsed.set(database=str(base / (parsed.database or "")))
            engine = create_engine(parsed, poolclass=NullPool)
        except (exc.NoSuchModuleError, ImportError):
            raise ObservationError("store.no_driver", found=url.partition(":")[0]) from None
        except (exc.ArgumentError, ValueError, TypeError):
            raise ObservationError("store.no_url") from None
        name = parsed.set(query={})._replace(password=None).render_as_string()
        return cls(engine, name, files)

    def check_out(self, folder: Path) -> dict[str, int]:
        """Write the tables as CSV into an empty folder, and return the last row of each."""
        last: dict[str, int] = {}
        for name, rows in self._rows().items():
            lines: dict[int, Sequence[str]] = {1: _columns()[name]}
            for row, corrects, cells in rows:
                # A correction stands where the wrong row stood; its own place is left blank.
                lines |= {corrects: cells, row: ()} if corrects else {row: cells}
            last[name] = max(lines)
            if not rows:
                continue
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                ordered = (lines.get(row, ()) for row in range(1, last[name] + 1))
                csv.writer(file).writerows(ordered)
        for path in self.files.iterdir():
            if path.stem not in (*TABLES, "figures") and not path.name.startswith("."):
                (folder / path.name).symlink_to(path.resolve())
        (folder / CALLED).write_text(self.name, encoding="utf-8")
        return last

    def _rows(self) -> dict[str, list[_Row]]:
        from sqlalchemy import inspect, select

        database = Path(str(self.engine.url.database))
        if self.engine.url.get_backend_name() == "sqlite" and not database.exists():
            return {name: [] for name in TABLES}  # to connect would make the file
        found: dict[str, list[_Row]] = {}
        with self._connected() as connection:
            known = inspect(connection).get_table_names()
            for name in TABLES:
                table = _schema().tables[name]
                columns = [table.c[one] for one in ("row", "corrects", *_columns()[name])]
                asked = select(*columns).order_by(table.c.row)
                rows = connection.execute(asked).all() if name in known else ()
                found[name] = [
                    (n, of, tuple(cell or "" for cell in cells)) for n, of, *cells in rows
                ]
        return found

    def append(
        self, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, after: Mapping[str, int]
    ) -> None:
        """Add rows to tables, all of them or none, if each still ends where it ended when read.

        A row's number is its key: of two that are to follow the same row, the second is refused.
        """
        from sqlalchemy import exc, inspect

        with self._connected() as connection:
            try:
                _schema().create_all(connection)
                connection.commit()
            except exc.DBAPIError:  # somebody else made them at the same time
                connection.rollback()
                if not inspect(connection).has_table(TABLES[-1]):
                    raise
            plain = {"corrects": None, **dict.fromkeys(_ABOUT, "")}
            try:
                for name, added in rows.items():
                    numbered = [
                        {**plain, **one, "row": after[name] + n} for n, one in enumerate(added, 1)
                    ]
                    if numbered:
                        connection.execute(_schema().tables[name].insert(), numbered)
                connection.commit()
            except exc.IntegrityError as error:
                raise StoreChangedError from error

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        from sqlalchemy import exc

        try:
            with self.engine.connect() as connection:
                yield connection
        except exc.SQLAlchemyError as error:
            told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            secret = self.engine.url.password
            said = told.replace(str(secret), "***") if secret else told
            raise ObservationError("store.failed", store=self.name, error=said) from None


def checked_out(url: str, *, base: Path = Path()) -> Path:
    """Return a data folder of what a store holds now; it is there until the process ends.

    Examples
    --------
    >>> folder = checked_out(f"sqlite:///{tempfile.gettempdir()}/none-yet.db")
    >>> (folder / "verdicts.csv").is_file(), (folder / "observations.csv").is_file()
    (True, False)
    """
    place = Path(tempfile.mkdtemp(prefix="bcforecast-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = place / "data"
    folder.mkdir()
    Store.at(url, base=base).check_out(folder)
    return folder


@cache
def _columns() -> Mapping[str, tuple[str, ...]]:
    package = json.loads((config.DATA_DIR / "datapackage.json").read_text(encoding="utf-8"))
    described = {
        one["name"]: one["schema"]["fields"] for one in package["resources"] if "schema" in one
    }
    return {name: tuple(column["name"] for column in described[name]) for name in TABLES}


@cache
def _schema() -> MetaData:
    """Return the tables; every cell is text, as in CSV, and the one reader checks it."""
    from sqlalchemy import Column, Integer, MetaData, Table, Text

    schema = MetaData()
    for name, columns in _columns().items():
        row = Column("row", Integer, primary_key=True, autoincrement=False)
        texts = [Column(one, Text) for one in (*_ABOUT, *columns)]
        Table(name, schema, row, Column("corrects", Integer), *texts)
    return schema
