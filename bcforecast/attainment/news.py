"""Why a probability moved between two dates: parts that add up to the whole.

The parts are taken in a fixed order, each on top of those before it: revisions of old figures, new
figures, model or prior, passing time. Each is the difference that one more kind of news makes to
the same projection, so their sum is the change itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from bcforecast import defaults
from bcforecast.attainment.case import named
from bcforecast.attainment.forecasting import PUBLISHED
from bcforecast.attainment.news_causes import (
    AreaNames,
    figure_causes,
    milestone_causes,
    model_causes,
)
from bcforecast.attainment.news_stages import PARTS, PartKind, stages
from bcforecast.attainment.outlook import GoalOutlook, Outlook, project
from bcforecast.attainment.status import Reported, Status, statuses
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message
from bcforecast.models.base import Model
from bcforecast.observations import Vintage
from bcforecast.plan import Plan, load_plan
from bcforecast.plan.goal import Goal
from bcforecast.plan.indicator import Indicator
from bcforecast.table_numbers import percent

Said = Literal["both", "appears", "disappears", "never"]

_NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class NewsPart:
    """What one kind of news did.

    Parameters
    ----------
    kind
        `revisions`, `new_figures`, `model` or `time`.
    change
        Of the probability; None where there is none at one of the two dates.
    causes
        What arrived.
    """

    kind: PartKind
    change: float | None
    causes: tuple[Message, ...]


@dataclass(frozen=True)
class GoalNews:
    """Why the probability of one goal moved.

    Parameters
    ----------
    goal, indicator
        As the plan has them.
    before, after
        What was said at the two dates.
    parts
        In the order of `PARTS`.
    turn
        The part with which a probability appeared or disappeared; None if neither happened.
    """

    goal: Goal
    indicator: Indicator
    before: Status
    after: Status
    parts: tuple[NewsPart, ...]
    turn: PartKind | None

    @property
    def total(self) -> float | None:
        """Change of the probability; None where there is none at one of the two dates."""
        if self.before.probability is None or self.after.probability is None:
            return None
        return self.after.probability - self.before.probability

    @property
    def said(self) -> Said:
        """At which of the two dates there is a probability."""
        before, after = self.before.probability is not None, self.after.probability is not None
        if before and after:
            return "both"
        return "appears" if after else "disappears" if before else "never"


@dataclass(frozen=True)
class News:
    """Why each probability of a plan moved between two dates.

    Parameters
    ----------
    plan, since, until, scenario, seed
        What was compared.
    goals
        In the order of the plan.
    """

    plan: Plan
    since: date
    until: date
    scenario: str
    seed: int
    goals: tuple[GoalNews, ...]

    def __getitem__(self, goal: str) -> GoalNews:
        self.plan.goal(goal)
        return next(g for g in self.goals if g.goal.id == goal)


def news(
    plan: Plan,
    data: Vintage,
    *,
    since: date,
    until: date,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    models: Mapping[str, str | Model] | None = None,
    previous: Reported | None = None,
) -> News:
    """Split the change of each probability between two as-of dates into its causes.

    Let P0 be the probability as of `since`. P1 adds figures published since for years that had one
    in use; P2 adds the figures of further years, and the breaks in definition that come with them,
    with the model of the first date kept as long as it takes the figures; P3 lets the model be
    chosen anew and adds judgements and milestones; P4 is the probability as of `until`, which
    differs from P3 by the date alone. The parts are P1 - P0, P2 - P1, P3 - P2 and P4 - P3. Where
    an earlier report said something else for `since` than is computed now, that difference is a
    change of model and is added to that part. Where one stage gives no probability but both ends
    do, the next stage that gives one takes the whole step.

    Parameters
    ----------
    plan
        What was promised.
    data
        All figures; its own as-of date is not used.
    since, until
        The two dates, the earlier first.
    scenario, seed, models
        As for `project`.
    previous
        What an earlier report said as of `since`.

    Raises
    ------
    BcforecastError
        If the dates are in the wrong order, or the report is of another plan, date or scenario.

    Examples
    --------
    >>> import bcforecast as bc
    >>> plan, data = bc.load_plan("tianjin-2020-2022"), bc.load_observations()
    >>> found = news(plan, data, since=date(2020, 12, 31), until=date(2021, 12, 31))
    >>> contracts = found["tech_contract_value"]
    >>> abs(contracts.total - sum(part.change for part in contracts.parts)) < 1e-9
    True
    >>> contracts.parts[1].causes[0].render("en")
    'Tianjin, 2020: CNY 108.95598 billion (published 2021-10-31)'
    """
    _check(plan, since, until, scenario, previous)
    between = stages(plan, data, since=since, until=until)
    asked = partial(project, scenario=scenario, seed=seed, models=models)
    first = asked(plan, data.at(since))
    held = {i.goal.id: i.basis.model for i in first if i.basis.model not in ("", PUBLISHED)}
    revised = asked(plan, between.revised, held=held)
    with_new = asked(plan, between.with_new, held=held)
    free = asked(between.plan_with_milestones, between.with_prior)
    last = asked(plan, data.at(until))
    steps = (first, revised, with_new, free, last)
    areas = _area_names(plan, data)
    goals = tuple(_goal_news(goal, steps, data, areas, previous) for goal in plan.goals)
    return News(plan, since, until, scenario, seed, goals)


def split(levels: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return the steps between successive probabilities; a gap is taken in the step that ends it.

    All steps are None where either end is.

    Examples
    --------
    >>> split([0.25, None, 0.5, 0.5])
    (0.0, 0.25, 0.0)
    >>> split([None, 0.25, 0.5])
    (None, None)
    """
    if levels[0] is None or levels[-1] is None:
        return (None,) * (len(levels) - 1)
    steps, level = [], levels[0]
    for following in levels[1:]:
        steps.append(0.0 if following is None else following - level)
        level = level if following is None else following
    return tuple(steps)


def _check(plan: Plan, since: date, until: date, scenario: str, previous: Reported | None) -> None:
    if until < since:
        raise BcforecastError("news.order", since=since, until=until)
    if previous is None:
        return
    for what, found, allowed in (
        ("plan", previous.plan, plan.id),
        ("as_of", previous.as_of, since),
        ("scenario", previous.scenario, scenario),
    ):
        if found != allowed:
            name = Message(f"news.report_{what}")
            raise BcforecastError("news.other_report", what=name, found=found, allowed=allowed)


def _goal_news(
    goal: Goal,
    steps: tuple[Outlook, ...],
    data: Vintage,
    areas: AreaNames,
    previous: Reported | None,
) -> GoalNews:
    first, revised, with_new, free, last = (outlook[goal.id] for outlook in steps)
    plan, since, until = steps[-1].plan, steps[0].as_of, steps[-1].as_of
    before, after = statuses(steps[0])[goal.id], statuses(steps[-1])[goal.id]
    levels = [item.attainment.probability for item in (first, revised, with_new, free, last)]
    kinds: list[PartKind] = list(PARTS)
    reported = previous.goals.get(goal.id) if previous is not None else None
    if reported is not None:
        levels, kinds, before = [reported.probability, *levels], ["model", *kinds], reported
    changes = split(levels)
    causes: dict[PartKind, tuple[Message, ...]] = {
        "revisions": figure_causes(first, revised, areas=areas),
        "new_figures": figure_causes(revised, with_new, areas=areas),
        "model": (
            *_reported_causes(reported, first),
            *model_causes(with_new, free, data=data, since=since, until=until),
            *milestone_causes(plan, first, since=since, until=until),
        ),
        "time": (Message("news.cause_time", {"since": since, "until": until}),),
    }
    parts = tuple(_part(kind, kinds, changes, causes[kind]) for kind in PARTS)
    return GoalNews(goal, first.indicator, before, after, parts, _turn(levels, kinds))


def _part(
    kind: PartKind,
    kinds: list[PartKind],
    changes: tuple[float | None, ...],
    causes: tuple[Message, ...],
) -> NewsPart:
    own = [c for k, c in zip(kinds, changes, strict=True) if k == kind]
    known = [c for c in own if c is not None]
    change = sum(known) if len(known) == len(own) else None
    moved = change is not None and abs(change) > _NEGLIGIBLE
    if kind == "time" and not moved:
        causes = ()
    if kind in ("revisions", "new_figures") and moved and not causes:
        causes = (Message("news.cause_peers"),)
    return NewsPart(kind, change, causes)


def _reported_causes(reported: Status | None, again: GoalOutlook) -> tuple[Message, ...]:
    now = again.attainment.probability
    if reported is None or _same(reported.probability, now):
        return ()
    values = {"reported": percent(reported.probability), "again": percent(now)}
    return (Message("news.cause_reported", values),)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _NEGLIGIBLE


def _turn(levels: list[float | None], kinds: list[PartKind]) -> PartKind | None:
    """Return the step after which it stays as it is at the end: said, or not said."""
    there = [level is not None for level in levels]
    if there[0] == there[-1]:
        return None
    return next(
        k for k, t in zip(reversed(kinds), reversed(there[:-1]), strict=True) if t == there[0]
    )


def _area_names(plan: Plan, data: Vintage) -> AreaNames:
    names: dict[str, Message | str] = {plan.area: named(plan)}
    if plan.parent is not None:
        parent = load_plan(plan.parent, data_dir=data.data_dir)
        names.setdefault(parent.area, named(parent))
    return names
