"""The two-piece normal against the Bank of England's published parameters."""

import json
from pathlib import Path

import numpy as np
import pytest

from bcforecast.distributions.base import Distribution
from bcforecast.distributions.two_piece import TwoPieceNormal

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "two_piece_normal.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", VECTORS["cases"], ids=lambda row: row["made"])
def test_probabilities_of_inflation_above_two_percent_are_the_stated_ones(row):
    fan = TwoPieceNormal(row["mode"], row["sigma"], row["gamma"])
    assert fan.sf(2.0)[0] == pytest.approx(row["sf_at_2"], abs=1e-12)
    if "cdf_at_mode" in row:
        assert fan.cdf(row["mode"])[0] == pytest.approx(row["cdf_at_mode"], abs=1e-12)


def test_a_whole_published_fan_is_one_distribution():
    rows = VECTORS["fan_2013_q1"]
    fan = TwoPieceNormal(np.array(rows["mode"]), np.array(rows["sigma"]))
    assert fan.horizon == len(rows["quarters"]) == 13
    assert isinstance(fan, Distribution)
    np.testing.assert_allclose(fan.median(), rows["mode"], atol=1e-12)
    at_2015 = rows["quarters"].index(2015.0)
    assert fan.at_least(2.0)[at_2015] == pytest.approx(0.5855903931068687, abs=1e-12)


@pytest.mark.parametrize("gamma", [-0.9, -0.25, 0.0, 0.5, 0.9])
def test_quantiles_invert_the_distribution_function(gamma):
    fan = TwoPieceNormal(np.array([1.0, 3.0]), np.array([0.5, 2.0]), gamma)
    levels = np.array([1e-6, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-6])
    found = fan.cdf(fan.quantile(levels))
    np.testing.assert_allclose(found, np.broadcast_to(levels[:, None], (7, 2)), rtol=1e-9)


@pytest.mark.parametrize("gamma", [-0.6, 0.0, 0.6])
def test_both_tails_add_up_and_are_continuous_at_the_mode(gamma):
    fan = TwoPieceNormal(1.0, 0.7, gamma)
    x = np.linspace(-3.0, 5.0, 41)[:, None]
    np.testing.assert_allclose(fan.cdf(x) + fan.sf(x), 1.0, atol=1e-15)
    assert fan.cdf(1.0)[0] == pytest.approx(fan.cdf(np.nextafter(1.0, 2.0))[0], abs=1e-15)
    assert fan.sf(40.0)[0] < 1e-100


def test_the_mean_is_that_of_the_quantiles_and_lies_on_the_side_of_the_risks():
    fan = TwoPieceNormal(2.0, 1.0, 0.5)
    levels = (np.arange(200_000) + 0.5) / 200_000
    assert fan.mean()[0] == pytest.approx(fan.quantile(levels).mean(), abs=1e-4)
    assert fan.mean()[0] > 2.0 > TwoPieceNormal(2.0, 1.0, -0.5).mean()[0]


def test_widths_follow_the_published_definition():
    left, right = TwoPieceNormal(0.0, 1.2, 0.25).sides
    assert left[0] ** 2 * 1.25 == pytest.approx(1.44)
    assert right[0] ** 2 * 0.75 == pytest.approx(1.44)


def test_the_ends_of_the_probability_scale_are_infinite():
    fan = TwoPieceNormal(0.0, 1.0, 0.3)
    assert fan.quantile(0.0)[0] == -np.inf
    assert fan.quantile(1.0)[0] == np.inf


@pytest.mark.parametrize(
    ("mode", "sigma", "gamma"),
    [
        (0.0, 0.0, 0.0),
        (0.0, -1.0, 0.0),
        (0.0, 1.0, 1.0),
        (0.0, 1.0, -1.0),
        (np.nan, 1.0, 0.0),
        (0.0, np.nan, 0.0),
    ],
)
def test_parameters_that_cannot_be_are_refused(mode, sigma, gamma):
    with pytest.raises(ValueError, match="must"):
        TwoPieceNormal(mode, sigma, gamma)
