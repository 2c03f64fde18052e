"""Within years: what months, quarters and figures for the year to date add up to.

Figures of a flow for spans within one year are chained into what its first 1 to 12 months brought;
of a rate into the mean so far. Twelve months make a year's figure, marked as derived; fewer are a
floor and a nowcast of the year (`bcforecast.models.within_year`), never taken for the year. Years
are calendar years, or fiscal years named after the calendar year in which they end.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import sqrt
from typing import Final, Literal, Protocol, Self

import numpy as np
import numpy.typing as npt

from bcforecast.observations.records import Month, Observation, Period, Status
from bcforecast.text import Made, Message, Text, plain, stated, within_year
from bcforecast.text import difference as apart
from bcforecast.text import figure as in_unit

FloatArray = npt.NDArray[np.float64]

How = Literal["sum", "mean", "last"]
"""What a year is of its months: their sum (a flow), their mean (a rate), the last (a stock)."""

MONTHS: Final = 12


class Figure(Protocol):
    """A figure for a period: an observation, or a row of a table of one's own."""

    @property
    def period(self) -> Period:
        """The span that it is for."""

    @property
    def value(self) -> float:
        """In the unit of its series."""


@dataclass(frozen=True)
class YearPart:
    """What is known of the first `months` months of a year, 1 to 11, and of the same months before.

    Of a mean also all 12: what is published for the year need not be the mean of its months.
    `value` is their sum, their mean or (a stock) the figure at their end, by `how`, in the
    indicator's unit, `past` the same of past years, `used` the published figures behind it. Of a
    flow, `figures`, shape (n, s), are the single months (s = 12) or quarters (4) of the n years up
    to and with the one in hand; NaN where not known, as the rest of this year.
    """

    year: int
    months: int
    value: float
    how: How = "sum"
    past: Mapping[int, float] = field(default_factory=dict)
    figures: FloatArray = field(default_factory=lambda: np.empty((0, MONTHS)))
    used: tuple[Observation, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.months < MONTHS + (self.how == "mean"):
            raise ValueError(f"a part of a year has 1 to 11 months, not {self.months}")

    @property
    def fraction(self) -> float:
        """Share of the year that is over; half a month of it is left by all months of a mean."""
        return min(self.months, MONTHS - 0.5) / MONTHS

    @property
    def published(self) -> date:
        """Day on which it was known."""
        return max(figure.published for figure in self.used)

    def in_words(self, unit: str, name: Text | None = None) -> Message:
        """Return the value with its unit, or with the indicator's own `name` of it."""
        if self.how == "sum":
            unit, name = within_year(unit, name)
        return in_unit(plain(self.value), unit, name)

    def usual_share(self, totals: Mapping[int, float]) -> tuple[float, int]:
        """Mean share of past years, of figures `totals`, by then, and of how many; else f, 0.

        Examples
        --------
        >>> half = YearPart(2021, 6, 70.0, past={2019: 50.0, 2020: 66.0})
        >>> half.usual_share({2019: 100.0, 2020: 120.0})
        (0.525, 2)
        """
        whole = [(x, totals[year]) for year, x in self.past.items() if totals.get(year, 0.0) > 0.0]
        if not whole:
            return self.fraction, 0
        return float(np.mean([part / total for part, total in whole])), len(whole)


@dataclass(frozen=True)
class SoFar:
    """What the first months of a year add up to, its standard error, and from which figures."""

    value: float
    error_sd: float
    used: tuple[Figure, ...]

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The published figures among those used."""
        return tuple(figure for figure in self.used if isinstance(figure, Observation))


@dataclass(frozen=True)
class Subannual:
    """What is known within the years of one series, by year and number of months, 1 to 12.

    Years end with the calendar month `last_month`: 12 but for fiscal years.
    """

    how: How
    so_far: Mapping[int, Mapping[int, SoFar]]
    last_month: int = MONTHS

    @classmethod
    def of(
        cls, figures: Iterable[tuple[Figure, float]], how: How, *, last_month: int = MONTHS
    ) -> Self:
        """Chain figures, each with its standard error, whose spans lie within one year.

        Of two ways to the same month the one with the smaller error is taken, then the one of fewer
        figures.
        """
        spans: dict[int, dict[tuple[int, int], SoFar]] = {}
        for figure, error in figures:
            year, first = place_in_year(figure.period.first, last_month)
            end_year, last = place_in_year(figure.period.last, last_month)
            if year == end_year:
                spans.setdefault(year, {})[first, last] = SoFar(figure.value, error, (figure,))
        found = {year: _chained(of_year, how) for year, of_year in sorted(spans.items())}
        return cls(how, {year: chain for year, chain in found.items() if chain}, last_month)

    def told_by(self, part: YearPart) -> Iterator[tuple[Observation, Message]]:
        """Say of each figure that bears on a part of a year what it tells.

        For a flow, what any month of this year or an earlier one brought; else what the part is.
        """
        for year, chain in self.so_far.items():
            if year > part.year or (self.how != "sum" and year < part.year):
                continue
            key = "so_far" if year == part.year else "shares"
            said = Message(f"observations.{key}", {"year": year})
            for one in chain.values() if self.how == "sum" else [chain[part.months]]:
                yield from ((figure, said) for figure in one.observations)

    def complete(self, year: int) -> Observation | None:
        """Return the sum of a year all of whose months are known; None if not, or if no sum.

        It names the row and the source of its last part.
        """
        whole = self.so_far.get(year, {}).get(MONTHS)
        if whole is None or self.how != "sum":
            return None
        half_width = whole.error_sd * sqrt(12.0) / 2.0
        first = Month(year - 1, self.last_month + 1) if self.last_month < MONTHS else Month(year, 1)
        return replace(
            whole.observations[-1],
            period=Period(first, Month(year, self.last_month)),
            value=whole.value,
            lower=whole.value - half_width,
            upper=whole.value + half_width,
            status=Status.DERIVED,
            published=max(figure.published for figure in whole.observations),
            note=None,
        )

    def in_hand(self, *, after: int, until: int | None = None) -> YearPart | None:
        """Return what is known of the latest year after `after`; None if of none."""
        later = (y for y in self.so_far if y > after and (until is None or y <= until))
        if (year := max(later, default=None)) is None:
            return None
        most = MONTHS if self.how == "mean" else MONTHS - 1
        months = max((m for m in self.so_far[year] if m <= most), default=0)
        if not months:
            return None
        now = self.so_far[year][months]
        past = {y: of[months].value for y, of in self.so_far.items() if y < year and months in of}
        figures = self._single(year, months) if self.how == "sum" else np.empty((0, MONTHS))
        return YearPart(year, months, now.value, self.how, past, figures, now.observations)

    def _single(self, year: int, months: int) -> FloatArray:
        """Single months or quarters up to `year`: of which more past years are complete.

        None where those of the year itself are not all known.
        """
        found = np.empty((0, MONTHS))
        most = -1
        for size in (MONTHS, 4):
            rows = []
            for chain in (self.so_far.get(y, {}) for y in range(min(self.so_far), year + 1)):
                ends = range(MONTHS // size, MONTHS + 1, MONTHS // size)
                brought = (chain[end].value if end in chain else float("nan") for end in ends)
                rows.append(np.diff([0.0, *brought]))
            known, odd = divmod(months * size, MONTHS)
            complete = sum(bool(np.isfinite(row).all()) for row in rows[:-1])
            if not odd and np.isfinite(rows[-1][:known]).all() and complete > most:
                found, most = np.array(rows), complete
        return found


def place_in_year(month: Month, last_month: int = MONTHS) -> tuple[int, int]:
    """Return the year that a month belongs to, and its number in it, 1 to 12."""
    years, index = divmod(month.month - 1 - last_month, MONTHS)
    return month.year + 1 + years, index + 1


def _chained(spans: Mapping[tuple[int, int], SoFar], how: How) -> dict[int, SoFar]:
    """What the first months brought, by their number, from figures of spans of one year."""
    if how == "last":
        return {last: one for (_, last), one in sorted(spans.items())}
    best: dict[int, SoFar] = {}
    for (first, last), one in sorted(spans.items(), key=lambda item: (item[0][1], item[0][0])):
        before = SoFar(0.0, 0.0, ()) if first == 1 else best.get(first - 1)
        if before is None:
            continue
        weight = (last - first + 1) / last if how == "mean" else 1.0
        earlier = 1.0 - weight if how == "mean" else 1.0
        new = SoFar(
            earlier * before.value + weight * one.value,
            sqrt((earlier * before.error_sd) ** 2 + (weight * one.error_sd) ** 2),
            (*before.used, *one.used),
        )
        # The less the surer: error, then number of figures.
        known = best.setdefault(last, new)
        if (new.error_sd, len(new.used)) < (known.error_sd, len(known.used)):
            best[last] = new
    return best


def fiscal_end(figures: Iterable[Figure], usual: int = MONTHS) -> int:
    """Return the month with which the years of a series end: the usual, unless all with another."""
    ends = {f.period.last.month for f in figures if f.period.months == MONTHS}
    return ends.pop() if len(ends) == 1 else usual


def difference(
    published: float, error_sd: float, whole: SoFar, how: How = "sum", *, unit: str = "",
    name: Text | None = None,
) -> Message | None:  # fmt: skip
    """Say by how much a year as published differs from what its parts make; None if rounding.

    That is their sum, the last of them, or for a mean, which may be weighted, what lies among them.
    Rounding is half a unit of the last digit of every figure, and three standard errors.
    """
    figures = [whole.value] if how == "sum" else [figure.value for figure in whole.used]
    near, count = min(max(published, min(figures)), max(figures)), len(whole.used)
    gap, digits = published - near, max(_decimals(figure.value) for figure in whole.used)
    units = 10.0 ** -_decimals(published) + (count if how == "sum" else 1) * 10.0**-digits
    if abs(gap) <= (0.5 * units + 3.0 * (error_sd + whole.error_sd)) * (1.0 + 1e-9):
        return None
    size = plain(float(f"{abs(gap):.6g}"))
    between = Made(apart, digits=size, unit=unit, name=name) if unit else size
    about = {"near": stated(near, unit, name) if unit else plain(near), "count": count}
    return Message(f"observations.caveat_{how}", {**about, "gap": between})


def _decimals(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])
