"""Figures from the files of other houses (SDMX-CSV, JSON-stat, Open SDG), and SDMX-CSV for them.

A file is read into data sets of points, each a value with its keys. For each indicator one series
is chosen; a dimension of which several values are left is refused with how to choose, not guessed.
What is chosen becomes a sheet like that of a workbook, and is imported as one.

SDMX-CSV is read by its columns: sdmx1, which knows the whole standard, reads version 2.0 alone, and
with the structure definition beside it.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from bcforecast import cells, config, edge
from bcforecast.cells import is_missing, plain_words
from bcforecast.edge import strict_rows
from bcforecast.errors import ObservationError, Problems
from bcforecast.observations import wide
from bcforecast.observations.reading import tables
from bcforecast.observations.records import Observation, Period, quoted
from bcforecast.sheets import Sheet, Tables, printable
from bcforecast.text import Message

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["sdmx-csv", "json-stat", "open-sdg"]

_CALLED: Final = config.shipped(Path(__file__).with_suffix(".yaml"))
"""What other houses call things in their files."""


class Point(NamedTuple):
    """One value of a data set: the row that it stands in, and what it is the value of."""

    row: int
    keys: dict[str, str]
    period: str
    value: object
    status: str
    unit: str
    action: str = ""


class DataSet(NamedTuple):
    """What one file holds: points with the same keys; `about` has title, issuer, address, day.

    `column` is that of the values, from 1, as a spreadsheet counts; 0 where the file is no table.
    `whole` has values of a key without which one is a part: other categories, or that of all ("").
    """

    name: str
    file: Path
    column: int = 0
    points: Sequence[Point] = ()
    about: Sequence[str] = ()
    whole: Mapping[str, Collection[str]] = {}
    unread: Sequence[str] = ()


def read_tables(
    path: Path,
    form: Format,
    *,
    folder: Path,
    series: Mapping[str, str],
    where: Mapping[str, str],
    unit: Collection[str] = (),
    area: str = "",
    source: str = "",
) -> Tables:
    """Read the chosen series of a file, or of the folder of an Open SDG site, as sheets.

    The plans of the data `folder` say what units indicators have. `series` names the data set of
    each indicator, empty for the only one; `where` the value of each dimension, by code or label;
    `unit` what units of the file are called in the plan, as `PC=%`; `area` and `source` are of all
    series, by default as the plan and the file say. An ObservationError if the file is none of its
    form; what is wrong with the choice is in the tables.
    """
    readers = {"sdmx-csv": _sdmx_csv, "json-stat": _json_stat, "open-sdg": _open_sdg}
    found = {one.name: one for one in readers[form](path, series.values())}
    planned = [one for one in wide.planned_indicators(folder) if area in ("", one.area)]
    columns = {key for one in found.values() for point in one.points[:1] for key in point.keys}
    problems = Problems(
        _wrong(path, "where_unknown", found=asked, allowed=_some(columns))
        for asked in where
        if columns and asked.casefold() not in map(str.casefold, columns)
    )
    if not series:
        problems.append(_wrong(path, "series_missing", allowed=_some(found, 200)))
    misused = bool(problems)
    sheets: list[Sheet] = []
    called: set[str] = set()
    for indicator, name in series.items():
        one = found.get(name) if name or len(found) > 1 else next(iter(found.values()))
        if one is None:
            told = {"found": f"{indicator}={name}", "allowed": _some(found, 200)}
            problems.append(_wrong(path, "series_unknown", **told))
            continue
        points, wrong = _chosen(one, where)
        for ours in {} if wrong else {k.unit for k in planned if k.indicator == indicator}:
            for theirs in sorted({point.unit for point in points} - {""}):
                called.add(f"{theirs}={ours}")
                known = cells.unit_names(ours)
                if plain_words(theirs) not in known and f"{theirs}={ours}" not in unit:
                    told = {"indicator": indicator, "found": theirs, "allowed": ours}
                    wrong.append(_wrong(one.file, "unit", **told))
        if not (source or one.about[1]):
            wrong.append(_wrong(one.file, "issuer_missing"))
        code = source or "set_" + re.sub("[^a-z0-9]+", "_", name.lower() or one.name.lower())
        sheet = "" if one.file == path else one.file.relative_to(path).as_posix()
        if not (wrong or source):
            heads = ("code", "title", "issuer", "url", "published", "verification")
            said = (code, one.about[0] or one.name, *one.about[1:], "copy")
            sheets.append(Sheet(sheet, ((1, heads), (2, said)), (1,) * len(heads)))
        if not wrong:
            about = {"code": indicator, "area": area, "source": code}
            figures, wrong = _figures(one, points, about, sheet)
            sheets.append(figures)
        problems.note(wrong)
    if not problems and (unknown := sorted({*unit} - called)):
        told = {"found": unknown[0], "allowed": _some(called or ["-"])}
        problems.append(_wrong(path, "unit_unknown", **told))
        misused = True
    unread = ", ".join(head for one in found.values() for head in one.unread)
    notes = [Message("cells.columns_unread", {"columns": unread})] if unread else []
    # What fits nothing is no bad row that could be left out: who asked for it meant something else.
    return printable(path, Tables([] if misused else sheets, notes, problems))


def _wrong(file: Path, key: str, **values: object) -> Message:
    return Message(f"exchange.{key}", {"file": str(file), **values})


def _some(values: Collection[str], most: int = 12) -> str:
    shown = [value or '""' for value in sorted(values)]
    return ", ".join(shown if len(shown) <= most else [*shown[:most], "…"])


def _chosen(one: DataSet, where: Mapping[str, str]) -> tuple[Sequence[Point], list[Message]]:
    """Return the points of one series, or what is still to be chosen."""
    points, problems = one.points, []
    asked = {column.casefold(): value for column, value in where.items()}
    keys = list(points[0].keys) if points else []
    for key in keys:
        if (wanted := asked.get(key.casefold())) is not None:
            there, words = {point.keys[key] for point in points}, plain_words(wanted)
            meant = {text for text in there if words in map(plain_words, (text, *_parts(text)))}
            if not meant:
                told = {"column": key, "found": quoted(wanted), "allowed": _some(there)}
                problems.append(_wrong(one.file, "where_none", **told))
            points = [point for point in points if point.keys[key] in meant]
    for key in keys:
        left = {point.keys[key] for point in points}
        part = key.casefold() not in asked and not left.issuperset(one.whole.get(key, ()))
        if len(left) > 1 or (left and part):
            codes = [_parts(text)[0] for text in sorted(left)]
            value = codes[0] if codes.count(codes[0]) == 1 else min(left)
            told = {"column": key, "found": _some(left), "value": value}
            key = "where_open" if len(left) > 1 else "where_part"
            problems.append(_wrong(one.file, key, **told))
    return points, problems


def _parts(text: str) -> tuple[str, str]:
    code, _, label = text.partition(": ")
    return code, label or code


def _figures(
    one: DataSet, points: Sequence[Point], about: Mapping[str, str], sheet: str
) -> tuple[Sheet, Problems[Message]]:
    """Return a series as a wide table, a row a point, so that each keeps its place in the file."""
    # 2022.5 is half a year, and 2022.1 has lost a nought: neither is a month.
    named = {
        told: None if re.fullmatch("[0-9]+[.][0-9]+", told) else cells.period_named(told)
        for told in dict.fromkeys(point.period for point in points)
    }
    periods = [*filter(None, dict.fromkeys(named.values()))]
    often = _column(points[0].keys if points else (), "frequency")
    problems: Problems[Message] = Problems()
    heads = (*about, "status", "note")
    rows: list[tuple[int, tuple[object, ...]]] = [(1, (*heads, *periods))]
    for row, keys, told, value, said, _, action in points:
        period, status = named[told], _parts(said.strip())[0]
        status = _CALLED["codes"].get(plain_words(status), status)
        short = len(status) < 4 and status.isascii()
        codes = status.upper() if short else ""  # `bep` is three codes, a word is none
        firm = next((firm for code, firm in _CALLED["firm"].items() if code in codes), "")
        firm = firm if short else cells.flag(status)
        note = "" if status.upper() in ("", "A") else f"OBS_STATUS {status}"
        code = _parts(keys.get(often, ""))[0].upper()
        months = _CALLED["months"].get(re.sub("^A_?[0-9]+$", "A", code), 0)  # A5: every five years
        other = period and months is not None and months != Period.parse(period).months
        none = codes in _CALLED["missing"] or (status and is_missing(status))
        beside = not is_missing(value) and f"{note}, {value}"
        found = {
            "period": period is None and quoted(told),
            "action": action.upper() not in _CALLED["actions"] and f"ACTION={action}",
            "often": other and f"FREQ={code}, {told}",
            "status": not (short or firm) and beside,
            "none": none and beside,
        }
        for kind in filter(found.get, found):
            allowed = Message(f"exchange.allowed_{kind}")
            key = "row" if kind != "period" else kind
            problems.note([_wrong(one.file, key, row=row, found=found[kind], allowed=allowed)])
        filled = (value if other == period else "" for other in periods)
        rows.append((row, (*about.values(), firm, note, *filled)))
    return Sheet(sheet, tuple(rows), (1,) * len(heads) + (one.column,) * len(periods)), problems


def _when(code: str, label: str) -> str:
    """Return the period of a code or of its label; both of two that name none or another."""
    named, said = map(cells.period_named, (code, label))
    if named is None:
        return label
    return code if label == code or said == named else f"{code}: {label}"  # 2016: Jan-Sep 2016


def _unit(unit: str, multiplier: str) -> str:
    """Return a unit with what the figures are multiplied by, if anything: `PS x 10^3`."""
    if multiplier.casefold() in _CALLED["times_one"]:
        return unit
    return f"{unit} x {'10^' * multiplier.lstrip('-').isdigit()}{multiplier}".strip()


def _column(heads: Iterable[str], what: str) -> str:
    """Return the first head that is what others call something, - if none is: `Unit of measure`."""
    unit = [head for head in heads if what == "unit" and cells.meaning("columns", head) == what]
    return next((head for head in heads if head in unit or _plain(head) in _CALLED[what]), "-")


def _plain(head: str) -> str:
    return re.sub(r"[\W_]+", "_", head.casefold())


def _sdmx_csv(path: Path, _: Collection[str]) -> Iterator[DataSet]:
    """Read SDMX-CSV 1.0 or 2.0: dimensions before OBS_VALUE, attributes after it.

    What stands after it is a dimension too if it has the name of one, or if it alone tells rows of
    a period apart.
    """
    read = strict_rows(path)
    heads = [_parts(head)[0] for head in read.header]  # `GEO: Geopolitical entity`
    flow = _column(heads, "flow")
    if not {flow, "TIME_PERIOD", "OBS_VALUE"} <= set(heads) or len(set(heads)) < len(heads):
        raise ObservationError("exchange.not_sdmx", file=path)
    rows = [(n, dict(zip(heads, row, strict=True))) for n, row in read.rows]
    value, time = heads.index("OBS_VALUE"), heads.index("TIME_PERIOD")
    beside = heads[time + 1 : time + 2]  # a label of the period may stand after it
    same = {head for head in beside if all(r[head] in ("", r["TIME_PERIOD"]) for _, r in rows)}
    label = _column(beside, "time")
    no_keys = {*same, label, "TIME_PERIOD", *_CALLED["no_keys"]}
    dims = [h for h in heads[:value] if h not in no_keys]
    asked = [_column(heads, name) for name in ("unit", "multiplier", "status")]
    behind = {h for h in heads[value + 1 :] if _plain(h) not in _CALLED["attributes"]} - no_keys
    parting = {h for h in behind if _plain(h) in _CALLED["keys"]}
    behind, unread = behind.difference(asked), set[str]()
    first: dict[tuple[str, ...], dict[str, str]] = {}
    for _n, row in rows:
        series = tuple(row[name] for name in dims)
        twin, begun = (
            first.setdefault(key, row) for key in ((row["TIME_PERIOD"], *series), series)
        )
        parting |= {h for h in behind if row[h] != twin[h]}
        unread |= {h for h in behind if row[h] != begun[h]}
    dims += [h for h in heads if h in parting]
    points = []
    for n, row in rows:
        unit, scale, firm, action = (_parts(row.get(name, ""))[0] for name in (*asked, "ACTION"))
        code, said = _parts(row["TIME_PERIOD"])
        when = _when(code, row.get(label) or said)
        told = ({name: row[name] for name in dims}, when, row["OBS_VALUE"], firm)
        points.append(Point(n, *told, _unit(unit, scale), action))
    agency, _, name = (rows[0][1][flow] if rows else "").partition("(")[0].rpartition(":")
    about = f"{agency} {name}", agency, "", ""
    yield DataSet(name, path, value + 1, points, about, unread=sorted(unread - parting))


def _json_stat(path: Path, _: Collection[str]) -> Iterator[DataSet]:
    """Read a JSON-stat 2.0 dataset, values listed or by number, row-major over its dimensions."""
    import numpy as np

    try:
        read = edge.parse_json(edge.read_bytes(path, error=ObservationError))
        if read["class"] != "dataset" or not str(read["version"]).startswith("2"):
            raise ValueError
        dims = {name: read["dimension"][name]["category"] for name in read["id"]}
        values, role = [], read.get("role", {})
        for category in dims.values():  # in order, each with its label
            labels = category.get("label", {})
            index = category.get("index", list(labels))
            index = index if isinstance(index, dict) else {c: n for n, c in enumerate(index)}
            codes = sorted(index, key=index.__getitem__)
            if None in index or [index[code] for code in codes] != [*range(len(codes))]:
                raise ValueError  # of no code, or two at one place
            values.append([f"{c}: " + labels[c] if c in labels else str(c) for c in codes])
        time = (role.get("time") or [_column(dims, "time")])[0]
        if time not in dims or [*map(len, values)] != read["size"]:
            raise ValueError
        size, told = math.prod(read["size"]), read.get("status") or {}  # of each, or one for all
        told = told[0] or "" if isinstance(told, list) and len(told) == 1 else told
        same = told if isinstance(told, str) else ""
        firm = {} if isinstance(told, str) else _numbered(told, size)
        points = []
        for n, value in _numbered(read["value"], size).items():
            places = np.unravel_index(n, read["size"])
            keys = {name: of[k] for name, of, k in zip(dims, values, places, strict=True)}
            when = _when(*_parts(keys.pop(time)))
            scale = _parts(keys.get(_column(dims, "multiplier"), ""))[0]
            unit = _unit(_parts(keys.get(_column(dims, "unit"), ""))[1], scale)
            for name, one in keys.items():
                about = dims[name].get("unit", {}).get(_parts(one)[0], {})
                said = next((about[k] for k in ("label", "base", "symbol") if about.get(k)), "")
                unit = _unit(unit or str(said), str(about.get("multiplier") or ""))
            if not isinstance(status := firm.get(n, same), str | int):
                raise ValueError
            points.append(Point(n, keys, when, value, str(status), unit))
        issued = [str(read.get(name) or "") for name in ("label", "source", "href", "updated")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ObservationError("exchange.not_json_stat", file=path) from None
    issued[3], whole = issued[3][:10], dict(zip(dims, values, strict=True))
    yield DataSet(path.stem, path, 0, points, issued, whole)


def _numbered(told: Any, size: int) -> dict[int, Any]:
    if not isinstance(told, dict) and not (isinstance(told, list) and len(told) == size):
        raise ValueError
    pairs = told.items() if isinstance(told, dict) else enumerate(told)
    places = {str(n): n for n in range(size)}
    numbered = edge.once((places[str(n)], one) for n, one in pairs)
    return {n: one for n, one in numbered.items() if one is not None}


def _open_sdg(path: Path, wanted: Collection[str]) -> Iterator[DataSet]:
    """Read the wanted indicators of an Open SDG folder, or one file; of the others only the name.

    That is a folder of data, or of the site that is built of it, of which CSV comes before JSON.
    """
    forms = "data/indicator_*.csv", "data/*.csv", "comb/*.json"
    files = [path] if path.is_file() else next(filter(None, map(sorted, map(path.glob, forms))), [])
    if not files:
        there = sorted({str(one.parents[1]) for form in forms for one in path.glob(f"**/{form}")})
        below = Message("exchange.found_below", {"folders": ", ".join(there)}) if there else ""
        raise ObservationError("exchange.not_open_sdg", file=path, below=below)
    for file in files:
        name = file.stem.removeprefix("indicator_")
        if name not in wanted and len(files) > 1:
            yield DataSet(name, file)
            continue
        read, points = _combined(file) if file.suffix == ".json" else strict_rows(file), []
        if not {"Year", "Value"} <= set(read.header) or len(set(read.header)) < len(read.header):
            raise ObservationError("exchange.not_open_sdg", file=file, below="")
        said = _metadata(file.parent / ".." / "meta", name)
        measured = [_column(read.header, one) for one in ("unit", "multiplier")]
        for n, row in read.rows:
            keys = {head: cell.strip() for head, cell in zip(read.header, row, strict=True)}
            year, value = keys.pop("Year"), keys.pop("Value")
            status = keys.pop(_column(keys, "status"), "")
            unit, scale = (keys.get(name, "") for name in measured)
            points.append(Point(n, keys, year, value, status, _unit(unit or said["unit"], scale)))
        about = [*(said[one] for one in ("title", "issuer", "url")), ""]
        same = _column(read.header, "of_headline")
        alike = len({point.keys.get(same) for point in points}) == 1
        whole = {head: {""} for head in read.header if head not in (*measured, alike and same)}
        column = 0 if file.suffix == ".json" else read.header.index("Value") + 1
        yield DataSet(name, file, column, points, about, whole)


def _combined(file: Path) -> edge.Rows:
    """Read the rows of a file of a built Open SDG site, which has them by column."""
    try:
        columns = edge.parse_json(edge.read_bytes(file, error=ObservationError))["data"]
        rows = [[*map(cells.as_text, row)] for row in zip(*columns.values(), strict=True)]
        return edge.Rows(tuple(columns), tuple(enumerate(rows, 1)))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ObservationError("exchange.not_open_sdg", file=file, below="") from None


def _metadata(folder: Path, name: str) -> dict[str, str]:
    """Return what the metadata of an indicator say: YAML, or at the head of a Markdown file."""
    said: dict[str, Any] = {}
    for file in filter(edge.exists, (folder / f"{name}.{end}" for end in ("md", "yml", "json"))):
        words = edge.read_bytes(file, error=ObservationError).replace(b"\r\n", b"\n")
        try:
            head = words.decode("utf-8-sig").removeprefix("---\n").split("\n---")[0]
            said |= config.load_yaml(head) or {}
        except (ValueError, TypeError):
            raise ObservationError("exchange.not_metadata", file=file) from None
    # A list that names itself over and over would become a text without end.
    said = {name: one for name, one in said.items() if isinstance(one, str | int | float | date)}
    asked = _CALLED["metadata"].items()
    told = {ours: (said[f] for f in fields if said.get(f)) for ours, fields in asked}
    plain = {ours: re.sub("<[^>]*>", "", str(next(one, ""))) for ours, one in told.items()}
    return {ours: unescape(one).strip() for ours, one in plain.items()}


def figures_table(figures: Iterable[Observation]) -> "pd.DataFrame":
    """Return figures as the long table of a data folder, in its columns."""
    import pandas as pd

    columns, rows = [column.name for column in tables()["observations"]], []
    for one in figures:
        notes = one.note.values if one.note else {}
        said = {"note": notes.get("en"), "note_zh": notes.get("zh")}
        day = one.published.isoformat()
        known = {name: getattr(one, name, None) for name in columns}
        rows.append({**known, "period": str(one.period), "published": day, **said})
    return pd.DataFrame(rows, columns=columns)


def sdmx_table(table: "pd.DataFrame", flow: str) -> "pd.DataFrame":
    """Return the table of observations, forecasts or attainment as SDMX-CSV 2.0, a row a number.

    The numbers are those of `value`, of which of a revised figure only the last is left; or else
    all columns of numbers, by dimension STATISTIC.
    """
    keys = _CALLED["exported"][flow]
    table = table.rename(columns=lambda one: _CALLED["as_sdmx"].get(one, one.upper()))
    if "OBS_VALUE" in table:
        table = table.sort_values("PUBLISHED", kind="stable").drop_duplicates(keys, keep="last")
    else:
        numbers = [one for one in table.select_dtypes("number") if one not in keys]
        about = [one for one in table if one not in numbers]
        table = table.melt(about, numbers, "STATISTIC", "OBS_VALUE").dropna(subset="OBS_VALUE")
        table["STATISTIC"], keys = table["STATISTIC"].str.lower(), [*keys, "STATISTIC"]
    table = table.sort_values(list(keys), kind="stable")
    table["TIME_PERIOD"] = table["TIME_PERIOD"].map(_sdmx_period)
    structure = f"BCFORECAST:{flow.upper()}(1.0)"
    head = {"STRUCTURE": "dataflow", "STRUCTURE_ID": structure, "ACTION": "I"}
    first = [*head, *keys, "OBS_VALUE"]
    return table.assign(**head)[[*first, *(one for one in table if one not in first)]]


def _sdmx_period(told: object) -> str:
    """Return a period as SDMX writes it: 2021, 2021-Q3, 2023-05, 2022-01-01/P5M; a day's year."""
    text = re.sub("^([0-9]{4})-[0-9]{2}-[0-9]{2}$", r"\1", str(told)).replace("Q", "-Q")
    if "/" not in text:
        return text
    period = Period.parse(text)
    return f"{period.first}-01/P{period.months}M"
