"""Something comes to exist once or more times: a Poisson process with a Gamma prior on its rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from scipy.special import betainc, betaln, xlog1py, xlogy

from bcforecast.distributions import Event, FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.base import accept, model_name
from bcforecast.observations.selection import History

PRIOR_EVENTS: Final = 0.5
PRIOR_YEARS: Final = 5.0
"""Gamma prior of the yearly rate: as if half an event had been seen in five years (assumed)."""

PEER_WEIGHT: Final = 0.5
"""Weight of a year elsewhere against a year of one's own (assumed)."""


@dataclass(frozen=True)
class Milestone:
    """A step on the way that has been taken, as evidence that the event will come.

    Parameters
    ----------
    title
        What was reached.
    likelihood_ratio
        P(reached | the event comes within the horizon) / P(reached | it does not), above 0; assumed
        or elicited, never learned here.
    """

    title: str
    likelihood_ratio: float


@dataclass(frozen=True)
class EventHazard:
    """How many new things come to exist.

    Parameters
    ----------
    prior_events, prior_years
        Shape and rate of the Gamma prior of the yearly rate, above 0 (assumed).
    exposure_years
        Years before the history's first figure that passed without an event.
    peer_events, peer_years
        Events seen elsewhere, and the area-years over which they were looked for: 4 parks in 16
        districts over 3 years are 4 events in 48 years.
    peer_weight
        Weight of evidence from elsewhere, 0 to 1 (assumed).
    milestones
        Steps already taken; their likelihood ratios multiply (taken as independent).
    largest
        Largest number told apart; the last class is "so many or more".

    Notes
    -----
    With posterior Gamma(a, b), a = prior_events + own events + weight x peer events and b =
    prior_years + own years + weight x peer years, N new events in t years are negative binomial:
    P(N = n) = Gamma(a + n) / (Gamma(a) n!) (b / (b + t))^a (t / (b + t))^n. Milestones multiply
    the odds of N >= 1 at each horizon by their ratio; P(N = n | N >= 1) stays. The figures of the
    history are the number so far: each rise is an event, each year between the first and the last
    figure is exposure; of a bound-only entry only the rise that it proves is counted. t runs from
    the last figure, or from the origin if there is none.

    Examples
    --------
    >>> none = History.of([2019, 2021], [0, 0], support=(0.0, float("inf")), whole=True)
    >>> EventHazard(prior_events=1.0, prior_years=3.0).fit(none, 1).at_least(1).round(4).tolist()
    [0.1667]
    """

    prior_events: float = PRIOR_EVENTS
    prior_years: float = PRIOR_YEARS
    exposure_years: float = 0.0
    peer_events: float = 0.0
    peer_years: float = 0.0
    peer_weight: float = PEER_WEIGHT
    milestones: tuple[Milestone, ...] = ()
    largest: int = 10

    name: ClassVar[str] = "event"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Event:
        """Forecast the number of new things by the end of each year after `history.start`.

        Raises
        ------
        ModelError
            For settings outside their range, or impossible figures.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        self._check()
        events, years, last = _seen(history)
        weight = self.peer_weight
        shape = self.prior_events + events + weight * self.peer_events
        rate = self.prior_years + self.exposure_years + years + weight * self.peer_years
        elapsed = np.arange(1.0, horizon + 1.0) + float(history.start - last)
        probabilities = gamma_poisson(shape, rate, elapsed, self.largest)
        ratio = float(np.prod([m.likelihood_ratio for m in self.milestones]))
        return Event(_with_evidence(probabilities, ratio))

    def _check(self) -> None:
        allowed = {
            "prior_events": self.prior_events > 0.0,
            "prior_years": self.prior_years > 0.0,
            "exposure_years": self.exposure_years >= 0.0,
            "peer_events": self.peer_events >= 0.0,
            "peer_years": self.peer_years >= 0.0
            and (self.peer_years > 0.0 or not self.peer_events),
            "peer_weight": 0.0 <= self.peer_weight <= 1.0,
            "largest": self.largest >= 1,
            "milestones": all(m.likelihood_ratio > 0.0 for m in self.milestones),
        }
        for setting, fine in allowed.items():
            if not fine:
                raise ModelError(
                    "models.event_setting",
                    model=model_name(self.name),
                    setting=setting,
                    found=getattr(self, setting),
                )


def gamma_poisson(shape: float, rate: float, elapsed: FloatArray, largest: int) -> FloatArray:
    """Negative binomial probabilities of 0 .. `largest` (or more) events.

    Parameters
    ----------
    shape, rate
        Of the Gamma distribution of the yearly rate, above 0.
    elapsed
        Shape (H,), years, above 0.

    Returns
    -------
    Shape (H, largest + 1); rows sum to 1, the last entry P(N >= largest).

    Examples
    --------
    >>> gamma_poisson(1.0, 1.0, np.array([1.0]), 2).round(3).tolist()
    [[0.5, 0.25, 0.25]]
    """
    n = np.arange(largest)
    t = elapsed[:, None]
    choose = -betaln(shape, n + 1.0) - np.log(shape + n)
    log_p = choose - xlog1py(shape, t / rate) + xlogy(n, t / (rate + t))
    top = betainc(largest, shape, t / (rate + t))
    return np.concatenate([np.exp(log_p), top], axis=1)


def _with_evidence(probabilities: FloatArray, ratio: float) -> FloatArray:
    """Multiply the odds of at least one event by a likelihood ratio."""
    none = probabilities[:, :1]
    some = 1.0 - none
    total = none + ratio * some
    return np.concatenate([none / total, probabilities[:, 1:] * ratio / total], axis=1)


def _seen(history: History) -> tuple[float, float, int]:
    """Events and years of exposure between first and last entry, and the last entry's year."""
    usable = history.known | history.bound_only
    times = history.times[usable]
    if not times.size:
        return 0.0, 0.0, history.start
    proven = np.where(history.known, history.values, np.maximum(history.lower, -np.inf))[usable]
    first = float(proven[0]) if np.isfinite(proven[0]) else 0.0
    events, so_far = 0.0, first
    for value in proven[1:]:
        if not np.isfinite(value):
            continue
        events += max(float(value) - so_far, 0.0)
        so_far = float(value) if float(value) > so_far else so_far
    return events, float(times[-1] - times[0]), int(times[-1])
