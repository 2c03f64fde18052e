"""Errors and bounds in closed form, against simulation and rejection."""

import numpy as np
import pytest

from bcforecast.models.trend_conditioning import SoftSeries, condition_average, truncated_moments
from bcforecast.models.trend_learned import shipped


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


def test_one_model_with_one_bound_is_conditioned_exactly_as_rejection_does():
    """Random walk: known 0 and 0.1, then at least 0.3; the next value by rejection."""
    side = shipped().sides[1]
    grid = np.array([[1.0, 0.0, 0.0, 0.0]])
    one = type(side)(
        prior=np.zeros((1, 6)),
        power=side.power,
        noise=side.noise,
        widening=np.zeros(3),
        widening_features=np.zeros((5, 2)),
    )
    series = SoftSeries(
        periods=np.array([1, 2, 3]),
        values=np.array([0.0, 0.1, np.nan]),
        lower=np.array([-np.inf, -np.inf, 0.3]),
        upper=np.full(3, np.inf),
        error_sd=np.zeros(3),
    )
    found = condition_average(series, grid, one, np.zeros((5, 1)), np.array([4]))
    df, scale = np.exp(side.noise)
    s2 = (df * scale + 0.1**2) / (df + 1)
    rng = np.random.default_rng(1)
    third = 0.1 + np.sqrt(s2) * rng.standard_normal(6_000_000)
    third = third[third >= 0.3]
    fourth = third + np.sqrt(s2) * rng.standard_normal(third.size)
    assert found.location[0, 0] == pytest.approx(
        fourth.mean(), abs=4 * fourth.std() / np.sqrt(third.size)
    )
    assert found.spread[0, 0] == pytest.approx(fourth.std(), rel=0.01)
