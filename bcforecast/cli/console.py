"""The terminal: tables on standard output, a progress bar with step names on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bcforecast.attainment.table import TextTable

Advance = Callable[[str, int, int], None]
"""Called with the step's name, the number of steps done and the number of all steps."""

_WIDTH_WHEN_PIPED = 200


def print_table(table: TextTable) -> None:
    """Print a table of texts, numbers to the right; a pipe gets wide lines without colour."""
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
