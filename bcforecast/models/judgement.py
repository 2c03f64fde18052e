"""Elicited judgement as a forecast."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bcforecast.distributions import ByTail, Distribution, FloatArray, Pooled, Tail, Transform
from bcforecast.errors import ModelError
from bcforecast.models import base, registry
from bcforecast.observations.selection import History

_Z90 = float(ndtri(0.9))


@dataclass(frozen=True)
class Opinion:
    """Increasing quantiles of one year, in the indicator's unit, as one official gave them."""

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

    opinions: tuple[Opinion, ...]

    name: ClassVar[str] = "judgement"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        if not self.opinions:
            raise ModelError("models.no_opinion", model=registry.model_name(self.name))
        members = tuple(_fitted(opinion, history, horizon) for opinion in self.opinions)
        pooled = members[0] if len(members) == 1 else Pooled(members)
        return base.as_counted(history, base.within_support(history, pooled))


def _fitted(opinion: Opinion, history: History, horizon: int) -> "SplitNormal":
    _require_possible(opinion, history)
    low, high = history.support
    scale = Transform()
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


def _require_possible(opinion: Opinion, history: History) -> None:
    given, (low, high) = (opinion.q10, opinion.q50, opinion.q90), history.support
    if not (all(np.isfinite(given)) and opinion.q10 < opinion.q50 < opinion.q90):
        key = "models.quantiles_order"
    elif opinion.q10 < low or opinion.q90 > high:
        key = "models.quantiles_support"
    elif opinion.year <= history.start:
        key = "models.opinion_year"
    else:
        return
    raise ModelError(
        key,
        model=registry.model_name("judgement"),
        expert=opinion.expert,
        found=", ".join(f"{q:.10g}" for q in given),
        low=f"{low:.10g}",
        high=f"{high:.10g}",
        year=opinion.year,
        origin=history.start,
    )


@dataclass(frozen=True)
class SplitNormal(ByTail):
    """Normal halves of different width on either side of the median, on a working scale.

    P(X <= x) = Phi((z - median) / left) below the median and Phi((z - median) / right) above, so
    that the median and one quantile on each side are met exactly. (The two-piece normal of the fan
    charts is joined at the mode instead and cannot be read off three quantiles.)
    """

    centre: FloatArray  # (H,): the median, on the working scale
    left: FloatArray  # (H,): widths, above 0
    right: FloatArray
    scale: Transform

    @property
    def horizon(self) -> int:
        """Number of periods ahead, H."""
        return int(self.centre.size)

    def probability(self, tail: Tail, x: npt.ArrayLike) -> FloatArray:
        """Phi of the distance from the median in widths, or of its opposite."""
        z = self.scale.forward(x) - self.centre
        z = z / np.where(z < 0.0, self.left, self.right)
        return np.asarray(ndtr(z if tail == "cdf" else -z))

    def ppf(self, u: npt.ArrayLike) -> FloatArray:
        """Quantiles in closed form."""
        z = ndtri(np.asarray(u, dtype=float))
        return self.scale.inverse(self.centre + np.where(z < 0.0, self.left, self.right) * z)
