"""The smallest revision of the last figure that gives a rule another label."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from bcforecast.attainment.rules.base import Rule, shown
from bcforecast.attainment.rules.case import Case
from bcforecast.messages import Message

REACH: Final = 0.5
"""Revisions beyond this share of the last figure are not looked at."""

_TOLERANCE: Final = 1e-9
_UNITS: Final = 1000
_SHARES: Final = np.unique(
    np.concatenate([np.geomspace(_TOLERANCE, REACH, 120), np.linspace(0.0, REACH, 201)[1:]])
)


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
        then the first multiple of it that flips the label (of at most 1000 from where the label
        first changes). Default: 1 for whole-number indicators, else none, and the place is
        bracketed to 1e-9 of the figure.

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
    size = abs(last) or max(abs(v) for v in case.values)
    if size == 0.0:
        return None
    unit = (1.0 if case.whole else None) if step is None else step
    before = rule.assess(case).label

    def label_at(value: float) -> str:
        return rule.assess(case.with_last(value)).label

    found = []
    for sign in (1.0, -1.0):
        room = REACH * size
        if case.scale is not None:
            room = min(room, case.scale - last if sign > 0.0 else last)
        revision = _nearest(label_at, before, last, sign, size, room)
        if revision is not None and unit is not None:
            revision = _on_grid(label_at, before, last, revision, unit, room)
        if revision is not None:
            found.append(revision)
    if not found:
        return None
    revision = min(found, key=abs)
    return Flip(revision, last + revision, before, label_at(last + revision))


def _nearest(
    label_at: Callable[[float], str],
    before: str,
    last: float,
    sign: float,
    size: float,
    room: float,
) -> float | None:
    if room <= 0.0:
        return None
    steps = _SHARES[_SHARES * size <= room] * size
    inside = 0.0
    for outside in [*steps.tolist(), room]:
        if label_at(last + sign * outside) != before:
            return sign * _bracket(
                lambda r: label_at(last + sign * r) != before, inside, outside, _TOLERANCE * size
            )
        inside = outside
    return None


def _bracket(flips: Callable[[float], bool], low: float, high: float, width: float) -> float:
    while high - low > width:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if flips(middle):
            high = middle
        else:
            low = middle
    return high


def _on_grid(
    label_at: Callable[[float], str],
    before: str,
    last: float,
    revision: float,
    unit: float,
    room: float,
) -> float | None:
    sign = math.copysign(1.0, revision)
    count = max(1, math.floor(abs(revision) / unit))
    last_count = min(math.floor(room / unit), count + _UNITS)
    while count <= last_count:
        value = round(last + sign * count * unit, 12)
        if label_at(value) != before:
            return value - last
        count += 1
    return None
