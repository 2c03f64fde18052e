"""What was promised: plans, goals and measures."""

from __future__ import annotations

from bcforecast.plan.goals import (
    Body,
    Break,
    Comparator,
    Direction,
    Goal,
    Indicator,
    Kind,
    Lever,
    Link,
    Measure,
    Milestone,
    Plan,
    QualitativeGoal,
    Safeguard,
    Source,
    Span,
)
from bcforecast.plan.reading import check_plans, load_plan, plan_ids
from bcforecast.text import Text

__all__ = [
    "Body",
    "Break",
    "Comparator",
    "Direction",
    "Goal",
    "Indicator",
    "Kind",
    "Lever",
    "Link",
    "Measure",
    "Milestone",
    "Plan",
    "QualitativeGoal",
    "Safeguard",
    "Source",
    "Span",
    "Text",
    "check_plans",
    "load_plan",
    "plan_ids",
]
