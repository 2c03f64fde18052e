"""Why: what stands beside a goal's probability, and where it would change.

What the rules of official statisticians judge, the revision that flips our word, the pace that is
required among the paces that comparable areas have kept, the expected date, and the targets that
have a given probability. Percentiles of pace are shipped as statistics only, computed by `make
train WHAT=growth` from panels that stay where they are; recipe and checksums are in the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from bcforecast import config, distributions, errors
from bcforecast.attainment import reference_class as reference
from bcforecast.attainment.probability import attainment_probability, target_with, verdict_of
from bcforecast.attainment.project import GoalOutlook, Outlook, project
from bcforecast.attainment.reference_class import PooledProbability, ReferenceRate
from bcforecast.models.trend import Trend
from bcforecast.observations import records, selection
from bcforecast.plan.goals import Direction, Plan, meets
from bcforecast.rules.base import Case
from bcforecast.rules.panel import LIKELY, Disagreement, all_rules, disagreement, nearest_flip
from bcforecast.text import Message

TARGET_CHANCES: Final = (0.5, 0.8)
"""Probabilities of which the target is named."""


@dataclass(frozen=True)
class Explanation:
    """A goal's probability and all that stands beside it.

    `last` is the area's last figure with a value; None if it has published none. `flip` is the
    smallest revision of it that changes our word; None if there is none, or none was looked for
    (`flip_sought`): that is done only under the baseline, and only if asked. `date` is None without
    a probability; `targets` has by probability the target that has it, and nothing without a
    forecast.
    """

    item: GoalOutlook
    as_of: date
    scenario: str
    panel: RulePanel
    last: records.Observation | None
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
    """Explain one goal of an outlook; PlanError if the plan has no such goal.

    `with_flip` looks for the revision that changes our own word, which projects the goal again some
    twenty times; under a scenario it is not looked for.
    """
    item = outlook[goal]
    forecast, comparator, whole = item.forecast, item.goal.comparator, item.indicator.whole
    sought = with_flip and outlook.scenario == config.SCENARIO
    targets: dict[float, float | None] = {}
    if forecast is not None:
        for chance in TARGET_CHANCES:
            targets[chance] = target_with(forecast, chance, comparator=comparator, whole=whole)
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


@dataclass(frozen=True)
class RulePanel:
    """What the rules judge, and whether they agree with us.

    `case` has the goal's own figures and promise; where a rule has nothing to judge, `missing`
    says why. `step` is the unit in which the last figure is published, for the smallest revision
    that flips a label.
    """

    case: Case | None
    missing: Message | None = None
    step: float | None = None
    disagreement: Disagreement | None = None


def rule_panel(item: GoalOutlook, *, plan: Plan) -> RulePanel:
    """Hold a goal's own figures against every rule.

    Rules judge the area's own figures only: nothing borrowed, no bound. The base year is the year
    before the plan's first, or the next with a figure; the direction is the indicator's.
    """
    goal, indicator, history = item.goal, item.indicator, item.basis.selection.history
    if indicator.kind == "event":
        return RulePanel(None, Message("explain.panel_event"))
    if not history.n_values:
        area = plan.area_names
        return RulePanel(None, Message("explain.panel_no_figures", {"area": area}))
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
    except errors.BcforecastError as error:
        return RulePanel(None, error.message)
    last = last_figure(item)
    step = None if case.whole or last is None else written_unit(last.value)
    found = disagreement(all_rules(case), item.attainment.probability)
    return RulePanel(case, None, step, found)


def last_figure(item: GoalOutlook) -> records.Observation | None:
    """Return the area's latest figure with a value among those that the model used."""
    return next((f for f in reversed(item.basis.selection.used) if f.has_value), None)


def written_unit(value: float) -> float:
    """Return the smallest unit in which a figure is written: 0.01 for two decimals; at most 1."""
    return min(selection.rounding_unit(value), 1.0)


@dataclass(frozen=True)
class WordFlip:
    """Where our word changes: new figure, revision (new minus published), key of the new word."""

    revision: float
    value: float
    verdict: str


_FINENESS: Final = 1000
"""Steps of a figure: it is revised by its own unit, or by tens of it up to a thousandth of it."""


def word_flip(outlook: Outlook, item: GoalOutlook) -> WordFlip | None:
    """Find the smallest revision of the area's last figure that changes the word.

    The goal is projected again with the figure revised, whatever its model. None where there is no
    figure or no probability, or no revision within 50 % changes the word.
    """
    a, last = item.attainment, last_figure(item)
    if last is None or a.probability is None or last.value == 0.0:
        return None
    dataset = outlook.data.dataset
    plan = outlook.plan.model_copy(update={"goals": (item.goal,)})

    def word_at(value: float) -> str:
        revised = tuple(replace(f, value=value) if f is last else f for f in dataset.observations)
        data = selection.Vintage(replace(dataset, observations=revised), outlook.as_of)
        again = project(
            plan, data, scenario=outlook.scenario, seed=outlook.seed, models=outlook.models
        )
        return verdict_of(again.goals[0].attainment.probability, data_dir=data.data_dir)

    size, unit = abs(last.value), 1.0 if item.indicator.whole else written_unit(last.value)
    unit *= 10.0 ** max(math.floor(math.log10(size / (_FINENESS * unit)) + 1e-9), 0)
    support = item.basis.series.support
    value = nearest_flip(
        last.value, word_at, before=a.verdict, unit=unit, size=size, support=support
    )
    if value is None:
        return None
    return WordFlip(float(f"{value - last.value:.12g}"), value, word_at(value))


@dataclass(frozen=True)
class ExpectedDate:
    """The year by whose end a goal is met.

    `probabilities` has P(met by the end of each of `years`); the figure of the due year gives the
    goal's own. `earliest`, `median` and `latest` are the first years in which it is 10, 50 and
    90 % (the median and the central 80 % interval), `likely` that in which it is 80 %; None: not
    within the years looked at.
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


BEYOND_DUE: Final = 5
"""Years beyond the due date to which an own trend is carried on to look for the date."""


def expected_date(item: GoalOutlook, *, scenario: str) -> ExpectedDate | None:
    """Return when a goal is met; None where nothing can be said of it.

    Up to the due year from the goal's own forecast. Where the area has a trend of its own, that is
    carried on beyond the due year, for the date only; not under a scenario, whose levers end with
    the plan.
    """
    goal, forecast, model = item.goal, item.forecast, item.basis.series_model
    if forecast is None:
        return None

    def chance(of: distributions.Distribution, step: int) -> float:
        comparator, target = goal.comparator, goal.target
        return attainment_probability(of, comparator=comparator, target=target, step=step)

    chances = [chance(forecast, step) for step in range(1, forecast.horizon + 1)]
    if model is not None and scenario == config.SCENARIO:
        history = item.basis.selection.history
        try:
            further = model.fit(history, goal.due.year - history.start + BEYOND_DUE)
        except errors.ModelError:
            pass
        else:
            horizon = further.horizon
            chances += [
                chance(further, step) for step in range(horizon - BEYOND_DUE + 1, horizon + 1)
            ]
    first = item.years[0]
    return date_of(range(first, first + len(chances)), chances)


def date_of(years: Sequence[int], chances: Sequence[float]) -> ExpectedDate:
    """Read the date off the probabilities of each year.

    A goal that has been met counts as met afterwards: the probability by a year is the largest up
    to it.
    """
    by_year = tuple(accumulate(chances, max))

    def first(level: float) -> int | None:
        return next((y for y, p in zip(years, by_year, strict=True) if p >= level), None)

    return ExpectedDate(tuple(years), by_year, first(0.1), first(0.5), first(0.9), first(0.8))


@dataclass(frozen=True)
class Pace:
    """What it takes from the latest figure to the target.

    `state` is `met` where the latest figure already keeps the promise, `over` where the due year's
    figure is known, `no_figure` where the area has published none to start from. `increment` (in
    the unit) and `rate` (as a share) are needed a year over `years`; `compared` is the pace among
    those of comparable areas, where such areas are held and a pace is required.
    """

    state: Literal["required", "met", "over", "no_figure"]
    years: int | None = None
    increment: float | None = None
    rate: float | None = None
    compared: ComparedPace | None = None


def pace_of(item: GoalOutlook) -> Pace:
    """Return the pace that a goal requires from its latest figure, with its place among others."""
    a, path = item.attainment, item.attainment.required
    if path is None or a.latest is None:
        return Pace("no_figure")
    if path.years < 1:
        return Pace("over", path.years)
    if meets(a.latest, a.comparator, a.target):
        return Pace("met", path.years, path.increment, path.rate)
    compared, known = None, growth_class(a.indicator)
    pace = path.rate if known is None or known.measure == "rate" else path.increment
    if known is not None and pace is not None:
        direction = item.indicator.direction
        compared = compare_pace(pace, known, years=path.years, direction=direction)
    return Pace("required", path.years, path.increment, path.rate, compared)


PaceMeasure = Literal["rate", "increment"]

SHIPPED: Final = Path(__file__).parent / "learned" / "growth_percentiles.json"


@dataclass(frozen=True)
class PaceShare:
    """A share of windows or of areas, from 0 to 1, or the bound that the percentiles leave open."""

    value: float
    limit: Literal["exactly", "at_most", "at_least"] = "exactly"


@dataclass(frozen=True)
class SpanPercentiles:
    """Percentiles of the mean yearly pace over windows of one length.

    `every` has quantiles over all windows, by level; `highest` and `lowest` have quantiles over
    areas of each area's fastest rise and fastest fall, and are empty where there are too few areas
    to speak of a share of them.
    """

    areas: int
    windows: int
    every: Mapping[float, float]
    highest: Mapping[float, float]
    lowest: Mapping[float, float]


def share_as_fast(quantiles: Mapping[float, float], pace: float, direction: Direction) -> PaceShare:
    """Share of paces, given by level, that are at least as fast; for `down`, that fall as fast."""
    levels, values = np.array(list(quantiles)), np.array(list(quantiles.values()))
    if direction == "down":
        levels, values, pace = (1.0 - levels)[::-1], -values[::-1], -pace
    if pace > values[-1]:
        return PaceShare(float(1.0 - levels[-1]), "at_most")
    if pace < values[0]:
        return PaceShare(float(1.0 - levels[0]), "at_least")
    return PaceShare(float(1.0 - np.interp(pace, values, levels)))


@dataclass(frozen=True)
class GrowthClass:
    """The percentiles of one kind of indicator, by length of the window in years.

    `measure` is the pace's: compound growth a year as a share, or change a year in `unit`. Areas
    are of `area_kind` (`province` or `country`); windows that start below `from_level` were left
    out (0 leaves out none); the panel covers `first_year` to `last_year`.
    """

    name: str
    measure: PaceMeasure
    unit: str
    area_kind: str
    from_level: float
    first_year: int
    last_year: int
    spans: Mapping[int, SpanPercentiles]


def growth_class(indicator: str) -> GrowthClass | None:
    """Return the comparable areas' percentiles for an indicator; None where none are held.

    An indicator is never lent the percentiles of another kind.
    """
    kind = reference.kind_of(indicator)
    return load().get(indicator if kind == reference.ANY else kind)


@cache
def load(path: Path = SHIPPED) -> Mapping[str, GrowthClass]:
    """Read the shipped file, or one that `make train` wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    levels = document["levels"]

    def percentiles(span: dict[str, Any]) -> SpanPercentiles:
        sides = {"every": "every", "highest": "best", "lowest": "best"}
        by_level = (
            dict(zip(levels[of], span[side], strict=True)) if side in span else {}
            for side, of in sides.items()
        )
        return SpanPercentiles(span["areas"], span["windows"], *by_level)

    read = {}
    for name, known in document["classes"].items():
        about = {key: known[key] for key in GrowthClass.__annotations__ if key in known}
        spans = {int(years): percentiles(span) for years, span in known["spans"].items()}
        read[name] = GrowthClass(**{**about, "name": name, "spans": spans})
    return read


@dataclass(frozen=True)
class ComparedPace:
    """A required pace, as a share or in the unit, among the paces of comparable areas.

    `span` is the length of the windows in years: the years left, or the longest that is held.
    `share_of_windows` says in how many an area moved at least as fast in the direction wanted,
    `share_of_areas` how many areas ever did; None where there are too few.
    """

    known: GrowthClass
    span: int
    areas: int
    windows: int
    pace: float
    share_of_windows: PaceShare
    share_of_areas: PaceShare | None

    @property
    def percentile(self) -> float | None:
        """Per cent of windows that were slower; None where only a bound is known."""
        share = self.share_of_windows
        return 100.0 * (1.0 - share.value) if share.limit == "exactly" else None


def compare_pace(
    pace: float, known: GrowthClass, *, years: int, direction: Direction
) -> ComparedPace:
    """Place a required pace among those of comparable areas over the years left, 1 or more."""
    span = max((held for held in known.spans if held <= years), default=min(known.spans))
    found = known.spans[span]
    best = found.highest if direction == "up" else found.lowest
    windows = share_as_fast(found.every, pace, direction)
    areas = share_as_fast(best, pace, direction) if best else None
    return ComparedPace(known, span, found.areas, found.windows, pace, windows, areas)


def parts_of(item: GoalOutlook, *, scenario: str) -> tuple[ReferenceRate, PooledProbability] | None:
    """Set the reference class beside the trend of a goal; None where there is no trend of its own.

    A forecast that borrows, an event, a goal that is settled and a scenario have no reference
    class beside them: the pool was learned beside the trend of a series' own figures. The second
    part is shown beside the probability, never in its place.
    """
    a, history = item.attainment, item.basis.selection.history
    if a.probability is None or item.basis.model != Trend.name or scenario != config.SCENARIO:
        return None
    ahead = float(item.goal.due.year - history.start)
    asked = reference.required_vs_past(
        history.times, history.values, target=a.target, comparator=a.comparator, years_ahead=ahead
    )
    known = reference.ReferenceClass.load()
    rate = known.rate(a.indicator, years_ahead=ahead, required_vs_past=asked)
    return rate, known.pool(a.probability, rate)
