"""The chance of a simulation, drawn once and used by every scenario: common random numbers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bcforecast.distributions.base import FloatArray
from bcforecast.models.rates import Rates
from bcforecast.models.structural import Structural, drawn
from bcforecast.scenarios.correlation import Correlation

IntArray = npt.NDArray[np.int64]


def named_normals(seed: int, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Standard normals that depend on the seed and on a name, not on what else is drawn."""
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return rng.standard_normal(shape)


def walk_ranks(
    correlation: Correlation, years: Sequence[tuple[int, ...]], *, n: int, seed: int
) -> list[IntArray]:
    """Rank of each path at each horizon, one array (n, H) an indicator.

    An indicator is a random walk from its last figure, whose steps in a calendar year correlate
    with those of the others in that year; ranks are 0 to n - 1, each once a horizon.

    Parameters
    ----------
    correlation
        Of the indicators, in the order of `years`.
    years
        Years of each indicator's forecast, successive.
    """
    if not years:
        return []
    spans = [year for span in years for year in span]
    first, last = min(spans), max(spans)
    root = np.linalg.cholesky(correlation.matrix)
    steps = np.empty((last - first + 1, n, len(years)))
    for k, year in enumerate(range(first, last + 1)):
        steps[k] = named_normals(seed, f"year {year}", (n, len(years))) @ root.T
    ranks = []
    for i, span in enumerate(years):
        walk = np.cumsum(steps[span[0] - first : span[-1] - first + 1, :, i], axis=0)
        order = np.argsort(walk, axis=1, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(n)[None, :], axis=1)
        ranks.append(np.ascontiguousarray(rank.T))
    return ranks


def size_factor(seed: int, name: str, *, relative_sd: float, n: int) -> FloatArray:
    """Lognormal factors of mean 1, shape (n,): how much of a stated size comes about.

    Never negative, so that uncertainty about a push does not make a drag of it.
    """
    if relative_sd <= 0.0:
        return np.ones(n)
    # log(1 + r^2) without overflow where a size next to nothing has a spread of its own.
    spread = np.sqrt(np.logaddexp(0.0, 2.0 * np.log(min(relative_sd, 1e300))))
    return np.asarray(np.exp(spread * named_normals(seed, name, (n,)) - 0.5 * spread**2))


def reference_rates(model: Structural, *, n: int, seed: int) -> Rates:
    """Draws of the prior rates of a model, the same for every indicator that it serves."""
    table = model.priors()
    return drawn(table, named_normals(seed, f"rates {model.name}", (n, len(table))))
