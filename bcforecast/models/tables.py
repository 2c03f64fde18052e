"""Tables of many series: their periods as they are written, their figures, and targets on them.

What cannot be used is refused by row. What can be read in two ways is refused too: days whose month
could be their day, a spreadsheet's number of a day, one financial year alone that could be a month.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache, partial
from numbers import Real
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.calls import Shown, as_found
from bcforecast.cells import period_named
from bcforecast.distributions import FloatArray
from bcforecast.edge import FIRST_YEAR, LAST_YEAR, unmasked, unprintable
from bcforecast.errors import ModelError, OptionError
from bcforecast.models.growth import KINDS, floor_of, reference_classes
from bcforecast.models.trend_members import LONGEST, LONGEST_SPAN
from bcforecast.observations.records import quoted
from bcforecast.observations.selection import History, IntArray, without_subnormal
from bcforecast.plan.targets import ONE_SIDED
from bcforecast.text import Message

COLUMNS: Final = ("unique_id", "ds", "y")
"""Columns of a panel, as Nixtla's tools name them."""

TARGET_COLUMNS: Final = ("unique_id", "h", "comparator", "target")

LARGEST: Final = 1e100
"""Largest figure or target in size: its square and cube are still numbers, as the engine needs."""

FARTHEST: Final = 200
"""Most periods ahead."""

FEWEST: Final = 2
"""Fewest figures of a series."""

TableName = Literal["series", "targets"]


class PanelTableError(ModelError):
    """A table of series or of targets cannot be used.

    `row` counts from 1, if it is one row's problem; `values` are what the problem names, `earlier`
    being another row of the table.
    """

    def __init__(
        self, key: str, /, *, table: TableName = "series", row: int | None = None, **values: object
    ) -> None:
        self.table: TableName = table
        self._key, self._row, self._values = key, row, values
        problem = self.problem(lambda place: place)
        if table == "targets":
            super().__init__("panel.in_targets", problem=problem)
        else:
            super().__init__(problem.key, **problem.values)

    def problem(self, line_of: Callable[[int], int]) -> Message:
        """Return what is wrong, with rows counted as `line_of` counts them."""
        values = dict(self._values)
        if isinstance(earlier := values.get("earlier"), int):
            values["earlier"] = line_of(earlier)
        problem = Message(self._key, values)
        if self._row is None:
            return problem
        return Message("panel.in_row", {"row": line_of(self._row), "problem": problem})


def cell_of(column: pd.Series, at: int) -> Message:
    """Return what stands at a position of a column, as a text that problems can name."""
    cell = column.iloc[at]
    if isinstance(cell, str) or bool(pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return quoted(cell if isinstance(cell, str) and cell.strip() else "")
    said = str(cell) if isinstance(cell, pd.Period) else cell
    return Message("observations.quoted", {"text": said})


def _refuse(wrong: npt.NDArray[np.bool_], column: pd.Series, key: str, **named: Any) -> None:
    """Refuse a column by the first row in which something is wrong."""
    if wrong.any():
        raise _in_row(column, int(np.argmax(wrong)), key, **named)


_MONTHS = (12, 3, 1)
_DAYS = (7, 1)
_EXACT = 2.0**53
"""Largest whole number that a float is sure to hold."""


def period_numbers(column: pd.Series, codes: IntArray) -> IntArray:
    """Period number of each row; differences within a series are what counts.

    Whole numbers are periods as they are. Dates are counted in the coarsest of years (of our era),
    quarters, months, weeks and days in which every distance within every series is a whole number.
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        first = _FIRST_YEAR if column.dtype.freq.rule_code.startswith("Y") else 0
        return column.array.asi8.astype(np.int64) + first
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        dates = column.dt.tz_localize(None)
        _refuse(dates.isna().to_numpy(), column, "panel.not_a_period")
        stamps = dates.to_numpy(dtype="datetime64[D]")
    elif pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        readable = (np.abs(numbers) <= _EXACT) & (numbers == np.round(numbers))
        _refuse(~readable, column, "panel.not_a_period")
        whole = numbers.astype(np.int64)
        # Months as 202001, days as 20200131 or of a spreadsheet.
        dated = whole.size and (whole >= _DAY_NUMBERS[0]).all()
        stamps = _written(column, pd.unique(whole).tolist(), whole) if dated else whole
    else:
        cells = column.map(lambda cell: cell if cell is None else str(cell).strip()).to_numpy()
        stamps = _written(column, pd.unique(cells).tolist(), cells)
    if not np.issubdtype(stamps.dtype, np.datetime64):
        whole = np.asarray(stamps, dtype=np.int64)
        _require_one_count(column, whole, codes)
        return whole
    months = stamps.astype("datetime64[M]").astype(np.int64)
    common = _common_distance(months, codes)
    if common:
        unit = next(unit for unit in _MONTHS if common % unit == 0)
        return np.asarray(months // unit + (_FIRST_YEAR if unit == _MONTHS[0] else 0))
    days = stamps.astype(np.int64)
    common = max(_common_distance(days, codes), 1)
    return np.asarray(days // next(unit for unit in _DAYS if common % unit == 0))


def _years_of(numbers: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    return (numbers >= FIRST_YEAR) & (numbers <= LAST_YEAR)


def lone_gaps(periods: IntArray, codes: IntArray) -> tuple[IntArray, IntArray]:
    """Rows before and after each gap that is longer than all the rest of its series."""
    order = np.lexsort((periods, codes))
    told, gaps = codes[order], np.diff(periods[order])
    starts, ends = (np.flatnonzero(np.diff(told, **{to: -1})) for to in ("prepend", "append"))
    spans = np.zeros(len(codes), dtype=np.int64)
    spans[told[starts]] = periods[order[ends]] - periods[order[starts]]
    at = np.flatnonzero((told[1:] == told[:-1]) & (2 * gaps > spans[told[1:]]))
    return order[at], order[at + 1]


def _require_one_count(column: pd.Series, numbers: IntArray, codes: IntArray) -> None:
    """Refuse years beside what is none, and two-digit years over the turn of a century."""
    low, high = lone_gaps(numbers, codes)
    mixed = np.flatnonzero(_years_of(numbers[low]) != _years_of(numbers[high]))
    if mixed.size:
        pair = int(low[mixed[0]]), int(high[mixed[0]])
        at = next(row for row in pair if not _years_of(numbers[[row]])[0])
        named = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise _in_row(column, at, "panel.year_outside", **named)
    if numbers.size and numbers.min() >= 0 and numbers.max() < _CENTURY:
        # Shorter when read over the turn of a century: 98, 99, 00, 01.
        turned = np.flatnonzero(2 * (numbers[high] - numbers[low]) > _CENTURY)
        if turned.size:
            raise _in_row(column, int(high[turned[0]]), "panel.two_digit_year")


_CENTURY: Final = 100


def _require_not_exchanged(values: FloatArray, periods: IntArray, codes: IntArray) -> None:
    """Refuse figures that are one year after another, of periods that are neither."""
    known = np.isfinite(values)
    values, periods, codes = values[known], periods[known], codes[known]

    def one_after_another(numbers: npt.NDArray[Any]) -> bool:
        order = np.lexsort((numbers, codes))
        steps = np.diff(numbers[order])[np.diff(codes[order]) == 0]
        return steps.size > 1 and bool((steps == 1).all())

    exchanged = bool(_years_of(values).all()) and one_after_another(values)
    if exchanged and not (_years_of(periods).any() or one_after_another(periods)):
        raise PanelTableError("panel.exchanged")


def _in_row(column: pd.Series, at: int, key: str, **named: Any) -> PanelTableError:
    return PanelTableError(key, row=at + 1, found=cell_of(column, at), **named)


_DAY_NUMBERS: Final = (20_000, 80_000)
"""Numbers that a spreadsheet gives to the days from 1954 to 2119."""

_YEAR: Final = r"(?P<year>1[5-9][0-9]{2}|2[0-4][0-9]{2})"
_TWO: Final = "[0-9]{1,2}"
_TIME: Final = r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
_FORMS: Final = {
    "number": r"-?[0-9]{1,4}",
    "year": _YEAR,
    "fiscal": rf"(FY ?)?{_YEAR}[-/](?P<next>[0-9]{{2}}|[0-9]{{4}})",
    "named fiscal": rf"FY ?{_YEAR}",
    "quarter": rf"{_YEAR}Q(?P<quarter>[1-4])",
    "month": rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])",
    "day": rf"{_YEAR}(?P<sign>[-/.])(?P<month>{_TWO})(?P=sign)(?P<day>{_TWO})({_TIME})?",
    "compact day": rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
    "day first": rf"(?P<one>{_TWO})(?P<sign>[./-])(?P<two>{_TWO})(?P=sign){_YEAR}",
}
"""How a period can be written; years, quarters and months are read by `as_files`.

A financial year by one number (FY2005) may begin or end in it, so it never stands beside 2003-04.
"""
_FIRST_YEAR: Final = 1970
_NAMED: Final = ("year", "quarter", "month")
_YEARLY: Final = ("year", "fiscal", "named fiscal")


@lru_cache(maxsize=4096)
def as_files(said: str) -> str:
    """Return a period of a table as files write it; as it is if it is none, or may be another.

    2020-1 may be a quarter, 2020.1 October. A month such as 202001 is one within a table.
    """
    if re.search("[.][0-9]+$|[-/][0-9]$", said):
        return said
    return period_named(re.sub(rf"^{_YEAR}(0[1-9]|1[0-2])$", r"\1-\2", said)) or said


def _written(column: pd.Series, distinct: list[Any], cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Read periods as they are written, in one form: days of all, or whole numbers of years.

    2003-04 is the financial year 2003/04 where every cell is a year and the next, else a month.
    """
    texts = ["" if cell is None else str(cell) for cell in distinct]

    def refusal(said: str, key: str = "panel.not_a_period") -> PanelTableError:
        first = distinct[texts.index(said)]
        at = next(n for n, one in enumerate(cells) if one is first or one == first)
        return _in_row(column, at, key)

    low, high = _DAY_NUMBERS
    if all(re.fullmatch(r"\d{5}", said) and low <= int(said) < high for said in texts):
        raise refusal(texts[0], "panel.spreadsheet_day")
    form = next((name for name in _FORMS if all(_match(name, said) for said in texts)), None)
    if form is None:
        if all(re.fullmatch(r"-?\d{1,15}", said) for said in texts):
            return np.array([int(cell) for cell in cells])
        best = max(_FORMS, key=lambda name: sum(_match(name, said) is not None for said in texts))
        raise refusal(next(said for said in texts if not _match(best, said)))
    if form == "fiscal" and len(texts) == 1 and _match("month", texts[0]):
        raise refusal(texts[0], "panel.month_or_year")
    found = [match.groupdict() for said in texts if (match := _match(form, said))]
    if form == "number":
        return np.array([int(cell) for cell in cells])
    if form in _YEARLY:
        read: list[Any] = [int(one["year"]) for one in found]
    elif form == "day first":
        ways = [_days(found, "two", "one")]
        if any(one["sign"] != "." for one in found):
            ways.append(_days(found, "one", "two"))
        ways = [way for way in ways if all(way)] or [[None] * len(texts)]
        unsure = (said for said, *days in zip(texts, *ways, strict=True) if len({*days}) > 1)
        if (said := next(unsure, None)) is not None:
            raise refusal(said, "panel.day_or_month")
        read = ways[0]
    else:
        read = _days(found, "month", "day")
    if None in read:
        raise refusal(texts[read.index(None)])
    by_cell = dict(zip(distinct, read, strict=True))
    return np.array([by_cell[cell] for cell in cells], None if form in _YEARLY else "M8[D]")


def _match(form: str, said: str) -> re.Match[str] | None:
    found = re.fullmatch(_FORMS[form], as_files(said) if form in _NAMED else said)
    if found is None or form != "fiscal":
        return found
    following = int(found["year"]) + 1
    return found if int(found["next"]) in (following, following % 100) else None


def _days(found: Sequence[Mapping[str, str]], month: str, day: str) -> list[date | None]:
    """First day of each period, by the names of its parts; None of one of no calendar."""
    days: list[date | None] = []
    for one in found:
        first = 3 * int(one["quarter"]) - 2 if "quarter" in one else int(one[month])
        try:
            days.append(date(int(one["year"]), first, int(one.get(day) or 1)))
        except ValueError:
            days.append(None)
    return days


def _common_distance(numbers: IntArray, codes: IntArray) -> int:
    """Greatest common divisor of the distances within series; 0 if two rows fall together."""
    order = np.lexsort((numbers, codes))
    within = codes[order][1:] == codes[order][:-1]
    distances = np.diff(numbers[order])[within]
    if distances.size == 0:
        return 1
    return 0 if (distances == 0).any() else int(np.gcd.reduce(distances))


def as_history(
    series: object, *, support: tuple[float, float] | None = None, whole: bool = False
) -> History:
    """Return one yearly series of one's own as a history: what every model is fitted to.

    A pandas Series by year (whole numbers, texts such as `2019` or `2019/20`, days or periods, one
    a year); a mapping from year to figure; figures alone, which are numbered from 1; a history as
    it is, or that of a goal's outlook. A figure that is missing is a gap. `support` is by default
    from 0 where all figures are above 0, or whole and none below it. A PanelTableError if a figure
    is no number, or a year none or there twice.

    Examples
    --------
    >>> as_history(pd.Series([4.0, 5.0], index=[2019, 2020])).times.tolist()
    [2019, 2020]
    >>> as_history([4, 5, 7]).times.tolist()
    [1, 2, 3]
    """
    series = getattr(series, "history", series)
    if isinstance(series, History):
        return series
    if isinstance(series, pd.DataFrame | str | Shown) or callable(series):
        raise PanelTableError("panel.not_a_series", found=as_found(series))
    if not isinstance(series, pd.Series):
        by_year = isinstance(series, Mapping)
        try:
            figures: Any = series if by_year else np.asarray(unmasked(series), dtype=object)
            if not (by_year or figures.ndim):  # one thing, or what is looked at but once
                raise TypeError
            series = pd.Series(figures)
        except (TypeError, ValueError):
            raise PanelTableError("panel.not_a_series", found=as_found(series)) from None
        if not by_year:
            series.index += 1
    years = _years(pd.Series(series.index.to_flat_index()))
    values = np.full(years.size, np.nan)
    missing = series.isna().to_numpy()
    for row, figure in enumerate(series):
        number = isinstance(figure, Real) or (isinstance(figure, Decimal) and figure.is_finite())
        if number and not isinstance(figure, bool) and abs(figure) <= LARGEST:
            values[row] = float(figure)
        elif not missing[row]:
            raise _in_row(series, row, "panel.not_a_number")
    order = np.argsort(years, kind="stable")
    twice = np.flatnonzero(np.diff(years[order]) == 0)
    if twice.size:
        raise PanelTableError("panel.year_twice", year=int(years[order][twice[0]]))
    order = order[np.isfinite(values[order])]
    if not order.size:
        raise PanelTableError("panel.empty")
    least = float(values[order].min())
    floor = floor_of(least, kind="count" if whole else None)
    support = (floor, np.inf) if support is None else checked_support(support)
    about = {"indicator": str(series.name or ""), "origin": int(years.max()), "whole": whole}
    return History.of(years[order], values[order], support=support, **about)


def checked_support(support: tuple[float, float]) -> tuple[float, float]:
    """Return the smallest and largest possible value, if they can be those; else an OptionError."""
    low, high = support
    if not low < high or any(np.isfinite(end) and abs(end) > LARGEST for end in support):
        allowed = Message("panel.allowed_support", {"largest": f"{LARGEST:g}"})
        raise OptionError("support", found=f"{low:g},{high:g}", allowed=allowed)
    return float(low), float(high)


def _years(column: pd.Series) -> IntArray:
    dated = isinstance(column.dtype, pd.PeriodDtype)
    dated = dated or pd.api.types.is_datetime64_any_dtype(column)
    if dated or not pd.api.types.is_numeric_dtype(column.dtype):
        for row, cell in enumerate(column):
            forms = () if dated else ("number", *_YEARLY)
            if pd.isna(cell) or not (dated or any(_match(f, str(cell).strip()) for f in forms)):
                raise _in_row(column, row, "panel.not_a_year")
    if dated:
        return column.dt.year.to_numpy(dtype=np.int64)
    return period_numbers(column, np.zeros(len(column), dtype=np.int64))


def _require_columns(frame: pd.DataFrame, columns: Sequence[str], table: TableName) -> None:
    names = list(frame.columns)
    for column in dict.fromkeys((*columns, *names)):
        if (count := names.count(column)) != 1:
            key = "panel.column_twice" if count else "panel.missing_column"
            found = ", ".join(map(str, names))
            raise PanelTableError(key, table=table, column=column, found=found)


@dataclass(frozen=True)
class SeriesTable:
    """N series, oldest figure first, without gaps' empty rows."""

    ids: pd.Index  # (N,), in the order in which the series first appear
    values: FloatArray  # (total,)
    periods: IntArray  # (total,): period number of each figure
    ends: IntArray  # (N,): position after each series' last figure
    counts: IntArray  # (N,): latest figures that a forecast uses, 2 to LONGEST
    lead: IntArray  # (N,): periods from the last figure to the last row, which may be empty


def read_series(frame: pd.DataFrame, support: tuple[float, float] | None) -> SeriesTable:
    """Read columns `unique_id, ds, y`; rows in any order, figures within the support."""
    codes, ids, values = read_figures(frame, support)
    periods = period_numbers(frame["ds"], codes)
    _require_not_exchanged(values, periods, codes)
    later = (codes[1:] > codes[:-1]) | ((codes[1:] == codes[:-1]) & (periods[1:] > periods[:-1]))
    if not later.all():
        order = np.lexsort((periods, codes))
        codes, values, periods = codes[order], values[order], periods[order]
        same = (codes[1:] == codes[:-1]) & (periods[1:] == periods[:-1])
        if same.any():
            first = int(np.argmax(same))
            earlier, row = sorted((int(order[first]), int(order[first + 1])))
            named = {"series": frame["unique_id"].iloc[row], "ds": frame["ds"].iloc[row]}
            raise PanelTableError("panel.twice", row=row + 1, earlier=earlier + 1, **named)
    final = periods[np.append(codes[1:] != codes[:-1], True)]
    known = np.isfinite(values)
    if not known.all():
        codes, values, periods = codes[known], values[known], periods[known]
    sizes = np.bincount(codes, minlength=len(ids))
    ends = np.cumsum(sizes)
    short = np.flatnonzero(sizes < FEWEST)
    if short.size:
        named = {"series": ids[short[0]], "count": int(sizes[short[0]]), "alike": short.size}
        raise PanelTableError("panel.too_few", **named)
    counts, last = np.minimum(sizes, LONGEST), periods[ends - 1]
    for at in np.flatnonzero(last - periods[ends - counts] > LONGEST_SPAN):
        window = periods[ends[at] - counts[at] : ends[at]]
        counts[at] = max(FEWEST, int((window >= last[at] - LONGEST_SPAN).sum()))
    return SeriesTable(ids, values, periods, ends, counts, final - last)


def read_figures(
    frame: pd.DataFrame, support: tuple[float, float] | None
) -> tuple[IntArray, pd.Index, FloatArray]:
    """Read columns `unique_id` and `y`: the series of each row, the series' names, the figures."""
    _require_columns(frame, COLUMNS, "series")
    if frame.empty:
        raise PanelTableError("panel.empty")
    codes, names = pd.factorize(frame["unique_id"], use_na_sentinel=True)
    wrong = [isinstance(name, str) and (not name.strip() or unprintable(name)) for name in names]
    nameless = np.append(np.array(wrong, dtype=bool), True)[codes]
    _refuse(nameless, frame["unique_id"], "panel.no_id")
    column = frame["y"]
    values = _numbers(column)
    _refuse(np.isnan(values) & column.notna().to_numpy(), column, "panel.not_a_number")

    def refuse(wrong: npt.NDArray[np.bool_], key: str, **allowed: str) -> None:
        if wrong.any():
            row = int(np.argmax(wrong))
            named = {"series": frame["unique_id"].iloc[row], "found": f"{values[row]:g}", **allowed}
            raise PanelTableError(key, row=row + 1, **named)

    large = np.abs(values) > LARGEST
    infinite = bool(np.isinf(values[large][:1]).any())  # the first of them
    refuse(large, "panel.not_finite" if infinite else "panel.too_large", largest=f"{LARGEST:g}")
    if support is not None:
        low, high = support
        refuse((values < low) | (values > high), "panel.outside", low=f"{low:g}", high=f"{high:g}")
    return codes.astype(np.int64), pd.Index(names), without_subnormal(values)


def _numbers(column: pd.Series) -> FloatArray:
    if column.dtype.kind not in "iuf":
        known = [
            isinstance(cell, str | Decimal | Real)
            and not (isinstance(cell, int) and (type(cell) is bool or abs(cell) > LARGEST))
            for cell in column
        ]
        column = column.astype(object).where(np.array(known, dtype=bool))
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def with_known_heads(targets: pd.DataFrame) -> pd.DataFrame:
    """Return targets whose columns have their names, whatever the case and spaces these are in.

    Refuse a column that is a letter or two from one of them: it would be let be.
    """
    names = (*TARGET_COLUMNS, "kind", "reference_class")
    meant = {one: re.sub("[ _-]+", "_", str(one).strip().casefold()) for one in targets.columns}
    for column, bare in meant.items():
        near = get_close_matches(bare, names, 1, 0.8)
        if near and bare not in names:
            found = Message("observations.quoted", {"text": str(column)})
            told: dict[str, Any] = {"column": near[0], "found": found}
            raise PanelTableError("panel.near_column", table="targets", **told)
    known = {one: bare for one, bare in meant.items() if bare in names}
    return targets.rename(columns=known) if {*known} != {*known.values()} else targets


def read_targets(frame: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Read columns `unique_id, h, comparator, target`, a row a target; others are let be.

    `series` and `comparator` are positions, among `ids` and in `ONE_SIDED`; `h` counts from 1.
    """
    _require_columns(frame, TARGET_COLUMNS, "targets")

    refuse = partial(_refuse, table="targets")
    series = ids.get_indexer(pd.Index(frame["unique_id"]))
    refuse(series < 0, frame["unique_id"], "panel.unknown_series")
    h = _numbers(frame["h"])
    in_reach = (h >= 1) & (h <= FARTHEST) & (h == np.round(h))
    refuse(~in_reach, frame["h"], "panel.wrong_h", allowed=str(FARTHEST))
    comparator = pd.Index(ONE_SIDED).get_indexer(pd.Index(frame["comparator"]))
    known = ", ".join(ONE_SIDED)
    refuse(comparator < 0, frame["comparator"], "panel.wrong_comparator", allowed=known)
    target = _numbers(frame["target"])
    large = ~(np.abs(target) <= LARGEST)
    refuse(large, frame["target"], "panel.wrong_target", allowed=f"{LARGEST:g}")
    read = {"series": series, "h": h.astype(np.int64), "comparator": comparator, "target": target}
    return pd.DataFrame(read)


class GoalKind(NamedTuple):
    """What targets say of the goals on a series; None where they say nothing."""

    kind: str | None = None
    reference_class: str | None = None  # whose areas' growth is known by year


def kinds_of(targets: pd.DataFrame) -> dict[Any, GoalKind]:
    """Kind of the goals on each series, by `unique_id`, from those of its targets that say one."""
    kinds: dict[Any, GoalKind] = {}
    for column, allowed in (("kind", KINDS), ("reference_class", reference_classes())):
        for row, found in enumerate(targets.get(column, ())):
            if pd.isna(found) or not str(found).strip():
                continue
            place: dict[str, Any] = {"table": "targets", "row": row + 1, "column": column}
            if found not in allowed:
                place |= {"found": cell_of(targets[column], row), "allowed": ", ".join(allowed)}
                raise PanelTableError("panel.wrong_kind", **place)
            name = targets["unique_id"].iloc[row]
            known = kinds.get(name, GoalKind())
            earlier = getattr(known, column)
            if earlier not in (None, found):
                raise PanelTableError("panel.two_kinds", found=found, earlier_kind=earlier, **place)
            kinds[name] = known._replace(**{column: found})
    return kinds
