"""`bcforecast goals`: how likely each goal of a plan is to be met, as a table, JSON or CSV."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from bcforecast import defaults
from bcforecast.cli.options import (
    AsOfOption,
    DataOption,
    LangOption,
    PlanOption,
    ScenarioOption,
    SeedOption,
    help_text,
    parse_day,
    speak,
)

Format = Literal["table", "json", "csv"]


def goals(
    plan: PlanOption,
    as_of: AsOfOption,
    scenario: ScenarioOption = defaults.SCENARIO,
    output: Annotated[Format, typer.Option("--format", help=help_text("format"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
) -> None:
    """Print every goal of a plan with its probability, grade and verdict."""
    import bcforecast as bc
    from bcforecast.attainment.table import as_records, as_table

    spoken = speak(lang)
    outlook = bc.project(
        bc.load_plan(plan, data_dir=data),
        bc.load_observations(data, as_of=parse_day(as_of)),
        scenario=scenario,
        seed=seed,
    )
    if output == "json":
        records = as_records(outlook, lang=spoken)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False))
    elif output == "csv":
        typer.echo(outlook.attainment().to_csv(index=False), nl=False)
    else:
        from bcforecast.cli.console import print_table

        print_table(as_table(outlook, lang=spoken))
