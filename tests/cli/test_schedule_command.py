"""`bcforecast schedule`: prints or writes, and says what is wrong in one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
FILES = {
    "cron": ["bcforecast-reports.crontab"],
    "systemd": ["bcforecast-reports.service", "bcforecast-reports.timer"],
    "airflow": ["bcforecast_reports.py"],
    "github": ["bcforecast-reports.yml"],
}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A file of reports in what looks like a clone of a repository."""
    (tmp_path / ".git").mkdir()
    file = tmp_path / "reports.yaml"
    file.write_text(
        "reports:\n  - plan: beichen-2020-2022\n    as_of: month-end\n", encoding="utf-8"
    )
    return file


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("target", FILES)
def test_what_is_printed_is_what_is_written(
    run: Run, reports: Path, tmp_path: Path, target: str, lang: str
) -> None:
    asked = ("schedule", target, "--reports", reports, "--lang", lang)
    status, printed, said = run(*asked)
    assert (status, said) == (0, "")
    assert run(*asked, "--out", tmp_path / "out")[0] == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES[target]
    for name in FILES[target]:
        written = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert written in printed


@pytest.mark.parametrize("target", FILES)
def test_a_second_time_needs_force(run: Run, reports: Path, tmp_path: Path, target: str) -> None:
    asked = ("schedule", target, "--reports", reports, "--out", tmp_path / "out")
    assert run(*asked)[0] == 0
    status, _, said = run(*asked)
    assert status == 2
    assert "--force" in said
    assert run(*asked, "--force")[0] == 0


@pytest.mark.parametrize("target", FILES)
@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--at", "25:00"), "25:00"),
        (("--day", "31"), "31"),
        (("--every", "daily", "--day", "5"), "--day"),
        (("--name", "a b"), "a b"),
        (("--reports", "nothing.yaml"), "nothing.yaml"),
    ],
)
def test_a_wrong_input_gets_one_sentence_and_writes_nothing(
    run: Run, reports: Path, tmp_path: Path, target: str, options: tuple[str, ...], named: str
) -> None:
    asked = ("schedule", target, "--reports", reports, "--out", tmp_path / "out", *options)
    status, out, said = run(*asked)
    assert (status, out) == (2, "")
    assert len(said.strip().splitlines()) == 1
    assert named in said
    assert not (tmp_path / "out").exists()


def test_the_module_is_the_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-P", "-m", "bcforecast", "--version"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert shown.stdout.strip()
