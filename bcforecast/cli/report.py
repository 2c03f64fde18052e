"""`bcforecast report`: write the report of a plan as of a date, in one language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bcforecast import defaults
from bcforecast.cli.options import (
    AsOfOption,
    DataOption,
    PlanOption,
    ScenarioOption,
    SeedOption,
    help_text,
    parse_day,
    speak,
)
from bcforecast.cli.run import (
    CellSecondsOption,
    ForceOption,
    MemoryOption,
    limits,
)
from bcforecast.cli.run import help_text as run_help
from bcforecast.messages import Language, text

if TYPE_CHECKING:
    from bcforecast.reporting.formats.choice import Format


def report(
    plan: PlanOption,
    as_of: AsOfOption,
    lang: Annotated[Language, typer.Option("--lang", help=help_text("lang"))] = defaults.LANGUAGE,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=help_text("out"))] = Path(
        "reports"
    ),
    scenario: ScenarioOption = defaults.SCENARIO,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="FORMAT", help=run_help("formats"), show_default=False),
    ] = None,
    data: DataOption = None,
    seed: SeedOption = defaults.SEED,
    cell_seconds: CellSecondsOption = None,
    memory_mb: MemoryOption = None,
    force: ForceOption = False,
) -> None:
    """Write `<out>/<plan>/<as-of>/<scenario>/<lang>/`, whole or not at all."""
    from bcforecast.cli.console import progress_bar
    from bcforecast.reporting.formats.choice import FORMATS
    from bcforecast.reporting.order import Order, check_order
    from bcforecast.reporting.report import fulfil
    from bcforecast.reporting.service.processes import children_end_with_us

    spoken = speak(lang)
    allowed = limits(cell_seconds, memory_mb)
    order = Order(
        plan=plan,
        as_of=parse_day(as_of),
        lang=lang,
        scenario=scenario,
        seed=seed,
        formats=tuple(cast("list[Format]", formats)) if formats else FORMATS,
        data_dir=data,
    )
    checked = check_order(order)
    with children_end_with_us(), progress_bar() as progress:
        written = fulfil(
            checked,
            out=out,
            limits=allowed,
            force=force,
            progress=progress,
        )
    key = "cli.report_written" if written.new else "run.report_unchanged"
    page = written.folder / "index.html"
    typer.echo(text(key, spoken, path=page if page.is_file() else written.folder))
