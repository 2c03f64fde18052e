"""What was measured: figures with their sources, as known at a date."""

from bcforecast.observations.reading import Problem, check_data, load_observations, review_data
from bcforecast.observations.records import (
    Break,
    Elicitation,
    Measure,
    Month,
    Observation,
    Period,
    Source,
    Status,
)
from bcforecast.observations.selection import History, Kind, Selection, Series, Vintage

__all__ = [
    "Break",
    "Elicitation",
    "History",
    "Kind",
    "Measure",
    "Month",
    "Observation",
    "Period",
    "Problem",
    "Selection",
    "Series",
    "Source",
    "Status",
    "Vintage",
    "check_data",
    "load_observations",
    "review_data",
]
