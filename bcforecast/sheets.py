"""The sheets of a workbook, or one table as CSV: their cells as a person sees them.

And tables of goals as plans print them, whose columns are brought into those of ours (`as_asked`).
"""

import io
import math
import re
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from typing import Any, Final, NamedTuple

from bcforecast import cells, edge
from bcforecast import text as wording
from bcforecast.cells import AsFormatted, Decimals, as_text, period_named, plain_words
from bcforecast.errors import ObservationError, one_line
from bcforecast.text import Message


@dataclass(frozen=True)
class Sheet:
    """A sheet as cells: its name, and its numbered rows, whose cells name themselves in `at`.

    A column 0 is none: its values stand in a list. Of one that is `turned` they are each other's.
    """

    name: str
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    columns: tuple[int, ...]
    turned: bool = False
    semicolons: bool = False
    """Whether these stood between its cells, as where commas mark decimals."""

    def at(self, row: int, place: int) -> str:
        """Return the address of the cell at a place of a row: `D7`."""
        from openpyxl.utils import get_column_letter

        column = self.columns[place]
        if self.turned:
            row, column = column, row
        return f"{get_column_letter(column)}{row}" if column else f"value[{row}]"


class Tables(NamedTuple):
    """What a file holds: sheets, what is to be said of them, what is wrong with it already."""

    sheets: Sequence[Sheet]
    notes: Sequence[Message] = ()
    problems: Sequence[Message] = ()


LARGEST: Final = 1 << 25
"""Bytes of the largest workbook; unpacked it may be twenty times as large."""

LARGEST_MERGED: Final = 10**6
"""Cells that are merged with others, each of which openpyxl makes an object of."""

_WIDE: Final = Message("observations.allowed_wide")

csv_rows = partial(edge.csv_rows, allowed=_WIDE, error=ObservationError)
"""Yield the rows of a CSV file that are not empty, numbered as an editor counts them."""


def _merged(part: bytes) -> int:
    from openpyxl.utils import range_boundaries

    spans = re.findall(rb'mergeCell\b[^>]*\bref="(\w+:\w+)"', part)
    corners = (range_boundaries(span.decode()) for span in spans)
    return sum((right - left + 1) * (low - top + 1) for left, top, right, low in corners)


def wrong_cell(file: str, at: str, found: object, allowed: object) -> Message:
    """Say what is wrong with a cell of a workbook, `Figures!K6`, or of a CSV file, `K6`."""
    sheet, _, cell = at.rpartition("!")
    told = {"file": file, "sheet": sheet, "cell": cell, "found": found, "allowed": allowed}
    return Message("cells.wrong" if sheet else "cells.wrong_csv", told)


def read_sheets(path: Path) -> Tables:
    """Read the sheets of a workbook (.xlsx, .xlsm) or one table (.csv), with notes on what is left.

    A formula counts by the value stored with it, a merged label in each of its cells; what a number
    format shows beside a number, and raised digits, are read as shown. What can be no figure stands
    as a Message that says what it is. An ObservationError if the file cannot be read.
    """
    if path.suffix.lower() == ".csv":
        raw = edge.read_bytes(path, error=ObservationError, allowed=_WIDE)
        rows = tuple((n, tuple(texts)) for n, texts in csv_rows(path, marks=edge.MARKS, raw=raw))
        width = max((len(texts) for _, texts in rows), default=0)
        semicolons = edge.separator(raw) == ";"
        return Tables([Sheet("", rows, tuple(range(1, width + 1)), semicolons=semicolons)])
    import zipfile
    import zlib

    import openpyxl

    class Reader(openpyxl.reader.excel.ExcelReader):  # type: ignore[misc]
        def read_chartsheet(self, *_: object) -> None:
            """Leave it: it has no cells, and one without a chart cannot be read."""

    def book(**how: bool) -> Any:
        reader = Reader(io.BytesIO(raw), **how)
        with warnings.catch_warnings(action="ignore"):  # of parts that hold no figures
            reader.read()
        if not reader.wb.worksheets:  # as of strict Open XML, of which openpyxl reads none
            raise ValueError(path)
        return reader.wb

    raw = edge.read_bytes(path, error=ObservationError, largest=LARGEST)
    if _ENCRYPTED in raw:
        raise ObservationError("cells.protected", file=path)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > 20 * LARGEST:
                raise ValueError(path)
            names = parts.namelist()
            twice = len({*names}) < len(names)  # of two parts of a name one would be passed over
            if twice or sum(map(_merged, map(parts.read, names))) > LARGEST_MERGED:
                raise ValueError(path)
        shown, typed = book(data_only=True), book(rich_text=True)
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, LookupError, ValueError, TypeError,
        AttributeError, openpyxl.utils.exceptions.InvalidFileException,
        RuntimeError, SyntaxError,  # a part that needs a password, XML that is none
    ):  # fmt: skip
        raise ObservationError("cells.not_workbook", file=path) from None
    sheets: list[Sheet] = []
    notes: list[Message] = []
    for sheet in shown.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(Message("cells.hidden_sheet", {"sheet": one_line(sheet.title)}))
            continue
        read, hidden = _sheet(sheet, typed[sheet.title])
        sheets.append(read)
        if hidden:
            notes.append(Message("cells.hidden", {"sheet": read.name, "hidden": ", ".join(hidden)}))
    return printable(path, Tables(sheets, notes))


def printable(path: Path, tables: Tables) -> Tables:
    """Return tables as they are; an ObservationError if one has a text that no file may hold."""
    for sheet in tables.sheets:
        for row, given in sheet.rows:
            for place, one in enumerate(given):
                if isinstance(one, str) and edge.unprintable(one):
                    found = Message("observations.quoted", {"text": one})
                    at = f"{sheet.name}!{sheet.at(row, place)}".removeprefix("!")
                    wrong = wrong_cell(str(path), at, found, Message("errors.kind_str"))
                    raise ObservationError(wrong.key, **wrong.values)
    return tables


_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""Name of the part of a file with a password that holds the workbook."""


def _sheet(shown: Any, typed: Any) -> tuple[Sheet, list[str]]:
    from openpyxl.utils import get_column_letter

    merged = {cell: span for span in shown.merged_cells.ranges for cell in span.cells}
    # A hidden group of columns is described once, at its first.
    groups = (one for one in shown.column_dimensions.values() if one.hidden)
    spans = (range(one.min or 1, (one.max or 1) + 1) for one in groups)
    hidden_columns = set[int]().union(*spans) & {*range(1, shown.max_column + 1)}
    hidden_rows = sorted(n for n, one in shown.row_dimensions.items() if one.hidden)
    columns = tuple(n for n in range(1, shown.max_column + 1) if n not in hidden_columns)
    rows = []
    told = {at[0] for at in merged}
    for of in (shown, typed):
        told |= {at[0] for at, cell in vars(of)["_cells"].items() if cell.value is not None}
    for n in sorted(told - {*hidden_rows}):
        cells = tuple(_cell(shown, typed, n, column, merged) for column in columns)
        if any(cell is not None and cell != "" for cell in cells):
            rows.append((n, cells))
    hidden = [*map(str, hidden_rows), *map(get_column_letter, sorted(hidden_columns))]
    return Sheet(one_line(shown.title), tuple(rows), columns), hidden


def _cell(
    shown: Any, typed: Any, row: int, column: int, merged: Mapping[tuple[int, int], Any]
) -> object:
    span = merged.get((row, column))
    at = (row, column) if span is None else (span.min_row, span.min_col)
    cell, source = shown.cell(*at), typed.cell(*at)
    value, whole = cell.value, cell.number_format or "General"
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number:
        whole = next((form for form in _formats_on(shown, cell) if form), whole)
    section = _section((value > 0) - (value < 0), whole) if number else whole
    on_condition = re.search(r"\[[<>=]", whole)  # then another may hold
    form = _SHOWN.sub(r"\g<digits>\g<bare>", whole if on_condition else section).casefold()
    struck = cell.font.strike and re.match(r"\W*\d", str(value))
    if isinstance(source.value, list):  # a text in several fonts
        runs = [(str(run), getattr(run, "font", None)) for run in source.value]
        struck = any(font and font.strike and re.search(r"\d", text) for text, font in runs)
        value = "".join(
            text.translate(_RAISED.get(getattr(font, "vertAlign", ""), {})) for text, font in runs
        )
    if struck:
        return Message("cells.found_struck", {"text": str(value)})
    # A label holds for all its cells; a figure over several is the figure of none of them.
    if span is not None and number and period_named(value) is None:
        return Message("cells.found_merged", {"cells": str(span), "value": value})
    if value is None and source.data_type == "f":
        return Message(
            "cells.found_formula", {"formula": getattr(source.value, "text", source.value)}
        )
    if isinstance(value, datetime) and "$" not in form:  # the S of US$ is no second
        return value.date() if re.search("[md]", form) else value.year
    if not number:
        return value
    scaled = re.search("[0#?.],+(?![0#?,])", form) or re.search(r'[0#?][\\!"][.,]"?[0#?]', section)
    # Of 0 a line alone is how accounts write it, and # shows nothing.
    shows = re.search("[0#?@a-z]" if value else "[0?@a-z]", form)
    hidden = not (shows or (value == 0 and re.search("[-–—]", section)))
    if scaled or hidden or (on_condition and re.search(r'"[^"]*\w', whole)):
        return Message("cells.found_scaled", {"value": value, "format": whole})
    before, behind = _beside(value < 0 and section != whole, section)
    if "%" in form:
        return AsFormatted(f"{before}{value * 100:.12g}%{behind}")
    value = float(f"{value:.15g}") if isinstance(value, float) else value
    return AsFormatted(f"{before}{as_text(value)}{behind}") if before or behind else value


def _formats_on(sheet: Any, cell: Any) -> Iterator[str]:
    """Yield number formats that a cell has on a condition which holds, or which we do not know."""
    for span in sheet.conditional_formatting:
        for rule in span.rules if cell.coordinate in span.cells else ():
            form = rule.dxf and rule.dxf.numFmt and rule.dxf.numFmt.formatCode
            compare = _COMPARED.get(rule.operator if rule.type == "cellIs" else "")
            bound = edge.NUMBER.fullmatch(rule.formula[0]) if rule.formula else None
            if form and (not (compare and bound) or compare(cell.value, float(bound[0]))):
                yield form


_COMPARED: Final = {
    "equal": eq, "notEqual": ne, "lessThan": lt, "lessThanOrEqual": le, "greaterThan": gt,
    "greaterThanOrEqual": ge,
}  # fmt: skip


def _section(sign: int, whole: str) -> str:
    parts = re.split(r""";(?=(?:[^"]*"[^"]*")*[^"]*$)""", whole)
    return parts[(2, 0, 1)[sign]] if parts[(2, 0, 1)[sign] :] else parts[0]


@cache
def _beside(of_negatives: bool, section: str) -> tuple[str, str]:
    """Return what a number format shows before and behind a number; nothing if that says nothing.

    Words, a currency, and signs such as > or (, say what the number is; spaces and a line do not.
    """
    texts = (
        "\0" if one["digits"] else next(filter(None, one.groups()), "")
        for one in _SHOWN.finditer(section)
    )
    said = "".join(texts).strip("-()△▲ " if of_negatives else None)  # the sign
    before, _, behind = said.partition("\0")
    behind = behind.replace("\0", "")
    says = re.sub(r"[\s.,:'/+\-–—]", "", before + behind)
    return (before, behind) if says else ("", "")


_SHOWN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?:\$(?P<currency>[^]-]+))?[^]]*\]|[_*].'
    r"|(?P<digits>general|g/\w+|[0#?]+)|(?P<bare>[a-z]*\$|[<>~()]|[^\x00-\x7f])",
    re.I,
)
"""What a number format shows, and what it says of that; `G/通用格式` is General."""

_RAISED: Final = {"superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "() ,")}


def as_asked(
    sheet: Sheet, *, years: str = "", decimal: Decimals | None = None
) -> tuple[Sheet, list[Message], list[Message]]:
    """Return a table of goals as plans print them in the columns in which goals are read.

    Units may stand behind names, comparators and forms in the cell of the target, targets and
    figures below their years; 〔13.5〕 is of all `years` of the plan. Beside it is told what that
    leaves open, with how it is taken, and what is not read. Every other table is as it is.
    """
    found = ((n, _Printed.of(given)) for n, (_, given) in enumerate(sheet.rows[:50]))
    n, table = next(((n, one) for n, one in found if one), (0, None))
    if table is None:
        return sheet, [], []
    (top, titles), width = sheet.rows[n], len(sheet.columns)
    body = [(row, (*one, *[None] * (width - len(one)))) for row, one in sheet.rows[n + 1 :]]
    table.begin([given for _, given in body], years=years, decimal=decimal)
    rows = [(row, one) for row, given in body if _said(given)[1:] for one in table.read(given)]
    told = {"indicator", "unit", "comparator", "target"}.union(*(one for _, one in rows))
    heads = sorted(told, key=lambda key: (key[:1].isdigit(), key * key[:1].isdigit()))
    heads += [""] * (width - len(heads))  # no narrower than what stands above
    columns = (sheet.columns[table.place(head)] if head else 0 for head in heads)
    beyond = {row: given[len(titles) :] for row, given in body if _said(given[len(titles) :])}
    below = ((row, (*(one.get(head) for head in heads), *beyond.get(row, ()))) for row, one in rows)
    whole = (*sheet.rows[:n], (top, tuple(heads)), *below)
    taken = {how: {"names": wording.quoted(names)} for how, names in table.taken.items()}
    notes = [
        Message(f"cells.taken_{how}", {**one, "base": table.base}) for how, one in taken.items()
    ]
    columns_unread = {"columns": wording.quoted(as_text(titles[at]) for at in table.unread or [0])}
    unread = [Message("cells.columns_unread", columns_unread)] * bool(table.unread)
    return replace(sheet, rows=whole, columns=tuple(columns)), notes, unread


def _said(given: Sequence[object]) -> list[str]:
    """Return what a row says, each text once; that which says one is a heading or a note."""
    return [one for one in dict.fromkeys(map(as_text, given)) if one]


def _way(said: str) -> str | None:
    """Return the comparator that a word is, or the change towards which a column points."""
    return cells.meaning("directions", said) or cells.meaning("comparators", said)


@dataclass
class _Printed:
    """Columns of a table of goals as a plan prints it: `at` by name, figures and targets by year.

    `base` is the year before the plan, `last` its last, `starred` that of figures with a star;
    `taken` has the names of goals that leave something open, by how they are taken.
    """

    at: dict[str, int] = field(default_factory=dict)
    figures: dict[int, str] = field(default_factory=dict)
    targets: dict[int, str] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)
    base: str = ""
    last: str = ""
    starred: str = ""
    mark: Decimals | None = None
    taken: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, heads: Sequence[object]) -> "_Printed | None":
        """Return where such a table has what, if a row of heads is that of one."""
        table, bare = cls(), list[int]()
        for n, head in enumerate(heads):
            words, year = cells.dated(head)
            kind = cells.meaning("columns", head) or cells.meaning("printed", words) or ""
            goal = year and cells.meaning("columns", words) in ("target", "indicator")  # 2030年目标
            if goal or kind == "target":
                table.targets[n] = year
            elif kind == "base" or (year and not words):
                table.figures[n] = year
                bare += [n] * (not words)
            elif kind not in _PASSED_OVER and heads[table.at.get(kind, n)] == head:
                table.at[kind] = n  # the last of those that are merged
            elif as_text(head):
                table.unread.append(n)
                table.at |= {kind: n} if kind == "nature" else {}
        in_all = "累计" in str(heads[table.at["yearly"]]) if "yearly" in table.at else False
        if not table.targets and bare and ("nature" in table.at or in_all):  # 2020年, 2025年, 属性
            last = max(bare, key=table.figures.__getitem__)
            if len(bare) > 1 or not in_all:
                table.targets[last] = table.figures.pop(last)
        table.base = max(filter(None, table.figures.values()), default="")
        table.last = max(table.targets.values(), default="")
        usual = {"unit", "comparator"} <= table.at.keys() and not (table.base or table.last)
        asks = (table.targets or in_all) and "indicator" in table.at
        return table if asks and not usual else None

    def begin(
        self, body: Sequence[Sequence[object]], *, years: str, decimal: Decimals | None
    ) -> None:
        """Note what the whole table says: its mark of decimals, its years, comparators."""
        if (at := self.at.get("source")) is not None and not all(
            re.fullmatch("[a-z0-9_-]*", as_text(given[at])) for given in body
        ):
            self.unread.append(self.at.pop("source"))  # words, and none of ours
        for at in [*self.unread]:  # comparators, or which way is up, under whatever head
            listed = {*(as_text(given[at]) for given in body)} - {""}
            meant = {*map(_way, listed)}
            if listed and None not in meant:
                self.at.setdefault("direction" if meant <= _CHANGED else "comparator", at)
                self.unread.remove(at)
        self.mark = decimal or cells.mark_said(given[at] for given in body for at in self._numbers)
        if span := re.fullmatch(r"\D*([12][0-9]{3})[^0-9/]+([12][0-9]{3})\D*", years):
            self.base, self.last = self.base or str(int(span[1]) - 1), self.last or span[2]
        notes = " ".join(_said(given)[0] for given in body if len(_said(given)) == 1)
        starred = re.search(rf"\*[^0-9]*({cells.YEARS_SAID})", notes)  # 带*的为2024年数据
        self.starred = starred[1] if starred else ""

    @property
    def _numbers(self) -> list[int]:
        """The columns of figures and targets."""
        return [*self.figures, *self.targets, *(n for key, n in self.at.items() if key == "yearly")]

    def place(self, head: str) -> int:
        """Return the column from which what stands below a head comes."""
        known = {**self.at, **{year: n for n, year in self.figures.items()}}
        return known.get(head, self._numbers[0])

    def read(self, row: Sequence[object]) -> Iterator[dict[str, object]]:
        """Yield the goals of a row by our heads; the figures stand with the last of them."""
        given = [*row]
        for n in self._numbers if self.mark else ():
            if cells.is_typed(given[n]):
                given[n] = AsFormatted(cells.with_point(as_text(given[n]), self.mark or "."))
        texts, yearly = [*map(as_text, given)], self.at.get("yearly")
        said: dict[str, object] = {k: texts[n] for k, n in self.at.items() if k not in _READ_HERE}
        name = re.sub(
            r"^(?:[(（]?[0-9]{1,3}[)）.．、]|[①-⑳]) ?(?![0-9])", "", texts[self.at["indicator"]]
        )
        unit, (bare, behind) = str(said.get("unit", "")), cells.unit_behind(name)
        if behind and plain_words(unit) in ("", plain_words(behind)):
            name, unit = bare, behind
        asked = [(n, year) for n, year in self.targets.items() if not cells.is_missing(texts[n])]
        if yearly is not None and not cells.is_missing(texts[yearly]):
            if asked:
                self.taken["beside"][name] = None
            asked = asked or [(yearly, self.last)]
        unit = cells.unit_counted(name, unit, [texts[n] for n, _ in asked])
        figures = dict[str, object]()
        for n, year in self.figures.items():
            told = re.fullmatch(rf"(.+?) ?[(（]({cells.YEARS_SAID})[)）]", texts[n])
            year = told[2] if told else year or texts[self.at.get("base_year", n)]
            year = self.starred or year if texts[n].endswith("*") else year
            if not (cells.is_missing(texts[n]) or _BRACKETS.fullmatch(plain_words(texts[n]))):
                figures[year] = told[1] if told else given[n]
        way = _way(texts[self.at["direction"]]) if "direction" in self.at else None
        values = [*figures.values()], [given[n] for n, _ in asked]
        down = way == "reduce_by" if way else self._falls(name, unit, *values)
        goals = list[dict[str, object]]()
        for n, year in asked or [(-1, "")]:
            goal: dict[str, object] = {**said, "indicator": name, "unit": unit}
            goals.append(goal)
            if n < 0:
                continue
            goal["target"] = given[n]
            goal["due"] = said.get("due") or year
            if not said.get("comparator"):
                goal |= self._asked(name, unit, given[n], yearly=n == yearly, down=down, way=way)
        if (goals[-1]["indicator"], goals[-1]["unit"]) == (name, unit):  # not of something else
            goals[-1] |= {k: one for k, one in figures.items() if re.match("[12][0-9]{3}", k)}
        yield from goals

    def _falls(
        self, name: str, unit: str, figures: Sequence[object], targets: Sequence[object]
    ) -> bool:
        """Whether targets without a comparator are to be come down to.

        Another of the row says so, or they lie below the figure of the base year; but not where a
        name says a change, as fewer new jobs are no aim. Of places 1 is the best.
        """
        ways = {cells.asked_in(as_text(one), unit=unit)[0] for one in targets}
        if ways & _DOWN or ways & _UP or wording.is_rank(unit, name):
            return bool(ways & _DOWN) or not ways & _UP
        values = list[float]()
        for one in (*figures, *targets):
            with suppress(ObservationError):
                read = cells.read_figure(one, unit=unit)
                values += [] if read is None or math.isnan(read.value) else [read.value]
        changes = any(cells.said_as(one, name) for one in _CHANGES)
        return not changes and values[-1:] < values[:1]

    def _asked(
        self, name: str, unit: str, cell: object, *, yearly: bool, down: bool, way: str | None
    ) -> dict[str, object]:
        """Return what a cell of a target asks, in the words in which a goal is read.

        Where it says no comparator, it follows from the `way` that a column tells, or from `down`.
        """
        words, written = as_text(cell), str if cells.is_typed(cell) else AsFormatted
        inside = _BRACKETS.fullmatch(plain_words(words))
        total = {"target": inside[1]} if inside else cells.said_as("target_total", words)
        words = cells.as_in(words, total["target"]) if total else words
        known, target = cells.asked_in(words, unit=unit)
        if not re.search("[0-9]", words):  # 翻一番, 高于全国平均水平, or no number at all
            times = cells.meaning("multiples", words) and self.base
            how = words if times else known or "at_least" * (not wording.is_rank(unit, name))
            return {"comparator": how, "target": self.base if times else target}
        meant = cells.meaning("comparators", known)
        change = meant if meant in _CHANGED else ""
        yearly = (yearly and not total) or cells.yearly(known)
        dated = any(cells.said_as("target_change", one) for one in (words, target))
        if (yearly or total or change) and not dated:
            asked = self._over_years(name, unit, known, target, change=change, yearly=yearly)
            return {**asked, "target": written(asked["target"]) if asked else cell}
        if not known:
            known = way if way and dated else "at_most" if down else "at_least"
            if not way:
                self.taken[known][name] = None
        return {"comparator": known, "target": written(target) if meant else cell}

    def _over_years(
        self, name: str, unit: str, known: str, target: str, *, change: str, yearly: bool
    ) -> dict[str, str]:
        """Say what is asked over the years of the plan: a change, growth a year, a total.

        Nothing where it is a change, but no year is known from which.
        """
        of = {way: cells.said_as(shape, name) for shape, way in _CHANGES.items() if way}
        named = next((way for way, told in of.items() if told), "")
        base, percent = self.base, wording.is_percent(unit)
        size = cells.unbound(target, "about", "at_least")
        points = percent and cells.said_as("target_points", size)
        bare = points["target"] if points else size.removesuffix("%").strip()
        way, firm = change or named or "increase_by", known in ("", "about") or change
        flow = not percent and wording.unit_of(unit).measure_of(name) == "flow"
        if not (yearly or change or named) and flow:
            if not known:
                self.taken["at_least"][name] = None
            return {"comparator": known or "at_least", "target": f"{target} in total"}
        if size != cells.unbound(target, "at_least"):
            self.taken["growth"][name] = None
        if yearly and percent and named and not change:  # growth of GDP (%)
            self.taken["mean"][name] = None
            asked = {"comparator": "at_least" if firm else known, "target": f"{size} on average"}
            return asked | ({"due": f"{int(base) + 1}/{self.last}"} if base.isdigit() else {})
        if yearly:
            each = f"{bare} {'points' if percent else '%'} a year from {base}"
            since = {"comparator": way, "target": each.replace(" %", "%")}
            word = f"年均{'下降' if way == 'reduce_by' else '增长'}"  # from the plan's beginning
            return since if base else {"comparator": word, "target": size}
        if not base:
            return {}
        told = of[named] if named else None
        about = {"indicator": cells.as_in(name, told["other"]) if told else name, "comparator": way}
        if percent and (change or named) and not points:
            self.taken["index"][name] = None
            return {**about, "unit": f"{base} = 100", "target": f"{bare}% from {base}"}
        if not (change or named):
            self.taken["rise"][name] = None
        told_with = size.endswith(("%", *cells.unit_names(unit)))
        by = " points" if percent else "" if told_with else f" {unit}"
        return {**about, "target": f"{bare if percent else size}{by} from {base}"}


_CHANGED: Final = {"increase_by", "reduce_by"}
_UP: Final = {"at_least", "more_than", "increase_by"}
_DOWN: Final = {"at_most", "less_than", "reduce_by"}
"""Comparators that say which way a row's other targets go."""

_PASSED_OVER: Final = ("", "nature", "group", "plan")
_READ_HERE: Final = ("base_year", "direction", "yearly", "nature")
"""Columns of such a table that are not read, and those that say something of the others."""

_CHANGES: Final = {"fallen": "reduce_by", "risen": "increase_by", "changing": ""}
"""Shapes of names that say a change, and how it is asked for."""

_BRACKETS: Final = re.compile(r"[〔\[【]([^,、]+)[〕\]】]")
"""What stands around a total of all years in Chinese plans."""
