"""Many series at once: the trend in blocks, in bounded memory.

Where the blocks of a panel are worked: on one core, on all of this machine's, or on a cluster.

Every engine works the same blocks with the same function, so the answer does not depend on it.
"""

from __future__ import annotations

import importlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.distributions import FloatArray, Transform
from bcforecast.errors import ModelError
from bcforecast.models.trend import (
    MIDMEAN_NODES,
    MIDMEAN_TAIL,
    Histories,
    forecast_summary,
    shipped_table,
    summarize,
)
from bcforecast.models.trend_members import LONGEST, LONGEST_SPAN, above, at_least, below, shipped
from bcforecast.observations.selection import IntArray
from bcforecast.plan.goals import COMPARISONS
from bcforecast.text import Message

TableName = Literal["series", "targets"]

_ROWS: Final = ("row", "earlier")
"""Values of a problem that are rows."""


class PanelTableError(ModelError):
    """A table of series or of targets cannot be used.

    Parameters
    ----------
    key
        Key of the problem in the catalogues.
    table
        Which table.
    row
        Row of the table, from 1, if it is one row's problem.
    **values
        What the problem names; `earlier` is another row of the table.

    Examples
    --------
    >>> error = PanelTableError("panel.no_id", table="series", row=3)
    >>> str(error), error.problem(lambda row: row + 1).render("en")
    ('row 3: unique_id is empty', 'row 4: unique_id is empty')
    """

    def __init__(
        self, key: str, /, *, table: TableName = "series", row: int | None = None, **values: object
    ) -> None:
        self.table: TableName = table
        self._problem = Message(key, {k: str(v) if _is_text(v) else v for k, v in values.items()})
        self._row = row
        problem = self.problem(lambda place: place)
        if table == "targets":
            super().__init__("panel.in_targets", problem=problem)
        else:
            super().__init__(problem.key, **problem.values)

    def problem(self, line_of: Callable[[int], int]) -> Message:
        """Return what is wrong, with rows counted as `line_of` counts them."""
        values = self._problem.values
        placed = {k: line_of(int(str(v))) if k in _ROWS else v for k, v in values.items()}
        problem = Message(self._problem.key, placed)
        if self._row is None:
            return problem
        return Message("panel.in_row", {"row": line_of(self._row), "problem": problem})


class PanelOptionError(ModelError):
    """An option of a panel's forecast is not one of those allowed.

    Parameters
    ----------
    option
        Name of the parameter.
    found, allowed
        What it is and what it may be.
    """

    def __init__(self, option: str, *, found: object, allowed: object) -> None:
        self.option = option
        self.found = found
        self.allowed = allowed
        super().__init__("panel.option", option=option, found=found, allowed=allowed)


def cell_of(column: pd.Series, at: int) -> Message:
    """Return what stands at a position of a column, as a text that problems can name.

    Examples
    --------
    >>> cell_of(pd.Series(["12x", ""]), 0).render("en"), cell_of(pd.Series(["12x", ""]), 1).key
    ('"12x"', 'panel.empty_cell')
    """
    cell = column.iloc[at]
    if cell is None or cell is pd.NaT or cell is pd.NA or cell != cell or not str(cell).strip():
        return Message("panel.empty_cell")
    return Message("panel.cell", {"text": cell})


def _is_text(value: object) -> bool:
    return not isinstance(value, Message | int | float)


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


COMPARATORS: Final = tuple(c for c, asked in COMPARISONS.items() if not asked.counts_new)
"""Comparators that a target may have."""

_CHANCES: Final[dict[tuple[bool, bool], Callable[..., FloatArray]]] = {
    (True, False): at_least,
    (True, True): above,
    (False, False): below,
    (False, True): lambda curve, shape, x: 1.0 - at_least(curve, shape, x),
}
"""Probability of meeting a target, by whether more is better and whether it is strict."""

_COLUMNS: Final = ("unique_id", "h", "comparator", "target")


@dataclass(frozen=True)
class TargetTable:
    """T targets in their own order.

    Parameters
    ----------
    series
        Shape (T,): position of the series.
    h
        Shape (T,): periods after the series' last row, from 1.
    comparator
        Shape (T,): position in `COMPARATORS`.
    target
        Shape (T,), in the unit of the series.
    """

    series: IntArray
    h: IntArray
    comparator: IntArray
    target: FloatArray

    def take(self, at: IntArray, series: IntArray) -> TargetTable:
        """Targets at the positions `at`, with new series positions."""
        return TargetTable(series, self.h[at], self.comparator[at], self.target[at])


def read_targets(frame: pd.DataFrame, ids: pd.Index, *, farthest: int) -> TargetTable:
    """Read columns `unique_id, h, comparator, target`; others are let be.

    Raises
    ------
    PanelTableError
        If a column is missing, a series unknown, `h` not a whole number from 1 to `farthest`, a
        comparator not one of `COMPARATORS` or a target not a number of at most `LARGEST` in size.
    """
    for column in _COLUMNS:
        if column not in frame.columns:
            found = ", ".join(map(str, frame.columns))
            raise PanelTableError(
                "panel.missing_column", table="targets", column=column, found=found
            )
    codes, named = pd.factorize(frame["unique_id"], use_na_sentinel=True)
    positions = np.arange(len(ids)) if ids.equals(named) else ids.get_indexer(pd.Index(named))
    series = np.append(positions, -1)[codes]
    _refuse(series < 0, frame["unique_id"], "panel.unknown_series")
    h = pd.to_numeric(frame["h"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    in_reach = (h >= 1) & (h <= farthest) & (h == np.round(h))
    _refuse(~in_reach, frame["h"], "panel.wrong_h", str(farthest))
    codes, named = pd.factorize(frame["comparator"], use_na_sentinel=True)
    kind = np.append(pd.Index(COMPARATORS).get_indexer(pd.Index(named)), -1)[codes]
    _refuse(kind < 0, frame["comparator"], "panel.wrong_comparator", ", ".join(COMPARATORS))
    target = pd.to_numeric(frame["target"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    _refuse(~(np.abs(target) <= LARGEST), frame["target"], "panel.wrong_target", f"{LARGEST:g}")
    return TargetTable(
        np.asarray(series, dtype=np.int64), h.astype(np.int64), kind.astype(np.int64), target
    )


def _refuse(wrong: npt.NDArray[np.bool_], column: pd.Series, key: str, allowed: str = "") -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        found = cell_of(column, at)
        raise PanelTableError(key, table="targets", row=at + 1, found=found, allowed=allowed)


@dataclass(frozen=True)
class Scale:
    """Scale of a block's series: a transform and the support of the values."""

    transform: Transform
    support: tuple[float, float]


@dataclass(frozen=True)
class Block:
    """Some series of a panel, of one scale.

    Parameters
    ----------
    histories
        The latest figures of each.
    scale
        Of all of them.
    horizon
        Periods to forecast.
    levels
        Quantiles.
    targets
        With `series` the position in the block; None for none.
    """

    histories: Histories
    scale: Scale
    horizon: int
    levels: tuple[float, ...]
    targets: TargetTable | None


@dataclass(frozen=True)
class BlockForecast:
    """Midmeans (B, H), quantiles (Q, B, H) and probabilities (T,) of a block."""

    mean: FloatArray
    quantiles: FloatArray
    probability: FloatArray


@lru_cache(maxsize=16)
def score_table(levels: tuple[float, ...]) -> FloatArray:
    """Scores of the levels and of the midmean's end by number of figures, (Q + 1, LONGEST + 1)."""
    counts = np.maximum(np.arange(LONGEST + 1.0), 2.0)
    wanted = np.array([*levels, 1.0 - MIDMEAN_TAIL])[:, None]
    return shipped().shape_of(counts).ppf(wanted)


def forecast_block(block: Block) -> BlockForecast:
    """Forecast every series of a block; what is too large for a number comes out not finite."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _forecast(block)


def _forecast(block: Block) -> BlockForecast:
    learned = shipped()
    summary, position = summarize(
        block.histories,
        horizon=block.horizon,
        transform=block.scale.transform,
        table=shipped_table(),
    )
    curve = forecast_summary(
        summary, transform=block.scale.transform, support=block.scale.support, learned=learned
    )
    if (np.diff(position) != 1).any():
        curve = curve.take((slice(None), position))
    counts = block.histories.observations
    shape = learned.shape_of(counts)
    scores = score_table(block.levels)[:, counts]
    quantiles = np.empty((len(block.levels), counts.size, block.horizon))
    for row, z in zip(quantiles, scores[:-1], strict=True):
        row[:] = curve.value(z).T
    mean = curve.mean(shape, end=scores[-1], nodes=MIDMEAN_NODES).T
    if block.targets is None:
        return BlockForecast(mean, quantiles, np.empty(0))
    wanted = block.targets
    picked = curve.take((wanted.h - 1, wanted.series))
    own = learned.shape_of(counts[wanted.series])
    probability = np.empty(wanted.target.size)
    for kind, comparator in enumerate(COMPARATORS):
        chance = _CHANCES[COMPARISONS[comparator].up, COMPARISONS[comparator].strict]
        at = np.flatnonzero(wanted.comparator == kind)
        if at.size == probability.size:
            probability[:] = chance(picked, own, wanted.target)
        elif at.size:
            probability[at] = chance(picked.take((at,)), own.take(at), wanted.target[at])
    return BlockForecast(mean, quantiles, probability)


def blocks_of(
    table: SeriesTable,
    scales: list[tuple[Scale, IntArray]],
    *,
    horizon: int,
    levels: tuple[float, ...],
    targets: TargetTable | None,
    size: int,
) -> Iterator[tuple[IntArray, IntArray, Block]]:
    """Cut a panel into blocks of at most `size` series: their positions, their targets', block.

    Series of one length stand together, so that a block has few gap patterns.
    """
    if targets is not None:
        by_series = np.argsort(targets.series, kind="stable")
        starts = np.searchsorted(targets.series[by_series], np.arange(len(table.ids) + 1))
    for scale, positions in scales:
        ordered = positions[np.lexsort((table.lead[positions], table.counts[positions]))]
        for start in range(0, ordered.size, size):
            at = ordered[start : start + size]
            offsets = np.maximum(table.ends[at] - np.arange(LONGEST, 0, -1)[:, None], 0)
            wanted, mine = None, np.empty(0, dtype=np.int64)
            if targets is not None:
                lengths = starts[at + 1] - starts[at]
                series = np.repeat(np.arange(at.size), lengths)
                within = np.arange(series.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
                mine = by_series[np.repeat(starts[at], lengths) + within]
                wanted = targets.take(mine, series)
            yield (
                at,
                mine,
                Block(
                    Histories.aligned(
                        table.values[offsets],
                        table.periods[offsets],
                        table.counts[at],
                        table.lead[at],
                    ),
                    scale,
                    horizon,
                    levels,
                    wanted,
                ),
            )


EngineName = Literal["local", "dask"]

Task = tuple[IntArray, IntArray, Block]
"""Positions of a block's series, of its targets, and the block."""

Done = tuple[IntArray, IntArray, BlockForecast]

_AHEAD = 4
"""Blocks that are prepared for each worker while it works: bounds the memory."""

_RETRIES = 5
_PATIENCE = "20s"


def worked(
    tasks: Iterator[Task], *, n_jobs: int, engine: EngineName, scheduler: str | None
) -> Iterator[Done]:
    """Work the tasks, in any order.

    Raises
    ------
    PanelOptionError
        If `n_jobs` or the engine is not one of those allowed, Dask is not installed or its
        scheduler does not answer.
    """
    if engine == "dask":
        return _on_cluster(tasks, scheduler)
    if engine != "local":
        raise PanelOptionError("engine", found=engine, allowed="local, dask")
    if n_jobs == 0 or n_jobs < -1:
        raise PanelOptionError("n_jobs", found=n_jobs, allowed=Message("panel.allowed_jobs"))
    jobs = (os.cpu_count() or 1) if n_jobs == -1 else n_jobs
    return _in_turn(tasks) if jobs == 1 else _in_threads(tasks, jobs)


def _in_turn(tasks: Iterator[Task]) -> Iterator[Done]:
    for at, mine, block in tasks:
        yield at, mine, forecast_block(block)


def _in_threads(tasks: Iterator[Task], jobs: int) -> Iterator[Done]:
    """Numpy lets go of the interpreter while it works, so threads are enough."""
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[tuple[IntArray, IntArray, Future[BlockForecast]]] = deque()
        for at, mine, block in tasks:
            waiting.append((at, mine, pool.submit(forecast_block, block)))
            if len(waiting) >= _AHEAD * jobs:
                first_at, first_mine, future = waiting.popleft()
                yield first_at, first_mine, future.result()
        while waiting:
            at, mine, future = waiting.popleft()
            yield at, mine, future.result()


def _on_cluster(tasks: Iterator[Task], scheduler: str | None) -> Iterator[Done]:
    """Blocks of a worker that dies are given to another."""
    if not scheduler:
        raise PanelOptionError(
            "scheduler", found=Message("panel.nothing"), allowed=Message("panel.allowed_scheduler")
        )
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise PanelOptionError(
            "engine", found="dask", allowed=Message("panel.allowed_engine_here")
        ) from error
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        silent = Message("panel.silent", {"address": scheduler, "reason": str(error)})
        allowed = Message("panel.allowed_scheduler")
        raise PanelOptionError("scheduler", found=silent, allowed=allowed) from error
    with client:
        places: dict[object, tuple[IntArray, IntArray]] = {}
        finished = distributed.as_completed(loop=client.loop)
        limit = _AHEAD * max(1, len(client.nthreads()))
        for at, mine, block in tasks:
            future = client.submit(forecast_block, block, pure=False, retries=_RETRIES)
            places[future] = (at, mine)
            finished.add(future)
            if len(places) >= limit:
                done = next(finished)
                yield (*places.pop(done), done.result())
        for done in finished:
            yield (*places.pop(done), done.result())


QUANTILES = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
"""Quantiles unless others are asked for."""

BLOCK = 1024
"""Series that are worked at once."""

FARTHEST = 200
"""Most periods ahead."""

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
    progress: Progress | None = ...,
) -> PanelForecast: ...


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
        `more_than` or `at_most`) and `target` (in the unit of the series).
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
        zero may fall below it: give `(0, inf)` for what cannot be negative.
    block_size
        Series that are worked at once: bounds the memory, and does not change the answer.
    progress
        Called with the number of series done and of all.

    Returns
    -------
    DataFrame
        One row a series and period: `unique_id`, `h`, `mean` (of the central half of the
        distribution, a point forecast that its tails do not move), `q<level>`.
    PanelForecast
        If there are targets: that table, and the targets' rows and columns as given with
        `probability`.

    Raises
    ------
    ModelError
        If the input is not as above, naming the row or series (a `PanelTableError`) or the option
        (a `PanelOptionError`), or if a forecast would be beyond the largest number.

    Examples
    --------
    >>> df = pd.DataFrame(
    ...     {"unique_id": "a", "ds": [2018, 2019, 2021], "y": [100.0, 110.0, 128.0]}
    ... )
    >>> forecast_panel(df, 2, quantiles=[0.1, 0.9]).columns.tolist()
    ['unique_id', 'h', 'mean', 'q0.1', 'q0.9']
    """
    levels = _levels(quantiles)
    if not 1 <= horizon <= FARTHEST:
        allowed = Message("panel.allowed_horizon", {"largest": FARTHEST})
        raise PanelOptionError("horizon", found=horizon, allowed=allowed)
    _require_support(support)
    table = read_series(df, support=support)
    wanted = None if targets is None else read_targets(targets, table.ids, farthest=FARTHEST)
    farthest = horizon if wanted is None else int(max(horizon, wanted.h.max(initial=1)))
    tasks = blocks_of(
        table,
        _scales(table, scale, support),
        horizon=farthest,
        levels=levels,
        targets=wanted,
        size=block_size,
    )
    count = len(table.ids)
    cells = np.empty((1 + len(levels), count, horizon))
    probability = np.empty(0 if wanted is None else wanted.target.size)
    finished = 0
    for at, mine, found in worked(tasks, n_jobs=n_jobs, engine=engine, scheduler=scheduler):
        cells[0, at] = found.mean[:, :horizon]
        cells[1:, at] = found.quantiles[:, :, :horizon]
        probability[mine] = found.probability
        finished += at.size
        if progress is not None:
            progress(finished, count)
    _require_finite(table, cells, probability, wanted)
    forecasts = _frame(table, levels, cells)
    if targets is None:
        return forecasts
    return PanelForecast(forecasts, targets.assign(probability=probability))


def _levels(quantiles: Sequence[float]) -> tuple[float, ...]:
    """Levels in ascending order, no two with one column name."""
    levels = tuple(sorted(float(q) for q in quantiles))
    names = {f"{q:g}" for q in levels}
    if not levels or not all(0.0 < q < 1.0 for q in levels) or len(names) < len(levels):
        found = ",".join(f"{float(q):g}" for q in quantiles) or "-"
        raise PanelOptionError("quantiles", found=found, allowed=Message("panel.allowed_quantiles"))
    return levels


def _require_support(support: tuple[float, float] | None) -> None:
    if support is None:
        return
    low, high = support
    if not low < high or any(np.isfinite(end) and abs(end) > LARGEST for end in support):
        allowed = Message("panel.allowed_support", {"largest": f"{LARGEST:g}"})
        raise PanelOptionError("support", found=f"{low:g},{high:g}", allowed=allowed)


def _require_finite(
    table: SeriesTable, cells: FloatArray, probability: FloatArray, targets: TargetTable | None
) -> None:
    """Refuse forecasts that are no numbers, by the first such series."""
    wrong = np.asarray(~np.isfinite(cells).all(axis=(0, 2)))
    if targets is not None:
        wrong[targets.series[~np.isfinite(probability)]] = True
    if wrong.any():
        raise PanelTableError("panel.beyond_numbers", series=table.ids[int(np.argmax(wrong))])


def _frame(table: SeriesTable, levels: tuple[float, ...], cells: FloatArray) -> pd.DataFrame:
    """Long table of the mean and the quantiles, from cells (1 + Q, N, H)."""
    columns, count, horizon = cells.shape
    names = ["mean", *(f"q{p:g}" for p in levels)]
    frame = pd.DataFrame(cells.reshape(columns, -1).T, columns=names, copy=False)
    frame.insert(0, "unique_id", table.ids.repeat(horizon))
    frame.insert(1, "h", np.tile(np.arange(1, horizon + 1), count))
    return frame


def _scales(
    table: SeriesTable, choice: ScaleChoice, support: tuple[float, float] | None
) -> list[tuple[Scale, IntArray]]:
    """Scale of each series: which are put on a second one, and the positions of both kinds."""
    if choice not in ("auto", "identity", "log"):
        raise PanelOptionError("scale", found=choice, allowed="auto, identity, log")
    everywhere = (-np.inf, np.inf)
    low, high = support if support is not None else (0.0, np.inf)
    starts = table.ends - table.counts
    smallest = np.minimum.reduceat(table.values, np.stack([starts, table.ends], 1).ravel()[:-1])[
        ::2
    ]
    largest = np.maximum.reduceat(table.values, np.stack([starts, table.ends], 1).ravel()[:-1])[::2]
    inside = (smallest > low) & (largest < high) & np.isfinite(low)
    if choice == "log" and not inside.all():
        raise PanelTableError("panel.not_positive", series=table.ids[int(np.argmin(inside))])
    if choice == "identity":
        inside = np.zeros_like(inside)
    transform = Transform("logit", low, high) if np.isfinite(high) else Transform("log", low)
    own = Scale(Transform(), everywhere if support is None else support)
    found = [(Scale(transform, (low, high)), inside), (own, ~inside)]
    return [(one, np.flatnonzero(which)) for one, which in found if which.any()]
