"""A plan as data: goals, indicators and measures, and what must hold between them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeVar, overload

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    Strict,
    model_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypeIs

from bcforecast.errors import PlanError
from bcforecast.text import LANGUAGES, Language, Message, Text, text, unit_name, unit_of

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


def _unit_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise refusal(Message("plan.allowed_unit"))
    return value


Words = Annotated[str, Strict(), Field(pattern=r"\S")]
Id = Annotated[str, Strict(), _matching(r"[a-z][a-z0-9_-]*", "plan.allowed_id")]
PlanId = Annotated[str, Strict(), _matching(r"[a-z0-9][a-z0-9_-]*", "plan.allowed_plan_id")]
PeriodStart = Annotated[
    str,
    Strict(),
    _matching(r"(1[89]|2[01])[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?", "plan.allowed_break"),
]
UnitName = Annotated[str, PlainValidator(_unit_text)]
TaskId = Annotated[str, Strict(), _matching(r"[A-Za-z0-9][\w.-]*", "plan.allowed_task_id")]
Sha256 = Annotated[str, Strict(), _matching(r"[0-9a-f]{64}", "plan.allowed_sha256")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Target = Annotated[float, Strict()]
"""NaN as long as the figure is not known from which a goal asks for a change."""
Year = Annotated[int, Strict(), Field(ge=1900, le=2200)]
YesNo = Annotated[bool, Strict()]


def unquoted_day(given: object) -> object:
    """Take a day that a program wrote in quotes for what it is."""
    try:
        quoted = isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given)
        return date.fromisoformat(str(given)) if quoted else given
    except ValueError:
        return given


Day = Annotated[date, Strict(), BeforeValidator(unquoted_day)]


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

    With a plausible range, `low` to `high`, it is a lever of the plan's own: percentage points of
    the indicator's yearly growth, of an event a change of its chance in percent. Without one it is
    a lever of `levers.yaml`, or a mere name.
    """

    id: Id
    indicator: Id
    low: Number | None = None
    high: Number | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _holds_the_baseline(self) -> Self:
        given = (self.low, self.high)
        if given != (None, None) and not (self.low or 0.0) < 0.0 < (self.high or 0.0):
            raise refusal(Message("scenario.allowed_range"), found=str(given), place=("low",))
        return self


class Task(NamedRecord):
    """A task of the plan.

    `id` is its number (`2.4.1` is 二（四）1), `place` where it stands in the text. It acts on
    `indicators`, and can move `levers`, as far as these are described.
    """

    id: TaskId
    place: Words | None = None
    bodies: tuple[Id, ...] = ()
    indicators: tuple[Id, ...] = ()
    levers: tuple[TaskLever, ...] = ()


Kind = Literal["stock", "flow", "ratio", "admissions", "event"]
"""An index counts as a ratio: it is neither summed over months nor counted."""
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
        if unit_of(self.unit).whole and not self.whole:
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
        if unit_of(self.unit).currency:
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


def with_defaults(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Write out what a plan leaves unsaid, so that every part of it says everything.

    Of an indicator kind, range, whether it is whole, direction, parent; of a goal identifier, unit,
    and that it is no mere aspiration; of the plan issuer, day of issue, span, names of the area and
    source. Milestones become goals of one family. What is not as it should be is left as it is, for
    the checks that follow to say so.
    """
    full = dict(plan)
    indicators = [dict(one) for one in _tables(full, "indicators")]
    goals = [goal for one in _tables(full, "goals") for goal in _milestones(dict(one))]
    units = full.pop("units", {})
    for one in indicators:
        if "name" in one and "names" not in one:
            one["names"] = one.pop("name")
        asked = [goal.get("comparator") for goal in goals if goal.get("indicator") == one.get("id")]
        _complete_indicator(one, asked, units if isinstance(units, dict) else {})
    unit_by_id = {str(one.get("id")): one.get("unit") for one in indicators}
    used: set[str] = set()
    names_by_id = {str(one.get("id")): one.get("names") for one in indicators}
    counted = [str(goal.get("indicator")) for goal in goals]
    for goal in goals:
        _complete_goal(goal, unit_by_id, used)
        if counted.count(str(goal.get("indicator"))) > 1 and "names" not in goal:
            names = _names_by_year(names_by_id.get(str(goal.get("indicator"))), goal.get("due"))
            goal |= {} if names is None else {"names": names}
    if indicators:
        full["indicators"] = indicators
    if goals:
        full["goals"] = goals
    _complete_plan(full, goals)
    return full


def _tables(plan: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = plan.get(name)
    whole = isinstance(listed, list) and all(isinstance(one, dict) for one in listed)
    return listed if whole and listed is not None else []


def _complete_indicator(
    one: dict[str, Any], asked: Sequence[object], units: Mapping[str, Any]
) -> None:
    unit = one.get("unit")
    if not isinstance(unit, str) or not unit.strip():
        return
    declared, known = units.get(unit), unit_of(unit)
    if isinstance(declared, dict):
        if "names" in declared:
            one.setdefault("unit_names", declared["names"])
        low, high = declared.get("low", 0.0), declared.get("high")
        one.setdefault("valid_range", [low, high])
        one.setdefault("whole", declared.get("whole", False))
    one.setdefault("kind", "event" if "event" in asked else known.usual_measure)
    if one["kind"] == "index":
        one["kind"] = "ratio"
    one.setdefault("whole", known.whole)
    one.setdefault("valid_range", [0.0, 100.0 if unit == "%" else None])
    down = any(each in ("at_most", "less_than", "reduce_by") for each in asked)
    one.setdefault("direction", "down" if down else "up")
    one.setdefault("parent", None)
    one.setdefault("link_to_parent", "none")


def _milestones(goal: dict[str, Any]) -> list[dict[str, Any]]:
    """Make a goal of each milestone, `{2025: 60, 2030: 80}`; a goal without them is one itself."""
    steps = goal.get("milestones")
    if not isinstance(steps, dict) or not steps:
        return [goal]
    del goal["milestones"]
    name = str(goal.pop("id", goal.get("indicator")))
    each = ({"id": f"{name}_{year}", "due": year, "target": step} for year, step in steps.items())
    return [{**goal, **one, "family": name} for one in each]


def _years_of(due: object) -> tuple[int, int] | None:
    """Return the first and last year of a due date, however it is written; None of what is none."""
    told = re.match(r"([0-9]{4})(?:/([0-9]{4}))?", str(due))
    return None if told is None else (int(told[1]), int(told[2] or told[1]))


def _names_by_year(names: object, due: object) -> object:
    """Tell goals on one indicator apart by the year in which they are due."""
    years = _years_of(due)
    if years is None:
        return None
    if isinstance(names, Text):
        names = dict(names.values)
    if isinstance(names, str):
        return text("plan.goal_by_year", "en", name=names, year=years[1])
    if isinstance(names, dict) and names and all(isinstance(one, str) for one in names.values()):
        known = {lang: said for lang, said in names.items() if lang in LANGUAGES}
        return {lang: text("plan.goal_by_year", lang, name=said, year=years[1])
                for lang, said in known.items()}  # fmt: skip
    return None


def _complete_goal(goal: dict[str, Any], units: Mapping[str, Any], used: set[str]) -> None:
    indicator = goal.get("indicator")
    unit = units.get(str(indicator))
    changes = {"base_year", "growth_from"} & set(goal) or isinstance(goal.get("relative_to"), int)
    if unit is not None and ("unit" not in goal or (changes and goal["unit"] == "%")):
        goal["unit"] = unit
    goal.setdefault("aspiration", False)
    if "id" not in goal and isinstance(indicator, str):
        years = _years_of(goal.get("due"))
        goal["id"] = indicator if indicator not in used or not years else f"{indicator}_{years[0]}"
    used.add(str(goal.get("id")))


def _complete_plan(plan: dict[str, Any], goals: Sequence[Mapping[str, Any]]) -> None:
    ends = [years[1] for goal in goals if (years := _years_of(goal.get("due")))]
    issued = plan.get("issued")
    if ends:
        first = issued.year if isinstance(issued, date) else min(ends)
        plan.setdefault("span", {"first": min(first, *ends), "last": max(ends)})
    span = plan.get("span")
    if isinstance(span, dict) and isinstance(span.get("first"), int):
        plan.setdefault("issued", date(span["first"], 1, 1))
        for goal in goals:
            if goal.get("every_year") is True and "/" not in str(goal.get("due")):
                goal.setdefault("first_year", span["first"])  # type: ignore[attr-defined]
    area = plan.get("area")
    if isinstance(area, str):
        plan.setdefault("area_names", area)
        plan.setdefault("issuer", plan["area_names"])
    plan.setdefault("parent", None)
    plan.setdefault("source", {"citation": plan.get("title")})


class Size(NamedRecord):
    """How large an area is, as an indicator of the observations: residents, gross product, firms.

    The share of the area in its parent's size is a guess at its share in each of `indicators`, used
    where the area has published nothing on them.
    """

    id: Id
    indicators: tuple[Id, ...]


Comparator = Literal["at_least", "more_than", "at_most", "less_than", "between", "about", "event"]


@dataclass(frozen=True)
class Comparison:
    """What a comparator asks of a figure: everything that is said or computed of it reads this.

    `up` says whether a greater figure is better, `strict`
    whether the target itself is not enough, `two_sided` whether a figure can be too great as well
    as too small, `counts_new` whether only what newly comes to exist counts.
    """

    up: bool = True
    strict: bool = False
    two_sided: bool = False
    counts_new: bool = False


COMPARISONS: Final[Mapping[Comparator, Comparison]] = {
    "at_least": Comparison(),
    "more_than": Comparison(strict=True),
    "at_most": Comparison(up=False),
    "less_than": Comparison(up=False, strict=True),
    "between": Comparison(two_sided=True),
    "about": Comparison(two_sided=True),
    "event": Comparison(counts_new=True),
}


def region(comparator: Comparator, target: float, upper: float | None) -> tuple[float, float]:
    """Return the least and greatest figure that meet a goal, infinite where there is none.

    `upper` is the upper end of what `between` and `about` ask for, from the lower end or, for
    `about`, from the middle, which are the `target`; None for the others.

    Examples
    --------
    >>> region("between", 40.0, 45.0), region("about", 6.0, 6.5), region("at_most", 35.0, None)
    ((40.0, 45.0), (5.5, 6.5), (-inf, 35.0))
    """
    asked = COMPARISONS[comparator]
    if asked.two_sided:
        high = target if upper is None else upper
        return (2.0 * target - high if comparator == "about" else target), high
    return (target, math.inf) if asked.up else (-math.inf, target)


@overload
def meets(
    values: float, comparator: Comparator, target: float, upper: float | None = None
) -> bool: ...
@overload
def meets(
    values: npt.NDArray[np.float64],
    comparator: Comparator,
    target: float,
    upper: float | None = None,
) -> npt.NDArray[np.bool_]: ...
def meets(
    values: float | npt.NDArray[np.float64],
    comparator: Comparator,
    target: float,
    upper: float | None = None,
) -> bool | npt.NDArray[np.bool_]:
    """Whether a figure, or each of an array of any shape, meets a goal; all in one unit."""
    asked = COMPARISONS[comparator]
    if asked.two_sided:
        low, high = region(comparator, target, upper)
        return (values >= low) & (values <= high)
    if asked.up:
        return values > target if asked.strict else values >= target
    return values < target if asked.strict else values <= target


def nearest_that_meets(
    comparator: Comparator,
    target: float,
    *,
    whole: bool,
    upper: float | None = None,
) -> float:
    """Figure that still meets a goal: 531 things for "more than 530"; of a range the lower end."""
    asked = COMPARISONS[comparator]
    if asked.two_sided:
        return region(comparator, target, upper)[0]
    if not (whole and asked.strict):
        return target
    return math.floor(target) + 1.0 if asked.up else math.ceil(target) - 1.0


Over = Literal["mean", "every"]


class Goal(StrictRecord):
    """One promise in numbers: `target` in the indicator's `unit`, to be met by the day `due`.

    Comparators: `at_least` (达到, 以上), `more_than` (突破: strict), `at_most`, `less_than` (低于:
    strict), `between` (`target` to `upper`), `about` (左右: within `upper` - `target` of it),
    `event` (新建: at least `target` new ones come to exist). With `base_year` the plan asks for a
    `change` of so many percent from that year's figure, from which the target follows, or of so
    many percent `yearly` on average from then to the due year. `over` says
    that the years from `first_year` to the due year count: their `mean`, or `every` one of them.
    `names` are the goal's own; goals of one `family` are milestones on one way. `aspiration`: the
    plan says 力争, "strive for". `place` and `quote` say where, such as 一（二）, and in which
    words; None where the text is not at hand.
    """

    id: Id
    names: Text | None = None
    indicator: Id
    comparator: Comparator
    target: Target
    upper: Number | None = None
    base_year: Year | None = None
    change: Number | None = None
    yearly: Number | None = None
    over: Over | None = None
    first_year: Year | None = None
    family: Id | None = None
    unit: UnitName
    due: Day
    aspiration: YesNo
    bodies: tuple[Id, ...] = ()
    place: Words | None = None
    quote: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, given: Any) -> Any:
        return _as_asked(dict(given)) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        two_sided, due = COMPARISONS[self.comparator].two_sided, self.due.year
        if two_sided and (self.upper is None or self.upper <= self.target):
            raise refusal(Message("plan.allowed_range_pair"), place=("target",))
        if self.upper is not None and not two_sided:
            raise refusal(Message("plan.allowed_number_or_range"), place=("upper",))
        for name, last in (("base_year", due - 1), ("first_year", due)):
            year = getattr(self, name)
            if year is not None and year > last:
                raise refusal(Message("plan.allowed_up_to", {"year": last}), place=(name,))
        if self.over is not None and COMPARISONS[self.comparator].counts_new:
            raise refusal(Message("plan.allowed_one_due"), found=self.over, place=("due",))
        return self

    def called(self, indicator: Indicator) -> Text:
        """Return its own name, or else that of what it counts."""
        return self.names or indicator.names

    @property
    def years(self) -> range:
        """The years that count: the due year alone, or a span that ends with it."""
        return range(self.first_year or self.due.year, self.due.year + 1)

    def meets(self, values: Any) -> Any:
        """Whether a figure of the due year, or each of an array, meets the goal."""
        return meets(values, self.comparator, self.target, self.upper)


_CHANGES: Final[Mapping[str, tuple[Comparator, float]]] = {
    "reduce_by": ("at_most", -1.0),
    "increase_by": ("at_least", 1.0),
}
"""Comparators that ask for a change, what they ask of the figure, and the sign of the change."""

_TOLERANCE: Final = 0.05
"""Share of the target within which a figure is `about` it, where the plan states no tolerance."""


_FASTEST: Final = 1000.0
"""Average growth a year, in percent, beyond which no plan goes."""


def _as_asked(goal: dict[str, Any]) -> dict[str, Any]:
    """Bring what a plan may write of a goal into the fields that hold it; refuse half a form."""
    comparator, target = goal.get("comparator"), goal.get("target")
    if isinstance(goal.get("relative_to"), int):
        goal["base_year"] = goal.pop("relative_to")
    if isinstance(comparator, str) and comparator in _CHANGES:
        goal["comparator"], sign = _CHANGES[comparator]
        if "base_year" not in goal:
            found = Message("plan.found_nothing")
            raise refusal(Message("plan.allowed_base_year"), found=found, place=("base_year",))
    else:
        sign = 1.0
    if goal.get("base_year") is not None and "change" not in goal and _is_number(target):
        goal["change"], goal["target"] = sign * float(target), math.nan
    if comparator == "between":
        if isinstance(target, list):
            if len(target) != 2 or not all(map(_is_number, target)) or target[0] >= target[1]:
                raise refusal(Message("plan.allowed_range_pair"), place=("target",))
            goal["target"], goal["upper"] = map(float, target)
        elif "upper" not in goal:
            raise refusal(Message("plan.allowed_range_pair"), place=("target",))
    elif comparator == "about" and _is_number(target) and "upper" not in goal:
        tolerance = goal.pop("tolerance", _TOLERANCE * abs(target))
        if not _is_number(tolerance) or tolerance <= 0:
            raise refusal(Message("plan.allowed_tolerance"), place=("tolerance",))
        goal["upper"] = float(target) + float(tolerance)
    elif isinstance(target, list):
        raise refusal(Message("plan.allowed_number_or_range"), place=("target",))
    due = goal.get("due")
    if isinstance(due, str) and re.fullmatch(r"[0-9]{4}/[0-9]{4}", due):
        first, last = map(int, due.split("/"))
        if first >= last:
            raise refusal(Message("plan.allowed_from", {"low": first + 1}), place=("due",))
        goal |= {"first_year": first, "due": date(last, 12, 31)}
        goal.setdefault("over", "every" if goal.get("every_year") is True else "mean")
    elif isinstance(due, int) and not isinstance(due, bool) and 1900 <= due <= 2200:
        goal["due"] = date(due, 12, 31)
    if "growth_from" in goal and _is_number(target) and isinstance(goal.get("due"), date):
        goal["base_year"] = base = goal.pop("growth_from")
        if not isinstance(base, int) or isinstance(base, bool) or base >= goal["due"].year:
            allowed = Message("plan.allowed_growth_from", {"due": goal["due"].year})
            raise refusal(allowed, found=base, place=("growth_from",))
        if not -100.0 < target <= _FASTEST:
            allowed = Message("plan.allowed_growth", {"most": _FASTEST})
            raise refusal(allowed, found=target, place=("target",))
        grown = (1.0 + float(target) / 100.0) ** (goal["due"].year - base)
        goal |= {"yearly": float(target), "change": 100.0 * (grown - 1.0), "target": math.nan}
    every = goal.pop("every_year", False)
    if every is True:
        goal["over"] = "every"
    elif every is not False:
        raise refusal(Message("plan.allowed_yes_no"), found=every, place=("every_year",))
    return goal


def _is_number(value: object) -> TypeIs[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


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
    _folder: Path | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, given: Any) -> Any:
        return with_defaults(given) if isinstance(given, Mapping) else given

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

    def goal_name(self, goal: Goal) -> Text:
        """Return what a goal is called."""
        return goal.called(self.indicator_of(goal))

    def indicator_of(self, goal: Goal) -> Indicator:
        """Return what `goal` counts."""
        return self.indicator(goal.indicator)

    def sizes_of(self, indicator_id: str) -> tuple[Size, ...]:
        """Return the sizes by which the area's share in an indicator can be guessed."""
        return tuple(size for size in self.sizes if indicator_id in size.indicators)

    def milestones_of(self, goal: Goal) -> tuple[Milestone, ...]:
        """Return the milestones that are evidence for `goal`."""
        return tuple(m for m in self.milestones if m.goal == goal.id)

    @property
    def folder(self) -> Path | None:
        """The data folder that the plan was read from, if it stands in one."""
        return self._folder

    def read_from(self, folder: Path | None) -> Self:
        """Keep the data folder that the plan was read from, and return the plan."""
        self._folder = folder
        return self

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


def _admitted(goal: Goal, indicator: Indicator, *, is_event: bool) -> bool:
    """Whether the indicator can take the target; of a range, whether it reaches that far."""
    if COMPARISONS[goal.comparator].two_sided:
        low, high = region(goal.comparator, goal.target, goal.upper)
        least, most = indicator.valid_range
        return low >= least and (most is None or high <= most)
    return indicator.admits(goal.target) and not (is_event and goal.target < 1)


def _check_target(goal: Goal, indicator: Indicator, n: int) -> None:
    """Refuse a goal whose unit, comparator or target its indicator does not have."""
    is_event = indicator.kind == "event"
    wrong = ""
    if goal.change is None and not math.isfinite(goal.target):
        wrong, allowed = "target", Message("plan.allowed_number")
    elif goal.unit != indicator.unit:
        values = {"unit": indicator.unit, "indicator": indicator.id}
        wrong, allowed = "unit", Message("plan.allowed_unit_of", values)
    elif (goal.comparator == "event") != is_event:
        key = "plan.allowed_event" if is_event else "plan.allowed_not_event"
        wrong, allowed = "comparator", Message(key, {"indicator": indicator.id})
    elif goal.change is None and not _admitted(goal, indicator, is_event=is_event):
        lowest = max(indicator.valid_range[0], 1.0) if is_event else None
        wrong, allowed = "target", indicator.allowed(lowest=lowest)
    if wrong:
        raise refusal(allowed, found=getattr(goal, wrong), place=("goals", n, wrong))
