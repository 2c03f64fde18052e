"""Scores of the probability of a goal: Brier, log loss, and skill against a base rate.

Arguments come as `(obs, fct, ...)` with obs 1 (met) or 0 (missed); lower is better but for skill.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import scoringrules as sr

FloatArray = npt.NDArray[np.float64]

LOG_LOSS_CLIP: Final = 0.01
"""Probabilities are moved into [clip, 1 - clip] before the logarithm is taken."""


def brier(obs: npt.ArrayLike, fct: npt.ArrayLike) -> FloatArray:
    """Squared distance of the probability from what happened: (p - o)^2.

    References
    ----------
    Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> brier([1, 0], [0.8, 0.3]).round(4).tolist()
    [0.04, 0.09]
    """
    outcomes, probabilities = _events(obs, fct)
    return np.asarray(sr.brier_score(outcomes, probabilities), dtype=float)


def log_loss(obs: npt.ArrayLike, fct: npt.ArrayLike, *, clip: float = LOG_LOSS_CLIP) -> FloatArray:
    """Minus the logarithm of the probability given to what happened, in nats.

    Parameters
    ----------
    obs, fct
        Outcomes (0 or 1) and probabilities.
    clip
        A single certain miss costs infinity otherwise: probabilities are first moved into
        [clip, 1 - clip]. State it beside the number.

    References
    ----------
    Good (1952), Rational decisions. doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> log_loss([1, 0], [0.8, 1.0]).round(4).tolist()
    [0.2231, 4.6052]
    """
    outcomes, probabilities = _events(obs, fct)
    p = np.clip(probabilities, clip, 1.0 - clip)
    return -np.log(np.where(outcomes == 1.0, p, 1.0 - p))


def brier_skill(obs: npt.ArrayLike, fct: npt.ArrayLike, *, base: npt.ArrayLike) -> float:
    """Share of the Brier score of `base` that `fct` takes away: 1 is perfect, 0 no better.

    Examples
    --------
    >>> round(brier_skill([1, 0], [0.8, 0.3], base=0.5), 4)
    0.74
    """
    return 1.0 - float(brier(obs, fct).mean() / brier(obs, base).mean())


def _events(obs: npt.ArrayLike, fct: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    outcomes, probabilities = np.broadcast_arrays(
        np.asarray(obs, dtype=float), np.asarray(fct, dtype=float)
    )
    return outcomes, probabilities
