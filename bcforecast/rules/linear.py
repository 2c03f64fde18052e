"""Linear extrapolation of the last n years, the rule of thumb of plan monitoring.

Linear extrapolation of the last n years, the rule of thumb of plan monitoring.

Source of the worked example: China News Service, 2007-11-22, on the well-off-society index of the
National Bureau of Statistics (http://m.yogviha.cn/gn/news/2007/11-22/1084245.shtml).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

from bcforecast.rules.base import (
    NOT_AVAILABLE,
    UNDEFINED,
    Case,
    Rule,
    Verdict,
    common_notes,
    inputs_of,
)
from bcforecast.text import Message

MEETS: Final = "rules.label_linear_meets"
MISSES: Final = "rules.label_linear_misses"
AWAY: Final = "rules.label_linear_away"


@dataclass(frozen=True)
class Linear:
    """Straight line on: y_n + (T - t_n) (y_n - y_s) / (t_n - t_s), and what it leaves to target.

    The value is d (projected - target), in the indicator's unit: 0 or more is enough for an
    inclusive comparator. `details` has the yearly pace, the pace required from the start and from
    now, and the ratio of actual to required pace from the start.

    Parameters
    ----------
    years
        Number of years n over which the pace is taken, from the first figure in that span.
        None: from the base year.
    """

    name: ClassVar[str] = "linear"
    years: int | None = None

    @property
    def variant(self) -> str:
        """Span over which the pace is taken."""
        return "since_base" if self.years is None else f"last_{self.years}_years"

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its mean yearly change."""
        last_year, last = case.last
        start_year, start = case.base if self.years is None else _first_since(case, self.years)
        inputs = inputs_of(case) | {"start_year": start_year, "start_value": start}
        missing = None
        if case.target is None or case.due is None:
            missing = Message("rules.note_no_target")
        elif start_year >= last_year and self.years is not None:
            missing = Message("rules.note_span_empty", {"years": self.years})
        elif start_year >= last_year:
            missing = Message("rules.note_one_figure")
        if missing is not None or case.target is None or case.due is None:
            notes = (*((missing,) if missing else ()), *common_notes(case))
            return Verdict(self.name, self.variant, NOT_AVAILABLE, inputs=inputs, notes=notes)
        pace = (last - start) / (last_year - start_year)
        left = case.due - last_year
        projected = last + pace * left
        required = (case.target - start) / (case.due - start_year)
        details = {"yearly_pace": pace, "required_pace_from_start": required}
        if required * case.sign > 0.0:
            details["pace_ratio"] = pace / required
        if left:
            details["required_pace_from_now"] = (case.target - last) / left
        if not all(map(math.isfinite, (projected, projected - case.target, *details.values()))):
            notes = (Message("rules.note_overflow"), *common_notes(case))
            return Verdict(self.name, self.variant, UNDEFINED, inputs=inputs, notes=notes)
        says_met = case.reaches(projected)
        label = MEETS if says_met else AWAY if pace * case.sign < 0.0 else MISSES
        return Verdict(
            rule=self.name,
            variant=self.variant,
            label=label,
            says_met=says_met,
            value=case.sign * (projected - case.target) + 0.0,
            projected=projected,
            inputs=inputs,
            details=details,
            notes=common_notes(case, says_met=says_met, projected=projected),
        )


RULES: Final[tuple[Rule, ...]] = (Linear(), Linear(5))


def _first_since(case: Case, years: int) -> tuple[int, float]:
    last_year = case.last[0]
    known = zip(case.years, case.values, strict=True)
    return next((y, v) for y, v in known if y >= last_year - years)
