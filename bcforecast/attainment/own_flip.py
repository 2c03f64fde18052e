"""The smallest revision of the last figure that changes our own word for the probability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import numpy as np

from bcforecast.attainment.outlook import GoalOutlook, Outlook, project
from bcforecast.attainment.verdict import verdict_of
from bcforecast.observations import Observation, Vintage

REACH: Final = 0.5
"""Revisions beyond this share of the last figure are not looked at."""

_SHARES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, REACH)
_BISECTIONS: Final = 8


@dataclass(frozen=True)
class WordFlip:
    """Where our word changes.

    Parameters
    ----------
    revision
        New figure minus published figure, in the indicator's unit.
    value
        The new figure.
    verdict
        Catalogue key of the new word.
    """

    revision: float
    value: float
    verdict: str


def word_flip(outlook: Outlook, item: GoalOutlook) -> WordFlip | None:
    """Find the smallest revision of the area's last figure that changes the word.

    The goal is projected again with the figure revised, whatever its model; the place is
    bracketed between 1, 2, 5, 10, 20, 35 and 50 % of the figure and then halved eight times.

    Returns
    -------
    None where there is no figure or no probability, or no revision within 50 % changes the word.
    """
    a, last = item.attainment, last_figure(item)
    if last is None or a.probability is None or last.value == 0.0:
        return None

    low, high = item.basis.series.support

    def probability(value: float) -> float | None:
        return _probability_with(outlook, item, last, min(max(value, low), high))

    found = nearest_flip(
        last.value,
        lambda value: verdict_of(probability(value), data_dir=outlook.data.data_dir),
        before=a.verdict,
        unit=1.0 if item.indicator.whole else decimals_of(last.value),
    )
    return found


def last_figure(item: GoalOutlook) -> Observation | None:
    """Return the area's latest figure with a value among those that the model used."""
    return next((f for f in reversed(item.basis.selection.used) if f.has_value), None)


def nearest_flip(
    last: float, word_at: Callable[[float], str], *, before: str, unit: float
) -> WordFlip | None:
    """Search upward and downward for the nearest figure, in whole units, with another word.

    Examples
    --------
    >>> found = nearest_flip(100.0, lambda v: "a" if v < 112.0 else "b", before="a", unit=1.0)
    >>> found.value, found.verdict
    (112.0, 'b')
    """
    flips = []
    for sign in (1.0, -1.0):
        inside = 0.0
        for share in _SHARES:
            outside = sign * share * abs(last)
            if word_at(last + outside) != before:
                flips.append(_refined(last, inside, outside, word_at, before, unit))
                break
            inside = outside
    flips = [f for f in flips if f.verdict != before]
    return min(flips, key=lambda f: abs(f.revision), default=None)


def decimals_of(value: float) -> float:
    """Return the smallest unit in which a figure is written: 0.01 for two decimals.

    Examples
    --------
    >>> decimals_of(909.2549), decimals_of(3.28), decimals_of(485.0)
    (0.0001, 0.01, 1.0)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return float(f"1e{min(exponent, 0)}")


def _refined(
    last: float,
    inside: float,
    outside: float,
    word_at: Callable[[float], str],
    before: str,
    unit: float,
) -> WordFlip:
    for _ in range(_BISECTIONS):
        middle = 0.5 * (inside + outside)
        if word_at(last + middle) == before:
            inside = middle
        else:
            outside = middle
    sign = np.sign(outside)
    steps = np.floor(round(abs(inside) / unit, 6)) + 1.0
    value = _written(last + sign * steps * unit)
    if steps * unit < abs(outside) and word_at(value) == before:
        steps = np.ceil(round(abs(outside) / unit, 6))
        value = _written(last + sign * steps * unit)
    return WordFlip(_written(value - last), value, word_at(value))


def _written(value: float) -> float:
    return round(float(value), 12)


def _probability_with(
    outlook: Outlook, item: GoalOutlook, last: Observation, value: float
) -> float | None:
    dataset = outlook.data.dataset
    revised = tuple(replace(f, value=value) if f is last else f for f in dataset.observations)
    data = Vintage(replace(dataset, observations=revised), outlook.data.as_of)
    plan = outlook.plan.model_copy(update={"goals": (item.goal,)})
    again = project(plan, data, scenario=outlook.scenario, seed=outlook.seed, models=outlook.models)
    return again[item.goal.id].attainment.probability
