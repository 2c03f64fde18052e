"""An indicator made of two growing components, simulated jointly: `ratio` and `turnover`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.acceptance import model_name
from bcforecast.models.components import Growth, increments, learned_growth
from bcforecast.models.rates import Rate, Rates
from bcforecast.models.structural import Prepared, Structural, described, split_normals
from bcforecast.observations.history import History


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
