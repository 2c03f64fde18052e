"""Measures and safeguards: the tasks that should move indicators, and through which levers."""

from __future__ import annotations

from bcforecast.plan.record import Id, Named, TaskId, Words


class Lever(Named):
    """A quantity that a measure can move; its plausible range belongs to a scenario.

    Attributes
    ----------
    id, indicator
        Identifiers of the lever and of the indicator that it moves.
    """

    id: Id
    indicator: Id


class Measure(Named):
    """A task of the plan.

    Attributes
    ----------
    id
        Number of the task: `2.4.1` is 二（四）1.
    place
        Where it stands in the text, such as 二（四）1.
    bodies, indicators
        Identifiers of the responsible bodies, and of the indicators on which it acts.
    levers
        What it can move, as far as that is described.
    """

    id: TaskId
    place: Words
    bodies: tuple[Id, ...] = ()
    indicators: tuple[Id, ...] = ()
    levers: tuple[Lever, ...] = ()


class Safeguard(Measure):
    """A condition under which the measures work: organisation, policy, money."""
