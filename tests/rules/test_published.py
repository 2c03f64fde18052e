"""The published rules against published numbers, and their labels at the cuts."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from rule_vectors import case, case_of, keys, label, load

from bcforecast.rules import published as methods
from bcforecast.rules.base import Case
from bcforecast.rules.published import Escap, Linear, value_in

VECTORS = load("cagr_ratio")
WORDS = {
    "target_achieved": "achieved",
    "substantial_progress": "substantial",
    "moderate_progress": "moderate",
    "limited_progress": "limited",
    "deterioration": "deterioration",
}
ROUNDED = 1e-4
"""How far a published score lies from that of the constants that join at the cuts."""
ROWS = {row["id"]: row for row in load("escap")["cases"]}
LABELS = {
    "On-track": "on_track",
    "Slow progress": "slow",
    "Regression": "regression",
    "Will meet target": "will_meet",
    "Need to accelerate": "accelerate",
    "No progress expected": "no_progress",
}
LOGIT = ("logit_mean_slope", "logit_ols", "logit_wls")
STATUS = Escap("current_status")
NBS = load("nbs_index")
judged, charted, sun = (
    methods.CagrRatio().assess,
    methods.UnProgress().assess,
    methods.Weather().assess,
)


def poverty(last):
    return case({2015: 14.5, 2023: last}, 7.25, direction="down")


@pytest.mark.parametrize("row", VECTORS["with_target"], ids=lambda row: row["id"])
def test_published_ratios_and_scores_with_a_target_are_reproduced(row):
    verdict = judged(case_of(row))
    assert verdict.value == pytest.approx(row["R"], abs=1e-12)
    assert verdict.score == pytest.approx(row["score"], abs=ROUNDED)
    assert (label(verdict), verdict.variant) == (WORDS[row["status"]], "target")


@pytest.mark.parametrize("row", VECTORS["without_target"], ids=lambda row: row["id"])
def test_published_growth_and_scores_without_a_target_are_reproduced(row):
    verdict = judged(case_of(row))
    assert verdict.value == pytest.approx(row["v"], abs=1e-12)
    assert verdict.score == pytest.approx(row["score"], abs=1e-9)
    assert (label(verdict), verdict.says_met) == (WORDS[row["status"]], None)
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


def test_a_fall_too_small_for_the_score_to_show_is_below_the_cut_all_the_same():
    verdict = judged(case({2020: 100.0, 2021: math.nextafter(100.0, 0.0)}, 1e9, due=2022))
    assert (label(verdict), verdict.score) == ("deterioration", math.nextafter(-2.5, -5.0))


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
        (110.0, 100.0, methods.limit_coefficient(90.0, 100.0)), (3.0, 0.0, 1.0),
        (250.0, 100.0, 1.0),
    ],
)  # fmt: skip
def test_the_limit_coefficient_falls_to_zero_at_the_limit_and_is_mirrored(base, limit, expected):
    assert methods.limit_coefficient(base, limit) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (102.0, "met_or_on_track"),
        (101.0, "fair"),
        (100.6, "fair"),
        (100.4, "stagnation"),
        (95.0, "stagnation"),
    ],
)
def test_without_a_target_growth_is_cut_at_two_and_half_a_percent(last, says):
    verdict = charted(case({2015: 100.0, 2016: last}))
    assert (label(verdict), verdict.says_met) == (says, None)


def test_without_a_later_base_the_one_before_is_taken():
    verdict = charted(case({2010: 10.0, 2013: 11.0, 2014: 12.0}, 20, base_year=2015))
    assert verdict.inputs["base_year"] == 2013
    assert "base_moved" in keys(verdict)
    for series, base in (({2010: 10.0, 2013: 11.0}, 2010),
                         ({2010: 9.0, 2016: 10.0, 2020: 11.0, 2021: 12.0}, 2016)):  # fmt: skip
        assert charted(case(series, 20, base_year=2015)).inputs["base_year"] == base


def menaro(identifier):
    row = ROWS[identifier]
    asked = {"target": row["target"], "due": row["T"], "scale": row["scale"]}
    years = {"base_year": row["base"], "current_year": row["now"]}
    direction = "up" if row["d"] == 1 else "down"
    return Case(tuple(row["t"]), tuple(row["y"]), direction=direction, **asked, **years)


@pytest.mark.parametrize("identifier", ROWS)
def test_published_indices_values_and_weights_are_reproduced(identifier):
    row, published = ROWS[identifier], menaro(identifier)
    status, progress = STATUS.assess(published), Escap().assess(published)
    assert status.value == pytest.approx(row["CS"], abs=5e-10)
    assert progress.value == pytest.approx(row["AP"], abs=5e-10)
    assert (label(status), label(progress)) == (LABELS[row["cs"]], LABELS[row["ap"]])
    for name, year in (("base", row["base"]), ("now", row["now"]), ("due", row["T"])):
        found = value_in(published, year, function="logit_mean_slope").value
        assert found == pytest.approx(row["I"][name], abs=5e-10)
    for function in LOGIT:
        found = value_in(published, row["T"], function=function).value
        assert found == pytest.approx(row["I_due_by_function"][function], abs=5e-9)
    weights = methods.escap_weights(np.array(row["t"], float), row["T"])
    assert_allclose(weights, row["I_due_by_function"]["weights"], atol=5e-7)


def test_each_implementation_has_its_name_and_its_projected_value():
    published = Escap(projection="logit_mean_slope").assess(menaro("E6"))
    weighted, flip = Escap(projection="logit_wls").assess(menaro("E6")), load("escap")["flip"]
    assert (label(published), label(weighted)) == ("no_progress", "accelerate")
    assert weighted.value == pytest.approx(flip["AP"], abs=flip["tolerance"])
    assert published.name.render("en") != weighted.name.render("en")
    assert "加权" in weighted.name.render("zh")
    verdict = Escap().assess(menaro("E2"))
    assert label(verdict) == "will_meet"
    assert verdict.projected == pytest.approx(99.5864919629, abs=5e-10)
    note = next(n for n in verdict.notes if n.key == "rules.note_tolerance")
    assert all("99.5865" in note.render(lang) for lang in ("en", "zh"))


@pytest.mark.parametrize("values", [(10.0, 4.0, 0.0), (10.0, 0.0, 4.0), (90.0, 100.0, 99.0)])
@pytest.mark.parametrize("function", LOGIT)
def test_a_figure_at_zero_or_at_the_maximum_is_carried_forward_by_name(values, function):
    at_the_edge = case(dict(zip((2010, 2015, 2020), values, strict=True)), 99.5, scale=100)
    projected = value_in(at_the_edge, 2030, function=function)
    assert projected.value == values[-1]
    assert projected.note.key == "rules.note_carried_forward"
    assert "carried_forward" in keys(Escap(projection=function).assess(at_the_edge))


def test_the_next_figure_stands_for_a_base_at_zero_and_the_due_year_for_a_later_one():
    series = case({2010: 10.0, 2017: 4.0, 2020: 0.0}, 0, direction="down", scale=100)
    found = value_in(series, 2015, function="logit_mean_slope")
    assert (found.value, found.note.key) == (4.0, "rules.note_next_figure")
    series = case({2015: 10.0, 2020: 20.0}, 50, due=2022, scale=100, current_year=2024)
    status, progress = STATUS.assess(series), Escap().assess(series)
    assert status.details["year"] == 2022
    assert status.value == progress.value


def test_geometric_growth_needs_no_maximum():
    grows = Escap(projection="geometric").assess(case({2019: 400.0, 2021: 484.0}, 530, due=2022))
    assert grows.projected == pytest.approx(484.0 * 1.1)
    quarter, gone = case({2015: 4.0, 2020: 1.0}), case({2015: 4.0, 2020: 0.0})
    assert value_in(quarter, 2030, function="geometric") == (pytest.approx(1 / 16), None)
    assert value_in(gone, 2030, function="geometric") == (0.0, None)
    assert value_in(gone, 2017, function="geometric").note.key == "rules.note_next_figure"


def test_a_value_needs_two_figures_and_weights_end_in_the_year_asked_for():
    alone = value_in(case({2020: 5.0}, scale=100), 2030, function="logit_ols")
    assert (alone.value, alone.note.key) == (None, "rules.note_one_figure")
    small = value_in(case({2019: 0.4, 2020: 0.4}, scale=100), 2030, function="logit_ols")
    assert small == (pytest.approx(0.4), None), "what is near nothing is no figure at nothing"
    series = {2015: 10.0, 2018: 30.0, 2020: 20.0}
    free, due = (case(series, scale=100, due=year) for year in (None, 2030))
    found = (value_in(one, 2030, function="logit_wls").value for one in (free, due))
    assert next(found) == next(found)


def test_the_published_well_off_index_falls_short_by_the_pace_of_its_years():
    series = dict(zip(NBS["t"], NBS["y"], strict=True))
    verdict = Linear().assess(case(series, NBS["target"], due=NBS["T"]))
    details = verdict.details
    assert details["yearly_pace"] == pytest.approx(NBS["pace"], abs=1e-12)
    assert details["required_pace_from_start"] == pytest.approx(NBS["required_pace"], abs=1e-12)
    assert details["pace_ratio"] == pytest.approx(NBS["pace_ratio"], abs=5e-5)
    assert verdict.projected == pytest.approx(NBS["projected"], abs=1e-12)
    assert verdict.value == pytest.approx(-NBS["shortfall"], abs=1e-12)
    assert label(verdict) == "linear_misses"
    series = case({2010: 0.0, 2016: 50.0, 2021: 60.0}, 70, due=2026)
    verdict = Linear(5).assess(series)
    assert verdict.details["yearly_pace"] == pytest.approx(2.0)
    assert label(verdict) == "linear_meets"
    assert Linear().assess(series).details["yearly_pace"] == pytest.approx(60 / 11)


@pytest.mark.parametrize(("start", "last", "target", "way"), [(0, 5, 9, "up"), (9, 4, 0, "down")])
def test_paces_are_those_of_ten_years_behind_and_ten_to_go(start, last, target, way):
    verdict = Linear().assess(case({2010: start, 2020: last}, target, direction=way))
    sign = 1 if way == "up" else -1
    assert verdict.details == pytest.approx({
        "yearly_pace": sign * 0.5, "required_pace_from_start": sign * 0.45,
        "pace_ratio": 0.5 / 0.45, "required_pace_from_now": sign * 0.4,
    })  # fmt: skip
    flat = Linear().assess(case({2010: 9, 2020: 8}, 9)).details
    assert flat.keys().isdisjoint({"pace_ratio"}), "no share of nothing"


def six(*values, target, due=2030):
    return case(dict(enumerate(values, start=2015)), target, due=due)


@pytest.mark.parametrize(
    ("gap_left", "says"),
    [
        (0.0, "sun"), (4.9, "sun"), (5.1, "sun_cloud"), (19.9, "sun_cloud"), (20.1, "cloud"),
        (99.0, "cloud"), (100.0, "cloud"), (101.0, "thunderstorm"),
    ],
)  # fmt: skip
def test_the_symbol_follows_the_gap_left_as_a_share_of_todays(gap_left, says):
    change = (100.0 - gap_left) / 100.0
    verdict = sun(six(*(0.0 + change * (i - 5) for i in range(6)), target=10.0))
    assert verdict.value == pytest.approx(gap_left / 100.0, abs=1e-12)
    assert label(verdict) == says


@pytest.mark.parametrize(("change", "due"), [(0.8, 2030), (0.5, 2039)])
def test_exactly_twenty_and_five_percent_of_the_gap_are_sun_with_cloud(change, due):
    """From 0 to 8 of 10, and from 0 to 9.5 of 10, in numbers that a float holds exactly enough."""
    verdict = sun(six(*(change * (i - 5) for i in range(6)), target=10.0, due=due))
    assert verdict.value in (0.20, 0.05)
    assert label(verdict) == "sun_cloud"


def test_six_figures_are_used_and_no_older_ones_and_four_with_a_note():
    recent = dict(enumerate((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), start=2015))
    longer = sun(case({2014: 50.0, **recent}, 20))
    assert longer.value == sun(case(recent, 20)).value
    verdict = sun(case({2015: 1.0, 2016: 2.0, 2018: 4.0, 2020: 6.0}, 20))
    assert verdict.details["mean_yearly_change"] == pytest.approx(1.0)
    assert "weather_gaps" in keys(verdict)
