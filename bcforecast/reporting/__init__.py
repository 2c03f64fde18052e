"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

from typing import TYPE_CHECKING

from bcforecast.lazy import offered

if TYPE_CHECKING:
    from bcforecast.reporting.chapters import all_scenarios_table as scenarios_table
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
        joint_table,
        joint_words,
        open_outlook,
        plan_hindcast,
        plan_methods,
        plan_opening,
        plan_panel,
        scenarios_chart,
        scenarios_words,
    )
    from bcforecast.reporting.display import Prose, Result, Table, Tables
    from bcforecast.reporting.facts import Facts, GoalFact
    from bcforecast.reporting.gathering import ScenarioStudy, gather, open_study
    from bcforecast.reporting.report import write_report
    from bcforecast.reporting.tables import (
        forecast_table,
        grades_table,
        observations_table,
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

__getattr__, __dir__ = offered(
    __name__,
    {
        "bcforecast.reporting.chapters": (
            "scenarios_table=all_scenarios_table",
            "goal_dates",
            "goal_figures",
            "goal_levers",
            "goal_opening",
            "goal_pace",
            "goal_path",
            "goal_reasons",
            "goal_rules",
            "goal_sources",
            "heading",
            "joint_table",
            "joint_words",
            "open_outlook",
            "plan_hindcast",
            "plan_methods",
            "plan_opening",
            "plan_panel",
            "scenarios_chart",
            "scenarios_words",
        ),
        "bcforecast.reporting.display": (
            "Prose",
            "Result",
            "Table",
            "Tables",
        ),
        "bcforecast.reporting.facts": (
            "Facts",
            "GoalFact",
        ),
        "bcforecast.reporting.gathering": (
            "ScenarioStudy",
            "gather",
            "open_study",
        ),
        "bcforecast.reporting.report": ("write_report",),
        "bcforecast.reporting.tables": (
            "forecast_table",
            "grades_table",
            "observations_table",
            "sources_table",
            "standing_table",
            "summary_table",
            "tracked_table",
            "words_table",
        ),
    },
)
