"""What was said of each goal on one day, by us today or in an earlier report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bcforecast.attainment.grade import Grade
from bcforecast.attainment.outlook import Outlook
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message


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
