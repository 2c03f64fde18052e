"""From file to file: every series of a table (`forecast`), every area of a plan set (`project`)."""

from __future__ import annotations

import io
import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from bcforecast import edge, saving
from bcforecast.cli import options
from bcforecast.cli.options import help_text, option, parse_day, speak, wrong_option
from bcforecast.config import DATA_DIR, LANGUAGE, SEED
from bcforecast.edge import csv_text, strict_rows
from bcforecast.errors import BcforecastError, ModelError, one_line
from bcforecast.text import Message, listed, plain, text

if TYPE_CHECKING:
    import pandas as pd


def forecast(
    series: Annotated[Path, typer.Argument(metavar="SERIES", help=help_text("series"))],
    horizon: Annotated[int, option("horizon")],
    out: Annotated[Path, option("out", "-o", metavar="FILE", key="table")],
    quantiles: Annotated[
        str, option("quantiles", shown=True)
    ] = "0.025,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.975",
    targets: Annotated[options.Place, option("targets", metavar="FILE")] = None,
    trend_only: options.TrendOnlyOption = False,
    areas_together: Annotated[bool, option("panel")] = False,
    scale: Annotated[Literal["auto", "identity", "log"], option("scale", shown=True)] = "auto",
    support: Annotated[str | None, option("support", metavar="LOW,HIGH")] = None,
    to: Annotated[Literal["year"] | None, option("to", key="to_year")] = None,
    how: Annotated[Literal["sum", "mean", "last"] | None, option("how")] = None,
    n_jobs: Annotated[int, option("n-jobs", shown=True)] = 1,
    engine: options.EngineOption = "local",
    scheduler: options.SchedulerOption = None,
    lang: options.LangOption = None,
) -> None:
    from bcforecast.models import panel
    from bcforecast.models.tables import PanelTableError

    spoken = speak(lang)
    _ending(out)
    read = [path for path in (series, targets) if path is not None]
    outs = (out, out.with_name(f"{out.stem}.targets{out.suffix}"))
    saving.require_apart(outs if targets else outs[:1], read)
    levels = _numbers("--quantiles", quantiles, "panel.allowed_quantiles")
    ends = None
    if support is not None:
        ends = _numbers("--support", support, "cli.allowed_support")
        if len(ends) != 2 or not ends[0] < ends[1]:
            raise wrong_option("--support", support, Message("cli.allowed_support"))
    if how is not None and to is None:
        raise BcforecastError("cli.how_without_to")
    if to is not None and scale != "auto":
        raise wrong_option("--scale", scale, Message("cli.allowed_scale_of_years"))
    frame, lines = read_table(series)
    asked, asked_lines = (None, lines) if targets is None else read_table(targets)
    if asked is not None and "unique_id" in asked and "unique_id" in frame:
        # Identifiers are texts; an empty one stays empty, to be refused.
        for table in (frame, asked):
            table["unique_id"] = table["unique_id"].astype(str).where(table["unique_id"].notna())
    step = text("cli.step_forecast", spoken)
    try:
        with options.named_options(), options.progress_bar() as advance:
            same: dict[str, Any] = {
                "targets": asked, "support": ends, "trend_only": trend_only,
                "panel": areas_together, "n_jobs": n_jobs, "engine": engine,
                "scheduler": scheduler, "progress": partial(advance, step),
            }  # fmt: skip
            found: pd.DataFrame | panel.PanelForecast
            if to is None:
                found = panel.forecast_panel(frame, horizon, levels, scale=scale, **same)
            else:
                found = panel.forecast_years(frame, horizon, levels, how=how, **same)
    except PanelTableError as error:
        of_targets = error.table == "targets" and targets is not None
        file, of = (targets, asked_lines) if of_targets else (series, lines)
        problem = error.problem(lambda row: of[row - 1])
        raise BcforecastError("cli.in_file", file=file, problem=problem) from error
    except ModelError as error:
        raise BcforecastError("cli.in_file", file=series, problem=error.message) from error
    made = found if isinstance(found, panel.PanelForecast) else (found,)
    write_tables(dict(zip(outs, made, strict=False)), inputs=read)
    years = panel.sums_that_differ(frame, how=how, targets=asked) if to else _far_periods(frame)
    for row, remark in (*_slips(frame), *years):
        about = {"file": series, "row": lines[row - 1], "period": frame["ds"].iloc[row - 1]}
        typer.echo(text("checks.warning_row", spoken, **about, said=remark), err=True)


def _slips(frame: pd.DataFrame) -> Iterator[tuple[int, Message]]:
    """Say of which row, from 1, of a table that was forecast as it is to look at twice, and why."""
    import numpy as np
    import pandas as pd

    from bcforecast.observations.selection import slips

    given = pd.to_numeric(frame["y"], errors="coerce").to_numpy(dtype=float)
    codes, _ = pd.factorize(frame["unique_id"])
    known = np.flatnonzero(np.isfinite(given))
    y, of = given[known], codes[known]
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.arange(codes.max() + 2))
    for n in slips(y, of):
        own = order[starts[of[n]] : starts[of[n] + 1]]
        others = y[own[own != n]]
        values = {"low": plain(others.min()), "high": plain(others.max())}
        yield int(known[n]) + 1, Message("checks.slip", {"found": plain(float(y[n])), **values})


def _far_periods(frame: pd.DataFrame) -> Iterator[tuple[int, Message]]:
    """Say after which rows, from 1, a gap is longer than all the rest of four figures or more."""
    import numpy as np
    import pandas as pd

    from bcforecast.models.tables import lone_gaps, period_numbers

    (codes, _), ds = pd.factorize(frame["unique_id"]), frame["ds"]
    lows, highs = lone_gaps(period_numbers(ds, codes), codes)
    told = np.bincount(codes)[codes[lows]] >= _COMPARED
    for low, high in zip(lows[told], highs[told], strict=True):
        gap = {"before": ds.iloc[low], "after": ds.iloc[high]}
        yield int(high) + 1, Message("checks.lone_gap", gap)


_COMPARED: Final = 4  # fewest figures whose gaps say anything of one another: three have but two


def project(
    plan_set: Annotated[str, option("set")],
    as_of: Annotated[str, option("as-of", metavar="YYYY-MM-DD")],
    out: Annotated[Path, option("set out", "-o", metavar="DIR")],
    engine: options.EngineOption = "local",
    scheduler: options.SchedulerOption = None,
    n_jobs: Annotated[int, option("n-jobs", shown=True)] = -1,
    data: options.DataOption = None,
    seed: options.SeedOption = SEED,
    trend_only: options.TrendOnlyOption = False,
    lang: options.LangOption = None,
) -> None:
    from bcforecast.attainment.areas import SKIPPED, project_set
    from bcforecast.plan.reading import load_plan_set
    from bcforecast.reporting.execution import RunInterruptedError

    spoken, day = speak(lang), parse_day(as_of)
    plans = load_plan_set(plan_set, data_dir=data)
    saving.require_apart([out], [data or DATA_DIR])
    if out.exists() and not out.is_dir():
        raise edge.file_error(out, Message("cli.found_file"), allowed="areas.allowed_out")
    step = text("cli.step_project", spoken)
    try:
        with options.named_options(), options.progress_bar() as advance:
            found = project_set(
                plans, out, as_of=day, data_dir=data, seed=seed, trend_only=trend_only,
                n_jobs=n_jobs, engine=engine, scheduler=scheduler, progress=partial(advance, step),
            )  # fmt: skip
    except KeyboardInterrupt:
        raise RunInterruptedError("cli.set_interrupted", folder=out) from None
    for area, reason in found.skipped:
        typer.echo(text("cli.area_skipped", spoken, area=area, reason=reason), err=True)
    about = {"areas": found.areas, "done": found.done, "kept": found.kept}
    typer.echo(text("cli.set_projected", spoken, folder=out, **about))
    if found.skipped:
        count = len(found.skipped)
        typer.echo(text("cli.areas_skipped", spoken, count=count, file=out / SKIPPED), err=True)
    if found.strange:
        named = listed(found.strange[:_NAMED], lang=spoken)
        told = {"count": len(found.strange), "table": plans.table, "areas": one_line(named)}
        typer.echo(text("cli.areas_strange", spoken, **told), err=True)


_NAMED: Final = 5  # areas with figures, and in no table of the set, that are named


def overview(
    plan_set: Annotated[str, option("set")],
    answers: Annotated[Path, option("answers", metavar="DIR")],
    out: Annotated[Path, option("overview out", "-o", metavar="DIR")],
    lang: options.RequiredLangOption = LANGUAGE,
    formats: options.FormatsOption = None,
    reports: Annotated[options.Place, option("overview reports", metavar="DIR")] = None,
    data: options.DataOption = None,
) -> None:
    from bcforecast.plan.reading import load_plan_set
    from bcforecast.reporting.overview import write_overview

    spoken = speak(lang)
    asked: dict[str, Any] = {"formats": tuple(formats)} if formats else {}
    plans = load_plan_set(plan_set, data_dir=data)
    saving.require_apart([out], [answers, data or DATA_DIR])
    made = write_overview(plans, answers, out, lang=lang, data_dir=data, reports=reports, **asked)
    typer.echo(text("cli.overview_written", spoken, path=made))


def areas(
    plan_set: Annotated[str, option("set")],
    out: Annotated[Path, option("areas out", "-o", metavar="DIR")],
    area: Annotated[options.Several, option("areas area", metavar="AREA")] = None,
    as_of: options.AsOfOption = None,
    lang: options.RequiredLangOption = LANGUAGE,
    formats: options.FormatsOption = None,
    jobs: options.JobsOption = None,
    engine: options.EngineOption = "local",
    scheduler: options.SchedulerOption = None,
    data: options.DataOption = None,
) -> None:
    from bcforecast.cli.reports import run_planned
    from bcforecast.plan.reading import load_plan_set
    from bcforecast.reporting.overview import area_reports
    from bcforecast.workers import worked

    spoken, day = speak(lang), options.day_asked(as_of)
    plans = load_plan_set(plan_set, data_dir=data)
    asked: dict[str, Any] = {"formats": tuple(formats)} if formats else {}
    saving.require_apart([out], [data or DATA_DIR])
    with options.named_options():  # a cluster that does not answer, before a file is made
        list(worked(iter(()), str, engine=engine, scheduler=scheduler))
    planned, skipped = area_reports(
        plans, out, areas=area, as_of=day, lang=lang, data_dir=data, **asked
    )
    for name, why in skipped.items():
        typer.echo(text("cli.area_skipped", spoken, area=name, reason=why.render(spoken)), err=True)
    cluster = scheduler if engine == "dask" else None
    if status := run_planned(planned, spoken, today=day, jobs=jobs, scheduler=cluster):
        raise typer.Exit(status)


def _numbers(name: str, given: str, allowed: str) -> tuple[float, ...]:
    ends = {"inf": math.inf, "-inf": -math.inf}
    with suppress(ValueError):
        parts = map(str.strip, given.split(","))
        return tuple(ends[one] if one in ends else edge.parse_number(one) for one in parts)
    raise wrong_option(name, given, Message(allowed))


_ENDINGS: Final = (".csv", ".parquet")
_PARQUET: Final = b"PAR1"
_ZIP: Final = b"PK\x03\x04"
_NUMBERS: Final = ("y", "h", "target")

_MISSING: Final = ("", "NA", "NaN", "nan", "null")  # how a file says that there is no number


def read_table(path: Path) -> tuple[pd.DataFrame, Sequence[int]]:
    """Read a table; of a CSV all but the numbers stays as it is written, periods too.

    Beside it the line of each row as an editor counts: blank lines and line breaks within cells of
    a CSV count, as does its header; of Parquet rows are counted.
    """
    import pandas as pd
    import pyarrow as pa

    ending = _ending(path)
    if not edge.exists(path):
        raise _unreadable(path, "errors.found_nothing")
    try:
        if ending == ".parquet":
            table = pd.read_parquet(io.BytesIO(edge.read_bytes(path)))
            return table, range(1, len(table) + 1)
        read = strict_rows(path)
    except (pa.ArrowInvalid, OSError, OverflowError, ValueError) as error:
        raise _unreadable(path, "cli.found_no_table") from error
    frame = pd.DataFrame([cells for _, cells in read.rows], columns=list(read.header), dtype=object)
    for name in _NUMBERS:
        if name in frame:
            frame[name] = frame[name].mask(frame[name].isin(_MISSING), None)
    return frame, [line for line, _ in read.rows]


def write_tables(tables: Mapping[Path, pd.DataFrame], *, inputs: Iterable[Path] = ()) -> None:
    """Write tables by the endings of their names, all or none, and say where.

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
    saving.write_files(contents, ours=_same_columns, inputs=inputs, folders=True)
    for path in tables:
        typer.echo(text("cli.table_written", options.language(), path=path))


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
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise _unreadable(path, "cli.found_ending")
    return ending


def _unreadable(path: Path, found: str) -> BcforecastError:
    return edge.file_error(path, Message(found), allowed="cli.allowed_table")
