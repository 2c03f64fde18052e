"""The probability takes the comparator as the plan's words have it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bcforecast.attainment.probability import (
    attainment_probability,
    is_met,
    is_met_by_bounds,
    smallest_that_meets,
)
from bcforecast.distributions import Counting, Event, StudentTMixture
from tests.attainment.explored_plans import BEICHEN

FORECAST = StudentTMixture(np.array([[520.0, 540.0]]), np.array([[20.0, 30.0]]))
INF = float("inf")


def test_breaking_through_530_needs_531_enterprises() -> None:
    count = Counting(FORECAST)
    rule = {"target": 530, "step": 2}
    strict = attainment_probability(count, comparator="more_than", **rule)
    assert strict == pytest.approx(stats.norm.sf((530.5 - 540) / 30))
    assert strict == attainment_probability(count, comparator="at_least", target=531, step=2)
    assert strict < attainment_probability(count, comparator="at_least", **rule)


def test_at_least_and_at_most_share_the_target_of_a_continuous_indicator() -> None:
    above = attainment_probability(FORECAST, comparator="at_least", target=530, step=1)
    below = attainment_probability(FORECAST, comparator="at_most", target=530, step=1)
    assert above + below == pytest.approx(1)
    assert above == pytest.approx(stats.norm.sf(0.5))


def test_an_event_counts_new_things() -> None:
    parks = Event(np.array([[0.7, 0.2, 0.1]]))
    assert attainment_probability(parks, comparator="event", target=1, step=1) == pytest.approx(0.3)


@pytest.mark.parametrize("step", [0, 3, -1])
def test_a_step_outside_the_forecast_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        attainment_probability(FORECAST, comparator="at_least", target=530, step=step)


@pytest.mark.parametrize(
    ("comparator", "value", "met"),
    [
        ("at_least", 530, True),
        ("more_than", 530, False),
        ("more_than", 531, True),
        ("at_most", 530, True),
        ("at_most", 530.1, False),
        ("event", 1, False),
    ],
)
def test_a_figure_meets_the_goal_as_the_words_say(comparator: str, value: float, met: bool) -> None:
    assert is_met(value, comparator, 530) is met


@pytest.mark.parametrize(
    ("comparator", "lower", "upper", "met"),
    [
        ("more_than", 9000, INF, True),
        ("at_least", 9000, INF, True),
        ("at_least", 8999, INF, None),
        ("at_least", -INF, 9000, False),
        ("at_most", -INF, 9000, True),
        ("at_most", 9000, INF, False),
        ("at_most", 8000, 9500, None),
    ],
)
def test_a_bound_settles_a_goal_only_where_it_can(
    comparator: str, lower: float, upper: float, met: bool | None
) -> None:
    assert is_met_by_bounds(lower, upper, comparator, 9000) is met


def test_more_than_530_whole_things_is_at_least_531() -> None:
    goal = BEICHEN.goal("hightech_enterprises")
    assert smallest_that_meets(goal, whole=True) == 531.0
    assert smallest_that_meets(goal, whole=False) == 530.0
    assert smallest_that_meets(BEICHEN.goal("rd_intensity"), whole=False) == 3.2
