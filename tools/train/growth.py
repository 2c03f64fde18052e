"""Percentiles of yearly pace from panels of comparable areas, by the last year of their figures."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

import numpy as np
import pandas as pd

from bcforecast.attainment.explain import SHIPPED, PaceMeasure
from tools.train.goals import lists_on_one_line, read_goals, read_table

SPANS: Final = (1, 2, 3, 4, 5)
LEVELS_EVERY: Final = (0.01, *(round(0.05 * i, 2) for i in range(1, 20)), 0.99)
LEVELS_BEST: Final = tuple(round(0.05 * i, 2) for i in range(1, 20))
FEWEST_AREAS: Final = 8
"""Fewer areas than this give no percentiles."""
FEWEST_AREAS_FOR_SHARE: Final = 20
"""Fewer areas than this give no share of areas ("7 % of provinces")."""

_COLUMNS: Final = ("area", "year", "value")
_DIGITS: Final = 4
_RECIPE: Final = (
    "Pace over a window of k years, k = 1 to 5: rate (y[t+k] / y[t]) ** (1 / k) - 1 for amounts,"
    " increment (y[t+k] - y[t]) / k for percentages, over every pair of years t and t + k in which"
    " an area has a figure above 0. every: quantiles over all windows. highest, lowest: quantiles"
    " over areas of each area's largest and smallest pace. Linear quantiles (type 7). by_last_year:"
    " of the figures up to a year, by span k."
)


@dataclass(frozen=True)
class Panel:
    """Figures of comparable areas; name, measure, unit and kind of area as in `GrowthClass`."""

    name: str
    measure: PaceMeasure
    unit: str
    area_kind: str
    file: str  # where the rows are
    rows: pd.DataFrame  # columns `area, year, value`
    # Windows that start below are left out: who starts from nearly nothing is not comparable.
    from_level: float = 0.0

    def until(self, year: int) -> Self:
        """Return what had happened by the end of a year."""
        return replace(self, rows=self.rows[self.rows["year"] <= year])


def rebuild(bench_dir: Path, out: Path = SHIPPED) -> None:
    """Compute the percentiles and write them: the same bytes for the same panels, never a row."""
    out.write_text(as_json(panels(bench_dir), bench_dir), encoding="utf-8", newline="\n")


def panels(bench_dir: Path) -> tuple[Panel, ...]:
    """Read the panels of the benchmark, one a kind of indicator."""
    contracts, intensity = "province_tech_contract_value.csv", "country_rd_intensity.csv"
    return (
        Panel("technology_contracts", "rate", "100M CNY", "province", contracts,
              read_table(bench_dir / contracts, _COLUMNS)),
        Panel("rd_intensity", "increment", "%", "country", intensity,
              read_table(bench_dir / intensity, _COLUMNS), from_level=1.0),
        *_goal_panels(bench_dir, without="rd_intensity"),
    )  # fmt: skip


def as_json(known: Iterable[Panel], bench_dir: Path) -> str:
    """Return the percentiles of the panels as the text of the shipped file."""
    classes, files = {}, set[str]()
    for panel in known:
        by_year = {year: _spans(panel.until(year)) for year in sorted(set(panel.rows["year"]))}
        by_last_year = {str(year): spans for year, spans in by_year.items() if spans}
        if not by_last_year:
            continue
        files.update(panel.file.split(" + "))
        classes[panel.name] = {
            "measure": panel.measure,
            "unit": panel.unit,
            "area_kind": panel.area_kind,
            "from": panel.file,
            "from_level": panel.from_level,
            "first_year": int(panel.rows["year"].min()),
            "by_last_year": by_last_year,
        }
    document = {
        "recipe": "make train WHAT=growth",
        "method": _RECIPE,
        "inputs": {
            name: hashlib.sha256((bench_dir / name).read_bytes()).hexdigest()
            for name in sorted(files)
        },
        "levels": {"every": LEVELS_EVERY, "best": LEVELS_BEST},
        "classes": classes,
    }
    return lists_on_one_line(document) + "\n"


def window_paces(panel: Panel, years: int) -> pd.DataFrame:
    """Pace over every window of `years` years: columns `area, pace`.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "a", "year": [2011, 2013], "value": [100.0, 121.0]})
    >>> panel = Panel("made_up", "rate", "%", "province", "", rows)
    >>> window_paces(panel, 2)["pace"].round(6).tolist()
    [0.1]
    """
    rows = panel.rows[panel.rows["value"] > 0.0]
    ends = rows.assign(year=rows["year"] - years)
    pairs = rows.merge(ends, on=["area", "year"], suffixes=("", "_end"))
    pairs = pairs[pairs["value"] >= panel.from_level]
    start, end = pairs["value"].to_numpy(), pairs["value_end"].to_numpy()
    rate = (end / start) ** (1.0 / years) - 1.0
    pace = rate if panel.measure == "rate" else (end - start) / years
    return pd.DataFrame({"area": pairs["area"].to_numpy(), "pace": pace})


def _spans(panel: Panel) -> dict[str, dict[str, object]]:
    spans: dict[str, dict[str, object]] = {}
    for years in SPANS:
        paces = window_paces(panel, years)
        by_area = paces.groupby("area")["pace"]
        if by_area.ngroups < FEWEST_AREAS:
            continue
        span: dict[str, object] = {"areas": by_area.ngroups, "windows": len(paces)}
        span["every"] = _quantiles(paces["pace"], LEVELS_EVERY)
        if by_area.ngroups >= FEWEST_AREAS_FOR_SHARE:
            span["highest"] = _quantiles(by_area.max(), LEVELS_BEST)
            span["lowest"] = _quantiles(by_area.min(), LEVELS_BEST)
        spans[str(years)] = span
    return spans


def _quantiles(paces: pd.Series, levels: tuple[float, ...]) -> list[float]:
    return [float(f"{q:.{_DIGITS}g}") for q in np.quantile(paces.to_numpy(dtype=float), levels)]


def _goal_panels(bench_dir: Path, *, without: str) -> Iterable[Panel]:
    """One panel a kind of goal: of every area the history that was known latest."""
    cases, series = read_goals(bench_dir)
    latest = cases.sort_values("as_of").groupby(["family", "area"], as_index=False).last()
    rows = latest[["case_id", "family", "area"]].merge(series, on="case_id")
    file = "goal_cases.csv + goal_histories.csv"
    for kind, part in rows.groupby("family"):
        if kind != without:
            yield Panel(str(kind), "increment", "%", "country", file, part[list(_COLUMNS)])
