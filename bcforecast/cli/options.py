"""Options that commands share, the language they speak, tables on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bcforecast import errors, reporting
from bcforecast.models.registry import MODELS
from bcforecast.text import Language, spoken, text

_SPOKEN: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """Language of help, tables and errors: the command's, or else `BCFORECAST_LANG`, or English."""
    return _SPOKEN.get() or spoken()


def speak(lang: Language | None) -> Language:
    """Use `lang` until the next command, errors included; None is what `BCFORECAST_LANG` says."""
    _SPOKEN.set(lang)
    return language()


def help_text(name: str, **values: str) -> str:
    """Help of a command or option: `cli.help_<name>`, or of another subject, `run.due`."""
    subject, _, key = name.rpartition(".")
    return text(f"{subject or 'cli'}.help_{key}", language(), **values)


def parse_day(given: str, *, option: str = "--as-of") -> date:
    """Read a date such as 2021-12-31."""
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise errors.BcforecastError("cli.not_a_date", option=option, found=given) from error


def option(
    name: str,
    *short: str,
    metavar: str | None = None,
    key: str | None = None,
    shown: bool = False,
    least: float | None = None,
    **values: str,
) -> Any:
    """Describe an option `--name`, with its help from the catalogue, by `key` or the name."""
    words = help_text(key or name.replace("-", "_"), **values)
    names = (f"--{name}", *short)
    return typer.Option(*names, metavar=metavar, help=words, show_default=shown, min=least)


PlanOption = Annotated[str, option("plan")]
AsOfOption = Annotated[str, option("as-of", metavar="YYYY-MM-DD")]
ScenarioOption = Annotated[str, option("scenario", shown=True)]
SeedOption = Annotated[int, option("seed", shown=True)]
_MODELS = text("report.list_join", language()).join(MODELS)
ModelOption = Annotated[list[str] | None, option("model", metavar="INDICATOR=NAME", models=_MODELS)]
TrendOnlyOption = Annotated[bool, option("trend-only")]
DataOption = Annotated[Path | None, option("data", metavar="DIR")]
LangOption = Annotated[Language | None, option("lang", shown=True)]
RequiredLangOption = Annotated[Language, option("lang", shown=True)]
FormatOption = Annotated[Literal["table", "json"], option("format", key="format_news", shown=True)]


Advance = Callable[[str, int, int], None]
"""Called with the step's name, the number of steps done and the number of all steps."""

_WIDTH_WHEN_PIPED = 200


def answer(
    output: str, record: Callable[[], object], sections: Callable[[], Iterable[reporting.Section]]
) -> None:
    """Print an answer as JSON for machines, or as tables and sentences for people."""
    if output == "json":
        typer.echo(json.dumps(record(), ensure_ascii=False, indent=2, allow_nan=False))
        return
    for section in sections():
        print_section(section)


def print_section(section: reporting.Section) -> None:
    """Print tables, numbers to the right, and sentences; a pipe gets wide lines without colour."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_WHEN_PIPED)
    for block in section.blocks:
        if isinstance(block, reporting.document.Paragraph):
            typer.echo(reporting.document.plain_text(block.spans))
        elif isinstance(block, reporting.document.TableBlock):
            table = Table(title=block.caption, caption=block.note, caption_justify="left")
            for name, kind in zip(block.columns, block.kinds, strict=True):
                table.add_column(name, justify="right" if kind == "number" else "left")
            for row in block.cells:
                table.add_row(*row)
            console.print(table)


@contextmanager
def lines_below(*, hidden: bool = False) -> Iterator[Callable[[str], None]]:
    """Say lines: at once, or when it is gone where a bar is drawn."""
    held_back: list[str] | None = [] if not hidden and sys.stderr.isatty() else None
    try:
        yield typer.echo if held_back is None else held_back.append
    finally:
        for line in held_back or ():
            typer.echo(line)


@contextmanager
def progress_bar(*, hidden: bool = False) -> Iterator[Advance]:
    """Show a bar with the name of the step at work; nothing is drawn where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    hidden = hidden or not console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=hidden
    ) as progress:
        task = progress.add_task("", total=None)

        def advance(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        yield advance
