"""Scales on which models work: identity, logarithm, logit of a bounded share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from bcforecast.distributions.base import FloatArray

ScaleName = Literal["identity", "log", "logit"]


@dataclass(frozen=True)
class Transform:
    """An increasing map from an indicator's unit to the scale of a model.

    Parameters
    ----------
    name
        `identity`; `log`, for values above `low`; `logit`, for values between `low` and `high`.
    low, high
        Ends of the support, in the indicator's unit; used by `log` (low) and `logit` (both).

    Examples
    --------
    >>> share = Transform("logit", 0.0, 100.0)
    >>> float(share.forward(50.0)), float(share.inverse(0.0))
    (0.0, 50.0)
    """

    name: ScaleName = "identity"
    low: float = 0.0
    high: float = 1.0

    def forward(self, y: npt.ArrayLike) -> FloatArray:
        """Map values to the scale of the model; the ends of the support map to infinity."""
        values = np.asarray(y, dtype=float)
        if self.name == "identity":
            return values
        with np.errstate(divide="ignore"):
            below = np.log(np.maximum(values - self.low, 0.0))
            if self.name == "log":
                return below
            return below - np.log(np.maximum(self.high - values, 0.0))

    def inverse(self, z: npt.ArrayLike) -> FloatArray:
        """Map back to the indicator's unit; overflow saturates at the largest float."""
        scaled = np.asarray(z, dtype=float)
        if self.name == "identity":
            return scaled
        if self.name == "log":
            return self.low + np.exp(np.minimum(scaled, 709.0))
        return self.low + (self.high - self.low) * np.asarray(expit(scaled), dtype=float)

    def derivative(self, y: npt.ArrayLike) -> FloatArray:
        """Derivative of `forward` at `y`: carries a standard error or a density between scales."""
        values = np.asarray(y, dtype=float)
        if self.name == "identity":
            return np.ones_like(values)
        if self.name == "log":
            return 1.0 / (values - self.low)
        return (self.high - self.low) / ((values - self.low) * (self.high - values))
