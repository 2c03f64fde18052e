"""What a scenario does to one indicator: changes of rates, and factors on its level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.rates import Change, Changes
from bcforecast.models.structural import Structural
from bcforecast.scenarios.baseline import Baseline
from bcforecast.scenarios.draws import size_factor
from bcforecast.scenarios.levers import REFERENCES, Lever, find_lever
from bcforecast.scenarios.scenario import Move, Scenario, Shock

_PER_CENT = 0.01


def touches(lever: Lever, indicator: str) -> bool:
    """Whether moving a lever can change an indicator at all, also as a side effect."""
    reference = REFERENCES.get(indicator)
    if reference is not None and lever.family == reference.name:
        return True
    return indicator in lever.indicators


def is_moved(scenario: Scenario, baseline: Baseline) -> bool:
    """Whether a scenario says anything about an indicator in years that are still open."""
    if scenario.aim is not None:
        return True
    open_years = baseline.open_years
    moved = any(
        touches(find_lever(move.lever), baseline.indicator)
        and any(move.value(year) for year in open_years)
        for move in scenario.moves
    )
    return moved or any(
        baseline.indicator in shock.indicators and any(shock.left(year) for year in open_years)
        for shock in scenario.shocks
    )


def move_sizes(move: Move, years: Sequence[int], *, n: int, seed: int) -> FloatArray:
    """Size of a move by path and year, shape (n, years), as a share (1 % is 0.01), signed."""
    lever = find_lever(move.lever)
    values = np.array([move.value(year) for year in years])
    largest = max((abs(v) for v in move.by_year.values()), default=0.0)
    relative = move.sd / largest if largest > 0.0 else 0.0
    factor = size_factor(seed, f"{move.lever} {move.measure}", relative_sd=relative, n=n)
    return factor[:, None] * (lever.sign * _PER_CENT * values)


def rate_changes(
    scenario: Scenario,
    model: Structural,
    years: Sequence[int],
    *,
    closed: int = 0,
    n: int,
    seed: int,
) -> Changes:
    """Changes of the rates of a structural model, after `closed` years without any."""
    before = np.zeros((n, closed))
    sums: dict[tuple[str, str], FloatArray] = {}
    for move in scenario.moves:
        lever = find_lever(move.lever)
        if lever.family == model.name and any(move.value(year) for year in years):
            key = (lever.rate, lever.unit)
            sizes = np.concatenate([before, move_sizes(move, years, n=n, seed=seed)], axis=1)
            sums[key] = sums[key] + sizes if key in sums else sizes
    changes: dict[str, tuple[Change, ...]] = {}
    for (rate, unit), by in sums.items():
        how = Change(by, "add" if unit == "pp" else "times")
        changes[rate] = (*changes.get(rate, ()), how)
    return changes


def level_factor(
    scenario: Scenario, indicator: str, years: Sequence[int], *, n: int, seed: int
) -> FloatArray | None:
    """Factor on the level from general growth levers and shocks, shape (n, years), or None."""
    factor: FloatArray | None = None
    for move in scenario.moves:
        lever = find_lever(move.lever)
        if lever.family == "growth" and indicator in lever.indicators:
            grown = 1.0 + move_sizes(move, years, n=n, seed=seed)
            factor = _times(
                factor, np.asarray(np.cumprod(np.maximum(grown, 0.05), axis=1), dtype=float)
            )
    for number, shock in enumerate(scenario.shocks):
        if indicator in shock.indicators:
            factor = _times(factor, shock_factor(shock, years, number=number, n=n, seed=seed))
    return factor


def hazard_factor(
    scenario: Scenario, indicator: str, years: Sequence[int], *, n: int, seed: int
) -> FloatArray:
    """Factor on the yearly chance of an event, shape (n, years)."""
    total = np.ones((n, len(years)))
    for move in scenario.moves:
        lever = find_lever(move.lever)
        if lever.family == "hazard" and indicator in lever.indicators:
            total = total + move_sizes(move, years, n=n, seed=seed)
    outside = level_factor(scenario, indicator, years, n=n, seed=seed)
    return np.maximum(total, 0.0) * (1.0 if outside is None else outside)


def shock_factor(
    shock: Shock, years: Sequence[int], *, number: int, n: int, seed: int
) -> FloatArray:
    """Factor of a shock on levels: exp(log(1 + size) x what is left of it), shape (n, years)."""
    left = np.array([shock.left(year) for year in years])
    size = abs(shock.size_percent)
    relative = shock.sd / size if size > 0.0 else 0.0
    factor = size_factor(seed, f"shock {number} {shock.year}", relative_sd=relative, n=n)
    log_size = np.log1p(_PER_CENT * shock.size_percent)
    return np.asarray(np.exp(np.outer(factor * log_size, left)))


def aim_factor(
    median: FloatArray, target: float, years: Sequence[int], first_open: int, *, up: bool
) -> FloatArray:
    """Factor by year, shape (years,), that brings the median at the last year to the target.

    It grows evenly (on the log scale) over the open years; 1 if the target is reached anyway.
    """
    middle = float(median[-1])
    short = middle < target if up else middle > target
    open_years = sum(year >= first_open for year in years)
    if not short or middle <= 0.0 or target <= 0.0 or not open_years:
        return np.ones(len(years))
    done = np.array([max(0, year - first_open + 1) for year in years])
    total = max(int(done[-1]), 1)
    return np.asarray(np.exp(np.log(target / middle) * done / total), dtype=float)


def _times(factor: FloatArray | None, other: FloatArray) -> FloatArray:
    return other if factor is None else factor * other
