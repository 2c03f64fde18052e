"""Attainment forecasting for public plans, from short official series.

The public API, which notebooks, the command line and users all call:

>>> import bcforecast as bc
>>> plan = bc.load_plan("tianjin-2020-2022")
>>> data = bc.load_observations(as_of="2020-12-31")
>>> outlook = bc.project(plan, data)
>>> outlook[plan.goals[7].id].attainment.grade
'A'
"""

from typing import TYPE_CHECKING

from bcforecast.lazy import offered

if TYPE_CHECKING:
    from bcforecast.attainment.project import Attainment, GoalOutlook, Outlook, project
    from bcforecast.errors import BcforecastError
    from bcforecast.models.panel import forecast_panel
    from bcforecast.observations import load_observations
    from bcforecast.plan import load_plan

__all__ = [
    "Attainment",
    "BcforecastError",
    "GoalOutlook",
    "Outlook",
    "forecast_panel",
    "load_observations",
    "load_plan",
    "project",
]

__getattr__, __dir__ = offered(
    __name__,
    {
        "bcforecast.attainment.project": (
            "Attainment",
            "GoalOutlook",
            "Outlook",
            "project",
        ),
        "bcforecast.errors": ("BcforecastError",),
        "bcforecast.models.panel": ("forecast_panel",),
        "bcforecast.observations": ("load_observations",),
        "bcforecast.plan": ("load_plan",),
    },
)
