"""The tables of a run, as they are kept (JSON, CSV) and shown (Markdown)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.edge import csv_text
from bcforecast.reporting.benchmark import TABLES, TREND, BenchResults, named, shown
from bcforecast.text import column_head
from tools.bench.forecasters import MEANS, YARDSTICK, Run, with_means
from tools.bench.series import SeriesBenchmark, SeriesScores, score_series

COMPARED: Final = ("MSIS", "sCRPS", "Brier", "log loss")
"""Scores that are compared series by series."""

_COLUMNS: Final = {
    "coverage 80": "coverage_80",
    "coverage 95": "coverage_95",
    "log loss": "log_loss",
}
_ORDER: Final = ("OWA", "MSIS", "coverage_80", "coverage_95", "sCRPS", "Brier", "log_loss", "ECE")

_DIGITS: Final = 6


def series_table(benchmark: SeriesBenchmark, runs: Mapping[str, Run]) -> pd.DataFrame:
    """One row a forecaster: scores, series a second, times the yardstick, memory."""
    costs = {name: _cost(benchmark, [run]) for name, run in runs.items()}
    for name, members in MEANS.items():
        if all(one in runs for one in members):
            costs[name] = _cost(benchmark, [runs[one] for one in members])
    rows = []
    for name, scores in all_scores(benchmark, runs).items():
        averages = {_COLUMNS.get(k, k): v for k, v in scores.averages.items()}
        speed, memory = costs[name]
        times = speed / costs[YARDSTICK][0] if YARDSTICK in costs else float("nan")
        rows.append(
            {
                "dataset": benchmark.name,
                "count": benchmark.ids.size,
                "forecaster": name,
                **{column: averages[column] for column in _ORDER},
                "series_per_second": speed,
                "times_AutoETS": times,
                "peak_mib": memory,
            }
        )
    return pd.DataFrame(rows)


def all_scores(benchmark: SeriesBenchmark, runs: Mapping[str, Run]) -> dict[str, SeriesScores]:
    """Scores of every forecaster and of the peers' means."""
    forecasts = with_means({name: run.forecasts for name, run in runs.items()})
    return {name: score_series(benchmark, made) for name, made in forecasts.items()}


def paired_table(
    benchmark: SeriesBenchmark, runs: Mapping[str, Run], *, rng: np.random.Generator
) -> pd.DataFrame:
    """Trend minus each peer in each score, with the bootstrap interval over series."""
    scores = all_scores(benchmark, runs)
    rows = []
    for name, theirs in scores.items():
        for score in COMPARED if name != TREND else ():
            mine = scores[TREND].by_series[score]
            ends = paired_bootstrap(mine, theirs.by_series[score], rng=rng)
            rows.append({"dataset": benchmark.name, "second": name, "score": score, **ends})
    return pd.DataFrame(rows)


def _cost(benchmark: SeriesBenchmark, runs: Sequence[Run]) -> tuple[float, float]:
    seconds = sum(float(np.median(run.cpu_seconds)) for run in runs)
    return benchmark.ids.size / seconds, max(run.peak_mib for run in runs)


def paired_bootstrap(
    first: npt.ArrayLike, second: npt.ArrayLike, *, rng: np.random.Generator
) -> dict[str, float]:
    """Mean of one score less another's, (n,), with its 95 % interval from resampling the series.

    Series where one of them is not finite are left out of both. Efron and Tibshirani (1993), An
    introduction to the bootstrap, chapter 13.

    Examples
    --------
    >>> better = paired_bootstrap([1.0, 1.1, 0.9], [2.0, 2.1, 2.0], rng=np.random.default_rng(1))
    >>> round(better["difference"], 3), better["upper"] < 0.0
    (-1.033, True)
    """
    gap = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    gap = gap[np.isfinite(gap)]
    means = [gap[rng.integers(0, gap.size, gap.size)].mean() for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return {"difference": float(gap.mean()), "lower": float(low), "upper": float(high)}


def save(results: BenchResults, folder: Path) -> None:
    """Write `benchmark.json`, `benchmark.md`, and each table as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = {"about": results.about}
    for name in TABLES:
        table: pd.DataFrame = getattr(results, name).round(_DIGITS)
        (folder / f"{name}.csv").write_text(csv_text(table), encoding="utf-8")
        known[name] = json.loads(table.to_json(orient="records", double_precision=_DIGITS))
    text_of = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    (folder / "benchmark.json").write_text(text_of, encoding="utf-8", newline="\n")
    (folder / "benchmark.md").write_text(markdown(results), encoding="utf-8", newline="\n")


def markdown(results: BenchResults) -> str:
    """All tables as Markdown, with date, versions and command above them."""
    about = results.about
    parts = [
        f"Run on {about['date']} with {about['versions']}, on {about['machine']}, one core.",
        "",
        f"    {about['command']}",
        "",
    ]
    for dataset, rows in _by_dataset(results.series):
        name = named(dataset, "en", what="set")
        parts += [
            f"## {name}: {rows.pop('count').max():.0f} yearly series",
            "",
            markdown_table(rows),
            "",
        ]
        for _, gaps in (one for one in _by_dataset(results.paired) if one[0] == dataset):
            parts += [
                "Trend minus each peer, with the 95% interval of a paired bootstrap over series;"
                " below 0 the trend is better, * the interval leaves out 0:",
                "",
                markdown_table(paired_in_words(gaps), "Compared with"),
                "",
            ]
    for dataset, rows in _by_dataset(results.goals):
        heading = f"## Real goals, {dataset}: {rows.pop('cases').max():.0f} cases"
        parts += [heading, "", markdown_table(rows), ""]
        gaps = results.gains[results.gains["dataset"] == dataset]
        parts += [
            "Headline minus another, learned on other groups of goals, on other areas, and on goals"
            " due by then, with the 95% interval of a bootstrap over areas; below 0 the headline is"
            " better, * the interval leaves out 0:",
            "",
            markdown_table(paired_in_words(gaps), "Compared with"),
            "",
        ]
    for dataset, rows in _by_dataset(results.panels):
        heading = f"## Panel, {dataset}: {rows.pop('cases').max():.0f} goals"
        parts += [heading, "", markdown_table(rows), ""]
    if len(results.kinds):
        heading = "## Where the probabilities are good, and where not: real goals by kind"
        parts += [heading, "", markdown_table(results.kinds), ""]
    if len(results.wrong):
        heading = "## Goals put on the wrong side of even odds (mean over their as-of dates)"
        parts += [heading, "", markdown_table(results.wrong)]
    return "\n".join(parts).rstrip() + "\n"


def _by_dataset(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Cut a table, if it has a row, into those of the sets, in its order."""
    for dataset in table["dataset"].unique() if len(table) else ():
        yield str(dataset), table[table["dataset"] == dataset].drop(columns="dataset")


def markdown_table(table: pd.DataFrame, first: str = "") -> str:
    """Show a table as Markdown; its first heading may be another."""
    heads = [column_head(str(name), "en", of="evaluation.column_") for name in table]
    columns = [first or heads[0], *heads[1:]]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    cells = ([shown(value, str(name), "en") for value in table[name]] for name in table)
    lines += ["| " + " | ".join(row) + " |" for row in zip(*cells, strict=True)]
    return "\n".join(lines)


def paired_in_words(paired: pd.DataFrame) -> pd.DataFrame:
    """One row a peer, one column a score: the difference and its interval, * if it leaves out 0."""
    numbers = paired[["difference", "lower", "upper"]].to_numpy(dtype=float)
    said = [
        f"{middle:+.3f} [{low:+.3f}, {high:+.3f}]" + ("" if low <= 0.0 <= high else " *")
        for middle, low, high in numbers
    ]
    columns = [score.replace(" ", "_") for score in paired["score"]]
    told = paired.assign(forecaster=paired["second"], score=columns, said=said)
    wide = told.set_index(["forecaster", "score"])["said"].unstack()  # noqa: PD010
    order = list(dict.fromkeys(columns))
    return wide.loc[list(dict.fromkeys(told["forecaster"])), order].reset_index()
