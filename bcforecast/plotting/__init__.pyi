from .fan import plot_goal as plot_goal
from .goals import plot_dashboard as plot_dashboard
