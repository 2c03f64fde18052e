"""From a forecast to a probability, a grade and a word; and whether a known figure keeps it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
from scipy.special import ndtri

from bcforecast import edge
from bcforecast.config import DATA_DIR, GRADE_A_OBSERVATIONS, GRADE_B_OBSERVATIONS
from bcforecast.distributions import Distribution, Empirical
from bcforecast.errors import BcforecastError
from bcforecast.observations import records, selection
from bcforecast.observations.selection import BoolArray, FloatArray
from bcforecast.plan.goals import Goal
from bcforecast.plan.targets import COMPARISONS, Comparator, region
from bcforecast.text import rounded_chance, twelve_digits

Grade = Literal["A", "B", "C", "D", "U"]
Basis = Literal["own", "borrowed", "prior", "none"]


def holds(
    forecast: Distribution, comparator: Comparator, target: float, upper: float | None = None
) -> FloatArray:
    """P(the figure at each horizon is as the goal asks), shape (horizon,).

    `at_least` (达到, 以上) asks P(X >= target), `more_than` (突破) P(X > target), strict, `at_most`
    P(X <= target), `event` (新建) P(N >= target), N being the number of new things, and `between`
    and `about` that it lies in their `region`, ends included.
    """
    asked = COMPARISONS[comparator]
    if asked.two_sided:
        low, high = region(comparator, target, upper)
        above = forecast.meets(high, up=True, strict=True)
        return np.maximum(forecast.meets(low, up=True) - above, 0.0)
    return np.asarray(forecast.meets(target, up=asked.up, strict=asked.strict), dtype=float)


@dataclass(frozen=True)
class CountedYears:
    """What is known of the years that a goal counts, beside the forecast of those to come.

    `known` has the figure of each year that is over; `steps` are the places, from 0, of the other
    years in the forecast.
    """

    known: FloatArray
    steps: tuple[int, ...]

    @classmethod
    def of(cls, goal: Goal, history: selection.History, years: Sequence[int]) -> Self:
        """Split the years of a goal by what has been published."""
        ahead = [year for year in goal.years if year in years]
        over = np.isin(history.times, goal.years) & ~np.isin(history.times, ahead)
        past = history.values[over & np.isfinite(history.values)]
        return cls(past, tuple(years.index(year) for year in ahead))


MEAN_PATHS: Final = 20_000
"""Walks on which a mean over years is read."""


def over_years(
    forecast: Distribution, goal: Goal, span: CountedYears, *, seed: int
) -> tuple[float, Distribution]:
    """P(a goal over several years is met), and the forecast of what it is read from.

    `every`: the figures known must meet it, and so must those to come, along the walks of
    `first_reached` (a year that fails is one that is reached). `mean` and `total`: of the same
    walks, drawn with `seed`, and the figures known, which enter as they are.
    """
    if goal.over == "every":
        if not np.all(goal.meets(span.known)):
            return 0.0, forecast
        fails = 1.0 - holds(forecast, *goal.asked)
        counted = [fails[k] if k in span.steps else 0.0 for k in range(forecast.horizon)]
        return 1.0 - first_reached(counted)[-1], forecast
    paths = forecast.sample(MEAN_PATHS, seed=seed).to_numpy()
    mean = Empirical(span_mean(paths, span)[:, None])
    return float(holds(mean, *goal.asked)[-1]), mean


def span_mean(paths: FloatArray, span: CountedYears) -> FloatArray:
    """Mean over the years that count, of paths of shape (n, horizon).

    Of figures alone it has 12 significant digits: 0.1, 0.2 and 0.3 keep to 0.2 on average.
    """
    ahead = paths[:, list(span.steps)].sum(axis=1)
    mean = (ahead + span.known.sum()) / (span.known.size + len(span.steps))
    return mean if span.steps else np.full(len(mean), twelve_digits(mean[0]))


def met_on_paths(
    goal: Goal, paths: FloatArray, span: CountedYears, probability: float
) -> BoolArray:
    """Whether a goal over several years is met on each path, (n, horizon).

    Of other draws than `over_years` has, a share would be met that is off by chance: met are those
    that come nearest, as many as are as likely as the goal.
    """
    low, high = region(*goal.asked)
    every = goal.over == "every"
    judged = paths[:, list(span.steps)] if every else span_mean(paths, span)[:, None]
    short = np.maximum(low - judged, judged - high).max(axis=1, initial=-np.inf)
    met = np.zeros(len(paths), dtype=bool)
    met[np.argsort(short, kind="stable")[: round(probability * len(paths))]] = True
    return met


_NODES: Final = 80
_REACH: Final = 9.0
"""Standard deviations of a walk beyond which nothing of it is looked at."""


def first_reached(holds: Sequence[float]) -> tuple[float, ...]:
    """P(a goal has been met by the end of each year at least once), from P(it is met at its end).

    A year's value on a path is the forecast's quantile at level Phi(W_k / sqrt(k)), W being a
    random walk with steps N(0, 1): the paths of `scenarios.simulation` (a Gaussian copula). So the
    goal is met at the end of year k where W_k >= sqrt(k) Phi^-1(1 - p_k), and the density of the
    walks that have never been there is carried from year to year by Gauss-Legendre quadrature: what
    any number of paths would give, without their chance. It never falls, is 1 from where a p_k is 1
    and is never below p_k.

    Examples
    --------
    >>> [round(p, 3) for p in first_reached([0.5, 0.5, 0.2])]
    [0.5, 0.625, 0.63]
    """
    points, sizes = quadrature()
    at, density, weight = np.zeros(1), np.ones(1), np.ones(1)
    found = np.zeros(len(holds))
    for k, p in enumerate(holds, start=1):
        root = math.sqrt(k)
        end = root * float(np.clip(ndtri(1.0 - p), -_REACH, _REACH))
        half = 0.5 * (end + root * _REACH)
        there = end - half * (1.0 - points)
        steps = np.exp(-0.5 * (there[:, None] - at) ** 2) / math.sqrt(2.0 * math.pi)
        at, density, weight = there, steps @ (density * weight), sizes * half
        found[k - 1] = max(1.0 - float(density @ weight), p)
    return tuple(np.clip(np.maximum.accumulate(found), 0.0, 1.0).tolist())


@cache
def quadrature() -> tuple[FloatArray, FloatArray]:
    """Return the points on (-1, 1), and their weights, of `first_reached`."""
    return np.polynomial.legendre.leggauss(_NODES)


def evidence_grade(n_usable: int, *, basis: Basis) -> Grade:
    """Grade the evidence: A (own series, 8 or more), B (3 to 7), C (borrowed), D (prior), U (none).

    `basis` is what the forecast rests on: its `own` series, of which `n_usable` figures (values or
    bounds) can be used; a level or growth `borrowed` from the parent area or peers and tied to at
    least one figure of its own; a `prior` or elicited judgement alone; or `none`.
    """
    if basis in ("none", "prior"):
        return "U" if basis == "none" else "D"
    if basis == "own" and n_usable >= GRADE_B_OBSERVATIONS:
        return "A" if n_usable >= GRADE_A_OBSERVATIONS else "B"
    return "C"


COUNTED: Final = ("A", "B", "C")
"""Grades whose goals count in the expected number met, and among the most and least likely."""


def weakest_grade(grades: Iterable[Grade]) -> Grade:
    """Return the weakest grade of goals that have a probability; that of what joins them."""
    return max((grade for grade in grades if grade != "U"), default="U")


UNSET: Final = "verdict.unset"
WORDS: Final = (
    "exceptionally_unlikely",
    "very_unlikely",
    "unlikely",
    "about_even",
    "likely",
    "very_likely",
    "virtually_certain",
)
"""Words that the catalogues hold; their bounds, and which of them are used, are data."""

_RATINGS: Final = (
    dict.fromkeys(WORDS[:3], "at_risk")
    | {"about_even": "even", "unset": "unset"}
    | dict.fromkeys(WORDS[4:], "on_course")
)


def rating_of(verdict: str, *, over: bool = False, met: bool | None = None) -> str:
    """Return how a goal stands, by the word for its chance; or whether it is over.

    A goal that a published figure decides was `met` or missed; of another that is `over` the figure
    is awaited. Every count of goals, in tables, sentences and charts, is one of these.
    """
    if met is not None:
        return "met" if met else "missed"
    return "awaited" if over else _RATINGS[verdict.partition(".")[2]]


@dataclass(frozen=True)
class Band:
    """One word and the probabilities it stands for, from `lower` up to below `upper`."""

    verdict: str
    lower: float
    upper: float


def verdict_of(
    probability: float | None,
    *,
    grade: Grade = "A",
    data_dir: Path | None = None,
    bands: tuple[Band, ...] | None = None,
) -> str:
    """Catalogue key of the word for a probability; `verdict.unset` for None.

    A bound belongs to the word above it: 66 % is the first "likely". It is the word for the number
    that is told, which is rounded as the grade allows, so that the two agree. `bands` are what
    `load_bands` has read, where it need not be read again.
    """
    if probability is None:
        return UNSET
    bands, told = bands or load_bands(data_dir), rounded_chance(probability, grade=grade)
    found = next((band for band in reversed(bands) if told >= band.lower), bands[0])
    return f"verdict.{found.verdict}"


def even_bounds(data_dir: Path | None = None) -> tuple[float, float]:
    """Return below which probability a goal is at risk, and from which on it is on course."""
    bands = [(_RATINGS[band.verdict], band) for band in load_bands(data_dir)]
    low = max((band.upper for stands, band in bands if stands == "at_risk"), default=0.0)
    return low, min((band.lower for stands, band in bands if stands == "on_course"), default=1.0)


def load_bands(data_dir: Path | None = None) -> tuple[Band, ...]:
    """Read the words and their bounds, lowest first, from a folder or else from the shipped data.

    BcforecastError if a word is in no catalogue, or the bounds do not cover 0 to 1 without gap or
    overlap, each word once and in their order.
    """
    path = (data_dir or DATA_DIR) / "verdicts.csv"
    if not path.exists():
        path = DATA_DIR / "verdicts.csv"
    table = edge.strict_rows(path)
    try:
        rows = [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows]
        bands = [
            Band(row["verdict"], *(edge.parse_number(row[k]) for k in ("lower", "upper")))
            for row in rows
        ]
    except (KeyError, ValueError) as error:
        missing = isinstance(error, KeyError)
        found = ", ".join(table.header) if missing else str(error).rpartition(": ")[2]
        raise BcforecastError("attainment.verdicts_unreadable", file=path, found=found) from error
    bands.sort(key=lambda band: band.lower)
    for band in bands:
        if band.verdict not in WORDS:
            values = {"found": band.verdict, "allowed": ", ".join(WORDS)}
            raise BcforecastError("attainment.verdicts_unknown", file=path, **values)
    gapless = all(
        one.upper == following.lower and WORDS.index(one.verdict) < WORDS.index(following.verdict)
        for one, following in pairwise(bands)
    )
    if not bands or bands[0].lower != 0 or bands[-1].upper != 1 or not gapless:
        raise BcforecastError("attainment.verdicts_gap", file=path)
    return tuple(bands)


@dataclass(frozen=True)
class RequiredPath:
    """The pace from the latest figure to the target, in the indicator's unit.

    `gap` is what is missing, in the direction of the goal: negative where the goal is exceeded; of
    a mean, what the years known lack on average; `years` from that figure to the due date,
    `increment` the change needed each year; `rate` the growth needed each year as a share (0.05
    is 5 %), None where the figures have no common positive growth rate. Without a year left, or a
    way to go, neither exists. A goal over several years needs a `level` in those `kept`, in years
    after the latest figure: in every one of them, after a path to the first; or of a mean on
    average over them, to which no pace leads, of a range at least it and at `most` another.
    """

    gap: float
    years: int
    increment: float | None
    rate: float | None
    kept: range = range(0)
    level: float | None = None
    most: float | None = None

    def level_after(self, latest: float, ahead: int) -> float | None:
        """Level `ahead` years after the latest figure, of even growth or else of even steps.

        None beyond the due year, or where there is no year left.
        """
        if ahead in self.kept:
            if self.level is not None and self.most is not None:
                return min(max(latest, self.level), self.most)
            return self.level
        if self.increment is None or not 0 < ahead <= self.years:
            return None
        if self.rate is None:
            return latest + ahead * self.increment
        return float(latest * (1.0 + self.rate) ** ahead)

    def is_decided(self, least: float, *, up: bool) -> bool:
        """Whether the years known are enough, or too much, whatever comes of at `least` so much."""
        end = self.level if self.most is None else self.most
        return end is not None and (end < least or (up and self.most is None and end == least))


def required_path(latest: float, *, target: float, years: int, up: bool = True) -> RequiredPath:
    """Gap, yearly increment (T - y) / k and yearly rate (T / y)^(1 / k) - 1 over k years.

    `up` says whether the goal is to be above the target, or below it.
    """
    change = target - latest
    gap = change if up else -change
    if years < 1 or not change:
        return RequiredPath(gap, years, None, None)
    rate = (target / latest) ** (1 / years) - 1 if latest > 0 and target > 0 else None
    return RequiredPath(gap, years, change / years, rate)


def target_with(
    forecast: Distribution, probability: float, *, comparator: Comparator, whole: bool
) -> float | None:
    """Return the most demanding target met at the last horizon with at least a probability.

    For an increase it is the (1 - p) quantile, for a decrease the p quantile; of a whole-number
    indicator the nearest whole number on the safe side. None where no target above 0 of an event
    has that probability.
    """
    asked = COMPARISONS[comparator]
    if asked.two_sided:
        return None
    quantile = float(forecast.quantile(1.0 - probability if asked.up else probability)[-1])
    if not math.isfinite(quantile):
        return None
    found = quantile
    if whole:
        # From the safe side of the quantile, walk to the last number that has the probability.
        harder = 1.0 if asked.up else -1.0
        found = math.floor(quantile) - 1.0 if asked.up else math.ceil(quantile) + 1.0
        while abs(found - quantile) < 3.0:
            if holds(forecast, comparator, found + harder)[-1] < probability:
                break
            found += harder
    return None if asked.counts_new and found < 1.0 else found


@dataclass(frozen=True)
class Outcome:
    """The figure that decides a goal, and its `year`, which is the due year or one that broke it.

    `met` is None where a bound leaves it open. Of years that are added up it is the last one's, and
    `mean` is what is held against the target.
    """

    observation: records.Observation
    met: bool | None
    year: int
    mean: float | None = None

    @property
    def value(self) -> float | None:
        """What is held against the target; None where only a bound is known."""
        one = self.observation
        return self.mean if self.mean is not None else one.value if one.has_value else None


def outcome_of(goal: Goal, published: selection.Selection) -> Outcome | None:
    """Compare the figure of the due year, once published, with the target; None while it is not.

    A goal of every year has ended with the first figure that does not keep it. `published` has the
    indicator's figures as of today: a forecast never sees them.
    """
    history, due = published.history, goal.due_year
    if goal.over == "every":
        broken = np.isin(history.times, goal.years) & history.known & ~goal.meets(history.values)
        if broken.any():
            at = int(np.argmax(broken))
            return Outcome(published.used[at], False, int(history.times[at]))
    if due not in history.times:
        return None
    at = history.times.tolist().index(due)
    if goal.over is not None:
        span = CountedYears.of(goal, history, ())
        if span.known.size < len(goal.years):
            return None
        if goal.over == "every":
            return Outcome(published.used[at], bool(np.all(goal.meets(span.known))), due)
        mean = span_mean(np.empty((1, 0)), span)
        return Outcome(published.used[at], bool(goal.meets(mean)[0]), due, float(mean[0]))
    figure = published.used[at]
    if goal.asks.counts_new and figure.measure is records.Measure.FLOW and history.known[at]:
        figure = replace(figure, value=float(history.values[at]))  # with the years before
    return Outcome(figure, kept_at(goal, history, at), due)


def kept_at(goal: Goal, history: selection.History, at: int) -> bool | None:
    """Whether the figure at a place meets a goal; None where the bound known of it tells not."""
    if history.known[at]:
        return bool(goal.meets(float(history.values[at])))
    return met_within(history.lower[at], history.upper[at], goal, whole=history.whole)


def met_within(lower: float, upper: float, goal: Goal, *, whole: bool) -> bool | None:
    """Whether a figure strictly between two bounds ("more than 9,000") meets a goal.

    None where some figures between the bounds do and others do not.
    """
    ends = np.array(selection.ends_allowed(lower, upper, whole=whole))
    met = goal.meets(ends)
    apart = not met.any()
    if goal.asks.two_sided:
        low, high = region(*goal.asked)
        apart = ends[1] < low or ends[0] > high
    return True if met.all() else False if apart else None
