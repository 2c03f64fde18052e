"""A file of reports in a folder with an awkward name, and jobs that make its one quick report."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from bcforecast.cli import app
from bcforecast.reporting.schedule import Job, Timetable, reports_to_run
from tests.reporting.test_report import small_data

AWKWARD = "地区 100% it's"
AS_OF, LANG = "2020-12-31", "en"
REPORT = Path("reports", "small", AS_OF, "baseline", LANG)


def write_reports_file(folder: Path, **more: object) -> Path:
    """Write a file of one report of `small_data`, which is quickly made."""
    entry = {"plan": "small", "as_of": [AS_OF], "languages": [LANG], "formats": ["html"]}
    file = folder / "reports.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    content = {"data": "my data", "reports": [entry], **more}
    # JSON is YAML; a day is one only without quotes.
    text = json.dumps(content, ensure_ascii=False).replace(f'"{AS_OF}"', AS_OF)
    file.write_text(text, encoding="utf-8")
    return file


def scheduled(file: Path, *, name: str = "quick", timetable: Timetable | None = None) -> Job:
    return Job(reports_to_run(file), timetable or Timetable(), name=name)


class ReportJob(Job):
    """Makes the same report by `bcforecast report`."""

    @property
    def command(self) -> tuple[str, ...]:
        asked = ("--plan", "small", "--as-of", AS_OF, "--lang", LANG)
        places = ("--data", str(self.reports.data), "--out", str(self.reports.out))
        words = (self.interpreter, "-P", "-m", "bcforecast", "report", *asked, *places)
        return ("sh", "-c", shlex.join(words), "sh")  # what is added to the command is not read


def quick_job(folder: Path, *, rules: tuple[str, ...] = ()) -> Job:
    """A job whose data are in place and that really makes its report, and those of rules."""
    small_data(folder)
    entries = [
        {"plan": "small", "as_of": as_of, "languages": [LANG], "formats": ["html"]}
        for as_of in ([AS_OF], *rules)
    ]
    job = scheduled(write_reports_file(folder, reports=entries))
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    return job if "run" in known else ReportJob(job.reports, job.timetable, name=job.name)
