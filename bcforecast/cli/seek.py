"""`bcforecast seek`: the least push of a lever that makes a goal as likely as wanted."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Literal

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

Format = Literal["table", "json"]


def seek(
    plan: PlanOption,
    goal: Annotated[str, typer.Option("--goal", help=help_text("goal"), show_default=False)],
    as_of: AsOfOption,
    probability: Annotated[
        float, typer.Option("--probability", metavar="P", help=help_text("probability"))
    ] = 0.8,
    lever: Annotated[
        list[str] | None,
        typer.Option("--lever", metavar="LEVER", help=help_text("lever"), show_default=False),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="YYYY-MM-DD", help=help_text("by"), show_default=False),
    ] = None,
    scenario: ScenarioOption = defaults.SCENARIO,
    output: Annotated[Format, typer.Option("--format", help=help_text("format_news"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
    model: ModelOption = None,
) -> None:
    """Print what it takes: each lever alone and all together, or the levers named, as a mix."""
    import bcforecast as bc
    from bcforecast.attainment import seek as seeking
    from bcforecast.attainment.exploring import explore
    from bcforecast.attainment.scenario_table import seek_records, seek_table
    from bcforecast.scenarios import load_scenario

    spoken = speak(lang)
    read = bc.load_plan(plan, data_dir=data)
    figures = bc.load_observations(data, as_of=parse_day(as_of))
    year = None if by is None else last_year_end(parse_day(by, option="--by"))
    base = None
    if scenario != defaults.SCENARIO:
        base = load_scenario(scenario, plan=read, data_dir=data)
    exploration = explore(bc.project(read, figures, seed=seed, models=parse_models(model)))
    if lever:
        answers: tuple[seeking.Sought, ...] = (
            seeking.seek(
                exploration,
                goal=goal,
                probability=probability,
                levers=tuple(lever),
                base=base,
                by=year,
            ),
        )
    else:
        answers = seeking.seek_each(
            exploration, goal=goal, probability=probability, base=base, by=year
        )
    if output == "json":
        records = seek_records(answers)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.cli.console import print_table

    print_table(seek_table(exploration, answers, lang=spoken))


def last_year_end(day: date) -> int:
    """Year of the last 31 December that is not after a day: figures are of a year's end.

    Examples
    --------
    >>> last_year_end(date(2022, 12, 31)), last_year_end(date(2022, 6, 30))
    (2022, 2021)
    """
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1
