"""Certified enterprises as entry cohorts: a three-year certificate, renewal, moving in and out.

The certificate of a high-tech enterprise is valid for three years from its issue (国科火发〔2016〕
32号, article 9). So the enterprises certified at the end of a year were certified in that year or
in one of the two before, and those of the oldest cohort must be certified anew or leave the stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.counts import binomial, poisson
from bcforecast.models.entries import entries_trend, next_entries, rebased
from bcforecast.models.figures import YearlyFigures, learned_events, learned_trials
from bcforecast.models.rates import Rate, Rates
from bcforecast.models.structural import (
    Prepared,
    Structural,
    described,
    drawn,
    split_normals,
    whole_parts,
)
from bcforecast.models.weighting import learned_from_stock
from bcforecast.observations.history import History, IntArray

COHORT_FIGURES: Final = (
    "first_certifications",
    "renewals",
    "expiries",
    "moves_in",
    "moves_out",
)
"""Yearly counts that a district can give of its own."""

RENEWAL_YEAR_SD: Final = 0.2
"""Assumed: how much the log-odds of renewal vary from year to year, beside chance."""

_PRIORS: Final = (
    Rate("renewal", "beta", 0.65, 12.0),
    Rate("first_certification", "gamma", 0.30, 6.0),
    Rate("certification_growth", "growth", 0.0, 0.15),
    Rate("move_in", "gamma", 0.01, 2.0),
    Rate("move_out", "beta", 0.02, 50.0),
)


@dataclass(frozen=True)
class Cohort(Structural):
    """Stock of certified enterprises; state: certificates of this year, the last, the one before.

    With c0, c1, c2 the certificates by age at the end of a year, in the next year the c2 expire:
    renewed = Bin(c2, renewal), and c0' = first + renewed, c1' = c0, c2' = c1, less those who leave
    (`move_out`, each cohort alike) and plus a third of those who move in, each.

    Parameters
    ----------
    figures
        The district's own yearly counts, any of `COHORT_FIGURES`. Certificates issued in a year
        are first certifications plus renewals. Without them the rates are learned, as far as they
        can be, from the stock alone.

    Examples
    --------
    >>> from bcforecast.models.figures import YearlyFigures
    >>> own = YearlyFigures.of({
    ...     "first_certifications": History.of([2019, 2020, 2021], [60, 70, 80]),
    ...     "renewals": History.of([2019, 2020, 2021], [30, 33, 40]),
    ...     "expiries": History.of([2019, 2020, 2021], [45, 50, 58]),
    ... })
    >>> stock = History.of([2021], [305], whole=True, support=(0.0, float("inf")))
    >>> forecast = Cohort(figures=own, n_paths=2000).fit(stock, 1)
    >>> 320 < float(forecast.median()[0]) < 380
    True
    """

    figures: YearlyFigures | None = None

    name: ClassVar[str] = "cohort"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 7

    def priors(self) -> tuple[Rate, ...]:
        """Rates before any figure is seen."""
        return _PRIORS

    def start(self, rates: Rates) -> FloatArray:
        """Cohorts as balanced growth at such rates leaves them, for a stock of 1."""
        share = np.full((3, rates["renewal"].size), 1.0 / 3.0)
        for _ in range(20):
            lost = share[2] * (1.0 - rates["renewal"]) + rates["move_out"]
            growth = 1.0 - lost + rates["first_certification"] + rates["move_in"]
            weights = np.stack([np.ones_like(growth), 1.0 / growth, growth**-2.0])
            share = weights / weights.sum(axis=0)
        return np.column_stack([*share, np.ones(share.shape[1])])

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move the cohorts a year on."""
        c0, c1, c2, base = state.T
        stay = 1.0 - rates["move_out"]
        arriving = (c0 + c1 + c2) * rates["move_in"]
        entering = None if normals is None else normals[:, [0, 1]]
        base, first = next_entries(
            base,
            rates,
            entry="first_certification",
            growth="certification_growth",
            normals=entering,
        )
        if normals is None:
            renewed, kept0, kept1 = c2 * stay * rates["renewal"], c0 * stay, c1 * stay
            third = arriving / 3.0
            return np.column_stack([first + renewed + third, kept0 + third, kept1 + third, base])
        odds = np.exp(RENEWAL_YEAR_SD * normals[:, 6]) * rates["renewal"]
        renewal = odds / (1.0 - rates["renewal"] + odds)
        renewed = binomial(c2, stay * renewal, normals[:, 2])
        kept0 = binomial(c0, stay, normals[:, 3])
        kept1 = binomial(c1, stay, normals[:, 4])
        moved = poisson(arriving, normals[:, 5])
        thirds = whole_parts(np.repeat(moved[:, None] / 3.0, 3, axis=1))
        cohorts = np.column_stack([first + renewed, kept0, kept1]) + thirds
        return np.column_stack([cohorts, base])

    def measured(self, state: FloatArray) -> FloatArray:
        """Number of enterprises with a valid certificate."""
        return state[:, :3].sum(axis=1)

    def rebased(self, state: FloatArray, rates: Rates) -> tuple[FloatArray, Rates]:
        """First entries per thing in stock today."""
        base, own = rebased(state[:, -1], self.measured(state), rates, entry="first_certification")
        return np.column_stack([state[:, :-1], base]), own

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn from the stock and, if there are any, from the district's own figures."""
        own = self.figures.until(history.start) if self.figures else None
        if own is None or own.n_usable == 0:
            return learned_from_stock(
                self, history, horizon, normals=normals, rates=_PRIORS, counts=3
            )
        return self._from_figures(own, history, horizon, normals)

    def _from_figures(
        self, own: YearlyFigures, history: History, horizon: int, normals: FloatArray
    ) -> Prepared:
        year = history.start
        issued = own.get("first_certifications") + own.get("renewals")
        recent = [_issued(own.years, issued, year - age) for age in range(3)]
        stock = _stock_at(history, year)
        if not np.isfinite(recent).all() and not np.isfinite(stock):
            return learned_from_stock(
                self, history, horizon, normals=normals, rates=_PRIORS, counts=3
            )
        renewal, first, growth, move_in, move_out = _PRIORS
        stocks = np.array([_stock_at(history, int(t)) for t in own.years])
        stocks = np.where(np.isfinite(stocks), stocks, _implied_stock(own.years, issued))
        rates = (
            learned_trials(renewal, own, "renewals", own.get("expiries")),
            first,
            growth,
            learned_events(move_in, own, "moves_in", stocks),
            learned_trials(move_out, own, "moves_out", stocks),
        )
        if not np.isfinite(recent).all() or not _has(own, "first_certifications"):
            return learned_from_stock(
                self, history, horizon, normals=normals, rates=rates, counts=3
            )
        ahead, rate_normals, _ = split_normals(
            normals, horizon=horizon, shocks=self.shocks, n_rates=len(rates)
        )
        draws = drawn(rates, rate_normals)
        stay = 1.0 - draws["move_out"]
        cohorts = np.column_stack(
            [recent[0] * np.ones_like(stay), recent[1] * stay, recent[2] * stay**2]
        )
        total = stock if np.isfinite(stock) else cohorts.sum(axis=1)
        issued_and_left = np.maximum(cohorts.sum(axis=1), 1e-300)
        cohorts = whole_parts(cohorts * (total / issued_and_left)[:, None])
        base = np.maximum(cohorts.sum(axis=1), 1.0)
        seen = np.isfinite(own.get("first_certifications"))
        trend = entries_trend(
            own.years[seen].astype(float),
            own.get("first_certifications")[seen],
            last=year,
            growth=growth,
        )
        level, grown = trend.draw(rate_normals[:, 1:3])
        draws |= {"first_certification": level / base, "certification_growth": grown}
        learned = {rate.id for rate in rates if rate.basis == "learned"}
        records = described(
            rates,
            draws,
            learned=frozenset(learned | {"first_certification", "certification_growth"}),
        )
        return Prepared(self, np.column_stack([cohorts, base]), draws, ahead, records)


def _has(own: YearlyFigures, name: str) -> bool:
    return bool(np.isfinite(own.get(name)).any())


def _issued(years: IntArray, issued: FloatArray, year: int) -> float:
    found = issued[years == year]
    return float(found[0]) if found.size else float("nan")


def _stock_at(history: History, year: int) -> float:
    found = history.values[history.times == year]
    return float(found[0]) if found.size else float("nan")


def _implied_stock(years: IntArray, issued: FloatArray) -> FloatArray:
    """Certificates of three years added up, NaN where one of the years is not known."""
    return np.array([sum(_issued(years, issued, int(t) - age) for age in range(3)) for t in years])
