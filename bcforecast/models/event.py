"""Something comes to exist once or more times: in rounds, of which each may bring several."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
from scipy.special import betaln, gammaln, hyp2f1

from bcforecast.distributions import Event, FloatArray
from bcforecast.models import base
from bcforecast.observations.selection import History


@dataclass(frozen=True)
class EventHazard:
    """How many new things come to exist, when they are approved in rounds, at most one a year.

    A year brings a round with a chance that has a Beta prior: `prior_rounds`, above 0, in
    `prior_years`, which are more (by default Jeffreys' prior, half a round in one year). A round
    brings one thing or more: each is the last of its round with a chance whose Beta prior has the
    parameters `prior_sizes`, above 0; by default it is uniform (assumed), and a first round brings
    s with probability 1 / (s (s + 1)). So four of one list are one round of four, not four arrivals
    of which each says that the next is near. `likelihood_ratios`, above 0, are of steps on the way
    that have been taken, each P(taken | the event comes within the horizon) / P(taken | it does
    not); assumed or elicited. They multiply, as if independent. `largest` is the largest number
    told apart; the last class is "so many or more".

    The figures of the history are the number so far: each year between the first and the last
    figure is watched; of a bound-only entry only the rise that it proves is counted. A rise of n in
    d years came in k rounds with the likelihood C(d, k) C(n - 1, k - 1), and every k is weighed.
    Given k rounds and m things in all, the posteriors are Beta(prior_rounds + k, prior_years -
    prior_rounds + years - k) and Beta(last + k, more + m - k). Of t years to come the number with a
    round is then beta-binomial, and r rounds bring n things with probability C(n - 1, r - 1)
    B(last + r, more + n - r) / B(last, more), `last` and `more` being those of the posterior.
    Likelihood ratios multiply the odds of N >= 1 at each horizon; P(N = n | N >= 1) stays. t runs
    from the last figure, or from the origin if there is none.
    """

    prior_rounds: float = 0.5
    prior_years: float = 1.0
    prior_sizes: tuple[float, float] = (1.0, 1.0)
    likelihood_ratios: tuple[float, ...] = ()
    largest: int = 50

    name: ClassVar[str] = "event"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Event:
        """Forecast the number of new things by the end of each year after `history.start`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        rises, gaps = watched(history)
        times = history.times[history.known | history.bound_only]
        since = history.start - int(times[-1]) if times.size else 0
        elapsed = np.arange(1.0, horizon + 1.0) + float(since)
        rounds, chances = self._rounds(rises, gaps)
        probabilities = np.zeros((horizon, classes_to(self.largest).size))
        for k, chance in zip(rounds, chances, strict=True):
            model = self._given(k, rises, gaps)
            probabilities += chance * model._numbers(elapsed)
        ratio, none = float(np.prod(self.likelihood_ratios)), probabilities[:, :1]
        total = none + ratio * (1.0 - none)
        some = probabilities[:, 1:] * ratio
        told = np.concatenate([none / total, some / total], axis=1)
        return Event(told, classes_to(self.largest))

    def learned(self, history: History) -> "EventHazard":
        """The hazard whose prior is what a history taught, its rounds at their expected number."""
        rises, gaps = watched(history)
        rounds, chances = self._rounds(rises, gaps)
        return self._given(float(rounds @ chances), rises, gaps)

    def of_part(self, share: float) -> "EventHazard":
        """The hazard of a part into which each new thing falls with probability `share`.

        A round reaches the part if one of its things falls there; those that do are again
        geometric. The prior of a year's chance is Beta(1, .) about the whole's times the chance of
        being reached: how far a part strays from its size is wide.
        """
        last, more = self.prior_sizes
        # The mean of s / (s + (1 - s) q) over q ~ Beta(last, more).
        reached = float(hyp2f1(1.0, last, last + more, 1.0 - 1.0 / share))
        q, worth = last / (last + more), last + more
        q /= q + share * (1.0 - q)
        sizes, years = (worth * q, worth * (1.0 - q)), 1.0 / (self.rate * reached)
        return replace(self, prior_rounds=1.0, prior_years=years, prior_sizes=sizes)

    @property
    def rate(self) -> float:
        """Expected rounds a year, of the prior."""
        return self.prior_rounds / self.prior_years

    def _given(self, rounds: float, rises: FloatArray, gaps: FloatArray) -> "EventHazard":
        last, more = self.prior_sizes
        return replace(
            self,
            prior_rounds=self.prior_rounds + rounds,
            prior_years=self.prior_years + float(gaps.sum()),
            prior_sizes=(last + rounds, more + float(rises.sum()) - rounds),
        )

    def _rounds(self, rises: FloatArray, gaps: FloatArray) -> tuple[FloatArray, FloatArray]:
        some = rises > 0.0
        ways = np.zeros(1)
        for n, d in zip(rises[some], gaps[some], strict=True):
            k = np.arange(1.0, min(n, d) + 1.0)
            each = _log_choose(d, k) + _log_choose(n - 1.0, k - 1.0)
            sums = np.full(ways.size + each.size - 1, -np.inf)
            for at, one in enumerate(each):
                within = slice(at, at + ways.size)
                sums[within] = np.logaddexp(sums[within], ways + one)
            ways = sums
        rounds = some.sum() + np.arange(float(ways.size))
        (last, more), things = self.prior_sizes, float(rises.sum())
        pauses = self.prior_years - self.prior_rounds + float(gaps.sum()) - rounds
        logs = ways + betaln(self.prior_rounds + rounds, pauses)
        logs = logs + betaln(last + rounds, more + things - rounds)
        chances = np.exp(logs - logs.max())
        return rounds, np.asarray(chances / chances.sum(), dtype=float)

    def _numbers(self, elapsed: FloatArray) -> FloatArray:
        """Probabilities of the classes up to `largest` (or more) under the prior, (H, M).

        `elapsed` (H,) is in whole years, above 0. The sum over a class of several numbers is
        Simpson's integral from half a number before to half a number after.
        """
        (last, more), ends = self.prior_sizes, classes_to(self.largest)
        n, width = ends[:-1], np.diff(ends)
        a, b = self.prior_rounds, self.prior_years - self.prior_rounds
        t = elapsed[:, None]
        # There are no more rounds than years, nor than things.
        of = np.arange(min(float(self.largest), elapsed.max() + 1.0))
        r = np.minimum(of, t)
        came = _log_choose(t, r) + betaln(a + r, b + t - r) - betaln(a, b)
        rounds = np.where(of <= t, np.exp(came), 0.0)
        # [r, n]: r rounds bring n things; no round brings none.
        r = of[1:, None]

        def bring(n: FloatArray) -> FloatArray:
            m = np.maximum(n, r)
            sizes = betaln(last + r, more + m - r) - betaln(last, more)
            return np.where(n >= r, np.exp(sizes + _log_choose(m - 1.0, r - 1.0)), 0.0)

        brought, wide = np.zeros((of.size, n.size)), width > 1.0
        brought[0, 0] = 1.0
        brought[1:] = bring(n)
        low, high = n[wide] - 0.5, n[wide] + width[wide] - 0.5
        inner = bring(low) + 4.0 * bring(0.5 * (low + high)) + bring(high)
        brought[1:, wide] = width[wide] / 6.0 * inner
        numbers = rounds @ brought
        top = np.maximum(1.0 - numbers.sum(axis=1, keepdims=True), 0.0)
        return np.concatenate([numbers, top], axis=1)


EACH: Final = 500
"""Up to here each number of new things is a class of its own; beyond, classes grow by 1 %."""


def classes_to(largest: int) -> FloatArray:
    """Return the least number of each class; the last is `largest`, of so many or more."""
    if largest <= EACH:
        return np.arange(float(largest + 1))
    steps = math.ceil(math.log(largest / EACH) / math.log(1.01))
    beyond = np.rint(np.geomspace(EACH, largest, steps + 1))
    return np.unique(np.concatenate([np.arange(float(EACH)), beyond]))


def _log_choose(n: FloatArray | float, k: FloatArray) -> FloatArray:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0), dtype=float)


def watched(history: History) -> tuple[FloatArray, FloatArray]:
    """New things between successive entries of a history of counts, and the years between.

    Examples
    --------
    >>> watched(History.of([2019, 2021], [0, 4], support=(0.0, float("inf")), whole=True))
    (array([4.]), array([2.]))
    """
    entries = history.known | history.bound_only
    proven = np.where(history.known, history.values, history.lower)[entries]
    # A first bound proves nothing of what was there before it, and what exists does not go away.
    first = float(proven[0]) if proven.size and np.isfinite(proven[0]) else 0.0
    so_far = np.maximum.accumulate(np.maximum(proven, first))
    return np.rint(np.diff(so_far)), np.diff(history.times[entries]).astype(float)
