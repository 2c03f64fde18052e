"""Charts in the house style, in every language of the catalogues."""

from typing import TYPE_CHECKING

from bcforecast.lazy import offered

if TYPE_CHECKING:
    from bcforecast.plotting.fan import plot_goal
    from bcforecast.plotting.goals import plot_dashboard

__all__ = ["plot_dashboard", "plot_goal"]

__getattr__, __dir__ = offered(
    __name__,
    {
        "bcforecast.plotting.fan": ("plot_goal",),
        "bcforecast.plotting.goals": ("plot_dashboard",),
    },
)
