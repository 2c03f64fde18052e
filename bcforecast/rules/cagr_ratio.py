"""Observed over required compound growth (Statistics Canada / Open SDG, of Eurostat lineage).

Sources: https://sdgcif-data-canada-oddcic-donnee.github.io/methodology and
open-sdg/sdg-build, sdg/ProgressMeasure.py@139fede7. Of that code these are not copied: a missing
direction taken as "down", a zero replaced by 0.001, strict goals read as inclusive, and rounded
score constants by which the label of a series and its score contradict each other.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Final

from bcforecast.rules import base
from bcforecast.text import Message

SUBSTANTIAL: Final = "rules.label_substantial"
MODERATE: Final = "rules.label_moderate"
LIMITED: Final = "rules.label_limited"
DETERIORATION: Final = "rules.label_deterioration"

_LIMIT_EXPONENT: Final = 4.44
_BANDS: Final = {
    SUBSTANTIAL: (2.5, 5.0),
    MODERATE: (0.0, math.nextafter(2.5, 0.0)),
    LIMITED: (-2.5, math.nextafter(0.0, -1.0)),
    DETERIORATION: (-5.0, math.nextafter(-2.5, -5.0)),
}


@dataclass(frozen=True)
class CagrRatio(base.Rule):
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

    def assess(self, case: base.Case) -> base.Verdict:
        """Judge a case by its growth from the base year to the last figure."""
        start, notes = case.base[1], base.base_notes(case)
        if case.limit is not None:
            limit = {"limit": base.shown(case.limit)}
            if case.target is not None:
                notes.append(Message("rules.note_limit_ignored", limit))
            elif case.sign * (start - case.limit) > 0:
                notes.append(Message("rules.note_base_beyond_limit", limit))
        value, projected = base.observed_growth(case)
        achieved, details = case.met(case.last[1]), dict[str, float]()
        number = score = None
        if not isinstance(value, Message):
            details["cagr_observed"] = value
            value = (-1.0 if start < 0.0 else 1.0) * case.sign * value + 0.0
            if case.target is None or case.due is None:
                details["limit_coefficient"] = limit_coefficient(start, case.limit)
            else:
                value = _ratio(value, case, case.target, case.due, details)
        if isinstance(value, Message):
            notes.append(value)
            label = base.label_without_number(value, achieved=achieved)
        else:
            number = value
            label, score = _judged(number, details.get("limit_coefficient"))
        if achieved:
            label, score = base.ACHIEVED, 5.0
        judged = case.target is not None and label not in base.WITHOUT_NUMBER
        return self.verdict(
            case,
            label,
            *notes,
            says_met=label in (base.ACHIEVED, SUBSTANTIAL) if judged else None,
            value=number,
            score=score,
            projected=projected,
            details=details,
        )


RULES: Final[tuple[base.Rule, ...]] = (CagrRatio(),)


def _ratio(
    growth: float, case: base.Case, target: float, due: int, details: dict[str, float]
) -> float | Message:
    """Return R, or why there is none; the required rate goes into the details."""
    base_year, start = case.base
    if due <= base_year:
        return Message("rules.note_due_before_base", {"due": due, "base": base_year})
    if target == 0.0:
        return Message("rules.note_target_zero")
    required = base.compound_rate(start, target, due - base_year)
    if isinstance(required, Message):
        return required
    details["cagr_required"] = required
    if required == 0.0:
        return Message("rules.note_base_is_target", {"target": base.shown(target)})
    ratio = growth / abs(required)
    return ratio if math.isfinite(ratio) else Message("rules.note_overflow")


def limit_coefficient(start: float, limit: float | None) -> float:
    """Return C, from 1 far from a natural limit to 0 at it, by which the cuts are reduced."""
    if limit is None or abs(start) >= 2.0 * abs(limit):
        return 1.0
    distance = abs(start) if abs(start) <= abs(limit) else 2.0 * abs(limit) - abs(start)
    return 1.0 - (distance / abs(limit)) ** _LIMIT_EXPONENT


def _judged(value: float, coefficient: float | None) -> tuple[str, float]:
    """Return label and score of a ratio, or of growth where there is a coefficient of the limit."""
    if coefficient is None:
        high, middle = 0.95, 0.60
        score = 50.0 / 7.0 * value - 30.0 / 7.0 if value >= middle else 25.0 / 6.0 * value - 2.5
    else:
        high, middle = 0.015 * coefficient, 0.005 * coefficient
        if value < 0.0:
            score = 125.0 * value - 2.5
        elif coefficient == 0.0:
            score = 5.0
        elif value >= high:
            score = 500.0 * value / coefficient - 5.0
        elif value >= middle:
            score = 250.0 * value / coefficient - 1.25
        else:
            score = 500.0 * value / coefficient - 2.5
    label = MODERATE if value >= middle else LIMITED
    label = DETERIORATION if value < 0.0 else SUBSTANTIAL if value >= high else label
    lowest, highest = _BANDS[label]
    return label, min(max(score, lowest), highest)
