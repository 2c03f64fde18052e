"""Reads the data folder into records, and says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bcforecast.errors import ObservationError
from bcforecast.messages import GivenText, Message
from bcforecast.observations import checks
from bcforecast.observations.cells import BadCellError, read_cell
from bcforecast.observations.contract import BREAKS, JUDGEMENTS, OBSERVATIONS, SOURCES, Table
from bcforecast.observations.dataset import Dataset
from bcforecast.observations.day import as_date
from bcforecast.observations.judgements import Judgement
from bcforecast.observations.observation import (
    Break,
    Measure,
    Observation,
    Source,
    Status,
    Verification,
)
from bcforecast.observations.problems import Problem, in_cell, in_file
from bcforecast.observations.rows import read_rows
from bcforecast.observations.vintage import Vintage
from bcforecast.resources import DATA_DIR

Record = tuple[int, dict[str, Any]]


def load_observations(
    data_dir: Path | str | None = None, *, as_of: str | date | None = None
) -> Vintage:
    """Read the data folder as it was known at a date.

    Parameters
    ----------
    data_dir
        Folder with `observations.csv` (or `observations.parquet`), `sources.csv` and, if there
        are any, `breaks.csv` and `judgements.csv`. Default: the folder that is shipped.
    as_of
        Day, as a date or as text such as `2021-12-31`; what was published later is not seen.
        Default: everything is seen.

    Returns
    -------
    Vintage
        What had been published by then.

    Raises
    ------
    ObservationError
        For the first thing that is wrong: file, row, column, what was found, what is allowed.

    Examples
    --------
    >>> vintage = load_observations(as_of="2020-12-31")
    >>> [str(f.period) for f in vintage.of("tianjin", "rd_intensity")]
    ['2013', '2015', '2019']
    """
    day = None if as_of is None else as_date(as_of)
    dataset, problems = read_folder(data_dir)
    for problem in problems:
        if problem.level == "error":
            raise problem.error()
    return Vintage(dataset, day)


def check_data(data_dir: Path | str | None = None) -> list[ObservationError]:
    """Return everything that is wrong with the data folder, not the first thing only.

    Parameters
    ----------
    data_dir
        As in `load_observations`.

    Returns
    -------
    list of ObservationError
        In the order of files and rows; empty if the data can be used.

    Examples
    --------
    >>> check_data()
    []
    """
    return [problem.error() for problem in review_data(data_dir) if problem.level == "error"]


def review_data(data_dir: Path | str | None = None) -> list[Problem]:
    """Return all errors in the data folder, and notes on what should be looked at.

    Parameters
    ----------
    data_dir
        As in `load_observations`.

    Returns
    -------
    list of Problem
        In the order of files and rows; empty if nothing is to be said.

    Examples
    --------
    >>> {problem.level for problem in review_data()}
    {'note'}
    """
    return read_folder(data_dir)[1]


def read_folder(data_dir: Path | str | None = None) -> tuple[Dataset, list[Problem]]:
    """Return the records of the data folder that can be read, and all problems."""
    folder = DATA_DIR if data_dir is None else Path(data_dir)
    if not folder.is_dir():
        found, allowed = (
            Message(f"observations.{k}") for k in ("found_no_folder", "allowed_folder")
        )
        return Dataset(folder), [in_file(str(folder), found, allowed)]
    read = {t.name: _read_table(folder, t) for t in (OBSERVATIONS, SOURCES, BREAKS, JUDGEMENTS)}
    dataset = Dataset(
        folder,
        tuple(_observation(row, cells) for row, cells in read["observations"].records),
        {cells["source"]: _source(cells) for _, cells in read["sources"].records},
        tuple(_break(cells) for _, cells in read["breaks"].records),
        tuple(Judgement(**cells, row=row) for row, cells in read["judgements"].records),
    )
    problems = [problem for table in read.values() for problem in table.problems]
    problems += _record_problems(dataset, read)
    order = [table.file for table in read.values()]
    return dataset, sorted(problems, key=lambda p: (order.index(p.file), p.row))


@dataclass(frozen=True)
class _Read:
    file: str
    records: list[Record]
    problems: list[Problem]
    complete: bool


def _read_table(folder: Path, table: Table) -> _Read:
    raw = read_rows(folder, table)
    problems, records = list(raw.problems), list[Record]()
    for row, texts in raw.rows:
        cells: dict[str, Any] = {}
        for column in table.columns:
            try:
                cells[column.name] = read_cell(texts[column.name], column)
            except BadCellError as bad:
                problems.append(in_cell(raw.file, row, column.name, bad.found, bad.allowed))
        if len(cells) == len(table.columns):
            records.append((row, cells))
    return _Read(raw.file, records, problems, complete=not raw.problems)


def _record_problems(dataset: Dataset, read: dict[str, _Read]) -> Iterator[Problem]:
    figures, sources = read["observations"], read["sources"]
    yield from checks.row_problems(figures.file, dataset.observations)
    yield from checks.between_rows(figures.file, dataset.observations)
    yield from checks.repeated_sources(
        sources.file, [(row, cells["source"]) for row, cells in sources.records]
    )
    yield from checks.quantile_problems(read["judgements"].file, dataset.judgements)
    if sources.complete:
        for name in ("observations", "breaks"):
            named = [(row, cells["source"]) for row, cells in read[name].records]
            yield from checks.unknown_sources(read[name].file, named, dataset.sources)


def _observation(row: int, cells: dict[str, Any]) -> Observation:
    typed = {"measure": Measure(cells["measure"]), "status": Status(cells["status"])}
    return Observation(**{**cells, **typed, "row": row})


def _source(cells: dict[str, Any]) -> Source:
    return Source(**{**cells, "verification": Verification(cells["verification"])})


def _break(cells: dict[str, Any]) -> Break:
    return Break(
        area=cells["area"],
        indicator=cells["indicator"],
        first_period=cells["first_period"],
        reason=GivenText(zh=cells["reason_zh"], en=cells["reason_en"]),
        published=cells["published"],
        source=cells["source"],
    )
