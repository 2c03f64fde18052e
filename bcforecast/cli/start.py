"""Commands with which a plan of one's own begins, and figures come in and go out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import bcforecast as bc
from bcforecast import edge
from bcforecast.cli import options
from bcforecast.cli.options import help_text, language, option, parse_day, speak
from bcforecast.text import Message, language_of, text

Foreign = Literal["sdmx-csv", "json-stat", "open-sdg"]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=help_text("init_folder"))],
    area: Annotated[str | None, option("area", key="init_area")] = None,
    years: Annotated[str | None, option("years", metavar="2024-2030", key="init_years")] = None,
    goal: Annotated[list[str] | None, option("goal", metavar="GOAL", key="init_goal")] = None,
    workbook: Annotated[Path | None, option("from", metavar="FILE", key="init_from")] = None,
    example: Annotated[str | None, option("example", metavar="NAME", key="init_example")] = None,
    lang: options.LangOption = None,
) -> None:
    """Begin a plan of one's own: a folder in which `goals` answers at once."""
    from bcforecast.plan import start

    spoken = speak(lang)
    if example is not None:
        start.copy_example(example, folder)
    else:
        start.refuse_used(folder)
        goals = [start.parse_goal(one) for one in goal or ()]
        if workbook is not None:
            from bcforecast.observations.importing import read_sheets

            for sheet in read_sheets(workbook)[0]:
                goals += start.goals_of_rows(cells for _, cells in sheet.rows)
        if sys.stdin.isatty() and not goals:
            area = area or typer.prompt(text("cli.ask_area", spoken))
            years = years or typer.prompt(text("cli.ask_years", spoken))
            typer.echo(text("cli.ask_goals", spoken))
            while said := typer.prompt(text("cli.ask_goal", spoken), "", show_default=False):
                try:
                    goals.append(start.parse_goal(said))
                except bc.BcforecastError as error:  # asked again, nothing is lost
                    typer.echo(error.message.render(spoken), err=True)
        missing = [name for name, given in (("--area", area), ("--years", years)) if not given]
        missing += [] if goals else ["--goal"]
        if missing or area is None or years is None:
            raise bc.BcforecastError("cli.init_missing", options=", ".join(missing))
        written = language_of(area + "".join(one.name for one in goals), otherwise=spoken)
        start.start_folder(folder, area=area, years=years, goals=goals, lang=written)
        if workbook is not None:
            _add(workbook, folder)
    typer.echo(text("cli.init_done", spoken, folder=folder))


def _add(workbook: Path, folder: Path) -> None:
    from bcforecast.observations.importing import import_file

    found = import_file(workbook, folder)
    for problem in found.problems:
        typer.echo(problem.render(language()), err=True)


def template(
    out: Annotated[Path, option("out", "-o", metavar="FILE.xlsx", key="template_out")],
    plan: Annotated[str | None, option("plan")] = None,
    data: options.DataOption = None,
    lang: options.LangOption = None,
) -> None:
    """Write a workbook to fill in: goals, figures, months, sources, judgements."""
    from bcforecast.plan.workbook import template_bytes

    spoken = speak(lang)
    read = None if plan is None else bc.load_plan(plan, data_dir=data)
    flows = [] if read is None else flows_behind([one.id for one in read.indicators])
    if out.suffix.lower() != ".xlsx" or edge.exists(out):
        raise bc.BcforecastError("cli.template_out", file=out)
    edge.write_files({out: template_bytes(read, flows=flows, lang=spoken)})
    typer.echo(text("cli.template_done", spoken, file=out))


def flows_behind(indicators: list[str]) -> list[tuple[str, str, str]]:
    """Return the yearly counts by which the structures of indicators are learned."""
    from bcforecast.models.structures import companions

    counts = [one for indicator in indicators for one in companions(indicator)]
    return list(
        dict.fromkeys((one.series, one.unit, "stock" if one.stock else "flow") for one in counts)
    )


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("import_file"))],
    data: Annotated[str | None, option("data", metavar="DIR|URL")] = None,
    source: Annotated[str, option("source", metavar="SOURCE", key="import_source")] = "",
    published: Annotated[
        str | None, option("published", metavar="YYYY-MM-DD", key="import_published")
    ] = None,
    form: Annotated[Foreign | None, option("format", key="import_format")] = None,
    series: Annotated[
        list[str] | None, option("series", metavar="INDICATOR[=NAME]", key="import_series")
    ] = None,
    where: Annotated[
        list[str] | None, option("where", metavar="COLUMN=VALUE", key="import_where")
    ] = None,
    unit: Annotated[
        list[str] | None, option("unit", metavar="FOUND=OURS", key="import_unit")
    ] = None,
    area: Annotated[str, option("area", metavar="AREA", key="import_area")] = "",
    author: Annotated[str, option("author", metavar="NAME", key="import_author")] = "",
    reason: Annotated[str, option("reason", metavar="TEXT", key="import_reason")] = "",
    dry_run: Annotated[bool, option("dry-run", key="import_dry_run")] = False,
    skip_bad: Annotated[bool, option("skip-bad", key="import_skip_bad")] = False,
    lang: options.LangOption = None,
) -> None:
    """Add the figures of a file to a data folder, and say what changes."""
    from bcforecast.observations import exchange
    from bcforecast.observations.importing import import_file
    from bcforecast.observations.store import Store, is_url
    from bcforecast.plan.reading import plan_ids

    spoken = speak(lang)
    folder = None if data is None else options.data_folder(data)
    if data is None or folder is None or not (edge.exists(folder) and folder.is_dir()):
        raise bc.BcforecastError("cli.import_data", found=data or "-")
    day: date | None = None
    if published is not None:
        day = parse_day(published, option="--published")
    asked: dict[str, Any] = {"source": source, "published": day}
    if bool(author) != bool(reason):
        raise bc.BcforecastError("cli.import_correction")
    if author:
        asked["correction"] = author, reason
    pairs = {"series": series or (), "where": where or ()}
    chosen: dict[str, Any] = {name: _pairs(name, given) for name, given in pairs.items()}
    if form is not None:
        chosen |= {"unit": unit or (), "folder": folder, "area": area, "source": source}
        asked["tables"] = exchange.read_tables(file, form, **chosen)
    elif area or unit or any(chosen.values()):
        raise bc.BcforecastError("cli.import_no_format")
    plans = [bc.load_plan(plan, data_dir=folder) for plan in plan_ids(data_dir=folder)]
    names = {
        (plan.area, one.id): (plan.area_names.render(spoken), one.name(spoken))
        for plan in plans
        for one in plan.indicators
    }
    found = import_file(file, data, dry_run=dry_run, skip_bad=skip_bad, **asked)
    for note in found.notes:
        typer.echo(note.render(spoken), err=True)
    for one in found.added:
        known = one.figure.area, one.figure.indicator
        area, indicator = names.get(known, known)
        place = {"cell": one.place, "area": area, "indicator": indicator}
        before = Message("cells.nothing") if one.before is None else one.before.in_words()
        values = {"now": one.figure.in_words(), "before": before, **place}
        period = one.figure.period.in_words()
        typer.echo(text(f"cli.import_{one.change}", spoken, period=period, **values))
    for problem in found.problems:
        typer.echo(problem.render(spoken), err=True)
    changes = [one.change for one in found.figures]
    counts = {name: changes.count(name) for name in ("new", "revised", "same")}
    others = sum(map(len, found.rows.values()))
    bad = len(found.problems)
    typer.echo(text("cli.import_counts", spoken, others=others, bad=bad, **counts))
    refused = bool(found.problems) and not skip_bad
    outcome = "refused" if refused else "dry" if dry_run else "done"
    shown = Store.at(data).name if is_url(data) else data
    typer.echo(text(f"cli.import_{outcome}", spoken, folder=shown), err=refused)
    if refused:
        raise typer.Exit(bc.BcforecastError.exit_status)


def _pairs(name: str, given: Iterable[str]) -> dict[str, str]:
    """Return what options of the form `name=value` say; a series may stand alone."""
    pairs: dict[str, str] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not key or key in pairs or not (sign or name == "series"):
            allowed = Message(f"cli.allowed_{name}")
            raise bc.BcforecastError("cli.option", option=f"--{name}", found=one, allowed=allowed)
        pairs[key] = value
    return pairs


def schema(
    name: Annotated[Literal["plan", "scenario", "reports"], typer.Argument(show_default=False)],
) -> None:
    """Print the JSON Schema of a file that people write."""
    from pydantic import BaseModel

    from bcforecast.plan.goals import Plan
    from bcforecast.plan.reading import file_schema
    from bcforecast.reporting.facts import json_text
    from bcforecast.reporting.service import ReportsFile
    from bcforecast.scenarios.scenario import Scenario

    models: dict[str, type[BaseModel]] = {
        "plan": Plan,
        "scenario": Scenario,
        "reports": ReportsFile,
    }
    typer.echo(json_text(file_schema(models[name], name)), nl=False)
