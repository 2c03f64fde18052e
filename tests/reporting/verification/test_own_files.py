"""A report of a plan or scenario given as a file is made again once the user names that file."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bcforecast.config import DATA_DIR
from bcforecast.errors import ReportError
from bcforecast.reporting import write_report
from bcforecast.reporting.verification import Verification, verify_report
from tests.reporting.service.light_reports import folder_with_a_report


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with own data, own notebooks, and a plan and a scenario file in other folders."""
    base = tmp_path_factory.mktemp("own")
    home = shutil.copytree(folder_with_a_report(tmp_path_factory.getbasetemp()), base / "home")
    (base / "plans").mkdir()
    shutil.move(home / "my data" / "plans" / "small.yaml", base / "plans" / "mine.yaml")
    calm = (DATA_DIR / "scenarios" / "baseline.yaml").read_text("utf-8")
    (home / "calm.yaml").write_text(calm.replace("id: baseline", "id: calm"), encoding="utf-8")
    write_report(
        str(base / "plans" / "mine.yaml"), as_of=date(2020, 12, 31), lang="en", out=base / "out",
        scenario=str(home / "calm.yaml"), data_dir=home / "my data", formats=("md",),
        notebooks_dir=home / "books",
    )  # fmt: skip
    return base


def verify(base: Path, **changes: Path | None) -> Verification:
    named: dict[str, Path | None] = {
        "data_dir": base / "home" / "my data",
        "plan": base / "plans" / "mine.yaml",
        "scenario": base / "home" / "calm.yaml",
        **changes,
    }
    report = base / "out" / "small" / "2020-12-31" / "calm" / "en"
    return verify_report(report, notebooks_dir=base / "home" / "books", **named)


def test_where_they_were_the_report_is_equal(made: Path) -> None:
    assert verify(made).equal


def test_under_other_names_in_other_places_it_is_equal_too(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "home" / "my data", tmp_path / "figures")
    shutil.copy(made / "plans" / "mine.yaml", tmp_path / "plan of 2020.yaml")
    shutil.copy(made / "home" / "calm.yaml", tmp_path / "c.yml")
    found = verify(
        made,
        data_dir=tmp_path / "figures",
        plan=tmp_path / "plan of 2020.yaml",
        scenario=tmp_path / "c.yml",
    )
    assert found.findings == ()


@pytest.mark.parametrize(
    ("name", "option"), [("plan", "--plan FILE"), ("scenario", "--scenario FILE")]
)
def test_what_is_needed_is_said(made: Path, name: str, option: str) -> None:
    with pytest.raises(ReportError, match=option):
        verify(made, **{name: None})


def test_another_scenario_is_refused(made: Path, tmp_path: Path) -> None:
    shutil.copy(DATA_DIR / "scenarios" / "baseline.yaml", tmp_path / "calm.yaml")
    with pytest.raises(ReportError, match="found small/2020-12-31/baseline/en"):
        verify(made, scenario=tmp_path / "calm.yaml")
