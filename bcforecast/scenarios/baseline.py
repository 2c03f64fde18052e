"""What a scenario starts from: the forecast of an indicator without assumptions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bcforecast.distributions import Counting, Distribution, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.structural import StructuralForecast


@dataclass(frozen=True)
class Baseline:
    """The baseline forecast of one indicator.

    Parameters
    ----------
    indicator
        Identifier.
    forecast
        Over `years`.
    years
        Year of each horizon, successive.
    first_open
        First year that was not over at the as-of date: no lever moves an earlier one.
    support
        Smallest and largest value that the indicator can take, in its unit.
    """

    indicator: str
    forecast: Distribution
    years: tuple[int, ...]
    first_open: int
    support: tuple[float, float] = (-np.inf, np.inf)

    @property
    def continuous(self) -> Distribution:
        """The forecast before it is read as a whole number."""
        forecast = self.forecast
        return forecast.continuous if isinstance(forecast, Counting) else forecast

    @property
    def structural(self) -> StructuralForecast | None:
        """The forecast, if a structural model made it."""
        inner = self.continuous
        return inner if isinstance(inner, StructuralForecast) else None

    @property
    def open_years(self) -> tuple[int, ...]:
        """Years that a lever can still move."""
        return tuple(year for year in self.years if year >= self.first_open)

    def read(self, continuous: Distribution) -> Distribution:
        """Read simulated values as the forecast is read."""
        return Counting(continuous) if isinstance(self.forecast, Counting) else continuous

    def scaled(self, paths: FloatArray, factor: FloatArray) -> FloatArray:
        """Multiply paths (n, H) by a factor (n, H): on the odds where the support has two ends.

        Where values may be negative, the factor's excess over 1 is applied to the size of the
        baseline's median, so that a push is a push on either side of 0.
        """
        low, high = self.support
        if np.isfinite(low) and np.isfinite(high):
            odds = Transform("logit", low, high)
            inside = np.clip(paths, low, high)
            moved = odds.inverse(odds.forward(inside) + np.log(factor))
            return np.where(factor == 1.0, paths, moved)
        if low >= 0.0:
            return paths * factor
        return paths + np.abs(np.median(paths, axis=0)) * (factor - 1.0)
