"""The published well-off index by straight lines; the German weather symbols at their cuts."""

import pytest
from rule_vectors import case, keys, label, load

from bcforecast.rules.published import Linear, Weather

NBS = load("nbs_index")
sun = Weather().assess


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
    longer = sun(case({2000: 50.0, **recent}, 20))
    assert longer.value == sun(case(recent, 20)).value
    verdict = sun(case({2015: 1.0, 2016: 2.0, 2018: 4.0, 2020: 6.0}, 20))
    assert verdict.details["mean_yearly_change"] == pytest.approx(1.0)
    assert "weather_gaps" in keys(verdict)
