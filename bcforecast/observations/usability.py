"""Whether a figure can stand for a year of an indicator, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

from bcforecast.messages import Message
from bcforecast.observations.observation import Break, Measure, Observation, Status
from bcforecast.observations.precision import status_name
from bcforecast.units import UNITS


class Kind(StrEnum):
    """What an indicator is."""

    STOCK = "stock"
    FLOW = "flow"
    RATIO = "ratio"
    ADMISSIONS = "admissions"
    EVENT = "event"


@dataclass(frozen=True)
class Series:
    """The facts about an indicator of an area that decide which figures it takes.

    Parameters
    ----------
    area, indicator
        Identifiers.
    kind
        Stock, flow, ratio, admissions or event; an event's figures are stocks (how many exist).
    unit
        One of `bcforecast.units.UNITS`.
    support
        Smallest and largest value that the indicator can take, in `unit`.
    whole
        Whether it counts whole things.
    breaks
        Changes of its definition, beside those in the data folder.
    """

    area: str
    indicator: str
    kind: Kind
    unit: str
    support: tuple[float, float] = (-inf, inf)
    whole: bool = False
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))


_MEASURE: Final = {
    Kind.STOCK: Measure.STOCK,
    Kind.FLOW: Measure.FLOW,
    Kind.RATIO: Measure.RATIO,
    Kind.ADMISSIONS: Measure.ADMISSIONS,
    Kind.EVENT: Measure.STOCK,
}


def year_of(figure: Observation, kind: Kind) -> int | None:
    """Return the year for which a figure can stand: a stock at its end, all else as a whole."""
    period = figure.period
    return period.year_ended if _MEASURE[kind] is Measure.STOCK else period.whole_year


def reason_unusable(figure: Observation, series: Series) -> Message | None:
    """Return why a figure by itself cannot stand for a year of `series`, or None if it can."""
    needed = _MEASURE[series.kind]
    if figure.measure is not needed:
        return _wrong_measure(figure.measure, needed)
    if figure.status is Status.AMBIGUOUS:
        return Message("observations.reason_ambiguous")
    period = {"period": figure.period.in_words()}
    if figure.period.is_multi_year:
        return Message("observations.reason_several_years", period)
    if year_of(figure, series.kind) is None:
        point = "within_year" if needed is Measure.STOCK else "part_year"
        return Message(f"observations.reason_{point}", period)
    if figure.unit != series.unit:
        units = {"found": UNITS[figure.unit], "needed": UNITS[series.unit]}
        return Message("observations.reason_unit", units)
    if figure.published_early and figure.status is Status.EXPECTED:
        return Message("observations.reason_expected", {**period, "day": figure.published})
    return None


def reason_before(figure: Observation, change: Break | None) -> Message | None:
    """Return why a figure cannot be joined with those after a break, or None if it can."""
    if change is None or figure.period.first >= change.first_period.first:
        return None
    values = {"first_period": change.first_period.in_words(), "reason": change.reason}
    return Message("observations.reason_break", values)


def reason_superseded(kept: Observation) -> Message:
    """Return that another figure of the same year is kept instead."""
    values = {
        "status": status_name(kept.status),
        "figure": kept.in_words(),
        "day": kept.published,
        "source": kept.source,
    }
    return Message("observations.reason_superseded", values)


_RANK: Final = {
    Status.OFFICIAL: 4,
    Status.DERIVED: 3,
    Status.ROUNDED: 3,
    Status.APPROXIMATE: 3,
    Status.PRELIMINARY: 2,
    Status.PRESS: 1,
    Status.EXPECTED: 0,
    Status.AMBIGUOUS: -1,
}


def precedence(figure: Observation) -> tuple[object, ...]:
    """Return a key by which the figure to keep for one year is the greatest.

    The firmer status, then a value before a mere bound, then the later publication.
    """
    return (_RANK[figure.status], figure.has_value, figure.published, figure.row)


def _wrong_measure(found: Measure, needed: Measure) -> Message:
    if found is Measure.YEAR_TO_DATE:
        return Message("observations.reason_year_to_date")
    if found is Measure.ADMISSIONS and needed is Measure.STOCK:
        return Message("observations.reason_admissions")
    names = {"found": measure_name(found), "needed": measure_name(needed)}
    return Message("observations.reason_measure", names)


def measure_name(measure: Measure) -> Message:
    """Return a measure in words."""
    return Message(f"observations.measure_{measure.value.replace('-', '_')}")
