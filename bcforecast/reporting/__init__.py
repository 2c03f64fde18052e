"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

from bcforecast.reporting.chapters import (
    goal_dates,
    goal_figures,
    goal_opening,
    goal_pace,
    goal_rules,
    heading,
    open_outlook,
    plan_methods,
    plan_opening,
)
from bcforecast.reporting.display import Prose, Result, Table, Tables
from bcforecast.reporting.explain_chapter import plan_panel
from bcforecast.reporting.facts import Facts, GoalFact
from bcforecast.reporting.gathering import gather
from bcforecast.reporting.hindcast_chapter import plan_hindcast
from bcforecast.reporting.report import write_report
from bcforecast.reporting.tables import (
    forecast_table,
    grades_table,
    sources_table,
    standing_table,
    summary_table,
    tracked_table,
    words_table,
)

__all__ = [
    "Facts",
    "GoalFact",
    "Prose",
    "Result",
    "Table",
    "Tables",
    "forecast_table",
    "gather",
    "goal_dates",
    "goal_figures",
    "goal_opening",
    "goal_pace",
    "goal_rules",
    "grades_table",
    "heading",
    "open_outlook",
    "plan_hindcast",
    "plan_methods",
    "plan_opening",
    "plan_panel",
    "sources_table",
    "standing_table",
    "summary_table",
    "tracked_table",
    "words_table",
    "write_report",
]
