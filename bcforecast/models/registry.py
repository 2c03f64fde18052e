"""What a model is, and which can be chosen for an indicator's own series; the trend by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, runtime_checkable

from bcforecast import config, errors
from bcforecast.calls import checked
from bcforecast.text import Message, Text, has_text

if TYPE_CHECKING:
    from bcforecast.distributions import Distribution
    from bcforecast.observations.selection import History


@runtime_checkable
class Model(Protocol):
    """How an indicator moves: a frozen object with settings, fitted to one history at a time."""

    @property
    def name(self) -> str:
        """Identifier."""
        ...

    minimum_observations: ClassVar[int]
    """Fewest values that the model takes."""

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        A ModelError if the history is too short or of a kind that the model does not take.
        """
        ...


MODELS: Final[Mapping[str, tuple[str, Text]]] = {
    "trend": ("trend.Trend", Text(en="Bayesian trend average", zh="趋势平均")),
    "ets": ("classical.Ets", Text(en="damped exponential smoothing", zh="阻尼趋势指数平滑")),
    "theta": ("classical.Theta", Text(en="Theta method", zh="Theta 法")),
    "arima": ("classical.Arima", Text(en="ARIMA with drift", zh="带漂移的 ARIMA")),
    "local_linear_trend": (
        "classical.LocalLinearTrend",
        Text(en="local linear trend", zh="局部线性趋势"),
    ),
    "growth_curve": ("classical.GrowthCurve", Text(en="growth curve", zh="增长曲线")),
}
"""By name the class, in a module of this folder, and words; a model that is added has its row."""


_OWN: dict[str, Model] = {}


@checked
def register_model(model: str | Model) -> None:
    """Let a model of one's own be chosen by name in this process, as those of `MODELS` are.

    A ModelError if it is no model, or its name is one of `MODELS`; `check_model` says whether it
    keeps what every model must.
    """
    called = getattr(model_of(model), "name", "")
    if not isinstance(called, str) or not called or called in MODELS:
        raise errors.ModelError("models.name_taken", found=called, allowed=", ".join(MODELS))
    _OWN[called] = model_of(model)


def known_models() -> tuple[str, ...]:
    """Return the names by which a model can be chosen, one's own last."""
    return (*MODELS, *_OWN)


def model_of(model: str | Model, *, seed: int = config.SEED) -> Model:
    """Return the model of `MODELS` of a name, with the seed if it draws, or the model itself.

    A ModelError if there is none of this name, naming those there are, or it is no model at all.
    """
    if isinstance(model, str) and model in MODELS:
        module, _, name = MODELS[model][0].partition(".")
        known: Model = getattr(import_module(f"bcforecast.models.{module}"), name)()
        return replace(known, seed=seed) if hasattr(known, "seed") else known  # type: ignore[type-var]
    if isinstance(model, str) and model in _OWN:
        return _OWN[model]
    # A class has all that its objects have, and can yet not be fitted.
    if isinstance(model, Model) and not isinstance(model, type):
        return model
    lacks = [one for one in ("name", "minimum_observations", "fit") if not hasattr(model, one)]
    key = "unknown" if isinstance(model, str) else "lacks" if lacks else "is_class"
    kind = model if isinstance(model, str) else getattr(model, "__name__", type(model).__name__)
    about = {"allowed": ", ".join(known_models()), "lacks": ", ".join(lacks)}
    raise errors.ModelError(f"models.{key}", found=kind, **about)


def model_name(model: str) -> Message:
    """Return the name of a model in words; a model of a user's own is called as it calls itself.

    The catalogues name those that cannot be chosen, for they are evidence of another kind.
    """
    if model in MODELS:
        return MODELS[model][1]
    key = f"models.name_{model}"
    return Message(key) if has_text(key) else Text.untranslated(model)


def parse_models(choices: Iterable[str] | None) -> dict[str, str]:
    """Return the model of each indicator from choices as one writes them; empty ones are skipped.

    A BcforecastError if one is no such choice, or an indicator is given two models.
    """
    models: dict[str, str] = {}
    for choice in filter(None, choices or ()):
        indicator, sign, model = (part.strip() for part in choice.partition("="))
        if not (indicator and sign and model):
            raise errors.BcforecastError("cli.not_a_model", found=choice)
        if models.setdefault(indicator, model) != model:
            raise errors.BcforecastError("cli.two_models", indicator=indicator, found=choice)
    return models
