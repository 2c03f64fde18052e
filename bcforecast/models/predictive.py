"""From completed histories to one forecast: Student-t components pooled on the working scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution, StudentTMixture, Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.models.base import as_counted, working_scale
from bcforecast.models.bounds import completions, usable
from bcforecast.models.spread import floor_sd
from bcforecast.models.within_support import within_support
from bcforecast.observations.history import History


@dataclass(frozen=True)
class Predictive:
    """Student-t components of years last + 1 .. last + S, on the working scale.

    Parameters
    ----------
    location, scale
        Shape (K, S).
    df
        Degrees of freedom, shape (K,) or a number.
    weights
        Shape (K,), sum to 1. Default: equal.
    """

    location: FloatArray
    scale: FloatArray
    df: FloatArray | float
    weights: FloatArray | None = None


FitOne = Callable[[History, Transform, int], Predictive]


def fit_completed(
    history: History,
    horizon: int,
    fit_one: FitOne,
    *,
    count: int = COMPLETIONS,
    seed: int = SEED,
    errors: bool = True,
    fill_gaps: bool = False,
) -> Distribution:
    """Fit a model to each completion of a history and pool the forecasts.

    Parameters
    ----------
    history
        Checked by `acceptance.accept`.
    horizon
        Number of years ahead of `history.start`.
    fit_one
        Fits one completed history on a scale and forecasts so many years after its last entry.
    count, seed, errors, fill_gaps
        As for `bounds.completions`.

    Returns
    -------
    Distribution
        In the indicator's unit, inside its support; whole numbers by continuity correction. No
        component is narrower than `spread.floor_sd`.
    """
    done = completions(history, count=count, seed=seed, errors=errors, fill_gaps=fill_gaps)
    scale = working_scale(usable(history))
    steps = history.start - int(done[0].times[-1]) + horizon
    fitted = [fit_one(one, scale, steps) for one in done]
    return pooled(history, fitted, scale=scale, horizon=horizon)


def pooled(
    history: History, fitted: list[Predictive], *, scale: Transform, horizon: int
) -> Distribution:
    """Pool the last `horizon` columns of fitted components, each completion with equal weight."""
    least = floor_sd(history, scale)
    location = np.concatenate([f.location[:, -horizon:] for f in fitted])
    spread = np.concatenate([f.scale[:, -horizon:] for f in fitted])
    df = np.concatenate([np.broadcast_to(f.df, f.location.shape[:1]) for f in fitted])
    weights = np.concatenate([_weights(f) for f in fitted]) / len(fitted)
    mixture = StudentTMixture(location, np.maximum(spread, least), weights, df, scale)
    return as_counted(history, within_support(history, mixture))


def _weights(fitted: Predictive) -> FloatArray:
    k = fitted.location.shape[0]
    return np.full(k, 1.0 / k) if fitted.weights is None else fitted.weights


def single(location: FloatArray, scale: FloatArray, df: float) -> Predictive:
    """Return one component, from arrays of shape (S,)."""
    return Predictive(location[None, :], scale[None, :], df)
