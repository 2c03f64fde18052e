"""How far a yearly figure moves: what is typical, and the least a forecast may claim to know."""

from __future__ import annotations

from typing import Final

import numpy as np

from bcforecast.distributions import Transform
from bcforecast.observations.history import History

FLOOR: Final = 0.005
"""Least standard deviation of a forecast, as a share of the level (assumed).

Half a percent is the rounding error of a figure told with three digits; a series that has
never moved is therefore forecast with this spread, not with none.
"""

TYPICAL: Final = 0.1
"""Standard deviation of one year's change, as a share of the level, before any data (assumed)."""


def floor_sd(history: History, scale: Transform) -> float:
    """Least standard deviation of a forecast, on the working scale.

    On log and logit scales `FLOOR`; on the identity scale `FLOOR` times the size of figures. For
    whole numbers at least half a thing: a count that has never moved may yet move by one.

    Examples
    --------
    >>> floor_sd(History.of([2020, 2021], [200.0, 200.0]), Transform())
    1.0
    """
    least = FLOOR * _size(history, scale)
    if not history.whole or not history.n_values:
        return least
    return max(least, 0.5 * float(scale.derivative(history.values[history.known].mean())))


def typical_sd(history: History, scale: Transform) -> float:
    """Prior standard deviation of one year's change, on the working scale: `TYPICAL` of the size.

    Examples
    --------
    >>> typical_sd(History.of([2020, 2021], [200.0, 200.0]), Transform("log"))
    0.1
    """
    return TYPICAL * _size(history, scale)


def _size(history: History, scale: Transform) -> float:
    """Size of the figures: 1 on log and logit scales, else their mean absolute value.

    Where every figure is 0 nothing tells the size: it is then the width of a bounded support,
    else one unit, else, for counts, so much that the typical change is half a thing.
    """
    if scale.name != "identity":
        return 1.0
    size = float(np.abs(history.values[history.known]).mean()) if history.n_values else 0.0
    if size > 0.0:
        return size
    low, high = history.support
    if np.isfinite(low) and np.isfinite(high):
        return float(high - low)
    return 0.5 / TYPICAL if history.whole else 1.0
