"""What was promised: plans, goals and measures."""

from __future__ import annotations

from bcforecast.plan.goals import (
    Body,
    Comparator,
    Direction,
    Goal,
    Indicator,
    Kind,
    Link,
    Milestone,
    Plan,
    PlanSource,
    QualitativeGoal,
    Redefinition,
    Safeguard,
    Task,
    TaskLever,
    YearSpan,
)
from bcforecast.plan.reading import check_plans, load_plan, plan_ids
from bcforecast.text import Text

__all__ = [
    "Body",
    "Comparator",
    "Direction",
    "Goal",
    "Indicator",
    "Kind",
    "Link",
    "Milestone",
    "Plan",
    "PlanSource",
    "QualitativeGoal",
    "Redefinition",
    "Safeguard",
    "Task",
    "TaskLever",
    "Text",
    "YearSpan",
    "check_plans",
    "load_plan",
    "plan_ids",
]
