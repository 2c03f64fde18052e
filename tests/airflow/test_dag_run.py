"""The DAG runs under Airflow: notebooks with checked parameters, then the reports."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
import pytest

from bcforecast.reporting.execution import result_of
from bcforecast.reporting.schedule import airflow_dag, write_files
from tests.reporting.schedule.scheduled_reports import AWKWARD, REPORT, quick_job

AIRFLOW = os.environ["BCFORECAST_AIRFLOW"]
SECONDS = 900
INTERVAL_END = "2021-01-31T22:00:00+00:00"
"""In Shanghai it is 1 February, six in the morning."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the file of reports is, after one run of its DAG."""
    top = tmp_path_factory.mktemp("airflow")
    folder = top / AWKWARD
    job = quick_job(folder, rules=("month-end",))
    write_files(airflow_dag(job, lang="zh", timezone="Asia/Shanghai"), top / "dags")
    environment = {
        "PATH": f"{Path(AIRFLOW).parent}:/usr/bin:/bin",
        "HOME": str(top),
        "LC_ALL": "C.UTF-8",
        "AIRFLOW_HOME": str(top / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(top / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    for command in (("db", "migrate"), ("dags", "test", job.name, INTERVAL_END)):
        ran = subprocess.run(
            [AIRFLOW, *command],
            env=environment, timeout=SECONDS, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout[-20_000:]
    assert "state=success" in ran.stdout or "state:success" in ran.stdout, ran.stdout[-20_000:]
    return folder


def test_the_day_of_a_rule_is_that_of_the_intervals_end_where_the_reports_are_made(
    folder: Path,
) -> None:
    notebooks = folder / "quick-notebooks"
    assert {path.name for path in notebooks.iterdir()} == {"2020-12-31", "2021-01-31"}
    (notebook,) = (notebooks / "2021-01-31").iterdir()
    result = result_of(nbformat.read(notebook, as_version=4))
    assert result["as_of"] == "2021-01-31"


def test_the_reports_of_the_file_are_published(folder: Path) -> None:
    assert (folder / REPORT / "index.html").is_file()
