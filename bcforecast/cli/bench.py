"""`bcforecast bench`: forecasts against peers and against what happened."""

from __future__ import annotations

from datetime import date as calendar
from pathlib import Path
from typing import Annotated

import typer

from bcforecast.cli.options import LangOption, language, speak
from bcforecast.errors import BcforecastError
from bcforecast.messages import text


def _help(name: str) -> str:
    return text(f"evaluation.help_{name}", language())


bench_app = typer.Typer(pretty_exceptions_enable=False)


@bench_app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=_help("out"))] = Path(
        "benchmark"
    ),
    datasets: Annotated[str, typer.Option("--datasets", help=_help("datasets"))] = "m1,m3,tourism",
    bench_dir: Annotated[
        Path | None,
        typer.Option("--bench-dir", metavar="DIR", help=_help("bench_dir"), show_default=False),
    ] = None,
    peers: Annotated[str, typer.Option("--peers", help=_help("peers"))] = "all",
    peers_python: Annotated[
        Path | None,
        typer.Option("--peers-python", metavar="FILE", help=_help("python"), show_default=False),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help=_help("keep"), show_default=False)
    ] = None,
    repeats: Annotated[int, typer.Option("--repeats", min=1, help=_help("repeats"))] = 3,
    date: Annotated[
        str, typer.Option("--date", metavar="YYYY-MM-DD", help=_help("date"), show_default=False)
    ] = "",
    lang: LangOption = None,
) -> None:
    """Run the benchmark on one core, print its tables and save them."""
    if context.invoked_subcommand is not None:
        return
    from bcforecast.cli.console import progress_bar
    from bcforecast.evaluation.bench import bench as run
    from bcforecast.evaluation.bench_peers import PEERS

    spoken = speak(lang)
    day = _day(date) if date else calendar.today()
    names = tuple(PEERS) if peers == "all" else tuple(filter(None, peers.split(",")))
    with progress_bar() as progress:
        results = run(
            out,
            date=day.isoformat(),
            command=_command(datasets, bench_dir, peers, repeats),
            datasets=tuple(filter(None, datasets.split(","))),
            bench_dir=bench_dir,
            peers=names,
            peers_python=peers_python,
            keep=keep,
            repeats=repeats,
            progress=progress,
        )
    typer.echo(results.markdown(spoken))
    typer.echo(text("evaluation.saved", spoken, path=out))


def _day(given: str) -> calendar:
    try:
        return calendar.fromisoformat(given)
    except ValueError as error:
        raise BcforecastError("cli.not_a_date", option="--date", found=given) from error


def _command(datasets: str, bench_dir: Path | None, peers: str, repeats: int) -> str:
    words = ["bcforecast bench", f"--datasets {datasets}"]
    words += [f"--bench-dir {bench_dir}"] if bench_dir is not None else []
    words += [f"--peers {peers}"] if peers != "all" else []
    words += ["--peers-python .peers/bin/python"] if peers else []
    return " ".join([*words, f"--repeats {repeats}"])
