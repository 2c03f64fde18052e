"""Charts in the house style, in Chinese and English: fans, events, the dashboard of a plan."""

from typing import TYPE_CHECKING

from bcforecast.lazy import offered

if TYPE_CHECKING:
    from bcforecast.plotting.fan import Fan, FanData, Later, Points, fan_chart, fan_of, points_of
    from bcforecast.plotting.goals import GoalRow, dashboard, fan_data, plot_dashboard, plot_goal
    from bcforecast.plotting.style import Picture

__all__ = [
    "Fan",
    "FanData",
    "GoalRow",
    "Later",
    "Picture",
    "Points",
    "dashboard",
    "fan_chart",
    "fan_data",
    "fan_of",
    "plot_dashboard",
    "plot_goal",
    "points_of",
]

__getattr__, __dir__ = offered(
    __name__,
    {
        "bcforecast.plotting.fan": (
            "Fan",
            "FanData",
            "Later",
            "Points",
            "fan_chart",
            "fan_of",
            "points_of",
        ),
        "bcforecast.plotting.goals": (
            "GoalRow",
            "dashboard",
            "fan_data",
            "plot_dashboard",
            "plot_goal",
        ),
        "bcforecast.plotting.style": ("Picture",),
    },
)
