"""Options that commands share, the language they speak, tables on a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from bcforecast import calls, config, edge, errors, reporting
from bcforecast.models.registry import MODELS, parse_models
from bcforecast.text import LANGUAGES, NOTHING, Language, listed, spoken, text, write_years

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text as Cell

    from bcforecast.attainment.project import Outlook
    from bcforecast.plan.goals import Plan
    from bcforecast.reporting.document import TableBlock


def _on_command_line() -> Language | None:
    """Return the language that is asked for, before any of it is read: help is made first."""
    said = re.findall("\0--lang(?:\0|=)([a-z]+)", "\0".join(sys.argv))
    return next((one for one in LANGUAGES if one in said[:1]), None)


_SPOKEN: ContextVar[Language | None] = ContextVar("language", default=None)
_SPOKEN.set(_on_command_line())


def language() -> Language:
    """Language of help, tables and errors: the command's, or else `BCFORECAST_LANG`, or English."""
    return _SPOKEN.get() or spoken()


def speak(lang: Language | None) -> Language:
    """Use `lang` until the next command, errors included; else that of the command line.

    Or what `BCFORECAST_LANG` says.
    """
    _SPOKEN.set(lang or _on_command_line())
    write_years(str)
    return language()


def languages(said: Sequence[str]) -> list[Language]:
    """Read one language or several, the first of which is spoken: `zh`, or `zh,en`."""
    found = re.findall(r"[^\s,，、;]+", " ".join(said).lower())
    if wrong := [one for one in found or said if one not in LANGUAGES]:
        raise wrong_option("--lang", wrong[0], ", ".join(LANGUAGES))
    return list(dict.fromkeys(found))


def help_text(name: str, **values: str) -> str:
    """Help of a command or option: `cli.help_<name>`, or of another subject, `run.due`."""
    subject, _, key = name.rpartition(".")
    return text(f"{subject or 'cli'}.help_{key}", language(), **values)


def parse_day(given: str, *, option: str = "--as-of") -> date:
    """Read a date such as 2021-12-31."""
    try:
        return edge.parse_day(given)
    except ValueError as error:
        raise errors.BcforecastError("cli.not_a_date", option=option, found=given) from error


def wrong_option(name: str, found: object, allowed: object) -> errors.BcforecastError:
    """Return the error about an option, named as one types it."""
    return errors.BcforecastError("errors.argument", option=name, found=found, allowed=allowed)


@contextmanager
def named_options() -> Iterator[None]:
    """Name an argument that the library refuses as the option that it is on the command line."""
    try:
        yield
    except errors.OptionError as error:
        name = f"--{error.option.replace('_', '-')}"
        raise wrong_option(name, error.found, error.allowed) from error


Known = Literal["plans", "goals", "levers", "models", "scenarios"]
"""What the TAB key knows the names of."""

_MODELS: Final = listed(MODELS, lang=language())


def option(
    name: str,
    *short: str,
    key: str | None = None,
    shown: bool = False,
    known: Known | None = None,
    **look: Any,
) -> Any:
    """Describe an option by where its help is: `run.wait` is `--wait`, `import unit` is `--unit`.

    `known` is what the TAB key can complete it to, given the options before it; `look` is Typer's.
    """

    def completed(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            return [one for one in completions(ctx, known) if one.startswith(incomplete)]
        except errors.BcforecastError:
            return []

    words = help_text(key or re.sub("[ -]", "_", name), models=_MODELS)
    look |= {"show_default": shown, "autocompletion": completed if known else None}
    return typer.Option(f"--{re.split('[. ]', name)[-1]}", *short, help=words, **look)


def data_folder(given: str, *, begins: bool = False) -> Path:
    """Return a data folder; that of a store, given by its URL, as the store is now.

    With `begins` the store need not be there yet.
    """
    from bcforecast.observations.store import checked_out, is_url

    return checked_out(given, begins=begins) if is_url(given) else Path(given)


def completions(ctx: typer.Context, known: Known | None) -> Iterable[str]:
    """Return the names of a kind in the data folder, or in the plan, that a command has so far."""
    from bcforecast.plan.reading import load_plan, plan_ids
    from bcforecast.scenarios.scenario import levers, load_scenarios

    given = ctx.params.get("data")
    folder = data_folder(given) if isinstance(given, str) else given
    plans = plan_ids(data_dir=folder)
    if known == "plans" or not plans:
        return plans
    plan = load_plan(ctx.params.get("plan") or plans[0], data_dir=folder)
    match known:
        case "goals":
            return [goal.id for goal in plan.goals]
        case "levers":
            return levers(plan)
        case "models":
            return (f"{one.id}={name}" for one in plan.indicators for name in MODELS)
        case _:
            return [one.id for one in load_scenarios(plan=plan, data_dir=folder)]


def day_asked(given: str | None) -> date:
    """Return the as-of date; today where none is given. That, or that it lies ahead, is said."""
    today = date.today()
    day = today if given is None else parse_day(given)
    if given is None or day > today:
        key = "cli.as_of_today" if given is None else "cli.as_of_ahead"
        typer.echo(text(key, language(), day=day.isoformat()), err=True)
    return day


def plan_asked(given: str | None, data: Path | None) -> str:
    """Return the plan that is named, or the only one of a data folder."""
    from bcforecast.plan.reading import plan_ids

    if given is not None:
        return given
    if data is not None and not (edge.exists(data) and data.is_dir()):
        raise errors.PlanError("plan.no_data_folder", folder=data)
    plans, sets = (plan_ids(data_dir=data, sets=one) for one in (False, True))
    if len(plans) != 1:
        named = {"plans": ", ".join(plans) or "-", "sets": ", ".join(sets) or "-"}
        raise errors.BcforecastError("cli.which_plan", **named)
    return plans[0]


def plan_read(given: str | None, data: Path | None) -> Plan:
    """Read the plan that is named, or the only one; its years are written as it writes them."""
    from bcforecast.plan.reading import load_plan

    read = load_plan(plan_asked(given, data), data_dir=data)
    read.write_years()
    return read


def projected(
    plan: str | None,
    as_of: str | None,
    data: Path | None,
    seed: int,
    model: list[str] | None,
    scenario: str = config.SCENARIO,
    *,
    trend_only: bool = False,
) -> Outlook:
    """Project the plan that is named as of the day that is."""
    from bcforecast.attainment.project import load_figures, project

    read = plan_read(plan, data)
    figures = load_figures(read, data_dir=data, as_of=day_asked(as_of))
    asked: dict[str, Any] = {"models": parse_models(model), "trend_only": trend_only}
    return project(read, figures, scenario=scenario, seed=seed, **asked)


def warn_of_letters(plan: Plan) -> None:
    """Say which letters of a plan stand as boxes or numbers in what is drawn with our typefaces."""
    from bcforecast.plotting.style import undrawn

    if found := undrawn(plan.model_dump_json()):
        letters = f"{found[:12]}{'…' * (len(found) > 12)}"
        said = {"plan": plan.id, "letters": letters, "count": len(found)}
        typer.echo(text("cli.undrawn", language(), **said), err=True)


Place = Path | None
Decimal = Annotated[Literal[".", ","] | None, option("decimal")]
Several = list[str] | None
PlanOption = Annotated[str | None, option("plan", key="plan_default", known="plans")]
AsOfOption = Annotated[str | None, option("as-of", metavar="YYYY-MM-DD")]
ScenarioOption = Annotated[str, option("scenario", shown=True, known="scenarios")]
SeedOption = Annotated[int, option("seed", shown=True, min=calls.SEEDS[0], max=calls.SEEDS[-1])]
ModelOption = Annotated[Several, option("model", metavar="INDICATOR=NAME", known="models")]
TrendOnlyOption = Annotated[bool, option("trend-only")]
DataOption = Annotated[Path | None, option("data", metavar="DIR|URL", parser=data_folder)]
LangOption = Annotated[Language | None, option("lang", shown=True)]
RequiredLangOption = Annotated[Language, option("lang", shown=True)]
FormatsOption = Annotated[Several, option("format", metavar="FORMAT", key="run.formats")]
EngineOption = Annotated[Literal["local", "dask"], option("engine", shown=True)]
JobsOption = Annotated[int | None, option("run.jobs", "-j", min=1, max=edge.MOST_JOBS)]
SchedulerOption = Annotated[str | None, option("scheduler")]
FormatOption = Annotated[Literal["table", "json"], option("format", key="format_news", shown=True)]

_WIDTH_WHEN_PIPED: Final = 200
_NARROW: Final = 100  # columns below which the rows of a table that does not fit are stacked

_GRADES: Final = {"A": "green", "B": "cyan", "C": "yellow", "D": "magenta", "U": "dim"}


def print_json(document: object) -> None:
    """Print a document for machines."""
    typer.echo(edge.json_text(document), nl=False)


def show(section: reporting.Section) -> None:
    """Print tables and sentences: as wide as the terminal or `COLUMNS`; wide without either."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = Console(markup=False, emoji=False, highlight=False)
    piped = not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit()
    if piped:
        console = Console(width=_WIDTH_WHEN_PIPED, markup=False, emoji=False, highlight=False)
    for block in section.blocks:
        if isinstance(block, reporting.document.Paragraph):
            console.print(reporting.document.plain_text(block.spans), soft_wrap=piped)
        elif isinstance(block, reporting.document.TableBlock):
            table = Table(title=block.caption, caption=block.note, caption_justify="left")
            for name, kind in zip(block.columns, block.kinds, strict=True):
                justify: Any = "right" if kind == "number" else "left"
                table.add_column(name, justify=justify, overflow="fold")  # Chinese has no blanks
            rows = [[Text(one, style=_GRADES.get(one, "")) for one in row] for row in block.cells]
            for row in rows:
                table.add_row(*row)
            wide = Measurement.get(console, console.options.update(max_width=999), table).maximum
            if console.width < min(wide, _NARROW):
                _print_stacked(console, block, rows)
            else:
                console.print(table)


def _print_stacked(console: Console, block: TableBlock, rows: Iterable[list[Cell]]) -> None:
    from rich.text import Text

    _print_folded(console, [Text(block.caption, style="italic")])
    for name, *cells in rows:
        _print_folded(console, [Text(name.plain, style="bold")])
        said = [
            Text.assemble((head, "dim"), " ", cell, "  ")
            for head, cell in zip(block.columns[1:], cells, strict=True)
            if cell.plain.strip(NOTHING)
        ]
        _print_folded(console, said, indent=2)
    if block.note:
        _print_folded(console, [Text(block.note, style="dim")])


_PIECE: Final = re.compile(r"(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[，。；：、）”％]*\s*|\s+")
"""A line may be broken behind it: a Chinese sign, or a word or figure; not within, as Rich does."""


def _print_folded(console: Console, said: Iterable[Cell], *, indent: int = 0) -> None:
    """Print texts one after the other; one that fits a line is not broken, any other begins one."""
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.text import Text

    room, lines = console.width - indent, [Text()]
    for one in said:
        ends = [piece.end() for piece in _PIECE.finditer(one.plain)][:-1]
        fits = cell_len(one.plain.rstrip()) <= room
        if lines[-1] and not fits:
            lines.append(Text())
        for part in [one] if fits else one.divide(ends):
            if lines[-1] and lines[-1].cell_len + cell_len(part.plain.rstrip()) > room:
                lines.append(Text())
            lines[-1].append_text(part)
    for line in filter(None, lines):
        line.rstrip()
        console.print(Padding(line, (0, 0, 0, indent), expand=False))


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
def progress_bar(*, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
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
