"""One goal's case: what a projection is made from, and the figures that bear on the goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bcforecast.attainment.grade import Basis
from bcforecast.attainment.parent import ParentForecast, parent_forecast
from bcforecast.distributions import Distribution
from bcforecast.errors import ModelError
from bcforecast.messages import GivenText, Message
from bcforecast.models.base import Model
from bcforecast.observations import Vintage
from bcforecast.observations.history import History
from bcforecast.plan import Goal, Indicator, Plan


@dataclass(frozen=True)
class Situation:
    """What a projection is made from: the plan, its parent plan, the figures and the seed.

    `models` has the model chosen for an indicator's own series; `held` names for a goal the model
    to be kept as long as it takes the figures.
    """

    plan: Plan
    parent: Plan | None
    data: Vintage
    as_of: date
    seed: int
    models: Mapping[str, Model] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """A forecast up to the due year, and on what it rests.

    `series_model` is the model of the indicator's own series, where that made the forecast.
    `n_usable` counts the figures of the area's own; by default those of the indicator itself.
    """

    forecast: Distribution
    basis: Basis
    model: str
    explanation: tuple[Message, ...]
    parent: ParentForecast | None = None
    n_usable: int | None = None
    series_model: Model | None = None


@dataclass(frozen=True)
class Case:
    """A goal and the history of its indicator."""

    situation: Situation
    goal: Goal
    history: History

    @property
    def indicator(self) -> Indicator:
        """What the goal counts."""
        return self.situation.plan.indicator_of(self.goal)

    @property
    def due(self) -> int:
        """Due year."""
        return self.goal.due.year

    @property
    def horizon(self) -> int:
        """Years from the last figure to the due year."""
        return self.due - self.history.start

    @cached_property
    def parent(self) -> ParentForecast | None:
        """The parent area's figures and forecast, if the plan names a parent area."""
        s = self.situation
        return parent_forecast(s.plan, self.indicator, s.data, due_year=self.due, seed=s.seed)

    @property
    def area_name(self) -> Message:
        """Name of the plan's area."""
        return named(self.situation.plan)

    @property
    def parent_name(self) -> Message | str:
        """Name of the parent area, from its plan."""
        above, area = self.situation.parent, self.indicator.parent
        return named(above) if above and above.area == area else area or ""

    def fit(self, model: Model) -> Distribution | None:
        """Fit a model; None if it refuses."""
        try:
            return model.fit(self.history, self.horizon)
        except ModelError:
            return None


def named(plan: Plan) -> Message:
    """Return the name of a plan's area, to be put into either language."""
    names = plan.area_names
    return GivenText(zh=names.zh, en=names.en)
