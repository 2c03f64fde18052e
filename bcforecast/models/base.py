"""What a model is, what it refuses, and what all models share.

Completed histories, for models that cannot condition on a bound, a gap or an error size.

Each completion is the history with every bound-only entry replaced by a draw and every figure with
an error size moved within it; a model fitted to each and pooled as a mixture (Rubin 1987, Multiple
Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696) shows what is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtri_exp

from bcforecast.config import COMPLETIONS, SEED
from bcforecast.distributions import Counting, Distribution, FloatArray, StudentTMixture, Transform
from bcforecast.errors import ModelError
from bcforecast.observations.selection import History
from bcforecast.text import Message, Text, has_text


@runtime_checkable
class Model(Protocol):
    """How an indicator moves: a frozen object with settings, fitted to one history at a time."""

    @property
    def name(self) -> str:
        """Identifier; the catalogue has its name in words under `models.name_<name>`."""
        ...

    minimum_observations: ClassVar[int]
    """Fewest values that the model takes."""

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            If the history is too short or of a kind that the model does not take.
        """
        ...


def require_observations(history: History, minimum: int, *, model: str | Message) -> None:
    """Refuse a history with fewer than `minimum` values.

    Raises
    ------
    ModelError
        Naming the model, the indicator, the number found and the number needed.
    """
    if history.n_values < minimum:
        raise ModelError(
            "models.too_few",
            model=model,
            indicator=history.indicator or "-",
            area=history.area or "-",
            found=history.n_values,
            minimum=minimum,
        )


def working_scale(history: History) -> Transform:
    """Scale on which a trend is fitted: logit in a bounded support, log above 0, else as it is.

    A series that touches the end of its support stays on the identity scale.
    """
    low, high = history.support
    seen = history.values[history.known]
    if low > float("-inf") and high < float("inf") and bool(((seen > low) & (seen < high)).all()):
        return Transform("logit", low, high)
    if low > float("-inf") and high == float("inf") and bool((seen > low).all()):
        return Transform("log", low)
    return Transform()


def as_counted(history: History, forecast: Distribution) -> Distribution:
    """Read the forecast of a whole-number indicator by continuity correction."""
    if history.whole and not isinstance(forecast, Counting):
        return Counting(forecast)
    return forecast


def accept(history: History, horizon: int, *, model: str, minimum: int) -> None:
    """Refuse a history or horizon that no model of this name can use.

    Parameters
    ----------
    history
        What is known of the indicator.
    horizon
        Number of years ahead.
    model
        Identifier of the model; its name in words stands in the catalogue.
    minimum
        Fewest values that the model takes.

    Raises
    ------
    ModelError
        Naming the model, the indicator, the year, what was found and what is allowed.
    """
    name = model_name(model)
    if horizon < 1:
        raise ModelError("models.horizon", model=name, found=horizon)
    require_possible(history, model=model)
    require_observations(history, minimum, model=name)


def model_name(model: str) -> Message:
    """Return the name of a model in words; a model of a user's own is called as it calls itself.

    Examples
    --------
    >>> model_name("event").render("en"), model_name("my model").render("en")
    ('event rate', 'my model')
    """
    key = f"models.name_{model}"
    return Message(key) if has_text(key) else Text.untranslated(model)


def require_possible(history: History, *, model: str) -> None:
    """Refuse figures, bounds and errors that cannot be.

    Raises
    ------
    ModelError
        If a figure is infinite, outside its support or its own bounds, if bounds cross or leave
        nothing of the support, if an error is negative, or if a figure lies after the origin.
    """
    low, high = history.support
    lower, upper, value = history.lower, history.upper, history.values
    known = history.known
    _refuse(history, model, "models.infinite", np.isinf(value), value)
    outside = known & ((value < low) | (value > high))
    _refuse(history, model, "models.beyond_support", outside, value, low=low, high=high)
    _refuse(history, model, "models.bounds_crossed", ~(lower <= upper), lower, upper=upper)
    beyond = known & ((value < lower) | (value > upper))
    _refuse(history, model, "models.beyond_bounds", beyond, value, lower=lower, upper=upper)
    void = history.bound_only & ((upper < low) | (lower > high))
    _refuse(history, model, "models.bound_beyond_support", void, lower, low=low, high=high)
    bad = ~(np.isfinite(history.error_sd) & (history.error_sd >= 0.0))
    _refuse(history, model, "models.bad_error", bad, history.error_sd)
    late = (known | history.bound_only) & (history.times > history.start)
    _refuse(history, model, "models.after_origin", late, value, origin=history.start)


def _refuse(
    history: History,
    model: str,
    key: str,
    where: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    found: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    **allowed: object,
) -> None:
    if not where.any():
        return
    i = int(np.flatnonzero(where)[0])
    named = {k: _plain(v[i] if isinstance(v, np.ndarray) else v) for k, v in allowed.items()}
    raise ModelError(
        key,
        model=model_name(model),
        indicator=history.indicator or "-",
        area=history.area or "-",
        year=int(history.times[i]),
        found=_plain(found[i]),
        **named,
    )


def _plain(number: object) -> str:
    return f"{number:.10g}" if isinstance(number, float) else str(number)


FLOOR: Final = 0.005
"""Least standard deviation of a forecast, as a share of the level (assumed).

Half a percent is the rounding error of a figure told with three digits; a series that has
never moved is therefore forecast with this spread, not with none.
"""

TYPICAL: Final = 0.1
"""Standard deviation of one year's change, as a share of the level, before any data (assumed)."""


def floor_sd(history: History, scale: Transform) -> float:
    """Least standard deviation of a forecast, on the working scale.

    On log and logit scales `FLOOR`; on the identity scale `FLOOR` times the size of figures. For
    whole numbers at least half a thing: a count that has never moved may yet move by one.

    Examples
    --------
    >>> floor_sd(History.of([2020, 2021], [200.0, 200.0]), Transform())
    1.0
    """
    least = FLOOR * _size(history, scale)
    if not history.whole or not history.n_values:
        return least
    return max(least, 0.5 * float(scale.derivative(history.values[history.known].mean())))


def typical_sd(history: History, scale: Transform) -> float:
    """Prior standard deviation of one year's change, on the working scale: `TYPICAL` of the size.

    Examples
    --------
    >>> typical_sd(History.of([2020, 2021], [200.0, 200.0]), Transform("log"))
    0.1
    """
    return TYPICAL * _size(history, scale)


def _size(history: History, scale: Transform) -> float:
    """Size of the figures: 1 on log and logit scales, else their mean absolute value.

    Where every figure is 0 nothing tells the size: it is then the width of a bounded support,
    else one unit, else, for counts, so much that the typical change is half a thing.
    """
    if scale.name != "identity":
        return 1.0
    size = float(np.abs(history.values[history.known]).mean()) if history.n_values else 0.0
    if size > 0.0:
        return size
    low, high = history.support
    if np.isfinite(low) and np.isfinite(high):
        return float(high - low)
    return 0.5 / TYPICAL if history.whole else 1.0


def truncated_normal(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, u: FloatArray
) -> FloatArray:
    """Quantiles `u` of a normal variable known to lie in [low, high].

    Parameters
    ----------
    mean, sd
        Of the variable before truncation; `sd` above 0.
    low, high
        Bounds, `low` at most `high`; infinite where there is none.
    u
        Levels in (0, 1). All arguments broadcast.

    Notes
    -----
    log P = log((1 - u) Phi(a) + u Phi(b)) is inverted on the side of the mean where Phi is small,
    so that bounds 30 standard deviations away still give a proper tail.

    Examples
    --------
    >>> truncated_normal(0.0, 1.0, 0.0, np.inf, np.array([0.5])).round(4).tolist()
    [0.6745]
    """
    a, b = standardized(mean, sd, low, high)
    a, b, level = np.broadcast_arrays(a, b, u)
    right = a > 0.0
    start, end = np.where(right, -b, a), np.where(right, -a, b)
    p = np.where(right, 1.0 - level, level)
    log_p = np.logaddexp(log_ndtr(start) + np.log1p(-p), log_ndtr(end) + np.log(p))
    z = ndtri_exp(np.minimum(log_p, 0.0))
    z = np.clip(np.where(right, -z, z), a, b)
    return np.clip(np.asarray(mean) + np.asarray(sd) * z, low, high)


def log_mass(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike
) -> FloatArray:
    """Log probability that a normal variable lies in [low, high].

    Examples
    --------
    >>> float(log_mass(0.0, 1.0, 0.0, np.inf).round(4))
    -0.6931
    """
    a, b = standardized(mean, sd, low, high)
    right = a > 0.0
    start, end = np.where(right, -b, a), np.where(right, -a, b)
    upper, lower = log_ndtr(end), log_ndtr(start)
    gap = np.minimum(lower - upper, -1e-300)
    return np.asarray(upper + np.log(-np.expm1(gap)))


def standardized(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Bounds in standard deviations from the mean."""
    centre, spread = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    return (np.asarray(low, float) - centre) / spread, (np.asarray(high, float) - centre) / spread


@dataclass(frozen=True)
class Clamped(Distribution):
    """X moved to the nearer end of [low, high] where it lies outside.

    Parameters
    ----------
    free
        Distribution before clamping.
    low, high
        Ends of the support, in the indicator's unit; infinite where there is none.
    """

    free: Distribution
    low: float
    high: float

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return self.free.horizon

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x): 0 below the support, 1 from its upper end on."""
        values = np.asarray(x, dtype=float)
        return np.where(
            values < self.low, 0.0, np.where(values >= self.high, 1.0, self.free.cdf(values))
        )

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x)."""
        values = np.asarray(x, dtype=float)
        return np.where(
            values < self.low, 1.0, np.where(values >= self.high, 0.0, self.free.sf(values))
        )

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x): 1 up to the lower end of the support, 0 above its upper end."""
        values = np.asarray(x, dtype=float)
        return np.where(
            values <= self.low, 1.0, np.where(values > self.high, 0.0, self.free.at_least(values))
        )

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles, clipped to the support."""
        return np.clip(self.free.ppf(u), self.low, self.high)


def within_support(history: History, forecast: Distribution) -> Distribution:
    """Clamp a forecast to the support of its history, if that has an end.

    Examples
    --------
    >>> from bcforecast.distributions import StudentTMixture
    >>> zero = History.of([2021], [0.0], support=(0.0, float("inf")))
    >>> wide = StudentTMixture(np.array([[0.0]]), np.array([[1.0]]))
    >>> within_support(zero, wide).quantile(0.1).tolist()
    [0.0]
    """
    low, high = history.support
    if np.isinf(low) and np.isinf(high):
        return forecast
    return Clamped(forecast, low, high)


SWEEPS: Final = 30
"""Gibbs sweeps over the bound-only entries where there are several."""


def completions(
    history: History,
    *,
    count: int = COMPLETIONS,
    seed: int = SEED,
    errors: bool = True,
    fill_gaps: bool = False,
) -> tuple[History, ...]:
    """Complete a history `count` times.

    Parameters
    ----------
    history
        With at least one value.
    count
        Number of completions, if there is anything to complete.
    seed
        Seed of the draws: the same history and seed give the same completions.
    errors
        Whether to move figures within their errors; if not, their `error_sd` is kept.
    fill_gaps
        Whether to put in the missing years between the first and the last entry too.

    Returns
    -------
    tuple of History
        Without bounds. One, the history itself, if it has no bound-only entry, no error that is
        asked for and no gap that is asked for.

    Notes
    -----
    The figures follow a random walk with drift on the working scale: yearly drift and variance
    are estimated from the known increments (an increment over k years has variance k s2), the
    variance shrunk toward a typical one with the weight of two increments. An entry
    between two others is a bridge, after the last an extrapolation, before the first a backcast,
    each truncated to its bounds. One bound-only entry takes the `count` stratified quantiles
    (i + 1/2) / count, so that the result changes smoothly with the bound; several are drawn by
    Gibbs sampling, each sweep stratified. A higher lower bound never lowers a drawn figure.

    Examples
    --------
    >>> nan, inf = float("nan"), float("inf")
    >>> known = History.of([2017, 2019, 2021], [4093, 6106, nan], lower=[-inf, -inf, 9000])
    >>> all(c.values[-1] > 9000 for c in completions(known, count=5))
    True
    """
    full = usable(history)
    has_errors = errors and bool((full.error_sd[full.known] > 0.0).any())
    years = np.arange(full.times[0], full.times[-1] + 1) if fill_gaps else full.times
    if not has_errors and full.known.all() and years.size == full.times.size:
        return (full,)
    walk = _Walk.of(full)
    rng = np.random.default_rng(seed)
    known, bounded = np.flatnonzero(full.known), np.flatnonzero(~full.known)
    z = np.full((count, full.times.size), np.nan)
    z[:, known] = _moved(full, walk.scale, count, rng) if has_errors else walk.z[known]
    _draw_bounded(z, full, walk, bounded, rng)
    grid = np.full((count, years.size), np.nan)
    at = np.searchsorted(years, full.times)
    grid[:, at] = z
    for i in np.setdiff1d(np.arange(years.size), at):
        grid[:, i] = walk.draw(grid, years, int(i), _strata(count, rng), -np.inf, np.inf)
    values = walk.scale.inverse(grid)
    untouched = known if not has_errors else known[full.error_sd[known] == 0.0]
    values[:, at[untouched]] = full.values[untouched]
    values[:, at] = np.clip(values[:, at], full.lower, full.upper)
    error_sd = np.zeros(years.size)
    if not errors:
        error_sd[at[known]] = full.error_sd[known]
    blank = np.empty(0)
    return tuple(
        replace(full, times=years, values=row, lower=blank, upper=blank, error_sd=error_sd)
        for row in values
    )


def usable(history: History) -> History:
    """Leave out entries without value or bound; take a bound that pins a figure as the figure."""
    low, high = history.support
    lower, upper = np.maximum(history.lower, low), np.minimum(history.upper, high)
    pinned = history.bound_only & (lower == upper)
    keep = history.known | history.bound_only
    if keep.all() and not pinned.any():
        return history
    values = np.where(pinned, lower, history.values)
    return replace(history, values=values).kept(keep, origin=history.start)


@dataclass(frozen=True)
class _Walk:
    """The random walk with drift between the known figures, on the working scale."""

    scale: Transform
    z: FloatArray
    drift: float
    drift_var: float
    variance: float

    @classmethod
    def of(cls, history: History) -> _Walk:
        scale = working_scale(history)
        z = scale.forward(history.values)
        known = history.known
        years, seen = history.times[known].astype(float), z[known]
        typical = typical_sd(history, scale) ** 2
        steps, rises = np.diff(years), np.diff(seen)
        if not steps.size:
            return cls(scale, z, 0.0, typical, typical)
        drift = float(rises.sum() / steps.sum())
        squares = float(((rises - drift * steps) ** 2 / steps).sum())
        variance = (squares + 2.0 * typical) / (steps.size - 1 + 2.0)
        variance = max(variance, floor_sd(history, scale) ** 2)
        return cls(scale, z, drift, variance / float(steps.sum()), variance)

    def draw(
        self,
        z: FloatArray,
        years: npt.NDArray[np.int64],
        i: int,
        u: FloatArray,
        low: float,
        high: float,
    ) -> FloatArray:
        """Draw column `i` of `z` given its nearest filled neighbours, between `low` and `high`."""
        filled = np.flatnonzero(np.isfinite(z[0]))
        left, right = filled[filled < i], filled[filled > i]
        if left.size and right.size:
            a, b = left[-1], right[0]
            before, after = float(years[i] - years[a]), float(years[b] - years[i])
            span = before + after
            mean = (z[:, a] * after + z[:, b] * before) / span
            variance = self.variance * before * after / span
        else:
            a = left[-1] if left.size else right[0]
            years_on = float(years[i] - years[a])
            mean = z[:, a] + self.drift * years_on
            variance = self.variance * abs(years_on) + self.drift_var * years_on**2
        return truncated_normal(mean, np.sqrt(variance), low, high, u)


def _moved(history: History, scale: Transform, count: int, rng: np.random.Generator) -> FloatArray:
    """Known figures moved within their errors, shape (count, known), on the working scale."""
    known = history.known
    values = history.values[known]
    z = scale.forward(values)
    sd = history.error_sd[known] * scale.derivative(values)
    low = scale.forward(np.maximum(history.lower[known], history.support[0]))
    high = scale.forward(np.minimum(history.upper[known], history.support[1]))
    out = np.tile(z, (count, 1))
    for j in np.flatnonzero(sd > 0.0):
        out[:, j] = truncated_normal(z[j], sd[j], low[j], high[j], _strata(count, rng))
    return out


def _draw_bounded(
    z: FloatArray,
    history: History,
    walk: _Walk,
    bounded: npt.NDArray[np.intp],
    rng: np.random.Generator,
) -> None:
    """Fill the bound-only columns of `z` in place."""
    count = z.shape[0]
    low = walk.scale.forward(np.maximum(history.lower, history.support[0]))
    high = walk.scale.forward(np.minimum(history.upper, history.support[1]))
    several = bounded.size > 1
    for _ in range(1 + SWEEPS if several else 1):
        for i in bounded:
            u = _strata(count, rng) if several else (np.arange(count) + 0.5) / count
            z[:, i] = np.nan
            z[:, i] = walk.draw(z, history.times, int(i), u, float(low[i]), float(high[i]))


def _strata(count: int, rng: np.random.Generator) -> FloatArray:
    """Stratified levels in random order: midpoints of `count` equal strata of (0, 1)."""
    return (rng.permutation(count) + 0.5) / count


@dataclass(frozen=True)
class Predictive:
    """Student-t components of years last + 1 .. last + S, on the working scale.

    Parameters
    ----------
    location, scale
        Shape (K, S).
    df
        Degrees of freedom, shape (K,) or a number.
    weights
        Shape (K,), sum to 1. Default: equal.
    """

    location: FloatArray
    scale: FloatArray
    df: FloatArray | float
    weights: FloatArray | None = None


FitOne = Callable[[History, Transform, int], Predictive]


def fit_completed(
    history: History,
    horizon: int,
    fit_one: FitOne,
    *,
    count: int = COMPLETIONS,
    seed: int = SEED,
    errors: bool = True,
    fill_gaps: bool = False,
) -> Distribution:
    """Fit a model to each completion of a history and pool the forecasts.

    Parameters
    ----------
    history
        Checked by `acceptance.accept`.
    horizon
        Number of years ahead of `history.start`.
    fit_one
        Fits one completed history on a scale and forecasts so many years after its last entry.
    count, seed, errors, fill_gaps
        As for `bounds.completions`.

    Returns
    -------
    Distribution
        In the indicator's unit, inside its support; whole numbers by continuity correction. No
        component is narrower than `spread.floor_sd`.
    """
    done = completions(history, count=count, seed=seed, errors=errors, fill_gaps=fill_gaps)
    scale = working_scale(usable(history))
    steps = history.start - int(done[0].times[-1]) + horizon
    fitted = [fit_one(one, scale, steps) for one in done]
    return pooled(history, fitted, scale=scale, horizon=horizon)


def pooled(
    history: History, fitted: list[Predictive], *, scale: Transform, horizon: int
) -> Distribution:
    """Pool the last `horizon` columns of fitted components, each completion with equal weight."""
    least = floor_sd(history, scale)
    location = np.concatenate([f.location[:, -horizon:] for f in fitted])
    spread = np.concatenate([f.scale[:, -horizon:] for f in fitted])
    df = np.concatenate([np.broadcast_to(f.df, f.location.shape[:1]) for f in fitted])
    weights = np.concatenate([_weights(f) for f in fitted]) / len(fitted)
    mixture = StudentTMixture(location, np.maximum(spread, least), weights, df, scale)
    return as_counted(history, within_support(history, mixture))


def _weights(fitted: Predictive) -> FloatArray:
    k = fitted.location.shape[0]
    return np.full(k, 1.0 / k) if fitted.weights is None else fitted.weights


def single(location: FloatArray, scale: FloatArray, df: float) -> Predictive:
    """Return one component, from arrays of shape (S,)."""
    return Predictive(location[None, :], scale[None, :], df)
