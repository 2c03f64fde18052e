"""From an as-of rule and today's date to as-of dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal, get_args

from bcforecast.attainment.status_log import news_days
from bcforecast.errors import ReportError
from bcforecast.observations import Vintage
from bcforecast.plan import Plan

Rule = Literal["latest", "month-end", "quarter-end", "year-end"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)

_LAST: Final = date(9998, 12, 31)
"""So that every day has one after it."""
_DAY: Final = timedelta(days=1)
_MONTHS: Final = {"month-end": 1, "quarter-end": 3, "year-end": 12}


def as_of_days(
    rule: Rule, *, today: date, since: date | None, plan: Plan, data: Vintage
) -> tuple[date, ...]:
    """Return the as-of dates of a rule, the earliest first.

    Parameters
    ----------
    rule
        `latest` for the last day up to today on which something that concerns the plan was
        published; `month-end`, `quarter-end` and `year-end` for the last such day up to today.
    today
        The day on which the rule is read.
    since
        If given, every date of the rule from then on, not the last one alone.
    plan, data
        For `latest`.

    Raises
    ------
    ReportError
        If there is no such date.
    """
    today = min(today, _LAST)
    if rule == "latest":
        known = news_days(plan, data, since=date.min, until=today + _DAY)[1:-1]
        days = tuple(known)
    else:
        days = tuple(period_ends(today, months=_MONTHS[rule], since=since))
    wanted = tuple(d for d in days if since is None or d >= since)
    if since is None:
        wanted = wanted[-1:]
    if not wanted and (since is None or rule == "latest"):
        raise ReportError("run.nothing_published", plan=plan.id, today=today)
    return wanted


def period_ends(today: date, *, months: int, since: date | None = None) -> Iterator[date]:
    """Return the ends of months, quarters or years up to a day, from `since` or the last alone.

    Examples
    --------
    >>> [str(d) for d in period_ends(date(2022, 3, 31), months=3)]
    ['2022-03-31']
    >>> [str(d) for d in period_ends(date(2022, 3, 30), months=1, since=date(2022, 1, 31))]
    ['2022-01-31', '2022-02-28']
    """
    month = 12 * today.year + today.month - 1  # months before this one, counted from year 0
    month -= month % months
    next_day = _first_day(month + months)
    if next_day - _DAY > today:
        next_day = _first_day(month)
        month -= months
    last = next_day - _DAY
    ends = [last]
    while since is not None and (last := _first_day(month) - _DAY) >= since:
        ends.append(last)
        month -= months
    return (d for d in reversed(ends) if since is None or d >= since)


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
