"""Many series at once: the trend of every series of a table, in blocks, in bounded memory.

The series of a table (`tables`) are cut into blocks; every block is worked by the same function, on
one core, on all of this machine's or on a cluster, so the answer does not depend on where.

Of months and quarters, those that are all there make years; what there is of the year after the
last complete one is its floor and nowcast (`within_year`). The years are forecast as any panel, and
the series with a year in hand again, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import isnan
from operator import index
from typing import Annotated, Any, Final, Literal, NamedTuple, TypedDict, Unpack, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.calls import checked
from bcforecast.distributions import Counting, Distribution, FloatArray, Inflated, Transform
from bcforecast.errors import ObservationError, OptionError
from bcforecast.models import growth, tables, trend
from bcforecast.models.base import are_near, kept_mass, rim_of
from bcforecast.models.tables import FEWEST, GoalKind, PanelTableError, cell_of
from bcforecast.models.trend_members import LONGEST, shipped
from bcforecast.models.within_year import WithinYear
from bcforecast.observations import subannual
from bcforecast.observations.records import Period
from bcforecast.observations.selection import History, IntArray
from bcforecast.observations.subannual import MONTHS, How, Subannual, YearPart, difference
from bcforecast.plan.targets import COMPARISONS, ONE_SIDED
from bcforecast.text import Message
from bcforecast.workers import EngineName, worked

QUANTILES = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
"""Quantiles unless others are asked for."""

BLOCK = 1024
"""Series that are worked at once."""

ScaleChoice = Literal["auto", "identity", "log"]

Progress = Callable[[int, int], None]
"""Called with the number of series done and of all."""


class PanelForecast(NamedTuple):
    """Forecasts of the series, and the targets with their probabilities."""

    forecasts: pd.DataFrame
    targets: pd.DataFrame


class _How(TypedDict, total=False):
    scale: ScaleChoice
    n_jobs: int
    engine: EngineName
    scheduler: str | None
    support: tuple[float, float] | None
    block_size: int
    trend_only: bool
    panel: bool
    progress: Progress | None


@overload
def forecast_panel(
    df: pd.DataFrame, horizon: int, quantiles: Sequence[float] = ..., targets: None = None,
    **how: Unpack[_How],
) -> pd.DataFrame: ...  # fmt: skip


@overload
def forecast_panel(
    df: pd.DataFrame, horizon: int, quantiles: Sequence[float] = ..., *, targets: pd.DataFrame,
    **how: Unpack[_How],
) -> PanelForecast: ...  # fmt: skip


@checked
def forecast_panel(
    df: pd.DataFrame,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    targets: pd.DataFrame | None = None,
    scale: ScaleChoice = "auto",
    *,
    n_jobs: int = 1,
    engine: EngineName = "local",
    scheduler: str | None = None,
    support: tuple[float, float] | None = None,
    block_size: Annotated[int, range(1, 10**6 + 1)] = BLOCK,
    trend_only: bool = False,
    panel: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame | PanelForecast:
    """Forecast every series of a panel with the trend engine.

    Parameters
    ----------
    df
        Columns `unique_id`, `ds` (whole numbers or dates; gaps allowed) and `y` (in the series'
        own unit, at most 1e100 in size and within the support; NaN is a gap), rows in any order,
        at least two figures a series.
    horizon
        Periods ahead of each series' last `ds`.
    quantiles
        Levels between 0 and 1, each once; their columns stand in ascending order.
    targets
        Columns `unique_id`, `h` (periods after the series' last `ds`), `comparator` (`at_least`,
        `more_than`, `at_most` or `less_than`) and `target` (in the unit of the series). And, where
        they are goals of a government, `kind`: `count`, `money`, `rate` or `ratio` (a share of a
        whole, in percent), and `reference_class`, a kind of goal that was learned
        (`growth.reference_classes`): growth is then what its areas had seen by the series' last
        year, where that is known. They are of a series: its other targets may leave them empty.
    scale
        `auto` averages a series on its own and on a log scale if it is positive throughout, else
        on its own; `identity` always on its own; `log` refuses series that are not positive.
    n_jobs
        Cores of this machine; -1 is all. The answer does not depend on it.
    engine, scheduler
        `dask` works the blocks on the cluster of the scheduler at that address.
    support
        Smallest and largest possible value of every series; two finite ends make the second scale
        a logit. Default: from 0 up for positive series, and for counts, money and ratios that were
        never negative, else unbounded, so that a series of no kind with a zero may fall below it,
        unless it has only zeros, or ends in four and was never negative: give `(0, inf)` for what
        cannot be. No ratio that never was beyond 100 goes there.
    block_size
        Series that are worked at once: bounds the memory, and does not change the answer.
    trend_only
        Leave out how goals of governments depart from their trend.
    panel
        The series are areas of one indicator: they lend each other strength.
    progress
        Called with the number of series done and of all.

    Returns
    -------
    DataFrame
        One row a series and period: `unique_id`, `h`, `mean` (of the central half of the
        distribution, a point forecast that its tails do not move), `q<level>`.
    PanelForecast
        If there are targets: that table, and the targets' rows and columns as given with
        `probability` and `q<level>` of one distribution: of a goal of a kind, the trend that
        growth of it enters, bent as goals were met (`growth.Leaning`) where all targets of the
        series point one way; else the trend.

    Raises
    ------
    BcforecastError
        If the input is not as above, naming the row or series (a `PanelTableError`) or the option
        (an `OptionError`), or if a forecast would be beyond the largest number.

    Examples
    --------
    >>> df = pd.DataFrame(
    ...     {"unique_id": "a", "ds": [2018, 2019, 2021], "y": [100.0, 110.0, 128.0]}
    ... )
    >>> forecast_panel(df, 2, quantiles=[0.1, 0.9]).columns.tolist()
    ['unique_id', 'h', 'mean', 'q0.1', 'q0.9']
    """
    levels = checked_levels("quantiles", quantiles)
    horizon = checked_horizon(horizon)
    support = None if support is None else tables.checked_support(support)
    table = tables.read_series(df, support)
    empty = pd.DataFrame(columns=tables.TARGET_COLUMNS)
    targets = None if targets is None else tables.with_known_heads(targets)
    asked = empty if targets is None else targets
    wanted = tables.read_targets(asked, table.ids)
    farthest = int(wanted["h"].to_numpy().max(initial=horizon))
    of_series = tables.kinds_of(asked)
    kinds = [of_series.get(name, GoalKind()) for name in table.ids]
    groups = _groups(table, scale, support, kinds=kinds, panel=panel)
    blocks = _blocks(
        table, groups, farthest, levels=levels, targets=wanted, size=block_size, lean=not trend_only
    )
    count = len(table.ids)
    cells = np.empty((1 + len(levels), count, horizon))
    told = np.empty((1 + len(levels), len(wanted)))
    finished = 0
    for block, (mean, inner, chances) in worked(
        blocks, forecast_block, n_jobs=n_jobs, engine=engine, scheduler=scheduler
    ):
        cells[0, block.series] = mean[:, :horizon]
        cells[1:, block.series] = inner[:, :, :horizon]
        told[:, block.targets.index] = chances
        finished += block.series.size
        if progress is not None:
            progress(finished, count)
    wrong = np.asarray(~np.isfinite(cells).all(axis=(0, 2)))
    wrong[wanted["series"].to_numpy()[~np.isfinite(told).all(axis=0)]] = True
    if wrong.any():
        raise PanelTableError("panel.beyond_numbers", series=table.ids[int(np.argmax(wrong))])
    names = ["mean", *(f"q{p:g}" for p in levels)]
    forecasts = pd.DataFrame(cells.reshape(len(names), -1).T, columns=names, copy=False)
    forecasts.insert(0, "unique_id", table.ids.repeat(horizon))
    forecasts.insert(1, "h", np.tile(np.arange(1, horizon + 1), count))
    if targets is None:
        return forecasts
    beside = dict(zip(["probability", *names[1:]], told, strict=True))
    return PanelForecast(forecasts, targets.assign(**beside))


def checked_horizon(horizon: object) -> int:
    """Return a number of periods ahead, of whatever type of whole number; refuse any other."""
    try:
        found = index(horizon)  # type: ignore[arg-type]
    except TypeError:
        found = 0
    if not 1 <= found <= tables.FARTHEST:
        allowed = Message("panel.allowed_horizon", {"largest": tables.FARTHEST})
        raise OptionError("horizon", found=horizon, allowed=allowed)
    return found


def checked_levels(name: str, quantiles: Sequence[float]) -> tuple[float, ...]:
    """Return the levels of an argument in ascending order, no two with one column name."""
    levels = tuple(sorted(float(q) for q in quantiles))
    names = {f"{q:g}" for q in levels}
    if not levels or not all(0.0 < q < 1.0 for q in levels) or len(names) < len(levels):
        found = ",".join(f"{float(q):g}" for q in quantiles) or "-"
        raise OptionError(name, found=found, allowed=Message("panel.allowed_quantiles"))
    return levels


@dataclass(frozen=True)
class Group:
    """Series that are forecast alike: on one scale, with one growth."""

    series: IntArray  # their positions
    transform: Transform  # of the second scale
    support: tuple[float, float]
    growth: trend.Growth
    kind: str  # of the goals that their targets are; empty if they say none


def _groups(
    table: tables.SeriesTable,
    choice: ScaleChoice,
    support: tuple[float, float] | None,
    *,
    kinds: Sequence[GoalKind],
    panel: bool,
) -> list[Group]:
    used = np.stack([table.ends - table.counts, table.ends], axis=1).ravel()[:-1]
    values, sizes = table.values, np.abs(table.values)
    smallest = np.minimum.reduceat(table.values, used)[::2]
    largest = np.maximum.reduceat(table.values, used)[::2]
    zeros = np.zeros(len(table.ids), dtype=bool)
    for n in np.flatnonzero((smallest == 0.0) & (table.values[table.ends - 1] == 0.0)):
        zeros[n] = trend.repeats_zero(table.values[table.ends[n] - table.counts[n] : table.ends[n]])
    of_kind = np.array([one.kind or "" for one in kinds], dtype=object)
    families = np.array([one.reference_class or "" for one in kinds], dtype=object)
    last = table.periods[table.ends - 1] + table.lead
    last = np.where(panel | (families != ""), last, 0)
    inner, outer = (growth.within_whole(smallest, largest, ends=ends) for ends in (False, True))
    # 1 where an end has been reached
    share_of = np.where(of_kind == "ratio", inner.astype(int) + outer, 0)
    rims = np.zeros(len(table.ids))
    whole, touched = support or growth.WHOLE, share_of == 1
    if support is not None:
        touched = (smallest <= support[0]) | (largest >= support[1])
    for n in np.flatnonzero(touched):
        rims[n] = rim_of(table.values[table.ends[n] - table.counts[n] : table.ends[n]], *whole)
    found = []
    alike_to = zip(of_kind.tolist(), share_of.tolist(), rims.tolist(), strict=True)
    for kind, share, rim in sorted(set(alike_to)):
        own = (of_kind == kind) & (share_of == share) & (rims == rim)
        ends = support or (growth.WHOLE if share > 1 or rim else (0.0, np.inf))
        low, high = ends[0] - rim, ends[1] + rim
        inside = (smallest > low) & (largest < high) & np.isfinite(low)
        if choice == "log" and not inside[own].all():
            first = int(np.flatnonzero(own & ~inside)[0])
            raise PanelTableError("panel.not_positive", series=table.ids[first])
        if choice == "auto":
            mean, size = (np.add.reduceat(of, used)[::2] / table.counts for of in (values, sizes))
            inside &= are_near(mean, size, low=low, high=high)
        elif choice == "identity":
            inside = np.zeros_like(inside)
        bounded = Transform("logit", low, high) if np.isfinite(high) else Transform("log", low)
        free = (-np.inf, np.inf) if support is None else support
        floored = zeros
        if support is None and kind in growth.NEVER_NEGATIVE:
            floored = zeros | (smallest >= 0.0)
        cuts: list[tuple[Transform, tuple[float, float], npt.NDArray[np.bool_]]] = [
            (bounded, ends, inside),
            (Transform(), free, ~inside & ~floored),
            (Transform(), (max(free[0], 0.0), free[1]), ~inside & floored),
        ]
        most = growth.WHOLE[1] if share and support is None else np.inf
        for transform, (least, farthest), there in cuts:
            limits = least, min(farthest, most)
            alike_in = set(zip(last[own & there], families[own & there], strict=True))
            for year, family in sorted(alike_in):
                alike = (last == year) & (families == family)
                at = np.flatnonzero(own & there & alike)
                known = growth.growth_of(kind, family=family, year=year)
                if panel and transform.name != "identity":
                    parts = [slice(e - n, e) for e, n in zip(table.ends, table.counts, strict=True)]
                    areas = [parts[a] for a in np.flatnonzero(own & there)]
                    figures = [(table.periods[part], table.values[part]) for part in areas]
                    known = growth.Panel.of(figures, transform, last=year).growth() or known
                found.append(Group(at, transform, limits, known, kind))
    return found


@dataclass(frozen=True)
class Block:
    """Some series of a group."""

    series: IntArray  # their positions in the panel
    histories: trend.Histories  # the latest figures of each
    group: Group
    lean: bool  # whether its goals are bent as goals were met
    horizon: int  # periods to forecast
    levels: tuple[float, ...]  # of the quantiles
    targets: pd.DataFrame  # theirs, with `series` the position in the block


def _blocks(
    table: tables.SeriesTable,
    groups: list[Group],
    horizon: int,
    *,
    levels: tuple[float, ...],
    targets: pd.DataFrame,
    size: int,
    lean: bool,
) -> Iterator[Block]:
    """Cut a panel into blocks of at most `size` series.

    Series of one length stand together, so that a block has few gap patterns.
    """
    ordered = [
        one.series[np.lexsort((table.lead[one.series], table.counts[one.series]))] for one in groups
    ]
    place = np.argsort(np.concatenate(ordered))[targets["series"]]
    by_place = np.argsort(place, kind="stable")
    place = place[by_place]
    done = 0
    for group, positions in zip(groups, ordered, strict=True):
        for start in range(0, positions.size, size):
            at = positions[start : start + size]
            offsets = np.maximum(table.ends[at] - np.arange(LONGEST, 0, -1)[:, None], 0)
            histories = trend.Histories.aligned(
                table.values[offsets], table.periods[offsets], table.counts[at], table.lead[at]
            )
            part = slice(*np.searchsorted(place, [done, done + at.size]))
            wanted = targets.iloc[by_place[part]].assign(series=place[part] - done)
            done += at.size
            yield Block(at, histories, group, lean, horizon, levels, wanted)


@lru_cache(maxsize=16)
def _score_table(levels: tuple[float, ...]) -> FloatArray:
    """Scores of the levels and of the midmean's end by number of figures, (Q + 1, LONGEST + 1)."""
    counts = np.maximum(np.arange(LONGEST + 1.0), FEWEST)
    wanted = np.array([*levels, 1.0 - trend.MIDMEAN_TAIL])[:, None]
    return shipped().shape_of(counts).ppf(wanted)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def forecast_block(block: Block) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Midmeans (B, H) and quantiles (Q, B, H); of targets probability and quantiles (1 + Q, T).

    What is too large for a number comes out not finite.
    """
    group = block.group
    curve = trend.fit_exact(
        block.histories, horizon=block.horizon, transform=group.transform, support=group.support
    )
    curve = group.growth.applied(curve, block.histories, horizon=block.horizon)
    whole = (group.kind == "count") & (block.histories.values % 1.0 == 0.0).all(axis=0)
    curve = trend.of_unit_size(curve, block.histories, whole=whole)
    counts = block.histories.observations
    scores = _score_table(block.levels)[:, counts]
    quantiles = np.empty((len(block.levels), counts.size, block.horizon))
    for row, z in zip(quantiles, scores[:-1], strict=True):
        row[:] = curve.value(z).T
    shape = shipped().shape_of(counts)
    mean = curve.mean(shape, end=scores[-1], nodes=trend.MIDMEAN_NODES).T
    told = np.empty((1 + len(block.levels), len(block.targets)))
    series, h, kinds, target = (block.targets[name].to_numpy() for name in block.targets)
    ahead = block.histories.lead + np.arange(1.0, block.horizon + 1.0)[:, None]
    kept, value = kept_mass(block.histories.run, ahead), block.histories.values[-1]
    for b in np.flatnonzero(kept[0] > 0.0):
        one = curve.take((slice(None), b)), shipped().shape_of(int(counts[b]))
        with_value = Inflated(trend.TrendDistribution(*one), float(value[b]), kept[:, b])
        quantiles[:, b] = with_value.quantile(block.levels)
        mean[b] = with_value.quantile(_MIDDLE).mean(axis=0)
    quantiles[:, whole] = np.ceil(quantiles[:, whole] - 0.5) + 0.0  # as `Counting` has them
    up = np.array([COMPARISONS[name].up for name in ONE_SIDED])[kinds]
    both = np.isin(series, np.intersect1d(series[up], series[~up]))
    counted = whole[series]
    for kind, ways, things in sorted(set(zip(kinds, both, counted, strict=True))):
        at = np.flatnonzero((kinds == kind) & (both == ways) & (counted == things))
        own: Distribution = trend.TrendDistribution(
            curve.take((h[at] - 1, series[at])), shape.take(series[at])
        )
        mass = kept[h[at] - 1, series[at]]
        if mass.any():
            own = Inflated(own, value[series[at]], mass)
        own = Counting(own) if things else own
        asked = COMPARISONS[ONE_SIDED[kind]]
        told[1:, at] = quantiles[:, series[at], h[at] - 1]
        if group.kind and block.lean and not ways:
            leaning = growth.learned().leaning
            own = leaning.applied(own, up=asked.up, observations=counts[series[at]])
            told[1:, at] = own.quantile(block.levels)
        told[0, at] = own.meets(target[at], up=asked.up, strict=asked.strict)
    return mean, quantiles, told


_MIDDLE: Final = np.linspace(trend.MIDMEAN_TAIL, 1.0 - trend.MIDMEAN_TAIL, 102)[1:-1]
"""Levels at which the central half of a forecast with a repeated value is read."""


_HOW: Final[Mapping[str, How]] = {"rate": "mean", "ratio": "mean"}
"""What a year is of its months, by kind: of other kinds, and of none, their sum."""

_CENTRAL: Final = trend.MIDMEAN_TAIL + (1.0 - 2.0 * trend.MIDMEAN_TAIL) * (np.arange(50) + 0.5) / 50
"""Levels at which the central half of a year in hand is read."""


def forecast_years(
    df: pd.DataFrame,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    targets: pd.DataFrame | None = None,
    *,
    how: How | None = None,
    support: tuple[float, float] | None = None,
    **options: Any,
) -> pd.DataFrame | PanelForecast:
    """Forecast the years of series whose figures are for months, quarters and years.

    All is as for `forecast_panel` but this: `ds` has periods such as `2021-03`, `2021Q1`,
    `2021-01/2021-05`, `2021`, also mixed; horizon and `h` count from each series' last complete
    year, and the result has a column `year`. `how` a year is of its months, their `sum`, their
    `mean` or the `last`, is by default the mean of a series whose targets are of kind `rate` or
    `ratio`, else the sum; the support of the years is by default 0 to 100 for a ratio whose years
    lie between, from 0 up for other series with a year in hand and no figure below 0, else as for
    `forecast_panel`.

    Examples
    --------
    >>> df = pd.DataFrame({"unique_id": "a", "ds": ["2019", "2020", "2021Q1"], "y": [90, 99, 30]})
    >>> forecast_years(df, 1, quantiles=[0.5])[["h", "year"]].values.tolist()
    [[1, 2021]]
    """
    targets = None if targets is None else tables.with_known_heads(targets)
    kinds = {} if targets is None or "unique_id" not in targets else tables.kinds_of(targets)
    series = tuple(_series(df, how, support, kinds))
    sizes = [len(one.years) for one in series]
    years = pd.DataFrame({
        "unique_id": np.repeat(pd.Index([one.name for one in series]), sizes),
        "ds": np.fromiter((year for one in series for year in one.years), dtype=np.int64),
        "y": np.fromiter((y for one in series for y in one.years.values()), dtype=float),
    })  # fmt: skip
    wanted = pd.DataFrame(columns=tables.TARGET_COLUMNS) if targets is None else targets
    found = forecast_panel(years, horizon, quantiles, targets=wanted, support=support, **options)
    forecasts, wanted = found
    last = {one.name: max(one.years) for one in series}
    for table in found:
        after = table["h"].to_numpy(dtype=np.int64)
        table.insert(2, "year", table["unique_id"].map(last).to_numpy(dtype=np.int64) + after)
    columns = [str(name) for name in forecasts if str(name).startswith("q")]
    levels = np.array([float(name[1:]) for name in columns])
    grows: dict[str, trend.Growth] = {}
    if any(one.part is not None for one in series):
        read, panel = tables.read_series(years, support), options.get("panel", False)
        of_series = [kinds.get(name, GoalKind()) for name in read.ids]
        alike = _groups(read, "auto", support, kinds=of_series, panel=panel)
        grows = {read.ids[n]: group.growth for group in alike for n in group.series}
    cells = forecasts[["mean", *columns]].to_numpy(dtype=float).copy()
    for at, one in enumerate(series):
        if one.part is None:
            continue
        mine = wanted[wanted["unique_id"] == one.name]
        farthest = max([horizon, *mine["h"].astype(int)])
        kind, known = kinds.get(one.name, GoalKind()).kind, trend.Trend(grows[one.name])
        forecast = WithinYear(known, one.part).fit(one.history, farthest)
        rows = slice(at * horizon, (at + 1) * horizon)
        cells[rows, 0] = forecast.quantile(_CENTRAL).mean(axis=0)[:horizon]
        cells[rows, 1:] = forecast.quantile(levels).T[:horizon]
        if not len(mine):
            continue
        asked = [COMPARISONS[comparator] for comparator in mine["comparator"]]
        ways = {goal.up for goal in asked}
        if kind is not None and len(ways) == 1 and not options.get("trend_only", False):
            model = WithinYear(growth.Leaned(known, up=ways.pop()), one.part)
            forecast = model.fit(one.history, farthest)
        ends = forecast.quantile(levels)
        told = mine["target"].astype(float), mine["h"].astype(int)
        wanted.loc[wanted["unique_id"] == one.name, ["probability", *columns]] = [
            [forecast.meets(target, up=goal.up, strict=goal.strict)[h - 1], *ends[:, h - 1]]
            for goal, target, h in zip(asked, *told, strict=True)
        ]
    forecasts[["mean", *columns]] = cells
    return forecasts if targets is None else found


def sums_that_differ(
    df: pd.DataFrame, *, how: How | None = None, targets: pd.DataFrame | None = None
) -> Iterator[tuple[int, Message]]:
    """Say which figures are not what those within their time make, beyond rounding, or not used.

    By the row of the figure, counted from 1: what `forecast_years` takes is it, not the sum.
    """
    kinds = {} if targets is None else tables.kinds_of(tables.with_known_heads(targets))
    gaps = (gap for series in _series(df, how, None, kinds) for gap in series.gaps)
    return ((row, said) for row, said in gaps if said is not None)


class _Row(NamedTuple):
    period: Period
    value: float
    row: int


class _Series(NamedTuple):
    name: str
    years: dict[int, float]
    part: YearPart | None
    history: History
    gaps: list[tuple[int, Message | None]]  # by row, how a year is not what its parts make


def _series(
    frame: pd.DataFrame,
    how: How | None,
    support: tuple[float, float] | None,
    kinds: Mapping[Any, GoalKind],
) -> Iterator[_Series]:
    codes, names, values = tables.read_figures(frame, support if how in ("mean", "last") else None)
    periods = _periods(frame["ds"])
    seen: dict[tuple[int, Period], int] = {}
    rows: dict[int, list[_Row]] = {code: [] for code in range(len(names))}
    for at, (code, period, value) in enumerate(zip(codes.tolist(), periods, values, strict=True)):
        earlier = seen.setdefault((code, period), at)
        if earlier != at:
            named = {"series": names[code], "ds": frame["ds"].iloc[at], "earlier": earlier + 1}
            raise PanelTableError("panel.twice", row=at + 1, **named)
        if not isnan(value):
            rows[code].append(_Row(period, float(value), at + 1))
    for code, own in rows.items():
        name = names[code]
        kind = kinds.get(name, GoalKind()).kind
        whole = [row for row in own if row.period.months == MONTHS]
        last_month = subannual.fiscal_end(whole)
        known = {r.period.last.year: r for r in whole if r.period.last.month == last_month}
        short = [(row, 0.0) for row in own if row.period.months < MONTHS]
        within = Subannual.of(short, how or _HOW.get(kind or "", "sum"), last_month=last_month)
        summed = {y: of[MONTHS].value for y, of in within.so_far.items() if MONTHS in of}
        years = dict(sorted((summed | {y: r.value for y, r in known.items()}).items()))
        if not years:
            raise PanelTableError("panel.no_year", series=name)
        told, part = list(years.values()), within.in_hand(after=max(years))
        free = (0.0, np.inf) if all(row.value >= 0.0 for row in own) else (-np.inf, np.inf)
        if kind == "ratio" and growth.within_whole(min(told), max(told), ends=True):
            free = growth.WHOLE
        both = sorted(known.keys() & summed.keys())
        pairs = ((known[y], within.so_far[y][MONTHS]) for y in both)
        gaps = [(row.row, difference(row.value, 0.0, of, within.how)) for row, of in pairs]
        if within.how == "sum" and len({row.period.months for row, _ in short}) > 1:
            gaps += [(row.row, _apart(row, short)) for row, _ in short if row.period.months > 1]
        gaps += _left_out(own, years, part, last_month)
        things = kind == "count" and all(row.value % 1.0 == 0.0 for row in own)
        about = {"support": support or free, "indicator": str(name), "whole": things}
        yield _Series(name, years, part, History.of(list(years), told, **about), gaps)


def _apart(row: _Row, short: list[tuple[_Row, float]]) -> Message | None:
    """Say by how much a figure of several months differs from the sum of those of parts of them."""
    first, last, months = row.period.first, row.period.last, row.period.months
    within = [one for one in short if first <= one[0].period.first and one[0].period.last <= last]
    finer = [one for one in within if one[0].period.months < months]
    begins = (first.month - 2) % MONTHS + 1  # as if a year began with them
    chains = Subannual.of(finer, "sum", last_month=begins).so_far.values()
    total = next((chain[months] for chain in chains if months in chain), None)
    return None if total is None else difference(row.value, 0.0, total)


def _left_out(
    own: list[_Row], years: Mapping[int, float], part: YearPart | None, last_month: int
) -> Iterator[tuple[int, Message | None]]:
    """Say of the first figure of each year that is not used as its months are not all there."""
    told = {*years}
    for row in sorted(own):
        year, month = subannual.place_in_year(row.period.last, last_month)
        used = part is not None and year == part.year and month <= part.months
        if year not in told and not used:
            told.add(year)
            yield row.row, Message("panel.year_left_out", {"year": year})


def _periods(column: pd.Series) -> list[Period]:
    parse, periods = cache(Period.parse), []
    for at, cell in enumerate(column.astype(str).str.strip()):
        try:
            period = parse(tables.as_files(cell))
        except ObservationError:
            period = None
        if period is None or period.months > MONTHS:
            raise PanelTableError("panel.not_a_span", row=at + 1, found=cell_of(column, at))
        periods.append(period)
    return periods
