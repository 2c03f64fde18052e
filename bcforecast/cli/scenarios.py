"""`bcforecast scenarios`: the probability of each goal, and of all together, by scenario."""

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
    SeedOption,
    help_text,
    parse_day,
    speak,
)

Format = Literal["table", "json"]


def scenarios(
    plan: PlanOption,
    as_of: AsOfOption,
    output: Annotated[Format, typer.Option("--format", help=help_text("format_news"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
) -> None:
    """Print goals down and scenarios across, with all goals together below."""
    import bcforecast as bc
    from bcforecast.attainment.exploring import explore
    from bcforecast.attainment.scenario_table import scenario_records, scenario_table
    from bcforecast.scenarios import load_scenarios

    spoken = speak(lang)
    read = bc.load_plan(plan, data_dir=data)
    figures = bc.load_observations(data, as_of=parse_day(as_of))
    known = load_scenarios(plan=read, data_dir=data)
    exploration = explore(bc.project(read, figures, seed=seed))
    if output == "json":
        records = scenario_records(exploration, known, lang=spoken)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.cli.console import print_table

    print_table(scenario_table(exploration, known, lang=spoken))
