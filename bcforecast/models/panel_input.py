"""Read a long table of series into arrays: one entry a figure, series after series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.panel_periods import periods_of
from bcforecast.models.trend_grid import LONGEST, LONGEST_SPAN
from bcforecast.observations.history import IntArray

COLUMNS = ("unique_id", "ds", "y")
"""Columns of a panel, as Nixtla's tools name them."""

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


def read_series(frame: pd.DataFrame) -> SeriesTable:
    """Read columns `unique_id, ds, y`; rows in any order.

    Raises
    ------
    ModelError
        If a column is missing, a figure or date cannot be read, a series has one period twice or
        fewer than two figures.
    """
    for column in COLUMNS:
        if column not in frame.columns:
            raise ModelError("panel.missing_column", column=column, found=", ".join(frame.columns))
    if frame.empty:
        raise ModelError("panel.empty")
    codes, ids = pd.factorize(frame["unique_id"], use_na_sentinel=True)
    if (codes < 0).any():
        raise ModelError("panel.no_id", row=int(np.argmax(codes < 0)) + 1)
    codes = codes.astype(np.int64)
    values = _figures(frame["y"])
    periods = periods_of(frame["ds"], codes)
    if not _in_order(codes, periods):
        order = np.lexsort((periods, codes))
        codes, values, periods = codes[order], values[order], periods[order]
        same = (codes[1:] == codes[:-1]) & (periods[1:] == periods[:-1])
        if same.any():
            raise ModelError("panel.twice", series=ids[codes[int(np.argmax(same))]])
    last_rows = np.flatnonzero(np.append(codes[1:] != codes[:-1], True))
    final = periods[last_rows]
    known = np.isfinite(values)
    if not known.all():
        codes, values, periods = codes[known], values[known], periods[known]
    ends = np.cumsum(np.bincount(codes, minlength=len(ids)))
    sizes = np.diff(ends, prepend=0)
    if (sizes < _LEAST).any():
        short = np.flatnonzero(sizes < _LEAST)
        raise ModelError(
            "panel.too_few", series=ids[short[0]], found=int(sizes[short[0]]), count=short.size
        )
    counts = _used(periods, ends, sizes)
    return SeriesTable(pd.Index(ids), values, periods, ends, counts, final - periods[ends - 1])


def _figures(column: pd.Series) -> FloatArray:
    try:
        values = column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ModelError("panel.not_a_number", reason=str(error)) from error
    if np.isinf(values).any():
        raise ModelError("panel.not_finite", row=int(np.argmax(np.isinf(values))) + 1)
    return values


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
