"""The shipped DAG runs under Airflow: the notebook of each report, and the reports that are due."""

import os
import subprocess
from pathlib import Path

import nbformat
import pytest

from bcforecast.reporting.execution import result_of
from tests.test_schedules import AWKWARD, REPORT, clone_at, follow_the_steps, schedule

AIRFLOW = os.environ["BCFORECAST_AIRFLOW"]
SECONDS = 900
INTERVAL_END = "2021-01-31T22:00:00+00:00"
"""In Shanghai it is 1 February, six in the morning."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clone after one run of its DAG."""
    top = tmp_path_factory.mktemp("airflow")
    folder = clone_at(top / AWKWARD)
    dag = schedule("airflow_dag.py", folder=folder)
    (top / "dags").mkdir()
    (top / "dags" / "bcforecast.py").write_text(dag, encoding="utf-8")
    follow_the_steps(dag, folder=folder, home=top)
    environment = {
        "PATH": f"{Path(AIRFLOW).parent}:/usr/bin:/bin",
        "HOME": str(top),
        "LC_ALL": "C.UTF-8",
        "AIRFLOW_HOME": str(top / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(top / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    for command in (("db", "migrate"), ("dags", "test", "bcforecast", INTERVAL_END)):
        ran = subprocess.run(
            [AIRFLOW, *command],
            env=environment, timeout=SECONDS, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout[-20_000:]
    assert "state=success" in ran.stdout or "state:success" in ran.stdout, ran.stdout[-20_000:]
    return folder


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_day_is_that_of_the_intervals_end_where_the_reports_are_made(
    folder: Path, lang: str
) -> None:
    notebook = folder / "executed" / f"beichen-2020-2022-2021-01-31-{lang}.ipynb"
    assert result_of(nbformat.read(notebook, as_version=4))["as_of"] == "2021-01-31"


def test_the_reports_of_the_file_are_published(folder: Path) -> None:
    assert (folder / REPORT / "index.html").is_file()
