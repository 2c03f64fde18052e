"""Schedules: what makes cron, systemd, Airflow or GitHub Actions run `bcforecast run`."""

from bcforecast.reporting.schedule.airflow import airflow_dag
from bcforecast.reporting.schedule.cron import crontab_line
from bcforecast.reporting.schedule.github import github_workflow
from bcforecast.reporting.schedule.job import Job
from bcforecast.reporting.schedule.reports_to_run import ReportsToRun, reports_to_run
from bcforecast.reporting.schedule.systemd import systemd_units
from bcforecast.reporting.schedule.timetable import EVERY, Every, Timetable
from bcforecast.reporting.schedule.writing import write_files

__all__ = [
    "EVERY",
    "Every",
    "Job",
    "ReportsToRun",
    "Timetable",
    "airflow_dag",
    "crontab_line",
    "github_workflow",
    "reports_to_run",
    "systemd_units",
    "write_files",
]
