"""What a model refuses, and what models of a short series share.

A model that cannot condition on a bound, a gap or the error of a figure is fitted to several
completed histories, each with every bound-only entry drawn and every figure moved within its error,
and the forecasts are pooled: so the interval shows what is not known (Rubin 1987, Multiple
Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtri_exp

from bcforecast import distributions as dist
from bcforecast.calls import checked
from bcforecast.config import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, FloatArray, Transform
from bcforecast.errors import BcforecastError, ModelError
from bcforecast.models.registry import Model, model_name, model_of
from bcforecast.observations.selection import History, IntArray, rounding_unit
from bcforecast.text import Message, bound_said, spoken


def refusal(key: str, history: History, model: str, **named: object) -> ModelError:
    """Return the error that a model refuses a history with; it names both, and figures in full."""
    named_by = "named" if history.area else "called" if history.indicator else "nameless"
    of = {"indicator": history.indicator, "area": history.area}
    series = Message(f"models.series_{named_by}", of)
    told = {k: f"{v:.10g}" if isinstance(v, float) else v for k, v in named.items()}
    return ModelError(key, model=model_name(model), series=series, **told)


def accept(history: History, horizon: int, *, model: str, minimum: int) -> None:
    """Refuse a horizon below 1, an impossible history, and one of fewer than `minimum` values."""
    if horizon < 1:
        raise ModelError("models.horizon", model=model_name(model), found=horizon)
    require_possible(history, model=model)
    if history.n_values < minimum:
        raise refusal("models.too_few", history, model, found=history.n_values, minimum=minimum)


def require_possible(history: History, *, model: str) -> None:
    """Refuse figures, bounds and errors that cannot be, or that lie after the origin."""
    low, high = map(float, history.support)
    lower, upper, value, error = history.lower, history.upper, history.values, history.error_sd
    known, bound_only = history.known, history.bound_only

    def refuse(
        key: str, where: npt.NDArray[np.bool_], found: FloatArray, **allowed: object
    ) -> None:
        if where.any():
            i = int(np.argmax(where))
            named = {k: v[i] if isinstance(v, np.ndarray) else v for k, v in allowed.items()}
            year = int(history.times[i])
            raise refusal(key, history, model, year=year, found=found[i], **named)

    refuse("models.infinite", np.isinf(value), value)
    outside = known & ((value < low) | (value > high))
    refuse("models.beyond_support", outside, value, low=low, high=high)
    refuse("models.bounds_crossed", ~(lower <= upper), lower, upper=upper)
    beyond = known & ((value < lower) | (value > upper))
    refuse("models.beyond_bounds", beyond, value, lower=lower, upper=upper)
    void = bound_only & ((upper < low) | (lower > high))
    refuse("models.bound_beyond_support", void, lower, low=low, high=high)
    refuse("models.bad_error", ~(np.isfinite(error) & (error >= 0.0)), error)
    late = (known | bound_only) & (history.times > history.start)
    refuse("models.after_origin", late, value, origin=float(history.start))


def figures_in(history: History | None, years: Sequence[int] | IntArray) -> FloatArray:
    """Figures of a history in each of `years`, NaN where there are none.

    Examples
    --------
    >>> figures_in(History.of([2019, 2021], [5, 7]), [2021, 2020]).tolist()
    [7.0, nan]
    """
    known = {} if history is None else dict(zip(history.times, history.values, strict=True))
    return np.array([known.get(int(year), np.nan) for year in years], dtype=float)


def extended(
    history: History, years: Sequence[int] | IntArray, value: float = np.nan, low: float = -np.inf
) -> History:
    """Return a history with entries of further years: a value, or a lower bound alone, each."""
    m = len(years)
    more = {"values": [value] * m, "lower": [low] * m, "upper": [np.inf] * m, "error_sd": [0.0] * m}
    order = np.argsort(times := np.append(history.times, years), kind="stable")
    joined: dict[str, Any] = {"times": times[order]}
    joined |= {n: np.append(getattr(history, n), new)[order] for n, new in more.items()}
    return replace(history, origin=max([history.start, *map(int, years)]), **joined)


def working_scale(history: History) -> Transform:
    """Scale on which a trend is fitted: logit in a bounded support, log above 0, else as it is.

    A series that touches the one end of its support, or is farther from both than from 0, stays on
    the identity scale; one that touches an end of two has them stretched (`rim_of`).
    """
    seen = history.values[history.known]
    rim = rim_of(seen, *history.support)
    low, high = history.support[0] - rim, history.support[1] + rim
    if low == -np.inf or not ((seen > low) & (seen < high)).all():
        return Transform()
    if seen.size and not are_near(seen.mean(), np.abs(seen).mean(), low=low, high=high):
        return Transform()
    return Transform("log", low) if high == np.inf else Transform("logit", low, high)


def rim_of(values: FloatArray, low: float, high: float) -> float:
    """How far a bounded support is stretched beyond its ends for figures that touch one.

    By half of what the last digit of the nearest other figure is worth; 0 where none is touched, or
    nothing else was seen. So all that 100 % means is that it would round to it, as elsewhere.

    Examples
    --------
    >>> rim_of(np.array([99.8, 99.9, 100.0]), 0.0, 100.0), rim_of(np.array([0.0, 2.0]), 0.0, 100.0)
    (0.05, 0.5)
    """
    apart = np.minimum(values - low, high - values)
    other = apart[apart > 0.0]
    if not np.isfinite(high - low) or not other.size or other.size == apart.size:
        return 0.0
    return float(0.5 * 10.0 ** np.floor(np.log10(other.min()) + 1e-9))


def are_near(
    mean: FloatArray | float, size: FloatArray | float, *, low: float, high: float
) -> npt.NDArray[np.bool_]:
    """Whether figures of such a mean and mean size are as near to an end of a support as to 0.

    A balance of 5 that is never below -1000 does not move as the logarithm of its distance from
    there does (docs/benchmark.md, `python -m tools.bench.tried ends`).
    """
    return np.asarray(np.minimum(mean - low, high - mean) <= (1.0 + 1e-9) * size)


def as_counted(history: History, forecast: Distribution) -> Distribution:
    """Read the forecast of a whole-number indicator by continuity correction."""
    return dist.Counting(forecast) if history.whole else forecast


FEWEST_REPEATS: Final = 4
"""Last figures that are one and the same value from which that value has a probability."""


def repeats(values: FloatArray) -> int:
    """Return how many of the last figures are one and the same value.

    Examples
    --------
    >>> repeats(np.array([97.0, 99.0, 100.0, 100.0, 100.0]))
    3
    """
    other = np.flatnonzero(values != values[-1])
    return int(values.size - (other[-1] + 1 if other.size else 0))


def kept_mass(count: FloatArray | IntArray | int, ahead: FloatArray) -> FloatArray:
    """P(a value that the last k figures had is still kept `ahead` years on).

    (k + 1) / (k + 1 + h), Laplace's rule of succession: (k + 1) / (k + 2) for the next year, times
    the same with k + 1 for the one after it, and so on. 0 below `FEWEST_REPEATS`.

    Examples
    --------
    >>> kept_mass(10, np.array([1.0, 2.0])).round(3).tolist()
    [0.917, 0.846]
    """
    k = np.asarray(count, dtype=float)
    return np.where(k >= FEWEST_REPEATS, (k + 1.0) / (k + 1.0 + ahead), 0.0)


def as_repeated(history: History, forecast: Distribution) -> Distribution:
    """Give the value that the last figures repeat a probability of its own (`kept_mass`).

    Figures told with an error, and a bound later than them, end a run of repeats.
    """
    exact = history.known & (history.error_sd == 0.0)
    told = np.flatnonzero(history.known | history.bound_only)
    if not told.size or not exact[told[-1]]:
        return forecast
    values = np.where(exact, history.values, np.nan)[told]
    count = repeats(values)
    if count < FEWEST_REPEATS:
        return forecast
    lead = history.start - int(history.times[told[-1]])
    ahead = lead + np.arange(1.0, forecast.horizon + 1.0)
    return dist.Inflated(forecast, float(values[-1]), kept_mass(count, ahead))


def within_support(history: History, forecast: Distribution) -> Distribution:
    """Clamp a forecast to the support of its history, if that has an end."""
    low, high = history.support
    return forecast if np.isinf(low) and np.isinf(high) else dist.Clamped(forecast, low, high)


FLOOR: Final = 0.005
"""Least standard deviation of a forecast, as a share of the level (assumed).

Half a percent is the rounding error of a figure told with three digits; a series that has
never moved is therefore forecast with this spread, not with none.
"""

TYPICAL: Final = 0.1
"""Standard deviation of one year's change, as a share of the level, before any data (assumed)."""


def floor_sd(history: History, scale: Transform) -> float:
    """Least standard deviation of a forecast, on the working scale: `FLOOR` of the size.

    For whole numbers at least half a thing: a count that has never moved may yet move by one.

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
    """Quantiles `u`, in (0, 1), of a normal variable known to lie in [low, high].

    log P = log((1 - u) Phi(a) + u Phi(b)) is inverted on the side of the mean where Phi is small,
    so that bounds 30 standard deviations away still give a proper tail.
    """
    mirrored, start, end = _lower_side(mean, sd, low, high)
    p = np.where(mirrored, 1.0 - u, u)
    log_p = np.logaddexp(log_ndtr(start) + np.log1p(-p), log_ndtr(end) + np.log(p))
    z = np.clip(ndtri_exp(np.minimum(log_p, 0.0)), start, end)
    return np.clip(np.asarray(mean) + np.asarray(sd) * np.where(mirrored, -z, z), low, high)


def log_mass(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike
) -> FloatArray:
    """Log probability that a normal variable lies in [low, high]."""
    _, start, end = _lower_side(mean, sd, low, high)
    upper, lower = log_ndtr(end), log_ndtr(start)
    return np.asarray(upper + np.log(-np.expm1(np.minimum(lower - upper, -1e-300))))


def _lower_side(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike
) -> tuple[npt.NDArray[np.bool_], FloatArray, FloatArray]:
    """Bounds in standard deviations from the mean; those above it mirrored, and which those are."""
    centre, spread = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    a, b = (np.asarray(low, float) - centre) / spread, (np.asarray(high, float) - centre) / spread
    above = a > 0.0
    return above, np.where(above, -b, a), np.where(above, -a, b)


SWEEPS: Final = 30
"""Gibbs sweeps over the bound-only entries where there are several."""


def completions(
    history: History, *, count: int = COMPLETIONS, seed: int = SEED, fill_gaps: bool = False
) -> tuple[History, ...]:
    """Complete a history, of at least one value, `count` times.

    The completions are without bounds and errors and, if gaps are filled, without missing years
    between the first and the last entry. There is one, the history itself, if nothing is to be
    completed. The same history and seed give the same draws.

    Notes
    -----
    The figures follow a random walk with drift on the working scale: yearly drift and variance
    are estimated from the known increments (an increment over k years has variance k s2), the
    variance shrunk toward a typical one with the weight of two increments. An entry
    between two others is a bridge, after the last an extrapolation, before the first a backcast,
    each truncated to its bounds. One bound-only entry takes the `count` stratified quantiles
    (i + 1/2) / count, so that the result changes smoothly with the bound; several are drawn by
    Gibbs sampling, each sweep stratified. A higher lower bound never lowers a drawn figure.
    """
    full = usable(rounded(history))
    known, error_sd = full.known, full.error_sd
    years = np.arange(full.times[0], full.times[-1] + 1) if fill_gaps else full.times
    uncertain = known & (error_sd > 0.0)
    if known.all() and not uncertain.any() and years.size == full.times.size:
        return (full,)
    scale = working_scale(full)
    walk = _Walk.of(full, scale)
    rng = np.random.default_rng(seed)

    def strata() -> FloatArray:
        """Midpoints of `count` equal strata of (0, 1), in random order."""
        return (rng.permutation(count) + 0.5) / count

    figures = scale.forward(full.values)
    low = scale.forward(np.maximum(full.lower, full.support[0]))
    high = scale.forward(np.minimum(full.upper, full.support[1]))
    z = np.tile(figures, (count, 1))
    for i in np.flatnonzero(uncertain).tolist():
        sd = error_sd[i] * scale.derivative(full.values[i])
        z[:, i] = truncated_normal(figures[i], sd, low[i], high[i], strata())
    bounded = np.flatnonzero(~known)
    for _ in range(1 + SWEEPS if bounded.size > 1 else 1):
        for i in bounded.tolist():
            u = strata() if bounded.size > 1 else (np.arange(count) + 0.5) / count
            z[:, i] = truncated_normal(*walk.given(z, full.times, i), low[i], high[i], u)
    grid = np.full((count, years.size), np.nan)
    at = np.searchsorted(years, full.times)
    grid[:, at] = z
    for i in np.setdiff1d(np.arange(years.size), at).tolist():
        grid[:, i] = truncated_normal(*walk.given(grid, years, i), -np.inf, np.inf, strata())
    values = scale.inverse(grid)
    exact = known & ~uncertain
    values[:, at[exact]] = full.values[exact]
    values[:, at] = np.clip(values[:, at], full.lower, full.upper)
    none = np.empty(0)
    return tuple(
        replace(full, times=years, values=row, lower=none, upper=none, error_sd=none)
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


ROUND_DIGITS: Final = 2
"""Most digits of a number that is named because it is round (assumed)."""


def rounded(history: History) -> History:
    """Read a bare bound that is a round number as the last one passed: 9,000 is up to 10,000.

    An entry that is only more than X > 0, where X has two digits at most, is taken to lie below the
    next number with as few; one that is only less than X above the one before (assumed). A number
    that was passed before is none that is named for having been passed: where the figure before
    lies beyond the next, the bound stands as it is. What a bound settles about a goal is judged by
    the bound itself.

    Examples
    --------
    >>> told = History.of([2020, 2021], [8000.0, np.nan], lower=[-np.inf, 9000.0])
    >>> rounded(told).upper.tolist()
    [inf, 10000.0]
    """
    lower, upper = history.lower.copy(), history.upper.copy()
    for i in np.flatnonzero(history.bound_only):
        (low, _), (high, _) = bound_said(float(lower[i])), bound_said(float(upper[i]))
        before = history.values[:i][history.known[:i]][-1:]
        if np.isinf(high) and 0.0 < low < np.inf:
            ahead = low + _last_digit(low)
            upper[i] = ahead if (before < ahead).all() and ahead <= history.support[1] else np.inf
        elif np.isinf(low) and 0.0 < high < np.inf:
            ahead = high - _last_digit(high)
            lower[i] = ahead if (before > ahead).all() and ahead >= history.support[0] else -np.inf
    same = np.array_equal(lower, history.lower) and np.array_equal(upper, history.upper)
    return history if same else replace(history, lower=lower, upper=upper)


def with_narrow_bounds_as_figures(history: History) -> History:
    """Take an entry that lies between two bounds as a figure with an error: its completions'."""
    between = history.bound_only & np.isfinite(history.lower) & np.isfinite(history.upper)
    if not between.any():
        return history
    done = completions(history)
    at = np.searchsorted(done[0].times, history.times[between])
    drawn = np.stack([one.values for one in done])[:, at]
    values, error_sd = history.values.copy(), history.error_sd.copy()
    values[between], error_sd[between] = drawn.mean(axis=0), drawn.std(axis=0)
    lower = np.where(between, -np.inf, history.lower)
    upper = np.where(between, np.inf, history.upper)
    return replace(history, values=values, lower=lower, upper=upper, error_sd=error_sd)


def _last_digit(value: float) -> float:
    """What the last digit of a round number is worth: 1,000 of 9,000; infinity if not round."""
    worth = rounding_unit(value)
    return worth if round(value / worth) < 10**ROUND_DIGITS else np.inf


@dataclass(frozen=True)
class _Walk:
    """Random walk with drift on the working scale: a year's rise, its variance, that of a step."""

    drift: float
    drift_var: float
    variance: float

    @classmethod
    def of(cls, history: History, scale: Transform) -> Self:
        known = history.known
        years, seen = history.times[known].astype(float), scale.forward(history.values[known])
        typical = typical_sd(history, scale) ** 2
        steps, rises = np.diff(years), np.diff(seen)
        if not steps.size:
            return cls(0.0, typical, typical)
        drift = float(rises.sum() / steps.sum())
        squares = float(((rises - drift * steps) ** 2 / steps).sum())
        variance = (squares + 2.0 * typical) / (steps.size - 1 + 2.0)
        variance = max(variance, floor_sd(history, scale) ** 2)
        return cls(drift, variance / float(steps.sum()), variance)

    def given(self, z: FloatArray, years: IntArray, i: int) -> tuple[FloatArray, float]:
        """Mean (count,) and sd of entry `i` given its nearest neighbours that are not empty."""
        others = np.flatnonzero(np.isfinite(z[0]) & (np.arange(years.size) != i))
        left, right = others[others < i], others[others > i]
        if left.size and right.size:
            a, b = left[-1], right[0]
            before, after = float(years[i] - years[a]), float(years[b] - years[i])
            mean = (z[:, a] * after + z[:, b] * before) / (before + after)
            return mean, float(np.sqrt(self.variance * before * after / (before + after)))
        a = left[-1] if left.size else right[0]
        on = float(years[i] - years[a])
        variance = self.variance * abs(on) + self.drift_var * on**2
        return z[:, a] + self.drift * on, float(np.sqrt(variance))


Fitted = tuple[FloatArray, FloatArray]
"""Location and scale, on the working scale, of the years after a completed history's last entry."""

FitOne = Callable[[History, Transform, int], Fitted]
"""Fits a completed history on a working scale and forecasts so many years after its last entry."""


def fit_completed(
    history: History,
    horizon: int,
    fits: Sequence[FitOne],
    *,
    df: float,
    scale: Transform,
    count: int,
    seed: int,
    fill_gaps: bool = False,
) -> Distribution:
    """Pool Student-t forecasts of every completion of a history, with equal weight.

    History and horizon are checked by `accept`; `fits` are fitted to each completion; `df` are the
    degrees of freedom. In the indicator's unit, inside its support; whole numbers by continuity
    correction. No component is narrower than `floor_sd`.
    """
    done = completions(history, count=count, seed=seed, fill_gaps=fill_gaps)
    steps = history.start - int(done[0].times[-1]) + horizon
    location, spread = zip(*(fit(one, scale, steps) for one in done for fit in fits), strict=True)
    least = np.maximum(np.stack(spread)[:, -horizon:], floor_sd(history, scale))
    mixture = dist.StudentTMixture(np.stack(location)[:, -horizon:], least, df=df, transform=scale)
    return as_counted(history, within_support(history, mixture))


@checked
def check_model(model: Model) -> tuple[str, ...]:
    """Say what a model does not keep of what every model must, in the language of `bc.speak`.

    Nothing where it is right: it has an identifier, refuses too few figures by name, gives finite,
    ordered quantiles of three years that keep the support and whole things, hears bounds, repeats
    itself, leaves its figures alone, and forecasts alike in another unit.

    Examples
    --------
    >>> check_model(model_of("theta"))
    ()
    """
    found: list[Message] = []
    try:
        found += broken_promises(model_of(model))
    except Exception as error:  # whatever a model does wrong is told
        ours = error.message if isinstance(error, BcforecastError) else None
        said = ours or f"{type(error).__name__}: {error}"
        found.append(Message("models.check_error", {"found": said}))
    return tuple(dict.fromkeys(one.render(spoken()) for one in found))


def broken_promises(model: Model) -> Iterator[Message]:
    """Yield what a model does not keep of what every model must."""
    inf, levels = np.inf, (0.025, 0.1, 0.5, 0.9, 0.975)
    years = np.arange(max(model.minimum_observations, 8))
    plain = 100.0 * 1.1**years * (1.0 + 0.04 * np.sin(2.0 * years))

    def told(key: str, **values: object) -> Message:
        return Message(f"models.check_{key}", values)

    def quantiles(values: npt.ArrayLike, times: Any = None, **more: Any) -> FloatArray:
        """Those of the three years after figures until 2020, or of other years."""
        figures = np.asarray(values, dtype=float)
        given = {"support": (0.0, inf)} | more
        history = History(times or range(2021 - figures.size, 2021), figures, **given)  # type: ignore[arg-type]
        return model.fit(history, 3).quantile(levels)

    if not re.fullmatch(r"[a-z][a-z0-9_]*", model.name):
        yield told("name", found=model.name)
    least = model.minimum_observations
    try:
        quantiles(plain[: least - 1], origin=2020, area="somewhere", indicator="enterprises")
        yield told("too_few", found=least - 1, minimum=least)
    except ModelError as refused:
        if "enterprises" not in str(refused):
            yield told("refusal", found=refused)
    gappy = [2000 + 4 * i // 3 for i in range(plain.size)]
    constant = np.full(plain.size, 200.0)
    shapes = {"plain": (plain, None), "gappy": (plain, gappy), "constant": (constant, None)}
    for name, (values, times) in shapes.items():
        found = quantiles(values, times)
        about = {"series": told(name), "found": found.round(3).tolist()}
        if found.shape != (len(levels), 3):
            yield told("shape", **about | {"found": found.shape})
        elif not np.isfinite(found).all():
            yield told("finite", **about)
        elif (np.diff(found, axis=0) < 0.0).any() or (found[-1] <= found[0]).any():
            yield told("order", **about)
    for low, high, values in ((0.0, 100.0, 100 - 90 * 0.6**years), (0.0, inf, plain[::-1])):
        found = quantiles(values, support=(low, high))
        if found.min() < low or found.max() > high:
            ends = {"least": f"{found.min():.6g}", "most": f"{found.max():.6g}"}
            yield told("support", low=f"{low:g}", high=f"{high:g}", **ends)
    found = quantiles(plain, whole=True)
    if (found != np.round(found)).any():
        yield told("whole", found=f"{found[found != np.round(found)][0]:.6g}")
    lower = [[-inf] * plain.size + [end * plain.max()] for end in (1.0, 1.5)]
    near, far = (quantiles([*plain, np.nan], lower=one)[2] for one in lower)
    if not (far > near).all():
        yield told("bound", near=near.round(1).tolist(), far=far.round(1).tolist())
    figures = plain.copy()
    first = quantiles(figures)
    if not np.array_equal(figures, plain):
        yield told("changes_figures")
    if not np.array_equal(first, quantiles(plain)):
        yield told("repeats")
    if not np.allclose(1e3 * first, found := quantiles(1e3 * plain), rtol=1e-2):
        yield told("scale", expected=(1e3 * first).round(3).tolist(), found=found.round(3).tolist())
