"""Structures: cohorts, entries and exits, ladders, turnover and ratios.

Two positive series that move together: random walks with drift on the log scale.

What `ratio` (one over the other) and `turnover` (one times the other) share: learning growth,
volatility and correlation from short, gappy series, and moving both a year at a time.

Certified enterprises as entry cohorts: a three-year certificate, renewal, moving in and out.

The certificate of a high-tech enterprise is valid for three years from its issue (国科火发〔2016〕
32号, article 9). So the enterprises certified at the end of a year were certified in that year or
in one of the two before, and those of the oldest cohort must be certified anew or leave the stock.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, Final, Literal, get_args

import numpy as np
from scipy.special import gammaincinv, ndtr

from bcforecast.config import SEED
from bcforecast.distributions import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.base import model_name
from bcforecast.models.flows import (
    Prepared,
    Rate,
    Rates,
    Structural,
    YearlyFigures,
    binomial,
    described,
    drawn,
    entries_trend,
    learned_events,
    learned_from_stock,
    learned_trials,
    next_entries,
    poisson,
    rebased,
    split_normals,
    whole_parts,
)
from bcforecast.observations.selection import History, IntArray

PRIOR_YEARS: Final = 3.0
"""Years of growth that the prior on a component's volatility is worth (assumed)."""


@dataclass(frozen=True)
class Growth:
    """Posterior of a component's log growth: normal mean given an inverse-gamma variance.

    Parameters
    ----------
    mean, weight
        Middle of the mean log growth a year, and the number of years that it is worth.
    shape, scale
        Of the inverse-gamma variance of log growth in a year.
    n
        Number of increments learned from.
    """

    mean: float
    weight: float
    shape: float
    scale: float
    n: int

    def draw(self, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Draw mean log growth and its standard deviation from normals (n, 2)."""
        level = np.asarray(ndtr(np.clip(-normals[:, 1], -5.0, 5.0)))
        variance = self.scale / np.asarray(gammaincinv(self.shape, level))
        sd = np.sqrt(variance)
        return self.mean + sd / np.sqrt(self.weight) * normals[:, 0], sd


def increments(history: History, *, breaks: tuple[int, ...] = ()) -> tuple[FloatArray, FloatArray]:
    """Log growth between successive values, and the years between them.

    An increment across a break (the first year of a new definition) is left out.

    Returns
    -------
    Two arrays of shape (k,).
    """
    usable = history.known & (np.nan_to_num(history.values) > 0.0)
    times, logs = history.times[usable], np.log(history.values[usable])
    kept = [
        not any(before < year <= after for year in breaks)
        for before, after in pairwise(times.tolist())
    ]
    mask = np.asarray(kept, dtype=bool)
    return np.diff(logs)[mask], np.diff(times).astype(float)[mask]


def learned_growth(prior: Rate, volatility: float, grown: FloatArray, years: FloatArray) -> Growth:
    """Normal-inverse-gamma posterior given growth over gaps.

    Growth over g years has mean g m and variance g s^2. The prior on m is worth
    `volatility**2 / prior.spread**2` years, that on s^2 `PRIOR_YEARS` years around `volatility`.
    """
    weight0 = (volatility / prior.spread) ** 2
    weight = weight0 + float(years.sum())
    mean = (weight0 * prior.mean + float(grown.sum())) / weight
    residual = float(np.sum((grown - years * mean) ** 2 / years)) if grown.size else 0.0
    shrink = weight0 * (mean - prior.mean) ** 2
    shape = 0.5 * (PRIOR_YEARS + grown.size)
    scale = 0.5 * (PRIOR_YEARS * volatility**2 + residual + shrink)
    return Growth(mean, weight, shape, scale, int(grown.size))


def correlation_of(
    first: History, second: History, *, prior: float, worth: float = 8.0, breaks: tuple[int, ...]
) -> tuple[float, int]:
    """Correlation of yearly log growth, shrunk toward `prior`, which is worth `worth` years.

    Returns
    -------
    r = (k r_k + worth prior) / (k + worth), with r_k from the k years where both grew from one
    year to the next; and k.
    """
    both: list[tuple[float, float]] = []
    steps = [_yearly(history, breaks) for history in (first, second)]
    for year in sorted(set(steps[0]) & set(steps[1])):
        both.append((steps[0][year], steps[1][year]))
    if len(both) < 3:
        return prior, len(both)
    pairs = np.asarray(both)
    spread = pairs.std(axis=0)
    if not (spread > 0.0).all():
        return prior, len(both)
    r = float(np.corrcoef(pairs.T)[0, 1])
    return (len(both) * r + worth * prior) / (len(both) + worth), len(both)


def _yearly(history: History, breaks: tuple[int, ...]) -> dict[int, float]:
    usable = history.known & (np.nan_to_num(history.values) > 0.0)
    times, logs = history.times[usable], np.log(history.values[usable])
    return {
        int(times[i]): float(logs[i] - logs[i - 1])
        for i in range(1, times.size)
        if times[i] - times[i - 1] == 1 and int(times[i]) not in breaks
    }


@dataclass(frozen=True)
class Learned:
    """What a paired model has learned: growth of both components, and their correlation."""

    first: Growth
    second: Growth
    correlation: float


@dataclass(frozen=True)
class Paired(Structural):
    """log a' = log a + g_a + s_a e_a and likewise for b, with cor(e_a, e_b) = r.

    State: log a, log b, s_a, s_b, r.
    """

    @abstractmethod
    def learn(self, history: History) -> Learned:
        """Learn growth and correlation."""

    @abstractmethod
    def combine(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """The log of the indicator from the logs of its components."""

    @abstractmethod
    def component_rates(self) -> tuple[Rate, Rate]:
        """The priors on the growth of the two components."""

    def priors(self) -> tuple[Rate, ...]:
        """Rates before any figure is seen."""
        return self.component_rates()

    def start(self, rates: Rates) -> FloatArray:
        """Both components 1, without chance."""
        return np.zeros((next(iter(rates.values())).size, 5))

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move both components a year on."""
        first, second, sd_first, sd_second, r = state.T
        rate_first, rate_second = self.component_rates()
        first = first + np.log1p(rates[rate_first.id])
        second = second + np.log1p(rates[rate_second.id])
        if normals is not None:
            e = normals[:, 0]
            first = first + sd_first * e
            second = second + sd_second * (r * e + np.sqrt(1.0 - r**2) * normals[:, 1])
        return np.column_stack([first, second, sd_first, sd_second, r])

    def measured(self, state: FloatArray) -> FloatArray:
        """The indicator."""
        return np.exp(np.minimum(self.combine(state[:, 0], state[:, 1]), 700.0))

    def width(self, history: History, horizon: int) -> int:  # noqa: ARG002
        """Columns of normals: two a forecast year, two a component, one for the last figure."""
        return horizon * self.shocks + 2 * len(self.priors()) + 1

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn from the histories, and start from the last figure of the indicator."""
        usable = history.known & (np.nan_to_num(history.values) > 0.0)
        if not usable.any():
            raise ModelError(
                "structural.nothing_to_start_from",
                model=model_name(self.name),
                indicator=history.indicator or "-",
                area=history.area or "-",
            )
        learned = self.learn(history)
        ahead, own, _ = split_normals(
            normals, horizon=horizon, shocks=self.shocks, n_rates=2 * len(self.priors())
        )
        last = int(np.flatnonzero(usable)[-1])
        value, error = history.values[last], history.error_sd[last]
        level = np.log(np.maximum(value + error * own[:, -1], 1e-6 * value))
        mean_first, sd_first = learned.first.draw(own[:, 0:2])
        mean_second, sd_second = learned.second.draw(own[:, 2:4])
        r = np.full(level.size, learned.correlation)
        state = np.column_stack([level, np.zeros_like(level), sd_first, sd_second, r])
        rate_first, rate_second = self.component_rates()
        rates = {rate_first.id: np.expm1(mean_first), rate_second.id: np.expm1(mean_second)}
        state = self._moved_to_start(state, rates, history, int(history.times[last]), own[:, -1])
        seen = {
            rate.id
            for rate, growth in zip(
                (rate_first, rate_second), (learned.first, learned.second), strict=True
            )
            if growth.n
        }
        records = described(self.component_rates(), rates, learned=frozenset(seen))
        return Prepared(self, state, rates, ahead, records)

    def _moved_to_start(
        self, state: FloatArray, rates: Rates, history: History, last: int, normals: FloatArray
    ) -> FloatArray:
        """Carry states from the last figure over the years without one, chance in one piece."""
        years = history.start - last
        if years <= 0:
            return state
        plain = state
        for _ in range(years):
            plain = self.step(plain, rates, None)
        _, _, sd_first, sd_second, r = state.T
        sign = np.sign(self.combine(np.array([0.0]), np.array([1.0]))[0])
        variance = sd_first**2 + sd_second**2 + 2.0 * sign * r * sd_first * sd_second
        plain[:, 0] += np.sqrt(years * np.maximum(variance, 0.0)) * normals
        return plain


def learned_from_whole(
    history: History,
    *,
    rates: tuple[Rate, Rate],
    volatility: tuple[float, float],
    correlation: float,
    sign: float,
) -> Learned:
    """Learn the growth of the indicator itself, and share it out to its two components.

    Parameters
    ----------
    history
        Of the indicator.
    rates, volatility, correlation
        Priors of the components.
    sign
        1 for a product, -1 for a quotient.

    Returns
    -------
    What differs from the prior mean goes to both components, half each; the indicator's growth
    and variance are as learned, and the split matters to levers only.
    """
    first, second = volatility
    variance = first**2 + second**2 + 2.0 * sign * correlation * first * second
    prior = Rate(
        "whole",
        "growth",
        rates[0].mean + sign * rates[1].mean,
        float(np.hypot(rates[0].spread, rates[1].spread)),
    )
    whole = learned_growth(prior, float(np.sqrt(variance)), *increments(history))
    surplus = whole.mean - prior.mean
    parts = [
        Growth(
            mean=rate.mean + direction * 0.5 * surplus,
            weight=2.0 * whole.weight * v**2 / variance,
            shape=whole.shape,
            scale=whole.scale * v**2 / variance,
            n=whole.n,
        )
        for rate, v, direction in zip(rates, volatility, (1.0, sign), strict=True)
    ]
    return Learned(parts[0], parts[1], correlation)


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
    >>> from bcforecast.models.flows import YearlyFigures
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


_PRIORS_ENTRY_EXIT: Final = (
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
        return _PRIORS_ENTRY_EXIT

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
        approval, growth, closure = _PRIORS_ENTRY_EXIT
        if self.figures is not None:
            own = self.figures.until(history.start)
            stock_at = dict(zip(history.times.tolist(), history.values.tolist(), strict=True))
            before = np.array([stock_at.get(int(t) - 1, np.nan) for t in own.years])
            approval = learned_events(approval, own, "approvals", before)
            closure = learned_trials(closure, own, "closures", before)
        rates = (approval, growth, closure)
        return learned_from_stock(self, history, horizon, normals=normals, rates=rates, counts=1)


Rung = Literal["eaglet", "gazelle", "leader"]
RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)

CITY_STOCKS: Final = MappingProxyType({"eaglet": 1632.0, "gazelle": 348.0, "leader": 230.0})
"""Tianjin: eaglets and gazelles at the end of 2019 (source tj_stcomm_2019), leaders in 2021
(tj_three_years): the proportions between rungs where a district's own are not known."""

_PRIORS_LADDER: Final[tuple[Rate, ...]] = (
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
        return _PRIORS_LADDER

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
        rates: tuple[Rate, ...] = _PRIORS_LADDER
        if self.figures is not None:
            rates = tuple(
                _learned(rate, self.figures.until(history.start)) for rate in _PRIORS_LADDER
            )
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


AGES: Final = 17
"""Years in force after grant, at most: a term of 20 years from filing (Patent Law of the PRC,
article 42), less about three years of examination."""

LAPSE_BY_AGE: Final = np.linspace(0.5, 2.0, AGES)
"""Assumed: risk of lapse by years since grant, relative to the stock's; fees rise with age."""

_PRIORS_PATENTS: Final = (
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
        return _PRIORS_PATENTS

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
        grant, growth, lapse = _PRIORS_PATENTS
        if self.figures is not None:
            own = self.figures.until(history.start)
            stock_at = dict(zip(history.times.tolist(), history.values.tolist(), strict=True))
            before = np.array([stock_at.get(int(t) - 1, np.nan) for t in own.years])
            grant = learned_events(grant, own, "grants", before)
            lapse = learned_trials(lapse, own, "lapses", before)
        rates = (grant, growth, lapse)
        return learned_from_stock(self, history, horizon, normals=normals, rates=rates, counts=0)


_RATES: Final = (
    Rate("rd_growth", "growth", 0.08, 0.05),
    Rate("gdp_growth", "growth", 0.055, 0.03),
)
_VOLATILITY: Final = (0.07, 0.04)
"""Assumed: standard deviation of yearly log growth of R&D spending and of GDP, before figures."""
_CORRELATION: Final = 0.3
"""Assumed: correlation of the two within a year, before figures."""


@dataclass(frozen=True)
class Ratio(Paired):
    """A / B with log growth normal in both; so log(A / B) at horizon h is normal given the rates.

    Parameters
    ----------
    denominator, numerator
        Yearly histories of both, where known, on any one unit each. Where only the ratio and the
        denominator are known for a year, the numerator is their product.
    breaks
        First years of a new definition of the denominator: growth across them is not used.
    restatements
        By the first year on the new basis, the factor that puts earlier denominators on it (such
        as 0.75 where a census lowered them by a quarter); then growth across that year is used,
        and earlier ratios are divided by the factor.

    Examples
    --------
    >>> rd = History.of([2019, 2020, 2022], [3.28, 3.44, 3.49], support=(0.0, 100.0))
    >>> gdp = History.of([2019, 2020, 2021, 2022], [14104.28, 14083.73, 15695.0, 16311.3])
    >>> 3.4 < float(Ratio(denominator=gdp, n_paths=2000).fit(rd, 1).median()[0]) < 3.7
    True
    """

    denominator: History | None = None
    numerator: History | None = None
    breaks: tuple[int, ...] = ()
    restatements: Mapping[int, float] = field(default_factory=dict)

    name: ClassVar[str] = "ratio"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 2

    def component_rates(self) -> tuple[Rate, Rate]:
        """Growth of the numerator and of the denominator."""
        return _RATES

    def combine(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Log of the ratio."""
        return first - second

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn and start from the ratio on the newest basis of its denominator."""
        newest = {year: 1.0 / factor for year, factor in self.restatements.items()}
        return super().prepare(restated(history, newest), horizon, normals=normals)

    def learn(self, history: History) -> Learned:
        """Learn both components' growth, from figures on one basis only.

        With neither component known, the growth of the ratio itself is learned.
        """
        if self.denominator is None and self.numerator is None:
            return learned_from_whole(
                history, rates=_RATES, volatility=_VOLATILITY, correlation=_CORRELATION, sign=-1.0
            )
        cut = tuple(year for year in self.breaks if year not in self.restatements)
        empty = np.empty(0), np.empty(0)
        below = None if self.denominator is None else _upto(self.denominator, history.start)
        if below is not None:
            below = restated(below, self.restatements)
        above = self._numerator(history, below, history.start)
        grown_above = increments(above, breaks=cut) if above is not None else empty
        grown_below = increments(below, breaks=cut) if below is not None else empty
        r = _CORRELATION
        if above is not None and below is not None:
            r, _ = correlation_of(above, below, prior=_CORRELATION, breaks=cut)
        return Learned(
            learned_growth(_RATES[0], _VOLATILITY[0], *grown_above),
            learned_growth(_RATES[1], _VOLATILITY[1], *grown_below),
            r,
        )

    def _numerator(self, ratio: History, below: History | None, last: int) -> History | None:
        given = None if self.numerator is None else _upto(self.numerator, last)
        known: dict[int, float] = {}
        if below is not None:
            bases = _by_year(below)
            unit = _unit(ratio, bases, {} if given is None else _by_year(given))
            known = {t: v * bases[t] * unit for t, v in _by_year(ratio).items() if t in bases}
        known |= {} if given is None else _by_year(given)
        return History.of(sorted(known), [known[t] for t in sorted(known)]) if known else None


def restated(history: History, factors: Mapping[int, float]) -> History:
    """Multiply figures before each year by that year's factor: one basis, the newest.

    Examples
    --------
    >>> gdp = History.of([2018, 2019], [18809.64, 14104.28])
    >>> restated(gdp, {2019: 0.5}).values.tolist()
    [9404.82, 14104.28]
    """
    factor = np.ones(history.times.size)
    for year, f in factors.items():
        factor = np.where(history.times < year, factor * f, factor)
    return replace(
        history,
        values=history.values * factor,
        lower=history.lower * factor,
        upper=history.upper * factor,
        error_sd=history.error_sd * factor,
    )


def _upto(history: History, last: int) -> History | None:
    kept = history.times <= last
    if not kept.any():
        return None
    return history.kept(kept, origin=last)


def _by_year(history: History) -> dict[int, float]:
    pairs = zip(history.times, history.values, strict=True)
    return {int(t): float(v) for t, v in pairs if np.isfinite(v) and v > 0.0}


def _unit(ratio: History, bases: Mapping[int, float], given: Mapping[int, float]) -> float:
    """Numerator over (ratio x denominator), where all three are known: 0.01 for a percentage."""
    ratios = _by_year(ratio)
    units = [given[t] / (ratios[t] * bases[t]) for t in given if t in ratios and t in bases]
    return float(np.median(units)) if units else 1.0


_RATES_TURNOVER: Final = (
    Rate("contract_growth", "growth", 0.06, 0.08),
    Rate("mean_value_growth", "growth", 0.08, 0.08),
)
_VOLATILITY_TURNOVER: Final = (0.10, 0.12)
"""Assumed: standard deviation of yearly log growth of count and mean value, before figures."""
_CORRELATION_TURNOVER: Final = -0.2
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
        return _RATES_TURNOVER

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
            history,
            rates=_RATES_TURNOVER,
            volatility=_VOLATILITY_TURNOVER,
            correlation=_CORRELATION_TURNOVER,
            sign=1.0,
        )

    def _from_both(self, history: History, known: dict[int, float], years: list[int]) -> Learned:
        total = dict(zip(history.times.tolist(), history.values.tolist(), strict=True))
        count = History.of(sorted(known), [known[t] for t in sorted(known)])
        value = History.of(years, [total[t] / known[t] for t in years])
        r, _ = correlation_of(count, value, prior=_CORRELATION_TURNOVER, breaks=())
        return Learned(
            learned_growth(_RATES_TURNOVER[0], _VOLATILITY_TURNOVER[0], *increments(count)),
            learned_growth(_RATES_TURNOVER[1], _VOLATILITY_TURNOVER[1], *increments(value)),
            r,
        )


@dataclass(frozen=True)
class Companion:
    """A yearly count that an area may publish beside an indicator.

    Parameters
    ----------
    series
        Identifier in the column `indicator` of the observations (a flow, or for `*_stock` names
        the stock itself).
    name
        What the structural model calls it.
    unit
        Of its figures.
    needed
        Whether the structural model is used only if there are at least two figures of it.
    """

    series: str
    name: str
    unit: str
    needed: bool = False

    @property
    def is_stock(self) -> bool:
        """Whether it is the indicator's own stock or another rung's, not a flow."""
        return self.name.endswith("_stock")


def _of_rung(rung: Rung, stock: str) -> tuple[Companion, ...]:
    count = "enterprises"
    moves = ("entries", "exits") if rung == "leader" else ("entries", "promotions", "exits")
    flows = tuple(Companion(f"{rung}_{move}", f"{rung}_{move}", count) for move in moves)
    return (Companion(stock, f"{rung}_stock", count), *flows)


_LADDER: Final = (
    *_of_rung("eaglet", "eaglet_enterprises"),
    *_of_rung("gazelle", "gazelle_enterprises"),
    *_of_rung("leader", "leading_enterprises"),
)

COMPANIONS: Final[Mapping[str, tuple[Companion, ...]]] = MappingProxyType(
    {
        "hightech_enterprises": (
            Companion("hightech_first_certifications", "first_certifications", "enterprises", True),
            Companion("hightech_renewals", "renewals", "enterprises", True),
            Companion("hightech_expiries", "expiries", "enterprises"),
            Companion("hightech_moves_in", "moves_in", "enterprises"),
            Companion("hightech_moves_out", "moves_out", "enterprises"),
        ),
        "invention_patents_in_force": (
            Companion("invention_patent_grants", "grants", "patents", True),
            Companion("invention_patent_lapses", "lapses", "patents"),
        ),
        "innovation_platforms": (
            Companion("platform_approvals", "approvals", "platforms", True),
            Companion("platform_closures", "closures", "platforms"),
        ),
        "eaglet_enterprises": _LADDER,
        "gazelle_enterprises": _LADDER,
        "leading_enterprises": _LADDER,
    }
)
"""By indicator, the yearly counts from which its structural model learns."""

STRUCTURAL_MODELS: Final = (Cohort.name, EntryExit.name, Ladder.name, Patents.name)
"""Names of the models that `structural_model` chooses among."""

_RUNG_OF: Final[Mapping[str, Rung]] = MappingProxyType(
    {
        "eaglet_enterprises": "eaglet",
        "gazelle_enterprises": "gazelle",
        "leading_enterprises": "leader",
    }
)


def structural_model(
    indicator: str, companions: Mapping[str, History], *, seed: int = SEED
) -> Structural | None:
    """Return the structural model of an indicator, if the area's own figures are enough for it.

    Parameters
    ----------
    indicator
        Identifier.
    companions
        Histories by series, as `COMPANIONS` names them; those without figures may be left out.
    seed
        Of the simulation.

    Returns
    -------
    None where the indicator has no such model, or a needed series has fewer than two figures; of
    the ladder, at least two figures of the moves off or onto the indicator's rung are needed.

    Examples
    --------
    >>> structural_model("hightech_enterprises", {}) is None
    True
    """
    wanted = COMPANIONS.get(indicator, ())
    if any(c.needed and _count(companions.get(c.series)) < 2 for c in wanted) or not wanted:
        return None
    figures = YearlyFigures.of(
        {c.name: companions[c.series] for c in wanted if _count(companions.get(c.series))}
    )
    if indicator in _RUNG_OF:
        return _ladder(_RUNG_OF[indicator], figures, seed)
    if indicator == "hightech_enterprises":
        return Cohort(seed=seed, figures=figures)
    if indicator == "invention_patents_in_force":
        return Patents(seed=seed, figures=figures)
    return EntryExit(seed=seed, figures=figures)


def n_figures(model: Structural) -> int:
    """Number of the area's own figures, beside the indicator's own stock, that a model uses."""
    figures: YearlyFigures | None = getattr(model, "figures", None)
    if figures is None:
        return 0
    flows = {k: v for k, v in figures.counts.items() if not k.endswith("_stock")}
    return YearlyFigures(figures.years, flows).n_usable


def _ladder(rung: Rung, figures: YearlyFigures, seed: int) -> Ladder | None:
    flows = [name for name in figures.counts if name.startswith(rung) and "stock" not in name]
    if sum(int(np.isfinite(figures.get(name)).sum()) for name in flows) < 2:
        return None
    others: dict[Rung, float] = {}
    before: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for other in RUNGS:
        stock = figures.get(f"{other}_stock")
        # Moves in a year are shares of the stock at the end of the year before.
        before[f"{other}_stock"] = np.array(
            [figures.in_year(f"{other}_stock", int(year) - 1) for year in figures.years]
        )
        known = stock[np.isfinite(stock)]
        if other != rung and known.size:
            others[other] = float(known[-1])
    return Ladder(
        seed=seed,
        rung=rung,
        others=others,
        figures=YearlyFigures(figures.years, {**figures.counts, **before}),
    )


def _count(history: History | None) -> int:
    return 0 if history is None else history.n_values
