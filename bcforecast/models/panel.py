"""Forecast many series at once: a table in, a table out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, overload

import numpy as np
import pandas as pd

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.messages import Message
from bcforecast.models.panel_blocks import Scale, blocks_of
from bcforecast.models.panel_engines import EngineName, worked
from bcforecast.models.panel_input import LARGEST, SeriesTable, read_series
from bcforecast.models.panel_problems import PanelOptionError, PanelTableError
from bcforecast.models.panel_targets import TargetTable, read_targets
from bcforecast.observations.history import IntArray

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
