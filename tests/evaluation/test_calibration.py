"""Reliability tables with their intervals, and the calibration error."""

import pytest

from bcforecast.evaluation.calibration import expected_calibration_error, reliability_table


def test_each_bin_holds_its_cases_their_mean_and_the_share_met():
    table = reliability_table([1, 0, 1, 1], [0.05, 0.02, 0.95, 1.0])
    assert table["low"].tolist() == [0.0, 0.9]
    assert table["count"].tolist() == [2, 2]
    assert table["stated"].tolist() == pytest.approx([0.035, 0.975])
    assert table["met"].tolist() == [0.5, 1.0]


def test_calibration_error_weighs_bins_by_their_cases():
    # three cases at 0.2 of which one met (1/3), one at 0.9 missed
    error = expected_calibration_error([1, 0, 0, 0], [0.2, 0.2, 0.2, 0.9])
    assert error == pytest.approx((3 * (1 / 3 - 0.2) + 0.9) / 4)


@pytest.mark.parametrize(
    ("met", "cases", "ends"),
    [(81, 263, (0.2553, 0.3662)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_the_interval_about_the_share_is_the_published_one(met, cases, ends):
    # Newcombe (1998), table I, method 3
    table = reliability_table([1] * met + [0] * (cases - met), [0.5] * cases)
    assert table[["met_lower", "met_upper"]].iloc[0].tolist() == pytest.approx(ends, abs=5e-5)
