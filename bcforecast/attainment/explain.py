"""Why: what stands beside a goal's probability, and where it would change.

What the rules of official statisticians judge, the revision that flips our word, the pace that is
required among the paces that comparable areas have kept, the expected date, the targets that have a
given probability, and how goals like this one ended elsewhere. Percentiles of pace are shipped as
statistics only, by the last year of their panel, computed by `make train WHAT=growth` from panels
that stay where they are; recipe and checksums are in the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from bcforecast import config, errors
from bcforecast.attainment import evidence, probability
from bcforecast.attainment.probability import first_reached, kept_at, target_with
from bcforecast.attainment.project import GoalOutlook, Outlook, attainment_of
from bcforecast.attainment.reference_class import ANY, GoalRecord, kind_of, record_of
from bcforecast.calls import Shown
from bcforecast.distributions import Counting, Distribution, Empirical, Event, uncounted
from bcforecast.models.flows import StructuralForecast
from bcforecast.observations import records, selection
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import Direction, Goal, Plan
from bcforecast.plan.targets import SUMMED, region
from bcforecast.rules import panel as rules
from bcforecast.rules.base import Case
from bcforecast.rules.panel import Disagreement, Flip
from bcforecast.text import (
    Language,
    Message,
    is_percent,
    is_rank,
    rounded,
    rounded_chance,
    twelve_digits,
)

TARGET_CHANCES: Final = (0.5, 0.8)
"""Probabilities of which the target is named."""


@dataclass(frozen=True)
class Explanation(Shown):
    """A goal's probability and all that stands beside it.

    `last` is the area's last figure with a value; None if it has published none. `flip` is the
    smallest revision of it that changes our word; None if there is none, or none was looked for
    (`flip_sought`): that is done only under the baseline, and only if asked. `date` is None without
    a probability; `targets` has by probability the target that has it, and nothing without a
    forecast. `record` is how goals like this one ended elsewhere; None of a kind not learned.
    `lang` is the language in which it shows itself; None for that of `speak`.
    """

    item: GoalOutlook
    panel: RulePanel
    last: records.Observation | None
    flip: Flip | None
    flip_sought: bool
    pace: Pace
    date: ExpectedDate | None
    targets: Mapping[float, float | None]
    record: GoalRecord | None
    lang: Language | None = None

    @property
    def says_met(self) -> bool | None:
        """What our probability says: met from 2/3 on, not met up to 1/3, None between or unset."""
        return rules.says_met(self.item.attainment.probability, grade=self.item.attainment.grade)


def explain(outlook: Outlook, goal: str, *, with_flip: bool = True) -> Explanation:
    """Explain one goal of an outlook; PlanError if the plan has no such goal.

    `with_flip` looks for the revision that changes our own word: the goal is forecast again some
    twenty times; under a scenario it is not looked for. Each is worked out once an outlook.
    """
    key = f"explained {goal}{' with flip' if with_flip else ''}"
    if key in outlook.drawn:
        return outlook.drawn[key]
    item = outlook[goal]
    forecast, comparator, whole = item.forecast, item.goal.comparator, item.indicator.whole
    sought = with_flip and outlook.scenario == config.SCENARIO
    targets: dict[float, float | None] = {}
    if forecast is not None and item.goal.over is None:
        for chance in TARGET_CHANCES:
            targets[chance] = target_with(forecast, chance, comparator=comparator, whole=whole)
    outlook.drawn[key] = made = Explanation(
        item=item,
        panel=rule_panel(item, plan=outlook.plan),
        last=last_figure(item),
        flip=word_flip(outlook, item) if sought else None,
        flip_sought=sought,
        pace=pace_of(item, as_of=outlook.as_of),
        date=expected_date(outlook, goal),
        targets=targets,
        record=goal_record(outlook, item),
    )
    return made


def goal_record(outlook: Outlook, item: GoalOutlook) -> GoalRecord | None:
    """How goals like one of an outlook ended elsewhere, as far as was known by the as-of date.

    None of a kind not learned, and of a goal whose own outcome was known.
    """
    if item.basis.model == evidence.PUBLISHED:
        return None
    return record_of(outlook.plan, item.goal.indicator, year=evidence.panel_year(outlook.as_of))


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

    Rules judge the area's own figures only: nothing borrowed, no bound. The base year is the
    goal's own or else the year before the plan's first, or the next with a figure; the direction is
    the indicator's.
    """
    goal, indicator, history = item.goal, item.indicator, item.basis.selection.history
    if indicator.kind == "event":
        return RulePanel(None, Message("explain.panel_event"))
    if goal.asks.two_sided or goal.over or goal.relative:
        return RulePanel(None, Message("explain.panel_form"))
    if not history.n_values:
        area, unused = plan.area_names, item.basis.selection.unused
        if unused and not item.basis.selection.used:
            values = {"area": area, "count": len(unused), "reason": unused[0][1]}
            return RulePanel(None, Message("explain.panel_unused", values))
        return RulePanel(None, Message("explain.panel_no_figures", {"area": area}))
    if not math.isfinite(goal.target):
        return RulePanel(None, Message("attainment.no_base_figure", {"year": goal.base_year}))
    try:
        case = Case.of_history(
            history,
            direction=indicator.direction,
            target=goal.target,
            due=goal.due_year,
            comparator=goal.comparator,
            base_year=goal.base_year or plan.span.first - 1,
            scale=100.0 if indicator.kind == "ratio" and indicator.unit == "%" else None,
            unit=goal.unit,
            unit_name=indicator.unit_names,
        )
    except errors.BcforecastError as error:
        return RulePanel(None, error.message)
    last = last_figure(item)
    step = None if case.whole or last is None else written_unit(last.value)
    a = item.attainment
    found = rules.disagreement(rules.all_rules(case), a.probability, grade=a.grade)
    return RulePanel(case, None, step, found)


def last_figure(item: GoalOutlook) -> records.Observation | None:
    """Return the area's latest figure with a value among those that the model used."""
    return next((f for f in reversed(item.basis.selection.used) if f.has_value), None)


def written_unit(value: float) -> float:
    """Return the smallest unit in which a figure is written: 0.01 for two decimals; at most 1."""
    return min(selection.rounding_unit(value), 1.0)


_FINENESS: Final = 1000
"""Steps of a figure: it is revised by its own unit, or by tens of it up to a thousandth of it."""


def word_flip(outlook: Outlook, item: GoalOutlook) -> Flip | None:
    """Find the smallest revision of the area's last figure that changes the word.

    The goal is forecast again with the figure revised, whatever its model. None where there is no
    figure or no probability, or no revision within 50 % changes the word.
    """
    a, last = item.attainment, last_figure(item)
    if last is None or a.probability is None or last.value == 0.0:
        return None
    dataset, plan = outlook.data.dataset, changed(outlook.plan, goals=(item.goal,))

    @cache
    def word(value: float) -> str:
        data = selection.Vintage(dataset.revised(last, value), outlook.as_of)
        asked = evidence.with_targets(plan, data)
        made = outlook.as_of, outlook.seed, outlook.models
        situation = evidence.Situation(asked, None, data, *made, trend_only=outlook.trend_only)
        (goal,) = asked.goals
        basis = evidence.forecast_indicator(situation, goal)
        return attainment_of(goal, basis, data, seed=outlook.seed).verdict

    size, unit = abs(last.value), 1.0 if item.indicator.whole else written_unit(last.value)
    unit *= 10.0 ** max(math.floor(math.log10(size / (_FINENESS * unit)) + 1e-9), 0)
    low, high = item.basis.series.support
    if a.upper is not None:  # a range: beyond its middle the chance falls again
        middle = float(np.mean(region(*a.asked)))
        low, high = (low, middle) if last.value < middle else (middle, high)
    of = {"unit": unit, "size": size, "support": (low, high)}
    found = rules.nearest_flip(last.value, word, before=a.verdict, **of)  # type: ignore[arg-type]
    return found and replace(found, revision=twelve_digits(found.revision))


@dataclass(frozen=True)
class ExpectedDate:
    """When a goal is met, year by year: two things that are not the same.

    `holds` has P(met at the end of each of `years`), which may fall; that of the due year is the
    goal's own probability. `reached_by` has P(met at the end of that year or of an earlier one of
    `years`), which never falls. `reached` is the year in which a figure on record first met the
    goal, None if none did: `reached_by` is then 1. `earliest`, `median` and `latest` are the first
    years by which it is reached with 10, 50 and 90 % (the median and the central 80 % interval),
    `likely` that with 80 %; None: not within the years looked at.
    """

    years: tuple[int, ...]
    holds: tuple[float, ...]
    reached_by: tuple[float, ...]
    reached: int | None
    earliest: int | None
    median: int | None
    latest: int | None
    likely: int | None


BEYOND_DUE: Final = 5
"""Years beyond the due date to which an own trend is carried on to look for the date."""


def expected_date(outlook: Outlook, goal: str) -> ExpectedDate | None:
    """Return when a goal is met; None where nothing can be said of it.

    Up to the due year from the goal's own forecast. Where the area has a trend of its own, that is
    carried on beyond the due year, for the date only; not under a scenario, whose levers end with
    the plan. What counts as reached on record are the figures from the year before the plan on, and
    the latest one.
    """
    item = outlook[goal]
    forecast, model, asked = item.forecast, item.basis.series_model, item.goal
    if forecast is None or asked.over is not None:
        return None

    def chances(of: Distribution) -> list[float]:
        return probability.holds(of, *asked.asked).tolist()

    holds = chances(forecast)
    reached_by = _reached_on_paths(asked, forecast, scenario=outlook.scenario)
    if model is not None and reached_by is None and outlook.scenario == config.SCENARIO:
        history = item.basis.selection.history
        try:
            further = model.fit(history, asked.due_year - history.start + BEYOND_DUE)
        except errors.ModelError:
            pass
        else:
            holds += chances(further)[-BEYOND_DUE:]
    first = item.years[0]
    years = range(first, first + len(holds))
    reached = _reached_on_record(item, since=outlook.plan.span.first - 1)
    grade = item.attainment.grade
    return date_of(years, holds, reached_by=reached_by, reached=reached, grade=grade)


def _reached_on_paths(
    goal: Goal, forecast: Distribution, *, scenario: str
) -> tuple[float, ...] | None:
    """P(reached by each year) of what has paths of its own; None of what has not.

    Simulated paths of a structure or a scenario; of an event, of which what has come stays.
    """
    asked, inner = goal.asks, uncounted(forecast)
    if isinstance(forecast, Event):
        met = forecast.meets(goal.target, up=asked.up, strict=asked.strict)
        return tuple(np.maximum.accumulate(met).tolist())
    own = isinstance(inner, StructuralForecast) or asked.counts_new
    if not (own or scenario != config.SCENARIO) or not isinstance(inner, Empirical):
        return None
    paths = np.ceil(inner.paths - 0.5) if isinstance(forecast, Counting) else inner.paths
    met = np.logical_or.accumulate(goal.meets(paths), axis=1)
    return tuple(met.mean(axis=0).tolist())


def _reached_on_record(item: GoalOutlook, *, since: int) -> int | None:
    """First year whose figure, or the bound known of it, met the goal; None if none did."""
    history, goal = item.basis.selection.history, item.goal
    told = np.flatnonzero(history.known | history.bound_only)
    seen = [at for at in told if int(history.times[at]) >= since or at == told[-1]]
    return next((int(history.times[at]) for at in seen if kept_at(goal, history, int(at))), None)


def date_of(
    years: Sequence[int],
    holds: Sequence[float],
    *,
    reached_by: Sequence[float] | None = None,
    reached: int | None = None,
    grade: probability.Grade = "A",
) -> ExpectedDate:
    """Read the date off the probabilities of each year, as they are told on such evidence.

    `reached_by` is by default what walks between the years' distributions give (`first_reached`).
    """
    found = first_reached(holds) if reached_by is None else np.maximum(reached_by, holds)
    by_year = tuple(float(p) for p in np.maximum.accumulate(found))
    if reached is not None:
        by_year = (1.0,) * len(holds)

    def first(level: float) -> int | None:
        if reached is not None:
            return reached
        told = (rounded_chance(p, grade=grade) for p in by_year)
        return next((y for y, p in zip(years, told, strict=True) if p >= level), None)

    dates = (first(level) for level in (0.1, 0.5, 0.9, 0.8))
    return ExpectedDate(tuple(years), tuple(holds), by_year, reached, *dates)


@dataclass(frozen=True)
class Pace:
    """What it takes from the latest figure to the target.

    `state` is `met` where the latest figure already keeps the promise, `at_target` where it is the
    target itself, which has to be passed, and no pace is asked, `past` where it has passed what
    is to be about a number, `over` where the due year's
    figure is known, `settled` where one before it has decided, `no_figure` where the area has
    published none to start from, `bound` where it published one last, `no_base` where that is not
    known from which a change is asked, which have no `path`; of a `mean` over years only a level is
    required. `compared` is its pace among those of comparable areas, where such areas are held and
    a pace is required.
    """

    state: Literal[
        "required", "met", "at_target", "past", "over", "settled", "mean", "bound", "no_figure",
        "no_base",
    ]  # fmt: skip
    path: probability.RequiredPath | None = None
    compared: ComparedPace | None = None


def pace_of(item: GoalOutlook, *, as_of: date) -> Pace:
    """Return the pace that a goal requires from its latest figure, with its place among others.

    The others' paces are those that had been published by the as-of date.
    """
    a, path = item.attainment, item.attainment.required
    if a.latest is not None and not math.isfinite(item.goal.target):
        return Pace("no_base")
    if path is None or a.latest is None:
        return Pace("no_figure" if item.bound is None else "bound")
    if path.years < 1:
        return Pace("over", path)
    if item.is_settled(as_of):
        return Pace("settled", path)
    if item.goal.over in SUMMED:
        decided = path.is_decided(item.indicator.support[0], up=item.goal.asks.up)
        return Pace("settled" if decided else "mean", path)
    if item.goal.meets(a.latest):
        return Pace("met", path)
    if path.increment is None:
        return Pace("past" if a.passed_by(a.latest) else "at_target", path)
    compared, known = None, growth_class(item.goal.indicator, year=evidence.panel_year(as_of))
    pace = path.rate if known is None or known.measure == "rate" else path.increment
    if known is not None and pace is not None:
        way: Direction = "up" if pace > 0.0 else "down"
        compared = compare_pace(pace, known, years=path.years, direction=way)
    return Pace("required", path, compared)


@dataclass(frozen=True)
class BeyondRecord:
    """A target that lies further from the latest figure than the area ever came in as long a time.

    `change` is its distance from the latest figure and `record` the furthest that the area came
    that way in any of `windows` spans of `years` years: shares of the figure that a span starts
    from (0.05 is 5 %) if `relative`, else in the unit.
    """

    change: float
    record: float
    windows: int
    years: int
    relative: bool

    @property
    def a_year(self) -> float:
        """The record as a pace a year, as a share that of compound growth."""
        if self.relative:
            return float((1.0 + self.record) ** (1.0 / self.years) - 1.0)
        return self.record / self.years


FEWEST_WINDOWS: Final = 3
"""Spans on record from which on a pace or a target can lie beyond them."""


def beyond_record(item: GoalOutlook) -> BeyondRecord | None:
    """Hold a goal's target against the area's own spans of as many years, which overlap.

    Nothing of one that is met or no further than these, of things newly built, of a goal over
    several years, or of too few spans.
    """
    a, history = item.attainment, item.basis.selection.history
    path, event = a.required, item.indicator.kind == "event"
    none = a.probability is None or item.goal.over or event or a.passed_by(a.latest)
    if none or path is None or path.years < 1:
        return None
    years, asked = path.years, path.increment or 0.0
    last = history.values[history.known][-1].item()
    target, upward = last + years * asked, asked > 0.0
    known, relative = _on_record(item, target)
    seen = _changes(known, years, relative=relative)
    if item.goal.meets(last) or len(seen) < FEWEST_WINDOWS:
        return None
    moved = target / last - 1.0 if relative else target - last
    record = (max if upward else min)(seen)
    beyond = moved > record if upward else moved < record
    return BeyondRecord(moved, record, len(seen), years, relative) if beyond else None


def _on_record(item: GoalOutlook, *others: float) -> tuple[dict[int, float], bool]:
    """Return the figures by year, and whether they and `others` are compared as shares."""
    history = item.basis.selection.history
    figures = history.values[history.known].tolist()
    known = dict(zip(history.times[history.known].tolist(), figures, strict=True))
    unit, kind = item.goal.unit, item.indicator.growth_kind
    points = is_percent(unit) or is_rank(unit) or kind == "ratio"
    return known, not points and min([*others, *figures]) > 0.0


def _changes(known: Mapping[int, float], years: int, *, relative: bool) -> list[float]:
    """Return what the figures moved by in each span of so many years, which overlap."""
    spans = [(start, known[t + years]) for t, start in known.items() if t + years in known]
    return [end / start - 1.0 if relative else end - start for start, end in spans]


_LONGEST_KEPT: Final = 5
"""Years over which a pace has to have been kept once, at most."""


def unseen_pace(item: GoalOutlook, path: Mapping[int, float], *, since: int, up: bool) -> int:
    """Return over how many years no figures on record moved as fast as a path from a year on.

    Negative on the way down; 0 where some did, as paces are told, or too few spans are on record:
    they are as long as the path but at most five years, or as long as there are three of.
    """
    known, relative = _on_record(item, *path.values())
    ends, due, way = {**known, **path}, max(path), 1 if up else -1

    def paces(figures: Mapping[int, float], years: int) -> list[float]:
        seen = _changes(figures, years, relative=relative)
        if relative:
            return [round(way * ((1 + one) ** (1 / years) - 1), 3) for one in seen]
        return [rounded(way * one / years, unit=item.goal.unit) for one in seen]

    asked = paces({year: ends[year] for year in (since, due) if year in ends}, due - since)
    for years in range(min(_LONGEST_KEPT, due - since), 0, -1):
        if len(seen := paces(known, years)) >= FEWEST_WINDOWS:
            # A slower rise is no fall, however slow.
            return way * years if asked and asked[0] > max(0.0, *seen) else 0
    return 0


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
    out (0 leaves out none); the figures are those of `first_year` to `last_year`.
    """

    name: str
    measure: PaceMeasure
    unit: str
    area_kind: str
    from_level: float
    first_year: int
    last_year: int
    spans: Mapping[int, SpanPercentiles]


def growth_class(indicator: str, *, year: int) -> GrowthClass | None:
    """Return the comparable areas' percentiles for an indicator; None where none are held.

    They are of the figures up to a year. An indicator is never lent the percentiles of another
    kind.
    """
    kind = kind_of(indicator)
    by_year = load().get(indicator if kind == ANY else kind, {})
    seen = [last for last in by_year if last <= year]
    return by_year[max(seen)] if seen else None


@cache
def load(path: Path = SHIPPED) -> Mapping[str, Mapping[int, GrowthClass]]:
    """Read the shipped file, or one that `make train` wrote: by kind and last year of figures."""
    document: dict[str, Any] = config.shipped(path)
    levels = document["levels"]

    def percentiles(span: dict[str, Any]) -> SpanPercentiles:
        sides = {"every": levels["every"], "highest": levels["best"], "lowest": levels["best"]}
        by_level = (
            dict(zip(of, span[side], strict=True)) if side in span else {}
            for side, of in sides.items()
        )
        return SpanPercentiles(span["areas"], span["windows"], *by_level)

    read: dict[str, dict[int, GrowthClass]] = {}
    for name, known in document["classes"].items():
        about = {key: known[key] for key in GrowthClass.__annotations__ if key in known}
        read[name] = {}
        for last, spans in known["by_last_year"].items():
            held = {int(years): percentiles(span) for years, span in spans.items()}
            own = about | {"name": name, "last_year": int(last), "spans": held}
            read[name][int(last)] = GrowthClass(**own)
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
