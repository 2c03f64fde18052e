"""How goals like this one ended elsewhere: a count in words, never a second probability.

Kinds of goal and whoever sets them stand in `data/kinds.yaml`; how many goals of a kind fell due by
a year, and how many were met, is counted by `make train WHAT=goals` and shipped with what these
goals taught the forecasts (`models.growth`). A kind that was not learned has no record, and no goal
is told of goals that others set.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Self

from bcforecast import config
from bcforecast.models import growth
from bcforecast.plan.fields import Id, NamedRecord, StrictRecord, Words
from bcforecast.plan.goals import Plan
from bcforecast.plan.reading import read_record

ANY: Final = "any"
"""Label of a goal whose kind is not among those declared."""

FEWEST_GOALS: Final = 3
"""A kind of which fewer goals have ended is not learned."""

LISTED: Final = "list"
"""How a result was found: in a list that covers all areas alike, so that misses are told too."""


class ReferenceKind(NamedRecord):
    """A kind of goal whose outcome is known elsewhere, and its other names."""

    id: Id
    also: tuple[Words, ...]


class Setters(NamedRecord):
    """Those who set such goals, by the areas for which they plan."""

    id: Id
    areas: tuple[Id, ...]


class ReferenceKinds(StrictRecord):
    """Whoever sets goals, the kinds of these, and years of known shocks: which, and who says so."""

    setters: tuple[Setters, ...]
    kinds: tuple[ReferenceKind, ...]
    shocks: Mapping[int, Words]


@cache
def _declared() -> tuple[ReferenceKinds, Mapping[str, ReferenceKind]]:
    read = read_record(config.DATA_DIR / "kinds.yaml", ReferenceKinds)[0]
    return read, {_plain(name): one for one in read.kinds for name in (one.id, *one.also)}


def shocks() -> Collection[int]:
    """Years in which the whole world was hit."""
    return _declared()[0].shocks


def kind_of(name: object) -> str:
    """Kind that a name stands for, whatever its case and punctuation; `any` for all others."""
    found = _declared()[1].get(_plain(name)) if isinstance(name, str) else None
    return ANY if found is None else found.id


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


@dataclass(frozen=True)
class Count:
    """Goals that have ended, and how many of them were met."""

    goals: int
    met: int

    @classmethod
    def of(cls, ended: Iterable[growth.Ended]) -> Self:
        """Add up."""
        found = list(ended)
        return cls(sum(one.goals for one in found), sum(one.met for one in found))


@dataclass(frozen=True)
class GoalRecord:
    """How goals of a kind ended that had fallen due by `last`, and whose outcome was found.

    `listed` counts those of them whose result stands in a list that covers all areas alike,
    `listed_any` those of all kinds. Where there are others than listed ones, results that were
    good are found more often than bad ones, and the share that was met is too high.
    """

    kind: ReferenceKind
    setters: Setters
    last: int
    all: Count
    listed: Count
    listed_any: Count


def record_of(plan: Plan, indicator: str, *, year: int) -> GoalRecord | None:
    """Record of goals like those on an indicator, due by a year; None of a kind not learned.

    They were set by whoever sets goals for the plan's area, for the nearest of the areas above it,
    or for a parent of its indicators.
    """
    declared, kinds = _declared()
    by_area = {area: one for one in declared.setters for area in one.areas}
    setters = next((by_area[one] for one in plan.areas_told if one in by_area), None)
    kind = kinds.get(_plain(indicator))
    if setters is None or kind is None:
        return None
    known = [o for o in growth.learned().record if o.setters == setters.id and o.due <= year]
    alike, listed = [o for o in known if o.kind == kind.id], [o for o in known if o.found == LISTED]
    count = Count.of(alike)
    if count.goals < FEWEST_GOALS:
        return None
    last = max(one.due for one in alike)
    own = Count.of(one for one in listed if one.kind == kind.id)
    return GoalRecord(kind, setters, last, count, own, Count.of(listed))
