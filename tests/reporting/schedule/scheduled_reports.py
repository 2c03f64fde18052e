"""A file of reports in a folder with an awkward name, and jobs that make its one quick report."""

from __future__ import annotations

import json
from pathlib import Path

from bcforecast.reporting.schedule import Job, Timetable, reports_to_run
from tests.reporting.small_plan import small_data

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


def quick_job(folder: Path, *, rules: tuple[str, ...] = ()) -> Job:
    """A job whose data are in place and that really makes its report, and those of rules."""
    small_data(folder)
    entries = [
        {"plan": "small", "as_of": as_of, "languages": [LANG], "formats": ["html"]}
        for as_of in ([AS_OF], *rules)
    ]
    return scheduled(write_reports_file(folder, reports=entries))
