"""`bcforecast verify`: whether reports are what their manifests say and can be made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bcforecast.cli.options import LangOption, language, speak
from bcforecast.messages import text


def help_text(name: str) -> str:
    """Help of an option, from the catalogue `verify`."""
    return text(f"verify.help_{name}", language())


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=help_text("folder"))],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help=help_text("data"), show_default=False),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help=help_text("plan"), show_default=False),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="FILE", help=help_text("scenario"), show_default=False),
    ] = None,
    notebooks: Annotated[
        Path | None,
        typer.Option("--notebooks", metavar="DIR", help=help_text("notebooks"), show_default=False),
    ] = None,
    no_rebuild: Annotated[bool, typer.Option("--no-rebuild", help=help_text("no_rebuild"))] = False,
    lang: LangOption = None,
) -> None:
    """Compare reports with their manifests, with today's inputs, and with themselves made again."""
    from bcforecast.cli.verify_report import verify_many, verify_one
    from bcforecast.reporting.service.processes import children_end_with_us
    from bcforecast.reporting.verification import Named, is_report

    spoken = speak(lang)
    named = Named(data, plan, scenario, notebooks)
    verify_as = verify_one if is_report(folder) else verify_many
    with children_end_with_us():
        status = verify_as(folder, named, spoken, rebuild=not no_rebuild)
    if status:
        raise typer.Exit(status)
