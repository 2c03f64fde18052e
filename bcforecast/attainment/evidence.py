"""Kinds of evidence for a forecast, tried in turn: each gives a forecast in words or passes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from bcforecast.attainment.case import Attempt, Case
from bcforecast.attainment.grade import Basis
from bcforecast.attainment.parent import (
    parent_target,
    share_prior,
    vague_prior,
)
from bcforecast.attainment.series import peers_of
from bcforecast.attainment.structure import structural_forecast
from bcforecast.defaults import MILESTONE_RATIO
from bcforecast.errors import ModelError, PlanError
from bcforecast.messages import Message
from bcforecast.models.acceptance import model_name
from bcforecast.models.base import Model
from bcforecast.models.borrowed_growth import BorrowedGrowth
from bcforecast.models.event import EventHazard
from bcforecast.models.event import Milestone as Reached
from bcforecast.models.judgement import Judgement, Opinion
from bcforecast.models.registry import (
    OWN_TREND_FIGURES,
    has_own_trend,
    has_thin_trend,
    model_of,
)
from bcforecast.models.share import Share
from bcforecast.models.share_prior import SharePrior
from bcforecast.models.structural_choice import STRUCTURAL_MODELS
from bcforecast.models.trend import Trend
from bcforecast.observations.history import History
from bcforecast.plan import Plan


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
    peers_used = model.growth(case.history).peers
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
