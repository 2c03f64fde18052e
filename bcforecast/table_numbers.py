"""Numbers as they stand in the cells of tables."""

from __future__ import annotations

import math

_MINUS = "\N{MINUS SIGN}"


def figure(value: float | None, *, missing: str = "–") -> str:
    """Return a figure with four significant digits, whole from 1,000 on, thousands marked.

    Examples
    --------
    >>> figure(909.2549), figure(34700.0), figure(-3.28), figure(None)
    ('909.3', '34,700', '−3.28', '–')
    """
    if value is None or not math.isfinite(value):
        return missing
    digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return digits.replace("-", _MINUS)


def change(percents: float) -> str:
    """Return a yearly change in per cent with its sign.

    Examples
    --------
    >>> change(4.16), change(-2.0)
    ('+4.2%', '−2.0%')
    """
    return f"{percents:+.1f}%".replace("-", _MINUS)


def percent(share: float | None, *, missing: str = "–") -> str:
    """Return a probability in per cent; beyond 99.5 % and below 0.5 % as a bound, never 0 or 100.

    Examples
    --------
    >>> percent(0.4166), percent(0.9991), percent(0.0), percent(None)
    ('42%', '>99%', '<1%', '–')
    """
    if share is None:
        return missing
    if share > 0.995:
        return ">99%"
    if share < 0.005:
        return "<1%"
    return f"{100 * share:.0f}%"


def points(change: float | None) -> str:
    """Write a change of probability in percentage points.

    Examples
    --------
    >>> points(0.0881), points(-0.4), points(-1e-16), points(None)
    ('+8.8', '−40.0', '0', '–')
    """
    if change is None:
        return "–"
    return "0" if abs(change) < 1e-12 else f"{100.0 * change:+.1f}".replace("-", "\N{MINUS SIGN}")
