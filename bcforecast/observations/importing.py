"""Figures from workbooks and wide tables into a data folder: what would change, then all or none.

What one sees is what is read: a hidden row or column is left out, and said. Rows are only ever
added: a revised figure is a new row, published later than the one that it revises; a final one that
was expected is one too, as what is known of it changes.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from bcforecast import cells, edge, saving, sheets
from bcforecast.errors import ObservationError, Problems
from bcforecast.observations import reading, wide
from bcforecast.observations.records import Dataset, Observation, quoted
from bcforecast.observations.selection import FIRMNESS
from bcforecast.observations.store import Store, StoreChangedError, is_url
from bcforecast.plan.fields import ENTERED
from bcforecast.text import Message

Change = Literal["new", "revised", "same"]

_READ: Final = wide.NAMED | {
    "area", "base_year", "unit", "measure", "status", "published", "published_basis", "source",
    "note",
}  # fmt: skip
_OF_GOALS: Final = wide.NAMED | {
    "area", "base_year", "unit", "comparator", "target", "due", "direction", "more", "in_all",
}  # fmt: skip
"""The columns that are read of figures, beside their periods, and of goals."""


class Imported(NamedTuple):
    """One figure of a file: where it stands, the figure, and what it is to those already there.

    `cells` are its row of the long table, `before` the figure that it revises or repeats.
    """

    place: str
    change: Change
    figure: Observation
    cells: Mapping[str, Any]
    before: Observation | None = None


@dataclass
class Import:
    """What a file would add to a data folder: figures, rows of other tables, problems, notes."""

    figures: list[Imported] = field(default_factory=list)
    rows: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    problems: Problems[Message] = field(default_factory=Problems)
    notes: list[Message] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    """The rows of other tables, as records."""

    beside: Dataset | None = None
    """The records that it was held against; None of a folder that a store took over."""

    today: date | None = None

    def refuse(
        self, path: Path, sheet: sheets.Sheet, row: int, place: int, found: object, allowed: object
    ) -> None:
        """Note what is wrong with a cell."""
        self.problems.note([sheets.wrong_cell(str(path), sheet.place(row, place), found, allowed)])

    def ahead(self, one: Any) -> Iterator[tuple[str, Message, Message]]:
        """Yield what is wrong with the day from which a row is known: stated, and to come."""
        column = next(name for name in ("published", "elicited", "date") if hasattr(one, name))
        day, last = getattr(one, column) or date.min, self.today or date.max
        if day > last and not getattr(one, "published_basis", "").startswith(wide.BY_RULE):
            allowed = Message("checks.allowed_until", {"day": last.isoformat()})
            yield column, quoted(day.isoformat()), allowed

    def leave_out(self, told: Iterable[tuple[Any, Message]]) -> None:
        """Note what cannot be, and leave out all figures of the series that each is of."""
        wrong = [*told]
        self.problems.note(said for _, said in wrong)
        series = {(one.area, one.indicator) for one, _ in wrong}
        self.figures = [one for one in self.figures if _key(one.figure)[:2] not in series]

    @property
    def added(self) -> list[Imported]:
        """The figures that the folder does not have yet."""
        return [one for one in self.figures if one.change != "same"]

    @property
    def new_rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """The rows to be added, by table; sources come first, so that no figure lacks its own.

        What a table does not say of a measure is left to the plan, whose `kind` may be mended.
        """
        figures = [one.cells for one in self.added]
        figures = [{**one, "measure": one.get("measure_said", one["measure"])} for one in figures]
        rows = {**self.rows, "observations": [*self.rows.get("observations", ()), *figures]}
        return {name: rows[name] for name in sorted(rows, key="sources".__ne__) if rows[name]}


def read_import(
    path: Path,
    dataset: Dataset,
    *,
    source: str = "",
    published: date | None = None,
    tables: sheets.Tables | None = None,
    correction: tuple[str, str] | None = None,
    decimal: cells.Decimals | None = None,
    has_goals: bool = False,
    today: date | None = None,
) -> Import:
    """Read a file and hold it against what a data folder has.

    Of a workbook or wide CSV every table is read by its heads: figures (an indicator a row, a
    period a column), sources, judgements, delivery; other files come as the
    `tables` that `exchange` read. Figures that name no `source` have this one, or else the first of
    the folder or file, and were `published` on this day, or else by the rule of the table: an
    assumption, so that one that revises another needs its day. With a `correction`, by its author
    and reason, one that differs was written wrong and is no revision. The `decimal`
    mark is that which its figures leave no doubt of, unless given. A file that `has_goals`, which
    were read from it, may have no figures. What is known from a day after `today` is refused.
    """
    read = tables or sheets.read_sheets(path)
    result = Import(notes=[*read.notes], problems=Problems(read.problems), today=today)
    planned = wide.planned_indicators(dataset.folder)
    found: list[_Table] = []
    goals = False
    for sheet in (_by_year(one, planned if has_goals else ()) for one in read.sheets):
        there = _tables(sheet, planned) or _tables(_turned(sheet, planned), planned)
        found += there
        heads = [[cells.meaning("columns", one) or "" for one in given] for _, given in sheet.rows]
        goal_heads = {"indicator" if has_goals else "comparator", "target"}
        at = next((n for n, one in enumerate(heads) if goal_heads <= {*one}), None)
        goals |= at is not None
        if sheet.rows and not there and at is None:
            result.notes.append(Message("cells.sheet_unread", {"sheet": sheet.name}))
        elif at is not None and not there:
            rows = sheet.rows[at], sheet.rows[at + 1 :]
            result.notes += _unread(sheet, *rows, heads[at], read=_OF_GOALS)
    if not (found or result.problems or goals):
        near = (one for sheet in read.sheets for one in _near_table(sheet, planned))
        said = next(near, Message("cells.no_table"))
        raise ObservationError(said.key, **said.values, file=path)
    known = [*dataset.sources]
    for table in sorted(found, key=lambda table: table[0] != "sources"):
        if table[0] != "figures":
            _read_other(path, table, dataset, known, result)
    day = "" if published is None else published.isoformat()
    defaults = wide.Defaults(planned, source or next(iter(known), ""), day)
    for table in found:
        if table[0] == "figures":
            _, sheet, top, body, *_ = table
            named = wide.heads_of(top[1], planned)
            read_of = _READ | _OF_GOALS if has_goals else _READ
            result.notes += _unread(sheet, top, body, named, read=read_of)
            result.notes += () if has_goals else _notes(sheet, body)
            _read_figures(
                path, table, defaults, dataset, known, result, correction=correction, mark=decimal
            )
    # Reports that stand may be of a day since that which is assumed.
    until = date.min if today is None else today - timedelta(days=365)
    ruled = (one for one in result.added if one.figure.published_basis.startswith(wide.BY_RULE))
    ago = (one for one in ruled if one.figure.published < until)
    later = [one for one in ago if _was_last(one.figure, dataset)]
    if first := min(later, key=lambda one: one.figure.published, default=None):
        told = {"count": len(later), "cell": first.place, "day": first.figure.published}
        result.notes.append(Message("cells.known_from", told))
    return result


def _was_last(one: Observation, dataset: Dataset) -> bool:
    """Whether a figure is of a later period than all that were known on the day of its own."""
    series = dataset.series.get((one.area, one.indicator), ())
    known = [figure.period.last for figure in series if figure.published <= one.published]
    return bool(known) and max(known) < one.period.last


def _by_year(sheet: sheets.Sheet, planned: Sequence[wide.KnownIndicator]) -> sheets.Sheet:
    """Return a sheet with figures whose years stand in a column beside them in columns of years.

    A column of areas of which none is one of those `planned` says themes, and is left unread.
    """
    is_head = (n for n, (_, one) in enumerate(sheet.rows) if wide.NAMED & {*map(_column, one)})
    if (top := next(is_head, None)) is None:
        return sheet
    row, given = sheet.rows[top]
    named, heads, blank = [*map(_column, given)], [*given], [""] * len(given)
    below = [(n, (*one, *blank[len(one) :])) for n, one in sheet.rows[top + 1 :]]
    if planned and "area" in named:
        n, areas = named.index("area"), {word for k in planned for word in (k.area, *k.called)}
        said = {cells.plain_words(one[n]) for _, one in below} - {""}
        heads[n] = f"({cells.as_text(heads[n])})" if said and not said & areas else heads[n]
    if not {"base", "base_year"} <= {*named}:
        return replace(sheet, rows=(*sheet.rows[:top], (row, tuple(heads)), *below))
    value, year = map(named.index, ("base", "base_year"))
    told = (cells.as_text(one[year]) for _, one in below if cells.as_text(one[value]))
    years = [*dict.fromkeys(told)]
    shown = [y if re.search("[0-9]", y) else f"{heads[value]} {y}".strip() for y in years]

    def spread(one: Sequence[Any], told: Sequence[Any]) -> tuple[Any, ...]:
        return (*one[:value], *told, *one[value + 1 :])

    def figures(one: Sequence[object]) -> list[object]:
        return [one[value] if cells.as_text(one[year]) == at else "" for at in years]

    rows = [(n, spread(one, figures(one))) for n, one in below]
    rows[:0] = [*sheet.rows[:top], (row, spread(heads, shown))]
    columns = spread(sheet.columns, [sheet.columns[value]] * len(years))
    return replace(sheet, rows=tuple(rows), columns=columns)


def _column(head: object) -> str:
    known = cells.among("known", head) or cells.among("reported", head)
    return cells.meaning("columns", head) or "base" * known


def _near_table(sheet: sheets.Sheet, planned: Sequence[wide.KnownIndicator]) -> Iterator[Message]:
    """Yield of each row that lacks but one head of a table what it lacks."""
    for row, given in sheet.rows:
        named = wide.heads_of(given, planned)
        if (years := sum(map(wide.is_period, named)) > 1) or wide.NAMED & {*named}:
            lacks = Message(f"cells.lacks_{'indicator' if years else 'year'}")
            heads = ", ".join(filter(None, map(cells.as_text, given)))
            yield Message("cells.no_table_but", {"row": row, "heads": heads, "lacks": lacks})


def _turned(sheet: sheets.Sheet, planned: Sequence[wide.KnownIndicator]) -> sheets.Sheet:
    """Return a sheet with a period a row and an indicator a column the other way about.

    It begins where columns have names that are known, with the units said above these.
    """
    names = {one for known in planned for one in (known.indicator, *known.names, *known.bare)}
    for top, (_, given) in enumerate(sheet.rows):
        called = (name for one in given[1:] for name in (one, cells.unit_behind(one)[0]))
        if names & set(map(cells.plain_words, called)):
            rows = [(row, (*one, *[""] * len(sheet.columns))) for row, one in sheet.rows[top:]]
            lines = (one for n, (_, one) in enumerate(sheet.rows) if n < top or _lone(one))
            above = [one for line in lines for one in line if cells.unit_told(one)]
            numbers, body = zip(*rows, strict=True)
            (first, heads), *series = zip(sheet.columns, zip(*body, strict=False), strict=False)
            below = [cells.as_text(one) or "unit" for one in heads[1:2]]  # of names stand units
            heads = ("indicator", *below, *heads[2:])
            turned = (0, tuple(above)), (first, heads), *series
            return replace(sheet, rows=turned, columns=numbers, turned=True)
    return replace(sheet, rows=())


_Row = tuple[int, tuple[object, ...]]
_Table = tuple[str, sheets.Sheet, _Row, list[_Row], dict[int, str], dict[int, str]]


def _tables(sheet: sheets.Sheet, planned: Sequence[wide.KnownIndicator]) -> list[_Table]:
    """Return the tables of a sheet: what each is, heads, rows below, units of rows by lines above.

    Last is what stands directly above heads of periods, and above no other head. A table of figures
    ends where other heads of figures stand below those of its indicators.
    """
    found: list[_Table] = []
    unit, place, below = cells.unit_told(sheet.name), 0, ""
    before: _Row = (0, ())
    for row, given in sheet.rows:
        heads = _dated(given, planned)
        last = found[-1] if found else None
        again = last and cells.meaning("columns", (*given[place:], "")[0]) in wide.NAMED
        named = wide.heads_of(heads, planned) if again or last is None else list[str]()
        kinds = {
            "figures": wide.is_wide(named),
            "judgements": {"q10", "q50", "q90", "expert"} <= set(named),
            "delivery": {"code", "status", "evidence"} <= set(named),
            "sources": {"code", "title", "issuer"} <= set(named),
        }
        kind = next(filter(kinds.get, kinds), "")
        told = not last or _lone(given)
        words = map(cells.unit_told if told and not kind else cells.unit_said, given)
        said = "、".join(dict.fromkeys(filter(None, words)))
        if said and (told or not re.search("[0-9]", " ".join(map(cells.as_text, given)))):
            unit = below = said
            continue
        below = ""
        if kind and (last is None or last[0] == kind == "figures"):
            over = [*map(cells.as_text, before[1])] if before[0] == row - 1 and not last else []
            single = {n: one for n, one in enumerate(over) if wide.is_period(named[n])}
            beside = {"", *(one for n, one in enumerate(over) if n not in single)}
            single = {n: one for n, one in single.items() if one not in beside}
            found.append((kind, sheet, (row, heads), [], {}, single))
            place = next((n for n, one in enumerate(named) if one in wide.NAMED), 0)
        elif last is not None:
            last[3].append((row, given))
            last[4][row] = unit
        before = row, given
    if below and found and found[-1][0] == "figures":  # a note below
        found[-1][4].update(dict.fromkeys(found[-1][4], below))
    return found


def _lone(given: Sequence[object]) -> bool:
    return len({*map(cells.as_text, given)} - {""}) == 1


def _dated(given: Sequence[object], planned: Sequence[wide.KnownIndicator]) -> tuple[object, ...]:
    """Return heads of which dates are months; years where each is the last day of one."""
    days, fiscal = [one for one in given if isinstance(one, date)], wide.fiscal_of(planned)
    ends = [one for one in days if fiscal and fiscal.last_day(one.year) == one]
    if len(days) > 1 and ends == days and fiscal:
        return tuple(fiscal.called(c.year) if isinstance(c, date) else c for c in given)
    yearly = len(days) > 1 and all((one.month, one.day) == (12, 31) for one in days)
    form = "%Y" if yearly else "%Y-%m"
    return tuple(f"{c:{form}}" if isinstance(c, date) else c for c in given)


def _unread(
    sheet: sheets.Sheet, top: _Row, body: Sequence[_Row], named: Sequence[str], *, read: Set[str]
) -> Iterator[Message]:
    """Yield a note that names columns that are no period and not `read`, if any has cells."""
    row, heads = top
    named = [one if one in read or wide.is_period(one) else "" for one in named]
    unread = [
        f"{sheet.place(row, n)} “{cells.as_text(heads[n])}”"
        for n in wide.unread_columns(named, heads)
        if any(cells.as_text(given[n]) for _, given in body if given[n:])
    ]
    if unread:
        yield Message("cells.columns_unread", {"columns": ", ".join(unread)})


def _notes(sheet: sheets.Sheet, body: Sequence[_Row]) -> Iterator[Message]:
    """Yield what rows say that are notes: 注：2023年为快报数."""
    for below, cell in body:
        lone = [(n, words) for n, words in enumerate(map(cells.as_text, cell)) if words]
        head, colon, _ = (
            lone[0][1].replace("：", ":").partition(":") if len(lone) == 1 else ("", "", "")
        )
        if colon and cells.meaning("columns", head) == "note":
            about = {"cell": sheet.place(below, lone[0][0]), "words": lone[0][1]}
            yield Message("cells.note_unread", about)


def _file(path: Path, sheet: sheets.Sheet) -> str:
    return f"{path}!{sheet.name}" if sheet.name else str(path)


def _read_figures(
    path: Path,
    table: _Table,
    defaults: wide.Defaults,
    dataset: Dataset,
    known_sources: Sequence[str],
    result: Import,
    *,
    correction: tuple[str, str] | None,
    mark: cells.Decimals | None,
) -> None:
    _, sheet, (top, heads), body, units, above = table
    named = wide.heads_of(heads, defaults.planned)
    columns = {head: place for place, head in enumerate(named) if head}
    if len({*above.values()}) == 1 < len(above) == sum(map(wide.is_period, named)):
        said = {"sheet": sheet.name, "row": top - 1, "text": next(iter(above.values()))}
        result.notes.append(Message("cells.row_unread", said))
        above = {}
    if above:
        result.refuse(path, sheet, top - 1, next(iter(above)), *wide.two_heads(above.values()))
    right = {*dataset.sources, *(row["source"] for row in result.rows.get("sources", ()))}
    given_units = replace(defaults, units=units)
    entries, bad = wide.unroll(
        (top, heads), body, given_units, mark=mark, asking=True, semicolons=sheet.semicolons
    )
    entries = [one for one in entries if one[1] not in above]
    blank = [
        (row, n, cell)
        for row, one in body
        for n, (head, cell) in enumerate(zip(named, one, strict=False))
        if wide.is_period(head) and cells.as_text(cell) and cells.is_missing(cell)
    ]
    if blank:
        row, place, cell = blank[0]
        about = {"count": len(blank), "cell": sheet.place(row, place), "found": quoted(str(cell))}
        result.notes.append(Message("cells.blank", about))
    given = dict(body)
    told_above = {(top, n) for n in above}
    for row, place, *told in (one for one in bad if one[:2] not in told_above):
        result.refuse(path, sheet, row, place, *told)
    result.problems.more += bad.more
    # Editions of one figure that a file has itself, by the days that it states for them.
    entries.sort(key=lambda one: (one[2]["published_basis"] == "stated") * one[2]["published"])
    first_at = {_key(one.figure): one for one in result.figures}
    leaders = {key[:2]: one.figure for key, one in first_at.items()}
    for row, place, made in entries:
        figure, wrong = reading.read_row("observations", made, row=row, file=_file(path, sheet))
        if figure is not None:
            earlier = dataset.series.get((figure.area, figure.indicator), ())
            of_period = [f for f in earlier if _key(f) == _key(figure)]
            twin = first_at.get(_key(figure))
            if twin and twin.figure.published < figure.published and not correction:
                of_period = sorted([*of_period, twin.figure], key=attrgetter("published"))
                twin = None
            before = of_period[-1] if of_period else None
            ours, theirs = (repr((f.value, f.lower, f.upper)) for f in (figure, before or figure))
            # One that was expected, and is final now, is a row of its own; so is what was final.
            alike = ours == theirs and figure.status in {f.status for f in of_period}
            editions = (
                (repr((f.value, f.lower, f.upper)), f.status, f.published) for f in of_period
            )
            alike |= not correction and (ours, figure.status, figure.published) in editions
            firmest = max(of_period, key=lambda f: FIRMNESS[f.status], default=figure)
            if not alike and FIRMNESS[figure.status] < FIRMNESS[firmest.status]:
                firm = Message(f"observations.status_{figure.status}")
                at = {"cell": sheet.place(row, place), "status": firm, "figure": figure.in_words()}
                there = Message("observations.there", {"file": firmest.file, "row": firmest.row})
                result.notes.append(Message("cells.less_firm", {**at, "there": there}))
            final = before is not None and FIRMNESS[figure.status] > FIRMNESS[before.status]
            change: Change = "new" if before is None else "same" if alike else "revised"
            one = Imported(sheet.place(row, place), change, figure, made, before)
            wrong += result.ahead(figure)
            leader = leaders.setdefault(_key(figure)[:2], (*earlier, figure)[0])
            mine = (k for k in defaults.planned if (k.area, k.indicator) == _key(figure)[:2])
            beyond = next(filter(None, (one.refuses(figure) for one in mine)), None)
            if beyond is None and figure.source not in known_sources:
                beyond = "source", Message("observations.allowed_source")
            elif beyond is None and leader.unit != figure.unit:
                said = {"unit": leader.unit, "row": leader.row}
                beyond = "unit", Message("observations.allowed_same_unit", said)
            if beyond is not None:
                column, allowed = beyond
                cell = made[column] if column else cells.as_text(given[row][place])
                wrong = [(column, quoted(cell), allowed)]
            elif twin is not None:
                allowed = Message("cells.allowed_once_at", {"cell": twin.place})
                wrong = [("", Message("observations.found_duplicate"), allowed)]
            elif correction and before and ours != theirs and not alike:
                # It takes the place of the row that was wrong, and was known when that was.
                day, basis = before.published.isoformat(), before.published_basis
                said = dict(zip(("author", "reason"), correction, strict=True))
                said |= {"published": day, "published_basis": basis}
                one = one._replace(cells={**made, **said, "corrects": before.row})
            elif (
                before and ours != theirs and not alike
                and (figure.published, final) <= (before.published, False)
            ):  # fmt: skip
                values = {"ours": figure.in_words(), "theirs": before.in_words()}
                found = Message("cells.found_revised", {**values, "day": before.published})
                wrong = [("", found, Message("cells.allowed_revised"))]
        for column, *told in wrong:
            result.refuse(path, sheet, row, columns.get(column, place), *told)
        if wrong:
            continue
        first_at[_key(figure)] = one
        if figure.source in right:  # what is wrong with the source is told where it is listed
            result.figures.append(one)


def _key(figure: Observation) -> tuple[Any, ...]:
    return figure.area, figure.indicator, figure.period, figure.measure


def _read_other(
    path: Path, table: _Table, dataset: Dataset, known: list[str], result: Import
) -> None:
    """Read a sheet of sources, judgements or delivery, rows of which are rows of the table.

    Its sources are `known` from then on, also those with a wrong field.
    """
    name, sheet, (_, heads), body, *_ = table
    named = [cells.meaning("columns", head) or "" for head in heads]
    code = {"sources": "source", "judgements": "indicator", "delivery": "measure"}[name]
    places = {code if head == "code" else head: n for n, head in enumerate(named) if head}
    planned = wide.planned_indicators(dataset.folder)
    filled = "q10" if name == "judgements" else "status"
    for row, found in body:
        said = {column: edge.unguarded(cells.as_text(found[n])) for column, n in places.items()}
        if not any(said.values()) or cells.EXAMPLE in map(cells.plain_words, said.values()):
            continue
        if unknown := [n for n in places.values() if isinstance(found[n], Message)]:
            for n in unknown:
                result.refuse(path, sheet, row, n, found[n], Message("errors.kind_str"))
            continue
        if name != "sources" and not said.get(filled):  # a row that is offered, and left as it is
            continue
        if name == "judgements":
            areas = (one.area for one in planned if one.indicator == said["indicator"])
            said["area"] = said.get("area") or next(areas, "")
        elif name == "delivery":
            said["status"] = cells.meaning("delivery", said["status"]) or said["status"]
            said["source"] = said.get("source") or next(iter(known), "")
        elif (ours := dataset.sources.get(said["source"])) is not None:
            texts: dict[str, list[object]] = {"url": [ours.url]}
            texts |= {one: [*getattr(ours, one).values.values()] for one in ("title", "issuer")}
            differ = [c for c, one in texts.items() if said.get(c, "") not in ("", *one)]
            if ours.verification != ENTERED:
                for column in filter(lambda column: any(texts[column]), differ):
                    listed = ", ".join(map(str, texts[column]))
                    allowed = Message("cells.allowed_source", {"text": listed})
                    result.refuse(path, sheet, row, places[column], quoted(said[column]), allowed)
                continue
            if not differ and said.get("verification", "") in ("", ENTERED):
                continue
            # Where figures are from that were only entered is told by a later row.
            said |= {c: said.get(c) or str(next(iter(one), "")) for c, one in texts.items()}
        else:
            known.append(said["source"])
        given = {c.name: said.get(c.name, "") for c in reading.tables()[name]}
        one, wrong = reading.read_row(name, given, row=row, file=_file(path, sheet))
        wrong += [] if one is None else result.ahead(one)
        if name == "delivery" and one is not None and one.source not in known:
            wrong = [("source", quoted(one.source), Message("observations.allowed_source"))]
        if one is not None and (twin := _twin(name, one, dataset, result)) is not None:
            there = Message("observations.there", {"file": twin.file, "row": twin.row})
            once = Message("observations.allowed_once", {"there": there})
            column = reading.UNIQUE[name][0]
            wrong = [(column, quoted(getattr(one, column)), once)]
        for column, *told in wrong:
            result.refuse(path, sheet, row, places.get(column, 0), *told)
        if not wrong and (name == "sources" or one not in getattr(dataset, name)):
            result.rows.setdefault(name, []).append(given)
            result.others.append(one)


def _twin(name: str, one: Any, dataset: Dataset, result: Import) -> Any:
    """Return the row of a folder or file that no row may stand beside, or None; not the same one.

    Of the sources of the folder is told before.
    """
    key = attrgetter(*reading.UNIQUE[name])
    told = [o for o in result.others if type(o) is type(one)]
    before = () if name == "sources" else (o for o in getattr(dataset, name) if o != one)
    named = (o for o in (*before, *told) if getattr(o, "verification", "") != ENTERED)
    return next((o for o in named if key(o) == key(one)), None)


def import_file(
    path: Path,
    data_dir: Path | str,
    *,
    series: frozenset[tuple[str, str]] = frozenset(),
    dry_run: bool = False,
    skip_bad: bool = False,
    refused: Callable[[Import], Iterable[tuple[Any, Message]]] = lambda _: (),
    **asked: Any,
) -> Import:
    """Read a file, and add what is new or revised to a data folder or store: all of it or nothing.

    Two imports at once lose nothing: the second is held against what the first has written. With
    `dry_run` nothing is written; with `skip_bad` what is right is written although something else
    is wrong. The folder's figures of `series`, by area and indicator, are kept `beside`; of what is
    read, `refused` returns what cannot be, with why: nothing of its series is right then. `asked`
    goes to `read_import`. Into a store, `path` may be a data folder.
    """
    if is_url(data_dir):
        into, tries = Store.at(data_dir), 0
        while True:
            with saving.passing_folder("bcforecast-import-") as place:
                last = into.check_out(place, begins=True)
                if path.is_dir() and "tables" not in asked:
                    found = _taken_over(path, place, **asked)
                else:
                    found = _held_against(path, place, series, **asked)
                found.leave_out(refused(found))
            if dry_run or (found.problems and not skip_bad):
                return found
            try:
                into.append(found.new_rows, after=last)
                return found
            except StoreChangedError:  # somebody else was quicker
                tries += 1
                if tries == _TRIES:
                    raise
    folder = Path(data_dir)
    if asked.get("correction") or (path.is_dir() and "tables" not in asked):
        raise ObservationError("store.only_store", folder=folder)
    with nullcontext() if dry_run else saving.alone_in(folder):
        found = _held_against(path, folder, series, **asked)
        found.leave_out(refused(found))
        if not dry_run and (skip_bad or not found.problems):
            append_rows(folder, found.new_rows)
    return found


_TRIES: Final = 50
"""How often an import into a store begins anew."""


def _held_against(
    path: Path, folder: Path, series: frozenset[tuple[str, str]], **asked: Any
) -> Import:
    """Read an import into a folder, of which only figures of `series` and of its own are kept."""
    while True:  # which are its own is known once it is read
        dataset, problems = reading.read_folder(folder, reading.Skimmed(series=series))
        if problems:
            raise problems[0]
        found = read_import(path, dataset, **asked)
        found.beside = dataset
        own = {(one.figure.area, one.figure.indicator) for one in found.figures}
        if own <= series:
            return found
        series |= own


def _taken_over(path: Path, folder: Path, **asked: Any) -> Import:
    """Return what a data folder has and that of a store has not, if both fit together."""
    result = Import()
    for one in (path, folder):
        reading.load_observations(one)
    for name in reading.tables():
        theirs, ours = (_rows(one, name) for one in (path, folder))
        known = {frozenset(row.items()) for row in ours}
        result.rows[name] = [row for row in theirs if frozenset(row.items()) not in known]
    append_rows(folder, result.rows)
    both = reading.load_observations(folder)
    if edge.exists(path / reading.WIDE):
        read = read_import(path / reading.WIDE, both.dataset, **asked)
        result.figures, result.problems = read.figures, read.problems
    return result


def _table_of(folder: Path, name: str) -> Path:
    path = folder / f"{name}.csv"
    if not path.exists() and path.with_suffix(".parquet").exists():
        raise ObservationError("cells.only_parquet", file=path.with_suffix(".parquet"))
    return path


def _rows(folder: Path, name: str) -> list[Mapping[str, str]]:
    """Return the rows of a table of a folder that is right, without their empty cells."""
    path = _table_of(folder, name)
    (_, header), *rows = sheets.csv_rows(path) if path.is_file() else [(0, [])]
    return [{k: v for k, v in zip(header, row, strict=False) if v} for _, row in rows]


def append_rows(data_dir: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Add rows to tables of a data folder, by name and in the order given; each file is replaced.

    What stands there is left as it is.
    """
    with saving.writing(data_dir):
        tables = {_table_of(data_dir, name): name for name in rows}
        added = {saving.resolved(f): _added(f, name, rows[name]) for f, name in tables.items()}
        saving.replace_files(added, behind=True)


def _added(path: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the rows as they stand behind what a file of the table holds, if there is one."""
    header, first, last = [column.name for column in reading.tables()[name]], b"", b""
    if path.exists():
        _, header = next(sheets.csv_rows(path), (0, header))
        with edge.opened(path, error=ObservationError) as file:
            first = file.readline()
            file.seek(-bool(first), os.SEEK_END)
            last = file.read()
    end = "\r\n" if first.endswith(b"\r\n") else "\n"
    before = end * (last != b"\n") if first else ",".join(header) + end
    added = ([row.get(column, "") for column in header] for row in rows)
    return (before + edge.rows_text(added, end=end)).encode()
