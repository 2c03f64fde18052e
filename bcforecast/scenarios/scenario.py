"""Scenarios: named assumptions that turn the baseline forecast into another one."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from bcforecast.messages import Language, Message
from bcforecast.models.rates import Basis
from bcforecast.plan.record import Id, Number, PlanId, Record, TaskId, Text, Year, refusal
from bcforecast.scenarios.levers import LEVERS, LeverUnit

_LEVER_ID: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


def _lever_id(value: str) -> str:
    if value not in LEVERS and not (_LEVER_ID.fullmatch(value) and value.startswith("growth.")):
        raise refusal(Message("scenario.allowed_lever", {"levers": ", ".join(LEVERS)}))
    return value


LeverId = Annotated[str, Strict(), AfterValidator(_lever_id)]
Share = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class Move(Record):
    """How far one measure moves one lever.

    Attributes
    ----------
    lever, measure
        Identifiers of the lever and of the plan's measure that moves it; None only for a plan that
        has no measures.
    by_year
        By year, in the lever's unit; a value holds until the next year given.
    sd
        Standard deviation of the largest value, in the lever's unit; 0 if it is taken as certain.
    unit
        The lever's own.
    basis
        Whether the size is `assumed`, `sourced` or `learned`.
    note
        Why this size.
    """

    lever: LeverId
    measure: TaskId | None
    by_year: dict[Year, Number] = Field(min_length=1)
    sd: Number = 0.0
    unit: LeverUnit
    basis: Basis = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _has_a_spread(self) -> Self:
        if self.sd < 0.0:
            raise refusal(Message("scenario.allowed_sd"), found=self.sd, place=("sd",))
        return self

    def value(self, year: int) -> float:
        """Size in `year`: 0 before the first year given."""
        return max(((y, v) for y, v in self.by_year.items() if y <= year), default=(0, 0.0))[1]


class Shock(Record):
    """Something from outside that moves indicators and passes.

    Attributes
    ----------
    indicators
        Identifiers of those that it hits.
    year
        First year hit.
    size_percent
        Change of the level in that year.
    recovered
        Share of what is left of the shock that is made good in each later year, 0 to 1.
    sd
        Standard deviation of the size, in percent.
    basis, note
        What the size rests on.
    """

    indicators: tuple[Id, ...] = Field(min_length=1)
    year: Year
    size_percent: Number
    recovered: Number
    sd: Number = 0.0
    basis: Basis = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.size_percent <= -100.0:
            place = ("size_percent",)
            raise refusal(Message("scenario.allowed_size"), found=self.size_percent, place=place)
        if not 0.0 <= self.recovered <= 1.0:
            place = ("recovered",)
            raise refusal(Message("scenario.allowed_share"), found=self.recovered, place=place)
        if self.sd < 0.0:
            raise refusal(Message("scenario.allowed_sd"), found=self.sd, place=("sd",))
        return self

    def left(self, year: int) -> float:
        """Part of the shock still felt in `year`: 0 before it, 1 in its first year."""
        return (1.0 - self.recovered) ** (year - self.year) if year >= self.year else 0.0


class Scenario(Record):
    """Assumptions with an author and a reason.

    Attributes
    ----------
    id
        Identifier; the file is named after it.
    plan
        Identifier of the plan whose measures it names; None if it names none.
    title, author, reason
        What it is called, who made it, and why.
    moves, shocks
        What it assumes.
    aim
        `targets`: every indicator that the baseline leaves short is set on an even path to its
        target, whatever that takes.
    """

    id: PlanId
    plan: PlanId | None = None
    title: Text
    author: Text
    reason: Text
    moves: tuple[Move, ...] = ()
    shocks: tuple[Shock, ...] = ()
    aim: Literal["targets"] | None = None

    @model_validator(mode="after")
    def _names_its_plan(self) -> Self:
        if self.moves and self.plan is None:
            raise refusal(Message("scenario.allowed_plan"), place=("plan",))
        return self

    def name(self, lang: Language) -> str:
        """Return the title in `lang`."""
        return self.title.in_(lang)

    @property
    def levers(self) -> tuple[str, ...]:
        """Identifiers of the levers that it moves, in order and once each."""
        return tuple(dict.fromkeys(move.lever for move in self.moves))

    def total(self, lever: str, year: int) -> float:
        """Size of a lever in `year`, all measures together, in the lever's unit."""
        return sum(move.value(year) for move in self.moves if move.lever == lever)
