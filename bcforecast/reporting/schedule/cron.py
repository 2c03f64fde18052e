"""The line of a crontab."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.messages import Language
from bcforecast.reporting.schedule.job import ENVIRONMENT, Job
from bcforecast.reporting.schedule.quoting import cron, shell
from bcforecast.reporting.schedule.template import filled

_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_LONGEST: Final = 998
"""Longest command that Vixie's cron takes, which is Debian's."""


def crontab_line(job: Job, *, lang: Language) -> dict[str, str]:
    """Return a crontab with one line, under its file name.

    The line needs nothing of cron's environment: paths are absolute, the language is set, output
    goes to a log beside the file of reports. When the run fails, its last lines are printed too,
    which cron sends to the owner of the crontab.

    Raises
    ------
    ReportError
        If a path cannot be written in a crontab, or the line is too long for cron.
    """
    log = job.reports.folder / f"{job.name}.log"
    variables = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    run = shell(["env", *variables, f"PATH={_path(job)}", *job.command])
    command = cron(
        f"cd {shell([job.reports.folder])} && {run} >> {shell([log])} 2>&1"
        f" || tail -n 20 {shell([log])}"
    )
    if len(command.encode()) > _LONGEST:
        raise ReportError("schedule.too_long", found=len(command.encode()), longest=_LONGEST)
    line = f"{job.timetable.cron} {command}"
    when = job.timetable.words(lang)
    return {f"{job.name}.crontab": filled("crontab", lang=lang, line=line, when=when)}


def _path(job: Job) -> str:
    return f"{Path(job.interpreter).parent}:{_PATH}"
