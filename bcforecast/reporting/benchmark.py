"""The chapter on past accuracy: what the shipped run of the benchmark found."""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import pandas as pd

from bcforecast import evaluation
from bcforecast.plotting.goals import reliability_diagram
from bcforecast.plotting.style import Picture
from bcforecast.reporting.display import Section, paragraphs
from bcforecast.reporting.document import sentence
from bcforecast.reporting.tables import rows_table
from bcforecast.text import Language, Message, has_text, text

SHIPPED: Final = Path(evaluation.__file__).parent / "results" / "benchmark.json"
"""The run that `docs/benchmark.md` reports; statistics only, no row of the benchmark's data."""

TREND: Final = "trend"
HEADLINE: Final = "headline"
_WORDS: Final = ("forecaster", "goal_id", "area", "indicator", "met", "dataset", "kind")
_NAMED: Final = {"forecaster": "by", "area": "area", "dataset": "set", "kind": "kind"}
_DECIMALS: Final = {
    "MSIS": 1, "Brier": 4, "series_per_second": 0, "peak_mib": 0, "probability": 2, "trend": 2,
    "cases": 0, "goals": 0, "share_met": 2, "skill": 2,
}  # fmt: skip
"""By column; three for the others."""


class BenchResults(NamedTuple):
    """Tables of one run, and its date, command, versions and processor.

    `paired` is trend minus each peer, with bootstrap intervals over series; `gains` are the
    headline's on real goals, over areas; `wrong` are the goals that the headline puts on the wrong
    side of even odds; `kinds` shows by kind of goal, China apart, where the headline is good.
    """

    about: dict[str, str]
    series: pd.DataFrame
    paired: pd.DataFrame
    goals: pd.DataFrame
    gains: pd.DataFrame
    panels: pd.DataFrame
    reliability: pd.DataFrame
    wrong: pd.DataFrame
    kinds: pd.DataFrame

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Read a run; by default the shipped one."""
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(known["about"], **{name: pd.DataFrame(known[name]) for name in TABLES})


TABLES: Final = BenchResults._fields[1:]


def benchmark_opening(results: BenchResults, *, lang: Language) -> Section:
    """Return when and how the numbers were computed, and what the real goals say."""
    about = {name: results.about[name] for name in ("date", "machine", "versions")}
    said = [
        sentence("evaluation.story_opening", lang, **about),
        sentence("evaluation.story_command", lang, command=results.about["command"]),
    ]
    if len(results.goals):
        brier = results.goals.set_index(["dataset", "forecaster"])["Brier"]
        of = {"trend": TREND, "base": "base rate", "headline": HEADLINE}
        first = results.goals["dataset"].iloc[0]
        scores = {name: f"{brier[first, one]:.3f}" for name, one in of.items()}
        counts = {"count": int(results.goals["cases"].max()), "goals_wrong": len(results.wrong)}
        said.append(sentence("evaluation.story_goals", lang, **counts, **scores))
    return paragraphs(*said)


def benchmark_tables(results: BenchResults, *, lang: Language) -> Section:
    """Return a table for each set of series, real goals and panels; then goals judged wrongly."""
    made = Section()
    sets = {"series": results.series, "goals": results.goals, "panels": results.panels}
    for name, of in ((k, v) for k, v in sets.items() if len(v)):
        for dataset, rows in of.groupby("dataset", sort=False):
            size = "count" if "count" in rows else "cases"
            about = {"dataset": named(str(dataset), lang, what="set")}
            told = rows.drop(columns=["dataset", size])
            made += _table(name, told, lang, **about, count=int(rows[size].max()))
    return made + _table("wrong", results.wrong, lang)


def benchmark_kinds(results: BenchResults, *, lang: Language) -> Section:
    """Return where the headline is good and where not: by kind of goal, China apart."""
    return _table("kinds", results.kinds, lang)


def benchmark_reliability(results: BenchResults, *, lang: Language) -> Picture:
    """Draw the reliability diagrams of trend and pool on the real goals."""
    by_name = dict(iter(results.reliability.groupby("forecaster", sort=False)))
    tables = {named(str(name), lang): table for name, table in by_name.items()}
    return reliability_diagram(tables, lang=lang)


def named(name: str, lang: Language, *, what: str = "by") -> str:
    """Name of a forecaster (`by`), a `set` of series or an `area`: its own without an entry."""
    key = f"evaluation.{what}_" + name.replace(" ", "_").replace(",", "")
    return text(key, lang) if has_text(key) else name


def _table(name: str, rows: pd.DataFrame, lang: Language, **values: object) -> Section:
    heads = [column if column in _WORDS else f"{column}#" for column in rows.columns]
    caption, note = Message(f"evaluation.caption_{name}", values), f"evaluation.note_{name}"
    cells = zip(*([shown(v, str(name), lang) for v in rows[name]] for name in rows), strict=True)
    return rows_table(caption, heads, cells, lang, of="evaluation.column_", note=note)


def shown(value: object, column: str, lang: Language) -> str:
    """Write a value of a column in `lang`: a forecaster by its name, a number at its digits."""
    if (what := _NAMED.get(column)) is not None:
        return named(str(value), lang, what=what)
    if column == "met":
        return text(f"evaluation.outcome_{int(float(str(value)))}", lang)
    if not isinstance(value, int | float):
        return str(value)
    digits = _DECIMALS.get(column, 3)
    if column == "times_AutoETS":
        digits = 0 if value >= 10 else 1 if value >= 1 else 2
    return "" if pd.isna(value) else f"{value:,.{digits}f}"
