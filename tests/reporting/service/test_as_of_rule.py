"""As-of rules give the dates that a person would write."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcforecast.errors import ReportError
from bcforecast.observations import load_observations
from bcforecast.plan import load_plan
from bcforecast.reporting.planning import as_of_days, period_ends

PLAN = load_plan("tianjin-2020-2022")
DATA = load_observations()


def days(rule, today, since=None):
    found = as_of_days(
        rule,
        today=date.fromisoformat(today),
        since=None if since is None else date.fromisoformat(since),
        plan=PLAN,
        data=DATA,
    )
    return [str(day) for day in found]


@pytest.mark.parametrize(
    ("rule", "today", "day"),
    [
        ("month-end", "2022-03-31", "2022-03-31"),
        ("month-end", "2022-03-30", "2022-02-28"),
        ("month-end", "2024-03-01", "2024-02-29"),
        ("month-end", "2022-01-01", "2021-12-31"),
        ("quarter-end", "2022-06-30", "2022-06-30"),
        ("quarter-end", "2022-06-29", "2022-03-31"),
        ("quarter-end", "2022-02-15", "2021-12-31"),
        ("year-end", "2022-12-31", "2022-12-31"),
        ("year-end", "2022-12-30", "2021-12-31"),
    ],
)
def test_the_last_end_up_to_today_is_taken(rule, today, day):
    assert days(rule, today) == [day]


def test_since_gives_every_end_from_then_on():
    assert days("quarter-end", "2022-03-31", since="2021-06-30") == [
        "2021-06-30", "2021-09-30", "2021-12-31", "2022-03-31",
    ]  # fmt: skip
    assert days("year-end", "2022-06-01", since="2022-01-01") == []


@given(
    today=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    span=st.integers(0, 3000),
    months=st.sampled_from([1, 3, 12]),
)
def test_ends_are_the_days_before_a_first_day_of_a_period(today, span, months):
    since = today - timedelta(days=span)
    expected = [
        day
        for day in (since + timedelta(days=n) for n in range(span + 1))
        if (next_day := day + timedelta(days=1)).day == 1 and (next_day.month - 1) % months == 0
    ]
    assert list(period_ends(today, months=months, since=since)) == expected


def test_latest_is_the_last_day_of_publication_on_the_plan():
    published = {
        f.published for f in DATA.observations if f.area == "tianjin" and f.indicator == "gdp"
    }
    assert published  # a series that no goal of the plan counts may have later figures
    (day,) = days("latest", "2021-12-30")
    assert day == "2021-12-29"
    assert days("latest", "2021-12-29") == ["2021-12-29"]
    assert days("latest", "2021-12-28") < ["2021-12-29"]


def test_latest_with_since_is_every_day_of_publication():
    every = days("latest", "2021-12-31", since="2021-01-01")
    assert every[-1] == "2021-12-29"
    assert every == sorted(set(every))
    assert every[0] >= "2021-01-01"


def test_before_anything_was_published_there_is_no_latest():
    with pytest.raises(ReportError, match="had been published by 1990-01-01"):
        days("latest", "1990-01-01")
