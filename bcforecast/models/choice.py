"""Which model for which indicator: its own figures first, then what can be borrowed."""

from __future__ import annotations

from typing import Final

from bcforecast.models.base import Model
from bcforecast.models.combine import Combination
from bcforecast.models.damped_drift import DampedDrift
from bcforecast.models.ets import Ets
from bcforecast.models.local_linear import LocalLinear
from bcforecast.observations.history import History

OWN_TREND_VALUES: Final = 3
"""Fewest values of its own from which an indicator is given a trend of its own."""


def own_trend(seed: int) -> Model:
    """Return the default model of a series with figures of its own."""
    return Combination((DampedDrift(seed=seed), Ets(seed=seed), LocalLinear(seed=seed)))


def has_own_trend(history: History) -> bool:
    """Whether a series has figures enough for a trend of its own."""
    return history.n_values >= OWN_TREND_VALUES
