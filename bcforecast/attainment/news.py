"""What changed between two dates, and the status of goals over time.

What arrived between two dates, and the data as they stood with only a part of it.

Each stage is a vintage like any other, so that the same projection says what the part did.

Why a probability moved between two dates: parts that add up to the whole.

The parts are taken in a fixed order, each on top of those before it: revisions of old figures, new
figures, model or prior, passing time. Each is the difference that one more kind of news makes to
the same projection, so their sum is the change itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, get_args

from bcforecast import config
from bcforecast.attainment.evidence import PUBLISHED, named, series_of
from bcforecast.attainment.probability import Grade
from bcforecast.attainment.project import GoalOutlook, Outlook, project
from bcforecast.errors import BcforecastError
from bcforecast.models.base import Model, model_name
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Selection, Vintage, year_of
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.plan.reading import load_plan
from bcforecast.text import Message, percent_message

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
        Message("news.cause_milestone", {"name": m.names})
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


@dataclass(frozen=True)
class Status:
    """What was said of one goal.

    Parameters
    ----------
    as_of
        The day.
    probability
        Of meeting the goal; None if nothing was said.
    verdict
        Catalogue key of the word.
    grade
        Evidence grade.
    """

    as_of: date
    probability: float | None
    verdict: str
    grade: Grade

    def differs(self, other: Status) -> bool:
        """Whether word or grade are not the same."""
        return (self.verdict, self.grade) != (other.verdict, other.grade)


@dataclass(frozen=True)
class Reported:
    """What an earlier report said.

    Parameters
    ----------
    plan, as_of, scenario
        Of the report.
    goals
        By identifier.
    """

    plan: str
    as_of: date
    scenario: str
    goals: Mapping[str, Status]


def statuses(outlook: Outlook) -> Mapping[str, Status]:
    """Return what an outlook says of each goal."""
    return {
        item.goal.id: Status(
            outlook.as_of,
            item.attainment.probability,
            item.attainment.verdict,
            item.attainment.grade,
        )
        for item in outlook
    }


def read_report(path: Path) -> Reported:
    """Read what a report said from its `result.json`.

    Raises
    ------
    BcforecastError
        If the file cannot be read or is no result document.
    """
    allowed = Message("news.allowed_report")
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        as_of = date.fromisoformat(document["as_of"])
        goals = {
            goal["id"]: Status(as_of, goal["probability"], goal["verdict"], goal["grade"])
            for goal in document["goals"]
        }
        return Reported(document["plan"]["id"], as_of, document["scenario"], goals)
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = Message("news.found_unreadable", {"reason": type(error).__name__})
        raise BcforecastError("errors.file", file=path, found=found, allowed=allowed) from error


@dataclass(frozen=True)
class StatusChange:
    """A goal that is spoken of in another word or grade than before.

    Parameters
    ----------
    goal
        As the plan has it.
    day
        First of the as-of dates looked at on which it is so.
    before, after
        What was said on the date before and on this one.
    """

    goal: Goal
    day: date
    before: Status
    after: Status


def status_log(
    plan: Plan,
    data: Vintage,
    *,
    dates: Iterable[date],
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
    models: Mapping[str, str | Model] | None = None,
    previous: Reported | None = None,
) -> tuple[StatusChange, ...]:
    """Return every change of word or grade along a sequence of as-of dates, by day, then by goal.

    Nothing is remembered between runs: each date is projected anew.

    Parameters
    ----------
    plan
        What was promised.
    data
        All figures; its own as-of date is not used.
    dates
        As-of dates; `news_days` gives those on which something was published.
    scenario, seed, models
        As for `project`.
    previous
        What an earlier report said: it stands for its own date.
    """
    said = {
        day: statuses(project(plan, data.at(day), scenario=scenario, seed=seed, models=models))
        for day in sorted(set(dates))
    }
    if previous is not None:
        said[previous.as_of] = {**said.get(previous.as_of, {}), **previous.goals}
    return tuple(
        StatusChange(goal, later, said[earlier][goal.id], said[later][goal.id])
        for earlier, later in pairwise(sorted(said))
        for goal in plan.goals
        if goal.id in said[earlier] and said[earlier][goal.id].differs(said[later][goal.id])
    )


def news_days(plan: Plan, data: Vintage, *, since: date, until: date) -> tuple[date, ...]:
    """Return both dates, and every day between on which something on the plan became known."""
    dataset = data.dataset
    areas, indicators = areas_of(plan), {i.id for i in plan.indicators}
    known = [
        *((f.area, f.indicator, f.published) for f in dataset.observations),
        *((b.area, b.indicator, b.published) for b in dataset.breaks),
        *((j.area, j.indicator, j.elicited) for j in dataset.judgements),
    ]
    days = {day for area, indicator, day in known if area in areas and indicator in indicators}
    days |= {m.reached for m in plan.milestones if m.reached is not None}
    return tuple(sorted({since, until} | {day for day in days if since < day < until}))


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
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
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
    values = {"reported": percent_message(reported.probability), "again": percent_message(now)}
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
