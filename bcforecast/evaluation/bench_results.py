"""What a run of the benchmark found, as tables: kept as JSON, shown as Markdown and CSV."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import pandas as pd

from bcforecast.csv_text import csv_text
from bcforecast.messages import Language, text

SHIPPED: Final = Path(__file__).parent / "results" / "benchmark.json"
"""The run that `docs/benchmark.md` reports; statistics only, no row of the benchmark's data."""

_DIGITS: Final = 6
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
    "count": 0,
    "cases": 0,
    "probability": 2,
    "trend": 2,
}
_NAMES: Final = {"forecaster": "by", "second": "by", "dataset": "set", "area": "area"}


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
        tables = {name: pd.DataFrame(known[name]) for name in _tables()}
        return cls(known["about"], **tables)

    def save(self, folder: Path) -> None:
        """Write `benchmark.json`, `benchmark.md`, and each table as CSV."""
        folder.mkdir(parents=True, exist_ok=True)
        known: dict[str, Any] = {"about": self.about}
        for name in _tables():
            table: pd.DataFrame = getattr(self, name).round(_DIGITS)
            (folder / f"{name}.csv").write_text(csv_text(table), encoding="utf-8")
            known[name] = json.loads(table.to_json(orient="records", double_precision=_DIGITS))
        text_of = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
        (folder / "benchmark.json").write_text(text_of, encoding="utf-8", newline="\n")
        (folder / "benchmark.md").write_text(self.markdown("en"), encoding="utf-8", newline="\n")

    def markdown(self, lang: Language) -> str:
        """All tables as Markdown, with date, versions and command above them."""
        parts = [text("evaluation.title", lang, **_known(self.about)), ""]
        for dataset in self.series["dataset"].unique() if len(self.series) else []:
            rows = self.series[self.series["dataset"] == dataset]
            count = int(rows["count"].max())
            name = named(str(dataset), lang, what="set")
            parts += [text("evaluation.heading_series", lang, dataset=name, count=count), ""]
            parts += [markdown_table(rows.drop(columns=["dataset", "count"]), lang), ""]
            gaps = self.paired
            if len(gaps):
                gaps = gaps[gaps["dataset"] == dataset]
            if len(gaps):
                parts += [text("evaluation.heading_paired", lang), ""]
                parts += [markdown_table(paired_in_words(gaps), lang), ""]
        if len(self.goals):
            count = int(self.goals["cases"].max())
            parts += [text("evaluation.heading_goals", lang, count=count), ""]
            parts += [markdown_table(self.goals.drop(columns="cases"), lang), ""]
        if len(self.wrong):
            parts += [text("evaluation.heading_wrong", lang), "", markdown_table(self.wrong, lang)]
        return "\n".join(parts).rstrip() + "\n"


def markdown_table(table: pd.DataFrame, lang: Language) -> str:
    """Show a table as Markdown, its headings and forecasters named in `lang`."""
    shown = readable(table, lang)
    lines = ["| " + " | ".join(map(str, shown.columns)) + " |", "|" + "---|" * shown.shape[1]]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in shown.to_numpy()]
    return "\n".join(lines)


def paired_in_words(paired: pd.DataFrame) -> pd.DataFrame:
    """One row a peer, one column a score: the difference and its interval, * if it leaves out 0."""
    numbers = paired[["difference", "lower", "upper"]].to_numpy(dtype=float)
    said = [
        f"{middle:+.3f} [{low:+.3f}, {high:+.3f}]" + ("" if low <= 0.0 <= high else " *")
        for middle, low, high in numbers
    ]
    columns = [score.replace(" ", "_") for score in paired["score"]]
    told = paired.assign(said=said, score=columns)[["second", "score", "said"]]
    wide = told.set_index(["second", "score"])["said"].unstack()  # noqa: PD010
    order = list(dict.fromkeys(columns))
    return wide.loc[list(dict.fromkeys(told["second"])), order].reset_index()


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


def _known(about: dict[str, str]) -> dict[str, str]:
    return {name: about.get(name, "-") for name in ("date", "versions", "machine", "command")}


def _tables() -> list[str]:
    return [field.name for field in fields(BenchResults) if field.name != "about"]
