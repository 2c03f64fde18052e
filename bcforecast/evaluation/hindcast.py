"""Hindcast of a plan: what we would have said at each as-of date, against what happened.

Every date is projected from the figures published by then, so no later figure can help. Where the
outcome has not been published, or only a bound that does not settle it, nothing is scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from bcforecast import config as defaults
from bcforecast.attainment.explain import rule_panel
from bcforecast.attainment.news import Status
from bcforecast.attainment.probability import Outcome
from bcforecast.attainment.project import GoalOutlook, project
from bcforecast.evaluation.scores import brier, log_loss
from bcforecast.models.base import Model
from bcforecast.observations import Vintage
from bcforecast.plan import Plan
from bcforecast.plan.goals import Goal, Indicator
from bcforecast.rules.base import Case, Verdict
from bcforecast.rules.panel import all_rules

Known = Literal["met", "missed", "not_published", "not_settled"]

EVEN: float = 0.5
"""Probability of someone who knows nothing: what the scores are held against."""


@dataclass(frozen=True)
class Saying:
    """What was said of a goal on one date, and how good it was.

    Parameters
    ----------
    status
        Probability, word and grade.
    known_already
        Whether the figure of the due year itself had been published: no forecast any more.
    brier, log_loss
        Scores of the probability; None where nothing was said or the outcome is not known.
    inside_80
        Whether the figure of the due year fell into the central 80 % interval; None where either
        is not known.
    rules_right, rules_wrong
        Verdicts of the official rules on the same figures that came true, and that did not.
    """

    status: Status
    known_already: bool
    brier: float | None
    log_loss: float | None
    inside_80: bool | None
    rules_right: tuple[Verdict, ...]
    rules_wrong: tuple[Verdict, ...]

    @property
    def scored(self) -> bool:
        """Whether it counts: a forecast was made, and what happened is known."""
        return self.brier is not None and not self.known_already


@dataclass(frozen=True)
class GoalHindcast:
    """A goal, what happened, and what was said before.

    Parameters
    ----------
    goal, indicator
        As the plan has them.
    outcome
        The figure of the due year; None if it has not been published.
    sayings
        In the order of the dates.
    """

    goal: Goal
    indicator: Indicator
    outcome: Outcome | None
    sayings: tuple[Saying, ...]

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
    """Mean scores over goals.

    Parameters
    ----------
    count
        Goals scored.
    brier, log_loss
        Of our probabilities; None if no goal was scored.
    brier_even
        Of a probability of one half for every goal.
    inside_80, intervals
        Figures that fell into their 80 % interval, of how many.
    rules_right, rules_wrong
        Verdicts of the official rules on the same goals that came true, and that did not.
    """

    count: int
    brier: float | None
    log_loss: float | None
    brier_even: float | None
    inside_80: int
    intervals: int
    rules_right: int
    rules_wrong: int


@dataclass(frozen=True)
class Hindcast:
    """A whole plan in hindsight.

    Parameters
    ----------
    plan, dates, scenario, seed
        What was looked at.
    goals
        In the order of the plan.
    """

    plan: Plan
    dates: tuple[date, ...]
    scenario: str
    seed: int
    goals: tuple[GoalHindcast, ...]

    def scores(self, day: date | None = None) -> Scores:
        """Mean scores on one date, or over all dates (a goal then counts once a date)."""
        sayings = [
            saying
            for goal in self.goals
            for saying in goal.sayings
            if saying.scored and day in (None, saying.status.as_of)
        ]
        inside = [s.inside_80 for s in sayings if s.inside_80 is not None]
        return Scores(
            count=len(sayings),
            brier=_mean([s.brier for s in sayings]),
            log_loss=_mean([s.log_loss for s in sayings]),
            brier_even=(1.0 - EVEN) ** 2 if sayings else None,
            inside_80=sum(inside),
            intervals=len(inside),
            rules_right=sum(len(s.rules_right) for s in sayings),
            rules_wrong=sum(len(s.rules_wrong) for s in sayings),
        )

    def of_outcome(self, known: Known) -> tuple[GoalHindcast, ...]:
        """Return the goals of whose outcome this is known."""
        return tuple(goal for goal in self.goals if goal.known == known)


def hindcast(
    plan: Plan,
    data: Vintage,
    *,
    dates: Iterable[date] | None = None,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    models: Mapping[str, str | Model] | None = None,
) -> Hindcast:
    """Say again what would have been said of each goal, and score it.

    Parameters
    ----------
    plan
        What was promised.
    data
        All figures; its own as-of date is not used.
    dates
        As-of dates. Default: the last day of each year from the plan's issue to the last due date.
    scenario, seed, models
        As for `project`.

    Examples
    --------
    >>> import bcforecast as bc
    >>> found = hindcast(bc.load_plan("tianjin-2020-2022"), bc.load_observations())
    >>> [day.isoformat() for day in found.dates]
    ['2020-12-31', '2021-12-31', '2022-12-31']
    >>> [goal.goal.due.isoformat() for goal in found.of_outcome("missed")]
    ['2022-12-31']
    """
    days = tuple(sorted(set(dates))) if dates is not None else year_ends(plan)
    outlooks = [
        project(plan, data.at(day), scenario=scenario, seed=seed, models=models) for day in days
    ]
    goals = []
    for goal in plan.goals:
        items = [outlook[goal.id] for outlook in outlooks]
        outcome = next((item.outcome for item in items), None)
        sayings = tuple(_saying(item, plan, day) for item, day in zip(items, days, strict=True))
        goals.append(GoalHindcast(goal, plan.indicator_of(goal), outcome, sayings))
    return Hindcast(plan, days, scenario, seed, tuple(goals))


def year_ends(plan: Plan) -> tuple[date, ...]:
    """Return the last day of each year from the plan's issue to its last due date.

    Examples
    --------
    >>> import bcforecast as bc
    >>> year_ends(bc.load_plan("beichen-2020-2022"))[0].isoformat()
    '2021-12-31'
    """
    last = max((goal.due for goal in plan.goals), default=plan.issued)
    return tuple(date(y, 12, 31) for y in range(plan.issued.year, last.year + 1))


def _saying(item: GoalOutlook, plan: Plan, day: date) -> Saying:
    a, outcome = item.attainment, item.outcome
    met = outcome.met if outcome is not None else None
    status = Status(day, a.probability, a.verdict, a.grade)
    known_already = outcome is not None and outcome.observation.published <= day
    scores: tuple[float | None, float | None] = (None, None)
    if met is not None and a.probability is not None:
        obs = [float(met)]
        scores = float(brier(obs, a.probability)[0]), float(log_loss(obs, a.probability)[0])
    right, wrong = _rules(item, plan, met) if not known_already else ((), ())
    return Saying(status, known_already, *scores, _inside(item), right, wrong)


def _inside(item: GoalOutlook) -> bool | None:
    a, outcome = item.attainment, item.outcome
    if outcome is None or a.q10 is None or a.q90 is None or not outcome.observation.has_value:
        return None
    return a.q10 <= outcome.observation.value <= a.q90


def _rules(
    item: GoalOutlook, plan: Plan, met: bool | None
) -> tuple[tuple[Verdict, ...], tuple[Verdict, ...]]:
    case: Case | None = rule_panel(item, plan=plan).case
    if met is None or case is None:
        return (), ()
    verdicts = [v for v in all_rules(case) if v.says_met is not None]
    right = tuple(v for v in verdicts if v.says_met is met)
    return right, tuple(v for v in verdicts if v.says_met is not met)


def _mean(scores: list[float | None]) -> float | None:
    return float(np.mean([s for s in scores if s is not None])) if scores else None
