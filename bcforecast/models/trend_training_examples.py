"""Examples to learn from: the training parts of M3 and M4 yearly, cut at rolling origins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_grid import LONGEST, OperatorTable
from bcforecast.models.trend_summary import Histories, summarize
from bcforecast.observations.history import IntArray

HORIZON = 10
"""Periods ahead that are learned from."""

_COPIES = {"m3": 32, "m4": 6}
_LONGEST_WINDOW = 13
_WINDOW_SHARE = 0.4
_LEAST_TO_COME = 3
_LONG = 8
_LEAST_SCALE_LONG, _LEAST_SCALE_SHORT = 0.003, 0.02
_WEIGHT_LONG, _WEIGHT_SHORT = 1.0, 0.7
_CLIPPED_SHARE = 0.005
_TOGETHER = 8


@dataclass(frozen=True)
class Cut:
    """One origin of one series: what came before it, and the HORIZON values after it or NaN."""

    history: FloatArray
    future: FloatArray
    dataset: str
    series: int


@dataclass(frozen=True)
class Examples:
    """N examples, as the loss takes them; series last.

    Parameters
    ----------
    squares, moved
        For each scale: shapes (K, N) and (K, H, N).
    variance, log_determinant
        By number of observations: shapes (LONGEST + 1, K, H) and (LONGEST + 1, K).
    last
        Last observation on each scale, (2, N).
    level, jacobian, scale, weight
        Shape (N,): unit of the relative scale, log Jacobian, mean absolute change, weight.
    features
        Shape (5, N), before clipping.
    observations
        Shape (N,).
    future
        Shape (H, N), NaN where unknown.
    """

    squares: tuple[FloatArray, FloatArray]
    moved: tuple[FloatArray, FloatArray]
    variance: FloatArray
    log_determinant: FloatArray
    last: FloatArray
    level: FloatArray
    jacobian: FloatArray
    scale: FloatArray
    weight: FloatArray
    features: FloatArray
    observations: IntArray
    future: FloatArray

    def feature_range(self) -> FloatArray:
        """Lowest and highest feature seen, less half a percent at each end, (2, 5)."""
        ends = np.quantile(self.features, [_CLIPPED_SHARE, 1.0 - _CLIPPED_SHARE], axis=1)
        return np.asarray(ends)


def training_parts(bench_dir: Path, dataset: str) -> list[FloatArray]:
    """Training part of each yearly series of `m3` or `m4`, in the order of their names."""
    frame = pd.read_parquet(bench_dir / f"{dataset}_yearly.parquet")
    frame = frame[frame["split"] == "train"].sort_values(["unique_id", "t"], kind="stable")
    return [g.to_numpy(float) for _, g in frame.groupby("unique_id", sort=True)["y"]]


def cuts(series: Iterable[FloatArray], dataset: str, rng: np.random.Generator) -> list[Cut]:
    """Cut each series several times, at origins spread evenly over its whole length.

    Origins near the end alone would teach the mood of those years. Four in ten histories are cut
    to their last 2 to 13 values, so that short series are learned from.
    """
    found: list[Cut] = []
    for number, y in enumerate(series):
        for _ in range(_COPIES[dataset]):
            origin = int(rng.integers(2, y.size - _LEAST_TO_COME + 1))
            longest = min(_LONGEST_WINDOW, origin)
            n = int(rng.integers(2, longest + 1)) if rng.random() < _WINDOW_SHARE else origin
            values = y[origin : origin + HORIZON]
            future = np.full(HORIZON, np.nan)
            future[: values.size] = values
            found.append(Cut(y[origin - n : origin], future, dataset, number))
    return found


def prepare(found: list[Cut], table: OperatorTable) -> Examples:
    """Compute once what does not depend on what is learned."""
    models = table.grid.shape[0]
    sizes = np.array([min(c.history.size, LONGEST) for c in found])
    total = len(found)
    squares = (np.empty((models, total)), np.empty((models, total)))
    moved = (np.empty((models, HORIZON, total)), np.empty((models, HORIZON, total)))
    variance = np.zeros((LONGEST + 1, models, HORIZON))
    log_determinant = np.zeros((LONGEST + 1, models))
    last, found_features = np.empty((2, total)), np.empty((5, total))
    level, jacobian = np.empty(total), np.empty(total)
    for at in _batches(sizes):
        n = int(sizes[at[0]])
        values = np.array([found[i].history[-n:] for i in at]).T
        count, none = np.full(at.size, n), np.zeros(at.size, dtype=np.int64)
        gaps = np.ones((n - 1, at.size), dtype=np.int64)
        summary, _ = summarize(
            Histories(values, gaps, count, none),
            horizon=HORIZON,
            transform=Transform("log"),
            table=table,
        )
        assert summary.transformed is not None
        for side, evidence in enumerate((summary.relative, summary.transformed)):
            squares[side][:, at] = evidence.squares
            moved[side][:, :, at] = evidence.moved
        variance[n] = summary.relative.variance[:, :, 0]
        log_determinant[n] = summary.relative.log_determinant[:, 0]
        last[:, at], found_features[:, at] = summary.last, summary.features
        level[at], jacobian[at] = summary.level, summary.jacobian
    long = np.array([c.history.size >= _LONG for c in found])
    least = np.where(long, _LEAST_SCALE_LONG, _LEAST_SCALE_SHORT)
    return Examples(
        squares=squares,
        moved=moved,
        variance=variance,
        log_determinant=log_determinant,
        last=last,
        level=level,
        jacobian=jacobian,
        scale=np.array(
            [
                max(np.abs(np.diff(c.history)).mean(), share * np.abs(c.history).mean())
                for c, share in zip(found, least, strict=True)
            ]
        ),
        weight=np.where(long, _WEIGHT_LONG, _WEIGHT_SHORT),
        features=found_features,
        observations=sizes,
        future=np.array([c.future for c in found]).T,
    )


def _batches(sizes: IntArray) -> Iterator[IntArray]:
    """Positions of a few cuts of one length each.

    So few that linear algebra libraries keep their products on one thread: however many threads
    they have, sums are taken in the same order and the learned file has the same bytes.
    """
    for n in np.unique(sizes):
        at = np.flatnonzero(sizes == n)
        yield from np.array_split(at, -(-at.size // _TOGETHER))
