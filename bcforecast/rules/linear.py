"""Linear extrapolation of the last n years, the rule of thumb of plan monitoring.

Source of the worked example: China News Service, 2007-11-22, on the well-off-society index of the
National Bureau of Statistics (http://m.yogviha.cn/gn/news/2007/11-22/1084245.shtml).
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Final

from bcforecast.rules.base import NOT_AVAILABLE, UNDEFINED, Case, Rule, Verdict
from bcforecast.text import Message

MEETS: Final = "rules.label_linear_meets"
MISSES: Final = "rules.label_linear_misses"
AWAY: Final = "rules.label_linear_away"


@dataclass(frozen=True)
class Linear(Rule):
    """Straight line on: y_n + (T - t_n) (y_n - y_s) / (t_n - t_s), and what it leaves to target.

    The value is d (projected - target), in the indicator's unit: 0 or more is enough for an
    inclusive comparator. `details` has the yearly pace, the pace required from the start and from
    now, and the ratio of actual to required pace from the start. The pace is that over the last
    `years`, from the first figure in that span; where they are None, from the base year.
    """

    name: ClassVar[str] = "linear"
    years: int | None = None

    @property
    def variant(self) -> str:
        """Span over which the pace is taken."""
        return "since_base" if self.years is None else f"last_{self.years}_years"

    def _start(self, case: Case) -> tuple[int, float]:
        return case.base if self.years is None else case.since(case.last[0] - self.years)

    def inputs(self, case: Case) -> dict[str, float | str]:
        """Return the figures used, with that from which the pace is taken."""
        year, value = self._start(case)
        return super().inputs(case) | {"start_year": year, "start_value": value}

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its mean yearly change."""
        (start_year, start), (last_year, last) = self._start(case), case.last
        if case.target is None or case.due is None:
            return self.verdict(case, NOT_AVAILABLE, Message("rules.note_no_target"))
        if start_year >= last_year:
            missing = Message("rules.note_one_figure")
            if self.years is not None:
                missing = Message("rules.note_span_empty", {"years": self.years})
            return self.verdict(case, NOT_AVAILABLE, missing)
        pace = (last - start) / (last_year - start_year)
        left = case.due - last_year
        projected = last + pace * left
        margin = case.sign * (projected - case.target) + 0.0
        required = (case.target - start) / (case.due - start_year)
        details = {"yearly_pace": pace, "required_pace_from_start": required}
        if required * case.sign > 0.0:
            details["pace_ratio"] = pace / required
        if left:
            details["required_pace_from_now"] = (case.target - last) / left
        if not all(map(math.isfinite, (projected, margin, *details.values()))):
            return self.verdict(case, UNDEFINED, Message("rules.note_overflow"))
        says_met = case.reaches(projected)
        return self.verdict(
            case,
            MEETS if says_met else AWAY if pace * case.sign < 0.0 else MISSES,
            says_met=says_met,
            value=margin,
            projected=projected,
            details=details,
        )


RULES: Final[tuple[Rule, ...]] = (Linear(), Linear(5))
