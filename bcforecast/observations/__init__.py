"""What was measured: figures with their sources, as known at a date."""

from bcforecast.observations.reading import check_data, load_observations
from bcforecast.observations.records import Observation, Period
from bcforecast.observations.selection import History, Series, Vintage

__all__ = [
    "History",
    "Observation",
    "Period",
    "Series",
    "Vintage",
    "check_data",
    "load_observations",
]
