"""Where goals meet forecasts: one forecast an indicator, one attainment a goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import pandas as pd

from bcforecast import defaults
from bcforecast.attainment.case import Situation
from bcforecast.attainment.evidence import chosen_models, require_holdable
from bcforecast.attainment.exploration import Exploration
from bcforecast.attainment.exploring import explore
from bcforecast.attainment.goal_outlook import (
    Attainment,
    GoalOutlook,
    goal_outlook,
    goal_under,
)
from bcforecast.errors import BcforecastError
from bcforecast.models.base import Model
from bcforecast.observations import Vintage
from bcforecast.plan import Plan, load_plan
from bcforecast.scenarios import Scenario, load_scenario

__all__ = ["Attainment", "GoalOutlook", "Outlook", "project"]


@dataclass(frozen=True)
class Outlook:
    """Every goal of a plan as seen from one date under one scenario.

    Parameters
    ----------
    plan, data, scenario, seed
        What it was made from; `data.as_of` is the date.
    goals
        In the order of the plan.
    models
        The model chosen for an indicator's own series, by indicator.
    as_before
        The outlook under the baseline that this one was made from; None where it is that one.
    """

    plan: Plan
    data: Vintage
    scenario: str
    seed: int
    goals: tuple[GoalOutlook, ...]
    models: Mapping[str, Model] = field(default_factory=dict, hash=False)
    as_before: Outlook | None = field(default=None, repr=False)

    @property
    def as_of(self) -> date:
        """Day after which nothing published was used."""
        assert self.data.as_of is not None
        return self.data.as_of

    @property
    def baseline(self) -> Outlook:
        """The same outlook under the baseline."""
        return self if self.as_before is None else self.as_before

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
        goals = tuple(goal_under(item, forecasts, scenario, self.data) for item in self.goals)
        return replace(self, scenario=scenario.id, goals=goals, as_before=self)

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
    models: Mapping[str, str | Model] | None = None,
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
    models
        By indicator, the model of its own series: a name of `models.registry.MODELS` or a model of
        one's own, in place of the trend and of what else the evidence would suggest. Default: as
        the plan's indicators say, else the trend.
    held
        By goal, the identifier of the model to be kept as long as it takes the figures, so that
        the effect of new figures can be told from that of another model. Default: none.

    Raises
    ------
    ScenarioError
        If there is no such scenario.
    PlanError
        If the parent plan cannot be read, or an indicator or goal is named that the plan has not.
    ModelError
        If a model is named that there is not or that cannot be held, or a chosen one refuses the
        figures of its indicator.
    ObservationError
        If a figure lies outside the valid range that the plan gives its indicator.
    BcforecastError
        If `data` has no as-of date.
    """
    if data.as_of is None:
        raise BcforecastError("attainment.no_as_of")
    if parent is None and plan.parent is not None:
        parent = load_plan(plan.parent, data_dir=data.dataset.folder)
    chosen = chosen_models(plan, models, seed=seed)
    require_holdable(plan, held or {}, chosen)
    situation = Situation(plan, parent, data, data.as_of, seed, chosen, held or {})
    goals = tuple(goal_outlook(situation, goal) for goal in plan.goals)
    return Outlook(plan, data, defaults.SCENARIO, seed, goals, chosen).under(scenario)
