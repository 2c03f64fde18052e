"""The equal-weight linear pool of the models that accept a history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

from bcforecast.distributions import Counting, Distribution, Pooled
from bcforecast.errors import ModelError
from bcforecast.messages import Message
from bcforecast.models.acceptance import model_name
from bcforecast.models.base import Model
from bcforecast.observations.history import History


@dataclass(frozen=True)
class Refusal:
    """A member that did not take the history, and its reason."""

    model: str
    reason: Message


@dataclass(frozen=True)
class Members:
    """Which members forecast, under their names, and which refused."""

    accepted: tuple[str, ...]
    forecasts: tuple[Distribution, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True)
class Combination:
    """P(X <= x) is the mean over the members that accept the history.

    Parameters
    ----------
    models
        At least one.

    Notes
    -----
    Equal weights: hard to beat where there is too little to estimate others (Smith and Wallis
    2009, doi:10.1111/j.1468-0084.2008.00541.x). A member that refuses is left out and named: see
    `members`.

    Examples
    --------
    >>> from bcforecast.models.damped_drift import DampedDrift
    >>> from bcforecast.models.ets import Ets
    >>> four = History.of(range(2018, 2022), [100, 110, 121, 133], support=(0.0, float("inf")))
    >>> Combination((DampedDrift(), Ets())).members(four, 1).accepted
    ('damped_drift',)
    """

    models: tuple[Model, ...]

    name: ClassVar[str] = "combine"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            If every member refuses, with the reason of each.
        """
        forecasts = self.members(history, horizon).forecasts
        if len(forecasts) == 1:
            return forecasts[0]
        if all(isinstance(f, Counting) for f in forecasts):
            continuous = tuple(f.continuous for f in forecasts if isinstance(f, Counting))
            return Counting(Pooled(continuous))
        return Pooled(forecasts)

    def members(self, history: History, horizon: int) -> Members:
        """Fit every member and say which forecast and which refused.

        Raises
        ------
        ModelError
            If every member refuses, with the reason of each.
        """
        accepted: list[str] = []
        forecasts: list[Distribution] = []
        refused: list[Refusal] = []
        for model in self.models:
            try:
                forecasts.append(model.fit(history, horizon))
                accepted.append(model.name)
            except ModelError as error:
                refused.append(Refusal(model.name, error.message))
        if not forecasts:
            raise ModelError(
                "models.all_refused",
                model=model_name(self.name),
                indicator=history.indicator or "-",
                area=history.area or "-",
                reasons=_joined(refused),
            )
        return Members(tuple(accepted), tuple(forecasts), tuple(refused))


def _joined(refused: list[Refusal]) -> Message:
    """Return the reasons as one text."""
    if not refused:
        return Message("models.no_members")
    reasons = [r.reason for r in refused]
    return reduce(lambda a, b: Message("models.and_also", {"first": a, "second": b}), reasons)
