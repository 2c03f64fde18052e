"""Current status and anticipated progress (ESCAP; executed by UNICEF MENARO).

Current status and anticipated progress (ESCAP; executed by UNICEF MENARO).

Sources: https://data.unescap.org/resource-guides/progress-assessment-methodology,
https://w3.unece.org/sdg2022/technical-notes.html; the cut at 9 ("within 10 % of the required
change") is from spalmas/SDG-MENARO, 03_progress_assessment/*.R@8eae780 alone. Of that code these
are not copied: the number of another country beside a label where there is one figure only, and
an index without a floor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from bcforecast.rules.base import (
    NOT_AVAILABLE,
    PROJECTIONS,
    UNDEFINED,
    Case,
    ProjectionName,
    Rule,
    Verdict,
    common_notes,
    inputs_of,
    shown,
    value_in,
)
from bcforecast.text import Message

Index = Literal["current_status", "anticipated_progress"]

FLOOR: Final = -10.0
"""The index is clipped here, and a note gives the number before."""

_LABELS: Final[dict[Index, tuple[str, str, str]]] = {
    "current_status": ("rules.label_on_track", "rules.label_slow", "rules.label_regression"),
    "anticipated_progress": (
        "rules.label_will_meet",
        "rules.label_accelerate",
        "rules.label_no_progress",
    ),
}


@dataclass(frozen=True)
class Escap:
    """Change since the base year as tenths of the change that the target asks for.

    CS = 10 d (I_now - I_0) / |TV - I_0|, and 10 if I_now keeps the promise; AP is the same with
    the value projected to the due year. More than 9: on track, will meet the target; 0 to 9: slow
    progress, need to accelerate; 0 or less: regression, no progress expected.

    Current status counts the change so far against the whole change: a series exactly on the
    straight line has 10 (t - t_0) / (T - t_0). So "slow progress" is no forecast of a miss, and a
    note gives that number.

    Parameters
    ----------
    index
        `current_status` or `anticipated_progress`.
    projection
        Name of the projection function; two of them have given opposite labels on the same
        figures, so the name stands beside the label.
    parity
        Judge by distance from the target on either side, 10 - 10 |TV - I| / |TV - I_0|, as an
        earlier version of the code did for parity indices.
    """

    name: ClassVar[str] = "escap"
    index: Index = "anticipated_progress"
    projection: ProjectionName = "logit_mean_slope"
    parity: bool = False

    @property
    def variant(self) -> str:
        """Index and projection function; current status as published has one name."""
        if self.index == "current_status":
            return "current_status"
        return f"anticipated_{self.projection}"

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its change from the base year to the current or the due year."""
        if case.target is None or case.due is None:
            return self._without_number(case, NOT_AVAILABLE, (Message("rules.note_no_target"),))
        base_year = case.years[0] if case.base_year is None else case.base_year
        if case.due <= base_year:
            late = Message("rules.note_due_before_base", {"due": case.due, "base": base_year})
            return self._without_number(case, NOT_AVAILABLE, (late,))
        current = case.last[0] if case.current_year is None else case.current_year
        year = min(current, case.due) if self.index == "current_status" else case.due
        if len(case.years) < 2 or year <= base_year:
            return self._one_figure(case)
        start = value_in(case, base_year, function=self.projection)
        state = value_in(case, year, function=self.projection)
        projected = (
            state if year == case.due else value_in(case, case.due, function=self.projection)
        ).value
        notes = _distinct(start.notes + state.notes)
        if start.value is None or state.value is None:
            return self._without_number(case, NOT_AVAILABLE, notes, projected)
        notes += _past_target(case, base_year, start.value)
        value = self._index(case, state.value, start.value)
        if value is None or not math.isfinite(value):
            why = Message("rules.note_base_is_target", {"target": shown(case.target)})
            if value is not None:
                why = Message("rules.note_overflow")
            return self._without_number(case, UNDEFINED, (*notes, why), projected)
        if value < FLOOR:
            notes += (
                Message("rules.note_clipped", {"value": shown(value), "floor": shown(FLOOR)}),
            )
        return self._labelled(
            case,
            max(value, FLOOR),
            notes,
            projected=projected,
            details={
                "base_year": base_year,
                "base_value": start.value,
                "year": year,
                "value": state.value,
            },
        )

    def _index(self, case: Case, value: float, base: float) -> float | None:
        assert case.target is not None
        needed = abs(case.target - base)
        if self.parity:
            return None if needed == 0.0 else 10.0 - 10.0 * abs(case.target - value) / needed
        if case.reaches(value):
            return 10.0
        return None if needed == 0.0 else 10.0 * case.sign * (value - base) / needed

    def _one_figure(self, case: Case) -> Verdict:
        note = (Message("rules.note_one_figure"),)
        if case.met(case.last[1]):
            return self._labelled(case, 10.0, note, projected=None, details={})
        return self._without_number(case, NOT_AVAILABLE, note)

    def _labelled(
        self,
        case: Case,
        value: float,
        notes: tuple[Message, ...],
        *,
        projected: float | None,
        details: dict[str, float],
    ) -> Verdict:
        high, middle, low = _LABELS[self.index]
        says_met: bool | None = value > 9.0
        label = high if value > 9.0 else middle if value > 0.0 else low
        if self.index == "current_status" and label == middle:
            says_met = None
            notes += _elapsed(case, details)
        return Verdict(
            rule=self.name,
            variant=self.variant,
            label=label,
            says_met=says_met,
            value=value,
            projected=projected,
            inputs=inputs_of(case) | {"projection": self.projection},
            details=details,
            notes=notes + common_notes(case, says_met=says_met, projected=projected),
        )

    def _without_number(
        self,
        case: Case,
        label: str,
        notes: tuple[Message, ...],
        projected: float | None = None,
    ) -> Verdict:
        return Verdict(
            rule=self.name,
            variant=self.variant,
            label=label,
            projected=projected,
            inputs=inputs_of(case) | {"projection": self.projection},
            notes=notes + common_notes(case),
        )


RULES: Final[tuple[Rule, ...]] = (
    Escap("current_status"),
    *(Escap("anticipated_progress", name) for name in PROJECTIONS),
)


def _past_target(case: Case, year: int, base: float) -> tuple[Message, ...]:
    assert case.target is not None
    if case.sign * (base - case.target) <= 0.0:
        return ()
    values = {"year": year, "value": shown(base), "target": shown(case.target)}
    return (Message("rules.note_base_past_target", values),)


def _elapsed(case: Case, details: dict[str, float]) -> tuple[Message, ...]:
    assert case.due is not None
    elapsed = (details["year"] - details["base_year"]) / (case.due - details["base_year"])
    return (Message("rules.note_elapsed", {"index": shown(10.0 * elapsed)}),)


def _distinct(notes: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(note for i, note in enumerate(notes) if note not in notes[:i])
