"""What changed between two dates: why each probability moved, and the status of goals over time.

A change is split into parts that are taken in a fixed order, each on top of those before it:
revisions of old figures, new figures, model or prior, passing time. Each part is the difference
that one more kind of news makes to the same projection, so that their sum is the change itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Final, Literal, Self, get_args

from bcforecast import config
from bcforecast.attainment.evidence import PUBLISHED, series_of
from bcforecast.attainment.probability import Grade
from bcforecast.attainment.project import GoalOutlook, Outlook, project
from bcforecast.calls import Shown
from bcforecast.errors import BcforecastError
from bcforecast.models.registry import Model, model_name
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Vintage, year_of
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import ByGoal, Goal, Indicator, Plan
from bcforecast.plan.reading import load_plan
from bcforecast.scenarios.scenario import Scenario
from bcforecast.text import Made, Message, day_message, rounded_chance, with_status

PartKind = Literal["revisions", "new_figures", "model", "time"]
PARTS: Final[tuple[PartKind, ...]] = get_args(PartKind)
"""The parts of a change, in the order in which they are taken."""

_NEGLIGIBLE: Final = 1e-12


@dataclass(frozen=True)
class GoalStatus:
    """What was said of one goal on a day; `verdict` is the catalogue key of the word.

    `met` says how it ended, where that was known.
    """

    as_of: date
    probability: float | None
    verdict: str
    grade: Grade
    met: bool | None = None

    def differs(self, other: Self) -> bool:
        """Whether word or grade are not the same."""
        return (self.verdict, self.grade) != (other.verdict, other.grade)


@dataclass(frozen=True)
class NewsPart:
    """What one kind of news did: the change of the probability, and what arrived.

    There is no change (None) where there is no probability at one of the two dates. Where figures
    of a year in hand came on several days, `steps` are the parts that each day had in it, if asked.
    """

    kind: PartKind
    change: float | None
    causes: tuple[Message, ...]
    steps: tuple["NewsPart", ...] = ()


@dataclass(frozen=True)
class GoalNews:
    """Why the probability of one goal moved; its parts in the order of `PARTS`.

    `turn` is the part with which a probability appeared or disappeared.
    """

    goal: Goal
    indicator: Indicator
    before: GoalStatus
    after: GoalStatus
    parts: tuple[NewsPart, ...]
    turn: PartKind | None

    @property
    def total(self) -> float | None:
        """Change of the probability; None where there is none at one of the two dates."""
        if self.before.probability is None or self.after.probability is None:
            return None
        return self.after.probability - self.before.probability

    @property
    def told(self) -> Self:
        """The same between the chances as they are printed, so that what is told adds up."""
        was, now = self.before, self.after
        if was.probability is None or now.probability is None:
            return self
        first = replace(was, probability=rounded_chance(was.probability, grade=was.grade))
        final = replace(now, probability=rounded_chance(now.probability, grade=now.grade))
        moved = [k for k, one in enumerate(self.parts) if abs(one.change or 0.0) > _NEGLIGIBLE]
        last = max(moved, default=len(self.parts) - 1)

        def between(
            parts: tuple[NewsPart, ...], level: float, start: float, end: float, last: int
        ) -> Iterator[NewsPart]:
            for k, part in enumerate(parts):
                begun, level = level, level + (part.change or 0.0)
                after = end if k >= last else rounded_chance(level, grade=was.grade)
                steps = between(part.steps, begun, start, after, len(part.steps) - 1)
                yield replace(part, change=after - start, steps=tuple(steps))
                start = after

        ends = first.probability or 0.0, final.probability or 0.0
        parts = tuple(between(self.parts, was.probability, *ends, last))
        return replace(self, before=first, after=final, parts=parts)

    @property
    def said(self) -> Literal["both", "appears", "disappears", "never"]:
        """At which of the two dates there is a probability."""
        before, after = self.before.probability is not None, self.after.probability is not None
        if before and after:
            return "both"
        return "appears" if after else "disappears" if before else "never"


@dataclass(frozen=True)
class News(ByGoal[GoalNews], Shown):
    """Why each probability of a plan moved between two dates; goals in the order of the plan."""

    plan: Plan
    since: date
    until: date
    scenario: str
    seed: int
    goals: tuple[GoalNews, ...]


def news(
    plan: Plan,
    data: Vintage,
    *,
    since: date,
    until: date,
    scenario: str | Scenario = config.SCENARIO,
    seed: int = config.SEED,
    models: Mapping[str, str | Model] | None = None,
    daily: bool = False,
) -> News:
    """Split the change of each probability between two as-of dates into its causes.

    Let P0 be the probability as of `since`. P1 adds figures published since for years that had one
    in use; P2 adds the figures of further years, and the breaks in definition that come with them,
    with the model of the first date kept as long as it takes the figures (`daily`: day by day,
    where months or quarters are among them); P3 lets the model be chosen anew and adds judgements
    and milestones; P4 is the probability as of `until`, which differs from P3 by the date alone.
    The parts are P1 - P0, P2 - P1, P3 - P2 and P4 - P3. Where one stage gives no
    probability but both ends do, the next stage that gives one takes the whole step.
    BcforecastError if the dates are in the wrong order.
    """
    if until < since:
        raise BcforecastError("news.order", since=since, until=until)
    *with_new, with_prior = _stages(plan, data, since=since, until=until, daily=daily)
    milestones = tuple(
        changed(m, reached=since) if _between(m.reached, since, until) else m
        for m in plan.milestones
    )
    asked = partial(project, scenario=scenario, seed=seed, models=models)
    first = asked(plan, data.at(since))
    held = {i.goal.id: i.basis.model for i in first if i.basis.model not in ("", PUBLISHED)}
    kept = (asked(plan, stage, held=held) for stage in with_new)
    anew = asked(changed(plan, milestones=milestones), with_prior)
    steps = (first, *kept, anew, asked(plan, data.at(until)))
    areas: dict[str, Message] = {plan.area: plan.area_names}
    if plan.parent is not None:
        parent = load_plan(plan.parent, data_dir=data.data_dir)
        areas.setdefault(parent.area, parent.area_names)
    goals = tuple(_goal_news(goal, steps, data, areas) for goal in plan.goals)
    return News(plan, since, until, first.scenario, seed, goals)


@dataclass(frozen=True)
class _Staged(Vintage):
    """Exactly the records of its dataset, whenever published; `as_of` is the day of looking."""

    def _sees(self, published: date) -> bool:  # noqa: ARG002
        return True


def _between(day: date | None, since: date, until: date) -> bool:
    return day is not None and since < day <= until


def _stages(
    plan: Plan, data: Vintage, *, since: date, until: date, daily: bool
) -> tuple[Vintage, ...]:
    """Return the data of P1, those that lead to P2, and of P3, looked at on the first date."""
    dataset, before = data.dataset, data.at(since)
    planned, areas = {one.id: one for one in plan.indicators}, areas_of(plan)
    in_use: set[tuple[str, str, int | None]] = {
        (area, name, year)
        for name, one in planned.items()
        for area in areas
        for year in before.history(series_of(one, area=area)).history.times.tolist()
    }

    def revises(f: Observation) -> bool:
        one = planned.get(f.indicator)
        year = one and year_of(f, one.kind, last_month=one.year_ends)
        return (f.area, f.indicator, year) in in_use

    known = [f for f in dataset.observations if f.published <= until]
    mine = (f for f in known if f.area in areas and f.indicator in planned)
    new = [f for f in mine if f.published > since and not revises(f)]
    within = daily and any(f.period.of_year is None for f in new)
    days = sorted({f.published for f in new})[:-1] if within else []

    def staged(day: date, *, elicited: date) -> Vintage:
        kept = replace(
            dataset,
            observations=tuple(f for f in known if f.published <= day or revises(f)),
            breaks=tuple(b for b in dataset.breaks if b.published <= day),
            judgements=tuple(j for j in dataset.judgements if j.elicited <= elicited),
        )
        return _Staged(kept, since)

    first = [staged(day, elicited=since) for day in (since, *days, until)]
    return (*first, staged(until, elicited=until))


def areas_of(plan: Plan) -> tuple[str, ...]:
    """Return the areas whose figures bear on the plan: its own and those it borrows from."""
    parents = {i.parent for i in plan.indicators if i.parent is not None}
    return (plan.area, *sorted(parents - {plan.area}))


def split(levels: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return the steps between successive probabilities; a gap is taken in the step that ends it.

    All steps are None where either end is.
    """
    if levels[0] is None or levels[-1] is None:
        return (None,) * (len(levels) - 1)
    steps, level = [], levels[0]
    for following in levels[1:]:
        steps.append(0.0 if following is None else following - level)
        level = level if following is None else following
    return tuple(steps)


def _goal_news(
    goal: Goal, steps: Sequence[Outlook], data: Vintage, areas: Mapping[str, Message]
) -> GoalNews:
    items = [outlook[goal.id] for outlook in steps]
    first, *by_day, free, _ = items
    plan, since, until = steps[-1].plan, steps[0].as_of, steps[-1].as_of
    before, after = statuses(steps[0])[goal.id], statuses(steps[-1])[goal.id]
    levels = [item.attainment.probability for item in items]
    new: PartKind = "new_figures"
    kinds: list[PartKind] = ["revisions", *[new] * (len(by_day) - 1), "model", "time"]
    days = {"since": day_message(since), "until": day_message(until)}
    figures = partial(_figure_causes, plan, areas=areas, since=since)
    changes = list(zip(kinds, split(levels), strict=True))
    causes: dict[PartKind, Iterable[Message]] = {
        "revisions": figures(first, by_day[0]),
        "new_figures": figures(by_day[0], by_day[-1]),
        "model": _model_causes(plan, by_day[-1], free, data.at(until), since=since),
        "time": [Message("news.cause_time", days)],
    }
    told = [_part(kind, changes, tuple(causes[kind])) for kind in PARTS]
    if any(item.basis.selection.part for item in by_day):
        steps_of = zip((one for one in changes if one[0] == new), pairwise(by_day), strict=True)
        parts = (_part(new, [one], tuple(figures(*pair))) for one, pair in steps_of)
        moved = tuple(part for part in parts if part.causes)
        told[1] = replace(told[1], steps=moved if len(moved) > 1 else ())
    # The turn is the last step before which it was as at the start: said, or not said.
    there = [level is not None for level in levels]
    turns = [kind for kind, was in zip(kinds, there, strict=False) if was == there[0]]
    turn = None if there[0] == there[-1] else turns[-1]
    return GoalNews(goal, first.indicator, before, after, tuple(told), turn)


def _part(
    kind: PartKind, changes: list[tuple[PartKind, float | None]], causes: tuple[Message, ...]
) -> NewsPart:
    own = [step for of, step in changes if of == kind]
    known = [step for step in own if step is not None]
    change = sum(known) if len(known) == len(own) else None
    moved = change is not None and abs(change) > _NEGLIGIBLE
    if kind == "time" and not moved:
        causes = ()
    if kind in ("revisions", "new_figures") and moved and not causes:
        causes = (Message("news.cause_peers"),)
    return NewsPart(kind, change, causes)


def _figure_causes(
    plan: Plan, before: GoalOutlook, after: GoalOutlook, areas: Mapping[str, Message], since: date
) -> Iterator[Message]:
    """Say which figures published after `since` changed between two stages: own, parent's, sizes.

    What had been published before may come into use with them; that is no news.
    """
    own = before.indicator.unit_names
    one, other = before.basis, after.basis
    pairs = [(one.selection, other.selection)]
    if one.parent is not None and other.parent is not None:
        pairs.append((one.parent.selection, other.parent.selection))
    for earlier, later in pairs:
        old = dict(zip(earlier.history.times.tolist(), earlier.used, strict=True))
        new = dict(zip(later.history.times.tolist(), later.used, strict=True))
        area = areas.get(later.history.area, later.history.area)
        for year, figure in new.items():
            if figure.published <= since:
                continue
            values = {"area": area, "year": year, "day": day_message(figure.published)}
            said = figure.in_words(own)
            marked = Made(with_status, figure=said, status=figure.status)
            if year not in old:
                yield Message("news.cause_new", {**values, "figure": marked})
            elif (was := old[year].in_words(own)) != said:
                was = Made(with_status, figure=was, status=old[year].status)
                yield Message("news.cause_revised", {**values, "old": was, "new": marked})
            elif old[year].status is not figure.status:
                values["status"] = Message(f"observations.status_{figure.status}")
                yield Message("news.cause_restated", {**values, "figure": said})
        past, now = earlier.part, later.part
        heard = past is not None and (past.year, past.months, past.value)
        if now and now.published > since and heard != (now.year, now.months, now.value):
            unit = now.used[-1].unit
            values = {"area": area, "year": now.year, "months": now.months}
            values |= {"figure": now.in_words(unit, own), "day": day_message(now.published)}
            if further := past is not None and past.year == now.year:
                values |= {"before": past.months, "old": past.in_words(unit, own)}
            yield Message(f"news.cause_{'further' if further else 'so_far'}", values)
        dropped = [year for year in old if year not in new]
        if dropped:
            yield Message("news.cause_dropped", {"area": area, "year": max(dropped)})
    names = {size.id: size.names for size in plan.sizes}
    known = [figure for pair in one.sizes for figure in pair]
    for figure in (f for pair in other.sizes for f in pair):
        if figure in known or figure.published <= since:
            continue
        about = {"area": areas.get(figure.area, figure.area), "name": names[figure.indicator]}
        about |= {"period": figure.period.in_words(), "figure": figure.in_words()}
        yield Message("news.cause_size", {**about, "day": day_message(figure.published)})
    if other.model == PUBLISHED and one.model != PUBLISHED:
        yield Message("news.cause_due_known")


def _model_causes(
    plan: Plan, before: GoalOutlook, after: GoalOutlook, known: Vintage, *, since: date
) -> Iterator[Message]:
    """Say which model took over, what was elicited, which milestones were reached."""
    one, other = before.basis, after.basis
    if one.model != other.model and other.model:
        was = model_name(one.model) if one.model else Message("news.no_model")
        yield Message("news.cause_model", {"before": was, "after": model_name(other.model)})
    judged = known.judgements(other.series.area, other.series.indicator)
    if count := sum(j.elicited > since for j in judged):
        yield Message("news.cause_judgement", {"count": count})
    for milestone in plan.milestones_of(after.goal):
        if _between(milestone.reached, since, known.as_of or date.max):
            yield Message("news.cause_milestone", {"name": milestone.names})


def statuses(outlook: Outlook) -> Mapping[str, GoalStatus]:
    """Return what an outlook says of each goal."""
    day, said = outlook.as_of, ((item.attainment, item.met) for item in outlook)
    return {a.goal: GoalStatus(day, a.probability, a.verdict, a.grade, met) for a, met in said}


@dataclass(frozen=True)
class StatusChange:
    """A goal that is spoken of in another word or grade than before, since the as-of date `day`."""

    goal: Goal
    day: date
    before: GoalStatus
    after: GoalStatus


def status_log(
    plan: Plan,
    data: Vintage,
    *,
    dates: Iterable[date],
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
    models: Mapping[str, str | Model] | None = None,
) -> tuple[StatusChange, ...]:
    """Return every change of word or grade along a sequence of as-of dates, by day, then by goal.

    Nothing is remembered between runs: each date is projected anew. `news_days` gives the dates on
    which something was published.
    """
    said = {
        day: statuses(project(plan, data.at(day), scenario=scenario, seed=seed, models=models))
        for day in sorted(set(dates))
    }
    changes = []
    for earlier, later in pairwise(sorted(said)):
        for goal in plan.goals:
            before, after = said[earlier].get(goal.id), said[later][goal.id]
            if before is not None and before.differs(after):
                changes.append(StatusChange(goal, later, before, after))
    return tuple(changes)


def news_days(plan: Plan, data: Vintage, *, since: date, until: date) -> tuple[date, ...]:
    """Return both dates, and every day between on which something on the plan became known."""
    dataset = data.dataset
    areas = areas_of(plan)
    indicators = {i.id for i in plan.indicators} | {size.id for size in plan.sizes}
    known = [(f.area, f.indicator, f.published) for f in dataset.observations]
    known += [(b.area, b.indicator, b.published) for b in dataset.breaks]
    known += [(j.area, j.indicator, j.elicited) for j in dataset.judgements]
    days = {day for area, indicator, day in known if area in areas and indicator in indicators}
    days |= {m.reached for m in plan.milestones if m.reached is not None}
    return tuple(sorted({since, until} | {day for day in days if since < day < until}))
