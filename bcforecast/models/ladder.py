"""The ladder of growing enterprises: eaglet, gazelle, leader, as a yearly Markov chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final, Literal, get_args

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.counts import binomial, poisson
from bcforecast.models.entries import next_entries, rebased
from bcforecast.models.figures import YearlyFigures, learned_events, learned_trials
from bcforecast.models.rates import Rate, Rates
from bcforecast.models.structural import Prepared, Structural
from bcforecast.models.weighting import learned_from_stock
from bcforecast.observations.history import History

Rung = Literal["eaglet", "gazelle", "leader"]
RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)

CITY_STOCKS: Final = MappingProxyType({"eaglet": 1632.0, "gazelle": 348.0, "leader": 230.0})
"""Tianjin: eaglets and gazelles at the end of 2019 (source tj_stcomm_2019), leaders in 2021
(tj_three_years): the proportions between rungs where a district's own are not known."""

_PRIORS: Final[tuple[Rate, ...]] = (
    Rate("eaglet_entry", "gamma", 0.35, 4.0),
    Rate("eaglet_growth", "growth", 0.0, 0.12),
    Rate("eaglet_promotion", "beta", 0.04, 50.0),
    Rate("eaglet_exit", "beta", 0.18, 20.0),
    Rate("gazelle_entry", "gamma", 0.08, 2.0),
    Rate("gazelle_promotion", "beta", 0.05, 40.0),
    Rate("gazelle_exit", "beta", 0.15, 20.0),
    Rate("leader_entry", "gamma", 0.04, 2.0),
    Rate("leader_exit", "beta", 0.05, 40.0),
)


@dataclass(frozen=True)
class Ladder(Structural):
    """One rung's stock, from a chain over all three; state: eaglets, gazelles, leaders, base.

    In a year an enterprise on a rung is promoted, leaves, or stays; others enter each rung from
    outside, in proportion to its stock (eaglets: with a growth of their own).

    Parameters
    ----------
    rung
        Whose stock the history is.
    others
        Stocks of the other rungs at the start of the forecast, by rung, where known.
    figures
        The district's own yearly counts, if it has any: `eaglet_entries`, `eaglet_promotions`,
        `eaglet_exits` and so on, with the stocks they are shares of, `eaglet_stock` and so on, at
        the end of the year before.

    Examples
    --------
    >>> leaders = History.of([2021], [21], whole=True)
    >>> float(Ladder(rung="leader", n_paths=2000).fit(leaders, 1).median()[0])
    22.0
    """

    rung: Rung = "eaglet"
    others: Mapping[Rung, float] = field(default_factory=dict)
    figures: YearlyFigures | None = None

    name: ClassVar[str] = "ladder"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 9

    def priors(self) -> tuple[Rate, ...]:
        """Rates before any figure is seen."""
        return _PRIORS

    def start(self, rates: Rates) -> FloatArray:
        """Rungs in the proportions of the city, the model's own being 1."""
        own = CITY_STOCKS[self.rung]
        parts = [CITY_STOCKS[rung] / own for rung in RUNGS]
        row = np.array([*parts, parts[0]])
        return np.tile(row, (rates["eaglet_exit"].size, 1))

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move the rungs a year on."""
        stocks, base = state[:, :3], state[:, 3]
        entering = None if normals is None else normals[:, [0, 1]]
        base, eaglets_in = next_entries(
            base, rates, entry="eaglet_entry", growth="eaglet_growth", normals=entering
        )
        entered = [eaglets_in]
        kept, up = [], []
        for k, rung in enumerate(RUNGS):
            promotion = rates.get(f"{rung}_promotion", np.zeros(stocks.shape[0]))
            leaving = np.minimum(rates[f"{rung}_exit"], 1.0 - promotion)
            if normals is None:
                promoted = stocks[:, k] * promotion
                gone = stocks[:, k] * leaving
            else:
                promoted = binomial(stocks[:, k], promotion, normals[:, 2 + k])
                rest = np.maximum(1.0 - promotion, 1e-12)
                gone = binomial(stocks[:, k] - promoted, leaving / rest, -normals[:, 5 + k])
            kept.append(stocks[:, k] - promoted - gone)
            up.append(promoted)
            if k:
                mean = stocks[:, k] * rates[f"{rung}_entry"]
                column = 0 if rung == self.rung else 8
                entered.append(mean if normals is None else poisson(mean, normals[:, column]))
        parts = [kept[0] + entered[0], kept[1] + up[0] + entered[1], kept[2] + up[1] + entered[2]]
        return np.column_stack([*parts, base])

    def measured(self, state: FloatArray) -> FloatArray:
        """Stock of the rung."""
        return state[:, RUNGS.index(self.rung)]

    def rebased(self, state: FloatArray, rates: Rates) -> tuple[FloatArray, Rates]:
        """First entries per thing in stock today."""
        base, own = rebased(state[:, -1], state[:, 0], rates, entry="eaglet_entry")
        return np.column_stack([state[:, :-1], base]), own

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn from yearly moves between rungs, then from the rung's stock."""
        rates: tuple[Rate, ...] = _PRIORS
        if self.figures is not None:
            rates = tuple(_learned(rate, self.figures.until(history.start)) for rate in _PRIORS)
        prepared = learned_from_stock(
            self, history, horizon, normals=normals, rates=rates, counts=3, rounding=np.rint
        )
        if not self.others:
            return prepared
        state = prepared.state.copy()
        for rung, stock in self.others.items():
            state[:, RUNGS.index(rung)] = np.rint(stock)
        if "eaglet" in self.others:
            state[:, 3] = state[:, 0]
        return Prepared(self, state, prepared.rates, prepared.normals, prepared.records)


def _learned(rate: Rate, own: YearlyFigures) -> Rate:
    rung, _, move = rate.id.partition("_")
    exposure = own.get(f"{rung}_stock")
    if move == "entry":
        return learned_events(rate, own, f"{rung}_entries", exposure)
    if move in ("promotion", "exit"):
        return learned_trials(rate, own, f"{rung}_{move}s", exposure)
    return rate
