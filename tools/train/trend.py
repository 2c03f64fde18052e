"""Learn the trend engine from the training parts of M3 and M4 yearly, cut at rolling origins."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.distributions import FloatArray, Transform
from bcforecast.models.trend import Histories, summarize
from bcforecast.models.trend_members import (
    LONGEST,
    NAMES,
    SIDES,
    VERSION,
    OperatorTable,
    Parameters,
)
from bcforecast.observations.selection import IntArray
from tools.train.trend_loss import HORIZON, Examples, loss_and_gradient

SEED: Final = 20210407
STEPS: Final = 1500
BATCH: Final = 1500
DIGITS: Final = 6

_RATE, _WARM_UP = 0.03, 20
_FADE_FIRST, _FADE_SECOND = 0.9, 0.98
_FIXED: Final = ("grid", "feature_range")

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""

_COPIES = {"m3": 32, "m4": 6}
_LONGEST_WINDOW = 13
_WINDOW_SHARE = 0.4
_LEAST_TO_COME = 3
_LONG = 8
_LEAST_SCALE_LONG, _LEAST_SCALE_SHORT = 0.003, 0.02
_WEIGHT_LONG, _WEIGHT_SHORT = 1.0, 0.7
_TOGETHER = 8


@dataclass(frozen=True)
class Cut:
    """One origin of one series: what came before it, and the HORIZON values after it or NaN."""

    history: FloatArray
    future: FloatArray
    dataset: str
    series: int


def training_parts(bench_dir: Path, dataset: str) -> list[FloatArray]:
    """Training part of each yearly series of `m3` or `m4`, in the order of their names."""
    frame = pd.read_parquet(bench_dir / f"{dataset}_yearly.parquet")
    frame = frame[frame["split"] == "train"].sort_values(["unique_id", "t"], kind="stable")
    return [g.to_numpy(float) for _, g in frame.groupby("unique_id", sort=True)["y"]]


def cuts(series: Iterable[FloatArray], dataset: str, rng: np.random.Generator) -> list[Cut]:
    """Cut each series several times, at origins spread evenly over its whole length.

    Origins near the end alone would teach the mood of those years. Four in ten histories are cut
    to their last 2 to 13 values, so that short series are learned from.
    """
    found: list[Cut] = []
    for number, y in enumerate(series):
        for _ in range(_COPIES[dataset]):
            origin = int(rng.integers(2, y.size - _LEAST_TO_COME + 1))
            longest = min(_LONGEST_WINDOW, origin)
            n = int(rng.integers(2, longest + 1)) if rng.random() < _WINDOW_SHARE else origin
            values = y[origin : origin + HORIZON]
            future = np.full(HORIZON, np.nan)
            future[: values.size] = values
            found.append(Cut(y[origin - n : origin], future, dataset, number))
    return found


def prepare(found: list[Cut], table: OperatorTable) -> Examples:
    """Compute once what does not depend on what is learned."""
    models = table.grid.shape[0]
    sizes = np.array([min(c.history.size, LONGEST) for c in found])
    total = len(found)
    squares = (np.empty((models, total)), np.empty((models, total)))
    moved = (np.empty((models, HORIZON, total)), np.empty((models, HORIZON, total)))
    variance = np.zeros((LONGEST + 1, models, HORIZON))
    log_determinant = np.zeros((LONGEST + 1, models))
    last, found_features = np.empty((2, total)), np.empty((5, total))
    level, jacobian = np.empty(total), np.empty(total)
    for at in _batches(sizes):
        n = int(sizes[at[0]])
        values = np.array([found[i].history[-n:] for i in at]).T
        count, none = np.full(at.size, n), np.zeros(at.size, dtype=np.int64)
        gaps = np.ones((n - 1, at.size), dtype=np.int64)
        scales, both, _ = summarize(
            Histories(values, gaps, count, none),
            horizon=HORIZON,
            transform=Transform("log"),
            table=table,
        )
        for side, evidence in enumerate(both):
            squares[side][:, at] = evidence.squares
            moved[side][:, :, at] = evidence.moved
        variance[n] = evidence.variance[:, :, 0]
        log_determinant[n] = evidence.log_determinant[:, 0]
        last[:, at] = [values[-1] for values in scales.values]
        level[at], jacobian[at], found_features[:, at] = (
            scales.level,
            scales.jacobian,
            scales.features,
        )
    long = np.array([c.history.size >= _LONG for c in found])
    least = np.where(long, _LEAST_SCALE_LONG, _LEAST_SCALE_SHORT)
    return Examples(
        squares=squares,
        moved=moved,
        variance=variance,
        log_determinant=log_determinant,
        last=last,
        level=level,
        jacobian=jacobian,
        scale=np.array(
            [
                max(np.abs(np.diff(c.history)).mean(), share * np.abs(c.history).mean())
                for c, share in zip(found, least, strict=True)
            ]
        ),
        weight=np.where(long, _WEIGHT_LONG, _WEIGHT_SHORT),
        features=found_features,
        observations=sizes,
        future=np.array([c.future for c in found]).T,
    )


def _batches(sizes: IntArray) -> Iterator[IntArray]:
    """Positions of a few cuts of one length each.

    So few that linear algebra libraries keep their products on one thread: however many threads
    they have, sums are taken in the same order and the learned file has the same bytes.
    """
    for n in np.unique(sizes):
        at = np.flatnonzero(sizes == n)
        yield from np.array_split(at, -(-at.size // _TOGETHER))


def default_grid() -> FloatArray:
    """Rows (alpha, beta, phi, tau), shape (K, 4).

    Finer grids, up to 175 rows, gained nothing on series left out of the training.
    """
    rows = [
        (alpha, alpha * ratio, phi, 1.0 if phi else 0.0)
        for alpha in (0.4, 0.8, 1.2)
        for phi, ratio in ((0.0, 0.0), (0.9, 0.0), (0.9, 0.3), (1.0, 0.0), (1.0, 0.3))
    ]
    return np.asarray(rows)


def starting_point(examples: Examples, table: OperatorTable) -> Parameters:
    """Even prior weights, no dependence on features."""
    models, count = table.grid.shape[0], len(NAMES)
    start: Parameters = {
        "grid": table.grid,
        "feature_range": examples.feature_range(),
        "pool": np.array([0.0] * (count + 1) + [-1.0]),
        "shape": np.array([-1.5, 0.0, 0.7, 0.0]),
    }
    for side in SIDES:
        start |= {
            f"prior_{side}": np.zeros((models, count + 1)),
            f"power_{side}": np.zeros(2),
            f"noise_{side}": np.array([0.5, -6.0]),
            f"widening_{side}": np.array([0.1, 0.1, 0.0]),
            f"widening_features_{side}": np.zeros((count, 2)),
        }
    return start


def learn(
    examples: Examples,
    table: OperatorTable,
    at: IntArray,
    *,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> Parameters:
    """Minimize the mean loss of the examples `at` by Adam with a cosine rate.

    Source: Kingma, Ba (2015), arXiv:1412.6980.
    """
    parameters = starting_point(examples, table)
    names = [k for k in parameters if k not in _FIXED]
    first = {k: np.zeros_like(parameters[k]) for k in names}
    second = {k: np.zeros_like(parameters[k]) for k in names}
    for step in range(1, STEPS + 1):
        picked = rng.choice(at, size=min(BATCH, at.size), replace=False)
        _, gradient = loss_and_gradient(parameters, examples, picked)
        cosine = 0.5 * (1.0 + np.cos(np.pi * (step - 1) / STEPS))
        rate = _RATE * min(1.0, step / _WARM_UP) * cosine
        for k in names:
            first[k] = _FADE_FIRST * first[k] + (1.0 - _FADE_FIRST) * gradient[k]
            second[k] = _FADE_SECOND * second[k] + (1.0 - _FADE_SECOND) * gradient[k] ** 2
            direction = first[k] / (1.0 - _FADE_FIRST**step)
            size = np.sqrt(second[k] / (1.0 - _FADE_SECOND**step)) + 1e-8
            parameters[k] = parameters[k] - rate * direction / size
        if progress is not None:
            progress(step, STEPS)
    return parameters


def all_cuts(bench_dir: Path, rng: np.random.Generator) -> list[Cut]:
    """Cuts of the training parts of both data sets."""
    return [
        cut
        for dataset in ("m3", "m4")
        for cut in cuts(training_parts(bench_dir, dataset), dataset, rng)
    ]


def written(parameters: Parameters) -> str:
    """Text of the learned file: sorted keys, rounded figures, one list a line."""
    rounded = {
        k: np.vectorize(lambda x: float(f"{x:.{DIGITS}g}"))(v).tolist()
        for k, v in sorted(parameters.items())
    }
    lines = [f'    "{k}": {json.dumps(v)}' for k, v in rounded.items()]
    recipe = {
        "command": "make train WHAT=trend",
        "data": "training parts of M3 and M4 yearly (m3_yearly.parquet, m4_yearly.parquet)",
        "origins": "spread evenly over each training part: 32 a series of M3, 6 a series of M4",
        "features": list(NAMES),
        "seed": SEED,
        "steps": STEPS,
        "batch": BATCH,
    }
    head = f'{{\n  "version": {VERSION},\n  "recipe": {json.dumps(recipe)},\n  "parameters": {{\n'
    return head + ",\n".join(lines) + "\n  }\n}\n"


def rebuild(bench_dir: Path, out: Path, *, progress: Progress | None = None) -> None:
    """Learn from the training parts in a folder; the same data give the same bytes."""
    rng = np.random.default_rng(SEED)
    table = OperatorTable(default_grid())
    found = all_cuts(bench_dir, rng)
    examples = prepare(found, table)
    parameters = learn(examples, table, np.arange(len(found)), rng=rng, progress=progress)
    out.write_text(written(parameters), encoding="utf-8")
