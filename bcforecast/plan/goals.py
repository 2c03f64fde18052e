"""A plan as data: goals, indicators and measures, and what must hold between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, Protocol, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bcforecast.errors import PlanError
from bcforecast.text import Language, Message, Text, unit_name, units

REFUSED: Final = "bcforecast_refused"
"""Type of our own validation errors; their context holds `allowed` and perhaps `found`, `place`."""


def refusal(
    allowed: Message, *, found: object = None, place: tuple[str | int, ...] = ()
) -> PydanticCustomError:
    """Return the validation error that says what is allowed, to be rendered in either language.

    Parameters
    ----------
    allowed
        What would be right.
    found
        What is there, if not the value at the place of the error itself.
    place
        Keys and positions from the record that is being checked down to the wrong value.
    """
    return PydanticCustomError(
        REFUSED,
        "{sentence}",
        {"sentence": allowed.render("en"), "allowed": allowed, "found": found, "place": place},
    )


def _matching(pattern: str, allowed_key: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise refusal(Message(allowed_key))
        return value

    return AfterValidator(check)


def _not_blank(value: str) -> str:
    if not value.strip():
        raise refusal(Message("plan.allowed_text"))
    return value


def _known_unit(value: object) -> str:
    if not isinstance(value, str) or value not in units():
        raise refusal(Message("plan.allowed_one_of", {"values": ", ".join(units())}))
    return value


Words = Annotated[str, Strict(), AfterValidator(_not_blank)]
Id = Annotated[str, Strict(), _matching(r"[a-z][a-z0-9_-]*", "plan.allowed_id")]
PlanId = Annotated[str, Strict(), _matching(r"[a-z0-9][a-z0-9_-]*", "plan.allowed_plan_id")]
PeriodStart = Annotated[
    str,
    Strict(),
    _matching(r"(1[89]|2[01])[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?", "plan.allowed_break"),
]
UnitName = Annotated[str, PlainValidator(_known_unit)]
TaskId = Annotated[str, Strict(), _matching(r"[0-9]+(\.[0-9]+)*", "plan.allowed_task_id")]
Sha256 = Annotated[str, Strict(), _matching(r"[0-9a-f]{64}", "plan.allowed_sha256")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Year = Annotated[int, Strict(), Field(ge=1900, le=2200)]
YesNo = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]


class Identified(Protocol):
    """Anything with an identifier."""

    @property
    def id(self) -> str:
        """Identifier, once in its list."""
        ...


class Record(BaseModel):
    """A part of a plan: it cannot be changed, and it takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Record):
    """A record that is called something."""

    names: Text

    def name(self, lang: Language) -> str:
        """Return what it is called in `lang`."""
        return self.names.in_(lang)


class Body(Named):
    """An office or group of offices that the plan makes responsible."""

    id: Id


class Lever(Named):
    """A quantity that a measure can move; its plausible range belongs to a scenario.

    Attributes
    ----------
    id, indicator
        Identifiers of the lever and of the indicator that it moves.
    """

    id: Id
    indicator: Id


class Measure(Named):
    """A task of the plan.

    Attributes
    ----------
    id
        Number of the task: `2.4.1` is 二（四）1.
    place
        Where it stands in the text, such as 二（四）1.
    bodies, indicators
        Identifiers of the responsible bodies, and of the indicators on which it acts.
    levers
        What it can move, as far as that is described.
    """

    id: TaskId
    place: Words
    bodies: tuple[Id, ...] = ()
    indicators: tuple[Id, ...] = ()
    levers: tuple[Lever, ...] = ()


class Safeguard(Measure):
    """A condition under which the measures work: organisation, policy, money."""


Kind = Literal["stock", "flow", "ratio", "admissions", "event"]
Direction = Literal["up", "down"]
Link = Literal["share", "factor", "none"]


class Break(Record):
    """A period from which the indicator is defined anew; figures are never joined across it.

    Attributes
    ----------
    period
        First year, quarter or month of the new definition, such as `2019`.
    reason
        What changed.
    """

    period: PeriodStart
    reason: Text


class Indicator(Named):
    """What a goal counts.

    Attributes
    ----------
    id
        Identifier, as in the column `indicator` of the observations.
    names, unit, unit_names
        Names; unit as in the observations; the unit's name in words where this indicator's own
        measure word differs from the unit's usual one.
    kind
        `stock` (at a date), `flow` (over a period), `ratio`, `admissions` (entries in a period),
        `event` (things that come to exist).
    valid_range
        Lowest and highest possible figure, in `unit`; None where there is no highest.
    whole
        Whether figures are whole numbers.
    direction
        Which way is better: `up` or `down`. It is never assumed.
    parent, link_to_parent
        Area from whose figures this one may be projected, and how: as a `share` of the parent's
        figure, as a `factor` on the parent's ratio, or not at all (`none`).
    breaks
        Changes of definition.
    model
        Name of the model that forecasts its own series; None: as the evidence suggests.
    """

    id: Id
    unit: UnitName
    unit_names: Text | None = None
    kind: Kind
    valid_range: tuple[Number, Number | None]
    whole: YesNo
    direction: Direction
    parent: Id | None
    link_to_parent: Link
    breaks: tuple[Break, ...] = ()
    model: Id | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        low, high = self.valid_range
        if high is not None and high <= low:
            raise refusal(
                Message("plan.allowed_above", {"low": f"{low:g}"}), place=("valid_range", 1)
            )
        if self.whole and low < 0:
            raise refusal(Message("plan.allowed_count_range"), place=("valid_range", 0))
        if units()[self.unit].whole and not self.whole:
            allowed = Message("plan.allowed_whole_unit", {"unit": self.unit})
            raise refusal(allowed, place=("whole",))
        if self.link_to_parent != "none" and self.parent is None:
            raise refusal(Message("plan.allowed_link_without_parent"), place=("link_to_parent",))
        if self.link_to_parent == "share" and self.kind == "ratio":
            raise refusal(Message("plan.allowed_link_of_ratio"), place=("link_to_parent",))
        return self

    def unit_name(self, lang: Language) -> str:
        """Return the unit in words, such as 亿元 or CNY 100 million."""
        return self.unit_names.in_(lang) if self.unit_names else unit_name(self.unit, lang)

    def admits(self, value: float) -> bool:
        """Whether a figure can be `value`, in `unit`."""
        low, high = self.valid_range
        whole = not self.whole or float(value).is_integer()
        return whole and low <= value and (high is None or value <= high)

    def allowed(self, *, lowest: float | None = None) -> Message:
        """Say which figures it can take, from `lowest` on if that is given."""
        low, high = self.valid_range
        key = "plan.allowed_count" if self.whole else "plan.allowed_range"
        values = {"low": f"{low if lowest is None else lowest:g}", "indicator": self.id}
        if high is None:
            return Message(f"{key}_from", values)
        return Message(key, {**values, "high": f"{high:g}"})


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
    unit: UnitName
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


Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Contradiction:
    """A value that another part of the plan rules out: where, what was found, what is allowed."""

    place: Place
    found: object
    allowed: Message


def first_contradiction(plan: Plan) -> Contradiction | None:
    """Return the first contradiction in `plan`, or None if it agrees with itself."""
    return next(_contradictions(plan), None)


def _contradictions(plan: Plan) -> Iterator[Contradiction]:
    yield from _empty_lists(plan)
    yield from _issued_too_late(plan)
    yield from _repeated_ids(plan)
    yield from _dangling_references(plan)
    indicators = {i.id: i for i in plan.indicators}
    for n, goal in enumerate(plan.goals):
        yield from _impossible_due_date(plan, goal, ("goals", n, "due"))
        yield from _impossible_target(goal, indicators[goal.indicator], ("goals", n))


def _empty_lists(plan: Plan) -> Iterator[Contradiction]:
    for name, entries in (("indicators", plan.indicators), ("goals", plan.goals)):
        if not entries:
            found = Message("plan.found_list", {"n": 0})
            yield Contradiction((name,), found, Message("plan.allowed_entries"))


def _issued_too_late(plan: Plan) -> Iterator[Contradiction]:
    last_day = date(plan.span.last, 12, 31)
    if plan.issued > last_day:
        allowed = Message("plan.allowed_issued", {"last": last_day})
        yield Contradiction(("issued",), plan.issued, allowed)


def _repeated_ids(plan: Plan) -> Iterator[Contradiction]:
    lists: Mapping[str, Sequence[Identified]] = {
        "bodies": plan.bodies,
        "indicators": plan.indicators,
        "goals": plan.goals,
        "qualitative_goals": plan.qualitative_goals,
        "milestones": plan.milestones,
        "measures": plan.measures,
        "safeguards": plan.safeguards,
    }
    for name, entries in lists.items():
        seen: set[str] = set()
        for n, entry in enumerate(entries):
            if entry.id in seen:
                allowed = Message("plan.allowed_once", {"list": name})
                yield Contradiction((name, n, "id"), entry.id, allowed)
            seen.add(entry.id)


def _dangling_references(plan: Plan) -> Iterator[Contradiction]:
    bodies = [b.id for b in plan.bodies]
    indicators = [i.id for i in plan.indicators]
    goals = [g.id for g in plan.goals]
    for n, goal in enumerate(plan.goals):
        at: Place = ("goals", n)
        yield from _unknown([goal.indicator], indicators, (*at, "indicator"), "indicators")
        yield from _unknown(goal.bodies, bodies, (*at, "bodies"), "bodies")
    for n, aim in enumerate(plan.qualitative_goals):
        yield from _unknown(aim.bodies, bodies, ("qualitative_goals", n, "bodies"), "bodies")
    for n, milestone in enumerate(plan.milestones):
        at = ("milestones", n)
        yield from _unknown([milestone.goal], goals, (*at, "goal"), "goals")
        yield from _unknown(milestone.bodies, bodies, (*at, "bodies"), "bodies")
    for name, tasks in (("measures", plan.measures), ("safeguards", plan.safeguards)):
        for n, task in enumerate(tasks):
            at = (name, n)
            yield from _unknown(task.bodies, bodies, (*at, "bodies"), "bodies")
            yield from _unknown(task.indicators, indicators, (*at, "indicators"), "indicators")
            for k, lever in enumerate(task.levers):
                lever_at = (*at, "levers", k, "indicator")
                yield from _unknown([lever.indicator], task.indicators, lever_at, "indicators")


def _unknown(
    references: Iterable[str], known: Iterable[str], place: Place, list_name: str
) -> Iterator[Contradiction]:
    ids = list(known)
    single = place[-1] not in ("bodies", "indicators")
    for n, reference in enumerate(references):
        if reference not in ids:
            allowed = Message(
                "plan.allowed_reference", {"list": list_name, "ids": ", ".join(ids) or "-"}
            )
            yield Contradiction(place if single else (*place, n), reference, allowed)


def _impossible_due_date(plan: Plan, goal: Goal, place: Place) -> Iterator[Contradiction]:
    first = max(plan.issued, date(plan.span.first, 1, 1))
    last = date(plan.span.last, 12, 31)
    if not first <= goal.due <= last:
        allowed = Message("plan.allowed_due", {"first": first, "last": last})
        yield Contradiction(place, goal.due, allowed)


def _impossible_target(goal: Goal, indicator: Indicator, place: Place) -> Iterator[Contradiction]:
    if goal.unit != indicator.unit:
        allowed = Message(
            "plan.allowed_unit_of", {"unit": indicator.unit, "indicator": indicator.id}
        )
        yield Contradiction((*place, "unit"), goal.unit, allowed)
    if (goal.comparator == "event") != (indicator.kind == "event"):
        key = "plan.allowed_event" if indicator.kind == "event" else "plan.allowed_not_event"
        allowed = Message(key, {"indicator": indicator.id})
        yield Contradiction((*place, "comparator"), goal.comparator, allowed)
    if indicator.admits(goal.target) and not (goal.comparator == "event" and goal.target < 1):
        return
    lowest = max(indicator.valid_range[0], 1.0) if goal.comparator == "event" else None
    allowed = indicator.allowed(lowest=lowest)
    yield Contradiction((*place, "target"), goal.target, allowed)


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
