"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

from bcforecast.reporting.chapters import (
    goal_dates,
    goal_figures,
    goal_levers,
    goal_opening,
    goal_pace,
    goal_path,
    goal_reasons,
    goal_rules,
    goal_sources,
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
from bcforecast.reporting.joint_chapter import (
    joint_table,
    joint_words,
    scenarios_chart,
    scenarios_table,
    scenarios_words,
)
from bcforecast.reporting.observation_list import observations_table
from bcforecast.reporting.report import write_report
from bcforecast.reporting.study import ScenarioStudy, open_study
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
    "ScenarioStudy",
    "Table",
    "Tables",
    "forecast_table",
    "gather",
    "goal_dates",
    "goal_figures",
    "goal_levers",
    "goal_opening",
    "goal_pace",
    "goal_path",
    "goal_reasons",
    "goal_rules",
    "goal_sources",
    "grades_table",
    "heading",
    "joint_table",
    "joint_words",
    "observations_table",
    "open_outlook",
    "open_study",
    "plan_hindcast",
    "plan_methods",
    "plan_opening",
    "plan_panel",
    "scenarios_chart",
    "scenarios_table",
    "scenarios_words",
    "sources_table",
    "standing_table",
    "summary_table",
    "tracked_table",
    "words_table",
    "write_report",
]
