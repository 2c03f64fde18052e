"""Learn from real goals whose outcome is known: growth, how the trend leans, how goals ended.

    python -m tools.train goals --bench DIR [--out FILE]

The weight of growth is chosen on a grid for each kind; then one logistic regression with normal
priors bends the log odds of all goals. A goal counts once, however many as-of dates it was judged
at. The families' growth is learned from panels, for each last year of theirs. How goals ended is
counted by setters, kind, due year and how the result was found. How far goals of one area move
together is learned from pairs, given the probability of each as learned on other groups of goals.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit, ndtr, ndtri

from bcforecast.attainment.reference_class import ANY, LISTED, kind_of
from bcforecast.config import SEED
from bcforecast.distributions import FloatArray, Inflated, Transform
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.models import growth as learned
from bcforecast.models.base import kept_mass
from bcforecast.models.growth import Panel
from bcforecast.models.trend import Growth, Histories, TrendDistribution, fit_exact
from bcforecast.models.trend_members import Curve, shipped
from bcforecast.plan.targets import COMPARISONS

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

SHIPPED: Final = Path(learned.__file__).parent / "learned" / learned.FILE
VERSION: Final = 1

WORLD: Final = ("world/goal_cases.parquet", "world/goal_histories.parquet")
EUROPE: Final = ("goal_cases.csv", "goal_histories.csv")
PANELS: Final = {"tech_contract_turnover": "province_tech_contract_value.csv"}
"""Families whose areas' growth is shipped, and the file of the panel."""

CHINA: Final = "china/goals.csv"
OF_ANOTHER_KIND: Final = ("S079",)
"""Its kind in the file is R&D intensity, but it is the telecom industry's R&D over its revenue."""

COLUMNS: Final = (
    *("case_id", "goal_id", "area", "as_of"),
    *("target_year", "comparator", "target", "reached"),
)

GROWTH: Final = Growth(weight=0.0, reach=10.0)
"""Drift of all figures, hardly drawn to 0; other values moved no score by more than 0.001.

Drawing in wild changes takes the world's log loss from 0.310 to 0.308 (docs/benchmark.md)."""

WEIGHTS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
USUAL_WEIGHT: Final = 0.4
SPREAD_OF_WEIGHT: Final = 0.25
"""A kind of few goals keeps the usual weight; log loss, in nats, must speak against it."""

DECLARED: Final = ("lean", "down", "slope", "bend", "length")
"""Coefficients: constant, what a goal downward adds; log odds, those above even odds, log odds
times the log of the number of figures over 15."""

PRIOR_MEAN: Final = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
PRIOR_VARIANCE: Final = 0.1
"""As chosen: from 0.025 to 0.2 no score moves by more than 0.001."""

_FIXED: Final = 1e-9
_DIGITS: Final = 6

MODELLED: Final = (
    *("WSC2000U", "WSC2000I", "MDG4", "ICPD15U", "ICPD15I", "ENDTBI", "ENDTBD", "TBCDR05"),
    *("HIV2020N", "ART2020", "RBM2015", "UCI1990", "WSC2000D", "WSC2000M", "GIVS2010D"),
    *("HEPB2010", "GVAP2015D", "MEAS2015V"),
)
"""Groups of goals whose figures are model-based or coverage estimates; the others are reported."""


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a table that has these columns; a ValueError if the file or a column is missing."""
    if not path.is_file():
        raise ValueError(f"{path}: found no such file; allowed: a table of {', '.join(columns)}")
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    if not set(columns) <= set(table):
        found = ", ".join(map(str, table))
        raise ValueError(f"{path}: found columns {found}; allowed: {', '.join(columns)}")
    return table


def clipped(probability: FloatArray) -> FloatArray:
    """Probabilities as they are scored and learned from: kept within 0.01 and 0.99."""
    return np.clip(probability, LOG_LOSS_CLIP, 1.0 - LOG_LOSS_CLIP)


@dataclass(frozen=True)
class Cases:
    """Goals at their as-of dates, and the trend's curve of each at its horizon."""

    table: pd.DataFrame  # `case_id, goal_id, area, group, kind, comparator, target, met, h`, ...
    series: pd.DataFrame  # `unique_id, ds, y`: the figures that each case saw
    # Positions of the cases of one working scale, their figures, and the trend's curve of all
    # horizons up to the farthest.
    blocks: tuple[tuple[IntArray, Histories, Curve], ...]
    repeats: bool = False  # whether a repeated value keeps its value (`base.kept_mass`)

    @property
    def met(self) -> FloatArray:
        """1 where the goal was met, else 0."""
        return self.table["met"].to_numpy(dtype=float)

    @property
    def weights(self) -> FloatArray:
        """One over the number of as-of dates of the goal."""
        goals = self.table["goal_id"]
        return 1.0 / goals.map(goals.value_counts()).to_numpy(dtype=float)

    @cached_property
    def by_weight(self) -> FloatArray:
        """Chance of each goal by the weight of growth, (weights, n); no leaning."""
        found = np.empty((len(WEIGHTS), len(self.table)))
        for row, weight in zip(found, WEIGHTS, strict=True):
            for at, figures, curve in self.blocks:
                growth = replace(GROWTH, weight=weight)
                pooled = growth.applied(curve, figures, horizon=curve.intercept.shape[0])
                row[at] = self._met(at, figures, pooled)
        return found

    def probabilities(self, weight: Mapping[str, float]) -> FloatArray:
        """Chance of each goal, growth having such a weight by kind; no leaning."""
        chosen = [WEIGHTS.index(weight.get(kind, 0.0)) for kind in self.table["kind"]]
        return self.by_weight[chosen, np.arange(len(chosen))]

    def _met(self, at: IntArray, figures: Histories, curve: Curve) -> FloatArray:
        rows = self.table.iloc[at]
        h, target = rows["h"].to_numpy(), rows["target"].to_numpy(dtype=float)
        shape = shipped().shape_of(figures.observations)
        trend = TrendDistribution(curve.take((h - 1, np.arange(at.size))), shape)
        mass = kept_mass(figures.run, figures.lead + h) if self.repeats else np.zeros(at.size)
        forecast = Inflated(trend, figures.values[-1], mass) if mass.any() else trend
        found = np.empty(at.size)
        for comparator in rows["comparator"].unique():
            own = (rows["comparator"] == comparator).to_numpy()
            asked = COMPARISONS[comparator]
            found[own] = forecast.meets(target, up=asked.up, strict=asked.strict)[own]
        return found

    def design(self, probability: FloatArray) -> FloatArray:
        """Columns of the regression, in the order of `DECLARED`."""
        odds = logit(clipped(probability))
        counts = np.empty(len(self.table))
        for at, figures, _ in self.blocks:
            counts[at] = figures.observations
        down = [float(not COMPARISONS[c].up) for c in self.table["comparator"]]
        length = learned.log_length(counts)
        return np.column_stack(
            [np.ones_like(odds), down, odds, np.maximum(odds, 0.0), odds * length]
        )


def read_cases(bench: Path) -> Cases:
    """Read the dev half of the world's goals and the European ones, and forecast their series."""
    tables, histories = [], []
    for cases_file, history_file in (WORLD, EUROPE):
        cases = read_table(bench / cases_file, COLUMNS)
        history = read_table(bench / history_file, ("case_id", "year", "value"))
        # The European goals are all shares of a whole; their file does not say so.
        cases = cases if "kind" in cases else cases.assign(kind="ratio")
        tables.append(cases.assign(source=cases_file))
        histories.append(history)
    return cases_of(pd.concat(tables, ignore_index=True), pd.concat(histories, ignore_index=True))


def cases_of(table: pd.DataFrame, history: pd.DataFrame) -> Cases:
    """Forecast the series (`case_id, year, value`) of goals, one row of a table each."""
    history = history.sort_values(["case_id", "year"])
    figures = {str(case): known for case, known in history.groupby("case_id")}
    last = history.groupby("case_id")["year"].max()
    h = table["target_year"] - table["case_id"].map(last)
    table = table.assign(met=table["reached"].astype(float), h=h.astype(int))
    series = history.rename(columns={"case_id": "unique_id", "year": "ds", "value": "y"})
    return Cases(table, series, tuple(_blocks(table, figures)))


def read_goals(bench: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the European goals, each with its family, and the figures known to each case."""
    columns = ("case_id", "goal_id", "area", "indicator", "as_of", "target_year", "reached")
    cases = read_table(bench / EUROPE[0], columns)
    families = [kind_of(name) for name in cases["indicator"]]
    history = read_table(bench / EUROPE[1], ("case_id", "year", "value"))
    return cases.assign(family=families), history


def scale_of(
    smallest: float, largest: float, *, kind: str | None
) -> tuple[Transform, tuple[float, float]]:
    """Working scale and support of a series that nothing else is known of.

    Log odds of a ratio between 0 and 100 %, else logarithms above 0, else the figures themselves.
    """
    if kind == "ratio" and learned.within_whole(smallest, largest):
        return Transform("logit", *learned.WHOLE), learned.WHOLE
    if smallest > 0.0:
        return Transform("log", 0.0), (0.0, np.inf)
    return Transform(), (learned.floor_of(smallest, kind=kind), np.inf)


def _blocks(
    table: pd.DataFrame, figures: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[IntArray, Histories, Curve]]:
    scales: dict[tuple[Transform, tuple[float, float]], list[int]] = {}
    for i, (case, kind) in enumerate(zip(table["case_id"], table["kind"], strict=True)):
        values = figures[case]["value"].to_numpy(dtype=float)
        scales.setdefault(scale_of(values.min(), values.max(), kind=kind), []).append(i)
    for (transform, support), positions in scales.items():
        at = np.array(positions)
        known = [figures[case] for case in table["case_id"].iloc[at]]
        series = [(one["year"].to_numpy(), one["value"].to_numpy(dtype=float)) for one in known]
        histories = Histories.of(series, lead=np.zeros_like(at))
        horizon = int(table["h"].iloc[at].max())
        curve = fit_exact(histories, horizon=horizon, transform=transform, support=support)
        yield at, histories, curve


def fit_logistic(
    met: FloatArray,
    design: FloatArray,
    *,
    weights: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
) -> FloatArray:
    """Most likely coefficients (K,) under independent normal priors, which make them unique.

    Of outcomes `met` (n,), 1 or 0, a design (n, K), how many independent cases each row stands for
    (n,), and mean and variance (K,) of the priors, on the log-odds scale.

    Examples
    --------
    >>> none = np.empty(0)
    >>> prior = {"mean": np.zeros(1), "variance": np.full(1, 2.0)}
    >>> fit_logistic(none, np.empty((0, 1)), weights=none, **prior)
    array([0.])
    """

    def loss(beta: FloatArray) -> float:
        odds = design @ beta
        likelihood = np.sum(weights * (met * odds - np.logaddexp(0.0, odds)))
        return float(0.5 * np.sum((beta - mean) ** 2 / variance) - likelihood)

    def slope(beta: FloatArray) -> FloatArray:
        told = design.T @ (weights * (expit(design @ beta) - met))
        return np.asarray(told + (beta - mean) / variance)

    def curvature(beta: FloatArray) -> FloatArray:
        p = expit(design @ beta)
        told = design.T @ (design * (weights * p * (1.0 - p))[:, None])
        return np.asarray(told + np.diag(1.0 / variance))

    asked: dict[str, Any] = {"jac": slope, "hess": curvature, "options": {"gtol": 1e-9}}
    return np.asarray(minimize(loss, mean, method="trust-exact", **asked).x)


@dataclass(frozen=True)
class Lesson:
    """What some goals teach: weight of growth by kind, and the coefficients in `DECLARED`."""

    weight: Mapping[str, float]
    coefficients: FloatArray

    def probabilities(self, cases: Cases) -> FloatArray:
        """Headline of each case, (n,)."""
        return expit(cases.design(cases.probabilities(self.weight)) @ self.coefficients)


def learn(
    cases: Cases,
    used: BoolArray,
    *,
    kept: Sequence[str] = DECLARED,
    weights: Mapping[str, float] | None = None,
) -> Lesson:
    """Learn from the cases at which `used` holds.

    For the ablation: only the coefficients `kept`, the others staying at their prior mean; growth
    with the given `weights`.
    """
    met, counted = cases.met, cases.weights * used
    p = clipped(cases.by_weight)
    loss = -counted * (met * np.log(p) + (1.0 - met) * np.log1p(-p))
    kinds = cases.table["kind"].to_numpy()
    by_kind = pd.DataFrame(loss.T, columns=WEIGHTS).groupby(kinds).sum()
    by_kind += np.square((np.array(WEIGHTS) - USUAL_WEIGHT) / SPREAD_OF_WEIGHT)
    found = {str(kind): WEIGHTS[int(row.to_numpy().argmin())] for kind, row in by_kind.iterrows()}
    weight = found if weights is None else weights
    design = cases.design(cases.probabilities(weight))
    fixed = [name not in kept for name in DECLARED]
    prior = {"mean": PRIOR_MEAN, "variance": np.where(fixed, _FIXED, PRIOR_VARIANCE)}
    given = {"weights": cases.weights[used], **prior}
    return Lesson(weight, fit_logistic(met[used], design[used], **given))


def left_out(cases: Cases, by: str, **how: Any) -> FloatArray:
    """Headline of each case, learned on the other groups or areas only (as by `learn`), (n,)."""
    found = np.empty(len(cases.table))
    labels = cases.table[by].to_numpy()
    for one in pd.unique(labels):
        own = labels == one
        found[own] = learn(cases, ~own, **how).probabilities(cases)[own]
    return found


def in_real_time(cases: Cases, *, origins: Sequence[int] = (2005, 2010, 2015)) -> FloatArray:
    """Headline of each case, learned on goals due by the last origin before its as-of date.

    Before the first origin there is nothing to learn from: there it is the trend's, (n,).
    """
    found = cases.by_weight[0].copy()
    due, as_of = (cases.table[name].to_numpy() for name in ("target_year", "as_of"))
    for origin in origins:
        later = as_of >= origin
        found[later] = learn(cases, due <= origin).probabilities(cases)[later]
    return found


def family_growth(bench: Path) -> dict[str, dict[int, Growth]]:
    """Growth in each family's panel, by the last year that it had."""
    found: dict[str, dict[int, Growth]] = {}
    for name, file in PANELS.items():
        rows = read_table(bench / file, ("area", "year", "value"))
        wide = rows.pivot_table(index="area", columns="year", values="value")
        panel = Panel(wide.to_numpy(dtype=float), int(wide.columns[0]), Transform("log"))
        by_year = {int(y): panel.until(int(y)).growth() for y in wide.columns[1:]}
        found[kind_of(name)] = {y: g for y, g in by_year.items() if g is not None}
    return found


def read_china(bench: Path) -> pd.DataFrame:
    """Read the Chinese goals of science and technology, each once, however many texts tell it.

    `reached`, `kind` (a reference class), `due`, and how the result was `found`: in an official
    `list`, `apart` from the target in another text, or, all others, in `prose`.
    """
    columns = ("goal_id", "area_en", "kind", "target_year", "target", "met", "pairing")
    china = read_table(bench / CHINA, (*columns, "result_kind"))
    china = china.drop_duplicates(["area_en", "kind", "indicator", "target_year", "target"])
    other = china["goal_id"].isin(OF_ANOTHER_KIND)
    kinds = china["kind"].map(kind_of).mask(other, ANY)
    apart = np.where(china["pairing"] == "ex_ante", "apart", "prose")
    found = np.where(china["result_kind"] == "official_list", LISTED, apart)
    china = china.assign(kind=kinds, due=china["target_year"], found=found, area=china["area_en"])
    return china.assign(reached=china["met"])


def record(bench: Path) -> list[tuple[str, str, int, str, int, int]]:
    """Count how goals ended: setters, kind, due year, how found, goals, and goals met.

    The results of European goals are statistics that all countries have; of Chinese ones see
    `read_china`.
    """
    about = ["setters", "kind", "due", "found"]
    europe, _ = read_goals(bench)
    europe = europe.drop_duplicates("goal_id").rename(columns={"target_year": "due"})
    europe = europe.assign(setters="europe", kind=europe["family"], found=LISTED)
    china = read_china(bench).assign(setters="china")
    both = pd.concat([one[[*about, "reached"]] for one in (europe, china)])
    counts = both.groupby(about)["reached"].agg(["size", "sum"]).reset_index()
    return [
        (str(setters), str(kind), int(due), str(how), int(goals), int(met))
        for setters, kind, due, how, goals, met in counts.itertuples(index=False)
    ]


CORRELATIONS: Final = np.arange(-50, 91, 2) / 100
"""Correlations of growth that are tried."""


def pairs_of(cases: Cases, probability: FloatArray) -> pd.DataFrame:
    """Pairs of goals of one area, on different indicators, at each as-of date of both.

    `area, first, second` (goals), `weight`, one over the number of dates of the pair; `own` and
    `other`, normal scores of having ended as they did; and `linked`, by which the correlation of
    growth is multiplied to be that of ending so: from the sides of target and outcome, and from how
    much of their spans two random walks that start together share.
    """
    table, score = cases.table, ndtri(clipped(probability))
    up = np.array([COMPARISONS[c].up for c in table["comparator"]])
    met = cases.met > 0.0
    side, rows = np.where(up == met, 1.0, -1.0), []
    for at in table.groupby(["area", "as_of"]).indices.values():
        known = table.iloc[at]
        area = str(known["area"].iloc[0])
        goal, indicator, h = (known[c].to_numpy() for c in ("goal_id", "indicator", "h"))
        for i, j in np.argwhere((goal[:, None] < goal) & (indicator[:, None] != indicator)):
            a, b = at[i], at[j]
            ended = (np.where(met[k], score[k], -score[k]) for k in (a, b))
            linked = side[a] * side[b] * np.sqrt(min(h[i], h[j]) / max(h[i], h[j]))
            rows.append((area, goal[i], goal[j], *map(float, ended), float(linked)))
    found = pd.DataFrame(rows, columns=["area", "first", "second", "own", "other", "linked"])
    dates = found.groupby(["first", "second"])["area"].transform("size")
    return found.assign(weight=1.0 / dates)


def both(first: FloatArray, second: FloatArray, correlation: FloatArray) -> FloatArray:
    """P(X <= first, Y <= second) of two standard normals, by Gauss-Legendre in the correlation.

    Examples
    --------
    >>> both(np.zeros(1), np.zeros(1), np.full(1, 0.5)).round(12)  # 1/4 + arcsin(1/2) / (2 pi)
    array([0.33333333])
    """
    nodes, weights = np.polynomial.legendre.leggauss(24)
    r = 0.5 * (nodes[:, None] + 1.0) * correlation
    square = first**2 - 2.0 * r * first * second + second**2
    density = np.exp(-square / (2.0 * (1.0 - r**2))) / np.sqrt(1.0 - r**2)
    return ndtr(first) * ndtr(second) + weights @ density * correlation / (4.0 * np.pi)


def learn_together(pairs: pd.DataFrame, *, repeats: int = 2000) -> learned.Together:
    """Learn the correlation under which pairs ended as they did: the most likely of a grid.

    A pair counts once, however many as-of dates both were judged at.
    """
    own, other, linked, weight = (
        pairs[c].to_numpy(dtype=float) for c in ("own", "other", "linked", "weight")
    )
    logs = np.stack([np.log(both(own, other, linked * r)) for r in CORRELATIONS]) * weight
    areas, names = pd.factorize(pairs["area"])
    by_area = np.stack([np.bincount(areas, weights=row) for row in logs])
    drawn = np.random.default_rng(SEED).integers(0, len(names), (repeats, len(names)))
    resampled = [CORRELATIONS[by_area[:, one].sum(axis=1).argmax()] for one in drawn]
    best = float(CORRELATIONS[by_area.sum(axis=1).argmax()])
    low, high = (round(float(end), 2) for end in np.quantile(resampled, [0.025, 0.975]))
    return learned.Together(best, low, high, pairs=round(float(weight.sum())), areas=len(names))


def rebuild(bench: Path, out: Path = SHIPPED) -> None:
    """Learn the shipped file: the same bytes from the same goals, never a row of theirs."""
    cases = read_cases(bench)
    lesson = learn(cases, np.ones(len(cases.table), dtype=bool))
    read = (*WORLD, *EUROPE, *PANELS.values(), CHINA)
    content = {
        "version": VERSION,
        "recipe": " ".join((__doc__ or "").split()),
        "goals": int(cases.table["goal_id"].nunique()),
        "cases": len(cases.table),
        "hashes": {file: hashlib.sha256((bench / file).read_bytes()).hexdigest() for file in read},
        "growth": {k: _rounded(replace(GROWTH, weight=w)) for k, w in lesson.weight.items()},
        "leaning": {
            name: round(float(c), _DIGITS)
            for name, c in zip(DECLARED, lesson.coefficients, strict=True)
        },
        "families": {
            name: {str(year): _rounded(growth) for year, growth in by_year.items()}
            for name, by_year in family_growth(bench).items()
        },
        "record": record(bench),
        "together": asdict(learn_together(pairs_of(cases, left_out(cases, "group")))),
    }
    out.write_text(lists_on_one_line(content) + "\n", encoding="utf-8", newline="\n")


def _rounded(growth: Growth) -> dict[str, float]:
    # Infinity is no number of JSON; it is what the field has if left out.
    finite = {name: value for name, value in asdict(growth).items() if np.isfinite(value)}
    return {name: round(value, _DIGITS) for name, value in finite.items()}


def lists_on_one_line(document: Mapping[str, object]) -> str:
    """Return JSON with one line a list of numbers and texts, so that a change can be read."""
    parts: list[str] = []

    def mark(value: object) -> object:
        if isinstance(value, list | tuple) and not any(isinstance(one, tuple) for one in value):
            parts.append(json.dumps(value))
            return f"@{len(parts) - 1}@"
        if isinstance(value, list):
            return [mark(one) for one in value]
        return {k: mark(v) for k, v in value.items()} if isinstance(value, dict) else value

    text = json.dumps(mark(document), indent=1, ensure_ascii=False)
    for place, part in enumerate(parts):
        text = text.replace(f'"@{place}@"', part)
    return text
