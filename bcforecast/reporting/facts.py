"""The result document: everything that a report says, as data, in all languages at once.

Pages, tables and sentences are made from it, so that the languages and all formats say the same.
It reads back from its own JSON, result.json.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from math import isfinite, nan
from typing import TYPE_CHECKING, Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from bcforecast.attainment.probability import COUNTED, Grade, weakest_grade
from bcforecast.cells import FiscalYears
from bcforecast.errors import PlanError
from bcforecast.observations.records import Period
from bcforecast.observations.subannual import MONTHS, How
from bcforecast.plan.fields import StrictRecord
from bcforecast.plan.goals import Plan, write_as
from bcforecast.plan.targets import Asking, Comparator, Over, region
from bcforecast.text import Message, Text, rounded_chance, twelve_digits, year_of

if TYPE_CHECKING:
    from bcforecast.attainment.news import GoalStatus


def is_web_address(text: str) -> bool:
    """Return whether `text` is the address of a web page and nothing else."""
    if not text.isprintable() or any(c.isspace() or c in '<>"{}|\\^`' for c in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


SCHEMA: Final = "bcforecast-result/2"

Record = dict[str, Any]
Day = date


Words = Annotated[
    Text, BeforeValidator(lambda given: Text.of(given) if isinstance(given, Message) else given)
]
"""A message in all languages at once; in JSON the words in each."""


class Fact(StrictRecord):
    """A part of the document."""

    @classmethod
    def from_attributes(cls, thing: object, **said: Any) -> Self:
        """Take over what a thing says under the names of the fields, but for what is `said`."""
        names = (name for name in cls.model_fields if name not in said and hasattr(thing, name))
        return cls(**attributes(thing, *names), **said)


class SourceFact(Fact):
    """Where figures come from."""

    id: str
    title: Words
    issuer: Words
    url: str
    verification: str


class FigureFact(Fact):
    """One published figure, used or not.

    `note` is what its record says of it; `remark` is what was made of it: why it could not be
    used, or how it was.
    """

    area: str
    indicator: str
    period: str
    period_words: Words
    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    words: Words
    status: str
    published: date
    published_assumed: bool
    source: str
    note: Words | None
    remark: Words | None

    @property
    def year(self) -> int | None:
        """The year, of the calendar or a fiscal one, that it is for."""
        return Period.parse(self.period).of_year


class SeriesFact(Fact):
    """The figures of one area: those that the model used and those that it could not use.

    They are of the goal's indicator or, with the name `size`, of how large the area is; the
    `exceptional` years are those that `breaks.csv` marks so.
    """

    area: str
    area_name: Words
    size: Words | None = None
    used: tuple[FigureFact, ...]
    unused: tuple[FigureFact, ...]
    exceptional: tuple[int, ...] = ()

    @property
    def unusable(self) -> int:
        """How many figures there are if none of them can stand for a year; else 0."""
        usable = any(Period.parse(one.period).months >= MONTHS for one in self.used)
        return 0 if usable else len(self.used) + len(self.unused)


class PartFact(Fact):
    """What is known of the first `months` of the year after the latest figure, as in `YearPart`."""

    year: int
    months: int
    value: float
    how: How = "sum"


class OutcomeFact(Fact):
    """What happened, where it had been published by the as-of date; `words` say a mere bound."""

    words: Words | None = None
    status: str = "official"
    value: float | None
    lower: float | None
    upper: float | None
    met: bool | None
    year: int
    period: str
    published: date
    source: str


class ForecastFact(Fact):
    """Median and central intervals of a forecast by year; `levels` innermost first."""

    years: tuple[int, ...]
    levels: tuple[float, ...]
    median: tuple[float, ...]
    lower: tuple[tuple[float, ...], ...]
    upper: tuple[tuple[float, ...], ...]


_WORTH: Final = 0.02  # least gain of probability for which a lever is worth a sentence


Target = Annotated[float, BeforeValidator(lambda given: nan if given is None else given)]
"""NaN where the figure is not known from which a goal asks for a change; null in JSON."""


class PushFact(Fact):
    """How many levers (`general`: growth alone), which, how far; whether it reaches `wanted`.

    `measures` are those of the plan behind it that are not delivered; `delivered` where each is a
    measure's that has been: no more comes of that by itself.
    Over `unseen` years (negative: down) no figure on record moved as fast as it asks; 0 if one did.
    """

    words: Words
    levers: int
    general: bool = False
    measures: tuple[Words, ...] = ()
    delivered: bool = False
    wanted: float
    reached: float
    feasible: bool
    unseen: int = 0


class RuleFact(Fact):
    """What an official rule says of a goal; `projected` is what it implies for the due year.

    `in_unit`: whether `value` is in the goal's unit, as `projected` is.
    """

    name: Words
    label: Words
    says_met: bool | None
    value: float | None
    projected: float | None
    in_unit: bool = False


class YearFact(Fact):
    """P(the target is met at the end of a year), and P(that at its end or that of one before)."""

    year: int
    holds: float
    reached_by: float


class FormerFact(Fact):
    """What the report before this one said of a goal."""

    probability: float | None
    grade: Grade


class ChangeFact(FormerFact):
    """The same, and what came since."""

    why: Words


class PastFact(FormerFact):
    """What would have been said of a goal on a day, and how good it was.

    `brier` and `inside_80` are None where there is nothing to score. `rules_right` and
    `rules_wrong` count the official rules, on the same figures, that came true and that did not.
    """

    goal: str
    as_of: date
    verdict: str
    known_already: bool
    brier: float | None
    inside_80: bool | None
    rules_right: int
    rules_wrong: int


class MeasureFact(Fact):
    """A measure, safeguard or promise without a number, and its last status by the as-of date.

    It acts on `goals`, and `bodies` answer for it.
    `status` is one of `bcforecast.cells.CLASSES`; None where nothing is known.
    """

    id: str
    name: Words
    goals: tuple[str, ...] = ()
    bodies: tuple[Words, ...] = ()
    due: date
    status: str | None = None
    date: Day | None = None
    evidence: str = ""
    source: str = ""
    credible: bool = False
    overdue: bool = False


class GoalFact(Asking, Fact):
    """One goal: the promise, the probability, and all that explains it.

    `family` names the indicator of which it is one milestone of several, `beside` what its figures
    are held against. `record` says how goals alike ended, `sized` how large the area is, where a
    share rests on that, `slip` whether the latest figure looks like one, `pace_from` whence the
    forecast has its pace, `levels` are what an even path to the target needs by year. `measures`
    act on it; the credible ones cover at most the share `covered` of what the forecast is short of
    the target. `onward` is as in `Attainment`. Of a `flow` figures are what a year brings.
    """

    id: str
    indicator: str
    name: Words
    family: Words | None = None
    comparator: Comparator
    target: Target
    upper: float | None = None
    assumed: bool = False
    relative: Words | None = None
    beside: Words | None = None
    base_year: int | None = None
    change: float | None = None
    amount: float | None = None
    yearly: float | None = None
    over: Over | None = None
    first_year: int | None = None
    onward: int = 0
    unit: str
    unit_name: Words
    flow: bool = False
    due: date
    aspiration: bool
    quote: Words | None
    place: str | None
    bodies: tuple[Words, ...]
    probability: float | None
    verdict: str
    grade: Grade
    q10: float | None
    q50: float | None
    q90: float | None
    latest: float | None
    latest_year: int | None
    so_far: PartFact | None = None
    slip: bool = False
    gap: float | None
    required_increment: float | None
    required_rate: float | None
    model: Words | None
    explanation: tuple[Words, ...]
    record: Words | None = None
    sized: Words | None = None
    pace_from: Words | None = None
    met_by_year: dict[int, float] | None
    levels: dict[int, float] = Field(default={})
    years: tuple[YearFact, ...] = ()
    forecast: ForecastFact | None
    rules: tuple[RuleFact, ...] = ()
    own: SeriesFact
    parent: SeriesFact | None
    sizes: tuple[SeriesFact, ...] = ()
    pushes: tuple[PushFact, ...] = ()
    measures: tuple[str, ...] = ()
    covered: float | None = None
    outcome: OutcomeFact | None
    before: ChangeFact | None = None

    def is_over(self, as_of: date) -> bool:
        """Whether nothing can move it any more on a day: it is due, or decided before."""
        return self.outcome is not None or self.is_due(as_of)

    @property
    def met(self) -> bool | None:
        """Whether it was met, where a published figure says so: it has no chance any more."""
        return None if self.outcome is None else self.outcome.met

    @property
    def bound(self) -> FigureFact | None:
        """What was last published of it, where that is a bound, later than the latest figure."""
        known = [one for one in self.own.used if one.year and one.year > (self.latest_year or 0)]
        return next((one for one in reversed(known) if one.value is None), None)

    @property
    def last(self) -> FigureFact | None:
        """The bound, or the figure, that is told as the latest; None where it was counted."""
        told = self.latest_year, self.latest
        same = (one for one in reversed(self.own.used) if (one.year, one.value) == told)
        return self.bound or next(same, None)

    @property
    def told_year(self) -> int | None:
        """The year of the figure, or the bound, that is told as the latest."""
        return self.bound.year if self.bound else self.latest_year

    def lacking(self, as_of: date) -> range:
        """Years to the due one whose figures should be out by a day, going by when the last came.

        A quarter of a year is allowed for being late.
        """
        known = {one.year: one.published for one in self.own.used if one.year}
        if not known or self.met is not None:
            return range(0)
        last, step = max(known), min((b - a for a, b in pairwise(sorted(known))), default=1)
        passed = int(((as_of - known[last]).days - 91) / 365.25)
        return range(last + step, min(last + passed, self.due_year) + 1, step)

    @property
    def helpful(self) -> PushFact | None:
        """The lever that helps most, first of those that suffice, or all if none does alone.

        None whose measures have been delivered.
        """
        p, told = self.probability, partial(rounded_chance, grade=self.grade)
        if p is None:
            return None
        gains = [e for e in self.pushes if e.reached - p >= _WORTH and not e.delivered]
        worth = (one for one in gains if told(one.reached) != told(p))
        return max(
            worth, key=lambda one: (one.levers == 1, one.feasible, one.reached), default=None
        )

    @property
    def known_years(self) -> dict[int, float]:
        """The figures of its years that are known, by year; none where it counts one year alone."""
        years = range(self.first_year or 0, self.due_year + 1) if self.over else ()
        known = {f.year: f.value for f in self.own.used}
        return {year: value for year in years if (value := known.get(year)) is not None}

    @property
    def known_in_all(self) -> float:
        """What the years known come to: their total, else their mean."""
        known = self.known_years
        return sum(known.values()) / (1 if self.over == "total" else len(known))

    @property
    def gap_in_all(self) -> float | None:
        """What a total or a mean lacks by the years known, of a range its nearer end."""
        if self.over == "mean" or not self.known_years:
            return self.gap if self.known_years else None
        low, high = (self.added_years * end for end in region(*self.asked))
        done = self.known_in_all
        return max(low - done, done - high) if self.upper else self.in_all[0] - done

    @property
    def series(self) -> tuple[SeriesFact, ...]:
        """All figures: the area's own, the parent's, and the sizes of both."""
        return (self.own, *((self.parent,) if self.parent else ()), *self.sizes)


class Provenance(Fact):
    """Who made a report and when, under which terms it may be used, and who answers for it.

    All of it is stated by whoever asks for the report, never guessed: least of all is it the
    government whose plan is assessed. `made` is the one date that no figure depends on.
    """

    maker: str = ""
    contact: str = ""
    licence: str = ""
    made: date | None = None

    @property
    def author(self) -> str:
        """The maker, or else the program."""
        return self.maker or "bcforecast"


class PlanFact(Fact):
    """What the plan is."""

    id: str
    title: Words
    issuer: Words
    issued: date
    area_name: Words
    first_year: int
    last_year: int
    fiscal_year: FiscalYears | None = None
    source: Words | None = None

    @property
    def dated(self) -> bool:
        """Whether the day of issue is stated: where none is, the first of its years is taken."""
        before = self.issued - timedelta(days=1)
        return (year_of(before), year_of(self.issued)) != (self.first_year - 1, self.first_year)

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Take over from a plan what every document says of it."""
        span = {"first_year": plan.span.first, "last_year": plan.span.last}
        source = None if plan.source.citation == plan.title else plan.source.citation
        return cls.from_attributes(plan, area_name=plan.area_names, source=source, **span)


class TrackedFact(Fact):
    """A promise without a number, or a milestone on the way to `goal`: tracked, no more."""

    quote: Words
    place: str | None
    bodies: tuple[Words, ...]
    goal: str | None = None


class AssumptionFact(Fact):
    """One size that a scenario assumes: of a lever by a measure, or of a shock (`recovered`).

    Sizes hold until the next year given, in `unit`; those of a shock are of its first year, and the
    share `recovered` of what is left is made good in each later one. `sd` is the spread.
    """

    name: Words
    unit: Words
    measure: str | None = None
    by_year: dict[int, float]
    sd: float
    recovered: float | None = None
    note: Words | None


class ScenarioFact(Fact):
    """One scenario: by goal the probability (None where none can be said), and all together."""

    scenario: str
    name: Words
    reason: Words
    author: Words
    goals: dict[str, float | None]
    all: float
    expected: float | None
    weakest: str
    unset: tuple[str, ...]
    assumptions: tuple[AssumptionFact, ...] = ()


class JointFact(Fact):
    """All goals of which a probability can be said, together, from joint paths.

    `all_met` lies between `lower` and `upper`, whatever the goals have to do with each other;
    `independent` is what it would be if they had nothing. `number_met[k]` is the probability that
    exactly k goals are met. `weakest` is the goal that, were it certain, would raise `all_met`
    most. `expected` speaks of the goals of grades A to C; None if there are none.
    """

    goals: tuple[str, ...]
    all_met: float
    lower: float
    upper: float
    independent: float
    expected: float | None
    number_met: tuple[float, ...]
    weakest: str


class Facts(Fact):
    """A whole result: the plan as of a date under a scenario, goal by goal.

    `since` is the as-of date of the report before, with which it is compared.
    """

    document: str = SCHEMA
    plan: PlanFact
    as_of: date
    scenario: str
    scenario_name: Words
    seed: int
    since: date | None = None
    goals: tuple[GoalFact, ...]
    qualitative: tuple[TrackedFact, ...] = ()
    milestones: tuple[TrackedFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    sources: tuple[SourceFact, ...] = ()
    scenarios: tuple[ScenarioFact, ...] = ()
    joint: JointFact | None = None
    past: tuple[PastFact, ...] = ()

    def write_years(self) -> None:
        """Have the years of this thread written as by its plan."""
        write_as(self.plan.fiscal_year, self.goals)

    @property
    def pages(self) -> tuple[tuple[str, ...], ...]:
        """Goals with a probability, as they stand on a page: of a family all dates on one."""
        found: dict[str, tuple[str, ...]] = {}
        for goal in self.goals:
            if goal.probability is not None:
                page = f"of {goal.indicator}" if goal.family is not None else goal.id
                found[page] = (*found.get(page, ()), goal.id)
        return tuple(tuple(sorted(of, key=lambda one: self.goal(one).due)) for of in found.values())

    def place_of(self, goal: str) -> str:
        """Anchor of where a goal is told: its page, or its row among those not assessed."""
        return f"goal-{next((page for page in self.pages if goal in page), (goal,))[0]}"

    @property
    def counted(self) -> tuple[GoalFact, ...]:
        """Goals with a probability whose level is known from figures: grades A to C."""
        return tuple(g for g in self.goals if g.probability is not None and g.grade in COUNTED)

    @property
    def taken_together(self) -> JointFact | None:
        """What is said of all goals together; None of one alone, or where all have ended."""
        found = self.joint
        if found is None or len(found.goals) == 1:
            return None
        return found if any(self.goal(one).met is None for one in found.goals) else None

    @property
    def joint_grade(self) -> Grade:
        """Grade of what is said of all goals together: the weakest of theirs."""
        return weakest_grade(g.grade for g in self.goals if g.probability is not None)

    def goal(self, goal_id: str) -> GoalFact:
        """Return the goal with this identifier; a PlanError if there is none."""
        found = next((g for g in self.goals if g.id == goal_id), None)
        if found is None:
            known, what = ", ".join(g.id for g in self.goals), Message("plan.what_goal")
            said = {"what": what, "found": goal_id, "allowed": known}
            raise PlanError("plan.not_in_plan", plan=self.plan.id, **said)
        return found


def attributes(thing: object, *names: str) -> Record:
    """Take attributes over under their own names; each is None of nothing."""
    return {name: thing if thing is None else getattr(thing, name) for name in names}


def status_record(status: "GoalStatus") -> Record:
    """Return what was said of a goal on a day, ready for JSON but for the digits."""
    known = attributes(status, "as_of", "probability", "verdict", "grade")
    about = {"as_of": status.as_of.isoformat(), "verdict": status.verdict.partition(".")[2]}
    return known | about


def json_ready(value: object) -> Any:
    """Return data as JSON holds it: 12 significant digits, null for what is not finite.

    Examples
    --------
    >>> json_ready({"a": (1 / 3, float("nan")), "b": True, 3: None})
    {'a': [0.333333333333, None], 'b': True, '3': None}
    """
    if isinstance(value, float):
        return twelve_digits(value) if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): json_ready(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(v) for v in value]
    return value
