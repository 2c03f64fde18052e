"""How far the measures of a plan have come: what `delivery.csv` says of each by a date.

The classes are those of the monitoring framework of the UK Climate Change Committee. Nothing is
made up for a measure without an entry: nothing is known of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bcforecast.errors import ObservationError
from bcforecast.observations.records import Delivery, quoted
from bcforecast.observations.selection import Vintage
from bcforecast.plan.goals import Plan, QualitativeGoal, Task
from bcforecast.text import Message, Text

CLASSES: Final = ("no plan", "significant risk", "some risk", "credible", "delivered")
"""The classes, the worst first."""

CREDIBLE: Final = frozenset({"delivered", "credible"})
"""Those on which one can rely."""


@dataclass(frozen=True)
class Tracked:
    """A measure, a safeguard or a promise without a number, and what is known of its delivery.

    Parameters
    ----------
    goals
        The goals whose indicator it acts on, by identifier.
    levers
        What it can move, by identifier.
    due
        Day by which it is to be delivered: its own, else that of the last of its goals, else the
        end of the plan.
    entry
        The last status known by the as-of date; None where nothing is known.
    """

    id: str
    names: Text
    goals: tuple[str, ...]
    levers: tuple[str, ...]
    due: date
    entry: Delivery | None

    @property
    def credible(self) -> bool:
        """Whether one can rely on it, by what is known."""
        return self.entry is not None and self.entry.status in CREDIBLE

    def overdue(self, as_of: date) -> bool:
        """Whether it was to be delivered by a day and is known not to be."""
        return self.entry is not None and self.entry.status != "delivered" and self.due <= as_of


def tracked(plan: Plan, data: Vintage) -> tuple[Tracked, ...]:
    """Return the measures, safeguards and promises without a number of a plan, in its order.

    Raises
    ------
    ObservationError
        If a row of `delivery.csv` names this plan and a measure that it has not.
    """
    for wrong in unknown_measures((plan,), data, named=True):
        raise wrong
    known = data.delivery(plan.id)

    def one(promise: _Promise) -> Tracked:
        task = promise if isinstance(promise, Task) else None
        levers = () if task is None else task.levers
        acts_on = {*(task.indicators if task else ()), *(one.indicator for one in levers)}
        goals = [goal for goal in plan.goals if goal.indicator in acts_on]
        last = max((goal.due for goal in goals), default=date(plan.span.last, 12, 31))
        return Tracked(
            id=promise.id,
            names=Text.of(promise.names if isinstance(promise, Task) else promise.quote),
            goals=tuple(goal.id for goal in goals),
            levers=tuple(lever.id for lever in levers),
            due=(task and task.due) or last,
            entry=known.get(promise.id),
        )

    return tuple(map(one, _promises(plan)))


_Promise = Task | QualitativeGoal


def _promises(plan: Plan) -> tuple[_Promise, ...]:
    return (*plan.measures, *plan.safeguards, *plan.qualitative_goals)


def unknown_measures(
    plans: Iterable[Plan], data: Vintage, *, named: bool = False
) -> Iterator[ObservationError]:
    """Yield what is wrong with rows of `delivery.csv` on measures that none of the plans has.

    With `named` only of rows that name one of the plans.
    """
    known = {plan.id: {one.id for one in _promises(plan)} for plan in plans}
    for row in data.dataset.delivery:
        if named and row.plan not in known:
            continue
        place = {"file": row.file, "row": row.row}
        if row.plan and row.plan not in known:
            allowed = Message("delivery.allowed_plan", {"plans": ", ".join(known)})
            yield ObservationError(
                "errors.cell", **place, column="plan", found=quoted(row.plan), allowed=allowed
            )
        elif not any(row.measure in ids for p, ids in known.items() if row.plan in ("", p)):
            allowed = Message("delivery.allowed_measure")
            yield ObservationError(
                "errors.cell", **place, column="measure", found=quoted(row.measure),
                allowed=allowed,
            )  # fmt: skip
