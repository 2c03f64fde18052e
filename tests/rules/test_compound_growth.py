"""The CAGR ratio against published numbers, and the classes of the UN progress chart."""

import math

import pytest
from rule_vectors import case, case_of, keys, label, load

from bcforecast.rules.published import CagrRatio, UnProgress, limit_coefficient

VECTORS = load("cagr_ratio")
STATUS = {
    "target_achieved": "achieved",
    "substantial_progress": "substantial",
    "moderate_progress": "moderate",
    "limited_progress": "limited",
    "deterioration": "deterioration",
}
ROUNDED = 1e-4
"""How far a published score lies from that of the constants that join at the cuts."""
judged, charted = CagrRatio().assess, UnProgress().assess


def poverty(last):
    return case({2015: 14.5, 2023: last}, 7.25, direction="down")


@pytest.mark.parametrize("row", VECTORS["with_target"], ids=lambda row: row["id"])
def test_published_ratios_and_scores_with_a_target_are_reproduced(row):
    verdict = judged(case_of(row))
    assert verdict.value == pytest.approx(row["R"], abs=1e-12)
    assert verdict.score == pytest.approx(row["score"], abs=ROUNDED)
    assert (label(verdict), verdict.variant) == (STATUS[row["status"]], "target")


@pytest.mark.parametrize("row", VECTORS["without_target"], ids=lambda row: row["id"])
def test_published_growth_and_scores_without_a_target_are_reproduced(row):
    verdict = judged(case_of(row))
    assert verdict.value == pytest.approx(row["v"], abs=1e-12)
    assert verdict.score == pytest.approx(row["score"], abs=1e-9)
    assert (label(verdict), verdict.says_met) == (STATUS[row["status"]], None)
    expected = VECTORS["limit_coefficients"][row["id"]]
    assert verdict.details["limit_coefficient"] == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("row", VECTORS["aggregates"], ids=lambda row: row["id"])
def test_published_values_and_scores_of_single_series_are_reproduced(row):
    for series in row["series"]:
        verdict = judged(case_of(series))
        assert verdict.value == pytest.approx(series["value"], abs=1e-12)
        assert verdict.score == pytest.approx(series["score"], abs=ROUNDED)


def test_the_worked_example_has_the_published_rates_and_flips_by_a_hundredth():
    details = judged(poverty(10.2)).details
    assert details["cagr_observed"] == pytest.approx(-0.0430174446, abs=5e-11)
    assert details["cagr_required"] == pytest.approx(-0.0451583961, abs=5e-11)
    before, after = judged(poverty(10.2)), judged(poverty(10.21))
    assert before.value == pytest.approx(0.9525901792032172, abs=1e-12)
    assert after.value == pytest.approx(0.9499942720819954, abs=1e-12)
    assert (label(before), label(after)) == ("substantial", "moderate")
    # with the published, rounded constants it would be 2.5000141
    assert after.score < 2.5


def test_achieved_has_the_full_score_with_a_ratio_or_says_why_there_is_none():
    still, finite = (judged(case_of(row)) for row in VECTORS["achieved"])
    assert label(still) == label(finite) == "achieved"
    assert still.score == finite.score == 5.0
    assert still.value is None
    assert "base_is_target" in keys(still)
    assert finite.value == pytest.approx(VECTORS["achieved"][1]["R"], abs=1e-12)


@pytest.mark.parametrize("ratio", [0.9499923, 0.94999999, 0.95, 0.5999951, 0.6, 0.0, -1e-9, -2.0])
def test_score_and_label_never_contradict_at_the_cuts(ratio):
    last = 100.0 * (1.0 + ratio * (1.1 - 1.0))
    verdict = judged(case({2020: 100.0, 2021: last}, 110.0 * 1.1, due=2022))
    low, high = {
        "achieved": (5.0, 5.0),
        "substantial": (2.5, 5.0),
        "moderate": (0.0, math.nextafter(2.5, 0)),
        "limited": (-2.5, math.nextafter(0.0, -1)),
        "deterioration": (-5.0, math.nextafter(-2.5, -5)),
    }[label(verdict)]
    assert low <= verdict.score <= high


@pytest.mark.parametrize(("value", "target", "way"), [(92.0, 100, "up"), (9.0, 5, "down")])
def test_no_change_at_all_is_limited_progress_not_deterioration(value, target, way):
    verdict = judged(case({2015: value, 2019: value}, target, direction=way))
    assert (label(verdict), verdict.value, verdict.score) == ("limited", 0.0, -2.5)
    assert math.copysign(1.0, verdict.value) == 1.0


def test_progress_has_its_sign_below_zero_from_a_moved_base_and_at_a_limit():
    better, worse = (judged(case({2015: -10.0, 2020: v}, -5)).value for v in (-8.0, -11.0))
    assert better > 0 > worse
    series = {2016: 100.0, 2021: 110.0}
    moved, direct = judged(case(series, 130, base_year=2015)), judged(case(series, 130))
    assert moved.value == direct.value
    assert "base_moved" in keys(moved)
    assert direct.notes == ()
    stays, leaves = (judged(case({2015: 100.0, 2020: v}, limit=100)) for v in (100.0, 99.9))
    assert (label(stays), stays.score) == ("substantial", 5.0)
    assert label(leaves) == "deterioration"


@pytest.mark.parametrize(
    ("base", "limit", "expected"),
    [
        (50.0, None, 1.0), (200.0, 100.0, 1.0), (100.0, 100.0, 0.0),
        (110.0, 100.0, limit_coefficient(90.0, 100.0)), (3.0, 0.0, 1.0),
    ],
)  # fmt: skip
def test_the_limit_coefficient_falls_to_zero_at_the_limit_and_is_mirrored(base, limit, expected):
    assert limit_coefficient(base, limit) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("last", "says"),
    [(102.0, "met_or_on_track"), (101.0, "fair"), (100.4, "stagnation"), (95.0, "stagnation")],
)
def test_without_a_target_growth_is_cut_at_two_and_half_a_percent(last, says):
    verdict = charted(case({2015: 100.0, 2016: last}))
    assert (label(verdict), verdict.says_met) == (says, None)


def test_without_a_later_base_the_one_before_is_taken():
    verdict = charted(case({2010: 10.0, 2013: 11.0, 2014: 12.0}, 20, base_year=2015))
    assert verdict.inputs["base_year"] == 2013
    assert "base_moved" in keys(verdict)
