"""`bcforecast rules`: what every rule of official statisticians says of any figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from bcforecast.cli.options import LangOption, help_text, speak

Format = Literal["table", "json"]


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
    output: Annotated[Format, typer.Option("--format", help=help_text("format_news"))] = "table",
    lang: LangOption = None,
) -> None:
    """Judge a series, or a first and a last figure, by every rule."""
    from bcforecast.attainment.rules import Case, read_series
    from bcforecast.attainment.rules.table import rules_table

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
    from bcforecast.attainment.explain_table import rules_only_table
    from bcforecast.cli.console import print_table

    print_table(rules_only_table(case, lang=spoken, step=step))


def _refuse(options: dict[str, float | None], *, given: bool, key: str) -> None:
    from bcforecast.errors import BcforecastError

    wrong = [name for name, value in options.items() if (value is not None) is given]
    if wrong:
        raise BcforecastError(key, options=", ".join(wrong))
