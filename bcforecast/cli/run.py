"""`bcforecast run`: make every report that a file lists, where it is not there yet."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bcforecast.cli.options import LangOption, language, parse_day, speak
from bcforecast.cli.run_report import Format, RunReport
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message, text

if TYPE_CHECKING:
    from bcforecast.reporting.execution import Limits

_LARGEST: Final = 1e9


def help_text(name: str) -> str:
    """Help of an option, from the catalogue `run`."""
    return text(f"run.help_{name}", language())


CellSecondsOption = Annotated[
    float | None,
    typer.Option("--cell-seconds", help=help_text("cell_seconds"), show_default=False),
]
MemoryOption = Annotated[
    int | None,
    typer.Option("--memory-mb", help=help_text("memory_mb"), show_default=False),
]
ForceOption = Annotated[bool, typer.Option("--force", help=help_text("force"))]


def limits(cell_seconds: float | None, memory_mb: int | None) -> Limits:
    """Return the limits that the options name.

    Raises
    ------
    BcforecastError
        If one is no number above 0.
    """
    from bcforecast.reporting.execution import Limits

    for option, found in (("--cell-seconds", cell_seconds), ("--memory-mb", memory_mb)):
        if found is not None and not 0 < found < _LARGEST:
            allowed = Message("run.allowed_positive")
            raise BcforecastError("cli.option", option=option, found=found, allowed=allowed)
    return Limits(cell_seconds, memory_mb)


def run(
    reports: Annotated[
        Path, typer.Argument(metavar="[REPORTS.yaml]", help=help_text("reports"))
    ] = Path("reports.yaml"),
    due: Annotated[bool, typer.Option("--due", help=help_text("due"))] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help=help_text("jobs"), show_default=False)
    ] = None,
    today: Annotated[
        str | None,
        typer.Option("--today", metavar="YYYY-MM-DD", help=help_text("today"), show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help=help_text("out"), show_default=False),
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help=help_text("wait"))
    ] = 0,
    force: ForceOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("dry_run"))] = False,
    fail_on_change: Annotated[
        bool, typer.Option("--fail-on-change", help=help_text("fail_on_change"))
    ] = False,
    notify: Annotated[
        str | None,
        typer.Option("--notify", metavar="CMD", help=help_text("notify"), show_default=False),
    ] = None,
    cell_seconds: CellSecondsOption = None,
    memory_mb: MemoryOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=help_text("quiet"))] = False,
    output: Annotated[Format, typer.Option("--format", help=help_text("format"))] = "text",
    lang: LangOption = None,
) -> None:
    """Make every report that a file lists, where it is not there yet."""
    from bcforecast.reporting.service.notice import command_words
    from bcforecast.reporting.service.planning import Choices, WrongReportsError, plan_run

    spoken = speak(lang)
    command = None if notify is None else command_words(notify)
    choices = Choices(
        today=date.today() if today is None else parse_day(today, option="--today"),
        out=out,
        limits=limits(cell_seconds, memory_mb),
        force=force,
    )
    try:
        planned = plan_run(reports, choices)
    except WrongReportsError as error:
        for problem in error.problems:
            typer.echo(f"bcforecast: {problem.message.render(spoken)}", err=True)
        raise typer.Exit(error.exit_status) from None
    report = RunReport(planned, spoken, output=output, quiet=quiet, due=due, today=choices.today)
    if dry_run:
        report.foretell()
        return
    status = report.run(
        jobs=jobs or min(2, os.cpu_count() or 1),
        wait=wait,
        command=command,
        fail_on_change=fail_on_change,
    )
    if status:
        raise typer.Exit(status)
