"""The trend of a short series: a pool of damped trends with drift, as a distribution.

What the grid makes of many series at once, before anything learned.

Only the two matrix products depend on the gap pattern; all else takes series of every length and
pattern together, right-aligned.

The grid on one scale when figures carry errors or only bounds are known.

A rounded or approximate figure adds its variance to the diagonal. A bound is a site: a figure and
an error chosen so that the model's mean and variance are those of the truncated normal
(expectation propagation), and the evidence is multiplied by the probability of the bound. The flat
prior on the level makes each model a regression on a constant with correlated errors.

Source: Minka (2001), Expectation propagation, doi:10.48550/arXiv.1301.2294.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_ndtr

from bcforecast.distributions import Distribution, FloatArray, Transform
from bcforecast.models.base import as_counted, require_observations, working_scale
from bcforecast.models.trend_members import (
    LONGEST,
    LONGEST_SPAN,
    NAMES,
    Average,
    Curve,
    Evidence,
    Learned,
    OperatorTable,
    Shape,
    Side,
    above,
    at_least,
    average,
    below,
    evidence_power,
    features,
    level_covariance,
    log_evidence,
    moments,
    normalized,
    prior_logits,
    shipped,
    widening,
)
from bcforecast.observations.selection import History, IntArray


@dataclass(frozen=True)
class Histories:
    """B series, right-aligned: the last of L rows is the last figure of each.

    Parameters
    ----------
    values
        Shape (L, B), exact figures in the unit of each series; before its start its first figure.
    gaps
        Shape (L - 1, B): periods between them; 0 before the start.
    observations
        Shape (B,): number of figures, 2 to L.
    lead
        Shape (B,): periods that passed since the last figure.
    """

    values: FloatArray
    gaps: IntArray
    observations: IntArray
    lead: IntArray

    @classmethod
    def aligned(
        cls, values: FloatArray, periods: IntArray, observations: IntArray, lead: IntArray
    ) -> Histories:
        """Take right-aligned values and periods (L, B), whatever stands before the start."""
        size = values.shape[0]
        start = size - observations
        series = np.arange(observations.size)
        before = np.arange(size)[:, None] < start
        filled = np.where(before, values[start, series], values)
        gaps = np.where(before[:-1], 0, np.diff(periods, axis=0))
        return cls(filled, gaps, observations, lead)

    def take(self, at: IntArray) -> Histories:
        """Series at positions `at`."""
        return Histories(self.values[:, at], self.gaps[:, at], self.observations[at], self.lead[at])


@dataclass(frozen=True)
class Summary:
    """What the grid makes of B series; series last in every array.

    Parameters
    ----------
    relative, transformed
        Evidence in units of the mean level, and on the scale of the transform (None: identity).
    features
        Shape (5, B), before clipping.
    last
        Shape (2, B): last observation on each scale.
    level, unit, jacobian, lead
        Shape (B,): units of the two scales, log Jacobian of the second, periods that passed since
        the last observation.
    """

    relative: Evidence
    transformed: Evidence | None
    features: FloatArray
    last: FloatArray
    level: FloatArray
    unit: FloatArray
    jacobian: FloatArray
    lead: FloatArray


def mean_level(values: FloatArray, observations: FloatArray) -> FloatArray:
    """Mean absolute value of each series, (B,), from right-aligned (L, B); 1 for zeros alone."""
    absolute = np.abs(values)
    total = absolute.sum(axis=0) - (values.shape[0] - observations) * absolute[0]
    level = total / observations
    return np.where(level > 0.0, level, 1.0)


def transformed_unit(
    values: FloatArray, observations: FloatArray, transform: Transform
) -> FloatArray:
    """Unit of the transformed scale, (B,): 1 for logarithms.

    A logit is measured in units in which, at the mean p of the series, it moves as the logarithm
    of the smaller of the share and the rest does, since the weights were learned on logarithms:
    `1 / max(p, 1 - p)`.
    """
    if transform.name != "logit":
        return np.ones(observations.size)
    total = values.sum(axis=0) - (values.shape[0] - observations) * values[0]
    p = (total / observations - transform.low) / (transform.high - transform.low)
    return np.asarray(1.0 / np.maximum(p, 1.0 - p))


def log_jacobian(
    values: FloatArray, observations: FloatArray, stretch: FloatArray, transform: Transform
) -> FloatArray:
    """Log derivative from the relative to the transformed scale, mean times m: shape (B,).

    `stretch` (B,) is the unit of the relative scale over that of the transformed one.
    """
    logs = np.log(stretch * transform.derivative(values))
    total = logs.sum(axis=0) - (values.shape[0] - observations) * logs[0]
    return np.asarray(total / observations * (observations - 1.0))


def gap_patterns(histories: Histories) -> list[tuple[IntArray, tuple[int, ...], int]]:
    """Positions of the series of each gap pattern, its gaps, and its lead."""
    counts, lead = histories.observations, histories.lead
    gapless = histories.gaps.sum(axis=0) == counts - 1
    unit = int(counts.max()) + 1
    key = np.where(gapless, lead * unit + counts, -1)
    found = []
    for one in np.unique(key[gapless]):
        ahead, count = divmod(int(one), unit)
        found.append((np.flatnonzero(key == one), (1,) * (count - 1), ahead))
    others: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for i in np.flatnonzero(~gapless):
        between = histories.gaps[histories.gaps.shape[0] + 1 - counts[i] :, i]
        others.setdefault((tuple(between.tolist()), int(lead[i])), []).append(int(i))
    return found + [(np.asarray(at), gaps, ahead) for (gaps, ahead), at in others.items()]


def summarize(
    histories: Histories, *, horizon: int, transform: Transform, table: OperatorTable
) -> tuple[Summary, IntArray]:
    """Apply the grid to B series.

    Parameters
    ----------
    histories
        The series.
    horizon
        Periods to forecast.
    transform
        Log or logit scale, inside whose support all values lie; identity for none.

    Returns
    -------
    The summary, its series ordered by gap pattern, and the position in it of each series given.
    """
    patterns = gap_patterns(histories)
    order = np.concatenate([at for at, _, _ in patterns])
    position = np.empty_like(order)
    position[order] = np.arange(order.size)
    if (np.diff(order) != 1).any():
        histories = histories.take(order)
    count = histories.observations.astype(float)
    level = mean_level(histories.values, count)
    unit = transformed_unit(histories.values, count, transform)
    scaled = [histories.values / level]
    if transform.name != "identity":
        scaled.append(transform.forward(histories.values) / unit)
    increments = [np.diff(one, axis=0) for one in scaled]
    sizes = [(at.size, gaps, ahead) for at, gaps, ahead in patterns]
    evidence = _evidence(increments, sizes, horizon, table, count - 1.0)
    summary = Summary(
        relative=evidence[0],
        transformed=evidence[1] if len(evidence) > 1 else None,
        features=features(increments[-1], histories.gaps.astype(float), count),
        last=np.stack([scaled[0][-1], scaled[-1][-1]]),
        level=level,
        unit=unit,
        jacobian=log_jacobian(histories.values, count, level / unit, transform),
        lead=histories.lead.astype(float),
    )
    return summary, position


def _evidence(
    increments: list[FloatArray],
    patterns: list[tuple[int, tuple[int, ...], int]],
    horizon: int,
    table: OperatorTable,
    count: FloatArray,
) -> list[Evidence]:
    """Evidence on each scale, from increments (L - 1, B) ordered by gap pattern."""
    models, series, sides = table.grid.shape[0], count.size, len(increments)
    squares = np.empty((sides, models, series))
    moved = np.empty((sides, models, horizon, series))
    variance = np.empty((models, horizon, series))
    determinant = np.empty((models, series))
    start = 0
    for size, gaps, lead in patterns:
        operators = table(gaps, horizon=horizon, lead=lead)
        part, m = slice(start, start + size), len(gaps)
        latest = np.concatenate([one[-m:, part] for one in increments], axis=1)
        errors = operators.whiten @ latest
        np.square(errors, out=errors)
        total = errors.reshape(models, m, sides, size).sum(axis=1)
        ahead = (operators.location @ latest).reshape(models, horizon, sides, size)
        squares[:, :, part] = total.swapaxes(0, 1)
        moved[:, :, :, part] = np.moveaxis(ahead, 2, 0)
        variance[:, :, part] = operators.variance[:, :, None]
        determinant[:, part] = operators.log_determinant[:, None]
        start += size
    return [
        Evidence(squares[side], moved[side], variance, determinant, count) for side in range(sides)
    ]


_NOISE_ROUNDS = 30
_SITE_ROUNDS = 12
_NO_INFORMATION = 1e8
_FAR = 1e8
_LOG_ROOT_2_PI = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class SoftSeries:
    """A series on one scale, not all of it exact.

    Parameters
    ----------
    periods
        Shape (n,), period numbers, the first one 1.
    values
        Shape (n,), NaN where only a bound is known.
    lower, upper
        Shape (n,), bounds where there is no value.
    error_sd
        Shape (n,), standard errors, 0 where exact.
    """

    periods: IntArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray
    error_sd: FloatArray

    @property
    def known(self) -> IntArray:
        """Positions of the figures with a value."""
        return np.flatnonzero(np.isfinite(self.values))

    @property
    def bounded(self) -> IntArray:
        """Positions of the figures with a bound alone that says something."""
        says = np.isfinite(self.lower) | np.isfinite(self.upper)
        return np.flatnonzero(~np.isfinite(self.values) & says)


@dataclass(frozen=True)
class _Kriging:
    """Mean and variance at target positions given others, and the fit, for each model."""

    mean: FloatArray
    variance: FloatArray
    squares: FloatArray
    log_determinant: FloatArray


def condition_average(
    series: SoftSeries, grid: FloatArray, side: Side, features: FloatArray, ahead: IntArray
) -> Average:
    """Average of the grid at the periods `ahead` (H,); locations are absolute, shapes (H, 1).

    Parameters
    ----------
    features
        Shape (5, 1), of the figures with a value.
    """
    periods = np.concatenate([series.periods, ahead])
    levels = level_covariance(grid, periods)
    known = series.known
    m = known.size - 1
    s2, fit = _noise_scale(series, levels, side, m)
    sites = _Sites.none(series, s2)
    log_bound = np.zeros(s2.shape)
    for turn in range(_SITE_ROUNDS if series.bounded.size else 0):
        for at in series.bounded:
            sites, log_p = _update(series, levels, s2, sites, int(at))
            if turn == 0:
                log_bound += log_p
    result = _predict(levels, s2, sites, np.arange(periods.size)[series.periods.size :])
    logits = prior_logits(side, features) + evidence_power(side, features) * (
        fit + log_bound[:, None]
    )
    weights, evidence = normalized(logits)
    location, variance = moments(
        weights,
        s2[:, None],
        result.mean[:, :, None],
        result.variance[:, :, None] / s2[:, None, None],
    )
    steps = (ahead - series.periods[-1]).astype(float)[:, None]
    spread = np.sqrt(variance) * np.exp(widening(side, features, steps))
    return Average(location, spread, evidence)


@dataclass(frozen=True)
class _Sites:
    """Value and error variance of every figure for each model, (K, n); bounds stand as sites."""

    values: FloatArray
    variance: FloatArray

    @classmethod
    def none(cls, series: SoftSeries, s2: FloatArray) -> _Sites:
        """Sites that say nothing of the bounds yet."""
        middle = float(np.nanmean(series.values))
        values = np.where(np.isfinite(series.values), series.values, middle)
        variance = np.where(np.isfinite(series.values), series.error_sd**2, np.inf)
        models = s2.size
        return cls(np.tile(values, (models, 1)), np.tile(variance, (models, 1)))


def _noise_scale(
    series: SoftSeries, levels: FloatArray, side: Side, m: int
) -> tuple[FloatArray, FloatArray]:
    """`s2` (K,) and log evidence (K, 1) of the figures with a value."""
    known = series.known
    models = levels.shape[0]
    values = np.tile(series.values[known], (models, 1))
    covariance = levels[:, known[:, None], known]
    error = series.error_sd[known] ** 2
    noise = np.zeros((models, known.size))
    for _ in range(_NOISE_ROUNDS if error.any() else 1):
        result = _krige(covariance, noise, values, None, None)
        fit, s2 = log_evidence(result.squares[:, None], result.log_determinant[:, None], m, side)
        noise = error / s2
    return s2[:, 0], fit


def _update(
    series: SoftSeries, levels: FloatArray, s2: FloatArray, sites: _Sites, at: int
) -> tuple[_Sites, FloatArray]:
    """Renew the site of one bound; also the log probability of the bound, (K,)."""
    without = replace(sites, variance=sites.variance.copy())
    without.variance[:, at] = np.inf
    cavity = _predict(levels, s2, without, np.array([at]))
    mean, variance = cavity.mean[:, 0], cavity.variance[:, 0]
    log_p, inside_mean, inside_variance = truncated_moments(
        mean, variance, float(series.lower[at]), float(series.upper[at])
    )
    precision = np.maximum(
        1.0 / inside_variance - 1.0 / variance, 1.0 / (_NO_INFORMATION * variance)
    )
    value = (inside_mean / inside_variance - mean / variance) / precision
    renewed = _Sites(sites.values.copy(), without.variance)
    renewed.values[:, at], renewed.variance[:, at] = value, 1.0 / precision
    return renewed, log_p


def _predict(levels: FloatArray, s2: FloatArray, sites: _Sites, target: IntArray) -> _Kriging:
    """Mean and variance, (K, T), at positions `target`, given the figures and the sites."""
    used = np.flatnonzero(np.isfinite(sites.variance[0]))
    covariance = levels * s2[:, None, None]
    return _krige(
        covariance[:, used[:, None], used],
        sites.variance[:, used],
        sites.values[:, used],
        covariance[:, target[:, None], used],
        np.einsum("kii->ki", covariance)[:, target],
    )


def _krige(
    covariance: FloatArray,
    noise: FloatArray,
    values: FloatArray,
    cross: FloatArray | None,
    own: FloatArray | None,
) -> _Kriging:
    """Prediction with an unknown constant level, for K models at once."""
    models, n = values.shape
    total = covariance + noise[:, :, None] * np.eye(n)
    factor = np.linalg.cholesky(total)
    ones = np.ones((models, n, 1))
    right = np.linalg.solve(factor, np.concatenate([ones, values[:, :, None]], axis=2))
    unit, scaled = right[:, :, 0], right[:, :, 1]
    precision = (unit**2).sum(axis=1)
    level = (unit * scaled).sum(axis=1) / precision
    residual = scaled - level[:, None] * unit
    log_determinant = np.log(np.einsum("kii->ki", factor)).sum(axis=1) + 0.5 * np.log(precision)
    squares = (residual**2).sum(axis=1)
    if cross is None or own is None:
        none = np.empty((models, 0))
        return _Kriging(none, none, squares, log_determinant)
    loading = np.linalg.solve(factor, cross.transpose(0, 2, 1))
    mean = level[:, None] + np.einsum("knt,kn->kt", loading, residual)
    missing = 1.0 - np.einsum("knt,kn->kt", loading, unit)
    variance = own - (loading**2).sum(axis=1) + missing**2 / precision[:, None]
    return _Kriging(mean, np.maximum(variance, 1e-300), squares, log_determinant)


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
    a, b = (lower - mean) / sd, (upper - mean) / sd
    mirrored = a + b < 0.0
    a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    log_tail_a, log_tail_b = log_ndtr(-a), log_ndtr(-b)
    with np.errstate(invalid="ignore"):
        log_p = log_tail_a + np.log1p(-np.exp(log_tail_b - log_tail_a))

    def ratio(x: FloatArray) -> FloatArray:
        exponent = -0.5 * np.minimum(np.abs(x), _FAR) ** 2 - _LOG_ROOT_2_PI - log_p
        return np.where(np.isfinite(x), np.exp(np.where(np.isfinite(x), exponent, 0.0)), 0.0)

    at_a, at_b = ratio(a), ratio(b)
    shift = at_a - at_b
    ends = np.where(np.isfinite(a), a, 0.0) * at_a - np.where(np.isfinite(b), b, 0.0) * at_b
    shrunk = np.clip(1.0 + ends - shift**2, 1e-6, 1.0)
    return log_p, mean + np.where(mirrored, -1.0, 1.0) * shift * sd, shrunk * variance


MIDMEAN_TAIL = 0.25
"""Share at each end that the midmean leaves out."""

MIDMEAN_NODES = 8
"""Points of its quadrature; the curve is smooth there."""

_TAIL = 5e-4


@dataclass(frozen=True)
class TrendDistribution(Distribution):
    """Pool of a forecast on the series' own scale and one on a log or logit scale.

    Parameters
    ----------
    curve
        Arrays of shape (H,).
    shape
        Of the standardized error.
    """

    curve: Curve
    shape: Shape

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.curve.intercept.shape[-1])

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x) at each horizon."""
        return below(self.curve, self.shape, np.asarray(x, dtype=float))

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x) at each horizon."""
        return above(self.curve, self.shape, np.asarray(x, dtype=float))

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x) at each horizon; differs from `sf` on the ends of the support only."""
        return at_least(self.curve, self.shape, np.asarray(x, dtype=float))

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles in closed form."""
        return self.curve.value(self.shape.ppf(np.asarray(u, dtype=float)))

    def mean(self) -> FloatArray:
        """Mean of the central 99.9 %, shape (H,)."""
        return self.curve.mean(self.shape, end=-self.shape.ppf(_TAIL))

    def midmean(self) -> FloatArray:
        """Mean of the central half, shape (H,): a point forecast that the tails do not move."""
        return self.curve.mean(self.shape, end=-self.shape.ppf(MIDMEAN_TAIL), nodes=MIDMEAN_NODES)


_DECISIVE = 30.0
_FADE = 0.7
"""Log volatility above what was seen in training over which the log scale loses its weight."""


@dataclass(frozen=True)
class Traits:
    """What the learned weights of B series depend on.

    Parameters
    ----------
    features
        Shape (5, B), clipped to what was seen in training.
    calm
        Shape (B,), in [0, 1]: 1 for series as lively as in training, 0 for those so much livelier
        that a log scale would multiply a jump.
    """

    features: FloatArray
    calm: FloatArray

    @classmethod
    def of(cls, found: FloatArray, learned: Learned) -> Traits:
        """Clip features (5, B)."""
        low, high = learned.feature_range[:, :, None]
        excess = found[NAMES.index("volatility")] - high[NAMES.index("volatility")]
        return cls(np.clip(found, low, high), np.clip(1.0 - excess / _FADE, 0.0, 1.0))


def share_of_transformed(
    learned: Learned,
    traits: Traits,
    relative: FloatArray,
    transformed: FloatArray,
    jacobian: FloatArray,
) -> FloatArray:
    """Weight of the log scale, (B,).

    Parameters
    ----------
    relative, transformed
        Log evidence on each scale, shape (B,).
    jacobian
        Log derivative of the transformation at the data, summed over increments, shape (B,).
    """
    favour = np.clip(transformed + jacobian - relative, -_DECISIVE, _DECISIVE)
    prior = learned.pool[0] + learned.pool[1:6] @ traits.features
    return np.asarray(traits.calm * expit(prior + expit(learned.pool[6]) * favour))


def pooled_curve(
    relative: Average,
    transformed: Average | None,
    share: FloatArray,
    units: tuple[FloatArray, FloatArray],
    transform: Transform,
    support: tuple[float, float],
) -> Curve:
    """Curve (H, B) from averages whose locations are absolute, each in the unit of its scale."""
    other = relative if transformed is None else transformed
    level, unit = units
    return Curve(
        intercept=relative.location * level,
        slope=relative.spread * level,
        transformed_intercept=other.location * unit,
        transformed_slope=other.spread * unit,
        share=np.broadcast_to(share, relative.location.shape),
        transform=transform,
        low=support[0],
        high=support[1],
    )


def forecast_summary(
    summary: Summary, *, transform: Transform, support: tuple[float, float], learned: Learned
) -> Curve:
    """Forecast B series from what the grid makes of them.

    Parameters
    ----------
    transform
        The one of the summary.
    support
        Smallest and largest possible value.

    Returns
    -------
    Curve of shape (H, B).
    """
    traits = Traits.of(summary.features, learned)
    units = (summary.level, summary.unit)
    horizon = summary.relative.variance.shape[1]
    steps = summary.lead + np.arange(1.0, horizon + 1.0)[:, None]
    own = average(summary.relative, learned.sides[0], traits.features, steps)
    relative = Average(own.location + summary.last[0], own.spread, own.evidence)
    if summary.transformed is None:
        none = np.zeros_like(summary.level)
        return pooled_curve(relative, None, none, units, transform, support)
    other = average(summary.transformed, learned.sides[1], traits.features, steps)
    transformed = Average(other.location + summary.last[1], other.spread, other.evidence)
    share = share_of_transformed(learned, traits, own.evidence, other.evidence, summary.jacobian)
    return pooled_curve(relative, transformed, share, units, transform, support)


@lru_cache(maxsize=1)
def shipped_table() -> OperatorTable:
    """Operators of the shipped grid, computed as gap patterns come."""
    return OperatorTable(shipped().grid)


@dataclass(frozen=True)
class Trend:
    """Average of damped-trend models on the series' own scale and on a log or logit scale.

    The prior weights of the models depend on the length and the liveliness of the series, as
    learned on the training parts of M3 and M4 yearly; the figures then weigh them by their
    evidence. Gaps, standard errors and bounds are part of the model; `trend_grid` has the
    mathematics, `tools/train` the learning.
    """

    name: ClassVar[str] = "trend"
    minimum_observations: ClassVar[int] = 2

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            If the history has fewer than two values.

        Examples
        --------
        >>> history = History.of(range(2015, 2021), [100, 108, 118, 126, 139, 150])
        >>> Trend().fit(history, 2).median().shape
        (2,)
        """
        require_observations(history, self.minimum_observations, model=self.name)
        history = recent_part(history)
        transform = working_scale(history)
        exact = not history.error_sd[history.known].any()
        if exact and not history.bound_only.any():
            curve = _fit_exact(history, horizon, transform)
        else:
            curve = _fit_soft(history, horizon, transform)
        forecast = TrendDistribution(
            curve.take((slice(None), 0)), shipped().shape_of(history.n_values)
        )
        return as_counted(history, forecast)


def recent_part(history: History) -> History:
    """Keep the latest figures that the engine uses, and drop those that say nothing."""
    useful = np.flatnonzero(history.known | history.bound_only)
    recent = history.times[useful] >= history.start - LONGEST_SPAN
    recent[-2:] = True
    known = history.known[useful]
    recent &= np.cumsum(known[::-1])[::-1] <= LONGEST
    kept = useful[recent]
    return history.kept(kept, origin=history.start)


def _histories(history: History) -> Histories:
    """Figures with a value, as the array functions take them."""
    known = history.known
    values, times = history.values[known], history.times[known]
    return Histories.aligned(
        np.pad(values, (LONGEST - values.size, 0))[:, None],
        np.pad(times, (LONGEST - times.size, 0))[:, None],
        np.array([values.size]),
        np.array([history.start - times[-1]]),
    )


def _fit_exact(history: History, horizon: int, transform: Transform) -> Curve:
    summary, _ = summarize(
        _histories(history), horizon=horizon, transform=transform, table=shipped_table()
    )
    return forecast_summary(
        summary, transform=transform, support=history.support, learned=shipped()
    )


def _fit_soft(history: History, horizon: int, transform: Transform) -> Curve:
    learned = shipped()
    plain = _histories(history)
    count = plain.observations.astype(float)
    level = mean_level(plain.values, count)
    exact = transform.name == "identity"
    unit = transformed_unit(plain.values, count, transform)
    scaled = plain.values / level if exact else transform.forward(plain.values) / unit
    found = features(np.diff(scaled, axis=0), plain.gaps.astype(float), count)
    traits = Traits.of(found, learned)
    own = _soft_average(history, horizon, Transform(), float(level[0]), learned, 0, traits)
    if exact:
        return pooled_curve(own, None, np.zeros(1), (level, unit), transform, history.support)
    other = _soft_average(history, horizon, transform, float(unit[0]), learned, 1, traits)
    share = share_of_transformed(
        learned,
        traits,
        own.evidence,
        other.evidence,
        log_jacobian(plain.values, count, level / unit, transform),
    )
    return pooled_curve(own, other, share, (level, unit), transform, history.support)


def _soft_average(
    history: History,
    horizon: int,
    transform: Transform,
    unit: float,
    learned: Learned,
    side: int,
    traits: Traits,
) -> Average:
    """Average on one scale: the figures transformed, in its unit."""
    low, high = history.support
    lower = transform.forward(np.maximum(history.lower, low)) / unit
    upper = transform.forward(np.minimum(history.upper, high)) / unit
    values = np.full(len(history), np.nan)
    values[history.known] = transform.forward(history.values[history.known]) / unit
    error_sd = np.zeros(len(history))
    error_sd[history.known] = (
        history.error_sd[history.known] * transform.derivative(history.values[history.known]) / unit
    )
    first = int(history.times[0])
    series = SoftSeries(history.times - first + 1, values, lower, upper, error_sd)
    ahead = history.start - first + 1 + np.arange(1, horizon + 1)
    return condition_average(series, learned.grid, learned.sides[side], traits.features, ahead)
