"""Something comes to exist once or more times: a Poisson process with a Gamma prior on its rate."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from scipy.special import betainc, betaln, xlog1py, xlogy

from bcforecast.distributions import Event, FloatArray
from bcforecast.errors import ModelError
from bcforecast.models import base, registry
from bcforecast.observations.selection import History

PRIOR_EVENTS: Final = 0.5
PRIOR_YEARS: Final = 5.0
"""Gamma prior of the yearly rate: as if half an event had been seen in five years (assumed)."""


@dataclass(frozen=True)
class EventHazard:
    """How many new things come to exist.

    Gamma prior of the yearly rate: shape `prior_events`, above 0, and rate `prior_years`, which may
    be 0 (Jeffreys' prior is Gamma(0.5, 0)) where the history has entries in two years.
    `likelihood_ratios`, above 0, are of steps on the way that have been taken, each P(taken | the
    event comes within the horizon) / P(taken | it does not); assumed or elicited. They multiply, as
    if independent. `largest` is the largest number told apart; the last class is "so many or more".


    With posterior Gamma(a, b), a = prior_events + events and b = prior_years + years, N new events
    in t years are negative binomial: P(N = n) = Gamma(a + n) / (Gamma(a) n!) (b / (b + t))^a
    (t / (b + t))^n. Likelihood ratios multiply the odds of N >= 1 at each horizon; P(N = n | N >=
    1) stays. The figures of the history are the number so far: each rise is an event, each year
    between the first and the last figure is exposure; of a bound-only entry only the rise that it
    proves is counted. t runs from the last figure, or from the origin if there is none.
    """

    prior_events: float = PRIOR_EVENTS
    prior_years: float = PRIOR_YEARS
    likelihood_ratios: tuple[float, ...] = ()
    largest: int = 10

    name: ClassVar[str] = "event"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Event:
        """Forecast the number of new things by the end of each year after `history.start`."""
        base.accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        for setting, fine in (
            ("prior_events", self.prior_events > 0.0),
            ("prior_years", self.prior_years + watched(history)[1] > 0.0),
            ("likelihood_ratios", all(ratio > 0.0 for ratio in self.likelihood_ratios)),
            ("largest", self.largest >= 1),
        ):
            if not fine:
                found, named = getattr(self, setting), registry.model_name(self.name)
                raise ModelError("models.event_setting", model=named, setting=setting, found=found)
        events, years = watched(history)
        elapsed = np.arange(1.0, horizon + 1.0) + float(history.start - _last(history))
        shape, rate = self.prior_events + events, self.prior_years + years
        probabilities = gamma_poisson(shape, rate, elapsed, self.largest)
        ratio, none = float(np.prod(self.likelihood_ratios)), probabilities[:, :1]
        total = none + ratio * (1.0 - none)
        some = probabilities[:, 1:] * ratio
        return Event(np.concatenate([none / total, some / total], axis=1))


def gamma_poisson(shape: float, rate: float, elapsed: FloatArray, largest: int) -> FloatArray:
    """Negative binomial probabilities of 0 .. `largest` (or more) events, (H, largest + 1).

    `shape` and `rate` are of the Gamma distribution of the yearly rate, above 0; `elapsed` (H,) is
    in years, above 0.
    """
    n = np.arange(largest)
    t = elapsed[:, None]
    choose = -betaln(shape, n + 1.0) - np.log(shape + n)
    log_p = choose - xlog1py(shape, t / rate) + xlogy(n, t / (rate + t))
    top = betainc(largest, shape, t / (rate + t))
    return np.concatenate([np.exp(log_p), top], axis=1)


def watched(history: History) -> tuple[float, float]:
    """Events and years of exposure between the first and the last entry of a history of counts.

    Examples
    --------
    >>> watched(History.of([2019, 2021], [0, 4], support=(0.0, float("inf")), whole=True))
    (4.0, 2.0)
    """
    entries = history.known | history.bound_only
    times = history.times[entries]
    if not times.size:
        return 0.0, 0.0
    proven = np.where(history.known, history.values, history.lower)[entries]
    first = float(proven[0]) if np.isfinite(proven[0]) else 0.0
    events = max(float(proven[1:].max(initial=first)), first) - first
    return events, float(times[-1] - times[0])


def _last(history: History) -> int:
    """The last entry's year, or the origin if there is none."""
    times = history.times[history.known | history.bound_only]
    return int(times[-1]) if times.size else history.start
