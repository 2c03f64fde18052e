"""Learn the reference class from goals whose outcome is known; write the shipped file anew.

`python -m bcforecast.attainment.reference_learning BENCH_DIR` does so; it is due whenever the trend
engine says something else, because the pool is learned beside it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.attainment.reference_cases import (
    TrendProbability,
    panel_probability,
    read_cases,
)
from bcforecast.attainment.reference_class import (
    KIND_VARIANCE,
    SHIPPED,
    ReferenceClass,
    design_of,
    trend_log_odds,
)
from bcforecast.attainment.reference_fit import LogisticFit, Prior, fit_logistic
from bcforecast.attainment.reference_kinds import KINDS

FloatArray = npt.NDArray[np.float64]

_FEATURE_VARIANCE: Final = 4.0
_TREND_VARIANCE: Final = 1.0
"""Prior variances of log odds: of offset, required rate and distance; of the trend's weight about
1. They were chosen by scores on the same goals: see `docs/benchmark.md`."""

_DIGITS: Final = 8


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
    variance = np.concatenate([np.full(3, _FEATURE_VARIANCE), np.full(len(KINDS), KIND_VARIANCE)])
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
        {kind: int((goals["kind"] == kind).sum()) for kind in KINDS},
        {kind: int(goals.loc[goals["kind"] == kind, "met"].sum()) for kind in KINDS},
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
        "recipe": "python -m bcforecast.attainment.reference_learning BENCH_DIR",
        "goals": int(cases["goal_id"].nunique()),
        "cases": len(cases),
        "areas": int(cases["area"].nunique()),
        "kinds": {
            kind: {"goals": reference.goals[kind], "met": reference.met[kind]} for kind in KINDS
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


if __name__ == "__main__":
    rebuild(Path(sys.argv[1]))
