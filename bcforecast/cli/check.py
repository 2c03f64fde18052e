"""`bcforecast check`: are the plans and figures fit to be used."""

from __future__ import annotations

import typer

from bcforecast.cli.options import DataOption, LangOption, speak
from bcforecast.messages import text


def check(data: DataOption = None, lang: LangOption = None) -> None:
    """Check every plan and data file and print all problems found."""
    from bcforecast.errors import BcforecastError
    from bcforecast.observations import check_data
    from bcforecast.plan import check_plans

    spoken = speak(lang)
    problems: list[BcforecastError] = [*check_data(data), *check_plans(data)]
    for problem in problems:
        typer.echo(problem.message.render(spoken), err=True)
    if problems:
        typer.echo(text("cli.check_found", spoken, count=len(problems)), err=True)
        raise typer.Exit(BcforecastError.exit_status)
    typer.echo(text("cli.check_clean", spoken))
