"""Completed histories, for models that cannot condition on a bound, a gap or an error size.

Each completion is the history with every bound-only entry replaced by a draw and every figure with
an error size moved within it; a model fitted to each and pooled as a mixture (Rubin 1987, Multiple
Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696) shows what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.base import working_scale
from bcforecast.models.spread import floor_sd, typical_sd
from bcforecast.models.truncation import truncated_normal
from bcforecast.observations.history import History

SWEEPS: Final = 30
"""Gibbs sweeps over the bound-only entries where there are several."""


def completions(
    history: History,
    *,
    count: int = COMPLETIONS,
    seed: int = SEED,
    errors: bool = True,
    fill_gaps: bool = False,
) -> tuple[History, ...]:
    """Complete a history `count` times.

    Parameters
    ----------
    history
        With at least one value.
    count
        Number of completions, if there is anything to complete.
    seed
        Seed of the draws: the same history and seed give the same completions.
    errors
        Whether to move figures within their errors; if not, their `error_sd` is kept.
    fill_gaps
        Whether to put in the missing years between the first and the last entry too.

    Returns
    -------
    tuple of History
        Without bounds. One, the history itself, if it has no bound-only entry, no error that is
        asked for and no gap that is asked for.

    Notes
    -----
    The figures follow a random walk with drift on the working scale: yearly drift and variance
    are estimated from the known increments (an increment over k years has variance k s2), the
    variance shrunk toward a typical one with the weight of two increments. An entry
    between two others is a bridge, after the last an extrapolation, before the first a backcast,
    each truncated to its bounds. One bound-only entry takes the `count` stratified quantiles
    (i + 1/2) / count, so that the result changes smoothly with the bound; several are drawn by
    Gibbs sampling, each sweep stratified. A higher lower bound never lowers a drawn figure.

    Examples
    --------
    >>> nan, inf = float("nan"), float("inf")
    >>> known = History.of([2017, 2019, 2021], [4093, 6106, nan], lower=[-inf, -inf, 9000])
    >>> all(c.values[-1] > 9000 for c in completions(known, count=5))
    True
    """
    full = usable(history)
    has_errors = errors and bool((full.error_sd[full.known] > 0.0).any())
    years = np.arange(full.times[0], full.times[-1] + 1) if fill_gaps else full.times
    if not has_errors and full.known.all() and years.size == full.times.size:
        return (full,)
    walk = _Walk.of(full)
    rng = np.random.default_rng(seed)
    known, bounded = np.flatnonzero(full.known), np.flatnonzero(~full.known)
    z = np.full((count, full.times.size), np.nan)
    z[:, known] = _moved(full, walk.scale, count, rng) if has_errors else walk.z[known]
    _draw_bounded(z, full, walk, bounded, rng)
    grid = np.full((count, years.size), np.nan)
    at = np.searchsorted(years, full.times)
    grid[:, at] = z
    for i in np.setdiff1d(np.arange(years.size), at):
        grid[:, i] = walk.draw(grid, years, int(i), _strata(count, rng), -np.inf, np.inf)
    values = walk.scale.inverse(grid)
    untouched = known if not has_errors else known[full.error_sd[known] == 0.0]
    values[:, at[untouched]] = full.values[untouched]
    values[:, at] = np.clip(values[:, at], full.lower, full.upper)
    error_sd = np.zeros(years.size)
    if not errors:
        error_sd[at[known]] = full.error_sd[known]
    blank = np.empty(0)
    return tuple(
        replace(full, times=years, values=row, lower=blank, upper=blank, error_sd=error_sd)
        for row in values
    )


def usable(history: History) -> History:
    """Leave out entries without value or bound; take a bound that pins a figure as the figure."""
    low, high = history.support
    lower, upper = np.maximum(history.lower, low), np.minimum(history.upper, high)
    pinned = history.bound_only & (lower == upper)
    keep = history.known | history.bound_only
    if keep.all() and not pinned.any():
        return history
    values = np.where(pinned, lower, history.values)
    return replace(history, values=values).kept(keep, origin=history.start)


@dataclass(frozen=True)
class _Walk:
    """The random walk with drift between the known figures, on the working scale."""

    scale: Transform
    z: FloatArray
    drift: float
    drift_var: float
    variance: float

    @classmethod
    def of(cls, history: History) -> _Walk:
        scale = working_scale(history)
        z = scale.forward(history.values)
        known = history.known
        years, seen = history.times[known].astype(float), z[known]
        typical = typical_sd(history, scale) ** 2
        steps, rises = np.diff(years), np.diff(seen)
        if not steps.size:
            return cls(scale, z, 0.0, typical, typical)
        drift = float(rises.sum() / steps.sum())
        squares = float(((rises - drift * steps) ** 2 / steps).sum())
        variance = (squares + 2.0 * typical) / (steps.size - 1 + 2.0)
        variance = max(variance, floor_sd(history, scale) ** 2)
        return cls(scale, z, drift, variance / float(steps.sum()), variance)

    def draw(
        self,
        z: FloatArray,
        years: npt.NDArray[np.int64],
        i: int,
        u: FloatArray,
        low: float,
        high: float,
    ) -> FloatArray:
        """Draw column `i` of `z` given its nearest filled neighbours, between `low` and `high`."""
        filled = np.flatnonzero(np.isfinite(z[0]))
        left, right = filled[filled < i], filled[filled > i]
        if left.size and right.size:
            a, b = left[-1], right[0]
            before, after = float(years[i] - years[a]), float(years[b] - years[i])
            span = before + after
            mean = (z[:, a] * after + z[:, b] * before) / span
            variance = self.variance * before * after / span
        else:
            a = left[-1] if left.size else right[0]
            years_on = float(years[i] - years[a])
            mean = z[:, a] + self.drift * years_on
            variance = self.variance * abs(years_on) + self.drift_var * years_on**2
        return truncated_normal(mean, np.sqrt(variance), low, high, u)


def _moved(history: History, scale: Transform, count: int, rng: np.random.Generator) -> FloatArray:
    """Known figures moved within their errors, shape (count, known), on the working scale."""
    known = history.known
    values = history.values[known]
    z = scale.forward(values)
    sd = history.error_sd[known] * scale.derivative(values)
    low = scale.forward(np.maximum(history.lower[known], history.support[0]))
    high = scale.forward(np.minimum(history.upper[known], history.support[1]))
    out = np.tile(z, (count, 1))
    for j in np.flatnonzero(sd > 0.0):
        out[:, j] = truncated_normal(z[j], sd[j], low[j], high[j], _strata(count, rng))
    return out


def _draw_bounded(
    z: FloatArray,
    history: History,
    walk: _Walk,
    bounded: npt.NDArray[np.intp],
    rng: np.random.Generator,
) -> None:
    """Fill the bound-only columns of `z` in place."""
    count = z.shape[0]
    low = walk.scale.forward(np.maximum(history.lower, history.support[0]))
    high = walk.scale.forward(np.minimum(history.upper, history.support[1]))
    several = bounded.size > 1
    for _ in range(1 + SWEEPS if several else 1):
        for i in bounded:
            u = _strata(count, rng) if several else (np.arange(count) + 0.5) / count
            z[:, i] = np.nan
            z[:, i] = walk.draw(z, history.times, int(i), u, float(low[i]), float(high[i]))


def _strata(count: int, rng: np.random.Generator) -> FloatArray:
    """Stratified levels in random order: midpoints of `count` equal strata of (0, 1)."""
    return (rng.permutation(count) + 0.5) / count
