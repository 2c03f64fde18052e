"""Evidence for a forecast, firmest first: own figures, structure, parent, peers, judgement.

One forecast for a goal's indicator: which figures, which model, and in words on what it rests.

Own figures come first; then the parent area's trend with a share tied to a figure of the area's
own; then growth borrowed from peers; then elicited judgement; then the parent's trend with a share
of which only the plans' targets give a hint. If none of these can be had, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import inf
from typing import Final

import numpy as np

from bcforecast.attainment.probability import Basis, is_met_by_bounds
from bcforecast.config import MILESTONE_RATIO
from bcforecast.distributions import Distribution, Empirical, Truncated
from bcforecast.errors import ModelError, ObservationError, PlanError
from bcforecast.models.base import Model, model_name
from bcforecast.models.borrowed_growth import BorrowedGrowth
from bcforecast.models.event import EventHazard
from bcforecast.models.event import Milestone as Reached
from bcforecast.models.flows import Structural
from bcforecast.models.judgement import Judgement, Opinion
from bcforecast.models.registry import OWN_TREND_FIGURES, has_own_trend, has_thin_trend, model_of
from bcforecast.models.share import Share, SharePrior, prior_from_targets
from bcforecast.models.structures import COMPANIONS, STRUCTURAL_MODELS, n_figures, structural_model
from bcforecast.models.trend import Trend
from bcforecast.observations.records import Break as SeriesBreak
from bcforecast.observations.records import Observation, Period
from bcforecast.observations.selection import History, Kind, Selection, Series, Vintage
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.text import GivenText, Message, plain


def series_of(indicator: Indicator, *, area: str) -> Series:
    """Return the series of `indicator` in `area`."""
    low, high = indicator.valid_range
    return Series(
        area=area,
        indicator=indicator.id,
        kind=Kind(indicator.kind),
        unit=indicator.unit.value,
        support=(low, inf if high is None else high),
        whole=indicator.whole,
        breaks=tuple(
            SeriesBreak(
                area,
                indicator.id,
                Period.parse(b.period),
                GivenText(zh=b.reason.zh, en=b.reason.en),
                date.min,
                "",
            )
            for b in indicator.breaks
        ),
    )


def up_to(data: Vintage, series: Series, due_year: int) -> Selection:
    """Select the figures up to the due year; the history starts before it unless it is known."""
    return data.history(series, until=due_year)


def newly_built(selection: Selection, *, before: int) -> tuple[Selection, int]:
    """Count only what came after the year `before`: what existed by its end is not new.

    Parameters
    ----------
    selection
        How many exist, by year.
    before
        The last year before the plan.

    Returns
    -------
    The selection with a history of new ones, and the number that already existed: by the last
    figure up to `before`, 0 if there is none.
    """
    history = selection.history
    earlier = history.values[history.known & (history.times <= before)]
    existed = float(earlier[-1]) if earlier.size else 0.0
    rebased = replace(
        history,
        values=np.maximum(history.values - existed, 0.0),
        lower=np.where(np.isfinite(history.lower), history.lower - existed, history.lower),
        upper=np.maximum(history.upper - existed, 0.0),
    )
    return replace(selection, history=rebased), int(existed)


def peers_of(plan: Plan, data: Vintage, *, area: str, without: str) -> tuple[History, ...]:
    """Return the histories of the plan's other counts and amounts in an area.

    Growth can be borrowed from them: only stocks and flows, which can grow at a rate.
    """
    peers = (
        data.history(series_of(indicator, area=area)).history
        for indicator in plan.indicators
        if indicator.id != without and indicator.kind in ("stock", "flow")
    )
    return tuple(peer for peer in peers if peer.n_values)


def require_in_range(data: Vintage, indicator: Indicator, figures: Iterable[Observation]) -> None:
    """Refuse figures that the indicator cannot take: a model would forecast nonsense from them.

    Raises
    ------
    ObservationError
        For the first: file, row, column, what was found, what is allowed.
    """
    for error in _out_of_range(data, indicator, figures):
        raise error


def figures_out_of_range(plan: Plan, data: Vintage) -> tuple[ObservationError, ...]:
    """Return every figure of the plan's area, or of one it borrows from, that cannot be.

    Only figures that a model would use are looked at, in the order of the plan's indicators.
    """
    found: list[ObservationError] = []
    for indicator in plan.indicators:
        for area in dict.fromkeys((plan.area, indicator.parent or plan.area)):
            used = data.history(series_of(indicator, area=area)).used
            found.extend(_out_of_range(data, indicator, used))
    return tuple(found)


def _out_of_range(
    data: Vintage, indicator: Indicator, figures: Iterable[Observation]
) -> Iterator[ObservationError]:
    low, high = indicator.valid_range
    for figure in figures:
        # A bound says nothing impossible as long as it leaves something of the range.
        column = "value" if figure.has_value else "upper"
        if getattr(figure, column) < low:
            yield _refusal(data, indicator, figure, column)
        column = "value" if figure.has_value else "lower"
        if high is not None and getattr(figure, column) > high:
            yield _refusal(data, indicator, figure, column)


def _refusal(
    data: Vintage, indicator: Indicator, figure: Observation, column: str
) -> ObservationError:
    return ObservationError(
        "errors.cell",
        file=data.dataset.file,
        row=figure.row,
        column=column,
        found=plain(getattr(figure, column)),
        allowed=indicator.allowed(),
    )


VAGUE_SHARE = SharePrior(location=-2.0, sd=2.0)
"""Share of which no plan gives a hint: 1 to 64 % with 80 % probability (assumed)."""

VAGUE_FACTOR = SharePrior(location=0.0, sd=0.7, kind="factor")
"""Factor of which no plan gives a hint: 0.4 to 2.5 with 80 % probability (assumed)."""


@dataclass(frozen=True)
class ParentForecast:
    """The parent area's figures and forecast of the same indicator.

    Parameters
    ----------
    area
        Identifier of the parent area.
    selection
        Its figures used and not used.
    forecast
        From the year after its last figure to the due year, or one year if that is known; None
        if the figures are too few.
    model
        Identifier of the model; empty if there is no forecast.
    refused
        Why there is no forecast.
    """

    area: str
    selection: Selection
    forecast: Distribution | None
    model: str
    refused: Message | None = None


def parent_forecast(
    plan: Plan, indicator: Indicator, data: Vintage, *, due_year: int, seed: int
) -> ParentForecast | None:
    """Forecast the indicator in the parent area; None if the plan names no parent area for it.

    Raises
    ------
    ObservationError
        If a figure that would be used lies outside the indicator's valid range.
    """
    if indicator.parent is None or indicator.link_to_parent == "none":
        return None
    series = series_of(indicator, area=indicator.parent)
    selection = up_to(data, series, due_year)
    require_in_range(data, indicator, selection.used)
    history = selection.history
    peers = peers_of(plan, data, area=indicator.parent, without=indicator.id)
    model: Model = Trend() if has_thin_trend(history) else BorrowedGrowth(peers, seed=seed)
    try:
        forecast = model.fit(history, max(due_year - history.start, 1))
    except ModelError as error:
        return ParentForecast(indicator.parent, selection, None, "", error.message)
    return ParentForecast(indicator.parent, selection, forecast, model.name)


def share_prior(goal: Goal, indicator: Indicator, parent_plan: Plan | None) -> SharePrior | None:
    """Return what the two plans' targets for one due year hint of the share; None if nothing."""
    if indicator.link_to_parent == "none" or (whole := parent_target(goal, parent_plan)) is None:
        return None
    try:
        return prior_from_targets(
            goal.target, whole, kind=indicator.link_to_parent, year=goal.due.year
        )
    except ModelError:
        # A district's target at or above its city's tells nothing of a share.
        return None


def parent_target(goal: Goal, parent_plan: Plan | None) -> float | None:
    """Return the parent plan's target of the same indicator and due year, if it has one."""
    goals = parent_plan.goals_on(goal.indicator) if parent_plan else ()
    return next((g.target for g in goals if g.due.year == goal.due.year), None)


def vague_prior(indicator: Indicator) -> SharePrior:
    """Return the prior of a share of which nothing is known."""
    return VAGUE_FACTOR if indicator.link_to_parent == "factor" else VAGUE_SHARE


@dataclass(frozen=True)
class StructuralAttempt:
    """A structural forecast and what it rests on.

    Parameters
    ----------
    forecast
        Over the years asked for.
    model
        The model, with the area's own figures inside.
    n_usable
        Figures of the area's own that it rests on, the indicator's and those beside it: what the
        evidence grade counts.
    """

    forecast: Distribution
    model: Structural
    n_usable: int


def structural_forecast(
    history: History, horizon: int, *, data: Vintage, seed: int
) -> StructuralAttempt | None:
    """Forecast an indicator from the area's own figures on entries and exits, if it has any.

    Parameters
    ----------
    history
        Of the indicator, with its area.
    horizon
        Years after `history.start`.
    data
        What had been published by the as-of date.
    seed
        Of the simulation.

    Returns
    -------
    None where the figures are too few, or the model refuses them.
    """
    companions = {
        one.series: data.history(
            Series(
                area=history.area,
                indicator=one.series,
                kind=Kind.STOCK if one.is_stock else Kind.FLOW,
                unit=one.unit.value,
                support=(0.0, inf),
                whole=True,
            )
        ).history
        for one in COMPANIONS.get(history.indicator, ())
    }
    model = structural_model(history.indicator, companions, seed=seed)
    if model is None:
        return None
    try:
        forecast = model.fit(history, horizon)
    except ModelError:
        return None
    return StructuralAttempt(forecast, model, history.n_usable + n_figures(model))


@dataclass(frozen=True)
class Situation:
    """What a projection is made from: the plan, its parent plan, the figures and the seed.

    `models` has the model chosen for an indicator's own series; `held` names for a goal the model
    to be kept as long as it takes the figures.
    """

    plan: Plan
    parent: Plan | None
    data: Vintage
    as_of: date
    seed: int
    models: Mapping[str, Model] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """A forecast up to the due year, and on what it rests.

    `series_model` is the model of the indicator's own series, where that made the forecast.
    `n_usable` counts the figures of the area's own; by default those of the indicator itself.
    """

    forecast: Distribution
    basis: Basis
    model: str
    explanation: tuple[Message, ...]
    parent: ParentForecast | None = None
    n_usable: int | None = None
    series_model: Model | None = None


@dataclass(frozen=True)
class Case:
    """A goal and the history of its indicator."""

    situation: Situation
    goal: Goal
    history: History

    @property
    def indicator(self) -> Indicator:
        """What the goal counts."""
        return self.situation.plan.indicator_of(self.goal)

    @property
    def due(self) -> int:
        """Due year."""
        return self.goal.due.year

    @property
    def horizon(self) -> int:
        """Years from the last figure to the due year."""
        return self.due - self.history.start

    @cached_property
    def parent(self) -> ParentForecast | None:
        """The parent area's figures and forecast, if the plan names a parent area."""
        s = self.situation
        return parent_forecast(s.plan, self.indicator, s.data, due_year=self.due, seed=s.seed)

    @property
    def area_name(self) -> Message:
        """Name of the plan's area."""
        return named(self.situation.plan)

    @property
    def parent_name(self) -> Message | str:
        """Name of the parent area, from its plan."""
        above, area = self.situation.parent, self.indicator.parent
        return named(above) if above and above.area == area else area or ""

    def fit(self, model: Model) -> Distribution | None:
        """Fit a model; None if it refuses."""
        try:
            return model.fit(self.history, self.horizon)
        except ModelError:
            return None


def named(plan: Plan) -> Message:
    """Return the name of a plan's area, to be put into either language."""
    names = plan.area_names
    return GivenText(zh=names.zh, en=names.en)


def first_attempt(case: Case) -> Attempt | None:
    """Forecast by the model chosen, else from the firmest evidence there is, or by the model held.

    None if there is no evidence.

    Raises
    ------
    ModelError
        If a model was chosen and refuses the history.
    """
    chosen = case.situation.models.get(case.indicator.id)
    if chosen is not None:
        return _chosen(case, chosen)
    ways = _EVENT_WAYS if case.indicator.kind == "event" else _WAYS
    attempts = (attempt for way in ways if (attempt := way(case)) is not None)
    held = case.situation.held.get(case.goal.id)
    if held is None:
        return next(attempts, None)
    found = list(attempts)
    return next((a for a in found if a.model == held), found[0] if found else None)


def _chosen(case: Case, model: Model) -> Attempt:
    history = case.history
    forecast = model.fit(history, case.horizon)
    if not history.n_usable:
        said = Message("attainment.rests_on_model_alone", {"area": case.area_name})
        return Attempt(forecast, "prior", model.name, (said,), series_model=model)
    enough = history.n_usable >= OWN_TREND_FIGURES
    thin = isinstance(model, Trend) and not enough
    said = Message(
        "attainment.rests_on_thin_trend" if thin else "attainment.rests_on_own",
        _figures(history, case.area_name),
    )
    basis: Basis = "own" if enough else "borrowed"
    return Attempt(forecast, basis, model.name, (said,), series_model=model)


def _own_structure(case: Case) -> Attempt | None:
    s = case.situation
    found = structural_forecast(case.history, case.horizon, data=s.data, seed=s.seed)
    if found is None:
        return None
    values = {
        "area": case.area_name,
        "count": found.n_usable,
        "model": model_name(found.model.name),
    }
    said = Message("attainment.rests_on_structure", values)
    return Attempt(found.forecast, "own", found.model.name, (said,), n_usable=found.n_usable)


def _own_trend(case: Case) -> Attempt | None:
    if not has_own_trend(case.history):
        return None
    model = Trend()
    forecast = case.fit(model)
    if forecast is None:
        return None
    said = Message("attainment.rests_on_own", _figures(case.history, case.area_name))
    return Attempt(forecast, "own", model.name, (said,), series_model=model)


def _share_tied_to_own_figure(case: Case) -> Attempt | None:
    if not case.history.n_usable or not _can_borrow(case):
        return None
    hint = share_prior(case.goal, case.indicator, case.situation.parent)
    return _share(case, hint or vague_prior(case.indicator), basis="borrowed")


def _thin_trend(case: Case) -> Attempt | None:
    if not has_thin_trend(case.history):
        return None
    model = Trend()
    forecast = case.fit(model)
    if forecast is None:
        return None
    said = Message("attainment.rests_on_thin_trend", _figures(case.history, case.area_name))
    return Attempt(forecast, "borrowed", model.name, (said,), series_model=model)


def _borrowed_growth(case: Case) -> Attempt | None:
    s = case.situation
    peers = peers_of(s.plan, s.data, area=s.plan.area, without=case.indicator.id)
    model = BorrowedGrowth(peers, seed=s.seed)
    forecast = case.fit(model)
    if forecast is None:
        return None
    values = {"area": case.area_name, "count": case.history.n_usable}
    peers_used = len(model.usable_peers(case.history))
    said = Message("attainment.rests_on_growth", {**values, "peers": peers_used})
    return Attempt(forecast, "borrowed", model.name, (said,))


def _judgement(case: Case) -> Attempt | None:
    elicited = case.situation.data.judgements(case.situation.plan.area, case.indicator.id)
    opinions = tuple(
        Opinion(j.role, j.due.year, j.q10, j.q50, j.q90)
        for j in elicited
        if j.due.year > case.history.start
    )
    if not opinions:
        return None
    model = Judgement(opinions)
    said = Message("attainment.rests_on_judgement", {"count": len(opinions)})
    forecast = model.fit(case.history, case.horizon)
    return Attempt(forecast, "prior", model.name, (said,))


def _share_hinted_by_targets(case: Case) -> Attempt | None:
    hint = share_prior(case.goal, case.indicator, case.situation.parent)
    if hint is None or not _can_borrow(case):
        return None
    return _share(case, hint, basis="prior")


def _event(case: Case) -> Attempt | None:
    """Count new things from the plan's start, at which by definition there are none.

    Prior of the yearly rate: exponential, with as many events expected over the plan's span as the
    target asks for (assumed: whoever promises n things brings about n on average).
    """
    plan = case.situation.plan
    history = _from_plan_start(case.history, plan.span.first - 1)
    reached = tuple(
        Reached(m.names.en, MILESTONE_RATIO)
        for m in plan.milestones_of(case.goal)
        if m.reached is not None and m.reached <= case.situation.as_of
    )
    span = plan.span.last - plan.span.first + 1
    model = EventHazard(prior_events=1.0, prior_years=span / case.goal.target, milestones=reached)
    forecast = model.fit(history, case.due - history.start)
    already = int(np.nanmax(history.values))
    # The first entry is the start of the plan, which is no figure.
    count = history.n_usable - 1
    basis: Basis = "own" if count else "prior"
    key = "figures" if count else "prior"
    said = Message(
        f"attainment.rests_on_event_{key}",
        {"year": int(history.times[-1]), "already": already, "reached": len(reached)},
    )
    return Attempt(forecast.plus(already), basis, model.name, (said,), n_usable=count)


def chosen_models(
    plan: Plan, given: Mapping[str, str | Model] | None = None, *, seed: int
) -> dict[str, Model]:
    """Return the model chosen for each indicator: as given, else as the plan says.

    Parameters
    ----------
    plan
        Its indicators may each name a `model`.
    given
        By indicator, the name of a model or a model; it goes before what the plan says.
    seed
        Of models that draw and are given by name.

    Raises
    ------
    PlanError
        If the plan has no such indicator, or names a model that there is not.
    ModelError
        If a model is none, or the indicator is an event: what nobody can choose.

    Examples
    --------
    >>> from bcforecast.plan import load_plan
    >>> plan = load_plan("beichen-2020-2022")
    >>> chosen_models(plan, {"tech_contract_value": "theta"}, seed=1)
    {'tech_contract_value': Theta(count=25, seed=1)}
    """
    wanted: dict[str, str | Model] = {i.id: i.model for i in plan.indicators if i.model}
    wanted |= given or {}
    found = {}
    for name, model in wanted.items():
        indicator = plan.indicator(name)
        if indicator.kind == "event":
            raise ModelError("attainment.model_of_event", indicator=name)
        try:
            found[name] = model_of(model, seed=seed)
        except ModelError as error:
            values = {"indicator": name, "problem": error.message}
            if name in (given or {}):
                raise ModelError("attainment.model_given", **values) from None
            raise PlanError("attainment.model_in_plan", plan=plan.id, **values) from None
    return found


def require_holdable(plan: Plan, held: Mapping[str, str], models: Mapping[str, Model]) -> None:
    """Refuse to hold a model that cannot forecast the goal.

    Raises
    ------
    PlanError
        If the plan has no such goal.
    ModelError
        If no kind of evidence on the goal has a model of this name.
    """
    for goal, name in held.items():
        indicator = plan.indicator_of(plan.goal(goal))
        chosen = models.get(indicator.id)
        if chosen is not None:
            allowed: tuple[str, ...] = (chosen.name,)
        else:
            allowed = _EVENT_MODELS if indicator.kind == "event" else _MODELS
        if name not in allowed:
            raise ModelError(
                "attainment.held", goal=goal, found=name, allowed=", ".join(sorted(allowed))
            )


Way = Callable[[Case], Attempt | None]
_WAYS: Final[tuple[Way, ...]] = (
    _own_structure,
    _own_trend,
    _share_tied_to_own_figure,
    _thin_trend,
    _borrowed_growth,
    _judgement,
    _share_hinted_by_targets,
)
_EVENT_WAYS: Final[tuple[Way, ...]] = (_judgement, _event)
_MODELS: Final = (
    *STRUCTURAL_MODELS,
    Trend.name,
    Share.name,
    BorrowedGrowth.name,
    Judgement.name,
)
_EVENT_MODELS: Final = (Judgement.name, EventHazard.name)


def _can_borrow(case: Case) -> bool:
    return case.parent is not None and case.parent.forecast is not None


def _share(case: Case, prior: SharePrior, *, basis: Basis) -> Attempt | None:
    parent = case.parent
    assert parent is not None
    assert parent.forecast is not None
    model = Share(parent.selection.history, parent.forecast, prior, seed=case.situation.seed)
    forecast = case.fit(model)
    if forecast is None:
        return None
    tie = "own" if basis == "borrowed" else "prior"
    whole = parent_target(case.goal, case.situation.parent)
    if tie == "own" and whole is not None:
        tie = "own_and_prior"
    first = Message(
        f"attainment.rests_on_{prior.kind}_{tie}",
        {
            "area": case.area_name,
            "parent": case.parent_name,
            "count": case.history.n_usable,
            "own": f"{case.goal.target:,.10g}",
            "whole": f"{whole:,.10g}" if whole else "",
            "share": f"{prior.median:.1%}",
        },
    )
    one = "_one" if parent.selection.history.n_usable == 1 else ""
    then = Message(
        f"attainment.parent_rests_on{one}",
        {
            **_figures(parent.selection.history, case.parent_name),
            "parent": case.parent_name,
            "model": model_name(parent.model),
        },
    )
    return Attempt(forecast, basis, model.name, (first, then), parent)


def _figures(history: History, area: Message | str) -> dict[str, object]:
    return {
        "area": area,
        "count": history.n_usable,
        "first": int(history.times[0]),
        "last": int(history.times[-1]),
    }


def _from_plan_start(history: History, start: int) -> History:
    later = history.times > start
    return replace(
        history,
        times=np.concatenate([[start], history.times[later]]),
        values=np.concatenate([[0.0], history.values[later]]),
        lower=np.concatenate([[-np.inf], history.lower[later]]),
        upper=np.concatenate([[np.inf], history.upper[later]]),
        error_sd=np.concatenate([[0.0], history.error_sd[later]]),
        origin=max(history.start, start),
    )


PUBLISHED = "published"
"""Stands for a model where the figure of the due year itself had been published."""


@dataclass(frozen=True)
class IndicatorForecast:
    """The forecast behind one goal, and what it rests on.

    Parameters
    ----------
    series, selection
        The indicator's own series, and its figures used and not used with the reasons.
    parent
        The same of the parent area, where there is one to borrow from.
    forecast, years
        Distribution over `years`, the last of which is the due year; None if nothing can be said.
    basis
        What the forecast rests on, for the evidence grade.
    model
        Identifier of the model; its name in words is `models.name_<model>`. Empty if none.
    explanation
        Sentences on what the forecast rests on.
    n_usable
        Figures of the area's own that it rests on, for the evidence grade.
    series_model
        The model of the indicator's own series, where that made the forecast.
    """

    series: Series
    selection: Selection
    parent: ParentForecast | None
    forecast: Distribution | None
    years: tuple[int, ...]
    basis: Basis
    model: str
    explanation: tuple[Message, ...]
    n_usable: int
    series_model: Model | None = None


def forecast_indicator(situation: Situation, goal: Goal) -> IndicatorForecast:
    """Forecast the indicator of `goal` up to its due year, from whatever evidence there is.

    Raises
    ------
    ObservationError
        If a figure that would be used lies outside the indicator's valid range.
    ModelError
        If a model was chosen for the indicator and refuses its figures.
    """
    indicator, due = situation.plan.indicator_of(goal), goal.due.year
    selection, existed = known_figures(situation.plan, goal, situation.data)
    require_in_range(situation.data, indicator, selection.used)
    series, history = series_of(indicator, area=situation.plan.area), selection.history
    case = Case(situation, goal, history)
    if history.start == due:
        attempt = _settled(case) if history.known[-1] else _bounded(case)
    else:
        attempt = first_attempt(case)
    if attempt is None:
        said = _nothing_known(case)
        n = history.n_usable
        return IndicatorForecast(series, selection, case.parent, None, (), "none", "", said, n)
    return IndicatorForecast(
        series=series,
        selection=selection,
        parent=attempt.parent,
        forecast=attempt.forecast,
        years=tuple(range(due - attempt.forecast.horizon + 1, due + 1)),
        basis=attempt.basis,
        model=attempt.model,
        explanation=(*attempt.explanation, *_on_dates(goal, indicator, existed)),
        n_usable=history.n_usable if attempt.n_usable is None else attempt.n_usable,
        series_model=attempt.series_model,
    )


def known_figures(plan: Plan, goal: Goal, data: Vintage) -> tuple[Selection, int]:
    """Select the area's figures of a goal's indicator up to its due year.

    Returns
    -------
    The selection, for an event a history of new ones; and how many existed before the plan.
    """
    indicator = plan.indicator_of(goal)
    selection = up_to(data, series_of(indicator, area=plan.area), goal.due.year)
    if indicator.kind != "event":
        return selection, 0
    return newly_built(selection, before=plan.span.first - 1)


def _on_dates(goal: Goal, indicator: Indicator, existed: int) -> Iterator[Message]:
    """Say what stands between the words of the goal and the yearly figures that judge it."""
    if existed:
        yield Message("attainment.existed_before", {"count": existed})
    if (goal.due.month, goal.due.day) != (12, 31):
        point = "stock" if indicator.kind in ("stock", "event") else "year"
        yield Message(f"attainment.due_within_year_{point}", {"year": goal.due.year})


def _nothing_known(case: Case) -> tuple[Message, ...]:
    nothing = Message("attainment.nothing_known", {"area": case.area_name})
    parent = case.parent
    if parent is None or parent.forecast is not None or not parent.selection.history.n_usable:
        return (nothing,)
    thin = {"parent": case.parent_name, "count": parent.selection.history.n_usable}
    return nothing, Message("attainment.parent_too_thin", thin)


def _settled(case: Case) -> Attempt:
    """Take the figure of the due year itself: as published, it says whether the goal is met."""
    forecast = Empirical(case.history.values[-1:, None])
    said = Message("attainment.known_already", {"year": case.due})
    return Attempt(forecast, "own", PUBLISHED, (said,))


def _bounded(case: Case) -> Attempt | None:
    """Condition the forecast made without the due year's bound on that bound."""
    history = case.history
    lower, upper = float(history.lower[-1]), float(history.upper[-1])
    said = Message("attainment.known_bound", {"year": case.due})
    free = first_attempt(replace(case, history=_without_last(history, case.due - 1)))
    if free is None:
        if is_met_by_bounds(lower, upper, case.goal.comparator, case.goal.target) is None:
            return None
        edge = np.nextafter(lower, np.inf) if np.isfinite(lower) else np.nextafter(upper, -np.inf)
        return Attempt(Empirical(np.array([[edge]])), "own", PUBLISHED, (said,))
    earlier = free.forecast.horizon - 1
    forecast = Truncated(
        free.forecast,
        np.array([-np.inf] * earlier + [lower]),
        np.array([np.inf] * earlier + [upper]),
    )
    return replace(free, forecast=forecast, explanation=(*free.explanation, said))


def _without_last(history: History, origin: int) -> History:
    before = int(history.times[-2]) if len(history) > 1 else origin
    return history.kept(np.arange(len(history) - 1), origin=before)
