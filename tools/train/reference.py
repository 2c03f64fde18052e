"""Learn the reference class from real goals whose outcome is known.

It is due whenever the trend engine says something else, because the pool is learned beside it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from bcforecast.attainment.reference_class import (
    KIND_VARIANCE,
    SHIPPED,
    LogisticFit,
    ReferenceClass,
    design_of,
    kind_of,
    read_kinds,
    required_of_targets,
    trend_log_odds,
)
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

_FEATURE_VARIANCE: Final = 4.0
_TREND_VARIANCE: Final = 1.0
"""Prior variances of log odds: of offset, required rate and distance; of the trend's weight about
1. They were chosen by scores on the same goals: see `docs/benchmark.md`."""

_DIGITS: Final = 8
_STEPS: Final = 50


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
    ValueError
        If a file or a column of it is missing.
    """
    cases, series = read_goals(bench_dir)
    return cases.assign(trend=np.asarray(trend(series, targets_of(cases)), dtype=float))


def read_goals(bench_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the goals, without the trend, and the series (`unique_id, ds, y`) known to each case."""
    cases = read_table(bench_dir / "goal_cases.csv", CASE_COLUMNS)
    history = read_table(bench_dir / "goal_histories.csv", HISTORY_COLUMNS)
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


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a CSV file that has these columns.

    Raises
    ------
    ValueError
        If the file or a column is missing.
    """
    if not path.is_file():
        raise ValueError(f"{path}: found no such file; allowed: a table of {', '.join(columns)}")
    table = pd.read_csv(path)
    if not set(columns) <= set(table):
        found = ", ".join(map(str, table))
        raise ValueError(f"{path}: found columns {found}; allowed: {', '.join(columns)}")
    return table


@dataclass(frozen=True)
class Prior:
    """Independent normal priors of the coefficients.

    Parameters
    ----------
    mean, variance
        Shape (K,), on the log-odds scale.
    """

    mean: FloatArray
    variance: FloatArray


def fit_logistic(
    met: FloatArray, design: FloatArray, *, weights: FloatArray, prior: Prior
) -> LogisticFit:
    """Fit by Newton's method; the priors make the maximum unique, whatever the data.

    Parameters
    ----------
    met
        Shape (n,), 1 or 0.
    design
        Shape (n, K).
    weights
        Shape (n,): how many independent cases each row stands for.
    prior
        Of the K coefficients.

    Examples
    --------
    >>> prior = Prior(np.zeros(1), np.full(1, 2.0))
    >>> none = fit_logistic(np.empty(0), np.empty((0, 1)), weights=np.empty(0), prior=prior)
    >>> float(none.coefficients[0]), float(none.covariance[0, 0])
    (0.0, 2.0)
    """
    beta = prior.mean.astype(float)
    objective = _objective(beta, met, design, weights, prior)
    for _ in range(_STEPS):
        p = np.asarray(expit(design @ beta))
        gradient = design.T @ (weights * (met - p)) - (beta - prior.mean) / prior.variance
        step = np.linalg.solve(_curvature(p, design, weights, prior), gradient)
        size = 1.0
        while (after := _objective(beta + size * step, met, design, weights, prior)) < objective:
            size /= 2
            if size < 1e-12:
                after = objective
                break
        beta = beta + size * step
        objective = after
        if np.max(np.abs(step), initial=0.0) < 1e-13:
            break
    p = np.asarray(expit(design @ beta))
    covariance = np.linalg.inv(_curvature(p, design, weights, prior))
    return LogisticFit(beta, np.asarray(covariance, dtype=float))


def _objective(
    beta: FloatArray, met: FloatArray, design: FloatArray, weights: FloatArray, prior: Prior
) -> float:
    eta = design @ beta
    log_likelihood = np.sum(weights * (met * eta - np.logaddexp(0.0, eta)))
    return float(log_likelihood - 0.5 * np.sum((beta - prior.mean) ** 2 / prior.variance))


def _curvature(p: FloatArray, design: FloatArray, weights: FloatArray, prior: Prior) -> FloatArray:
    rows = design * (weights * p * (1.0 - p))[:, None]
    return np.asarray(rows.T @ design + np.diag(1.0 / prior.variance))


def learn(cases: pd.DataFrame) -> ReferenceClass:
    """Learn both regressions.

    Parameters
    ----------
    cases
        One row a goal and as-of date: `goal_id, kind, years_ahead, required, trend` (the trend's
        probability), `met` (1 or 0). A goal's rows share a weight of 1. No rows give the priors:
        an even rate, and the trend drawn toward even odds.
    """
    met = cases["met"].to_numpy(dtype=float)
    weights = 1.0 / cases.groupby("goal_id")["met"].transform("size").to_numpy(dtype=float)
    plain = design_of(list(cases["kind"]), cases["years_ahead"], cases["required"])
    variance = np.concatenate(
        [np.full(3, _FEATURE_VARIANCE), np.full(len(read_kinds()), KIND_VARIANCE)]
    )
    alone = fit_logistic(
        met, plain, weights=weights, prior=Prior(np.zeros_like(variance), variance)
    )
    beside = fit_logistic(
        met,
        np.column_stack([plain[:, :1], trend_log_odds(cases["trend"]), plain[:, 1:]]),
        weights=weights,
        prior=Prior(
            np.insert(np.zeros_like(variance), 1, 1.0), np.insert(variance, 1, _TREND_VARIANCE)
        ),
    )
    goals = cases.drop_duplicates("goal_id")
    return ReferenceClass(
        {kind: int((goals["kind"] == kind).sum()) for kind in read_kinds()},
        {kind: int(goals.loc[goals["kind"] == kind, "met"].sum()) for kind in read_kinds()},
        alone,
        beside,
    )


def out_of_area(cases: pd.DataFrame) -> pd.DataFrame:
    """Rate and pooled probability of every case, learned on the goals of all other areas.

    Parameters
    ----------
    cases
        As for `learn`, with `area`.

    Returns
    -------
    DataFrame
        `rate, probability`, indexed as `cases`.
    """
    return _judged(cases, cases["area"], lambda area: cases["area"] != area)


def out_of_kind(cases: pd.DataFrame) -> pd.DataFrame:
    """The same, learned on all other kinds: what a goal of a kind never seen may expect."""
    return _judged(cases, cases["kind"], lambda kind: cases["kind"] != kind)


def in_real_time(cases: pd.DataFrame) -> pd.DataFrame:
    """The same, learned only on goals that fell due before each as-of year.

    Parameters
    ----------
    cases
        As for `learn`, with `as_of` and `target_year`.
    """
    return _judged(cases, cases["as_of"], lambda year: cases["target_year"] < year)


def rebuild(
    bench_dir: Path, out: Path = SHIPPED, *, trend: TrendProbability = panel_probability
) -> None:
    """Learn from all goals of the benchmark and write the shipped file, byte for byte the same.

    Parameters
    ----------
    bench_dir
        Folder with `goal_cases.csv` and `goal_histories.csv`.
    out
        Where to write: counts, coefficients and covariances; no row of the benchmark.
    trend
        Where the trend's probabilities come from. Default: the trend engine.
    """
    cases = read_cases(bench_dir, trend=trend)
    out.write_text(as_json(learn(cases), cases), encoding="utf-8", newline="\n")


def as_json(reference: ReferenceClass, cases: pd.DataFrame) -> str:
    """What is learned as text: the same for the same cases, to the last byte."""
    known = {
        "recipe": "make train WHAT=reference",
        "goals": int(cases["goal_id"].nunique()),
        "cases": len(cases),
        "areas": int(cases["area"].nunique()),
        "kinds": {
            kind: {"goals": reference.goals[kind], "met": reference.met[kind]}
            for kind in read_kinds()
        },
        "alone": _plain(reference.alone),
        "beside": _plain(reference.beside),
    }
    return json.dumps(known, indent=1, ensure_ascii=False) + "\n"


def _judged(
    cases: pd.DataFrame, folds: pd.Series, others: Callable[[object], pd.Series]
) -> pd.DataFrame:
    out = pd.DataFrame(np.nan, index=cases.index, columns=["rate", "probability"])
    for fold in folds.unique():
        reference = learn(cases[others(fold)])
        judged = cases[folds == fold]
        kinds = list(judged["kind"])
        about = {"years_ahead": judged["years_ahead"], "required_vs_past": judged["required"]}
        out.loc[judged.index, "rate"] = reference.rates(kinds, **about)
        pooled, _, _ = reference.pool_many(judged["trend"], kinds, **about)
        out.loc[judged.index, "probability"] = pooled
    return out


def _plain(fit: LogisticFit) -> dict[str, object]:
    return {
        "coefficients": np.round(fit.coefficients, _DIGITS).tolist(),
        "covariance": np.round(fit.covariance, _DIGITS).tolist(),
    }
