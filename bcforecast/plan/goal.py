"""Goals: what was promised, in numbers or in words, and the milestones on the way."""

from __future__ import annotations

from typing import Literal

from bcforecast.plan.record import Day, Id, Named, Number, Record, Text, Words, YesNo
from bcforecast.units import Unit

Comparator = Literal["at_least", "more_than", "at_most", "event"]


class Goal(Record):
    """One promise in numbers.

    Attributes
    ----------
    id, indicator
        Identifiers of the goal and of what it counts.
    comparator
        `at_least` (达到, 以上), `more_than` (突破: strict), `at_most`, `event` (新建: at least
        `target` new ones come to exist).
    target, unit
        Value promised, in the indicator's unit.
    due
        Day by which it is to be met.
    aspiration
        Whether the plan says 力争, "strive for".
    bodies
        Identifiers of the responsible bodies.
    place, quote
        Where the plan's text says so, such as 一（二）, and in which words, with a translation;
        None where the text is not at hand.
    """

    id: Id
    indicator: Id
    comparator: Comparator
    target: Number
    unit: Unit
    due: Day
    aspiration: YesNo
    bodies: tuple[Id, ...] = ()
    place: Words | None = None
    quote: Text | None = None


class QualitativeGoal(Record):
    """A promise without a number: tracked, and never given a probability."""

    id: Id
    quote: Text
    place: Words
    bodies: tuple[Id, ...] = ()


class Milestone(Named):
    """A step that a task names, and that is evidence for a goal.

    Attributes
    ----------
    goal
        Identifier of the goal for which it is evidence.
    reached
        Day on which it was reached; None while that is not known.
    """

    id: Id
    place: Words
    quote: Text
    bodies: tuple[Id, ...] = ()
    goal: Id
    reached: Day | None = None
