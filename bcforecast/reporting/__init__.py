"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

from typing import TYPE_CHECKING

from bcforecast.lazy import offered

if TYPE_CHECKING:
    from bcforecast.reporting.chapters import (
        goal_dates,
        goal_figures,
        goal_levers,
        goal_opening,
        goal_path,
        goal_reasons,
        goal_rules,
        heading,
        joint_words,
        open_outlook,
        plan_hindcast,
        plan_methods,
        plan_opening,
        scenarios_chart,
        scenarios_table,
        scenarios_words,
    )
    from bcforecast.reporting.display import Result, Section
    from bcforecast.reporting.facts import Facts, GoalFact
    from bcforecast.reporting.gathering import ScenarioStudy, gather, open_study
    from bcforecast.reporting.report import write_report
    from bcforecast.reporting.tables import (
        forecast_table,
        grades_table,
        joint_table,
        observations_table,
        plan_panel,
        sources_table,
        standing_table,
        summary_table,
        tracked_table,
        words_table,
    )

__all__ = [
    "Facts",
    "GoalFact",
    "Result",
    "ScenarioStudy",
    "Section",
    "forecast_table",
    "gather",
    "goal_dates",
    "goal_figures",
    "goal_levers",
    "goal_opening",
    "goal_path",
    "goal_reasons",
    "goal_rules",
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
            "goal_dates",
            "goal_figures",
            "goal_levers",
            "goal_opening",
            "goal_path",
            "goal_reasons",
            "goal_rules",
            "heading",
            "joint_words",
            "open_outlook",
            "plan_hindcast",
            "plan_methods",
            "plan_opening",
            "scenarios_chart",
            "scenarios_table",
            "scenarios_words",
        ),
        "bcforecast.reporting.display": (
            "Result",
            "Section",
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
            "joint_table",
            "observations_table",
            "plan_panel",
            "sources_table",
            "standing_table",
            "summary_table",
            "tracked_table",
            "words_table",
        ),
    },
)
