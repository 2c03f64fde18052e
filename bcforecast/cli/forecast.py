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
        read_table,
        require_apart,
        require_ending,
        write_tables,
    )
    from bcforecast.models.panel import PanelForecast, forecast_panel

    spoken = speak(lang)
    require_ending(out)
    read = [path for path in (series, targets) if path is not None]
    require_apart((out,) if targets is None else (out, beside(out, "targets")), read)
    levels = _levels(quantiles)
    if reference and targets is None:
        raise BcforecastError("cli.reference_without_targets")
    frame = read_table(series)
    asked = None if targets is None else read_table(targets)
    if asked is not None and "unique_id" in asked and "unique_id" in frame:
        frame, asked = (f.assign(unique_id=f["unique_id"].astype(str)) for f in (frame, asked))
    try:
        with progress_bar() as advance:
            step = text("cli.step_forecast", spoken)
            found = forecast_panel(
                frame,
                horizon,
                levels,
                targets=asked,
                scale=scale,
                n_jobs=n_jobs,
                engine=engine,
                scheduler=scheduler,
                progress=lambda done, total: advance(step, done, total),
            )
    except ModelError as error:
        files = series if targets is None else f"{series}, {targets}"
        raise BcforecastError("cli.in_file", file=files, problem=error.message) from error
    tables: dict[Path, pd.DataFrame]
    if isinstance(found, PanelForecast):
        probabilities = with_reference(found.targets, frame) if reference else found.targets
        tables = {out: found.forecasts, beside(out, "targets"): probabilities}
    else:
        tables = {out: found}
    write_tables(tables)
    for path in tables:
        typer.echo(text("cli.table_written", spoken, path=path))


def _levels(given: str) -> tuple[float, ...]:
    try:
        levels = tuple(float(level) for level in given.split(","))
    except ValueError:
        levels = ()
    if not levels or not all(0.0 < level < 1.0 for level in levels):
        allowed = Message("cli.allowed_quantiles")
        raise BcforecastError("cli.option", option="--quantiles", found=given, allowed=allowed)
    return levels
