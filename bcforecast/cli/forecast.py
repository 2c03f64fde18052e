"""`bcforecast forecast`: many series at once, and the probabilities of targets on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bcforecast.cli.options import LangOption, help_text, speak
from bcforecast.errors import BcforecastError, ModelError
from bcforecast.messages import Message, text

if TYPE_CHECKING:
    import pandas as pd

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
    from bcforecast.attainment.reference_targets import with_reference
    from bcforecast.cli.console import progress_bar
    from bcforecast.cli.tables import (
        beside,
        line_of_row,
        read_table,
        require_apart,
        require_ending,
        write_tables,
    )
    from bcforecast.models.panel import PanelForecast, forecast_panel
    from bcforecast.models.panel_problems import PanelOptionError, PanelTableError

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
