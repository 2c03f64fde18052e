"""Figures from the files of other houses (SDMX-CSV, JSON-stat, Open SDG), and tables for them.

A file is read into data sets of points, each a value with its keys. For each indicator one series
is chosen; a dimension of which several values are left is refused with how to choose, not guessed.
What is chosen becomes a sheet like that of a workbook, and is imported as one.

SDMX-CSV is read by its columns. sdmx1, which knows the whole standard, reads version 2.0 alone, and
with the structure definition beside it; offices publish 1.0 too, and a series needs no more of
either than its columns say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from bcforecast.cells import period_named, plain_words, unit_names
from bcforecast.csv_text import strict_rows
from bcforecast.errors import ObservationError
from bcforecast.observations import wide
from bcforecast.observations.importing import Sheet, Tables
from bcforecast.observations.reading import tables
from bcforecast.observations.records import Observation, Period, quoted
from bcforecast.text import Message

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["sdmx-csv", "json-stat", "open-sdg"]


class Point(NamedTuple):
    """One value of a data set: the row that it stands in, and what it is the value of."""

    row: int
    keys: Mapping[str, str]
    period: str
    value: object
    status: str
    unit: str


@dataclass(frozen=True)
class DataSet:
    """What one file holds: points with the same keys, and whose figures they are.

    `sheet` is what the file is called in the folder that was asked for. `column` is that of the
    values, from 1, as a spreadsheet counts; 0 where the file is no table.
    """

    name: str
    file: Path
    sheet: str = ""
    column: int = 0
    points: Sequence[Point] = ()
    title: str = ""
    issuer: str = ""
    url: str = ""
    updated: str = ""


class _Values(Sheet):
    """A file in which figures stand in a list."""

    def at(self, row: int, place: int) -> str:  # noqa: ARG002
        return f"value[{row}]"


def read_tables(
    path: Path,
    form: Format,
    *,
    folder: Path,
    series: Mapping[str, str],
    where: Mapping[str, str],
    units: Mapping[str, str],
    area: str = "",
    source: str = "",
) -> Tables:
    """Read the chosen series of a file as sheets of figures and sources.

    Parameters
    ----------
    path
        File, or folder of an Open SDG site with `data/` and `meta/`.
    form
        What it is.
    folder
        Data folder, whose plans say what units indicators have.
    series
        The data set of each indicator by name; empty for the only one.
    where
        The value of each dimension, by code or label.
    units
        What units of the file are called in the plan.
    area, source
        Of all series. Default: as the plan and the file say.

    Raises
    ------
    ObservationError
        If the file is none of its form; what is wrong with the choice is in the tables.
    """
    found = {one.name: one for one in _READERS[form](path, series.values())}
    planned = [one for one in wide.planned_indicators(folder) if area in ("", one.area)]
    sheets: list[Sheet] = []
    problems: list[Message] = []
    if not series:
        problems.append(_wrong(path, "series_missing", allowed=_some(found)))
    columns = {key for one in found.values() for point in one.points[:1] for key in point.keys}
    for asked in {} if not columns else where:
        if asked.casefold() not in map(str.casefold, columns):
            problems.append(_wrong(path, "where_unknown", found=asked, allowed=_some(columns)))
    for indicator, name in series.items():
        if (name or len(found) > 1) and name not in found:
            asked = f"{indicator}={name}"
            problems.append(_wrong(path, "series_unknown", found=asked, allowed=_some(found)))
            continue
        one = found.get(name) or next(iter(found.values()))
        points, wrong = _chosen(one, where)
        if not wrong:
            ours = {known.unit for known in planned if known.indicator == indicator}
            wrong = [
                _wrong(one.file, "unit", indicator=indicator, found=theirs, allowed=unit)
                for theirs in sorted({point.unit for point in points} - {""})
                for unit in ours
                if plain_words(units.get(theirs, theirs)) not in unit_names(unit)
            ]
        if not (source or one.issuer):
            wrong.append(_wrong(one.file, "issuer_missing"))
        problems += wrong
        if not wrong:
            about = {"code": indicator, "area": area, "source": source or _code(one.name)}
            sheets += [] if source else [_source(one)]
            sheets.append(_figures(one, points, about, problems))
    return Tables(sheets, [], problems)


def _wrong(file: Path, key: str, **values: object) -> Message:
    return Message(f"exchange.{key}", {"file": str(file), **values})


_SHOWN: Final = 12
"""How many names or values a message lists."""


def _some(values: Collection[str]) -> str:
    shown = [value or '""' for value in sorted(values)]
    return ", ".join(shown if len(shown) <= _SHOWN else [*shown[:_SHOWN], "…"])


def _chosen(one: DataSet, where: Mapping[str, str]) -> tuple[Sequence[Point], list[Message]]:
    """Return the points of one series, or what is still to be chosen."""
    points, problems = one.points, []
    asked = {column.casefold(): value for column, value in where.items()}
    keys = list(points[0].keys) if points else []
    for key in keys:
        wanted = asked.get(key.casefold())
        if wanted is not None:
            there = {point.keys[key] for point in points}
            words = plain_words(wanted)
            meant = {text for text in there if words in map(plain_words, (text, *_parts(text)))}
            if not meant:
                told = {"column": key, "found": quoted(wanted), "allowed": _some(there)}
                problems.append(_wrong(one.file, "where_none", **told))
            points = [point for point in points if point.keys[key] in meant]
    for key in keys:
        left = {point.keys[key] for point in points}
        if len(left) > 1:
            told = {"column": key, "found": _some(left), "value": _parts(min(left))[0]}
            problems.append(_wrong(one.file, "where_open", **told))
    return points, problems


def _parts(text: str) -> tuple[str, str]:
    """Return code and label of a value such as `DE: Germany`."""
    code, _, label = text.partition(": ")
    return code, label or code


def _code(name: str) -> str:
    code = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")
    return code if code[:1].isalpha() else f"set_{code}"


def _source(one: DataSet) -> Sheet:
    heads = ("code", "title", "issuer", "published", "url", "verification")
    said = (_code(one.name), one.title or one.name, one.issuer, one.updated, one.url, "copy")
    return Sheet(one.sheet, ((1, heads), (2, said)), tuple(range(1, len(heads) + 1)))


_FIRM: Final = {"F": "expected", "P": "preliminary", "E": "preliminary"}
"""How firm a figure is by codes of CL_OBS_STATUS; the code of any other is kept in the note."""


def _figures(
    one: DataSet, points: Iterable[Point], about: Mapping[str, str], problems: list[Message]
) -> Sheet:
    """Return a series as a wide table, a row a point, so that each keeps its place in the file."""
    periods: dict[str, int] = {}
    placed: list[tuple[Point, int]] = []
    for point in points:
        period = period_named(re.sub("-A1$", "", re.sub("-M(?=[0-9])", "-", point.period)))
        if period is None:
            allowed = Message("observations.allowed_period")
            told = {"row": point.row, "found": quoted(point.period), "allowed": allowed}
            problems.append(_wrong(one.file, "period", **told))
        else:
            placed.append((point, periods.setdefault(period, len(periods))))
    heads = (*about, "status", "note")
    rows: list[tuple[int, tuple[object, ...]]] = [(1, (*heads, *periods))]
    for point, place in placed:
        codes = point.status.upper()
        firm = next((status for code, status in _FIRM.items() if code in codes), "")
        note = "" if codes in ("", "A") else f"OBS_STATUS {point.status}"
        cells = (*[""] * place, point.value, *[""] * (len(periods) - place - 1))
        rows.append((point.row, (*about.values(), firm, note, *cells)))
    kind = Sheet if one.column else _Values
    return kind(one.sheet, tuple(rows), (1,) * len(heads) + (one.column,) * len(periods))


_TIME: Final = ("time", "time_period", "year")
_UNIT: Final = ("unit", "units", "unit_measure")
"""What the columns or dimensions of time and of units are called, in small letters."""


def _column(heads: Iterable[str], *names: str) -> str:
    """Return the head that has one of the names; `-` if none has."""
    return next((head for head in heads if head.casefold() in names), "-")


_SDMX: Final = frozenset({"LAST UPDATE", "STRUCTURE", "STRUCTURE_NAME", "ACTION", "KEY"})
"""Columns of SDMX-CSV that tell no series from another; SERIES_KEY and OBS_KEY repeat others."""


def _sdmx_csv(path: Path, _: Collection[str]) -> Iterator[DataSet]:
    """Read SDMX-CSV 1.0 or 2.0: dimensions before OBS_VALUE, attributes after it."""
    read = strict_rows(path)
    heads = [_parts(head)[0] for head in read.header]  # `GEO: Geopolitical entity`
    flow = next((name for name in ("DATAFLOW", "STRUCTURE_ID") if name in heads), "")
    if not flow or not {"TIME_PERIOD", "OBS_VALUE"} <= set(heads):
        raise ObservationError("exchange.not_sdmx", file=path)
    rows = [(row, dict(zip(heads, cells, strict=True))) for row, cells in read.rows]
    place, time = heads.index("OBS_VALUE"), heads.index("TIME_PERIOD")
    dims = [head for head in heads[:place] if not (head in _SDMX or head.endswith("S_KEY"))]
    dims.remove("TIME_PERIOD")
    beside = heads[time + 1]
    if beside in dims and all(row[beside] in ("", row["TIME_PERIOD"]) for _, row in rows):
        dims.remove(beside)  # the label of the period
    unit, status = _column(heads, *_UNIT), _column(heads, "obs_status", "obs_flag")
    points = []
    for n, row in rows:
        asked = (unit, "UNIT_MULT", status, "TIME_PERIOD")
        told, scale, firm, period = (_parts(row.get(name, ""))[0] for name in asked)
        told += f" x 10^{scale}" if scale.strip("0") else ""
        keys = {name: row[name] for name in dims}
        points.append(Point(n, keys, period, row["OBS_VALUE"], firm, told))
    agency, _, name = (rows[0][1][flow] if rows else "").rpartition(":")
    name = name.partition("(")[0]
    yield DataSet(name, path, "", place + 1, points, f"{agency} {name}", agency)


def _json_stat(path: Path, _: Collection[str]) -> Iterator[DataSet]:
    """Read a JSON-stat 2.0 dataset, values listed or by number, row-major over its dimensions."""
    try:
        read = json.loads(path.read_bytes())
        if read["class"] != "dataset" or not str(read["version"]).startswith("2"):
            raise ValueError
        dims = {name: read["dimension"][name]["category"] for name in read["id"]}
        values = {name: _category(category) for name, category in dims.items()}
        time = next(iter(read.get("role", {}).get("time", [_column(dims, *_TIME)])))
        metric = next(iter(read.get("role", {}).get("metric", "-")))
        if time not in dims or [*map(len, values.values())] != read["size"]:
            raise ValueError
        statuses, points = read.get("status") or {}, []
        statuses = {} if isinstance(statuses, str) else _numbered(statuses)
        unit = _column(dims, *_UNIT)
        for n, value in _numbered(read["value"]).items():
            keys, rest = dict.fromkeys(dims, ""), n
            for name in reversed(read["id"]):
                rest, place = divmod(rest, len(values[name]))
                keys[name] = values[name][place]
            if rest:
                raise ValueError
            period, label = _parts(keys.pop(time))
            told = _parts(keys.get(unit, ""))[1]
            if metric in keys:
                units = dims[metric].get("unit", {}).get(_parts(keys[metric])[0], {})
                told = told or units.get("label", "")
            when = period if period_named(period) else label
            points.append(Point(n, keys, when, value, str(statuses.get(n) or ""), told))
        said = [str(read.get(name) or "") for name in ("label", "source", "href", "updated")]
        title, issuer, url, day = said
        yield DataSet(path.stem, path, "", 0, points, title, issuer, url, day[:10])
    except OSError as error:
        raise ObservationError("exchange.unreadable", file=path, found=error.strerror) from None
    except (ValueError, LookupError, TypeError, AttributeError, ZeroDivisionError):
        raise ObservationError("exchange.not_json_stat", file=path) from None


def _category(category: Mapping[str, Any]) -> list[str]:
    """Return the values of a dimension, in order, each with its label."""
    labels = category.get("label", {})
    index = category.get("index", list(labels))
    codes = index if isinstance(index, list) else sorted(index, key=index.__getitem__)
    return [f"{code}: {labels[code]}" if code in labels else str(code) for code in codes]


def _numbered(told: Any) -> dict[int, Any]:
    """Return what is told of each cell, in a list or by its number."""
    pairs = told.items() if isinstance(told, dict) else enumerate(told)
    return {int(n): one for n, one in pairs if one is not None}


def _open_sdg(path: Path, wanted: Collection[str]) -> Iterator[DataSet]:
    """Read the wanted indicators of an Open SDG data folder; of the others only the name."""
    files = sorted(path.glob("data/indicator_*.csv"))
    if not files:
        raise ObservationError("exchange.not_open_sdg", file=path)
    for file in files:
        name = file.stem.removeprefix("indicator_")
        if name not in wanted and len(files) > 1:
            yield DataSet(name, file)
            continue
        read, points = strict_rows(file), []
        if not {"Year", "Value"} <= set(read.header):
            raise ObservationError("exchange.not_open_sdg", file=file)
        said = _metadata(path / "meta", name)
        unit = _column(read.header, *_UNIT)
        for n, cells in read.rows:
            keys = {head: cell.strip() for head, cell in zip(read.header, cells, strict=True)}
            year, value = keys.pop("Year"), keys.pop("Value")
            points.append(Point(n, keys, year, value, "", keys.get(unit) or said["unit"]))
        place, sheet = read.header.index("Value") + 1, f"data/{file.name}"
        yield DataSet(name, file, sheet, place, points, said["title"], said["issuer"], said["url"])


_METADATA: Final = {
    "title": ("indicator_name", "indicator_name_national", "graph_title"),
    "issuer": ("source_organisation_1", "data_supplier"),
    "url": ("source_url_1",),
    "unit": ("computation_units",),
}
"""Fields of Open SDG metadata for what we ask, the better ones first."""


def _metadata(folder: Path, name: str) -> dict[str, str]:
    """Return what the metadata of an indicator say: YAML, or at the head of a Markdown file."""
    import yaml

    said: Any = {}
    for file in (folder / f"{name}.md", folder / f"{name}.yml"):
        if file.is_file():
            try:
                head = file.read_text(encoding="utf-8-sig").removeprefix("---\n").split("\n---")[0]
                said = {**said, **yaml.safe_load(head)}
            except (OSError, ValueError, TypeError, yaml.YAMLError):
                raise ObservationError("exchange.not_metadata", file=file) from None
    told = {
        ours: next((said[field] for field in fields if said.get(field)), "")
        for ours, fields in _METADATA.items()
    }
    return {ours: unescape(re.sub("<[^>]*>", "", str(one))).strip() for ours, one in told.items()}


_READERS: Final = {"sdmx-csv": _sdmx_csv, "json-stat": _json_stat, "open-sdg": _open_sdg}


def figures_table(figures: Iterable[Observation]) -> pd.DataFrame:
    """Return figures as the long table of a data folder, in its columns."""
    import pandas as pd

    columns, rows = [column.name for column in tables()["observations"]], []
    for one in figures:
        note: Mapping[Any, object] = {} if one.note is None else one.note.values
        told = {"period": str(one.period), "published": one.published.isoformat()}
        told |= {"note": str(note.get("en", "")), "note_zh": str(note.get("zh", ""))}
        rows.append([told.get(name, getattr(one, name, "")) for name in columns])
    return pd.DataFrame(rows, columns=columns)


_AS_SDMX: Final = {
    "area": "REF_AREA",
    "unit": "UNIT_MEASURE",
    "period": "TIME_PERIOD",
    "year": "TIME_PERIOD",
    "due": "TIME_PERIOD",
    "value": "OBS_VALUE",
}
"""What SDMX calls our columns; others are attributes under their own names."""


def sdmx_table(table: pd.DataFrame, name: str, *, keys: Sequence[str]) -> pd.DataFrame:
    """Return a table as SDMX-CSV 2.0 has it, with a row a number.

    `keys` tell the rows apart. The numbers are those in `value`, or else every other column of
    numbers, named by a dimension STATISTIC; of a figure that was revised only the last is left.
    """
    if "value" not in table:
        numbers = [one for one in table.select_dtypes("number") if one not in keys]
        about = [one for one in table if one not in numbers]
        table = table.melt(about, numbers, "statistic").dropna(subset="value")
        keys = [*keys, "statistic"]
    else:
        table = table.sort_values("published", kind="stable").drop_duplicates(keys, keep="last")
    time = keys[-1] if keys[-1] in _AS_SDMX else keys[-2]
    dims = [*(one for one in keys if one != time), time, "value"]
    table = table.sort_values(list(keys), kind="stable")
    table[time] = table[time].map(_sdmx_period)
    table = table[[*dims, *(one for one in table if one not in dims)]]
    flow = {"STRUCTURE": "dataflow", "STRUCTURE_ID": f"BCFORECAST:{name.upper()}(1.0)"}
    table = table.rename(columns=lambda one: _AS_SDMX.get(one, one.upper()))
    return table.assign(**flow, ACTION="I")[[*flow, "ACTION", *table]]


def _sdmx_period(told: object) -> str:
    """Return a period as SDMX writes it: 2021, 2021-Q3, 2023-05, 2022-01-01/P5M; a day's year."""
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(told)):
        return str(told)[:4]
    period = Period.parse(str(told))
    return (
        f"{period.first}-01/P{period.months}M" if "/" in str(told) else str(told).replace("Q", "-Q")
    )
