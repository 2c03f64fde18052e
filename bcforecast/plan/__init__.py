"""What was promised: plans, goals and measures."""

from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.plan.reading import check_plans, load_plan, plan_ids

__all__ = ["Goal", "Indicator", "Plan", "check_plans", "load_plan", "plan_ids"]
