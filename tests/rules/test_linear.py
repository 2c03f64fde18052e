"""Linear extrapolation: its span, strict goals, and the published well-off index."""

import pytest
from rule_vectors import case, keys, label, load

from bcforecast.rules.linear import Linear
from bcforecast.rules.weather import Weather

NBS = load("nbs_index")


def test_the_published_well_off_index_falls_short_by_its_own_arithmetic():
    series = dict(zip(NBS["t"], NBS["y"], strict=True))
    verdict = Linear().assess(case(series, NBS["target"], due=NBS["T"]))
    details = verdict.details
    assert details["yearly_pace"] == pytest.approx(NBS["pace"], abs=1e-12)
    assert details["required_pace_from_start"] == pytest.approx(NBS["required_pace"], abs=1e-12)
    assert details["pace_ratio"] == pytest.approx(NBS["pace_ratio"], abs=5e-5)
    assert verdict.projected == pytest.approx(NBS["projected"], abs=1e-12)
    assert verdict.value == pytest.approx(-NBS["shortfall"], abs=1e-12)
    assert label(verdict) == "linear_misses"


def test_the_pace_is_that_of_the_last_years():
    series = case({2010: 0.0, 2016: 50.0, 2021: 60.0}, 70, due=2026)
    verdict = Linear(5).assess(series)
    assert verdict.details["yearly_pace"] == pytest.approx(2.0)
    assert label(verdict) == "linear_meets"
    assert Linear().assess(series).details["yearly_pace"] == pytest.approx(60 / 11)


def test_a_strict_goal_is_not_met_by_a_line_that_ends_on_the_target():
    series = {2019: 401.0, 2021: 487.0}
    assert label(Linear().assess(case(series, 530.0, due=2022))) == "linear_meets"
    strict = Linear().assess(case(series, 530.0, due=2022, comparator="more_than"))
    assert (label(strict), strict.value) == ("linear_misses", 0.0)


def test_a_line_away_from_the_target_says_so():
    assert label(Linear().assess(case({2015: 5.0, 2016: 4.0}, 10.0))) == "linear_away"


@pytest.mark.parametrize(
    ("rule", "series", "target", "note"),
    [
        (Linear(), {2015: 5.0, 2016: 4.0}, None, "no_target"),
        (Linear(5), {2015: 5.0, 2016: 4.0}, None, "no_target"),
        (Weather(), {2015: 5.0, 2016: 4.0}, None, "no_target"),
        (Linear(), {2015: 5.0}, 6, "one_figure"),
        (Linear(5), {2010: 5.0, 2020: 6.0}, 9, "span_empty"),
    ],
)
def test_what_is_missing_is_said_in_place_of_a_number(rule, series, target, note):
    verdict = rule.assess(case(series, target))
    assert (label(verdict), verdict.value) == ("not_available", None)
    assert note in keys(verdict)


def test_bounds_that_could_not_be_used_are_counted():
    assert "bounds" in keys(Linear().assess(case({2019: 5.0, 2020: 6.0}, 9, bounds_ignored=1)))
