"""The default model: a Bayesian average over damped-trend state-space models, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from bcforecast.distributions import Distribution, Transform
from bcforecast.models.acceptance import model_name
from bcforecast.models.base import as_counted, require_observations, working_scale
from bcforecast.models.trend_average import Average
from bcforecast.models.trend_block import (
    Traits,
    forecast_summary,
    pooled_curve,
    share_of_transformed,
)
from bcforecast.models.trend_conditioning import SoftSeries, condition_average
from bcforecast.models.trend_distribution import TrendDistribution
from bcforecast.models.trend_features import features
from bcforecast.models.trend_grid import LONGEST, LONGEST_SPAN, OperatorTable
from bcforecast.models.trend_learned import Learned, shipped
from bcforecast.models.trend_pool import Curve
from bcforecast.models.trend_summary import (
    Histories,
    log_jacobian,
    mean_level,
    summarize,
    transformed_unit,
)
from bcforecast.observations.history import History


@lru_cache(maxsize=1)
def shipped_table() -> OperatorTable:
    """Operators of the shipped grid, computed as gap patterns come."""
    return OperatorTable(shipped().grid)


@dataclass(frozen=True)
class Trend:
    """Average of damped-trend models on the series' own scale and on a log or logit scale.

    The prior weights of the models depend on the length and the liveliness of the series, as
    learned on the training parts of M3 and M4 yearly; the figures then weigh them by their
    evidence. Gaps, standard errors and bounds are part of the model; `trend_grid` has the
    mathematics, `tools/train` the learning.
    """

    name: ClassVar[str] = "trend"
    minimum_observations: ClassVar[int] = 2

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon`.

        Raises
        ------
        ModelError
            If the history has fewer than two values.

        Examples
        --------
        >>> history = History.of(range(2015, 2021), [100, 108, 118, 126, 139, 150])
        >>> Trend().fit(history, 2).median().shape
        (2,)
        """
        require_observations(history, self.minimum_observations, model=model_name(self.name))
        history = recent_part(history)
        transform = working_scale(history)
        exact = not history.error_sd[history.known].any()
        if exact and not history.bound_only.any():
            curve = _fit_exact(history, horizon, transform)
        else:
            curve = _fit_soft(history, horizon, transform)
        forecast = TrendDistribution(
            curve.take((slice(None), 0)), shipped().shape_of(history.n_values)
        )
        return as_counted(history, forecast)


def recent_part(history: History) -> History:
    """Keep the latest figures that the engine uses, and drop those that say nothing."""
    useful = np.flatnonzero(history.known | history.bound_only)
    recent = history.times[useful] >= history.start - LONGEST_SPAN
    recent[-2:] = True
    known = history.known[useful]
    recent &= np.cumsum(known[::-1])[::-1] <= LONGEST
    kept = useful[recent]
    return history.kept(kept, origin=history.start)


def _histories(history: History) -> Histories:
    """Figures with a value, as the array functions take them."""
    known = history.known
    values, times = history.values[known], history.times[known]
    return Histories.aligned(
        np.pad(values, (LONGEST - values.size, 0))[:, None],
        np.pad(times, (LONGEST - times.size, 0))[:, None],
        np.array([values.size]),
        np.array([history.start - times[-1]]),
    )


def _fit_exact(history: History, horizon: int, transform: Transform) -> Curve:
    summary, _ = summarize(
        _histories(history), horizon=horizon, transform=transform, table=shipped_table()
    )
    return forecast_summary(
        summary, transform=transform, support=history.support, learned=shipped()
    )


def _fit_soft(history: History, horizon: int, transform: Transform) -> Curve:
    learned = shipped()
    plain = _histories(history)
    count = plain.observations.astype(float)
    level = mean_level(plain.values, count)
    exact = transform.name == "identity"
    unit = transformed_unit(plain.values, count, transform)
    scaled = plain.values / level if exact else transform.forward(plain.values) / unit
    found = features(np.diff(scaled, axis=0), plain.gaps.astype(float), count)
    traits = Traits.of(found, learned)
    own = _soft_average(history, horizon, Transform(), float(level[0]), learned, 0, traits)
    if exact:
        return pooled_curve(own, None, np.zeros(1), (level, unit), transform, history.support)
    other = _soft_average(history, horizon, transform, float(unit[0]), learned, 1, traits)
    share = share_of_transformed(
        learned,
        traits,
        own.evidence,
        other.evidence,
        log_jacobian(plain.values, count, level / unit, transform),
    )
    return pooled_curve(own, other, share, (level, unit), transform, history.support)


def _soft_average(
    history: History,
    horizon: int,
    transform: Transform,
    unit: float,
    learned: Learned,
    side: int,
    traits: Traits,
) -> Average:
    """Average on one scale: the figures transformed, in its unit."""
    low, high = history.support
    lower = transform.forward(np.maximum(history.lower, low)) / unit
    upper = transform.forward(np.minimum(history.upper, high)) / unit
    values = np.full(len(history), np.nan)
    values[history.known] = transform.forward(history.values[history.known]) / unit
    error_sd = np.zeros(len(history))
    error_sd[history.known] = (
        history.error_sd[history.known] * transform.derivative(history.values[history.known]) / unit
    )
    first = int(history.times[0])
    series = SoftSeries(history.times - first + 1, values, lower, upper, error_sd)
    ahead = history.start - first + 1 + np.arange(1, horizon + 1)
    return condition_average(series, learned.grid, learned.sides[side], traits.features, ahead)
