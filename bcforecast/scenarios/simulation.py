"""Scenarios by simulation: correlated paths of all indicators, the same chance in every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bcforecast import defaults
from bcforecast.distributions import Distribution, Empirical, Event
from bcforecast.distributions.base import FloatArray
from bcforecast.models.rates import Changes, RateRecord, Rates
from bcforecast.models.structural import Structural
from bcforecast.scenarios.baseline import Baseline
from bcforecast.scenarios.correlation import (
    Correlation,
    estimate_correlation,
    nearest_correlation,
)
from bcforecast.scenarios.draws import IntArray, reference_rates, walk_ranks
from bcforecast.scenarios.effects import (
    aim_factor,
    hazard_factor,
    is_moved,
    level_factor,
    rate_changes,
)
from bcforecast.scenarios.levers import REFERENCES
from bcforecast.scenarios.marginals import even_quantiles
from bcforecast.scenarios.scenario import Scenario
from bcforecast.scenarios.time_change import counts_under


@dataclass(frozen=True)
class Target:
    """Where an indicator should be in the last year of its forecast.

    Parameters
    ----------
    value
        Smallest value that meets the goal (largest, if not `up`), in the indicator's unit.
    up
        Whether more is better.
    """

    value: float
    up: bool = True


@dataclass(frozen=True)
class ScenarioPaths:
    """Paths of all indicators under one scenario; row k is the same chance in all of them.

    Parameters
    ----------
    scenario
        Its identifier.
    baselines
        By indicator.
    paths
        By indicator, shape (n, H), in its unit, before rounding to whole numbers.
    """

    scenario: str
    baselines: Mapping[str, Baseline]
    paths: Mapping[str, FloatArray]

    def forecast(self, indicator: str) -> Distribution:
        """The forecast of an indicator under the scenario."""
        return self.baselines[indicator].read(Empirical(self.paths[indicator]))


@dataclass(frozen=True)
class Simulation:
    """Baselines with all chance drawn, on which any number of scenarios can be run.

    Marginal distributions are those of the baselines to within 1 / n: each horizon's draws are the
    forecast's quantiles at n evenly spread levels, put in the order of correlated random walks (a
    Gaussian copula).

    Parameters
    ----------
    baselines
        One an indicator.
    correlation
        Of their yearly growth. Default: what is assumed where nothing is known.
    targets
        By indicator, for a scenario that aims at them.
    n_paths, seed
        Number of paths, and what their chance depends on.
    """

    baselines: tuple[Baseline, ...]
    correlation: Correlation | None = None
    targets: Mapping[str, Target] = field(default_factory=dict)
    n_paths: int = 10_000
    seed: int = defaults.SEED
    _ranks: dict[str, IntArray] = field(init=False, repr=False, compare=False)
    _plain: dict[str, FloatArray] = field(init=False, repr=False, compare=False)
    _rates: dict[str, Rates] = field(init=False, repr=False, compare=False)
    _rows: dict[str, IntArray] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [baseline.indicator for baseline in self.baselines]
        matrix = self._ordered(names)
        ranks = walk_ranks(
            matrix, [b.years for b in self.baselines], n=self.n_paths, seed=self.seed
        )
        object.__setattr__(self, "correlation", matrix)
        object.__setattr__(self, "_ranks", dict(zip(names, ranks, strict=True)))
        object.__setattr__(self, "_rates", {})
        object.__setattr__(self, "_rows", {})
        object.__setattr__(self, "_plain", {})
        for baseline in self.baselines:
            self._plain[baseline.indicator] = self._baseline_paths(baseline)

    @property
    def by_indicator(self) -> dict[str, Baseline]:
        """Baselines by indicator."""
        return {baseline.indicator: baseline for baseline in self.baselines}

    def run(self, scenario: Scenario, *, only: Sequence[str] | None = None) -> ScenarioPaths:
        """Simulate a scenario.

        Parameters
        ----------
        scenario
            Its moves and shocks act in the years that are still open.
        only
            Indicators to simulate. Default: all.
        """
        wanted = [b for b in self.baselines if only is None or b.indicator in only]
        paths = {b.indicator: self._under(scenario, b) for b in wanted}
        return ScenarioPaths(scenario.id, {b.indicator: b for b in wanted}, paths)

    def rates(self, indicator: str) -> tuple[RateRecord, ...]:
        """The rates through which levers act on an indicator, with what they rest on."""
        structural = self.by_indicator[indicator].structural
        if structural is not None:
            return structural.rates()
        reference = REFERENCES.get(indicator)
        return reference.rates() if reference is not None else ()

    def _under(self, scenario: Scenario, baseline: Baseline) -> FloatArray:
        name, plain = baseline.indicator, self._plain[baseline.indicator]
        if not is_moved(scenario, baseline) or not baseline.open_years:
            return plain
        if isinstance(baseline.forecast, Event):
            return self._event_under(scenario, baseline, baseline.forecast)
        years, closed = baseline.open_years, len(baseline.years) - len(baseline.open_years)
        factor = np.ones_like(plain)
        made = plain
        if baseline.structural is not None:
            # A structural forecast has its own number of rows, of which `_rows` are drawn.
            rows = self._rows[name]
            prepared = baseline.structural.prepared
            changes = rate_changes(
                scenario,
                prepared.model,
                years,
                closed=closed,
                n=prepared.state.shape[0],
                seed=self.seed,
            )
            made = prepared.paths(changes)[rows]
        elif name in REFERENCES:
            model = REFERENCES[name]
            changes = rate_changes(scenario, model, years, n=self.n_paths, seed=self.seed)
            if changes:
                factor[:, closed:] *= self._response(model, len(years), changes)
        outside = level_factor(scenario, name, years, n=self.n_paths, seed=self.seed)
        if outside is not None:
            factor[:, closed:] *= outside
        if scenario.aim is not None and name in self.targets:
            factor = factor * self._aim(baseline, plain)
        return baseline.scaled(made, factor)

    def _response(self, model: Structural, horizon: int, changes: Changes) -> FloatArray:
        if model.name not in self._rates:
            self._rates[model.name] = reference_rates(model, n=self.n_paths, seed=self.seed)
        return model.response(self._rates[model.name], horizon, changes)

    def _aim(self, baseline: Baseline, plain: FloatArray) -> FloatArray:
        target = self.targets[baseline.indicator]
        median = np.median(plain, axis=0)
        return aim_factor(median, target.value, baseline.years, baseline.first_open, up=target.up)

    def _event_under(self, scenario: Scenario, baseline: Baseline, event: Event) -> FloatArray:
        name = baseline.indicator
        closed = len(baseline.years) - len(baseline.open_years)
        factor = np.ones((self.n_paths, len(baseline.years)))
        factor[:, closed:] = hazard_factor(
            scenario, name, baseline.open_years, n=self.n_paths, seed=self.seed
        )
        if scenario.aim is not None and name in self.targets:
            factor = factor * self._even_chance(event, self.targets[name].value, closed)
        return counts_under(event, factor, self._levels(name))

    def _even_chance(self, event: Event, target: float, closed: int) -> FloatArray:
        """Factor on the chance in open years that makes the goal as likely as not."""
        below = np.clip(event.cdf(np.ceil(target) - 1.0), 1e-300, 1.0)
        so_far = float(below[closed - 1]) if closed else 1.0
        still = float(np.log(below[-1] / so_far))
        needed = float(np.log(0.5 / so_far))
        factor = np.ones(event.horizon)
        if needed < still < 0.0:
            factor[closed:] = needed / still * (1.0 + 1e-9)
        return factor

    def _levels(self, indicator: str) -> FloatArray:
        """One level in (0, 1) a path: an event that has come stays, so it has one chance."""
        return (self._ranks[indicator][:, -1] + 0.5) / self.n_paths

    def _baseline_paths(self, baseline: Baseline) -> FloatArray:
        name, ranks = baseline.indicator, self._ranks[baseline.indicator]
        if isinstance(baseline.forecast, Event):
            unchanged = np.ones((1, len(baseline.years)))
            return counts_under(baseline.forecast, unchanged, self._levels(name))
        if baseline.structural is not None:
            own = baseline.structural.paths
            order = np.argsort(own[:, -1], kind="stable")
            self._rows[name] = order[(ranks[:, -1] * own.shape[0]) // self.n_paths]
            return own[self._rows[name]]
        return np.take_along_axis(even_quantiles(baseline.continuous, self.n_paths), ranks, axis=0)

    def _ordered(self, names: list[str]) -> Correlation:
        """The given correlation in the order of the baselines; what it lacks, by its target."""
        given = self.correlation or estimate_correlation({})
        k = len(names)
        matrix = np.full((k, k), given.target)
        years = np.zeros((k, k))
        np.fill_diagonal(matrix, 1.0)
        for i, first in enumerate(names):
            for j, second in enumerate(names):
                if i != j and first in given.indicators and second in given.indicators:
                    a, b = given.indicators.index(first), given.indicators.index(second)
                    matrix[i, j], years[i, j] = given.matrix[a, b], given.common_years[a, b]
        return Correlation(tuple(names), nearest_correlation(matrix), years, given.target)
