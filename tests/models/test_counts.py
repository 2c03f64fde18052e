"""Counts drawn by inversion agree with the exact quantiles and keep the order of their means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from bcforecast.models.flows import binomial, poisson

LEVELS = np.random.default_rng(1).standard_normal(4000)


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.7, 29.0])
def test_small_poisson_counts_are_exact_quantiles(mean: float) -> None:
    exact = stats.poisson.ppf(ndtr(LEVELS), mean)
    assert np.array_equal(poisson(mean, LEVELS), exact)


@pytest.mark.parametrize("mean", [31.0, 200.0, 9000.0])
def test_large_poisson_counts_are_within_one_of_the_exact_quantile(mean: float) -> None:
    exact = stats.poisson.ppf(ndtr(LEVELS), mean)
    assert np.abs(poisson(mean, LEVELS) - exact).max() <= 1.0


@pytest.mark.parametrize(
    ("trials", "p"), [(0, 0.4), (7, 0.0), (7, 1.0), (12, 0.3), (40, 0.9), (25, 0.5)]
)
def test_small_binomial_counts_are_exact_quantiles(trials: int, p: float) -> None:
    low = stats.binom.ppf(ndtr(LEVELS), trials, p)
    drawn = binomial(float(trials), p, LEVELS)
    assert np.array_equal(drawn, np.clip(low, 0.0, None))


@pytest.mark.parametrize(("trials", "p"), [(100, 0.5), (1000, 0.65), (5000, 0.07)])
def test_large_binomial_counts_are_within_one_of_the_exact_quantile(trials: int, p: float) -> None:
    exact = stats.binom.ppf(ndtr(LEVELS), trials, p)
    drawn = binomial(float(trials), p, LEVELS)
    assert np.abs(drawn - exact).max() <= 1.0
    assert drawn.max() <= trials


def test_a_larger_mean_never_draws_a_smaller_count() -> None:
    for low, high in ((2.0, 2.4), (29.0, 31.0), (60.0, 63.0)):
        assert (poisson(high, LEVELS) >= poisson(low, LEVELS)).all()
    assert (binomial(50.0, 0.72, LEVELS) >= binomial(50.0, 0.65, LEVELS)).all()
