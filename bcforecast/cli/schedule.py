"""`bcforecast schedule`: what cron, systemd, Airflow or GitHub Actions need to run the reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from bcforecast.cli.options import language, speak
from bcforecast.messages import Language, text

if TYPE_CHECKING:
    from bcforecast.reporting.schedule import Job


def _help(name: str) -> str:
    return text(f"schedule.help_{name}", language())


schedule = typer.Typer(no_args_is_help=True, help=_help("schedule"))

Every = Literal["daily", "weekly", "monthly", "quarterly"]
_EVERY: Final[Every] = "monthly"
_AT: Final = "06:00"
_NAME: Final = "bcforecast-reports"

ReportsOption = Annotated[
    Path, typer.Option("--reports", metavar="FILE", help=_help("reports"), show_default=False)
]
EveryOption = Annotated[
    Every,
    typer.Option("--every", help=_help("every")),
]
AtOption = Annotated[str, typer.Option("--at", metavar="HH:MM", help=_help("at"))]
DayOption = Annotated[int, typer.Option("--day", help=_help("day"))]
NameOption = Annotated[str, typer.Option("--name", help=_help("name"))]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", min=1, help=_help("jobs"), show_default=False)
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help=_help("out"), show_default=False)
]
ForceOption = Annotated[bool, typer.Option("--force", help=_help("force"))]
ZoneOption = Annotated[
    str, typer.Option("--timezone", metavar="ZONE", help=_help("timezone"), show_default=False)
]
LangOption = Annotated[Language | None, typer.Option("--lang", help=_help("lang"))]


@schedule.command(help=_help("cron"))
def cron(
    reports: ReportsOption,
    every: EveryOption = _EVERY,
    at: AtOption = _AT,
    day: DayOption = 1,
    name: NameOption = _NAME,
    jobs: JobsOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    lang: LangOption = None,
) -> None:
    """Write a line for a crontab."""
    from bcforecast.reporting.schedule import crontab_line

    spoken = speak(lang)
    job = _job(reports, every=every, at=at, day=day, name=name, jobs=jobs)
    _hand_over(crontab_line(job, lang=spoken), out=out, force=force, lang=spoken)


@schedule.command(help=_help("systemd"))
def systemd(
    reports: ReportsOption,
    every: EveryOption = _EVERY,
    at: AtOption = _AT,
    day: DayOption = 1,
    timezone: ZoneOption = "",
    name: NameOption = _NAME,
    jobs: JobsOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    lang: LangOption = None,
) -> None:
    """Write a service and its timer."""
    from bcforecast.reporting.schedule import systemd_units

    spoken = speak(lang)
    job = _job(reports, every=every, at=at, day=day, name=name, jobs=jobs)
    units = systemd_units(job, lang=spoken, timezone=timezone)
    _hand_over(units, out=out, force=force, lang=spoken)


@schedule.command(help=_help("airflow"))
def airflow(
    reports: ReportsOption,
    every: EveryOption = _EVERY,
    at: AtOption = _AT,
    day: DayOption = 1,
    timezone: ZoneOption = "UTC",
    name: NameOption = _NAME,
    jobs: JobsOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    lang: LangOption = None,
) -> None:
    """Write the file of a DAG."""
    from bcforecast.reporting.schedule import airflow_dag

    spoken = speak(lang)
    job = _job(reports, every=every, at=at, day=day, name=name, jobs=jobs)
    dag = airflow_dag(job, lang=spoken, timezone=timezone)
    _hand_over(dag, out=out, force=force, lang=spoken)


@schedule.command(help=_help("github"))
def github(
    reports: ReportsOption,
    every: EveryOption = _EVERY,
    at: AtOption = _AT,
    day: DayOption = 1,
    name: NameOption = _NAME,
    jobs: JobsOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    lang: LangOption = None,
) -> None:
    """Write a workflow."""
    from bcforecast.reporting.schedule import github_workflow

    spoken = speak(lang)
    job = _job(reports, every=every, at=at, day=day, name=name, jobs=jobs)
    _hand_over(github_workflow(job, lang=spoken), out=out, force=force, lang=spoken)


def _job(
    reports: Path,
    *,
    every: Every,
    at: str,
    day: int,
    name: str,
    jobs: int | None,
) -> Job:
    from bcforecast.reporting.schedule import Job, Timetable, reports_to_run

    timetable = Timetable(every, at=at, day=day)
    return Job(reports_to_run(reports), timetable, name=name, jobs=jobs)


def _hand_over(files: Mapping[str, str], *, out: Path | None, force: bool, lang: Language) -> None:
    """Write the files, or print them; several are told apart by their names."""
    from bcforecast.reporting.schedule import write_files

    if out is not None:
        for path in write_files(files, out, force=force):
            typer.echo(text("schedule.written", lang, path=path))
        return
    for name, content in files.items():
        if len(files) > 1:
            typer.echo(f"# --- {name} ---")
        typer.echo(content, nl=False)
