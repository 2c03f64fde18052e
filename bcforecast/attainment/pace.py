"""The pace that a target asks for from here, beside the paces that comparable areas have kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bcforecast.attainment.growth_percentiles import GrowthClass, Share, growth_class
from bcforecast.attainment.outlook import GoalOutlook
from bcforecast.attainment.probability import is_met


@dataclass(frozen=True)
class ComparedPace:
    """A required pace among the paces of comparable areas.

    Parameters
    ----------
    known
        Whose paces they are, and as what they are measured.
    span
        Length of the windows in years: the years left, or the longest that is held.
    areas, windows
        How many there were.
    pace
        What is required a year: a rate as a share, or an increment in the indicator's unit.
    share_of_windows
        Share of windows in which an area moved at least as fast in the direction wanted.
    share_of_areas
        Share of areas that ever did; None where there are too few areas.
    percentile
        Per cent of windows that were slower; None where only a bound is known.
    """

    known: GrowthClass
    span: int
    areas: int
    windows: int
    pace: float
    share_of_windows: Share
    share_of_areas: Share | None

    @property
    def percentile(self) -> float | None:
        """Per cent of windows that were slower; None where only a bound is known."""
        share = self.share_of_windows
        return 100.0 * (1.0 - share.value) if share.limit == "exactly" else None


@dataclass(frozen=True)
class Pace:
    """What it takes from the latest figure to the target.

    Parameters
    ----------
    state
        `required`; `met` where the latest figure already keeps the promise; `over` where the due
        year's figure is known; `no_figure` where the area has published none to start from.
    years
        Years from the latest figure to the due date; None without a figure.
    increment, rate
        Needed a year, in the unit and as a share; None where they do not exist.
    compared
        The pace among those of comparable areas; None where no such areas are held or none is
        required.
    """

    state: Literal["required", "met", "over", "no_figure"]
    years: int | None = None
    increment: float | None = None
    rate: float | None = None
    compared: ComparedPace | None = None


def pace_of(item: GoalOutlook) -> Pace:
    """Return the pace that a goal requires from its latest figure, with its place among others."""
    a = item.attainment
    path = a.required
    if path is None or a.latest is None:
        return Pace("no_figure")
    if path.years < 1:
        return Pace("over", path.years)
    if is_met(a.latest, a.comparator, a.target):
        return Pace("met", path.years, path.increment, path.rate)
    compared = None
    known = growth_class(a.indicator)
    if known is not None and (known.measure == "increment" or path.rate is not None):
        pace = path.rate if known.measure == "rate" else path.increment
        assert pace is not None
        compared = compare_pace(pace, known, years=path.years, direction=item.indicator.direction)
    return Pace("required", path.years, path.increment, path.rate, compared)


def compare_pace(
    pace: float, known: GrowthClass, *, years: int, direction: Literal["up", "down"]
) -> ComparedPace:
    """Place a required pace among those of comparable areas over the same span.

    Parameters
    ----------
    pace
        As `known.measure` says: compound rate a year, or change a year in the unit.
    known
        Percentiles of one kind of indicator.
    years
        Years left, 1 or more; beyond the longest span held, that span is taken.
    direction
        Which way is wanted.

    Examples
    --------
    >>> known = growth_class("tech_contract_value")
    >>> fast = compare_pace(1.5, known, years=2, direction="up")
    >>> slow = compare_pace(0.05, known, years=2, direction="up")
    >>> fast.share_of_windows.value < 0.05 < slow.share_of_windows.value
    True
    """
    span, found = known.span(years)
    return ComparedPace(
        known=known,
        span=span,
        areas=found.areas,
        windows=found.windows,
        pace=pace,
        share_of_windows=found.share_of_windows(pace, direction=direction),
        share_of_areas=found.share_of_areas(pace, direction=direction),
    )
