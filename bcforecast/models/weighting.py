"""Learning the rates of a population from the history of its stock, by importance weighting.

Draws from the prior are moved through the years of the history. At each figure a draw is weighted
by how well it foretold the figure, the draws are resampled, and each is set upon the figure
(Gordon, Salmond and Smith 1993, doi:10.1049/ip-f-2.1993.0015).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.special import log_ndtr

from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.acceptance import model_name
from bcforecast.models.rates import Rate, Rates
from bcforecast.models.structural import (
    Prepared,
    Structural,
    described,
    drawn,
    split_normals,
    whole_parts,
)
from bcforecast.observations.history import History

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
