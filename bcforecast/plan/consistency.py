"""Whether a plan agrees with itself: references, units, due dates and targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bcforecast.messages import Message

if TYPE_CHECKING:
    from bcforecast.plan.goal import Goal
    from bcforecast.plan.indicator import Indicator
    from bcforecast.plan.plan import Plan
    from bcforecast.plan.record import Identified

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Contradiction:
    """A value that another part of the plan rules out: where, what was found, what is allowed."""

    place: Place
    found: object
    allowed: Message


def first_contradiction(plan: Plan) -> Contradiction | None:
    """Return the first contradiction in `plan`, or None if it agrees with itself."""
    return next(_contradictions(plan), None)


def _contradictions(plan: Plan) -> Iterator[Contradiction]:
    yield from _empty_lists(plan)
    yield from _issued_too_late(plan)
    yield from _repeated_ids(plan)
    yield from _dangling_references(plan)
    indicators = {i.id: i for i in plan.indicators}
    for n, goal in enumerate(plan.goals):
        yield from _impossible_due_date(plan, goal, ("goals", n, "due"))
        yield from _impossible_target(goal, indicators[goal.indicator], ("goals", n))


def _empty_lists(plan: Plan) -> Iterator[Contradiction]:
    for name, entries in (("indicators", plan.indicators), ("goals", plan.goals)):
        if not entries:
            found = Message("plan.found_list", {"n": 0})
            yield Contradiction((name,), found, Message("plan.allowed_entries"))


def _issued_too_late(plan: Plan) -> Iterator[Contradiction]:
    last_day = date(plan.span.last, 12, 31)
    if plan.issued > last_day:
        allowed = Message("plan.allowed_issued", {"last": last_day})
        yield Contradiction(("issued",), plan.issued, allowed)


def _repeated_ids(plan: Plan) -> Iterator[Contradiction]:
    lists: Mapping[str, Sequence[Identified]] = {
        "bodies": plan.bodies,
        "indicators": plan.indicators,
        "goals": plan.goals,
        "qualitative_goals": plan.qualitative_goals,
        "milestones": plan.milestones,
        "measures": plan.measures,
        "safeguards": plan.safeguards,
    }
    for name, entries in lists.items():
        seen: set[str] = set()
        for n, entry in enumerate(entries):
            if entry.id in seen:
                allowed = Message("plan.allowed_once", {"list": name})
                yield Contradiction((name, n, "id"), entry.id, allowed)
            seen.add(entry.id)


def _dangling_references(plan: Plan) -> Iterator[Contradiction]:
    bodies = [b.id for b in plan.bodies]
    indicators = [i.id for i in plan.indicators]
    goals = [g.id for g in plan.goals]
    for n, goal in enumerate(plan.goals):
        at: Place = ("goals", n)
        yield from _unknown([goal.indicator], indicators, (*at, "indicator"), "indicators")
        yield from _unknown(goal.bodies, bodies, (*at, "bodies"), "bodies")
    for n, aim in enumerate(plan.qualitative_goals):
        yield from _unknown(aim.bodies, bodies, ("qualitative_goals", n, "bodies"), "bodies")
    for n, milestone in enumerate(plan.milestones):
        at = ("milestones", n)
        yield from _unknown([milestone.goal], goals, (*at, "goal"), "goals")
        yield from _unknown(milestone.bodies, bodies, (*at, "bodies"), "bodies")
    for name, tasks in (("measures", plan.measures), ("safeguards", plan.safeguards)):
        for n, task in enumerate(tasks):
            at = (name, n)
            yield from _unknown(task.bodies, bodies, (*at, "bodies"), "bodies")
            yield from _unknown(task.indicators, indicators, (*at, "indicators"), "indicators")
            for k, lever in enumerate(task.levers):
                lever_at = (*at, "levers", k, "indicator")
                yield from _unknown([lever.indicator], task.indicators, lever_at, "indicators")


def _unknown(
    references: Iterable[str], known: Iterable[str], place: Place, list_name: str
) -> Iterator[Contradiction]:
    ids = list(known)
    single = place[-1] not in ("bodies", "indicators")
    for n, reference in enumerate(references):
        if reference not in ids:
            allowed = Message(
                "plan.allowed_reference", {"list": list_name, "ids": ", ".join(ids) or "-"}
            )
            yield Contradiction(place if single else (*place, n), reference, allowed)


def _impossible_due_date(plan: Plan, goal: Goal, place: Place) -> Iterator[Contradiction]:
    first = max(plan.issued, date(plan.span.first, 1, 1))
    last = date(plan.span.last, 12, 31)
    if not first <= goal.due <= last:
        allowed = Message("plan.allowed_due", {"first": first, "last": last})
        yield Contradiction(place, goal.due, allowed)


def _impossible_target(goal: Goal, indicator: Indicator, place: Place) -> Iterator[Contradiction]:
    if goal.unit != indicator.unit:
        allowed = Message(
            "plan.allowed_unit_of", {"unit": indicator.unit.value, "indicator": indicator.id}
        )
        yield Contradiction((*place, "unit"), goal.unit.value, allowed)
    if (goal.comparator == "event") != (indicator.kind == "event"):
        key = "plan.allowed_event" if indicator.kind == "event" else "plan.allowed_not_event"
        allowed = Message(key, {"indicator": indicator.id})
        yield Contradiction((*place, "comparator"), goal.comparator, allowed)
    if indicator.admits(goal.target) and not (goal.comparator == "event" and goal.target < 1):
        return
    lowest = max(indicator.valid_range[0], 1.0) if goal.comparator == "event" else None
    allowed = indicator.allowed(lowest=lowest)
    yield Contradiction((*place, "target"), goal.target, allowed)
