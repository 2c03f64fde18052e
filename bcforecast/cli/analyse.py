"""Commands that answer: goals, news, rules, hindcast, scenarios, seek, forecast, check."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from bcforecast import config
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
from bcforecast.csv_text import csv_text
from bcforecast.errors import BcforecastError, ModelError
from bcforecast.text import Language, Message, text

if TYPE_CHECKING:
    import pandas as pd

    from bcforecast.attainment.project import Exploration, Outlook
    from bcforecast.models.flows import RateRecord

_ENDINGS: Final = (".csv", ".parquet")
_TEXTS: Final = ("unique_id", "reference_class")
"""Columns that are names, even where they look like numbers."""

_NUMBERS: Final = ("y", "h", "target")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table; of a CSV, `unique_id` and `reference_class` stay text and `ds` may be dates.

    Raises
    ------
    BcforecastError
        If the file is not there, has another ending, is empty, or is not a UTF-8 CSV or a Parquet
        file.
    """
    import pandas as pd
    import pyarrow as pa

    ending = _ending(path)
    if not path.is_file():
        raise _unreadable(path, "cli.found_no_file")
    try:
        if ending == ".parquet":
            return pd.read_parquet(path)
        frame = pd.read_csv(
            path,
            encoding="utf-8-sig",
            dtype=dict.fromkeys(_TEXTS, str),
            keep_default_na=False,
            na_values={name: ["", "NA", "NaN", "nan", "null"] for name in _NUMBERS},
        )
    except UnicodeDecodeError as error:
        raise _unreadable(path, "cli.found_not_utf8") from error
    except pd.errors.EmptyDataError as error:
        raise _unreadable(path, "cli.found_empty") from error
    except (pd.errors.ParserError, pa.ArrowInvalid, OSError) as error:
        raise _unreadable(path, "cli.found_no_table") from error
    return frame


def line_of_row(path: Path, row: int) -> int:
    """Return the line of a table's row (from 1) as an editor counts it; of Parquet, the row.

    The header of a CSV is line 1; blank lines and line breaks within cells count.
    """
    if _ending(path) == ".parquet":
        return row
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        starts = []
        start = 1
        for cells in reader:
            if len(cells) > 1 or any(cell.strip() for cell in cells):
                starts.append(start)
            start = reader.line_num + 1
    return starts[row] if row < len(starts) else row + 1


def require_ending(path: Path) -> None:
    """Refuse a name that ends in neither .csv nor .parquet.

    Raises
    ------
    BcforecastError
        Naming the file.
    """
    _ending(path)


def beside(path: Path, word: str) -> Path:
    """Return the name of a second file: `out.targets.csv` beside `out.csv`.

    Examples
    --------
    >>> beside(Path("results/out.parquet"), "targets").as_posix()
    'results/out.targets.parquet'
    """
    return path.with_name(f"{path.stem}.{word}{path.suffix}")


def require_apart(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse to write a file that is also read, under this name or another.

    Raises
    ------
    BcforecastError
        Naming both.
    """
    read = list(inputs)
    for out in outputs:
        for given in read:
            if _same_file(out, given):
                raise BcforecastError("cli.overwrites_input", file=out, input=given)


def _same_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def write_tables(tables: Mapping[Path, pd.DataFrame]) -> None:
    """Write tables by the endings of their names; all are complete before the first appears.

    In a CSV, a text that a spreadsheet would take for a formula gets an apostrophe before it.

    Raises
    ------
    BcforecastError
        If a folder cannot be written to.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, frame in tables.items():
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            ready.append((part, path))
            path.parent.mkdir(parents=True, exist_ok=True)
            if _ending(path) == ".parquet":
                frame.to_parquet(part, index=False)
            else:
                part.write_text(csv_text(frame), encoding="utf-8", newline="")
        for part, path in ready:
            part.replace(path)
    except OSError as error:
        allowed = Message("cli.allowed_folder")
        raise BcforecastError(
            "errors.file", file=ready[-1][1], found=error.strerror or "-", allowed=allowed
        ) from error
    finally:
        for part, _ in ready:
            part.unlink(missing_ok=True)


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise _unreadable(path, "cli.found_ending")
    return ending


def _unreadable(path: Path, found: str) -> BcforecastError:
    return BcforecastError(
        "errors.file", file=path, found=Message(found), allowed=Message("cli.allowed_table")
    )


GoalsFormat = Literal["table", "json", "csv"]


def goals(
    plan: PlanOption,
    as_of: AsOfOption,
    scenario: ScenarioOption = config.SCENARIO,
    output: Annotated[GoalsFormat, typer.Option("--format", help=help_text("format"))] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = config.SEED,
    model: ModelOption = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="GOAL", help=help_text("explain"), show_default=False),
    ] = None,
) -> None:
    """Print every goal of a plan with its probability, grade and verdict; or explain one goal."""
    import bcforecast as bc
    from bcforecast.reporting.analyses import as_records, as_table

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
        from bcforecast.cli.options import print_table

        print_table(as_table(outlook, lang=spoken))


def _explain(outlook: Outlook, goal: str, output: GoalsFormat, lang: Language) -> None:
    from bcforecast.attainment.explain import explain
    from bcforecast.reporting.analyses import explanation_record

    known = explain(outlook, goal)
    if output == "json":
        record = explanation_record(known, lang=lang)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.attainment.explain import parts_message
    from bcforecast.cli.options import print_table
    from bcforecast.reporting.analyses import by_year_table, panel_table, required_words

    print_table(panel_table(known, lang=lang))
    typer.echo(required_words(known, lang=lang))
    said = parts_message(known.item, scenario=known.scenario)
    if said is not None:
        typer.echo(said.render(lang))
    by_year = by_year_table(known, lang=lang)
    if by_year is not None:
        print_table(by_year)


TableFormat = Literal["table", "json"]


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
    scenario: ScenarioOption = config.SCENARIO,
    output: Annotated[
        TableFormat, typer.Option("--format", help=help_text("format_news"))
    ] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = config.SEED,
    model: ModelOption = None,
) -> None:
    """Split the change of each probability into its causes, and list changes of word or grade."""
    import bcforecast as bc
    from bcforecast.attainment.news import news as split_change
    from bcforecast.attainment.news import news_days, read_report, status_log
    from bcforecast.reporting.analyses import log_table, news_record, news_table

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
    from bcforecast.cli.options import print_table

    print_table(news_table(found, lang=spoken))
    log = log_table(changes, found, lang=spoken)
    if log is None:
        typer.echo(text("news.log_none", spoken))
    else:
        print_table(log)


def _number(name: str) -> object:
    return typer.Option(f"--{name}", help=help_text(f"rules_{name}"), show_default=False)


def rules(
    direction: Annotated[str | None, _number("direction")] = None,
    y0: Annotated[float | None, _number("y0")] = None,
    t0: Annotated[int | None, _number("t0")] = None,
    y: Annotated[float | None, _number("y")] = None,
    t: Annotated[int | None, _number("t")] = None,
    target: Annotated[float | None, _number("target")] = None,
    due: Annotated[int | None, _number("due")] = None,
    comparator: Annotated[str | None, _number("comparator")] = None,
    limit: Annotated[float | None, _number("limit")] = None,
    scale: Annotated[float | None, _number("scale")] = None,
    step: Annotated[float | None, _number("step")] = None,
    series: Annotated[
        Path | None,
        typer.Option("--series", metavar="FILE", help=help_text("series"), show_default=False),
    ] = None,
    output: Annotated[
        TableFormat, typer.Option("--format", help=help_text("format_news"))
    ] = "table",
    lang: LangOption = None,
) -> None:
    """Judge a series, or a first and a last figure, by every rule."""
    from bcforecast.reporting.analyses import rules_table
    from bcforecast.rules.base import Case, read_series

    spoken = speak(lang)
    if series is not None:
        _refuse({"--y0": y0, "--y": y, "--t": t}, given=True, key="cli.rules_both")
        years, values = read_series(series)
    else:
        _refuse({"--y0": y0, "--t0": t0, "--y": y, "--t": t}, given=False, key="cli.rules_missing")
        assert y0 is not None and t0 is not None and y is not None and t is not None  # noqa: PT018
        years, values = (t0, t), (y0, y)
    case = Case(
        years,
        values,
        direction=direction,  # type: ignore[arg-type]
        target=target,
        due=due,
        comparator=comparator,  # type: ignore[arg-type]
        base_year=t0,
        limit=limit,
        scale=scale,
    )
    if output == "json":
        records = [record.as_dict() for record in rules_table(case, lang=spoken, step=step)]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from bcforecast.cli.options import print_table
    from bcforecast.reporting.analyses import rules_only_table

    print_table(rules_only_table(case, lang=spoken, step=step))


def _refuse(options: dict[str, float | None], *, given: bool, key: str) -> None:
    from bcforecast.errors import BcforecastError

    wrong = [name for name, value in options.items() if (value is not None) is given]
    if wrong:
        raise BcforecastError(key, options=", ".join(wrong))


def hindcast(
    plan: PlanOption,
    as_of: Annotated[
        list[str] | None,
        typer.Option(
            "--as-of", metavar="YYYY-MM-DD", help=help_text("hindcast_as_of"), show_default=False
        ),
    ] = None,
    scenario: ScenarioOption = config.SCENARIO,
    output: Annotated[
        TableFormat, typer.Option("--format", help=help_text("format_news"))
    ] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = config.SEED,
    model: ModelOption = None,
) -> None:
    """Print what would have been said on each date, what happened, and the scores."""
    import bcforecast as bc
    from bcforecast.evaluation.hindcast import hindcast as look_back
    from bcforecast.reporting.analyses import goals_table, hindcast_record, scores_table

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
    from bcforecast.cli.options import print_table

    print_table(goals_table(found, lang=spoken))
    print_table(scores_table(found, lang=spoken))


def scenarios(
    plan: PlanOption,
    as_of: AsOfOption,
    output: Annotated[
        TableFormat, typer.Option("--format", help=help_text("format_news"))
    ] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = config.SEED,
    model: ModelOption = None,
    details: Annotated[bool, typer.Option("--details", help=help_text("details"))] = False,
) -> None:
    """Print goals down and scenarios across, with all goals together below."""
    import bcforecast as bc
    from bcforecast.attainment.project import explore
    from bcforecast.reporting.analyses import (
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
    from bcforecast.cli.options import print_table

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
    scenario: ScenarioOption = config.SCENARIO,
    output: Annotated[
        TableFormat, typer.Option("--format", help=help_text("format_news"))
    ] = "table",
    data: DataOption = None,
    lang: LangOption = None,
    seed: SeedOption = config.SEED,
    model: ModelOption = None,
) -> None:
    """Print what it takes: each lever alone and all together, or the levers named, as a mix."""
    import bcforecast as bc
    from bcforecast.attainment import seek as seeking
    from bcforecast.attainment.project import explore
    from bcforecast.reporting.analyses import seek_records, seek_table
    from bcforecast.scenarios import load_scenario

    spoken = speak(lang)
    read = bc.load_plan(plan, data_dir=data)
    figures = bc.load_observations(data, as_of=parse_day(as_of))
    year = None if by is None else last_year_end(parse_day(by, option="--by"))
    base = None
    if scenario != config.SCENARIO:
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
    from bcforecast.cli.options import print_table

    print_table(seek_table(exploration, answers, lang=spoken))


def last_year_end(day: date) -> int:
    """Year of the last 31 December that is not after a day: figures are of a year's end.

    Examples
    --------
    >>> last_year_end(date(2022, 12, 31)), last_year_end(date(2022, 6, 30))
    (2022, 2021)
    """
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


Engine = Literal["local", "dask"]
Scale = Literal["auto", "identity", "log"]


def forecast(
    series: Annotated[Path, typer.Argument(metavar="SERIES", help=help_text("series"))],
    horizon: Annotated[int, typer.Option("--horizon", help=help_text("horizon"))],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=help_text("table"))],
    quantiles: Annotated[
        str, typer.Option("--quantiles", help=help_text("quantiles"))
    ] = "0.025,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.975",
    targets: Annotated[
        Path | None,
        typer.Option("--targets", metavar="FILE", help=help_text("targets"), show_default=False),
    ] = None,
    reference: Annotated[bool, typer.Option("--reference", help=help_text("reference"))] = False,
    scale: Annotated[Scale, typer.Option("--scale", help=help_text("scale"))] = "auto",
    support: Annotated[
        str | None,
        typer.Option(
            "--support", metavar="LOW,HIGH", help=help_text("support"), show_default=False
        ),
    ] = None,
    n_jobs: Annotated[int, typer.Option("--n-jobs", help=help_text("n_jobs"))] = 1,
    engine: Annotated[Engine, typer.Option("--engine", help=help_text("engine"))] = "local",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help=help_text("scheduler"), show_default=False)
    ] = None,
    lang: LangOption = None,
) -> None:
    """Forecast every series of a table."""
    from bcforecast.attainment.reference_class import with_reference
    from bcforecast.cli.analyse import (
        beside,
        line_of_row,
        read_table,
        require_apart,
        require_ending,
        write_tables,
    )
    from bcforecast.cli.options import progress_bar
    from bcforecast.models.panel import (
        PanelForecast,
        PanelOptionError,
        PanelTableError,
        forecast_panel,
    )

    spoken = speak(lang)
    require_ending(out)
    read = [path for path in (series, targets) if path is not None]
    require_apart((out,) if targets is None else (out, beside(out, "targets")), read)
    levels = _numbers("--quantiles", quantiles, "panel.allowed_quantiles")
    ends = None if support is None else _support(support)
    if reference and targets is None:
        raise BcforecastError("cli.reference_without_targets")
    frame = read_table(series)
    asked = None if targets is None else read_table(targets)
    if asked is not None and "unique_id" in asked and "unique_id" in frame:
        frame, asked = (f.assign(unique_id=_as_text(f["unique_id"])) for f in (frame, asked))
    try:
        with progress_bar() as advance:
            step = text("cli.step_forecast", spoken)
            found = forecast_panel(
                frame,
                horizon,
                levels,
                targets=asked,
                scale=scale,
                support=ends,
                n_jobs=n_jobs,
                engine=engine,
                scheduler=scheduler,
                progress=lambda done, total: advance(step, done, total),
            )
    except PanelOptionError as error:
        option = f"--{error.option.replace('_', '-')}"
        raise BcforecastError(
            "cli.option", option=option, found=error.found, allowed=error.allowed
        ) from error
    except PanelTableError as error:
        file = targets if error.table == "targets" and targets is not None else series
        problem = error.problem(lambda row: line_of_row(file, row))
        raise BcforecastError("cli.in_file", file=file, problem=problem) from error
    except ModelError as error:
        raise BcforecastError("cli.in_file", file=series, problem=error.message) from error
    tables: dict[Path, pd.DataFrame]
    if isinstance(found, PanelForecast):
        probabilities = with_reference(found.targets, frame) if reference else found.targets
        tables = {out: found.forecasts, beside(out, "targets"): probabilities}
    else:
        tables = {out: found}
    write_tables(tables)
    for path in tables:
        typer.echo(text("cli.table_written", spoken, path=path))


def _as_text(column: pd.Series) -> pd.Series:
    """Identifiers as text; an empty one stays empty, to be refused."""
    return column.astype(str).where(column.notna())


def _numbers(option: str, given: str, allowed: str) -> tuple[float, ...]:
    try:
        return tuple(float(number) for number in given.split(","))
    except ValueError as error:
        raise BcforecastError(
            "cli.option", option=option, found=given, allowed=Message(allowed)
        ) from error


def _support(given: str) -> tuple[float, float]:
    ends = _numbers("--support", given, "cli.allowed_support")
    if len(ends) != 2 or not ends[0] < ends[1]:
        allowed = Message("cli.allowed_support")
        raise BcforecastError("cli.option", option="--support", found=given, allowed=allowed)
    return ends[0], ends[1]


def check(data: DataOption = None, lang: LangOption = None) -> None:
    """Check every plan and data file and print all problems found."""
    from bcforecast.attainment.project import check_folder, unused_series
    from bcforecast.errors import BcforecastError

    spoken = speak(lang)
    problems = check_folder(data)
    for problem in problems:
        typer.echo(problem.message.render(spoken), err=True)
    if problems:
        typer.echo(text("cli.check_found", spoken, count=len(problems)), err=True)
        raise typer.Exit(BcforecastError.exit_status)
    typer.echo(text("cli.check_clean", spoken))
    for area, indicator, count in unused_series(data):
        values = {"area": area, "indicator": indicator, "count": count}
        typer.echo(text("cli.check_unused", spoken, **values))
