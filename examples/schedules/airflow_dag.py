"""bcforecast on Airflow: the plan's notebook for each report, and the reports that are due.

Set FOLDER to your clone of the repository on the worker (after `make setup`), and REPORTS to what
you want to see. bcforecast stays in an environment of its own there; Airflow (3.1 or later) needs
the providers papermill and standard. Once, in FOLDER, as the worker's user:

    .venv/bin/python -m ipykernel install --user --name bcforecast --env LC_ALL C.UTF-8
    mkdir executed

Then put this file into the folder of DAGs. See docs/schedules.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronDataIntervalTimetable

FOLDER = "/srv/bcforecast"
SCHEDULE = "0 6 1 * *"
TIMEZONE = "Asia/Shanghai"

# Parameters of notebooks/03_plan.ipynb, whose first code cell has them all; a day is a day such as
# 2021-12-31, or what the function below finds for each run.
MONTH_END = "{{ month_end(dag_run) }}"
REPORTS = [
    {"plan": "beichen-2020-2022", "as_of": MONTH_END, "lang": "zh"},
    {"plan": "beichen-2020-2022", "as_of": MONTH_END, "lang": "en"},
]


def run_day(dag_run) -> datetime:
    """The end of the data interval: a run that is made up for gives the report of its own month."""
    moment = dag_run.data_interval_end or dag_run.run_after
    return moment.astimezone(ZoneInfo(TIMEZONE))


def month_end(dag_run) -> str:
    """The last day of the month before the run."""
    return (run_day(dag_run).replace(day=1) - timedelta(days=1)).date().isoformat()


def today(dag_run) -> str:
    """The day on which the rules of reports.yaml (`as_of: month-end` and the like) are read."""
    return run_day(dag_run).date().isoformat()


with DAG(
    dag_id="bcforecast",
    description="bcforecast: make the reports that are due",
    schedule=CronDataIntervalTimetable(SCHEDULE, timezone=TIMEZONE),
    start_date=datetime(2020, 1, 1, tzinfo=ZoneInfo(TIMEZONE)),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=2,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=10),
        "execution_timeout": timedelta(hours=2),
    },
    user_defined_macros={"month_end": month_end, "today": today},
    tags=["bcforecast"],
):
    # No task waits for another: one that fails marks the run as failed and stops no other.
    for report in REPORTS:
        PapermillOperator(
            task_id="{plan}-{lang}".format(**report),
            input_nb=f"{FOLDER}/notebooks/03_plan.ipynb",
            output_nb="{folder}/executed/{plan}-{as_of}-{lang}.ipynb".format(
                folder=FOLDER, **report
            ),
            parameters=report,
            kernel_name="bcforecast",
            language_name="python",
        )

    BashOperator(
        task_id="publish",
        bash_command=".venv/bin/bcforecast run reports.yaml --due --today {{ today(dag_run) }}",
        cwd=FOLDER,
        env={"LC_ALL": "C.UTF-8"},
        append_env=True,
    )
