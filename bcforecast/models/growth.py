"""Growth that is known beforehand, by kind of indicator and from other areas' past.

How much a drift counts beside the damped trends (`trend.Growth`) is learned for each kind on goals
whose outcome is known (`make train WHAT=goals`), and so is how such goals depart from their trend
(`Leaning`). Areas of one indicator lend each other strength (`Panel`): mean and spread of growth
come from all their figures up to the origin, and the weight of growth from how well either opinion
foretold what they had seen by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from bcforecast import config
from bcforecast.distributions import Distribution, FloatArray, Transform, recalibrated
from bcforecast.models.base import working_scale
from bcforecast.models.trend import Growth, Histories, Trend, fit_exact
from bcforecast.models.trend_members import LEARNED, shipped
from bcforecast.observations.selection import History, IntArray

FILE: Final = "goals.json"

Kind = Literal["count", "money", "rate", "ratio"]
"""Things counted; amounts of money; yearly rates and indexes; shares of a whole, in percent."""

KINDS: Final[tuple[Kind, ...]] = ("count", "money", "rate", "ratio")


WHOLE: Final = (0.0, 100.0)


def within_whole(
    smallest: npt.ArrayLike, largest: npt.ArrayLike, *, ends: bool = False
) -> npt.NDArray[np.bool_]:
    """Whether figures, from the smallest to the largest of each series, are shares of a whole.

    With `ends` also those that were nothing or all of it: they have no log odds.
    """
    (low, high), least, most = WHOLE, np.asarray(smallest), np.asarray(largest)
    return (least >= low) & (most <= high) if ends else (least > low) & (most < high)


NEVER_NEGATIVE: Final = ("count", "money", "ratio")
"""Kinds of which no figure is forecast below 0 unless one on record was: a rate may fall below."""


def floor_of(smallest: float, *, kind: str | None) -> float:
    """Least figure that a series can have, where nothing else says it.

    0 for series above it, and for kinds that are never negative as far as the record says. What a
    model puts below it sits on it (a censored distribution, Tobin 1958, doi:10.2307/1907382).

    Examples
    --------
    >>> floor_of(0.0, kind="count"), floor_of(0.0, kind=None), floor_of(-1.0, kind="money")
    (0.0, -inf, -inf)
    """
    known = smallest > 0.0 or (kind in NEVER_NEGATIVE and smallest >= 0.0)
    return 0.0 if known else -np.inf


TYPICAL_LENGTH: Final = 15.0
_LENGTHS: Final = (4.0, 30.0)


def log_length(observations: float | FloatArray | IntArray) -> FloatArray:
    """Log of a number of figures over 15, within the lengths that were learned from."""
    return np.log(np.clip(np.asarray(observations, dtype=float), *_LENGTHS) / TYPICAL_LENGTH)


@dataclass(frozen=True)
class Leaning:
    """How the log odds of goals with a known outcome differ from the trend's.

    A goal set by a government is met more often than its trend says, and both ends are less
    certain, the more so the fewer figures there are.
    """

    lean: float  # added to the log odds of a goal
    down: float  # added to those of a goal downward
    slope: float  # of the log odds, at 15 figures
    bend: float  # added to the slope beyond even odds
    length: float  # added to the slope for each unit of `log_length`

    def applied(
        self, forecast: Distribution, *, up: bool, observations: int | IntArray
    ) -> Distribution:
        """Return a forecast for a goal in one direction, from so many figures (H,) or in all."""
        slope = self.slope + self.length * log_length(observations)
        lean = self.lean if up else self.lean + self.down
        return recalibrated(forecast, up=up, lean=lean, slope=slope, bend=self.bend)


@dataclass(frozen=True)
class Ended:
    """Goals of a kind with a known outcome that fell due in a year: how many, and how many met.

    `setters` and `kind` are of `data/kinds.yaml`. `found` says how the results were: in a `list`
    that covers all areas alike, `apart` from the target in another text, or else in `prose`.
    """

    setters: str
    kind: str
    due: int
    found: str
    goals: int
    met: int


@dataclass(frozen=True)
class Together:
    """How far goals of one area move together, learned from pairs whose outcomes are known.

    `correlation` is that of the yearly growth of two indicators of an area, with its 95 % interval
    from a bootstrap over areas.
    """

    correlation: float
    low: float
    high: float
    pairs: int
    areas: int


@dataclass(frozen=True)
class Lessons:
    """What goals with a known outcome taught, as shipped."""

    growth: Mapping[str, Growth]  # by kind
    families: Mapping[str, Mapping[int, Growth]]  # by reference class and last year of its panel
    leaning: Leaning
    record: tuple[Ended, ...]
    together: Together


@cache
def learned() -> Lessons:
    """Return what the package ships with."""
    content: dict[str, Any] = config.shipped(LEARNED / FILE)
    families = {
        name: {int(year): Growth(**one) for year, one in by_year.items()}
        for name, by_year in content["families"].items()
    }
    growth = {kind: Growth(**one) for kind, one in content["growth"].items()}
    record = tuple(Ended(*one) for one in content["record"])
    leaning, together = Leaning(**content["leaning"]), Together(**content["together"])
    return Lessons(growth, families, leaning, record, together)


SHORT: Final = Growth(weight=0.3, strength=0.3, scale=0.07, zero_from=13)
"""Of a series of which no kind is known: beside the trend of few figures.

Two or three figures cannot tell the damped trends how lively a series is. Chosen on windows of the
training part of M4 and on synthetic processes (docs/benchmark.md); a series of 13 figures or more
is the trend's alone.
"""


@dataclass(frozen=True)
class Leaned:
    """The trend of a series that a goal in one direction (`up`) judges, bent as goals were met."""

    trend: Trend
    up: bool

    name: ClassVar[str] = Trend.name
    minimum_observations: ClassVar[int] = Trend.minimum_observations

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast as the trend does, and bend; a ModelError where the trend has one."""
        forecast, count = self.trend.fit(history, horizon), history.n_values
        return learned().leaning.applied(forecast, up=self.up, observations=count)


def growth_of(kind: str | None, *, family: str | None = None, year: int | None = None) -> Growth:
    """Return what is known of the growth of a kind, or of a family of areas by a year.

    Of a family, what its areas had seen by then; of a kind, what goals taught; of any other
    series `SHORT`.
    """
    by_year = learned().families.get(family or "", {})
    seen = [known for known in by_year if year is not None and known <= year]
    if seen:
        return by_year[max(seen)]
    return learned().growth.get(kind or "", SHORT)


def reference_classes() -> tuple[str, ...]:
    """Return the kinds of goal that were learned: by growth of their areas, or how they ended."""
    known = {one.kind for one in learned().record} - {"any"}
    return tuple(sorted(known | set(learned().families)))


FEWEST_AREAS: Final = 6
"""Areas of one indicator from which they lend each other strength."""

MEMORY: Final = 0.8
STRENGTH: Final = 30.0
DEGREES: Final = 4.0
FIRST_WEIGHT: Final = 0.5
"""Of a panel, chosen on the contract turnover of provinces and the R&D intensity of countries."""

CAUTION: Final = 0.01
"""Sum of Brier scores over past origins that speaks for `FIRST_WEIGHT`."""

FARTHEST: Final = 3
"""Years ahead at which the past of a panel is judged."""

_WEIGHTS: Final = np.linspace(0.0, 1.0, 5)
_SPREAD_OF_WEIGHT: Final = 0.35
_MIDDLE: Final = (0.159, 0.841)
"""Levels one standard deviation from the middle of a normal: a spread that outliers do not move."""

_THRESHOLDS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Panel:
    """One indicator of many areas.

    Values (A, T) of successive years, NaN where there is none; all above the low end of the
    transform. The first year is that of the first column.
    """

    values: FloatArray
    first: int
    transform: Transform

    @classmethod
    def of(
        cls, figures: Sequence[tuple[IntArray, FloatArray]], transform: Transform, *, last: int
    ) -> Self:
        """Lay out years and values of each area, at least one figure in all, up to a year."""
        first = min(int(years[0]) for years, _ in figures if years.size)
        values = np.full((len(figures), max(last - first + 1, 1)), np.nan)
        for row, (years, known) in zip(values, figures, strict=True):
            seen = years <= last
            row[years[seen] - first] = known[seen]
        return cls(values, first, transform)

    def until(self, year: int) -> Self:
        """Return what had happened by the end of a year."""
        return replace(self, values=self.values[:, : max(year - self.first + 1, 0)])

    def growth(self, *, weight: float | None = None) -> Growth | None:
        """Learn growth from all areas' figures; None of fewer than `FEWEST_AREAS` that have some.

        The weight is learned from past origins, unless it is given.
        """
        changes = np.diff(self.transform.forward(self.values), axis=1)
        seen = np.isfinite(changes)
        if (seen.any(axis=1)).sum() < FEWEST_AREAS:
            return None
        age = np.arange(changes.shape[1])[::-1]
        kept = np.where(seen, MEMORY**age, 0.0)
        found, weights = changes[seen], kept[seen]
        order = np.argsort(found)
        share = np.cumsum(weights[order]) / weights.sum()
        low, high = found[order][np.searchsorted(share, _MIDDLE)]
        scale = 0.5 * (high - low)
        years = seen.any(axis=0)
        yearly = np.nanmean(changes[:, years], axis=0)
        common = float(np.var(yearly, ddof=1) / yearly.size) if yearly.size > 1 else scale**2 / 4.0
        growth = Growth(
            weight=FIRST_WEIGHT if weight is None else weight,
            mean=float((found * weights).sum() / weights.sum()),
            strength=STRENGTH,
            scale=float(scale),
            degrees=DEGREES,
            memory=MEMORY,
            common=common,
        )
        return growth if weight is not None else replace(growth, weight=self._weight())

    def _weight(self) -> float:
        """Weight of growth that would have foretold best, over all origins of the past."""
        origins = range(self.first + 2, self.first + self.values.shape[1] - 1)
        judged = (self.until(origin)._judged(self.values) for origin in origins)
        scores = [one for one in judged if one is not None]
        total = np.sum(scores, axis=0) if scores else np.zeros(_WEIGHTS.size)
        total = total + CAUTION * ((_WEIGHTS - FIRST_WEIGHT) / _SPREAD_OF_WEIGHT) ** 2
        curvature, slope, _ = np.polyfit(_WEIGHTS, total, 2)
        if curvature <= 0.0:
            return float(_WEIGHTS[total.argmin()])
        return float(np.clip(-slope / (2.0 * curvature), 0.0, 1.0))

    def _judged(self, later: FloatArray) -> FloatArray | None:
        """Mean Brier score of each weight in `_WEIGHTS`, from this panel's end; None if no growth.

        The goals are the deciles of the growth that followed in all areas.
        """
        growth = self.growth(weight=1.0)
        figures, areas = self.histories()
        origin = self.values.shape[1]
        horizon = min(FARTHEST, later.shape[1] - origin)
        if growth is None or not areas.size or horizon < 1:
            return None
        support = self.transform.support
        curve = fit_exact(figures, horizon=horizon, transform=self.transform, support=support)
        by_weight = [replace(growth, weight=float(weight)) for weight in _WEIGHTS]
        curves = [one.applied(curve, figures, horizon=horizon) for one in by_weight]
        shape = shipped().shape_of(figures.observations)
        now = self.transform.forward(figures.values[-1])
        total, goals = np.zeros(_WEIGHTS.size), 0
        for h in range(horizon):
            reached = later[areas, origin + h]
            moved = self.transform.forward(reached) - now
            known = np.isfinite(moved)
            if not known.any():
                continue
            levels = np.quantile(moved[known], _THRESHOLDS)[:, None]
            targets = self.transform.inverse(now + levels)
            met = np.heaviside(moved - levels, 0.5)  # an area on a decile: half, not by rounding
            for i, pooled in enumerate(curves):
                p = shape.sf(pooled.take((h, slice(None))).score(targets))
                total[i] += ((p - met) ** 2)[:, known].mean(axis=1).sum()
            goals += len(levels)
        return total / goals if goals else None

    def histories(self) -> tuple[Histories, IntArray]:
        """Figures of the areas that have at least two, and which areas these are."""
        known = np.isfinite(self.values)
        areas = np.flatnonzero(known.sum(axis=1) >= 2)
        figures = [(np.flatnonzero(known[area]), self.values[area, known[area]]) for area in areas]
        lead = [self.values.shape[1] - 1 - int(years[-1]) for years, _ in figures]
        return Histories.of(figures, lead=lead), areas


def panel_of(histories: Sequence[History]) -> Growth | None:
    """Learn growth from the histories of one indicator in many areas; None of too few.

    Areas whose figures lie on another scale than most, at or below 0 say, are left out.
    """
    scales = [working_scale(one) if one.n_values else Transform() for one in histories]
    usual = max(set(scales), key=scales.count, default=Transform())
    kept = [one for one, scale in zip(histories, scales, strict=True) if scale == usual]
    if usual.name == "identity" or len(kept) < FEWEST_AREAS:
        return None
    figures = [(one.times[one.known], one.values[one.known]) for one in kept]
    last = max(int(one.times[-1]) for one in kept)
    return Panel.of(figures, usual, last=last).growth()
