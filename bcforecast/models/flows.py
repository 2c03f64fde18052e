"""Stocks and flows: rates, counts and weights that structures are built of.

Whole-number draws by inversion, so that one block of normals serves every scenario.

A draw rises with its normal and with its mean, path by path; that is what makes the difference
between two scenarios the work of their levers and not of chance.

What the structural models share: states moved a year at a time by rates that levers can change.

A model takes one block of standard normals. The same block under other changes of the rates gives
another scenario, path by path, so that two scenarios differ by their levers only.

Learning the rates of a population from the history of its stock, by importance weighting.

Draws from the prior are moved through the years of the history. At each figure a draw is weighted
by how well it foretold the figure, the draws are resampled, and each is set upon the figure
(Gordon, Salmond and Smith 1993, doi:10.1049/ip-f-2.1993.0015).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammaincinv, log_ndtr, ndtr

from bcforecast import config
from bcforecast.distributions import Distribution, Empirical, FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.base import accept, as_counted, model_name
from bcforecast.observations.selection import History, IntArray
from bcforecast.text import Message

Basis = Literal["learned", "sourced", "assumed"]
Family = Literal["beta", "gamma", "growth"]
Rates = Mapping[str, FloatArray]
"""Draws of each rate, shape (n,)."""


@dataclass(frozen=True)
class RateRecord:
    """One line of a table of rates: its middle, its 80 % interval and what they rest on."""

    name: Message
    value: float
    low: float
    high: float
    basis: Basis
    source: Message

    @property
    def basis_name(self) -> Message:
        """What it rests on, in a word."""
        return Message(f"structural.basis_{self.basis}")


@dataclass(frozen=True)
class Rate:
    """A rate with its prior (or, once learned, its posterior).

    Parameters
    ----------
    id
        Identifier; the catalogue has its name under `structural.rate_<id>` and what it rests on
        under `structural.source_<id>`.
    family
        `beta` (a probability a year), `gamma` (a positive rate), `growth` (yearly growth, 1 plus
        which is lognormal).
    mean
        Of the rate; of log(1 + growth) for `growth`.
    spread
        Beta: number of trials that the prior is worth. Gamma: shape, the number of events that it
        is worth. Growth: standard deviation of log(1 + growth).
    basis
        Whether the prior is `sourced` or `assumed`, or the rate has been `learned` from figures.
    """

    id: str
    family: Family
    mean: float
    spread: float
    basis: Basis = "assumed"

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the rate can lie."""
        if self.family == "growth":
            return -0.95, np.inf
        return 0.0, 1.0 if self.family == "beta" else np.inf

    def draw(self, normals: FloatArray) -> FloatArray:
        """Draws at the levels of standard normals, shape as given; nondecreasing in them."""
        if self.family == "growth":
            return np.asarray(np.expm1(self.mean + self.spread * normals), dtype=float)
        level = np.asarray(ndtr(np.clip(normals, -6.0, 6.0)))
        if self.family == "beta":
            a, b = self.mean * self.spread, (1.0 - self.mean) * self.spread
            return np.asarray(betaincinv(a, b, level), dtype=float)
        unit = np.asarray(gammaincinv(self.spread, level), dtype=float)
        return unit * (self.mean / self.spread)

    def after_trials(self, successes: float, trials: float) -> Rate:
        """Posterior of a `beta` rate after `successes` of `trials` (conjugate)."""
        total = self.spread + trials
        if trials <= 0:
            return self
        mean = (self.mean * self.spread + successes) / total
        return replace(self, mean=mean, spread=total, basis="learned")

    def after_events(self, events: float, exposure: float) -> Rate:
        """Posterior of a `gamma` rate after `events` over `exposure` (conjugate to Poisson)."""
        if exposure <= 0:
            return self
        shape = self.spread + events
        mean = shape / (self.spread / self.mean + exposure)
        return replace(self, mean=mean, spread=shape, basis="learned")

    def record(self, draws: FloatArray | None = None, basis: Basis | None = None) -> RateRecord:
        """Line of the table, from the prior or, given draws (n,), from them."""
        if draws is None:
            values = self.draw(np.array([-1.2815515655446004, 0.0, 1.2815515655446004]))
        else:
            values = np.quantile(draws, [0.1, 0.5, 0.9])
        stated = basis or self.basis
        source = (
            "structural.source_learned" if stated == "learned" else f"structural.source_{self.id}"
        )
        return RateRecord(
            name=Message(f"structural.rate_{self.id}"),
            value=float(values[1]),
            low=float(values[0]),
            high=float(values[2]),
            basis=stated,
            source=Message(source),
        )


@dataclass(frozen=True)
class Change:
    """What levers do to a rate, by year.

    Parameters
    ----------
    by
        Shape (H,) or (n, H).
    how
        `add`: added to the rate; `times`: relative change of the rate, 0.1 being 10 % more.
    """

    by: FloatArray
    how: Literal["add", "times"] = "add"

    def applied(self, rate: FloatArray, year: int) -> FloatArray:
        """The rate, shape (n,), in the year of index `year`; the last year's change lasts."""
        step = self.by[..., min(year, self.by.shape[-1] - 1)]
        return rate + step if self.how == "add" else rate * (1.0 + step)


Changes = Mapping[str, tuple[Change, ...]]
"""Changes of rates, by the rate's identifier, applied in order."""


def changed(rates: Rates, changes: Changes, year: int, *, table: tuple[Rate, ...]) -> Rates:
    """Rates in the year of index `year` under `changes`, each kept where such a rate can lie.

    Raises
    ------
    KeyError
        If a change names a rate that the table does not have.
    """
    if not changes:
        return rates
    bounds = {rate.id: rate.bounds for rate in table}
    out = dict(rates)
    for name, moves in changes.items():
        low, high = bounds[name]
        for move in moves:
            out[name] = move.applied(out[name], year)
        out[name] = np.clip(out[name], low, high)
    return out


EXACT_BELOW = 30.0
"""Means up to here are inverted exactly; above, by the Cornish-Fisher expansion."""


def poisson(mean: npt.ArrayLike, normals: FloatArray) -> FloatArray:
    """Quantile of a Poisson count at the level of each standard normal.

    Parameters
    ----------
    mean
        Expected count, nonnegative; broadcasts against `normals`.
    normals
        Standard normals, any shape.

    Examples
    --------
    >>> poisson(2.0, np.array([-1.0, 0.0, 1.0])).tolist()
    [1.0, 2.0, 3.0]
    """
    mu = np.broadcast_to(np.maximum(np.asarray(mean, float), 0.0), normals.shape)
    out = _expanded(mu, mu, np.ones_like(mu), normals)
    small = mu <= EXACT_BELOW
    if small.any():
        m = mu[small]

        def ratio(k: int) -> FloatArray:
            return m / (k + 1)

        out[small] = _inverted(np.exp(-m), ratio, np.asarray(ndtr(normals[small])))
    return out


def binomial(trials: npt.ArrayLike, probability: npt.ArrayLike, normals: FloatArray) -> FloatArray:
    """Quantile of a binomial count at the level of each standard normal.

    Parameters
    ----------
    trials
        Whole numbers, nonnegative; broadcast against `normals`.
    probability
        In [0, 1]; broadcasts likewise.
    normals
        Standard normals, any shape.

    Examples
    --------
    >>> binomial(10.0, 0.5, np.array([-1.0, 0.0, 1.0])).tolist()
    [3.0, 5.0, 7.0]
    """
    n = np.broadcast_to(np.asarray(trials, float), normals.shape)
    p = np.broadcast_to(np.clip(np.asarray(probability, float), 0.0, 1.0), normals.shape)
    high = p > 0.5
    rarer = np.where(high, 1.0 - p, p)
    level = np.where(high, -normals, normals)
    mu = n * rarer
    out = _expanded(mu, mu * (1.0 - rarer), 1.0 - 2.0 * rarer, level)
    small = mu <= EXACT_BELOW
    if small.any():
        m, q = n[small], rarer[small]
        odds = q / (1.0 - q)

        def ratio(k: int) -> FloatArray:
            return np.maximum(m - k, 0.0) / (k + 1) * odds

        start = np.exp(m * np.log1p(-q))
        out[small] = _inverted(start, ratio, np.asarray(ndtr(level[small])))
    counts = np.minimum(out, n)
    return np.where(high, n - counts, counts)


def _expanded(
    mean: FloatArray, variance: FloatArray, skew_numerator: FloatArray, normals: FloatArray
) -> FloatArray:
    """Second-order Cornish-Fisher quantile (Cornish and Fisher 1938), rounded, at least 0."""
    z = np.clip(normals, -6.0, 6.0)
    raw = mean + np.sqrt(variance) * z + skew_numerator * (z * z - 1.0) / 6.0
    return np.maximum(np.rint(raw), 0.0)


def _inverted(start: FloatArray, ratio: object, level: FloatArray) -> FloatArray:
    """Smallest k with P(N <= k) >= level, by summing p(k + 1) = p(k) ratio(k)."""
    assert callable(ratio)
    term, cumulative = start.copy(), start.copy()
    counts = np.zeros_like(start)
    target = np.minimum(level, 1.0 - 1e-12)
    for k in range(200):
        short = cumulative < target
        if not short.any():
            break
        counts += short
        term = term * ratio(k)
        cumulative = cumulative + term
    return counts


YEAR_SD: Final = 0.15
"""Assumed: standard deviation of the log of a year's entries about their trend, beside chance."""


@dataclass(frozen=True)
class Trend:
    """Level and growth of yearly entries, normal given the counts.

    Parameters
    ----------
    mean, covariance
        Of (log level in the last year, log growth a year); shapes (2,) and (2, 2).
    """

    mean: FloatArray
    covariance: FloatArray

    def draw(self, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Draw the level and the growth (not logs), from normals (n, 2)."""
        root = np.linalg.cholesky(self.covariance)
        both = self.mean + normals @ root.T
        return np.exp(both[:, 0]), np.expm1(both[:, 1])


def entries_trend(years: FloatArray, counts: FloatArray, *, last: int, growth: Rate) -> Trend:
    """Learn the trend of yearly counts.

    Weighted Bayesian regression of log counts on the year, errors of variance
    `YEAR_SD**2 + 1 / count`, a flat prior on the level and the rate's normal prior on the growth.

    Parameters
    ----------
    years, counts
        Shape (k,), k at least 1; counts of 0 are taken as one half.
    last
        Year to which the level belongs.
    growth
        Prior, of the family `growth`.
    """
    y = np.log(np.maximum(counts, 0.5))
    precision = 1.0 / (YEAR_SD**2 + 1.0 / np.maximum(counts, 0.5))
    design = np.column_stack([np.ones_like(years), years - last])
    prior = np.diag([0.0, 1.0 / growth.spread**2])
    information = design.T @ (precision[:, None] * design) + prior
    pull = design.T @ (precision * y) + prior @ np.array([0.0, growth.mean])
    covariance = np.linalg.inv(information)
    return Trend(covariance @ pull, np.asarray(covariance, dtype=float))


def rebased(
    base: FloatArray, stock: FloatArray, rates: Rates, *, entry: str
) -> tuple[FloatArray, Rates]:
    """Make the stock of today the base of entries, and their rate one per thing in stock today."""
    whole = np.maximum(stock, 1e-300)
    return whole, {**rates, entry: rates[entry] * base / whole}


def next_entries(
    base: FloatArray, rates: Rates, *, entry: str, growth: str, normals: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Move yearly entries a year on.

    Parameters
    ----------
    base
        Shape (n,): what the entry rate is a rate of; it grows by the growth of entries.
    rates
        Draws of each rate.
    entry, growth
        Identifiers of the entries a year per unit of base, and of the yearly growth of the base.
    normals
        Shape (n, 2): the year's common shock, and chance; None for the expectation.

    Returns
    -------
    The base and the number of entries of the year.
    """
    grown = base * (1.0 + rates[growth])
    if normals is None:
        return grown, grown * rates[entry]
    shock = np.exp(YEAR_SD * normals[:, 0] - 0.5 * YEAR_SD**2)
    return grown, poisson(grown * rates[entry] * shock, normals[:, 1])


@dataclass(frozen=True)
class YearlyFigures:
    """Counts by year, one series a name.

    Parameters
    ----------
    years
        Shape (k,), strictly increasing.
    counts
        By name, each of shape (k,), NaN where a year has none.
    """

    years: IntArray
    counts: Mapping[str, FloatArray]

    @classmethod
    def of(cls, histories: Mapping[str, History]) -> YearlyFigures:
        """Put yearly histories side by side; only values count, not bounds.

        Examples
        --------
        >>> first = History.of([2019, 2020], [40, 50])
        >>> YearlyFigures.of({"first": first}).n_usable
        2
        """
        years = sorted({int(t) for history in histories.values() for t in history.times})
        counts = {}
        for name, history in histories.items():
            column = np.full(len(years), np.nan)
            for time, value in zip(history.times, history.values, strict=True):
                column[years.index(int(time))] = value
            counts[name] = column
        return cls(np.asarray(years, np.int64), counts)

    def until(self, year: int) -> YearlyFigures:
        """The figures of years up to and with `year`."""
        kept = self.years <= year
        return YearlyFigures(self.years[kept], {k: v[kept] for k, v in self.counts.items()})

    @property
    def n_usable(self) -> int:
        """Number of figures."""
        return int(sum(np.isfinite(column).sum() for column in self.counts.values()))

    def get(self, name: str) -> FloatArray:
        """Counts of `name`, shape (k,), NaN where there are none."""
        return self.counts.get(name, np.full(self.years.size, np.nan))

    def in_year(self, name: str, year: int) -> float:
        """Count of `name` in `year`, NaN if unknown."""
        found = self.get(name)[self.years == year]
        return float(found[0]) if found.size else float("nan")

    def totals(self, event: str, exposure: FloatArray) -> tuple[float, float]:
        """Sums of the events and of the exposure (k,) over the years where both are known."""
        counts = self.get(event)
        both = np.isfinite(counts) & np.isfinite(exposure)
        return float(counts[both].sum()), float(exposure[both].sum())


def learned_trials(rate: Rate, figures: YearlyFigures, event: str, exposure: FloatArray) -> Rate:
    """Posterior of a `beta` rate given events of those exposed, year by year."""
    events, exposed = figures.totals(event, exposure)
    return rate.after_trials(min(events, exposed), exposed)


def learned_events(rate: Rate, figures: YearlyFigures, event: str, exposure: FloatArray) -> Rate:
    """Posterior of a `gamma` rate given events and the exposure, year by year."""
    return rate.after_events(*figures.totals(event, exposure))


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

    seed: int = config.SEED
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


DISCREPANCY: Final = 0.05
"""Assumed: relative error of the model's own one-year-ahead stock, beside chance."""

LEAST_SURVIVING: Final = 0.05
"""Share of draws that must stay effective at a figure; else the weights are flattened."""

NARROWED: Final = 0.9
"""A rate is called learned if its spread fell below this part of the prior's,"""

MOVED: Final = 0.5
"""or if its mean moved by this many of the prior's standard deviations."""


def learned_from_stock(
    model: Structural,
    history: History,
    horizon: int,
    *,
    normals: FloatArray,
    rates: tuple[Rate, ...],
    counts: int,
    rounding: Callable[[FloatArray], FloatArray] = whole_parts,
) -> Prepared:
    """Prepare a model whose first `counts` state columns are whole numbers of things.

    Parameters
    ----------
    model, history, horizon, normals
        As in `Structural.prepare`.
    rates
        Rates after conjugate learning, in the order of `model.priors()`.
    counts
        Number of state columns that are counts.
    rounding
        Makes them whole: parts of one sum by default.

    Raises
    ------
    ModelError
        If the history has no value above 0 to start from.
    """
    known = history.times[history.known & (np.nan_to_num(history.values) > 0.0)]
    if known.size == 0:
        raise ModelError(
            "structural.nothing_to_start_from",
            model=model_name(model.name),
            indicator=history.indicator or "-",
            area=history.area or "-",
        )
    ahead, rate_normals, past = split_normals(
        normals, horizon=horizon, shocks=model.shocks, n_rates=len(rates)
    )
    draws: Rates = drawn(rates, rate_normals)
    before = dict(draws)
    first = int(known[0])

    def whole(fractions: FloatArray) -> FloatArray:
        return np.concatenate([rounding(fractions[:, :counts]), fractions[:, counts:]], axis=1)

    state = whole(_set_upon(model, model.start(draws), history, first, rate_normals[:, -1]))
    by_year = {int(t): i for i, t in enumerate(history.times)}
    for k, year in enumerate(range(first + 1, history.start + 1)):
        state = model.step(state, draws, past[:, k])
        if year in by_year:
            chosen = _resampled(_log_weights(model.measured(state), history, by_year[year]))
            state = state[chosen]
            draws = {name: values[chosen] for name, values in draws.items()}
            state = whole(_set_upon(model, state, history, year, rate_normals[:, -1]))
    informed = {name for name, values in draws.items() if _informed(values, before[name])}
    state, draws = model.rebased(state, draws)
    conjugate = {rate.id for rate in rates if rate.basis == "learned"}
    records = described(rates, draws, learned=frozenset(informed | conjugate))
    return Prepared(model, state, draws, ahead, records)


def _informed(after: FloatArray, before: FloatArray) -> bool:
    spread = float(np.std(before))
    narrowed = float(np.std(after)) < NARROWED * spread
    return narrowed or abs(float(np.mean(after) - np.mean(before))) > MOVED * spread


def _log_weights(predicted: FloatArray, history: History, i: int) -> FloatArray:
    value = history.values[i]
    if np.isfinite(value) and value > 0.0:
        sd = np.hypot(DISCREPANCY, history.error_sd[i] / value)
        with np.errstate(divide="ignore"):
            return -0.5 * ((np.log(predicted) - np.log(value)) / sd) ** 2
    total = np.zeros_like(predicted)
    for bound, sign in ((history.lower[i], 1.0), (history.upper[i], -1.0)):
        if np.isfinite(bound) and bound > 0.0:
            with np.errstate(divide="ignore"):
                total += log_ndtr(sign * (np.log(predicted) - np.log(bound)) / DISCREPANCY)
    return total


def _resampled(log_weights: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Indices of a systematic resample; weights raised to a power below 1 where too few survive."""
    n = log_weights.size
    shifted = log_weights - log_weights.max()
    low, power = 0.0, 1.0
    if _effective(shifted) < LEAST_SURVIVING * n:
        high = 1.0
        for _ in range(30):
            power = 0.5 * (low + high)
            enough = _effective(power * shifted) >= LEAST_SURVIVING * n
            low, high = (power, high) if enough else (low, power)
        power = low
    with np.errstate(invalid="ignore"):
        weights = np.exp(power * shifted) if power > 0.0 else np.ones(n)
    ends = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(ends, (np.arange(n) + 0.5) / n), n - 1)


def _effective(log_weights: FloatArray) -> float:
    weights = np.exp(log_weights)
    return float(weights.sum() ** 2 / (weights**2).sum())


def _set_upon(
    model: Structural, state: FloatArray, history: History, year: int, normals: FloatArray
) -> FloatArray:
    """Scale states so that the indicator is the figure of `year`, within the figure's error."""
    i = int(np.flatnonzero(history.times == year)[0])
    value = history.values[i]
    if not np.isfinite(value) or value <= 0.0:
        return state
    figure = np.maximum(value + history.error_sd[i] * normals, 0.0)
    return state * (figure / np.maximum(model.measured(state), 1e-300))[:, None]
