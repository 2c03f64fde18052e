"""The shipped schedules do what they say, by the programs that read them."""

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import nbformat
import papermill
import pytest
import yaml

from bcforecast.reporting import ReportRequest, execution, write_report
from tests.private_cron import PrivateCron, cron_is_missing
from tests.reporting.light_reports import small_data

ROOT = Path(__file__).parents[1]
SCHEDULES = ROOT / "examples" / "schedules"
REPORT = Path("reports/small/2020-12-31/baseline/en")
UNITS = ("bcforecast.service", "bcforecast.timer")
WORKFLOW = yaml.safe_load((SCHEDULES / "github-workflow.yml").read_text(encoding="utf-8"))
AWKWARD = "地区 100% it's"
REPORTS_FILE = """
data: my data
reports:
  - {plan: small, as_of: 2020-12-31, languages: [en], formats: [html]}
"""

said = partial(subprocess.run, capture_output=True, text=True, check=False)


def clone_at(folder):
    """Make a folder look like a clone that is set up, whose one report is quickly made."""
    small_data(folder)
    (folder / "reports.yaml").write_text(REPORTS_FILE, encoding="utf-8")
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    return folder


def schedule(name, *, folder):
    """Return a shipped schedule with the folder set, which is all that one has to set."""
    text = (SCHEDULES / name).read_text(encoding="utf-8")
    return text.replace("/srv/bcforecast", str(folder))


def follow_the_steps(dag, *, folder, home):
    """Run the commands that the head of the DAG's file asks for."""
    steps = re.findall(r"(?m)^    (\S.*)$", dag.split('"""')[1])
    assert len(steps) == 2
    for step in steps:
        ran = said(shlex.split(step), cwd=folder, env={**os.environ, "HOME": str(home)})
        assert ran.returncode == 0, ran.stderr


DAY_MADE = "1606780800"


def must_run(variable, *, reason):
    """Skip, or fail where the test must run."""
    (pytest.fail if os.environ.get(variable) == "required" else pytest.skip)(reason)


def test_cron_makes_the_report_that_we_make_byte_for_byte(tmp_path, monkeypatch):
    if reason := cron_is_missing():
        must_run("BCFORECAST_CRON", reason=reason)
    folder = clone_at(tmp_path / AWKWARD)
    crontab = schedule("bcforecast.crontab", folder=folder)
    assert crontab.count("\n0 6 1 * * ") == 1
    every_minute = crontab.replace("\n0 6 1 * * ", f"\nSOURCE_DATE_EPOCH={DAY_MADE}\n* * * * * ")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY_MADE)
    PrivateCron(tmp_path / "cron").run_until(folder / REPORT / "index.html", crontab=every_minute)
    asked = ReportRequest("small", date(2020, 12, 31), "en", data_dir=folder / "my data")
    ours = write_report(asked, tmp_path / "ours")
    for name in ("index.html", "result.json"):
        assert (folder / REPORT / name).read_bytes() == (ours / name).read_bytes(), name
    assert (folder / "bcforecast.log").is_file()


def test_a_run_that_fails_prints_why_for_crons_mail(tmp_path):
    folder = clone_at(tmp_path)
    (folder / "reports.yaml").unlink()
    *_, line = schedule("bcforecast.crontab", folder=folder).splitlines()
    command = line.split(" ", 5)[5]
    assert "%" not in command, "cron reads it as a new line"
    ran = said(["sh", "-c", command], env={"BCFORECAST": str(folder)})
    assert "reports.yaml" in ran.stdout
    assert ran.stdout == (folder / "bcforecast.log").read_text(encoding="utf-8")


def analyze(*arguments):
    if shutil.which("systemd-analyze") is None:
        must_run("BCFORECAST_SYSTEMD", reason="no systemd-analyze (Debian's package systemd)")
    return said(["systemd-analyze", *map(str, arguments)], env={**os.environ, "TZ": "UTC"})


@pytest.fixture
def units(tmp_path):
    folder = clone_at(tmp_path / "clone")
    for name in UNITS:
        (tmp_path / name).write_text(schedule(name, folder=folder), encoding="utf-8")
    return [tmp_path / name for name in UNITS]


def test_systemd_finds_nothing_wrong_with_the_units_and_would_find_a_mistake(units):
    verified = analyze("verify", *units)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    for unit, key in ((0, "ExecStart="), (0, "WorkingDirectory="), (1, "OnCalendar=")):
        text = units[unit].read_text(encoding="utf-8")
        units[unit].write_text(text.replace(key, f"{key}x"), encoding="utf-8")
        verified = analyze("verify", units[unit])
        assert verified.returncode or verified.stderr, key
        units[unit].write_text(text, encoding="utf-8")


def test_the_service_runs_our_command_and_may_write_to_its_folder_alone(units):
    lines = units[0].read_text(encoding="utf-8").splitlines()
    values = dict(x.split("=", 1) for x in lines if "=" in x and not x.startswith("#"))
    assert values["ReadWritePaths"] == values["WorkingDirectory"]
    assert values["ProtectSystem"] == "strict"
    command = [*shlex.split(values["ExecStart"]), "--dry-run"]
    ran = said(command, cwd=values["WorkingDirectory"])
    assert (ran.returncode, ran.stderr) == (0, "")
    assert str(REPORT).removeprefix("reports/") in ran.stdout


def test_the_timer_elapses_on_the_first_of_every_month(units):
    (calendar,) = re.findall(r"(?m)^OnCalendar=(.*)$", units[1].read_text(encoding="utf-8"))
    read = analyze("calendar", "--iterations=2", "--base-time=2022-02-10 00:00:00 UTC", calendar)
    assert re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", read.stdout) == [
        "2022-02-28 22:00", "2022-03-31 22:00",  # in Shanghai: the first, at six
    ]  # fmt: skip


def test_the_workflow_runs_commands_that_are_there_on_time_and_keeps_its_reports():
    setup, run = (step["run"] for step in WORKFLOW["jobs"]["reports"]["steps"] if "run" in step)
    assert setup == "make setup"
    assert re.search(r"(?m)^setup:", (ROOT / "Makefile").read_text(encoding="utf-8"))
    program, *arguments = shlex.split(run)
    assert program == ".venv/bin/bcforecast"
    assert "--fail-on-change" in arguments
    ran = said([sys.executable, "-m", "bcforecast", *arguments, "--dry-run"], cwd=ROOT)
    assert (ran.returncode, ran.stderr) == (0, "")
    on = WORKFLOW[True]  # YAML 1.1 reads the key `on` as a truth value
    assert on == {"schedule": [{"cron": "0 6 1 * *"}], "workflow_dispatch": None}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    steps = WORKFLOW["jobs"]["reports"]["steps"]
    kept = [step for step in steps if step.get("if") == "always()"]
    used = [step["uses"].partition("@")[0] for step in kept]
    assert used == ["actions/cache/save", "actions/upload-artifact"]
    out = yaml.safe_load((ROOT / "reports.yaml").read_text(encoding="utf-8"))["out"]
    assert {step["with"]["path"] for step in steps if "path" in step.get("with", {})} == {out}


@dataclass
class Dag:
    """What the file of the DAG gives to Airflow."""

    given: dict[str, Any]
    tasks: dict[str, dict[str, Any]]

    def filled(self, template, *, end=""):
        """Fill a template for the run whose data interval ends then, or that has none."""
        moment = datetime.fromisoformat(end or "2021-01-31T22:00:00+00:00")
        run = SimpleNamespace(data_interval_end=end and moment, run_after=moment)
        macros = self.given["user_defined_macros"]
        return jinja2.Template(template).render(**macros, dag_run=run)


@pytest.fixture
def dag(tmp_path, monkeypatch):
    """The DAG as Airflow is handed it, of a clone in which its steps were followed.

    `make test-airflow` runs it under Airflow itself.
    """
    given, tasks = {}, {}
    names = {
        "airflow.providers.papermill.operators.papermill": "PapermillOperator",
        "airflow.providers.standard.operators.bash": "BashOperator",
    }
    for module, name in names.items():
        operator = {name: lambda task_id, **more: tasks.update({task_id: more})}
        monkeypatch.setitem(sys.modules, module, SimpleNamespace(**operator))
    sdk = SimpleNamespace(
        DAG=lambda **more: given.update(more) or nullcontext(),
        CronDataIntervalTimetable=lambda cron, timezone: (cron, timezone),
    )
    monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)
    folder = clone_at(tmp_path / AWKWARD)
    text = schedule("airflow_dag.py", folder=folder)
    (tmp_path / "dag.py").write_text(text, encoding="utf-8")
    follow_the_steps(text, folder=folder, home=tmp_path)
    runpy.run_path(str(tmp_path / "dag.py"))
    return Dag(given, tasks)


@pytest.mark.parametrize(
    ("end", "month_end", "today"),
    [
        ("2021-01-31T22:00:00+00:00", "2021-01-31", "2021-02-01"),  # in Shanghai: the first
        ("2020-02-29T10:00:00+00:00", "2020-01-31", "2020-02-29"),
        ("", "2021-01-31", "2021-02-01"),  # run by hand: no interval
    ],
)
def test_days_are_those_of_the_end_of_the_interval_where_the_reports_are_made(
    dag, end, month_end, today
):
    assert dag.given["schedule"] == ("0 6 1 * *", "Asia/Shanghai")
    for lang in ("zh", "en"):
        as_of = dag.tasks[f"beichen-2020-2022-{lang}"]["parameters"]["as_of"]
        assert dag.filled(as_of, end=end) == month_end
    command = dag.filled(dag.tasks["publish"]["bash_command"], end=end)
    assert command == f".venv/bin/bcforecast run reports.yaml --due --today {today}"


def test_papermill_runs_the_notebook_with_parameters_and_kernel_of_a_task(
    dag, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / ".local/share/jupyter"))
    task = dag.tasks["beichen-2020-2022-en"]
    out = Path(dag.filled(task["output_nb"]))
    begun = nbformat.read(task["input_nb"], as_version=4)
    del begun.cells[6:-1]  # the chapters, which the goldens have
    nbformat.write(begun, tmp_path / "begun.ipynb")
    papermill.execute_notebook(
        tmp_path / "begun.ipynb",
        out,
        {name: dag.filled(value) for name, value in task["parameters"].items()},
        kernel_name=task["kernel_name"],
        language=task["language_name"],
        progress_bar=False,
    )
    result = execution.result_of(nbformat.read(out, as_version=4))
    assert (result["plan"]["id"], result["as_of"]) == ("beichen-2020-2022", "2021-01-31")
    assert "People's Government of Beichen" in out.read_text(encoding="utf-8")
