"""`bcforecast report`: write the report of a plan as of a date, in one language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bcforecast import defaults
from bcforecast.cli.options import (
    AsOfOption,
    DataOption,
    PlanOption,
    ScenarioOption,
    SeedOption,
    help_text,
    parse_day,
    speak,
)
from bcforecast.messages import Language, text


def report(
    plan: PlanOption,
    as_of: AsOfOption,
    lang: Annotated[Language, typer.Option("--lang", help=help_text("lang"))] = defaults.LANGUAGE,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=help_text("out"))] = Path(
        "reports"
    ),
    scenario: ScenarioOption = defaults.SCENARIO,
    data: DataOption = None,
    seed: SeedOption = defaults.SEED,
) -> None:
    """Write `<out>/<plan>/<as-of>/<scenario>/<lang>/`, whole or not at all."""
    from bcforecast.cli.console import progress_bar
    from bcforecast.reporting import write_report

    spoken = speak(lang)
    with progress_bar() as progress:
        folder = write_report(
            plan,
            as_of=parse_day(as_of),
            lang=lang,
            out=out,
            scenario=scenario,
            seed=seed,
            data_dir=data,
            progress=progress,
        )
    typer.echo(text("cli.report_written", spoken, path=folder / "index.html"))
