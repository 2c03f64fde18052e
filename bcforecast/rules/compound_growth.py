"""Rules that judge by compound growth: the CAGR ratio, and the progress chart of the UN.

CAGR ratio: Statistics Canada and Open SDG, of Eurostat lineage. Sources:
https://sdgcif-data-canada-oddcic-donnee.github.io/methodology and
open-sdg/sdg-build, sdg/ProgressMeasure.py@139fede7. Of that code these are not copied: a missing
direction taken as "down", a zero replaced by 0.001, strict goals read as inclusive, and rounded
score constants by which the label of a series and its score contradict each other.

Progress chart: EUSTAT-DES/site, _pages/en/metodologia.md, after the UNSD technical note on the
Sustainable Development Goals Progress Chart 2023
(https://unstats.un.org/sdgs/files/report/2023/Progress_Chart_Technical_Note_2023.pdf).
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np

from bcforecast.rules.base import (
    ACHIEVED,
    NOT_AVAILABLE,
    OVERFLOW,
    UNDEFINED,
    WITHOUT_NUMBER,
    Case,
    Rule,
    Verdict,
    base_notes,
    shown,
)
from bcforecast.text import Message

SUBSTANTIAL: Final = "rules.label_substantial"
MODERATE: Final = "rules.label_moderate"
LIMITED: Final = "rules.label_limited"
DETERIORATION: Final = "rules.label_deterioration"
ON_TRACK: Final = "rules.label_met_or_on_track"

_LIMIT_EXPONENT: Final = 4.44
_BANDS: Final = {
    DETERIORATION: (-5.0, math.nextafter(-2.5, -5.0)),
    LIMITED: (-2.5, math.nextafter(0.0, -1.0)),
    MODERATE: (0.0, math.nextafter(2.5, 0.0)),
    SUBSTANTIAL: (2.5, 5.0),
}
"""Scores of each label, from the worst on."""

_NEAR_SHARE: Final = 0.01


@dataclass(frozen=True)
class CagrRatio(Rule):
    """Ratio of observed to required growth, or growth itself where there is no target.

    With a target, CAGR_o = (yt / y0)^(1 / (t - t0)) - 1, CAGR_r = (yT / y0)^(1 / (T - t0)) - 1
    and R = s d CAGR_o / |CAGR_r|, where d is the direction and s = -1 for y0 < 0, else 1:
    achieved if yt keeps the promise; R >= 0.95 substantial (on track); 0.60 <= R < 0.95 moderate;
    0 <= R < 0.60 limited; R < 0 deterioration.

    Without one, v = s d CAGR_o is cut at 0.015 C, 0.005 C and 0, where C falls from 1 to 0 as the
    base nears a natural limit L: C = 1 - (|y0| / |L|)^4.44 up to L, mirrored beyond it.

    The score runs from -5 to 5, and 2.5, 0 and -2.5 are the same cuts: the published constants
    are rounded, these join at the cuts.
    """

    name: ClassVar[str] = "cagr_ratio"

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its growth from the base year to the last figure."""
        start, notes = case.base[1], base_notes(case)
        if case.limit is not None:
            limit = {"limit": shown(case.limit)}
            if case.target is not None:
                notes.append(Message("rules.note_limit_ignored", limit))
            elif case.sign * (start - case.limit) > 0:
                notes.append(Message("rules.note_base_beyond_limit", limit))
        value, projected = observed_growth(case)
        achieved, details = case.met(case.last[1]), dict[str, float]()
        label, score = "", None
        if not isinstance(value, Message):
            details["cagr_observed"] = value
            value = (-1.0 if start < 0.0 else 1.0) * case.sign * value + 0.0
            if case.target is None or case.due is None:
                details["limit_coefficient"] = limit_coefficient(start, case.limit)
            else:
                value = _growth_ratio(value, case, case.target, case.due, details)
        if not isinstance(value, Message):
            label, score = _judged(value, details.get("limit_coefficient"))
        if achieved:
            label, score = ACHIEVED, 5.0
        found: dict[str, Any] = {"score": score, "projected": projected, "details": details}
        return _told(self, case, value, label, *notes, best=SUBSTANTIAL, met=achieved, **found)


@dataclass(frozen=True)
class UnProgress(Rule):
    """Expected over needed change: (v_e - y0) / (yT - y0), v_e = yt (1 + CAGR_o)^(T - t).

    0.95 or more: class 3, met or on track; 0.10 or more: class 2, fair progress; below: class 1,
    stagnation or regression. A last figure that keeps the promise is class 3 whatever the trend,
    and so is one within 1 % of the scale of a target of 0 or of the scale itself.

    Without a target, d CAGR_o is cut at 2 % and 0.5 % a year. Where the base year has no figure,
    the next later one with another after it is taken, else the last one before.

    Where the base is already past the target the ratio turns its sign and would call a loss
    progress: then there is no number and no class, and a note says why.
    """

    name: ClassVar[str] = "un_progress"

    def assess(self, case: Case) -> Verdict:
        """Judge a case by the value expected in the due year."""
        notes, wanted, last = list[Message](), case.base_year, case.last[1]
        if wanted is not None and case.observed(wanted) is None and len(case.years) > 1:
            used = next((y for y in case.years[:-1] if y > wanted), case.years[-2])
            notes = [Message("rules.note_base_moved", {"wanted": wanted, "used": used})]
            case = replace(case, base_year=used)
        notes += base_notes(case)
        met = case.met(last)
        if not met and case.scale is not None and case.target in (0.0, case.scale):
            met = abs(last - case.target) <= _NEAR_SHARE * case.scale
            if met:
                notes.append(Message("rules.note_near_end", {"target": shown(case.target)}))
        value, projected = observed_growth(case)
        details, high, middle, label = dict[str, float](), 0.02, 0.005, ""
        if not isinstance(value, Message):
            details["cagr_observed"] = value
            value = case.sign * value + 0.0
            if case.target is not None:
                value, high, middle = _change_ratio(case, case.target, projected), 0.95, 0.10
        if not isinstance(value, Message):
            label = "rules.label_fair" if value >= middle else "rules.label_stagnation"
            label = ON_TRACK if met or value >= high else label
        found: dict[str, Any] = {"projected": projected, "details": details}
        return _told(self, case, value, label, *notes, best=ON_TRACK, met=met, **found)


RULES: Final[tuple[Rule, ...]] = (CagrRatio(), UnProgress())


def _told(
    rule: Rule, case: Case, value: float | Message, label: str, *notes: Message, best: str,
    met: bool, **found: Any,
) -> Verdict:  # fmt: skip
    """Return the verdict by a number, or by the message that says why there is none."""
    if isinstance(value, Message):
        missing = NOT_AVAILABLE if value.key == "rules.note_one_figure" else UNDEFINED
        label, notes = ACHIEVED if met else missing, (*notes, value)
    judged = case.target is not None and label not in WITHOUT_NUMBER
    found["value"] = None if isinstance(value, Message) else value
    says_met = label in (ACHIEVED, best) if judged else None
    return rule.verdict(case, label, *notes, says_met=says_met, **found)


def compound_rate(start: float, end: float, years: int) -> float | Message:
    """Return the compound annual growth rate, (end / start)^(1 / years) - 1, per year.

    Where it does not exist, return a message that says why: growth from zero, a change of sign.
    A fall to zero is a rate of -1.
    """
    if start == 0.0:
        return Message("rules.note_base_zero")
    if end != 0.0 and (start < 0.0) is not (end < 0.0):
        return Message("rules.note_sign_change", {"start": shown(start), "end": shown(end)})
    ratio = end / start
    rate = ratio ** (1.0 / years) - 1.0 if math.isfinite(ratio) else math.inf
    return rate if math.isfinite(rate) else OVERFLOW


def observed_growth(case: Case) -> tuple[float | Message, float | None]:
    """Return the compound rate from base to last figure, and the figure of the due year by it.

    A message in place of the rate says why there is none. The figure is none then, without a due
    year, and beyond every float.
    """
    (base_year, start), (last_year, last) = case.base, case.last
    if last_year <= base_year:
        return Message("rules.note_one_figure"), None
    rate = compound_rate(start, last, last_year - base_year)
    if isinstance(rate, Message) or case.due is None:
        return rate, None
    try:
        projected = last * (1.0 + rate) ** (case.due - last_year)
    except OverflowError:
        return rate, None
    return rate, projected if math.isfinite(projected) else None


def _growth_ratio(
    growth: float, case: Case, target: float, due: int, details: dict[str, float]
) -> float | Message:
    """Return R, or why there is none; the required rate goes into the details."""
    base_year, start = case.base
    if due <= base_year:
        return Message("rules.note_due_before_base", {"due": due, "base": base_year})
    if target == 0.0:
        return Message("rules.note_target_zero")
    required = compound_rate(start, target, due - base_year)
    if isinstance(required, Message):
        return required
    details["cagr_required"] = required
    if required == 0.0:
        return Message("rules.note_base_is_target", {"target": shown(target)})
    ratio = growth / abs(required)
    return ratio if math.isfinite(ratio) else OVERFLOW


def _change_ratio(case: Case, target: float, expected: float | None) -> float | Message:
    start = case.base[1]
    if target == start:
        return Message("rules.note_base_is_target", {"target": shown(target)})
    if case.sign * (start - target) > 0.0:
        return Message("rules.note_ratio_turned")
    ratio = math.inf if expected is None else (expected - start) / (target - start)
    return ratio if math.isfinite(ratio) else OVERFLOW


def limit_coefficient(start: float, limit: float | None) -> float:
    """Return C, from 1 far from a natural limit to 0 at it, by which the cuts are reduced."""
    if limit is None or abs(start) >= 2.0 * abs(limit):
        return 1.0
    distance = abs(start) if abs(start) <= abs(limit) else 2.0 * abs(limit) - abs(start)
    return 1.0 - (distance / abs(limit)) ** _LIMIT_EXPONENT


def _judged(value: float, coefficient: float | None) -> tuple[str, float]:
    """Return label and score of a ratio, or of growth where there is a coefficient of the limit."""
    cuts = [-0.6, 0.0, 0.6, 0.95, 1.3]
    if coefficient is not None:
        cuts = [-0.02, 0.0, 0.005 * coefficient, 0.015 * coefficient, 0.02 * coefficient]
    label = list(_BANDS)[bisect_right(cuts[1:4], value)]
    score = float(np.interp(value, cuts, (-5.0, -2.5, 0.0, 2.5, 5.0)))
    lowest, highest = _BANDS[label]
    return label, min(max(score, lowest), highest)
