"""Many series of months, quarters and years, forecast by year.

Months and quarters that are all there make years; what there is of the year after the last complete
one is its floor and nowcast (`bcforecast.models.within_year`). The years go to the panel of trends,
and the series with a year in hand are forecast again, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from bcforecast.distributions import Distribution, FloatArray
from bcforecast.errors import ObservationError
from bcforecast.models import growth, panel
from bcforecast.models.periods import PanelTableError, cell_of
from bcforecast.models.trend import MIDMEAN_TAIL, Trend
from bcforecast.models.within_year import WithinYear
from bcforecast.observations.parts import MONTHS, How, Parts, YearPart, fiscal_end
from bcforecast.observations.records import Period
from bcforecast.observations.selection import History
from bcforecast.plan.goals import COMPARISONS

_HOW: Final[Mapping[str, How]] = {"rate": "mean", "ratio": "mean"}
"""What a year is of its months, by kind: of other kinds, and of none, their sum."""

_MIDDLE: Final = MIDMEAN_TAIL + (1.0 - 2.0 * MIDMEAN_TAIL) * (np.arange(50) + 0.5) / 50


class YearForecast(NamedTuple):
    """What a panel's forecast has found, by year, and the complete years behind it."""

    found: pd.DataFrame | panel.PanelForecast
    years: pd.DataFrame


def forecast_years(
    df: pd.DataFrame,
    horizon: int,
    quantiles: Sequence[float] = panel.QUANTILES,
    targets: pd.DataFrame | None = None,
    *,
    how: How | None = None,
    support: tuple[float, float] | None = None,
    **options: Any,
) -> YearForecast:
    """Forecast the years of series whose figures are for months, quarters and years.

    Parameters
    ----------
    df
        Columns `unique_id`, `ds` (periods such as `2021-03`, `2021Q1`, `2021-01/2021-05`, `2021`;
        those of one series may be mixed) and `y` (in the series' own unit; NaN is a gap).
    horizon
        Years ahead of each series' last complete year.
    quantiles, targets, options
        As for `bcforecast.models.panel.forecast_panel`; `h` counts from the last complete year.
    how
        What a year is of its months: their `sum`, their `mean`, the `last`. Default: the mean of a
        series whose targets are of kind `rate` or `ratio`, else the sum.
    support
        Smallest and largest possible value of every year. Default: 0 to 100 for a ratio whose years
        lie between, from 0 up for other series without a figure below 0, else unbounded.

    Returns
    -------
    YearForecast
        As `forecast_panel` has it, with the column `year`; and the complete years (`unique_id`,
        `ds`, `y`).

    Raises
    ------
    ModelError
        If the input is not as above, naming the row or series.

    Examples
    --------
    >>> df = pd.DataFrame({"unique_id": "a", "ds": ["2019", "2020", "2021Q1"], "y": [90, 99, 30]})
    >>> forecast_years(df, 1, quantiles=[0.5]).found[["h", "year"]].values.tolist()
    [[1, 2021]]
    """
    kinds = _kinds(targets)
    series = tuple(_series(df, how, support, kinds))
    sizes = [len(one.years) for one in series]
    years = pd.DataFrame({
        "unique_id": np.repeat(pd.Index([one.name for one in series]), sizes),
        "ds": np.fromiter((year for one in series for year in one.years), dtype=np.int64),
        "y": np.fromiter((y for one in series for y in one.years.values()), dtype=float),
    })  # fmt: skip
    asked = {"targets": targets, "support": support, **options}
    plain = panel.forecast_panel(years, horizon, quantiles, **asked)
    forecasts, wanted = plain if isinstance(plain, panel.PanelForecast) else (plain, None)
    last = {one.name: max(one.years) for one in series}
    for table in (forecasts, wanted):
        if table is not None:
            after = table["h"].to_numpy(dtype=np.int64)
            table.insert(2, "year", table["unique_id"].map(last).to_numpy(dtype=np.int64) + after)
    columns = [str(name) for name in forecasts if str(name).startswith("q")]
    levels = np.array([float(name[1:]) for name in columns])
    cells = forecasts[["mean", *columns]].to_numpy(dtype=float).copy()
    chances = np.empty(0) if wanted is None else wanted["probability"].to_numpy(dtype=float).copy()
    for at, one in enumerate(series):
        if one.part is None:
            continue
        mine = pd.DataFrame() if wanted is None else wanted[wanted["unique_id"] == one.name]
        farthest = max([horizon, *mine["h"].astype(int)]) if len(mine) else horizon
        kind = kinds.get(one.name)
        known = Trend(growth.growth_of(kind))
        forecast = WithinYear(known, one.part).fit(one.history, farthest)
        rows = slice(at * horizon, (at + 1) * horizon)
        cells[rows, 0] = forecast.quantile(_MIDDLE).mean(axis=0)[:horizon]
        cells[rows, 1:] = forecast.quantile(levels).T[:horizon]
        if wanted is None or not len(mine):
            continue
        leaned = {True: forecast, False: forecast}
        if kind is not None and not options.get("trend_only", False):
            for up in {COMPARISONS[asked].up for asked in mine["comparator"]}:
                model = WithinYear(growth.Leaned(known, up=up), one.part)
                leaned[up] = model.fit(one.history, farthest)
        chances[wanted["unique_id"].to_numpy() == one.name] = _probabilities(leaned, mine)
    forecasts[["mean", *columns]] = cells
    if wanted is None:
        return YearForecast(forecasts, years)
    return YearForecast(panel.PanelForecast(forecasts, wanted.assign(probability=chances)), years)


def _probabilities(forecast: Mapping[bool, Distribution], targets: pd.DataFrame) -> FloatArray:
    """Probability of each target of one series, from its forecast for a goal upward or not."""
    found = []
    for kind, target, h in zip(targets["comparator"], targets["target"], targets["h"], strict=True):
        asked = COMPARISONS[kind]
        met = forecast[asked.up].meets(target, up=asked.up, strict=asked.strict)
        found.append(float(met[int(h) - 1]))
    return np.array(found)


class _Row(NamedTuple):
    """One figure of a series."""

    period: Period
    value: float


@dataclass(frozen=True)
class _Series:
    """The complete years of one series, and what there is of the next."""

    name: str
    years: dict[int, float]
    part: YearPart | None
    support: tuple[float, float]

    @property
    def history(self) -> History:
        years, values = list(self.years), list(self.years.values())
        return History.of(years, values, support=self.support, indicator=str(self.name))


def _kinds(targets: pd.DataFrame | None) -> dict[object, str]:
    """Kind of each series whose targets are of one."""
    if targets is None or not {"unique_id", "kind"} <= set(targets):
        return {}
    named = targets[targets["kind"].isin(growth.KINDS)]
    return dict(zip(named["unique_id"], named["kind"], strict=True))


def _series(
    frame: pd.DataFrame,
    how: How | None,
    support: tuple[float, float] | None,
    kinds: Mapping[object, str],
) -> Iterator[_Series]:
    panel.require_columns(frame, panel.COLUMNS, "series")
    if frame.empty:
        raise PanelTableError("panel.empty")
    codes, names = panel.series_codes(frame["unique_id"])
    values = panel.figures_of(frame, support if how in ("mean", "last") else None)
    periods = _periods(frame["ds"])
    seen: dict[tuple[int, Period], int] = {}
    rows: dict[int, list[_Row]] = {code: [] for code in range(len(names))}
    for at, (code, period, value) in enumerate(zip(codes.tolist(), periods, values, strict=True)):
        earlier = seen.setdefault((code, period), at)
        if earlier != at:
            named = {"series": names[code], "ds": frame["ds"].iloc[at], "earlier": earlier + 1}
            raise PanelTableError("panel.twice", row=at + 1, **named)
        if not isnan(value):
            rows[code].append(_Row(period, float(value)))
    for code, own in rows.items():
        kind = kinds.get(names[code])
        one = _of_rows(names[code], own, how or _HOW.get(kind or "", "sum"), support, kind=kind)
        if not one.years:
            raise PanelTableError("panel.no_year", series=one.name)
        yield one


def _of_rows(
    name: str,
    rows: list[_Row],
    how: How,
    support: tuple[float, float] | None,
    *,
    kind: str | None,
) -> _Series:
    whole = [row for row in rows if row.period.months == MONTHS]
    last_month = fiscal_end(whole)
    known = {r.period.last.year: r.value for r in whole if r.period.last.month == last_month}
    short = [(row, 0.0) for row in rows if row.period.months < MONTHS]
    within = Parts.of(short, how, last_month=last_month)
    summed = {y: of[MONTHS].value for y, of in within.so_far.items() if MONTHS in of}
    years = dict(sorted((summed | known).items()))
    part = within.in_hand(after=max(years)) if years else None
    free = (0.0, np.inf) if all(row.value >= 0.0 for row in rows) else (-np.inf, np.inf)
    if kind == "ratio" and years and growth.within_whole(min(years.values()), max(years.values())):
        free = growth.WHOLE
    return _Series(name, years, part, support or free)


def _periods(column: pd.Series) -> list[Period]:
    """Period of each row, of at most a year."""
    found: dict[str, Period] = {}
    periods = []
    for at, cell in enumerate(column.astype(str).str.strip()):
        if cell not in found:
            try:
                found[cell] = Period.parse(cell)
            except ObservationError as error:
                given = cell_of(column, at)
                raise PanelTableError("panel.not_a_span", row=at + 1, found=given) from error
        if found[cell].months > MONTHS:
            given = cell_of(column, at)
            raise PanelTableError("panel.not_a_span", row=at + 1, found=given)
        periods.append(found[cell])
    return periods
