"""Read a long table of series into arrays: one entry a figure, series after series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.distributions.base import FloatArray
from bcforecast.models.panel_periods import periods_of
from bcforecast.models.panel_problems import PanelTableError, cell_of
from bcforecast.models.trend_grid import LONGEST, LONGEST_SPAN
from bcforecast.observations.history import IntArray

COLUMNS = ("unique_id", "ds", "y")
"""Columns of a panel, as Nixtla's tools name them."""

LARGEST: Final = 1e100
"""Largest figure or target in size: its square and cube are still numbers, as the engine needs."""

_LEAST = 2


@dataclass(frozen=True)
class SeriesTable:
    """N series, oldest figure first, without gaps' empty rows.

    Parameters
    ----------
    ids
        Shape (N,), in the order in which the series first appear.
    values, periods
        Shape (total,): figures and their period numbers.
    ends
        Shape (N,): position after each series' last figure.
    counts
        Shape (N,): number of its latest figures that a forecast uses, 2 to LONGEST.
    lead
        Shape (N,): periods between the last figure and the series' last row, which may be empty.
    """

    ids: pd.Index
    values: FloatArray
    periods: IntArray
    ends: IntArray
    counts: IntArray
    lead: IntArray


def read_series(frame: pd.DataFrame, *, support: tuple[float, float] | None = None) -> SeriesTable:
    """Read columns `unique_id, ds, y`; rows in any order, figures within the support.

    Raises
    ------
    PanelTableError
        If a column is missing, a figure or date cannot be read, a figure is larger than `LARGEST`
        or outside the support, a series has one period twice or fewer than two figures.
    """
    for column in COLUMNS:
        if column not in frame.columns:
            found = ", ".join(map(str, frame.columns))
            raise PanelTableError("panel.missing_column", column=column, found=found)
    if frame.empty:
        raise PanelTableError("panel.empty")
    codes, ids = pd.factorize(frame["unique_id"], use_na_sentinel=True)
    codes = codes.astype(np.int64)
    _require_ids(codes, pd.Index(ids))
    values = _figures(frame)
    if support is not None:
        _require_within(frame, values, support)
    periods = periods_of(frame["ds"], codes)
    if not _in_order(codes, periods):
        order = np.lexsort((periods, codes))
        codes, values, periods = codes[order], values[order], periods[order]
        same = (codes[1:] == codes[:-1]) & (periods[1:] == periods[:-1])
        if same.any():
            at = int(np.argmax(same))
            raise _twice(frame, *sorted((int(order[at]), int(order[at + 1]))))
    last_rows = np.flatnonzero(np.append(codes[1:] != codes[:-1], True))
    final = periods[last_rows]
    known = np.isfinite(values)
    if not known.all():
        codes, values, periods = codes[known], values[known], periods[known]
    ends = np.cumsum(np.bincount(codes, minlength=len(ids)))
    sizes = np.diff(ends, prepend=0)
    if (sizes < _LEAST).any():
        short = np.flatnonzero(sizes < _LEAST)
        raise PanelTableError(
            "panel.too_few", series=ids[short[0]], found=int(sizes[short[0]]), count=short.size
        )
    counts = _used(periods, ends, sizes)
    return SeriesTable(pd.Index(ids), values, periods, ends, counts, final - periods[ends - 1])


def _require_ids(codes: IntArray, ids: pd.Index) -> None:
    blank = np.array([isinstance(name, str) and not name.strip() for name in ids], dtype=bool)
    nameless = np.append(blank, True)[codes]
    if nameless.any():
        raise PanelTableError("panel.no_id", row=int(np.argmax(nameless)) + 1)


def _figures(frame: pd.DataFrame) -> FloatArray:
    column = frame["y"]
    try:
        values = column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        row = next((n for n, cell in enumerate(column) if not _is_number(cell)), 0)
        found = cell_of(column, row)
        raise PanelTableError("panel.not_a_number", row=row + 1, found=found) from error
    large = np.abs(values) > LARGEST
    if large.any():
        row = int(np.argmax(large))
        series = frame["unique_id"].iloc[row]
        if np.isinf(values[row]):
            raise PanelTableError("panel.not_finite", row=row + 1, series=series)
        size, largest = f"{values[row]:g}", f"{LARGEST:g}"
        raise PanelTableError(
            "panel.too_large", row=row + 1, series=series, found=size, largest=largest
        )
    return values


def _require_within(frame: pd.DataFrame, values: FloatArray, support: tuple[float, float]) -> None:
    low, high = support
    outside = (values < low) | (values > high)
    if outside.any():
        row = int(np.argmax(outside))
        raise PanelTableError(
            "panel.outside",
            row=row + 1,
            series=frame["unique_id"].iloc[row],
            found=f"{values[row]:g}",
            low=f"{low:g}",
            high=f"{high:g}",
        )


def _is_number(cell: object) -> bool:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    try:
        float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _twice(frame: pd.DataFrame, earlier: int, row: int) -> PanelTableError:
    named = {"series": frame["unique_id"].iloc[row], "ds": frame["ds"].iloc[row]}
    return PanelTableError("panel.twice", row=row + 1, earlier=earlier + 1, **named)


def _in_order(codes: IntArray, periods: IntArray) -> bool:
    later = codes[1:] > codes[:-1]
    return bool((later | ((codes[1:] == codes[:-1]) & (periods[1:] > periods[:-1]))).all())


def _used(periods: IntArray, ends: IntArray, sizes: IntArray) -> IntArray:
    """Number of latest figures that count: at most LONGEST, within LONGEST_SPAN periods."""
    counts = np.minimum(sizes, LONGEST)
    last = periods[ends - 1]
    for at in np.flatnonzero(last - periods[ends - counts] > LONGEST_SPAN):
        window = periods[ends[at] - counts[at] : ends[at]]
        counts[at] = max(_LEAST, int((window >= last[at] - LONGEST_SPAN).sum()))
    return np.asarray(counts)
