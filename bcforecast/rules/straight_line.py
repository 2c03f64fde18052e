"""Rules that carry a straight line on to the due year: linear extrapolation, weather symbols.

Linear extrapolation of the last n years is the rule of thumb of plan monitoring; source of the
worked example: China News Service, 2007-11-22, on the well-off-society index of the National Bureau
of Statistics (http://m.yogviha.cn/gn/news/2007/11-22/1084245.shtml). The weather symbols are those
of the German Sustainable Development Strategy (Destatis): https://dns-indikatoren.de/en/status.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Final

from bcforecast.rules.base import NOT_AVAILABLE, OVERFLOW, UNDEFINED, Case, Rule, Verdict, shown
from bcforecast.text import Message

MEETS: Final = "rules.label_linear_meets"
MISSES: Final = "rules.label_linear_misses"
AWAY: Final = "rules.label_linear_away"
SUN: Final = "rules.label_sun"
_CLOUD: Final = "rules.label_cloud"
_CHANGES: Final = 5
_FEWEST: Final = 4


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
            return self.verdict(case, UNDEFINED, OVERFLOW)
        says_met = case.reaches(projected)
        return self.verdict(
            case,
            MEETS if says_met else AWAY if pace * case.sign < 0.0 else MISSES,
            says_met=says_met,
            value=margin,
            projected=projected,
            details=details,
        )


@dataclass(frozen=True)
class Weather(Rule):
    """Gap left in the due year as a share of today's gap, at the mean change of five years.

    The mean of the last five yearly changes (six figures) is carried on in a straight line;
    gap share = |target - projected| / |target - current|, and 0 if the projected value keeps the
    promise. Below 5 % sun; 5 to 20 % sun with cloud; above 20 % cloud; a trend in the wrong
    direction thunderstorm. No change at all is not the wrong direction: cloud.

    Where years are missing, the mean yearly change is that between the first and the last figure
    of the last six years; fewer than four figures in them are refused.
    """

    name: ClassVar[str] = "weather"

    @property
    def variant(self) -> str:
        """Mean of the last five yearly changes."""
        return "five_changes"

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its mean change over the last five years."""
        if case.target is None or case.due is None:
            return self.verdict(case, NOT_AVAILABLE, Message("rules.note_no_target"))
        last_year, last = case.last
        count = sum(year >= last_year - _CHANGES for year in case.years)
        if count < _FEWEST:
            few = Message("rules.note_weather_few", {"found": count, "needed": _FEWEST})
            return self.verdict(case, NOT_AVAILABLE, few)
        first_year, first = case.since(last_year - _CHANGES)
        change = (last - first) / (last_year - first_year)
        projected = last + change * (case.due - last_year)
        today = abs(case.target - last)
        share = abs(case.target - projected) / today if today else 0.0
        if not math.isfinite(projected) or not math.isfinite(share):
            return self.verdict(case, UNDEFINED, OVERFLOW)
        notes = []
        if count <= _CHANGES:
            gaps = {"found": count, "first": first_year, "last": last_year}
            notes.append(Message("rules.note_weather_gaps", gaps))
        if case.reaches(projected):
            share, label = 0.0, SUN
        elif today == 0.0:
            gap = Message("rules.note_no_gap_today", {"target": shown(case.target)})
            return self.verdict(case, UNDEFINED, *notes, gap, projected=projected)
        else:
            label = SUN if share < 0.05 else "rules.label_sun_cloud" if share <= 0.20 else _CLOUD
            if change * case.sign < 0.0:
                label = "rules.label_thunderstorm"
            if case.met(last):
                slip = {"due": case.due, "projected": shown(projected)}
                notes.append(Message("rules.note_met_now_lost_by_due", slip))
        return self.verdict(
            case,
            label,
            *notes,
            says_met=label == SUN,
            value=share,
            projected=projected,
            details={"mean_yearly_change": change},
            inputs={"window_first_year": first_year, "window_first_value": first},
        )


RULES: Final[tuple[Rule, ...]] = (Linear(), Linear(5), Weather())
