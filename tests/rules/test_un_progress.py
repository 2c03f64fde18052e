"""The UN progress chart: its classes, and where its ratio does not exist."""

import pytest
from rule_vectors import case, keys, label

from bcforecast.rules.un_progress import UnProgress

judged = UnProgress().assess


def test_a_last_figure_that_meets_the_target_is_class_three_whatever_the_trend():
    verdict = judged(case({2015: 110.0, 2016: 105.0}, 100))
    assert (label(verdict), verdict.value) == ("achieved", None)
    assert "ratio_turned" in keys(verdict)


@pytest.mark.parametrize(
    ("last", "scale", "says"),
    [(99.1, 100, "met_or_on_track"), (98.9, 100, "fair"), (99.1, None, "fair")],
)
def test_within_one_percent_of_the_end_of_a_known_scale_counts_as_met(last, scale, says):
    verdict = judged(case({2015: 98.0, 2026: last}, 100, scale=scale))
    assert label(verdict) == says
    assert ("near_end" in keys(verdict)) is (says == "met_or_on_track")


def test_a_loss_beyond_the_target_is_not_called_progress():
    verdict = judged(case({2015: 10.0, 2016: 7.0}, 8.0))
    assert (label(verdict), verdict.value, verdict.says_met) == ("undefined", None, None)
    assert "ratio_turned" in keys(verdict)


@pytest.mark.parametrize(
    ("values", "says", "note"),
    [
        ((100.0, 98.0), "undefined", "base_is_target"),
        ((0.0, 5.0), "undefined", "base_zero"),
        ((-5.0, 5.0), "undefined", "sign_change"),
        ((5.0,), "not_available", "one_figure"),
        ((1e-300, 99.0), "undefined", "overflow"),
    ],
)
def test_a_ratio_that_does_not_exist_has_no_number(values, says, note):
    verdict = judged(case(dict(zip((2015, 2016), values, strict=False)), 100))
    assert (label(verdict), verdict.value) == (says, None)
    assert note in keys(verdict)


@pytest.mark.parametrize(
    ("last", "says"),
    [(102.0, "met_or_on_track"), (101.0, "fair"), (100.4, "stagnation"), (95.0, "stagnation")],
)
def test_without_a_target_growth_is_cut_at_two_and_half_a_percent(last, says):
    verdict = judged(case({2015: 100.0, 2016: last}))
    assert (label(verdict), verdict.says_met) == (says, None)


def test_without_a_later_base_the_one_before_is_taken():
    verdict = judged(case({2010: 10.0, 2013: 11.0, 2014: 12.0}, 20, base_year=2015))
    assert verdict.inputs["base_year"] == 2013
    assert "base_moved" in keys(verdict)
