"""`bcforecast bench` on a small file of series, without peers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from bcforecast.cli.bench import bench
from bcforecast.errors import BcforecastError


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    only = typer.Typer()
    only.command()(bench)
    return only


def some_series(folder: Path) -> None:
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame(
            {
                "unique_id": f"Y{k}",
                "t": np.arange(1, 21),
                "y": 100.0 + rng.normal(size=20).cumsum(),
                "split": ["train"] * 14 + ["test"] * 6,
            }
        )
        for k in range(30)
    ]
    pd.concat(parts).to_parquet(folder / "m4_yearly.parquet")


def test_the_command_prints_and_saves_the_tables(app: typer.Typer, tmp_path: Path) -> None:
    some_series(tmp_path)
    out = tmp_path / "out"
    asked = ["--datasets", "m4", "--bench-dir", str(tmp_path), "--peers", "", "--out", str(out)]
    done = CliRunner().invoke(app, [*asked, "--date", "2026-11-23", "--repeats", "1"])
    assert done.exit_code == 0, done.output
    assert "M4: 30 yearly series" in done.output
    assert "2026-11-23" in done.output
    kept = json.loads((out / "benchmark.json").read_text(encoding="utf-8"))
    (row,) = kept["series"]
    assert row["forecaster"] == "trend"
    assert 0.8 < row["coverage_95"] <= 1.0
    assert row["series_per_second"] > 0
    assert row["peak_mib"] > 10
    assert (out / "series.csv").is_file()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--datasets", "m9"], "m9"),
        (["--datasets", "goals"], "--bench-dir"),
        (["--peers", "Prophet"], "Prophet"),
        (["--date", "yesterday"], "--date"),
    ],
)
def test_a_wrong_option_is_named(
    app: typer.Typer, tmp_path: Path, asked: list[str], said: str
) -> None:
    done = CliRunner().invoke(app, [*asked, "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, BcforecastError)
    assert said in str(done.exception)
    assert not (tmp_path / "out").exists()
