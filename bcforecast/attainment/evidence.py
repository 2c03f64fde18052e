"""Evidence for a forecast, firmest first: own figures, structure, parent, peers, judgement.

One forecast for a goal's indicator: which figures, which model, and in words on what it rests.
Own figures come first; then the parent area's trend with a share tied to a figure of the area's
own; then growth borrowed from peers; then elicited judgement; then the parent's trend with a share
guessed from the area's measured size. If none of these can be had, nothing is said. No target
enters a forecast: a prior may come from anything but the promise that it judges.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import ceil, inf, isfinite, nan
from typing import Any, Final

import numpy as np

from bcforecast import config, errors, text
from bcforecast.attainment.probability import MEAN_PATHS, Basis, met_within
from bcforecast.attainment.reference_class import kind_of
from bcforecast.cells import Kind
from bcforecast.distributions import Counting, Distribution, Empirical, Truncated
from bcforecast.models import borrowed, event, growth, structures, trend
from bcforecast.models.registry import Model, model_name, model_of
from bcforecast.models.within_year import WithinYear
from bcforecast.observations import reading, selection
from bcforecast.observations.records import Break, Observation, Period
from bcforecast.observations.selection import History, Selection, Series, Vintage
from bcforecast.observations.wide import COUNTED, counted_otherwise
from bcforecast.plan.fields import changed, counted_as
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.text import Message, index_base, joined, plain, twelve_digits, unit_of

OWN_TREND_FIGURES: Final = 3
"""Fewest figures, values or bounds, from which a series is preferred to what can be borrowed."""

PANEL_PUBLISHED: Final = (12, 31)
"""Month and day on which a panel's year before is taken as published (assumed)."""

PUBLISHED = "published"
"""Stands for a model where the figure of the due year itself had been published."""


SizePair = tuple[Observation, Observation]
"""How large the area and its parent are: figures of one indicator, period, measure and unit."""


@dataclass(frozen=True)
class Situation:
    """What a projection is made from: the plan, its parent plan, the figures and the seed.

    `models` has the model chosen for an indicator's own series; `held` names for a goal the model
    to be kept as long as it takes the figures; `trend_only` leaves out how goals of governments
    depart from their trend; `growth` has what is known of the growth of an indicator where it need
    not be learned from the figures of all areas again.
    """

    plan: Plan
    parent: Plan | None
    data: Vintage
    as_of: date
    seed: int
    models: Mapping[str, Model] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    trend_only: bool = False
    growth: Mapping[str, trend.Growth] = field(default_factory=dict)


@dataclass(frozen=True)
class ParentForecast:
    """The parent area's figures and forecast of the same indicator.

    The forecast runs from the year after its last figure to the due year, or for one year if that
    is known. It is None, and `model` empty, where the figures are too few, and for an event.
    """

    area: str
    selection: Selection
    forecast: Distribution | None
    model: str


@dataclass(frozen=True)
class IndicatorForecast:
    """The forecast behind one goal, and what it rests on.

    `forecast` is a distribution over `years`, the last of which is the due year; None if nothing
    can be said. `parent` is the parent area, where there is one to borrow from. `model` is the
    model's identifier, empty if none; `series_model` the model itself, where it is of the
    indicator's own series. The evidence grade follows from `basis` and the `n_usable` figures of
    the area's own.
    """

    series: Series
    selection: Selection
    forecast: Distribution | None
    years: tuple[int, ...]
    basis: Basis
    model: str
    explanation: tuple[Message, ...]
    n_usable: int
    parent: ParentForecast | None = None
    series_model: Model | None = None
    sizes: tuple[SizePair, ...] = ()


def forecast_indicator(situation: Situation, goal: Goal) -> IndicatorForecast:
    """Forecast the indicator of `goal` up to its due year, from whatever evidence there is."""
    indicator, due = situation.plan.indicator_of(goal), goal.due_year
    selection, existed = known_figures(situation.plan, goal, situation.data)
    own = _of_another_unit(situation.data, indicator, area=situation.plan.area)
    for error in (*own, *_out_of_range(indicator, selection.used)):
        raise error
    history = selection.history
    case = _Asked(situation, goal, selection, history)
    if not isfinite(goal.target):
        said = case.said("attainment.no_base_figure", year=goal.base_year)
        return case.forecast(None, "none", "", said)
    if history.start != due:
        found = _firmest(case)
    elif history.known[-1]:
        # The figure of the due year itself, as published, says whether the goal is met.
        said = case.said("attainment.known_already", year=due)
        found = case.forecast(Empirical(history.values[-1:, None]), "own", PUBLISHED, said)
    else:
        found = _bounded(case)
    if found is None:
        nothing, parent = [case.said("attainment.nothing_known")], case.parent
        thin = parent is not None and parent.forecast is None and indicator.kind != "event"
        if parent and thin and (count := parent.selection.history.n_usable):
            nothing.append(case.said("attainment.parent_too_thin", count=count))
        return case.forecast(None, "none", "", *nothing, parent=parent)
    # What stands between the words of the goal and the yearly figures that judge it.
    between = list(case.so_far)
    if (compared := indicator.compared) and len(compared.beside) > 1:
        areas = reading.listed(compared.area_name(area) for area, _ in compared.beside)
        about = {"place": compared.place, "areas": areas}
        between.append(Message("attainment.place_among", about))
    if existed:
        so_many = text.figure(plain(existed), indicator.unit, indicator.unit_names)
        between.append(Message("attainment.existed_before", {"count": so_many}))
    last_month = series_of(indicator, area=situation.plan.area).last_month(selection.used)
    if goal.due < Period.parse(f"{due}-{last_month:02d}").last_day:
        point = "stock" if indicator.kind in ("stock", "event") else "year"
        between.append(Message(f"attainment.due_within_year_{point}", {"year": due}))
    return replace(found, explanation=(*found.explanation, *between))


def series_of(indicator: Indicator, *, area: str) -> Series:
    """Return the series of `indicator` in `area`."""
    name = indicator.id
    breaks = tuple(Break(area, name, Period.parse(b.period), b.reason) for b in indicator.breaks)
    kind: Kind = "flow" if indicator.yearly else indicator.kind
    about = area, name, kind, indicator.unit, indicator.support, indicator.whole, breaks
    return Series(*about, indicator.year_ends, indicator.unit_names)


def series_for(*plans: Plan) -> frozenset[tuple[str, str]]:
    """Return the series that plans look at, each by its area and indicator."""
    found: set[tuple[str, str]] = set()
    for plan in plans:
        for one in plan.indicators:
            names, area = {one.id, *(size.id for size in plan.sizes_of(one.id))}, plan.area
            names |= {beside.series for beside in structures.companions(one.id)}
            if one.compared:
                names.add(one.compared.own)
                found |= {*one.compared.beside}
            if one.fed_by is not None:
                names.add(one.fed_by)
            found |= {(of, name) for of in (area, one.parent or area) for name in names}
    return frozenset(found)


def known_figures(plan: Plan, goal: Goal, data: Vintage) -> tuple[Selection, int]:
    """Select the figures of a goal's indicator up to its due year, and count what existed before.

    Of an event only what came after the last year before the plan counts, and its history is of new
    ones: what existed by its end (by the last figure up to it; 0 if there is none) is not new.
    """
    indicator = plan.indicator_of(goal)
    selection = data.history(series_of(indicator, area=plan.area), until=goal.due_year)
    if indicator.kind != "event":
        return selection, 0
    history = selection.history
    if indicator.yearly:
        return replace(selection, history=_so_far(history, plan.span.first), part=None), 0
    earlier = history.values[history.known & (history.times <= plan.span.first - 1)]
    existed = float(earlier[-1]) if earlier.size else 0.0
    rebased = replace(
        history,
        values=np.maximum(history.values - existed, 0.0),
        lower=np.floor(history.lower) - existed,
        upper=np.maximum(np.ceil(history.upper) - existed, 0.0),
    )
    return replace(selection, history=rebased), int(existed)


def _so_far(history: History, first: int) -> History:
    """Add what came in each year up from the year `first` on, before which there are none.

    From a year of which only a bound is known, or nothing, the sum is a bound.
    """
    later = history.times >= first
    came = np.where(history.known, history.values, np.maximum(np.floor(history.lower) + 1.0, 0.0))
    total = np.cumsum(np.where(later, came, 0.0))
    gone_by = np.arange(first, first + int(later.sum()))
    exact = ~later
    exact[later] = np.logical_and.accumulate(
        history.known[later] & (history.times[later] == gone_by)
    )
    lower = np.where(exact, -inf, total - 1.0)
    values = np.where(exact, total, nan)
    sums: dict[str, Any] = {"values": values, "lower": lower, "upper": np.full(total.size, inf)}
    return replace(history, **sums, error_sd=np.zeros(total.size))


def with_kinds(plan: Plan, data: Vintage) -> Plan:
    """Return a plan that counts people or homes as all its figures do: at a date, or over a year.

    Their unit tells neither, and a name seldom; what the plan says otherwise stays.
    """

    def counted(one: Indicator) -> Indicator:
        unit = unit_of(one.unit)
        if unit.measure != "by_name" or one.kind != unit.measure_of(str(one.names.values)):
            return one
        other: Kind = "flow" if one.kind == "stock" else "stock"
        told = {figure.measure.value for figure in data.of(plan.area, one.id)}
        return changed(one, kind=other) if told.intersection(COUNTED) == {other} else one

    return changed(plan, indicators=tuple(map(counted, plan.indicators)))


def with_targets(plan: Plan, data: Vintage) -> Plan:
    """Return a plan whose goals that ask for a change from a base year have a target in the unit.

    The base figure is the one known by the as-of date; of an index of which that year is 100, 100.
    Where it is not known the target stays NaN, and nothing can be said of the goal. The target has
    12 significant digits: 10 % a year on 1,000 is 1,331, not a little more.
    """
    plan, goals = with_kinds(plan, data), []
    for goal in plan.goals:
        if goal.base_year is not None:
            unit, base = plan.indicator_of(goal).unit, [100.0]
            if index_base(unit) != goal.base_year:
                history = known_figures(plan, goal, data)[0].history
                base = history.values[(history.times == goal.base_year) & history.known].tolist()
            if base:
                target = base[0] * (1.0 + (goal.change or 0.0) / 100.0) + (goal.amount or 0.0)
                goal = changed(goal, target=twelve_digits(target))
        goals.append(goal)
    return changed(plan, goals=tuple(goals))


def figures_out_of_range(plan: Plan, data: Vintage) -> tuple[errors.ObservationError, ...]:
    """Return every figure of the plan's area, or of one it borrows from, that cannot be.

    Only figures that a model would use are looked at, in the order of the plan's indicators.
    """
    found: list[errors.ObservationError] = []
    for indicator in with_kinds(plan, data).indicators:
        for area in dict.fromkeys((plan.area, indicator.parent or plan.area)):
            used = data.history(series_of(indicator, area=area)).used
            found += _of_another_unit(data, indicator, area=area)
            found += _out_of_range(indicator, used)
    return tuple(found)


def _of_another_unit(
    data: Vintage, indicator: Indicator, *, area: str
) -> Iterator[errors.ObservationError]:
    """Yield every figure in another unit, or counted in another way, than its indicator."""
    kind = counted_as(indicator.kind, yearly=indicator.yearly)
    for figure in data.of(area, indicator.id):
        if figure.unit != indicator.unit:
            yield _wrong(figure, "unit", figure.unit, indicator.unit)
        elif allowed := counted_otherwise(figure, unit=indicator.unit, counted=kind):
            yield _wrong(figure, "measure", figure.measure.value, allowed)


def _out_of_range(
    indicator: Indicator, figures: Iterable[Observation]
) -> Iterator[errors.ObservationError]:
    # A model would forecast nonsense from a figure that the indicator cannot take.
    low, high = indicator.support
    for figure in figures:
        # A bound says nothing impossible as long as it leaves something of the range.
        most, least = ("value", "value") if figure.has_value else ("upper", "lower")
        wrong = [most] if getattr(figure, most) < low else []
        if getattr(figure, least) > high:
            wrong.append(least)
        for column in wrong:
            yield _wrong(figure, column, plain(getattr(figure, column)), indicator.allowed())


def _wrong(
    figure: Observation, column: str, found: str, allowed: str | Message
) -> errors.ObservationError:
    place = {"file": figure.file, "row": figure.row, "column": column}
    return errors.ObservationError("errors.cell", **place, found=found, allowed=allowed)


SIZED: Final = "attainment.sizes"
"""Key of the sentence on how large the area is, which several goals may share."""

VAGUE_SHARE: Final = borrowed.SharePrior(location=-2.0, sd=2.0)
"""Share of an area of unknown size: 1 to 64 % with 80 % probability (assumed)."""


@dataclass(frozen=True)
class _Asked:
    """A goal, the figures of its indicator, and the history of them that models are to see."""

    situation: Situation
    goal: Goal
    selection: Selection
    history: History

    @property
    def indicator(self) -> Indicator:
        return self.situation.plan.indicator_of(self.goal)

    @property
    def horizon(self) -> int:
        """Years from the last figure to the due year."""
        return self.goal.due_year - self.history.start

    def forecast(
        self, forecast: Distribution | None, basis: Basis, model: str, *said: Message, **more: Any
    ) -> IndicatorForecast:
        """Return a forecast up to the due year; by default it rests on the indicator's figures."""
        due, selection = self.goal.due_year, self.selection
        years = tuple(range(due - forecast.horizon + 1, due + 1)) if forecast else ()
        series = series_of(self.indicator, area=self.situation.plan.area)
        rests: dict[str, Any] = {"n_usable": selection.history.n_usable, **more}
        return IndicatorForecast(series, selection, forecast, years, basis, model, said, **rests)

    def fit(self, model: Model) -> Distribution | None:
        """Fit a model, given what is known within the year; None if it refuses."""
        try:
            return self.within_year(model).fit(self.history, self.horizon)
        except errors.ModelError:
            return None

    def within_year(self, model: Model) -> Model:
        """Return a model that is given what is known of the year after the last figure."""
        part = self.selection.part
        return model if part is None else WithinYear(model, part)

    @property
    def so_far(self) -> tuple[Message, ...]:
        """Say what the year in hand has brought so far; nothing where nothing is known of it."""
        part = self.selection.part
        if part is None or part.year <= self.history.start:
            return ()
        known = dict(zip(self.history.times.tolist(), self.history.values.tolist(), strict=True))
        share, count = part.usual_share(known)
        about: dict[str, object] = {"year": part.year, "months": part.months, "share": share}
        about["count"] = count
        own = "_own" if part.how == "sum" and count else ""
        if part.how == "sum" and self.history.support[0] < 0.0:
            own = "_balance"  # no share of a year whose months may take away
        about["figure"] = part.in_words(self.indicator.unit, self.indicator.unit_names)
        return (Message(f"attainment.so_far_{part.how}{own}", about),)

    def peers(self, area: str) -> tuple[History, ...]:
        """Histories of the plan's other counts and amounts in an area, which grow at a rate."""
        data, indicators = self.situation.data, self.situation.plan.indicators
        others = (i for i in indicators if i.id != self.indicator.id)
        grow = (series_of(i, area=area) for i in others if i.kind in ("stock", "flow"))
        found = (data.history(series).history for series in grow)
        return tuple(peer for peer in found if peer.n_values)

    @cached_property
    def parent(self) -> ParentForecast | None:
        """The indicator in the parent area; None if nothing is borrowed from there."""
        indicator, data, due = self.indicator, self.situation.data, self.goal.due_year
        area, is_event = indicator.parent, indicator.kind == "event"
        if area is None or (indicator.link_to_parent == "none" and not (is_event and self.sizes)):
            return None
        selection, _ = known_figures(changed(self.situation.plan, area=area), self.goal, data)
        for error in _out_of_range(indicator, selection.used):
            raise error
        if is_event:
            return ParentForecast(area, selection, None, "")
        history = selection.history
        model: Model = _trend(self.situation, indicator)
        if history.n_values < model.minimum_observations:
            model = borrowed.BorrowedGrowth(self.peers(area), seed=self.situation.seed)
        if selection.part is not None:
            model = WithinYear(model, selection.part)
        try:
            forecast = model.fit(history, max(due - history.start, 1))
        except errors.ModelError:
            return ParentForecast(area, selection, None, "")
        return ParentForecast(area, selection, forecast, model.name)

    @cached_property
    def sizes(self) -> tuple[SizePair, ...]:
        """How large the area and its parent are, one pair for each measure of size known."""
        plan, data, area = self.situation.plan, self.situation.data, self.indicator.parent
        if area is None:
            return ()
        sizes = plan.sizes_of(self.indicator.id)
        found = [pair for size in sizes if (pair := data.common(size.id, (plan.area, area)))]
        for own, whole in found:
            if not 0.0 < own.value < whole.value:
                allowed = Message("attainment.allowed_size", {"whole": plain(whole.value)})
                raise _wrong(own, "value", plain(own.value), allowed)
        return tuple(found)

    @cached_property
    def share_prior(self) -> borrowed.SharePrior | None:
        """What is thought of the share or factor before any own figure; None if nothing is."""
        due, kind = self.goal.due_year, self.indicator.kind
        if self.indicator.link_to_parent == "factor" and kind != "event":
            # As near the parent's ratio as those of provinces are to the nation's.
            return borrowed.SharePrior(0.0, borrowed.learned().factor_sd, kind="factor", year=due)
        if not self.sizes:
            return None
        values = [(own.value, whole.value) for own, whole in self.sizes]
        return borrowed.prior_from_sizes(values, year=due)

    def sized(self) -> Message:
        """Say what the area's size is in its parent's."""
        names = {size.id: size.names for size in self.situation.plan.sizes}
        each = []
        for own, whole in self.sizes:
            about = {"name": names[own.indicator], "period": own.period.in_words()}
            figures = {"own": own.in_words(), "whole": whole.in_words()}
            share = own.value / whole.value
            each.append(self.said("attainment.size", **about, **figures, share=share))
        return self.said(SIZED, sizes=joined(each))

    def said(self, key: str, **values: object) -> Message:
        """Return a sentence on the evidence, in which both areas and the figures can be named."""
        plan, above, area = self.situation.plan, self.situation.parent, self.indicator.parent
        known: dict[str, object] = {
            "area": plan.area_names,
            "parent": above.area_names if above and above.area == area else area,
            "count": self.history.n_usable,
        }
        if len(self.history):
            known |= {"first": int(self.history.times[0]), "last": int(self.history.times[-1])}
        return Message(key, {**known, **values})


def _firmest(case: _Asked) -> IndicatorForecast | None:
    """Forecast by the model chosen, else from the firmest evidence there is, or by the model held.

    None if there is no evidence. A chosen model that refuses the history is an error.
    """
    chosen = case.situation.models.get(case.indicator.id)
    if chosen is not None:
        model = case.within_year(_leaned(case) if chosen == trend.Trend() else chosen)
        return _of_own_series(case, model, model.fit(case.history, case.horizon))
    count = case.history.n_usable
    ways = (way for fewest, way, _ in _models_of(case.indicator) if count >= fewest)
    attempts = (attempt for way in ways if (attempt := way(case)) is not None)
    firmest, held = next(attempts, None), case.situation.held.get(case.goal.id)
    if firmest is None or held in (None, firmest.model):
        return firmest
    return next((one for one in attempts if one.model == held), firmest)


def _bounded(case: _Asked) -> IndicatorForecast | None:
    history, due = case.history, case.goal.due_year
    lower, upper = float(history.lower[-1]), float(history.upper[-1])
    said = case.said("attainment.known_bound", year=due)
    before = int(history.times[-2]) if len(history) > 1 else due - 1
    without = history.kept(np.arange(len(history) - 1), origin=before)
    free = _firmest(replace(case, history=without))
    if free is None or free.forecast is None:
        goal = case.goal
        if met_within(lower, upper, goal, whole=history.whole) is None:
            return None
        least, most = selection.ends_allowed(lower, upper, whole=history.whole)
        edge = least if np.isfinite(lower) else most
        return case.forecast(Empirical(np.array([[edge]])), "own", PUBLISHED, said)
    earlier = free.forecast.horizon - 1
    least, most = np.array([[-inf] * earlier + [lower], [inf] * earlier + [upper]])
    forecast: Distribution = Truncated(free.forecast, least, most)
    if isinstance(free.forecast, Counting):  # the whole numbers between, of what lies behind them
        within = Truncated(free.forecast.continuous, np.floor(least) + 0.5, np.ceil(most) - 0.5)
        forecast = Counting(within)
    return replace(free, forecast=forecast, explanation=(*free.explanation, said))


def _of_own_series(case: _Asked, model: Model, forecast: Distribution) -> IndicatorForecast:
    count = case.history.n_usable
    if not count:
        said = case.said("attainment.rests_on_model_alone")
        return case.forecast(forecast, "prior", model.name, said, series_model=model)
    enough = count >= OWN_TREND_FIGURES
    thin = model.name == trend.Trend.name and not enough
    key = "thin_trend" if thin else "own"
    said = case.said(f"attainment.rests_on_{key}{'_compared' * bool(case.indicator.compared)}")
    basis: Basis = "own" if enough else "borrowed"
    return case.forecast(forecast, basis, model.name, said, series_model=model)


def _own_structure(case: _Asked) -> IndicatorForecast | None:
    """Forecast from the area's own figures on entries and exits; None where they are too few."""
    data, history = case.situation.data, case.history
    beside = {}
    for one in structures.companions(history.indicator):
        kind: Kind = "stock" if one.stock else "flow"
        series = Series(history.area, one.series, kind, one.unit, (0.0, inf), whole=True)
        beside[one.series] = data.history(series).history
    model = structures.structural_model(history.indicator, beside, seed=case.situation.seed)
    if model is None or (forecast := case.fit(model)) is None:
        return None
    count = history.n_usable + structures.n_figures(model)
    said = case.said("attainment.rests_on_structure", count=count, model=model_name(model.name))
    return case.forecast(forecast, "own", model.name, said, n_usable=count)


def _own_trend(case: _Asked) -> IndicatorForecast | None:
    model = _leaned(case)
    if (forecast := case.fit(model)) is None:
        return None
    return _of_own_series(case, case.within_year(model), forecast)


def _leaned(case: _Asked) -> Model:
    """Return the trend, bent as goals were met, unless the trend alone is asked for.

    How ranges were met elsewhere has not been learned; and as an indicator has one forecast,
    whatever is asked of it, it is not bent where the goals of a plan on it point both ways.
    """
    model, up = _trend(case.situation, case.indicator), case.indicator.up
    return model if case.situation.trend_only or up is None else growth.Leaned(model, up=up)


def panel_year(as_of: date) -> int:
    """Last year of which the figures of other areas are taken as published by a day."""
    return as_of.year - (1 if (as_of.month, as_of.day) == PANEL_PUBLISHED else 2)


def _trend(situation: Situation, indicator: Indicator) -> trend.Trend:
    """Return the trend, with the growth that is known beforehand by the as-of date."""
    if indicator.id in situation.growth:
        return trend.Trend(situation.growth[indicator.id])
    data = situation.data
    areas = [area for area, name in data.indicators if name == indicator.id]
    few = len(areas) < growth.FEWEST_AREAS
    series = (series_of(indicator, area=area) for area in (() if few else areas))
    histories = [data.history(one).history for one in series]
    return trend.Trend(known_growth(indicator, histories, as_of=situation.as_of))


def known_growth(indicator: Indicator, histories: list[History], *, as_of: date) -> trend.Growth:
    """Return what the histories of many areas, or else goals elsewhere, tell of growth by a day."""
    family, year = kind_of(indicator.id), panel_year(as_of)
    known = growth.panel_of(histories) if len(histories) >= growth.FEWEST_AREAS else None
    return known or growth.growth_of(indicator.growth_kind, family=family, year=year)


def _share(case: _Asked) -> IndicatorForecast | None:
    """Forecast the share of the parent, tied to a figure of its own, or else by size alone."""
    parent, known = case.parent, case.share_prior
    basis: Basis = "borrowed" if case.history.n_usable else "prior"
    if parent is None or parent.forecast is None or (known is None and basis == "prior"):
        return None
    prior, figures = known or VAGUE_SHARE, parent.selection.history
    model = borrowed.Share(figures, parent.forecast, prior, seed=case.situation.seed)
    if (forecast := case.fit(model)) is None:
        return None
    tie = "prior" if basis == "prior" else "own" if known is None else "own_and_prior"
    sizes = () if prior.kind == "factor" or known is None else case.sizes
    said = [case.said(f"attainment.rests_on_{prior.kind}_{tie}", share=prior.median)]
    span = {"first": int(figures.times[0]), "last": int(figures.times[-1])}
    on = {"count": figures.n_usable, "model": model_name(parent.model)}
    said.append(case.said("attainment.parent_rests_on", **span, **on))
    said += [case.sized()] if sizes else []
    return case.forecast(forecast, basis, model.name, *said, parent=parent, sizes=sizes)


def _borrowed_growth(case: _Asked) -> IndicatorForecast | None:
    model = borrowed.BorrowedGrowth(case.peers(case.situation.plan.area), seed=case.situation.seed)
    if (forecast := case.fit(model)) is None:
        return None
    said = case.said("attainment.rests_on_growth", peers=len(model.usable_peers(case.history)))
    return case.forecast(forecast, "borrowed", model.name, said)


def _judgement(case: _Asked) -> IndicatorForecast | None:
    elicited = case.situation.data.judgements(case.situation.plan.area, case.indicator.id)
    opinions = tuple(
        borrowed.Opinion(j.role, year, j.q10, j.q50, j.q90)
        for j in elicited
        if (year := case.situation.plan.year_of(j.last_day)) > case.history.start
    )
    if not opinions:
        return None
    model = borrowed.Judgement(opinions)
    said = case.said("attainment.rests_on_judgement", count=len(opinions))
    forecast = case.within_year(model).fit(case.history, case.horizon)
    return case.forecast(forecast, "prior", model.name, said)


MANY: Final = 10
"""New things a year from which on their yearly number is a series; fewer come in rounds.

Unless every one of `STEADY` years or more brought some: these are no rounds (assumed).
"""

STEADY: Final = 5


def _added_up(case: _Asked) -> IndicatorForecast | None:
    """Continue the number of new things in each year by the trend, and add the years up.

    For what every year brings, or many of. None where a year brought few or is not known.
    """
    plan, so_far = case.situation.plan, case.history
    series = series_of(case.indicator, area=plan.area)
    selection = case.situation.data.history(series, until=case.goal.due_year)
    yearly, part = selection.history, selection.part
    if not case.indicator.yearly:
        each = np.diff(yearly.values, prepend=nan)
        each[np.diff(yearly.times, prepend=0) != 1] = nan
        yearly = replace(yearly, values=each).kept(np.isfinite(each), origin=yearly.start)
        part = None
    if yearly.n_usable < OWN_TREND_FIGURES or not (yearly.known.all() and so_far.known[-1]):
        return None
    fewest = MANY if yearly.n_usable < STEADY else 1
    if yearly.values.min() < fewest or yearly.start != so_far.start:
        return None
    selection = replace(selection, part=part)
    of_each = replace(case, selection=selection, history=yearly)
    if (forecast := of_each.fit(_trend(case.situation, case.indicator))) is None:
        return None
    coming = forecast.sample(MEAN_PATHS, seed=case.situation.seed).to_numpy(copy=True)
    coming[:, : max(plan.span.first - 1 - yearly.start, 0)] = 0.0
    already = float(so_far.values[-1])
    span = {"first": int(yearly.times[0]), "last": int(yearly.times[-1]), "due": case.goal.due_year}
    told = text.figure(plain(already), case.indicator.unit, case.indicator.unit_names)
    said = case.said("attainment.rests_on_added", **span, count=yearly.n_usable, already=told)
    made = Empirical(already + np.cumsum(coming, axis=1))
    return case.forecast(made, "own", trend.Trend.name, said, n_usable=yearly.n_usable)


def _event(case: _Asked) -> IndicatorForecast | None:
    """Count new things from the plan's start, at which by definition there are none.

    What is thought of its rounds before the plan's own years is learned from the parent area, or
    from the area's own years before the plan. Where neither has a year that was watched, and the
    plan's years have no figure, nothing is said.
    """
    plan, goal = case.situation.plan, case.goal
    start = plan.span.first - 1
    history, series = _since(case.history, start), series_of(case.indicator, area=plan.area)
    own = case.situation.data.history(series, until=start).history
    if case.indicator.yearly and own.times.size:
        own = _so_far(own, int(own.times[0]))
    # The first entry is the start of the plan, which is no figure.
    count, past = history.n_usable - 1, own.n_usable if own.n_usable > 1 else 0
    prior, about = event.EventHazard(), dict[str, object]()
    basis: Basis = "own" if count or past else "prior"
    above = _since(case.parent.selection.history, start) if case.parent else None
    if above is not None and above.n_usable > 1 and case.share_prior is not None:
        whole = prior.learned(above)
        share, key = case.share_prior.median, "figures_and_parent" if count else "parent"
        prior, past = whole.of_part(share), 0
        basis = "own" if count else "prior"
        about = {"share": share, "rate": whole.rate}
    elif past:
        prior, key = prior.learned(own), "past" if count else "past_alone"
    elif count:
        key = "figures"
    else:
        return None
    reached = [m.reached for m in plan.milestones_of(goal)]
    taken = sum(day is not None and day <= case.situation.as_of for day in reached)
    already = int(np.nanmax(history.values))
    model = replace(
        prior,
        likelihood_ratios=(config.MILESTONE_RATIO,) * taken,
        largest=max(event.EventHazard.largest, ceil(goal.target) - already),
    )
    forecast = model.fit(history, goal.due_year - history.start).plus(already)
    came = {"count": already, "year": int(history.times[-1])}
    came_words = Message(f"attainment.event_already{'' if already else '_none'}", came)
    about |= {"already": came_words, "reached": taken}
    said = [case.said(f"attainment.rests_on_event_{key}", **about)]
    lent = {"parent": case.parent, "sizes": case.sizes} if "share" in about else {}
    said += [case.sized()] if lent else []
    return case.forecast(forecast, basis, model.name, *said, n_usable=count + past, **lent)


def _since(history: History, start: int) -> History:
    """Return a history of new things from the year `start`, at whose end there are none."""
    later = history.kept(history.times > start, origin=max(history.start, start))
    none = {"times": start, "values": 0.0, "lower": -inf, "upper": inf, "error_sd": 0.0}
    arrays: dict[str, Any] = {k: np.concatenate([[v], getattr(later, k)]) for k, v in none.items()}
    return replace(later, **arrays)


_Way = Callable[[_Asked], IndicatorForecast | None]


def _models_of(indicator: Indicator) -> tuple[tuple[int, _Way, tuple[str, ...]], ...]:
    """Ways to a forecast, the firmest evidence first: fewest own figures, way, models it may take.

    A trend of few figures comes after a share tied to one.
    """
    judged = 0, _judgement, (borrowed.Judgement.name,)
    if indicator.kind == "event":
        added = 0, _added_up, (trend.Trend.name,)
        return judged, added, (0, _event, (event.EventHazard.name,))
    own, share = (trend.Trend.name,), (borrowed.Share.name,)
    known = structures.structures()
    return (
        (0, _own_structure, tuple(one.id for one in (*known.chains, *known.aged))),
        (OWN_TREND_FIGURES, _own_trend, own),
        (1, _share, share),
        (0, _own_trend, own),
        (0, _borrowed_growth, (borrowed.BorrowedGrowth.name,)),
        judged,
        (0, _share, share),
    )


def chosen_models(
    plan: Plan, given: Mapping[str, str | Model] | None = None, *, seed: int
) -> dict[str, Model]:
    """Return the model chosen for each indicator: as given, else as the plan's indicators say.

    PlanError if the plan has no such indicator, or names a model that there is not; ModelError if a
    model given is none, or is for an event, of which nobody can choose it.
    """
    given = {plan.indicator(name).id: one for name, one in (given or {}).items()}
    wanted = {i.id: i.model for i in plan.indicators if i.model} | given
    found = {}
    for name, model in wanted.items():
        if plan.indicator(name).kind == "event":
            raise errors.ModelError("attainment.model_of_event", indicator=name)
        try:
            found[name] = model_of(model, seed=seed)
        except errors.ModelError as error:
            values = {"indicator": name, "problem": error.message}
            if name in given:
                raise errors.ModelError("attainment.model_given", **values) from None
            raise errors.PlanError("attainment.model_in_plan", plan=plan.id, **values) from None
    return found


def require_holdable(plan: Plan, held: Mapping[str, str], models: Mapping[str, Model]) -> None:
    """Refuse to hold a model that no kind of evidence on the goal has."""
    for goal, name in held.items():
        indicator = plan.indicator_of(plan.goal(goal))
        allowed = {model for *_, models_of in _models_of(indicator) for model in models_of}
        if (chosen := models.get(indicator.id)) is not None:
            allowed = {chosen.name}
        if name not in allowed:
            names = ", ".join(sorted(allowed))
            raise errors.ModelError("attainment.held", goal=goal, found=name, allowed=names)
