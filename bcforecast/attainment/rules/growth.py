"""Compound growth, and by name the cases in which it does not exist."""

from __future__ import annotations

import math

from bcforecast.attainment.rules.base import shown
from bcforecast.messages import Message


def compound_rate(start: float, end: float, years: int) -> float | Message:
    """Return the compound annual growth rate, (end / start)^(1 / years) - 1, per year.

    Where it does not exist, return a message that says why: growth from zero, a change of sign.
    A fall to zero is a rate of -1.

    Examples
    --------
    >>> compound_rate(14.5, 7.25, 15)
    -0.045158...
    >>> compound_rate(0.0, 3.0, 5).render("en")
    'A rate of growth does not exist: the figure it starts from is 0.'
    """
    if start == 0.0:
        return Message("rules.note_base_zero")
    if end != 0.0 and (start < 0.0) is not (end < 0.0):
        return Message("rules.note_sign_change", {"start": shown(start), "end": shown(end)})
    ratio = end / start
    if not math.isfinite(ratio):
        return Message("rules.note_overflow")
    rate = ratio ** (1.0 / years) - 1.0
    return rate if math.isfinite(rate) else Message("rules.note_overflow")


def grown(value: float, rate: float, years: int) -> float | None:
    """Return value x (1 + rate)^years, or none where that exceeds every float."""
    try:
        result = value * (1.0 + rate) ** years
    except OverflowError:
        return None
    return result if math.isfinite(result) else None
