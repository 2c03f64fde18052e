"""A DAG of Airflow: the notebook of every report by papermill, then `bcforecast run`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bcforecast.messages import Language
from bcforecast.reporting.execution import read_notebook
from bcforecast.reporting.kernel import ENVIRONMENT as KERNEL_ENVIRONMENT
from bcforecast.reporting.parameters import Parameter, check_parameters, declared_parameters
from bcforecast.reporting.schedule.job import ENVIRONMENT, Job
from bcforecast.reporting.schedule.quoting import refuse, shell
from bcforecast.reporting.schedule.reports_to_run import PlanReport
from bcforecast.reporting.schedule.template import filled
from bcforecast.reporting.schedule.timezone import checked_timezone
from bcforecast.resources import NOTEBOOKS_DIR

NOTEBOOK: Final = "03_plan.ipynb"
_JINJA: Final = ("{{", "{%", "{#")
"""What Airflow would read as a template."""


def airflow_dag(job: Job, *, lang: Language, timezone: str = "UTC") -> dict[str, str]:
    """Return the file of a DAG, under its file name.

    It has a task for the notebook of every report (PapermillOperator) and a task that runs
    `bcforecast run --due`. It needs Airflow 3.1 or later with the providers papermill and
    standard, and bcforecast in an environment of its own on the worker, not in Airflow's: the
    kernel of the notebooks is this interpreter.

    Parameters
    ----------
    job
        What to run.
    lang
        Language of comments and descriptions.
    timezone
        In which the time of the day and the day of a rule are meant.

    Raises
    ------
    ReportError
        If there is no such notebook or time zone, a parameter does not fit the notebook, or a
        path would be read by Airflow as a template.
    """
    reports = job.reports
    template = (reports.notebooks or NOTEBOOKS_DIR) / NOTEBOOK
    for path in (reports.file, reports.out, template, reports.data, job.interpreter):
        refuse(str(path), _JINJA, target="airflow")
    constants = {
        "NAME": job.name,
        "TIMEZONE": checked_timezone(timezone),
        "SCHEDULE": job.timetable.cron,
        "NOTEBOOK": str(template),
        "OUTPUT": str(reports.folder / f"{job.name}-notebooks"),
        "FOLDER": str(reports.folder),
        "COMMAND": shell(job.command),
        "ENVIRONMENT": dict(ENVIRONMENT),
        "KERNEL": _kernel(job.interpreter),
        "REPORTS": _tasks(job, template),
    }
    code = {name: _python(value) for name, value in constants.items()}
    when = job.timetable.words(lang)
    dag = filled("dag.py", lang=lang, when=when, file=reports.file.name, python=_python, **code)
    return {f"{job.name.replace('-', '_').replace('.', '_')}.py": dag}


def _kernel(interpreter: str) -> dict[str, object]:
    """Return the kernel specification: this interpreter, as in every report."""
    return {
        "argv": [
            interpreter,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--IPKernelApp.log_level=ERROR",
            "--HistoryManager.enabled=False",
        ],
        "display_name": "bcforecast",
        "language": "python",
        "env": dict(KERNEL_ENVIRONMENT),
    }


def _tasks(job: Job, template: Path) -> dict[str, Mapping[str, Parameter]]:
    """Return the checked parameters of each notebook by the name of its task."""
    declared = declared_parameters(read_notebook(template), name=template.name)
    data = job.reports.data
    tasks: dict[str, Mapping[str, Parameter]] = {}
    for report in job.reports.reports:
        given = {
            "plan": report.plan,
            "as_of": report.as_of,
            "scenario": report.scenario,
            "lang": report.lang,
            "seed": job.reports.seed,
            "data_dir": "" if data is None else str(data),
        }
        for value in (report.plan, report.scenario):
            refuse(value, _JINJA, target="airflow")
        name = _task_id(report)
        same = sum(task.startswith(name) for task in tasks)
        tasks[f"{name}-{same + 1}" if same else name] = check_parameters(
            declared, given, name=template.name
        )
    return tasks


def _task_id(report: PlanReport) -> str:
    parts = (Path(report.plan).stem, report.as_of, Path(report.scenario).stem, report.lang)
    return "__".join(
        "".join(x if x.isascii() and (x.isalnum() or x in "-_") else "_" for x in part)
        for part in parts
    )


def _python(value: object) -> str:
    """Return texts, whole numbers, and lists and mappings of them, as Python writes them too."""
    return json.dumps(value, ensure_ascii=False, indent=4)
