"""What the structural models share: states moved a year at a time by rates that levers can change.

A model takes one block of standard normals. The same block under other changes of the rates gives
another scenario, path by path, so that two scenarios differ by their levers only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np

from bcforecast import defaults
from bcforecast.distributions import Distribution, Empirical
from bcforecast.distributions.base import FloatArray
from bcforecast.models.acceptance import accept
from bcforecast.models.base import as_counted
from bcforecast.models.rates import Changes, Rate, RateRecord, Rates, changed
from bcforecast.observations.history import History

UNCHANGED: Final[Changes] = MappingProxyType({})


@dataclass(frozen=True)
class Prepared:
    """A model that has learned from a history and drawn its chance: only levers are open.

    Parameters
    ----------
    model
        Whose states and rates these are.
    state
        Shape (n, m), at the end of the last year of the history.
    rates
        Draws of each rate, shape (n,).
    normals
        Shape (n, H, s): the chance of each forecast year.
    records
        The table of rates, for print.
    """

    model: Structural
    state: FloatArray
    rates: Rates
    normals: FloatArray
    records: tuple[RateRecord, ...]

    def paths(self, changes: Changes = UNCHANGED) -> FloatArray:
        """Simulate the indicator, shape (n, H), under changes of the rates."""
        horizon = self.normals.shape[1]
        out = np.empty((self.state.shape[0], horizon))
        state = self.state
        for year in range(horizon):
            rates = changed(self.rates, changes, year, table=self.model.priors())
            state = self.model.step(state, rates, self.normals[:, year])
            out[:, year] = self.model.measured(state)
        return out


@dataclass(frozen=True)
class StructuralForecast(Empirical):
    """Simulated paths that remember how they were made, so that a scenario can make them anew.

    Parameters
    ----------
    prepared
        The model with all its chance drawn; `prepared.paths(changes)` keeps the rows.
    """

    prepared: Prepared

    def rates(self) -> tuple[RateRecord, ...]:
        """The rates behind the forecast: middle, interval, and what each rests on."""
        return self.prepared.records


@dataclass(frozen=True)
class Structural(ABC):
    """A model of how an indicator arises.

    Parameters
    ----------
    seed, n_paths
        Of the normals that `fit` draws; a simulation passes its own to `prepare`.
    """

    seed: int = defaults.SEED
    n_paths: int = 10_000

    name: ClassVar[str]
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int]
    """Normals that a year takes; the first is the year's common shock, up is good."""

    @abstractmethod
    def priors(self) -> tuple[Rate, ...]:
        """Rates before any figure is seen."""

    @abstractmethod
    def start(self, rates: Rates) -> FloatArray:
        """Shape (n, m): states for an indicator of 1, about as such rates leave them."""

    @abstractmethod
    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move states a year on; without normals, by expectation (fractions of things allowed)."""

    @abstractmethod
    def measured(self, state: FloatArray) -> FloatArray:
        """Shape (n,): the indicator, from states."""

    def rebased(self, state: FloatArray, rates: Rates) -> tuple[FloatArray, Rates]:
        """State rates as rates of today's stock; the future is the same."""
        return state, rates

    @abstractmethod
    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn from `history` with the given chance, shape (n, `width(history, horizon)`).

        The first `horizon` columns are the common shocks of the forecast years.
        """

    def width(self, history: History, horizon: int) -> int:
        """Columns of normals that `prepare` needs: forecast, rates, years of the history."""
        past = history.start - int(history.times[0]) if len(history) else 0
        return horizon * self.shocks + len(self.priors()) + 1 + past * self.shocks

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon` by simulation.

        Returns
        -------
        A `StructuralForecast`, read by continuity correction where whole things are counted.

        Raises
        ------
        ModelError
            If neither the history nor figures of the model's own say where to start, a figure is
            impossible, or there is no horizon.
        """
        accept(history, horizon, model=self.name, minimum=0)
        rng = np.random.default_rng(self.seed)
        normals = rng.standard_normal((self.n_paths, self.width(history, horizon)))
        prepared = self.prepare(history, horizon, normals=normals)
        return as_counted(history, StructuralForecast(prepared.paths(), prepared))

    def rates(self) -> tuple[RateRecord, ...]:
        """The priors, as a table for print."""
        return tuple(rate.record() for rate in self.priors())

    def response(self, rates: Rates, horizon: int, changes: Changes) -> FloatArray:
        """What changes of the rates do to an indicator whose own states are not known.

        Returns
        -------
        Shape (n, H): the expected indicator under the changes over that without them, both from
        `start(rates)`; 1 where nothing changes.
        """
        plain = moved = self.start(rates)
        out = np.empty((plain.shape[0], horizon))
        for year in range(horizon):
            plain = self.step(plain, rates, None)
            under = changed(rates, changes, year, table=self.priors())
            moved = self.step(moved, under, None)
            out[:, year] = self.measured(moved) / self.measured(plain)
        return out


def split_normals(
    normals: FloatArray, *, horizon: int, shocks: int, n_rates: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cut a block into forecast (n, H, s), rates (n, k + 1) and history (n, years, s)."""
    n = normals.shape[0]
    ahead = normals[:, : horizon * shocks].reshape(n, shocks, horizon).transpose(0, 2, 1)
    cut = horizon * shocks + n_rates + 1
    past = normals[:, cut:].reshape(n, -1, shocks)
    return ahead, normals[:, horizon * shocks : cut], past


def drawn(rates: tuple[Rate, ...], normals: FloatArray) -> dict[str, FloatArray]:
    """Draws of each rate from a column of normals each."""
    return {rate.id: rate.draw(normals[:, k]) for k, rate in enumerate(rates)}


def whole_parts(parts: FloatArray) -> FloatArray:
    """Round the parts (n, m) of each row so that they add to the row's rounded sum."""
    ends = np.rint(np.cumsum(parts, axis=1))
    return np.diff(ends, axis=1, prepend=0.0)


def described(
    priors: tuple[Rate, ...], draws: Mapping[str, FloatArray], *, learned: frozenset[str]
) -> tuple[RateRecord, ...]:
    """The table of rates after learning: those in `learned` are called so."""
    return tuple(
        rate.record(draws[rate.id], "learned" if rate.id in learned else None) for rate in priors
    )
