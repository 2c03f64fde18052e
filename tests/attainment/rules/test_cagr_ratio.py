"""The CAGR ratio against published numbers, and where it does not follow the published code."""

import math

import pytest
from rule_vectors import case_of, keys, load

from bcforecast.rules.base import Case, Verdict
from bcforecast.rules.cagr_ratio import CLEAN, PUBLISHED, CagrRatio, aggregate, limit_coefficient

VECTORS = load("cagr_ratio")
STATUS = {
    "target_achieved": "rules.label_achieved",
    "substantial_progress": "rules.label_substantial",
    "moderate_progress": "rules.label_moderate",
    "limited_progress": "rules.label_limited",
    "deterioration": "rules.label_deterioration",
}
Q1 = {"direction": "down", "target": 7.25, "due": 2030}


@pytest.mark.parametrize("row", VECTORS["with_target"], ids=lambda row: row["id"])
def test_published_ratios_and_scores_with_a_target_are_reproduced(row):
    verdict = CagrRatio(PUBLISHED).assess(case_of(row))
    assert verdict.value == pytest.approx(row["R"], abs=1e-12)
    assert verdict.score == pytest.approx(row["score"], abs=1e-9)
    assert verdict.label == STATUS[row["status"]]
    assert verdict.variant == "target"


@pytest.mark.parametrize("row", VECTORS["without_target"], ids=lambda row: row["id"])
def test_published_growth_and_scores_without_a_target_are_reproduced(row):
    verdict = CagrRatio().assess(case_of(row))
    assert verdict.value == pytest.approx(row["v"], abs=1e-12)
    assert verdict.score == pytest.approx(row["score"], abs=1e-9)
    assert verdict.label == STATUS[row["status"]]
    expected = VECTORS["limit_coefficients"][row["id"]]
    assert verdict.details["limit_coefficient"] == pytest.approx(expected, abs=5e-7)
    assert verdict.says_met is None


@pytest.mark.parametrize("row", VECTORS["with_target"], ids=lambda row: row["id"])
def test_clean_constants_give_the_same_label_and_nearly_the_same_score(row):
    verdict = CagrRatio().assess(case_of(row))
    assert verdict.label == STATUS[row["status"]]
    assert verdict.score == pytest.approx(row["score"], abs=1e-4)


def test_the_worked_example_has_the_published_rates():
    details = CagrRatio().assess(Case((2015, 2023), (14.5, 10.2), **Q1)).details
    assert details["cagr_observed"] == pytest.approx(-0.0430174446, abs=5e-11)
    assert details["cagr_required"] == pytest.approx(-0.0451583961, abs=5e-11)


def test_achieved_without_movement_has_no_number_and_says_why():
    row = VECTORS["achieved"][0]
    verdict = CagrRatio().assess(case_of(row))
    assert (verdict.label, verdict.value, verdict.score) == ("rules.label_achieved", None, 5.0)
    assert "base_is_target" in keys(verdict)


def test_achieved_with_a_finite_ratio_keeps_it():
    row = VECTORS["achieved"][1]
    verdict = CagrRatio().assess(case_of(row))
    assert verdict.label == "rules.label_achieved"
    assert verdict.value == pytest.approx(row["R"], abs=1e-12)
    assert verdict.score == 5.0


def test_one_year_only_is_not_available_without_a_number():
    verdict = CagrRatio().assess(Case((2023,), (14.5,), **Q1))
    assert verdict.label == "rules.label_not_available"
    assert (verdict.value, verdict.score, verdict.says_met) == (None, None, None)


def test_one_year_only_is_achieved_if_the_figure_meets_the_target():
    verdict = CagrRatio().assess(Case((2023,), (7.0,), **Q1))
    assert (verdict.label, verdict.value) == ("rules.label_achieved", None)
    assert "one_figure" in keys(verdict)


@pytest.mark.parametrize("row", VECTORS["aggregates"], ids=lambda row: row["id"])
def test_published_means_of_several_series_are_reproduced(row):
    verdicts = [CagrRatio(PUBLISHED).assess(case_of(series)) for series in row["series"]]
    for verdict, series in zip(verdicts, row["series"], strict=True):
        assert verdict.value == pytest.approx(series["value"], abs=1e-12)
        assert verdict.score == pytest.approx(series["score"], abs=1e-9)
    mean = aggregate(verdicts)
    assert mean.score == pytest.approx(row["score"], abs=1e-9)
    assert mean.label == STATUS[row["status"]]


@pytest.mark.parametrize(
    ("indicator", "masks"), [("8-a-1", True), ("10-5-1", True), ("9-1-2", False)]
)
def test_a_mean_of_opposite_movements_says_what_it_hides(indicator, masks):
    row = next(r for r in VECTORS["aggregates"] if r["id"] == indicator)
    mean = aggregate([CagrRatio().assess(case_of(series)) for series in row["series"]])
    assert ("masked" in keys(mean)) is masks


def test_a_mean_counts_the_series_it_leaves_out_and_is_achieved_only_if_all_are():
    achieved = CagrRatio().assess(case_of(VECTORS["achieved"][1]))
    silent = CagrRatio().assess(Case((2023,), (14.5,), **Q1))
    slow = CagrRatio().assess(case_of(VECTORS["with_target"][1]))
    assert aggregate([achieved, silent]).label == "rules.label_achieved"
    assert "series_left_out" in keys(aggregate([achieved, silent]))
    assert aggregate([achieved, slow]).label == "rules.label_moderate"


def test_a_mean_of_nothing_is_not_available():
    silent = CagrRatio().assess(Case((2023,), (14.5,), **Q1))
    assert aggregate([silent]).label == "rules.label_not_available"
    assert aggregate([]).label == "rules.label_not_available"


def test_a_revision_of_a_hundredth_of_a_point_flips_the_label():
    before = CagrRatio().assess(Case((2015, 2023), (14.5, 10.2), **Q1))
    after = CagrRatio().assess(Case((2015, 2023), (14.5, 10.21), **Q1))
    assert before.value == pytest.approx(0.9525901792032172, abs=1e-12)
    assert after.value == pytest.approx(0.9499942720819954, abs=1e-12)
    assert before.label == "rules.label_substantial"
    assert after.label == "rules.label_moderate"


def test_published_constants_contradict_their_own_label_and_clean_ones_do_not():
    case = Case((2015, 2023), (14.5, 10.21), **Q1)
    published, clean = CagrRatio(PUBLISHED).assess(case), CagrRatio(CLEAN).assess(case)
    assert published.label == clean.label == "rules.label_moderate"
    assert published.score == pytest.approx(2.5000141, abs=5e-8)
    assert published.score > 2.5
    assert clean.score < 2.5


@pytest.mark.parametrize("ratio", [0.9499923, 0.94999999, 0.95, 0.5999951, 0.6, 0.0, -1e-9, -2.0])
def test_score_and_label_never_contradict_at_the_cuts(ratio):
    required = 1.1
    last = 100.0 * (1.0 + ratio * (required - 1.0))
    case = Case((2020, 2021), (100.0, last), direction="up", target=110.0 * 1.1, due=2022)
    verdict = CagrRatio().assess(case)
    bands = {
        "rules.label_achieved": (5.0, 5.0),
        "rules.label_substantial": (2.5, 5.0),
        "rules.label_moderate": (0.0, math.nextafter(2.5, 0)),
        "rules.label_limited": (-2.5, math.nextafter(0.0, -1)),
        "rules.label_deterioration": (-5.0, math.nextafter(-2.5, -5)),
    }
    low, high = bands[verdict.label]
    assert low <= verdict.score <= high


def test_no_change_at_all_is_limited_progress_not_deterioration():
    verdict = CagrRatio().assess(
        Case((2015, 2019), (92.0, 92.0), direction="up", target=100, due=2030)
    )
    assert (verdict.value, verdict.score) == (0.0, -2.5)
    assert math.copysign(1.0, verdict.value) == 1.0
    assert verdict.label == "rules.label_limited"


def test_no_change_with_a_decrease_wanted_is_limited_too():
    verdict = CagrRatio().assess(
        Case((2015, 2019), (9.0, 9.0), direction="down", target=5, due=2030)
    )
    assert math.copysign(1.0, verdict.value) == 1.0
    assert verdict.label == "rules.label_limited"


def test_a_base_equal_to_the_target_is_undefined_not_infinite():
    verdict = CagrRatio().assess(
        Case((2015, 2020), (100.0, 98.0), direction="up", target=100, due=2030)
    )
    assert (verdict.label, verdict.value) == ("rules.label_undefined", None)
    assert "base_is_target" in keys(verdict)


@pytest.mark.parametrize(
    ("values", "target", "note"),
    [
        ((0.0, 5.0), 10.0, "base_zero"),
        ((-2.0, 5.0), 10.0, "sign_change"),
        ((-4.0, -2.0), 10.0, "sign_change"),
        ((5e-324, 1e300), 1e301, "overflow"),
    ],
)
def test_growth_that_does_not_exist_is_undefined_by_name(values, target, note):
    verdict = CagrRatio().assess(
        Case((2015, 2020), values, direction="up", target=target, due=2030)
    )
    assert (verdict.label, verdict.value, verdict.score) == ("rules.label_undefined", None, None)
    assert note in keys(verdict)


def test_a_target_of_zero_is_not_replaced_by_a_thousandth():
    case = Case((2018, 2022), (3.6, 3.0), direction="down", target=0.0, due=2030)
    verdict = CagrRatio().assess(case)
    assert (verdict.label, verdict.value) == ("rules.label_undefined", None)
    assert "target_zero" in keys(verdict)
    assert verdict.inputs["target"] == 0.0


def test_a_base_of_zero_that_already_met_the_target_is_achieved():
    verdict = CagrRatio().assess(
        Case((2018, 2022), (0.0, 30.0), direction="up", target=30, due=2030)
    )
    assert (verdict.label, verdict.value, verdict.score) == ("rules.label_achieved", None, 5.0)


def test_progress_below_zero_has_the_sign_of_progress():
    better = CagrRatio().assess(
        Case((2015, 2020), (-10.0, -8.0), direction="up", target=-5, due=2030)
    )
    worse = CagrRatio().assess(
        Case((2015, 2020), (-10.0, -11.0), direction="up", target=-5, due=2030)
    )
    assert better.value > 0 > worse.value


def test_a_strict_goal_at_its_target_is_not_achieved_and_says_so():
    inclusive = Case((2019, 2021), (400, 530), direction="up", target=530, due=2022)
    strict = Case(
        (2019, 2021), (400, 530), direction="up", target=530, due=2022, comparator="more_than"
    )
    assert CagrRatio().assess(inclusive).label == "rules.label_achieved"
    verdict = CagrRatio().assess(strict)
    assert verdict.label == "rules.label_substantial"
    assert "strict" in keys(verdict)


def test_a_moved_base_year_measures_the_required_rate_from_there():
    moved = Case((2016, 2021), (100.0, 110.0), direction="up", target=130, due=2030, base_year=2015)
    direct = Case((2016, 2021), (100.0, 110.0), direction="up", target=130, due=2030)
    assert CagrRatio().assess(moved).value == CagrRatio().assess(direct).value
    assert "base_moved" in keys(CagrRatio().assess(moved))
    assert CagrRatio().assess(direct).notes == ()


def test_a_limit_beside_a_target_is_ignored_and_said():
    case = Case((2015, 2020), (80.0, 90.0), direction="up", target=95, due=2030, limit=100)
    assert "limit_ignored" in keys(CagrRatio().assess(case))


@pytest.mark.parametrize(
    ("base", "limit", "expected"),
    [
        (50.0, None, 1.0),
        (200.0, 100.0, 1.0),
        (100.0, 100.0, 0.0),
        (110.0, 100.0, None),
        (3.0, 0.0, 1.0),
    ],
)
def test_the_limit_coefficient_falls_to_zero_at_the_limit_and_is_mirrored(base, limit, expected):
    if expected is None:
        expected = limit_coefficient(90.0, 100.0)
    assert limit_coefficient(base, limit) == pytest.approx(expected, abs=1e-15)


def test_staying_at_the_limit_is_substantial_and_leaving_it_is_deterioration():
    stays = CagrRatio().assess(Case((2015, 2020), (100.0, 100.0), direction="up", limit=100))
    leaves = CagrRatio().assess(Case((2015, 2020), (100.0, 99.9), direction="up", limit=100))
    assert (stays.label, stays.score) == ("rules.label_substantial", 5.0)
    assert leaves.label == "rules.label_deterioration"


def test_a_base_beyond_the_limit_is_said():
    assert "base_beyond_limit" in keys(
        CagrRatio().assess(Case((2015, 2020), (110.0, 105.0), direction="up", limit=100))
    )


def test_a_due_figure_below_the_target_is_called_missed_whatever_the_label():
    case = Case((2018, 2022), (100.0, 149.0), direction="up", target=150, due=2022)
    verdict = CagrRatio().assess(case)
    assert verdict.label == "rules.label_substantial"
    assert "outcome_missed" in keys(verdict)


def test_a_verdict_refuses_a_number_beside_a_label_that_says_there_is_none():
    with pytest.raises(ValueError, match="a number beside"):
        Verdict("escap", "current_status", "rules.label_not_available", value=3.462432)
    with pytest.raises(ValueError, match="no number beside"):
        Verdict("escap", "current_status", "rules.label_will_meet", says_met=True)
    with pytest.raises(ValueError, match="not finite"):
        Verdict("escap", "current_status", "rules.label_will_meet", value=math.inf)
