"""What a forecast is: distributions over the years of a horizon."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, final, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtr, ndtri, stdtr, stdtrit

from bcforecast.calls import Draws, Seed, Shown, as_found, checked, numbers
from bcforecast.errors import OptionError
from bcforecast.text import Message

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
Tail = Literal["cdf", "sf", "at_least"]
"""P(X <= x), P(X > x) and P(X >= x); a small one is given without the cancellation of 1 - cdf."""

_TAILS = get_args(Tail)
_MEAN_LEVELS = (np.arange(1000) + 0.5) / 1000


class Distribution(Shown, ABC):
    """Marginal distributions of an indicator at horizons 1 to H, in the indicator's unit.

    Arguments broadcast against a last axis of length H, one entry a horizon. They are checked here,
    once; a kind of distribution, also one of your own, says what `_horizon`, `_probability` and
    `_ppf` are, given arrays of numbers.
    """

    @abstractmethod
    def _horizon(self) -> int: ...

    @abstractmethod
    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _ppf(self, u: FloatArray) -> FloatArray: ...

    def _mean(self) -> FloatArray:
        return self.quantile(_MEAN_LEVELS).mean(axis=0)

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return self._horizon()

    @property
    def stepped(self) -> bool:
        """Whether single values have a probability, so that P(X <= x) is not to be read between."""
        return False

    @final
    def probability(self, tail: Tail, x: npt.ArrayLike) -> FloatArray:
        """Probability of a tail at each horizon; `x` broadcasts to (..., H)."""
        if not isinstance(tail, str) or tail not in _TAILS:
            raise OptionError("tail", found=repr(tail), allowed=", ".join(_TAILS))
        return self._probability(tail, _numbers("x", x, self.horizon))

    @final
    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Inverse of `cdf`, element by element; `u` in [0, 1] broadcasts to (..., H)."""
        levels = _numbers("u", u, self.horizon)
        if not levels.min(initial=1.0) >= 0.0 or levels.max(initial=0.0) > 1.0:
            raise OptionError("u", found=u, allowed=Message("panel.allowed_levels"))
        return self._ppf(levels)

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X <= x) at each horizon; `x` broadcasts to (..., H)."""
        return self.probability("cdf", x)

    def sf(self, x: npt.ArrayLike) -> FloatArray:
        """P(X > x) at each horizon: the probability of "more than x" (突破)."""
        return self.probability("sf", x)

    def at_least(self, x: npt.ArrayLike) -> FloatArray:
        """P(X >= x) at each horizon: the probability of "at least x" (达到, 以上)."""
        return self.probability("at_least", x)

    def meets(self, target: npt.ArrayLike, *, up: bool, strict: bool = False) -> FloatArray:
        """P(X >= target) at each horizon, or <= if not `up`; > or < if `strict`."""
        for name, given in (("up", up), ("strict", strict)):
            if not isinstance(given, bool | np.bool_):
                raise OptionError(name, found=given, allowed=Message("errors.kind_bool"))
        if up:
            return self.sf(target) if strict else self.at_least(target)
        return 1.0 - self.at_least(target) if strict else self.cdf(target)

    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        """Quantiles at level(s) `p` between 0 and 1: (H,) for a number, (k, H) for k levels."""
        levels, allowed = numbers("p", p, "panel.allowed_quantiles"), "panel.allowed_quantiles"
        if (wrong := levels[~((levels > 0.0) & (levels < 1.0))]).size:
            raise OptionError("p", found=", ".join(map(str, wrong)), allowed=Message(allowed))
        return self.ppf(np.broadcast_to(levels[..., None], (*levels.shape, self.horizon)))

    def mean(self) -> FloatArray:
        """Mean, shape (H,); of the central 99.9 % where heavy tails may have none."""
        return self._mean()

    def median(self) -> FloatArray:
        """Median at each horizon, shape (H,)."""
        return self.quantile(0.5)

    @checked
    def interval(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Central interval that holds `level` of the probability: lower and upper, each (H,)."""
        if not 0.0 < level < 1.0:
            raise OptionError("level", found=level, allowed=Message("panel.allowed_quantiles"))
        tail = (1.0 - level) / 2.0
        return self.quantile(tail), self.quantile(1.0 - tail)

    @checked
    def sample(self, n: Draws = 1000, *, seed: Seed) -> pd.DataFrame:
        """Draw n paths, one a row; a column `h` is so many periods ahead.

        A path's value k periods ahead is the quantile at level Phi(W_k / sqrt(k)), W a random walk
        with steps N(0, 1): what lies above the middle in one year is likely to in the next.
        """
        import pandas as pd

        paths = self.ppf(walk_levels(n, self.horizon, seed=seed))
        return pd.DataFrame(paths, columns=pd.Index(range(1, self.horizon + 1), name="h"))

    def _each(self, x: npt.ArrayLike) -> FloatArray:
        values = np.asarray(x, dtype=float)
        return np.broadcast_to(values, np.broadcast_shapes(values.shape, (self.horizon,)))


def _numbers(name: str, given: npt.ArrayLike, horizon: int) -> FloatArray:
    """Return an argument as numbers, if it is one, or they are, one a horizon in the last axis."""
    allowed = Message("panel.allowed_values", {"count": horizon})
    values: FloatArray = numbers(name, given, allowed)
    if values.ndim and values.shape[-1] not in (1, horizon):
        raise OptionError(name, found=as_found(given), allowed=allowed)
    return values


def walk_levels(n: int, horizon: int, *, seed: int) -> FloatArray:
    """Levels, (n, horizon), at which the walks of `Distribution.sample` read a forecast."""
    steps = np.random.default_rng(seed).standard_normal((n, horizon))
    return np.asarray(ndtr(steps.cumsum(axis=1) / np.sqrt(np.arange(1, horizon + 1))), dtype=float)


_STEPS = 80
_RELATIVE = 1e-13
"""Width of a bracket, as a share of the size of its ends, at which a step more gains nothing."""


def inverted(
    cdf: Callable[[FloatArray], FloatArray], u: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Solve cdf(x) = u, element by element, for a nondecreasing, vectorized cdf.

    By interpolation, truncation and projection (Oliveira and Takahashi 2021, doi:10.1145/3423597):
    a step of the secant of the log odds, drawn towards the middle, never a step behind halving.

    The bracket, cdf(low) <= u <= cdf(high), has the shape of `u`. An infinite end, as of the levels
    0 and 1, is its own middle, and so the answer. Where the mass at `low` has the level, `low` is
    the answer: steps from a bracket that begins at 0 come near it, and not to it.
    """
    start = low
    with np.errstate(all="ignore"):
        width, aim, at_start = high - low, logit(u), cdf(low)
        below, above = logit(at_start) - aim, logit(cdf(high)) - aim
        for step in range(_STEPS):
            span, middle = high - low, 0.5 * (low + high)
            near = 0.5 * _RELATIVE * np.maximum(np.abs(low), np.abs(high))
            if not np.any(span > 2.0 * near):
                break
            back = middle - np.clip(low - below * (span / (above - below)), low, high)
            size = np.maximum(np.abs(back) - np.maximum(0.2 * span * (span / width), near), 0.0)
            size = np.minimum(size, width * 2.0 ** (1 - step) - 0.5 * span)
            tried = middle - np.sign(back) * size
            x = np.where(np.isfinite(tried), tried, middle)
            found = cdf(x)
            over, odds = found >= u, logit(found) - aim
            low, high = np.where(over, low, x), np.where(over, x, high)
            below, above = np.where(over, below, odds), np.where(over, odds, above)
    return np.where((low == start) & (at_start >= u), start, high)


@dataclass(frozen=True)
class OfOne(Distribution):
    """What is made of one free distribution, over the same horizons and in the same steps."""

    free: Distribution

    def _horizon(self) -> int:
        return self.free.horizon

    @property
    def stepped(self) -> bool:
        """Whether the free distribution is."""
        return self.free.stepped


@dataclass(frozen=True)
class Counting(Distribution):
    """The whole number nearest to a continuous quantity: N = n when X lies in (n - 1/2, n + 1/2].

    So P(N <= n) = P(X <= n + 1/2), and "more than 530" is "at least 531": P(N > 530) = 1 -
    P(N <= 530) = P(X > 530.5). The half is the continuity correction, and it stands here only.
    """

    continuous: Distribution

    def _horizon(self) -> int:
        return self.continuous.horizon

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        if tail == "at_least":
            return self.continuous._probability("sf", np.ceil(x) - 0.5)
        return self.continuous._probability(tail, np.floor(x) + 0.5)

    def _ppf(self, u: FloatArray) -> FloatArray:
        # Adding 0 turns the -0.0 of a ceiling into 0.0.
        return np.ceil(self.continuous._ppf(u) - 0.5) + 0.0

    def _mean(self) -> FloatArray:
        return self.continuous._mean()


def uncounted(forecast: Distribution) -> Distribution:
    """Return the continuous quantity behind whole numbers; any other forecast as it is."""
    return forecast.continuous if isinstance(forecast, Counting) else forecast


@dataclass(frozen=True)
class Empirical(Distribution):
    """Equally likely paths, shape (n, H), in the indicator's unit."""

    paths: FloatArray

    def _horizon(self) -> int:
        return int(self.paths.shape[1])

    @cached_property
    def _ordered(self) -> FloatArray:
        return np.sort(self.paths, axis=0)

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        values = self._each(x)
        side: Literal["left", "right"] = "left" if tail == "at_least" else "right"
        out = np.empty(values.shape)
        for h in range(self.horizon):
            out[..., h] = np.searchsorted(self._ordered[:, h], values[..., h], side=side)
        below = out / self.paths.shape[0]
        return below if tail == "cdf" else 1.0 - below

    def _ppf(self, u: FloatArray) -> FloatArray:
        # As np.quantile, which sorts parts anew for each of thousands of levels.
        last, each = len(self.paths) - 1, range(self.horizon)
        place = self._each(u) * last
        at = np.minimum(place.astype(int), max(last - 1, 0))
        low, high = self._ordered[at, each], self._ordered[np.minimum(at + 1, last), each]
        part, step = place - at, high - low
        return np.where(part < 0.5, low + step * part, high - step * (1.0 - part))

    def _mean(self) -> FloatArray:
        return self.paths.mean(axis=0)


@dataclass(frozen=True)
class Event(Distribution):
    """Number of new things by the end of each period.

    Entry [h, m] of `probabilities`, shape (H, M + 1), is P(numbers[m] <= N < numbers[m + 1]) at
    horizon h + 1, spread evenly, and the last one that of so many or more; rows sum to 1.
    """

    probabilities: FloatArray
    numbers: FloatArray  # (M + 1,): the least of each class, ascending whole numbers

    def _horizon(self) -> int:
        return int(self.probabilities.shape[0])

    def plus(self, already: int) -> Event:
        """Return the number of new things on top of `already` existing ones."""
        return Event(self.probabilities, self.numbers + already)

    @property
    def fewer(self) -> FloatArray:
        """P(N < numbers[m]), shape (H, M + 1)."""
        below = np.minimum(np.cumsum(self.probabilities, axis=1)[:, :-1], 1.0)
        return np.concatenate([np.zeros((self.horizon, 1)), below], axis=1)

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        values, numbers = self._each(x), self.numbers
        n = np.ceil(values) if tail == "at_least" else np.floor(values) + 1.0
        out = np.empty(n.shape)
        for h, fewer in enumerate(self.fewer):
            out[..., h] = np.interp(n[..., h], numbers, fewer)
        below = np.where(n > numbers[-1], 1.0, out)
        return below if tail == "cdf" else 1.0 - below

    def _ppf(self, u: FloatArray) -> FloatArray:
        levels = self._each(u)
        numbers, out = self.numbers, np.empty(levels.shape)
        for h, fewer in enumerate(self.fewer):
            # P(N < numbers[at]) is the first to reach the level, or none does.
            at = np.searchsorted(fewer[1:] + 1e-15, levels[..., h])
            last = np.append(numbers[1:], numbers[-1] + 1.0)[at] - 1.0
            mass = np.append(np.diff(fewer), 0.0)[at]
            rest = levels[..., h] - fewer[at]
            part = np.divide(rest, mass, out=np.ones(at.shape), where=mass > 0.0)
            inside = np.ceil(numbers[at] + part * (last + 1.0 - numbers[at])) - 1.0
            out[..., h] = np.clip(inside, numbers[at], last)
        return out

    def _mean(self) -> FloatArray:
        numbers = self.numbers
        return self.probabilities @ np.append(0.5 * (numbers[:-1] + numbers[1:] - 1.0), numbers[-1])


@dataclass(frozen=True)
class Recalibrated(OfOne):
    """X, with the log odds of lying on one side of a value bent as goals with an outcome taught.

    On that side, above (`up`) or below, the log odds l become `lean + slope l` up to even odds and
    `lean + (slope + bend) l` beyond: an increasing map, so this is a distribution, whose
    probabilities, quantiles and paths agree (Platt 1999 is the case without bend; Ranjan and
    Gneiting 2010, doi:10.1111/j.1467-9868.2009.00726.x, say why pooled forecasts need it).
    `slope` and `slope + bend` are above 0.
    """

    up: bool
    lean: float
    slope: float | FloatArray
    bend: float

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        sign = 1.0 if (tail != "cdf") == self.up else -1.0
        odds = sign * logit(self.free._probability(tail, x))
        bent = self.lean + odds * np.where(odds > 0.0, self.slope + self.bend, self.slope)
        return np.asarray(expit(sign * bent), dtype=float)

    def _ppf(self, u: FloatArray) -> FloatArray:
        odds = logit(u)
        moved = (-odds if self.up else odds) - self.lean
        straight = moved / np.where(moved > 0.0, self.slope + self.bend, self.slope)
        return self.free._ppf(expit(-straight if self.up else straight))


@dataclass(frozen=True)
class Inflated(OfOne):
    """X with a probability of its own at one value (an inflated distribution, Lambert 1992).

    P(X = value) is at least `mass`, of shape (H,), one a horizon; with the rest of the probability
    X is as it would be without. As in zero-inflated counts (doi:10.2307/1269547), the value being
    any that official figures repeat.
    """

    value: float | FloatArray
    mass: FloatArray

    stepped = True

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        own = {"cdf": x >= self.value, "sf": x < self.value, "at_least": x <= self.value}[tail]
        return (1.0 - self.mass) * self.free._probability(tail, x) + self.mass * own

    def _ppf(self, u: FloatArray) -> FloatArray:
        levels = self._each(u)
        rest = np.maximum(1.0 - self.mass, 1e-300)
        below, above = levels / rest, (levels - self.mass) / rest
        # At most one of the two lies on its own side of the value; levels beyond are never asked.
        low = np.where(below < 1.0, self.free._ppf(np.where(below < 1.0, below, 0.5)), np.inf)
        high = np.where(above > 0.0, self.free._ppf(np.where(above > 0.0, above, 0.5)), -np.inf)
        return np.maximum(np.minimum(low, self.value), high)


def recalibrated(
    forecast: Distribution, *, up: bool, lean: float, slope: float | FloatArray, bend: float
) -> Distribution:
    """Bend what moves freely in a forecast: counting, and a repeated value, stay outside."""
    bent = partial(recalibrated, up=up, lean=lean, slope=slope, bend=bend)
    if isinstance(forecast, Counting):
        return Counting(bent(forecast.continuous))
    if isinstance(forecast, Inflated):
        return replace(forecast, free=bent(forecast.free))
    return Recalibrated(forecast, up, lean, slope, bend)


@dataclass(frozen=True)
class Transform:
    """An increasing map from an indicator's unit to the scale of a model.

    `identity`; `log`, for values above `low`; `logit`, for values between `low` and `high`.
    """

    name: Literal["identity", "log", "logit"] = "identity"
    low: float = 0.0
    high: float = 1.0

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that the scale can take, in the indicator's unit."""
        if self.name == "identity":
            return -np.inf, np.inf
        return self.low, np.inf if self.name == "log" else self.high

    def forward(self, y: npt.ArrayLike) -> FloatArray:
        """Map values to the scale of the model; the ends of the support map to infinity."""
        values = np.asarray(y, dtype=float)
        if self.name == "identity":
            return values
        with np.errstate(divide="ignore"):
            below = np.log(np.maximum(values - self.low, 0.0))
            if self.name == "log":
                return below
            return below - np.log(np.maximum(self.high - values, 0.0))

    def inverse(self, z: npt.ArrayLike) -> FloatArray:
        """Map back to the indicator's unit; overflow saturates at the largest float."""
        scaled = np.asarray(z, dtype=float)
        if self.name == "identity":
            return scaled
        if self.name == "log":
            return self.low + np.exp(np.minimum(scaled, 709.0))
        return self.low + (self.high - self.low) * np.asarray(expit(scaled), dtype=float)

    def derivative(self, y: npt.ArrayLike) -> FloatArray:
        """Derivative of `forward` at `y`: carries a standard error or a density between scales."""
        values = np.asarray(y, dtype=float)
        if self.name == "identity":
            return np.ones_like(values)
        if self.name == "log":
            return 1.0 / (values - self.low)
        return (self.high - self.low) / ((values - self.low) * (self.high - values))


_KNOTS = 512
"""Quantiles that stand for those between them."""


class _Mixture(Distribution):
    """P(X <= x) is the mean of members' probabilities; a quantile lies between theirs."""

    def _ppf(self, u: FloatArray) -> FloatArray:
        """Return quantiles, of thousands of levels between `_KNOTS` of them.

        These are even in normal scores: the error is a hundredth of that of so many draws.
        """
        levels = self._each(u)
        if levels.size > 8 * _KNOTS * self.horizon and 0.0 < levels.min() <= levels.max() < 1.0:
            scores = ndtri(levels)
            knots = np.linspace(scores.min(), scores.max(), _KNOTS)
            known = self._ppf(np.broadcast_to(ndtr(knots)[:, None], (_KNOTS, self.horizon)))
            each = range(self.horizon)
            return np.stack([np.interp(scores[..., h], knots, known[:, h]) for h in each], axis=-1)
        ends = self._member_quantiles(levels)
        return inverted(
            partial(self._probability, "cdf"), levels, ends.min(axis=0), ends.max(axis=0)
        )

    @abstractmethod
    def _member_quantiles(self, u: FloatArray) -> FloatArray:
        """Return the quantiles of each member: shape (K, ..., H)."""


@dataclass(frozen=True)
class StudentTMixture(_Mixture):
    """Even mixture of K Student-t distributions on the scale of a transform.

    `location` and `scale` have the shape (K, H) and lie on that scale; infinite `df` is the normal.
    """

    location: FloatArray
    scale: FloatArray
    df: float = np.inf
    transform: Transform = Transform()

    def _horizon(self) -> int:
        return int(np.shape(self.location)[1])

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        sign = 1.0 if tail == "cdf" else -1.0
        z = self.transform.forward(self._each(x))[..., None, :] - self.location
        z = sign * z / self.scale
        tails = ndtr(z) if np.isinf(self.df) else stdtr(self.df, z)
        return np.minimum(np.sum(1.0 / len(self.location) * tails, axis=-2), 1.0)

    def _member_quantiles(self, u: FloatArray) -> FloatArray:
        # scipy's Student-t has no quantile at level 0.
        z = ndtri(u) if np.isinf(self.df) else np.where(u > 0.0, stdtrit(self.df, u), -np.inf)
        members = [m + s * z for m, s in zip(self.location, self.scale, strict=True)]
        return self.transform.inverse(np.stack(members))


@dataclass(frozen=True)
class Pooled(_Mixture):
    """Linear pool: P(X <= x) is the mean of the members' P(X <= x), over the same horizons."""

    members: tuple[Distribution, ...]

    def _horizon(self) -> int:
        return self.members[0].horizon

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        share = 1.0 / len(self.members)
        mean = np.add.reduce([share * one._probability(tail, x) for one in self.members])
        return np.minimum(mean, 1.0)  # eleven elevenths are a rounding above it

    def _member_quantiles(self, u: FloatArray) -> FloatArray:
        return np.stack([m._ppf(u) for m in self.members])


@dataclass(frozen=True)
class Truncated(OfOne):
    """X given lower < X <= upper; bounds for every horizon or one each, shape (H,).

    P(X <= x | bounds) = (F(x) - F(lower)) / (F(upper) - F(lower)) inside the bounds. Where the
    bounds have no probability under `free`, the mass lies at the bound nearest to it.
    """

    lower: FloatArray | float = -np.inf
    upper: FloatArray | float = np.inf

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        # From upper tails: so a far bound keeps its precision.
        if tail == "cdf":
            return 1.0 - self._probability("sf", x)
        if tail == "at_least":  # differs from `sf` where `free` counts
            return self._given(self.free._probability(tail, x), x <= self._nearest())
        inside = np.clip(x, self.lower, self.upper)
        return self._given(self.free._probability(tail, inside), x < self._nearest())

    def _ppf(self, u: FloatArray) -> FloatArray:
        top, mass = self._top_and_mass()
        inner = self.free._ppf(np.clip(1.0 - top - (1.0 - u) * mass, 0.0, 1.0))
        return np.where(mass > 0.0, np.clip(inner, self.lower, self.upper), self._nearest())

    def _given(self, upper: FloatArray, if_empty: npt.NDArray[np.bool_]) -> FloatArray:
        """Conditional probability of an upper tail; of one or none if the bounds have no mass."""
        top, mass = self._top_and_mass()
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = (upper - top) / mass
        return np.clip(np.where(mass > 0.0, inside, if_empty), 0.0, 1.0)

    def _top_and_mass(self) -> tuple[FloatArray, FloatArray]:
        top = np.where(np.isposinf(self.upper), 0.0, self.free.sf(self.upper))
        low = np.where(np.isneginf(self.lower), 1.0, self.free.sf(self.lower))
        return top, low - top

    def _nearest(self) -> FloatArray:
        return np.clip(self.free.median(), self.lower, self.upper)


def ended(
    tail: Tail, x: npt.ArrayLike, inside: FloatArray, *, low: float, high: float
) -> FloatArray:
    """Return probabilities where a support ends: `inside` it those given, else 0 or 1."""
    values = np.asarray(x, dtype=float)
    below, beyond = values < low, values >= high
    if tail == "at_least":
        below, beyond = values <= low, values > high
    return np.where(below, float(tail != "cdf"), np.where(beyond, float(tail == "cdf"), inside))


@dataclass(frozen=True)
class Clamped(OfOne):
    """X moved to the nearer end of [low, high] (infinite: no end) if it lies outside."""

    low: float
    high: float

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        return ended(tail, x, self.free._probability(tail, x), low=self.low, high=self.high)

    def _ppf(self, u: FloatArray) -> FloatArray:
        return np.clip(self.free._ppf(u), self.low, self.high)


@dataclass(frozen=True)
class Cells(Distribution):
    """One horizon: probability `weight`, (n,), spread evenly between `edges`, (n + 1,)."""

    edges: FloatArray
    weight: FloatArray

    def _horizon(self) -> int:
        return 1

    @cached_property
    def _at_edges(self) -> tuple[FloatArray, FloatArray]:
        up, down = (np.append(0.0, np.cumsum(w)) for w in (self.weight, self.weight[::-1]))
        return up / up[-1], down[::-1] / down[-1]

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        up = tail != "cdf"
        return np.interp(
            self._each(x), self.edges, self._at_edges[up], left=float(up), right=float(not up)
        )

    def _ppf(self, u: FloatArray) -> FloatArray:
        below, _ = self._at_edges
        keep = np.append(True, np.diff(below) > 0.0)
        return np.interp(self._each(u), below[keep], self.edges[keep])


@dataclass(frozen=True)
class InTurn(Distribution):
    """Stretches of distributions, one after the other.

    A piece is a distribution and, counted from 0, its first horizon and the one after its last.
    """

    pieces: tuple[tuple[Distribution, int, int], ...]

    def _horizon(self) -> int:
        return sum(end - first for _, first, end in self.pieces)

    @property
    def stepped(self) -> bool:
        """Whether any of them is."""
        return any(whole.stepped for whole, _, _ in self.pieces)

    def _probability(self, tail: Tail, x: FloatArray) -> FloatArray:
        return self._joined(lambda whole, values: whole._probability(tail, values), x, fill=0.0)

    def _ppf(self, u: FloatArray) -> FloatArray:
        return self._joined(lambda whole, levels: whole._ppf(levels), u, fill=0.5)

    def _joined(
        self,
        asked: Callable[[Distribution, FloatArray], FloatArray],
        x: npt.ArrayLike,
        *,
        fill: float,
    ) -> FloatArray:
        """What all pieces answer; `fill` is asked at the horizons that are not theirs."""
        values, start, parts = self._each(x), 0, []
        for whole, first, end in self.pieces:
            wide = np.full((*values.shape[:-1], whole.horizon), fill)
            wide[..., first:end] = values[..., start : start + end - first]
            parts.append(asked(whole, wide)[..., first:end])
            start += end - first
        return np.concatenate(parts, axis=-1)
