"""`bcforecast hindcast`: what we would have said of a plan whose due date has passed, scored."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from bcforecast import defaults
from bcforecast.cli.options import (
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

Format = Literal["table", "json"]


def hindcast(
    plan: PlanOption,
    as_of: Annotated[
        list[str] | None,
        typer.Option(
            "--as-of", metavar="YYYY-MM-DD", help=help_text("hindcast_as_of"), show_default=False
        ),
    ] = None,
    scenario: ScenarioOption = defaults.SCENARIO,
    output: Annotated[Format, typer.Option("--format", help=help_text("format_news"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
    model: ModelOption = None,
) -> None:
    """Print what would have been said on each date, what happened, and the scores."""
    import bcforecast as bc
    from bcforecast.evaluation.hindcast import hindcast as look_back
    from bcforecast.evaluation.hindcast_table import goals_table, hindcast_record, scores_table

    spoken = speak(lang)
    found = look_back(
        bc.load_plan(plan, data_dir=data),
        bc.load_observations(data),
        dates=[parse_day(day) for day in as_of] if as_of else None,
        scenario=scenario,
        seed=seed,
        models=parse_models(model),
    )
    if output == "json":
        record = hindcast_record(found, lang=spoken)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.cli.console import print_table

    print_table(goals_table(found, lang=spoken))
    print_table(scores_table(found, lang=spoken))
