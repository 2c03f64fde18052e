"""`bcforecast scenarios`: the probability of each goal, and of all together, by scenario."""

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
    SeedOption,
    help_text,
    parse_day,
    parse_models,
    speak,
)

if TYPE_CHECKING:
    from bcforecast.attainment.exploration import Exploration
    from bcforecast.models.rates import RateRecord

Format = Literal["table", "json"]


def scenarios(
    plan: PlanOption,
    as_of: AsOfOption,
    output: Annotated[Format, typer.Option("--format", help=help_text("format_news"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
    model: ModelOption = None,
    details: Annotated[bool, typer.Option("--details", help=help_text("details"))] = False,
) -> None:
    """Print goals down and scenarios across, with all goals together below."""
    import bcforecast as bc
    from bcforecast.attainment.exploring import explore
    from bcforecast.attainment.scenario_table import (
        correlation_table,
        rates_table,
        scenario_records,
        scenario_table,
    )
    from bcforecast.scenarios import load_scenarios

    spoken = speak(lang)
    read = bc.load_plan(plan, data_dir=data)
    figures = bc.load_observations(data, as_of=parse_day(as_of))
    known = load_scenarios(plan=read, data_dir=data)
    exploration = explore(bc.project(read, figures, seed=seed, models=parse_models(model)))
    if output == "json":
        records = scenario_records(exploration, known, lang=spoken)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.cli.console import print_table

    print_table(scenario_table(exploration, known, lang=spoken))
    if details:
        correlation = exploration.simulation.correlation
        if correlation is not None:
            print_table(correlation_table(exploration, correlation, lang=spoken))
        print_table(rates_table(_rates(exploration), lang=spoken))


def _rates(exploration: Exploration) -> list[RateRecord]:
    """Rates through which the levers act, each once."""
    simulation = exploration.simulation
    records = [r for b in simulation.baselines for r in simulation.rates(b.indicator)]
    return list({(r.name.key, r.value, r.basis): r for r in records}.values())
