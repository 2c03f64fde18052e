"""Where goals meet forecasts: a plan projected, under scenarios, and all its goals together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np

from bcforecast import config
from bcforecast.attainment import evidence
from bcforecast.attainment import probability as chance
from bcforecast.attainment.checks import stopping
from bcforecast.calls import Answering, Seed, Shown, checked, checked_class
from bcforecast.distributions import Counting, Distribution, FloatArray
from bcforecast.errors import BcforecastError, ScenarioError
from bcforecast.models import registry
from bcforecast.observations import reading, records
from bcforecast.observations.selection import WHAT_IF, BoolArray, History, Vintage, with_comparisons
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import ByGoal, Goal, Indicator, Plan
from bcforecast.plan.reading import load_plan
from bcforecast.plan.targets import SUMMED, Asking, nearest_that_meets, region
from bcforecast.scenarios import scenario as scenarios
from bcforecast.scenarios import simulation as sim
from bcforecast.scenarios.scenario import Move, Scenario
from bcforecast.text import Language, Message, Text, spoken, workbench

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Attainment(Asking):
    """How likely one goal, as the plan has it, is to be met, and what it would take.

    Parameters
    ----------
    promise
        The goal, whose comparator, target, unit and so on it answers for too.
    probability
        Of meeting the goal by its due date, with the plan's own comparator; None if grade U.
    grade, verdict
        Evidence grade, A to D, or U; catalogue key of the probability in words.
    q10, q50, q90
        Quantiles at the due date, in `unit`, of an event of all its new ones; None if grade U.
    latest, latest_year
        The area's own latest figure and its year; None if it has published none.
    required
        Gap and yearly pace from the latest figure to the target; None without a figure, or where
        what was published later is a bound. No pace where the figure has passed what is asked.
    onward
        Of what is to be about a number the way there from where the plan began, 1 or -1, or if it
        was there already, to what is better; 0 of everything else.
    """

    promise: Goal
    probability: float | None
    grade: chance.Grade
    verdict: str
    q10: float | None
    q50: float | None
    q90: float | None
    latest: float | None
    latest_year: int | None
    required: chance.RequiredPath | None
    onward: int = 0

    if not TYPE_CHECKING:  # a type checker knows from `Asking` what a goal says

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or name == "promise":
                raise AttributeError(name)
            return getattr(self.promise, name)

    @property
    def goal(self) -> str:
        """Identifier of the goal."""
        return self.promise.id

    @property
    def due_year(self) -> int:
        """The year in which the goal is due, whichever the thread writes."""
        return self.promise.due_year


@dataclass(frozen=True)
class GoalOutlook(Shown):
    """One goal: its forecast, its attainment, what they rest on and what happened.

    Parameters
    ----------
    basis
        The forecast of the indicator with the figures and model behind it.
    outcome
        The figure of the due year if it has been published by now, after the as-of date or before;
        never seen by the forecast.
    since
        All figures of the indicator published after the as-of date; never seen by the forecast.
    """

    goal: Goal
    indicator: Indicator
    basis: evidence.IndicatorForecast
    attainment: Attainment
    outcome: chance.Outcome | None
    since: tuple[records.Observation, ...]
    outlook: ClassVar[Outlook]  # which binds it to itself; no field, or its parts went round
    _asks = ("attainment", "goal", "basis", "forecast")

    @property
    def names(self) -> Text:
        """What the goal is called."""
        return self.goal.called(self.indicator)

    def is_settled(self, as_of: date) -> bool:
        """Whether a figure that decides it had been published by a day."""
        return self.outcome is not None and self.outcome.observation.published <= as_of

    @property
    def met(self) -> bool | None:
        """Whether it was met, where a figure published by the as-of date says so."""
        known = "outlook" in vars(self) and self.is_settled(self.outlook.as_of)
        return self.outcome.met if known and self.outcome else None

    def is_over(self, as_of: date) -> bool:
        """Whether nothing can move it any more on a day: it is due, or decided before."""
        return self.goal.is_due(as_of) or self.is_settled(as_of)

    def rating(self, as_of: date) -> str:
        """Return how it stands on a day: `bcforecast.attainment.probability.rating_of`."""
        return chance.rating_of(self.attainment.verdict, over=self.is_over(as_of), met=self.met)

    @property
    def probability(self) -> float | None:
        """P(the goal is met); None if nothing can be said."""
        return self.attainment.probability

    @property
    def forecast(self) -> Distribution | None:
        """Distribution of the indicator over `years`; None if nothing can be said."""
        return self.basis.forecast

    @property
    def years(self) -> tuple[int, ...]:
        """Year of each horizon of the forecast; the last is the due year."""
        return self.basis.years

    @property
    def history(self) -> History:
        """The figures that the forecast is fitted to, one a year."""
        return self.basis.selection.history

    @property
    def bound(self) -> records.Observation | None:
        """What was last published of it, where that is a bound, later than the latest figure."""
        last = self.basis.selection.used[-1:] if self.attainment.latest is not None else ()
        return next((one for one in last if not one.has_value), None)

    @property
    def begun(self) -> bool:
        """Whether anything is known of the plan's years: what came before counts no new things."""
        a, first = self.attainment, self.outlook.plan.span.first
        known = self.bound is not None or a.latest_year is None or a.latest_year >= first
        return known or not a.asks.counts_new

    @checked
    def plot(self, *, lang: Language | None = None) -> Figure:
        """Draw figures, forecast and target; the figure shows itself in a notebook as SVG."""
        return workbench().plot_goal(self.outlook, self.goal.id, lang=lang or spoken()).figure

    @checked
    def explain(self, *, lang: Language | None = None) -> Any:
        """Return why: rules, required pace, flips, by-year table (`explain.Explanation`)."""
        return replace(workbench().explain(self.outlook, self.goal.id), lang=lang)

    @checked
    def summary(self, *, lang: Language | None = None) -> Any:
        """Return what was fitted, as tables: components, growth, residuals, what the prior did."""
        return workbench().summary(self, lang=lang or spoken())

    @checked
    def figures(self, *, lang: Language | None = None) -> pd.DataFrame:
        """One row a figure known by the as-of date: what became of it, and why."""
        return workbench().figures_frame(self, lang=lang or spoken())

    @checked
    def plot_figures(self, *, lang: Language | None = None) -> Figure:
        """Draw every figure known: its period, bounds, day of publication, whether it is used."""
        return workbench().figures_figure(self, lang=lang or spoken())

    @checked
    def next_grade(self, *, lang: Language | None = None) -> str:
        """Say what is missing for the next evidence grade."""
        return workbench().next_grade(self, lang=lang or spoken())


@checked_class
@dataclass(frozen=True)
class Outlook(ByGoal[GoalOutlook], Shown):
    """Every goal of a plan, in its order, as seen from one date under one scenario.

    Nothing published after `as_of` was used. `models` has the model chosen for an indicator's own
    series; `trend_only` is as in `project`; `as_before` is the outlook under the baseline that this
    one was made from, None where it is that one; `drawn` keeps the numbers of each chart, and
    what else a report asks for twice, so that they are computed once. `assumed` is what it assumes.
    """

    plan: Plan
    data: Vintage
    as_of: date
    scenario: str
    seed: int
    goals: tuple[GoalOutlook, ...]
    models: Mapping[str, registry.Model] = field(default_factory=dict, hash=False)
    trend_only: bool = False
    as_before: Outlook | None = field(default=None, repr=False)
    assumed: Scenario | None = field(default=None, repr=False, hash=False)
    drawn: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A goal is asked for its chart and its reasons, which rest on the whole outlook.
        object.__setattr__(self, "goals", tuple(map(copy, self.goals)))
        for item in self.goals:
            object.__setattr__(item, "outlook", self)

    @property
    def baseline(self) -> Outlook:
        """The same outlook under the baseline."""
        return self if self.as_before is None else self.as_before

    @cached_property
    def exploration(self) -> Exploration:
        """The plan's chance, drawn once for all scenarios; of the baseline only."""
        return explore(self)

    @property
    def scenario_title(self) -> Text:
        """What its scenario is called."""
        folder = self.data.data_dir
        return (self.assumed or scenarios.load_scenario(self.scenario, data_dir=folder)).title

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Identifiers of the plan's scenarios, without drafts."""
        found = scenarios.load_scenarios(plan=self.plan, data_dir=self.data.data_dir)
        return tuple(one.id for one in found)

    @checked
    def under(self, scenario: str | Path | Scenario | Mapping[str, float]) -> Outlook:
        """Return the outlook under a scenario, by id, file, sizes of levers or as it is."""
        if scenario == config.SCENARIO:
            return self.baseline
        if scenario == self.scenario:
            return self
        if isinstance(scenario, Mapping):
            scenario = self.exploration.pushed(scenario)
        if not isinstance(scenario, Scenario):
            folder = self.data.data_dir
            scenario = scenarios.load_scenario(scenario, plan=self.plan, data_dir=folder)
        for move in scenario.moves:
            moved = scenarios.find_lever(move.lever, self.plan)
            for year in move.by_year:
                scenarios.require_in_range(moved, scenario.total(move.lever, year), year=year)
        if scenario.id == self.scenario and not scenario.moves:
            return self
        forecasts = self.exploration.forecasts(scenario)
        said, goals = Message("attainment.under_scenario", {"title": scenario.title}), []
        for item in self.goals:
            forecast = forecasts.get(item.goal.id)
            if forecast is not None and forecast is not item.forecast:
                told = (*item.basis.explanation, said)
                basis = replace(item.basis, forecast=forecast, explanation=told)
                again = attainment_of(item.goal, basis, self.data, seed=self.seed)
                was = item.attainment
                again = replace(again, required=was.required, onward=was.onward)
                item = replace(item, basis=basis, attainment=again)
            goals.append(item)
        return replace(
            self, scenario=scenario.id, goals=tuple(goals), as_before=self, assumed=scenario
        )

    @checked
    def joint(self, *goals: str) -> Joint:
        """Count how often goals are met together, two or more of them; of all where none is named.

        Under this outlook's scenario.
        """
        explored, asked = self.baseline.exploration, self.assumed or scenarios.baseline()
        if not goals:
            return explored.joint(asked)
        named = [*dict.fromkeys(map(explored.goal, goals))]  # each once
        columns = [explored.goals.index(goal) for goal in named]
        weak = tuple(goal.id for goal in named if goal.id in explored.weak)
        return Joint.of(explored.met(asked)[:, columns], tuple(g.id for g in named), weak=weak)

    @checked
    def compare(self, *scenarios: str | Scenario) -> Any:
        """Return the plan under several scenarios side by side; all of the folder by default."""
        return workbench().compared(self, scenarios)

    @checked
    def seek(self, goal: str, probability: float = 0.8) -> Any:
        """Return what makes a goal so likely: each of its levers alone, then all together."""
        return workbench().sought(self, goal, probability)

    @checked
    def news(self, since: str | date) -> Any:
        """Return why each probability moved from a day to the as-of date (`attainment.news`)."""
        return workbench().news_since(self, since)

    @checked
    def plot(self, *, lang: Language | None = None) -> Figure:
        """Draw the probability of every goal; the figure shows itself in a notebook as SVG."""
        return workbench().plot_dashboard(self, lang=lang or spoken()).figure

    @checked
    def report(self, out: str | Path = "reports", *, lang: Language | None = None) -> Path:
        """Write the report of this outlook below `out`; return its folder.

        A report is made from files alone: what was changed in Python only is refused.
        """
        return workbench().reported(self, out, lang=lang or spoken())

    def attainment(self) -> pd.DataFrame:
        """One row a goal: probability, quantiles, grade, verdict, gap and required pace.

        Target and quantiles of a total are those of all its years.
        """
        import pandas as pd

        rows = []
        for item in self.goals:
            a, path = item.attainment, item.attainment.required
            said = {"goal": a.goal, **item.goal.model_dump(exclude=_UNTABLED), **vars(a)}
            del said["promise"], said["required"]
            said["target"], said["upper"] = a.in_all
            said |= {q: said[q] and a.added_years * said[q] for q in ("q10", "q50", "q90")}
            said |= {"due": a.due.isoformat(), "verdict": a.verdict.partition(".")[2]}
            pace = None if a.met_by(a.latest) or item.met is not None else path
            said |= {"gap": path and path.gap, "required_increment": pace and pace.increment}
            said |= {"required_rate": pace and pace.rate, "model": item.basis.model}
            rows.append(said)
        return pd.DataFrame(rows).astype({"latest_year": "Int64"})

    def forecasts(self) -> pd.DataFrame:
        """One row an indicator and year up to its last due: mean, quantiles, grade, method."""
        import pandas as pd

        longest = {
            item.indicator.id: (item, item.forecast)
            for item in sorted(self.goals, key=lambda item: item.goal.due)
            if item.forecast is not None
        }
        names = [f"q{100 * p:02.0f}" for p in config.TABLE_QUANTILES]
        columns = ["area", "indicator", "year", "unit", "mean", *names, "grade", "method"]
        rows: list[tuple[object, ...]] = []
        for item, forecast in longest.values():
            numbers = forecast.mean(), *map(forecast.quantile, config.TABLE_QUANTILES)
            about = self.plan.area, item.indicator.id
            rests = item.attainment.grade, item.basis.model
            for year, *told in zip(item.years, *numbers, strict=True):
                rows.append((*about, year, item.attainment.unit, *told, *rests))
        return pd.DataFrame(rows, columns=columns)


_UNTABLED: Final = {"id", "names", "family", "relative", "bodies", "place", "quote"}
"""What a table of attainments leaves out of what a goal says."""


@checked
def project(
    plan: Plan | str | Path,
    data: Vintage,
    *,
    scenario: str | Path | Scenario = config.SCENARIO,
    seed: Seed = config.SEED,
    parent: Plan | None = None,
    models: Mapping[str, str | registry.Model] | str | None = None,
    held: Mapping[str, str] | None = None,
    trend_only: bool = False,
) -> Outlook:
    """Forecast every indicator of a plan and say how likely each goal is to be met.

    Parameters
    ----------
    plan, data
        What was promised, or the identifier or file of a plan; what had been published by the
        as-of date.
    scenario
        Named assumptions; `baseline` has none.
    seed
        Of every simulation.
    parent
        The plan that this one carries out, which names the parent area in words. Default: the plan
        that `plan.parent` names.
    models
        By indicator, the model of its own series: a name of `models.registry.MODELS` or a model of
        one's own, in place of the trend and of what else the evidence would suggest; or as text,
        `gdp=ets,rd_intensity=theta`. Default: as the plan's indicators say, else the trend.
    held
        By goal, the identifier of the model to be kept as long as it takes the figures, so that the
        effect of new figures can be told from that of another model. Default: none.
    trend_only
        Say what the trend alone says, not how goals of governments depart from it.

    Raises
    ------
    BcforecastError
        If `data` has no as-of date; there is no such scenario; the parent plan cannot be read; an
        indicator, goal or model is named that there is not, or a model that cannot be held; a
        chosen model refuses the figures of its indicator, a figure lies outside the valid range
        that the plan gives its indicator, or it or a target cannot be right (`checks.stopping`).
    """
    models = registry.parse_models(models.split(",")) if isinstance(models, str) else models
    if not isinstance(plan, Plan):
        plan = load_plan(plan, data_dir=data.data_dir)
    data = replace(with_comparisons(plan, data), area=plan.area)
    if data.as_of is None:
        raise BcforecastError("attainment.no_as_of")
    if parent is None and plan.parent is not None:
        parent = load_plan(plan.parent, data_dir=data.data_dir)
    chosen = evidence.chosen_models(plan, models, seed=seed)
    evidence.require_holdable(plan, held or {}, chosen)
    plan = evidence.with_targets(plan, data)
    asked = seed, chosen, held or {}, trend_only
    situation = evidence.Situation(plan, parent, data, data.as_of, *asked)
    return outlook_of(situation).under(scenario)


def outlook_of(situation: evidence.Situation) -> Outlook:
    """Return the outlook of a plan, whose targets are known, under the baseline."""
    plan, data, seed, goals = situation.plan, situation.data, situation.seed, []
    for impossible in stopping(plan, data):
        raise impossible
    for goal in plan.goals:
        basis = evidence.forecast_indicator(situation, goal)
        published, _ = evidence.known_figures(plan, goal, data.at(None))
        later = data.not_yet_published(basis.series.area, basis.series.indicator)
        since = tuple(figure for figure, _ in later)
        indicator = plan.indicator_of(goal)
        attainment = attainment_of(goal, basis, data, seed=seed)
        attainment = replace(attainment, onward=_onward(plan, goal, basis.selection.history))
        if attainment.required and attainment.passed_by(attainment.latest):
            gap = -attainment.required.gap  # more than was asked
            path = replace(attainment.required, gap=gap, increment=None, rate=None)
            attainment = replace(attainment, required=path)
        outcome = chance.outcome_of(goal, published)
        goals.append(GoalOutlook(goal, indicator, basis, attainment, outcome, since))
    if WHAT_IF in data.sources:
        _require_used(goals, data)
    known = situation.models, situation.trend_only
    return Outlook(plan, data, situation.as_of, config.SCENARIO, seed, tuple(goals), *known)


def _onward(plan: Plan, goal: Goal, history: History) -> int:
    """Which way what is to be `about` a number has to go from the plan's first days; else 0."""
    if goal.comparator != "about" or goal.over or not history.n_values:
        return 0
    low, high = region(*goal.asked)
    known = history.values[history.known]
    before = known[history.times[history.known] < plan.span.first]
    start = (before[-1:] if before.size else known)[0]
    if low <= start <= high:
        return 1 if plan.indicator_of(goal).direction == "up" else -1
    return 1 if start < low else -1


def _require_used(goals: list[GoalOutlook], data: Vintage) -> None:
    """Refuse a figure of one's own (`Vintage.with_figure`) that no goal on its indicator uses."""
    for figure in (one for one in data.observations if one.source == WHAT_IF):
        about = figure.area, figure.indicator
        bases = [one.basis for one in goals]
        of_it = [b.selection for b in bases if (b.series.area, b.series.indicator) == about]
        why = [reason for one in of_it for unused, reason in one.unused if unused == figure]
        if of_it and len(why) == len(of_it):
            named = {"indicator": figure.indicator, "period": figure.period.in_words()}
            raise BcforecastError("observations.unused_what_if", **named, reason=why[0])


def attainment_of(
    goal: Goal, basis: evidence.IndicatorForecast, data: Vintage, *, seed: int
) -> Attainment:
    """Return how likely a goal is to be met by a forecast of its indicator."""
    history, forecast = basis.selection.history, basis.forecast
    probability = q10 = q50 = q90 = None
    if forecast is not None:
        probability, read = chance_of(goal, forecast, basis, seed=seed)
        q10, q50, q90 = read.quantile(config.QUANTILES)[:, -1].tolist()
    grade = chance.evidence_grade(basis.n_usable, basis=basis.basis)
    latest = latest_year = required = None
    if history.n_values:
        at = int(history.known.nonzero()[0][-1])
        latest, latest_year = float(history.values[at]), int(history.times[at])
        required = _required(goal, latest, basis) if basis.selection.used[-1].has_value else None
    verdict = chance.verdict_of(probability, grade=grade, data_dir=data.data_dir)
    said = goal, probability, grade, verdict, q10, q50, q90
    return Attainment(*said, latest, latest_year, required)


def chance_of(
    goal: Goal, forecast: Distribution, basis: evidence.IndicatorForecast, *, seed: int
) -> tuple[float, Distribution]:
    """P(a goal is met) and the forecast of what it asks about: the due year, or several years."""
    if goal.over is not None:
        span = chance.CountedYears.of(goal, basis.selection.history, basis.years)
        return chance.over_years(forecast, goal, span, seed=seed)
    return float(chance.holds(forecast, *goal.asked)[-1]), forecast


def _required(
    goal: Goal, latest: float, basis: evidence.IndicatorForecast
) -> chance.RequiredPath | None:
    """Gap and pace; of a range to its nearer end, or none inside it but of a mean or total."""
    if not np.isfinite(goal.target):
        return None
    asked = goal.asks
    if asked.two_sided:
        low, high = region(*goal.asked)
        up = latest <= 0.5 * (low + high)
        needed = low if up else high
        if goal.over not in SUMMED and low <= latest <= high:
            needed = latest
    else:
        up = asked.up
        needed = nearest_that_meets(goal.comparator, goal.target, whole=basis.series.whole)
        low = high = needed
    history = basis.selection.history
    last = int(history.times[history.known][-1])
    years = goal.due_year - last
    path = chance.required_path(latest, target=needed, years=years, up=up)
    if goal.over is None or (years < 1 and goal.over not in SUMMED):
        return path
    first = max(goal.years[0] - last, 1)
    kept = range(first, years + 1)
    if goal.over == "every":
        even = chance.required_path(latest, target=needed, years=first, up=up)
        return replace(even, kept=kept, level=needed)
    known = chance.CountedYears.of(goal, history, ()).known
    rest, mean = len(goal.years) - known.size, float(known.mean()) if known.size else latest
    gap = needed - mean if up else mean - needed
    if asked.two_sided:
        gap = max(low - mean, mean - high, 0.0)
    level, most = (
        (end * len(goal.years) - float(known.sum())) / rest if rest else None for end in (low, high)
    )
    most = most if asked.two_sided else None
    return replace(path, gap=gap, increment=None, rate=None, kept=kept, level=level, most=most)


@dataclass(frozen=True, repr=False, eq=False)
class Exploration(Answering):
    """The goals of an outlook under the baseline, and the chance that all scenarios share."""

    outlook: Outlook
    simulation: sim.Simulation

    @cached_property
    def projected(self) -> dict[str, Distribution]:
        """Forecasts under the baseline by goal, of which a probability can be said."""
        items = self.outlook.goals
        return {one.goal.id: one.forecast for one in items if one.forecast is not None}

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Goals of which a probability can be said, in the order of the plan."""
        return tuple(goal for goal in self.outlook.plan.goals if goal.id in self.projected)

    @property
    def unset(self) -> tuple[str, ...]:
        """Identifiers of the other goals."""
        return tuple(one.id for one in self.outlook.plan.goals if one.id not in self.projected)

    def forecasts(self, scenario: Scenario) -> dict[str, Distribution]:
        """Forecasts by goal under a scenario; the projection's own where it moves nothing."""
        paths = self.simulation.run(scenario)
        return {goal.id: self._forecast(paths, goal, scenario) for goal in self.goals}

    def forecast(self, goal: str, scenario: Scenario) -> Distribution:
        """Forecast of one goal under a scenario; as `forecasts`, without the others."""
        wanted = self.goal(goal)
        paths = self.simulation.run(scenario, only=[wanted.indicator])
        return self._forecast(paths, wanted, scenario)

    @checked
    def probability(self, goal: str, scenario: Scenario, *, by: int | None = None) -> float:
        """P(goal met) under a scenario by the end of a year, by default the due year.

        Of a goal over several years no other can be asked.
        """
        wanted = self.goal(goal)
        years = self.outlook[goal].years
        first, last = years[-1 if wanted.over else 0], years[-1]
        if by is not None and by not in range(first, last + 1):
            raise ScenarioError("joint.year", goal=goal, found=by, first=first, last=last)
        forecast = self.forecast(goal, scenario)
        if wanted.over is not None:
            return chance_of(wanted, forecast, self.outlook[goal].basis, seed=self.outlook.seed)[0]
        at = -1 if by is None else years.index(by)
        return float(chance.holds(forecast, *wanted.asked)[at])

    @property
    def levers(self) -> tuple[str, ...]:
        """Identifiers of the levers that move a goal, as `pushed` takes them."""
        plan = self.outlook.plan
        found = (one.id for goal in self.goals for one in scenarios.levers_on(goal.indicator, plan))
        return tuple(dict.fromkeys(found))

    def met(self, scenario: Scenario) -> BoolArray:
        """Whether each goal is met on each path, shape (n, G), in the order of `goals`."""
        paths = self.simulation.run(scenario)
        return np.column_stack([self._met(paths, goal, scenario) for goal in self.goals])

    def _met(self, paths: sim.Paths, goal: Goal, scenario: Scenario) -> BoolArray:
        item = self.outlook[goal.id]
        ahead = None if goal.over is None else self._over_years(paths, goal)
        if ahead is None:
            return np.asarray(goal.meets(self._at_due(paths, goal)))
        span = chance.CountedYears.of(goal, item.history, item.years)
        forecast, likely = self._forecast(paths, goal, scenario), item.attainment.probability
        if forecast is not self.projected[goal.id] or likely is None:
            likely, _ = chance.over_years(forecast, goal, span, seed=self.outlook.seed)
        return chance.met_on_paths(goal, ahead, span, likely)

    def _over_years(self, paths: sim.Paths, goal: Goal) -> FloatArray | None:
        """Paths over the years of a goal's forecast; None where another goal's end before."""
        years, drawn = self.outlook[goal.id].years, self._baseline_of(goal).years
        if not set(years) <= set(drawn):
            return None
        return paths[goal.indicator][:, [drawn.index(year) for year in years]]

    def _baseline_of(self, goal: Goal) -> sim.Baseline:
        return self.simulation.by_indicator[goal.indicator]

    def joint(self, scenario: Scenario) -> Joint:
        """All goals together under a scenario; ScenarioError if nothing can be said of any."""
        if not self.goals:
            raise ScenarioError("joint.no_goal", plan=self.outlook.plan.id)
        names = tuple(goal.id for goal in self.goals)
        over = tuple(one for one in names if self.outlook[one].is_over(self.outlook.as_of))
        about = {"unset": self.unset, "weak": self.weak, "over": over}
        return Joint.of(self.met(scenario), names, **about)

    @property
    def weak(self) -> tuple[str, ...]:
        """Identifiers of the goals whose probability rests on a prior alone (grade D)."""
        graded = ((goal.id, self.outlook[goal.id].attainment.grade) for goal in self.goals)
        return tuple(name for name, grade in graded if grade not in chance.COUNTED)

    @property
    def grade(self) -> chance.Grade:
        """Grade of what is said of all goals together: the weakest of theirs."""
        return chance.weakest_grade(self.outlook[goal.id].attainment.grade for goal in self.goals)

    @checked
    def pushed(self, sizes: Mapping[str, float], *, base: Scenario | None = None) -> Scenario:
        """Return a scenario in which levers are moved from the first year to act in on.

        By sizes in each lever's unit, taken as certain, beside what `base` assumes. Without a base
        they stay within the ranges of the levers. It is called after what it moves.
        """
        plan = self.outlook.plan
        year = plan.first_year_to_act(self.outlook.as_of)
        start, moves = base or self.baseline, []
        for lever, size in sizes.items():
            measure, moved = self.measure_of(lever), scenarios.find_lever(lever, plan)
            if base is None or not np.isfinite(size):
                scenarios.require_in_range(moved, size, year=year)
            by_year = {year: float(size)}
            moves.append(Move(lever=lever, measure=measure, by_year=by_year, unit=moved.unit))
        if not moves:
            return start
        told = [f"{lever} {size:+g}" for lever, size in sizes.items()]
        about = {"scenario": start.title, "sizes": "; ".join(told)}
        title = Text.of(Message("attainment.scenario_pushed", about))
        named = "; ".join(told if start.id == config.SCENARIO else (start.id, *told))
        return changed(start, id=named, title=title, plan=plan.id, moves=(*start.moves, *moves))

    @property
    def baseline(self) -> Scenario:
        """The scenario without assumptions."""
        return scenarios.baseline()

    def measure_of(self, lever: str) -> str | None:
        """Identifier of the first measure that moves a lever, or acts on what it moves.

        None where no measure of the plan does.
        """
        plan = self.outlook.plan
        wanted = scenarios.find_lever(lever, plan)
        tasks = (*plan.measures, *plan.safeguards)
        named = [task.id for task in tasks if lever in {one.id for one in task.levers}]
        acting = [task.id for task in tasks if set(task.indicators) & set(wanted.indicators)]
        return next(iter((*named, *acting)), None)

    def goal(self, goal: str) -> Goal:
        """Return a goal; refused where the plan has none such, or no probability can be said."""
        found = self.outlook.plan.goal(goal)
        if found.id not in self.projected:
            raise ScenarioError("joint.unset", goal=found.id)
        return found

    def _forecast(self, paths: sim.Paths, goal: Goal, scenario: Scenario) -> Distribution:
        baseline = self._baseline_of(goal)
        ahead = self._over_years(paths, goal)
        if ahead is None or not sim.is_moved(scenario, baseline, self.simulation.lever):
            return self.projected[goal.id]
        return baseline.read(ahead)

    def _at_due(self, paths: sim.Paths, goal: Goal) -> FloatArray:
        """Values at the due date, shape (n,), whole where whole things are counted."""
        baseline = self._baseline_of(goal)
        if goal.due_year in baseline.years:
            values = paths[goal.indicator][:, baseline.years.index(goal.due_year)]
            return np.ceil(values - 0.5) if isinstance(baseline.forecast, Counting) else values
        # An earlier goal on the same indicator whose year is published already.
        forecast = self.projected[goal.id]
        n, seed = self.simulation.n_paths, self.simulation.seed
        order = np.argsort(sim.named_normals(seed, f"settled {goal.id}", (n,)))
        return forecast.quantile((order + 0.5) / n)[:, -1]


ENOUGH_FOR_CORRELATION: Final = 4
"""Values of an indicator's own from which its own growth, not its parent's, is correlated."""


def explore(
    outlook: Outlook, *, correlation: sim.Correlation | None = None, n_paths: int = 10_000
) -> Exploration:
    """Draw the chance of a plan projected under the baseline, once for all scenarios.

    The correlation of the indicators' yearly growth is by default estimated from their histories,
    or from the parent area's where an indicator has fewer than four figures of its own.
    """
    if outlook.scenario != config.SCENARIO:
        raise ScenarioError("joint.not_baseline", found=outlook.scenario)
    longest: dict[str, GoalOutlook] = {}
    baselines: dict[str, sim.Baseline] = {}
    for item in outlook:
        name, goal, forecast = item.goal.indicator, item.goal, item.forecast
        if forecast is None or (name in longest and len(item.years) <= len(longest[name].years)):
            continue
        longest[name] = item
        settled = item.basis.selection.history.start >= goal.due_year
        opens = item.years[-1] + 1 if settled else outlook.plan.first_open_year(outlook.as_of)
        about = item.indicator.support, item.basis.selection.part
        told = tuple(sorted(_ends_asked(outlook.plan, item.indicator)))
        baselines[name] = sim.Baseline(name, forecast, item.years, opens, *about, told)
    histories = {}
    for name, item in longest.items():
        own, parent = item.basis.selection.history, item.basis.parent
        few = own.n_values < ENOUGH_FOR_CORRELATION
        histories[name] = parent.selection.history if few and parent is not None else own
    correlation = correlation or sim.estimate_correlation(histories)
    made = correlation, n_paths, outlook.seed, outlook.plan
    return Exploration(outlook, sim.Simulation(tuple(baselines.values()), *made))


def _ends_asked(plan: Plan, indicator: Indicator) -> set[float]:
    """Ends of what goals ask of an indicator, of whole numbers halfway to the next."""
    asked = (goal for goal in plan.goals if goal.indicator == indicator.id)
    ends = {end for one in asked for end in region(*one.asked)}
    known = {end for end in ends if np.isfinite(end)}
    if not indicator.whole:
        return known
    return {half for end in known for half in (math.ceil(end) - 0.5, math.floor(end) + 0.5)}


@dataclass(frozen=True)
class Joint(Shown):
    """G goals met together, from joint paths.

    Of each goal its probability, (G,), and P(all others are met), (G,); P(exactly k goals are met),
    k = 0 .. G. Goals of which none can be said (grade U) are `unset`: left out, not counted as
    missed. Those whose probability rests on a prior alone (grade D) are `weak`: left out of the
    expected number. The time of some is `over`.
    """

    goals: tuple[str, ...]
    probabilities: FloatArray
    number_met: FloatArray
    all_others: FloatArray
    unset: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    over: tuple[str, ...] = ()

    @classmethod
    def of(cls, met: BoolArray, goals: tuple[str, ...], **known: tuple[str, ...]) -> Self:
        """Count, given whether each is met on each path, (n, G), and of which what is known."""
        n, k = met.shape
        number = met.sum(axis=1)
        missed_elsewhere = (k - number)[:, None] - (~met).astype(int)
        all_others = (missed_elsewhere == 0).mean(axis=0)
        number_met = np.bincount(number, minlength=k + 1) / n
        return cls(goals, met.mean(axis=0), number_met, all_others, **known)

    @property
    def all_met(self) -> float:
        """P(all goals are met)."""
        return float(self.number_met[-1])

    @property
    def counted(self) -> int:
        """Number of goals of which the expected number speaks: all but the weak ones."""
        return len(self.goals) - len(self.weak)

    @property
    def expected(self) -> float | None:
        """Expected number met of the goals that are counted; None if there are none."""
        if not self.counted:
            return None
        counted = [goal not in self.weak for goal in self.goals]
        return float(self.probabilities[counted].sum())

    @property
    def weakest(self) -> str:
        """The goal that, were it certain, would raise P(all) most; of equals the less likely.

        One whose time is not over, where there is one.
        """
        over = np.isin(self.goals, self.over)
        order = np.lexsort((self.probabilities, self.all_met - self.all_others, over))
        return self.goals[int(order[0])]

    def bounds(self) -> tuple[float, float]:
        """Return the least and greatest P(all) that the goals' own probabilities allow.

        max(0, sum p - (G - 1)) and min p (Frechet 1935).
        """
        low = max(0.0, float(self.probabilities.sum()) - (len(self.goals) - 1))
        return low, float(self.probabilities.min())

    @property
    def independent(self) -> float:
        """P(all) if the goals had nothing to do with each other: the product."""
        return float(np.prod(self.probabilities))


def load_figures(
    *plans: Plan, data_dir: Path | str | None = None, as_of: str | date | None = None
) -> Vintage:
    """Read the figures that plans can need, as `load_observations` reads all."""
    series = evidence.series_for(*plans)
    names = {name for _, name in series}
    areas = {area for plan in plans for area in plan.areas_told} | {area for area, _ in series}
    return reading.load_observations(data_dir, as_of=as_of, indicators=names, areas=areas)
