"""What is known of an indicator: vintages, usable figures, the history a model sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from math import inf, isfinite, isnan, nan, nextafter, sqrt
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt

from bcforecast import text as wording
from bcforecast.calls import Amount, Shown, as_found, checked, checked_class, numbers
from bcforecast.cells import Kind
from bcforecast.config import APPROXIMATE_RELATIVE_SD, DERIVED_RELATIVE_SD
from bcforecast.errors import ObservationError, OptionError
from bcforecast.observations import records, subannual
from bcforecast.observations.records import Break, Dataset, Measure, Observation, Period, Status
from bcforecast.observations.subannual import SoFar, Subannual, YearPart
from bcforecast.plan.goals import Compared, Indicator, Plan
from bcforecast.text import Message, Text, bound_said, day_message, joined, plain, unit_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def without_subnormal(figures: FloatArray) -> FloatArray:
    """Take figures too small to have all their digits for 0: one over them is no number."""
    return np.where(np.abs(figures) < np.finfo(float).tiny, 0.0, figures)


@dataclass(frozen=True)
class History(Shown):
    """A yearly series as known at one date.

    Parameters
    ----------
    times
        Shape (n,), years, strictly increasing; a missing year is simply not there.
    values
        Shape (n,), in `unit`; NaN where only a bound is known.
    lower, upper
        Shape (n,), bounds on the true figure; minus and plus infinity where none is known.
    error_sd
        Shape (n,), standard error of each figure (rounding, approximation), in `unit`; 0 if exact.
    support
        Smallest and largest value that the indicator can take, in `unit`.
    whole
        Whether the indicator counts whole things.
    area, indicator, unit
        Identifiers, for messages.
    origin
        Year after which forecasts start. Default: the last of `times`; required if there is none.
    """

    times: IntArray
    values: FloatArray
    lower: FloatArray = field(default_factory=lambda: np.empty(0))
    upper: FloatArray = field(default_factory=lambda: np.empty(0))
    error_sd: FloatArray = field(default_factory=lambda: np.empty(0))
    support: tuple[float, float] = (-np.inf, np.inf)
    whole: bool = False
    area: str = ""
    indicator: str = ""
    unit: str = ""
    origin: int | None = None

    def __post_init__(self) -> None:
        times = numbers("times", self.times, "observations.allowed_times", whole=True)
        if times.ndim != 1 or np.any(np.diff(times) <= 0):
            allowed = Message("observations.allowed_times")
            raise OptionError("times", found=as_found(self.times), allowed=allowed)
        object.__setattr__(self, "times", times)
        each = Message("observations.allowed_values", {"count": times.size})
        unknown = {"values": nan, "lower": -inf, "upper": inf, "error_sd": 0.0}
        for name, filled in unknown.items():
            given = without_subnormal(numbers(name, getattr(self, name), each))
            if not given.size and name != "values":
                given = np.full(times.size, filled)
            if given.shape != times.shape:
                raise OptionError(name, found=plain(given.size), allowed=each)
            object.__setattr__(self, name, given)
        if self.origin is None:
            if not times.size:
                raise OptionError("origin", found=None, allowed=Message("errors.kind_int"))
            object.__setattr__(self, "origin", int(times[-1]))

    @classmethod
    def of(cls, times: Sequence[int], values: Sequence[float], **fields: object) -> Self:
        """Build a history from plain sequences."""
        return cls(times, values, **fields)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return int(self.times.size)

    def kept(self, which: IntArray | npt.NDArray[np.bool_], *, origin: int) -> Self:
        """Return the entries at `which` (positions, or where True); forecasts start at `origin`."""
        arrays = ("times", "values", "lower", "upper", "error_sd")
        return replace(self, origin=origin, **{name: getattr(self, name)[which] for name in arrays})

    @property
    def start(self) -> int:
        """Year after which forecasts start."""
        assert self.origin is not None
        return self.origin

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): which entries have a value."""
        return np.isfinite(self.values)

    @property
    def n_values(self) -> int:
        """Number of entries with a value."""
        return int(self.known.sum())

    @property
    def n_usable(self) -> int:
        """Number of entries with a value or a bound: what the evidence grade counts."""
        return int((self.known | self.bound_only).sum())

    @property
    def bound_only(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): which entries have a bound and no value."""
        return ~self.known & (np.isfinite(self.lower) | np.isfinite(self.upper))

    @property
    def ranges(self) -> FloatArray:
        """Shape (2, n): ends between which each figure lies: bounds, or 1.96 errors about it."""
        bounds, spread = np.stack([self.lower, self.upper]), _TWO_SIDED_95 * self.error_sd
        stated = self.bound_only | np.isfinite(bounds).all(axis=0)
        return np.where(stated, bounds, np.stack([self.values - spread, self.values + spread]))


_TWO_SIDED_95: Final = 1.959964
_RELATIVE_SD: Final = {
    Status.APPROXIMATE: APPROXIMATE_RELATIVE_SD,
    Status.EXPECTED: APPROXIMATE_RELATIVE_SD,
    Status.DERIVED: DERIVED_RELATIVE_SD,
}


def error_sd(figure: Observation) -> float:
    """Return the standard error of a figure, in its unit.

    Both bounds around a value, or the rounding unit, are taken as the width w of a uniform error:
    w / sqrt(12). An approximate, expected or derived figure without bounds has the relative error
    that `bcforecast.config` assumes. Anything else is taken as exact (0), and so is a mere bound.
    """
    if not figure.has_value:
        return 0.0
    if not isnan(width := figure.upper - figure.lower):
        return width / sqrt(12)
    if figure.status is Status.ROUNDED:
        return rounding_unit(figure.value) / sqrt(12)
    return abs(figure.value) * _RELATIVE_SD.get(figure.status, 0.0)


def rounding_unit(value: float) -> float:
    """Return the unit to which a rounded figure was rounded: that of its last digit other than 0.

    Give bounds beside a figure whose last zeros are meant.
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(int(exponent)))


def caveat(figure: Observation, name: Text | None = None) -> Message | None:
    """Return what to know of a figure that is used, or None if it is simply official.

    `name` is the indicator's own word for the unit.
    """
    spread, values = error_sd(figure), {"status": Message(f"observations.status_{figure.status}")}
    said: list[Message] = []
    if not figure.has_value:
        said = [Message("observations.caveat_bound", {**values, "figure": figure.in_words()})]
    elif spread:
        assumed = figure.status in _RELATIVE_SD and isnan(figure.upper - figure.lower)
        key = f"observations.caveat_{'assumed_error' if assumed else 'error'}"
        digits, unit = plain(float(f"{spread:.2g}")), figure.unit
        sd = wording.Made(wording.difference, digits=digits, unit=unit, name=name, exact=True)
        said = [Message(key, {**values, "sd": sd})]
    elif figure.status is not Status.OFFICIAL:
        said = [Message("observations.caveat_status", values)]
    if figure.published_early:
        about = {"day": day_message(figure.published), "period": figure.period.in_words()}
        said.append(Message("observations.caveat_early", about))
    return joined(said) if said else None


@dataclass(frozen=True)
class Series:
    """The facts about an indicator of an area that decide which figures it takes.

    An event's figures are stocks: how many exist. `support` is the smallest and largest value that
    the indicator can take, in `unit`; `whole` whether it counts whole things; `breaks` are changes
    of its definition beside those in the data folder. Its years end with the month `year_ends`,
    unless all its figures are of years that end with another. `unit_name` is its word for `unit`.
    """

    area: str
    indicator: str
    kind: Kind
    unit: str
    support: tuple[float, float] = (-inf, inf)
    whole: bool = False
    breaks: tuple[Break, ...] = ()
    year_ends: int = subannual.MONTHS
    unit_name: Text | None = None

    def last_month(self, figures: Iterable[Observation]) -> int:
        """Return the month with which its years end, as figures of it show."""
        counted = (one for one in figures if one.measure is _measure(self.kind))
        return subannual.fiscal_end(counted, self.year_ends)


def _measure(kind: Kind) -> Measure:
    return Measure("stock" if kind == "event" else kind)


def year_of(figure: Observation, kind: Kind, *, last_month: int = subannual.MONTHS) -> int | None:
    """Return the year for which a figure can stand: a stock at its end, all else as a whole.

    Years end with the month `last_month`, and are called after the calendar year in which they end.
    """
    period, stock = figure.period, _measure(kind) is Measure.STOCK
    ends = stock and period.months < subannual.MONTHS and period.last.month == last_month
    return period.last.year if ends else period.of_year


def _reason(name: str, **values: object) -> Message:
    return Message(f"observations.reason_{name}", values)


def _unusable(figure: Observation, series: Series, *, last_month: int) -> Message | None:
    """Return why a figure by itself cannot stand for a year of `series`, or None if it can."""
    found, needed, period = figure.measure, _measure(series.kind), figure.period
    if found is Measure.YEAR_TO_DATE:
        return _reason("year_to_date")
    if found is Measure.ADMISSIONS and needed is Measure.STOCK:
        return _reason("admissions")
    if found is not needed:
        names = [Message(f"observations.measure_{measure}") for measure in (found, needed)]
        return _reason("measure", found=names[0], needed=names[1])
    if figure.status is Status.AMBIGUOUS:
        return _reason("ambiguous")
    if period.months > subannual.MONTHS:
        return _reason("several_years", period=period.in_words())
    if period.months == subannual.MONTHS and period.last.month != last_month:
        return _reason("fiscal", period=period.in_words())
    if year_of(figure, series.kind, last_month=last_month) is None:
        point = "within_year" if needed is Measure.STOCK else "part_year"
        return _reason(point, period=period.in_words())
    if figure.unit != series.unit:
        given, wanted = unit_of(figure.unit).names, unit_of(series.unit).names
        return _reason("unit", found=given, needed=wanted)
    if figure.published_early and figure.status is Status.EXPECTED:
        return _reason("expected", period=period.in_words(), day=day_message(figure.published))
    return None


_HOW: Final[Mapping[Measure, subannual.How]] = {
    Measure.FLOW: "sum",
    Measure.ADMISSIONS: "sum",
    Measure.RATIO: "mean",
    Measure.STOCK: "last",
}
"""What a year is of its months, by how it is measured."""


def _tells_of_a_part(figure: Observation, series: Series) -> bool:
    """Whether a figure of a month, a quarter or the year to date can be used within its year."""
    needed = _measure(series.kind)
    counted = {needed, Measure.YEAR_TO_DATE} if _HOW[needed] == "sum" else {needed}
    early = figure.published_early and figure.status is Status.EXPECTED
    known = figure.has_value and figure.status is not Status.AMBIGUOUS and not early
    return known and figure.measure in counted and figure.unit == series.unit


FIRMNESS: Final = {
    Status.OFFICIAL: 4,
    Status.DERIVED: 3,
    Status.ROUNDED: 3,
    Status.APPROXIMATE: 3,
    Status.PRELIMINARY: 2,
    Status.PRESS: 1,
    Status.EXPECTED: 0,
    Status.AMBIGUOUS: -1,
}

Remarked = tuple[Observation, Message]


@dataclass(frozen=True)
class Selection:
    """What a model sees of an indicator, and what became of every figure.

    `used` has the figure behind each entry of the yearly `history`, in the same order; `within`
    those that are counted in the sum of a year, or in `part`, which is what is known of the year
    after the last; `unused` all other figures of the vintage, each with the reason; `caveats` those
    of `used` that are not simply official values, each with what to know.
    """

    history: History
    used: tuple[Observation, ...]
    unused: tuple[Remarked, ...]
    caveats: tuple[Remarked, ...]
    within: tuple[Remarked, ...] = ()
    part: YearPart | None = None

    @property
    def statuses(self) -> dict[int, Status]:
        """How firm the figure of each year is."""
        return dict(zip(self.history.times.tolist(), [f.status for f in self.used], strict=True))


def precedence(f: Observation) -> tuple[object, ...]:
    """Order of figures for one period: the firmer status, a value before a bound, the later."""
    return FIRMNESS[f.status], f.has_value, f.published, f.row


def _by_year(
    figures: Iterable[Observation], series: Series, *, breaks: Iterable[Break], until: int | None
) -> tuple[dict[int, Observation], list[Remarked], Subannual, dict[int, SoFar]]:
    """Return the figure of each year that a yearly model uses, those that it does not, and parts.

    Figures that only tell of parts are not used, but for years that are the sum of theirs: what
    each of those adds up comes last. A figure published for the year, no mere bound, precedes it.
    """
    known = sorted(figures, key=precedence)
    last_month = series.last_month(known)
    ours = (b for b in breaks if b.kind in ("", "break"))
    begun = ((subannual.place_in_year(b.first_period.first, last_month)[0], b) for b in ours)
    reached = (b for year, b in begun if until is None or year <= until)
    change = max(reached, key=lambda b: b.first_period, default=None)
    within = [f for f in known if series.kind != "event" and _tells_of_a_part(f, series)]
    by_year: dict[int, list[Observation]] = {}
    unused: list[Remarked] = []
    for figure in known:
        reason = _unusable(figure, series, last_month=last_month)
        year = year_of(figure, series.kind, last_month=last_month)
        if change and figure.period.first < change.first_period.first:
            within = [f for f in within if f is not figure]
            if reason is None:
                first = change.first_period.in_words()
                reason = _reason("break", first_period=first, reason=change.reason)
        if reason is None and year is not None and until is not None and year > until:
            reason = _reason("after_until", until=until)
        if reason is not None:
            unused.append((figure, reason))
        elif year is not None:
            by_year.setdefault(year, []).append(figure)
    kept = {year: max(rivals, key=precedence) for year, rivals in sorted(by_year.items())}
    for year, rivals in by_year.items():
        best = kept[year]
        when, status = day_message(best.published), Message(f"observations.status_{best.status}")
        reason = _reason("superseded", status=status, figure=best.in_words(), day=when)
        unused += [(rival, reason) for rival in rivals if rival is not best]
    short = [
        (f, error_sd(f))
        for f in within
        if f.period.months < subannual.MONTHS or f.measure is Measure.YEAR_TO_DATE
    ]
    whole = Subannual.of(short, _HOW[_measure(series.kind)], last_month=last_month)
    sums: dict[int, SoFar] = {}
    for year in whole.so_far:
        total = whole.complete(year) if until is None or year <= until else None
        if total is not None and not (year in kept and kept[year].has_value):
            kept[year], sums[year] = total, whole.so_far[year][subannual.MONTHS]
    return dict(sorted(kept.items())), unused, whole, sums


def _remarks(
    kept: Mapping[int, Observation],
    within: Subannual,
    sums: Mapping[int, SoFar],
    exceptional: Mapping[int, Break],
    name: Text | None,
) -> Iterator[Remarked]:
    for year, figure in kept.items():
        said: list[Message | None] = []
        if year in sums:
            said.append(Message("observations.caveat_derived", {"count": len(sums[year].used)}))
        else:
            said.append(caveat(figure, name))
            whole = within.so_far.get(year, {}).get(subannual.MONTHS)
            if whole is not None and figure.has_value:
                about = figure.value, error_sd(figure), whole, within.how
                said.append(subannual.difference(*about, unit=figure.unit, name=name))
        if year in exceptional:
            reason = exceptional[year].reason
            said.append(Message("observations.caveat_exceptional", {"reason": reason}))
        remarks = [one for one in said if one is not None]
        if remarks:
            yield figure, joined(remarks)


def marked_years(
    breaks: Iterable[Break],
    kind: Literal["exceptional", "checked"],
    *,
    last_month: int = subannual.MONTHS,
) -> dict[int, Break]:
    """Return the years that are marked as exceptional, or as checked, with what says so."""

    def year(month: records.Month) -> int:
        return subannual.place_in_year(month, last_month)[0]

    marked = [(one, one.first_period) for one in breaks if one.kind == kind]
    return {y: one for one, p in marked for y in range(year(p.first), year(p.last) + 1)}


def _counting_less(history: History, exceptional: Iterable[int]) -> History:
    """Take each figure of an exceptional year for as uncertain as it is far from the years around.

    What was usual is read off between the nearest other years, or off the nearest one; a figure
    as usual counts in full. The last year counts less too: growth starts from where it should be.
    """
    apart = history.known & np.isin(history.times, list(exceptional))
    others = history.known & ~apart
    if not apart.any() or not others.any():
        return history
    usual = np.interp(history.times[apart], history.times[others], history.values[others])
    errors = history.error_sd.copy()
    errors[apart] = np.hypot(errors[apart], history.values[apart] - usual)
    return replace(history, error_sd=errors)


def ends_allowed(lower: float, upper: float, *, whole: bool) -> tuple[float, float]:
    """Return the least and the most that a figure strictly between two bounds can be."""
    if whole:
        return float(np.floor(lower)) + 1.0, float(np.ceil(upper)) - 1.0
    told = (bound_said(lower), inf), (bound_said(upper), -inf)
    least, most = (number if itself else nextafter(number, on) for (number, itself), on in told)
    return least, most


def _settled(figure: Observation, series: Series) -> Observation:
    """Take a bound as the value where it leaves but one: at most 0 of what is never less."""
    if figure.has_value:
        return figure
    bounds = _bound(figure, figure.lower, -inf), _bound(figure, figure.upper, inf)
    least, most = ends_allowed(*bounds, whole=series.whole)
    least, most = max(least, series.support[0]), min(most, series.support[1])
    return replace(figure, value=least, lower=nan, upper=nan) if least == most else figure


def _bound(figure: Observation, bound: float, none: float) -> float:
    """Two bounds around a value are its precision, which `error_sd` carries; others are bounds."""
    precision = figure.has_value and not isnan(figure.upper - figure.lower)
    return none if precision or isnan(bound) else bound


WHAT_IF: Final = "what_if"
"""Source of a figure that nobody has published."""


@checked_class
@dataclass(frozen=True)
class Vintage(Shown):
    """The data folder as it was known at a date: what was published after `as_of` is not seen.

    `area` is that of the plan projected on it, of which `with_figure` then takes a figure to be.
    """

    dataset: Dataset
    as_of: date | None = None
    area: str | None = None

    @checked
    def at(self, as_of: str | date | None) -> Self:
        """Return the same folder as known at another date; None for all that was ever published."""
        return replace(self, as_of=None if as_of is None else records.as_date(as_of))

    @checked
    def with_figure(
        self,
        indicator: str,
        period: int | str,
        value: Amount,
        *,
        area: str | None = None,
        unit: str | None = None,
        measure: Measure | str | None = None,
    ) -> Self:
        """Return the same folder with one figure of one's own, in the place of those published.

        Of a year such as 2020, or a period such as `2021Q3`; in the unit and counted in the way of
        the latest figure, and of the area of the plan (of an `outlook.data`), or else the only one
        that has figures of the indicator, or any, unless said. An ObservationError if it is not
        clear which area, unit or measure is meant, or the value is no number. A plan on whose goals
        it would tell nothing, as a month alone or a year after they are due, refuses it.

        Examples
        --------
        >>> from bcforecast.observations import load_observations
        >>> data = load_observations(as_of="2020-12-31")
        >>> data = data.with_figure("rd_intensity", 2020, 3.5, area="tianjin")
        >>> data.of("tianjin", "rd_intensity")[-1].source
        'what_if'
        """
        when = Period.parse(str(period))
        if not isfinite(value):
            raise ObservationError("observations.no_figure", found=records.quoted(str(value)))
        areas = sorted({where for where, _ in self.indicators})
        names = sorted({name for _, name in self.indicators})
        own = [where for where, name in self.indicators if name == indicator]
        place = area or self.area or next((one[0] for one in (own, areas) if len(one) == 1), None)
        if place is None or not (area or indicator in names):
            key, known = ("which_area", own) if own else ("no_such_series", names)
            named = {"indicator": indicator, "allowed": ", ".join(known) or "-"}
            raise ObservationError(f"observations.{key}", **named)
        if before := self.of(place, indicator):
            unit, measure = unit or before[-1].unit, measure or before[-1].measure
        if unit is None or measure is None or measure not in tuple(Measure):
            named = {"indicator": indicator, "area": place, "allowed": ", ".join(Measure)}
            raise ObservationError("observations.no_unit", **named)
        day = self.as_of or max((f.published for f in self.observations), default=when.last_day)
        note = Text.of(Message("observations.what_if"))
        said = Observation(
            place, indicator, when, value, nan, nan, unit, Measure(measure),
            Status.PRELIMINARY, day, "assumed: what-if", WHAT_IF, note,
        )  # fmt: skip
        kept = (f for f in self.dataset.observations if not (f in before and f.period == when))
        source = records.Source(WHAT_IF, note, note, None, "", WHAT_IF)
        sources = {**self.dataset.sources, WHAT_IF: source}
        dataset = replace(self.dataset, observations=(*kept, said), sources=sources)
        return replace(self, dataset=dataset)

    @property
    def data_dir(self) -> Path:
        """The folder that was read."""
        return self.dataset.folder

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure published by `as_of`, in the order of the file."""
        return tuple(f for f in self.dataset.observations if self._sees(f.published))

    def __len__(self) -> int:
        return len(self.observations)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.observations)

    @property
    def sources(self) -> Mapping[str, records.Source]:
        """Sources by identifier."""
        return self.dataset.sources

    @property
    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Pairs of area and indicator of which something had been published, sorted."""
        series, sees = self.dataset.series.items(), self._sees
        return tuple(sorted(key for key, known in series if any(sees(f.published) for f in known)))

    @checked
    def __getitem__(self, indicator: str) -> Self:
        """Return the figures of one indicator alone."""
        if indicator not in (names := sorted({name for _, name in self.indicators})):
            named = {"indicator": indicator, "allowed": ", ".join(names) or "-"}
            raise ObservationError("observations.no_such_indicator", **named)
        kept = tuple(f for f in self.dataset.observations if f.indicator == indicator)
        return replace(self, dataset=replace(self.dataset, observations=kept))

    @checked
    def of(self, area: str, indicator: str) -> tuple[Observation, ...]:
        """Return the figures of one indicator, by period, then by day of publication."""
        figures = self.dataset.series.get((area, indicator), ())
        return tuple(f for f in figures if self._sees(f.published))

    def common(
        self, indicator: str, areas: tuple[str, str]
    ) -> tuple[Observation, Observation] | None:
        """Return the latest figures that compare two areas: of one period, measure and unit.

        Values alone, of which nothing is ambiguous, and of two for one period the firmer; None if
        the areas have no period in common.

        Examples
        --------
        >>> from bcforecast.observations import load_observations
        >>> known = load_observations(as_of="2021-12-31")
        >>> [f.value for f in known.common("population", ("beichen", "tianjin"))]
        [909643.0, 13866009.0]
        """
        found: list[dict[tuple[Period, Measure, str], Observation]] = []
        for area in areas:
            firm = [f for f in self.of(area, indicator) if f.has_value and FIRMNESS[f.status] > 0]
            found.append({(f.period, f.measure, f.unit): f for f in sorted(firm, key=precedence)})
        both = [key for key in found[0] if key in found[1]]
        if not both:
            return None
        latest = max(both, key=lambda key: (key[0].last, key[0].first))
        return found[0][latest], found[1][latest]

    @checked
    def not_yet_published(self, area: str, indicator: str) -> tuple[Remarked, ...]:
        """Return the figures of one indicator published after `as_of`, each with the reason."""
        figures = self.dataset.series.get((area, indicator), ())
        later = (figure for figure in figures if not self._sees(figure.published))
        return tuple((f, _reason("later", day=f.published, as_of=self.as_of)) for f in later)

    @checked
    def judgements(self, area: str, indicator: str) -> tuple[records.Elicitation, ...]:
        """Return what had been elicited on one indicator by `as_of`, in the order of the file.

        Of what an expert said of a year more than once, the last.
        """
        on = (j for j in self.dataset.judgements if (j.area, j.indicator) == (area, indicator))
        seen = [j for j in on if self._sees(j.elicited)]
        last = {(j.expert, j.period): j for j in sorted(seen, key=lambda j: j.elicited)}
        return tuple(j for j in seen if last[j.expert, j.period] is j)

    @checked
    def delivery(self, plan: str) -> dict[str, records.Delivery]:
        """Return the last status by `as_of` of each measure of which a plan's rows tell one."""
        on = (d for d in self.dataset.delivery if d.plan in ("", plan) and self._sees(d.date))
        return {one.measure: one for one in sorted(on, key=lambda d: (d.date, d.plan))}

    @checked
    def breaks(self, area: str, indicator: str) -> tuple[Break, ...]:
        """Return the changes of definition known by `as_of`, the earliest first."""
        on = (b for b in self.dataset.breaks if (b.area, b.indicator) == (area, indicator))
        known = (b for b in on if self._sees(b.published))
        return tuple(sorted(known, key=lambda b: b.first_period))

    def history(self, series: Series, *, until: int | None = None) -> Selection:
        """Select the figures of an indicator that a yearly model can use.

        What is later than `until` is not used, nor a break after it. Forecasts start after the last
        year with a usable figure or, if there is none, after the last year over by `as_of`. A
        figure of an exceptional year gets a standard error: how far it is from the years around.
        """
        about = series.area, series.indicator
        breaks = (*self.breaks(*about), *series.breaks)
        kept, unused, within, sums = _by_year(self.of(*about), series, breaks=breaks, until=until)
        exceptional = marked_years(breaks, "exceptional", last_month=within.last_month)
        day = self.as_of or max((f.published for f in self.dataset.observations), default=date.min)
        tomorrow = day + timedelta(days=1)
        today = records.Month(tomorrow.year, tomorrow.month)
        over = subannual.place_in_year(today, within.last_month)[0] - 1
        part = within.in_hand(after=max(kept, default=date.min.year), until=until)
        if until is not None:
            over = min(over, until - 1)
        if part is not None:
            over = min(over, part.year - 1)
        figures = [_settled(figure, series) for figure in kept.values()]
        shared = ("support", "whole", "area", "indicator", "unit")
        history = History.of(
            list(kept),
            [f.value for f in figures],
            lower=[_bound(f, f.lower, -inf) for f in figures],
            upper=[_bound(f, f.upper, inf) for f in figures],
            error_sd=[error_sd(f) for f in figures],
            **{name: getattr(series, name) for name in shared},
            origin=max(kept, default=over),
        )
        told = {} if part is None else {id(f): said for f, said in within.told_by(part)}
        for year, whole in sums.items():
            in_sum = Message("observations.in_sum", {"year": year})
            told |= {id(f): in_sum for f in whole.observations}
        unused.sort(key=lambda u: (u[0].period, u[0].published, u[0].row))
        counted = tuple((f, told[id(f)]) for f, _ in unused if id(f) in told)
        rest = tuple((f, reason) for f, reason in unused if id(f) not in told)
        remarks = tuple(_remarks(kept, within, sums, exceptional, series.unit_name))
        history = _counting_less(history, exceptional)
        return Selection(history, tuple(kept.values()), rest, remarks, counted, part)

    def _sees(self, published: date) -> bool:
        return self.as_of is None or published <= self.as_of


SLIP: Final = 5.0
"""How many times as far apart from all others as those are from each other a slip stands."""


def slips(values: FloatArray, series: IntArray | None = None) -> list[int]:
    """Return the places of the figures that are far from all others, of three or more above 0.

    `series` says by a number, from 0 up, of which of several each figure is.
    """
    of = np.zeros(values.size, dtype=np.int64) if series is None else series
    order = np.lexsort((values, of))
    ends = np.flatnonzero(np.diff(of[order], prepend=-1, append=-1))  # of series, and the last
    first, last, found = ends[:-1], ends[1:] - 1, values[order]
    kept = (last >= first + 2) & (found[first] > 0.0)
    first, last = first[kept], last[kept]
    low, high = found[first], found[last]
    above = last[high * low > SLIP * found[last - 1] ** 2]
    below = first[low * SLIP * high < found[first + 1] ** 2]
    return sorted(order[[*above, *below]].tolist())


def with_comparisons(plan: Plan, data: Vintage) -> Vintage:
    """Return figures with those of the indicators that lie between figures of others.

    Each period of which both figures are known has one from the day on which the later of them was
    published, and another whenever one of them is revised; of bounds nothing is made. Of flows only
    whole years are compared: what lies between two may rise and fall within the year, and who is
    second in each month need not be so in the year.
    """
    rows = tuple(
        row
        for indicator in plan.indicators
        if indicator.compared and (plan.area, indicator.id) not in data.dataset.series
        for row in _between(indicator, indicator.compared, plan.area, data)
    )
    if not rows:
        return data
    known = (*data.dataset.observations, *rows)
    return replace(data, dataset=replace(data.dataset, observations=known))


def _between(
    indicator: Indicator, compared: Compared, area: str, data: Vintage
) -> Iterator[Observation]:
    keys = ((area, compared.own), *compared.beside)
    by_period: dict[tuple[object, ...], list[list[Observation]]] = {}
    for n, key in enumerate(keys):
        told: Iterable[Observation] = data.dataset.series.get(key, ())
        for figure in _whole_years(told, indicator) if indicator.kind == "flow" else told:
            if figure.has_value and figure.unit == indicator.unit:
                same = by_period.setdefault((figure.period, figure.measure), [[] for _ in keys])
                same[n].append(figure)
    for figures in by_period.values():
        last = nan
        for day in sorted({figure.published for one in figures for figure in one}):
            known = [[f for f in one if f.published <= day] for one in figures]
            if not all(known):
                continue
            whole = [max(one, key=precedence) for one in known]
            made = _compared_figure(indicator, compared, whole, day)
            if made.value != last:
                last = made.value
                yield made


def _whole_years(told: Iterable[Observation], indicator: Indicator) -> Iterator[Observation]:
    """Yield the figures of a flow for whole years, and the sums of those whose parts are all known.

    Of a part that was revised the last figure counts.
    """
    parts = sorted(told, key=lambda one: one.published)
    whole = [one for one in parts if one.period.months >= subannual.MONTHS]
    yield from whole
    counted, there = (Measure.FLOW, Measure.YEAR_TO_DATE), {one.period for one in whole}
    short = ((f, error_sd(f)) for f in parts if f.has_value and f.measure in counted)
    within = Subannual.of(short, "sum", last_month=indicator.year_ends)
    for total in map(within.complete, within.so_far):
        if total is not None and total.period not in there:
            yield replace(total, measure=Measure.FLOW)


def _compared_figure(
    indicator: Indicator, compared: Compared, known: Sequence[Observation], day: date
) -> Observation:
    own, *others = known
    up = indicator.direction == "up"
    others.sort(key=lambda figure: figure.value, reverse=up)
    beside = others[compared.place - 1]
    values: dict[str, object] = {"own": own.in_words(), "other": beside.in_words()}
    named = compared.area_name(beside.area)
    other = named if beside.area != own.area else compared.called
    values |= {"area": other, "factor": f"{compared.factor:g}"}
    key = "compared" if compared.factor == 1.0 else "compared_times"
    value = wording.twelve_digits(own.value - compared.factor * beside.value)
    words = wording.compared(plain(value), indicator.unit, indicator.unit_names, other=other)
    if len(others) > 1:
        ahead = [one for one in others if one.value != own.value and (one.value > own.value) == up]
        size = wording.stated(abs(value), indicator.unit, indicator.unit_names)
        side = "even" if not value else "ahead" if (value > 0.0) == up else "behind"
        about = {"place": len(ahead) + 1, "of": len(known), "size": size, "area": named}
        words = Message(f"observations.rank_{side}", about)
    return replace(
        own,
        indicator=indicator.id,
        value=value,
        compared=Text.of(words),
        lower=nan,
        upper=nan,
        status=min(known, key=precedence).status,
        published=day,
        published_basis=max(known, key=lambda figure: figure.published).published_basis,
        note=Text.of(Message(f"observations.{key}", values)),
    )
