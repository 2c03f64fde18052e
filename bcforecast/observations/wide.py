"""Tables with an indicator a row and a period a column, turned into rows of the long table.

`figures.csv` of a data folder and the sheets of a workbook are such tables. What a row does not
say follows from the plans beside the table and from rules: status official, published on 31 March
of the next year (assumed), the first source that is listed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from bcforecast.cells import (
    EXAMPLE,
    column_named,
    period_named,
    plain_words,
    read_figure,
    unit_names,
)
from bcforecast.csv_text import unguarded
from bcforecast.edge import parse_day, read_bytes
from bcforecast.errors import BcforecastError, ObservationError
from bcforecast.observations.records import Period
from bcforecast.text import Message, unit_of

RULE: Final = "+1-03-31"
"""When a year's figure is published unless its table says so: on 31 March of the next year."""


class KnownIndicator(NamedTuple):
    """What a plan says of an indicator: whose it is, its unit, how it is counted, its names."""

    area: str
    indicator: str
    unit: str
    measure: str
    names: frozenset[str]


_NO_PLAN: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def planned_indicators(folder: Path) -> tuple[KnownIndicator, ...]:
    """Return the indicators of the plans of a data folder, as far as these can be read.

    The plans are checked elsewhere, above this floor; here a plan that is none says nothing.
    """
    import yaml

    found: list[KnownIndicator] = []
    for path in sorted((folder / "plans").glob("*.yaml")):
        try:
            plan = yaml.safe_load(read_bytes(path).decode("utf-8-sig"))
            goals = [goal for goal in plan.get("goals") or () if isinstance(goal, dict)]
            events = {g.get("indicator") for g in goals if g.get("comparator") == "event"}
            for one in plan["indicators"]:
                told = one.get("names", one.get("name"))
                words = told.values() if isinstance(told, dict) else [told]
                names = frozenset(plain_words(name) for name in words)
                unit = str(one["unit"])
                kind = one.get("kind", "event" if one["id"] in events else "")
                measure = _measure(str(kind), unit)
                found.append(
                    KnownIndicator(str(plan["area"]), str(one["id"]), unit, measure, names)
                )
        except (BcforecastError, yaml.YAMLError, *_NO_PLAN):
            continue
    return tuple(found)


def _measure(kind: str, unit: str) -> str:
    """Return how figures of a kind of indicator are counted."""
    if not kind:
        return unit_of(unit).usual_measure
    # As goals ask for it: what has come to exist is counted at a date, entries over a year.
    return {"event": "stock", "admissions": "flow", "index": "ratio"}.get(kind, kind)


class BadCell(NamedTuple):
    """What is wrong with a cell of a wide table, by row and place in it, from 0."""

    row: int
    place: int
    found: Message
    allowed: Message


class Entry(NamedTuple):
    """A figure of a wide table: where it stands, and its cells as a row of the long table."""

    row: int
    place: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Defaults:
    """What a table does not say: indicators of the plans, the source, the rule of publication."""

    planned: tuple[KnownIndicator, ...] = ()
    source: str = ""
    published: str = ""


@dataclass
class Unrolled:
    """What a wide table holds, figure by figure, and what is wrong with it."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[BadCell] = field(default_factory=list)


def heads_of(header: Sequence[object]) -> list[str]:
    """Return what each column is: a name of ours, a period, or empty where it is neither."""
    return [column_named(head) or period_named(head) or "" for head in header]


def is_wide(heads: Sequence[str]) -> bool:
    """Whether a row of heads is that of a table of figures."""
    return bool({"indicator", "code"} & set(heads)) and any(map(_is_period, heads))


def _is_period(head: str) -> bool:
    return head[:1].isdigit()


def unroll(
    header: Sequence[object], body: Iterable[tuple[int, Sequence[object]]], defaults: Defaults
) -> Unrolled:
    """Turn a wide table into rows of the long one.

    `body` are numbered rows. A text that is more than a number ("about 40") is kept as the note.
    """
    heads, result = heads_of(header), Unrolled()
    for row, given in body:
        said = {
            head: as_text(cell)
            for head, cell in zip(heads, given, strict=False)
            if head and not _is_period(head) and as_text(cell)
        }
        if plain_words(said.get("code", said.get("indicator", ""))) == EXAMPLE:
            continue
        figures = [
            (place, head, cell)
            for place, (head, cell) in enumerate(zip(heads, given, strict=False))
            if _is_period(head) and as_text(cell)
        ]
        if any(map(as_text, given[len(heads) :])):
            # What a thousands mark without quotes makes of a number, and moves all that follows.
            found, allowed = (
                Message(f"observations.{key}_cells", {"n": n})
                for key, n in (("found", len(given)), ("allowed", len(heads)))
            )
            result.problems.append(BadCell(row, len(heads) - 1, found, allowed))
            continue
        if not figures:
            continue
        try:
            about = _about(said, defaults)
        except ObservationError as error:
            wrong = [n for n, head in enumerate(heads) if head in ("indicator", "code")]
            values = error.message.values
            result.problems.append(BadCell(row, wrong[0], *_found(values)))
            continue
        for place, head, cell in figures:
            try:
                cells = _long(about, Period.parse(head), cell)
            except ObservationError as error:
                result.problems.append(BadCell(row, place, *_found(error.message.values)))
                continue
            if cells is not None:
                result.entries.append(Entry(row, place, cells))
    return result


def _found(values: Mapping[str, Any]) -> tuple[Message, Message]:
    return values["found"], values["allowed"]


def as_text(cell: object) -> str:
    """Return a cell as a row of the long table has it; a day as in files."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return "" if cell is None else unguarded(str(cell).strip())


def _about(said: Mapping[str, str], defaults: Defaults) -> dict[str, str]:
    """Return what holds for all figures of a row of a wide table."""
    wanted = said.get("code") or said.get("indicator", "")
    area = said.get("area", "")
    fits = [
        one
        for one in defaults.planned
        if (wanted == one.indicator or plain_words(wanted) in one.names) and area in ("", one.area)
    ]
    complete = {"area", "unit", "measure"} <= said.keys() and re.fullmatch(
        "[a-z][a-z0-9_-]*", wanted
    )
    if len({(one.area, one.indicator) for one in fits}) != 1 and not (complete and not fits):
        known = ", ".join(sorted({one.indicator for one in defaults.planned})) or "-"
        key = "cells.allowed_one_area" if fits else "cells.allowed_indicator"
        found = Message("observations.quoted", {"text": wanted})
        raise ObservationError("cells.unread", found=found, allowed=Message(key, {"known": known}))
    one = (
        fits[0]
        if fits
        else KnownIndicator(area, wanted, said["unit"], said["measure"], frozenset())
    )
    unit = one.unit if not fits else _same_unit(said.get("unit"), one.unit)
    if unit != one.unit:
        found = Message("observations.quoted", {"text": unit})
        raise ObservationError(
            "cells.unread", found=found, allowed=Message("cells.allowed_unit", {"unit": one.unit})
        )
    rule = said.get("published") or defaults.published or RULE
    return {
        "area": one.area,
        "indicator": one.indicator,
        "unit": unit,
        "measure": said.get("measure", one.measure),
        "status": said.get("status", ""),
        "published": rule,
        "published_basis": said.get("published_basis", ""),
        "source": said.get("source", defaults.source),
        "note": said.get("note", ""),
    }


def _same_unit(said: str | None, unit: str) -> str:
    """Return the plan's unit if the table names it, in any language, or names none."""
    return unit if said is None or plain_words(said) in unit_names(unit) else said


def _long(about: Mapping[str, str], period: Period, cell: object) -> dict[str, str] | None:
    figure = read_figure(cell, unit=about["unit"])
    if figure is None:
        return None
    day, basis = published_by(about["published"], period)
    plain = figure.status == "official" and not math.isnan(figure.value)
    return {
        **about,
        "period": str(period),
        "value": _digits(figure.value),
        "lower": _digits(figure.lower),
        "upper": _digits(figure.upper),
        "status": about["status"] or figure.status,
        "published": day.isoformat(),
        "published_basis": about["published_basis"] or basis,
        "note": about["note"] or ("" if plain else str(cell).strip()),
        "note_zh": "",
    }


def _digits(number: float) -> str:
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def published_by(rule: str, period: Period) -> tuple[date, str]:
    """Return when a figure was published, and on what basis that is said.

    `rule` is a day, which is then stated, or such as `+1-03-31`: that day of the year after the
    period's, which is assumed. A figure of less than a year is assumed to appear at the end of the
    month after it, if that is earlier.
    """
    allowed = Message("cells.allowed_published", {"rule": RULE})
    wrong = Message("observations.quoted", {"text": rule})
    told = re.fullmatch(r"\+([0-9])-([0-9]{2}-[0-9]{2})", rule)
    try:
        if told is None:
            return parse_day(rule), "stated"
        day = parse_day(f"{period.last.year + int(told[1])}-{told[2]}")
    except ValueError:
        raise ObservationError("cells.unread", found=wrong, allowed=allowed) from None
    if period.months < 12:
        month_after = (period.last_day + timedelta(days=1)).replace(day=28) + timedelta(days=4)
        day = min(day, month_after - timedelta(days=month_after.day))
    return day, f"assumed: by the rule {rule} of the table"
