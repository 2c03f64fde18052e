"""When: five fields for cron, and what cannot be a time."""

from __future__ import annotations

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule import Timetable


@pytest.mark.parametrize(
    ("timetable", "fields"),
    [
        (Timetable(), "0 6 1 * *"),
        (Timetable("daily", at="00:00"), "0 0 * * *"),
        (Timetable("weekly", at="23:09"), "9 23 * * 1"),
        (Timetable("monthly", day=28), "0 6 28 * *"),
        (Timetable("quarterly", at="08:30"), "30 8 1 1,4,7,10 *"),
    ],
)
def test_cron_has_five_fields(timetable: Timetable, fields: str) -> None:
    assert timetable.cron == fields


@pytest.mark.parametrize(
    "at", ["", "6:00", "24:00", "12:60", "12:30:00", "noon", "１２:００", "06:00\n"]
)
def test_what_is_no_time_of_the_day_is_refused(at: str) -> None:
    with pytest.raises(ReportError, match="06:30"):
        Timetable(at=at)


@pytest.mark.parametrize("day", [0, -1, 29, 31])
def test_a_day_that_some_month_lacks_is_refused(day: int) -> None:
    with pytest.raises(ReportError, match="1 to 28"):
        Timetable(day=day)


@pytest.mark.parametrize("every", ["daily", "weekly"])
def test_a_day_that_would_be_ignored_is_refused(every: str) -> None:
    with pytest.raises(ReportError, match="--day"):
        Timetable(every, day=20)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "on day 20 of every"), ("zh", "每月 20 日 06:00")]
)
def test_a_timetable_can_be_said(lang: str, words: str) -> None:
    assert words in Timetable(day=20).words(lang)
