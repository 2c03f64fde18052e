"""The crontab line runs a report under cron's bare environment, whatever the folder is called."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting import write_report
from bcforecast.reporting.schedule import Timetable, crontab_line

from .private_cron import PrivateCron
from .scheduled_reports import (
    AS_OF,
    AWKWARD,
    LANG,
    REPORT,
    quick_job,
    scheduled,
    write_reports_file,
)


def line_of(crontab: str) -> str:
    (line,) = (x for x in crontab.splitlines() if not x.startswith("#"))
    return line


def test_cron_makes_the_report_that_we_make_byte_for_byte(
    cron: PrivateCron, tmp_path: Path
) -> None:
    folder = tmp_path / AWKWARD
    job = quick_job(folder)
    (crontab,) = crontab_line(job, lang="zh").values()
    every_minute = "* * * * * " + line_of(crontab).split(" ", 5)[5]
    cron.run_until(folder / REPORT / "index.html", crontab=f"{every_minute}\n")
    assert (folder / "quick.log").is_file()
    ours = write_report(
        "small",
        as_of=date.fromisoformat(AS_OF),
        lang=LANG,
        out=tmp_path / "ours",
        data_dir=folder / "my data",
    )
    for name in ("index.html", "result.json"):
        assert (folder / REPORT / name).read_bytes() == (ours / name).read_bytes(), name


def test_the_line_begins_with_the_timetable_and_ends_in_a_log(tmp_path: Path) -> None:
    file = write_reports_file(tmp_path)
    job = scheduled(file, timetable=Timetable("quarterly", at="18:05", day=20))
    (crontab,) = crontab_line(job, lang="en").values()
    line = line_of(crontab)
    assert line.startswith("5 18 20 1,4,7,10 * cd ")
    assert f">> {tmp_path}/quick.log 2>&1" in line
    assert "-P -m bcforecast run" in line
    assert "--due" in line


def test_the_command_fails_loudly_and_prints_why_for_crons_mail(tmp_path: Path) -> None:
    folder = tmp_path / AWKWARD
    job = scheduled(write_reports_file(folder))
    (crontab,) = crontab_line(job, lang="en").values()
    command = line_of(crontab).split(" ", 5)[5].replace("\\%", "%")
    job.reports.file.unlink()
    ran = subprocess.run(
        ["sh", "-c", command], cwd="/", env={}, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip()
    assert ran.stdout == (folder / "quick.log").read_text(encoding="utf-8")


def test_a_path_that_crons_read_differently_is_refused(tmp_path: Path) -> None:
    job = scheduled(write_reports_file(tmp_path / "back\\slash"))
    with pytest.raises(ReportError, match="crontab"):
        crontab_line(job, lang="en")


def test_a_line_that_is_too_long_for_cron_is_refused(tmp_path: Path) -> None:
    job = scheduled(write_reports_file(tmp_path / ("long" * 50)))
    with pytest.raises(ReportError, match="998"):
        crontab_line(job, lang="en")
