"""Two positive series that move together: random walks with drift on the log scale.

What `ratio` (one over the other) and `turnover` (one times the other) share: learning growth,
volatility and correlation from short, gappy series, and moving both a year at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import gammaincinv, ndtr

from bcforecast.distributions.base import FloatArray
from bcforecast.models.rates import Rate
from bcforecast.observations.history import History

PRIOR_YEARS: Final = 3.0
"""Years of growth that the prior on a component's volatility is worth (assumed)."""


@dataclass(frozen=True)
class Growth:
    """Posterior of a component's log growth: normal mean given an inverse-gamma variance.

    Parameters
    ----------
    mean, weight
        Middle of the mean log growth a year, and the number of years that it is worth.
    shape, scale
        Of the inverse-gamma variance of log growth in a year.
    n
        Number of increments learned from.
    """

    mean: float
    weight: float
    shape: float
    scale: float
    n: int

    def draw(self, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Draw mean log growth and its standard deviation from normals (n, 2)."""
        level = np.asarray(ndtr(np.clip(-normals[:, 1], -5.0, 5.0)))
        variance = self.scale / np.asarray(gammaincinv(self.shape, level))
        sd = np.sqrt(variance)
        return self.mean + sd / np.sqrt(self.weight) * normals[:, 0], sd


def increments(history: History, *, breaks: tuple[int, ...] = ()) -> tuple[FloatArray, FloatArray]:
    """Log growth between successive values, and the years between them.

    An increment across a break (the first year of a new definition) is left out.

    Returns
    -------
    Two arrays of shape (k,).
    """
    usable = history.known & (np.nan_to_num(history.values) > 0.0)
    times, logs = history.times[usable], np.log(history.values[usable])
    kept = [
        not any(before < year <= after for year in breaks)
        for before, after in pairwise(times.tolist())
    ]
    mask = np.asarray(kept, dtype=bool)
    return np.diff(logs)[mask], np.diff(times).astype(float)[mask]


def learned_growth(prior: Rate, volatility: float, grown: FloatArray, years: FloatArray) -> Growth:
    """Normal-inverse-gamma posterior given growth over gaps.

    Growth over g years has mean g m and variance g s^2. The prior on m is worth
    `volatility**2 / prior.spread**2` years, that on s^2 `PRIOR_YEARS` years around `volatility`.
    """
    weight0 = (volatility / prior.spread) ** 2
    weight = weight0 + float(years.sum())
    mean = (weight0 * prior.mean + float(grown.sum())) / weight
    residual = float(np.sum((grown - years * mean) ** 2 / years)) if grown.size else 0.0
    shrink = weight0 * (mean - prior.mean) ** 2
    shape = 0.5 * (PRIOR_YEARS + grown.size)
    scale = 0.5 * (PRIOR_YEARS * volatility**2 + residual + shrink)
    return Growth(mean, weight, shape, scale, int(grown.size))


def correlation_of(
    first: History, second: History, *, prior: float, worth: float = 8.0, breaks: tuple[int, ...]
) -> tuple[float, int]:
    """Correlation of yearly log growth, shrunk toward `prior`, which is worth `worth` years.

    Returns
    -------
    r = (k r_k + worth prior) / (k + worth), with r_k from the k years where both grew from one
    year to the next; and k.
    """
    both: list[tuple[float, float]] = []
    steps = [_yearly(history, breaks) for history in (first, second)]
    for year in sorted(set(steps[0]) & set(steps[1])):
        both.append((steps[0][year], steps[1][year]))
    if len(both) < 3:
        return prior, len(both)
    pairs = np.asarray(both)
    spread = pairs.std(axis=0)
    if not (spread > 0.0).all():
        return prior, len(both)
    r = float(np.corrcoef(pairs.T)[0, 1])
    return (len(both) * r + worth * prior) / (len(both) + worth), len(both)


def _yearly(history: History, breaks: tuple[int, ...]) -> dict[int, float]:
    usable = history.known & (np.nan_to_num(history.values) > 0.0)
    times, logs = history.times[usable], np.log(history.values[usable])
    return {
        int(times[i]): float(logs[i] - logs[i - 1])
        for i in range(1, times.size)
        if times[i] - times[i - 1] == 1 and int(times[i]) not in breaks
    }
