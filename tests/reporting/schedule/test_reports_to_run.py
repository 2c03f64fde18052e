"""What a schedule reads from a file of reports, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule import Job, Timetable, reports_to_run

from .scheduled_reports import scheduled, write_reports_file


def test_places_start_at_the_folder_of_the_file(tmp_path: Path, monkeypatch) -> None:
    write_reports_file(tmp_path / "a", out="made")
    monkeypatch.chdir(tmp_path)
    read = reports_to_run(Path("a/reports.yaml"))
    assert read.file == tmp_path / "a" / "reports.yaml"
    assert read.out == tmp_path / "a" / "made"
    assert read.data == tmp_path / "a" / "my data"
    assert read.notebooks is None


def test_every_combination_is_a_report(tmp_path: Path) -> None:
    entry = {
        "plan": "p",
        "as_of": "latest",
        "scenarios": ["baseline", "calm.yaml"],
        "languages": ["zh", "en"],
    }
    read = reports_to_run(write_reports_file(tmp_path, reports=[entry]))
    assert [(r.scenario, r.lang) for r in read.reports] == [
        ("baseline", "zh"),
        ("baseline", "en"),
        (str(tmp_path / "calm.yaml"), "zh"),
        (str(tmp_path / "calm.yaml"), "en"),
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"nothing\.yaml"):
        reports_to_run(tmp_path / "nothing.yaml")


@pytest.mark.parametrize("content", [b"", b"- a\n", b"a: [", b"\xff\xfe", b"reports: 3\n", b"{}"])
def test_what_is_no_file_of_reports_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "reports.yaml"
    file.write_bytes(content)
    with pytest.raises(ReportError, match=r"reports\.yaml"):
        reports_to_run(file)


def test_a_folder_is_no_file_of_reports(tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        reports_to_run(tmp_path)


@pytest.mark.parametrize("name", ["", "a b", "../up", "-x", "名", "a\n", "a/b"])
def test_a_name_that_is_none_for_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match="--name"):
        scheduled(write_reports_file(tmp_path), name=name)


def test_the_number_of_jobs_is_handed_on(tmp_path: Path) -> None:
    job = Job(reports_to_run(write_reports_file(tmp_path)), Timetable(), jobs=3)
    assert job.command[-2:] == ("--jobs", "3")
