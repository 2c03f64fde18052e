"""Technology contract turnover: the number of contracts times their mean value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.components import correlation_of, increments, learned_growth
from bcforecast.models.paired import Learned, Paired, learned_from_whole
from bcforecast.models.rates import Rate
from bcforecast.observations.history import History

_RATES: Final = (
    Rate("contract_growth", "growth", 0.06, 0.08),
    Rate("mean_value_growth", "growth", 0.08, 0.08),
)
_VOLATILITY: Final = (0.10, 0.12)
"""Assumed: standard deviation of yearly log growth of count and mean value, before figures."""
_CORRELATION: Final = -0.2
"""Assumed: correlation of the two within a year; a few large contracts raise the mean value in a
year in which the count does not grow."""


@dataclass(frozen=True)
class Turnover(Paired):
    """Turnover = count x mean value.

    Parameters
    ----------
    contracts
        Yearly number of contracts, where known. Without it, the growth of turnover is learned from
        turnover itself and shared between the two as their priors have it; the split then matters
        to levers only.

    Examples
    --------
    >>> turnover = History.of([2019, 2020, 2021], [909.25, 1089.56, 1256.83])
    >>> 1300 < float(Turnover(n_paths=2000).fit(turnover, 1).median()[0]) < 1600
    True
    """

    contracts: History | None = None

    name: ClassVar[str] = "turnover"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 2

    def component_rates(self) -> tuple[Rate, Rate]:
        """Growth of the count and of the mean value."""
        return _RATES

    def combine(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Log of turnover."""
        return first + second

    def learn(self, history: History) -> Learned:
        """Learn both components' growth, or that of their product."""
        counts = self.contracts
        if counts is not None and counts.n_values:
            known = {
                int(t): float(v)
                for t, v in zip(counts.times, counts.values, strict=True)
                if np.isfinite(v) and v > 0.0 and t <= history.start
            }
            years = [int(t) for t in history.times[history.known] if int(t) in known]
            if years:
                return self._from_both(history, known, years)
        return learned_from_whole(
            history, rates=_RATES, volatility=_VOLATILITY, correlation=_CORRELATION, sign=1.0
        )

    def _from_both(self, history: History, known: dict[int, float], years: list[int]) -> Learned:
        total = dict(zip(history.times.tolist(), history.values.tolist(), strict=True))
        count = History.of(sorted(known), [known[t] for t in sorted(known)])
        value = History.of(years, [total[t] / known[t] for t in years])
        r, _ = correlation_of(count, value, prior=_CORRELATION, breaks=())
        return Learned(
            learned_growth(_RATES[0], _VOLATILITY[0], *increments(count)),
            learned_growth(_RATES[1], _VOLATILITY[1], *increments(value)),
            r,
        )
