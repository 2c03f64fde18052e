"""What arrived, in words: the causes of each part of a change, as far as they bear on the goal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bcforecast.attainment.forecasting import PUBLISHED
from bcforecast.attainment.outlook import GoalOutlook
from bcforecast.messages import GivenText, Message
from bcforecast.models.acceptance import model_name
from bcforecast.observations import Selection, Vintage
from bcforecast.plan import Plan

AreaNames = Mapping[str, Message | str]


def figure_causes(
    before: GoalOutlook, after: GoalOutlook, *, areas: AreaNames
) -> tuple[Message, ...]:
    """Say which figures came into use or changed between two stages: own, then the parent's."""
    causes = _changes(before.basis.selection, after.basis.selection, areas)
    if after.basis.parent is not None and before.basis.parent is not None:
        causes += _changes(before.basis.parent.selection, after.basis.parent.selection, areas)
    if after.basis.model == PUBLISHED and before.basis.model != PUBLISHED:
        causes.append(Message("news.cause_due_known"))
    return tuple(causes)


def model_causes(
    before: GoalOutlook, after: GoalOutlook, *, data: Vintage, since: date, until: date
) -> tuple[Message, ...]:
    """Say which model took over, what was elicited, which milestones were reached."""
    causes = []
    if before.basis.model != after.basis.model and after.basis.model:
        names = {"before": _model(before), "after": _model(after)}
        causes.append(Message("news.cause_model", names))
    series = after.basis.series
    elicited = [
        j for j in data.at(until).judgements(series.area, series.indicator) if j.elicited > since
    ]
    if elicited:
        causes.append(Message("news.cause_judgement", {"count": len(elicited)}))
    return tuple(causes)


def milestone_causes(
    plan: Plan, item: GoalOutlook, *, since: date, until: date
) -> tuple[Message, ...]:
    """Name the milestones reached between two dates that are evidence for the goal."""
    return tuple(
        Message("news.cause_milestone", {"name": GivenText(zh=m.names.zh, en=m.names.en)})
        for m in plan.milestones_of(item.goal)
        if m.reached is not None and since < m.reached <= until
    )


def _changes(before: Selection, after: Selection, areas: AreaNames) -> list[Message]:
    old = dict(zip(before.history.times.tolist(), before.used, strict=True))
    new = dict(zip(after.history.times.tolist(), after.used, strict=True))
    area = areas.get(after.history.area, after.history.area)
    causes = []
    for year, figure in new.items():
        values = {"area": area, "year": year, "day": figure.published}
        if year not in old:
            causes.append(Message("news.cause_new", {**values, "figure": figure.in_words()}))
        elif old[year] is not figure:
            words = {"old": old[year].in_words(), "new": figure.in_words()}
            causes.append(Message("news.cause_revised", {**values, **words}))
    dropped = [year for year in old if year not in new]
    if dropped:
        causes.append(Message("news.cause_dropped", {"area": area, "year": max(dropped)}))
    return causes


def _model(item: GoalOutlook) -> Message:
    if not item.basis.model:
        return Message("news.no_model")
    return model_name(item.basis.model)
