"""What was promised: plans, goals and measures."""

from __future__ import annotations

from bcforecast.plan.checking import check_plans
from bcforecast.plan.goal import Comparator, Goal, Milestone, QualitativeGoal
from bcforecast.plan.indicator import Break, Direction, Indicator, Kind, Link
from bcforecast.plan.measure import Lever, Measure, Safeguard
from bcforecast.plan.plan import Plan, Source, Span
from bcforecast.plan.reading import load_plan, plan_ids
from bcforecast.plan.record import Body, Text

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
