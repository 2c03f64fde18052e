"""Many series at once: the trend of every series of a table, in blocks, in bounded memory.

A table is read and refused by row; its series are cut into blocks; every block is worked by the
same function, on one core, on all of this machine's or on a cluster, so the answer does not depend
on where.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import index
from typing import Final, Literal, NamedTuple, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.distributions import Distribution, FloatArray, Inflated, Transform
from bcforecast.edge import checked
from bcforecast.errors import OptionError
from bcforecast.models import growth, trend
from bcforecast.models.base import kept_mass
from bcforecast.models.periods import PanelTableError, TableName, cell_of, period_numbers
from bcforecast.models.trend_members import LONGEST, LONGEST_SPAN, Curve, shipped
from bcforecast.observations.selection import IntArray, without_subnormal
from bcforecast.plan.goals import COMPARISONS
from bcforecast.text import Message
from bcforecast.workers import EngineName, worked

QUANTILES = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
"""Quantiles unless others are asked for."""

BLOCK = 1024
"""Series that are worked at once."""

FARTHEST = 200
"""Most periods ahead."""

LARGEST: Final = 1e100
"""Largest figure or target in size: its square and cube are still numbers, as the engine needs."""

COLUMNS: Final = ("unique_id", "ds", "y")
"""Columns of a panel, as Nixtla's tools name them."""

TARGET_COLUMNS: Final = ("unique_id", "h", "comparator", "target")

COMPARATORS: Final = tuple(c for c, asked in COMPARISONS.items() if not asked.counts_new)
"""Comparators that a target may have."""

ScaleChoice = Literal["auto", "identity", "log"]

Progress = Callable[[int, int], None]
"""Called with the number of series done and of all."""


class PanelForecast(NamedTuple):
    """Forecasts of the series, and the targets with their probabilities."""

    forecasts: pd.DataFrame
    targets: pd.DataFrame


@overload
def forecast_panel(
    df: pd.DataFrame,
    horizon: int,
    quantiles: Sequence[float] = ...,
    targets: None = None,
    scale: ScaleChoice = ...,
    *,
    n_jobs: int = ...,
    engine: EngineName = ...,
    scheduler: str | None = ...,
    support: tuple[float, float] | None = ...,
    block_size: int = ...,
    trend_only: bool = ...,
    panel: bool = ...,
    progress: Progress | None = ...,
) -> pd.DataFrame: ...


@overload
def forecast_panel(
    df: pd.DataFrame,
    horizon: int,
    quantiles: Sequence[float] = ...,
    *,
    targets: pd.DataFrame,
    scale: ScaleChoice = ...,
    n_jobs: int = ...,
    engine: EngineName = ...,
    scheduler: str | None = ...,
    support: tuple[float, float] | None = ...,
    block_size: int = ...,
    trend_only: bool = ...,
    panel: bool = ...,
    progress: Progress | None = ...,
) -> PanelForecast: ...


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
    block_size: int = BLOCK,
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
        whole, in percent), the same for all targets of a series.
    scale
        `auto` averages a series on its own and on a log scale if it is positive throughout, else
        on its own; `identity` always on its own; `log` refuses series that are not positive.
    n_jobs
        Cores of this machine; -1 is all. The answer does not depend on it.
    engine, scheduler
        `dask` works the blocks on the cluster of the scheduler at that address.
    support
        Smallest and largest possible value of every series; two finite ends make the second scale
        a logit. Default: from 0 up for positive series, else unbounded, so that a series with a
        zero may fall below it, unless it ends in four zeros and was never negative: give
        `(0, inf)` for what cannot be negative.
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
        `probability`: of a goal of a kind, of the trend that growth of its kind enters, bent as
        goals with a known outcome were met (`growth.Leaning`); of another target, of the trend.

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
    levels = _levels(quantiles)
    horizon = checked_horizon(horizon)
    _require_support(support)
    table = _read_series(df, support)
    asked = pd.DataFrame(columns=TARGET_COLUMNS) if targets is None else targets
    wanted = _read_targets(asked, table.ids)
    farthest = int(wanted["h"].to_numpy().max(initial=horizon))
    kinds = _kinds_of(asked, wanted, table)
    groups = _groups(table, scale, support, kinds=kinds, panel=panel)
    blocks = _blocks(
        table, groups, farthest, levels=levels, targets=wanted, size=block_size, lean=not trend_only
    )
    count = len(table.ids)
    cells = np.empty((1 + len(levels), count, horizon))
    probability = np.empty(len(wanted))
    finished = 0
    for block, found in worked(
        blocks, forecast_block, n_jobs=n_jobs, engine=engine, scheduler=scheduler
    ):
        cells[0, block.series] = found.mean[:, :horizon]
        cells[1:, block.series] = found.quantiles[:, :, :horizon]
        probability[block.targets.index] = found.probability
        finished += block.series.size
        if progress is not None:
            progress(finished, count)
    wrong = np.asarray(~np.isfinite(cells).all(axis=(0, 2)))
    wrong[wanted["series"][~np.isfinite(probability)]] = True
    if wrong.any():
        raise PanelTableError("panel.beyond_numbers", series=table.ids[int(np.argmax(wrong))])
    names = ["mean", *(f"q{p:g}" for p in levels)]
    forecasts = pd.DataFrame(cells.reshape(len(names), -1).T, columns=names, copy=False)
    forecasts.insert(0, "unique_id", table.ids.repeat(horizon))
    forecasts.insert(1, "h", np.tile(np.arange(1, horizon + 1), count))
    if targets is None:
        return forecasts
    return PanelForecast(forecasts, targets.assign(probability=probability))


def checked_horizon(horizon: object) -> int:
    """Return a number of periods ahead, of whatever type of whole number; refuse any other."""
    try:
        found = index(horizon)  # type: ignore[arg-type]
    except TypeError:
        found = 0
    if not 1 <= found <= FARTHEST:
        allowed = Message("panel.allowed_horizon", {"largest": FARTHEST})
        raise OptionError("horizon", found=horizon, allowed=allowed)
    return found


def _levels(quantiles: Sequence[float]) -> tuple[float, ...]:
    """Levels in ascending order, no two with one column name."""
    levels = tuple(sorted(float(q) for q in quantiles))
    names = {f"{q:g}" for q in levels}
    if not levels or not all(0.0 < q < 1.0 for q in levels) or len(names) < len(levels):
        found = ",".join(f"{float(q):g}" for q in quantiles) or "-"
        raise OptionError("quantiles", found=found, allowed=Message("panel.allowed_quantiles"))
    return levels


def _require_support(support: tuple[float, float] | None) -> None:
    low, high = support or (-np.inf, np.inf)
    if not low < high or any(np.isfinite(end) and abs(end) > LARGEST for end in (low, high)):
        allowed = Message("panel.allowed_support", {"largest": f"{LARGEST:g}"})
        raise OptionError("support", found=f"{low:g},{high:g}", allowed=allowed)


def require_columns(frame: pd.DataFrame, columns: Sequence[str], table: TableName) -> None:
    """Refuse a table that lacks a column."""
    for column in columns:
        if column not in frame.columns:
            found = ", ".join(map(str, frame.columns))
            raise PanelTableError("panel.missing_column", table=table, column=column, found=found)


_LEAST = 2


@dataclass(frozen=True)
class SeriesTable:
    """N series, oldest figure first, without gaps' empty rows."""

    ids: pd.Index  # (N,), in the order in which the series first appear
    values: FloatArray  # (total,)
    periods: IntArray  # (total,): period number of each figure
    ends: IntArray  # (N,): position after each series' last figure
    counts: IntArray  # (N,): latest figures that a forecast uses, 2 to LONGEST
    lead: IntArray  # (N,): periods from the last figure to the last row, which may be empty


def _read_series(frame: pd.DataFrame, support: tuple[float, float] | None) -> SeriesTable:
    """Read columns `unique_id, ds, y`; rows in any order, figures within the support."""
    require_columns(frame, COLUMNS, "series")
    if frame.empty:
        raise PanelTableError("panel.empty")
    codes, ids = series_codes(frame["unique_id"])
    values = figures_of(frame, support)
    periods = period_numbers(frame["ds"], codes)
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
    short = np.flatnonzero(sizes < _LEAST)
    if short.size:
        named = {"series": ids[short[0]], "found": int(sizes[short[0]]), "count": short.size}
        raise PanelTableError("panel.too_few", **named)
    counts, last = np.minimum(sizes, LONGEST), periods[ends - 1]
    for at in np.flatnonzero(last - periods[ends - counts] > LONGEST_SPAN):
        window = periods[ends[at] - counts[at] : ends[at]]
        counts[at] = max(_LEAST, int((window >= last[at] - LONGEST_SPAN).sum()))
    return SeriesTable(ids, values, periods, ends, counts, final - last)


def series_codes(column: pd.Series) -> tuple[IntArray, pd.Index]:
    """Return which series each row belongs to, and the series' names."""
    codes, names = pd.factorize(column, use_na_sentinel=True)
    blank = [isinstance(name, str) and not name.strip() for name in names]
    nameless = np.append(np.array(blank, dtype=bool), True)[codes]
    if nameless.any():
        raise PanelTableError("panel.no_id", row=int(np.argmax(nameless)) + 1)
    return codes.astype(np.int64), pd.Index(names)


def figures_of(frame: pd.DataFrame, support: tuple[float, float] | None) -> FloatArray:
    """Return column `y` of a table of series; PanelTableError if a row has no such figure."""
    column = frame["y"]
    try:
        values = column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        row = next((n for n, cell in enumerate(column) if not _is_number(cell)), 0)
        found = cell_of(column, row)
        raise PanelTableError("panel.not_a_number", row=row + 1, found=found) from error

    def refuse(wrong: npt.NDArray[np.bool_], key: str, **allowed: str) -> None:
        if wrong.any():
            row = int(np.argmax(wrong))
            named = {"series": frame["unique_id"].iloc[row], "found": f"{values[row]:g}", **allowed}
            raise PanelTableError(key, row=row + 1, **named)

    large = np.abs(values) > LARGEST
    first_is_infinite = bool(np.isinf(values[large][:1]).any())
    refuse(large & first_is_infinite, "panel.not_finite")
    refuse(large, "panel.too_large", largest=f"{LARGEST:g}")
    if support is not None:
        low, high = support
        refuse((values < low) | (values > high), "panel.outside", low=f"{low:g}", high=f"{high:g}")
    return without_subnormal(values)


def _is_number(cell: object) -> bool:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    try:
        float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _read_targets(frame: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Read columns `unique_id, h, comparator, target`, a row a target; others are let be.

    `series` and `comparator` are positions, among `ids` and in `COMPARATORS`; `h` counts from 1.
    """
    require_columns(frame, TARGET_COLUMNS, "targets")

    def refuse(wrong: npt.NDArray[np.bool_], column: str, key: str, allowed: str = "") -> None:
        if wrong.any():
            at = int(np.argmax(wrong))
            found = cell_of(frame[column], at)
            raise PanelTableError(key, table="targets", row=at + 1, found=found, allowed=allowed)

    def positions(column: str, among: pd.Index) -> IntArray:
        codes, named = pd.factorize(frame[column], use_na_sentinel=True)
        same = among.equals(named)
        found = np.arange(len(among)) if same else among.get_indexer(pd.Index(named))
        return np.asarray(np.append(found, -1)[codes], dtype=np.int64)

    def numbers(column: str) -> FloatArray:
        read = pd.to_numeric(frame[column], errors="coerce")
        return read.to_numpy(dtype=float, na_value=np.nan)

    series = positions("unique_id", ids)
    refuse(series < 0, "unique_id", "panel.unknown_series")
    h = numbers("h")
    in_reach = (h >= 1) & (h <= FARTHEST) & (h == np.round(h))
    refuse(~in_reach, "h", "panel.wrong_h", str(FARTHEST))
    comparator = positions("comparator", pd.Index(COMPARATORS))
    refuse(comparator < 0, "comparator", "panel.wrong_comparator", ", ".join(COMPARATORS))
    target = numbers("target")
    refuse(~(np.abs(target) <= LARGEST), "target", "panel.wrong_target", f"{LARGEST:g}")
    known = {"series": series, "h": h.astype(np.int64), "comparator": comparator, "target": target}
    return pd.DataFrame(known)


def _kinds_of(targets: pd.DataFrame, wanted: pd.DataFrame, table: SeriesTable) -> list[str | None]:
    """Kind of each series, from its targets; None where they name none."""
    kinds: list[str | None] = [None] * len(table.ids)
    if "kind" not in targets:
        return kinds
    unnamed = targets["kind"].isna() | (targets["kind"].astype(str).str.strip() == "")
    for row, (at, kind, blank) in enumerate(
        zip(wanted["series"], targets["kind"], unnamed, strict=True)
    ):
        if blank:
            continue
        if kind not in growth.KINDS:
            found, allowed = cell_of(targets["kind"], row), ", ".join(growth.KINDS)
            raise PanelTableError(
                "panel.wrong_kind", table="targets", row=row + 1, found=found, allowed=allowed
            )
        if kinds[at] not in (None, kind):
            raise PanelTableError(
                "panel.two_kinds", table="targets", row=row + 1, found=kind, earlier_kind=kinds[at]
            )
        kinds[at] = kind
    return kinds


@dataclass(frozen=True)
class Group:
    """Series that are forecast alike: on one scale, with one growth."""

    series: IntArray  # their positions
    transform: Transform  # of the second scale
    support: tuple[float, float]
    growth: trend.Growth
    goals: bool  # whether their targets are goals of a kind


def _groups(
    table: SeriesTable,
    choice: ScaleChoice,
    support: tuple[float, float] | None,
    *,
    kinds: Sequence[str | None],
    panel: bool,
) -> list[Group]:
    """Cut a panel into series that are forecast alike."""
    if choice not in ("auto", "identity", "log"):
        raise OptionError("scale", found=choice, allowed="auto, identity, log")
    used = np.stack([table.ends - table.counts, table.ends], axis=1).ravel()[:-1]
    smallest = np.minimum.reduceat(table.values, used)[::2]
    largest = np.maximum.reduceat(table.values, used)[::2]
    zeros = np.zeros(len(table.ids), dtype=bool)
    for n in np.flatnonzero((smallest == 0.0) & (table.values[table.ends - 1] == 0.0)):
        zeros[n] = trend.repeats_zero(table.values[table.ends[n] - table.counts[n] : table.ends[n]])
    of_kind = np.array([-1 if kind is None else growth.KINDS.index(kind) for kind in kinds])
    last = table.periods[table.ends - 1] + table.lead if panel else np.zeros_like(table.lead)
    is_share = growth.within_whole(smallest, largest) & (of_kind == growth.KINDS.index("ratio"))
    found = []
    for k, share in sorted(set(zip(of_kind.tolist(), is_share.tolist(), strict=True))):
        kind = growth.KINDS[k] if k >= 0 else None
        own = (of_kind == k) & (is_share == share)
        low, high = ends = support or (growth.WHOLE if share else (0.0, np.inf))
        inside = (smallest > low) & (largest < high) & np.isfinite(low)
        if choice == "log" and not inside[own].all():
            first = int(np.flatnonzero(own & ~inside)[0])
            raise PanelTableError("panel.not_positive", series=table.ids[first])
        if choice == "identity":
            inside = np.zeros_like(inside)
        bounded = Transform("logit", low, high) if np.isfinite(high) else Transform("log", low)
        free = (-np.inf, np.inf) if support is None else support
        cuts: list[tuple[Transform, tuple[float, float], npt.NDArray[np.bool_]]] = [
            (bounded, ends, inside),
            (Transform(), free, ~inside & ~zeros),
            (Transform(), (max(free[0], 0.0), free[1]), ~inside & zeros),
        ]
        for transform, limits, there in cuts:
            for year in np.unique(last[own & there]):
                at = np.flatnonzero(own & there & (last == year))
                known = growth.growth_of(kind)
                if panel and transform.name != "identity":
                    areas = np.flatnonzero(own & there)
                    known = _panel_growth(table, areas, transform, int(year)) or known
                found.append(Group(at, transform, limits, known, kind is not None))
    return found


def _panel_growth(
    table: SeriesTable, areas: IntArray, transform: Transform, year: int
) -> trend.Growth | None:
    """What the figures of all areas up to a year tell of growth."""
    parts = [slice(table.ends[a] - table.counts[a], table.ends[a]) for a in areas]
    figures = [(table.periods[part], table.values[part]) for part in parts]
    return growth.Panel.of(figures, transform, last=year).growth()


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
    table: SeriesTable,
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


class BlockForecast(NamedTuple):
    """Midmeans (B, H), quantiles (Q, B, H) and probabilities (T,) of a block."""

    mean: FloatArray
    quantiles: FloatArray
    probability: FloatArray


@lru_cache(maxsize=16)
def _score_table(levels: tuple[float, ...]) -> FloatArray:
    """Scores of the levels and of the midmean's end by number of figures, (Q + 1, LONGEST + 1)."""
    counts = np.maximum(np.arange(LONGEST + 1.0), _LEAST)
    wanted = np.array([*levels, 1.0 - trend.MIDMEAN_TAIL])[:, None]
    return shipped().shape_of(counts).ppf(wanted)


def forecast_block(block: Block) -> BlockForecast:
    """Forecast every series of a block; what is too large for a number comes out not finite."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        group = block.group
        curve = trend.fit_exact(
            block.histories,
            horizon=block.horizon,
            transform=group.transform,
            support=group.support,
        )
        curve = group.growth.applied(curve, block.histories, horizon=block.horizon)
        curve = trend.of_unit_size(curve, block.histories)
        counts = block.histories.observations
        scores = _score_table(block.levels)[:, counts]
        quantiles = np.empty((len(block.levels), counts.size, block.horizon))
        for row, z in zip(quantiles, scores[:-1], strict=True):
            row[:] = curve.value(z).T
        shape = shipped().shape_of(counts)
        mean = curve.mean(shape, end=scores[-1], nodes=trend.MIDMEAN_NODES).T
        probability = np.empty(len(block.targets))
        series, h, kinds, target = (block.targets[name].to_numpy() for name in block.targets)
        kept, value = _kept(block.histories, block.horizon)
        if kept.any():
            _keep(quantiles, mean, block.levels, curve, kept, value, counts)
        for kind in np.unique(kinds):
            at = np.flatnonzero(kinds == kind)
            own: Distribution = trend.TrendDistribution(
                curve.take((h[at] - 1, series[at])), shape.take(series[at])
            )
            mass = kept[h[at] - 1, series[at]]
            if mass.any():
                own = Inflated(own, value[series[at]], mass)
            asked = COMPARISONS[COMPARATORS[kind]]
            if group.goals and block.lean:
                leaning = growth.learned().leaning
                own = leaning.applied(own, up=asked.up, observations=counts[series[at]])
            probability[at] = own.meets(target[at], up=asked.up, strict=asked.strict)
    return BlockForecast(mean, quantiles, probability)


def _kept(histories: trend.Histories, horizon: int) -> tuple[FloatArray, FloatArray]:
    """Probability that each series keeps the value it repeats, (H, B), and that value, (B,)."""
    value = histories.values[-1]
    run = np.logical_and.accumulate(histories.values[::-1] == value, axis=0).sum(axis=0)
    ahead = histories.lead + np.arange(1.0, horizon + 1.0)[:, None]
    return kept_mass(np.minimum(run, histories.observations), ahead), value


_MIDDLE: Final = np.linspace(trend.MIDMEAN_TAIL, 1.0 - trend.MIDMEAN_TAIL, 102)[1:-1]
"""Levels at which the central half of a forecast with a repeated value is read."""


def _keep(
    quantiles: FloatArray,
    mean: FloatArray,
    levels: tuple[float, ...],
    curve: Curve,
    kept: FloatArray,
    value: FloatArray,
    counts: IntArray,
) -> None:
    """Put what the series of a block that repeat a value keep into its quantiles and midmeans."""
    for b in np.flatnonzero(kept[0] > 0.0):
        shape = shipped().shape_of(int(counts[b]))
        free = trend.TrendDistribution(curve.take((slice(None), b)), shape)
        own = Inflated(free, float(value[b]), kept[:, b])
        quantiles[:, b] = own.quantile(levels)
        mean[b] = own.quantile(_MIDDLE).mean(axis=0)
