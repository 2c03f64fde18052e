"""What would have to change: levers and goal seek; how far measures have come, what they cover.

How far measures have come is told by `delivery.csv`, in the classes of the monitoring framework of
the UK Climate Change Committee. Nothing is made up for a measure without a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from bcforecast.attainment.checks import unknown_measures
from bcforecast.attainment.explain import unseen_pace
from bcforecast.attainment.project import Exploration, Outlook
from bcforecast.errors import ScenarioError
from bcforecast.observations.records import Delivery
from bcforecast.observations.selection import Vintage
from bcforecast.plan.goals import Plan, QualitativeGoal, Task
from bcforecast.scenarios import scenario, simulation
from bcforecast.text import Message, Text, index_base, is_percent

TOLERANCE: Final = 1e-3
"""How far above the wanted probability an answer of `seek` may lie."""

_STEPS: Final = 40
_GRID: Final = 9
_FINE: Final = 0.1
"""Points at which a way is searched for the best, again between its neighbours until so fine."""


def levers_of(
    exploration: Exploration, *, goal: str, levers: tuple[str, ...] = ()
) -> tuple[scenario.Lever, ...]:
    """Levers named, or by default those of a goal's indicator, without the general one."""
    if levers:
        return tuple(scenario.find_lever(lever, exploration.outlook.plan) for lever in levers)
    known = scenario.levers_on(exploration.goal(goal).indicator, exploration.outlook.plan)
    modelled = tuple(lever for lever in known if not lever.is_general)
    return modelled or known


def too_late(outlook: Outlook, goal: str) -> Message | None:
    """Say why nothing that is begun now can change a goal; None where it can."""
    item, first = outlook[goal], outlook.plan.first_year_to_act(outlook.as_of)
    if item.is_over(outlook.as_of):
        return Message("joint.over", {"goal": item.names})
    if item.goal.due_year < first:
        return Message("joint.too_late", {"goal": item.names, "year": first - 1})
    return None


@dataclass(frozen=True)
class Sought:
    """What it takes to make `goal` as likely as `wanted`."""

    goal: str
    wanted: float
    # The least sizes that suffice, in each lever's unit: 0 if the baseline suffices; if none within
    # the ranges does, those of the greatest push.
    levers: Mapping[str, float]
    feasible: bool
    before: float  # probability without the push
    reached: float  # and with it
    # Of a ratio, or of what may be negative, what each lever of growth alone moves its figure by,
    # in its unit a year from the forecast: growth of odds, of an age, or of -4, would be misread.
    points: Mapping[str, float] = field(default_factory=dict)
    further: bool = False  # on top of a scenario that moves levers of its own
    # Years over which the figure never moved as fast as with it, negative down; 0 if it did.
    unseen: int = 0


def seek(
    exploration: Exploration,
    *,
    goal: str,
    probability: float = 0.8,
    levers: tuple[str, ...] = (),
    base: scenario.Scenario | None = None,
    by: int | None = None,
) -> Sought:
    """Find the least push after which P(goal) >= `probability`.

    Levers (by default all of the goal's indicator that have a model behind them, or the general
    one) are moved from the first year to act in on, on top of `base`, together: each by the same
    part of the way from 0 to the helpful end of its range, less what `base` has of it. The part is
    found by bisection on fixed chance, in which the probability, by the end of the year `by` or
    else of the due year, is nondecreasing. A figure can be too great as well as too small for a
    range: its way is searched for the best.

    A ScenarioError if one of these is not as described, or nothing can be said of the goal, or
    nothing can change it any more.
    """
    asked, outlook = exploration.goal(goal), exploration.outlook
    goal, indicator = asked.id, asked.indicator
    if late := too_late(outlook, goal):
        raise ScenarioError(late.key, **late.values)
    chosen = levers_of(exploration, goal=goal, levers=tuple(dict.fromkeys(levers)))
    if not 0.0 < probability < 1.0:
        raise ScenarioError("joint.probability", found=probability)
    for lever in chosen:
        if not simulation.touches(lever, indicator):
            allowed = ", ".join(one.id for one in scenario.levers_on(indicator, outlook.plan))
            raise ScenarioError("joint.lever_elsewhere", found=lever.id, allowed=allowed)

    def chance(sizes: Mapping[str, float]) -> float:
        return exploration.probability(goal, exploration.pushed(sizes, base=base), by=by)

    def medians(sizes: Mapping[str, float]) -> dict[int, float]:
        found = exploration.forecast(goal, exploration.pushed(sizes, base=base)).median()
        return dict(zip(outlook[goal].years, found.tolist(), strict=True))

    def sizes(ends: Mapping[str, float], part: float) -> dict[str, float]:
        return {name: end * part for name, end in ends.items()}

    def most(ends: Mapping[str, float]) -> tuple[float, float]:
        """Greatest chance on the way from 0 to the ends, and the part of it where it is reached."""
        parts, far = np.array([1.0]), False
        if asked.asks.two_sided:
            parts, far = np.linspace(0.0, 1.0, _GRID), True
        while True:
            found = [chance(sizes(ends, part)) for part in parts]
            at = int(np.argmax(found))
            if not far or parts[-1] - parts[0] < _FINE:
                return found[at], float(parts[at])
            beside = parts[max(at - 1, 0)], parts[min(at + 1, parts.size - 1)]
            parts = np.linspace(*beside, _GRID)

    def answer(*, feasible: bool) -> Sought:
        found, due, item = sizes(ends, high), asked.due_year, outlook[goal]
        about = goal, probability, found, feasible, before, reached
        if asked.asks.counts_new:
            return Sought(*about, further=further)
        acts = outlook.plan.first_year_to_act(outlook.as_of)
        points, plain = dict[str, float](), medians({})[due]
        ratio = item.indicator.kind == "ratio" and not index_base(asked.unit)
        if is_percent(asked.unit) or ratio or item.indicator.support[0] < 0.0:
            for lever in (one.id for one in chosen if one.growth):
                moved = medians({lever: found[lever]})[due] - plain
                points[lever] = moved / max(due - acts + 1, 1)
        unseen = 0
        if asked.relative is None:
            path = medians(found)
            unseen = unseen_pace(item, path, since=acts - 1, up=path[due] > plain)
        return Sought(*about, points, further, unseen)

    def room(lever: scenario.Lever) -> tuple[float, float]:
        taken = [0.0, *(base.total(lever.id, year) for year in years if base is not None)]
        return min(lever.low - min(taken), 0.0), max(lever.high - max(taken), 0.0)

    drawn, before = exploration.simulation, chance({})
    forecast = drawn.by_indicator[indicator]
    years = forecast.open_years
    further = base is not None and simulation.is_moved(base, forecast, drawn.lever)
    # Where in the range the goal is likeliest; if nothing moves it, at the end toward the goal.
    ends: dict[str, float] = {}
    for lever in chosen:
        bottom, top = room(lever)
        (down, low), (up, high) = (most({lever.id: end}) for end in (bottom, top))
        sense = asked.asks
        falls = lever.growth and not (sense.up or sense.two_sided) and up <= down
        ends[lever.id] = bottom * low if falls or down > max(up, before) else top * (high or 1.0)
    if before >= probability:
        none = dict.fromkeys(ends, 0.0)
        return Sought(goal, probability, none, True, before, before, further=further)
    reached, high = most(ends)
    low = 0.0
    if reached < probability:
        return answer(feasible=False)
    for _ in range(_STEPS):
        if reached - probability <= TOLERANCE and high - low <= TOLERANCE:
            break
        middle = 0.5 * (low + high)
        there = chance(sizes(ends, middle))
        if there >= probability:
            high, reached = middle, there
        else:
            low = middle
    return answer(feasible=True)


def seek_each(
    exploration: Exploration,
    *,
    goal: str,
    probability: float = 0.8,
    base: scenario.Scenario | None = None,
    by: int | None = None,
) -> tuple[Sought, ...]:
    """Seek with each lever of the goal's indicator alone, then with all of them together."""
    asked, kept = f"sought {goal}, {probability}, {by}, {base!r}", exploration.outlook.drawn
    if asked in kept:
        return kept[asked]
    names = tuple(lever.id for lever in levers_of(exploration, goal=goal))
    if not names:
        raise ScenarioError("joint.no_levers")
    mixes = [(name,) for name in names] + ([names] if len(names) > 1 else [])
    kept[asked] = found = tuple(
        seek(exploration, goal=goal, probability=probability, levers=mix, base=base, by=by)
        for mix in mixes
    )
    return found


CREDIBLE: Final = frozenset({"delivered", "credible"})
"""Those on which one can rely."""


@dataclass(frozen=True)
class Tracked:
    """A measure, a safeguard or a promise without a number, and what is known of its delivery.

    `bodies` answer for it, `goals` are those whose indicator it acts on, `levers` what it can move,
    by identifier. It is `due` on its own day, else that of the last of its goals, else at the end
    of the plan; `entry` is the last status known by the as-of date, None where nothing is known.
    """

    id: str
    names: Text
    promise: bool  # without a number
    bodies: tuple[str, ...]
    goals: tuple[str, ...]
    levers: tuple[str, ...]
    due: date
    entry: Delivery | None

    @property
    def credible(self) -> bool:
        """Whether one can rely on it, by what is known."""
        return self.entry is not None and self.entry.status in CREDIBLE

    @property
    def delivered(self) -> bool:
        """Whether it is known to be delivered."""
        return self.entry is not None and self.entry.status == "delivered"

    def overdue(self, as_of: date) -> bool:
        """Whether it was to be delivered by a day and is known not to be."""
        return self.entry is not None and not self.delivered and self.due <= as_of


def tracked(plan: Plan, data: Vintage) -> tuple[Tracked, ...]:
    """Return the measures, safeguards and promises without a number of a plan, in its order.

    An ObservationError if a row of `delivery.csv` names this plan and a measure that it has not.
    """
    for wrong in unknown_measures((plan,), data, named=True):
        raise wrong
    known = data.delivery(plan.id)

    def one(promise: Task | QualitativeGoal) -> Tracked:
        task = promise if isinstance(promise, Task) else None
        levers = () if task is None else task.levers
        acts_on = {*(task.indicators if task else ()), *(one.indicator for one in levers)}
        goals = [goal for goal in plan.goals if goal.indicator in acts_on]
        last = max((goal.due for goal in goals), default=plan.last_day(plan.span.last))
        return Tracked(
            id=promise.id,
            names=Text.of(promise.names if isinstance(promise, Task) else promise.quote),
            promise=task is None,
            bodies=promise.bodies,
            goals=tuple(goal.id for goal in goals),
            levers=tuple(lever.id for lever in levers),
            due=(task and task.due) or last,
            entry=known.get(promise.id),
        )

    return tuple(map(one, plan.promises))


def behind(push: Sought, *, measures: Sequence[Tracked]) -> tuple[Tracked, ...]:
    """Return the measures that move a lever of a push, or if none does, that act on its goal."""
    moving = tuple(one for one in measures if {*one.levers} & {*push.levers})
    return moving or tuple(one for one in measures if push.goal in one.goals and not one.promise)


def is_delivered(lever: str, *, measures: Iterable[Tracked]) -> bool:
    """Whether what moves a lever has all been delivered: it has measures, and none is left."""
    mine = [one.delivered for one in measures if lever in one.levers]
    return bool(mine) and all(mine)


def covered(exploration: Exploration, *, goal: str, measures: Iterable[Tracked]) -> float | None:
    """Return the share of what a goal is short of that its credible measures cover at most.

    Short is the median of the forecast as before, at the due date, of the target. Each lever of a
    credible measure is moved to the helpful end of its range, once, however many move it; what
    that moves the median by, over what is missing, lies between 0 and 1. None where nothing is
    missing, the goal is no single threshold, or no lever of these measures has a range.
    """
    asked = exploration.goal(goal)
    sense = asked.asks
    if sense.two_sided or sense.counts_new or asked.over is not None:
        return None
    plan = exploration.outlook.plan
    mine = (one for one in measures if one.credible and goal in one.goals)
    known, named = scenario.levers(plan), {lever for one in mine for lever in one.levers}
    moving = [known[name] for name in sorted(named & known.keys())]
    moving = [lever for lever in moving if simulation.touches(lever, asked.indicator)]

    def median(sizes: Mapping[str, float]) -> float:
        return float(exploration.forecast(goal, exploration.pushed(sizes)).median()[-1])

    before, way = median({}), 1.0 if sense.up else -1.0
    missing = way * (asked.target - before)
    if not moving or not missing > 0.0:
        return None
    ends: dict[str, float] = {}
    for lever in moving:
        low, high = (way * median({lever.id: size}) for size in (lever.low, lever.high))
        ends[lever.id] = lever.low if low > high else lever.high
    return float(np.clip(way * (median(ends) - before) / missing, 0.0, 1.0))
