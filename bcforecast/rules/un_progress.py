"""The United Nations progress chart: the value to be expected at the observed rate.

The United Nations progress chart: the value to be expected at the observed rate.

Source: EUSTAT-DES/site, _pages/en/metodologia.md, after the UNSD technical note on the Sustainable
Development Goals Progress Chart 2023
(https://unstats.un.org/sdgs/files/report/2023/Progress_Chart_Technical_Note_2023.pdf).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
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

CLASSES: Final = {
    3: "rules.label_met_or_on_track",
    2: "rules.label_fair",
    1: "rules.label_stagnation",
}
_NEAR_SHARE: Final = 0.01


@dataclass(frozen=True)
class UnProgress:
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
        case, moved = _with_usable_base(case)
        (base_year, base), (last_year, last) = case.base, case.last
        notes = [*moved, *base_notes(case)]
        variant = "target" if case.target is not None else "no_target"
        details: dict[str, float] = {}
        projected: float | None = None
        near = _near_the_end(case, last)
        met = case.met(last) or near
        if near and not case.met(last):
            notes.append(Message("rules.note_near_end", {"target": shown(case.target or 0.0)}))
        value: float | Message
        if last_year <= base_year:
            value = Message("rules.note_one_figure")
        else:
            value = compound_rate(base, last, last_year - base_year)
            if not isinstance(value, Message):
                details["cagr_observed"] = value
                if case.due is not None:
                    projected = grown(last, value, case.due - last_year)
                value = case.sign * value + 0.0
                if case.target is not None:
                    value = _ratio(case, projected)
        if isinstance(value, Message):
            notes.append(value)
            short = value.key == "rules.note_one_figure"
            label = ACHIEVED if met else NOT_AVAILABLE if short else UNDEFINED
            number = None
        else:
            number = value
            label = CLASSES[3] if met else CLASSES[_class(number, case.target is not None)]
        says_met = None
        if case.target is not None and label not in (NOT_AVAILABLE, UNDEFINED):
            says_met = label in (ACHIEVED, CLASSES[3])
        notes += common_notes(case, says_met=says_met, projected=projected)
        return Verdict(
            rule=self.name,
            variant=variant,
            label=label,
            says_met=says_met,
            value=number,
            projected=projected,
            inputs=inputs_of(case),
            details=details,
            notes=tuple(notes),
        )


RULES: Final[tuple[Rule, ...]] = (UnProgress(),)


def _with_usable_base(case: Case) -> tuple[Case, tuple[Message, ...]]:
    """Take the nearest figure after the base year, else before it, that leaves two figures."""
    wanted = case.base_year
    if wanted is None or case.observed(wanted) is not None or len(case.years) < 2:
        return case, ()
    later = [y for y in case.years[:-1] if y > wanted]
    used = later[0] if later else max(y for y in case.years[:-1])
    note = Message("rules.note_base_moved", {"wanted": wanted, "used": used})
    return replace(case, base_year=used), (note,)


def _ratio(case: Case, expected: float | None) -> float | Message:
    base = case.base[1]
    assert case.target is not None
    if case.target == base:
        return Message("rules.note_base_is_target", {"target": shown(case.target)})
    if case.sign * (base - case.target) > 0.0:
        return Message("rules.note_ratio_turned")
    if expected is None:
        return Message("rules.note_overflow")
    ratio = (expected - base) / (case.target - base)
    return ratio if math.isfinite(ratio) else Message("rules.note_overflow")


def _class(value: float, with_target: bool) -> int:
    high, middle = (0.95, 0.10) if with_target else (0.02, 0.005)
    return 3 if value >= high else 2 if value >= middle else 1


def _near_the_end(case: Case, last: float) -> bool:
    if case.scale is None or case.target not in (0.0, case.scale):
        return False
    return abs(last - case.target) <= _NEAR_SHARE * case.scale
