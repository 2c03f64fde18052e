"""systemd reads the units as they are meant."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule import EVERY, Timetable, systemd_units, write_files
from bcforecast.reporting.schedule.job import Job

from .scheduled_reports import AWKWARD, scheduled, write_reports_file

Analyze = Callable[..., subprocess.CompletedProcess[str]]
BASE = "2022-02-10 00:00:00 UTC"
NEXT = {
    Timetable("daily", at="23:59"): ["2022-02-10 23:59", "2022-02-11 23:59"],
    Timetable("weekly"): ["2022-02-14 06:00", "2022-02-21 06:00"],
    Timetable("monthly", at="06:30"): ["2022-03-01 06:30", "2022-04-01 06:30"],
    Timetable("monthly", day=28): ["2022-02-28 06:00", "2022-03-28 06:00"],
    Timetable("quarterly", day=20): ["2022-04-20 06:00", "2022-07-20 06:00"],
}


def units(job: Job, folder: Path, **more: str) -> list[Path]:
    return write_files(systemd_units(job, lang="zh", **more), folder)


def value(unit: str, key: str) -> str:
    (found,) = re.findall(rf"(?m)^{key}=(.*)$", unit)
    return found


@pytest.mark.parametrize("timezone", ["", "Asia/Shanghai"])
def test_units_of_an_awkward_folder_pass_verify(
    analyze: Analyze, tmp_path: Path, timezone: str
) -> None:
    published = {"plan": "small", "as_of": "latest", "publish": ["/srv/公开 报告"]}
    job = scheduled(write_reports_file(tmp_path / AWKWARD, reports=[published]))
    verified = analyze("verify", *units(job, tmp_path / "units", timezone=timezone))
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def test_a_mistake_in_a_unit_does_not_pass_verify(analyze: Analyze, tmp_path: Path) -> None:
    service, timer = units(scheduled(write_reports_file(tmp_path)), tmp_path / "units")
    timer.write_text(timer.read_text("utf-8").replace("OnCalendar=", "OnCalendar=x"), "utf-8")
    service.write_text(service.read_text("utf-8").replace("ExecStart=:", "ExecStart=:x"), "utf-8")
    assert analyze("verify", timer).returncode
    assert analyze("verify", service).returncode


def test_systemd_reads_folder_command_and_environment_as_they_are(
    analyze: Analyze, tmp_path: Path
) -> None:
    folder = tmp_path / f"{AWKWARD} $HOME"
    job = scheduled(write_reports_file(folder))
    service, _ = units(job, tmp_path / "units")
    read = analyze("verify", service, debug=True)
    said = read.stdout + read.stderr
    assert f"WorkingDirectory: {folder}\n" in said
    assert f'run "{folder}/reports.yaml" --due\n' in said.replace("\\$", "$")
    assert f"ReadWritePaths: {folder} -{folder}/reports" in said
    assert "Environment: LC_ALL=C.UTF-8\n" in said


def calendar_days(said: str) -> list[str]:
    return re.findall(
        r"(?:Next elapse|Iter\. #\d+): \w{3} (\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", said
    )


@pytest.mark.parametrize("timetable", NEXT, ids=lambda t: f"{t.every}-{t.day}")
def test_the_timer_elapses_when_the_timetable_says(analyze: Analyze, timetable: Timetable) -> None:
    asked = ("calendar", "--iterations=2", f"--base-time={BASE}", timetable.calendar)
    assert calendar_days(analyze(*asked).stdout) == NEXT[timetable]


def test_every_calendar_is_one(analyze: Analyze) -> None:
    for every, zone in itertools.product(EVERY, ("", " Asia/Shanghai")):
        assert analyze("calendar", Timetable(every).calendar + zone).returncode == 0


def test_the_service_may_write_to_the_reports_and_to_nothing_else(tmp_path: Path) -> None:
    job = scheduled(write_reports_file(tmp_path, out="made"))
    service = systemd_units(job, lang="en")["quick.service"]
    assert value(service, "ProtectSystem") == "strict"
    writable = value(service, "ReadWritePaths")
    assert writable.startswith(f'"{tmp_path}" "-{tmp_path}/made"')


def test_a_service_that_could_write_everywhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="whole file system"):
        systemd_units(scheduled(write_reports_file(tmp_path, out="/")), lang="en")


@pytest.mark.parametrize("name", ["back\\slash", "both'and\"", "new\nline"])
def test_a_path_that_no_unit_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match="systemd"):
        systemd_units(scheduled(write_reports_file(tmp_path / name)), lang="en")
