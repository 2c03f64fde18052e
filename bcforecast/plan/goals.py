"""A plan as data: goals, indicators and measures, and what must hold between them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, MappingView, Sequence
from contextlib import suppress
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Generic, Literal, Protocol, Self, TypeVar

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from bcforecast import text as wording
from bcforecast.calls import Shown, YearAsked, numbers
from bcforecast.cells import FiscalYears, Kind, plain_words
from bcforecast.edge import LARGEST_FIGURE
from bcforecast.errors import PlanError
from bcforecast.plan import fields, targets
from bcforecast.plan.targets import Asking, Comparator, Over
from bcforecast.text import Language, Message, Text, unit_name, unit_of


class Body(fields.NamedRecord):
    """An office or group of offices that the plan makes responsible."""

    id: fields.Id


class TaskLever(fields.NamedRecord):
    """A quantity by which a measure moves an `indicator`.

    With a plausible range, `low` to `high`, it is a lever of the plan's own: percentage points of
    the indicator's yearly growth, of an event a change of its chance in percent. Without one it is
    a lever of `levers.yaml`, or a mere name.
    """

    id: fields.Id
    indicator: fields.Id
    low: fields.LeverSize | None = None
    high: fields.LeverSize | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _holds_the_baseline(self) -> Self:
        given = (self.low, self.high)
        low, high = (math.nan if end is None else end for end in given)
        if given != (None, None) and not (low <= 0.0 <= high and low < high):
            raise fields.refusal("scenario.allowed_range", "low", found=str(given))
        if self.source is not None and given == (None, None):
            raise fields.wrong_form("low: -2, high: 8, source: assumed", "source")
        return self


class Task(fields.NamedRecord):
    """A task of the plan.

    `id` is its number (`2.4.1` is 二（四）1), `place` where it stands in the text. It acts on
    `indicators`, and can move `levers`, as far as these are described. Without a `due` day of its
    own it is to be delivered by that of the last of its goals.
    """

    id: fields.TaskId
    place: fields.Words | None = None
    bodies: tuple[fields.Id, ...] = ()
    indicators: tuple[fields.Id, ...] = ()
    levers: tuple[TaskLever, ...] = ()
    due: fields.Day | None = None


Direction = Literal["up", "down"]


class Redefinition(fields.StrictRecord):
    """A period from which the indicator is defined anew; figures are never joined across it.

    `period` is the first year, quarter or month of the new definition, such as `2019`.
    """

    period: fields.PeriodStart
    reason: Text


class Compared(fields.StrictRecord):
    """How an indicator arises from figures of others: `own` less `factor` times the one beside it.

    `beside` are pairs of area and indicator; of several it is the one in the given `place`, the
    best first, and what it is `called`. `names` are what the plan calls these areas, where it does.
    """

    own: fields.Id
    beside: tuple[tuple[fields.Id, fields.Id], ...] = Field(min_length=1)
    called: Text
    factor: fields.Number = 1.0
    place: int = Field(default=1, ge=1)
    names: tuple[tuple[fields.Id, Text], ...] = ()

    def area_name(self, area: str) -> Text:
        """Return what an area is called, or else its identifier."""
        return dict(self.names).get(area, Text.untranslated(area))


LEAD: Final = timedelta(days=92)
"""How much of a year, with the day itself, must be left for what is begun in it to tell."""


_NO_INDEX: Final = "^(?!(1[89]|2[01])[0-9]{2} ?=)[0-9]+ ?=|=[^=]*=|= ?([-+]|0+([.]0*)?(?![.0-9]))"
"""A unit with a sign of equality that is no index: 2015 = 0, 100 = 2015."""


class Indicator(fields.NamedRecord):
    """What a goal counts, in `unit` (as in the observations).

    `kind` is `stock` (at a date), `flow` (over a period), `ratio`, `admissions` (entries in a
    period) or `event` (things that come to exist); `valid_range` the lowest and highest possible
    figure, None where there is none. Which way is better (`direction`) is never assumed. From
    the figures of the area `parent` this one may be projected: as a `share` of the parent's figure,
    as a `factor` on the parent's ratio, or not at all (`none`). `model` forecasts its own series;
    None: as the evidence suggests. `unit_names` are given where its own measure word differs from
    the unit's usual one. One that is `compared` is what lies between figures of others; a stock is
    `fed_by` the series of what comes into it each year. Of an event written as a `flow` the figures
    are `yearly`, what is created in each year, else the number that exists.
    """

    id: fields.Id
    unit: fields.UnitName
    unit_names: Text | None = None
    kind: Kind
    valid_range: tuple[fields.Number | None, fields.Number | None]
    whole: fields.YesNo
    direction: Direction
    parent: fields.Id | None
    link_to_parent: Literal["share", "factor", "none"]
    breaks: tuple[Redefinition, ...] = ()
    model: fields.Id | None = None
    compared: Compared | None = None
    fed_by: fields.Id | None = None
    yearly: fields.YesNo = False
    _year_ends: int = PrivateAttr(12)
    _up: bool | None = PrivateAttr(None)

    @property
    def up(self) -> bool | None:
        """Whether all goals of the plan on it ask for more, or for less; None if they differ.

        Also where one asks for a range.
        """
        return self._up

    @property
    def year_ends(self) -> int:
        """The month with which its years end: that of the plan's fiscal years."""
        return self._year_ends

    @property
    def support(self) -> tuple[float, float]:
        """The lowest and highest possible figure, infinite where there is none."""
        low, high = self.valid_range
        return (-math.inf if low is None else low, math.inf if high is None else high)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        low, high = self.support
        if high <= low:
            raise fields.refusal("plan.allowed_above", "valid_range", 1, low=f"{low:g}")
        if unit_of(self.unit).whole and not self.whole and self.compared is None:
            raise fields.refusal("plan.allowed_whole_unit", "whole", unit=unit_of(self.unit).names)
        if re.search(_NO_INDEX, plain_words(self.unit)):
            raise fields.wrong_form("unit: 2015 = 100", "unit")
        if self.link_to_parent != "none" and self.parent is None:
            raise fields.refusal("plan.allowed_link_without_parent", "link_to_parent")
        if self.link_to_parent == "share" and self.kind == "ratio":
            raise fields.refusal("plan.allowed_link_of_ratio", "link_to_parent")
        if self.yearly and self.kind != "event":
            raise fields.wrong_form("kind: event, yearly: true", "yearly")
        return self

    @property
    def growth_kind(self) -> Literal["count", "money", "rate", "ratio"]:
        """What kind of number it is, for how its growth and goals on it went elsewhere."""
        if unit_of(self.unit).currency:
            return "money"
        if self.whole and self.support[0] >= 0.0:  # a balance, such as net migration, counts none
            return "count"
        return "ratio" if self.valid_range == (0.0, 100.0) else "rate"

    def unit_name(self, lang: Language) -> str:
        """Return the unit in which its figures are printed, such as 亿元 or CNY billion."""
        return unit_name(self.unit, lang, self.unit_names)

    def admits(self, value: float) -> bool:
        """Whether a figure can be `value`, in `unit`."""
        low, high = self.support
        return (not self.whole or float(value).is_integer()) and low <= value <= high

    def allowed(self, *, lowest: float | None = None) -> Message:
        """Say which figures it can take, from `lowest` on if that is given."""
        low, high = self.support
        key = "plan.allowed_count" if self.whole else "plan.allowed_range"
        values = {"low": f"{low if lowest is None else lowest:g}", "indicator": self.id}
        if high == math.inf:
            return Message(f"{key}_from", values)
        return Message(key, {**values, "high": f"{high:g}"})


class Size(fields.NamedRecord):
    """How large an area is, as an indicator of the observations: residents, gross product, firms.

    The share of the area in its parent's size is a guess at its share in each of `indicators`, used
    where the area has published nothing on them.
    """

    id: fields.Id
    indicators: tuple[fields.Id, ...]


class Goal(Asking, fields.StrictRecord):
    """One promise in numbers: `target` in the indicator's `unit`, to be met by the day `due`.

    Comparators: `at_least` (达到, 以上), `more_than` (突破: strict), `at_most`, `less_than` (低于:
    strict), `between` (`target` to `upper`), `about` (左右: within `upper` - `target` of it, which
    is `assumed` where the plan does not say), `event` (新建: at least `target` new ones come to
    exist). With `base_year` the plan asks for a `change` of so many percent from that year's
    figure, from which the target follows, for an `amount` in the unit, or for so many percent
    `yearly` on average from then to the due year.
    `over` says that the years from `first_year` to the due year count: their `mean`, their `total`
    (`target` is then a year's part, to stand beside figures of a year), or `every` one of them.
    `names` are the goal's own; goals of one `family` are milestones on one way; `relative` says in
    words what figure of others it asks for, the indicator being what lies between. `aspiration`:
    the plan says 力争, "strive for". `place` and `quote` say where, such as 一（二）, and in which
    words; None where the text is not at hand.
    """

    id: fields.Id
    names: Text | None = None
    indicator: fields.Id
    comparator: Comparator
    target: fields.Target
    upper: fields.Number | None = None
    assumed: fields.YesNo = False
    base_year: fields.Year | None = None
    change: fields.Number | None = None
    amount: fields.Number | None = None
    yearly: fields.Number | None = None
    over: Over | None = None
    first_year: fields.Year | None = None
    family: fields.Id | None = None
    relative: Text | None = None
    unit: fields.UnitName
    due: fields.Day
    aspiration: fields.YesNo
    bodies: tuple[fields.Id, ...] = ()
    place: fields.Words | None = None
    quote: Text | None = None
    _year_ends: int = PrivateAttr(12)

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, given: Any, info: ValidationInfo) -> Any:
        written = isinstance(given, dict) and not info.context
        return fields.as_asked(dict(given)) if written else given

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        two_sided = self.asks.two_sided
        if two_sided and (self.upper is None or self.upper <= self.target):
            raise fields.refusal("plan.allowed_range_pair", "target", pair="[40, 45]")
        if self.upper is not None and not two_sided:
            raise fields.refusal("plan.allowed_number_or_range", "upper", pair="[40, 45]")
        if self.over is not None and self.asks.counts_new:
            raise fields.refusal(
                "plan.allowed_one_due", "due", found=Message(f"plan.found_{self.over}")
            )
        return self

    def called(self, indicator: Indicator) -> Text:
        """Return its own name, or else that of what it counts."""
        return self.names or indicator.names

    def usual_names(self, one: Indicator, called: Callable[[int], str], own: Text) -> list[Any]:
        """Return what it is called beside others: by its year, by what it asks in that year."""
        told: dict[str, Any] = {"name": own, "year": called(self.due_year)}
        asked = {
            lang: targets.promised(self, lang=lang, name=one.unit_name(lang), called=called)
            for lang in wording.LANGUAGES
        }
        by_target = fields.in_words("plan.goal_by_target", **told, target=asked)
        return [fields.in_words("plan.goal_by_year", **told), by_target]

    @property
    def years(self) -> range:
        """The years that count: the due year alone, or a span that ends with it."""
        return range(self.first_year or self.due_year, self.due_year + 1)

    @property
    def due_year(self) -> int:
        """The year in which it is due, of fiscal years by that in which it ends."""
        return self.due.year + (self.due.month > self._year_ends)

    def meets(self, values: float | Iterable[float]) -> Any:
        """Whether a figure of the due year, or each of an array, meets the goal."""
        given: Any = values
        if isinstance(given, MappingView):
            given = list(given)  # type: ignore[call-overload]
        either = {"one": Message("errors.kind_float"), "other": Message("errors.kind_row")}
        array = numbers("values", given, Message("errors.either", either))
        if isinstance(given, list | tuple | range):
            return targets.meets(array, *self.asked).tolist()
        try:  # a table of pandas stays one
            return targets.meets(given, *self.asked)
        except TypeError:  # but no categories, and nothing that is no array
            return targets.meets(array, *self.asked)


class QualitativeGoal(fields.StrictRecord):
    """A promise without a number: tracked, and never given a probability."""

    id: fields.Id
    quote: Text
    place: fields.Words | None = None
    bodies: tuple[fields.Id, ...] = ()


class Milestone(fields.NamedRecord):
    """A step that a task names, and that is evidence for `goal`.

    `reached` is the day on which it was reached; None while that is not known.
    """

    id: fields.Id
    place: fields.Words
    quote: Text
    bodies: tuple[fields.Id, ...] = ()
    goal: fields.Id
    reached: fields.Day | None = None


class YearSpan(fields.StrictRecord):
    """First and last year that a plan covers."""

    first: fields.Year
    last: fields.Year

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.last < self.first:
            raise fields.refusal("plan.allowed_from", "last", low=self.first)
        return self


class PlanSource(fields.StrictRecord):
    """Where a plan's words are: a file beside it with its sha256, or else a citation."""

    file: fields.Words | None = None
    sha256: fields.Sha256 | None = None
    citation: Text | None = None

    @model_validator(mode="after")
    def _is_traceable(self) -> Self:
        if self.file is None and self.citation is None:
            raise fields.refusal("plan.allowed_source", found=Message("plan.found_nothing"))
        if (self.file is None) != (self.sha256 is None):
            raise fields.refusal("plan.allowed_file_and_sha256", "file")
        return self


class Plan(Shown, fields.StrictRecord):
    """A document with goals, measures and responsible bodies, for a span of years.

    `area` is as in the observations, `areas_above` those it lies in, the nearest first. `parent` is
    the plan that it carries out. `safeguards` are conditions under which the measures work. All
    parts are in the order of the text.
    """

    id: fields.PlanId
    title: Text
    issuer: Text
    issued: fields.Day
    span: YearSpan
    fiscal_year: FiscalYears | None = None
    area: fields.Id
    area_names: Text
    areas_above: tuple[fields.Id, ...] = ()
    parent: fields.PlanId | None
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
    _unsourced: tuple[PlanError, ...] = PrivateAttr(())

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, given: Any, info: ValidationInfo) -> Any:
        written = isinstance(given, Mapping) and not info.context
        return fields.with_defaults(given) if written else given

    @field_validator("goals", mode="after")
    @classmethod
    def _are_told_apart(cls, goals: tuple[Goal, ...], rest: ValidationInfo) -> tuple[Goal, ...]:
        """Name goals on one indicator by their years, those still called the same by targets."""
        known = {one.id: one for one in rest.data.get("indicators", ())}
        if not {goal.indicator for goal in goals} <= known.keys():
            return goals  # which is refused later
        fiscal, named = rest.data.get("fiscal_year"), list(goals)
        called, shared = fiscal.called if fiscal else str, Counter(one.indicator for one in goals)
        for goal in goals:
            goal._year_ends = fiscal.last_day(goal.due.year).month if fiscal else 12
        for way in (0, 1):
            often = Counter(goal.called(known[goal.indicator]) for goal in named)
            for n, goal in enumerate(goals):
                one = known[goal.indicator]
                alone = shared[one.id] == 1 or goal.names
                if often[named[n].called(one)] > 1 if way else not alone:
                    names = goal.usual_names(one, called, goal.called(one))[way]
                    named[n] = fields.changed(goal, names=names and Text(**names))
        return tuple(named)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for name in ("indicators", "goals"):
            if not getattr(self, name):
                found = Message("plan.found_list", {"n": 0})
                raise fields.refusal("plan.allowed_entries", name, found=found)
        for indicator in self.indicators:
            indicator._year_ends = self.last_day(self.span.last).month
            asked = (one.asks for one in self.goals if one.indicator == indicator.id)
            ways = {None if one.two_sided else one.up for one in asked}
            indicator._up = ways.pop() if len(ways) == 1 else None
        first_day, last_day = self.first_day(self.span.first), self.last_day(self.span.last)
        if self.issued > last_day:
            raise fields.refusal("plan.allowed_issued", "issued", found=self.issued, last=last_day)
        if self.parent == self.id:
            raise fields.refusal("plan.allowed_other_plan", "parent", found=self.parent)
        lists = {name: part for name, part in self if isinstance(part, tuple)}
        del lists["areas_above"]
        _check_references(lists)
        for n, size in enumerate(self.sizes):
            for k, one in enumerate(size.indicators):
                if self.indicator(one).parent is None or self.indicator(one).kind == "ratio":
                    place = ("sizes", n, "indicators", k)
                    raise fields.refusal("plan.allowed_sized", *place, found=one)
        for n, goal in enumerate(self.goals):
            first = max(self.issued, first_day)
            if not first <= goal.due <= last_day:
                year = f", {self.year_name(self.span.last)}" if self.fiscal_year else ""
                told = {"found": goal.due, "first": first, "last": f"{last_day}{year}"}
                raise fields.refusal("plan.allowed_due", "goals", n, "due", **told)
            for name, last in (("base_year", goal.due_year - 1), ("first_year", goal.due_year)):
                if (getattr(goal, name) or last) > last:
                    raise fields.refusal("plan.allowed_up_to", "goals", n, name, year=last)
            _check_target(goal, self.indicator(goal.indicator), n)
        return self

    @property
    def areas_told(self) -> tuple[str, ...]:
        """The area, those it lies in, and those whose figures its indicators lean on, each once."""
        parents = (one.parent for one in self.indicators if one.parent is not None)
        return tuple(dict.fromkeys((self.area, *self.areas_above, *parents)))

    @property
    def series(self) -> dict[tuple[str, str], tuple[Text, Indicator]]:
        """By area and code the area's name and what is counted: its own, then others' figures."""
        own = {one.id: one for one in self.indicators if not one.compared}
        found = {(self.area, code): (self.area_names, one) for code, one in own.items()}
        for between in (one.compared for one in self.indicators if one.compared):
            for area, code in between.beside:
                if code in own:
                    found.setdefault((area, code), (between.area_name(area), own[code]))
        return found

    @property
    def promises(self) -> tuple[Task | QualitativeGoal, ...]:
        """What can be told of how far it has come: measures, safeguards, what has no number."""
        return (*self.measures, *self.safeguards, *self.qualitative_goals)

    def name(self, lang: Language) -> str:
        """Return the title in `lang`."""
        return self.title.render(lang)

    def year_name(self, year: int) -> str:
        """Return how it writes a year."""
        return str(year) if self.fiscal_year is None else self.fiscal_year.called(year)

    def write_years(self) -> None:
        """Have the years of this thread written as it writes them, and large counts short."""
        write_as(self.fiscal_year, self.goals)

    def first_day(self, year: YearAsked) -> date:
        """Return the first day of a year of its."""
        return self.last_day(year - 1) + timedelta(days=1)

    def last_day(self, year: YearAsked) -> date:
        """Return the last day of a year of its."""
        return fields.last_day_of(year, self.fiscal_year)

    def year_of(self, day: date) -> int:
        """Return in which year of its a day lies, by the number of that in which it ends."""
        return self.fiscal_year.of_day(day) if self.fiscal_year else day.year

    def first_open_year(self, as_of: date) -> int:
        """Return the first year of its that is not over on a day."""
        return self.year_of(as_of + timedelta(days=1))

    def first_year_to_act(self, as_of: date) -> int:
        """Return the first year of its of which a quarter is left: what is begun now can tell."""
        return self.year_of(as_of + LEAD)

    def __contains__(self, goal: object) -> bool:
        if isinstance(goal, str):
            with suppress(PlanError):
                return bool(self.goal(goal))
        return isinstance(goal, Goal) and goal in self.goals

    def __getitem__(self, goal: str) -> Goal:
        return self.goal(goal)

    def goal(self, goal: str) -> Goal:
        """Return the goal told by its identifier, its name or what it counts.

        A PlanError names those that are called so, those called nearly so, or else all there are.
        """
        return self._find(self.goals, goal, field="goal")

    def indicator(self, indicator: str) -> Indicator:
        """Return the indicator told by its identifier or its name, or fail as `goal` does."""
        return self._find(self.indicators, indicator, field="indicator")

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

    @property
    def unsourced(self) -> tuple[PlanError, ...]:
        """Return what says that the text the plan was taken from is not beside it; else nothing."""
        return self._unsourced

    def read_from(self, path: Path, *, unsourced: tuple[PlanError, ...] = ()) -> Self:
        """Keep the data folder in which the file stands, and what it lacks beside it."""
        self._unsourced = unsourced
        self._folder = path.parent.parent if path.parent.name == "plans" else None
        return self

    def _find(self, entries: Sequence[_Entry], wanted: str, *, field: str) -> _Entry:
        if (known := next((one for one in entries if one.id == wanted), None)) is not None:
            return known

        def called(one: _Entry) -> list[set[str]]:
            counted: Any = self.indicator_of(one) if isinstance(one, Goal) else one
            own: Any = self.goal_name(one) if isinstance(one, Goal) else one.names
            return [{one.id}, {*own.values.values()}, {counted.id, *counted.names.values.values()}]

        names = [(one, called(one)) for one in entries]
        ways = (
            [one for one, said in names if alike(wanted) in map(alike, said[n])]
            for alike in (str, plain_words)
            for n in range(3)
        )
        found = next(filter(None, ways), [])
        if len(found) == 1:
            return found[0]
        each = ((one, map(plain_words, set().union(*said))) for one, said in names)
        near = [one for one, known in each if get_close_matches(plain_words(wanted), known)]
        told = {"what": Message(f"plan.what_{field}"), "plan": self.id, "found": wanted}
        allowed = ", ".join(one.id for one in found or near or entries) or "-"
        key = "plan.several_named" if found else "plan.not_in_plan"
        raise PlanError(key, **told, allowed=allowed)


_Entry = TypeVar("_Entry", Goal, Indicator, Body)


class _OfGoal(Protocol):
    @property
    def goal(self) -> Goal: ...


_Told = TypeVar("_Told", bound=_OfGoal)


class ByGoal(Generic[_Told]):
    """What has something to tell of each goal of a plan, in its order: it is found by the goal."""

    plan: Plan
    goals: tuple[_Told, ...]

    def __iter__(self) -> Iterator[_Told]:
        return iter(self.goals)

    def __len__(self) -> int:
        return len(self.goals)

    def __contains__(self, goal: object) -> bool:
        return goal in self.plan or any(goal is one for one in self.goals)

    def __getitem__(self, goal: str) -> _Told:
        asked = self.plan.goal(goal).id
        return next(one for one in self.goals if one.goal.id == asked)


def write_as(fiscal: FiscalYears | None, goals: Iterable[Asking]) -> None:
    """Have years of this thread written as a plan with these goals writes them (`write_years`)."""
    asked = defaultdict[str, list[float]](list)
    for goal in (one for one in goals if one.base_year is None):
        asked[goal.unit] += [x for x in (goal.target, goal.upper) if x and math.isfinite(x)]
    called, ends = fiscal.called if fiscal else str, fields.last_day_of(2000, fiscal).month
    wording.write_years(called, ends=ends, targets=asked)


def _check_references(lists: Mapping[str, Sequence[Any]]) -> None:
    """Refuse an identifier that stands twice in its list, or that names what no list has."""
    ids = {name: [entry.id for entry in entries] for name, entries in lists.items()}
    for name, known in ids.items():
        for n, one in enumerate(known):
            if one in known[:n]:
                raise fields.refusal("plan.allowed_once", name, n, "id", found=one, list=name)

    def check(one: str, name: str, place: fields.Place, known: Sequence[str]) -> None:
        if one not in known:
            told = {"found": one, "list": name, "ids": ", ".join(known) or "-"}
            raise fields.refusal("plan.allowed_reference", *place, **told)

    for name, entries in lists.items():
        for n, entry in enumerate(entries):
            for field in ("indicator", "goal"):
                if hasattr(entry, field):
                    listed = f"{field}s"
                    check(getattr(entry, field), listed, (name, n, field), ids[listed])
            for field in ("bodies", "indicators"):
                for k, one in enumerate(getattr(entry, field, ())):
                    check(one, field, (name, n, field, k), ids[field])
            for k, lever in enumerate(getattr(entry, "levers", ())):
                place = (name, n, "levers", k, "indicator")
                check(lever.indicator, "indicators", place, entry.indicators)


def _check_target(goal: Goal, indicator: Indicator, n: int) -> None:
    """Refuse a goal whose unit, comparator or target its indicator does not have."""
    is_event = indicator.kind == "event"
    asked, _ = goal.in_all
    counted = is_event or (indicator.compared is None and wording.is_rank(indicator.unit))
    low, high = indicator.support
    low = max(low, 1.0) if counted else low  # the first of them is 1
    admitted = indicator.admits(asked) and low <= asked
    if goal.asks.two_sided:  # the indicator must reach that far
        first, last = targets.region(*goal.asked)
        empty = indicator.whole and goal.over is None and last // 1 < first
        if goal.comparator == "about":  # how far off it may be is no figure
            first = last = goal.target
        admitted = not empty and low <= first and last <= high
    wrong = ""
    if goal.base_year is None and not math.isfinite(goal.target):
        wrong, allowed = "target", Message("plan.allowed_number")
    elif low >= 0.0 and (goal.change or 0.0) < -100.0:
        wrong, allowed = "change", Message("plan.allowed_fall")
    elif max(abs(goal.target), abs(goal.upper or 0.0)) > LARGEST_FIGURE:
        wrong = "target" if abs(goal.target) > LARGEST_FIGURE else "upper"
        allowed = Message("plan.allowed_size", {"largest": f"{LARGEST_FIGURE:g}"})
    elif goal.unit != indicator.unit:
        values = {"unit": indicator.unit, "indicator": indicator.id}
        wrong, allowed = "unit", Message("plan.allowed_unit_of", values)
    elif (goal.asks.counts_new) != is_event:
        key = "plan.allowed_event" if is_event else "plan.allowed_not_event"
        wrong, allowed = "comparator", Message(key, {"indicator": indicator.id})
    elif goal.over == "total" and indicator.kind not in ("flow", "admissions"):
        wrong, allowed = "over", Message("plan.allowed_total", {"indicator": indicator.id})
    elif goal.asks.strict and asked == (high if goal.asks.up else low):
        wrong, allowed = "target", Message("plan.allowed_beyond", {"end": f"{asked:g}"})
    elif goal.base_year is None and not admitted:
        wrong, allowed = "target", indicator.allowed(lowest=low if counted else None)
    if wrong:
        found = Message(f"plan.found_{goal.over}") if wrong == "over" else getattr(goal, wrong)
        raise fields.refusal(allowed, "goals", n, wrong, found=found)
