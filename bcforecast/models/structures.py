"""Structures declared in `data/structures.yaml`: chains of stages, stocks by age, two components.

The file says which indicators a structure makes, its rates with what they rest on, how things move
between its stages, and which yearly counts of an area teach it. Here stand the laws alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from bcforecast import config
from bcforecast.distributions import FloatArray
from bcforecast.models import flows
from bcforecast.models.base import figures_in
from bcforecast.models.flows import Rates, StockDeclared, Stocks, Structure
from bcforecast.observations.selection import History, IntArray
from bcforecast.plan.fields import Id, Number, StrictRecord
from bcforecast.plan.reading import read_record


class Stage(StrictRecord):
    """A stage of a chain, and what stands on it where it is not known (in proportion)."""

    id: Id
    stock: Number = 1.0


class StageMove(StrictRecord):
    """A yearly move from a stage: of a share (None: of all) to another, or out of the chain."""

    stage: Id
    to: Id | None = None
    rate: Id | None = None
    unless: Id | None = None  # the rate at which things leave the chain before they could move
    draw: flows.Draw


class ChainEntries(flows.Entries):
    """Entries to a stage, in proportion to the stock of a stage (None: of all)."""

    to: Id
    of: Id | None = None


class FurtherEntries(StrictRecord):
    """Entries in proportion to the stock of a stage (None: of all), to a stage (None: evenly)."""

    rate: Id
    of: Id | None = None
    to: Id | None = None
    draw: flows.Draw


class Issues(StrictRecord):
    """Series of what was issued a year, first and again, where each stage is a year's issues."""

    first: Id
    again: Id

    def total(self, own: flows.Figures, years: IntArray) -> FloatArray:
        """Issued in each of `years`, NaN where a count is not known."""
        first, again = (figures_in(own.get(n), years) for n in (self.first, self.again))
        return first + again


class ChainDeclared(StockDeclared):
    """Stages between which things move once a year, in the order in which moves are drawn.

    Who is not moved stays, if the stage has a move out of the chain; else it leaves.
    """

    entries: ChainEntries
    stages: tuple[Stage, ...] = Field(min_length=1)
    moves: tuple[StageMove, ...] = Field(min_length=1)
    further: tuple[FurtherEntries, ...] = ()
    issues: Issues | None = None

    @property
    def stage_ids(self) -> list[str]:
        """Identifiers of the stages, in order."""
        return [stage.id for stage in self.stages]

    def known_names(self) -> dict[str, Sequence[object]]:
        """What there is, by the key under which it is named."""
        return {**super().known_names(), **dict.fromkeys(("stage", "to", "of"), self.stage_ids)}


@dataclass(frozen=True, kw_only=True)
class Chain(Stocks):
    """Stages with stocks c and moves between them; state: the stocks, and the base of entries.

    In a year each move takes Bin(c, share) of its stage, later moves from whom earlier ones left;
    entries are Poisson, their rate times a base that grows by itself.
    `others` are stocks of other stages at the start of the forecast, where known.
    """

    declared: ChainDeclared
    others: Mapping[str, float] = field(default_factory=dict)

    def _at(self, stage: str) -> int:
        return self.declared.stage_ids.index(stage)

    def start(self, rates: Rates) -> FloatArray:
        """Stages in the declared proportions, or ages as balanced growth leaves them."""
        n = next(iter(rates.values())).size
        if self.declared.issues is not None:
            return np.column_stack([*self._balanced(rates, n), np.ones(n)])
        stocks = {stage.id: stage.stock for stage in self.declared.stages}
        whole = sum(stocks.values()) if self.stage is None else stocks[self.stage]
        row = [stock / whole for stock in stocks.values()]
        of = self.declared.entries.of
        return np.tile(np.array([*row, 1.0 if of is None else row[self._at(of)]]), (n, 1))

    def _balanced(self, rates: Rates, n: int) -> FloatArray:
        """Shares (stages, n) of ages where the stock grows as such rates, kept up, let it."""
        ages = range(len(self.declared.stages))
        renewed = next(rates[move.rate] for move in self.declared.moves if move.rate)
        further = [more.rate for more in self.declared.further]
        shares = np.full((len(ages), n), 1.0 / len(ages))
        for _ in range(20):
            growth = 1.0 - (shares[-1] * (1.0 - renewed) + self._leaving(rates))
            for rate in (self.declared.entries.rate, *further):
                growth = growth + rates[rate]
            weights = np.stack([growth**-age for age in ages])
            shares = weights / weights.sum(axis=0)
        return shares

    def _leaving(self, rates: Rates) -> FloatArray:
        return next(rates[move.unless] for move in self.declared.moves if move.unless)

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move the stages a year on."""
        entries, stocks = self.declared.entries, state[:, :-1]
        base, entered = entries.next(state[:, -1], rates, normals)
        if normals is not None:
            rates = self._of_the_year(rates, normals)
        left, taken, moved_in = stocks.copy(), np.zeros_like(stocks), np.zeros_like(stocks)
        for move in self.declared.moves:
            k = self._at(move.stage)
            stay = 1.0 if move.unless is None else 1.0 - rates[move.unless]
            share = 1.0 if move.rate is None else np.minimum(rates[move.rate], 1.0 - taken[:, k])
            if normals is None:
                moved = stocks[:, k] * stay * share
            else:
                # Up is good: many leave where the draw is low.
                level = normals[:, move.draw] if move.to is not None else -normals[:, move.draw]
                among = np.maximum(1.0 - taken[:, k], 1e-12)
                moved = flows.binomial(left[:, k], stay * share / among, level)
            left[:, k] -= moved
            taken[:, k] += share
            if move.to is not None:
                moved_in[:, self._at(move.to)] += moved
        staying = {move.stage for move in self.declared.moves if move.to is None}
        after = left * [stage in staying for stage in self.declared.stage_ids] + moved_in
        after[:, self._at(entries.to)] += entered
        for more in self.declared.further:
            source = stocks.sum(axis=1) if more.of is None else stocks[:, self._at(more.of)]
            came = rates[more.rate] * source
            if normals is not None:
                # Entries to the measured stage share the year's common shock.
                own = more.to is not None and more.to == self.stage
                came = flows.poisson(came, normals[:, 0 if own else more.draw])
            if more.to is not None:
                after[:, self._at(more.to)] += came
            else:
                parts = np.repeat(came[:, None] / stocks.shape[1], stocks.shape[1], axis=1)
                after += parts if normals is None else flows.whole_parts(parts)
        return np.column_stack([after, base])

    def _of_the_year(self, rates: Rates, normals: FloatArray) -> Rates:
        out = dict(rates)
        for rate in self.declared.rates:
            if rate.varies is not None:
                odds = np.exp(rate.varies.sd * normals[:, rate.varies.draw]) * rates[rate.id]
                out[rate.id] = odds / (1.0 - rates[rate.id] + odds)
        return out

    def measured(self, state: FloatArray) -> FloatArray:
        """Stock of the stage, or of all."""
        return super().measured(state) if self.stage is None else state[:, self._at(self.stage)]

    def entered_from(self, state: FloatArray) -> FloatArray:
        """Shape (n,): the stock that entries are proportional to."""
        of = self.declared.entries.of
        return self.measured(state) if of is None else state[:, self._at(of)]

    def whole(self, things: FloatArray) -> FloatArray:
        """Things as whole numbers: parts of one sum, if the sum is what is measured."""
        return flows.whole_parts(things) if self.stage is None else np.rint(things)

    def prepare(self, history: History, chance: flows.Chance) -> flows.Prepared:
        """Learn from the area's own figures, then from the last years' issues or the stock."""
        rates, issues, own = self.taught(history), self.declared.issues, self.figures
        if issues is not None and own is not None:
            # Of the last years, one a stage, the newest first.
            recent = issues.total(own, history.start - np.arange(len(self.declared.stages)))
            if np.isfinite(recent).all():
                return self._from_issues(recent, own[issues.first], rates, history, chance)
            if not history.known[history.times == history.start].any():
                rates = self.declared.rates
        prepared = self.from_stock(history, chance, rates)
        if not self.others:
            return prepared
        state = prepared.state.copy()
        for stage, stock in self.others.items():
            state[:, self._at(stage)] = np.rint(stock)
        if self.declared.entries.of in self.others:
            state[:, -1] = self.entered_from(state)
        return replace(prepared, state=state)

    def own_stock(self, history: History, years: IntArray) -> FloatArray:
        """The indicator in `years`; where it is not known, the issues that make it up."""
        known, issues, own = figures_in(history, years), self.declared.issues, self.figures
        if issues is None or own is None:
            return known
        made_up = sum(issues.total(own, years - age) for age in range(len(self.declared.stages)))
        return np.where(np.isfinite(known), known, made_up)

    def _from_issues(
        self,
        recent: FloatArray,
        first: History,
        rates: flows.RatePriors,
        history: History,
        chance: flows.Chance,
    ) -> flows.Prepared:
        """Start from the issues of the last years; learn the trend of entries from first issues."""
        draws = flows.drawn(rates, chance.rates)
        stay = 1.0 - self._leaving(draws)
        ages = np.column_stack([issued * stay**age for age, issued in enumerate(recent.tolist())])
        total = ages.sum(axis=1)
        stock = figures_in(history, [history.start])
        figure = np.where(np.isfinite(stock), stock, total)
        ages = flows.whole_parts(ages * (figure / np.maximum(total, 1e-300))[:, None])
        base = np.maximum(ages.sum(axis=1), 1.0)
        entries, seen = self.declared.entries, first.known & (first.times <= history.start)
        years, counts = first.times[seen].astype(float), first.values[seen]
        growth = self.declared.rate_ids.index(entries.growth)
        mean, covariance = flows.entries_trend(
            years, counts, last=history.start, growth=rates[growth]
        )
        normals = chance.rates[:, [self.declared.rate_ids.index(entries.rate), growth]]
        logs = mean + normals @ np.linalg.cholesky(covariance).T
        draws[entries.rate], draws[entries.growth] = np.exp(logs[:, 0]) / base, np.expm1(logs[:, 1])
        learned = (entries.rate, entries.growth)
        records = tuple(rate.record(draws[rate.id], learned=rate.id in learned) for rate in rates)
        return flows.Prepared(self, np.column_stack([ages, base]), draws, chance.ahead, records)


class Risk(StrictRecord):
    """Yearly risk of leaving by age, in a line; on average over the stock it is the rate."""

    rate: Id
    youngest: Number
    oldest: Number
    draw: flows.Draw


class AgedDeclared(StockDeclared):
    """A stock by age: things stay at most `ages` years, and leave the sooner the older they are."""

    ages: flows.Count
    risk: Risk


@dataclass(frozen=True, kw_only=True)
class Aged(Stocks):
    """A stock by age; state: things of each age, and the base of entries.

    In a year a thing of age k leaves with probability rate * w(k) / mean of w over the stock, so
    that the rate is the share of the stock that leaves; those of the last age all do.
    """

    declared: AgedDeclared

    @property
    def _risk(self) -> FloatArray:
        risk = self.declared.risk
        return np.linspace(risk.youngest, risk.oldest, self.declared.ages)

    def start(self, rates: Rates) -> FloatArray:
        """Ages as the year's growth at such rates, kept up, leaves them; a stock of 1."""
        leaving, risk = rates[self.declared.risk.rate], self._risk
        growth = np.maximum(1.0 + rates[self.declared.entries.rate] - leaving, 0.5)[:, None]
        surviving = np.exp(-leaving[:, None] * (np.cumsum(risk) - risk[0]))
        ages = growth ** -np.arange(risk.size) * surviving
        return np.column_stack([ages / ages.sum(axis=1, keepdims=True), np.ones(ages.shape[0])])

    def step(self, state: FloatArray, rates: Rates, normals: FloatArray | None) -> FloatArray:
        """Move the ages a year on; ages hold expectations, only their sum is a whole number."""
        ages, risk = state[:, :-1], self._risk
        total = ages.sum(axis=1)
        weighted = np.maximum(ages @ risk, 1e-300)
        leaving = (rates[self.declared.risk.rate] * total / weighted)[:, None] * risk
        survivors = ages * (1.0 - np.minimum(leaving, 1.0))
        survivors[:, -1] = 0.0
        base, entered = self.declared.entries.next(state[:, -1], rates, normals)
        if normals is not None:
            expected = survivors.sum(axis=1)
            share = expected / np.maximum(total, 1e-300)
            kept = flows.binomial(np.rint(total), share, normals[:, self.declared.risk.draw])
            survivors = survivors * (kept / np.maximum(expected, 1e-300))[:, None]
        return np.column_stack([entered, survivors[:, :-1], base])


class PairDeclared(flows.Declared):
    """The product or quotient of two components, the growth of each a rate."""

    rates: tuple[flows.RatePrior, flows.RatePrior]
    combined: Literal["product", "quotient"]


@dataclass(frozen=True, kw_only=True)
class Pair(Structure):
    """The product or quotient of two components: what levers on them do; no forecast of its own."""

    declared: PairDeclared

    def response(self, rates: Rates, horizon: int, changes: flows.RateChanges) -> FloatArray:
        """What changes of the growth of the components do to the indicator."""
        sign = 1.0 if self.declared.combined == "product" else -1.0
        plain, moved = np.zeros((2, 2, next(iter(rates.values())).size))
        out = np.empty((plain.shape[1], horizon))
        for year in range(horizon):
            under = flows.changed(rates, changes, year, priors=self.declared.rates)
            for k, rate in enumerate(self.declared.rate_ids):
                plain[k] += np.log1p(rates[rate])
                moved[k] += np.log1p(under[rate])
            out[:, year] = np.exp(moved[0] + sign * moved[1]) / np.exp(plain[0] + sign * plain[1])
        return out


class Structures(StrictRecord):
    """All that are declared."""

    chains: tuple[ChainDeclared, ...]
    aged: tuple[AgedDeclared, ...]
    pairs: tuple[PairDeclared, ...]

    @property
    def all(self) -> tuple[ChainDeclared | AgedDeclared | PairDeclared, ...]:
        """All, in order."""
        return (*self.chains, *self.aged, *self.pairs)


@cache
def structures(path: Path = config.DATA_DIR / "structures.yaml") -> Structures:
    """Read the declared structures; a PlanError names file, row and field of the first wrong."""
    return read_record(path, Structures)[0]


_LAWS: Final = {ChainDeclared: Chain, AgedDeclared: Aged, PairDeclared: Pair}


@cache
def structure_of(indicator: str) -> Structure | None:
    """Return the structure that makes an indicator, as it is before any figure is seen."""
    for declared in structures().all:
        for one in declared.indicators:
            if one.id == indicator:
                law: Any = _LAWS[type(declared)]
                return law(declared=declared, stage=one.stage)
    return None


def companions(indicator: str) -> tuple[flows.Companion, ...]:
    """The yearly counts from which an indicator's structure learns."""
    structure = structure_of(indicator)
    return () if structure is None else structure.declared.figures


def structural_model(
    indicator: str, histories: Mapping[str, History], *, seed: int = config.SEED
) -> Stocks | None:
    """Return the structural model of an indicator, if the area's own figures are enough for it.

    It is not where a needed series (of `histories`, by the names of `companions`) has fewer than
    two figures; of one stage of a chain, at least two figures of its flows are needed.
    """
    model = structure_of(indicator)
    if not isinstance(model, Stocks):
        return None
    wanted = model.declared.figures
    known = {one.series: histories[one.series] for one in wanted if one.series in histories}
    n_values = {series: history.n_values for series, history in known.items()}
    if any(one.needed and n_values.get(one.series, 0) < 2 for one in wanted):
        return None
    figures = {series: history for series, history in known.items() if history.n_values}
    model = replace(model, figures=figures, seed=seed)
    if not isinstance(model, Chain) or model.stage is None:
        return model
    if sum(n_values.get(one.series, 0) for one in wanted if one.stage == model.stage) < 2:
        return None
    others = {}
    for one in model.declared.indicators:
        if one.stage not in (None, model.stage) and (stock := figures.get(one.id)) is not None:
            others[one.stage] = float(stock.values[stock.known][-1])
    return replace(model, others=others)


def n_figures(model: Stocks) -> int:
    """Number of the area's own figures, beside the indicator's own stock, that a model uses."""
    flows = [one.series for one in model.declared.figures if not one.stock]
    own = model.figures or {}
    return sum(history.n_values for series, history in own.items() if series in flows)
