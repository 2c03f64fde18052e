"""One goal as seen from one date: its forecast, its attainment, what happened since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bcforecast import defaults
from bcforecast.attainment.case import Situation
from bcforecast.attainment.forecasting import (
    IndicatorForecast,
    forecast_indicator,
    known_figures,
)
from bcforecast.attainment.grade import Grade, evidence_grade
from bcforecast.attainment.outcome import Outcome, outcome_of
from bcforecast.attainment.probability import attainment_probability, smallest_that_meets
from bcforecast.attainment.required import RequiredPath, required_path
from bcforecast.attainment.verdict import verdict_of
from bcforecast.distributions import Distribution
from bcforecast.messages import GivenText, Message
from bcforecast.observations import Observation, Vintage
from bcforecast.observations.history import History
from bcforecast.plan.goal import Comparator, Goal
from bcforecast.plan.indicator import Indicator
from bcforecast.scenarios import Scenario


@dataclass(frozen=True)
class Attainment:
    """How likely one goal is to be met, and what it would take.

    Parameters
    ----------
    goal, indicator, comparator, target, unit, due, aspiration
        As the plan has them.
    probability
        Of meeting the goal by its due date, with the plan's own comparator; None if grade U.
    q10, q50, q90
        Quantiles at the due date, in `unit`; None if grade U.
    grade
        Evidence grade, A to D, or U.
    verdict
        Catalogue key of the probability in words.
    latest, latest_year
        The area's own latest figure and its year; None if it has published none.
    required
        Gap and yearly pace from the latest figure to the target; None without a figure.
    """

    goal: str
    indicator: str
    comparator: Comparator
    target: float
    unit: str
    due: date
    aspiration: bool
    probability: float | None
    q10: float | None
    q50: float | None
    q90: float | None
    grade: Grade
    verdict: str
    latest: float | None
    latest_year: int | None
    required: RequiredPath | None


@dataclass(frozen=True)
class GoalOutlook:
    """One goal: its forecast, its attainment, what they rest on and what happened.

    Parameters
    ----------
    goal, indicator
        As the plan has them.
    basis
        The forecast of the indicator with the figures and model behind it.
    attainment
        Probability, grade, verdict, gap and required pace.
    outcome
        The figure of the due year if it has been published by now, after the as-of date or
        before; never seen by the forecast.
    since
        All figures of the indicator published after the as-of date; never seen by the forecast.
    """

    goal: Goal
    indicator: Indicator
    basis: IndicatorForecast
    attainment: Attainment
    outcome: Outcome | None
    since: tuple[Observation, ...]

    @property
    def forecast(self) -> Distribution | None:
        """Distribution of the indicator over `years`; None if nothing can be said."""
        return self.basis.forecast

    @property
    def years(self) -> tuple[int, ...]:
        """Year of each horizon of the forecast; the last is the due year."""
        return self.basis.years


def goal_outlook(situation: Situation, goal: Goal) -> GoalOutlook:
    """Forecast a goal's indicator and say how likely the goal is to be met."""
    indicator = situation.plan.indicator_of(goal)
    basis = forecast_indicator(situation, goal)
    series = basis.series
    published, _ = known_figures(situation.plan, goal, situation.data.at(None))
    since = situation.data.not_yet_published(series.area, series.indicator)
    return GoalOutlook(
        goal,
        indicator,
        basis,
        _attainment(goal, basis, situation.data),
        outcome_of(goal, published),
        tuple(figure for figure, _ in since),
    )


def goal_under(
    item: GoalOutlook, forecasts: Mapping[str, Distribution], scenario: Scenario, data: Vintage
) -> GoalOutlook:
    """Return a goal with the forecast that a scenario gives its indicator, if it moves it."""
    forecast = forecasts.get(item.goal.id)
    if forecast is None or forecast is item.forecast:
        return item
    title = GivenText(zh=scenario.title.zh, en=scenario.title.en)
    said = Message("attainment.under_scenario", {"title": title})
    basis = replace(item.basis, forecast=forecast, explanation=(*item.basis.explanation, said))
    return replace(item, basis=basis, attainment=_attainment(item.goal, basis, data))


def _attainment(goal: Goal, basis: IndicatorForecast, data: Vintage) -> Attainment:
    history, forecast = basis.selection.history, basis.forecast
    probability = None
    quantiles: tuple[float | None, ...] = (None, None, None)
    if forecast is not None:
        step = forecast.horizon
        probability = attainment_probability(
            forecast, comparator=goal.comparator, target=goal.target, step=step
        )
        quantiles = tuple(float(q) for q in forecast.quantile(defaults.QUANTILES)[:, step - 1])
    latest, latest_year = _latest(history)
    required = None
    if latest is not None and latest_year is not None:
        years = goal.due.year - latest_year
        needed = smallest_that_meets(goal, whole=basis.series.whole)
        required = required_path(latest, target=needed, years=years)
    return Attainment(
        goal=goal.id,
        indicator=goal.indicator,
        comparator=goal.comparator,
        target=goal.target,
        unit=goal.unit,
        due=goal.due,
        aspiration=goal.aspiration,
        probability=probability,
        q10=quantiles[0],
        q50=quantiles[1],
        q90=quantiles[2],
        grade=evidence_grade(basis.n_usable, basis=basis.basis),
        verdict=verdict_of(probability, data_dir=data.dataset.folder),
        latest=latest,
        latest_year=latest_year,
        required=required,
    )


def _latest(history: History) -> tuple[float | None, int | None]:
    known = history.known
    if not known.any():
        return None, None
    last = int(known.nonzero()[0][-1])
    return float(history.values[last]), int(history.times[last])
