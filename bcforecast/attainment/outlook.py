"""Where goals meet forecasts: one forecast an indicator, one attainment a goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from bcforecast import defaults
from bcforecast.attainment.evidence import Situation
from bcforecast.attainment.exploration import Exploration
from bcforecast.attainment.exploring import explore
from bcforecast.attainment.forecasting import (
    IndicatorForecast,
    forecast_indicator,
    known_figures,
)
from bcforecast.attainment.grade import Grade, evidence_grade
from bcforecast.attainment.outcome import Outcome, outcome_of
from bcforecast.attainment.probability import attainment_probability, smallest_that_meets
from bcforecast.attainment.required import RequiredPath, required_path
from bcforecast.attainment.verdict import verdict_of
from bcforecast.distributions import Distribution
from bcforecast.errors import BcforecastError
from bcforecast.messages import GivenText, Message
from bcforecast.observations import Observation, Vintage
from bcforecast.observations.history import History
from bcforecast.plan import Plan, load_plan
from bcforecast.plan.goal import Comparator, Goal
from bcforecast.plan.indicator import Indicator
from bcforecast.scenarios import Scenario, load_scenario


@dataclass(frozen=True)
class Attainment:
    """How likely one goal is to be met, and what it would take.

    Parameters
    ----------
    goal, indicator, comparator, target, unit, due, aspiration
        As the plan has them.
    probability
        Of meeting the goal by its due date, with the plan's own comparator; None if grade U.
    q10, q50, q90
        Quantiles at the due date, in `unit`; None if grade U.
    grade
        Evidence grade, A to D, or U.
    verdict
        Catalogue key of the probability in words.
    latest, latest_year
        The area's own latest figure and its year; None if it has published none.
    required
        Gap and yearly pace from the latest figure to the target; None without a figure.
    """

    goal: str
    indicator: str
    comparator: Comparator
    target: float
    unit: str
    due: date
    aspiration: bool
    probability: float | None
    q10: float | None
    q50: float | None
    q90: float | None
    grade: Grade
    verdict: str
    latest: float | None
    latest_year: int | None
    required: RequiredPath | None


@dataclass(frozen=True)
class GoalOutlook:
    """One goal: its forecast, its attainment, what they rest on and what happened.

    Parameters
    ----------
    goal, indicator
        As the plan has them.
    basis
        The forecast of the indicator with the figures and model behind it.
    attainment
        Probability, grade, verdict, gap and required pace.
    outcome
        The figure of the due year if it has been published by now, after the as-of date or
        before; never seen by the forecast.
    since
        All figures of the indicator published after the as-of date; never seen by the forecast.
    """

    goal: Goal
    indicator: Indicator
    basis: IndicatorForecast
    attainment: Attainment
    outcome: Outcome | None
    since: tuple[Observation, ...]

    @property
    def forecast(self) -> Distribution | None:
        """Distribution of the indicator over `years`; None if nothing can be said."""
        return self.basis.forecast

    @property
    def years(self) -> tuple[int, ...]:
        """Year of each horizon of the forecast; the last is the due year."""
        return self.basis.years


@dataclass(frozen=True)
class Outlook:
    """Every goal of a plan as seen from one date under one scenario.

    Parameters
    ----------
    plan, data, scenario, seed
        What it was made from; `data.as_of` is the date.
    goals
        In the order of the plan.
    """

    plan: Plan
    data: Vintage
    scenario: str
    seed: int
    goals: tuple[GoalOutlook, ...]

    @property
    def as_of(self) -> date:
        """Day after which nothing published was used."""
        assert self.data.as_of is not None
        return self.data.as_of

    def __iter__(self) -> Iterator[GoalOutlook]:
        return iter(self.goals)

    def __len__(self) -> int:
        return len(self.goals)

    def __getitem__(self, goal: str) -> GoalOutlook:
        self.plan.goal(goal)
        return next(g for g in self.goals if g.goal.id == goal)

    @cached_property
    def exploration(self) -> Exploration:
        """The plan's chance, drawn once for all scenarios.

        Raises
        ------
        ScenarioError
            If this is not the outlook under the baseline.
        """
        return explore(self)

    def under(self, scenario: str | Scenario) -> Outlook:
        """Return the outlook under a scenario, by its id or as it is.

        Raises
        ------
        ScenarioError
            If there is no such scenario, or this is not the outlook under the baseline.
        """
        if scenario == self.scenario:
            return self
        if isinstance(scenario, str):
            folder = self.data.dataset.folder
            scenario = load_scenario(scenario, plan=self.plan, data_dir=folder)
        if scenario.id == self.scenario:
            return self
        forecasts = self.exploration.forecasts(scenario)
        goals = tuple(_under(item, forecasts, scenario, self.data) for item in self.goals)
        return replace(self, scenario=scenario.id, goals=goals)

    def attainment(self) -> pd.DataFrame:
        """One row a goal: probability, quantiles, grade, verdict, gap and required pace."""
        rows = []
        for item in self.goals:
            a, path = item.attainment, item.attainment.required
            rows.append(
                {
                    "goal": a.goal,
                    "indicator": a.indicator,
                    "comparator": a.comparator,
                    "target": a.target,
                    "unit": a.unit,
                    "due": a.due.isoformat(),
                    "aspiration": a.aspiration,
                    "probability": a.probability,
                    "grade": a.grade,
                    "verdict": a.verdict.partition(".")[2],
                    "q10": a.q10,
                    "q50": a.q50,
                    "q90": a.q90,
                    "latest": a.latest,
                    "latest_year": a.latest_year,
                    "gap": path.gap if path else None,
                    "required_increment": path.increment if path else None,
                    "required_rate": path.rate if path else None,
                    "model": item.basis.model,
                }
            )
        frame = pd.DataFrame(rows)
        return frame.astype({"latest_year": "Int64"})


def project(
    plan: Plan,
    data: Vintage,
    *,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    parent: Plan | None = None,
    held: Mapping[str, str] | None = None,
) -> Outlook:
    """Forecast every indicator of a plan and say how likely each goal is to be met.

    Parameters
    ----------
    plan
        What was promised.
    data
        What had been published by the as-of date.
    scenario
        Named assumptions; `baseline` has none.
    seed
        Of every simulation.
    parent
        The plan that this one carries out, whose targets hint at the area's share where the area
        has published nothing. Default: the plan that `plan.parent` names.
    held
        By goal, the identifier of the model to be kept as long as it takes the figures, so that
        the effect of new figures can be told from that of another model. Default: none.

    Raises
    ------
    ScenarioError
        If there is no such scenario.
    PlanError
        If the parent plan cannot be read.
    ObservationError
        If a figure lies outside the valid range that the plan gives its indicator.
    BcforecastError
        If `data` has no as-of date.
    """
    if data.as_of is None:
        raise BcforecastError("attainment.no_as_of")
    if parent is None and plan.parent is not None:
        parent = load_plan(plan.parent, data_dir=data.dataset.folder)
    situation = Situation(plan, parent, data, data.as_of, seed, held or {})
    goals = tuple(_goal_outlook(situation, goal) for goal in plan.goals)
    return Outlook(plan, data, defaults.SCENARIO, seed, goals).under(scenario)


def _goal_outlook(situation: Situation, goal: Goal) -> GoalOutlook:
    indicator = situation.plan.indicator_of(goal)
    basis = forecast_indicator(situation, goal)
    series = basis.series
    published, _ = known_figures(situation.plan, goal, situation.data.at(None))
    since = situation.data.not_yet_published(series.area, series.indicator)
    return GoalOutlook(
        goal,
        indicator,
        basis,
        _attainment(goal, basis, situation.data),
        outcome_of(goal, published),
        tuple(figure for figure, _ in since),
    )


def _under(
    item: GoalOutlook, forecasts: Mapping[str, Distribution], scenario: Scenario, data: Vintage
) -> GoalOutlook:
    forecast = forecasts.get(item.goal.id)
    if forecast is None or forecast is item.forecast:
        return item
    title = GivenText(zh=scenario.title.zh, en=scenario.title.en)
    said = Message("attainment.under_scenario", {"title": title})
    basis = replace(item.basis, forecast=forecast, explanation=(*item.basis.explanation, said))
    return replace(item, basis=basis, attainment=_attainment(item.goal, basis, data))


def _attainment(goal: Goal, basis: IndicatorForecast, data: Vintage) -> Attainment:
    history, forecast = basis.selection.history, basis.forecast
    probability = None
    quantiles: tuple[float | None, ...] = (None, None, None)
    if forecast is not None:
        step = forecast.horizon
        probability = attainment_probability(
            forecast, comparator=goal.comparator, target=goal.target, step=step
        )
        quantiles = tuple(float(q) for q in forecast.quantile(defaults.QUANTILES)[:, step - 1])
    latest, latest_year = _latest(history)
    required = None
    if latest is not None and latest_year is not None:
        years = goal.due.year - latest_year
        needed = smallest_that_meets(goal, whole=basis.series.whole)
        required = required_path(latest, target=needed, years=years)
    return Attainment(
        goal=goal.id,
        indicator=goal.indicator,
        comparator=goal.comparator,
        target=goal.target,
        unit=goal.unit,
        due=goal.due,
        aspiration=goal.aspiration,
        probability=probability,
        q10=quantiles[0],
        q50=quantiles[1],
        q90=quantiles[2],
        grade=evidence_grade(basis.n_usable, basis=basis.basis),
        verdict=verdict_of(probability, data_dir=data.dataset.folder),
        latest=latest,
        latest_year=latest_year,
        required=required,
    )


def _latest(history: History) -> tuple[float | None, int | None]:
    known = history.known
    if not known.any():
        return None, None
    last = int(known.nonzero()[0][-1])
    return float(history.values[last]), int(history.times[last])
