"""Rebuild the learned file of the trend engine from the training parts of M3 and M4 yearly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from bcforecast.models.trend_features import NAMES
from bcforecast.models.trend_grid import OperatorTable, default_grid
from bcforecast.models.trend_learned import SIDES, VERSION, Parameters
from bcforecast.models.trend_training_examples import Cut, Examples, cuts, prepare, training_parts
from bcforecast.models.trend_training_gradient import loss_and_gradient
from bcforecast.observations.history import IntArray

SEED: Final = 20210407
STEPS: Final = 1500
BATCH: Final = 1500
DIGITS: Final = 6

_RATE, _WARM_UP = 0.03, 20
_FADE_FIRST, _FADE_SECOND = 0.9, 0.98
_FIXED: Final = ("grid", "feature_range")

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""


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
    steps: int | None = None,
    batch: int = BATCH,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> Parameters:
    """Minimize the mean loss of the examples `at` by Adam with a cosine rate.

    Source: Kingma, Ba (2015), arXiv:1412.6980.
    """
    steps = STEPS if steps is None else steps
    parameters = starting_point(examples, table)
    names = [k for k in parameters if k not in _FIXED]
    first = {k: np.zeros_like(parameters[k]) for k in names}
    second = {k: np.zeros_like(parameters[k]) for k in names}
    for step in range(1, steps + 1):
        picked = rng.choice(at, size=min(batch, at.size), replace=False)
        _, gradient = loss_and_gradient(parameters, examples, picked)
        cosine = 0.5 * (1.0 + np.cos(np.pi * (step - 1) / steps))
        rate = _RATE * min(1.0, step / _WARM_UP) * cosine
        for k in names:
            first[k] = _FADE_FIRST * first[k] + (1.0 - _FADE_FIRST) * gradient[k]
            second[k] = _FADE_SECOND * second[k] + (1.0 - _FADE_SECOND) * gradient[k] ** 2
            direction = first[k] / (1.0 - _FADE_FIRST**step)
            size = np.sqrt(second[k] / (1.0 - _FADE_SECOND**step)) + 1e-8
            parameters[k] = parameters[k] - rate * direction / size
        if progress is not None:
            progress(step, steps)
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
        "command": "bcforecast train",
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
    """Learn from the training parts in `bench_dir` and write the learned file to `out`.

    The same data give the same bytes.

    Raises
    ------
    FileNotFoundError
        If `m3_yearly.parquet` or `m4_yearly.parquet` is not in `bench_dir`.
    """
    rng = np.random.default_rng(SEED)
    table = OperatorTable(default_grid())
    found = all_cuts(bench_dir, rng)
    examples = prepare(found, table)
    parameters = learn(examples, table, np.arange(len(found)), rng=rng, progress=progress)
    out.write_text(written(parameters), encoding="utf-8")
