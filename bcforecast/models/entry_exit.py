"""A stock with entries and exits and nothing more: innovation platforms, for one."""

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

_PRIORS: Final = (
    Rate("approval", "gamma", 0.15, 3.0),
    Rate("approval_growth", "growth", 0.0, 0.10),
    Rate("closure", "beta", 0.04, 25.0),
)


@dataclass(frozen=True)
class EntryExit(Structural):
    """N' = N - Bin(N, closure) + Poisson(approvals).

    Parameters
    ----------
    figures
        The district's own yearly counts of `approvals` and `closures`, if it has any.

    Examples
    --------
    >>> stock = History.of([2019, 2020, 2021], [20, 22, 25], whole=True)
    >>> float(EntryExit(n_paths=2000).fit(stock, 1).median()[0])
    27.0
    """

    figures: YearlyFigures | None = None

    name: ClassVar[str] = "entry_exit"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 3

    def priors(self) -> tuple[Rate, ...]:
        """Rates before any figure is seen."""
        return _PRIORS

    def start(self, rates: Rates) -> FloatArray:
        """A stock of 1, and the base of entries."""
        return np.ones((rates["closure"].size, 2))

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move the stock a year on."""
        stock, base = state.T
        entering = None if normals is None else normals[:, [0, 1]]
        base, entered = next_entries(
            base, rates, entry="approval", growth="approval_growth", normals=entering
        )
        stay = 1.0 - rates["closure"]
        kept = stock * stay if normals is None else binomial(stock, stay, normals[:, 2])
        return np.column_stack([kept + entered, base])

    def measured(self, state: FloatArray) -> FloatArray:
        """The stock."""
        return state[:, 0]

    def rebased(self, state: FloatArray, rates: Rates) -> tuple[FloatArray, Rates]:
        """First entries per thing in stock today."""
        base, own = rebased(state[:, -1], self.measured(state), rates, entry="approval")
        return np.column_stack([state[:, :-1], base]), own

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn from yearly entries and exits, then from the stock."""
        approval, growth, closure = _PRIORS
        if self.figures is not None:
            own = self.figures.until(history.start)
            stock_at = dict(zip(history.times.tolist(), history.values.tolist(), strict=True))
            before = np.array([stock_at.get(int(t) - 1, np.nan) for t in own.years])
            approval = learned_events(approval, own, "approvals", before)
            closure = learned_trials(closure, own, "closures", before)
        rates = (approval, growth, closure)
        return learned_from_stock(self, history, horizon, normals=normals, rates=rates, counts=1)
