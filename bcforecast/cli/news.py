"""`bcforecast news`: why each probability moved between two dates."""

from __future__ import annotations

import json
from pathlib import Path
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
from bcforecast.messages import text

Format = Literal["table", "json"]


def news(
    plan: PlanOption,
    until: Annotated[
        str, typer.Option("--to", metavar="YYYY-MM-DD", help=help_text("to"), show_default=False)
    ],
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help=help_text("from"), show_default=False),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="FILE", help=help_text("previous"), show_default=False),
    ] = None,
    scenario: ScenarioOption = defaults.SCENARIO,
    output: Annotated[Format, typer.Option("--format", help=help_text("format_news"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = defaults.SEED,
    model: ModelOption = None,
) -> None:
    """Split the change of each probability into its causes, and list changes of word or grade."""
    import bcforecast as bc
    from bcforecast.attainment.news import news as split_change
    from bcforecast.attainment.news_table import log_table, news_record, news_table
    from bcforecast.attainment.status import read_report
    from bcforecast.attainment.status_log import news_days, status_log

    spoken = speak(lang)
    report = read_report(previous) if previous is not None else None
    if since is not None:
        first = parse_day(since, option="--from")
    elif report is not None:
        first = report.as_of
    else:
        raise bc.BcforecastError("cli.news_from")
    last = parse_day(until, option="--to")
    read, figures = bc.load_plan(plan, data_dir=data), bc.load_observations(data)
    models = parse_models(model)
    found = split_change(
        read,
        figures,
        since=first,
        until=last,
        scenario=scenario,
        seed=seed,
        models=models,
        previous=report,
    )
    days = news_days(read, figures, since=first, until=last)
    changes = status_log(
        read,
        figures,
        dates=days,
        scenario=scenario,
        seed=seed,
        models=models,
        previous=report,
    )
    if output == "json":
        record = news_record(found, changes, lang=spoken)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.cli.console import print_table

    print_table(news_table(found, lang=spoken))
    log = log_table(changes, found, lang=spoken)
    if log is None:
        typer.echo(text("news.log_none", spoken))
    else:
        print_table(log)
