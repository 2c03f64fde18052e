"""A plan as data: what was promised, by whom, by when, and what should bring it about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self, TypeVar

from pydantic import model_validator

from bcforecast.errors import PlanError
from bcforecast.messages import Language, Message
from bcforecast.plan.consistency import first_contradiction
from bcforecast.plan.goal import Goal, Milestone, QualitativeGoal
from bcforecast.plan.indicator import Indicator
from bcforecast.plan.measure import Measure, Safeguard
from bcforecast.plan.record import (
    Body,
    Day,
    Id,
    Identified,
    PlanId,
    Record,
    Sha256,
    Text,
    Words,
    Year,
    refusal,
)

_T = TypeVar("_T", bound=Identified)


class Span(Record):
    """First and last year that a plan covers."""

    first: Year
    last: Year

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.last < self.first:
            raise refusal(Message("plan.allowed_from", {"low": self.first}), place=("last",))
        return self


class Source(Record):
    """Where a plan's words are: a file beside it with its sha256, or else a citation."""

    file: Words | None = None
    sha256: Sha256 | None = None
    citation: Text | None = None

    @model_validator(mode="after")
    def _is_traceable(self) -> Self:
        if self.file is None and self.citation is None:
            raise refusal(Message("plan.allowed_source"), found=Message("plan.found_nothing"))
        if (self.file is None) != (self.sha256 is None):
            raise refusal(Message("plan.allowed_file_and_sha256"), place=("file",))
        return self


class Plan(Record):
    """A document with goals, measures and responsible bodies, for a span of years.

    Attributes
    ----------
    id, title, issuer, issued, span
        Identifier; title; who issued it, and on which day; years covered.
    area, area_names
        Identifier of the area it is for, as in the observations, and the area's name.
    parent
        Identifier of the plan that it carries out, with whose targets its own can be compared.
    source
        Where the words are.
    goals, qualitative_goals, milestones, indicators, measures, safeguards, bodies
        Its parts, in the order of the text.
    """

    id: PlanId
    title: Text
    issuer: Text
    issued: Day
    span: Span
    area: Id
    area_names: Text
    parent: PlanId | None
    source: Source
    bodies: tuple[Body, ...] = ()
    indicators: tuple[Indicator, ...]
    goals: tuple[Goal, ...]
    qualitative_goals: tuple[QualitativeGoal, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    measures: tuple[Measure, ...] = ()
    safeguards: tuple[Safeguard, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        wrong = first_contradiction(self)
        if wrong is not None:
            raise refusal(wrong.allowed, found=wrong.found, place=wrong.place)
        return self

    def name(self, lang: Language) -> str:
        """Return the title in `lang`."""
        return self.title.in_(lang)

    def area_name(self, lang: Language) -> str:
        """Return the name of the area in `lang`."""
        return self.area_names.in_(lang)

    def goal(self, goal_id: str) -> Goal:
        """Return the goal with this identifier.

        Raises
        ------
        PlanError
            If the plan has none, naming those it has.
        """
        return self._find(self.goals, goal_id, field="goal")

    def indicator(self, indicator_id: str) -> Indicator:
        """Return the indicator with this identifier.

        Raises
        ------
        PlanError
            If the plan has none, naming those it has.
        """
        return self._find(self.indicators, indicator_id, field="indicator")

    def body(self, body_id: str) -> Body:
        """Return the responsible body with this identifier.

        Raises
        ------
        PlanError
            If the plan has none, naming those it has.
        """
        return self._find(self.bodies, body_id, field="body")

    def indicator_of(self, goal: Goal) -> Indicator:
        """Return what `goal` counts."""
        return self.indicator(goal.indicator)

    def goals_on(self, indicator_id: str) -> tuple[Goal, ...]:
        """Return the goals on an indicator: none, one, or one a due date.

        With the parent plan, this finds the target to compare with:
        `parent.goals_on(goal.indicator)`.
        """
        return tuple(g for g in self.goals if g.indicator == indicator_id)

    def milestones_of(self, goal: Goal) -> tuple[Milestone, ...]:
        """Return the milestones that are evidence for `goal`."""
        return tuple(m for m in self.milestones if m.goal == goal.id)

    def _find(self, entries: Iterable[_T], wanted: str, *, field: str) -> _T:
        by_id = {entry.id: entry for entry in entries}
        if wanted not in by_id:
            raise PlanError(
                "plan.not_in_plan",
                plan=self.id,
                what=Message(f"plan.what_{field}"),
                found=wanted,
                allowed=", ".join(by_id) or "-",
            )
        return by_id[wanted]
