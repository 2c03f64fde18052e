"""The protocol that every rule keeps, and what a rule says: a label, its numbers, its notes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol, runtime_checkable

import numpy as np

from bcforecast.attainment.rules.case import Case
from bcforecast.messages import Language, Message, text

UNDEFINED: Final = "rules.label_undefined"
NOT_AVAILABLE: Final = "rules.label_not_available"
ACHIEVED: Final = "rules.label_achieved"
WITHOUT_NUMBER: Final = (UNDEFINED, NOT_AVAILABLE)


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one case.

    A number is absent exactly when the label says so. The one exception is a promise that is
    already kept where no movement was possible; then a note says it.

    Parameters
    ----------
    rule, variant
        Names; in words under `rules.name_<rule>` and `rules.variant_<variant>`.
    label
        Catalogue key of the label, such as `rules.label_moderate`.
    says_met
        Whether the label says that the promise is or will be kept; none if it says nothing.
    value
        The number by which the rule judges (ratio, index, gap share, margin), or none.
    score
        Score from -5 to 5, for the rules that have one.
    projected
        Value in the due year that the rule implies, in the indicator's unit, or none.
    inputs
        The figures used: years, values, target, direction.
    details
        Intermediate numbers, by name.
    notes
        What a reader must know beside the label.

    Raises
    ------
    ValueError
        If a number is not finite, or label and number contradict each other.
    """

    rule: str
    variant: str
    label: str
    says_met: bool | None = None
    value: float | None = None
    score: float | None = None
    projected: float | None = None
    inputs: Mapping[str, float | str] = field(default_factory=dict)
    details: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        numbers = (self.value, self.score, self.projected, *self.details.values())
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise ValueError(f"{self.rule}: a number that is not finite must be left out")
        without = self.label in WITHOUT_NUMBER
        if without and (self.value is not None or self.says_met is not None):
            raise ValueError(f"{self.rule}: a number beside the label {self.label}")
        if self.value is None and not without and not (self.label == ACHIEVED and self.notes):
            raise ValueError(f"{self.rule}: no number beside the label {self.label}")

    @property
    def name(self) -> Message:
        """Name of the rule and its variant, in words."""
        return Message(
            "rules.full_name",
            {
                "rule": Message(f"rules.name_{self.rule}"),
                "variant": Message(f"rules.variant_{self.variant}"),
            },
        )

    def label_text(self, lang: Language) -> str:
        """Return the label in words."""
        return text(self.label, lang)


@runtime_checkable
class Rule(Protocol):
    """A published way of judging progress: a frozen object with settings.

    A module of this folder with a tuple `RULES` of such objects is on the panel.
    """

    name: ClassVar[str]
    """Identifier; the catalogue has its name in words under `rules.name_<name>`."""

    def assess(self, case: Case) -> Verdict:
        """Judge a case; whatever cannot be judged gets a label that says so, never an error."""
        ...


def inputs_of(case: Case) -> dict[str, float | str]:
    """Return the figures that rules between a base and a last year use, by name."""
    (base_year, base), (last_year, last) = case.base, case.last
    used: dict[str, float | str] = {
        "base_year": base_year,
        "base_value": base,
        "last_year": last_year,
        "last_value": last,
        "direction": str(case.direction),
    }
    if case.target is not None and case.due is not None:
        used |= {"target": case.target, "due": case.due, "comparator": str(case.comparator)}
    return used


def common_notes(
    case: Case, *, says_met: bool | None = None, projected: float | None = None
) -> tuple[Message, ...]:
    """Return notes that hold for every rule: strict goals, tolerated misses, due dates, bounds."""
    notes = []
    target, due = case.target, case.due
    if target is not None and due is not None:
        if case.comparator == "more_than":
            notes.append(Message("rules.note_strict", {"target": shown(target)}))
        if says_met and projected is not None and not case.reaches(projected):
            notes.append(
                Message(
                    "rules.note_tolerance",
                    {"projected": shown(projected), "target": shown(target), "due": due},
                )
            )
        final = case.observed(due)
        if final is not None:
            key = "rules.note_outcome_met" if case.met(final) else "rules.note_outcome_missed"
            notes.append(Message(key, {"due": due, "value": shown(final)}))
    if case.bounds_ignored:
        notes.append(Message("rules.note_bounds", {"count": case.bounds_ignored}))
    return tuple(notes)


def base_notes(case: Case) -> tuple[Message, ...]:
    """Return notes on the base year: moved, or already on the right side of the target."""
    notes = []
    year, value = case.base
    if case.base_year is not None and year > case.base_year:
        notes.append(Message("rules.note_base_moved", {"wanted": case.base_year, "used": year}))
    if case.target is not None and case.sign * (value - case.target) > 0.0:
        notes.append(
            Message(
                "rules.note_base_past_target",
                {"year": year, "value": shown(value), "target": shown(case.target)},
            )
        )
    return tuple(notes)


def shown(number: float) -> str:
    """Write a number for a sentence: six significant digits, no exponent, whole part in full.

    Examples
    --------
    >>> shown(3.3982993009), shown(1650934.25), shown(530.0), shown(-0.0)
    ('3.3983', '1650934', '530', '0')
    """
    whole_digits = len(str(int(abs(number))))
    return np.format_float_positional(
        number + 0.0, precision=max(6, whole_digits), unique=False, fractional=False, trim="-"
    )
