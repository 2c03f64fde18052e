"""Which goals changed their word or grade, and on which day: computed anew from the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bcforecast import defaults
from bcforecast.attainment.news_stages import areas_of
from bcforecast.attainment.outlook import project
from bcforecast.attainment.status import Reported, Status, statuses
from bcforecast.models.base import Model
from bcforecast.observations import Vintage
from bcforecast.plan import Plan
from bcforecast.plan.goal import Goal


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
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
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
