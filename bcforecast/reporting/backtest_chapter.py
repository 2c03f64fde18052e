"""What the notebook on past accuracy shows: tables and charts of the shipped benchmark run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from bcforecast import evaluation
from bcforecast.messages import Language, text
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.reliability import coverage_chart, reliability_diagram
from bcforecast.reporting.display import Kind, Prose, Table, Tables

SHIPPED: Final = Path(evaluation.__file__).parent / "results" / "benchmark.json"
"""The run that `docs/benchmark.md` reports; statistics only, no row of the benchmark's data."""

TREND: Final = "trend"
POOLED: Final = "trend with reference class"
TABLES: Final = ("series", "paired", "coverage", "goals", "reliability", "wrong")

_WORDS: Final = ("forecaster", "goal_id", "area", "kind", "met")
_SHOWN: Final = {
    "OWA": 3,
    "MSIS": 1,
    "coverage_80": 3,
    "coverage_95": 3,
    "sCRPS": 3,
    "Brier": 4,
    "log_loss": 3,
    "ECE": 3,
    "series_per_second": 0,
    "peak_mib": 0,
    "probability": 2,
    "trend": 2,
}
_NAMES: Final = {"forecaster": "by", "area": "area"}


@dataclass(frozen=True)
class BenchResults:
    """Tables of one run.

    Parameters
    ----------
    about
        `date`, `command`, versions, and the processor's name.
    series
        One row a set and forecaster: scores, speed, memory.
    paired
        Trend minus each peer, with bootstrap intervals over series.
    coverage
        Share of outcomes inside the central intervals of the trend, by set and level.
    goals
        One row a forecaster: scores on the real goals.
    reliability
        Reliability tables on the real goals, one row a forecaster and bin.
    wrong
        Goals that the pool puts on the wrong side of even odds.
    """

    about: dict[str, str]
    series: pd.DataFrame
    paired: pd.DataFrame
    coverage: pd.DataFrame
    goals: pd.DataFrame
    reliability: pd.DataFrame
    wrong: pd.DataFrame

    @classmethod
    def load(cls, path: Path = SHIPPED) -> BenchResults:
        """Read a run; by default the shipped one.

        Examples
        --------
        >>> "forecaster" in BenchResults.load().goals
        True
        """
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: pd.DataFrame(known[name]) for name in TABLES}
        return cls(known["about"], **tables)


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


def readable(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Name the columns and forecasters of a table in `lang`, numbers at their shown digits."""
    out = pd.DataFrame(index=table.index)
    for column in table.columns:
        cells = [_cell(value, str(column), lang) for value in table[column]]
        out[text(f"evaluation.column_{column}", lang)] = pd.Series(cells, index=table.index)
    return out


def named(name: str, lang: Language, *, what: str = "by") -> str:
    """Name in `lang` of a forecaster (`by`), a set of series (`set`) or an area (`area`).

    One without an entry in the catalogue, such as a model of statsforecast, keeps its own.
    """
    try:
        return text(f"evaluation.{what}_" + name.replace(" ", "_").replace(",", ""), lang)
    except KeyError:
        return name


def _table(rows: pd.DataFrame, caption: str, note: str, lang: Language) -> Table:
    shown = readable(rows, lang)
    kinds: tuple[Kind, ...] = tuple(
        "text" if str(name) in _WORDS else "number" for name in rows.columns
    )
    cells = tuple(tuple(str(cell) for cell in row) for row in shown.to_numpy())
    return Table(caption, tuple(map(str, shown.columns)), kinds, cells, note)


def _cell(value: object, column: str, lang: Language) -> str:
    if column in _NAMES:
        return named(str(value), lang, what=_NAMES[column])
    if column == "kind":
        return text(f"reference.{value}", lang)
    if column == "met":
        return text(f"evaluation.outcome_{int(float(str(value)))}", lang)
    if isinstance(value, (int, float)):
        digits = _SHOWN.get(column, 3)
        if column == "times_AutoETS":
            digits = 0 if value >= 10 else 1 if value >= 1 else 2
        return "" if pd.isna(value) else f"{value:,.{digits}f}"
    return str(value)
