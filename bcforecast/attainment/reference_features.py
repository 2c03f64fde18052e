"""What makes one goal like another: its kind, the years ahead, the rate it asks for."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

REQUIRED_LIMITS: Final = (-2.0, 3.0)
"""The required rate is taken no farther than this: beyond, goals are alike."""

_YEARS_AT_ZERO: Final = 4.0


def required_vs_past(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    target: float,
    comparator: str,
    years_ahead: float,
) -> float:
    """Yearly change that a goal asks for, over the mean absolute yearly change of the past.

    Parameters
    ----------
    times, values
        Shape (n,): years and figures known, in the unit of `target`; NaN is a gap.
    target, comparator
        The goal; `at_most` asks for a fall, every other comparator for a rise.
    years_ahead
        From the last year known to the due date, above 0.

    Returns
    -------
    float
        1: the series must move as fast as it has been moving, in the goal's direction, each
        year; 0 or less: it is already there; infinite if it never moved.

    Examples
    --------
    >>> past = [2018, 2019, 2020], [30.0, 32.0, 32.0]
    >>> required_vs_past(*past, target=36.0, comparator="at_least", years_ahead=2)
    2.0
    """
    years, figures = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    known = np.isfinite(figures)
    years, figures = years[known], figures[known]
    if not figures.size:
        return float("nan")
    direction = -1.0 if comparator == "at_most" else 1.0
    asked = direction * (target - float(figures[-1])) / years_ahead
    moved = float(np.mean(np.abs(np.diff(figures)) / np.diff(years))) if figures.size > 1 else 0.0
    if moved > 0.0:
        return asked / moved
    return float(np.copysign(np.inf, asked)) if asked else 0.0


def _years(column: pd.Series) -> pd.Series:
    """Years of dates, of periods or of their texts."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.year
    return pd.to_datetime(column, utc=True).dt.year


def required_of_targets(targets: pd.DataFrame, series: pd.DataFrame) -> FloatArray:
    """Required rate of each of many targets.

    Parameters
    ----------
    targets
        Columns `unique_id, h, comparator, target`; `h` in years after the series' last row.
    series
        Columns `unique_id, ds, y`; `ds` in years, or dates or their texts, whose year counts; NaN
        is a gap.

    Returns
    -------
    array
        One a target; NaN for a series that is not there.
    """
    ordered = series.sort_values(["unique_id", "ds"], kind="stable")
    if not pd.api.types.is_numeric_dtype(ordered["ds"]):
        ordered = ordered.assign(ds=_years(ordered["ds"]))
    known = {
        str(name): (one["ds"].to_numpy(dtype=float), one["y"].to_numpy(dtype=float))
        for name, one in ordered.groupby("unique_id")
    }
    empty_rows = {name: _years_since_figure(*figures) for name, figures in known.items()}
    rows = zip(
        targets["unique_id"].astype(str),
        targets["target"].to_numpy(dtype=float),
        targets["comparator"].astype(str),
        targets["h"].to_numpy(dtype=float),
        strict=True,
    )
    nothing = (np.empty(0), np.empty(0))
    return np.array(
        [
            required_vs_past(
                *known.get(name, nothing),
                target=value,
                comparator=comparator,
                years_ahead=years + empty_rows.get(name, 0.0),
            )
            for name, value, comparator, years in rows
        ],
        dtype=float,
    )


def _years_since_figure(years: FloatArray, figures: FloatArray) -> float:
    known = years[np.isfinite(figures)]
    return float(years[-1] - known[-1]) if known.size else 0.0


def features(years_ahead: npt.ArrayLike, required: npt.ArrayLike) -> FloatArray:
    """Columns of the regression: 1, the required rate within its limits, log(years / 4).

    Parameters
    ----------
    years_ahead, required
        Shape (n,); a required rate that is not known (NaN) counts as 1, the past rate.

    Returns
    -------
    array
        Shape (n, 3).
    """
    asked = np.nan_to_num(np.asarray(required, dtype=float), nan=1.0, posinf=np.inf, neginf=-np.inf)
    distance = np.log(np.maximum(np.asarray(years_ahead, dtype=float), 0.5) / _YEARS_AT_ZERO)
    return np.column_stack([np.ones_like(asked), np.clip(asked, *REQUIRED_LIMITS), distance])
