"""What the grid makes of many series at once, before anything learned.

Only the two matrix products depend on the gap pattern; all else takes series of every length and
pattern together, right-aligned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_average import Evidence
from bcforecast.models.trend_features import features
from bcforecast.models.trend_grid import OperatorTable
from bcforecast.observations.history import IntArray


@dataclass(frozen=True)
class Histories:
    """B series, right-aligned: the last of L rows is the last figure of each.

    Parameters
    ----------
    values
        Shape (L, B), exact figures in the unit of each series; before its start its first figure.
    gaps
        Shape (L - 1, B): periods between them; 0 before the start.
    observations
        Shape (B,): number of figures, 2 to L.
    lead
        Shape (B,): periods that passed since the last figure.
    """

    values: FloatArray
    gaps: IntArray
    observations: IntArray
    lead: IntArray

    @classmethod
    def aligned(
        cls, values: FloatArray, periods: IntArray, observations: IntArray, lead: IntArray
    ) -> Histories:
        """Take right-aligned values and periods (L, B), whatever stands before the start."""
        size = values.shape[0]
        start = size - observations
        series = np.arange(observations.size)
        before = np.arange(size)[:, None] < start
        filled = np.where(before, values[start, series], values)
        gaps = np.where(before[:-1], 0, np.diff(periods, axis=0))
        return cls(filled, gaps, observations, lead)

    def take(self, at: IntArray) -> Histories:
        """Series at positions `at`."""
        return Histories(self.values[:, at], self.gaps[:, at], self.observations[at], self.lead[at])


@dataclass(frozen=True)
class Summary:
    """What the grid makes of B series; series last in every array.

    Parameters
    ----------
    relative, transformed
        Evidence in units of the mean level, and on the scale of the transform (None: identity).
    features
        Shape (5, B), before clipping.
    last
        Shape (2, B): last observation on each scale.
    level, unit, jacobian, lead
        Shape (B,): units of the two scales, log Jacobian of the second, periods that passed since
        the last observation.
    """

    relative: Evidence
    transformed: Evidence | None
    features: FloatArray
    last: FloatArray
    level: FloatArray
    unit: FloatArray
    jacobian: FloatArray
    lead: FloatArray


def mean_level(values: FloatArray, observations: FloatArray) -> FloatArray:
    """Mean absolute value of each series, (B,), from right-aligned (L, B); 1 for zeros alone."""
    absolute = np.abs(values)
    total = absolute.sum(axis=0) - (values.shape[0] - observations) * absolute[0]
    level = total / observations
    return np.where(level > 0.0, level, 1.0)


def transformed_unit(
    values: FloatArray, observations: FloatArray, transform: Transform
) -> FloatArray:
    """Unit of the transformed scale, (B,): 1 for logarithms.

    A logit is measured in units in which, at the mean p of the series, it moves as the logarithm
    of the smaller of the share and the rest does, since the weights were learned on logarithms:
    `1 / max(p, 1 - p)`.
    """
    if transform.name != "logit":
        return np.ones(observations.size)
    total = values.sum(axis=0) - (values.shape[0] - observations) * values[0]
    p = (total / observations - transform.low) / (transform.high - transform.low)
    return np.asarray(1.0 / np.maximum(p, 1.0 - p))


def log_jacobian(
    values: FloatArray, observations: FloatArray, stretch: FloatArray, transform: Transform
) -> FloatArray:
    """Log derivative from the relative to the transformed scale, mean times m: shape (B,).

    `stretch` (B,) is the unit of the relative scale over that of the transformed one.
    """
    logs = np.log(stretch * transform.derivative(values))
    total = logs.sum(axis=0) - (values.shape[0] - observations) * logs[0]
    return np.asarray(total / observations * (observations - 1.0))


def gap_patterns(histories: Histories) -> list[tuple[IntArray, tuple[int, ...], int]]:
    """Positions of the series of each gap pattern, its gaps, and its lead."""
    counts, lead = histories.observations, histories.lead
    gapless = histories.gaps.sum(axis=0) == counts - 1
    unit = int(counts.max()) + 1
    key = np.where(gapless, lead * unit + counts, -1)
    found = []
    for one in np.unique(key[gapless]):
        ahead, count = divmod(int(one), unit)
        found.append((np.flatnonzero(key == one), (1,) * (count - 1), ahead))
    others: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for i in np.flatnonzero(~gapless):
        between = histories.gaps[histories.gaps.shape[0] + 1 - counts[i] :, i]
        others.setdefault((tuple(between.tolist()), int(lead[i])), []).append(int(i))
    return found + [(np.asarray(at), gaps, ahead) for (gaps, ahead), at in others.items()]


def summarize(
    histories: Histories, *, horizon: int, transform: Transform, table: OperatorTable
) -> tuple[Summary, IntArray]:
    """Apply the grid to B series.

    Parameters
    ----------
    histories
        The series.
    horizon
        Periods to forecast.
    transform
        Log or logit scale, inside whose support all values lie; identity for none.

    Returns
    -------
    The summary, its series ordered by gap pattern, and the position in it of each series given.
    """
    patterns = gap_patterns(histories)
    order = np.concatenate([at for at, _, _ in patterns])
    position = np.empty_like(order)
    position[order] = np.arange(order.size)
    if (np.diff(order) != 1).any():
        histories = histories.take(order)
    count = histories.observations.astype(float)
    level = mean_level(histories.values, count)
    unit = transformed_unit(histories.values, count, transform)
    scaled = [histories.values / level]
    if transform.name != "identity":
        scaled.append(transform.forward(histories.values) / unit)
    increments = [np.diff(one, axis=0) for one in scaled]
    sizes = [(at.size, gaps, ahead) for at, gaps, ahead in patterns]
    evidence = _evidence(increments, sizes, horizon, table, count - 1.0)
    summary = Summary(
        relative=evidence[0],
        transformed=evidence[1] if len(evidence) > 1 else None,
        features=features(increments[-1], histories.gaps.astype(float), count),
        last=np.stack([scaled[0][-1], scaled[-1][-1]]),
        level=level,
        unit=unit,
        jacobian=log_jacobian(histories.values, count, level / unit, transform),
        lead=histories.lead.astype(float),
    )
    return summary, position


def _evidence(
    increments: list[FloatArray],
    patterns: list[tuple[int, tuple[int, ...], int]],
    horizon: int,
    table: OperatorTable,
    count: FloatArray,
) -> list[Evidence]:
    """Evidence on each scale, from increments (L - 1, B) ordered by gap pattern."""
    models, series, sides = table.grid.shape[0], count.size, len(increments)
    squares = np.empty((sides, models, series))
    moved = np.empty((sides, models, horizon, series))
    variance = np.empty((models, horizon, series))
    determinant = np.empty((models, series))
    start = 0
    for size, gaps, lead in patterns:
        operators = table(gaps, horizon=horizon, lead=lead)
        part, m = slice(start, start + size), len(gaps)
        latest = np.concatenate([one[-m:, part] for one in increments], axis=1)
        errors = operators.whiten @ latest
        np.square(errors, out=errors)
        total = errors.reshape(models, m, sides, size).sum(axis=1)
        ahead = (operators.location @ latest).reshape(models, horizon, sides, size)
        squares[:, :, part] = total.swapaxes(0, 1)
        moved[:, :, :, part] = np.moveaxis(ahead, 2, 0)
        variance[:, :, part] = operators.variance[:, :, None]
        determinant[:, part] = operators.log_determinant[:, None]
        start += size
    return [
        Evidence(squares[side], moved[side], variance, determinant, count) for side in range(sides)
    ]
