"""What the notebook on past accuracy shows: tables and charts of a run of the benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from bcforecast.evaluation.bench import bench
from bcforecast.evaluation.bench_goals import POOLED, TREND
from bcforecast.evaluation.bench_results import BenchResults, named, readable
from bcforecast.messages import Language, text
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.reliability import coverage_chart, reliability_diagram
from bcforecast.reporting.display import Kind, Prose, Table, Tables

_WORDS: Final = ("forecaster", "goal_id", "area", "kind", "met", "second", "score")


def open_benchmark(
    bench_dir: str = "", *, peers_python: str = "", out: str = "", date: str = ""
) -> BenchResults:
    """Read the shipped run of the benchmark, or run it anew.

    Parameters
    ----------
    bench_dir
        Folder with the benchmark's data. Empty: the shipped run.
    peers_python
        Interpreter that has statsforecast. Empty: the trend alone.
    out, date
        Where the new run leaves its tables, and the date written on them.
    """
    if not bench_dir:
        return BenchResults.load()
    given = {"peers_python": Path(peers_python)} if peers_python else {"peers": ()}
    return bench(
        Path(out or "benchmark"),
        date=date or "-",
        command="notebooks/05_backtest.ipynb",
        datasets=("m4s", "goals"),
        bench_dir=Path(bench_dir),
        **given,
    )


def benchmark_opening(results: BenchResults, *, lang: Language) -> Prose:
    """Return when and how the numbers were computed, and what the real goals say."""
    about = results.about
    said = [
        text(
            "evaluation.story_opening",
            lang,
            date=about["date"],
            machine=about["machine"],
            versions=about["versions"],
        ),
        text("evaluation.story_command", lang, command=about["command"]),
    ]
    if len(results.goals):
        brier = results.goals.set_index("forecaster")["Brier"]
        said.append(
            text(
                "evaluation.story_goals",
                lang,
                count=int(results.goals["cases"].max()),
                trend=f"{brier[TREND]:.3f}",
                base=f"{brier['base rate']:.3f}",
                pooled=f"{brier[POOLED]:.3f}",
                goals_wrong=len(results.wrong),
            )
        )
    return Prose("\n\n".join(said))


def benchmark_tables(results: BenchResults, *, lang: Language) -> Tables:
    """Return a table of scores, speed and memory for each set of series."""
    made = []
    for dataset, rows in results.series.groupby("dataset", sort=False):
        caption = text(
            "evaluation.caption_series",
            lang,
            dataset=named(str(dataset), lang, what="set"),
            count=int(rows["count"].max()),
        )
        note = text("evaluation.note_series", lang)
        made.append(_table(rows.drop(columns=["dataset", "count"]), caption, note, lang))
    return Tables(tuple(made))


def benchmark_goals(results: BenchResults, *, lang: Language) -> Tables:
    """Return the scores on the real goals, and the goals that were judged wrongly."""
    if not len(results.goals):
        return Tables(())
    count = int(results.goals["cases"].max())
    goals = _table(
        results.goals.drop(columns="cases"),
        text("evaluation.caption_goals", lang, count=count),
        text("evaluation.note_goals", lang),
        lang,
    )
    wrong = _table(
        results.wrong,
        text("evaluation.caption_wrong", lang),
        text("evaluation.note_wrong", lang),
        lang,
    )
    return Tables((goals, wrong))


def benchmark_reliability(results: BenchResults, *, lang: Language) -> Picture:
    """Draw the reliability diagrams of trend and pool on the real goals."""
    by_name = dict(iter(results.reliability.groupby("forecaster", sort=False)))
    return reliability_diagram(
        {named(str(name), lang): table for name, table in by_name.items()}, lang=lang
    )


def benchmark_coverage(results: BenchResults, *, lang: Language) -> Picture:
    """Draw what the intervals of the trend held, on each set of series."""
    names = [named(str(one), lang, what="set") for one in results.coverage["dataset"]]
    return coverage_chart(results.coverage.assign(dataset=names), lang=lang)


def _table(rows: pd.DataFrame, caption: str, note: str, lang: Language) -> Table:
    shown = readable(rows, lang)
    kinds: tuple[Kind, ...] = tuple(
        "text" if str(name) in _WORDS else "number" for name in rows.columns
    )
    cells = tuple(tuple(str(cell) for cell in row) for row in shown.to_numpy())
    return Table(caption, tuple(map(str, shown.columns)), kinds, cells, note)
