"""Progress in proportion to time (序时进度): the share of the way against the share of the time.

A rule to copy; docs/extending.md says how. Begin with what the rule is and where it is published;
this one follows no publication, it is the comparison that monthly reports on plans make.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

# Labels and notes that other rules have too come from here; so does the wording of numbers.
from bcforecast.rules.base import NOT_AVAILABLE, UNDEFINED, Case, Rule, Verdict, base_notes, shown
from bcforecast.text import Message

# A label is a key of the catalogue: rule.en.po and rule.zh.po have the words of these.
ON_SCHEDULE: Final = "rules.label_on_schedule"
BEHIND: Final = "rules.label_behind_schedule"
AWAY: Final = "rules.label_away_from_target"


@dataclass(frozen=True)
class Schedule(Rule):
    """(y_n - y_0) / (target - y_0) over (t_n - t_0) / (T - t_0): from 1 on it is on schedule."""

    # The identifier; in words it is `rules.name_schedule`. Settings, if any, are fields.
    name: ClassVar[str] = "schedule"

    @property
    def variant(self) -> str:
        """Form of the rule, in words `rules.variant_since_base`, which another rule has too."""
        return "since_base"

    def assess(self, case: Case) -> Verdict:
        """Judge a case by how far it has come in the time that has passed."""
        # Whatever cannot be judged gets a label that says so, and a note that says why: no error.
        if case.target is None or case.due is None:
            return self.verdict(case, NOT_AVAILABLE, Message("rules.note_no_target"))
        (base_year, base), (last_year, last) = case.base, case.last
        if last_year <= base_year:
            return self.verdict(case, NOT_AVAILABLE, Message("rules.note_one_figure"))
        way = case.target - base
        if way * case.sign <= 0.0:  # `sign` is 1 if more is better, -1 if less is
            there = Message("rules.note_base_is_target", {"target": shown(case.target)})
            return self.verdict(case, UNDEFINED, *(base_notes(case) or [there]))
        passed = (last_year - base_year) / (case.due - base_year)
        share = (last - base) / way / passed
        projected = base + share * way
        if not (math.isfinite(share) and math.isfinite(projected)):
            return self.verdict(case, UNDEFINED, Message("rules.note_overflow"))
        # The plan's own comparator decides, so that "more than 530" is not kept by 530.
        says_met = case.reaches(projected)
        return self.verdict(
            case,
            ON_SCHEDULE if says_met else AWAY if share < 0.0 else BEHIND,
            *base_notes(case),
            says_met=says_met,
            value=share,
            projected=projected,
        )


# A module of bcforecast/rules/ with this tuple is on the panel; nothing else is to be told.
RULES: Final[tuple[Rule, ...]] = (Schedule(),)
