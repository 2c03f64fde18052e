"""Real goals with known outcomes: what was asked, what was known by then, whether it was met."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.attainment.reference_features import required_of_targets
from bcforecast.attainment.reference_kinds import kind_of
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message
from bcforecast.models.panel import forecast_panel

FloatArray = npt.NDArray[np.float64]

TrendProbability = Callable[[pd.DataFrame, pd.DataFrame], npt.ArrayLike]
"""From series (`unique_id, ds, y`) and targets (`unique_id, h, comparator, target`) to
probabilities, one a target."""

CASE_COLUMNS: Final = (
    "case_id",
    "goal_id",
    "area",
    "indicator",
    "as_of",
    "last_year",
    "target_year",
    "comparator",
    "target",
    "reached",
)
HISTORY_COLUMNS: Final = ("case_id", "year", "value")


def panel_probability(series: pd.DataFrame, targets: pd.DataFrame) -> FloatArray:
    """Probability of each target by the trend engine, (n,)."""
    made = forecast_panel(series, int(targets["h"].max()), targets=targets)
    return made.targets["probability"].to_numpy(dtype=float)


def read_cases(bench_dir: Path, *, trend: TrendProbability = panel_probability) -> pd.DataFrame:
    """Read the goals and say of each what the trend gives and what makes it like another.

    Parameters
    ----------
    bench_dir
        Folder with `goal_cases.csv` and `goal_histories.csv`.
    trend
        Where the trend's probabilities come from. Default: the trend engine.

    Returns
    -------
    DataFrame
        The columns of the file, and `kind, years_ahead, required, trend, met`.

    Raises
    ------
    BcforecastError
        If a file or a column of it is missing.
    """
    cases, series = read_goals(bench_dir)
    return cases.assign(trend=np.asarray(trend(series, targets_of(cases)), dtype=float))


def read_goals(bench_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the goals, without the trend, and the series (`unique_id, ds, y`) known to each case."""
    cases = _table(bench_dir / "goal_cases.csv", CASE_COLUMNS)
    history = _table(bench_dir / "goal_histories.csv", HISTORY_COLUMNS)
    series = history.rename(columns={"case_id": "unique_id", "year": "ds", "value": "y"})
    series = series.sort_values(["unique_id", "ds"], ignore_index=True)
    last = series.groupby("unique_id")["ds"].last()
    cases = cases.assign(
        kind=[kind_of(name) for name in cases["indicator"]],
        years_ahead=cases["target_year"] - cases["case_id"].map(last),
        met=cases["reached"],
    )
    return cases.assign(required=required_of_targets(targets_of(cases), series)), series


def targets_of(cases: pd.DataFrame) -> pd.DataFrame:
    """Targets of the cases as a panel forecast takes them, in the cases' order."""
    return pd.DataFrame(
        {
            "unique_id": cases["case_id"],
            "h": cases["years_ahead"],
            "comparator": cases["comparator"],
            "target": cases["target"],
        }
    )


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        absent = Message("reference.nothing")
        raise BcforecastError("errors.file", file=path, found=absent, allowed=", ".join(columns))
    table = pd.read_csv(path)
    missing = [name for name in columns if name not in table]
    if missing:
        found = ", ".join(str(name) for name in table)
        raise BcforecastError("errors.file", file=path, found=found, allowed=", ".join(columns))
    return table
