"""A plan as data: goals, indicators and measures, and what must hold between them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeVar, overload

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, Strict, model_validator
from pydantic_core import PydanticCustomError

from bcforecast.errors import PlanError
from bcforecast.text import Language, Message, Text, unit_name, units

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value."""

REFUSED: Final = "bcforecast_refused"
"""Type of our own validation errors; their context holds `allowed` and perhaps `found`, `place`."""


def refusal(allowed: Message, *, found: object = None, place: Place = ()) -> PydanticCustomError:
    """Return the validation error that says what is allowed, to be rendered in any language.

    `found` is what is there, if not the value at the place of the error itself; `place` leads from
    the record that is being checked down to the wrong value, by keys and positions.
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


def _known_unit(value: object) -> str:
    if not isinstance(value, str) or value not in units():
        raise refusal(Message("plan.allowed_one_of", {"values": ", ".join(units())}))
    return value


Words = Annotated[str, Strict(), Field(pattern=r"\S")]
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


class StrictRecord(BaseModel, frozen=True, extra="forbid"):
    """A part of a plan: it cannot be changed, and it takes no key that it does not know."""


class NamedRecord(StrictRecord):
    """A record that is called something."""

    names: Text

    def name(self, lang: Language) -> str:
        """Return what it is called in `lang`."""
        return self.names.render(lang)


class Body(NamedRecord):
    """An office or group of offices that the plan makes responsible."""

    id: Id


class TaskLever(NamedRecord):
    """A quantity by which a measure moves an `indicator`.

    Its plausible range belongs to a scenario.
    """

    id: Id
    indicator: Id


class Task(NamedRecord):
    """A task of the plan.

    `id` is its number (`2.4.1` is 二（四）1), `place` where it stands in the text. It acts on
    `indicators`, and can move `levers`, as far as these are described.
    """

    id: TaskId
    place: Words
    bodies: tuple[Id, ...] = ()
    indicators: tuple[Id, ...] = ()
    levers: tuple[TaskLever, ...] = ()


Kind = Literal["stock", "flow", "ratio", "admissions", "event"]
Direction = Literal["up", "down"]
Link = Literal["share", "factor", "none"]


class Redefinition(StrictRecord):
    """A period from which the indicator is defined anew; figures are never joined across it.

    `period` is the first year, quarter or month of the new definition, such as `2019`.
    """

    period: PeriodStart
    reason: Text


class Indicator(NamedRecord):
    """What a goal counts, in `unit` (as in the observations).

    `kind` is `stock` (at a date), `flow` (over a period), `ratio`, `admissions` (entries in a
    period) or `event` (things that come to exist); `valid_range` the lowest and highest possible
    figure, None where there is no highest. Which way is better (`direction`) is never assumed. From
    the figures of the area `parent` this one may be projected: as a `share` of the parent's figure,
    as a `factor` on the parent's ratio, or not at all (`none`). `model` forecasts its own series;
    None: as the evidence suggests. `unit_names` are given where its own measure word differs from
    the unit's usual one.
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
    breaks: tuple[Redefinition, ...] = ()
    model: Id | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        low, high = self.valid_range
        if high is not None and high <= low:
            allowed = Message("plan.allowed_above", {"low": f"{low:g}"})
            raise refusal(allowed, place=("valid_range", 1))
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

    @property
    def growth_kind(self) -> Literal["count", "money", "rate", "ratio"]:
        """What kind of number it is, for how its growth and goals on it went elsewhere."""
        if units()[self.unit].currency:
            return "money"
        if self.whole:
            return "count"
        return "ratio" if self.valid_range == (0.0, 100.0) else "rate"

    def unit_name(self, lang: Language) -> str:
        """Return the unit in words, such as 亿元 or CNY 100 million."""
        return self.unit_names.render(lang) if self.unit_names else unit_name(self.unit, lang)

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


class Size(NamedRecord):
    """How large an area is, as an indicator of the observations: residents, gross product, firms.

    The share of the area in its parent's size is a guess at its share in each of `indicators`, used
    where the area has published nothing on them.
    """

    id: Id
    indicators: tuple[Id, ...]


Comparator = Literal["at_least", "more_than", "at_most", "less_than", "event"]


@dataclass(frozen=True)
class Comparison:
    """What a comparator asks of a figure: everything that is said or computed of it reads this.

    `sign` is as written in narrow places; `up` says whether a greater figure is better, `strict`
    whether the target itself is not enough, `counts_new` whether only what newly comes to exist
    counts.
    """

    sign: str
    up: bool = True
    strict: bool = False
    counts_new: bool = False


COMPARISONS: Final[Mapping[Comparator, Comparison]] = {
    "at_least": Comparison("\N{GREATER-THAN OR EQUAL TO}"),
    "more_than": Comparison(">", strict=True),
    "at_most": Comparison("\N{LESS-THAN OR EQUAL TO}", up=False),
    "less_than": Comparison("<", up=False, strict=True),
    "event": Comparison("\N{GREATER-THAN OR EQUAL TO}", counts_new=True),
}


@overload
def meets(values: float, comparator: Comparator, target: float) -> bool: ...
@overload
def meets(
    values: npt.NDArray[np.float64], comparator: Comparator, target: float
) -> npt.NDArray[np.bool_]: ...
def meets(
    values: float | npt.NDArray[np.float64], comparator: Comparator, target: float
) -> bool | npt.NDArray[np.bool_]:
    """Whether a figure, or each of an array of any shape, meets a goal; all in one unit."""
    asked = COMPARISONS[comparator]
    if asked.up:
        return values > target if asked.strict else values >= target
    return values < target if asked.strict else values <= target


def nearest_that_meets(comparator: Comparator, target: float, *, whole: bool) -> float:
    """Figure nearest to missing a goal that still meets it: 531 things for "more than 530"."""
    asked = COMPARISONS[comparator]
    if not (whole and asked.strict):
        return target
    return math.floor(target) + 1.0 if asked.up else math.ceil(target) - 1.0


class Goal(StrictRecord):
    """One promise in numbers: `target` in the indicator's `unit`, to be met by the day `due`.

    Comparators: `at_least` (达到, 以上), `more_than` (突破: strict), `at_most`, `less_than` (低于:
    strict), `event` (新建: at least `target` new ones come to exist). `aspiration`: the plan says
    力争, "strive for". `place` and `quote` say where, such as 一（二）, and in which words; None
    where the text is not at hand.
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


class QualitativeGoal(StrictRecord):
    """A promise without a number: tracked, and never given a probability."""

    id: Id
    quote: Text
    place: Words
    bodies: tuple[Id, ...] = ()


class Milestone(NamedRecord):
    """A step that a task names, and that is evidence for `goal`.

    `reached` is the day on which it was reached; None while that is not known.
    """

    id: Id
    place: Words
    quote: Text
    bodies: tuple[Id, ...] = ()
    goal: Id
    reached: Day | None = None


class YearSpan(StrictRecord):
    """First and last year that a plan covers."""

    first: Year
    last: Year

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.last < self.first:
            raise refusal(Message("plan.allowed_from", {"low": self.first}), place=("last",))
        return self


class PlanSource(StrictRecord):
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


class Plan(StrictRecord):
    """A document with goals, measures and responsible bodies, for a span of years.

    `area` is as in the observations. `parent` is the plan that it carries out. `safeguards` are
    conditions under which the measures work. All parts are in the order of the text.
    """

    id: PlanId
    title: Text
    issuer: Text
    issued: Day
    span: YearSpan
    area: Id
    area_names: Text
    parent: PlanId | None
    source: PlanSource
    bodies: tuple[Body, ...] = ()
    indicators: tuple[Indicator, ...]
    sizes: tuple[Size, ...] = ()
    goals: tuple[Goal, ...]
    qualitative_goals: tuple[QualitativeGoal, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    measures: tuple[Task, ...] = ()
    safeguards: tuple[Task, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for name in ("indicators", "goals"):
            if not getattr(self, name):
                found = Message("plan.found_list", {"n": 0})
                raise refusal(Message("plan.allowed_entries"), found=found, place=(name,))
        first_day, last_day = date(self.span.first, 1, 1), date(self.span.last, 12, 31)
        if self.issued > last_day:
            allowed = Message("plan.allowed_issued", {"last": last_day})
            raise refusal(allowed, found=self.issued, place=("issued",))
        _check_references({name: part for name, part in self if isinstance(part, tuple)})
        for n, size in enumerate(self.sizes):
            for k, one in enumerate(size.indicators):
                if self.indicator(one).parent is None or self.indicator(one).kind == "ratio":
                    place = ("sizes", n, "indicators", k)
                    raise refusal(Message("plan.allowed_sized"), found=one, place=place)
        for n, goal in enumerate(self.goals):
            first = max(self.issued, first_day)
            if not first <= goal.due <= last_day:
                allowed = Message("plan.allowed_due", {"first": first, "last": last_day})
                raise refusal(allowed, found=goal.due, place=("goals", n, "due"))
            _check_target(goal, self.indicator(goal.indicator), n)
        return self

    def name(self, lang: Language) -> str:
        """Return the title in `lang`."""
        return self.title.render(lang)

    def goal(self, goal_id: str) -> Goal:
        """Return the goal with this identifier; without one, a PlanError names those there are."""
        return self._find(self.goals, goal_id, field="goal")

    def indicator(self, indicator_id: str) -> Indicator:
        """Return the indicator with this identifier, or fail as `goal` does."""
        return self._find(self.indicators, indicator_id, field="indicator")

    def body(self, body_id: str) -> Body:
        """Return the responsible body with this identifier, or fail as `goal` does."""
        return self._find(self.bodies, body_id, field="body")

    def indicator_of(self, goal: Goal) -> Indicator:
        """Return what `goal` counts."""
        return self.indicator(goal.indicator)

    def sizes_of(self, indicator_id: str) -> tuple[Size, ...]:
        """Return the sizes by which the area's share in an indicator can be guessed."""
        return tuple(size for size in self.sizes if indicator_id in size.indicators)

    def milestones_of(self, goal: Goal) -> tuple[Milestone, ...]:
        """Return the milestones that are evidence for `goal`."""
        return tuple(m for m in self.milestones if m.goal == goal.id)

    def _find(self, entries: Iterable[_Entry], wanted: str, *, field: str) -> _Entry:
        by_id = {entry.id: entry for entry in entries}
        if wanted not in by_id:
            known, what = ", ".join(by_id) or "-", Message(f"plan.what_{field}")
            raise PlanError(
                "plan.not_in_plan", plan=self.id, what=what, found=wanted, allowed=known
            )
        return by_id[wanted]


_Entry = TypeVar("_Entry", Goal, Indicator, Body)


def _check_references(lists: Mapping[str, Sequence[Any]]) -> None:
    """Refuse an identifier that stands twice in its list, or that names what no list has."""
    ids = {name: [entry.id for entry in entries] for name, entries in lists.items()}
    for name, known in ids.items():
        for n, one in enumerate(known):
            if one in known[:n]:
                allowed = Message("plan.allowed_once", {"list": name})
                raise refusal(allowed, found=one, place=(name, n, "id"))
    for name, entries in lists.items():
        for n, entry in enumerate(entries):
            for field in ("indicator", "goal"):
                if hasattr(entry, field):
                    _check_known(getattr(entry, field), ids, f"{field}s", (name, n, field))
            for field in ("bodies", "indicators"):
                for k, one in enumerate(getattr(entry, field, ())):
                    _check_known(one, ids, field, (name, n, field, k))
            for k, lever in enumerate(getattr(entry, "levers", ())):
                acts_on = {"indicators": entry.indicators}
                place = (name, n, "levers", k, "indicator")
                _check_known(lever.indicator, acts_on, "indicators", place)


def _check_known(one: str, ids: Mapping[str, Sequence[str]], name: str, place: Place) -> None:
    if one not in ids[name]:
        values = {"list": name, "ids": ", ".join(ids[name]) or "-"}
        raise refusal(Message("plan.allowed_reference", values), found=one, place=place)


def _check_target(goal: Goal, indicator: Indicator, n: int) -> None:
    """Refuse a goal whose unit, comparator or target its indicator does not have."""
    is_event = indicator.kind == "event"
    wrong = ""
    if goal.unit != indicator.unit:
        values = {"unit": indicator.unit, "indicator": indicator.id}
        wrong, allowed = "unit", Message("plan.allowed_unit_of", values)
    elif (goal.comparator == "event") != is_event:
        key = "plan.allowed_event" if is_event else "plan.allowed_not_event"
        wrong, allowed = "comparator", Message(key, {"indicator": indicator.id})
    elif not indicator.admits(goal.target) or (is_event and goal.target < 1):
        lowest = max(indicator.valid_range[0], 1.0) if is_event else None
        wrong, allowed = "target", indicator.allowed(lowest=lowest)
    if wrong:
        raise refusal(allowed, found=getattr(goal, wrong), place=("goals", n, wrong))
