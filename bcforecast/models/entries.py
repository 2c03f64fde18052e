"""How many newly enter in a year: a number with its own growth, learned from yearly counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.counts import poisson
from bcforecast.models.rates import Rate, Rates

YEAR_SD: Final = 0.15
"""Assumed: standard deviation of the log of a year's entries about their trend, beside chance."""


@dataclass(frozen=True)
class Trend:
    """Level and growth of yearly entries, normal given the counts.

    Parameters
    ----------
    mean, covariance
        Of (log level in the last year, log growth a year); shapes (2,) and (2, 2).
    """

    mean: FloatArray
    covariance: FloatArray

    def draw(self, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Draw the level and the growth (not logs), from normals (n, 2)."""
        root = np.linalg.cholesky(self.covariance)
        both = self.mean + normals @ root.T
        return np.exp(both[:, 0]), np.expm1(both[:, 1])


def entries_trend(years: FloatArray, counts: FloatArray, *, last: int, growth: Rate) -> Trend:
    """Learn the trend of yearly counts.

    Weighted Bayesian regression of log counts on the year, errors of variance
    `YEAR_SD**2 + 1 / count`, a flat prior on the level and the rate's normal prior on the growth.

    Parameters
    ----------
    years, counts
        Shape (k,), k at least 1; counts of 0 are taken as one half.
    last
        Year to which the level belongs.
    growth
        Prior, of the family `growth`.
    """
    y = np.log(np.maximum(counts, 0.5))
    precision = 1.0 / (YEAR_SD**2 + 1.0 / np.maximum(counts, 0.5))
    design = np.column_stack([np.ones_like(years), years - last])
    prior = np.diag([0.0, 1.0 / growth.spread**2])
    information = design.T @ (precision[:, None] * design) + prior
    pull = design.T @ (precision * y) + prior @ np.array([0.0, growth.mean])
    covariance = np.linalg.inv(information)
    return Trend(covariance @ pull, np.asarray(covariance, dtype=float))


def rebased(
    base: FloatArray, stock: FloatArray, rates: Rates, *, entry: str
) -> tuple[FloatArray, Rates]:
    """Make the stock of today the base of entries, and their rate one per thing in stock today."""
    whole = np.maximum(stock, 1e-300)
    return whole, {**rates, entry: rates[entry] * base / whole}


def next_entries(
    base: FloatArray, rates: Rates, *, entry: str, growth: str, normals: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Move yearly entries a year on.

    Parameters
    ----------
    base
        Shape (n,): what the entry rate is a rate of; it grows by the growth of entries.
    rates
        Draws of each rate.
    entry, growth
        Identifiers of the entries a year per unit of base, and of the yearly growth of the base.
    normals
        Shape (n, 2): the year's common shock, and chance; None for the expectation.

    Returns
    -------
    The base and the number of entries of the year.
    """
    grown = base * (1.0 + rates[growth])
    if normals is None:
        return grown, grown * rates[entry]
    shock = np.exp(YEAR_SD * normals[:, 0] - 0.5 * YEAR_SD**2)
    return grown, poisson(grown * rates[entry] * shock, normals[:, 1])
