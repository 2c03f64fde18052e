"""The weather symbols of the German Sustainable Development Strategy (Destatis).

Source: https://dns-indikatoren.de/en/status.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Final

from bcforecast.rules.base import NOT_AVAILABLE, UNDEFINED, Case, Rule, Verdict, shown
from bcforecast.text import Message

SUN: Final = "rules.label_sun"
_CLOUD: Final = "rules.label_cloud"
_CHANGES: Final = 5
_FEWEST: Final = 4


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
            return self.verdict(case, UNDEFINED, Message("rules.note_overflow"))
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


RULES: Final[tuple[Rule, ...]] = (Weather(),)
