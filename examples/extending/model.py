"""A random walk with drift: next year is this year and the mean yearly change.

A model to copy; docs/extending.md says how. Begin with what the model is, and where it is
published (Hyndman and Athanasopoulos 2021, Forecasting: Principles and Practice, section 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

# `base` has what models of a short series share: refusals, the scale on which a trend is fitted,
# completions of what is known only by a bound, and least spreads.
from bcforecast.config import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.models.base import (
    Fitted,
    accept,
    fit_completed,
    floor_sd,
    typical_sd,
    usable,
    working_scale,
)
from bcforecast.observations.selection import History


@dataclass(frozen=True)
class Drift:
    """Random walk with drift on the working scale (log above 0, logit in a bounded support).

    Notes
    -----
    Over k years the forecast has the variance s2 k (1 + k / (n - 1)), n the number of figures, and
    is Student-t with n - 2 degrees of freedom.
    """

    # Settings are fields; one called `seed` is given the seed of the projection.
    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "drift"
    minimum_observations: ClassVar[int] = 4

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            Below the minimum of values, or for impossible figures.
        """
        # Refuse first: too few figures, figures outside their support, a horizon of no year.
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        # A library or formula that wants plain figures is fitted to several completions of the
        # history, and the forecasts are pooled; support and whole numbers are seen to there.
        return fit_completed(
            history,
            horizon,
            [self._fit_one],
            df=history.n_usable - 2.0,
            scale=working_scale(usable(history)),
            count=self.count,
            seed=self.seed,
        )

    def _fit_one(self, history: History, scale: Transform, steps: int) -> Fitted:
        """Location and scale, on the working scale, of so many years after the last figure."""
        z, passed = scale.forward(history.values), np.diff(history.times)
        drift = (z[-1] - z[0]) / passed.sum()
        errors = (np.diff(z) - drift * passed) / np.sqrt(passed)
        # Few figures say little of their spread: a typical one has the weight of one more.
        squares = float(np.sum(errors**2)) + typical_sd(history, scale) ** 2
        variance = max(squares / errors.size, floor_sd(history, scale) ** 2)
        ahead = np.arange(1, steps + 1)
        return z[-1] + drift * ahead, np.sqrt(variance * ahead * (1.0 + ahead / passed.sum()))
