"""The smallest revision of the last figure that changes a word: a rule's label, or our own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bcforecast.attainment.rules.base import Rule, shown
from bcforecast.attainment.rules.case import Case
from bcforecast.messages import Message

REACH: Final = 0.5
"""Revisions beyond this share of the last figure are not looked at."""

_FINEST: Final = 2**29
"""Steps within reach where no unit is given: some 1e-9 of the figure each."""


@dataclass(frozen=True)
class Flip:
    """Where the label changes.

    Parameters
    ----------
    revision
        New figure minus published figure, in the indicator's unit.
    value
        The new figure.
    label_before, label_after
        Catalogue keys.
    """

    revision: float
    value: float
    label_before: str
    label_after: str


def flip_sentence(flip: Flip | None) -> Message:
    """Say in one sentence where the label changes, or that it does not within reach."""
    if flip is None:
        return Message("rules.flip_none", {"reach": f"{100.0 * REACH:.0f}"})
    return Message(
        "rules.flip",
        {
            "revision": ("+" if flip.revision > 0.0 else "") + shown(flip.revision),
            "value": shown(flip.value),
            "label": Message(flip.label_after),
        },
    )


def flip_revision(rule: Rule, case: Case, *, step: float | None = None) -> Flip | None:
    """Find the smallest revision, up or down, that changes the label of `rule`.

    Parameters
    ----------
    rule
        Any rule of the panel.
    case
        The case as published.
    step
        Smallest unit in which the figure is published (0.01 for two decimals); the revision is
        then the first multiple of it that flips the label. Default: 1 for whole-number
        indicators, else none, and the place is found to 1e-9 of the figure.

    Returns
    -------
    Flip or None
        None if no revision within 50 % of the figure, and within the scale of a share, flips the
        label. For a figure of 0 the largest figure of the series takes its place as the measure.

    Examples
    --------
    >>> from bcforecast.attainment.rules.cagr_ratio import CagrRatio
    >>> poverty = Case((2015, 2023), (14.5, 10.2), direction="down", target=7.25, due=2030)
    >>> flip = flip_revision(CagrRatio(), poverty, step=0.01)
    >>> round(flip.value, 2), flip.label_after
    (10.21, 'rules.label_moderate')
    """
    last = case.last[1]
    before = rule.assess(case).label

    def label_at(value: float) -> str:
        return rule.assess(case.with_last(value)).label

    value = nearest_flip(
        last,
        label_at,
        before=before,
        unit=1.0 if case.whole and step is None else step,
        size=abs(last) or max(abs(v) for v in case.values),
        support=(-math.inf, math.inf) if case.scale is None else (0.0, case.scale),
    )
    return None if value is None else Flip(value - last, value, before, label_at(value))


def nearest_flip(
    last: float,
    word_at: Callable[[float], str],
    *,
    before: str,
    unit: float | None,
    size: float,
    support: tuple[float, float] = (-math.inf, math.inf),
) -> float | None:
    """Find the nearest figure, above or below, that has another word.

    Going away from the last figure the word is taken to change once for good: it is looked at
    where reach or support end, and if it is another there, the number of steps is bisected. Below,
    only figures nearer than the one found above are looked at.

    Parameters
    ----------
    last
        The figure as published.
    word_at
        The word that a figure in its place has.
    before
        The word that it has.
    unit
        Step, in the figure's unit. Default: `size` by 1e9.
    size
        Of the figure, of which `REACH` is a share.
    support
        Least and greatest figure that can be.

    Examples
    --------
    >>> nearest_flip(100.0, lambda v: "a" if v < 112.0 else "b", before="a", unit=1.0, size=100.0)
    112.0
    """
    found: float | None = None
    for sign, bound in ((1.0, support[1]), (-1.0, support[0])):
        room = min(REACH * size, sign * (bound - last))
        if found is not None:
            room = min(room, abs(found - last))
        if not room > 0.0:
            continue
        step = room / _FINEST if unit is None else unit

        def figure(steps: int, step: float = sign * step) -> float:
            return float(f"{last + steps * step:.15g}")

        same, other = 0, math.floor(room / step + 1e-6)
        if other < 1 or word_at(figure(other)) == before:
            continue
        while other - same > 1:
            middle = (same + other) // 2
            if word_at(figure(middle)) == before:
                same = middle
            else:
                other = middle
        if found is None or abs(figure(other) - last) < abs(found - last):
            found = figure(other)
    return found
