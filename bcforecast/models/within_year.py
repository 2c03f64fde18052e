"""Within the year: what its first months say of the year, and of the years after it.

A flow's first months are a floor of the year and a nowcast of it. With P for the first m months and
Y for the year, f = m / 12, the share P / Y has on the logit scale the distribution

    logit(P / Y) = c - b g + noise,      g = log(Y / Y of the year before),

a Student t, since a year that grows faster has earned less of itself by month m. The forecast of a
yearly model is the prior, and this the likelihood:

    p(Y | P)  ~  p(Y)^a  t(logit(P / Y) - c + b g)  Y / (P (Y - P)),      Y > P.

Where only P and the same months of some past years are known, c is logit f and the seasonality of
those years, less what chance makes of it; where no past year is, the year may come as evenly as
M3's series or as unevenly as budgets (`SEASONAL`), and P counts by how likely each makes it. Where
the single months or quarters are known, c compares P with the rest of the year at the present,
seasonally adjusted level (`RestOfYear`), b is 0, and the noise is that of the figures themselves.
The constants were learned on the training parts of M3 (`learned/within_year.json`;
`tools/train/within_year.py` has the recipe).

Small counts take a binomial number of things by month m instead. A mean (a rate), and a sum that
may be negative, have the same noise on the scale of the trend; a stock within the year is a point
of a path from one year's end to the next, whose noise is that of a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaln, logit, logsumexp, stdtrit

from bcforecast import config
from bcforecast import distributions as dist
from bcforecast.distributions import Distribution, FloatArray, Transform
from bcforecast.models import base
from bcforecast.models.registry import Model
from bcforecast.observations.selection import History
from bcforecast.observations.subannual import MONTHS, How, YearPart

NOWCASTS: Final = 11
"""Quantiles of the year in hand from which later years are forecast."""

LEARNED: Final = Path(__file__).parent / "learned" / "within_year.json"
"""What was learned from the training parts of M3; `make train WHAT=within_year` writes it."""


class Spread(NamedTuple):
    """General constants of one kind of reading; its noise is a Student t."""

    growth: float  # b: how much lower the logit of the share is, a unit of the year's log growth
    noise: float  # its variance, as a multiple of the variance of the yearly forecast
    # Where no past year tells it, the variance of seasonality is this over 12 f (1 - f), f being
    # the fraction of the year.
    season: float
    weight: float  # years that the general variance counts for: the degrees of freedom
    prior: float  # a: the power of the yearly forecast, for both know the same past


class PaceSpread(NamedTuple):
    """Constants of a year whose single months or quarters are known."""

    season: float  # multiple of a seasonal factor's chance variation by which it is shrunk
    choice: float  # power of the figures' likelihood in the weights of smoothings and drifts
    level: float  # how far the present level, not the past share, says what the rest brings
    # Multiples of the variance of the figures' own news, for the rest's level and its season.
    own: float
    own_season: float
    yearly: float  # further variance: a multiple of that of the yearly forecast
    weight: float  # degrees of freedom
    prior: float  # a, as above


STOCK: Final = Spread(growth=0.0, noise=1.0, season=1e-4, weight=4.0, prior=1.0)
"""A stock moves as a random walk does between two ends; it hardly has a season (assumed)."""


def learned(how: How) -> Spread:
    """Return the constants of one kind of reading; a mean has those of a sum."""
    return STOCK if how == "last" else Spread(**config.shipped(LEARNED)["sum"])


def learned_pace() -> PaceSpread:
    """Return the constants of a year whose single months or quarters are known."""
    return PaceSpread(**config.shipped(LEARNED)["pace"])


@dataclass(frozen=True)
class WithinYear:
    """A yearly model that is given the first months of a year.

    The year in hand gets the posterior of the module's head. Later years are forecast by the yearly
    model from `NOWCASTS` quantiles of that posterior, each taken as the year's figure, and
    pooled: so the news of the year moves the level of all that follow.

    Examples
    --------
    >>> from bcforecast.models.trend import Trend
    >>> from bcforecast.observations.subannual import YearPart
    >>> sales = History.of(range(2015, 2021), [100, 104, 107, 112, 115, 120], support=(0.0, np.inf))
    >>> half = YearPart(2021, 6, 70.0, past={2019: 57.0, 2020: 60.0})
    >>> nowcast = WithinYear(Trend(), half).fit(sales, 2)
    >>> float(nowcast.cdf(70.0)[0]), bool(nowcast.median()[0] > 130.0)
    (0.0, True)
    """

    model: Model
    part: YearPart

    minimum_observations: ClassVar[int] = 1

    @property
    def name(self) -> str:
        """Identifier: that of the yearly model."""
        return self.model.name

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        A ModelError also where the months have brought what lies outside the support.
        """
        ahead = self.part.year - history.start
        yearly = self.model.fit(history, horizon)
        if not 1 <= ahead <= horizon:
            return yearly
        free = dist.uncounted(yearly)
        now = nowcast(dist.InTurn(((free, ahead - 1, ahead),)), history, self.part)
        pieces: list[tuple[Distribution, int, int]] = [(free, 0, ahead - 1)] if ahead > 1 else []
        pieces.append((now, 0, 1))
        if (rest := horizon - ahead) > 0:
            year, levels = self.part.year, (np.arange(NOWCASTS) + 0.5) / NOWCASTS
            figures = now.quantile(levels)[:, 0].tolist()
            fits = (self.model.fit(base.extended(history, [year], y), rest) for y in figures)
            pieces.append((dist.Pooled(tuple(dist.uncounted(one) for one in fits)), 0, rest))
        return base.as_counted(history, dist.InTurn(tuple(pieces)))


def nowcast(yearly: Distribution, history: History, part: YearPart) -> Distribution:
    """Return the distribution of the year in hand (horizon 1), given its first months.

    `yearly` is what a yearly model forecasts for that year alone; both are, of whole numbers, the
    continuous quantity behind them. The support of the yearly figures decides whether the months
    are a floor; a ModelError if they lie outside it.

    The yearly forecast is cut into cells at its own quantiles and at those that the months alone
    would give; each keeps its probability times the likelihood of the months at its middle. One
    part in a thousand of the forecast is spread evenly over the cells (`DOUBT`, assumed): months
    that the yearly model holds for impossible are believed.
    """
    low, high = map(float, history.support)
    if not low <= part.value <= high:
        about = {"year": part.year, "found": float(part.value), "low": low, "high": high}
        raise base.refusal("models.beyond_support", history, "within_year", **about)
    reading = _Reading(yearly, history, part, yearly.quantile(_EDGES)[:, 0])
    if part.how == "sum" and part.value == 0.0 and low >= 0.0 and not history.whole:
        return yearly  # Of a share of nothing there is nothing to learn.
    if reading.pace is not None and reading.pace.years == 1:
        # One year cannot tell season from chance: it is read as the one and as the other.
        bare = replace(reading, part=replace(part, figures=part.figures[:0]))
        return _posterior((reading, bare), ONE_YEAR)
    if reading.is_share and reading.pace is None and not reading.past_deviations.size:
        return _without_season(reading)
    return _posterior((reading,), (1.0,))


def _without_season(reading: _Reading) -> Distribution:
    """Read months of which no past year tells the season.

    Good months may be a good year's or an uneven one's, and better ones more and more the latter;
    but more never lowers the year: of months ahead of an even share of the yearly forecast each
    P(Y > y) is the greatest of those that fewer, down to that share, would have given. Months
    behind it may well be made good, for a year that comes late is none that failed.
    """
    part, history = reading.part, reading.history
    usual = part.fraction * float(reading.spread[_QUARTILES[1]])
    fewer = usual * _STEP ** ((1.0 - part.fraction) * np.arange(_STEPS))
    fewer = np.unique(np.ceil(fewer)) if history.whole else fewer
    each = []
    for value in (part.value, *fewer[(fewer > 0.0) & (fewer < part.value)].tolist()):
        one = replace(reading, part=replace(part, value=value))
        each.append(_posterior((one, replace(one, seasonal=True)), NO_YEAR))
    known = [one.edges for one in each if isinstance(one, dist.Cells)]
    if len(each) == 1 or not known:
        return each[0]
    edges = np.unique(np.concatenate(known))
    edges = edges[edges >= known[0][0]]
    beyond = np.max([one.sf(edges[1:, None])[:, 0] for one in each], axis=0)
    return dist.Cells(edges, np.maximum(-np.diff(beyond, prepend=1.0), 0.0))


def _posterior(readings: tuple[_Reading, ...], weights: tuple[float, ...]) -> Distribution:
    """Return the year's distribution by one reading of the months, or by several as weighted."""
    yearly, history, floor = readings[0].prior, readings[0].history, readings[0].floor
    edges = np.concatenate([readings[0].spread, *(one.edges() for one in readings)])
    low, high = map(float, history.support)
    edges = np.unique(np.clip(edges[np.isfinite(edges)], max(low, floor), high))
    if np.isfinite(floor):
        edges = np.unique(np.append(edges, floor))
    if history.whole and edges[-1] - edges[0] < _FINE:
        halves = np.arange(np.ceil(edges[0]) - 0.5, edges[-1] + 1.0)
        edges = np.unique(np.append(edges, halves[halves > edges[0]]))
    if edges.size < 2:
        return yearly
    middle = 0.5 * (edges[1:] + edges[:-1])
    # Between neighbouring edges, from the tail in which it is precise.
    below, above = yearly.cdf(edges[:, None])[:, 0], yearly.sf(edges[:, None])[:, 0]
    cells = np.maximum(np.where(below[1:] < 0.5, np.diff(below), -np.diff(above)), 0.0)
    total = cells.sum()
    even = np.full(cells.size, 1.0 / cells.size)
    cells = (1.0 - DOUBT) * (cells / total if total > 0.0 else even) + DOUBT * even
    found = []
    for one, before in zip(readings, weights, strict=True):
        weight = np.log(cells) + one.log_likelihood(np.round(middle) if history.whole else middle)
        evidence = logsumexp(weight)  # of a reading: how likely it makes the months
        a = (learned(one.part.how) if one.pace is None else learned_pace()).prior
        if a != 1.0:
            # A power of a density, not of the probability of a cell.
            at = np.maximum(middle, 0.5) if history.whole else middle
            weight += (1.0 - a) * np.log(np.diff(edges) * one.scale.derivative(at) / cells)
        found.append(np.log(before) + evidence + weight - logsumexp(weight))
    return dist.Cells(edges, np.exp(logsumexp(found, axis=0) - logsumexp(found)))


ONE_YEAR: Final = 2 / 3, 1 / 3
"""Weights of the pace and of the share where one past year tells both: of four tried the best on
the training parts of M3."""

NO_YEAR: Final = 0.5, 0.5
"""Weights of a season as of M3's series and of one as of budgets and contracts, where no past year
tells it (assumed): a year of which most comes in its last months is then no year that failed."""

SEASONAL: Final = 0.5
"""Standard deviation of the logit of such a year's share (assumed): 15 to 35 % by March."""

DOUBT: Final = 0.001
"""Part of the yearly forecast that is spread evenly over the cells (assumed)."""

STEEP: Final = 0.5
"""Largest log growth a year, up or down, that moves the share: as in training."""

WILD: Final = 0.5
"""Largest standard deviation of a yearly forecast that the noise goes with, on the log scale."""

COUNTED: Final = 1000.0
"""Whole numbers below this come in binomially, given the share."""

_FAR: Final = 10.0 ** np.arange(-7.0, -2.5, 0.5)
_EDGES: Final = np.concatenate([_FAR, np.arange(1, 300) / 300, 1.0 - _FAR[::-1]])
_QUARTILES: Final = np.searchsorted(_EDGES, [0.25, 0.5, 0.75])
_STEP: Final = 1.05
_STEPS: Final = 12
"""Months are held against so many others, this factor apart to the power of the year left."""

_NODES: Final = (np.arange(200) + 0.5) / 200
_FINE: Final = 2000.0


@dataclass(frozen=True)
class _Reading:
    """The likelihood of a year's figure, given its first months."""

    prior: Distribution
    history: History
    part: YearPart
    spread: FloatArray  # quantiles of the yearly forecast at `_EDGES`
    seasonal: bool = False  # the year may come unevenly, though no past year says how

    @cached_property
    def is_share(self) -> bool:
        """Whether the months are a share of the year: a sum that cannot be negative."""
        return self.part.how == "sum" and self.history.support[0] >= 0.0

    @property
    def floor(self) -> float:
        """What the year has at least."""
        if not self.is_share:
            return -np.inf
        return self.part.value - 0.5 if self.history.whole else self.part.value

    @cached_property
    def pace(self) -> RestOfYear | None:
        """The pace of single months or quarters; None where they tell no season."""
        return RestOfYear.of(self.part, self.history) if self.is_share else None

    @cached_property
    def centre(self) -> float:
        """c: logit of the share, but for growth."""
        return float(logit(self.part.fraction)) if self.pace is None else self.pace.centre

    @cached_property
    def growth(self) -> float:
        """b, of which the pace of single figures has no need."""
        return learned(self.part.how).growth if self.pace is None else 0.0

    @cached_property
    def yearly_variance(self) -> float:
        """Variance of the yearly forecast on the scale, from its quartiles."""
        # Not on the end of the scale.
        ends = np.nextafter(self.scale.support[0], np.inf)
        ends = np.maximum(self.spread[_QUARTILES[::2]], ends)
        low, high = self.scale.forward(ends)
        return float(np.clip((high - low) / IQR, base.FLOOR * self.size, WILD * self.size)) ** 2

    @cached_property
    def scale(self) -> Transform:
        """Scale on which the year is compared with the one before."""
        if self.is_share:
            return Transform("log")
        return base.working_scale(base.extended(self.history, [self.part.year], self.part.value))

    def before(self, year: int) -> tuple[float, int]:
        """Last figure known before a year, and how many years before; NaN, 1 if there is none."""
        at = np.flatnonzero(self.history.known & (self.history.times < year))
        if not at.size:
            return float("nan"), 1
        return float(self.history.values[at[-1]]), year - int(self.history.times[at[-1]])

    def deviation(
        self, part: npt.ArrayLike, year: npt.ArrayLike, before: float, gap: int
    ) -> FloatArray:
        """How far the months stray from what their fraction and the year's growth make of them.

        Notes
        -----
        f is the fraction of the year, T the scale of the trend, Y the year and Y' the last before.
        Share: logit(P / Y) - logit f + b log(Y / Y'). Mean x: (T x - T Y) / (1 - f) + b (T Y - T
        Y'), to which the first tends where P / f is near Y. Stock: T x less the straight line from
        T Y' to T Y.
        """
        x, y, f = np.asarray(part, float), np.asarray(year, float), self.part.fraction
        with np.errstate(divide="ignore", invalid="ignore"):
            to_x, to_y, to_before = (self.scale.forward(v) for v in (x, y, before))
            if self.part.how == "last":
                if not np.isfinite(before):
                    return np.asarray(to_x - to_y)
                along = (gap - 1 + f) / gap
                return np.asarray(to_x - (1.0 - along) * to_before - along * to_y)
            growth = (to_y - to_before) / gap / self.size
            growth = self.size * np.clip(np.nan_to_num(growth, nan=0.0), -STEEP, STEEP)
            if self.is_share:
                half = 0.5 if self.history.whole else 0.0
                strayed = np.log(x + half) - np.log(y - x + half) - self.centre
            elif self.part.how == "sum":
                strayed = (self.scale.forward(x / f) - to_y) / (1.0 - f)
            else:
                strayed = (to_x - to_y) / (1.0 - f)
            return np.asarray(strayed + self.growth * growth)

    @cached_property
    def size(self) -> float:
        """Size of a relative change by one, on the scale."""
        return 1.0 if self.is_share else base.typical_sd(self.history, self.scale) / base.TYPICAL

    @cached_property
    def noise(self) -> tuple[float, float, float]:
        """Location, scale and degrees of freedom of the deviation in the year in hand."""
        f, spread = self.part.fraction, learned(self.part.how)
        before, gap = self.before(self.part.year)
        if self.pace is not None:
            return 0.0, self.pace.scale(self.yearly_variance), learned_pace().weight
        general = spread.noise * self.yearly_variance
        if self.part.how == "last":
            along = (gap - 1 + f) / gap
            general *= along * (1.0 - along) if np.isfinite(before) else 1.0 - f
        past = self.past_deviations
        n, mean = past.size, float(past.mean()) if past.size else 0.0
        df = spread.weight + max(n - 1, 0)
        variance = (spread.weight * general + float(((past - mean) ** 2).sum())) / df
        if not n:
            season = spread.season * self.size**2 / (MONTHS * f * (1.0 - f))
            season = SEASONAL**2 if self.seasonal else season
            return 0.0, float(np.sqrt(variance + season)), df
        # What chance would make of the mean of n years is taken off it.
        kept = max(1.0 - variance / n / mean**2, 0.0) if mean else 0.0
        return kept * mean, float(np.sqrt(variance * (1.0 + 1.0 / n))), df

    @cached_property
    def past_deviations(self) -> FloatArray:
        """Deviations of past years of which the same months are known."""
        past = [(y, part) for y, part in sorted(self.part.past.items()) if y < self.part.year]
        figures = base.figures_in(self.history, [year for year, _ in past])
        found = [
            float(self.deviation(part, figure, *self.before(year)))
            for (year, part), figure in zip(past, figures, strict=True)
        ]
        return np.array([one for one in found if np.isfinite(one)])

    def log_likelihood(self, year: FloatArray) -> FloatArray:
        """Log density of the months given each of `year`, up to a constant."""
        (before, gap), (location, scale, df) = self.before(self.part.year), self.noise
        x = self.part.value
        if self.is_share and self.history.whole and x < COUNTED:
            strayed = location + scale * stdtrit(df, _NODES)
            rise = np.log(np.maximum(year, 0.5) / max(before, 0.5)) / gap
            growth = self.growth * np.clip(np.nan_to_num(rise, nan=0.0), -STEEP, STEEP)
            odds = self.centre + strayed - growth[:, None]
            rest = year[:, None] - x
            ways = gammaln(year + 1.0) - gammaln(year - x + 1.0)
            chance = x * np.log(expit(odds)) + rest * np.log(expit(-odds))
            return np.asarray(ways + logsumexp(chance, axis=1))
        z = (self.deviation(x, year, before, gap) - location) / scale
        density = gammaln(0.5 * (df + 1.0)) - gammaln(0.5 * df) - 0.5 * np.log(df * np.pi)
        density = density - np.log(scale) - 0.5 * (df + 1.0) * np.log1p(z**2 / df)
        if not self.is_share:
            return np.asarray(density)
        return np.asarray(density + np.log(year) - np.log(year - x))

    def edges(self) -> FloatArray:
        """Years' figures that the months alone would give, at 200 levels."""
        (before, gap), (location, scale, df) = self.before(self.part.year), self.noise
        strayed = location + scale * stdtrit(df, _NODES)
        x, f = self.part.value, self.part.fraction
        if self.part.how == "last":
            known = np.isfinite(before)
            along = (gap - 1 + f) / gap if known else 1.0
            start = (1.0 - along) * self.scale.forward(before) if known else 0.0
            return self.scale.inverse((self.scale.forward(x) - strayed - start) / along)
        if self.is_share:
            return np.asarray(x * (1.0 + np.exp(-(self.centre + strayed))))
        whole = x / f if self.part.how == "sum" else x
        return self.scale.inverse(self.scale.forward(whole) - (1.0 - f) * strayed)


@dataclass(frozen=True)
class RestOfYear:
    """What single months or quarters say of the rest of the year.

    Logs less the season have a level that takes in a share of each figure's news. Shares and drifts
    (`SMOOTHINGS`, `DRIFTS`) are averaged by the likelihood of the figures.
    """

    centre: float  # log(P / R), R being what the rest would bring by season, level and drift
    variance: float  # of its error, as far as the figures themselves tell it
    fraction: float  # of the year, that is known
    years: int  # complete ones that it was read from

    @classmethod
    def of(cls, part: YearPart, history: History) -> RestOfYear | None:
        """Read the pace; None without a complete past year, or where a figure is not above 0."""
        figures, size = part.figures, part.figures.shape[1]
        known = part.months * size // MONTHS
        if len(figures) < 2 or known * MONTHS != part.months * size:
            return None
        figures = figures.copy()
        figures[-1, known:] = np.nan
        complete = np.isfinite(figures[:-1]).all(axis=1)
        seen = figures[np.isfinite(figures)]
        if not complete.any() or not np.isfinite(figures[-1, :known]).all() or (seen <= 0.0).any():
            return None
        learnt, logs, rest = learned_pace(), np.log(figures), size - known
        first = part.year - len(logs) + 1
        growth, told = [], set(history.times[history.known].tolist())
        for year in (first + np.flatnonzero(complete)).tolist():
            # Into it and out of it, as far as known.
            both = [_log_growth(history, y) for y in (year, year + 1) if {y - 1, y} <= told]
            growth.append(float(np.mean(both)) if both else 0.0)
        season = _season(logs[:-1][complete], np.array(growth))
        adjusted = (logs - season).ravel()[: (len(logs) - 1) * size + known]
        adjusted = adjusted[np.isfinite(adjusted)]
        by_share = float(logsumexp(season[:known]) - logsumexp(season[known:]))
        found = []
        for smoothing, drifts in product(SMOOTHINGS, DRIFTS):
            drift = drifts * _log_growth(history, part.year - 1) / size
            level, own, count = _level(adjusted, drift, smoothing, MEMORY ** (MONTHS / size))
            ahead = season[known:] + level + drift * np.arange(1, rest + 1)
            by_level = float(np.log(part.value) - logsumexp(ahead))
            centre = learnt.level * by_level + (1.0 - learnt.level) * by_share
            path = float(((1.0 + smoothing * np.arange(rest)) ** 2).sum()) / rest**2
            path += learnt.own_season / (complete.sum() + 1) / rest
            weight = -0.5 * learnt.choice * count * np.log(own)
            found.append((centre, learnt.own * own * path, weight))
        centres, variances, weights = np.array(found).T
        weights = np.exp(weights - logsumexp(weights))
        centre = float(weights @ centres)
        variance = float(weights @ (variances + (centres - centre) ** 2))
        return cls(centre, variance, known / size, int(complete.sum()))

    def scale(self, yearly: float) -> float:
        """Scale of the noise of logit(P / Y), given the variance of the yearly forecast."""
        rest = learned_pace().yearly * yearly * (1.0 - self.fraction)
        return float(np.sqrt(self.variance + rest))


def _log_growth(history: History, year: int) -> float:
    """Log growth from the year before to `year`, at most `STEEP`; 0 if one is not known."""
    before, now = base.figures_in(history, [year - 1, year])
    if not (now > 0.0 and before > 0.0):
        return 0.0
    return float(np.clip(np.log(now / before), -STEEP, STEEP))


def _season(logs: FloatArray, growth: FloatArray) -> FloatArray:
    """Log seasonal factors, (s,), of n complete years (n, s) that grew by `growth`, (n,).

    Their mean over years, shrunk by what chance would make of it; one year cannot tell season from
    chance.
    """
    years, size = logs.shape
    within = (np.arange(size) + 0.5) / size - 0.5
    level = logsumexp(logs, axis=1) - np.log(size)
    factors = logs - level[:, None] - growth[:, None] * within
    weight = SEASON_MEMORY ** np.arange(years)[::-1]
    weight /= weight.sum()
    season = weight @ factors
    moved = float((season**2).mean())
    if years == 1 or moved == 0.0:
        return np.zeros(size)
    alike = 1.0 / float((weight**2).sum())
    squares = ((factors - season) ** 2).sum(axis=1)
    chance = float(weight @ squares) / (size - 1) / (alike - 1.0)
    return np.asarray(season * np.clip(1.0 - learned_pace().season * chance / moved, 0.0, 1.0))


SEASON_MEMORY: Final = 0.85
"""Weight of a year's season against that of the next year."""

MEMORY: Final = 0.97
"""Weight of a month's squared news against that of the next month, in the variance of news."""

SMOOTHINGS: Final = (0.05, 0.1, 0.2, 0.35, 0.55, 0.8, 1.0)
"""Shares of a figure's news that the level may take in."""

DRIFTS: Final = (0.0, 0.5, 1.0)
"""Multiples of last year's growth that may go on within the year."""


def _level(
    adjusted: FloatArray, drift: float, smoothing: float, memory: float
) -> tuple[float, float, float]:
    """Level after the last of adjusted logs; variance and weighted count of the news a step."""
    level, squares, count = float(adjusted[0]), 0.0, 0.0
    for x in adjusted[1:].tolist():
        news = x - level - drift
        squares, count = memory * squares + news**2, memory * count + 1.0
        level += drift + smoothing * news
    return level, max(squares / max(count, 1.0), base.FLOOR**2), count


IQR: Final = 1.3489795
"""Interquartile range of a standard normal."""
