"""What a probability is made of: the trend, and apart from it the reference class."""

from __future__ import annotations

from dataclasses import dataclass

from bcforecast import defaults
from bcforecast.attainment.outlook import GoalOutlook
from bcforecast.attainment.reference_class import Pooled, Rate, ReferenceClass
from bcforecast.attainment.reference_features import required_vs_past
from bcforecast.messages import Message
from bcforecast.models.trend import Trend
from bcforecast.table_numbers import percent


@dataclass(frozen=True)
class Parts:
    """The probability of a goal, by where it comes from.

    Parameters
    ----------
    trend
        What the goal's own figures say: the probability that is reported.
    rate
        How often goals like this one were met, of those whose outcome is known.
    pooled
        Both taken together: shown beside the probability, never in its place.
    """

    trend: float
    rate: Rate
    pooled: Pooled


def parts_of(item: GoalOutlook, *, scenario: str) -> Parts | None:
    """Set the reference class beside the trend of a goal; None where there is no trend of its own.

    A forecast that borrows, an event, a goal that is settled and a scenario have no reference
    class beside them: the pool was learned beside the trend of a series' own figures.
    """
    a, history = item.attainment, item.basis.selection.history
    plain = item.basis.model == Trend.name and scenario == defaults.SCENARIO
    if a.probability is None or not plain:
        return None
    years_ahead = float(item.goal.due.year - history.start)
    asked = required_vs_past(
        history.times,
        history.values,
        target=a.target,
        comparator=a.comparator,
        years_ahead=years_ahead,
    )
    reference = ReferenceClass.load()
    rate = reference.rate(a.indicator, years_ahead=years_ahead, required_vs_past=asked)
    return Parts(a.probability, rate, reference.pool(a.probability, rate))


def parts_message(item: GoalOutlook, *, scenario: str) -> Message | None:
    """Say which part of a probability is trend and which reference class; None for grade U."""
    if item.attainment.probability is None:
        return None
    parts = parts_of(item, scenario=scenario)
    if parts is None:
        return Message("reference.no_part")
    return Message(
        "reference.parts",
        {
            "trend": percent(parts.trend),
            "count": parts.rate.count,
            "kind": Message(f"reference.{parts.rate.label}"),
            "met": parts.rate.met,
            "rate": percent(parts.rate.rate),
            "probability": percent(parts.pooled.probability),
        },
    )
