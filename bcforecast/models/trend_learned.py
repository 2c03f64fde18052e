"""What the trend engine has learned: one small versioned file, read once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.trend_shape import Shape
from bcforecast.observations.history import IntArray

FILE = "trend.json"
VERSION = 1

Parameters = dict[str, FloatArray]
"""Arrays by name, as they are trained and written: `prior_log`, `shape`, and so on."""

SIDES = ("relative", "log")
"""The two scales on which the models are averaged: in units of the mean level, and logarithms."""


@dataclass(frozen=True)
class Side:
    """What is learned for one scale.

    Parameters
    ----------
    prior
        Shape (K, 6): log prior weight of each model, a constant and one slope a feature.
    power
        Shape (2,): logit of the power of the evidence, constant and slope on length.
    noise
        Shape (2,): logs of the degrees of freedom and of the scale of the prior on `s2`.
    widening
        Shape (3,): log widening, as a polynomial in log horizon.
    widening_features
        Shape (5, 2): log widening by feature, constant and slope on log horizon.
    """

    prior: FloatArray
    power: FloatArray
    noise: FloatArray
    widening: FloatArray
    widening_features: FloatArray


@dataclass(frozen=True)
class Learned:
    """Everything that the engine knows before it sees a series.

    Parameters
    ----------
    grid
        Shape (K, 4): alpha, beta, phi, tau of each model.
    feature_range
        Shape (2, 5): features are clipped to what was seen in training.
    sides
        What is learned for each of `SIDES`.
    pool
        Shape (7,): logit of the weight of the log scale: a constant, one slope a feature, and the
        logit of the power of the evidence for that scale.
    shape
        Shape (4,): logit of the wide part's weight, constant and slope on 1 / n; log of its
        excess width, likewise.
    """

    grid: FloatArray
    feature_range: FloatArray
    sides: tuple[Side, Side]
    pool: FloatArray
    shape: FloatArray

    @classmethod
    def of(cls, parameters: Parameters) -> Learned:
        """Put named arrays in their places."""
        sides = tuple(
            Side(
                **{
                    name: parameters[f"{name}_{side}"]
                    for name in ("prior", "power", "noise", "widening", "widening_features")
                }
            )
            for side in SIDES
        )
        return cls(
            grid=parameters["grid"],
            feature_range=parameters["feature_range"],
            sides=(sides[0], sides[1]),
            pool=parameters["pool"],
            shape=parameters["shape"],
        )

    def shape_of(self, observations: int | FloatArray | IntArray) -> Shape:
        """Shape of a forecast from so many observations, or of one a series."""
        inverse = 1.0 / np.asarray(observations, dtype=float)
        return Shape(
            weight=np.asarray(1.0 / (1.0 + np.exp(-(self.shape[0] + self.shape[1] * inverse)))),
            wide=np.asarray(1.0 + np.exp(self.shape[2] + self.shape[3] * inverse)),
        )


def parse(text: str) -> Learned:
    """Read the learned file's text."""
    content = json.loads(text)
    if content["version"] != VERSION:
        raise ValueError(f"learned file has version {content['version']}, not {VERSION}")
    return Learned.of({k: np.asarray(v, dtype=float) for k, v in content["parameters"].items()})


@lru_cache(maxsize=1)
def shipped() -> Learned:
    """Return what the package ships with."""
    file = resources.files("bcforecast.models").joinpath("learned", FILE)
    return parse(file.read_text(encoding="utf-8"))
