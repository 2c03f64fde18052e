"""How exact a published figure is."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

from bcforecast.defaults import APPROXIMATE_RELATIVE_SD, DERIVED_RELATIVE_SD
from bcforecast.messages import Message
from bcforecast.observations.observation import Observation, Status, plain

_RELATIVE_SD: Final = {
    Status.APPROXIMATE: APPROXIMATE_RELATIVE_SD,
    Status.EXPECTED: APPROXIMATE_RELATIVE_SD,
    Status.DERIVED: DERIVED_RELATIVE_SD,
}


def error_sd(figure: Observation) -> float:
    """Return the standard error of a figure, in its unit.

    Both bounds around a value, or the rounding unit, are taken as the width w of a uniform error:
    w / sqrt(12). An approximate, expected or derived figure without bounds has the relative error
    that `bcforecast.defaults` assumes. Anything else is taken as exact (0), and so is a mere bound.
    """
    if not figure.has_value:
        return 0.0
    if has_both_bounds(figure):
        return (figure.upper - figure.lower) / math.sqrt(12)
    if figure.status is Status.ROUNDED:
        return rounding_unit(figure.value) / math.sqrt(12)
    return abs(figure.value) * _RELATIVE_SD.get(figure.status, 0.0)


def has_both_bounds(figure: Observation) -> bool:
    """Whether a lower and an upper bound are given."""
    return not (math.isnan(figure.lower) or math.isnan(figure.upper))


def rounding_unit(value: float) -> float:
    """Return the unit to which a rounded figure was rounded: that of its last digit other than 0.

    Give bounds beside a figure whose last zeros are meant.

    Examples
    --------
    >>> rounding_unit(52000.0), rounding_unit(3.28), rounding_unit(0.0)
    (1000.0, 0.01, 1.0)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(int(exponent)))


def caveat(figure: Observation) -> Message | None:
    """Return what to know of a figure that is used, or None if it is simply official."""
    firmness = _firmness(figure)
    if not figure.published_early:
        return firmness
    values = {"day": figure.published, "period": figure.period.in_words()}
    early = Message("observations.caveat_early", values)
    if firmness is None:
        return early
    return Message("observations.caveat_join", {"first": firmness, "second": early})


def _firmness(figure: Observation) -> Message | None:
    values: dict[str, object] = {"status": status_name(figure.status)}
    if not figure.has_value:
        return Message("observations.caveat_bound", {**values, "figure": figure.in_words()})
    spread = error_sd(figure)
    if spread:
        values["sd"] = plain(float(f"{spread:.2g}"))
        assumed = figure.status in _RELATIVE_SD and not has_both_bounds(figure)
        return Message(f"observations.caveat_{'assumed_error' if assumed else 'error'}", values)
    if figure.status is Status.OFFICIAL:
        return None
    return Message("observations.caveat_status", values)


def status_name(status: Status) -> Message:
    """Return a status in words."""
    return Message(f"observations.status_{status.value}")
