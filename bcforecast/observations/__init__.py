"""What was measured: figures with their sources, as known at a date."""

from bcforecast.observations.reading import load_observations
from bcforecast.observations.selection import Vintage

__all__ = ["Vintage", "load_observations"]
