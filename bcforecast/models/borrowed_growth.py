"""Growth borrowed from peers, for an indicator with one or two figures of its own."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final

import numpy as np

from bcforecast.config import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, Transform
from bcforecast.models import base
from bcforecast.observations.selection import History

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
    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "borrowed_growth"
    minimum_observations: ClassVar[int] = 1

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        scale = _growth_scale(history)
        if scale.name == "identity":
            found = f"{float(np.nanmin(history.values)):.10g}"
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
            [partial(_fit_one, peer_growth(usable))],
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
    rises, spans, squares, freedom, least = [], [], 0.0, 0, 0.0
    for peer in peers:
        scale = _growth_scale(peer)
        known = peer.known
        z, years = scale.forward(peer.values[known]), peer.times[known].astype(float)
        steps, changes = np.diff(years), np.diff(z)
        mean = changes.sum() / steps.sum()
        squares += float(((changes - mean * steps) ** 2 / steps).sum())
        freedom += steps.size - 1
        rises.append(mean)
        spans.append(steps.sum())
        least = base.floor_sd(peer, scale) ** 2
    within = max(squares / freedom, least)
    growth, weight = np.array(rises), np.array(spans) / within
    fixed = float(weight @ growth / weight.sum())
    excess = float(weight @ (growth - fixed) ** 2) - (growth.size - 1)
    scaled = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(excess / scaled, 0.0)
    total = 1.0 / (between + 1.0 / weight)
    mean, mean_var = float(total @ growth / total.sum()), float(1.0 / total.sum())
    return PeerGrowth(mean, mean_var, between_var=between, within_var=within)


def _fit_one(growth: PeerGrowth, history: History, scale: Transform, steps: int) -> base.Fitted:
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
