"""A projected plan with its chance drawn: ask any scenario for its goals, alone or together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr

from bcforecast import defaults
from bcforecast.attainment.joint import BoolArray, Joint, joint
from bcforecast.attainment.probability import attainment_probability
from bcforecast.distributions import Counting, Distribution, Empirical
from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ScenarioError
from bcforecast.plan import Goal
from bcforecast.plan.record import Text
from bcforecast.scenarios import (
    Move,
    Scenario,
    ScenarioPaths,
    Simulation,
    find_lever,
)
from bcforecast.scenarios.draws import named_normals
from bcforecast.scenarios.effects import is_moved

if TYPE_CHECKING:
    from bcforecast.attainment.outlook import Outlook


@dataclass(frozen=True)
class Exploration:
    """Goals over a simulation.

    Parameters
    ----------
    outlook
        The projection under the baseline.
    simulation
        Its forecasts, with the chance that all scenarios share.
    """

    outlook: Outlook
    simulation: Simulation

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Goals of which a probability can be said, in the order of the plan."""
        return tuple(item.goal for item in self.outlook if item.forecast is not None)

    @property
    def unset(self) -> tuple[str, ...]:
        """Identifiers of the other goals."""
        return tuple(item.goal.id for item in self.outlook if item.forecast is None)

    def run(self, scenario: Scenario, *, goals: Sequence[str] | None = None) -> ScenarioPaths:
        """Simulate a scenario for some goals (default: all)."""
        only = None if goals is None else [self.goal(goal).indicator for goal in goals]
        return self.simulation.run(scenario, only=only)

    def forecast(self, goal: str, scenario: Scenario) -> Distribution:
        """Forecast of a goal's indicator under a scenario, over the years of its own outlook."""
        return self._forecast(self.run(scenario, goals=[goal]), self.goal(goal), scenario)

    def forecasts(self, scenario: Scenario) -> dict[str, Distribution]:
        """Forecasts by goal under a scenario; the projection's own where it moves nothing."""
        paths = self.run(scenario)
        return {goal.id: self._forecast(paths, goal, scenario) for goal in self.goals}

    def probability(self, goal: str, scenario: Scenario, *, by: int | None = None) -> float:
        """P(goal met) under a scenario.

        Parameters
        ----------
        goal, scenario
            Identifier of the goal; the assumptions.
        by
            Year at the end of which the goal is to be met. Default: the due year.

        Raises
        ------
        ScenarioError
            If nothing can be said of the goal, or the forecast does not cover the year.
        """
        wanted = self.goal(goal)
        years = self.outlook[goal].years
        if by is not None and by not in years:
            raise ScenarioError("joint.year", goal=goal, found=by, first=years[0], last=years[-1])
        return attainment_probability(
            self.forecast(goal, scenario),
            comparator=wanted.comparator,
            target=wanted.target,
            step=len(years) if by is None else years.index(by) + 1,
        )

    def met(self, scenario: Scenario) -> BoolArray:
        """Whether each goal is met on each path, shape (n, G), in the order of `goals`."""
        paths = self.run(scenario)
        return np.column_stack([goal_met(self._at_due(paths, goal), goal) for goal in self.goals])

    def joint(self, scenario: Scenario) -> Joint:
        """All goals together under a scenario.

        Raises
        ------
        ScenarioError
            If nothing can be said of any goal.
        """
        if not self.goals:
            raise ScenarioError("joint.no_goal", plan=self.outlook.plan.id)
        names = tuple(goal.id for goal in self.goals)
        return joint(self.met(scenario), names, unset=self.unset)

    def table(self, scenarios: Sequence[Scenario]) -> pd.DataFrame:
        """One row a scenario and goal, and one for all goals together (goal `all`).

        Columns: scenario, goal, probability (None where none can be said), change (from the first
        scenario given).
        """
        rows = []
        first: dict[str, float | None] = {}
        for scenario in scenarios:
            together = self.joint(scenario)
            found: dict[str, float | None] = dict.fromkeys(g.id for g in self.outlook.plan.goals)
            found |= dict(zip(together.goals, together.probabilities.tolist(), strict=True))
            found["all"] = together.all_met
            first = first or found
            for goal, p in found.items():
                start = first[goal]
                change = None if p is None or start is None else p - start
                rows.append(
                    {"scenario": scenario.id, "goal": goal, "probability": p, "change": change}
                )
        return pd.DataFrame(rows, columns=["scenario", "goal", "probability", "change"])

    def pushed(self, sizes: Mapping[str, float], *, base: Scenario | None = None) -> Scenario:
        """Return a scenario in which levers are moved by given sizes from the first open year on.

        Parameters
        ----------
        sizes
            By lever, in its unit, taken as certain; beside what `base` assumes.
        base
            Default: no assumptions.
        """
        plan = self.outlook.plan
        year = first_open_year(self.outlook.as_of)
        moves = tuple(
            Move(
                lever=lever,
                measure=self.measure_of(lever),
                by_year={year: float(size)},
                unit=find_lever(lever).unit,
            )
            for lever, size in sizes.items()
        )
        start = base or self.baseline
        return start.model_copy(update={"plan": plan.id, "moves": (*start.moves, *moves)})

    @property
    def baseline(self) -> Scenario:
        """The scenario without assumptions."""
        empty = Text(zh=defaults.SCENARIO, en=defaults.SCENARIO)
        return Scenario(id=defaults.SCENARIO, title=empty, author=empty, reason=empty)

    def measure_of(self, lever: str) -> str | None:
        """Identifier of the first measure of the plan that moves a lever, or acts on what it moves.

        None where the plan has no measures at all.

        Raises
        ------
        ScenarioError
            If the plan has measures and none does.
        """
        plan, wanted = self.outlook.plan, find_lever(lever)
        tasks = (*plan.measures, *plan.safeguards)
        if not tasks:
            return None
        named = [task.id for task in tasks if lever in {one.id for one in task.levers}]
        acting = [task.id for task in tasks if set(task.indicators) & set(wanted.indicators)]
        if not named and not acting:
            raise ScenarioError("joint.no_measure", lever=lever, plan=plan.id)
        return (*named, *acting)[0]

    def goal(self, goal: str) -> Goal:
        """Return a goal of which a probability can be said.

        Raises
        ------
        PlanError
            If the plan has no such goal.
        ScenarioError
            If nothing can be said of it.
        """
        self.outlook.plan.goal(goal)
        for one in self.goals:
            if one.id == goal:
                return one
        raise ScenarioError("joint.unset", goal=goal)

    def _forecast(self, paths: ScenarioPaths, goal: Goal, scenario: Scenario) -> Distribution:
        item = self.outlook[goal.id]
        baseline = paths.baselines[goal.indicator]
        assert item.forecast is not None
        if not is_moved(scenario, baseline) or not set(item.years) <= set(baseline.years):
            return item.forecast
        columns = [baseline.years.index(year) for year in item.years]
        return baseline.read(Empirical(paths.paths[goal.indicator][:, columns]))

    def _at_due(self, paths: ScenarioPaths, goal: Goal) -> FloatArray:
        """Values at the due date, shape (n,), whole where whole things are counted."""
        baseline = paths.baselines[goal.indicator]
        if goal.due.year in baseline.years:
            values = paths.paths[goal.indicator][:, baseline.years.index(goal.due.year)]
            return np.ceil(values - 0.5) if isinstance(baseline.forecast, Counting) else values
        # An earlier goal on the same indicator whose year is published already.
        forecast = self.outlook[goal.id].forecast
        assert forecast is not None
        n, seed = self.simulation.n_paths, self.simulation.seed
        levels = ndtr(named_normals(seed, f"settled {goal.id}", (n, 1)))
        return forecast.ppf(np.broadcast_to(levels, (n, forecast.horizon)))[:, -1]


def first_open_year(as_of: date) -> int:
    """First year that is not over on a day.

    Examples
    --------
    >>> first_open_year(date(2021, 12, 30)), first_open_year(date(2021, 12, 31))
    (2021, 2022)
    """
    return as_of.year + (1 if (as_of.month, as_of.day) == (12, 31) else 0)


def goal_met(values: FloatArray, goal: Goal) -> BoolArray:
    """Whether values (n,) meet a goal, with the plan's own comparator."""
    if goal.comparator == "more_than":
        return values > goal.target
    if goal.comparator == "at_most":
        return values <= goal.target
    return values >= goal.target
