"""Chinese goals left out: what those learned elsewhere say of them, and what their family adds.

    python -m tools.bench --datasets china --bench-dir ../shared/bench

Goals of science and technology have outcomes but hardly a history (`china/goals.csv`). A trend can
be had of those with two figures before the due year; of others with those of a panel, cut three
years before it. Of all, the share met is told by what their kind came to in other areas. Intervals
are of a bootstrap over areas. Nothing is chosen here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from bcforecast.attainment.reference_class import LISTED
from bcforecast.distributions import FloatArray
from bcforecast.evaluation.scores import brier, log_loss
from bcforecast.models.growth import FARTHEST
from bcforecast.plan.targets import COMPARISONS
from tools.bench.goals import over_areas
from tools.bench.tables import markdown_table, paired_in_words
from tools.train.goals import Cases, cases_of, clipped, learn, read_cases, read_china, read_table

PANELS: Final = {
    ("rd_intensity", "China"): ("country_rd_intensity.csv", "China"),
    ("technology_contracts", "Fujian"): ("province_tech_contract_value.csv", "福建省"),
    ("technology_contracts", "Hubei"): ("province_tech_contract_value.csv", "湖北省"),
}
"""By kind and area of a goal without figures of its own: the file that has them, and its area."""

FAMILY: Final = "science and technology"
WORTH: Final = 2.0
"""Goals that the share met of all kinds is worth in that of one."""


def own_figures(goal: Mapping[Any, Any]) -> dict[int, float]:
    """Figures that the list has of a goal, by year, before it was due."""
    found = {goal["base_year"]: goal["base"]}
    for part in filter(None, str(goal["other_years"]).split(";")):
        year, _, value = part.partition(":")
        found[pd.to_numeric(year, errors="coerce")] = pd.to_numeric(value, errors="coerce")
    known = {int(y): float(v) for y, v in found.items() if pd.notna(y) and pd.notna(v)}
    return {year: value for year, value in sorted(known.items()) if year < goal["target_year"]}


def family_cases(bench: Path, goals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases of the goals of which a trend can be had, and the figures that each saw."""
    cases, seen = [], []
    for goal in goals.to_dict("records"):
        known = own_figures(goal)
        ends = list(known)[1:]
        if len(known) < 2 and (goal["kind"], goal["area"]) in PANELS:
            file, area = PANELS[goal["kind"], goal["area"]]
            rows = read_table(bench / file, ("area", "year", "value")).dropna()
            rows = rows[(rows["area"] == area) & (rows["year"] <= goal["target_year"] - FARTHEST)]
            known = dict(zip(rows["year"], rows["value"], strict=True))
            ends = [max(known)]
        for end in ends if not COMPARISONS[goal["comparator"]].two_sided else ():
            case = f"{goal['goal_id']}@{end}"
            cases.append(goal | {"case_id": case, "as_of": end, "kind": _number(goal["unit"])})
            seen += [(case, year, value) for year, value in known.items() if year <= end]
    return pd.DataFrame(cases), pd.DataFrame(seen, columns=["case_id", "year", "value"])


def _number(unit: str) -> str:
    """Kind of number that a unit of the list stands for."""
    if "/" in unit:
        return "rate"
    return "ratio" if unit == "%" else "money" if "元" in unit else "count"


def record_elsewhere(goals: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Share met of a goal's kind in other areas, drawn to that of all kinds there; and the latter.

    The share of all kinds has one half for a prior, worth as much.
    """
    kind, every = np.empty(len(goals)), np.empty(len(goals))
    for n, goal in enumerate(goals.itertuples()):
        others = goals[goals["area"] != goal.area]
        alike = others[others["family"] == goal.family]
        every[n] = (others["reached"].sum() + WORTH / 2.0) / (len(others) + WORTH)
        kind[n] = (alike["reached"].sum() + WORTH * every[n]) / (len(alike) + WORTH)
    return kind, every


def shown(table: pd.DataFrame, told: Mapping[str, FloatArray]) -> str:
    """Scores of each forecaster, and its gaps to the first with intervals over areas: Markdown."""
    met, scores, gaps = table["reached"].to_numpy(dtype=float), [], []
    first = clipped(next(iter(told.values())))
    for name, p in told.items():
        kept, of = clipped(p), {"second": name}
        mine = {"Brier": brier(met, kept), "log_loss": log_loss(met, kept)}
        averages = {score: float(one.mean()) for score, one in mine.items()}
        scores.append({"forecaster": name, **averages, "bias": float((kept - met).mean())})
        for score, theirs in {"Brier": brier(met, first), "log_loss": log_loss(met, first)}.items():
            gaps.append(of | {"score": score} | over_areas(mine[score] - theirs, table["area"]))
    beside = paired_in_words(pd.DataFrame(gaps)).iloc[1:]
    return f"{markdown_table(pd.DataFrame(scores))}\n\n{markdown_table(beside, 'Less the first')}\n"


def of_china(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which of the world's goals are of Chinese plans."""
    return table["group"].astype(str).str.startswith("CN").to_numpy()


def told_elsewhere(cases: Cases, kind: FloatArray, every: FloatArray) -> dict[str, FloatArray]:
    """What each headline says: the family left out, China, the area; and moved by its record."""
    table = cases.table
    family = (table["source"] == FAMILY).to_numpy()
    china = family | of_china(table) | (table["area"] == "China").to_numpy()
    left, areas = np.empty(len(table)), table["area"].to_numpy()
    for one in np.unique(areas[china]):
        own = areas == one
        left[own] = learn(cases, ~own).probabilities(cases)[own]
    shipped = learn(cases, ~family).probabilities(cases)
    found = {
        "headline, without the family": shipped,
        "trend": cases.by_weight[0],
        "headline, without any Chinese goal": learn(cases, ~china).probabilities(cases),
        "headline, without the area": left,
    }
    moved = logit(kind) - logit(every)
    for name, part in (("half of", 0.5), ("all of", 1.0)):
        found[f"the first, moved by {name} its kind's record elsewhere"] = expit(
            logit(clipped(shipped)) + part * moved
        )
    return found


def main(bench: Path) -> None:
    """Print the tables."""
    goals = read_china(bench).assign(family=lambda one: one["kind"])
    kind, every = record_elsewhere(goals)
    goals = goals.assign(of_kind=kind, of_all=every, group=FAMILY, source=FAMILY)
    base, (rows, history) = read_cases(bench), family_cases(bench, goals)
    seen = base.series.rename(columns={"unique_id": "case_id", "ds": "year", "y": "value"})
    cases = cases_of(
        pd.concat([base.table, rows], ignore_index=True),
        pd.concat([seen, history], ignore_index=True),
    )
    table = cases.table
    family = (table["source"] == FAMILY).to_numpy()
    china = of_china(table)
    told = told_elsewhere(cases, *(table[c].fillna(0.5).to_numpy() for c in ("of_kind", "of_all")))
    plain = {name: told[name] for name in list(told)[1:4]}
    record = {"share met of all kinds elsewhere": every, "share met of its kind elsewhere": kind}
    listed = (goals["found"] == LISTED).to_numpy()
    whole = np.ones(len(goals), dtype=bool)
    for heading, of, said, at in (
        ("Chinese goals of the world", table, plain, china),
        ("Science and technology, with figures", table, told, family),
        ("Science and technology, all", goals, record, whole),
        ("... in official lists", goals, record, listed),
        ("... in other texts", goals, record, ~listed),
    ):
        some = of[at]
        counts = f"{len(some)} cases of {some['goal_id'].nunique()} goals"
        met = f"{some['reached'].mean():.0%} of cases met"
        sys.stdout.write(f"### {heading}: {counts} in {some['area'].nunique()} areas, {met}\n\n")
        sys.stdout.write(shown(some, {name: p[at] for name, p in said.items()}) + "\n")
