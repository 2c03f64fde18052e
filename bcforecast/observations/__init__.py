"""What was measured: figures with their sources, as known at a date."""

from bcforecast.observations.history import History
from bcforecast.observations.judgements import Judgement
from bcforecast.observations.observation import Break, Measure, Observation, Source, Status
from bcforecast.observations.period import Month, Period
from bcforecast.observations.problems import Problem
from bcforecast.observations.reading import check_data, load_observations, review_data
from bcforecast.observations.selection import Selection
from bcforecast.observations.usability import Kind, Series
from bcforecast.observations.vintage import Vintage

__all__ = [
    "Break",
    "History",
    "Judgement",
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
