"""`bcforecast check`: are the plans and figures fit to be used."""

from __future__ import annotations

import typer

from bcforecast.cli.options import DataOption, LangOption, speak
from bcforecast.messages import text


def check(data: DataOption = None, lang: LangOption = None) -> None:
    """Check every plan and data file and print all problems found."""
    from bcforecast.attainment.checking import check_folder, unused_series
    from bcforecast.errors import BcforecastError

    spoken = speak(lang)
    problems = check_folder(data)
    for problem in problems:
        typer.echo(problem.message.render(spoken), err=True)
    if problems:
        typer.echo(text("cli.check_found", spoken, count=len(problems)), err=True)
        raise typer.Exit(BcforecastError.exit_status)
    typer.echo(text("cli.check_clean", spoken))
    for area, indicator, count in unused_series(data):
        values = {"area": area, "indicator": indicator, "count": count}
        typer.echo(text("cli.check_unused", spoken, **values))
