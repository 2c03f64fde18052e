"""A structural forecast for an area that publishes its entries, exits and renewals."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from bcforecast.distributions import Distribution
from bcforecast.errors import ModelError
from bcforecast.models.structural import Structural
from bcforecast.models.structural_choice import COMPANIONS, n_figures, structural_model
from bcforecast.observations import Kind, Series, Vintage
from bcforecast.observations.history import History


@dataclass(frozen=True)
class StructuralAttempt:
    """A structural forecast and what it rests on.

    Parameters
    ----------
    forecast
        Over the years asked for.
    model
        The model, with the area's own figures inside.
    n_usable
        Figures of the area's own that it rests on, the indicator's and those beside it: what the
        evidence grade counts.
    """

    forecast: Distribution
    model: Structural
    n_usable: int


def structural_forecast(
    history: History, horizon: int, *, data: Vintage, seed: int
) -> StructuralAttempt | None:
    """Forecast an indicator from the area's own figures on entries and exits, if it has any.

    Parameters
    ----------
    history
        Of the indicator, with its area.
    horizon
        Years after `history.start`.
    data
        What had been published by the as-of date.
    seed
        Of the simulation.

    Returns
    -------
    None where the figures are too few, or the model refuses them.
    """
    companions = {
        one.series: data.history(
            Series(
                area=history.area,
                indicator=one.series,
                kind=Kind.STOCK if one.is_stock else Kind.FLOW,
                unit=one.unit.value,
                support=(0.0, inf),
                whole=True,
            )
        ).history
        for one in COMPANIONS.get(history.indicator, ())
    }
    model = structural_model(history.indicator, companions, seed=seed)
    if model is None:
        return None
    try:
        forecast = model.fit(history, horizon)
    except ModelError:
        return None
    return StructuralAttempt(forecast, model, history.n_usable + n_figures(model))
