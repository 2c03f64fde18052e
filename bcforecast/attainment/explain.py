"""Why: pace, reachable figures, expected date, growth percentiles and what would flip the verdict.

How fast comparable areas have ever moved: percentiles of yearly pace by kind and span of years.

The shipped file holds statistics only, computed by `make train WHAT=growth` from panels that stay
where they are; recipe and checksums are in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from bcforecast import config
from bcforecast.attainment.evidence import named
from bcforecast.attainment.probability import (
    attainment_probability,
    is_met,
    target_with,
    verdict_of,
)
from bcforecast.attainment.project import GoalOutlook, Outlook, project
from bcforecast.attainment.reference_class import (
    ANY,
    Pooled,
    Rate,
    ReferenceClass,
    kind_of,
    required_vs_past,
)
from bcforecast.config import SCENARIO
from bcforecast.distributions import Distribution
from bcforecast.errors import BcforecastError, ModelError
from bcforecast.models.trend import Trend
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Vintage
from bcforecast.plan.goals import Plan
from bcforecast.rules.base import Case
from bcforecast.rules.panel import LIKELY, Disagreement, all_rules, disagreement, nearest_flip
from bcforecast.text import Message, percent_message

SHIPPED: Final = Path(__file__).parent / "learned" / "growth_percentiles.json"

Measure = Literal["rate", "increment"]
Limit = Literal["exactly", "at_most", "at_least"]


@dataclass(frozen=True)
class Share:
    """A share of windows or of areas, or the bound that the percentiles leave open.

    Parameters
    ----------
    value
        From 0 to 1.
    limit
        Whether it is the share itself, or the share is at most or at least so much.
    """

    value: float
    limit: Limit = "exactly"


@dataclass(frozen=True)
class SpanPercentiles:
    """Percentiles of the mean yearly pace over windows of one length.

    Parameters
    ----------
    areas, windows
        How many of each there were.
    every
        Quantiles over all windows, by level.
    highest, lowest
        Quantiles over areas of each area's fastest rise and fastest fall, by level; empty where
        there are too few areas to speak of a share of them.
    """

    areas: int
    windows: int
    every: Mapping[float, float]
    highest: Mapping[float, float]
    lowest: Mapping[float, float]

    def share_of_windows(self, pace: float, *, direction: Literal["up", "down"]) -> Share:
        """Share of all windows at least as fast as `pace`; for `down`, that fell as fast."""
        return _share(self.every, pace, direction)

    def share_of_areas(self, pace: float, *, direction: Literal["up", "down"]) -> Share | None:
        """Share of areas that were ever as fast over such a window; None where not known."""
        best = self.highest if direction == "up" else self.lowest
        return _share(best, pace, direction) if best else None


@dataclass(frozen=True)
class GrowthClass:
    """The percentiles of one kind of indicator.

    Parameters
    ----------
    name
        Key of the class; in words under `explain.class_<name>`.
    measure
        `rate`: compound growth a year, as a share; `increment`: change a year, in `unit`.
    unit
        Of the figures.
    area_kind
        What the areas are: `province` or `country`.
    from_level
        Windows that start below it were left out; 0 leaves out none.
    first_year, last_year
        Years that the panel covers.
    spans
        By length of the window in years.
    """

    name: str
    measure: Measure
    unit: str
    area_kind: str
    from_level: float
    first_year: int
    last_year: int
    spans: Mapping[int, SpanPercentiles]

    def span(self, years: int) -> tuple[int, SpanPercentiles]:
        """Return the longest span held up to `years`, and its percentiles."""
        held = max((k for k in self.spans if k <= years), default=min(self.spans))
        return held, self.spans[held]


def growth_class(indicator: str, *, path: Path = SHIPPED) -> GrowthClass | None:
    """Return the comparable areas' percentiles for an indicator; None where none are held.

    An indicator is never lent the percentiles of another kind.

    Examples
    --------
    >>> known = growth_class("tech_contract_value")
    >>> known.measure, known.area_kind, known.spans[2].areas
    ('rate', 'province', 31)
    >>> known.spans[2].share_of_windows(0.15, direction="up").limit
    'exactly'
    >>> growth_class("unicorns") is None
    True
    """
    kind = kind_of(indicator)
    return load(path).get(indicator if kind == ANY else kind)


@cache
def load(path: Path = SHIPPED) -> Mapping[str, GrowthClass]:
    """Read the shipped file, or one that `rebuild` wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    levels = document["levels"]
    return {name: _class(name, known, levels) for name, known in document["classes"].items()}


def _class(name: str, known: dict[str, Any], levels: Mapping[str, Sequence[float]]) -> GrowthClass:
    spans = {
        int(years): SpanPercentiles(
            s["areas"],
            s["windows"],
            dict(zip(levels["every"], s["every"], strict=True)),
            *(
                dict(zip(levels["best"], s[side], strict=True)) if side in s else {}
                for side in ("highest", "lowest")
            ),
        )
        for years, s in known["spans"].items()
    }
    return GrowthClass(
        name,
        known["measure"],
        known["unit"],
        known["area_kind"],
        known["from_level"],
        known["first_year"],
        known["last_year"],
        spans,
    )


def _share(quantiles: Mapping[float, float], pace: float, direction: str) -> Share:
    levels, values = np.array(list(quantiles)), np.array(list(quantiles.values()))
    if direction == "down":
        levels, values = (1.0 - levels)[::-1], -values[::-1]
        pace = -pace
    if pace > values[-1]:
        return Share(float(1.0 - levels[-1]), "at_most")
    if pace < values[0]:
        return Share(float(1.0 - levels[0]), "at_least")
    return Share(float(1.0 - np.interp(pace, values, levels)))


@dataclass(frozen=True)
class ComparedPace:
    """A required pace among the paces of comparable areas.

    Parameters
    ----------
    known
        Whose paces they are, and as what they are measured.
    span
        Length of the windows in years: the years left, or the longest that is held.
    areas, windows
        How many there were.
    pace
        What is required a year: a rate as a share, or an increment in the indicator's unit.
    share_of_windows
        Share of windows in which an area moved at least as fast in the direction wanted.
    share_of_areas
        Share of areas that ever did; None where there are too few areas.
    percentile
        Per cent of windows that were slower; None where only a bound is known.
    """

    known: GrowthClass
    span: int
    areas: int
    windows: int
    pace: float
    share_of_windows: Share
    share_of_areas: Share | None

    @property
    def percentile(self) -> float | None:
        """Per cent of windows that were slower; None where only a bound is known."""
        share = self.share_of_windows
        return 100.0 * (1.0 - share.value) if share.limit == "exactly" else None


@dataclass(frozen=True)
class Pace:
    """What it takes from the latest figure to the target.

    Parameters
    ----------
    state
        `required`; `met` where the latest figure already keeps the promise; `over` where the due
        year's figure is known; `no_figure` where the area has published none to start from.
    years
        Years from the latest figure to the due date; None without a figure.
    increment, rate
        Needed a year, in the unit and as a share; None where they do not exist.
    compared
        The pace among those of comparable areas; None where no such areas are held or none is
        required.
    """

    state: Literal["required", "met", "over", "no_figure"]
    years: int | None = None
    increment: float | None = None
    rate: float | None = None
    compared: ComparedPace | None = None


def pace_of(item: GoalOutlook) -> Pace:
    """Return the pace that a goal requires from its latest figure, with its place among others."""
    a = item.attainment
    path = a.required
    if path is None or a.latest is None:
        return Pace("no_figure")
    if path.years < 1:
        return Pace("over", path.years)
    if is_met(a.latest, a.comparator, a.target):
        return Pace("met", path.years, path.increment, path.rate)
    compared = None
    known = growth_class(a.indicator)
    if known is not None and (known.measure == "increment" or path.rate is not None):
        pace = path.rate if known.measure == "rate" else path.increment
        assert pace is not None
        compared = compare_pace(pace, known, years=path.years, direction=item.indicator.direction)
    return Pace("required", path.years, path.increment, path.rate, compared)


def compare_pace(
    pace: float, known: GrowthClass, *, years: int, direction: Literal["up", "down"]
) -> ComparedPace:
    """Place a required pace among those of comparable areas over the same span.

    Parameters
    ----------
    pace
        As `known.measure` says: compound rate a year, or change a year in the unit.
    known
        Percentiles of one kind of indicator.
    years
        Years left, 1 or more; beyond the longest span held, that span is taken.
    direction
        Which way is wanted.

    Examples
    --------
    >>> known = growth_class("tech_contract_value")
    >>> fast = compare_pace(1.5, known, years=2, direction="up")
    >>> slow = compare_pace(0.05, known, years=2, direction="up")
    >>> fast.share_of_windows.value < 0.05 < slow.share_of_windows.value
    True
    """
    span, found = known.span(years)
    return ComparedPace(
        known=known,
        span=span,
        areas=found.areas,
        windows=found.windows,
        pace=pace,
        share_of_windows=found.share_of_windows(pace, direction=direction),
        share_of_areas=found.share_of_areas(pace, direction=direction),
    )


@dataclass(frozen=True)
class Parts:
    """The probability of a goal, by where it comes from.

    Parameters
    ----------
    trend
        What the goal's own figures say: the probability that is reported.
    rate
        How often goals like this one were met, of those whose outcome is known.
    pooled
        Both taken together: shown beside the probability, never in its place.
    """

    trend: float
    rate: Rate
    pooled: Pooled


def parts_of(item: GoalOutlook, *, scenario: str) -> Parts | None:
    """Set the reference class beside the trend of a goal; None where there is no trend of its own.

    A forecast that borrows, an event, a goal that is settled and a scenario have no reference
    class beside them: the pool was learned beside the trend of a series' own figures.
    """
    a, history = item.attainment, item.basis.selection.history
    plain = item.basis.model == Trend.name and scenario == config.SCENARIO
    if a.probability is None or not plain:
        return None
    years_ahead = float(item.goal.due.year - history.start)
    asked = required_vs_past(
        history.times,
        history.values,
        target=a.target,
        comparator=a.comparator,
        years_ahead=years_ahead,
    )
    reference = ReferenceClass.load()
    rate = reference.rate(a.indicator, years_ahead=years_ahead, required_vs_past=asked)
    return Parts(a.probability, rate, reference.pool(a.probability, rate))


def parts_message(item: GoalOutlook, *, scenario: str) -> Message | None:
    """Say which part of a probability is trend and which reference class; None for grade U."""
    if item.attainment.probability is None:
        return None
    parts = parts_of(item, scenario=scenario)
    if parts is None:
        return Message("reference.no_part")
    return Message(
        "reference.parts",
        {
            "trend": percent_message(parts.trend),
            "count": parts.rate.count,
            "kind": Message(f"reference.{parts.rate.label}"),
            "met": parts.rate.met,
            "rate": percent_message(parts.rate.rate),
            "probability": percent_message(parts.pooled.probability),
        },
    )


_FINENESS: Final = 1000
"""Steps of a figure: it is revised by its own unit, or by tens of it up to a thousandth of it."""


@dataclass(frozen=True)
class WordFlip:
    """Where our word changes.

    Parameters
    ----------
    revision
        New figure minus published figure, in the indicator's unit.
    value
        The new figure.
    verdict
        Catalogue key of the new word.
    """

    revision: float
    value: float
    verdict: str


def word_flip(outlook: Outlook, item: GoalOutlook) -> WordFlip | None:
    """Find the smallest revision of the area's last figure that changes the word.

    The goal is projected again with the figure revised, whatever its model.

    Returns
    -------
    None where there is no figure or no probability, or no revision within 50 % changes the word.
    """
    a, last = item.attainment, last_figure(item)
    if last is None or a.probability is None or last.value == 0.0:
        return None

    def word_at(value: float) -> str:
        chance = _probability_with(outlook, item, last, value)
        return verdict_of(chance, data_dir=outlook.data.data_dir)

    value = nearest_flip(
        last.value,
        word_at,
        before=a.verdict,
        unit=_step(last.value, 1.0 if item.indicator.whole else decimals_of(last.value)),
        size=abs(last.value),
        support=item.basis.series.support,
    )
    if value is None:
        return None
    return WordFlip(float(f"{value - last.value:.12g}"), value, word_at(value))


def last_figure(item: GoalOutlook) -> Observation | None:
    """Return the area's latest figure with a value among those that the model used."""
    return next((f for f in reversed(item.basis.selection.used) if f.has_value), None)


def decimals_of(value: float) -> float:
    """Return the smallest unit in which a figure is written: 0.01 for two decimals.

    Examples
    --------
    >>> decimals_of(909.2549), decimals_of(3.28), decimals_of(485.0)
    (0.0001, 0.01, 1.0)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return float(f"1e{min(exponent, 0)}")


def _step(figure: float, unit: float) -> float:
    """Return the largest of unit, ten units, a hundred … that is fine enough for a figure."""
    tens = math.floor(math.log10(abs(figure) / (_FINENESS * unit)) + 1e-9)
    return float(unit * 10.0 ** max(tens, 0))


def _probability_with(
    outlook: Outlook, item: GoalOutlook, last: Observation, value: float
) -> float | None:
    dataset = outlook.data.dataset
    revised = tuple(replace(f, value=value) if f is last else f for f in dataset.observations)
    data = Vintage(replace(dataset, observations=revised), outlook.data.as_of)
    plan = outlook.plan.model_copy(update={"goals": (item.goal,)})
    again = project(plan, data, scenario=outlook.scenario, seed=outlook.seed, models=outlook.models)
    return again[item.goal.id].attainment.probability


@dataclass(frozen=True)
class RulePanel:
    """What the rules judge, and whether they agree with us.

    Parameters
    ----------
    case
        The goal's own figures and promise; None where a rule has nothing to judge.
    missing
        Why there is no case; None where there is one.
    step
        Unit in which the last figure is published, for the smallest revision that flips a label.
    disagreement
        Flag and sentence; None without a case.
    """

    case: Case | None
    missing: Message | None
    step: float | None
    disagreement: Disagreement | None


def rule_panel(item: GoalOutlook, *, plan: Plan) -> RulePanel:
    """Hold a goal's own figures against every rule.

    Rules judge the area's own figures only: nothing borrowed, no bound. The base year is the year
    before the plan's first, or the next with a figure; the direction is the indicator's.

    Parameters
    ----------
    item
        A goal of an outlook.
    plan
        The plan of the outlook.
    """
    goal, indicator = item.goal, item.indicator
    history = item.basis.selection.history
    if goal.comparator == "event":
        return _absent(Message("explain.panel_event"))
    if not history.n_values:
        return _absent(Message("explain.panel_no_figures", {"area": named(plan)}))
    try:
        case = Case.of_history(
            history,
            direction=indicator.direction,
            target=goal.target,
            due=goal.due.year,
            comparator=goal.comparator,
            base_year=plan.span.first - 1,
            scale=100.0 if indicator.kind == "ratio" and indicator.unit == "%" else None,
        )
    except BcforecastError as error:
        return _absent(error.message)
    last = last_figure(item)
    step = None if case.whole or last is None else decimals_of(last.value)
    verdicts = all_rules(case)
    return RulePanel(case, None, step, disagreement(verdicts, item.attainment.probability))


def _absent(why: Message) -> RulePanel:
    return RulePanel(None, why, None, None)


BEYOND_DUE: Final = 5
"""Years beyond the due date to which an own trend is carried on to look for the date."""


@dataclass(frozen=True)
class ExpectedDate:
    """The year by whose end a goal is met.

    Parameters
    ----------
    years, probabilities
        P(met by the end of each year); the figure of the due year gives the goal's own
        probability.
    earliest, median, latest
        First years in which that probability is 10, 50 and 90 %: the median and the central 80 %
        interval. None: not within the horizon.
    likely
        First year in which it is 80 %; None: not within the horizon.
    """

    years: tuple[int, ...]
    probabilities: tuple[float, ...]
    earliest: int | None
    median: int | None
    latest: int | None
    likely: int | None

    @property
    def horizon(self) -> int:
        """Last year looked at."""
        return self.years[-1]


def expected_date(item: GoalOutlook, *, scenario: str) -> ExpectedDate | None:
    """Return when a goal is met; None where nothing can be said of it.

    Up to the due year from the goal's own forecast. Where the area has a trend of its own, that is
    carried on beyond the due year, for the date only; not under a scenario, whose levers end with
    the plan.

    Parameters
    ----------
    item
        A goal of an outlook.
    scenario
        Of the outlook.
    """
    forecast = item.forecast
    if forecast is None:
        return None
    years, chances = list(item.years), _chances(item, forecast)
    further = _further(item) if scenario == SCENARIO else None
    if further is not None:
        more = _chances(item, further)[-BEYOND_DUE:]
        years += range(years[-1] + 1, years[-1] + 1 + BEYOND_DUE)
        chances += more
    return date_of(years, chances)


def date_of(years: Sequence[int], chances: Sequence[float]) -> ExpectedDate:
    """Read the date off the probabilities of each year.

    A goal that has been met counts as met afterwards: the probability by a year is the largest up
    to it.

    Examples
    --------
    >>> date_of([2021, 2022, 2023], [0.2, 0.55, 0.7]).median
    2022
    >>> date_of([2021, 2022, 2023], [0.2, 0.55, 0.7]).latest is None
    True
    """
    by_year = tuple(accumulate(chances, max))

    def first(level: float) -> int | None:
        return next((y for y, p in zip(years, by_year, strict=True) if p >= level), None)

    return ExpectedDate(tuple(years), by_year, first(0.1), first(0.5), first(0.9), first(0.8))


def _chances(item: GoalOutlook, forecast: Distribution) -> list[float]:
    goal = item.goal
    return [
        attainment_probability(
            forecast, comparator=goal.comparator, target=goal.target, step=step + 1
        )
        for step in range(forecast.horizon)
    ]


def _further(item: GoalOutlook) -> Distribution | None:
    history = item.basis.selection.history
    model = item.basis.series_model
    if model is None:
        return None
    try:
        return model.fit(history, item.goal.due.year - history.start + BEYOND_DUE)
    except ModelError:
        return None


TARGET_CHANCES: Final = (0.5, 0.8)
"""Probabilities of which the target is named."""


@dataclass(frozen=True)
class Explanation:
    """A goal's probability and all that stands beside it.

    Parameters
    ----------
    item
        The goal of the outlook.
    as_of, scenario
        Of the outlook.
    panel
        The rules of official statisticians, or why they cannot judge.
    last
        The area's last figure with a value; None if it has published none.
    flip
        Smallest revision of it that changes our word; None if there is none, or none was looked
        for.
    flip_sought
        Whether one was looked for: only under the baseline, and only if asked.
    pace
        What the target asks for a year from here, among what comparable areas have kept.
    date
        When the goal is met; None without a probability.
    targets
        By probability, the target that has it; empty without a forecast.
    """

    item: GoalOutlook
    as_of: date
    scenario: str
    panel: RulePanel
    last: Observation | None
    flip: WordFlip | None
    flip_sought: bool
    pace: Pace
    date: ExpectedDate | None
    targets: Mapping[float, float | None]

    @property
    def says_met(self) -> bool | None:
        """What our probability says: met from 2/3 on, not met up to 1/3, None between or unset."""
        p = self.item.attainment.probability
        if p is None:
            return None
        return True if p >= LIKELY else False if p <= 1.0 - LIKELY else None


def explain(outlook: Outlook, goal: str, *, with_flip: bool = True) -> Explanation:
    """Explain one goal of an outlook.

    Parameters
    ----------
    outlook
        As projected.
    goal
        Identifier.
    with_flip
        Whether to look for the revision that changes our own word: this projects the goal again
        some twenty times. Under a scenario it is not looked for.

    Raises
    ------
    PlanError
        If the plan has no such goal.

    Examples
    --------
    >>> import bcforecast as bc
    >>> plan = bc.load_plan("tianjin-2020-2022")
    >>> outlook = bc.project(plan, bc.load_observations(as_of="2020-12-31"))
    >>> known = explain(outlook, "tech_contract_value", with_flip=False)
    >>> known.pace.years, known.pace.compared.areas, known.panel.case.last
    (3, 31, (2019, 909.2549))
    """
    item = outlook[goal]
    forecast = item.forecast
    sought = with_flip and outlook.scenario == SCENARIO
    targets: dict[float, float | None] = {}
    if forecast is not None:
        for chance in TARGET_CHANCES:
            targets[chance] = target_with(
                forecast,
                chance,
                comparator=item.goal.comparator,
                step=forecast.horizon,
                whole=item.indicator.whole,
            )
    return Explanation(
        item=item,
        as_of=outlook.as_of,
        scenario=outlook.scenario,
        panel=rule_panel(item, plan=outlook.plan),
        last=last_figure(item),
        flip=word_flip(outlook, item) if sought else None,
        flip_sought=sought,
        pace=pace_of(item),
        date=expected_date(item, scenario=outlook.scenario),
        targets=targets,
    )
