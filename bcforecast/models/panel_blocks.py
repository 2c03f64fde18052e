"""One block of a panel: the unit of work, on this core, another, or another machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.panel_input import SeriesTable
from bcforecast.models.panel_targets import TargetTable
from bcforecast.models.trend import shipped_table
from bcforecast.models.trend_block import forecast_summary
from bcforecast.models.trend_distribution import MIDMEAN_NODES, MIDMEAN_TAIL
from bcforecast.models.trend_grid import LONGEST
from bcforecast.models.trend_learned import shipped
from bcforecast.models.trend_pool import above, at_least, below
from bcforecast.models.trend_summary import Histories, summarize
from bcforecast.observations.history import IntArray


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
    for kind, chance in enumerate((at_least, above, below)):
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
