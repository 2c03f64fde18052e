"""The service and the timer of systemd."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.messages import Language
from bcforecast.reporting.schedule.job import ENVIRONMENT, Job
from bcforecast.reporting.schedule.quoting import systemd
from bcforecast.reporting.schedule.template import filled
from bcforecast.reporting.schedule.timezone import checked_timezone

_MEMORY: Final = "4G"
_SHARED: Final = (Path("/tmp"), Path("/var/tmp"))
"""Folders of which a service may have a copy of its own."""


def systemd_units(job: Job, *, lang: Language, timezone: str = "") -> dict[str, str]:
    """Return a service and its timer, under their file names.

    The service may write to the folder of the reports file, to the folder of all reports and to
    those that reports are published to, and to no other.

    Parameters
    ----------
    job
        What to run.
    lang
        Language of comments and descriptions.
    timezone
        In which the time of the day is meant. Default: that of the machine.

    Raises
    ------
    ReportError
        If a path cannot be written in a unit, or there is no such time zone.
    """
    calendar = f"{job.timetable.calendar} {checked_timezone(timezone)}".rstrip()
    reports = job.reports
    for path in (reports.folder, reports.out, *reports.publish):
        if path == Path("/"):
            raise ReportError("schedule.root_folder", file=reports.file)
    writable = [reports.folder, reports.out, *reports.publish]
    used = [*writable, Path(job.interpreter)]
    private = not any(path.is_relative_to(shared) for path in used for shared in _SHARED)
    if not private:
        writable += _SHARED

    service = filled(
        "service",
        lang=lang,
        when=job.timetable.words(lang),
        name=job.name,
        file=reports.file.name.replace("%", "%%"),
        user=getpass.getuser(),
        folder=str(reports.folder).replace("%", "%%"),
        environment=" ".join(systemd(f"{k}={v}") for k, v in ENVIRONMENT.items()),
        command=" ".join(systemd(word) for word in job.command),
        writable=" ".join(_writable(path, reports.folder) for path in dict.fromkeys(writable)),
        memory=_MEMORY,
        private="yes" if private else "no",
    )
    timer = filled(
        "timer", lang=lang, when=job.timetable.words(lang), name=job.name, calendar=calendar
    )
    return {f"{job.name}.service": service, f"{job.name}.timer": timer}


def _writable(path: Path, folder: Path) -> str:
    """Return a folder for ReadWritePaths; a minus before one that need not be there yet."""
    return systemd(path if path == folder else f"-{path}")
