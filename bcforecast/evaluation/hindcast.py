"""Hindcast of a plan: what we would have said at each as-of date, against what happened.

Every date is projected from the figures published by then, so no later figure can help. Where the
outcome has not been published, or only a bound that does not settle it, nothing is scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from bcforecast import config as defaults
from bcforecast.attainment import news, probability
from bcforecast.attainment.explain import rule_panel
from bcforecast.attainment.project import GoalOutlook, project
from bcforecast.calls import Seed, Shown, checked
from bcforecast.evaluation.scores import brier, log_loss
from bcforecast.models.registry import Model
from bcforecast.observations import Vintage
from bcforecast.observations.records import as_date
from bcforecast.plan.goals import ByGoal, Goal, Indicator, Plan
from bcforecast.plan.reading import load_plan
from bcforecast.rules.base import Verdict
from bcforecast.rules.panel import all_rules

Known = Literal["met", "missed", "not_published", "not_settled"]

EVEN: float = 0.5
"""Probability of someone who knows nothing: what the scores are held against."""


@dataclass(frozen=True)
class PastForecast:
    """What was said of a goal on one date, and how good it was.

    A score is None where nothing was said or the outcome is not known.
    """

    status: news.GoalStatus
    known_already: bool = False  # the figure of the due year had been published: no forecast
    brier: float | None = None
    log_loss: float | None = None
    inside_80: bool | None = None  # whether that figure fell into the central 80 % interval
    rules_right: tuple[Verdict, ...] = ()  # of the official rules on the same figures, come true
    rules_wrong: tuple[Verdict, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether it counts: a forecast was made, and what happened is known."""
        return self.brier is not None and not self.known_already


@dataclass(frozen=True)
class GoalHindcast:
    """A goal, what happened, and what was said before, in the order of the dates."""

    goal: Goal
    indicator: Indicator
    outcome: probability.Outcome | None  # the figure of the due year, if it has been published
    forecasts: tuple[PastForecast, ...]

    @property
    def known(self) -> Known:
        """What is known of the outcome."""
        if self.outcome is None:
            return "not_published"
        if self.outcome.met is None:
            return "not_settled"
        return "met" if self.outcome.met else "missed"


@dataclass(frozen=True)
class Scores:
    """Mean scores over goals."""

    count: int
    brier: float | None
    log_loss: float | None
    brier_even: float | None  # of a probability of one half for every goal
    inside_80: int  # of `intervals` figures that have an 80 % interval
    intervals: int
    rules_right: int  # verdicts of the official rules on the same goals that came true
    rules_wrong: int


@dataclass(frozen=True)
class Hindcast(ByGoal[GoalHindcast], Shown):
    """A whole plan in hindsight; goals in the order of the plan."""

    plan: Plan
    dates: tuple[date, ...]
    scenario: str
    seed: int
    goals: tuple[GoalHindcast, ...]

    def scores(self, day: date | None = None) -> Scores:
        """Mean scores on one date, or over all dates (a goal then counts once a date)."""
        judged = (one for goal in self.goals for one in goal.forecasts if one.scored)
        scored = [one for one in judged if day in (None, one.status.as_of)]
        inside = [one.inside_80 for one in scored if one.inside_80 is not None]

        def mean(scores: Iterable[float | None]) -> float | None:
            given = [score for score in scores if score is not None]
            return float(np.mean(given)) if given else None

        return Scores(
            count=len(scored),
            brier=mean(one.brier for one in scored),
            log_loss=mean(one.log_loss for one in scored),
            brier_even=float(brier(1.0, EVEN)) if scored else None,
            inside_80=sum(inside),
            intervals=len(inside),
            rules_right=sum(len(one.rules_right) for one in scored),
            rules_wrong=sum(len(one.rules_wrong) for one in scored),
        )

    def of_outcome(self, known: Known) -> tuple[GoalHindcast, ...]:
        """Return the goals of whose outcome this is known."""
        return tuple(goal for goal in self.goals if goal.known == known)


@checked
def hindcast(
    plan: Plan | str | Path,
    data: Vintage,
    *,
    dates: Iterable[str | date] | None = None,
    scenario: str = defaults.SCENARIO,
    seed: Seed = defaults.SEED,
    models: Mapping[str, str | Model] | None = None,
) -> Hindcast:
    """Say again what would have been said of each goal, and score it.

    The data are all figures; their own as-of date is not used. As-of dates are by default the last
    day of each year from the plan's issue to the last due date, up to the newest figure; the rest
    is as for `project`.
    """
    if not isinstance(plan, Plan):
        plan = load_plan(plan, data_dir=data.data_dir)
    if dates is None:
        newest = max((one.published for one in data.observations), default=date.max)
        days = tuple(day for day in year_ends(plan) if day <= newest) or year_ends(plan)[:1]
    else:
        days = tuple(sorted(set(map(as_date, dates))))
    outlooks = [
        project(plan, data.at(day), scenario=scenario, seed=seed, models=models) for day in days
    ]
    goals = []
    for goal in plan.goals:
        outcome = next((outlook[goal.id].outcome for outlook in outlooks), None)
        forecasts = tuple(_past_forecast(one[goal.id], plan, one.as_of) for one in outlooks)
        goals.append(GoalHindcast(goal, plan.indicator_of(goal), outcome, forecasts))
    return Hindcast(plan, days, scenario, seed, tuple(goals))


def year_ends(plan: Plan) -> tuple[date, ...]:
    """Return the last day of each year from the plan's issue to its last due date."""
    last = max((goal.due for goal in plan.goals), default=plan.issued)
    return tuple(map(plan.last_day, range(plan.year_of(plan.issued), plan.year_of(last) + 1)))


def _past_forecast(item: GoalOutlook, plan: Plan, day: date) -> PastForecast:
    a, outcome = item.attainment, item.outcome
    status = news.GoalStatus(day, a.probability, a.verdict, a.grade)
    if outcome is None:
        return PastForecast(status)
    value, met, inside = outcome.value, outcome.met, None
    of_due = outcome.year == a.due_year  # not one that broke a goal of every year
    if of_due and value is not None and a.q10 is not None and a.q90 is not None:
        inside = a.q10 <= value <= a.q90
    scores: tuple[float | None, float | None] = (None, None)
    if met is not None and a.probability is not None:
        scores = float(brier(met, a.probability)), float(log_loss(met, a.probability))
    known_already = outcome.observation.published <= day
    case = rule_panel(item, plan=plan).case if met is not None and not known_already else None
    verdicts = () if case is None else all_rules(case)
    right = tuple(v for v in verdicts if v.says_met is met)
    wrong = tuple(v for v in verdicts if v.says_met is (not met))
    return PastForecast(status, known_already, *scores, inside, right, wrong)
