"""How indicators move together: correlation of yearly growth, shrunk, to be printed or replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ScenarioError
from bcforecast.models.base import working_scale
from bcforecast.observations.history import History

ASSUMED: Final = 0.2
"""Correlation of the yearly growth of two indicators of which no common years are known (assumed):
one economy and one government move both."""

ASSUMED_WORTH: Final = 20.0
"""Common years that `ASSUMED` is worth beside the mean of all pairs."""

TARGET_WORTH: Final = 10.0
"""Common years that the common target is worth beside a pair's own."""


@dataclass(frozen=True)
class Correlation:
    """A correlation matrix and what it rests on.

    Parameters
    ----------
    indicators
        In the order of rows and columns.
    matrix
        Shape (k, k), positive definite, ones on the diagonal.
    common_years
        Shape (k, k): years in which both of a pair were seen to grow, a year inside a gap counted
        in part.
    target
        What pairs are shrunk toward.
    """

    indicators: tuple[str, ...]
    matrix: FloatArray
    common_years: FloatArray
    target: float

    def between(self, first: str, second: str) -> float:
        """Correlation of a pair."""
        return float(self.matrix[self._at(first), self._at(second)])

    def replaced(self, pairs: Mapping[tuple[str, str], float]) -> Correlation:
        """Put other values in place of the estimated ones; the rest gives way as little as needed.

        Raises
        ------
        ScenarioError
            If an indicator is not known, or a value is not between -1 and 1.
        """
        matrix = self.matrix.copy()
        for (first, second), value in pairs.items():
            if not -1.0 < value < 1.0 or first == second:
                raise ScenarioError("scenario.correlation", first=first, second=second, found=value)
            i, j = self._at(first), self._at(second)
            matrix[i, j] = matrix[j, i] = value
        return replace(self, matrix=nearest_correlation(matrix))

    def table(self) -> pd.DataFrame:
        """One row a pair: its correlation and the common years behind it."""
        rows = [
            {
                "first": first,
                "second": second,
                "correlation": float(self.matrix[i, j]),
                "common_years": float(self.common_years[i, j]),
            }
            for i, first in enumerate(self.indicators)
            for j, second in enumerate(self.indicators[:i])
        ]
        return pd.DataFrame(rows, columns=["first", "second", "correlation", "common_years"])

    def _at(self, indicator: str) -> int:
        if indicator not in self.indicators:
            allowed = ", ".join(self.indicators)
            raise ScenarioError("scenario.no_indicator", found=indicator, allowed=allowed)
        return self.indicators.index(indicator)


def estimate_correlation(histories: Mapping[str, History]) -> Correlation:
    """Estimate the correlation of yearly growth from a panel of short, gappy histories.

    Growth between successive figures is spread evenly over the years between, each such year
    weighing 1 / (years between). For a pair with m common years of weight and sample correlation
    r, the estimate is (m r + 10 t) / (m + 10), a constant-correlation target t as in Ledoit and
    Wolf (2004, doi:10.3905/jpm.2004.110), with an intensity set by the years that there are; t is
    the mean of all pairs weighted by their years, itself shrunk toward 0.2 (assumed), which is
    worth 20 years. Last, negative eigenvalues are cut off.

    Parameters
    ----------
    histories
        By indicator; one without figures correlates by the target.

    Examples
    --------
    >>> up = History.of(range(2010, 2020), [1, 2, 3, 5, 8, 9, 14, 15, 22, 23])
    >>> round(estimate_correlation({"a": up, "b": up}).between("a", "b"), 2)
    0.71
    """
    names = tuple(histories)
    grown = [_yearly_growth(history) for history in histories.values()]
    k = len(names)
    sample, years = np.eye(k), np.zeros((k, k))
    for i in range(k):
        for j in range(i):
            sample[i, j], years[i, j] = _pair(grown[i], grown[j])
            sample[j, i], years[j, i] = sample[i, j], years[i, j]
    pairs = np.tril_indices(k, -1)
    total = years[pairs].sum()
    target = float((years[pairs] * sample[pairs]).sum() + ASSUMED_WORTH * ASSUMED)
    target /= float(total + ASSUMED_WORTH)
    shrunk = (years * sample + TARGET_WORTH * target) / (years + TARGET_WORTH)
    np.fill_diagonal(shrunk, 1.0)
    return Correlation(names, nearest_correlation(shrunk), years, target)


def nearest_correlation(matrix: FloatArray) -> FloatArray:
    """Cut off eigenvalues below 1e-6 and scale the diagonal back to one."""
    if not matrix.size:
        return matrix
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    if values.min() >= 1e-6:
        return matrix
    lifted = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = 1.0 / np.sqrt(np.diag(lifted))
    return np.asarray(lifted * scale[:, None] * scale, dtype=float)


def _yearly_growth(history: History) -> dict[int, tuple[float, float]]:
    """Growth a year on the working scale, and its weight, by year."""
    known = history.known
    times, values = history.times[known], history.values[known]
    scaled = working_scale(history).forward(values)
    growth: dict[int, tuple[float, float]] = {}
    for i in range(1, times.size):
        gap = int(times[i] - times[i - 1])
        for year in range(int(times[i - 1]) + 1, int(times[i]) + 1):
            growth[year] = (float(scaled[i] - scaled[i - 1]) / gap, 1.0 / gap)
    return growth


def _pair(
    first: dict[int, tuple[float, float]], second: dict[int, tuple[float, float]]
) -> tuple[float, float]:
    common = sorted(set(first) & set(second))
    if len(common) < 3:
        return 0.0, 0.0
    a = np.array([first[year][0] for year in common])
    b = np.array([second[year][0] for year in common])
    w = np.array([first[year][1] * second[year][1] for year in common])
    a, b = a - np.average(a, weights=w), b - np.average(b, weights=w)
    spread = np.sqrt(np.sum(w * a**2) * np.sum(w * b**2))
    if not spread > 1e-12:
        return 0.0, 0.0
    return float(np.sum(w * a * b) / spread), float(w.sum())
