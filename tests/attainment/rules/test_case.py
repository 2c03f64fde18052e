"""What a case refuses, and when a value keeps the promise."""

import math
import re

import numpy as np
import pytest
from scipy.stats import norm

from bcforecast.distributions import Counting, StudentTMixture
from bcforecast.errors import BcforecastError
from bcforecast.observations.selection import History
from bcforecast.rules.base import Case, RuleError


def test_a_missing_direction_is_refused_in_both_languages():
    with pytest.raises(RuleError) as caught:
        Case((2015, 2023), (14.5, 10.2), target=7.25, due=2030)
    assert "no rule may guess" in str(caught.value)
    assert "必须写明" in caught.value.message.render("zh")
    assert isinstance(caught.value, BcforecastError)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"direction": "sideways"}, "sideways"),
        ({"direction": "up", "comparator": "about"}, "about"),
        ({"direction": "up", "comparator": "at_most"}, "contradict"),
        ({"direction": "down", "comparator": "more_than"}, "contradict"),
        ({"direction": "up", "target": 3.0}, "due: found nothing"),
        ({"direction": "up", "target": math.nan, "due": 2030}, "target: found nan"),
        ({"direction": "up", "target": 3.0, "due": 2020}, "found year 2021"),
        ({"direction": "up", "scale": 0.0}, "natural maximum"),
        ({"direction": "up", "scale": 1.5}, "0 to the natural maximum 1.5"),
        ({"direction": "up", "limit": math.inf}, "limit: found inf"),
        ({"direction": "up", "current_year": 2020}, "2021 (the last figure)"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_is_allowed(fields, says):
    with pytest.raises(RuleError, match=re.escape(says)) as caught:
        Case((2019, 2021), (1.0, 2.0), **fields)
    assert caught.value.message.render("zh")


@pytest.mark.parametrize(
    ("years", "values"),
    [
        ((), ()),
        ((2019,), (1.0, 2.0)),
        ((2021, 2019), (1.0, 2.0)),
        ((2019, 2019), (1.0, 2.0)),
        ((2019, 2020), (1.0, math.nan)),
        ((2019, 2020), (1.0, math.inf)),
    ],
)
def test_a_series_that_cannot_be_is_refused(years, values):
    with pytest.raises(RuleError, match="series"):
        Case(years, values, direction="up")


def test_an_inclusive_goal_is_met_at_the_target_and_a_strict_one_is_not():
    inclusive = Case((2020,), (3.2,), direction="up", target=3.2, due=2022, comparator="at_least")
    strict = Case((2020,), (3.2,), direction="up", target=3.2, due=2022, comparator="more_than")
    assert inclusive.met(3.2)
    assert not strict.met(3.2)
    assert strict.met(math.nextafter(3.2, 4.0))


def test_a_count_that_must_exceed_530_is_met_from_531_on():
    goal = {"direction": "up", "target": 530, "due": 2022, "comparator": "more_than"}
    case = Case((2020,), (400,), whole=True, **goal)
    assert not case.met(530)
    assert not case.reaches(530.6)
    assert case.met(531)


def test_the_probability_of_more_than_530_is_one_minus_the_probability_of_530_or_fewer():
    continuous = StudentTMixture(np.array([[520.0]]), np.array([[15.0]]))
    count = Counting(continuous)
    assert count.sf(530)[0] == 1.0 - count.cdf(530)[0]
    assert count.sf(530)[0] == count.at_least(531)[0]
    assert count.sf(530)[0] == pytest.approx(norm.sf(530.5, 520, 15), abs=1e-15)


@pytest.mark.parametrize(
    ("comparator", "direction", "met", "missed"),
    [("at_least", "up", 30, 29.9), ("event", "up", 30, 29.9), ("at_most", "down", 30, 30.1)],
)
def test_whole_goals_are_read_on_whole_numbers(comparator, direction, met, missed):
    target = 29.5 if direction == "up" else 30.5
    case = Case(
        (2020,),
        (25,),
        direction=direction,
        target=target,
        due=2022,
        comparator=comparator,
        whole=True,
    )
    assert case.met(met)
    assert not case.met(missed)


def test_nothing_is_met_without_a_target():
    assert not Case((2020,), (25.0,), direction="up").met(1e9)


def test_a_period_of_several_years_counts_as_its_first():
    case = Case.of_periods(["2015-2017", "2018/2019", 2020], [1, 2, 3], direction="up")
    assert case.years == (2015, 2018, 2020)


def test_a_period_that_is_no_year_is_refused():
    with pytest.raises(RuleError, match="2015Q3"):
        Case.of_periods(["2015Q3"], [1.0], direction="up")


def test_a_base_year_without_a_figure_moves_to_the_next_one():
    case = Case((2013, 2016, 2020), (1.0, 2.0, 3.0), direction="up", base_year=2015)
    assert case.base == (2016, 2.0)


def test_a_history_gives_its_values_up_to_the_due_year_and_counts_its_bounds():
    history = History.of(
        [2019, 2020, 2021, 2023],
        [6106, float("nan"), 7000, 8000],
        lower=[-np.inf, 6500, -np.inf, -np.inf],
        whole=True,
    )
    case = Case.of_history(history, direction="up", target=9000, due=2022)
    assert case.years == (2019, 2021)
    assert case.bounds_ignored == 1
    assert case.whole


def test_a_history_without_values_is_refused():
    with pytest.raises(RuleError, match="at least one"):
        Case.of_history(History.of([], [], origin=2020), direction="up", target=1, due=2022)
