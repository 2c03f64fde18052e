"""The protocol that every model keeps, and the refusals they share."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from bcforecast.distributions import Counting, Distribution, Transform
from bcforecast.errors import ModelError
from bcforecast.messages import Message
from bcforecast.observations.history import History


@runtime_checkable
class Model(Protocol):
    """How an indicator moves: a frozen object with settings, fitted to one history at a time."""

    name: ClassVar[str]
    """Identifier; the catalogue has its name in words under `models.name_<name>`."""

    minimum_observations: ClassVar[int]
    """Fewest values that the model takes."""

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            If the history is too short or of a kind that the model does not take.
        """
        ...


def require_observations(history: History, minimum: int, *, model: str | Message) -> None:
    """Refuse a history with fewer than `minimum` values.

    Raises
    ------
    ModelError
        Naming the model, the indicator, the number found and the number needed.
    """
    if history.n_values < minimum:
        raise ModelError(
            "models.too_few",
            model=model,
            indicator=history.indicator or "-",
            area=history.area or "-",
            found=history.n_values,
            minimum=minimum,
        )


def working_scale(history: History) -> Transform:
    """Scale on which a trend is fitted: logit in a bounded support, log above 0, else as it is.

    A series that touches the end of its support stays on the identity scale.
    """
    low, high = history.support
    seen = history.values[history.known]
    if low > float("-inf") and high < float("inf") and bool(((seen > low) & (seen < high)).all()):
        return Transform("logit", low, high)
    if low > float("-inf") and high == float("inf") and bool((seen > low).all()):
        return Transform("log", low)
    return Transform()


def as_counted(history: History, forecast: Distribution) -> Distribution:
    """Read the forecast of a whole-number indicator by continuity correction."""
    if history.whole and not isinstance(forecast, Counting):
        return Counting(forecast)
    return forecast
