"""What every scheduler is to do: one command, in one folder, with one environment."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule.reports_to_run import ReportsToRun
from bcforecast.reporting.schedule.timetable import Timetable

ENVIRONMENT: Final[Mapping[str, str]] = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
"""A scheduler sets no language; without one, file names and logs outside ASCII fail."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Job:
    """A scheduled run of the reports that are due.

    Parameters
    ----------
    reports
        The file of reports, as read.
    timetable
        When it runs.
    name
        Of units, DAG, workflow and log.
    jobs
        Reports made at the same time; None leaves it to `bcforecast run`.
    interpreter
        The Python that runs bcforecast. Default: this one.

    Raises
    ------
    ReportError
        If the name cannot be that of a file and of a DAG.
    """

    reports: ReportsToRun
    timetable: Timetable
    name: str = "bcforecast-reports"
    jobs: int | None = None
    interpreter: str = sys.executable

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ReportError("schedule.not_a_name", found=self.name)

    @property
    def command(self) -> tuple[str, ...]:
        """The command, word by word.

        `-P` keeps files beside the reports from being imported in place of modules.
        """
        given = () if self.jobs is None else ("--jobs", str(self.jobs))
        run = ("run", str(self.reports.file), "--due", *given)
        return (self.interpreter, "-P", "-m", "bcforecast", *run)
