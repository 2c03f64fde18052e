"""Invention patents in force: grants, survival by age, lapse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.counts import binomial
from bcforecast.models.entries import next_entries, rebased
from bcforecast.models.figures import YearlyFigures, learned_events, learned_trials
from bcforecast.models.rates import Rate, Rates
from bcforecast.models.structural import Prepared, Structural
from bcforecast.models.weighting import learned_from_stock
from bcforecast.observations.history import History

AGES: Final = 17
"""Years in force after grant, at most: a term of 20 years from filing (Patent Law of the PRC,
article 42), less about three years of examination."""

LAPSE_BY_AGE: Final = np.linspace(0.5, 2.0, AGES)
"""Assumed: risk of lapse by years since grant, relative to the stock's; fees rise with age."""

_PRIORS: Final = (
    Rate("grant", "gamma", 0.20, 4.0),
    Rate("grant_growth", "growth", 0.05, 0.12),
    Rate("lapse", "beta", 0.07, 40.0),
)


@dataclass(frozen=True)
class Patents(Structural):
    """Patents in force by age; state: ages 0 to 16 since grant, and the base of grants.

    In a year a patent of age k lapses with probability lapse * w(k) / mean of w over the stock, so
    that `lapse` is the share of the stock that lapses; those of the last age expire.

    Parameters
    ----------
    figures
        The district's own yearly counts of `grants` and `lapses`, if it has any.

    Examples
    --------
    >>> stock = History.of([2017, 2018, 2019], [28601, 32041, 34700], whole=True)
    >>> 35500 < float(Patents(n_paths=2000).fit(stock, 1).median()[0]) < 40500
    True
    """

    figures: YearlyFigures | None = None

    name: ClassVar[str] = "patents"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 3

    def priors(self) -> tuple[Rate, ...]:
        """Rates before any figure is seen."""
        return _PRIORS

    def start(self, rates: Rates) -> FloatArray:
        """Ages as the year's growth at such rates, kept up, leaves them; a stock of 1."""
        growth = np.maximum(1.0 + rates["grant"] - rates["lapse"], 0.5)[:, None]
        ages = growth ** -np.arange(AGES) * np.exp(
            -rates["lapse"][:, None] * (np.cumsum(LAPSE_BY_AGE) - LAPSE_BY_AGE[0])
        )
        return np.column_stack([ages / ages.sum(axis=1, keepdims=True), np.ones(ages.shape[0])])

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move the ages a year on; ages hold expectations, only their sum is a whole number."""
        ages, base = state[:, :AGES], state[:, AGES]
        total = ages.sum(axis=1)
        weighted = np.maximum(ages @ LAPSE_BY_AGE, 1e-300)
        risk = (rates["lapse"] * total / weighted)[:, None] * LAPSE_BY_AGE
        survivors = ages * (1.0 - np.minimum(risk, 1.0))
        survivors[:, -1] = 0.0
        entering = None if normals is None else normals[:, [0, 1]]
        base, granted = next_entries(
            base, rates, entry="grant", growth="grant_growth", normals=entering
        )
        if normals is not None:
            expected = survivors.sum(axis=1)
            share = expected / np.maximum(total, 1e-300)
            kept = binomial(np.rint(total), share, normals[:, 2])
            survivors = survivors * (kept / np.maximum(expected, 1e-300))[:, None]
        return np.column_stack([granted, survivors[:, :-1], base])

    def measured(self, state: FloatArray) -> FloatArray:
        """Patents in force."""
        return state[:, :AGES].sum(axis=1)

    def rebased(self, state: FloatArray, rates: Rates) -> tuple[FloatArray, Rates]:
        """First entries per thing in stock today."""
        base, own = rebased(state[:, -1], self.measured(state), rates, entry="grant")
        return np.column_stack([state[:, :-1], base]), own

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn from yearly grants and lapses, then from the stock."""
        grant, growth, lapse = _PRIORS
        if self.figures is not None:
            own = self.figures.until(history.start)
            stock_at = dict(zip(history.times.tolist(), history.values.tolist(), strict=True))
            before = np.array([stock_at.get(int(t) - 1, np.nan) for t in own.years])
            grant = learned_events(grant, own, "grants", before)
            lapse = learned_trials(lapse, own, "lapses", before)
        rates = (grant, growth, lapse)
        return learned_from_stock(self, history, horizon, normals=normals, rates=rates, counts=0)
