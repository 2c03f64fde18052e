"""Observed over required compound growth (Statistics Canada / Open SDG, of Eurostat lineage).

Observed over required compound growth (Statistics Canada / Open SDG, of Eurostat lineage).

Sources: https://sdgcif-data-canada-oddcic-donnee.github.io/methodology and
open-sdg/sdg-build, sdg/ProgressMeasure.py@139fede7. Of that code these are not copied: a missing
direction taken as "down", a zero replaced by 0.001, strict goals read as inclusive, and rounded
score constants by which the label of a series and its score contradict each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from bcforecast.rules.base import (
    ACHIEVED,
    NOT_AVAILABLE,
    UNDEFINED,
    Case,
    Rule,
    Verdict,
    base_notes,
    common_notes,
    compound_rate,
    grown,
    inputs_of,
    shown,
)
from bcforecast.text import Message

SUBSTANTIAL: Final = "rules.label_substantial"
MODERATE: Final = "rules.label_moderate"
LIMITED: Final = "rules.label_limited"
DETERIORATION: Final = "rules.label_deterioration"

_LIMIT_EXPONENT: Final = 4.44
_BANDS: Final = {
    ACHIEVED: (5.0, 5.0),
    SUBSTANTIAL: (2.5, 5.0),
    MODERATE: (0.0, math.nextafter(2.5, 0.0)),
    LIMITED: (-2.5, math.nextafter(0.0, -1.0)),
    DETERIORATION: (-5.0, math.nextafter(-2.5, -5.0)),
}


@dataclass(frozen=True)
class ScoreConstants:
    """Slopes and intercepts of the score with a target: above a ratio of 0.6, and below."""

    upper_slope: float = 50.0 / 7.0
    upper_intercept: float = 30.0 / 7.0
    lower_slope: float = 25.0 / 6.0
    lower_intercept: float = 2.5
    agrees_with_label: bool = True


CLEAN: Final = ScoreConstants()
"""The constants that join at the cuts 0.6 and 0.95: label and score never contradict."""

PUBLISHED: Final = ScoreConstants(7.1429, 4.2857, 4.1667, 2.5, agrees_with_label=False)
"""The rounded constants of the published scores, to reproduce these and for nothing else."""


@dataclass(frozen=True)
class CagrRatio:
    """Ratio of observed to required growth, or growth itself where there is no target.

    With a target, CAGR_o = (yt / y0)^(1 / (t - t0)) - 1, CAGR_r = (yT / y0)^(1 / (T - t0)) - 1
    and R = s d CAGR_o / |CAGR_r|, where d is the direction and s = -1 for y0 < 0, else 1:
    achieved if yt keeps the promise; R >= 0.95 substantial (on track); 0.60 <= R < 0.95 moderate;
    0 <= R < 0.60 limited; R < 0 deterioration.

    Without one, v = s d CAGR_o is cut at 0.015 C, 0.005 C and 0, where C falls from 1 to 0 as the
    base nears a natural limit L: C = 1 - (|y0| / |L|)^4.44 up to L, mirrored beyond it.

    The score runs from -5 to 5, and 2.5, 0 and -2.5 are the same cuts.
    """

    name: ClassVar[str] = "cagr_ratio"
    constants: ScoreConstants = CLEAN

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its growth from the base year to the last figure."""
        (base_year, base), (last_year, last) = case.base, case.last
        span = last_year - base_year
        notes = list(base_notes(case))
        inputs, details = inputs_of(case), dict[str, float]()
        if case.target is not None and case.limit is not None:
            notes.append(Message("rules.note_limit_ignored", {"limit": shown(case.limit)}))
        if case.target is None and case.limit is not None and case.sign * (base - case.limit) > 0:
            notes.append(Message("rules.note_base_beyond_limit", {"limit": shown(case.limit)}))
        value, projected, achieved = None, None, case.met(last)
        label = ACHIEVED if achieved else NOT_AVAILABLE
        if span < 1:
            notes.append(Message("rules.note_one_figure"))
        else:
            observed = compound_rate(base, last, span)
            result = observed
            if not isinstance(observed, Message):
                details["cagr_observed"] = observed
                if case.due is not None:
                    projected = grown(last, observed, case.due - last_year)
                result = self._value(case, observed, details)
            if isinstance(result, Message):
                notes.append(result)
                label = ACHIEVED if achieved else UNDEFINED
            else:
                value = result
                label = ACHIEVED if achieved else _label(case, value, details)
        score = self._score(label, value, details.get("limit_coefficient"))
        says_met = None
        if case.target is not None and label not in (NOT_AVAILABLE, UNDEFINED):
            says_met = label in _ON_TRACK
        notes += common_notes(case, says_met=says_met, projected=projected)
        return Verdict(
            rule=self.name,
            variant="target" if case.target is not None else "no_target",
            label=label,
            says_met=says_met,
            value=value,
            score=score,
            projected=projected,
            inputs=inputs,
            details=details,
            notes=tuple(notes),
        )

    def _value(self, case: Case, observed: float, details: dict[str, float]) -> float | Message:
        base_year, base = case.base
        signed = (-1.0 if base < 0.0 else 1.0) * case.sign * observed + 0.0
        if case.target is None or case.due is None:
            details["limit_coefficient"] = limit_coefficient(base, case.limit)
            return signed
        if case.due <= base_year:
            return Message("rules.note_due_before_base", {"due": case.due, "base": base_year})
        if case.target == 0.0:
            return Message("rules.note_target_zero")
        required = compound_rate(base, case.target, case.due - base_year)
        if isinstance(required, Message):
            return required
        details["cagr_required"] = required
        if required == 0.0:
            return Message("rules.note_base_is_target", {"target": shown(case.target)})
        ratio = signed / abs(required)
        return ratio if math.isfinite(ratio) else Message("rules.note_overflow")

    def _score(self, label: str, value: float | None, coefficient: float | None) -> float | None:
        if label == ACHIEVED:
            return 5.0
        if value is None:
            return None
        k = self.constants
        if coefficient is not None:
            score = _score_without_target(value, coefficient)
        elif value >= 0.6:
            score = min(k.upper_slope * value - k.upper_intercept, 5.0)
        else:
            score = max(k.lower_slope * value - k.lower_intercept, -5.0)
        if not k.agrees_with_label:
            return score
        low, high = _BANDS[label]
        return min(max(score, low), high)


_ON_TRACK: Final = (ACHIEVED, SUBSTANTIAL)

RULES: Final[tuple[Rule, ...]] = (CagrRatio(),)


def limit_coefficient(base: float, limit: float | None) -> float:
    """Return C, from 1 far from a natural limit to 0 at it, by which the cuts are reduced.

    Examples
    --------
    >>> round(limit_coefficient(90.0, 100.0), 6), limit_coefficient(90.0, None)
    (0.373622, 1.0)
    """
    if limit is None or abs(base) >= 2.0 * abs(limit):
        return 1.0
    distance = abs(base) if abs(base) <= abs(limit) else 2.0 * abs(limit) - abs(base)
    return 1.0 - (distance / abs(limit)) ** _LIMIT_EXPONENT


def aggregate(verdicts: Sequence[Verdict]) -> Verdict:
    """Average the scores of several series of one indicator.

    Cuts at 2.5, 0 and -2.5 (inclusive); achieved only if every series that has a score is. A mean
    hides opposite movements, so a note names them when there are both kinds.

    Examples
    --------
    >>> series = [CagrRatio().assess(Case((2015, 2023), v, direction="up"))
    ...           for v in ((857.054085, 349.763953), (411.843332, 599.958714))]
    >>> mean = aggregate(series)
    >>> mean.score, mean.label
    (0.0, 'rules.label_moderate')
    """
    scored = [v for v in verdicts if v.score is not None]
    notes = []
    if len(scored) < len(verdicts):
        notes.append(Message("rules.note_series_left_out", {"count": len(verdicts) - len(scored)}))
    scores = [v.score for v in scored if v.score is not None]
    if not scores:
        return Verdict("cagr_ratio", "aggregate", NOT_AVAILABLE, notes=tuple(notes))
    better = sum(v.label in _ON_TRACK for v in scored)
    worse = sum(v.label == DETERIORATION for v in scored)
    if better and worse:
        notes.append(Message("rules.note_masked", {"better": better, "worse": worse}))
    score = math.fsum(scores) / len(scores)
    if all(v.label == ACHIEVED for v in scored):
        label = ACHIEVED
    elif score >= 0.0:
        label = SUBSTANTIAL if score >= 2.5 else MODERATE
    else:
        label = LIMITED if score >= -2.5 else DETERIORATION
    with_target = any(v.variant == "target" for v in scored)
    return Verdict(
        rule="cagr_ratio",
        variant="aggregate",
        label=label,
        says_met=label in _ON_TRACK if with_target else None,
        value=score,
        score=score,
        inputs={"series": len(scored)},
        notes=tuple(notes),
    )


def _label(case: Case, value: float, details: dict[str, float]) -> str:
    if case.target is not None:
        high, middle = 0.95, 0.60
    else:
        coefficient = details["limit_coefficient"]
        high, middle = 0.015 * coefficient, 0.005 * coefficient
    if value < 0.0:
        return DETERIORATION
    if value >= high:
        return SUBSTANTIAL
    return MODERATE if value >= middle else LIMITED


def _score_without_target(value: float, coefficient: float) -> float:
    if value < 0.0:
        return max(125.0 * value - 2.5, -5.0)
    if coefficient == 0.0:
        return 5.0
    if value >= 0.015 * coefficient:
        return min(500.0 * value / coefficient - 5.0, 5.0)
    if value >= 0.005 * coefficient:
        return 250.0 * value / coefficient - 1.25
    return 500.0 * value / coefficient - 2.5
