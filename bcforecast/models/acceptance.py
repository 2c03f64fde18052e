"""What every model refuses: too few figures, impossible figures, no horizon."""

from __future__ import annotations

import numpy as np

from bcforecast.errors import ModelError
from bcforecast.messages import GivenText, Message, has_text
from bcforecast.models.base import require_observations
from bcforecast.observations.history import History


def accept(history: History, horizon: int, *, model: str, minimum: int) -> None:
    """Refuse a history or horizon that no model of this name can use.

    Parameters
    ----------
    history
        What is known of the indicator.
    horizon
        Number of years ahead.
    model
        Identifier of the model; its name in words stands in the catalogue.
    minimum
        Fewest values that the model takes.

    Raises
    ------
    ModelError
        Naming the model, the indicator, the year, what was found and what is allowed.
    """
    name = model_name(model)
    if horizon < 1:
        raise ModelError("models.horizon", model=name, found=horizon)
    require_possible(history, model=model)
    require_observations(history, minimum, model=name)


def model_name(model: str) -> Message:
    """Return the name of a model in words; a model of a user's own is called as it calls itself.

    Examples
    --------
    >>> model_name("event").render("en"), model_name("my model").render("en")
    ('event rate', 'my model')
    """
    key = f"models.name_{model}"
    return Message(key) if has_text(key) else GivenText(zh=model, en=model)


def require_possible(history: History, *, model: str) -> None:
    """Refuse figures, bounds and errors that cannot be.

    Raises
    ------
    ModelError
        If a figure is infinite, outside its support or its own bounds, if bounds cross or leave
        nothing of the support, if an error is negative, or if a figure lies after the origin.
    """
    low, high = history.support
    lower, upper, value = history.lower, history.upper, history.values
    known = history.known
    _refuse(history, model, "models.infinite", np.isinf(value), value)
    outside = known & ((value < low) | (value > high))
    _refuse(history, model, "models.beyond_support", outside, value, low=low, high=high)
    _refuse(history, model, "models.bounds_crossed", ~(lower <= upper), lower, upper=upper)
    beyond = known & ((value < lower) | (value > upper))
    _refuse(history, model, "models.beyond_bounds", beyond, value, lower=lower, upper=upper)
    void = history.bound_only & ((upper < low) | (lower > high))
    _refuse(history, model, "models.bound_beyond_support", void, lower, low=low, high=high)
    bad = ~(np.isfinite(history.error_sd) & (history.error_sd >= 0.0))
    _refuse(history, model, "models.bad_error", bad, history.error_sd)
    late = (known | history.bound_only) & (history.times > history.start)
    _refuse(history, model, "models.after_origin", late, value, origin=history.start)


def _refuse(
    history: History,
    model: str,
    key: str,
    where: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    found: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    **allowed: object,
) -> None:
    if not where.any():
        return
    i = int(np.flatnonzero(where)[0])
    named = {k: _plain(v[i] if isinstance(v, np.ndarray) else v) for k, v in allowed.items()}
    raise ModelError(
        key,
        model=model_name(model),
        indicator=history.indicator or "-",
        area=history.area or "-",
        year=int(history.times[i]),
        found=_plain(found[i]),
        **named,
    )


def _plain(number: object) -> str:
    return f"{number:.10g}" if isinstance(number, float) else str(number)
