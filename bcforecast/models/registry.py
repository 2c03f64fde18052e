"""The models that can be chosen for an indicator's own series; the trend is the default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final

from bcforecast.config import SEED
from bcforecast.errors import BcforecastError, ModelError

if TYPE_CHECKING:
    from bcforecast.models.base import Model
    from bcforecast.observations.selection import History

MODELS: Final = {
    "trend": "trend.Trend",
    "ets": "classical.Ets",
    "theta": "classical.Theta",
    "arima": "classical.Arima",
    "local_linear_trend": "classical.LocalLinearTrend",
    "growth_curve": "classical.GrowthCurve",
}
"""Module and class by name, imported when chosen: the command line's help needs the names alone.

The names in words stand in the catalogues under `models.name_<name>`.
"""

OWN_TREND_FIGURES: Final = 3
"""Fewest figures, values or bounds, from which a series is preferred to what can be borrowed."""


def model_of(model: str | Model, *, seed: int = SEED) -> Model:
    """Return a model by its name, or the model itself.

    Parameters
    ----------
    model
        One of `MODELS`, or a model of one's own.
    seed
        For a name: of the model's draws, if it draws.

    Raises
    ------
    ModelError
        If there is no model of this name, naming those there are, or it is no model at all.

    Examples
    --------
    >>> model_of("theta").minimum_observations
    5
    """
    from bcforecast.models.base import Model

    if isinstance(model, str) and model in MODELS:
        module, _, name = MODELS[model].partition(".")
        known: Model = getattr(import_module(f"bcforecast.models.{module}"), name)()
        return replace(known, seed=seed) if hasattr(known, "seed") else known  # type: ignore[type-var]
    if isinstance(model, Model):
        return model
    raise ModelError("models.unknown", found=model, allowed=", ".join(MODELS))


def parse_models(choices: Iterable[str] | None) -> dict[str, str]:
    """Return the model of each indicator from choices as one writes them; empty ones are skipped.

    Raises
    ------
    BcforecastError
        If one is no such choice, or an indicator is given two models.

    Examples
    --------
    >>> parse_models(["visitors=ets"])
    {'visitors': 'ets'}
    """
    models: dict[str, str] = {}
    for choice in filter(None, choices or ()):
        indicator, sign, model = (part.strip() for part in choice.partition("="))
        if not (indicator and sign and model):
            raise BcforecastError("cli.not_a_model", found=choice)
        if models.setdefault(indicator, model) != model:
            raise BcforecastError("cli.two_models", indicator=indicator, found=choice)
    return models


def has_own_trend(history: History) -> bool:
    """Whether a series has figures enough to be preferred to what can be borrowed."""
    return history.n_usable >= OWN_TREND_FIGURES and has_thin_trend(history)


def has_thin_trend(history: History) -> bool:
    """Whether a series has figures enough for the default model at all."""
    from bcforecast.models.trend import Trend

    return history.n_values >= Trend.minimum_observations
