"""Scenarios by simulation: correlated paths, the same chance in every one."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, partial
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from bcforecast import config
from bcforecast import distributions as dist
from bcforecast.distributions import Distribution, Event, FloatArray
from bcforecast.models import base, flows, growth, structures
from bcforecast.models.flows import RateRecord, Rates, StructuralForecast, Structure
from bcforecast.observations.selection import History, IntArray
from bcforecast.observations.subannual import YearPart
from bcforecast.plan.goals import Plan
from bcforecast.scenarios.scenario import Lever, Move, Scenario, Shock, find_lever

_PER_CENT: Final = 0.01

LEARNED_WORTH: Final = 20.0
"""Common years that the correlation learned elsewhere is worth beside the mean of all pairs."""

TARGET_WORTH: Final = 10.0
"""Common years that the common target is worth beside a pair's own."""


@dataclass(frozen=True)
class Correlation:
    """A correlation matrix and what it rests on."""

    indicators: tuple[str, ...]
    matrix: FloatArray  # (k, k)
    # (k, k): years in which both of a pair were seen to grow, one inside a gap counted in part
    common_years: FloatArray
    target: float  # what pairs are shrunk toward

    def pairs(self) -> list[tuple[str, str, float, float]]:
        """Both indicators of each pair, their correlation and the common years behind it."""
        return [
            (self.indicators[i], self.indicators[j], self.matrix[i, j], self.common_years[i, j])
            for i, j in zip(*np.tril_indices(len(self.indicators), -1), strict=True)
        ]


def estimate_correlation(histories: Mapping[str, History]) -> Correlation:
    """Estimate the correlation of yearly growth from a panel of short, gappy histories.

    Growth between successive figures is spread evenly over the years between, each such year
    weighing 1 / (years between). For a pair with m common years of weight and sample correlation
    r, the estimate is (m r + 10 t) / (m + 10), a constant-correlation target t as in Ledoit and
    Wolf (2004, doi:10.3905/jpm.2004.110), with an intensity set by the years that there are; t is
    the mean of all pairs weighted by their years, itself shrunk toward the correlation learned from
    goals of one area with known outcomes (`models.growth.Together`), which is worth 20 years. Last,
    negative eigenvalues are cut off.
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
    elsewhere = growth.learned().together.correlation
    target = float((years[pairs] * sample[pairs]).sum() + LEARNED_WORTH * elsewhere)
    target /= float(years[pairs].sum() + LEARNED_WORTH)
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


_Growth = dict[int, tuple[float, float]]
"""Growth a year on the working scale, and its weight, by year."""


def _yearly_growth(history: History) -> _Growth:
    known = history.known
    times, values = history.times[known], history.values[known]
    scaled = base.working_scale(history).forward(values)
    grown: _Growth = {}
    for i in range(1, times.size):
        gap = int(times[i] - times[i - 1])
        for year in range(int(times[i - 1]) + 1, int(times[i]) + 1):
            grown[year] = (float(scaled[i] - scaled[i - 1]) / gap, 1.0 / gap)
    return grown


def _pair(first: _Growth, second: _Growth) -> tuple[float, float]:
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


class Held(NamedTuple):
    """The year in hand: what of its sum has come, or else what share of it is still to come.

    A lever has only that share of the year to move a `stock` in, and later years begin from there;
    a shock may strike it in full on any day.
    """

    year: int
    brought: float | None
    share: float
    stock: bool


@dataclass(frozen=True)
class Baseline:
    """The baseline forecast of one indicator over successive years."""

    indicator: str
    forecast: Distribution
    years: tuple[int, ...]
    first_open: int  # first year not over at the as-of date: no lever moves an earlier one
    support: tuple[float, float] = (-np.inf, np.inf)  # smallest and largest value that can be
    part: YearPart | None = None  # what the year in hand has brought: no lever moves that
    told: tuple[float, ...] = ()  # values whose probability paths keep: the ends of what goals ask

    @property
    def continuous(self) -> Distribution:
        """The forecast before it is read as a whole number."""
        return dist.uncounted(self.forecast)

    @property
    def structural(self) -> StructuralForecast | None:
        """The forecast, if a structural model made it."""
        inner = self.continuous
        return inner if isinstance(inner, StructuralForecast) else None

    @property
    def open_years(self) -> tuple[int, ...]:
        """Years that a lever can still move."""
        return tuple(year for year in self.years if year >= self.first_open)

    def felt(self, shock: Shock) -> FloatArray:
        """Part of a shock that open years feel, beside the last figure, which felt it already.

        The yearly chance of an event rests on no one figure.
        """
        before = 0.0 if isinstance(self.forecast, Event) else shock.left(self.years[0] - 1)
        return np.array([shock.left(year) - before for year in self.open_years])

    def read(self, paths: FloatArray) -> Distribution:
        """Read simulated values (n, H) as the forecast is read."""
        found = dist.Empirical(paths)
        return dist.Counting(found) if isinstance(self.forecast, dist.Counting) else found

    def scaled(self, paths: FloatArray, factor: FloatArray) -> FloatArray:
        """Multiply paths (n, H) by a factor (n, H): on the odds where the support has two ends.

        Where values may be negative, the factor's excess over 1 is applied to the size of the
        baseline's median, so that a push is a push on either side of 0. Of the year in hand only
        what is still to come is moved, of a sum or a mean of its months.
        """
        middle = np.median(paths, axis=0) if self.support[0] < 0.0 else np.zeros(paths.shape[1])
        moved, held = scaled(paths, factor, support=self.support, middle=middle), self.held
        if held is not None and not held.stock and held.year in self.years:
            at = self.years.index(held.year)
            plain, share = paths[:, at], np.full(len(paths), held.share)
            if held.brought is not None:
                rest = np.maximum(plain - held.brought, 0.0)
                share = np.divide(rest, plain, out=share, where=plain > 0.0)
            moved[:, at] = plain + share * (moved[:, at] - plain)
        return moved

    @property
    def held(self) -> Held | None:
        """What no lever moves of the year in hand: its sum, mean or months so far."""
        part = self.part
        if part is None:
            return None
        brought = part.value if part.how == "sum" and self.support[0] >= 0.0 else None
        return Held(part.year, brought, 1.0 - part.fraction, part.how == "last")


def scaled(
    values: FloatArray, factor: FloatArray, *, support: tuple[float, float], middle: FloatArray
) -> FloatArray:
    """Multiply values by a factor as `Baseline.scaled` does; `middle` is the baseline's median."""
    low, high = support
    if np.isfinite(low) and np.isfinite(high):
        odds = dist.Transform("logit", low, high)
        inside = np.clip(values, low, high)
        with np.errstate(divide="ignore"):
            moved = odds.inverse(odds.forward(inside) + np.log(factor))
        return np.where(factor == 1.0, values, moved)
    if low >= 0.0:
        return values * factor
    return values + np.abs(middle) * (factor - 1.0)


@dataclass(frozen=True)
class Scaled(dist.OfOne):
    """A forecast that a scenario multiplies by one of m factors, (m, 1) or (m, H), all as likely.

    What `Simulation` draws, without its chance, for many forecasts at once: `free` may have one
    horizon for each of many areas.
    """

    factors: FloatArray
    support: tuple[float, float]
    middle: FloatArray

    def _probability(self, tail: dist.Tail, x: FloatArray) -> FloatArray:
        return np.asarray(self.free._probability(tail, self._before(x)).mean(axis=0))

    def _ppf(self, u: FloatArray) -> FloatArray:
        # Levels are the same at every horizon; of an even grid of outcomes.
        free = self.free.quantile((np.arange(_EVEN) + 0.5) / _EVEN)[:, None, :]
        if len(self.factors) == 1:
            return self._after(self.free._ppf(u), self.factors[0])
        outcomes = self._after(free, self.factors).reshape(-1, self.horizon)
        return np.asarray(np.quantile(outcomes, u[..., 0], axis=0))

    def _after(self, values: FloatArray, factor: FloatArray) -> FloatArray:
        return scaled(values, factor, support=self.support, middle=self.middle)

    def _before(self, x: FloatArray) -> FloatArray:
        adds = self.support[0] < 0.0 and not np.isfinite(self.support[1])
        back = 2.0 - self.factors if adds else 1.0 / self.factors
        return self._after(np.broadcast_to(x, (self.horizon,)), back)


_EVEN: Final = 64
"""Levels at which the forecast that a scenario scales is read for its quantiles."""

_ANCHORS: Final = ndtr(np.array([-4.5, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.5]))
_BETWEEN: Final = 23
"""Points between two anchors at which the distribution function is read."""


def even_quantiles(forecast: Distribution, n: int, *, told: Sequence[float] = ()) -> FloatArray:
    """Quantiles at levels (i + 1/2) / n, ascending in each column, shape (n, H).

    Quantiles of a mixture are dear; so the distribution function is read on a grid between nine of
    them, or of each that it is made of, and at the values `told`, whose probability is kept, and
    inverted on the normal scale by lines. What has come to the end of the support stands there. A
    year in hand can be too peaked for it, and its cells are cheap.
    """
    levels = (np.arange(n) + 0.5) / n
    if isinstance(forecast, dist.InTurn):
        each = [even_quantiles(one, n, told=told)[:, at:to] for one, at, to in forecast.pieces]
        return np.concatenate(each, axis=1)
    if forecast.stepped or isinstance(forecast, dist.Cells | dist.Empirical):
        return forecast.quantile(levels)
    parts = forecast.members if isinstance(forecast, dist.Pooled) else (forecast,)
    anchors = np.sort(np.concatenate([one.quantile(_ANCHORS) for one in parts]), axis=0)
    steps = np.linspace(0.0, 1.0, 1 + _BETWEEN // len(parts), endpoint=False)
    inner = anchors[:-1, None] + steps[:, None] * np.diff(anchors, axis=0)[:, None]
    kept = np.clip(np.array(told, ndmin=2).T, anchors[0], anchors[-1])
    grid = np.concatenate([inner.reshape(-1, forecast.horizon), kept, anchors[-1:]])
    grid = np.sort(grid, axis=0)
    scores = ndtri(np.clip(forecast.cdf(grid), 1e-9, 1.0 - 1e-9))
    wanted = np.asarray(ndtri(levels), dtype=float)
    out = np.empty((n, forecast.horizon))
    for h in range(forecast.horizon):
        out[:, h] = np.interp(wanted, np.maximum.accumulate(scores[:, h]), grid[:, h])
    top = anchors[-1]
    return np.where(levels[:, None] > 1.0 - forecast.at_least(top), top, out)


def named_normals(seed: int, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Standard normals that depend on the seed and on a name, not on what else is drawn."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())]).standard_normal(shape)


def walk_ranks(
    correlation: Correlation, years: Sequence[tuple[int, ...]], *, n: int, seed: int
) -> list[IntArray]:
    """Rank of each path at each horizon, one array (n, H) an indicator.

    An indicator is a random walk from its last figure, whose steps in a calendar year correlate
    with those of the others in that year; ranks are 0 to n - 1, each once a horizon.
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
        rank = np.argsort(np.argsort(walk, axis=1, kind="stable"), axis=1)
        ranks.append(np.ascontiguousarray(rank.T))
    return ranks


def counts_under(event: Event, factor: FloatArray, levels: FloatArray) -> FloatArray:
    """Number of new things by path and year, when each year's chance is multiplied.

    P(N_h <= m) is a product over years of P(N_k <= m) / P(N_k-1 <= m); each year's ratio is raised
    to its factor. For "none yet" this is exact for a hazard multiplied by the factor, and for a
    Poisson process of any number it keeps the order: more chance, never fewer.

    Factors are (n, H) or (1, H), nonnegative. A path's count, (n, H), is the smallest whose
    probability exceeds its level in (0, 1), and never falls.
    """
    below = np.minimum.accumulate(event.fewer[:, 1:], axis=0).T
    before = np.column_stack([np.ones(len(below)), below[:, :-1]])
    shape = levels.size, event.horizon
    least, most = np.zeros(shape, int), np.full(shape, len(below))
    factor = np.broadcast_to(factor, shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(below > 0.0, np.log(below / before), -np.inf)
        while (open_ := least < most).any():
            middle = np.minimum((least + most) // 2, len(below) - 1)
            for h in range(event.horizon):
                to = slice(h + 1)
                steps = np.where(factor[:, to] > 0.0, factor[:, to] * logs[middle[:, h], to], 0.0)
                more = levels > np.exp(np.cumsum(steps, axis=1)[:, -1])
                least[:, h] = np.where(open_[:, h] & more, middle[:, h] + 1, least[:, h])
                most[:, h] = np.where(open_[:, h] & ~more, middle[:, h], most[:, h])
    return event.numbers[least]


def touches(lever: Lever, indicator: str) -> bool:
    """Whether moving a lever can change an indicator at all, also as a side effect."""
    structure = structures.structure_of(indicator)
    moved = structure is not None and lever.structure == structure.name
    return moved or indicator in lever.indicators


def is_moved(
    scenario: Scenario, baseline: Baseline, lever: Callable[[str], Lever] = find_lever
) -> bool:
    """Whether a scenario says anything about an indicator in years that are still open.

    `lever` finds those of its plan.
    """
    name, years = baseline.indicator, baseline.open_years
    return any(
        touches(lever(move.lever), name) and any(move.value(year) for year in years)
        for move in scenario.moves
    ) or any(name in shock.indicators and baseline.felt(shock).any() for shock in scenario.shocks)


@dataclass(frozen=True)
class Effects:
    """What a scenario does to a baseline in open years, on n paths: arrays are (n, years)."""

    scenario: Scenario
    baseline: Baseline
    n: int
    seed: int
    lever: Callable[[str], Lever] = find_lever

    def rate_changes(self, structure: Structure, *, closed: int = 0) -> flows.RateChanges:
        """Changes of the rates of a structure, after `closed` years without any."""
        before = np.zeros((self.n, closed))
        sums: dict[tuple[str, str], FloatArray] = {}
        for move in self.scenario.moves:
            lever = self.lever(move.lever)
            if lever.structure == structure.name and any(map(move.value, self.baseline.open_years)):
                key = (str(lever.rate), lever.unit)
                sizes = np.concatenate([before, self._sizes(move, lever)], axis=1)
                sums[key] = sums[key] + sizes if key in sums else sizes
        changes: dict[str, tuple[flows.RateChange, ...]] = {}
        for (rate, unit), by in sums.items():
            how = flows.RateChange(by, "add" if unit == "pp" else "times")
            changes[rate] = (*changes.get(rate, ()), how)
        return changes

    def level(self, indicator: str) -> FloatArray | None:
        """Factor on the level from general growth levers and shocks, if there are any."""
        factors: list[FloatArray] = []
        for move in self.scenario.moves:
            lever = self.lever(move.lever)
            if lever.growth and indicator in lever.indicators:
                grown = np.maximum(1.0 + self._sizes(move, lever), 0.05)
                factors.append(np.multiply.accumulate(grown, 1))
        for number, shock in enumerate(self.scenario.shocks):
            if indicator in shock.indicators:
                # exp(log(1 + size) x what is felt of it)
                felt = self.baseline.felt(shock)
                name = f"shock {number} {shock.year}"
                come = self._come_about(name, sd=shock.sd, size=abs(shock.size_percent))
                log_size = np.log1p(_PER_CENT * shock.size_percent)
                factors.append(np.asarray(np.exp(np.outer(come * log_size, felt))))
        return np.asarray(np.prod(factors, axis=0), dtype=float) if factors else None

    def hazard(self, indicator: str) -> FloatArray:
        """Factor on the yearly chance of an event."""
        total = np.ones((self.n, len(self.baseline.open_years)))
        for move in self.scenario.moves:
            lever = self.lever(move.lever)
            if lever.is_hazard and indicator in lever.indicators:
                total = total + self._sizes(move, lever)
        level = self.level(indicator)
        return np.maximum(total, 0.0) * (1.0 if level is None else level)

    def _sizes(self, move: Move, lever: Lever) -> FloatArray:
        """Size of a move as a share (1 % is 0.01), signed."""
        values = np.array([move.value(year) for year in self.baseline.open_years])
        if (held := self.baseline.held) and held.stock:
            values[np.isin(self.baseline.open_years, held.year)] *= held.share
        largest = max((abs(v) for v in move.by_year.values()), default=0.0)
        come = self._come_about(f"{move.lever} {move.measure}", sd=move.sd, size=largest)
        return come[:, None] * ((-1.0 if lever.lowers else 1.0) * _PER_CENT * values)

    def _come_about(self, name: str, *, sd: float, size: float) -> FloatArray:
        """How much of a stated size comes about, (n,): lognormal factors of mean 1.

        Never negative, so that uncertainty about a push does not make a drag of it.
        """
        relative_sd = sd / size if size > 0.0 else 0.0
        if relative_sd <= 0.0:
            return np.ones(self.n)
        # log(1 + r^2) without overflow where a size next to nothing has a spread of its own.
        spread = np.sqrt(np.logaddexp(0.0, 2.0 * np.log(min(relative_sd, 1e300))))
        normals = named_normals(self.seed, name, (self.n,))
        return np.asarray(np.exp(spread * normals - 0.5 * spread**2))


Paths = Mapping[str, FloatArray]
"""Paths by indicator, (n, H) each, before rounding to whole numbers: row k is the same chance."""


@dataclass(frozen=True)
class Simulation:
    """Baselines with all chance drawn, on which any number of scenarios can be run.

    Marginal distributions are those of the baselines to within 1 / n: each horizon's draws are the
    forecast's quantiles at n evenly spread levels, put in the order of correlated random walks (a
    Gaussian copula). `correlation` is of the yearly growth of the baselines, by default what is
    assumed where nothing is known; levers are those of the `plan`.
    """

    baselines: tuple[Baseline, ...]
    correlation: Correlation = field(default_factory=lambda: estimate_correlation({}))
    n_paths: int = 10_000
    seed: int = config.SEED
    plan: Plan | None = None
    _rates: dict[str, Rates] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "correlation", self._ordered(list(self.by_indicator)))

    def __getstate__(self) -> dict[str, Any]:
        # What is pickled draws its paths again where it is asked for them.
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def lever(self) -> Callable[[str], Lever]:
        """Finds a lever of the plan, each once."""
        return cache(partial(find_lever, plan=self.plan))

    @cached_property
    def _ranks(self) -> dict[str, IntArray]:
        years = [baseline.years for baseline in self.baselines]
        ranks = walk_ranks(self.correlation, years, n=self.n_paths, seed=self.seed)
        return dict(zip(self.by_indicator, ranks, strict=True))

    @cached_property
    def rows(self) -> dict[str, IntArray]:
        """Rows of the structural forecasts, which have a number of their own, by path."""
        rows = {}
        for name, baseline in self.by_indicator.items():
            if baseline.structural is not None:
                own = baseline.structural.paths
                order = np.argsort(own[:, -1], kind="stable")
                rows[name] = order[(self._ranks[name][:, -1] * own.shape[0]) // self.n_paths]
        return rows

    @cached_property
    def plain(self) -> Paths:
        """Paths without a scenario."""
        return {name: self._unmoved(one) for name, one in self.by_indicator.items()}

    @property
    def by_indicator(self) -> dict[str, Baseline]:
        """Baselines by indicator."""
        return {baseline.indicator: baseline for baseline in self.baselines}

    def run(self, scenario: Scenario, *, only: Sequence[str] | None = None) -> Paths:
        """Simulate a scenario, in the years that are still open, for all or some indicators."""
        wanted = (b for b in self.baselines if only is None or b.indicator in only)
        return {b.indicator: self._under(scenario, b) for b in wanted}

    def rates(self, indicator: str) -> tuple[RateRecord, ...]:
        """The rates through which levers act on an indicator, with what they rest on."""
        structural = self.by_indicator[indicator].structural
        known = structural or structures.structure_of(indicator)
        return known.rates() if known is not None else ()

    def _under(self, scenario: Scenario, baseline: Baseline) -> FloatArray:
        name, plain = baseline.indicator, self.plain[baseline.indicator]
        if not is_moved(scenario, baseline, self.lever) or not baseline.open_years:
            return plain
        closed = len(baseline.years) - len(baseline.open_years)
        effects = Effects(scenario, baseline, self.n_paths, self.seed, self.lever)
        made, factor = plain, np.ones_like(plain)
        if isinstance(baseline.forecast, Event):
            factor[:, closed:] = effects.hazard(name)
            return counts_under(baseline.forecast, factor, self.levels(name))
        structure = structures.structure_of(name)
        if baseline.structural is not None:
            prepared = baseline.structural.prepared
            own = replace(effects, n=prepared.state.shape[0])
            changes = own.rate_changes(prepared.model, closed=closed)
            made = prepared.paths(changes)[self.rows[name]]
        elif structure is not None and (changes := effects.rate_changes(structure)):
            rates = self.rates_of(structure.declared)
            factor[:, closed:] *= structure.response(rates, len(baseline.open_years), changes)
        level = effects.level(name)
        if level is not None:
            factor[:, closed:] *= level
        return baseline.scaled(made, factor)

    def rates_of(self, declared: flows.Declared) -> Rates:
        """Draws of the prior rates of a structure, the same for every indicator that it makes."""
        if declared.id not in self._rates:
            shape = (self.n_paths, len(declared.rates))
            normals = named_normals(self.seed, f"rates {declared.id}", shape)
            self._rates[declared.id] = flows.drawn(declared.rates, normals)
        return self._rates[declared.id]

    def levels(self, indicator: str) -> FloatArray:
        """One level in (0, 1) a path: an event that has come stays, so it has one chance."""
        return (self._ranks[indicator][:, -1] + 0.5) / self.n_paths

    def _unmoved(self, baseline: Baseline) -> FloatArray:
        name = baseline.indicator
        if isinstance(baseline.forecast, Event):
            unchanged = np.ones((1, len(baseline.years)))
            return counts_under(baseline.forecast, unchanged, self.levels(name))
        if baseline.structural is not None:
            return baseline.structural.paths[self.rows[name]]
        evenly = even_quantiles(baseline.continuous, self.n_paths, told=baseline.told)
        return np.take_along_axis(evenly, self._ranks[name], axis=0)

    def _ordered(self, names: list[str]) -> Correlation:
        """The given correlation in the order of the baselines; what it lacks, by its target."""
        given = self.correlation
        known = [name for name in names if name in given.indicators]
        ours = np.ix_(*2 * [[names.index(name) for name in known]])
        theirs = np.ix_(*2 * [[given.indicators.index(name) for name in known]])
        matrix, years = np.full(2 * (len(names),), given.target), np.zeros(2 * (len(names),))
        matrix[ours], years[ours] = given.matrix[theirs], given.common_years[theirs]
        np.fill_diagonal(matrix, 1.0)
        return Correlation(tuple(names), nearest_correlation(matrix), years, given.target)
