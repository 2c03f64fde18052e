"""What was tried where a limit is not reached: each setting beside the shipped one, scored alike.

    python -m tools.bench.tried kinds|goals|panels|short|calm|ends|tourism|speed [--bench-dir DIR]

`kinds` shows the shipped headline by kind of goal, China apart, beside the score of one who knew
what share of the set is met and no more; `calm` shows how often the intervals of series that hardly
move hold what came. Nothing is chosen here: the shipped settings were learned on other figures
(tools/train).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final
from unittest import mock

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from bcforecast.distributions import Transform
from bcforecast.models import growth, panel, trend
from bcforecast.models.panel import QUANTILES, forecast_panel
from bcforecast.models.trend_members import Curve
from bcforecast.reporting.benchmark import HEADLINE, TREND
from tools.bench import worker
from tools.bench.goals import ABLATION, GoalBenchmark, drift_probabilities, panel_table
from tools.bench.series import SeriesBenchmark, competition, goal_targets, score_series
from tools.bench.synthetic import table as short_table
from tools.train import goals
from tools.train.goals import left_out, read_cases
from tools.train.trend import training_parts

GOALS: Final[Mapping[str, dict[str, Any]]] = {
    "shipped": {},
    **{
        f"growth's weight {weight}": {"weights": dict.fromkeys(growth.KINDS, weight)}
        for weight in (0.2, 0.6, 0.8, 1.0)
    },
    "shares 0.6, others as shipped": {"weights": dict.fromkeys(growth.KINDS, 0.4) | {"ratio": 0.6}},
    **{name: ABLATION[name] for name in ("without the lean", "without the lean of goals downward")},
}
"""Settings of the headline, learned with the groups of goals left out."""

PANEL: Final[Mapping[str, dict[str, Any]]] = {
    "shipped": {"FIRST_WEIGHT": growth.FIRST_WEIGHT},
    "first weight 1": {"FIRST_WEIGHT": 1.0},
    "all years alike": {"MEMORY": 1.0},
    "spread from the central 80 %": {"_MIDDLE": (0.1, 0.9)},
    "areas worth 10 years, not 30": {"STRENGTH": 10.0},
}
"""Constants of growth learned over areas."""

SHORT: Final[Mapping[str, dict[str, float]]] = {
    "shipped": {},
    "weight 0.5": {"weight": 0.5},
    "weight 0.5, gone from 8 figures": {"weight": 0.5, "zero_from": 8.0},
    "strength 1": {"strength": 1.0},
    "scale 0.1": {"scale": 0.1},
    "weight 0.8, scale 0.1": {"weight": 0.8, "scale": 0.1},
}
"""Second opinions on short series of no known kind."""

COUNTS: Final[Mapping[str, dict[str, float]]] = {
    "shipped": {},
    "weight 0.6": {"weight": 0.6},
    "weight 0.8": {"weight": 0.8},
    "scale 0.1": {"scale": 0.1},
}
"""Growth of short series of counts."""


class Widened(trend.Growth):
    """Growth whose 80 % interval is that of a Student t with as many degrees as its scale has."""

    def forecast(
        self, figures: trend.Histories, *, horizon: int, transform: Transform
    ) -> tuple[Any, Any]:
        """As of growth, with a wider spread where the scale is known from few changes."""
        location, spread = super().forecast(figures, horizon=horizon, transform=transform)
        degrees = self.degrees + (figures.gaps > 0).sum(axis=0)
        return location, spread * stdtrit(degrees, 0.9) / ndtri(0.9)


class Steady(trend.Growth):
    """Growth that counts the more, the steadier it was: w = (t^2 - c) / (t^2 + c), if that is more.

    t is the drift over its standard error.
    """

    least: ClassVar[float] = 16.0  # c

    def applied(self, curve: Curve, figures: trend.Histories, *, horizon: int) -> Curve:
        """As of growth, with that weight."""
        if not self.weight:
            return super().applied(curve, figures, horizon=horizon)
        location, spread = self.forecast(figures, horizon=1, transform=curve.transform)
        total = self.strength + figures.gaps.astype(float).sum(axis=0)
        moved = location[0] - curve.transform.forward(figures.values[-1])
        variance = np.maximum(spread[0] ** 2, np.finfo(float).tiny)
        t2 = moved**2 * (1.0 + total / (figures.lead + 1.0)) / variance
        steady = np.clip((t2 - self.least) / (t2 + self.least), 0.0, 1.0)
        weight = np.maximum(self.weight_of(figures.observations), steady)
        with mock.patch.object(trend.Growth, "weight_of", return_value=weight):
            return super().applied(curve, figures, horizon=horizon)


ENDS: Final[Mapping[str, tuple[float, float]]] = {
    "none": (-np.inf, np.inf),
    "from -100": (-100.0, np.inf),
    "from -1000": (-1000.0, np.inf),
    "from -1,000,000": (-1e6, np.inf),
    "from -100 to 100": (-100.0, 100.0),
}
"""Ends of rates, each as if it were near."""

TOURISM: Final[Mapping[str, dict[str, Any]]] = {
    "shipped": {},
    "own scale alone": {"scale": "identity"},
    "as counts": {"kind": "count", "trend_only": True},
    "series together": {"kind": "count", "trend_only": True, "panel": True},
}
"""Options of the panel's forecast."""

SPEED: Final[Mapping[str, dict[str, Any]]] = {
    "shipped": {},
    "blocks of 100": {"block_size": 100},
    "blocks of 10,000": {"block_size": 10_000},
    "logarithms alone": {"scale": "log"},
}


def of_kinds(bench_dir: Path) -> pd.DataFrame:
    """Headline, groups left out, by kind: of the world without China, of China, and of Europe."""
    cases = read_cases(bench_dir)
    told = {HEADLINE: left_out(cases, "group"), TREND: cases.by_weight[0]}
    return GoalBenchmark(cases.table, told).kinds().set_index(["dataset", "kind"])


def of_goals(bench_dir: Path) -> pd.DataFrame:
    """Brier score by set of goals, groups left out."""
    cases = read_cases(bench_dir)
    told = {name: left_out(cases, "group", **how) for name, how in GOALS.items()}
    told["shipped, learned on other kinds of figures"] = left_out(cases, "kind")
    other = {
        "the steadier, the more growth counts": Steady(**vars(goals.GROWTH)),
        "changes drawn in from 5 usual departures": replace(goals.GROWTH, reach=5.0),
        "no change drawn in": replace(goals.GROWTH, reach=np.inf),
    }
    for name, way in other.items():
        with mock.patch.object(goals, "GROWTH", way):
            tried = read_cases(bench_dir)
            told[name] = left_out(tried, "group")
        for kind in ("count", "ratio") if isinstance(way, Steady) else ():
            mixed, of_kind = replace(cases), (cases.table["kind"] == kind).to_numpy()
            vars(mixed)["by_weight"] = np.where(of_kind, tried.by_weight, cases.by_weight)
            told[f"the same of {kind} alone"] = left_out(mixed, "group")
    told |= {"drift on logs alone": drift_probabilities(cases, logs=True)}
    scores = GoalBenchmark(cases.table, told).scores()
    return scores.pivot_table("Brier", "forecaster", "dataset", sort=False)


def of_panels(bench_dir: Path) -> pd.DataFrame:
    """Brier score by panel, areas left out, in real time."""
    found = {}
    for name, constants in PANEL.items():
        with mock.patch.multiple(growth, **constants):
            scores = panel_table(bench_dir).set_index(["dataset", "forecaster"])["Brier"]
        found[name] = scores.xs("trend, areas together", level="forecaster")
    return pd.DataFrame(found).T


def of_short(_: Path) -> pd.DataFrame:
    """Coverage, Brier score and bias of short series, of no known kind and of counts."""
    own, found = growth.learned().growth, []
    for kind, known, settings in (("", growth.SHORT, SHORT), ("count", own["count"], COUNTS)):
        ways = {name: replace(known, **changed) for name, changed in settings.items()}
        ways |= {one.__name__: one(**vars(known)) for one in (Widened, Steady)}
        for name, way in ways.items():
            with mock.patch.object(growth, "SHORT", way), mock.patch.dict(own, {"count": way}):
                found.append(short_table(kind).assign(kind=kind or "none", tried=name))
    return pd.concat(found).set_index(["kind", "tried", "figures"])


CALM: Final = (0.0, 0.002, 0.004, 0.008, 0.016, np.inf)
"""Classes of the standard deviation of yearly changes of the logarithm."""


def of_calm(bench_dir: Path) -> pd.DataFrame:
    """Held by 80 % intervals, and half their width over the last figure, by liveliness.

    The last 6 figures of M4's training parts, foretold from the 7 or 20 before them.
    """
    found, horizon = [], 6
    for count in (7, 20):
        long = [y for y in training_parts(bench_dir, "m4") if y.size >= count + horizon]
        known, came = np.split(np.array([y[-count - horizon :] for y in long]), [count], axis=1)
        spread = np.diff(np.log(known)).std(axis=1, ddof=1)
        columns = {"unique_id": np.arange(len(long)).repeat(count).astype(str)}
        columns |= {"ds": np.tile(np.arange(count), len(long)) + 1, "y": known.ravel()}
        made = forecast_panel(pd.DataFrame(columns), horizon, (0.1, 0.9))
        made = made.set_index(made["unique_id"].astype(int)).sort_index(kind="stable")
        for h in (1, horizon):
            low, high = made.loc[made["h"] == h, ["q0.1", "q0.9"]].to_numpy().T
            then, last = came[:, h - 1], known[:, -1]
            row = {"held": (low < then) & (then < high), "half": (high - low) / 2 / last}
            found.append(pd.DataFrame(row).assign(figures=count, h=h, spread=pd.cut(spread, CALM)))
    by = pd.concat(found).groupby(["figures", "h", "spread"], observed=True)
    return by.agg(series=("held", "size"), held=("held", "mean"), half=("half", "median"))


def of_ends(bench_dir: Path) -> pd.DataFrame:
    """Brier score of rates of growth and inflation, on the scale that bends at far ends."""
    cases = read_cases(bench_dir)
    rates = (cases.table["kind"] == "rate") & cases.table["indicator"].str.endswith("(%)")
    targets = cases.table[rates].rename(columns={"case_id": "unique_id"})
    targets = targets[["unique_id", "h", "comparator", "target", "kind", "met"]]
    figures = cases.series[cases.series["unique_id"].isin(targets["unique_id"])]
    found, farthest = {}, int(targets["h"].max())
    for name, ends in ENDS.items():
        with mock.patch.object(panel, "are_near", lambda mean, *_, **__: np.ones(mean.size, bool)):
            made = forecast_panel(figures, farthest, targets=targets, support=ends, trend_only=True)
        p = made.targets["probability"]
        found[name] = {"Brier": float(((p - made.targets["met"]) ** 2).mean())}
    return pd.DataFrame(found).T


def _run(data: SeriesBenchmark, kind: str = "", **options: Any) -> pd.DataFrame:
    targets = goal_targets(data).assign(kind=kind)
    made = forecast_panel(data.train, data.horizon, QUANTILES, targets=targets, **options)
    return worker.Trend.table(made)


def of_tourism(_: Path) -> pd.DataFrame:
    """Scores of the tourism series."""
    data, scores = competition("tourism"), ["OWA", "MSIS", "coverage 95", "Brier", "log loss"]
    found = {name: score_series(data, _run(data, **how)).averages for name, how in TOURISM.items()}
    return pd.DataFrame(found).T[scores]


def of_speed(_: Path) -> pd.DataFrame:
    """Series a second of processor time, the median of five runs: M3's 645, and 10,000 of them."""
    data = competition("m3")
    own = dict(tuple(data.train.groupby("unique_id", sort=False)))
    which = np.random.default_rng(0).integers(0, len(data.ids), 10_000)
    drawn = pd.concat([own[data.ids[i]].assign(unique_id=str(k)) for k, i in enumerate(which)])
    return pd.DataFrame({
        f"{train['unique_id'].nunique():,} series": {
            name: _series_a_second(train, data.horizon, how) for name, how in SPEED.items()
        }
        for train in (data.train, drawn)
    }).round()  # fmt: skip


def _series_a_second(train: pd.DataFrame, horizon: int, how: Mapping[str, Any]) -> float:
    times = []
    for _ in range(5):
        started = time.process_time()
        forecast_panel(train, horizon, QUANTILES, **how)
        times.append(time.process_time() - started)
    return train["unique_id"].nunique() / float(np.median(times))


WHAT: Final[Mapping[str, Callable[[Path], pd.DataFrame]]] = {
    "kinds": of_kinds,
    "goals": of_goals,
    "panels": of_panels,
    "short": of_short,
    "calm": of_calm,
    "ends": of_ends,
    "tourism": of_tourism,
    "speed": of_speed,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the scores of what was tried."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.tried", description=__doc__)
    parser.add_argument("what", choices=list(WHAT))
    parser.add_argument("--bench-dir", type=Path, default=Path("../shared/bench"))
    asked = parser.parse_args(arguments)
    sys.stdout.write(WHAT[asked.what](asked.bench_dir).round(4).to_string() + "\n")


if __name__ == "__main__":
    main()
