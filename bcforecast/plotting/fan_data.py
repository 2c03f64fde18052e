"""The numbers that a fan chart draws, apart from the drawing, so that they can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from bcforecast.defaults import FAN_LEVELS
from bcforecast.distributions import Distribution
from bcforecast.messages import Language
from bcforecast.observations.history import FloatArray, History, IntArray

_TWO_SIDED_95 = 1.959964


@dataclass(frozen=True)
class Points:
    """Yearly figures: exact, uncertain (with a range), or known by a bound only.

    Parameters
    ----------
    years
        Shape (n,), increasing.
    values
        Shape (n,), in the indicator's unit; NaN where only a bound is known.
    lower, upper
        Shape (n,): range of an uncertain figure, or the bounds; infinite where unknown, equal to
        the value where it is exact.
    """

    years: IntArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which entries have a value, shape (n,)."""
        return np.isfinite(self.values)

    @property
    def uncertain(self) -> npt.NDArray[np.bool_]:
        """Which entries have a value with a range around it, shape (n,)."""
        return self.known & (self.upper > self.lower)

    def runs(self) -> list[slice]:
        """Return the stretches of values in consecutive years: a line never crosses a gap."""
        where = np.flatnonzero(self.known)
        if not where.size:
            return []
        breaks = np.flatnonzero((np.diff(self.years[where]) > 1) | (np.diff(where) > 1)) + 1
        return [slice(int(run[0]), int(run[-1]) + 1) for run in np.split(where, breaks)]


@dataclass(frozen=True)
class Fan:
    """Central intervals and median of a forecast over H years.

    Parameters
    ----------
    years
        Shape (H,).
    levels
        Shape (L,), shares of probability, innermost first.
    lower, upper
        Shape (L, H), in the indicator's unit.
    median
        Shape (H,).
    """

    years: IntArray
    levels: FloatArray
    lower: FloatArray
    upper: FloatArray
    median: FloatArray


@dataclass(frozen=True)
class Later:
    """A figure for the due date that was published after the as-of date."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class FanData:
    """Everything that the chart of one goal shows, in numbers and names.

    Parameters
    ----------
    names, areas
        By language: the indicator's name; the parent area's name, where a parent is drawn.
    unit, unit_names, comparator, target, due, aspiration
        The promise; the unit's names in words by language.
    as_of
        Nothing published after this date is drawn, except `later`, which is marked as such.
    probability, verdict, grade
        What is said of the goal; `probability` is None for grade U.
    own, parent
        Figures of the area itself, and of its parent where the forecast borrows from it.
    parent_fan
        The parent's own forecast, where there is one.
    fan
        None where nothing can be said, and for events.
    met_by_year
        For an event: P(goal met by the end of the year), by year.
    """

    names: Mapping[Language, str]
    unit: str
    unit_names: Mapping[Language, str]
    comparator: str
    target: float
    due: date
    as_of: date
    probability: float | None
    verdict: str
    grade: str
    own: Points
    aspiration: bool = False
    fan: Fan | None = None
    met_by_year: Mapping[int, float] | None = None
    parent: Points | None = None
    parent_fan: Fan | None = None
    areas: Mapping[Language, str] | None = None
    later: Later | None = None


def points_of(history: History) -> Points:
    """Read the figures of a history with their ranges.

    An error size is drawn as the range value - 1.96 sd to value + 1.96 sd (95 %).

    Examples
    --------
    >>> p = points_of(History.of([2017, 2019, 2021], [4093, 6106, float("nan")],
    ...                          lower=[-np.inf, -np.inf, 9000], error_sd=[0, 25, 0]))
    >>> p.uncertain.tolist(), p.lower.round().tolist(), len(p.runs())
    ([False, True, False], [4093.0, 6057.0, 9000.0], 2)
    """
    known = history.known
    spread = _TWO_SIDED_95 * history.error_sd
    stated = known & np.isfinite(history.lower) & np.isfinite(history.upper)
    lower = np.where(known, history.values - spread, history.lower)
    upper = np.where(known, history.values + spread, history.upper)
    return Points(
        history.times,
        history.values,
        np.where(stated, history.lower, lower),
        np.where(stated, history.upper, upper),
    )


def fan_of(
    forecast: Distribution, years: tuple[int, ...], *, levels: tuple[float, ...] = FAN_LEVELS
) -> Fan:
    """Compute the intervals and the median of a forecast.

    Parameters
    ----------
    years
        The year of each horizon, length H.
    levels
        Central intervals, innermost first.
    """
    ends = [forecast.interval(level) for level in levels]
    return Fan(
        np.asarray(years, np.int64),
        np.asarray(levels, float),
        np.stack([low for low, _ in ends]),
        np.stack([high for _, high in ends]),
        forecast.median(),
    )


def year_position(day: date) -> float:
    """Place a date on the axis of years: the figure of a year stands at that year's end.

    Examples
    --------
    >>> year_position(date(2021, 12, 31)), year_position(date(2020, 12, 31))
    (2021.0, 2020.0)
    >>> round(year_position(date(2021, 6, 30)), 2)
    2020.5
    """
    length = date(day.year, 12, 31).timetuple().tm_yday
    return day.year - 1 + day.timetuple().tm_yday / length
