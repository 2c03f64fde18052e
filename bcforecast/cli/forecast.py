"""From file to file: every series of a table (`forecast`), every area of a plan set (`project`)."""

from __future__ import annotations

import io
import math
import operator
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from bcforecast import edge
from bcforecast.cli.options import (
    AsOfOption,
    DataOption,
    LangOption,
    RequiredLangOption,
    SeedOption,
    TrendOnlyOption,
    day_asked,
    help_text,
    option,
    parse_day,
    progress_bar,
    speak,
)
from bcforecast.config import LANGUAGE, SEED
from bcforecast.csv_text import csv_text, strict_rows
from bcforecast.errors import BcforecastError, ModelError, OptionError
from bcforecast.text import Message, text

if TYPE_CHECKING:
    import pandas as pd


Engine = Literal["local", "dask"]
Scale = Literal["auto", "identity", "log"]
Period = Literal["year"]
How = Literal["sum", "mean", "last"]


def forecast(
    series: Annotated[Path, typer.Argument(metavar="SERIES", help=help_text("series"))],
    horizon: Annotated[int, option("horizon")],
    out: Annotated[Path, option("out", "-o", metavar="FILE", key="table")],
    quantiles: Annotated[
        str, option("quantiles", shown=True)
    ] = "0.025,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.975",
    targets: Annotated[Path | None, option("targets", metavar="FILE")] = None,
    trend_only: TrendOnlyOption = False,
    areas_together: Annotated[bool, option("panel")] = False,
    scale: Annotated[Scale, option("scale", shown=True)] = "auto",
    support: Annotated[str | None, option("support", metavar="LOW,HIGH")] = None,
    to: Annotated[Period | None, option("to", key="to_year")] = None,
    how: Annotated[How | None, option("how")] = None,
    n_jobs: Annotated[int, option("n-jobs", shown=True)] = 1,
    engine: Annotated[Engine, option("engine", shown=True)] = "local",
    scheduler: Annotated[str | None, option("scheduler")] = None,
    lang: LangOption = None,
) -> None:
    """Forecast every series of a table."""
    from bcforecast.models import panel
    from bcforecast.models.tables import PanelTableError

    spoken = speak(lang)
    _ending(out)
    read = [path for path in (series, targets) if path is not None]
    for path in (out,) if targets is None else (out, beside(out, "targets")):
        edge.require_apart(path, read)
    levels = _numbers("--quantiles", quantiles, "panel.allowed_quantiles")
    ends = None if support is None else _support(support)
    if how is not None and to is None:
        raise BcforecastError("cli.how_without_to")
    if to is not None and scale != "auto":
        allowed = Message("cli.allowed_scale_of_years")
        raise BcforecastError("cli.option", option="--scale", found=scale, allowed=allowed)
    frame = read_table(series)
    asked = None if targets is None else read_table(targets)
    if asked is not None and "unique_id" in asked and "unique_id" in frame:
        frame, asked = (f.assign(unique_id=_as_text(f["unique_id"])) for f in (frame, asked))
    try:
        with progress_bar() as advance:
            step = text("cli.step_forecast", spoken)
            options: dict[str, Any] = {
                "targets": asked,
                "support": ends,
                "n_jobs": n_jobs,
                "engine": engine,
                "scheduler": scheduler,
                "trend_only": trend_only,
                "panel": areas_together,
                "progress": lambda done, total: advance(step, done, total),
            }
            found: pd.DataFrame | panel.PanelForecast
            if to is None:
                found = panel.forecast_panel(frame, horizon, levels, scale=scale, **options)
            else:
                by_year = panel.forecast_years(frame, horizon, levels, how=how, **options)
                found, frame = by_year.found, by_year.years
    except OptionError as error:
        raise wrong_option(error) from error
    except PanelTableError as error:
        file = targets if error.table == "targets" and targets is not None else series
        problem = error.problem(lambda row: line_of_row(file, row))
        raise BcforecastError("cli.in_file", file=file, problem=problem) from error
    except ModelError as error:
        raise BcforecastError("cli.in_file", file=series, problem=error.message) from error
    tables: dict[Path, pd.DataFrame]
    if isinstance(found, panel.PanelForecast):
        tables = {out: found.forecasts, beside(out, "targets"): found.targets}
    else:
        tables = {out: found}
    write_tables(tables, inputs=read)
    for path in tables:
        typer.echo(text("cli.table_written", spoken, path=path))


def project(
    plan_set: Annotated[str, option("set")],
    as_of: Annotated[str, option("as-of", metavar="YYYY-MM-DD")],
    out: Annotated[Path, option("out", "-o", metavar="DIR", key="set_out")],
    engine: Annotated[Engine, option("engine", shown=True)] = "local",
    scheduler: Annotated[str | None, option("scheduler")] = None,
    n_jobs: Annotated[int, option("n-jobs", shown=True)] = -1,
    data: DataOption = None,
    seed: SeedOption = SEED,
    lang: LangOption = None,
) -> None:
    """Project every area of a plan set under every scenario."""
    from bcforecast.attainment.areas import SKIPPED, project_set
    from bcforecast.plan.reading import load_plan_set
    from bcforecast.reporting.execution import RunInterruptedError

    spoken, day = speak(lang), parse_day(as_of)
    plans = load_plan_set(plan_set, data_dir=data)
    if out.exists() and not out.is_dir():
        raise BcforecastError(
            "errors.file", file=out, found=Message("cli.found_file"),
            allowed=Message("areas.allowed_out"),
        )  # fmt: skip
    where: dict[str, Any] = {"engine": engine, "scheduler": scheduler, "n_jobs": n_jobs}
    try:
        with progress_bar() as advance:
            step = text("cli.step_project", spoken)
            found = project_set(
                plans, out, as_of=day, data_dir=data, seed=seed, **where,
                progress=lambda done, total: advance(step, done, total),
            )  # fmt: skip
    except OptionError as error:
        raise wrong_option(error) from error
    except KeyboardInterrupt:
        raise RunInterruptedError("cli.set_interrupted", folder=out) from None
    for area, reason in found.skipped:
        typer.echo(text("cli.area_skipped", spoken, area=area, reason=reason), err=True)
    about = {"areas": found.areas, "done": found.done, "kept": found.kept}
    typer.echo(text("cli.set_projected", spoken, folder=out, **about))
    if found.skipped:
        count = len(found.skipped)
        typer.echo(text("cli.areas_skipped", spoken, count=count, file=out / SKIPPED), err=True)


def overview(
    plan_set: Annotated[str, option("set")],
    answers: Annotated[Path, option("answers", metavar="DIR")],
    out: Annotated[Path, option("out", "-o", metavar="DIR", key="overview_out")],
    lang: RequiredLangOption = LANGUAGE,
    formats: Annotated[
        list[str] | None, option("format", metavar="FORMAT", key="run.formats")
    ] = None,
    reports: Annotated[
        Path | None, option("reports", metavar="DIR", key="overview_reports")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the overview of a projected plan set."""
    from bcforecast.plan.reading import load_plan_set
    from bcforecast.reporting.formats import MADE
    from bcforecast.reporting.overview import write_overview

    spoken = speak(lang)
    for one in formats or ():
        if one not in MADE:
            allowed = ", ".join(MADE)
            raise BcforecastError("cli.option", option="--format", found=one, allowed=allowed)
    asked = tuple(one for one in MADE if not formats or one in formats)
    plans = load_plan_set(plan_set, data_dir=data)
    about: dict[str, Any] = {"formats": asked, "data_dir": data, "reports": reports}
    made = write_overview(plans, answers, out, lang=lang, **about)
    typer.echo(text("cli.overview_written", spoken, path=made))


def areas(
    plan_set: Annotated[str, option("set")],
    out: Annotated[Path, option("out", "-o", metavar="DIR", key="areas_out")],
    area: Annotated[list[str] | None, option("area", metavar="AREA", key="areas_area")] = None,
    as_of: AsOfOption = None,
    lang: RequiredLangOption = LANGUAGE,
    formats: Annotated[
        list[str] | None, option("format", metavar="FORMAT", key="run.formats")
    ] = None,
    jobs: Annotated[int | None, option("jobs", "-j", key="run.jobs", least=1)] = None,
    engine: Annotated[Engine, option("engine", shown=True)] = "local",
    scheduler: Annotated[str | None, option("scheduler")] = None,
    data: DataOption = None,
) -> None:
    """Make a data folder and the report of areas of a plan set."""
    from bcforecast.cli.reports import RunReport
    from bcforecast.plan.reading import load_plan_set
    from bcforecast.reporting.overview import area_reports
    from bcforecast.workers import worked

    spoken, day = speak(lang), day_asked(as_of)
    plans = load_plan_set(plan_set, data_dir=data)
    asked: dict[str, Any] = {"formats": tuple(formats)} if formats else {}
    where: dict[str, Any] = {"engine": engine, "scheduler": scheduler}
    try:
        list(worked(iter(()), str, **where))  # a cluster that does not answer, before a file is
    except OptionError as error:
        raise wrong_option(error) from error
    asked |= {"areas": area, "as_of": day, "lang": lang, "data_dir": data}
    planned, skipped = area_reports(plans, out, **asked)
    for name, why in skipped.items():
        reason = why.render(spoken)
        typer.echo(text("cli.area_skipped", spoken, area=name, reason=reason), err=True)
    report = RunReport(planned, spoken, output="text", quiet=False, due=False, today=day)
    if status := report.run(jobs=jobs, scheduler=scheduler if engine == "dask" else None):
        raise typer.Exit(status)


def wrong_option(error: OptionError) -> BcforecastError:
    """Return the error about an option as the command line names it."""
    name = f"--{error.option.replace('_', '-')}"
    return BcforecastError("cli.option", option=name, found=error.found, allowed=error.allowed)


def _as_text(column: pd.Series) -> pd.Series:
    """Identifiers as text; an empty one stays empty, to be refused."""
    return column.astype(str).where(column.notna())


def _numbers(option: str, given: str, allowed: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in given.split(","))
        if not any(map(math.isnan, numbers)):
            return numbers
        raise ValueError(given)
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


_ENDINGS: Final = (".csv", ".parquet")
_PARQUET: Final = b"PAR1"
_ZIP: Final = b"PK\x03\x04"
_NUMBERS: Final = ("y", "h", "target")

_MISSING: Final = ("", "NA", "NaN", "nan", "null")
"""How a file says that there is no number."""


def read_table(path: Path) -> pd.DataFrame:
    """Read a table; of a CSV all but the numbers stays as it is written, periods too."""
    import pandas as pd
    import pyarrow as pa

    ending = _ending(path)
    if not edge.exists(path):
        raise _unreadable(path, "cli.found_no_file")
    try:
        if ending == ".parquet":
            return pd.read_parquet(io.BytesIO(edge.read_bytes(path)))
        read = strict_rows(path)
    except (pa.ArrowInvalid, OSError, OverflowError, ValueError) as error:
        raise _unreadable(path, "cli.found_no_table") from error
    if len(set(read.header)) < len(read.header):
        raise _unreadable(path, "cli.found_column_twice")
    frame = pd.DataFrame([cells for _, cells in read.rows], columns=list(read.header), dtype=object)
    for name in _NUMBERS:
        if name in frame:
            cells = frame[name].str.strip()
            numbers = pd.to_numeric(cells.mask(cells.isin(_MISSING)), errors="coerce")
            unread = numbers.isna() & ~cells.isin(_MISSING)
            frame[name] = frame[name].where(unread, numbers) if unread.any() else numbers
    return frame


def line_of_row(path: Path, row: int) -> int:
    """Return the line of a table's row (from 1) as an editor counts it; of Parquet, the row.

    The header of a CSV is line 1; blank lines and line breaks within cells count.
    """
    if _ending(path) == ".parquet":
        return row
    rows = strict_rows(path).rows
    return rows[row - 1][0] if 0 < row <= len(rows) else row + 1


def beside(path: Path, word: str) -> Path:
    """Return the name of a second file: `out.targets.csv` beside `out.csv`."""
    return path.with_name(f"{path.stem}.{word}{path.suffix}")


def write_tables(tables: Mapping[Path, pd.DataFrame], *, inputs: Iterable[Path] = ()) -> None:
    """Write tables by the endings of their names; all are complete before the first appears.

    What is there is replaced if it has the same columns, as a forecast made before has. In a CSV, a
    text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    contents = {}
    for path, frame in tables.items():
        if path.suffix.lower() == ".xlsx":
            contents[path] = _workbook(frame)
        elif _ending(path) == ".parquet":
            contents[path] = frame.to_parquet(None, index=False)
        else:
            contents[path] = csv_text(frame).encode()
    edge.write_files(contents, ours=_same_columns, inputs=inputs, folders=True)


def _same_columns(old: bytes, new: bytes) -> bool:
    if new[:4] != old[:4] and new.startswith((_PARQUET, _ZIP)):
        return False
    if new.startswith(_PARQUET):
        import pyarrow.parquet as pq

        return operator.eq(*(pq.read_schema(io.BytesIO(one)).names for one in (old, new)))
    if new.startswith(_ZIP):
        import pandas as pd

        heads = (pd.read_excel(io.BytesIO(one), nrows=0).columns.tolist() for one in (old, new))
        return operator.eq(*heads)
    return old.partition(b"\n")[0] == new.partition(b"\n")[0]


def _workbook(frame: pd.DataFrame) -> bytes:
    """Return a table as the only sheet of a workbook: texts as texts, always the same bytes."""
    import pandas as pd

    plain = {f"strings_to_{name}": False for name in ("formulas", "numbers", "urls")}
    asked: dict[str, Any] = {"engine": "xlsxwriter", "engine_kwargs": {"options": plain}}
    file = io.BytesIO()
    with pd.ExcelWriter(file, **asked) as writer:
        writer.book.set_properties({"created": datetime(2000, 1, 1)})
        frame.to_excel(writer, index=False, freeze_panes=(1, 0))
    return file.getvalue()


def _ending(path: Path) -> str:
    """Return the ending of a table's name; refuse others than .csv and .parquet."""
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise _unreadable(path, "cli.found_ending")
    return ending


def _unreadable(path: Path, found: str) -> BcforecastError:
    return BcforecastError(
        "errors.file", file=path, found=Message(found), allowed=Message("cli.allowed_table")
    )
