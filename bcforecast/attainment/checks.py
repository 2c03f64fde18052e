"""What a statistician would see by eye in the figures of a plan: slips, jumps, parts above wholes.

Nothing here is wrong for sure, so nothing is refused: each finding names its row and why one should
look at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from bcforecast.attainment.evidence import series_of
from bcforecast.observations.reading import load_observations
from bcforecast.observations.records import Measure, Observation
from bcforecast.observations.selection import Selection, Vintage
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.plan.reading import load_plan, plan_ids
from bcforecast.text import Message, plain

Severity = Literal["warning", "note"]


@dataclass(frozen=True)
class Finding:
    """Something to look at in a `row` of `file`."""

    severity: Severity
    file: str
    row: int
    message: Message

    @property
    def sentence(self) -> Message:
        """Return it with its place."""
        place = {"file": self.file, "row": self.row}
        return Message(f"checks.{self.severity}_row", {**place, "said": self.message})


SLIP: Final = 30.0
"""Factor by which a figure stands apart from all others of its series from which it is a slip."""

CALM: Final = 10.0
"""Factor between the least and greatest of the others within which a slip can be seen."""

REVISION: Final = 1.5
"""Factor of a revision from which it is larger than statistical offices revise."""

FAR: Final = 20.0
"""Factor between target and latest figure from which a slip in either is likelier."""

ROUNDING: Final = 1.005
"""Factor by which months may add up to more than their year."""


def findings(plan: Plan, data: Vintage) -> tuple[Finding, ...]:
    """Return everything worth a look in the figures that a plan uses, in the order of the plan."""
    found: list[Finding] = []
    for indicator in plan.indicators:
        selections = {
            area: data.history(series_of(indicator, area=area))
            for area in dict.fromkeys((plan.area, indicator.parent or plan.area))
        }
        for area, selection in selections.items():
            found += _of_series(selection, data.of(area, indicator.id))
        if indicator.link_to_parent == "share" and indicator.parent is not None:
            found += _parts(selections[plan.area], selections[indicator.parent])
        own = selections[plan.area]
        goals = [goal for goal in plan.goals if goal.indicator == indicator.id]
        found += [one for goal in goals for one in _far_target(goal, indicator, own)]
    return tuple(found)


def look_through(data_dir: Path | None = None) -> tuple[Finding, ...]:
    """Return everything worth a look in a data folder of which nothing is wrong.

    Plans may use the same figures: what is found of one is told once.
    """
    data = load_observations(data_dir)
    plans = [load_plan(one, data_dir=data_dir) for one in plan_ids(data_dir=data_dir)]
    found = [one for plan in plans for one in findings(plan, data)]
    return tuple({(one.file, one.row, str(one.message)): one for one in found}.values())


def _finding(figure: Observation, key: str, **values: object) -> Finding:
    message = Message(f"checks.{key}", {"found": figure.in_words(), **values})
    return Finding("warning", figure.file, figure.row, message)


def _of_series(selection: Selection, figures: tuple[Observation, ...]) -> Iterator[Finding]:
    used = [figure for figure in selection.used if figure.has_value]
    values = np.array([figure.value for figure in used])
    if len(used) >= 4 and np.all(values > 0):
        for n, figure in enumerate(used):
            others = np.delete(values, n)
            low, high = float(others.min()), float(others.max())
            apart = values[n] > SLIP * high or values[n] * SLIP < low
            if apart and high <= CALM * low:
                yield _finding(figure, "slip", low=plain(low), high=plain(high))
    yield from _revisions(figures)
    yield from _months(figures)
    if selection.unused and not selection.used and not selection.within:
        first, reason = selection.unused[0]
        message = Message("checks.unused", {"count": len(figures), "reason": reason})
        yield Finding("note", first.file, first.row, message)


def _revisions(figures: tuple[Observation, ...]) -> Iterator[Finding]:
    """Later figures of one period that are another number altogether."""
    first: dict[tuple[str, str], Observation] = {}
    for figure in sorted(figures, key=lambda one: (one.published, one.row)):
        key = (str(figure.period), figure.measure.value)
        before = first.setdefault(key, figure)
        if before is figure or not (figure.has_value and before.has_value):
            continue
        small, large = sorted((abs(before.value), abs(figure.value)))
        if figure.unit == before.unit and small > 0 and large > REVISION * small:
            yield _finding(figure, "revision", earlier=before.in_words(), row=before.row)
        first[key] = figure


def _months(figures: tuple[Observation, ...]) -> Iterator[Finding]:
    """Years whose months, as far as they are published, come to more than the year."""
    flows = [f for f in figures if f.has_value and f.measure is Measure.FLOW]
    for year in (f for f in flows if f.period.whole_year is not None):
        inside = {
            str(f.period): f
            for f in flows
            if f.period.months == 1 and f.period.first.year == year.period.whole_year
        }
        total = sum(f.value for f in inside.values())
        if total > ROUNDING * year.value > 0:
            yield _finding(year, "months", count=len(inside), total=plain(total))


def _parts(own: Selection, parent: Selection) -> Iterator[Finding]:
    whole = {str(f.period): f for f in parent.used if f.has_value}
    for figure in own.used:
        above = whole.get(str(figure.period))
        if above is not None and figure.has_value and figure.value > above.value:
            yield _finding(figure, "part", whole=above.in_words(), row=above.row)


def _far_target(goal: Goal, indicator: Indicator, own: Selection) -> Iterator[Finding]:
    known = [figure for figure in own.used if figure.has_value]
    if not known or goal.change is not None or indicator.kind == "event":
        return
    small, large = sorted((abs(goal.target), abs(known[-1].value)))
    if small > 0 and large > FAR * small:
        yield _finding(known[-1], "target", goal=goal.id, target=plain(goal.target))
