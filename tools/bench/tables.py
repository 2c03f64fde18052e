"""The tables of a run, as they are kept (JSON, CSV) and shown (Markdown)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
            gap = paired_bootstrap(mine, theirs.by_series[score], rng=rng)
            ends = {"difference": gap.mean, "lower": gap.lower, "upper": gap.upper}
            rows.append({"dataset": benchmark.name, "second": name, "score": score, **ends})
    return pd.DataFrame(rows)


def _cost(benchmark: SeriesBenchmark, runs: Sequence[Run]) -> tuple[float, float]:
    seconds = sum(float(np.median(run.cpu_seconds)) for run in runs)
    return benchmark.ids.size / seconds, max(run.peak_mib for run in runs)


@dataclass(frozen=True)
class PairedDifference:
    """Mean difference of two scores on the same series, with its bootstrap interval.

    Parameters
    ----------
    mean
        Mean of the first minus the second: negative if the first is better.
    lower, upper
        Ends of the interval.
    count
        Number of series compared.
    """

    mean: float
    lower: float
    upper: float
    count: int

    @property
    def decided(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.lower > 0.0 or self.upper < 0.0


def paired_bootstrap(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    repeats: int = 2000,
) -> PairedDifference:
    """Compare two forecasters on the same series by resampling the series.

    Parameters
    ----------
    first, second
        Shape (n,): a score of each series under either forecaster; series where one is not
        finite are left out of both.
    rng
        Where the resampling comes from.
    level
        Of the percentile interval.
    repeats
        Number of resamples.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13.

    Examples
    --------
    >>> better = paired_bootstrap([1.0, 1.1, 0.9], [2.0, 2.1, 2.0], rng=np.random.default_rng(1))
    >>> round(better.mean, 3), better.decided
    (-1.033, True)
    """
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    difference = difference[np.isfinite(difference)]
    size = difference.size
    means = [difference[rng.integers(0, size, size)].mean() for _ in range(repeats)]
    tail = (1.0 - level) / 2
    lower, upper = np.quantile(means, [tail, 1.0 - tail])
    return PairedDifference(float(difference.mean()), float(lower), float(upper), size)


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
    for dataset, rows in (
        results.series.groupby("dataset", sort=False) if len(results.series) else ()
    ):
        count = int(rows["count"].max())
        name = named(str(dataset), "en", what="set")
        parts += [f"## {name}: {count} yearly series", ""]
        parts += [markdown_table(rows.drop(columns=["dataset", "count"])), ""]
        gaps = results.paired
        if len(gaps):
            gaps = gaps[gaps["dataset"] == dataset]
        if len(gaps):
            parts += [
                "Trend minus each peer, with the 95% interval of a paired bootstrap over series;"
                " below 0 the trend is better, * the interval leaves out 0:",
                "",
            ]
            parts += [markdown_table(paired_in_words(gaps), "Compared with"), ""]
    for dataset, rows in results.goals.groupby("dataset", sort=False) if len(results.goals) else ():
        count = int(rows["cases"].max())
        parts += [f"## Real goals, {dataset}: {count} cases", ""]
        parts += [markdown_table(rows.drop(columns=["dataset", "cases"])), ""]
        gaps = results.gains[results.gains["dataset"] == dataset]
        parts += [
            "Headline minus another, learned on other groups of goals, on other areas, and on goals"
            " due by then, with the 95% interval of a bootstrap over areas; below 0 the headline is"
            " better, * the interval leaves out 0:",
            "",
            markdown_table(paired_in_words(gaps), "Compared with"),
            "",
        ]
    for dataset, rows in (
        results.panels.groupby("dataset", sort=False) if len(results.panels) else ()
    ):
        count = int(rows["cases"].max())
        parts += [f"## Panel, {dataset}: {count} goals", ""]
        parts += [markdown_table(rows.drop(columns=["dataset", "cases"])), ""]
    if len(results.kinds):
        heading = "## Where the probabilities are good, and where not: real goals by kind"
        parts += [heading, "", markdown_table(results.kinds), ""]
    if len(results.wrong):
        heading = "## Goals put on the wrong side of even odds (mean over their as-of dates)"
        parts += [heading, "", markdown_table(results.wrong)]
    return "\n".join(parts).rstrip() + "\n"


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
