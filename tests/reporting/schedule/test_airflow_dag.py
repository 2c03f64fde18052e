"""The file of the DAG: its constants are the file of reports, checked; Airflow runs it elsewhere.

`make test-airflow` runs it under Airflow itself.
"""

from __future__ import annotations

import ast
import calendar
import re
import shlex
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule import Timetable, airflow_dag

from .scheduled_reports import AWKWARD, LANG, scheduled, write_reports_file

MONTHLY = {"plan": "small", "as_of": "month-end", "languages": ["zh", "en"]}


def dag_of(file: Path, **more: str) -> str:
    (dag,) = airflow_dag(scheduled(file), lang="zh", **more).values()
    return dag


def constants(dag: str) -> dict[str, Any]:
    found = {}
    for statement in ast.parse(dag).body:
        if isinstance(statement, ast.Assign):
            (name,) = (target.id for target in statement.targets)
            found[name] = ast.literal_eval(statement.value)
    return found


def last_day(dag: str) -> Any:
    """The function of the DAG that finds the day of a rule."""
    wanted = [
        part
        for part in ast.parse(dag).body
        if isinstance(part, ast.Assign)
        or (isinstance(part, ast.FunctionDef) and part.name == "last_day")
    ]
    space: dict[str, Any] = {"date": date, "timedelta": timedelta}
    exec(compile(ast.Module(wanted, []), "dag", "exec"), space)
    return space["last_day"]


def test_every_report_has_a_task_with_its_parameters(tmp_path: Path) -> None:
    file = write_reports_file(tmp_path / AWKWARD, reports=[MONTHLY], seed=7)
    found = constants(dag_of(file, timezone="Asia/Shanghai"))
    assert found["REPORTS"] == {
        f"small__month-end__baseline__{lang}": {
            "plan": "small",
            "as_of": "month-end",
            "scenario": "baseline",
            "lang": lang,
            "seed": 7,
            "data_dir": str(file.parent / "my data"),
        }
        for lang in ("zh", "en")
    }
    assert found["TIMEZONE"] == "Asia/Shanghai"
    assert shlex.split(found["COMMAND"])[-3:] == ["run", str(file), "--due"]
    assert found["FOLDER"] == str(file.parent)


def test_plans_in_files_have_absolute_paths_and_tasks_of_their_own(tmp_path: Path) -> None:
    entries = [
        {"plan": f"{folder}/plan.yaml", "as_of": "latest", "languages": [LANG]}
        for folder in ("一", "二")
    ]
    reports = constants(dag_of(write_reports_file(tmp_path, reports=entries)))["REPORTS"]
    plans = {task["plan"] for task in reports.values()}
    assert plans == {str(tmp_path / "一/plan.yaml"), str(tmp_path / "二/plan.yaml")}
    assert all(name.isascii() for name in reports)


def test_the_kernel_is_this_interpreter(tmp_path: Path) -> None:
    job = scheduled(write_reports_file(tmp_path))
    kernel = constants(dag_of(job.reports.file))["KERNEL"]
    assert kernel["argv"][0] == job.interpreter
    assert kernel["env"]["LC_ALL"] == "C.UTF-8"


@pytest.mark.parametrize(
    ("rule", "months"), [("month-end", 1), ("quarter-end", 3), ("year-end", 12)]
)
def test_a_rule_gives_the_last_such_day_up_to_the_intervals_end(
    tmp_path: Path, rule: str, months: int
) -> None:
    find = last_day(dag_of(write_reports_file(tmp_path)))
    ends = [
        date(year, month, calendar.monthrange(year, month)[1])
        for year in range(2018, 2026)
        for month in range(months, 13, months)
    ]
    for offset in range(366 * 5):
        today = date(2020, 1, 1) + timedelta(days=offset)
        assert find(rule, today) == max(end for end in ends if end <= today).isoformat()


def test_the_latest_figures_are_those_up_to_the_intervals_end(tmp_path: Path) -> None:
    find = last_day(dag_of(write_reports_file(tmp_path)))
    assert find("latest", date(2022, 2, 10)) == "2022-02-10"


def test_a_parameter_that_does_not_fit_the_notebook_is_refused(tmp_path: Path) -> None:
    notebooks = tmp_path / "own"
    notebooks.mkdir()
    (notebooks / "03_plan.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(ReportError, match=r"03_plan\.ipynb"):
        dag_of(write_reports_file(tmp_path, notebooks="own"))


def test_a_path_that_airflow_would_take_for_a_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="Airflow"):
        dag_of(write_reports_file(tmp_path / "{{ conf }}"))


def test_what_is_no_time_zone_is_refused(tmp_path: Path) -> None:
    file = write_reports_file(tmp_path)
    for wrong in ("Mars/Olympus", "../etc/passwd", "/etc/localtime"):
        with pytest.raises(ReportError, match="Asia/Shanghai"):
            dag_of(file, timezone=wrong)


def test_the_reports_are_those_of_the_intervals_end_not_of_the_clock(tmp_path: Path) -> None:
    dag = dag_of(write_reports_file(tmp_path))
    assert """bash_command=COMMAND + " --today {{ as_of('latest', dag_run) }}",""" in dag


def test_a_timetable_is_the_schedule(tmp_path: Path) -> None:
    job = scheduled(write_reports_file(tmp_path), timetable=Timetable("weekly"))
    (dag,) = airflow_dag(job, lang="en").values()
    assert constants(dag)["SCHEDULE"] == "0 6 * * 1"


def test_the_environment_of_airflow_is_pinned_by_versions_alone() -> None:
    pins = (Path(__file__).parents[2] / "airflow" / "requirements.txt").read_text("utf-8")
    assert "\napache-airflow==3.3." in pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^ :/]+( ; .+)?", x) for x in pins.splitlines())
    assert "://" not in pins
