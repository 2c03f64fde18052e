"""The trend of a short series: a pool of damped trends on two scales, as a distribution.

The models of the grid are averaged by their evidence on the series' own scale and on a log or logit
scale, and the quantiles of the two averages are pooled (`trend_members` has the mathematics of
both, `tools/train` the learning). Exact figures are forecast for many series at once: only the two
matrix products depend on the gap pattern. Errors and bounds of figures are conditioned on, one
series at a time: an error adds its variance to the diagonal; a bound is a site, a figure and an
error such that the model's mean and variance are those of the truncated normal (expectation
propagation, Minka 2001, doi:10.48550/arXiv.1301.2294), and the evidence is multiplied by the
probability of the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_ndtr

from bcforecast.distributions import Distribution, FloatArray, Tail, Transform, ended
from bcforecast.models import base
from bcforecast.models import trend_members as members
from bcforecast.observations.selection import History, IntArray

MIDMEAN_TAIL = 0.25
"""Share at each end that the midmean leaves out."""

MIDMEAN_NODES = 8
"""Points of its quadrature; the curve is smooth there."""

_TAIL = 5e-4


@dataclass(frozen=True)
class Trend:
    """Average of damped-trend models on the series' own scale and on a log or logit scale.

    The prior weights of the models depend on the length and the liveliness of the series, as
    learned on the training parts of M3 and M4 yearly; the figures then weigh them by their
    evidence. Gaps, standard errors and bounds are part of the model. `growth`, if it is known
    beforehand, stands beside them, unless the latest that is known is a bound. A value that the
    last figures repeat has a probability of its own (`base.kept_mass`).
    """

    growth: Growth | None = None

    name: ClassVar[str] = "trend"
    minimum_observations: ClassVar[int] = 2

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`, from two values on.

        Examples
        --------
        >>> history = History.of(range(2015, 2021), [100, 108, 118, 126, 139, 150])
        >>> Trend().fit(history, 2).median().shape
        (2,)
        """
        used, least = _recent_part(history), self.minimum_observations
        base.accept(used, horizon, model=self.name, minimum=least)
        history = _telling(base.with_narrow_bounds_as_figures(base.rounded(history)))
        history = _recent_part(history)
        known, transform = history.known, base.working_scale(history)
        values, times = history.values[known], history.times[known]
        figures = Histories.of([(times, values)], lead=[history.start - times[-1]])
        if history.error_sd[known].any() or history.bound_only.any():
            curve = _fit_soft(history, figures, horizon, transform)
        else:
            curve = fit_exact(
                figures, horizon=horizon, transform=transform, support=history.support
            )
        if self.growth is not None and known[-1]:
            curve = self.growth.applied(curve, figures, horizon=horizon)
        curve = of_unit_size(curve, figures, whole=history.whole)
        if repeats_zero(values):
            curve = replace(curve, low=max(curve.low, 0.0))
        shape = members.shipped().shape_of(values.size)
        ordinary = TrendDistribution(curve.take((slice(None), 0)), shape)
        return base.as_counted(history, base.as_repeated(history, ordinary))


_SWAMPED: Final = 4.0
"""An error of so many usual yearly changes, or percent, leaves nothing to tell (assumed)."""


def _telling(history: History) -> History:
    """Leave out figures whose error swamps them, as that of an exceptional year does.

    Usual is the median yearly change among the figures with the smaller errors. As little of them
    as the errors say counts for the level, but their jumps would for growth and liveliness.
    """
    at = np.flatnonzero(history.known)
    errors = history.error_sd[at]
    firm = at[errors <= np.median(errors)]
    if firm.size < 2:
        return history
    changes = np.abs(np.diff(history.values[firm])) / np.diff(history.times[firm])
    usual = max(np.median(changes), 0.01 * np.median(np.abs(history.values[firm])))
    swamped = at[errors > _SWAMPED * usual]
    return history.kept(np.delete(np.arange(len(history)), swamped), origin=history.start)


def repeats_zero(values: FloatArray) -> bool:
    """Whether figures that are never negative end in zeros: the next are then not negative.

    Four of them, or all, however few: nothing speaks for figures below 0.
    """
    repeated = base.repeats(values) >= base.FEWEST_REPEATS and bool((values >= 0.0).all())
    return bool(values[-1] == 0.0 and (repeated or not values.any()))


def of_unit_size(
    curve: members.Curve, figures: Histories, *, whole: bool | npt.NDArray[np.bool_]
) -> members.Curve:
    """Let series that were 0 throughout depart from it by about a unit: nothing tells the size.

    `whole` numbers depart by half a unit at least, on either scale, as a walk does: they are read
    with a half more or less (`Counting`), and however often a count has not moved, it moves by one.
    Where the value has a probability of its own (`base.kept_mass`), what is left is of having
    moved, by a whole unit.
    """
    kept, silent = figures.run >= base.FEWEST_REPEATS, ~figures.values.any(axis=0)
    units = np.where(whole, np.where(kept, 1.0, 0.5), silent)
    if not units.any():
        return curve
    ahead = figures.lead + np.arange(1.0, len(curve.slope) + 1.0)[:, None]
    floor = units * ahead**0.5
    other = floor * curve.transform.derivative(figures.values[-1])
    # fmax: series without a floor may have no derivative.
    other = np.fmax(curve.transformed_slope, other)
    return replace(curve, slope=np.maximum(curve.slope, floor), transformed_slope=other)


def _recent_part(history: History) -> History:
    """Keep the latest figures that the engine uses, and drop those that say nothing."""
    useful = np.flatnonzero(history.known | history.bound_only)
    recent = history.times[useful] >= history.start - members.LONGEST_SPAN
    recent[-2:] = True
    recent &= np.cumsum(history.known[useful][::-1])[::-1] <= members.LONGEST
    return history.kept(useful[recent], origin=history.start)


@dataclass(frozen=True)
class TrendDistribution(Distribution):
    """Pool of a forecast on the series' own scale and one on a log or logit scale."""

    curve: members.Curve  # arrays of shape (H,)
    shape: members.Shape  # of the standardized error

    def _horizon(self) -> int:
        return self.curve.intercept.size

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        low, high = self.curve.low, self.curve.high
        of = self.shape.cdf if tail == "cdf" else self.shape.sf
        inside = of(self.curve.score(np.clip(x, low, high)))
        return ended(tail, x, inside, low=low, high=high)

    def _ppf(self, u: FloatArray) -> FloatArray:
        return self.curve.value(self.shape.ppf(u))

    def _mean(self) -> FloatArray:  # of the central 99.9 %
        return self.curve.mean(self.shape, end=-self.shape.ppf(_TAIL))


@dataclass(frozen=True)
class Histories:
    """B series, right-aligned: the last of L rows is the last figure of each."""

    values: FloatArray  # (L, B): exact figures; before the start of a series its first figure
    gaps: IntArray  # (L - 1, B): periods between them; 0 before the start
    observations: IntArray  # (B,): number of figures, 2 to L
    lead: IntArray  # (B,): periods that passed since the last figure

    @classmethod
    def of(
        cls, series: Sequence[tuple[IntArray, FloatArray]], *, lead: Sequence[int] | IntArray
    ) -> Histories:
        """Lay out the latest figures of each series, its periods and values, at least one."""
        longest, size = members.LONGEST, len(series)
        values, periods = np.zeros((longest, size)), np.zeros((longest, size), dtype=np.int64)
        counts = np.array([min(len(known), longest) for _, known in series], dtype=np.int64)
        for n, (told, known) in enumerate(series):
            values[-counts[n] :, n], periods[-counts[n] :, n] = known[-longest:], told[-longest:]
        return cls.aligned(values, periods, counts, np.asarray(lead, dtype=np.int64))

    @classmethod
    def aligned(
        cls, values: FloatArray, periods: IntArray, observations: IntArray, lead: IntArray
    ) -> Histories:
        """Take right-aligned values and periods (L, B), whatever stands before the start."""
        size = values.shape[0]
        start = size - observations
        before = np.arange(size)[:, None] < start
        filled = np.where(before, values[start, np.arange(observations.size)], values)
        return cls(filled, np.where(before[:-1], 0, np.diff(periods, axis=0)), observations, lead)

    def take(self, at: IntArray) -> Histories:
        """Series at positions `at`."""
        return Histories(self.values[:, at], self.gaps[:, at], self.observations[at], self.lead[at])

    @property
    def run(self) -> IntArray:
        """How many of the last figures of each series are one and the same value, (B,)."""
        same = np.logical_and.accumulate((self.values == self.values[-1])[::-1], axis=0)
        return np.minimum(same.sum(axis=0), self.observations)

    def mean_of(self, values: FloatArray) -> FloatArray:
        """Mean over the figures of each series, (B,), of what is as alike before the start."""
        before = values.shape[0] - self.observations
        return np.asarray((values.sum(axis=0) - before * values[0]) / self.observations)


FEWEST_DRAWN_IN: Final = 4
"""Changes from which their median tells which of them are far from it (assumed)."""


@dataclass(frozen=True)
class Growth:
    """A second opinion beside the damped trends: a random walk with the drift of all figures.

    The damped trends were learned on competition series, most of which level off; what governments
    promise often grows on. On the working scale (logarithms, log odds, or shares of the mean level)

        dz_i ~ N(g_i mu, g_i s2),   mu ~ N(m, s2 / k),   s2 ~ scaled inverse chi squared (v, s0^2),

    dz_i being the change over g_i years. With G = k + sum of g_i the drift is
    (k m + sum of dz_i) / G, and h years ahead the change has mean h drift and variance
    s2 (h + h^2 / G) + h^2 c: areas share their shocks, so many areas do not tell m exactly (Gelman
    et al. 2013, Bayesian Data Analysis, chapters 3 and 5). The quantiles of both opinions are
    averaged with weights 1 - w and w, as the two scales of the trend are.
    """

    weight: float  # w: of this opinion beside the damped trends, in [0, 1]
    mean: float = 0.0  # m
    strength: float = 0.05  # k: years of figures that the mean counts as
    scale: float = 0.03  # s0: standard deviation of a year's change about its mean
    degrees: float = 2.0  # v: changes that the scale counts as
    memory: float = 1.0  # weight that a figure keeps from one year to the next
    common: float = 0.0  # c: variance of the mean
    zero_from: float = np.inf  # figures from which w is 0; up to half of them it is whole
    # How many usual departures from the median a year's change may lie from it; beyond, it is drawn
    # in: a first figure of a few, or one wild year, is no growth.
    reach: float = np.inf

    def weight_of(self, observations: IntArray) -> FloatArray:
        """Weight w beside trends of so many figures, (B,)."""
        return self.weight * np.clip(2.0 - 2.0 * observations / self.zero_from, 0.0, 1.0)

    def applied(self, curve: members.Curve, figures: Histories, *, horizon: int) -> members.Curve:
        """Average a trend's curve (H, B) of such figures with this opinion."""
        w = self.weight_of(figures.observations)
        if not w.any():
            return curve
        transform = curve.transform
        location, spread = self.forecast(figures, horizon=horizon, transform=transform)
        if transform.name == "identity":
            return replace(
                curve,
                intercept=(1.0 - w) * curve.intercept + w * location,
                slope=(1.0 - w) * curve.slope + w * spread,
            )
        # The own scale keeps its part of the trend; all of this opinion is on the other scale.
        kept = (1.0 - w) * curve.share
        share = np.maximum(kept + w, np.finfo(float).tiny)
        return replace(
            curve,
            transformed_intercept=(kept * curve.transformed_intercept + w * location) / share,
            transformed_slope=(kept * curve.transformed_slope + w * spread) / share,
            share=share,
        )

    def forecast(
        self, figures: Histories, *, horizon: int, transform: Transform
    ) -> tuple[FloatArray, FloatArray]:
        """Location and standard deviation on the working scale, both (H, B)."""
        values, gaps = transform.forward(figures.values), figures.gaps.astype(float)
        unit = np.ones(figures.observations.size)
        if transform.name == "identity":
            level = figures.mean_of(np.abs(figures.values))
            unit = np.where(level > 0.0, level, 1.0)
        changes = np.diff(values, axis=0) / unit
        real = gaps > 0.0
        years = np.where(real, gaps, 1.0)
        if np.isfinite(self.reach):
            changes = years * self._drawn_in(changes / years, real)
        age = np.cumsum(gaps[::-1], axis=0)[::-1] - gaps
        kept = np.where(real, self.memory**age, 0.0)
        total = self.strength + (kept * gaps).sum(axis=0)
        drift = (self.strength * self.mean + (kept * changes).sum(axis=0)) / total
        squares = (kept * (changes - drift * gaps) ** 2 / years).sum(axis=0)
        squares += self.strength * (drift - self.mean) ** 2
        s2 = (self.degrees * self.scale**2 + squares) / (self.degrees + kept.sum(axis=0))
        h = figures.lead + np.arange(1.0, horizon + 1.0)[:, None]
        variance = s2 * (h + h**2 / total) + h**2 * self.common
        return values[-1] + unit * h * drift, unit * np.sqrt(variance)

    def _drawn_in(self, rates: FloatArray, real: npt.NDArray[np.bool_]) -> FloatArray:
        """Draw in yearly changes (L - 1, B) far from their median, of series with four or more.

        Usual is 1.4826 times the median departure, s0 at least.
        """
        enough = (count := real.sum(axis=0)) >= FEWEST_DRAWN_IN
        halves = np.stack([count[enough] - 1, count[enough]]) // 2

        def median(of: FloatArray) -> FloatArray:  # np.nanmedian takes eight times as long for one
            return np.take_along_axis(np.sort(of, axis=0), halves, axis=0).mean(axis=0)

        known = np.where(real, rates, np.inf)[:, enough]
        usual = 1.4826 * median(np.abs(known - (middle := median(known))))
        far, drawn = self.reach * np.maximum(usual, self.scale), rates.copy()
        drawn[:, enough] = np.where(
            real[:, enough], np.clip(rates[:, enough], middle - far, middle + far), 0.0
        )
        return drawn


@dataclass(frozen=True)
class Scales:
    """B series on the scales on which they are forecast; series last in every array."""

    # The figures (L, B) in units of the mean level and, unless the transform is the identity, on
    # its scale.
    values: tuple[FloatArray, ...]
    level: FloatArray  # (B,): unit of the first scale
    unit: FloatArray  # (B,): unit of the second
    # (B,): log derivative from the first scale to the second at the figures, mean times the number
    # of increments.
    jacobian: FloatArray
    features: FloatArray  # (5, B), before clipping

    @classmethod
    def of(cls, histories: Histories, transform: Transform) -> Scales:
        """Scale series, all of whose figures lie inside the support of the transform."""
        values, count = histories.values, histories.observations
        level = histories.mean_of(np.abs(values))
        level = np.where(level > 0.0, level, 1.0)
        unit = np.ones(count.size)
        scaled: tuple[FloatArray, ...] = (values / level,)
        if transform.name == "logit":
            # The weights were learned on logarithms: in this unit, at the mean p of the series, a
            # logit moves as the logarithm of the smaller of the share and the rest does.
            p = (histories.mean_of(values) - transform.low) / (transform.high - transform.low)
            unit = 1.0 / np.maximum(p, 1.0 - p)
        if transform.name != "identity":
            scaled = (*scaled, transform.forward(values) / unit)
        jacobian = histories.mean_of(np.log(level / unit * transform.derivative(values)))
        increments, gaps = np.diff(scaled[-1], axis=0), histories.gaps.astype(float)
        found = members.features(increments, gaps, count.astype(float))
        return cls(scaled, level, unit, jacobian * (count - 1.0), found)

    @property
    def used(self) -> FloatArray:
        """Features clipped to what was seen in training."""
        return np.clip(self.features, *members.shipped().feature_range[:, :, None])


def fit_exact(
    histories: Histories, *, horizon: int, transform: Transform, support: tuple[float, float]
) -> members.Curve:
    """Forecast B series of exact figures: a curve of shape (H, B).

    The transform is a log or logit inside whose support all figures lie, or the identity for no
    second scale; the support is the smallest and largest possible value.
    """
    learned = members.shipped()
    scales, evidence, order = summarize(
        histories, horizon=horizon, transform=transform, table=learned.table
    )
    steps = histories.lead[order] + np.arange(1.0, horizon + 1.0)[:, None]
    averages = []
    for side, e, values in zip(learned.sides, evidence, scales.values, strict=False):
        fit, s2 = members.log_evidence(e.squares, e.log_determinant, e.increments, side)
        one = members.average(side, scales.used, steps, fit, s2, e.moved, e.variance)
        averages.append(replace(one, location=one.location + values[-1]))
    curve = _pooled(scales, averages, transform, support)
    in_order = (np.diff(order) == 1).all()
    return curve if in_order else curve.take((slice(None), np.argsort(order)))


def summarize(
    histories: Histories, *, horizon: int, transform: Transform, table: members.OperatorTable
) -> tuple[Scales, tuple[members.Evidence, ...], IntArray]:
    """Apply the grid of a table to B series: their scales, and the evidence on each.

    Both have the series in the order of their gap patterns, which comes last.
    """
    patterns = _gap_patterns(histories)
    order = np.concatenate([at for at, _, _ in patterns])
    if (np.diff(order) != 1).any():
        histories = histories.take(order)
    scales = Scales.of(histories, transform)
    increments = [np.diff(values, axis=0) for values in scales.values]
    models, series, sides = table.grid.shape[0], order.size, len(increments)
    squares = np.empty((sides, models, series))
    moved = np.empty((sides, models, horizon, series))
    variance = np.empty((models, horizon, series))
    determinant = np.empty((models, series))
    start = 0
    for at, gaps, lead in patterns:
        operators, m = table(gaps, horizon=horizon, lead=lead), len(gaps)
        part = slice(start, start + at.size)
        start += at.size
        latest = np.concatenate([one[-m:, part] for one in increments], axis=1)
        errors = operators.whiten @ latest
        np.square(errors, out=errors)
        total = errors.reshape(models, m, sides, at.size).sum(axis=1)
        ahead = (operators.location @ latest).reshape(models, horizon, sides, at.size)
        squares[:, :, part] = total.swapaxes(0, 1)
        moved[:, :, :, part] = np.moveaxis(ahead, 2, 0)
        variance[:, :, part] = operators.variance[:, :, None]
        determinant[:, part] = operators.log_determinant[:, None]
    count = histories.observations.astype(float) - 1.0
    both = zip(squares, moved, strict=True)
    evidence = tuple(members.Evidence(s, m, variance, determinant, count) for s, m in both)
    return scales, evidence, order


def _gap_patterns(histories: Histories) -> list[tuple[IntArray, tuple[int, ...], int]]:
    counts, lead = histories.observations, histories.lead
    gapless = histories.gaps.sum(axis=0) == counts - 1
    plain = np.flatnonzero(gapless)
    key = members.LONGEST * lead[plain] + counts[plain]
    found = []
    for one in np.unique(key):
        at = plain[key == one]
        found.append((at, (1,) * int(counts[at[0]] - 1), int(lead[at[0]])))
    others: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for i in np.flatnonzero(~gapless):
        between = histories.gaps[1 - counts[i] :, i]
        others.setdefault((tuple(between.tolist()), int(lead[i])), []).append(int(i))
    return found + [(np.asarray(at), gaps, ahead) for (gaps, ahead), at in others.items()]


_DECISIVE = 30.0
_TOO_LIVELY = 0.7
"""Log volatility above what was seen in training over which the log scale loses its weight.

On a series so much livelier it would multiply a jump.
"""


def _pooled(
    scales: Scales,
    averages: list[members.Average],
    transform: Transform,
    support: tuple[float, float],
) -> members.Curve:
    """Curve (H, B) from the average on each scale, whose locations are absolute."""
    learned, own, other = members.shipped(), averages[0], averages[-1]
    share = np.zeros_like(scales.level)
    if transform.name != "identity":
        favour = np.clip(other.evidence + scales.jacobian - own.evidence, -_DECISIVE, _DECISIVE)
        prior = learned.pool[0] + learned.pool[1:6] @ scales.used
        volatility = members.NAMES.index("volatility")
        excess = scales.features[volatility] - learned.feature_range[1, volatility]
        trust = np.clip(1.0 - excess / _TOO_LIVELY, 0.0, 1.0)
        share = trust * expit(prior + expit(learned.pool[6]) * favour)
    plain = own.location * scales.level, own.spread * scales.level
    bent = other.location * scales.unit, other.spread * scales.unit
    share = np.broadcast_to(share, own.location.shape)
    return members.Curve(*plain, *bent, share, transform, *support)


def _fit_soft(
    history: History, figures: Histories, horizon: int, transform: Transform
) -> members.Curve:
    """Forecast a series with errors or bounds; `figures` are those with a value."""
    learned, scales = members.shipped(), Scales.of(figures, transform)
    known, (low, high) = history.known, history.support
    averages = []
    both = ((Transform(), scales.level), (transform, scales.unit))
    for side, (scale, unit), _ in zip(learned.sides, both, scales.values, strict=False):
        values, error_sd = np.full(len(history), np.nan), np.zeros(len(history))
        values[known] = scale.forward(history.values[known]) / unit
        error_sd[known] = history.error_sd[known] * scale.derivative(history.values[known]) / unit
        on_scale = replace(
            history,
            values=values,
            lower=scale.forward(np.maximum(history.lower, low)) / unit,
            upper=scale.forward(np.minimum(history.upper, high)) / unit,
            error_sd=error_sd,
        )
        averages.append(condition_average(on_scale, horizon, learned.grid, side, scales.used))
    return _pooled(scales, averages, transform, history.support)


_NOISE_ROUNDS = 30
_SITE_ROUNDS = 12
_NO_INFORMATION = 1e8
_FAR = 1e8
_LOG_ROOT_2_PI = 0.5 * float(np.log(2.0 * np.pi))


def condition_average(
    history: History, horizon: int, grid: FloatArray, side: members.Side, features: FloatArray
) -> members.Average:
    """Average of the grid, given errors and bounds, on the scale that the history is in.

    `features` (5, 1) are those of the figures with a value; locations are absolute, shape (H, 1).
    """
    first = int(history.times[0])
    ahead = history.start - first + 1 + np.arange(1, horizon + 1)
    periods = np.concatenate([history.times - first + 1, ahead])
    levels = members.level_covariance(grid, periods)
    s2, fit = _noise_scale(history, levels, side)
    # A bound stands as a site: a figure and an error, which as yet say nothing.
    shape = len(grid), len(history)
    values = np.broadcast_to(history.values, shape).copy()
    variance = np.broadcast_to(np.where(history.known, history.error_sd**2, np.inf), shape).copy()
    bounded, log_bound = np.flatnonzero(history.bound_only), np.zeros(len(grid))
    for turn in range(_SITE_ROUNDS if bounded.size else 0):
        for i in bounded:
            variance[:, i] = np.inf
            (mean,), (var,) = _predict(levels, s2, values, variance, np.array([i]))
            log_p, inside_mean, inside_var = truncated_moments(
                mean, var, float(history.lower[i]), float(history.upper[i])
            )
            precision = np.maximum(1.0 / inside_var - 1.0 / var, 1.0 / (_NO_INFORMATION * var))
            values[:, i] = (inside_mean / inside_var - mean / var) / precision
            variance[:, i] = 1.0 / precision
            if turn == 0:
                log_bound += log_p
    mean, var = _predict(levels, s2, values, variance, np.arange(len(history), periods.size))
    steps = (ahead - periods[len(history) - 1]).astype(float)[:, None]
    location, scaled = mean.T[:, :, None], var.T[:, :, None] / s2[:, None, None]
    fit = fit + log_bound[:, None]
    return members.average(side, features, steps, fit, s2[:, None], location, scaled)


def _whitened(
    covariance: FloatArray, values: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Cholesky factor, ones and residual it whitens, the unknown level (K,) and its precision."""
    factor = np.asarray(np.linalg.cholesky(covariance), dtype=float)
    both = np.stack([np.ones_like(values), values], axis=2)
    ones, whitened = np.moveaxis(np.linalg.solve(factor, both), 2, 0)
    precision = (ones**2).sum(axis=1)
    level = (ones * whitened).sum(axis=1) / precision
    return factor, ones, whitened - level[:, None] * ones, level, precision


def _noise_scale(
    history: History, levels: FloatArray, side: members.Side
) -> tuple[FloatArray, FloatArray]:
    """`s2` (K,) and log evidence (K, 1) of the figures with a value."""
    known = np.flatnonzero(history.known)
    values = np.broadcast_to(history.values[known], (len(levels), known.size))
    covariance = levels[:, known[:, None], known]
    error = history.error_sd[known] ** 2
    noise = np.zeros(values.shape)
    for _ in range(_NOISE_ROUNDS):
        total = covariance + noise[:, :, None] * np.eye(known.size)
        factor, _, residual, _, precision = _whitened(total, values)
        diagonal = np.einsum("kii->ki", factor)
        log_determinant = np.log(diagonal).sum(axis=1) + 0.5 * np.log(precision)
        squares = (residual**2).sum(axis=1)
        fit, s2 = members.log_evidence(
            squares[:, None], log_determinant[:, None], known.size - 1, side
        )
        noise = error / s2
        if not error.any():
            break
    return s2[:, 0], fit


def _predict(
    levels: FloatArray, s2: FloatArray, values: FloatArray, variance: FloatArray, target: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance, (T, K), at positions `target`, given figures and sites (K, n)."""
    used = np.flatnonzero(np.isfinite(variance[0]))
    covariance = levels * s2[:, None, None]
    total = covariance[:, used[:, None], used] + variance[:, used][:, :, None] * np.eye(used.size)
    factor, ones, residual, level, precision = _whitened(total, values[:, used])
    cross = covariance[:, target[:, None], used].transpose(0, 2, 1)
    loading = np.linalg.solve(factor, cross)
    mean = level[:, None] + np.einsum("knt,kn->kt", loading, residual)
    missing = 1.0 - np.einsum("knt,kn->kt", loading, ones)
    own = np.einsum("kii->ki", covariance)[:, target]
    rest = own - (loading**2).sum(axis=1) + missing**2 / precision[:, None]
    return mean.T, np.maximum(rest, 1e-300).T


def truncated_moments(
    mean: FloatArray, variance: FloatArray, lower: float, upper: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log probability, mean and variance of normals between two bounds.

    Examples
    --------
    >>> p, m, v = truncated_moments(np.zeros(1), np.ones(1), 0.0, np.inf)
    >>> np.exp(p).round(3).tolist(), m.round(3).tolist(), v.round(3).tolist()
    ([0.5], [0.798], [0.363])
    """
    sd = np.sqrt(variance)
    a, b = (np.clip((bound - mean) / sd, -_FAR, _FAR) for bound in (lower, upper))
    mirrored = a + b < 0.0
    a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    beyond_a, beyond_b = log_ndtr(-a), log_ndtr(-b)
    log_p = beyond_a + np.log1p(-np.exp(beyond_b - beyond_a))
    at_a, at_b = (np.exp(-0.5 * end**2 - _LOG_ROOT_2_PI - log_p) for end in (a, b))
    shift = at_a - at_b
    shrunk = np.clip(1.0 + (a * at_a - b * at_b) - shift**2, 1e-6, 1.0)
    return log_p, mean + np.where(mirrored, -1.0, 1.0) * shift * sd, shrunk * variance
