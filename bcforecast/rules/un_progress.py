"""The United Nations progress chart: the value to be expected at the observed rate.

Source: EUSTAT-DES/site, _pages/en/metodologia.md, after the UNSD technical note on the Sustainable
Development Goals Progress Chart 2023
(https://unstats.un.org/sdgs/files/report/2023/Progress_Chart_Technical_Note_2023.pdf).
"""

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from bcforecast.rules import base
from bcforecast.rules.base import Case, Rule, Verdict, shown
from bcforecast.text import Message

ON_TRACK: Final = "rules.label_met_or_on_track"
_NEAR_SHARE: Final = 0.01


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
        case, notes = _with_usable_base(case)
        notes += base.base_notes(case)
        last = case.last[1]
        met = case.met(last)
        if not met and case.scale is not None and case.target in (0.0, case.scale):
            met = abs(last - case.target) <= _NEAR_SHARE * case.scale
            if met:
                notes.append(Message("rules.note_near_end", {"target": shown(case.target)}))
        value, projected = base.observed_growth(case)
        details, high, middle = dict[str, float](), 0.02, 0.005
        if not isinstance(value, Message):
            details["cagr_observed"] = value
            value = case.sign * value + 0.0
            if case.target is not None:
                value, high, middle = _ratio(case, case.target, projected), 0.95, 0.10
        if isinstance(value, Message):
            notes.append(value)
            label, number = base.label_without_number(value, achieved=met), None
        else:
            number = value
            label = "rules.label_fair" if value >= middle else "rules.label_stagnation"
            label = ON_TRACK if met or value >= high else label
        judged = case.target is not None and label not in base.WITHOUT_NUMBER
        return self.verdict(
            case,
            label,
            *notes,
            says_met=label in (base.ACHIEVED, ON_TRACK) if judged else None,
            value=number,
            projected=projected,
            details=details,
        )


RULES: Final[tuple[Rule, ...]] = (UnProgress(),)


def _with_usable_base(case: Case) -> tuple[Case, list[Message]]:
    """Take the nearest figure after the base year, else before it, that leaves two figures."""
    wanted = case.base_year
    if wanted is None or case.observed(wanted) is not None or len(case.years) < 2:
        return case, []
    used = next((y for y in case.years[:-1] if y > wanted), case.years[-2])
    note = Message("rules.note_base_moved", {"wanted": wanted, "used": used})
    return replace(case, base_year=used), [note]


def _ratio(case: Case, target: float, expected: float | None) -> float | Message:
    start = case.base[1]
    if target == start:
        return Message("rules.note_base_is_target", {"target": shown(target)})
    if case.sign * (start - target) > 0.0:
        return Message("rules.note_ratio_turned")
    ratio = math.inf if expected is None else (expected - start) / (target - start)
    return ratio if math.isfinite(ratio) else Message("rules.note_overflow")
