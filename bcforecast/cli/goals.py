"""`bcforecast goals`: how likely each goal of a plan is to be met, as a table, JSON or CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bcforecast import defaults
from bcforecast.cli.options import (
    AsOfOption,
    DataOption,
    LangOption,
    ModelOption,
    PlanOption,
    ScenarioOption,
    SeedOption,
    help_text,
    parse_day,
    parse_models,
    speak,
)
from bcforecast.messages import Language

if TYPE_CHECKING:
    from bcforecast.attainment.outlook import Outlook

Format = Literal["table", "json", "csv"]


def goals(
    plan: PlanOption,
    as_of: AsOfOption,
    scenario: ScenarioOption = defaults.SCENARIO,
    output: Annotated[Format, typer.Option("--format", help=help_text("format"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
    model: ModelOption = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="GOAL", help=help_text("explain"), show_default=False),
    ] = None,
) -> None:
    """Print every goal of a plan with its probability, grade and verdict; or explain one goal."""
    import bcforecast as bc
    from bcforecast.attainment.table import as_records, as_table

    spoken = speak(lang)
    if explain is not None and output == "csv":
        raise bc.BcforecastError("cli.explain_format", found=output)
    outlook = bc.project(
        bc.load_plan(plan, data_dir=data),
        bc.load_observations(data, as_of=parse_day(as_of)),
        scenario=scenario,
        seed=seed,
        models=parse_models(model),
    )
    if explain is not None:
        _explain(outlook, explain, output, spoken)
    elif output == "json":
        records = as_records(outlook, lang=spoken)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False))
    elif output == "csv":
        from bcforecast.csv_text import csv_text

        typer.echo(csv_text(outlook.attainment()), nl=False)
    else:
        from bcforecast.cli.console import print_table

        print_table(as_table(outlook, lang=spoken))


def _explain(outlook: Outlook, goal: str, output: Format, lang: Language) -> None:
    from bcforecast.attainment.explain import explain
    from bcforecast.attainment.explain_record import explanation_record

    known = explain(outlook, goal)
    if output == "json":
        record = explanation_record(known, lang=lang)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.attainment.explain_table import by_year_table, panel_table, required_words
    from bcforecast.attainment.parts import parts_message
    from bcforecast.cli.console import print_table

    print_table(panel_table(known, lang=lang))
    typer.echo(required_words(known, lang=lang))
    said = parts_message(known.item, scenario=known.scenario)
    if said is not None:
        typer.echo(said.render(lang))
    by_year = by_year_table(known, lang=lang)
    if by_year is not None:
        print_table(by_year)
