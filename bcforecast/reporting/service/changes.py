"""Which words and grades changed between two reports of the same plan and scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bcforecast.attainment.status import Status
from bcforecast.messages import Language, text
from bcforecast.reporting.service.standing import ListedGoal, Reports, Standing


@dataclass(frozen=True)
class Change:
    """A goal that a report speaks of in another word or grade than the report before.

    Parameters
    ----------
    report
        The later report.
    goal
        As the later report has it.
    before, after
        What the two say; the dates are equal where a report was made anew.
    """

    report: Standing
    goal: ListedGoal
    before: Status
    after: Status


def changes_between(earlier: Standing, later: Standing) -> tuple[Change, ...]:
    """Return what changed from one report to another, in the order of the goals."""
    before, after = earlier.reported.goals, later.reported.goals
    return tuple(
        Change(later, goal, before[goal.id], after[goal.id])
        for goal in later.result.goals
        if goal.id in before and before[goal.id].differs(after[goal.id])
    )


def status_changes(reports: Reports) -> tuple[Change, ...]:
    """Return every change between consecutive as-of dates, by plan, scenario and date."""
    return tuple(
        change
        for series in reports.series
        for earlier, later in pairwise(series)
        for change in changes_between(earlier, later)
    )


def changes_of_run(
    before: Reports, after: Reports, made: Iterable[tuple[str, date, str]]
) -> tuple[Change, ...]:
    """Return what the reports that a run wrote say otherwise than what stood before it.

    A report that replaces one of its own date is held against that one, any other against the one
    of the date before.

    Parameters
    ----------
    before, after
        What stood before the run and after it.
    made
        Plan, date and scenario of each report that was written.
    """
    wanted = set(made)
    replaced = {_key(report): report for report in before.standing}
    found: list[Change] = []
    for series in after.series:
        for place, report in enumerate(series):
            if _key(report) in wanted:
                earlier = series[place - 1] if place else None
                against = replaced.get(_key(report), earlier)
                found += changes_between(against, report) if against is not None else ()
    return tuple(found)


def change_record(change: Change, *, lang: Language) -> dict[str, object]:
    """Return a change ready for JSON."""
    result = change.report.result
    return {
        "plan": result.plan.id,
        "plan_title": result.plan.title.in_(lang),
        "scenario": result.scenario,
        "goal": change.goal.id,
        "goal_name": change.goal.name.in_(lang),
        "before": _status(change.before),
        "after": _status(change.after),
    }


def change_words(change: Change, *, lang: Language) -> str:
    """Say a change in one line."""
    result = change.report.result
    return text(
        "run.change",
        lang,
        plan=result.plan.title.in_(lang),
        scenario=result.scenario_name.in_(lang),
        goal=change.goal.name.in_(lang),
        before=status_words(change.before, lang=lang),
        after=status_words(change.after, lang=lang),
    )


def status_words(status: Status, *, lang: Language) -> str:
    """Say on which day what was said: number, word and grade."""
    from bcforecast.attainment.news_table import status_words as words

    return text("run.said_on", lang, day=status.as_of, said=words(status, lang=lang))


def _status(status: Status) -> dict[str, object]:
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": status.verdict.partition(".")[2],
        "grade": status.grade,
    }


def _key(report: Standing) -> tuple[str, date, str]:
    return report.result.plan.id, report.result.as_of, report.result.scenario
