"""Stocks moved by flows, a year at a time: yearly rates, whole-number draws, learning, simulation.

A structure says how an indicator arises: what it starts from, and how rates move it on. Levers
change rates. All chance is one block of standard normals, drawn once: the same block under other
rates is another scenario path by path, and since every draw rises with its normal and its mean,
two scenarios differ by their levers only.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator
from scipy.special import betaincinv, gammaincinv, log_ndtr, ndtr

from bcforecast import config
from bcforecast.distributions import Distribution, Empirical, FloatArray
from bcforecast.models import base
from bcforecast.observations.selection import History, IntArray
from bcforecast.plan import fields
from bcforecast.text import Message, Text

Basis = Literal["learned", "sourced", "assumed"]
Rates = Mapping[str, FloatArray]
"""Draws of each rate, by its identifier, shape (n,)."""


_COUNT: Final = fields.fitting("structural.allowed_count", lambda n: type(n) is int and n >= 0)
Count = Annotated[int, _COUNT]
Draw = Count
"""Which of a year's standard normals a chance takes. 0 is the year's common shock (up is good)."""


@dataclass(frozen=True)
class RateRecord:
    """One line of a table of rates: its middle, its 80 % interval and what they rest on."""

    id: str
    name: Message
    value: float
    low: float
    high: float
    basis: Basis
    source: Message


class Lesson(fields.StrictRecord):
    """Figures that teach a rate: events among the own stock or another series."""

    count: fields.Id
    among: fields.Id | None = None
    before: fields.YesNo = False


class YearToYear(fields.StrictRecord):
    """How a rate varies from year to year, beside chance: standard deviation of its log odds."""

    sd: fields.Number
    draw: Draw


class RatePrior(fields.NamedRecord):
    """A rate with its prior (or, once learned, its posterior), and what that rests on.

    `mean` and `spread` are, of a `beta`, the mean of a yearly probability and the number of trials
    that the prior is worth; of a `gamma`, the mean of a positive rate and the number of events; of
    a `growth`, mean and standard deviation of log(1 + yearly growth).
    """

    id: fields.Id
    family: Literal["beta", "gamma", "growth"]
    mean: fields.Number
    spread: fields.Number
    basis: Basis
    source: Text
    learned_from: Lesson | None = None
    varies: YearToYear | None = None

    @model_validator(mode="after")
    def _is_a_distribution(self) -> Self:
        low, high = self.bounds
        if self.family != "growth" and not low < self.mean < high:
            raise fields.refusal("structural.allowed_mean", "mean", found=self.mean)
        if self.spread <= 0.0:
            raise fields.refusal("run.allowed_positive", "spread", found=self.spread)
        return self

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

    def after(self, events: float, exposed: float) -> Self:
        """Posterior given `events` among `exposed`: binomial for `beta`, Poisson for `gamma`."""
        if exposed <= 0:
            return self
        if self.family == "beta":
            spread = self.spread + exposed
            mean = (self.mean * self.spread + min(events, exposed)) / spread
        else:
            spread = self.spread + events
            mean = spread / (self.spread / self.mean + exposed)
        return fields.changed(self, mean=mean, spread=spread, basis="learned")

    def record(self, draws: FloatArray | None = None, *, learned: bool = False) -> RateRecord:
        """Line of the table, from the prior or, given draws (n,), from them."""
        if draws is None:
            ends = self.draw(np.array([-1.2815515655446004, 0.0, 1.2815515655446004]))
        else:
            ends = np.quantile(draws, [0.1, 0.5, 0.9])
        low, value, high = map(float, ends)
        known: tuple[Basis, Message] = self.basis, self.source
        if learned or self.basis == "learned":
            known = "learned", Message("structural.source_learned")
        return RateRecord(self.id, self.names, value, low, high, *known)


RatePriors = tuple[RatePrior, ...]


def drawn(rates: RatePriors, normals: FloatArray) -> dict[str, FloatArray]:
    """Draws of each rate from a column of normals each."""
    return {rate.id: rate.draw(normals[:, k]) for k, rate in enumerate(rates)}


@dataclass(frozen=True)
class RateChange:
    """What levers do to a rate, by year, (H,) or (n, H): added, or 0.1 for 10 % more."""

    by: FloatArray
    how: Literal["add", "times"] = "add"


RateChanges = Mapping[str, tuple[RateChange, ...]]
"""Changes of rates, by the rate's identifier, applied in order."""


def changed(rates: Rates, changes: RateChanges | None, year: int, *, priors: RatePriors) -> Rates:
    """Rates in the year of index `year` under `changes`, each kept where such a rate can lie."""
    if not changes:
        return rates
    bounds = {rate.id: rate.bounds for rate in priors}
    out = dict(rates)
    for name, moves in changes.items():
        for move in moves:
            # The last year's change lasts.
            step = move.by[..., min(year, move.by.shape[-1] - 1)]
            out[name] = out[name] + step if move.how == "add" else out[name] * (1.0 + step)
        out[name] = np.clip(out[name], *bounds[name])
    return out


EXACT_BELOW = 30.0
"""Means up to here are inverted exactly; above, by the Cornish-Fisher expansion."""


def poisson(mean: npt.ArrayLike, normals: FloatArray) -> FloatArray:
    """Quantile of a Poisson count of this mean at the level of each standard normal."""
    mu = np.broadcast_to(np.maximum(np.asarray(mean, float), 0.0), normals.shape)
    out = _expanded(mu, mu, np.ones_like(mu), normals)
    small = mu <= EXACT_BELOW
    m = mu[small]
    out[small] = _inverted(np.exp(-m), lambda k: m / (k + 1), np.asarray(ndtr(normals[small])))
    return out


def binomial(trials: npt.ArrayLike, probability: npt.ArrayLike, normals: FloatArray) -> FloatArray:
    """Quantile of a binomial count (whole trials) at the level of each standard normal."""
    n = np.broadcast_to(np.asarray(trials, float), normals.shape)
    p = np.broadcast_to(np.clip(np.asarray(probability, float), 0.0, 1.0), normals.shape)
    high = p > 0.5
    rarer = np.where(high, 1.0 - p, p)
    level = np.where(high, -normals, normals)
    mu = n * rarer
    out = _expanded(mu, mu * (1.0 - rarer), 1.0 - 2.0 * rarer, level)
    small = mu <= EXACT_BELOW
    m, q = n[small], rarer[small]
    odds, none = q / (1.0 - q), np.exp(m * np.log1p(-q))
    chance = np.asarray(ndtr(level[small]))
    out[small] = _inverted(none, lambda k: np.maximum(m - k, 0.0) / (k + 1) * odds, chance)
    counts = np.minimum(out, n)
    return np.where(high, n - counts, counts)


def _expanded(
    mean: FloatArray, variance: FloatArray, skew_numerator: FloatArray, normals: FloatArray
) -> FloatArray:
    """Second-order Cornish-Fisher quantile (Cornish and Fisher 1938), rounded, at least 0."""
    z = np.clip(normals, -6.0, 6.0)
    raw = mean + np.sqrt(variance) * z + skew_numerator * (z * z - 1.0) / 6.0
    return np.maximum(np.rint(raw), 0.0)


def _inverted(
    start: FloatArray, ratio: Callable[[int], FloatArray], level: FloatArray
) -> FloatArray:
    """Smallest k with P(N <= k) >= level, by summing p(k + 1) = p(k) ratio(k)."""
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


def whole_parts(parts: FloatArray) -> FloatArray:
    """Round the parts (n, m) of each row so that they add to the row's rounded sum."""
    return np.diff(np.rint(np.cumsum(parts, axis=1)), axis=1, prepend=0.0)


YEAR_SD: Final = 0.15
"""Assumed: standard deviation of the log of a year's entries about their trend, beside chance."""


class Entries(fields.StrictRecord):
    """Yearly entries: a rate per unit of a base, which has a yearly growth of its own."""

    rate: fields.Id
    growth: fields.Id

    def next(
        self, base: FloatArray, rates: Rates, normals: FloatArray | None
    ) -> tuple[FloatArray, FloatArray]:
        """Base (n,) and entries (n,) of the year after; normals (n, s): common shock, chance."""
        grown = base * (1.0 + rates[self.growth])
        if normals is None:
            return grown, grown * rates[self.rate]
        shock = np.exp(YEAR_SD * normals[:, 0] - 0.5 * YEAR_SD**2)
        return grown, poisson(grown * rates[self.rate] * shock, normals[:, 1])


def entries_trend(
    years: FloatArray, counts: FloatArray, *, last: int, growth: RatePrior
) -> tuple[FloatArray, FloatArray]:
    """Learn the trend of yearly counts.

    Weighted Bayesian regression of log counts (k,) on the year, errors of variance
    `YEAR_SD**2 + 1 / count`, a flat prior on the level and the rate's normal prior on the growth;
    counts of 0 are taken as one half. Mean (2,) and covariance (2, 2) of the log level in the year
    `last` and of log growth a year.
    """
    y = np.log(np.maximum(counts, 0.5))
    precision = 1.0 / (YEAR_SD**2 + 1.0 / np.maximum(counts, 0.5))
    design = np.column_stack([np.ones_like(years), years - last])
    prior = np.diag([0.0, 1.0 / growth.spread**2])
    information = design.T @ (precision[:, None] * design) + prior
    pull = design.T @ (precision * y) + prior @ np.array([0.0, growth.mean])
    covariance = np.asarray(np.linalg.inv(information), dtype=float)
    return covariance @ pull, covariance


Figures = Mapping[str, History]
"""An area's own yearly counts, by series; only values count, not bounds."""


class Served(fields.StrictRecord):
    """An indicator that a structure makes: of all things in it, or of those on one stage."""

    id: fields.Id
    stage: fields.Id | None = None


class Companion(fields.StrictRecord):
    """A yearly count that an area may publish beside an indicator, of a stage or of the whole."""

    series: fields.Id
    unit: fields.UnitName
    stock: fields.YesNo = False
    # Whether the structure is used only with at least two figures of it.
    needed: fields.YesNo = False
    stage: fields.Id | None = None


class Declared(fields.StrictRecord):
    """What every structure declares: the indicators it makes, its rates, what teaches them."""

    id: fields.Id
    indicators: tuple[Served, ...] = Field(min_length=1)
    rates: tuple[RatePrior, ...] = Field(min_length=1)
    figures: tuple[Companion, ...] = ()

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        known = self.known_names()
        for place, name in _leaves(self):
            if name is not None and name not in known.get(str(place[-1]), (name,)):
                values = ", ".join(map(str, known[str(place[-1])])) or "-"
                raise fields.refusal("plan.allowed_one_of", *place, found=name, values=values)
        return self

    def known_names(self) -> dict[str, Sequence[object]]:
        """What there is, by the key under which one part of the declaration names another."""
        series = [one.series for one in self.figures]
        rates = dict.fromkeys(("rate", "growth", "unless"), self.rate_ids)
        return {**rates, **dict.fromkeys(("count", "among", "first", "again"), series)}

    @property
    def rate_ids(self) -> list[str]:
        """Identifiers of the rates, in order."""
        return [rate.id for rate in self.rates]


def _leaves(
    record: fields.StrictRecord, place: fields.Place = ()
) -> Iterator[tuple[fields.Place, object]]:
    for key, value in record:
        entries = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for n, entry in entries:
            here = (*place, key) if n is None else (*place, key, n)
            if isinstance(entry, fields.StrictRecord):
                yield from _leaves(entry, here)
            else:
                yield here, entry


@dataclass(frozen=True, kw_only=True)
class Structure(ABC):
    """How an indicator arises: states that rates move a year at a time."""

    declared: Declared
    stage: str | None = None
    """The stage whose stock the indicator is; None: all things."""

    @property
    def name(self) -> str:
        """Identifier."""
        return self.declared.id

    def rates(self) -> tuple[RateRecord, ...]:
        """The rates before any figure is seen."""
        return tuple(rate.record() for rate in self.declared.rates)

    @abstractmethod
    def response(self, rates: Rates, horizon: int, changes: RateChanges) -> FloatArray:
        """The expected indicator under changes of the rates over that without them, (n, H)."""


@dataclass(frozen=True)
class Chance:
    """Standard normals for a structure with s draws a year and k rates."""

    ahead: FloatArray  # (n, H, s): of the years ahead
    rates: FloatArray  # (n, k + 1): of the rates, and last of the error of the figures
    past: FloatArray  # (n, years, s)


@dataclass(frozen=True)
class Prepared:
    """A structure that has learned from a history and drawn its chance: only levers are open."""

    model: "Stocks"
    state: FloatArray  # (n, m), at the end of the history
    rates: Rates
    normals: FloatArray  # (n, H, s): the chance of each forecast year
    records: tuple[RateRecord, ...]

    def paths(self, changes: RateChanges | None = None) -> FloatArray:
        """Simulate the indicator, shape (n, H), under changes of the rates."""
        horizon = self.normals.shape[1]
        out = np.empty((self.state.shape[0], horizon))
        state = self.state
        for year in range(horizon):
            rates = changed(self.rates, changes, year, priors=self.model.declared.rates)
            state = self.model.step(state, rates, self.normals[:, year])
            out[:, year] = self.model.measured(state)
        return out


@dataclass(frozen=True)
class StructuralForecast(Empirical):
    """Simulated paths that remember how they were made: a scenario makes them anew."""

    prepared: Prepared

    def rates(self) -> tuple[RateRecord, ...]:
        """The rates behind the forecast."""
        return self.prepared.records


DISCREPANCY: Final = 0.05
"""Assumed: relative error of a structure's own one-year-ahead stock, beside chance."""

LEAST_SURVIVING: Final = 0.05
"""Share of draws that must stay effective at a figure; else the weights are flattened."""

NARROWED: Final = 0.9
"""A rate is called learned if its spread fell below this part of the prior's,"""

MOVED: Final = 0.5
"""or if its mean moved by this many of the prior's standard deviations."""


class StockDeclared(Declared):
    """A stock with entries; a year takes `draws` normals (0 the common shock, 1 the entries)."""

    draws: Draw
    entries: Entries

    def known_names(self) -> dict[str, Sequence[object]]:
        """What there is, by the key under which one part of the declaration names another."""
        return {**super().known_names(), "draw": range(self.draws)}


@dataclass(frozen=True, kw_only=True)
class Stocks(Structure):
    """A stock with entries, that can be forecast: what all such structures share.

    The last state column is the base of the entries; those before it are things. An area's own
    yearly counts, if it has any, teach the rates that name them.
    """

    declared: StockDeclared
    figures: Figures | None = None
    seed: int = config.SEED
    n_paths: int = 10_000

    minimum_observations: ClassVar[int] = 1

    @abstractmethod
    def start(self, rates: Rates) -> FloatArray:
        """Shape (n, m): states for an indicator of 1, about as such rates leave them."""

    @abstractmethod
    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move states a year on; without normals, by expectation (fractions of things allowed)."""

    def measured(self, state: FloatArray) -> FloatArray:
        """Shape (n,): the indicator, from states."""
        return state[:, :-1].sum(axis=1)

    def whole(self, things: FloatArray) -> FloatArray:
        """Things (n, m - 1) as whole numbers, if their states are counts."""
        return things

    def entered_from(self, state: FloatArray) -> FloatArray:
        """Shape (n,): the stock that entries are proportional to."""
        return self.measured(state)

    def response(self, rates: Rates, horizon: int, changes: RateChanges) -> FloatArray:
        """The expected indicator, from `start`, under changes over that without them, (n, H)."""
        plain = moved = self.start(rates)
        out = np.empty((plain.shape[0], horizon))
        for year in range(horizon):
            plain = self.step(plain, rates, None)
            under = changed(rates, changes, year, priors=self.declared.rates)
            moved = self.step(moved, under, None)
            out[:, year] = self.measured(moved) / self.measured(plain)
        return out

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon` by simulation."""
        base.accept(history, horizon, model=self.name, minimum=0)
        prepared = self.prepare(history, self.chance(history, horizon))
        return base.as_counted(history, StructuralForecast(prepared.paths(), prepared))

    def chance(self, history: History, horizon: int) -> Chance:
        """Draw all chance that learning from `history` and a forecast take, as one block."""
        n, s, k = self.n_paths, self.declared.draws, len(self.declared.rates)
        past = history.start - int(history.times[0]) if len(history) else 0
        rng = np.random.default_rng(self.seed)
        normals = rng.standard_normal((n, horizon * s + k + 1 + past * s))
        ahead, rates, before = np.split(normals, [horizon * s, horizon * s + k + 1], axis=1)
        ahead = ahead.reshape(n, s, horizon).transpose(0, 2, 1)
        return Chance(ahead, rates, before.reshape(n, -1, s))

    def prepare(self, history: History, chance: Chance) -> Prepared:
        """Learn from `history` with the given chance."""
        return self.from_stock(history, chance, self.taught(history))

    def taught(self, history: History) -> RatePriors:
        """The rates after the area's own figures up to the last year of `history`."""
        if self.figures is None:
            return self.declared.rates
        own = self.figures
        seen = np.unique(np.concatenate([np.empty(0, int), *(one.times for one in own.values())]))
        seen = seen[seen <= history.start]

        def taught(rate: RatePrior) -> RatePrior:
            lesson = rate.learned_from
            if lesson is None:
                return rate
            years = seen - 1 if lesson.before else seen
            if lesson.among:
                exposed = base.figures_in(own.get(lesson.among), years)
            else:
                exposed = self.own_stock(history, years)
            events = base.figures_in(own.get(lesson.count), seen)
            both = np.isfinite(events) & np.isfinite(exposed)
            return rate.after(float(events[both].sum()), float(exposed[both].sum()))

        return tuple(map(taught, self.declared.rates))

    def own_stock(self, history: History, years: IntArray) -> FloatArray:
        """The indicator in `years`, NaN where it is not known."""
        return base.figures_in(history, years)

    def from_stock(self, history: History, chance: Chance, rates: RatePriors) -> Prepared:
        """Learn rates and state from the history of the stock, by importance weighting.

        Draws from the prior are moved through the years of the history. At each figure a draw is
        weighted by how well it forecast the figure, the draws are resampled, and each is set upon
        the figure (Gordon, Salmond and Smith 1993, doi:10.1049/ip-f-2.1993.0015).
        """
        known = history.times[history.known & (np.nan_to_num(history.values) > 0.0)]
        if known.size == 0:
            raise base.refusal("structural.nothing_to_start_from", history, self.name)
        error, draws = chance.rates[:, -1], drawn(rates, chance.rates)
        before = draws
        first = int(known[0])
        state = self._set_upon(self.start(draws), history, first, error)
        by_year = {int(t): i for i, t in enumerate(history.times)}
        for k, year in enumerate(range(first + 1, history.start + 1)):
            state = self.step(state, draws, chance.past[:, k])
            if year in by_year:
                chosen = _resampled(_log_weights(self.measured(state), history, by_year[year]))
                draws = {name: values[chosen] for name, values in draws.items()}
                state = self._set_upon(state[chosen], history, year, error)

        def is_informed(name: str) -> bool:
            after, prior = draws[name], before[name]
            moved = abs(np.mean(after) - np.mean(prior)) > MOVED * np.std(prior)
            return bool(np.std(after) < NARROWED * np.std(prior) or moved)

        informed = {name for name in draws if is_informed(name)}
        # The base of entries is made today's stock, and their rate one per thing in stock today.
        source, entry = np.maximum(self.entered_from(state), 1e-300), self.declared.entries.rate
        draws = {**draws, entry: draws[entry] * state[:, -1] / source}
        records = tuple(rate.record(draws[rate.id], learned=rate.id in informed) for rate in rates)
        state = np.column_stack([state[:, :-1], source])
        return Prepared(self, state, draws, chance.ahead, records)

    def _set_upon(
        self, state: FloatArray, history: History, year: int, error: FloatArray
    ) -> FloatArray:
        """Scale states so that the indicator is the figure of `year`, within the figure's error."""
        i = int(np.flatnonzero(history.times == year)[0])
        value = history.values[i]
        if not np.isfinite(value) or value <= 0.0:
            return state
        figure = np.maximum(value + history.error_sd[i] * error, 0.0)
        scaled = state * (figure / np.maximum(self.measured(state), 1e-300))[:, None]
        return np.column_stack([self.whole(scaled[:, :-1]), scaled[:, -1]])


@np.errstate(divide="ignore")
def _log_weights(predicted: FloatArray, history: History, i: int) -> FloatArray:
    value = history.values[i]
    if np.isfinite(value) and value > 0.0:
        sd = np.hypot(DISCREPANCY, history.error_sd[i] / value)
        return -0.5 * ((np.log(predicted) - np.log(value)) / sd) ** 2
    total = np.zeros_like(predicted)
    for bound, sign in ((history.lower[i], 1.0), (history.upper[i], -1.0)):
        if np.isfinite(bound) and bound > 0.0:
            total += log_ndtr(sign * (np.log(predicted) - np.log(bound)) / DISCREPANCY)
    return total


def _resampled(log_weights: FloatArray) -> IntArray:
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
