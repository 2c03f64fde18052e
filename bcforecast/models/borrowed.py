"""What an indicator without figures enough borrows: a parent's forecast, peers' growth, judgement.

A share of the parent's wanders from what is known of it: a Gaussian process on the logit scale (a
factor between ratios: on the log scale); the forecast is its product with the parent's, by
quadrature. With a figure or two, growth is like that of peers. With none, officials are asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import ClassVar, Final, Literal, NamedTuple

import numpy as np
from scipy.special import expit, ndtr, ndtri

from bcforecast import config
from bcforecast import distributions as dist
from bcforecast.distributions import Distribution, FloatArray, Transform
from bcforecast.models import base
from bcforecast.observations.selection import History, IntArray

ShareKind = Literal["share", "factor"]
"""`share`: part of a sum, logit scale. `factor`: a ratio over the parent's ratio, log scale."""

LINKS: Final[dict[ShareKind, Transform]] = {
    "share": Transform("logit", 0.0, 1.0),
    "factor": Transform("log", 0.0),
}
"""Scale on which each kind of share is a random walk."""


LEARNED: Final = Path(__file__).parent / "learned" / "share.json"
"""What was learned from provinces; `make train WHAT=share` writes it, with recipe and hashes."""


class Spreads(NamedTuple):
    """Standard deviations learned from provinces: shares on the logit, factors on the log scale.

    `innovation_sd`, `factor_innovation_sd`: of a year's change, per square root of a year.
    `size_sd`: of a share about the area's size share. `factor_sd`: of a ratio over the whole's.
    """

    innovation_sd: float
    size_sd: float
    factor_innovation_sd: float
    factor_sd: float


@cache
def learned() -> Spreads:
    """Standard deviations of shares and factors, as shipped."""
    record = config.shipped(LEARNED)
    return Spreads(**{name: float(record[name]) for name in Spreads._fields})


@dataclass(frozen=True)
class SharePrior:
    """Normal prior of a share or factor, on the logit scale of a share or the log of a factor.

    It speaks of `year`, by default the year after which forecasts start; `sd` is above 0.
    """

    location: float
    sd: float
    kind: ShareKind = "share"
    year: int | None = None

    @property
    def median(self) -> float:
        """Median share or factor."""
        return float(LINKS[self.kind].inverse(self.location))


def prior_from_sizes(
    sizes: Sequence[tuple[float, float]], *, year: int | None = None
) -> SharePrior:
    """Take a district's share in its parent's size as the centre of its share of anything else.

    `sizes` are pairs of the district's figure and its parent's, each in one unit and of one period
    (residents, gross product, firms in a register): at least one, each above 0 and smaller than its
    whole. The prior, of the `year`, is centred on the mean of the logits of the size shares, as
    wide as `learned().size_sd`.

    The spread is learned from provinces: the root mean square distance between the logit of a
    province's share of technology contract turnover or research spending and the mean logit of its
    shares of residents and gross product. It is taken about the size share itself and not about
    the provinces' mean, so it holds that a typical area lies below its size share.

    Examples
    --------
    >>> round(prior_from_sizes([(909643, 13866009)]).median, 4)
    0.0656
    """
    shares = np.array([own / whole for own, whole in sizes])
    location = float(LINKS["share"].forward(shares).mean())
    return SharePrior(location, learned().size_sd, year=year)


_LEAST_SD = 1e-6


@dataclass(frozen=True)
class ShareFigures:
    """Figures of a share on its own scale (logit or log), each array of shape (n,)."""

    years: FloatArray
    theta: FloatArray  # NaN where only bounds are known
    variance: FloatArray  # of the figure's error
    low: FloatArray
    high: FloatArray


NODES: Final = np.linspace(-5.0, 5.0, 201)
"""Standard normal nodes at which a parent's forecast is read."""

_EDGES: Final = np.concatenate([[-np.inf], (NODES[1:] + NODES[:-1]) / 2.0, [np.inf]])
NODE_WEIGHTS: Final = np.diff(ndtr(_EDGES))
"""Probability that each node stands for; they sum to 1."""

_CENTRAL: Final = np.abs(NODES) < 3.29
_SD_REACH: Final = 10.0
_NORMAL: Final = (np.arange(401) - 200) / 40.0
_DENSITY: Final = np.exp(-0.5 * _NORMAL**2) / np.exp(-0.5 * _NORMAL**2).sum()


@dataclass(frozen=True)
class ShareForecast(Distribution):
    """Y = P g(theta), P independent of theta, theta a normal mixture.

    P(Y <= y) = sum_k w_k sum_m v_m Phi((link(y / P_k) - location_m) / scale): exact in theta, and
    by quadrature on 201 nodes in P.

    The whole has quantiles `parent` (K, H) at the nodes; theta a location (M, H), scale (H,) and
    `weights` (M,), on the scale of `link`: logit of a share of the whole, or log of a factor on it.
    """

    parent: FloatArray
    location: FloatArray
    scale: FloatArray
    weights: FloatArray
    link: Transform

    def _horizon(self) -> int:
        return int(self.parent.shape[1])

    def _probability(self, tail: dist.Tail, x: FloatArray) -> FloatArray:
        values, sign = self._each(x), 1.0 if tail == "cdf" else -1.0
        linked = self.link.forward(values[..., None, :] / self.parent)
        total = np.zeros(values.shape)
        for m, weight in enumerate(self.weights):
            z = sign * (linked - self.location[m]) / self.scale
            total += weight * np.einsum("...kh,k->...h", ndtr(z), NODE_WEIGHTS)
        return np.clip(total, 0.0, 1.0)

    def _ppf(self, u: FloatArray) -> FloatArray:
        levels = self._each(u)
        reach = _SD_REACH * self.scale
        bottom = self._log_part(self.location.min(axis=0) - reach)
        top = self._log_part(self.location.max(axis=0) + reach)
        low = np.broadcast_to(np.log(self.parent.min(axis=0)) + bottom, levels.shape)
        high = np.broadcast_to(np.log(self.parent.max(axis=0)) + top, levels.shape)
        logs = dist.inverted(lambda v: self._probability("cdf", np.exp(v)), levels, low, high)
        return np.where(levels <= 0.0, 0.0, np.exp(np.minimum(logs, 709.0)))

    def _mean(self) -> FloatArray:  # of the central 99.9 % of the whole times that of the share
        whole = np.average(self.parent, axis=0, weights=NODE_WEIGHTS * _CENTRAL)
        theta = self.location[:, :, None] + self.scale[:, None] * _NORMAL
        share = self.link.inverse(theta) @ _DENSITY
        return np.asarray(whole * (self.weights @ share))

    def _log_part(self, theta: FloatArray) -> FloatArray:
        if self.link.name == "logit":
            return np.log(np.maximum(expit(theta), 1e-300))
        return theta


ZERO_COUNT: Final = 0.5
"""A count of 0 is taken as half a thing, with a log standard error of 1 (assumed)."""


@dataclass(frozen=True)
class Share:
    """The parent's trend, and a share that wanders from what is known of it.

    The parent's figures are those known at the same date, above 0; its forecast begins with the
    year after `parent.start`. A year's change of the share has the standard deviation
    `innovation_sd`, on the logit or log scale: by default what `learned` says of shares or of
    factors.

    Each figure of the district, over the parent's in that year, is an observation of the share; if
    the parent's year is a gap, a bound or beyond the forecast's origin, the parent's own
    uncertainty is added to the error. A year that the parent already knows takes its own figure.

    Examples
    --------
    >>> from bcforecast.models.trend import Trend
    >>> city = History.of(range(2016, 2022), [3257, 4093, 5000, 6106, 7420, 9050],
    ...                   support=(0.0, float("inf")), whole=True)
    >>> prior = prior_from_sizes([(909643, 13866009), (944.9, 18809.64)])
    >>> model = Share(city, Trend().fit(city, 1), prior)
    >>> district = History.of([], [], support=(0.0, float("inf")), whole=True, origin=2021)
    >>> 450 < model.fit(district, 1).median()[0] < 700
    np.True_
    """

    parent: History
    parent_forecast: Distribution
    prior: SharePrior
    innovation_sd: float | None = None
    seed: int = config.SEED

    name: ClassVar[str] = "share"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon` of the district."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        base.require_possible(self.parent, model=self.name)
        history = base.rounded(history)
        usable = history.known | history.bound_only
        years = np.arange(history.start + 1, history.start + horizon + 1)
        wholes = self._wholes(np.concatenate([history.times[usable], years]), history)
        known, ahead = np.split(wholes, [int(usable.sum())], axis=1)
        figures = self._figures(history, np.log(known))
        prior_year = history.start if self.prior.year is None else self.prior.year
        location, scale, weights = self._posterior(figures, years.astype(float), prior_year)
        forecast = ShareForecast(ahead, location, scale, weights, LINKS[self.prior.kind])
        return base.as_counted(history, base.within_support(history, forecast))

    def _posterior(
        self, figures: ShareFigures, years: FloatArray, prior_year: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The share in `years` (H,): normal in the prior's year, a random walk from there.

        Location (M, H), scale (H,) and weights (M,), which sum to 1; M is 1 without bounds, else
        `COMPLETIONS`.

        cov(t, u) = sd^2 + q^2 min(|t - t0|, |u - t0|) on the same side of the prior year t0, sd^2
        across it. Exact figures by normal conditioning. Bounds by sequential importance sampling:
        each bounded entry is drawn from its truncated conditional, stratified, and the completion
        weighted by the probability of the bound given the draws before it: exact as the count
        grows.
        """
        known = np.isfinite(figures.theta)
        times, noise = figures.years[known], figures.variance[known]
        bounded = np.flatnonzero(~known)
        m = config.COMPLETIONS if bounded.size else 1
        rng = np.random.default_rng(self.seed)
        is_share = self.prior.kind == "share"
        default = learned().innovation_sd if is_share else learned().factor_innovation_sd
        innovation_sd = default if self.innovation_sd is None else self.innovation_sd
        drawn = np.tile(figures.theta[known], (m, 1))
        log_weights = np.zeros(m)

        def covariance(t: FloatArray, u: FloatArray) -> FloatArray:
            a, b = t[:, None] - prior_year, u[None, :] - prior_year
            shared = np.where(a * b > 0.0, np.minimum(np.abs(a), np.abs(b)), 0.0)
            return np.asarray(self.prior.sd**2 + innovation_sd**2 * shared)

        def conditional(new: FloatArray) -> tuple[FloatArray, FloatArray]:
            cross = covariance(new, times)
            own = covariance(times, times) + np.diag(noise)
            gain = np.linalg.solve(own, cross.T).T if times.size else cross
            mean = self.prior.location + (drawn - self.prior.location) @ gain.T
            variance = np.diag(covariance(new, new)) - np.sum(gain * cross, axis=1)
            return mean, np.sqrt(np.maximum(variance, _LEAST_SD**2))

        for i in bounded:
            mean, sd = conditional(figures.years[[i]])
            u = (np.arange(m) + 0.5) / m if bounded.size == 1 else (rng.permutation(m) + 0.5) / m
            low, high = float(figures.low[i]), float(figures.high[i])
            log_weights += base.log_mass(mean[:, 0], sd[0], low, high)
            draw = base.truncated_normal(mean[:, 0], sd[0], low, high, u)
            times = np.append(times, figures.years[i])
            noise = np.append(noise, _LEAST_SD**2)
            drawn = np.column_stack([drawn, draw])
        location, scale = conditional(years)
        weights = np.exp(log_weights - log_weights.max())
        return location, scale, weights / weights.sum()

    def _wholes(self, years: IntArray, own: History) -> FloatArray:
        """Quantiles of the parent at the nodes for each year, shape (K, years), above 0."""
        start, reach = self.parent.start, self.parent_forecast.horizon
        if years.size and int(years.max()) > start + reach:
            values = {"found": start + reach, "needed": int(years.max())}
            raise base.refusal("models.parent_short", own, self.name, **values)
        if self.parent.n_values == 0 or float(np.nanmin(self.parent.values)) <= 0.0:
            raise base.refusal("models.parent_not_positive", self.parent, self.name)
        out = np.empty((NODE_WEIGHTS.size, years.size))
        later = years > start
        if later.any():
            continuous = dist.uncounted(self.parent_forecast)
            out[:, later] = continuous.quantile(ndtr(NODES))[:, years[later] - start - 1]
        if (~later).any():
            out[:, ~later] = _known_wholes(self.parent, years[~later], self.seed)
        least = 1e-12 * out[NODE_WEIGHTS.size // 2]
        return np.maximum(out, np.maximum(least, 1e-300))

    def _figures(self, history: History, log_whole: FloatArray) -> ShareFigures:
        usable = history.known | history.bound_only
        years = history.times[usable]
        link = LINKS[self.prior.kind]
        mean = NODE_WEIGHTS @ log_whole
        whole_var = NODE_WEIGHTS @ (log_whole - mean) ** 2
        whole = np.exp(mean)
        values, error = history.values[usable], history.error_sd[usable]
        zero = values == 0.0
        if history.whole:
            values, error = np.where(zero, ZERO_COUNT, values), np.where(zero, ZERO_COUNT, error)
        part = values / whole
        bad = (values <= 0.0) | ((part >= 1.0) & (self.prior.kind == "share"))
        if bad.any():
            i = int(np.flatnonzero(bad)[0])
            about = {"year": int(years[i]), "found": values[i], "parent": whole[i]}
            raise base.refusal("models.share_impossible", history, self.name, **about)
        slope = 1.0 / (1.0 - part) if self.prior.kind == "share" else np.ones_like(part)
        return ShareFigures(
            years=years.astype(float),
            theta=np.where(np.isfinite(part), link.forward(np.nan_to_num(part, nan=0.5)), np.nan),
            variance=slope**2 * ((error / values) ** 2 + whole_var),
            low=link.forward(np.maximum(history.lower[usable], 0.0) / whole),
            high=link.forward(np.maximum(history.upper[usable], 0.0) / whole),
        )


def _known_wholes(parent: History, years: IntArray, seed: int) -> FloatArray:
    """Quantiles of the parent at the nodes for years up to its origin: figures and completions."""
    missing = np.setdiff1d(years, parent.times[parent.known | parent.bound_only])
    known = parent.kept(~np.isin(parent.times, missing), origin=parent.start)
    known = replace(known, support=(max(parent.support[0], 0.0), parent.support[1]))
    # A year that the parent lacks is an entry of which only "not negative" is known.
    done = base.completions(base.extended(known, missing, low=0.0), seed=seed)
    at = np.searchsorted(done[0].times, years)
    levels = np.cumsum(NODE_WEIGHTS) - NODE_WEIGHTS / 2.0
    return np.asarray(np.quantile([one.values[at] for one in done], levels, axis=0))


PEERS: Final = 3
"""Fewest peers."""

PEER_VALUES: Final = 3
"""Fewest values of a peer."""


@dataclass(frozen=True)
class PeerGrowth:
    """What the peers say of yearly growth, on the working scale."""

    mean: float  # over peers
    mean_var: float  # of that mean
    between_var: float  # of true growth between peers
    within_var: float  # of one year's change about a peer's own growth


@dataclass(frozen=True)
class BorrowedGrowth:
    """A level of its own, a growth like that of its peers.

    Peers are other indicators of the same area, or the same indicator elsewhere; at least three
    with three values each on the same scale. Others are left out.

    Growth of peer p over T_p years is N(g_p, s2 / T_p), g_p ~ N(g, tau2): tau2 by the method of
    moments (DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2), s2 the pooled squared
    deviations of the peers' yearly changes. This series' growth is N(g, tau2 + var g), updated by
    its own increments if it has several figures; year n + h is Student-t with (peers - 1) degrees
    of freedom, squared scale h s2 + h^2 var(growth). Everything is from data, nothing assumed.
    Growth is relative: figures must be above 0, on the log or (two-sided support) logit scale.
    """

    peers: tuple[History, ...]
    count: int = config.COMPLETIONS
    seed: int = config.SEED

    name: ClassVar[str] = "borrowed_growth"
    minimum_observations: ClassVar[int] = 1

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        scale = _growth_scale(history)
        if scale.name == "identity":
            found = float(np.nanmin(history.values))
            raise base.refusal("models.not_positive", history, self.name, found=found)
        usable = self.usable_peers(history)
        if len(usable) < PEERS:
            values = {"found": len(usable), "minimum": PEERS, "values": PEER_VALUES}
            raise base.refusal("models.too_few_peers", history, self.name, **values)
        # Figures above 0 without a stated support: a completion must stay above 0 too.
        if scale.name == "log" and history.support[0] < scale.low:
            history = replace(history, support=(scale.low, history.support[1]))
        return base.fit_completed(
            history,
            horizon,
            [partial(_grown_on, peer_growth(usable))],
            df=float(len(usable) - 1),
            scale=scale,
            count=self.count,
            seed=self.seed,
        )

    def usable_peers(self, history: History) -> tuple[History, ...]:
        """Return the peers with three values at least whose growth is on the history's scale."""
        name = _growth_scale(history).name
        enough = (peer for peer in self.peers if peer.n_values >= PEER_VALUES)
        return tuple(peer for peer in enough if _growth_scale(peer).name == name)


def peer_growth(peers: tuple[History, ...]) -> PeerGrowth:
    """Estimate mean growth, and its variance between and within peers, by moments."""
    rises, spans, floors, squares, freedom = [], [], [], 0.0, 0
    for peer in peers:
        scale = _growth_scale(peer)
        floors.append(base.floor_sd(peer, scale) ** 2)
        known = peer.known
        z, years = scale.forward(peer.values[known]), peer.times[known].astype(float)
        steps, changes = np.diff(years), np.diff(z)
        mean = changes.sum() / steps.sum()
        squares += float(((changes - mean * steps) ** 2 / steps).sum())
        freedom += steps.size - 1
        rises.append(mean)
        spans.append(steps.sum())
    within = max(squares / freedom, float(np.mean(floors)))
    growth, weight = np.array(rises), np.array(spans) / within
    fixed = float(weight @ growth / weight.sum())
    excess = float(weight @ (growth - fixed) ** 2) - (growth.size - 1)
    scaled = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(excess / scaled, 0.0)
    total = 1.0 / (between + 1.0 / weight)
    mean, mean_var = float(total @ growth / total.sum()), float(1.0 / total.sum())
    return PeerGrowth(mean, mean_var, between_var=between, within_var=within)


def _grown_on(growth: PeerGrowth, history: History, scale: Transform, steps: int) -> base.Fitted:
    z, years = scale.forward(history.values), history.times.astype(float)
    prior_var = growth.between_var + growth.mean_var
    span = float(years[-1] - years[0])
    precision = 1.0 / prior_var + span / growth.within_var
    mean = (growth.mean / prior_var + float(z[-1] - z[0]) / growth.within_var) / precision
    ahead = np.arange(1, steps + 1)
    variance = ahead * growth.within_var + ahead**2 / precision
    return z[-1] + ahead * mean, np.sqrt(variance)


def _growth_scale(history: History) -> Transform:
    """Scale on which growth is relative: logit or log; identity if figures forbid it."""
    unbounded = np.isinf(history.support).all()
    if unbounded and (history.values[history.known] > 0.0).all():
        return Transform("log")
    return base.working_scale(history)


_Z90: Final = float(ndtri(0.9))


@dataclass(frozen=True)
class Opinion:
    """Increasing quantiles of a year to come, in the unit of the indicator, of one official."""

    expert: str  # a function rather than a name
    year: int
    q10: float
    q50: float
    q90: float


@dataclass(frozen=True)
class Judgement:
    """Elicited quantiles as a forecast: always grade D, always shown as elicited.

    Each opinion is a split normal on the log scale above a lower end of the support, on the logit
    scale between two ends, else on the scale of the figures: exact at its three quantiles in its
    own year. Before that year the median moves in a straight line (on that scale) from the last
    figure if there is one, and stays if there is none; after it, it stays. The widths grow with
    the square root of the time from the last figure, or from the origin if there is none. Opinions
    are pooled with equal weights (linear pool; O'Hagan et al. 2006, Uncertain Judgements,
    doi:10.1002/0470033312).
    """

    opinions: tuple[Opinion, ...]  # at least one

    name: ClassVar[str] = "judgement"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        members = tuple(_fitted(opinion, history, horizon) for opinion in self.opinions)
        pooled = members[0] if len(members) == 1 else dist.Pooled(members)
        return base.as_counted(history, base.within_support(history, pooled))


def _fitted(opinion: Opinion, history: History, horizon: int) -> "SplitNormal":
    (low, high), scale = map(float, history.support), Transform()
    if opinion.q10 < low or opinion.q90 > high:
        found = f"{opinion.q10:.10g}, {opinion.q50:.10g}, {opinion.q90:.10g}"
        about = {"expert": opinion.expert, "year": opinion.year, "low": low, "high": high}
        raise base.refusal(
            "models.quantiles_support", history, Judgement.name, found=found, **about
        )
    if -np.inf < low < opinion.q10 and opinion.q90 < high:
        scale = Transform("log", low) if high == np.inf else Transform("logit", low, high)
    z10, z50, z90 = scale.forward([opinion.q10, opinion.q50, opinion.q90]).tolist()
    known = np.flatnonzero(history.known)
    last = int(history.times[known[-1]]) if known.size else history.start
    elapsed = np.arange(1, horizon + 1) + float(history.start - last)
    share = elapsed / (opinion.year - last)
    start = float(scale.forward(history.values[known[-1]])) if known.size else z50
    if not np.isfinite(start):
        start = z50
    median = start + np.minimum(share, 1.0) * (z50 - start)
    width = np.sqrt(share) / _Z90
    return SplitNormal(median, width * (z50 - z10), width * (z90 - z50), scale)


@dataclass(frozen=True)
class SplitNormal(Distribution):
    """Normal halves of different width on either side of the median, on a working scale.

    P(X <= x) = Phi((z - median) / left) below the median and Phi((z - median) / right) above, so
    that the median and one quantile on each side are met exactly. (The two-piece normal of the fan
    charts is joined at the mode instead and cannot be read off three quantiles.)
    """

    centre: FloatArray  # (H,): the median, on the working scale
    left: FloatArray  # (H,): widths, above 0
    right: FloatArray
    scale: Transform

    def _horizon(self) -> int:
        return int(self.centre.size)

    def _probability(self, tail: dist.Tail, x: FloatArray) -> FloatArray:
        z = self.scale.forward(x) - self.centre
        z = z / np.where(z < 0.0, self.left, self.right)
        return np.asarray(ndtr(z if tail == "cdf" else -z))

    def _ppf(self, u: FloatArray) -> FloatArray:
        z = ndtri(u)
        return self.scale.inverse(self.centre + np.where(z < 0.0, self.left, self.right) * z)
