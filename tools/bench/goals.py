"""Judge the probabilities of real goals: the headline, the trend, drifts, and the peers.

What is learned from goals is learned on other groups of goals, other areas, or goals due before,
than it is judged on. Intervals are of a bootstrap over areas, because the as-of dates of a goal
share its outcome and the goals of an area share its history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr

from bcforecast.config import SEED
from bcforecast.distributions import Transform
from bcforecast.evaluation.scores import brier, log_loss
from bcforecast.models.growth import FARTHEST, Panel
from bcforecast.models.trend import Growth, fit_exact
from bcforecast.models.trend_members import shipped
from bcforecast.plan.targets import COMPARISONS
from bcforecast.reporting.benchmark import HEADLINE, TREND
from tools.bench.forecasters import MEANS, PEERS, PeerEnvironment, with_means
from tools.bench.series import expected_calibration_error, normal_from_interval, reliability_table
from tools.train.goals import MODELLED, Cases, cases_of, clipped, in_real_time, left_out, read_table

FloatArray = npt.NDArray[np.float64]

NO_KIND: Final = "trend, kind not known"
DRIFT_LOG: Final = "drift on logs, t"
DRIFT: Final = "drift, t"
MEAN: Final = "mean of trend and drift on logs"
OTHER_AREAS: Final = f"{HEADLINE}, areas left out"
REAL_TIME: Final = f"{HEADLINE}, in real time"

REPEATED: Final = "repeated values kept"
"""The headline where a repeated value keeps its value, as it does outside the benchmark."""

EUROPE: Final = "European"

ABLATION: Final[dict[str, dict[str, Any]]] = {
    "growth alone": {"kept": ()},
    "leaning alone": {"weights": {}},
    "without the lean": {"kept": ("slope", "bend", "length")},
    "without the lean of goals downward": {"kept": ("lean", "slope", "bend", "length")},
    "without the bend": {"kept": ("lean", "down", "slope", "length")},
    "without the length": {"kept": ("lean", "down", "slope", "bend")},
}
"""Headlines with a part left out, and what is left; groups left out as in the headline."""


@dataclass(frozen=True)
class GoalBenchmark:
    """Probabilities that forecasters give to the same goals."""

    cases: pd.DataFrame  # a goal and as-of date: `goal_id, area, group, kind, source, met`, ...
    probabilities: Mapping[str, FloatArray]  # by forecaster, (n,); NaN where it has none

    def sets(self) -> dict[str, npt.NDArray[np.bool_]]:
        """The sets of cases that are scored apart, by name."""
        table = self.cases
        group = table["group"].astype(str)
        world = table["source"].str.startswith("world").to_numpy()
        found = {
            "all of the world": world,
            "reported": world & ~group.isin(MODELLED).to_numpy(),
            "China": world & group.str.startswith("CN").to_numpy(),
        }
        for kind in sorted(table["kind"].unique()):
            found[f"world, {kind}"] = world & (table["kind"] == kind).to_numpy()
        return {**found, EUROPE: ~world}

    def scores(self) -> pd.DataFrame:
        """Brier score, log loss (clip 0.01) and calibration error of each forecaster and set."""
        met, rows = self.cases["met"].to_numpy(dtype=float), []
        for name, at in self.sets().items():
            for forecaster, p in self.probabilities.items():
                known = at & np.isfinite(p)
                if not known.any():
                    continue
                kept = clipped(p[known])
                rows.append(
                    {
                        "dataset": name,
                        "cases": int(known.sum()),
                        "forecaster": forecaster,
                        "Brier": float(brier(met[known], kept).mean()),
                        "log_loss": float(log_loss(met[known], kept).mean()),
                        "ECE": expected_calibration_error(met[known], kept),
                    }
                )
        return pd.DataFrame(rows)

    def gains(self) -> pd.DataFrame:
        """Brier score of the headlines minus another's, with its 95 % interval over areas."""
        met, rows = self.cases["met"].to_numpy(dtype=float), []
        scores = {name: brier(met, clipped(p)) for name, p in self.probabilities.items()}
        heads = {"Brier": HEADLINE, "Brier_areas": OTHER_AREAS, "Brier_real_time": REAL_TIME}
        for name, at in self.sets().items():
            for other in (TREND, NO_KIND, DRIFT_LOG, MEAN) if at.any() else ():
                for score, own in heads.items():
                    gap = (scores[own] - scores[other])[at]
                    ends = over_areas(gap, self.cases["area"][at])
                    rows.append({"dataset": name, "second": other, "score": score, **ends})
        return pd.DataFrame(rows)

    def kinds(self) -> pd.DataFrame:
        """Headline and trend by kind of goal, China apart from the rest of the world, and Europe.

        `dataset, kind, cases, goals`; `share_met`, the share of cases met; the Brier scores of the
        `headline`, of the trend (`trend_score`), and of one who knew that share and no more
        (`share_known`); `skill`, by how much of that the headline is better; `bias`, its mean less
        the share met.
        """
        table, told = self.cases, clipped(self.probabilities[HEADLINE])
        china = table["group"].astype(str).str.startswith("CN")
        world = table["source"].str.startswith("world")
        met = table["met"].to_numpy(dtype=float)
        by_kind = table.assign(
            dataset=np.select([~world, china], [EUROPE, "China alone"], "world without China"),
            off=self.probabilities[HEADLINE] - met,
            headline=brier(met, told),
            trend_score=brier(met, clipped(self.probabilities[TREND])),
        ).groupby(["dataset", "kind"])
        found = by_kind.agg(
            cases=("met", "size"),
            goals=("goal_id", "nunique"),
            share_met=("met", "mean"),
            headline=("headline", "mean"),
            trend_score=("trend_score", "mean"),
        )
        found["share_known"] = found["share_met"] * (1.0 - found["share_met"])
        found["skill"] = 1.0 - found["headline"] / found["share_known"]
        found["bias"] = by_kind["off"].mean()
        return found.sort_index(
            level="dataset", ascending=False, sort_remaining=False
        ).reset_index()

    def reliability(self, name: str) -> pd.DataFrame:
        """Reliability table of one forecaster, which is named in it."""
        return reliability_table(self.cases["met"], self.probabilities[name]).assign(
            forecaster=name
        )

    def wrong(self) -> pd.DataFrame:
        """European goals put on the wrong side of even odds, on average over their as-of dates.

        `goal_id, area, indicator, met`, mean `probability` and `trend`; the farthest off first.
        """
        told = self.cases.assign(
            probability=self.probabilities[HEADLINE], trend=self.probabilities[TREND]
        )[self.sets()[EUROPE]]
        columns = ("area", "indicator", "met", "probability", "trend")
        how = {name: (name, "first" if name in columns[:3] else "mean") for name in columns}
        by_goal = told.groupby("goal_id", as_index=False).agg(**how)
        by_goal["off"] = (by_goal["met"] - by_goal["probability"]).abs()
        missed = by_goal[by_goal["off"] > 0.5].sort_values("off", ascending=False)
        return missed.drop(columns="off").reset_index(drop=True)


def over_areas(gap: FloatArray, areas: pd.Series) -> dict[str, float]:
    """Mean of a score less another's, by case, with the 95 % interval of a bootstrap over areas."""
    codes = pd.factorize(areas)[0]
    sizes, sums = np.bincount(codes), np.bincount(codes, weights=gap)
    drawn = np.random.default_rng(SEED).integers(0, sizes.size, (2000, sizes.size))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return {"difference": float(gap.mean()), "lower": float(low), "upper": float(high)}


def own_probabilities(cases: Cases) -> dict[str, FloatArray]:
    """The trend, the headline as it was learned elsewhere, and what stands beside them."""
    trend, drift = cases.by_weight[0], drift_probabilities(cases, logs=True)
    found = {
        HEADLINE: left_out(cases, "group"),
        OTHER_AREAS: left_out(cases, "area"),
        REAL_TIME: in_real_time(cases),
        TREND: trend,
        NO_KIND: without_kind(cases),
        DRIFT_LOG: drift,
        DRIFT: drift_probabilities(cases, logs=False),
        MEAN: 0.5 * (trend + drift),
        "base rate": np.full(trend.size, cases.met.mean()),
    }
    found |= {name: left_out(cases, "group", **how) for name, how in ABLATION.items()}
    return found | {REPEATED: left_out(replace(cases, repeats=True), "group")}


def without_kind(cases: Cases) -> FloatArray:
    """The trend of 0.1: on logarithms where figures are above 0, whatever they count."""
    columns = {"unique_id": "case_id", "ds": "year", "y": "value"}
    plain = cases_of(cases.table.assign(kind=""), cases.series.rename(columns=columns))
    return np.asarray(plain.by_weight[0])


def drift_probabilities(cases: Cases, *, logs: bool) -> FloatArray:
    """A random walk with drift and Student-t tails, on logarithms where figures are above 0.

    The drift is the mean change a year; its uncertainty is part of the forecast.
    """
    found = np.empty(len(cases.table))
    for at, figures, _ in cases.blocks:
        rows = cases.table.iloc[at]
        h, target = rows["h"].to_numpy(dtype=float), rows["target"].to_numpy(dtype=float)
        on_logs = logs and bool((figures.values > 0.0).all())
        scale = Transform("log", 0.0) if on_logs else Transform()
        values, goal = scale.forward(figures.values), scale.forward(np.maximum(target, 1e-300))
        goal = goal if on_logs else target
        gaps = figures.gaps.astype(float)
        real = gaps > 0.0
        years, changes = gaps.sum(axis=0), np.diff(values, axis=0)
        drift = np.where(real, changes, 0.0).sum(axis=0) / years
        squares = np.where(real, (changes - drift * gaps) ** 2 / np.where(real, gaps, 1.0), 0.0)
        df = np.maximum(real.sum(axis=0) - 1.0, 1.0)
        sd = np.sqrt(np.maximum(squares.sum(axis=0) / df, 1e-12) * (h + h**2 / years))
        above = stdtr(df, (values[-1] + h * drift - goal) / sd)
        up = np.array([COMPARISONS[c].up for c in rows["comparator"]])
        found[at] = np.where(up, above, 1.0 - above)
    return found


PANELS: Final = {
    "contract turnover of provinces": (
        "province_tech_contract_value.csv",
        Transform("log", 0.0),
        (-0.05, 0.0, 0.05, 0.1, 0.2, 0.3, 0.4),
        ("西藏自治区",),
    ),
    "R&D intensity of countries": (
        "country_rd_intensity.csv",
        Transform("logit", 0.0, 100.0),
        (-0.05, 0.0, 0.05, 0.1, 0.2),
        (),
    ),
}
"""By panel: its file, scale, yearly growth of the goals, and areas left out (nearly no figures)."""


def panel_table(bench_dir: Path) -> pd.DataFrame:
    """Brier score and log loss on panels: the trend alone, and with what other areas had seen.

    Every origin with three figures of the area, one to three years ahead; growth is learned from
    the figures of the other areas up to the origin.
    """
    rows = []
    for name, (file, scale, rates, left) in PANELS.items():
        known = read_table(bench_dir / file, ("area", "year", "value")).dropna()
        known = known[~known["area"].isin(left)]
        wide = known.pivot_table(index="area", columns="year", values="value")
        wide = wide.reindex(columns=range(int(wide.columns[0]), int(wide.columns[-1]) + 1))
        judged = _panel_cases(
            Panel(wide.to_numpy(dtype=float), int(wide.columns[0]), scale), rates=rates
        )
        met = judged["met"].to_numpy()
        for forecaster in (TREND, "trend, areas together"):
            p = clipped(judged[forecaster].to_numpy())
            rows.append(
                {
                    "dataset": name,
                    "cases": len(judged),
                    "forecaster": forecaster,
                    "Brier": float(brier(met, p).mean()),
                    "log_loss": float(log_loss(met, p).mean()),
                    "bias": float((p - met).mean()),
                }
            )
    return pd.DataFrame(rows)


def _panel_cases(panel: Panel, *, rates: tuple[float, ...]) -> pd.DataFrame:
    rows: list[tuple[float, float, float]] = []
    count = panel.values.shape[1]
    for origin in range(2, count - 1):
        seen = panel.until(panel.first + origin)
        figures, areas = seen.histories()
        horizon = min(FARTHEST, count - 1 - origin)
        scale = panel.transform
        curve = fit_exact(figures, horizon=horizon, transform=scale, support=scale.support)
        together = seen.growth()
        weight = together.weight if together is not None else 0.0
        shape = shipped().shape_of(figures.observations)
        usable = np.isfinite(seen.values[areas, -1]) & (figures.observations >= 3)
        for column in np.flatnonzero(usable):
            area = areas[column]
            rest = Panel(np.delete(seen.values, area, axis=0), seen.first, seen.transform)
            others = rest.growth(weight=weight) or Growth(weight=0.0)
            error = shape.take(np.array([column]))
            alone, own = curve.take((slice(None), [column])), figures.take(np.array([column]))
            pooled = others.applied(alone, own, horizon=horizon)
            for h in range(horizon):
                outcome, latest = panel.values[area, origin + 1 + h], seen.values[area, -1]
                for rate in rates if np.isfinite(outcome) else ():
                    goal = np.array([latest * (1.0 + rate) ** (h + 1)])
                    scores = [c.take((h, slice(None))).score(goal) for c in (alone, pooled)]
                    p, q = (float(error.sf(z)[0]) for z in scores)
                    rows.append((float(outcome >= goal[0]), p, q))
    return pd.DataFrame(rows, columns=["met", TREND, "trend, areas together"])


def peer_probabilities(
    cases: Cases, environment: PeerEnvironment, peers: tuple[str, ...] = tuple(PEERS)
) -> dict[str, FloatArray]:
    """What the peers say: the normal distribution with each forecast's own 80 % interval.

    Gaps are filled linearly first, because no peer takes one; a series that a peer refuses gets
    the random walk with drift. Nothing without a peer.
    """
    filled = without_gaps(cases.series)
    horizon = int(cases.table["h"].max())
    runs = {one: environment.run(one, filled, horizon=horizon).forecasts for one in peers}
    wanted = {*peers, *(name for name in MEANS if "ARIMA, Theta, drift" in name)}
    asked = pd.MultiIndex.from_frame(cases.table[["case_id", "h"]])
    target = cases.table["target"].to_numpy(dtype=float)
    up = np.array([COMPARISONS[c].up for c in cases.table["comparator"]])
    told = {}
    for name, made in with_means(runs).items():
        if name in wanted:
            at = made.set_index(["unique_id", "h"]).reindex(asked)
            reach = normal_from_interval(at["q0.1"].to_numpy(), at["q0.9"].to_numpy(), target)
            told[name] = np.where(up, reach, 1.0 - reach)
    return told


def without_gaps(series: pd.DataFrame) -> pd.DataFrame:
    """Fill the missing years of each series on a straight line.

    Examples
    --------
    >>> gap = pd.DataFrame({"unique_id": "a", "ds": [1, 3], "y": [1.0, 2.0]})
    >>> without_gaps(gap)["y"].tolist()
    [1.0, 1.5, 2.0]
    """
    parts = []
    for name, one in series.groupby("unique_id", sort=True):
        years = np.arange(one["ds"].min(), one["ds"].max() + 1)
        values = np.interp(years, one["ds"], one["y"])
        parts.append(pd.DataFrame({"unique_id": name, "ds": years, "y": values}))
    return pd.concat(parts, ignore_index=True)
