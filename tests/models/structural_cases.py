"""What the tests of stocks, flows and structures share: rates, structures and their two ways on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bcforecast.models.flows import Prepared, RatePrior, Stocks
from bcforecast.models.structures import Aged, Chain, structure_of
from bcforecast.text import Text

Array = npt.NDArray[np.float64]
WORDS = Text(zh="试验", en="test")


def rate(family: str, mean: float, spread: float) -> RatePrior:
    """A rate of a name of no account."""
    made = {"id": family, "names": WORDS, "family": family, "mean": mean, "spread": spread}
    return RatePrior.model_validate({**made, "basis": "assumed", "source": WORDS})


def stocks(indicator: str, **settings: object) -> Chain | Aged:
    """The structure that makes an indicator, with settings of its own."""
    made = structure_of(indicator)
    assert isinstance(made, Chain | Aged)
    return replace(made, **settings)  # type: ignore[arg-type]


CERTIFIED = stocks("hightech_enterprises")
PLATFORMS = stocks("innovation_platforms")
PATENTS = stocks("invention_patents_in_force")
EAGLETS, GAZELLES, LEADERS = (
    stocks(f"{rung}_enterprises") for rung in ("eaglet", "gazelle", "leading")
)


def fixed(n: int, **values: float) -> dict[str, Array]:
    """The same value of each rate in all `n` paths."""
    return {name: np.full(n, value) for name, value in values.items()}


def prepared(
    model: Stocks, state: list[float], rates: Mapping[str, Array], *, horizon: int, seed: int
) -> Prepared:
    """A structure with known states and rates, so that only chance is left."""
    n = next(iter(rates.values())).size
    shape = (n, horizon, model.declared.draws)
    normals = np.random.default_rng(seed).standard_normal(shape)
    return Prepared(model, np.tile(np.asarray(state, float), (n, 1)), rates, normals, ())


def expected(model: Stocks, state: list[float], rates: Mapping[str, Array], *, years: int) -> float:
    """The indicator after `years`, moved by expectation."""
    states = np.asarray([state], float)
    for _ in range(years):
        states = model.step(states, rates, None)
    return float(model.measured(states)[0])
