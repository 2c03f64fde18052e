"""Dates as whole period numbers: years, quarters, months, weeks or days, whichever fit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcforecast.models.panel_problems import PanelTableError, cell_of
from bcforecast.observations.history import IntArray

_MONTHS = (12, 3, 1)
_DAYS = (7, 1)
_EXACT = 2.0**53
"""Largest whole number that a float is sure to hold."""


def periods_of(column: pd.Series, codes: IntArray) -> IntArray:
    """Period number of each row; differences within a series are what counts.

    Whole numbers are periods as they are. Dates are counted in the coarsest of years, quarters,
    months, weeks and days in which every distance within every series is a whole number.

    Parameters
    ----------
    column
        Whole numbers or dates.
    codes
        Shape (rows,): which series a row belongs to.

    Raises
    ------
    PanelTableError
        If an entry is neither.
    """
    if pd.api.types.is_integer_dtype(column.dtype) and not column.hasnans:
        return column.to_numpy(dtype=np.int64)
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        whole = (np.abs(numbers) <= _EXACT) & (numbers == np.round(numbers))
        if not whole.all():
            raise _no_period(column, int(np.argmin(whole)))
        return numbers.astype(np.int64)
    return _of_dates(column, codes)


def _no_period(column: pd.Series, at: int) -> PanelTableError:
    return PanelTableError("panel.not_a_period", row=at + 1, found=cell_of(column, at))


def _of_dates(column: pd.Series, codes: IntArray) -> IntArray:
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.array.asi8.astype(np.int64)
    dates = pd.to_datetime(column, errors="coerce", utc=True).dt.tz_localize(None)
    if dates.isna().any():
        raise _no_period(column, int(np.argmax(dates.isna())))
    stamps = dates.to_numpy(dtype="datetime64[D]")
    months = stamps.astype("datetime64[M]").astype(np.int64)
    common = _common_distance(months, codes)
    if common:
        return np.asarray(months // next(unit for unit in _MONTHS if common % unit == 0))
    days = stamps.astype(np.int64)
    common = max(_common_distance(days, codes), 1)
    return np.asarray(days // next(unit for unit in _DAYS if common % unit == 0))


def _common_distance(numbers: IntArray, codes: IntArray) -> int:
    """Greatest common divisor of the distances within series; 0 if two rows fall together."""
    order = np.lexsort((numbers, codes))
    within = codes[order][1:] == codes[order][:-1]
    distances = np.diff(numbers[order])[within]
    if distances.size == 0:
        return 1
    return 0 if (distances == 0).any() else int(np.gcd.reduce(distances))
