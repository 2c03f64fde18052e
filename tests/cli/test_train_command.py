"""`bcforecast train` rebuilds the shipped files, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

import bcforecast
from bcforecast.cli import main

PACKAGE = Path(bcforecast.__file__).parent
BENCH = PACKAGE.parents[1] / "shared" / "bench"
SHIPPED = {
    "share": PACKAGE / "models" / "learned" / "share.json",
    "reference": PACKAGE / "attainment" / "learned" / "reference_class.json",
    "growth": PACKAGE / "attainment" / "learned" / "growth_percentiles.json",
}


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr("sys.argv", ["bcforecast", "train", *map(str, arguments)])
    try:
        main()
    except SystemExit as leave:
        return int(leave.code or 0)
    return 0


@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark data (../shared/bench) is not here")
@pytest.mark.parametrize("what", SHIPPED)
def test_a_shipped_file_is_rebuilt(
    what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "new.json"
    assert run(monkeypatch, what, "--bench", BENCH, "--out", out) == 0
    assert out.read_bytes() == SHIPPED[what].read_bytes()


@pytest.mark.parametrize("what", [*SHIPPED, "trend"])
def test_without_the_benchmark_one_sentence_and_nothing_is_written(
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "new.json"
    assert run(monkeypatch, what, "--bench", tmp_path / "nowhere", "--out", out) == 2
    said = capsys.readouterr().err.strip()
    assert "nowhere" in said
    assert len(said.splitlines()) == 1
    assert not out.exists()
