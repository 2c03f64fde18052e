"""Commands on a plan and its figures: what is asked of them, how they begin, come in and go out."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, Final, Literal, get_args

import typer

import bcforecast as bc
from bcforecast import config, edge, reporting, saving
from bcforecast.cli import options
from bcforecast.cli.forecast import write_tables
from bcforecast.cli.options import help_text, option, parse_day, print_json, show, speak
from bcforecast.edge import csv_text
from bcforecast.errors import PlanError, Problems
from bcforecast.models.registry import parse_models
from bcforecast.text import LANGUAGES, Language, Message, day_message, language_of, text


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
    from bcforecast.attainment.checks import findings, idle, named_in, odd_cells, without_figures

    spoken = speak(lang)
    if explain is not None and output == "csv":
        raise bc.BcforecastError("cli.explain_format", found=output)
    outlook = options.projected(plan, as_of, data, seed, model, scenario, trend_only=trend_only)
    if explain is not None:
        from bcforecast.attainment.explain import explain as explained

        known = explained(outlook, outlook.plan.goal(explain).id)
        if output == "json":
            print_json(reporting.records.explanation_record(known, lang=spoken))
            return
        required = [reporting.sentences.required_words(known, lang=spoken)]
        if known.record:
            record = reporting.sentences.record_sentence(known.record)
            required.append(reporting.document.words(record.render(spoken)))
        show(reporting.tables.rules_table(known, lang=spoken))
        show(reporting.display.paragraphs(*required))
        show(reporting.tables.by_year_table(known, lang=spoken))
    elif output == "csv":
        typer.echo(csv_text(outlook.attainment()), nl=False)
    elif output == "json":
        print_json(reporting.records.goal_records(outlook, lang=spoken))
    else:
        show(reporting.tables.goals_table(outlook, lang=spoken))
        if data is not None:
            if bare := without_figures(outlook.plan, outlook.data):
                typer.echo(text("cli.fill_in", spoken, folder=data, indicators=bare.render(spoken)))
            told = [one for one in findings(outlook.plan, outlook.data) if one.message.key in _TOLD]
            with suppress(bc.BcforecastError):  # another plan of the folder cannot be read
                told += idle(outlook.data, *named_in(data, outlook.plan))
            told += odd_cells(outlook.data.dataset.rows, today=date.today())
            _say(Problems(one.sentence for one in told).told)


_TOLD: Final = (
    "checks.assumed_later", "checks.other_years", "checks.calendar_years", "checks.no_base",
    "checks.target", "checks.pace", "checks.bounds", "checks.direction",
)  # fmt: skip
"""What `goals` tells of what `check` finds: figures not used, or needed; a target far from all."""

Foreign = Literal["sdmx-csv", "json-stat", "open-sdg"]
What = Literal["all", "observations", "forecasts", "attainment"]
Form = Literal["csv", "parquet", "xlsx", "sdmx-csv"]


def export(
    out: Annotated[Path, option("export out", "-o", metavar="DIR|FILE")],
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    what: Annotated[What, option("export what", shown=True)] = "all",
    form: Annotated[Form | None, option("export format")] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    from bcforecast.observations.exchange import figures_table, sdmx_table

    speak(lang)
    ending = out.suffix.lower().removeprefix(".")
    form = form or next((one for one in get_args(Form) if one == ending), "csv")
    suffix = str(form).removeprefix("sdmx-")
    if ending and (ending != suffix or what == "all"):
        allowed = Message("cli.allowed_export", {"ending": suffix})
        raise bc.BcforecastError("errors.file", file=out, found=out.suffix, allowed=allowed)
    wanted = get_args(What)[1:] if what == "all" else (what,)
    paths = {name: out if ending else out / f"{name}.{suffix}" for name in wanted}
    read = [*(data or config.DATA_DIR).rglob("*")]
    saving.require_apart(paths.values(), read)
    outlook = options.projected(plan, as_of, data, seed, model, scenario)
    area, asked = outlook.plan.area, {one.id for one in outlook.plan.indicators}
    known = [f for f in outlook.data.observations if f.area == area and f.indicator in asked]
    tables = {
        "observations": figures_table(known),
        "forecasts": outlook.forecasts(),
        "attainment": outlook.attainment().assign(area=area),
    }
    if form == "sdmx-csv":
        tables = {name: sdmx_table(tables[name], name) for name in wanted}
    write_tables({path: tables[name] for name, path in paths.items()}, inputs=read)


def news(
    since: Annotated[str, option("from", metavar="YYYY-MM-DD")],
    until: Annotated[str, option("to", metavar="YYYY-MM-DD")],
    plan: options.PlanOption = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    from bcforecast.attainment import news as change
    from bcforecast.attainment.project import load_figures

    spoken = speak(lang)
    first, last = parse_day(since, option="--from"), parse_day(until, option="--to")
    read = options.plan_read(plan, data)
    figures = load_figures(read, data_dir=data)
    asked: dict[str, Any] = {"scenario": scenario, "seed": seed, "models": parse_models(model)}
    found = change.news(read, figures, since=first, until=last, daily=True, **asked)
    days = change.news_days(read, figures, since=first, until=last)
    log = change.status_log(read, figures, dates=days, **asked)
    if output == "json":
        print_json(reporting.records.news_record(found, log, lang=spoken))
    else:
        show(reporting.tables.news_table(found, lang=spoken))
        show(reporting.tables.steps_table(found, lang=spoken))
        show(reporting.tables.log_table(log, found, lang=spoken))


def rules(
    direction: Annotated[str | None, option("rules direction")] = None,
    y0: Annotated[float | None, option("rules y0")] = None,
    t0: Annotated[int | None, option("rules t0")] = None,
    y: Annotated[float | None, option("rules y")] = None,
    t: Annotated[int | None, option("rules t")] = None,
    target: Annotated[float | None, option("rules target")] = None,
    due: Annotated[int | None, option("rules due")] = None,
    comparator: Annotated[str | None, option("rules comparator")] = None,
    limit: Annotated[float | None, option("rules limit")] = None,
    scale: Annotated[float | None, option("rules scale")] = None,
    step: Annotated[float | None, option("rules step")] = None,
    series: Annotated[options.Place, option("rules series", metavar="FILE")] = None,
    output: options.FormatOption = "table",
    lang: options.LangOption = None,
) -> None:
    from bcforecast.rules.base import Case, read_series

    spoken = speak(lang)
    if step is not None and not 0 < step < math.inf:
        raise options.wrong_option("--step", step, Message("run.allowed_positive"))
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
    if output == "json":
        print_json(reporting.records.rule_records(case, lang=spoken, step=step))
    else:
        show(reporting.tables.case_table(case, lang=spoken, step=step))


def hindcast(
    plan: options.PlanOption = None,
    as_of: Annotated[options.Several, option("hindcast as-of", metavar="YYYY-MM-DD")] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    from bcforecast.attainment.project import load_figures
    from bcforecast.evaluation.hindcast import hindcast as look_back

    spoken = speak(lang)
    read = options.plan_read(plan, data)
    figures = load_figures(read, data_dir=data)
    asked: dict[str, Any] = {"scenario": scenario, "seed": seed, "models": parse_models(model)}
    found = look_back(read, figures, dates=[*map(parse_day, as_of or ())] or None, **asked)
    if output == "json":
        print_json(reporting.records.hindcast_record(found, lang=spoken))
    else:
        show(reporting.tables.hindcast_tables(found, lang=spoken))


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
    from bcforecast.scenarios.scenario import load_scenarios

    spoken = speak(lang)
    outlook = options.projected(plan, as_of, data, seed, model)
    exploration = outlook.exploration
    known = load_scenarios(plan=outlook.plan, data_dir=data)

    if output == "json":
        print_json(reporting.records.scenario_records(exploration, known, lang=spoken))
        return
    about = {"plan": outlook.plan.name(spoken), "as_of": day_message(outlook.as_of)}
    caption = Message("joint.table_title", about)
    show(reporting.tables.scenario_table(exploration, known, lang=spoken, caption=caption))
    if details:
        simulation = exploration.simulation
        show(reporting.tables.correlation_table(exploration, simulation.correlation, lang=spoken))
        rates = (r for b in simulation.baselines for r in simulation.rates(b.indicator))
        each_once = {(rate.id, rate.value, rate.basis): rate for rate in rates}
        show(reporting.tables.rates_table(list(each_once.values()), lang=spoken))


def seek(
    goal: Annotated[str, option("goal", known="goals")],
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    probability: Annotated[float, option("probability", metavar="P", shown=True)] = 0.8,
    lever: Annotated[options.Several, option("lever", metavar="LEVER", known="levers")] = None,
    by: Annotated[str | None, option("by", metavar="YYYY-MM-DD")] = None,
    scenario: options.ScenarioOption = config.SCENARIO,
    output: options.FormatOption = "table",
    data: options.DataOption = None,
    lang: options.LangOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
) -> None:
    from bcforecast.attainment import seek as seeking
    from bcforecast.scenarios.scenario import load_scenario

    spoken = speak(lang)
    day = None if by is None else parse_day(by, option="--by")
    outlook = options.projected(plan, as_of, data, seed, model)
    exploration, read = outlook.exploration, outlook.plan
    asked: dict[str, Any] = {"goal": read.goal(goal).id, "probability": probability}
    # Figures are of a year's end: the last that is not after the day.
    asked["by"] = None if day is None else read.first_open_year(day) - 1
    if scenario != config.SCENARIO:
        asked["base"] = load_scenario(scenario, plan=read, data_dir=data)
    if not lever:
        answers = seeking.seek_each(exploration, **asked)
    else:
        answers = (seeking.seek(exploration, levers=tuple(lever), **asked),)
    if output == "json":
        print_json(reporting.records.seek_records(answers, plan=read))
    else:
        show(reporting.tables.seek_table(exploration, answers, lang=spoken))


def check(
    data: options.DataOption = None,
    output: options.FormatOption = "table",
    lang: options.LangOption = None,
) -> None:
    from bcforecast.attainment.checks import check_folder, place_said
    from bcforecast.plan.reading import plan_ids

    spoken = speak(lang)
    checked = check_folder(data, today=date.today())
    problems, told = checked.problems, checked.findings
    errors = [one for one in told if one.severity == "error"]
    if output != "table":
        said = [("error", place_said(one), one) for one in problems.told]
        said += [(one.severity, one.place, one.message) for one in told]
        print_json([{"severity": how, **at, "text": one.render(spoken)} for how, at, one in said])
        raise typer.Exit(bc.BcforecastError.exit_status if problems or errors else 0)
    _say((*problems.told, *(one.sentence for one in errors)), err=True)
    if problems:
        typer.echo(text("cli.check_found", spoken, count=len(problems) + problems.more), err=True)
        raise typer.Exit(bc.BcforecastError.exit_status)
    warned = sum(one.severity == "warning" for one in told)
    key = "stops" if errors else "warned" if warned else "clean"
    typer.echo(text(f"cli.check_{key}", spoken, count=warned))
    _say(one.sentence for one in told if one.severity != "error")
    _say(checked.notes.told)
    for plan in plan_ids(data_dir=data):
        options.warn_of_letters(bc.load_plan(plan, data_dir=data))
    raise typer.Exit(bc.BcforecastError.exit_status if errors else 0)


@contextmanager
def asked_again(spoken: Language) -> Iterator[None]:
    """Say what is wrong with an answer, which is then asked for again: nothing else is lost."""
    try:
        yield
    except bc.BcforecastError as error:
        typer.echo(error.message.render(spoken), err=True)


def _say(words: Iterable[Message], *, err: bool = False) -> None:
    told = list[tuple[Message, object]]()
    for one in words:
        typer.echo(_shorter(one, told).render(options.language()), err=err)


def _shorter(said: Message, told: list[tuple[Message, object]]) -> Message:
    """Return a message with its long list of what is allowed, or where that was `told` before."""
    values, named = {**said.values}, {"sheet": "", "row": "", **said.values}
    if type(inner := values.get("said")) is Message:
        about = {key: one for key, one in named.items() if key in ("file", "sheet", "cell", "row")}
        values["said"] = _shorter(Message(inner.key, {**about, **inner.values}), told)
    if isinstance(one := values.get("allowed"), Message) and len(one.render("en")) > 100:
        there = Message("observations.there", named) if named["row"] else named.get("goal", "")
        at = f"{named['sheet']}!{named['cell']}".strip("!") if "cell" in named else there
        before = next((place for other, place in told if other == one), "")
        values["allowed"] = Message("errors.as_above", {"place": before}) if before else one
        told.append((one, at))
    return said if values == said.values else type(said)(said.key, values)


def _refuse_all(problems: Problems[Any]) -> None:
    _say(problems.told, err=True)
    if problems:
        raise typer.Exit(bc.BcforecastError.exit_status)


def _in_others(name: str, others: Sequence[Language], spoken: Language) -> str:
    """Ask what a name is in other languages, unless that is said; an empty answer leaves it."""
    said = [name]
    for one in others if "|" not in name else ():
        ask = text("cli.ask_name", spoken, name=name, other=text("language.name", one))
        said.append(typer.prompt(ask, "", show_default=False))
    return " | ".join(said)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=help_text("init_folder"))],
    area: Annotated[str | None, option("init area")] = None,
    years: Annotated[str | None, option("init years", metavar="2024-2030")] = None,
    goal: Annotated[options.Several, option("init goal", metavar="GOAL")] = None,
    workbook: Annotated[options.Place, option("init from", metavar="FILE")] = None,
    example: Annotated[str | None, option("init example", metavar="NAME")] = None,
    fiscal: Annotated[str | None, option("init fiscal-year", metavar="2024-25=2024-04")] = None,
    decimal: options.Decimal = None,
    lang: Annotated[options.Several, option("lang", key="init_lang", metavar="zh|en")] = None,
) -> None:
    from bcforecast.cells import FiscalYears
    from bcforecast.observations.importing import append_rows, import_file
    from bcforecast.plan import start
    from bcforecast.plan.drafts import (
        PlanDraft,
        fiscal_said,
        parse_goal,
        read_draft,
        span_of,
        with_target_heads,
    )
    from bcforecast.sheets import read_sheets

    languages = options.languages(lang or ())
    spoken = speak(languages[0] if languages else None)
    if example is not None:
        start.copy_example(example, folder)
    else:
        start.refuse_used(folder)
        more = {} if fiscal is None else fiscal_said(fiscal)
        given = PlanDraft(more=more)
        if workbook is not None:
            tables = read_sheets(workbook)
            asked_of: dict[str, Any] = {"decimal": decimal, "more": more, "area": area or ""}
            given = read_draft(tables.sheets, file=workbook, years=years or "", **asked_of)
            headed = (with_target_heads(one, given.years) for one in tables.sheets)
            tables = tables._replace(sheets=[*headed])
        given.others = languages[1:]
        asked_as: dict[str, Any] = {"decimal": decimal, "fiscal": FiscalYears.of(given.more)}
        goals = list[Any]()
        for said in goal or ():
            try:
                goals.append(parse_goal(said, **asked_as))
            except PlanError as error:
                given.problems.note([error])
        _refuse_all(given.problems)
        given.goals[:0] = goals
        given.area, given.years = (area or given.area).strip(), (years or given.years).strip()
        span_of(given)  # before anything is asked
        if sys.stdin.isatty() and not given.goals:
            while not given.area:
                given.area = typer.prompt(text("cli.ask_area", spoken)).strip()
            while not given.years:
                said = typer.prompt(text("cli.ask_years", spoken)).strip()
                with asked_again(spoken):
                    span_of(replace(given, years=said))
                    given.years = said
            guess = language_of(given.area, otherwise=spoken)
            while not languages:
                ask = text("cli.ask_language", spoken, known=", ".join(LANGUAGES))
                with asked_again(spoken):
                    languages = options.languages([typer.prompt(ask, guess)])
            given.others = languages[1:]
            typer.echo(text("cli.ask_goals", spoken))
            while said := typer.prompt(text("cli.ask_goal", spoken), "", show_default=False):
                with asked_again(spoken):
                    goals = [*given.goals, parse_goal(said, **asked_as)]
                    start.refuse_wrong(folder, replace(given, goals=goals), lang=spoken)
                    given.goals = goals
            names = dict.fromkeys((given.area, *(w for one in given.goals for w in one.words)))
            known = {name: _in_others(name, given.others, spoken) for name in names}
            given.area = known[given.area]
            given.goals = [one.called(known) for one in given.goals]
        asked = {"--area": given.area, "--years": given.years, "--goal": given.goals}
        if workbook is not None and not given.goals:
            raise next(iter(given.near), bc.BcforecastError("cells.no_goals", file=workbook))
        if missing := [name for name, one in asked.items() if not one]:
            raise bc.BcforecastError("cli.init_missing", options=", ".join(missing))
        said = given.area + "".join(one.name for one in given.goals)

        def fill(made: Path) -> None:
            if workbook is not None:
                of: dict[str, Any] = {"tables": tables, "decimal": decimal, "has_goals": True}
                found = import_file(workbook, made, dry_run=True, **of)
                _say(Problems((*given.notes, *found.notes)).told, err=True)
                _refuse_all(found.problems)
                append_rows(made, found.new_rows)

        of = languages[0] if languages else language_of(said, otherwise=spoken)
        if not languages and of != spoken:  # kanji may be Japanese: 億円 says so
            of = language_of("".join([said, *(one.unit for one in given.goals)]), otherwise=spoken)
        _say([start.start_folder(folder, given, lang=of, fill=fill)])
        if not languages and of != spoken:
            typer.echo(text("cli.init_language", spoken, lang=spoken))
    typer.echo(text("cli.init_done", spoken, folder=quote(str(folder))))


def template(
    out: Annotated[Path, option("template out", "-o", metavar="FILE.xlsx")],
    plan: Annotated[str | None, option("plan")] = None,
    data: options.DataOption = None,
    lang: options.LangOption = None,
) -> None:
    from bcforecast.models.structures import companions
    from bcforecast.plan.start import template_bytes

    spoken = speak(lang)
    asked = plan if data is None else options.plan_asked(plan, data)
    read = None if asked is None else bc.load_plan(asked, data_dir=data)
    counts = (c for one in ([] if read is None else read.indicators) for c in companions(one.id))
    # The yearly counts by which the structures of indicators are learned, each once.
    flows = dict.fromkeys((c.series, c.unit, "stock" if c.stock else "flow") for c in counts)
    if out.suffix.lower() != ".xlsx" or edge.exists(out):
        raise bc.BcforecastError("cli.template_out", file=out)
    saving.write_files({out: template_bytes(read, flows=list(flows), lang=spoken)})
    folder = "DIR" if data is None or "bcforecast-store-" in str(data) else data
    places = {"file": quote(str(out)), "folder": quote(str(folder))}
    typer.echo(text(f"cli.template_{'done' if read else 'begun'}", spoken, **places))


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("import_file"))],
    data: Annotated[str | None, option("data", metavar="DIR|URL")] = None,
    source: Annotated[str, option("import source", metavar="SOURCE")] = "",
    published: Annotated[str | None, option("import published", metavar="YYYY-MM-DD")] = None,
    form: Annotated[Foreign | None, option("import format")] = None,
    series: Annotated[options.Several, option("import series", metavar="INDICATOR[=NAME]")] = None,
    where: Annotated[options.Several, option("import where", metavar="COLUMN=VALUE")] = None,
    unit: Annotated[options.Several, option("import unit", metavar="FOUND=OURS")] = None,
    area: Annotated[str, option("import area", metavar="AREA")] = "",
    decimal: options.Decimal = None,
    author: Annotated[str, option("import author", metavar="NAME")] = "",
    reason: Annotated[str, option("import reason", metavar="TEXT")] = "",
    dry_run: Annotated[bool, option("import dry-run")] = False,
    skip_bad: Annotated[bool, option("import skip-bad")] = False,
    lang: options.LangOption = None,
) -> None:
    from bcforecast.attainment.checks import Finding, coming_in
    from bcforecast.attainment.evidence import series_for
    from bcforecast.observations import exchange
    from bcforecast.observations.importing import Import, import_file
    from bcforecast.observations.store import Store, is_url
    from bcforecast.plan.reading import plan_ids

    spoken = speak(lang)
    folder = None if data is None else options.data_folder(data, begins=True)
    if data is None or folder is None or not (edge.exists(folder) and folder.is_dir()):
        raise bc.BcforecastError("cli.import_data", found=data or "-")
    day = None if published is None else parse_day(published, option="--published")
    asked: dict[str, Any] = {"source": source, "published": day, "decimal": decimal}
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
    if len({plan.fiscal_year for plan in plans}) == 1:
        plans[0].write_years()
    names = {
        key: (called.render(spoken), one.name(spoken))
        for plan in plans
        for key, (called, one) in plan.series.items()
    }
    asked["series"] = series_for(*plans)
    strange = list[Finding]()

    def impossible(found: Import) -> list[tuple[Any, Message]]:
        strange[:] = coming_in(plans, found, today=date.today())
        return [(one.figure, one.stops.message) for one in strange if one.severity == "error"]

    asked |= {"refused": impossible, "today": date.today()}
    found = import_file(file, data, dry_run=dry_run, skip_bad=skip_bad, **asked)
    _say(Problems(found.notes).told, err=True)
    for one in found.added:
        known = one.figure.area, one.figure.indicator
        of = dict(zip(("area", "indicator"), names.get(known, known), strict=True))
        pair = {"now": one.figure, "before": one.before or one.figure}
        values = {name: each.in_words() for name, each in pair.items()}
        if len({each.status for each in pair.values()}) > 1:  # expected, and final now
            for k, each in pair.items():
                firm = Message(f"observations.status_{each.status}")
                values[k] = Message("cells.figure_as", {"figure": values[k], "status": firm})
        at = {"cell": one.place, "period": one.figure.period.in_words()}
        typer.echo(text(f"cli.import_{one.change}", spoken, **of, **at, **values))
    said = (one.sentence for one in strange if one.severity != "error")
    _say(Problems(said).told, err=True)
    _say(found.problems.told, err=True)
    changes = [one.change for one in found.figures]
    counts = {name: changes.count(name) for name in ("new", "revised", "same")}
    bad = len(found.problems) + found.problems.more
    counts |= {"others": sum(map(len, found.rows.values())), "bad": bad}
    typer.echo(text("cli.import_counts", spoken, **counts))
    right = skip_bad and bool(found.figures or found.rows)  # or nothing is left to be written
    refused = bool(found.problems) and not right
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
            raise options.wrong_option(f"--{name}", one, Message(f"cli.allowed_{name}"))
        pairs[key] = value
    return pairs


def schema(
    name: Annotated[Literal["plan", "scenario", "reports"], typer.Argument(show_default=False)],
) -> None:
    from bcforecast.plan.goals import Plan
    from bcforecast.plan.reading import file_schema
    from bcforecast.reporting.service import ReportsFile
    from bcforecast.scenarios.scenario import Scenario

    models: dict[str, Any] = {"plan": Plan, "scenario": Scenario, "reports": ReportsFile}
    print_json(file_schema(models[name], name))
