"""UN progress chart, German weather symbols, linear extrapolation, on published series."""

import pytest
from rule_vectors import keys, load

from bcforecast.rules.base import Case
from bcforecast.rules.cagr_ratio import CagrRatio
from bcforecast.rules.escap import Escap
from bcforecast.rules.linear import Linear
from bcforecast.rules.un_progress import UnProgress
from bcforecast.rules.weather import Weather

EU = load("five_methods")
NBS = load("nbs_index")
SERIES = Case(
    tuple(EU["t"]),
    tuple(EU["y"]),
    direction="up",
    target=EU["target"],
    due=EU["T"],
    base_year=EU["base"],
)


def up(values, target, *, due=2030, start=2015, **fields):
    years = tuple(range(start, start + len(values)))
    return Case(years, tuple(values), direction="up", target=target, due=due, **fields)


def test_one_data_set_through_five_methods_has_the_stated_numbers():
    cagr, un, dns = (
        CagrRatio().assess(SERIES),
        UnProgress().assess(SERIES),
        Weather().assess(SERIES),
    )
    assert cagr.details["cagr_observed"] == pytest.approx(EU["cagr_observed"], abs=1e-12)
    assert cagr.details["cagr_required"] == pytest.approx(EU["cagr_required"], abs=1e-12)
    assert cagr.value == pytest.approx(EU["ratio"], abs=1e-12)
    assert cagr.label == "rules.label_limited"
    assert un.projected == pytest.approx(EU["un_expected"], abs=1e-12)
    assert un.value == pytest.approx(EU["un_ratio"], abs=1e-12)
    assert un.label == "rules.label_fair"
    assert dns.details["mean_yearly_change"] == pytest.approx(EU["weather_change"], abs=1e-12)
    assert dns.projected == pytest.approx(EU["weather_projected"], abs=1e-12)
    assert dns.value == pytest.approx(EU["weather_gap_share"], abs=1e-12)
    assert dns.label == "rules.label_cloud"
    status = Escap("current_status").assess(SERIES)
    assert status.value == pytest.approx(EU["escap_cs"], abs=1e-12)
    assert status.label == "rules.label_slow"


def test_all_methods_that_look_ahead_said_no_in_2013_and_were_right():
    for rule in (CagrRatio(), UnProgress(), Weather(), Linear()):
        assert rule.assess(SERIES).says_met is False
    assert Escap("current_status").assess(SERIES).label == "rules.label_slow"


def test_the_required_pace_from_now_is_the_stated_one():
    details = Linear().assess(SERIES).details
    assert details["required_pace_from_now"] == pytest.approx(
        EU["required_linear_from_now"], abs=1e-12
    )
    required = (EU["target"] / EU["y"][-1]) ** (1 / 8) - 1
    assert required == pytest.approx(EU["required_cagr_from_now"], abs=1e-12)


def test_the_published_well_off_index_falls_short_by_its_own_arithmetic():
    case = Case(
        tuple(NBS["t"]), tuple(NBS["y"]), direction="up", target=NBS["target"], due=NBS["T"]
    )
    verdict = Linear().assess(case)
    assert verdict.details["yearly_pace"] == pytest.approx(NBS["pace"], abs=1e-12)
    assert verdict.details["required_pace_from_start"] == pytest.approx(
        NBS["required_pace"], abs=1e-12
    )
    assert verdict.details["pace_ratio"] == pytest.approx(NBS["pace_ratio"], abs=5e-5)
    assert verdict.projected == pytest.approx(NBS["projected"], abs=1e-12)
    assert verdict.value == pytest.approx(-NBS["shortfall"], abs=1e-12)
    assert verdict.label == "rules.label_linear_misses"


def test_un_a_last_figure_that_meets_the_target_is_class_three_whatever_the_trend():
    verdict = UnProgress().assess(up([110.0, 105.0], 100))
    assert (verdict.label, verdict.value) == ("rules.label_achieved", None)
    assert "ratio_turned" in keys(verdict)


@pytest.mark.parametrize(("last", "label"), [(99.1, "met_or_on_track"), (98.9, "fair")])
def test_un_within_one_percent_of_the_end_of_the_scale_counts_as_met(last, label):
    verdict = UnProgress().assess(
        Case((2015, 2026), (98.0, last), direction="up", target=100, due=2030, scale=100)
    )
    assert verdict.label == f"rules.label_{label}"
    assert ("near_end" in keys(verdict)) is (label == "met_or_on_track")


def test_un_nearness_is_not_assumed_without_a_scale():
    verdict = UnProgress().assess(
        Case((2015, 2026), (98.0, 99.1), direction="up", target=100, due=2030)
    )
    assert verdict.label == "rules.label_fair"


def test_un_a_loss_beyond_the_target_is_not_called_progress():
    verdict = UnProgress().assess(up([10.0, 7.0], 8.0))
    assert (verdict.label, verdict.value, verdict.says_met) == ("rules.label_undefined", None, None)
    assert "ratio_turned" in keys(verdict)


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ((100.0, 98.0), "base_is_target"),
        ((0.0, 5.0), "base_zero"),
        ((-5.0, 5.0), "sign_change"),
        ((5.0,), "one_figure"),
        ((1e-300, 99.0), "overflow"),
    ],
)
def test_un_a_ratio_that_does_not_exist_has_no_number(values, note):
    verdict = UnProgress().assess(up(values, 100))
    assert verdict.value is None
    assert verdict.label in ("rules.label_undefined", "rules.label_not_available")
    assert note in keys(verdict)


@pytest.mark.parametrize(
    ("last", "label"),
    [(102.0, "met_or_on_track"), (101.0, "fair"), (100.4, "stagnation"), (95.0, "stagnation")],
)
def test_un_without_a_target_growth_is_cut_at_two_and_half_a_percent(last, label):
    verdict = UnProgress().assess(Case((2015, 2016), (100.0, last), direction="up"))
    assert verdict.label == f"rules.label_{label}"
    assert verdict.says_met is None


def test_un_without_a_later_base_takes_the_one_before():
    case = Case(
        (2010, 2013, 2014), (10.0, 11.0, 12.0), direction="up", target=20, due=2030, base_year=2015
    )
    verdict = UnProgress().assess(case)
    assert verdict.inputs["base_year"] == 2013
    assert "base_moved" in keys(verdict)


@pytest.mark.parametrize(
    ("projected_gap", "label"),
    [
        (0.0, "sun"),
        (4.9, "sun"),
        (5.1, "sun_cloud"),
        (19.9, "sun_cloud"),
        (20.1, "cloud"),
        (99.0, "cloud"),
        (100.0, "cloud"),
        (101.0, "thunderstorm"),
    ],
)
def test_weather_follows_the_gap_left_as_a_share_of_todays(projected_gap, label):
    change = (100.0 - projected_gap) / 100.0
    values = [0.0 + change * (i - 5) for i in range(6)]
    verdict = Weather().assess(up(values, 10.0, start=2015, due=2030))
    assert verdict.value == pytest.approx(projected_gap / 100.0, abs=1e-12)
    assert verdict.label == f"rules.label_{label}"


@pytest.mark.parametrize(
    ("change", "due", "label"), [(0.8, 2030, "sun_cloud"), (0.5, 2039, "sun_cloud")]
)
def test_weather_at_exactly_twenty_and_five_percent_of_the_gap(change, due, label):
    """From 0 to 8 of 10, and from 0 to 9.5 of 10, in numbers that a float holds exactly enough."""
    verdict = Weather().assess(up([change * (i - 5) for i in range(6)], 10.0, due=due))
    assert verdict.value in (0.20, 0.05)
    assert verdict.label == f"rules.label_{label}"


def test_weather_no_change_is_not_the_wrong_direction():
    assert Weather().assess(up([5.0] * 6, 10.0)).label == "rules.label_cloud"


def test_weather_uses_six_figures_and_no_older_ones():
    recent = up([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 20.0, start=2015)
    longer = Case(
        (2000, *recent.years), (50.0, *recent.values), direction="up", target=20, due=2030
    )
    assert Weather().assess(longer).value == Weather().assess(recent).value


def test_weather_takes_four_figures_with_a_note_and_refuses_three():
    four = Case((2015, 2016, 2018, 2020), (1.0, 2.0, 4.0, 6.0), direction="up", target=20, due=2030)
    verdict = Weather().assess(four)
    assert verdict.details["mean_yearly_change"] == pytest.approx(1.0)
    assert "weather_gaps" in keys(verdict)
    three = Case((2016, 2018, 2020), (2.0, 4.0, 6.0), direction="up", target=20, due=2030)
    refused = Weather().assess(three)
    assert (refused.label, refused.value, refused.projected) == (
        "rules.label_not_available",
        None,
        None,
    )


def test_weather_a_goal_met_today_that_the_trend_loses_is_a_thunderstorm():
    verdict = Weather().assess(up([25.0, 24.0, 23.0, 22.0, 21.5, 21.0], 20.0))
    assert verdict.label == "rules.label_thunderstorm"
    assert "met_now_lost_by_due" in keys(verdict)


def test_weather_without_a_gap_today_is_undefined_if_the_trend_leads_away():
    verdict = Weather().assess(up([25.0, 24.0, 23.0, 22.0, 21.0, 20.0], 20.0))
    assert (verdict.label, verdict.value) == ("rules.label_undefined", None)
    assert "no_gap_today" in keys(verdict)


def test_linear_takes_the_pace_of_its_last_years():
    case = Case((2010, 2016, 2021), (0.0, 50.0, 60.0), direction="up", target=70, due=2026)
    assert Linear(5).assess(case).details["yearly_pace"] == pytest.approx(2.0)
    assert Linear(5).assess(case).label == "rules.label_linear_meets"
    assert Linear().assess(case).details["yearly_pace"] == pytest.approx(60 / 11)


def test_linear_strict_goals_are_not_met_by_a_line_that_ends_on_the_target():
    values = {"direction": "up", "target": 530.0, "due": 2022}
    line = Case((2019, 2021), (401.0, 487.0), **values)
    strict = Case((2019, 2021), (401.0, 487.0), comparator="more_than", **values)
    assert Linear().assess(line).label == "rules.label_linear_meets"
    assert Linear().assess(strict).label == "rules.label_linear_misses"
    assert Linear().assess(strict).value == 0.0


def test_linear_a_line_away_from_the_target_says_so():
    assert Linear().assess(up([5.0, 4.0], 10.0)).label == "rules.label_linear_away"


@pytest.mark.parametrize("rule", [Weather(), Linear(), Linear(5)])
def test_rules_that_need_a_target_say_so_without_one(rule):
    verdict = rule.assess(Case((2015, 2016), (5.0, 4.0), direction="up"))
    assert verdict.label == "rules.label_not_available"
    assert "no_target" in keys(verdict)


def test_linear_with_one_figure_has_no_number():
    verdict = Linear().assess(Case((2015,), (5.0,), direction="up", target=6, due=2020))
    assert (verdict.label, verdict.value) == ("rules.label_not_available", None)


def test_linear_without_a_figure_in_its_span_says_so():
    verdict = Linear(5).assess(Case((2010, 2020), (5.0, 6.0), direction="up", target=9, due=2022))
    assert verdict.label == "rules.label_not_available"
    assert "span_empty" in keys(verdict)


def test_bounds_that_could_not_be_used_are_counted():
    verdict = Linear().assess(
        Case((2019, 2020), (5.0, 6.0), direction="up", target=9, due=2022, bounds_ignored=1)
    )
    assert "bounds" in keys(verdict)
