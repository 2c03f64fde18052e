"""Charts in the house style, in Chinese and English: fans, events, the dashboard of a plan."""

from bcforecast.plotting.dashboard import GoalRow, dashboard
from bcforecast.plotting.fan import fan_chart
from bcforecast.plotting.fan_data import Fan, FanData, Later, Points, fan_of, points_of
from bcforecast.plotting.goal_chart import fan_data, plot_dashboard, plot_goal
from bcforecast.plotting.picture import Picture

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
