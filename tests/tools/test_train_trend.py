"""What the engine learns from: origins, gradient, and a file that comes out the same each time."""

import numpy as np
import pandas as pd
import pytest

from bcforecast.models.trend_members import NAMES, Learned, OperatorTable, parse, shipped
from tools.train.trend import (
    DIGITS,
    all_cuts,
    cuts,
    default_grid,
    learn,
    prepare,
    rebuild,
    starting_point,
    written,
)
from tools.train.trend_loss import HORIZON, LEVELS, loss_and_gradient


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Two small data sets of the benchmark's form; the test parts must never be read."""
    place = tmp_path_factory.mktemp("bench")
    rng = np.random.default_rng(0)
    for name in ("m3", "m4"):
        parts = []
        for i in range(6):
            n = int(rng.integers(14, 40))
            y = 100 * np.exp(np.cumsum(rng.normal(0.03, 0.1, n)))
            split = np.where(np.arange(n) < n - 6, "train", "test")
            y[split == "test"] = np.nan
            parts.append(pd.DataFrame({"unique_id": f"{i}", "t": range(n), "y": y, "split": split}))
        pd.concat(parts).to_parquet(place / f"{name}_yearly.parquet")
    return place


@pytest.fixture(scope="module")
def examples(bench):
    table = OperatorTable(default_grid())
    found = all_cuts(bench, np.random.default_rng(1))
    return table, prepare(found, table), len(found)


def test_histories_end_before_what_is_to_come():
    y = np.arange(1.0, 31.0)
    for cut in cuts([y], "m3", np.random.default_rng(0)):
        assert cut.future[0] == cut.history[-1] + 1
        assert cut.history.size >= 2
        assert np.isfinite(cut.future).sum() >= 3
        assert cut.future.size == HORIZON


def test_gradient_is_that_of_finite_differences(examples, monkeypatch):
    monkeypatch.setattr("tools.train.trend_loss._TEMPERED_FROM", np.inf)
    table, prepared, count = examples
    rng = np.random.default_rng(2)
    start = starting_point(prepared, table)
    point = {
        k: v + (0.05 * rng.standard_normal(v.shape) if k not in ("grid", "feature_range") else 0.0)
        for k, v in start.items()
    }
    at = np.arange(count)

    def loss(parameters):
        penalty = sum(
            1e-4 * (v**2).sum()
            for k, v in parameters.items()
            if k.startswith(("prior", "widening_features", "pool"))
        )
        return (
            loss_and_gradient(parameters, prepared, at)[0].sum() / prepared.weight.sum() + penalty
        )

    _, gradient = loss_and_gradient(point, prepared, at)
    assert gradient.keys() == point.keys() - {"grid", "feature_range"}
    for name, slopes in gradient.items():
        place = tuple(int(rng.integers(0, d)) for d in slopes.shape)
        moved = {}
        for sign in (1.0, -1.0):
            moved[sign] = {k: v.copy() for k, v in point.items()}
            moved[sign][name][place] += sign * 1e-7
        numeric = (loss(moved[1.0]) - loss(moved[-1.0])) / 2e-7
        assert slopes[place] == pytest.approx(numeric, rel=1e-3, abs=1e-5), name


def test_learning_lowers_the_loss(examples):
    table, prepared, count = examples
    at = np.arange(count)
    learned = learn(prepared, table, at, steps=30, rng=np.random.default_rng(0))
    before = loss_and_gradient(starting_point(prepared, table), prepared, at)[0].mean()
    assert loss_and_gradient(learned, prepared, at)[0].mean() < before


def test_the_same_data_give_the_same_bytes(bench, tmp_path, monkeypatch):
    monkeypatch.setattr("tools.train.trend.STEPS", 3)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    steps = []
    rebuild(bench, one, progress=lambda done, total: steps.append((done, total)))
    rebuild(bench, two)
    assert one.read_bytes() == two.read_bytes()
    assert steps[-1] == (3, 3)
    assert isinstance(parse(one.read_text(encoding="utf-8")), Learned)


def test_a_missing_data_set_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="m3_yearly"):
        rebuild(tmp_path, tmp_path / "out.json")


def test_the_shipped_file_is_whole():
    learned = shipped()
    models = learned.grid.shape[0]
    assert np.array_equal(learned.grid, default_grid())
    for side in learned.sides:
        assert side.prior.shape == (models, len(NAMES) + 1)
    assert LEVELS.size == 11


def test_a_file_of_another_version_is_refused(examples):
    table, prepared, _ = examples
    text = written(starting_point(prepared, table))
    assert DIGITS >= 5
    with pytest.raises(ValueError, match="version 0"):
        parse(text.replace('"version": 1', '"version": 0'))
