"""What arrived between two dates, and the data as they stood with only a part of it.

Each stage is a vintage like any other, so that the same projection says what the part did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, get_args

from bcforecast.attainment.series import series_of
from bcforecast.observations import Observation, Vintage
from bcforecast.observations.usability import year_of
from bcforecast.plan import Plan

PartKind = Literal["revisions", "new_figures", "model", "time"]
PARTS: Final[tuple[PartKind, ...]] = get_args(PartKind)
"""The parts of a change, in the order in which they are taken."""


@dataclass(frozen=True)
class Staged(Vintage):
    """Exactly the records of its dataset, whenever published; `as_of` is the day of looking."""

    def _sees(self, published: date) -> bool:  # noqa: ARG002
        return True


@dataclass(frozen=True)
class Stages:
    """The data between two dates, in the order of `PARTS`.

    Parameters
    ----------
    revised
        As known at the first date, with later figures for years that had one by then.
    with_new
        Also with the figures of further years, and the breaks in definition they bring.
    with_prior
        Also with the judgements elicited since; all of it still looked at on the first date.
    plan_with_milestones
        The plan with the milestones reached since counted as reached by the first date.
    """

    revised: Staged
    with_new: Staged
    with_prior: Staged
    plan_with_milestones: Plan


def stages(plan: Plan, data: Vintage, *, since: date, until: date) -> Stages:
    """Return the data as they stood with each part of what arrived from `since` to `until`."""
    dataset = data.dataset
    old = tuple(f for f in dataset.observations if f.published <= since)
    arrived = [f for f in dataset.observations if since < f.published <= until]
    revisions = _revisions(plan, data.at(since), arrived)
    revised = replace(
        dataset,
        observations=_in_order(dataset.observations, {*map(id, old), *map(id, revisions)}),
        breaks=tuple(b for b in dataset.breaks if b.published <= since),
        judgements=tuple(j for j in dataset.judgements if j.elicited <= since),
    )
    with_new = replace(
        revised,
        observations=_in_order(dataset.observations, {*map(id, old), *map(id, arrived)}),
        breaks=tuple(b for b in dataset.breaks if b.published <= until),
    )
    with_prior = replace(
        with_new, judgements=tuple(j for j in dataset.judgements if j.elicited <= until)
    )
    return Stages(
        Staged(revised, since),
        Staged(with_new, since),
        Staged(with_prior, since),
        _reached_early(plan, since=since, until=until),
    )


def areas_of(plan: Plan) -> tuple[str, ...]:
    """Return the areas whose figures bear on the plan: its own and those it borrows from."""
    parents = {i.parent for i in plan.indicators if i.parent is not None}
    return (plan.area, *sorted(parents - {plan.area}))


def _revisions(plan: Plan, before: Vintage, arrived: list[Observation]) -> list[Observation]:
    """Pick the figures for a year of which a figure was already in use."""
    found = []
    for indicator in plan.indicators:
        for area in areas_of(plan):
            series = series_of(indicator, area=area)
            known = set(before.history(series).history.times.tolist())
            found += [
                f
                for f in arrived
                if (f.area, f.indicator) == (area, indicator.id)
                and year_of(f, series.kind) in known
            ]
    return found


def _in_order(figures: tuple[Observation, ...], kept: set[int]) -> tuple[Observation, ...]:
    return tuple(f for f in figures if id(f) in kept)


def _reached_early(plan: Plan, *, since: date, until: date) -> Plan:
    milestones = tuple(
        m.model_copy(update={"reached": since})
        if m.reached is not None and since < m.reached <= until
        else m
        for m in plan.milestones
    )
    return plan.model_copy(update={"milestones": milestones})
