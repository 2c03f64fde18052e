"""Options that commands share, the language they speak, tables on a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcforecast.errors import BcforecastError
from bcforecast.text import LANGUAGES, Language, text

if TYPE_CHECKING:
    from bcforecast.reporting.analyses import TextTable


def language() -> Language:
    """Language of help, tables and errors: `BCFORECAST_LANG`, English if it is not set."""
    asked = os.environ.get("BCFORECAST_LANG", "en")
    return next((lang for lang in LANGUAGES if asked.lower().startswith(lang)), "en")


def speak(lang: Language | None) -> Language:
    """Use `lang` for the rest of this run, errors included; None leaves the language as it is."""
    if lang is not None:
        os.environ["BCFORECAST_LANG"] = lang
    return language()


def help_text(name: str) -> str:
    """Help of a command or option, from the catalogue `cli`."""
    return text(f"cli.help_{name}", language())


def parse_day(given: str, *, option: str = "--as-of") -> date:
    """Read a date such as 2021-12-31.

    Raises
    ------
    BcforecastError
        If it is none.
    """
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BcforecastError("cli.not_a_date", option=option, found=given) from error


def parse_models(given: list[str] | None) -> dict[str, str]:
    """Read choices such as `tech_contract_value=ets`: the model of each indicator."""
    from bcforecast.models.registry import named_models

    return named_models(given or ())


PlanOption = Annotated[str, typer.Option("--plan", help=help_text("plan"), show_default=False)]
AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="YYYY-MM-DD", help=help_text("as_of"), show_default=False)
]
ScenarioOption = Annotated[str, typer.Option("--scenario", help=help_text("scenario"))]
SeedOption = Annotated[int, typer.Option("--seed", help=help_text("seed"))]
ModelOption = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="INDICATOR=NAME", help=help_text("model"), show_default=False),
]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help=help_text("data"), show_default=False)
]
LangOption = Annotated[Language | None, typer.Option("--lang", help=help_text("lang"))]


Advance = Callable[[str, int, int], None]
"""Called with the step's name, the number of steps done and the number of all steps."""

_WIDTH_WHEN_PIPED = 200


def print_table(table: TextTable) -> None:
    """Print a table of texts, numbers to the right; a pipe gets wide lines without colour."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_WHEN_PIPED)
    rich_table = Table(title=table.title, caption=table.note, caption_justify="left")
    for name, numeric in zip(table.columns, table.numeric, strict=True):
        rich_table.add_column(name, justify="right" if numeric else "left")
    for row in table.rows:
        rich_table.add_row(*row)
    console.print(rich_table)


@contextmanager
def progress_bar(*, hidden: bool = False) -> Iterator[Advance]:
    """Show a bar with the name of the step at work; nothing is drawn where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=hidden or not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=None)

        def advance(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        yield advance
