"""Commands that answer on the terminal: goals, news, rules, check and others, and export."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

import typer

import bcforecast as bc
from bcforecast import config, edge, reporting
from bcforecast.cli import options
from bcforecast.cli.forecast import write_tables
from bcforecast.cli.options import answer, option, parse_day, speak
from bcforecast.csv_text import csv_text
from bcforecast.models.registry import parse_models
from bcforecast.text import Language, Message, text

if TYPE_CHECKING:
    from bcforecast.attainment.project import Exploration
    from bcforecast.models.flows import RateRecord


def goals(
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: Annotated[Literal["table", "json", "csv"], option("format", shown=True)] = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
    explain: Annotated[str | None, option("explain", metavar="GOAL", known="goals")] = None,
    trend_only: options.TrendOnlyOption = False,
) -> None:
    """Print every goal of a plan with its probability, grade and verdict; or explain one goal."""
    spoken = speak(lang)
    if explain is not None and output == "csv":
        raise bc.BcforecastError("cli.explain_format", found=output)
    outlook = _projected(plan, as_of, data, seed, model, scenario, trend_only=trend_only)
    if explain is not None:
        from bcforecast.attainment.explain import explain as explained

        known = explained(outlook, explain)

        def explanation() -> Iterator[reporting.Section]:
            yield reporting.tables.rules_table(known, lang=spoken)
            said = [reporting.sentences.record_sentence(known.record)] if known.record else []
            record = (reporting.document.words(one.render(spoken)) for one in said)
            required = reporting.sentences.required_words(known, lang=spoken)
            yield reporting.display.paragraphs(required, *record)
            yield reporting.tables.by_year_table(known, lang=spoken)

        answer(
            output, lambda: reporting.records.explanation_record(known, lang=spoken), explanation
        )
    elif output == "csv":
        typer.echo(csv_text(outlook.attainment()), nl=False)
    else:
        answer(
            output,
            lambda: reporting.records.goal_records(outlook, lang=spoken),
            lambda: [with_sparklines(outlook, lang=spoken)],
        )
        bare = without_figures(outlook, lang=spoken)
        if bare and data is not None and output == "table":
            names = text("report.list_join", spoken).join(bare)
            typer.echo(text("cli.fill_in", spoken, folder=data, indicators=names))


_KEYS: Final = {
    "observations": ("REF_AREA", "INDICATOR", "MEASURE", "TIME_PERIOD"),
    "forecasts": ("REF_AREA", "INDICATOR", "TIME_PERIOD"),
    "attainment": ("REF_AREA", "GOAL", "TIME_PERIOD"),
}
"""The tables of `export`, and what tells the rows of each apart, as SDMX names it."""

What = Literal["all", "observations", "forecasts", "attainment"]
Form = Literal["csv", "parquet", "xlsx", "sdmx-csv"]


def export(
    out: Annotated[Path, option("out", "-o", metavar="DIR|FILE", key="export_out")],
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    what: Annotated[What, option("what", key="export_what", shown=True)] = "all",
    form: Annotated[Form | None, option("format", key="export_format")] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    """Write figures, forecasts and attainment of a plan as tables."""
    from bcforecast.observations.exchange import figures_table, sdmx_table

    spoken = speak(lang)
    ending = out.suffix.lower().removeprefix(".")
    form = form or next((one for one in get_args(Form) if one == ending), "csv")
    suffix = str(form).removeprefix("sdmx-")
    if ending and (ending != suffix or what == "all"):
        allowed = Message("cli.allowed_export", {"ending": suffix})
        raise bc.BcforecastError("errors.file", file=out, found=out.suffix, allowed=allowed)
    wanted = tuple(_KEYS) if what == "all" else (what,)
    paths = {name: out if ending else out / f"{name}.{suffix}" for name in wanted}
    read = [*(data or config.DATA_DIR).rglob("*")]
    for path in paths.values():
        edge.require_apart(path, read)
    outlook = _projected(plan, as_of, data, seed, model, scenario)
    area, asked = outlook.plan.area, {one.id for one in outlook.plan.indicators}
    known = [f for f in outlook.data.observations if f.area == area and f.indicator in asked]
    tables = {
        "observations": figures_table(known),
        "forecasts": outlook.forecasts(),
        "attainment": outlook.attainment().assign(area=area),
    }
    if form == "sdmx-csv":
        tables = {name: sdmx_table(tables[name], name, keys=_KEYS[name]) for name in wanted}
    write_tables({path: tables[name] for name, path in paths.items()}, inputs=read)
    for path in paths.values():
        typer.echo(text("cli.table_written", spoken, path=path))


def without_figures(outlook: bc.Outlook, *, lang: Language) -> list[str]:
    """Name the series that goals need and of which no figure is known, with their areas."""
    plan, found = outlook.plan, dict[str, None]()
    known = {(one.area, one.indicator) for one in outlook.data.observations}
    named = {one.id: one.name(lang) for one in plan.indicators}
    for goal in plan.goals:
        asked = plan.indicator_of(goal).compared
        needed: tuple[tuple[str, str], ...] = ((plan.area, goal.indicator),)
        if asked is not None:
            needed = ((plan.area, asked.own), *asked.beside)
        for area, series in needed:
            if (area, series) not in known:
                name = named.get(series, series)
                found[name if area == plan.area else f"{name} ({area})"] = None
    return list(found)


def with_sparklines(outlook: bc.Outlook, *, lang: Language) -> reporting.Section:
    """Return the table of goals; on a terminal that can, with figures and medians as blocks."""
    section = reporting.tables.goals_table(outlook, lang=lang)
    if not (sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")):
        return section
    from bcforecast.workbench import sparkline

    (table,) = section.tables
    rows = (
        (*row, reporting.document.words(sparkline(goal)))
        for row, goal in zip(table.rows, outlook, strict=True)
    )
    heads, kinds = (*table.columns, text("cli.column_course", lang)), (*table.kinds, "text")
    more = {"columns": heads, "kinds": kinds, "rows": tuple(rows)}
    return reporting.Section((table.model_copy(update=more),))


def news(
    until: Annotated[str, option("to", metavar="YYYY-MM-DD")],
    plan: options.PlanOption = None,
    since: Annotated[str | None, option("from", metavar="YYYY-MM-DD")] = None,
    previous: Annotated[Path | None, option("previous", metavar="FILE")] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    """Split the change of each probability into its causes, and list changes of word or grade."""
    from bcforecast.attainment import news as change
    from bcforecast.attainment.project import load_figures

    spoken = speak(lang)
    report = change.read_report(previous) if previous is not None else None
    if since is not None:
        first = parse_day(since, option="--from")
    elif report is not None:
        first = report.as_of
    else:
        raise bc.BcforecastError("cli.news_from")
    last = parse_day(until, option="--to")
    read = bc.load_plan(options.plan_asked(plan, data), data_dir=data)
    figures = load_figures(read, data_dir=data)
    asked: dict[str, Any] = {"scenario": scenario, "seed": seed, "models": parse_models(model)}
    asked["previous"] = report
    found = change.news(read, figures, since=first, until=last, **asked)
    days = change.news_days(read, figures, since=first, until=last)
    log = change.status_log(read, figures, dates=days, **asked)
    answer(
        output,
        lambda: reporting.records.news_record(found, log, lang=spoken),
        lambda: [
            reporting.tables.news_table(found, lang=spoken),
            reporting.tables.log_table(log, found, lang=spoken),
        ],
    )


def rules(
    direction: Annotated[str | None, option("direction", key="rules_direction")] = None,
    y0: Annotated[float | None, option("y0", key="rules_y0")] = None,
    t0: Annotated[int | None, option("t0", key="rules_t0")] = None,
    y: Annotated[float | None, option("y", key="rules_y")] = None,
    t: Annotated[int | None, option("t", key="rules_t")] = None,
    target: Annotated[float | None, option("target", key="rules_target")] = None,
    due: Annotated[int | None, option("due", key="rules_due")] = None,
    comparator: Annotated[str | None, option("comparator", key="rules_comparator")] = None,
    limit: Annotated[float | None, option("limit", key="rules_limit")] = None,
    scale: Annotated[float | None, option("scale", key="rules_scale")] = None,
    step: Annotated[float | None, option("step", key="rules_step")] = None,
    series: Annotated[Path | None, option("series", metavar="FILE", key="rules_series")] = None,
    output: options.FormatOption = "table",
    lang: options.LangOption = None,
) -> None:
    """Judge a series, or a first and a last figure, by every rule."""
    from bcforecast.rules.base import Case, read_series

    spoken = speak(lang)
    if step is not None and not 0 < step < math.inf:
        allowed = Message("run.allowed_positive")
        raise bc.BcforecastError("cli.option", option="--step", found=step, allowed=allowed)
    ends = {"--y0": y0, "--t0": t0, "--y": y, "--t": t}
    if series is not None:
        # The first year (--t0) may be named beside a series: it is then the base year.
        both = [name for name in ("--y0", "--y", "--t") if ends[name] is not None]
        if both:
            raise bc.BcforecastError("cli.rules_both", options=", ".join(both))
        years, values = read_series(series)
    elif y0 is not None and t0 is not None and y is not None and t is not None:
        years, values = (t0, t), (y0, y)
    else:
        missing = [name for name, value in ends.items() if value is None]
        raise bc.BcforecastError("cli.rules_missing", options=", ".join(missing))
    promise: dict[str, Any] = {"direction": direction, "target": target, "due": due}
    promise |= {"comparator": comparator, "limit": limit, "scale": scale}
    case = Case(years, values, base_year=t0, **promise)
    answer(
        output,
        lambda: reporting.records.rule_records(case, lang=spoken, step=step),
        lambda: [reporting.tables.case_table(case, lang=spoken, step=step)],
    )


def hindcast(
    plan: options.PlanOption = None,
    as_of: Annotated[
        list[str] | None, option("as-of", metavar="YYYY-MM-DD", key="hindcast_as_of")
    ] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    """Print what would have been said on each date, what happened, and the scores."""
    from bcforecast.attainment.project import load_figures
    from bcforecast.evaluation.hindcast import hindcast as look_back

    spoken = speak(lang)
    read = bc.load_plan(options.plan_asked(plan, data), data_dir=data)
    figures = load_figures(read, data_dir=data)
    dates, models = [parse_day(day) for day in as_of or ()], parse_models(model)
    found = look_back(
        read, figures, dates=dates or None, scenario=scenario, seed=seed, models=models
    )
    answer(
        output,
        lambda: reporting.records.hindcast_record(found, lang=spoken),
        lambda: [reporting.tables.hindcast_tables(found, lang=spoken)],
    )


def scenarios(
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
    details: Annotated[bool, option("details", shown=True)] = False,
) -> None:
    """Print goals down and scenarios across, with all goals together below."""
    from bcforecast.scenarios.scenario import load_scenarios

    spoken = speak(lang)
    outlook = _projected(plan, as_of, data, seed, model)
    exploration = outlook.exploration
    known = load_scenarios(plan=outlook.plan, data_dir=data)

    def sections() -> Iterator[reporting.Section]:
        about = {"plan": outlook.plan.title, "as_of": outlook.as_of.isoformat()}
        caption = Message("joint.table_title", about)
        yield reporting.tables.scenario_table(exploration, known, lang=spoken, caption=caption)
        if details:
            correlation = exploration.simulation.correlation
            yield reporting.tables.correlation_table(exploration, correlation, lang=spoken)
            yield reporting.tables.rates_table(_rates(exploration), lang=spoken)

    answer(
        output,
        lambda: reporting.records.scenario_records(exploration, known, lang=spoken),
        sections,
    )


def _projected(
    plan: str | None,
    as_of: str | None,
    data: Path | None,
    seed: int,
    model: list[str] | None,
    scenario: str = config.SCENARIO,
    *,
    trend_only: bool = False,
) -> bc.Outlook:
    from bcforecast.attainment.project import load_figures

    read = bc.load_plan(options.plan_asked(plan, data), data_dir=data)
    figures = load_figures(read, data_dir=data, as_of=options.day_asked(as_of))
    models = parse_models(model)
    return bc.project(
        read, figures, scenario=scenario, seed=seed, models=models, trend_only=trend_only
    )


def _rates(exploration: Exploration) -> list[RateRecord]:
    """Rates through which the levers act, each once."""
    simulation = exploration.simulation
    records = [r for b in simulation.baselines for r in simulation.rates(b.indicator)]
    return list({(r.id, r.value, r.basis): r for r in records}.values())


def seek(
    goal: Annotated[str, option("goal", known="goals")],
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    probability: Annotated[float, option("probability", metavar="P", shown=True)] = 0.8,
    lever: Annotated[list[str] | None, option("lever", metavar="LEVER", known="levers")] = None,
    by: Annotated[str | None, option("by", metavar="YYYY-MM-DD")] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    """Print what it takes: each lever alone and all together, or the levers named, as a mix."""
    from bcforecast.attainment import seek as seeking
    from bcforecast.scenarios.scenario import load_scenario

    spoken = speak(lang)
    year = None if by is None else last_year_end(parse_day(by, option="--by"))
    exploration = _projected(plan, as_of, data, seed, model).exploration
    base = None
    if scenario != config.SCENARIO:
        base = load_scenario(scenario, plan=exploration.outlook.plan, data_dir=data)
    asked: dict[str, Any] = {"goal": goal, "probability": probability, "base": base, "by": year}
    if not lever:
        answers = seeking.seek_each(exploration, **asked)
    else:
        answers = (seeking.seek(exploration, levers=tuple(lever), **asked),)
    answer(
        output,
        lambda: reporting.records.seek_records(answers, plan=exploration.outlook.plan),
        lambda: [reporting.tables.seek_table(exploration, answers, lang=spoken)],
    )


def last_year_end(day: date) -> int:
    """Year of the last 31 December that is not after a day: figures are of a year's end."""
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def check(
    data: options.DataOption = None,
    output: options.FormatOption = "table",
    lang: options.LangOption = None,
) -> None:
    """Check every plan and data file and print all problems found, and what is worth a look."""
    from bcforecast.attainment.checks import check_folder, look_through, unused_series
    from bcforecast.reporting.facts import json_text

    spoken = speak(lang)
    problems = check_folder(data)
    if output != "table":
        found: list[dict[str, object]] = [
            {"severity": "error", "text": p.message.render(spoken)} for p in problems
        ]
        stops = False
        if not problems:
            told = look_through(data)
            stops = any(one.severity == "error" for one in told)
            found += [
                {"severity": one.severity, "file": one.file, "row": one.row,
                 "text": one.message.render(spoken)}
                for one in told
            ]  # fmt: skip
        typer.echo(json_text(found), nl=False)
        raise typer.Exit(bc.BcforecastError.exit_status if problems or stops else 0)
    for problem in problems:
        typer.echo(problem.message.render(spoken), err=True)
    if problems:
        typer.echo(text("cli.check_found", spoken, count=len(problems)), err=True)
        raise typer.Exit(bc.BcforecastError.exit_status)
    told = look_through(data)
    errors = [one.sentence.render(spoken) for one in told if one.severity == "error"]
    for said in errors:
        typer.echo(said, err=True)
    typer.echo(text("cli.check_stops" if errors else "cli.check_clean", spoken))
    for finding in told:
        if finding.severity != "error":
            typer.echo(finding.sentence.render(spoken))
    for area, indicator, count in unused_series(data):
        values = {"area": area, "indicator": indicator, "count": count}
        typer.echo(text("cli.check_unused", spoken, **values))
    raise typer.Exit(bc.BcforecastError.exit_status if errors else 0)
