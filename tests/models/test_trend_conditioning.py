"""Errors and bounds in closed form, against simulation and rejection."""

from dataclasses import replace

import numpy as np
import pytest

from bcforecast.models.trend import condition_average, truncated_moments
from bcforecast.models.trend_members import shipped
from bcforecast.observations.selection import History


@pytest.mark.parametrize(("lower", "upper"), [(0.5, np.inf), (-np.inf, 0.0), (-1.0, 2.0)])
def test_truncated_moments_are_those_of_draws_that_keep_the_bound(lower, upper):
    draws = np.random.default_rng(0).normal(0.3, 1.2, 400_000)
    kept = draws[(draws >= lower) & (draws <= upper)]
    log_p, mean, variance = truncated_moments(np.array([0.3]), np.array([1.44]), lower, upper)
    assert np.exp(log_p[0]) == pytest.approx(kept.size / draws.size, abs=0.003)
    assert mean[0] == pytest.approx(kept.mean(), abs=0.01)
    assert variance[0] == pytest.approx(kept.var(), abs=0.01)


def test_far_bounds_stay_finite():
    log_p, mean, variance = truncated_moments(np.zeros(2), np.ones(2), 40.0, np.inf)
    assert np.all(np.isfinite([*log_p, *mean, *variance]))
    assert np.all(mean >= 40.0)


RANDOM_WALK = np.array([[1.0, 0.0, 0.0, 0.0]])
ANY_SIDE = shipped().sides[1]
SIDE = replace(
    ANY_SIDE, prior=np.zeros((1, 6)), widening=np.zeros(3), widening_features=np.zeros((5, 2))
)


@pytest.mark.parametrize(
    ("lower", "draws", "within"), [((0.15,), 3_000_000, 3e-4), ((0.1, 0.2, 0.3), 3_000_000, 2e-3)]
)
def test_a_walk_above_its_bounds_goes_on_as_rejection_says(lower, draws, within):
    """Known 0 and 0.1, then bounds alone: one is exact, several agree up to the approximation."""
    n = len(lower)
    series = History.of(range(2 + n), [0.0, 0.1, *[np.nan] * n], lower=[-np.inf, -np.inf, *lower])
    found = condition_average(series, 1, RANDOM_WALK, SIDE, np.zeros((5, 1)))
    df, scale = np.exp(SIDE.noise)
    s = np.sqrt((df * scale + 0.1**2) / (df + 1))
    rng = np.random.default_rng(1)
    walks = np.full(draws, 0.1)
    for bound in lower:
        walks = walks + s * rng.standard_normal(walks.size)
        walks = walks[walks >= bound]
    ahead = walks + s * rng.standard_normal(walks.size)
    assert found.location[0, 0] == pytest.approx(ahead.mean(), abs=within)
    assert found.spread[0, 0] == pytest.approx(ahead.std(), abs=within)
