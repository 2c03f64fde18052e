"""Rates of structural models: priors, how levers move them, and the table that prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtr

from bcforecast.distributions.base import FloatArray
from bcforecast.messages import Message

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
