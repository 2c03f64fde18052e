"""What the tests of the structural models share: fixed rates, and a model prepared with them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bcforecast.models.flows import Prepared, Structural

Array = npt.NDArray[np.float64]


def fixed(n: int, **values: float) -> dict[str, Array]:
    """The same value of each rate in all `n` paths."""
    return {name: np.full(n, value) for name, value in values.items()}


def prepared(
    model: Structural, state: list[float], rates: Mapping[str, Array], *, horizon: int, seed: int
) -> Prepared:
    """A model with known states and rates, so that only chance is left."""
    n = next(iter(rates.values())).size
    normals = np.random.default_rng(seed).standard_normal((n, horizon, model.shocks))
    return Prepared(model, np.tile(np.asarray(state, float), (n, 1)), rates, normals, ())


def expected(
    model: Structural, state: list[float], rates: Mapping[str, Array], *, years: int
) -> float:
    """The indicator after `years`, moved by expectation."""
    states = np.asarray([state], float)
    for _ in range(years):
        states = model.step(states, rates, None)
    return float(model.measured(states)[0])
