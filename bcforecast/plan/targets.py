"""What a goal asks of a figure: comparator and target, what meets them, and in which words."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from bcforecast import text as wording
from bcforecast.calls import Answering
from bcforecast.text import Language, Text, plain, text, unit_of

OneSided = Literal["at_least", "more_than", "at_most", "less_than"]
ONE_SIDED: Final = get_args(OneSided)
"""Comparators of which one number says all that is asked."""

Comparator = Literal["at_least", "more_than", "at_most", "less_than", "between", "about", "event"]


@dataclass(frozen=True)
class Comparison:
    """What a comparator asks of a figure: everything that is said or computed of it reads this.

    `up` says whether a greater figure is better, `strict` whether the target itself is not enough,
    `two_sided` whether a figure can be too great as well as too small, `counts_new` whether only
    what newly comes to exist counts; `sign` stands before the target in narrow places.
    """

    sign: str
    up: bool = True
    strict: bool = False
    two_sided: bool = False
    counts_new: bool = False


COMPARISONS: Final[Mapping[Comparator, Comparison]] = {
    "at_least": Comparison("\N{GREATER-THAN OR EQUAL TO}"),
    "more_than": Comparison(">", strict=True),
    "at_most": Comparison("\N{LESS-THAN OR EQUAL TO}", up=False),
    "less_than": Comparison("<", up=False, strict=True),
    "between": Comparison("\N{EN DASH}", two_sided=True),
    "about": Comparison("\N{ALMOST EQUAL TO}", two_sided=True),
    "event": Comparison("\N{GREATER-THAN OR EQUAL TO}", counts_new=True),
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


def meets(values: Any, comparator: Comparator, target: float, upper: float | None = None) -> Any:
    """Whether a figure, or each of an array of any shape, meets a goal; all in one unit."""
    asked = COMPARISONS[comparator]
    if asked.two_sided:
        low, high = region(comparator, target, upper)
        return (values >= low) & (values <= high)
    if asked.up:
        return values > target if asked.strict else values >= target
    return values < target if asked.strict else values <= target


def nearest_that_meets(comparator: Comparator, target: float, *, whole: bool) -> float:
    """Figure that still meets a goal: 531 things for "more than 530"; of a range its target."""
    asked = COMPARISONS[comparator]
    if not (whole and asked.strict):
        return target
    return math.floor(target) + 1.0 if asked.up else math.ceil(target) - 1.0


Over = Literal["mean", "total", "every"]

SUMMED: Final[tuple[Over, ...]] = ("mean", "total")
"""What the years of a goal make together, of which one of them is but a part."""


class Asking(Answering):
    """What says what a goal asks: the goal itself, its attainment, its facts in a report.

    The fields are told at `bcforecast.plan.goals.Goal`.
    """

    if TYPE_CHECKING:
        comparator: Comparator
        target: float
        upper: float | None
        assumed: bool
        relative: Text | None
        base_year: int | None
        change: float | None
        amount: float | None
        yearly: float | None
        over: Over | None
        first_year: int | None
        onward: int
        unit: str
        due: date

    @property
    def asked(self) -> tuple[Comparator, float, float | None]:
        """Comparator, target and upper end, as `meets` and `region` take them."""
        return self.comparator, self.target, self.upper

    @property
    def asks(self) -> Comparison:
        """What its comparator asks of a figure."""
        return COMPARISONS[self.comparator]

    @property
    def due_year(self) -> int:
        """The year in which it is due, of fiscal years by that in which it ends."""
        return wording.year_of(self.due)

    def is_due(self, as_of: date) -> bool:
        """Whether its time is over on a day: what is done from then on comes too late for it."""
        return self.due <= as_of

    @property
    def added_years(self) -> int:
        """How many years it adds up: figures of it are those of one of them."""
        return self.due_year - (self.first_year or self.due_year) + 1 if self.over == "total" else 1

    @property
    def in_all(self) -> tuple[float, float | None]:
        """What it asks in all the years that it adds up: the target, and the end of a range."""
        if self.added_years == 1:
            return self.target, self.upper
        upper = self.upper and wording.twelve_digits(self.upper * self.added_years)
        return wording.twelve_digits(self.target * self.added_years), upper

    def met_by(self, figure: float | None) -> bool:
        """Whether a figure keeps the promise; one of years that count together never does alone."""
        if figure is None or self.over in SUMMED:
            return False
        return bool(meets(figure, *self.asked))

    def passed_by(self, figure: float | None) -> bool:
        """Whether a figure lies beyond what is asked, on the way that it was to go (`onward`)."""
        if figure is None or not self.onward:
            return False
        low, high = region(*self.asked)
        return figure > high if self.onward > 0 else figure < low


def promised(
    goal: Asking,
    *,
    lang: Language,
    name: str | None = None,
    called: Callable[[int], str] = wording.year_words,
) -> str:
    """Say what a goal asks as the plan does: a target, a range, a change, over which years.

    `name` is as in `quantity`. Of a change the target is said beside it, once it is known.
    """
    known, said, unit = math.isfinite(goal.target), "", goal.unit
    if goal.over is not None:  # not "a year in every year"
        unit, name = wording.within_year(unit, name)
    asked: dict[str, Any] = {"unit": unit, "name": name, "assumed": goal.assumed, "lang": lang}
    if known:
        said = target_words(goal.comparator, _target(goal), upper=goal.upper, **asked)
    if goal.relative is not None:
        said = goal.relative.render(lang)
    if goal.base_year is not None:
        key = "change" if goal.yearly is None else "change_yearly"
        size = (goal.change if goal.yearly is None else goal.yearly) or 0.0
        of = f"{plain(abs(size))}%"
        if goal.amount is not None:
            key, size = "amount", goal.amount
            of = wording.difference(plain(abs(size)), goal.unit, name, lang=lang)
        side, year = "down" if size < 0 else "up", called(goal.base_year)
        asks = COMPARISONS[goal.comparator]
        sides = ("at_most", "less_than") if asks.up == (size < 0) else ("", "more_than")
        if limit := sides[asks.strict]:  # a fall of at most 10%
            of = text(f"wording.limit_{limit}", lang, percent=of)
        change = text(f"wording.{key}_{side}", lang, percent=of, year=year)
        if not size:
            level = text("wording.level_of", lang, year=year)
            change = text(f"plan.relative_{goal.comparator}", lang, other=level)
        said = text("wording.change_known", lang, change=change, target=said) if known else change
    if goal.over is not None:
        first, last = called(goal.first_year or goal.due_year), called(goal.due_year)
        span = {"first": first, "last": last, "total": ""}
        if goal.over == "total":
            total, upper = goal.in_all
            span["total"] = target_words(goal.comparator, total, upper=upper, **asked)
        said = text(f"wording.over_{goal.over}", lang, target=said, **span)
    return said


def _target(goal: Asking) -> float:
    """What follows from a base year or a total has as many digits as a figure is told with.

    A yearly average of whole things need not be whole: 112.5 of 450 in four years.
    """
    value, unit = goal.target, goal.unit
    if goal.base_year is None and goal.over != "total":
        return float(value)
    average = goal.over == "total" and unit_of(unit).whole and abs(value) < 1000
    return float(round(value, wording.decimals(value, unit="-" if average else unit)))


def sign_and_target(goal: Asking, *, lang: Language, in_all: bool = False) -> str:
    """Write what a goal asks as in narrow places, below its unit: `≥ 530`, `40–45`, `6 ± 0.5`.

    Of a total what it asks of one of its years, or `in_all` of them; in words what is not known.
    """
    target, upper = goal.in_all if in_all else (goal.target, goal.upper)
    if not math.isfinite(target):
        return promised(goal, lang=lang)

    def said(value: float) -> str:
        return wording.bare(plain(value), unit=goal.unit, lang=lang)

    sign = COMPARISONS[goal.comparator].sign
    if goal.comparator == "between" and upper is not None:
        return f"{said(target)}{sign}{said(upper)}"
    if goal.comparator == "about" and upper is not None:
        return f"{said(target)} ± {said(upper - target)}"
    return f"{sign} {said(target if in_all and goal.added_years > 1 else _target(goal))}"


def target_words(
    comparator: str,
    target: float,
    *,
    unit: str,
    lang: Language,
    name: str | None = None,
    upper: float | None = None,
    assumed: bool = False,
) -> str:
    """Say the target with the comparator as the plan does; `name` as in `quantity`."""

    def said(value: float) -> str:
        return wording.quantity(plain(value), unit=unit, lang=lang, name=name)

    if comparator == "at_most" and wording.is_rank(unit):
        return text("wording.comparator_place", lang, figure=plain(target))
    values, things = {"quantity": said(target)}, name or wording.unit_name(unit, lang)
    no_more = comparator == "at_most" and target == 0.0 and unit_of(unit).whole
    # No homes, but at most 0 人.
    if no_more and wording.language_of(things, otherwise=lang) == lang:
        return text("wording.comparator_none", lang, unit=things)
    if comparator == "between" and upper is not None:
        whole = unit_of(unit).currency or unit == "%"
        ends = [said(target), said(upper)]
        if not whole:  # the unit once, and both in one scale
            both = f"{plain(target)}|{plain(upper)}"
            ends = wording.quantity(both, unit=unit, lang=lang, name=name).split("|")
        values = dict(zip(("quantity", "upper"), ends, strict=True))
    elif comparator == "about" and upper is not None:
        within, share = said(upper - target), 100.0 * (upper - target) / abs(target or math.inf)
        if wording.is_percent(unit) or wording.is_rank(unit):
            within = wording.difference(plain(upper - target), unit, None, lang=lang)
        elif assumed and plain(share).isdigit():  # the share is what was assumed
            within = f"{plain(share)}%"
        told = f"wording.within_{'assumed' if assumed else 'stated'}"
        values |= {"within": text(told, lang, within=within)}
    key = f"wording.comparator_{comparator}"
    # 突破 says that a number is passed on the way up from 0; homes are fewer, not less.
    own = f"{key}_{'negative' if target <= 0 else 'whole' if unit_of(unit).whole else ''}"
    return text(own if wording.has_text(own) else key, lang, **values)
