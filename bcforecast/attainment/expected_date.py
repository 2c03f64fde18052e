"""When a goal will be met: the probability by year, and the years it reaches 10, 50 and 90 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bcforecast.attainment.outlook import GoalOutlook
from bcforecast.attainment.probability import attainment_probability
from bcforecast.defaults import SCENARIO
from bcforecast.distributions import Distribution
from bcforecast.errors import ModelError

BEYOND_DUE: Final = 5
"""Years beyond the due date to which an own trend is carried on to look for the date."""


@dataclass(frozen=True)
class ExpectedDate:
    """The year by whose end a goal is met.

    Parameters
    ----------
    years, probabilities
        P(met by the end of each year); the figure of the due year gives the goal's own
        probability.
    earliest, median, latest
        First years in which that probability is 10, 50 and 90 %: the median and the central 80 %
        interval. None: not within the horizon.
    likely
        First year in which it is 80 %; None: not within the horizon.
    """

    years: tuple[int, ...]
    probabilities: tuple[float, ...]
    earliest: int | None
    median: int | None
    latest: int | None
    likely: int | None

    @property
    def horizon(self) -> int:
        """Last year looked at."""
        return self.years[-1]


def expected_date(item: GoalOutlook, *, scenario: str) -> ExpectedDate | None:
    """Return when a goal is met; None where nothing can be said of it.

    Up to the due year from the goal's own forecast. Where the area has a trend of its own, that is
    carried on beyond the due year, for the date only; not under a scenario, whose levers end with
    the plan.

    Parameters
    ----------
    item
        A goal of an outlook.
    scenario
        Of the outlook.
    """
    forecast = item.forecast
    if forecast is None:
        return None
    years, chances = list(item.years), _chances(item, forecast)
    further = _further(item) if scenario == SCENARIO else None
    if further is not None:
        more = _chances(item, further)[-BEYOND_DUE:]
        years += range(years[-1] + 1, years[-1] + 1 + BEYOND_DUE)
        chances += more
    return date_of(years, chances)


def date_of(years: Sequence[int], chances: Sequence[float]) -> ExpectedDate:
    """Read the date off the probabilities of each year.

    A goal that has been met counts as met afterwards: the probability by a year is the largest up
    to it.

    Examples
    --------
    >>> date_of([2021, 2022, 2023], [0.2, 0.55, 0.7]).median
    2022
    >>> date_of([2021, 2022, 2023], [0.2, 0.55, 0.7]).latest is None
    True
    """
    by_year = tuple(accumulate(chances, max))

    def first(level: float) -> int | None:
        return next((y for y, p in zip(years, by_year, strict=True) if p >= level), None)

    return ExpectedDate(tuple(years), by_year, first(0.1), first(0.5), first(0.9), first(0.8))


def _chances(item: GoalOutlook, forecast: Distribution) -> list[float]:
    goal = item.goal
    return [
        attainment_probability(
            forecast, comparator=goal.comparator, target=goal.target, step=step + 1
        )
        for step in range(forecast.horizon)
    ]


def _further(item: GoalOutlook) -> Distribution | None:
    history = item.basis.selection.history
    model = item.basis.series_model
    if model is None:
        return None
    try:
        return model.fit(history, item.goal.due.year - history.start + BEYOND_DUE)
    except ModelError:
        return None
