"""Reliability, calibration error and its noise, PIT counts, paired comparison."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.evaluation import (
    calibration_noise,
    expected_calibration_error,
    pit_counts,
    reliability_table,
    wilson_interval,
)


def test_each_bin_holds_its_cases_their_mean_and_the_share_met() -> None:
    table = reliability_table([1, 0, 1, 1], [0.05, 0.02, 0.95, 1.0])
    assert table["low"].tolist() == [0.0, 0.9]
    assert table["count"].tolist() == [2, 2]
    assert table["stated"].tolist() == pytest.approx([0.035, 0.975])
    assert table["met"].tolist() == [0.5, 1.0]
    assert (table["met_lower"] <= table["met"]).all()
    assert (table["met_upper"] >= table["met"]).all()


def test_calibration_error_weighs_bins_by_their_cases() -> None:
    # three cases at 0.2 of which one met (1/3), one at 0.9 missed
    error = expected_calibration_error([1, 0, 0, 0], [0.2, 0.2, 0.2, 0.9])
    assert error == pytest.approx((3 * (1 / 3 - 0.2) + 0.9) / 4)


def test_a_perfect_forecaster_still_shows_calibration_noise_on_few_cases() -> None:
    stated = np.linspace(0.05, 0.95, 60)
    alone = calibration_noise(stated, rng=np.random.default_rng(3), repeats=200)
    goals = np.repeat(np.arange(15), 4)
    shared = calibration_noise(stated, rng=np.random.default_rng(3), groups=goals, repeats=200)
    assert alone.mean() > 0.05
    assert shared.mean() > alone.mean()


def test_wilson_interval_is_the_published_one() -> None:
    # 81 of 263: Newcombe (1998), table I, method 3
    assert wilson_interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    # 0 of 20 and 1 of 29, the same table
    assert wilson_interval(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(1 / 29, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_pit_counts_put_one_in_the_last_bin() -> None:
    assert pit_counts([0.0, 0.1, 1.0], bins=10).tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
