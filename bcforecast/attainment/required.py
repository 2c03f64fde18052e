"""What it would take from here: the gap and the yearly pace that closes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequiredPath:
    """The pace from the latest figure to the target.

    Parameters
    ----------
    gap
        Target minus latest figure, in the indicator's unit; positive when the figure must rise.
    years
        Years from the latest figure to the due date.
    increment
        Change needed each year, in the indicator's unit; None if no year is left.
    rate
        Growth needed each year, as a share (0.05 is 5 % a year); None if no year is left or the
        figures have no common positive growth rate.
    """

    gap: float
    years: int
    increment: float | None
    rate: float | None


def required_path(latest: float, *, target: float, years: int) -> RequiredPath:
    """Gap, yearly increment (T - y) / k and yearly rate (T / y)^(1 / k) - 1 over k years.

    Examples
    --------
    >>> path = required_path(909.25, target=1400, years=3)
    >>> round(path.gap, 2), round(path.rate, 4)
    (490.75, 0.1547)
    """
    gap = target - latest
    if years < 1:
        return RequiredPath(gap, years, None, None)
    rate = (target / latest) ** (1 / years) - 1 if latest > 0 and target > 0 else None
    return RequiredPath(gap, years, gap / years, rate)
