"""Scenarios by simulation: correlated paths, the same chance in every one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bcforecast import config
from bcforecast.distributions import Counting, Distribution, Empirical, Event, FloatArray, Transform
from bcforecast.errors import ScenarioError
from bcforecast.models.base import working_scale
from bcforecast.models.flows import (
    Change,
    Changes,
    RateRecord,
    Rates,
    Structural,
    StructuralForecast,
    drawn,
)
from bcforecast.observations.selection import History
from bcforecast.scenarios.scenario import REFERENCES, Lever, Move, Scenario, Shock, find_lever

if TYPE_CHECKING:
    import pandas as pd


def counts_under(event: Event, factor: FloatArray, levels: FloatArray) -> FloatArray:
    """Number of new things by path and year, when each year's chance is multiplied.

    P(N_h <= m) is a product over years of P(N_k <= m) / P(N_k-1 <= m); each year's ratio is raised
    to its factor. For "none yet" this is exact for a hazard multiplied by the factor, and for a
    Poisson process of any number it keeps the order: more chance, never fewer.

    Parameters
    ----------
    event
        The baseline.
    factor
        Shape (n, H) or (1, H), nonnegative.
    levels
        Shape (n,), in (0, 1), one a path; the count is the smallest whose probability exceeds it.

    Returns
    -------
    Shape (n, H), nondecreasing along each path.

    Examples
    --------
    >>> half = Event(np.array([[0.5, 0.5]]))
    >>> levels = (np.arange(1000) + 0.5) / 1000
    >>> float(counts_under(half, np.array([[2.0]]), levels).mean())
    0.75
    """
    cumulative = np.clip(np.cumsum(event.probabilities, axis=1), 0.0, 1.0)
    counts = np.zeros((levels.size, event.horizon))
    before = np.ones(event.horizon)
    for m in range(cumulative.shape[1] - 1):
        below = np.minimum.accumulate(cumulative[:, m])
        before[1:] = below[:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(before > 0.0, below / before, 0.0)
            logs = np.where(ratio > 0.0, np.log(ratio), -np.inf)
            steps = np.where(factor > 0.0, factor * logs, 0.0)
        counts += levels[:, None] > np.exp(np.cumsum(steps, axis=1))
    return counts


_ANCHORS: Final = ndtr(np.array([-4.5, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.5]))
_BETWEEN: Final = 24
"""Points between two anchors at which the distribution function is read."""


def even_scores(n: int) -> FloatArray:
    """Standard normal quantiles at levels (i + 1/2) / n, ascending, shape (n,)."""
    return np.asarray(ndtri((np.arange(n) + 0.5) / n), dtype=float)


def even_quantiles(forecast: Distribution, n: int) -> FloatArray:
    """Quantiles at levels (i + 1/2) / n, ascending in each column, shape (n, H).

    Quantiles by bisection are dear for a mixture; so the distribution function is read on a grid
    between nine of them, and inverted on the normal scale by lines.
    """
    if isinstance(forecast, Empirical):
        return forecast.quantile((np.arange(n) + 0.5) / n)
    anchors = forecast.quantile(_ANCHORS)
    steps = np.linspace(0.0, 1.0, _BETWEEN, endpoint=False)
    inner = anchors[:-1, None] + steps[:, None] * np.diff(anchors, axis=0)[:, None]
    grid = np.concatenate([inner.reshape(-1, forecast.horizon), anchors[-1:]])
    scores = ndtri(np.clip(forecast.cdf(grid), 1e-9, 1.0 - 1e-9))
    wanted = even_scores(n)
    out = np.empty((n, forecast.horizon))
    for h in range(forecast.horizon):
        rising = np.maximum.accumulate(scores[:, h])
        out[:, h] = np.interp(wanted, rising, grid[:, h])
    return out


ASSUMED: Final = 0.2
"""Correlation of the yearly growth of two indicators of which no common years are known (assumed):
one economy and one government move both."""

ASSUMED_WORTH: Final = 20.0
"""Common years that `ASSUMED` is worth beside the mean of all pairs."""

TARGET_WORTH: Final = 10.0
"""Common years that the common target is worth beside a pair's own."""


@dataclass(frozen=True)
class Correlation:
    """A correlation matrix and what it rests on.

    Parameters
    ----------
    indicators
        In the order of rows and columns.
    matrix
        Shape (k, k), positive definite, ones on the diagonal.
    common_years
        Shape (k, k): years in which both of a pair were seen to grow, a year inside a gap counted
        in part.
    target
        What pairs are shrunk toward.
    """

    indicators: tuple[str, ...]
    matrix: FloatArray
    common_years: FloatArray
    target: float

    def between(self, first: str, second: str) -> float:
        """Correlation of a pair."""
        return float(self.matrix[self._at(first), self._at(second)])

    def replaced(self, pairs: Mapping[tuple[str, str], float]) -> Correlation:
        """Put other values in place of the estimated ones; the rest gives way as little as needed.

        Raises
        ------
        ScenarioError
            If an indicator is not known, or a value is not between -1 and 1.
        """
        matrix = self.matrix.copy()
        for (first, second), value in pairs.items():
            if not -1.0 < value < 1.0 or first == second:
                raise ScenarioError("scenario.correlation", first=first, second=second, found=value)
            i, j = self._at(first), self._at(second)
            matrix[i, j] = matrix[j, i] = value
        return replace(self, matrix=nearest_correlation(matrix))

    def table(self) -> pd.DataFrame:
        """One row a pair: its correlation and the common years behind it."""
        import pandas as pd

        rows = [
            {
                "first": first,
                "second": second,
                "correlation": float(self.matrix[i, j]),
                "common_years": float(self.common_years[i, j]),
            }
            for i, first in enumerate(self.indicators)
            for j, second in enumerate(self.indicators[:i])
        ]
        return pd.DataFrame(rows, columns=["first", "second", "correlation", "common_years"])

    def _at(self, indicator: str) -> int:
        if indicator not in self.indicators:
            allowed = ", ".join(self.indicators)
            raise ScenarioError("scenario.no_indicator", found=indicator, allowed=allowed)
        return self.indicators.index(indicator)


def estimate_correlation(histories: Mapping[str, History]) -> Correlation:
    """Estimate the correlation of yearly growth from a panel of short, gappy histories.

    Growth between successive figures is spread evenly over the years between, each such year
    weighing 1 / (years between). For a pair with m common years of weight and sample correlation
    r, the estimate is (m r + 10 t) / (m + 10), a constant-correlation target t as in Ledoit and
    Wolf (2004, doi:10.3905/jpm.2004.110), with an intensity set by the years that there are; t is
    the mean of all pairs weighted by their years, itself shrunk toward 0.2 (assumed), which is
    worth 20 years. Last, negative eigenvalues are cut off.

    Parameters
    ----------
    histories
        By indicator; one without figures correlates by the target.

    Examples
    --------
    >>> up = History.of(range(2010, 2020), [1, 2, 3, 5, 8, 9, 14, 15, 22, 23])
    >>> round(estimate_correlation({"a": up, "b": up}).between("a", "b"), 2)
    0.71
    """
    names = tuple(histories)
    grown = [_yearly_growth(history) for history in histories.values()]
    k = len(names)
    sample, years = np.eye(k), np.zeros((k, k))
    for i in range(k):
        for j in range(i):
            sample[i, j], years[i, j] = _pair(grown[i], grown[j])
            sample[j, i], years[j, i] = sample[i, j], years[i, j]
    pairs = np.tril_indices(k, -1)
    total = years[pairs].sum()
    target = float((years[pairs] * sample[pairs]).sum() + ASSUMED_WORTH * ASSUMED)
    target /= float(total + ASSUMED_WORTH)
    shrunk = (years * sample + TARGET_WORTH * target) / (years + TARGET_WORTH)
    np.fill_diagonal(shrunk, 1.0)
    return Correlation(names, nearest_correlation(shrunk), years, target)


def nearest_correlation(matrix: FloatArray) -> FloatArray:
    """Cut off eigenvalues below 1e-6 and scale the diagonal back to one."""
    if not matrix.size:
        return matrix
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    if values.min() >= 1e-6:
        return matrix
    lifted = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = 1.0 / np.sqrt(np.diag(lifted))
    return np.asarray(lifted * scale[:, None] * scale, dtype=float)


def _yearly_growth(history: History) -> dict[int, tuple[float, float]]:
    """Growth a year on the working scale, and its weight, by year."""
    known = history.known
    times, values = history.times[known], history.values[known]
    scaled = working_scale(history).forward(values)
    growth: dict[int, tuple[float, float]] = {}
    for i in range(1, times.size):
        gap = int(times[i] - times[i - 1])
        for year in range(int(times[i - 1]) + 1, int(times[i]) + 1):
            growth[year] = (float(scaled[i] - scaled[i - 1]) / gap, 1.0 / gap)
    return growth


def _pair(
    first: dict[int, tuple[float, float]], second: dict[int, tuple[float, float]]
) -> tuple[float, float]:
    common = sorted(set(first) & set(second))
    if len(common) < 3:
        return 0.0, 0.0
    a = np.array([first[year][0] for year in common])
    b = np.array([second[year][0] for year in common])
    w = np.array([first[year][1] * second[year][1] for year in common])
    a, b = a - np.average(a, weights=w), b - np.average(b, weights=w)
    spread = np.sqrt(np.sum(w * a**2) * np.sum(w * b**2))
    if not spread > 1e-12:
        return 0.0, 0.0
    return float(np.sum(w * a * b) / spread), float(w.sum())


@dataclass(frozen=True)
class Baseline:
    """The baseline forecast of one indicator.

    Parameters
    ----------
    indicator
        Identifier.
    forecast
        Over `years`.
    years
        Year of each horizon, successive.
    first_open
        First year that was not over at the as-of date: no lever moves an earlier one.
    support
        Smallest and largest value that the indicator can take, in its unit.
    """

    indicator: str
    forecast: Distribution
    years: tuple[int, ...]
    first_open: int
    support: tuple[float, float] = (-np.inf, np.inf)

    @property
    def continuous(self) -> Distribution:
        """The forecast before it is read as a whole number."""
        forecast = self.forecast
        return forecast.continuous if isinstance(forecast, Counting) else forecast

    @property
    def structural(self) -> StructuralForecast | None:
        """The forecast, if a structural model made it."""
        inner = self.continuous
        return inner if isinstance(inner, StructuralForecast) else None

    @property
    def open_years(self) -> tuple[int, ...]:
        """Years that a lever can still move."""
        return tuple(year for year in self.years if year >= self.first_open)

    def read(self, continuous: Distribution) -> Distribution:
        """Read simulated values as the forecast is read."""
        return Counting(continuous) if isinstance(self.forecast, Counting) else continuous

    def scaled(self, paths: FloatArray, factor: FloatArray) -> FloatArray:
        """Multiply paths (n, H) by a factor (n, H): on the odds where the support has two ends.

        Where values may be negative, the factor's excess over 1 is applied to the size of the
        baseline's median, so that a push is a push on either side of 0.
        """
        low, high = self.support
        if np.isfinite(low) and np.isfinite(high):
            odds = Transform("logit", low, high)
            inside = np.clip(paths, low, high)
            moved = odds.inverse(odds.forward(inside) + np.log(factor))
            return np.where(factor == 1.0, paths, moved)
        if low >= 0.0:
            return paths * factor
        return paths + np.abs(np.median(paths, axis=0)) * (factor - 1.0)


IntArray = npt.NDArray[np.int64]


def named_normals(seed: int, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Standard normals that depend on the seed and on a name, not on what else is drawn."""
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return rng.standard_normal(shape)


def walk_ranks(
    correlation: Correlation, years: Sequence[tuple[int, ...]], *, n: int, seed: int
) -> list[IntArray]:
    """Rank of each path at each horizon, one array (n, H) an indicator.

    An indicator is a random walk from its last figure, whose steps in a calendar year correlate
    with those of the others in that year; ranks are 0 to n - 1, each once a horizon.

    Parameters
    ----------
    correlation
        Of the indicators, in the order of `years`.
    years
        Years of each indicator's forecast, successive.
    """
    if not years:
        return []
    spans = [year for span in years for year in span]
    first, last = min(spans), max(spans)
    root = np.linalg.cholesky(correlation.matrix)
    steps = np.empty((last - first + 1, n, len(years)))
    for k, year in enumerate(range(first, last + 1)):
        steps[k] = named_normals(seed, f"year {year}", (n, len(years))) @ root.T
    ranks = []
    for i, span in enumerate(years):
        walk = np.cumsum(steps[span[0] - first : span[-1] - first + 1, :, i], axis=0)
        order = np.argsort(walk, axis=1, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(n)[None, :], axis=1)
        ranks.append(np.ascontiguousarray(rank.T))
    return ranks


def size_factor(seed: int, name: str, *, relative_sd: float, n: int) -> FloatArray:
    """Lognormal factors of mean 1, shape (n,): how much of a stated size comes about.

    Never negative, so that uncertainty about a push does not make a drag of it.
    """
    if relative_sd <= 0.0:
        return np.ones(n)
    # log(1 + r^2) without overflow where a size next to nothing has a spread of its own.
    spread = np.sqrt(np.logaddexp(0.0, 2.0 * np.log(min(relative_sd, 1e300))))
    return np.asarray(np.exp(spread * named_normals(seed, name, (n,)) - 0.5 * spread**2))


def reference_rates(model: Structural, *, n: int, seed: int) -> Rates:
    """Draws of the prior rates of a model, the same for every indicator that it serves."""
    table = model.priors()
    return drawn(table, named_normals(seed, f"rates {model.name}", (n, len(table))))


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


@dataclass(frozen=True)
class Target:
    """Where an indicator should be in the last year of its forecast.

    Parameters
    ----------
    value
        Smallest value that meets the goal (largest, if not `up`), in the indicator's unit.
    up
        Whether more is better.
    """

    value: float
    up: bool = True


@dataclass(frozen=True)
class ScenarioPaths:
    """Paths of all indicators under one scenario; row k is the same chance in all of them.

    Parameters
    ----------
    scenario
        Its identifier.
    baselines
        By indicator.
    paths
        By indicator, shape (n, H), in its unit, before rounding to whole numbers.
    """

    scenario: str
    baselines: Mapping[str, Baseline]
    paths: Mapping[str, FloatArray]

    def forecast(self, indicator: str) -> Distribution:
        """The forecast of an indicator under the scenario."""
        return self.baselines[indicator].read(Empirical(self.paths[indicator]))


@dataclass(frozen=True)
class Simulation:
    """Baselines with all chance drawn, on which any number of scenarios can be run.

    Marginal distributions are those of the baselines to within 1 / n: each horizon's draws are the
    forecast's quantiles at n evenly spread levels, put in the order of correlated random walks (a
    Gaussian copula).

    Parameters
    ----------
    baselines
        One an indicator.
    correlation
        Of their yearly growth. Default: what is assumed where nothing is known.
    targets
        By indicator, for a scenario that aims at them.
    n_paths, seed
        Number of paths, and what their chance depends on.
    """

    baselines: tuple[Baseline, ...]
    correlation: Correlation | None = None
    targets: Mapping[str, Target] = field(default_factory=dict)
    n_paths: int = 10_000
    seed: int = config.SEED
    _ranks: dict[str, IntArray] = field(init=False, repr=False, compare=False)
    _plain: dict[str, FloatArray] = field(init=False, repr=False, compare=False)
    _rates: dict[str, Rates] = field(init=False, repr=False, compare=False)
    _rows: dict[str, IntArray] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [baseline.indicator for baseline in self.baselines]
        matrix = self._ordered(names)
        ranks = walk_ranks(
            matrix, [b.years for b in self.baselines], n=self.n_paths, seed=self.seed
        )
        object.__setattr__(self, "correlation", matrix)
        object.__setattr__(self, "_ranks", dict(zip(names, ranks, strict=True)))
        object.__setattr__(self, "_rates", {})
        object.__setattr__(self, "_rows", {})
        object.__setattr__(self, "_plain", {})
        for baseline in self.baselines:
            self._plain[baseline.indicator] = self._baseline_paths(baseline)

    @property
    def by_indicator(self) -> dict[str, Baseline]:
        """Baselines by indicator."""
        return {baseline.indicator: baseline for baseline in self.baselines}

    def run(self, scenario: Scenario, *, only: Sequence[str] | None = None) -> ScenarioPaths:
        """Simulate a scenario.

        Parameters
        ----------
        scenario
            Its moves and shocks act in the years that are still open.
        only
            Indicators to simulate. Default: all.
        """
        wanted = [b for b in self.baselines if only is None or b.indicator in only]
        paths = {b.indicator: self._under(scenario, b) for b in wanted}
        return ScenarioPaths(scenario.id, {b.indicator: b for b in wanted}, paths)

    def rates(self, indicator: str) -> tuple[RateRecord, ...]:
        """The rates through which levers act on an indicator, with what they rest on."""
        structural = self.by_indicator[indicator].structural
        if structural is not None:
            return structural.rates()
        reference = REFERENCES.get(indicator)
        return reference.rates() if reference is not None else ()

    def _under(self, scenario: Scenario, baseline: Baseline) -> FloatArray:
        name, plain = baseline.indicator, self._plain[baseline.indicator]
        if not is_moved(scenario, baseline) or not baseline.open_years:
            return plain
        if isinstance(baseline.forecast, Event):
            return self._event_under(scenario, baseline, baseline.forecast)
        years, closed = baseline.open_years, len(baseline.years) - len(baseline.open_years)
        factor = np.ones_like(plain)
        made = plain
        if baseline.structural is not None:
            # A structural forecast has its own number of rows, of which `_rows` are drawn.
            rows = self._rows[name]
            prepared = baseline.structural.prepared
            changes = rate_changes(
                scenario,
                prepared.model,
                years,
                closed=closed,
                n=prepared.state.shape[0],
                seed=self.seed,
            )
            made = prepared.paths(changes)[rows]
        elif name in REFERENCES:
            model = REFERENCES[name]
            changes = rate_changes(scenario, model, years, n=self.n_paths, seed=self.seed)
            if changes:
                factor[:, closed:] *= self._response(model, len(years), changes)
        outside = level_factor(scenario, name, years, n=self.n_paths, seed=self.seed)
        if outside is not None:
            factor[:, closed:] *= outside
        if scenario.aim is not None and name in self.targets:
            factor = factor * self._aim(baseline, plain)
        return baseline.scaled(made, factor)

    def _response(self, model: Structural, horizon: int, changes: Changes) -> FloatArray:
        if model.name not in self._rates:
            self._rates[model.name] = reference_rates(model, n=self.n_paths, seed=self.seed)
        return model.response(self._rates[model.name], horizon, changes)

    def _aim(self, baseline: Baseline, plain: FloatArray) -> FloatArray:
        target = self.targets[baseline.indicator]
        median = np.median(plain, axis=0)
        return aim_factor(median, target.value, baseline.years, baseline.first_open, up=target.up)

    def _event_under(self, scenario: Scenario, baseline: Baseline, event: Event) -> FloatArray:
        name = baseline.indicator
        closed = len(baseline.years) - len(baseline.open_years)
        factor = np.ones((self.n_paths, len(baseline.years)))
        factor[:, closed:] = hazard_factor(
            scenario, name, baseline.open_years, n=self.n_paths, seed=self.seed
        )
        if scenario.aim is not None and name in self.targets:
            factor = factor * self._even_chance(event, self.targets[name].value, closed)
        return counts_under(event, factor, self._levels(name))

    def _even_chance(self, event: Event, target: float, closed: int) -> FloatArray:
        """Factor on the chance in open years that makes the goal as likely as not."""
        below = np.clip(event.cdf(np.ceil(target) - 1.0), 1e-300, 1.0)
        so_far = float(below[closed - 1]) if closed else 1.0
        still = float(np.log(below[-1] / so_far))
        needed = float(np.log(0.5 / so_far))
        factor = np.ones(event.horizon)
        if needed < still < 0.0:
            factor[closed:] = needed / still * (1.0 + 1e-9)
        return factor

    def _levels(self, indicator: str) -> FloatArray:
        """One level in (0, 1) a path: an event that has come stays, so it has one chance."""
        return (self._ranks[indicator][:, -1] + 0.5) / self.n_paths

    def _baseline_paths(self, baseline: Baseline) -> FloatArray:
        name, ranks = baseline.indicator, self._ranks[baseline.indicator]
        if isinstance(baseline.forecast, Event):
            unchanged = np.ones((1, len(baseline.years)))
            return counts_under(baseline.forecast, unchanged, self._levels(name))
        if baseline.structural is not None:
            own = baseline.structural.paths
            order = np.argsort(own[:, -1], kind="stable")
            self._rows[name] = order[(ranks[:, -1] * own.shape[0]) // self.n_paths]
            return own[self._rows[name]]
        return np.take_along_axis(even_quantiles(baseline.continuous, self.n_paths), ranks, axis=0)

    def _ordered(self, names: list[str]) -> Correlation:
        """The given correlation in the order of the baselines; what it lacks, by its target."""
        given = self.correlation or estimate_correlation({})
        k = len(names)
        matrix = np.full((k, k), given.target)
        years = np.zeros((k, k))
        np.fill_diagonal(matrix, 1.0)
        for i, first in enumerate(names):
            for j, second in enumerate(names):
                if i != j and first in given.indicators and second in given.indicators:
                    a, b = given.indicators.index(first), given.indicators.index(second)
                    matrix[i, j], years[i, j] = given.matrix[a, b], given.common_years[a, b]
        return Correlation(tuple(names), nearest_correlation(matrix), years, given.target)
