"""Which model for a series with figures of its own."""

from __future__ import annotations

from typing import Final

from bcforecast.models.trend import Trend
from bcforecast.observations.history import History

OWN_TREND_FIGURES: Final = 3
"""Fewest figures, values or bounds, from which a series is preferred to what can be borrowed."""


def has_own_trend(history: History) -> bool:
    """Whether a series has figures enough to be preferred to what can be borrowed."""
    return history.n_usable >= OWN_TREND_FIGURES and has_thin_trend(history)


def has_thin_trend(history: History) -> bool:
    """Whether a series has figures enough for the default model at all."""
    return history.n_values >= Trend.minimum_observations
