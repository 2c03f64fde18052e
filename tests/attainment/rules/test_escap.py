"""ESCAP indices against UNICEF MENARO's published results, function by function."""

from dataclasses import replace

import numpy as np
import pytest
from rule_vectors import keys, load

from bcforecast.rules.base import PROJECTIONS, Case, escap_weights, value_in
from bcforecast.rules.escap import FLOOR, Escap

ROWS = {row["id"]: row for row in load("escap")["cases"]}
LABELS = {
    "On-track": "rules.label_on_track",
    "Slow progress": "rules.label_slow",
    "Regression": "rules.label_regression",
    "Will meet target": "rules.label_will_meet",
    "Need to accelerate": "rules.label_accelerate",
    "No progress expected": "rules.label_no_progress",
}
LOGIT = ("logit_mean_slope", "logit_ols", "logit_wls")


def menaro(identifier: str) -> Case:
    row = ROWS[identifier]
    return Case(
        tuple(row["t"]),
        tuple(row["y"]),
        direction="up" if row["d"] == 1 else "down",
        target=row["target"],
        due=row["T"],
        scale=row["scale"],
        base_year=row["base"],
        current_year=row["now"],
    )


@pytest.mark.parametrize("identifier", ROWS)
def test_published_current_status_and_anticipated_progress_are_reproduced(identifier):
    row, case = ROWS[identifier], menaro(identifier)
    status = Escap("current_status").assess(case)
    progress = Escap("anticipated_progress").assess(case)
    assert status.value == pytest.approx(row["CS"], abs=5e-10)
    assert progress.value == pytest.approx(row["AP"], abs=5e-10)
    assert status.label == LABELS[row["cs"]]
    assert progress.label == LABELS[row["ap"]]


@pytest.mark.parametrize("identifier", ROWS)
def test_base_current_and_due_values_are_those_of_the_published_function(identifier):
    row, case = ROWS[identifier], menaro(identifier)
    for name, year in (("base", row["base"]), ("now", row["now"]), ("due", row["T"])):
        found = value_in(case, year, function="logit_mean_slope").value
        assert found == pytest.approx(row["I"][name], abs=5e-10)


@pytest.mark.parametrize("identifier", ROWS)
@pytest.mark.parametrize("function", LOGIT)
def test_each_projection_function_gives_its_own_value(identifier, function):
    row = ROWS[identifier]
    found = value_in(menaro(identifier), row["T"], function=function).value
    assert found == pytest.approx(row["I_due_by_function"][function], abs=5e-9)


@pytest.mark.parametrize("identifier", ROWS)
def test_weights_of_escap_are_reproduced(identifier):
    row = ROWS[identifier]
    found = escap_weights(np.array(row["t"], float), row["T"])
    np.testing.assert_allclose(found, row["I_due_by_function"]["weights"], atol=5e-7)


def test_two_implementations_of_one_method_give_opposite_messages_under_their_own_names():
    case, flip = menaro("E6"), load("escap")["flip"]
    published = Escap("anticipated_progress", "logit_mean_slope").assess(case)
    weighted = Escap("anticipated_progress", "logit_wls").assess(case)
    assert published.label == "rules.label_no_progress"
    assert weighted.label == "rules.label_accelerate"
    assert weighted.value == pytest.approx(flip["AP"], abs=flip["tolerance"])
    assert published.name.render("en") != weighted.name.render("en")
    assert "加权" in weighted.name.render("zh")


def test_the_projected_value_stands_beside_the_label_that_tolerates_a_miss():
    verdict = Escap("anticipated_progress").assess(menaro("E2"))
    assert verdict.label == "rules.label_will_meet"
    assert verdict.projected == pytest.approx(99.5864919629, abs=5e-10)
    note = next(n for n in verdict.notes if n.key == "rules.note_tolerance")
    assert "99.5865" in note.render("en")
    assert "99.5865" in note.render("zh")


@pytest.mark.parametrize(
    "rule", [Escap("current_status"), *(Escap(projection=p) for p in PROJECTIONS)]
)
def test_one_figure_has_no_number_and_says_so(rule):
    case = Case(
        (2011,),
        (42.6,),
        direction="down",
        target=5,
        due=2030,
        scale=100,
        base_year=2015,
        current_year=2025,
    )
    verdict = rule.assess(case)
    assert (verdict.label, verdict.value, verdict.projected) == (
        "rules.label_not_available",
        None,
        None,
    )
    assert "one_figure" in keys(verdict)


def test_one_figure_that_meets_the_target_is_ten_on_both_indices():
    case = Case((2018,), (4.0,), direction="down", target=5, due=2030, scale=100)
    for index in ("current_status", "anticipated_progress"):
        verdict = Escap(index).assess(case)
        assert (verdict.value, verdict.says_met) == (10.0, True)


def test_a_figure_in_the_due_year_takes_the_place_of_the_projection():
    case = Case(
        (2015, 2020, 2030), (20.0, 15.0, 8.0), direction="down", target=5, due=2030, scale=100
    )
    for function in PROJECTIONS:
        verdict = Escap("anticipated_progress", function).assess(case)
        assert verdict.projected == 8.0
        assert verdict.value == pytest.approx(10 * 12 / 15)
        assert "outcome_missed" in keys(verdict)


def test_an_infinite_weight_is_refused_where_a_line_would_be_needed():
    case = Case(
        (2014, 2020, 2030),
        (20.0, 15.0, 8.0),
        direction="down",
        target=5,
        due=2030,
        scale=100,
        base_year=2015,
    )
    verdict = Escap("anticipated_progress", "logit_wls").assess(case)
    assert (verdict.label, verdict.value) == ("rules.label_not_available", None)
    assert "weight_infinite" in keys(verdict)
    with pytest.raises(ValueError, match="infinite"):
        escap_weights(np.array([2014.0, 2030.0]), 2030)


@pytest.mark.parametrize("values", [(10.0, 4.0, 0.0), (10.0, 0.0, 4.0), (90.0, 100.0, 99.0)])
@pytest.mark.parametrize("function", LOGIT)
def test_a_figure_at_zero_or_at_the_maximum_is_carried_forward_by_name(values, function):
    case = Case((2010, 2015, 2020), values, direction="up", target=99.5, due=2030, scale=100)
    projected = value_in(case, 2030, function=function)
    assert projected.value == values[-1]
    assert [n.key for n in projected.notes] == ["rules.note_carried_forward"]
    assert "carried_forward" in keys(Escap("anticipated_progress", function).assess(case))


def test_a_base_year_beside_a_figure_at_zero_takes_the_next_figure_by_name():
    case = Case(
        (2010, 2017, 2020),
        (10.0, 4.0, 0.0),
        direction="down",
        target=0,
        due=2030,
        scale=100,
        base_year=2015,
    )
    found = value_in(case, 2015, function="logit_mean_slope")
    assert found.value == 4.0
    assert [n.key for n in found.notes] == ["rules.note_next_figure"]


@pytest.mark.parametrize("function", LOGIT)
def test_a_series_without_a_maximum_has_no_logit_and_the_label_says_so(function):
    case = Case((2019, 2021), (400.0, 450.0), direction="up", target=530, due=2022)
    verdict = Escap("anticipated_progress", function).assess(case)
    assert (verdict.label, verdict.value) == ("rules.label_not_available", None)
    assert "no_scale" in keys(verdict)


def test_current_status_of_observed_years_needs_no_maximum():
    case = Case((2019, 2021), (400.0, 450.0), direction="up", target=500, due=2022)
    assert Escap("current_status").assess(case).value == pytest.approx(5.0)


def test_geometric_growth_needs_no_maximum_and_names_what_it_cannot_do():
    grows = Case((2019, 2021), (400.0, 484.0), direction="up", target=530, due=2022)
    verdict = Escap("anticipated_progress", "geometric").assess(grows)
    assert verdict.projected == pytest.approx(484.0 * 1.1)
    for values, note in (((0.0, 5.0), "base_zero"), ((-2.0, 5.0), "sign_change")):
        turned = Escap("anticipated_progress", "geometric").assess(replace(grows, values=values))
        assert (turned.label, turned.value) == ("rules.label_not_available", None)
        assert note in keys(turned)


def test_geometric_growth_beyond_every_float_is_said_not_raised():
    case = Case((2019, 2020), (1e-300, 1e300), direction="up", target=1e301, due=2030)
    verdict = Escap("anticipated_progress", "geometric").assess(case)
    assert verdict.label == "rules.label_not_available"
    assert "overflow" in keys(verdict)


def test_a_base_at_the_target_is_undefined():
    case = Case((2015, 2020), (100.0, 98.0), direction="up", target=100, due=2030)
    verdict = Escap("current_status").assess(case)
    assert (verdict.label, verdict.value) == ("rules.label_undefined", None)
    assert "base_is_target" in keys(verdict)


def test_an_index_far_below_zero_is_clipped_and_the_note_has_the_number():
    case = Case((2015, 2020), (5.1, 15.0), direction="down", target=5, due=2030)
    verdict = Escap("current_status").assess(case)
    assert verdict.value == FLOOR
    assert verdict.label == "rules.label_regression"
    clipped = next(n for n in verdict.notes if n.key == "rules.note_clipped")
    assert "-990" in clipped.render("en")


def test_a_base_already_past_the_target_is_said():
    case = Case((2015, 2020), (4.0, 6.0), direction="down", target=5, due=2030)
    assert "base_past_target" in keys(Escap("current_status").assess(case))


def test_a_strict_goal_at_its_target_keeps_the_plain_index():
    case = Case(
        (2019, 2021), (400, 530), direction="up", target=530, due=2022, comparator="more_than"
    )
    verdict = Escap("current_status").assess(case)
    assert verdict.value == 10.0
    assert "strict" in keys(verdict)


def test_slow_progress_on_the_straight_line_is_no_forecast_of_a_miss():
    on_the_line = Case((2019, 2021), (400.0, 500.0), direction="up", target=550, due=2022)
    verdict = Escap("current_status").assess(on_the_line)
    assert (verdict.label, verdict.says_met) == ("rules.label_slow", None)
    note = next(n for n in verdict.notes if n.key == "rules.note_elapsed")
    assert "6.66667" in note.render("en")
    assert verdict.value == pytest.approx(20 / 3)


def test_parity_is_judged_by_distance_on_either_side():
    rule = Escap("current_status", parity=True)
    case = Case((2015, 2020), (0.8, 1.1), direction="up", target=1.0, due=2030)
    assert rule.assess(case).value == pytest.approx(5.0)


@pytest.mark.parametrize("rule", [Escap("current_status"), Escap("anticipated_progress")])
def test_without_a_target_or_before_the_base_year_nothing_is_said(rule):
    bare = Case((2015, 2020), (0.8, 1.1), direction="up")
    assert "no_target" in keys(rule.assess(bare))
    early = Case((2015, 2020), (0.8, 1.1), direction="up", target=1.2, due=2022, base_year=2022)
    assert "due_before_base" in keys(rule.assess(early))


def test_the_current_year_never_lies_beyond_the_due_year():
    case = Case(
        (2015, 2020),
        (10.0, 20.0),
        direction="up",
        target=50,
        due=2022,
        scale=100,
        current_year=2024,
    )
    status, progress = Escap("current_status").assess(case), Escap().assess(case)
    assert status.details["year"] == 2022
    assert status.value == progress.value
