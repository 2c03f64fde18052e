"""Scores of a forecast given as a distribution, quantiles or a probability.

Every score takes what happened and the forecast, and all else by keyword; works element by element
on arrays that broadcast; is in the unit of `obs`, and better when lower. To compare series, divide
by `naive_scale`: sCRPS is the CRPS so scaled. Averages are the caller's: over the horizons of a
series first, then over series.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import scoringrules as sr

from bcforecast.distributions import Distribution, FloatArray
from bcforecast.edge import unmasked

DECILES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Levels at which the scaled CRPS is taken."""

LOG_LOSS_CLIP: Final = 0.01
"""Probabilities are moved into [clip, 1 - clip] before the logarithm is taken."""


def crps_quantiles(
    obs: npt.ArrayLike, fct: npt.ArrayLike, *, levels: npt.ArrayLike = DECILES
) -> FloatArray:
    """Approximate the CRPS by twice the mean pinball score over `levels`, (K,), in (0, 1).

    Of what happened, (...), and quantiles at the levels, (..., K) (Gneiting and Ranjan 2011,
    doi:10.1198/jbes.2010.08110).
    """
    return np.asarray(sr.crps_quantile(_floats(obs), _floats(fct), _floats(levels)), dtype=float)


def covered(obs: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> FloatArray:
    """Say whether each figure lies in its interval, ends included: 1 or 0."""
    values = _floats(obs)
    return ((values >= _floats(lower)) & (values <= _floats(upper))).astype(float)


def pit(obs: npt.ArrayLike, fct: Distribution) -> FloatArray:
    """Take the probability integral transform F(y): uniform when the forecast is calibrated.

    Where y has probability of its own (counts, events, draws) the value is the middle of P(X < y)
    and P(X <= y) (Czado, Gneiting and Held 2009, doi:10.1111/j.1541-0420.2009.01191.x).
    """
    values = np.broadcast_to(_floats(obs), (fct.horizon,))
    below, upto = 1.0 - fct.at_least(values), fct.cdf(values)
    return below + 0.5 * np.maximum(upto - below, 0.0)


def naive_scale(history: npt.ArrayLike) -> float:
    """Mean absolute change from year to year, a missing one being NaN; NaN if nothing moves."""
    steps = np.abs(np.diff(_floats(history)))
    steps = steps[np.isfinite(steps)]
    return float(steps.mean()) if steps.size and steps.any() else float("nan")


def brier(obs: npt.ArrayLike, fct: npt.ArrayLike) -> FloatArray:
    """Squared distance of the probability from what happened: (p - o)^2.

    Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
    """
    outcomes, probabilities = np.broadcast_arrays(_floats(obs), _floats(fct))
    return np.asarray(sr.brier_score(outcomes, probabilities), dtype=float)


def log_loss(obs: npt.ArrayLike, fct: npt.ArrayLike, *, clip: float = LOG_LOSS_CLIP) -> FloatArray:
    """Minus the logarithm of the probability given to what happened, in nats.

    A single certain miss costs infinity otherwise: probabilities are first moved into [clip, 1 -
    clip]. State `clip` beside the number (Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x).
    """
    p = np.clip(_floats(fct), clip, 1.0 - clip)
    return -np.log(np.where(_floats(obs) == 1.0, p, 1.0 - p))


def _floats(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(unmasked(values), dtype=float)
