"""The status-change log as a table (`status.csv`): one row a change of word or grade."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from bcforecast.csv_text import harmless
from bcforecast.reporting.service.changes import Change

COLUMNS: Final = (
    "plan",
    "scenario",
    "goal",
    "goal_zh",
    "goal_en",
    "as_of_before",
    "as_of",
    "probability_before",
    "probability",
    "verdict_before",
    "verdict",
    "grade_before",
    "grade",
)


def status_csv(changes: Iterable[Change]) -> str:
    """Return the table as CSV; no cell of it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _row(change)] for change in changes)
    return out.getvalue()


def _row(change: Change) -> tuple[object, ...]:
    result, before, after = change.report.result, change.before, change.after
    return (
        result.plan.id,
        result.scenario,
        change.goal.id,
        change.goal.name.zh,
        change.goal.name.en,
        before.as_of,
        after.as_of,
        before.probability,
        after.probability,
        before.verdict.partition(".")[2],
        after.verdict.partition(".")[2],
        before.grade,
        after.grade,
    )


def _cell(value: object) -> str:
    return "" if value is None else harmless(str(value))
