"""What a forecast is: distributions over future periods, whatever made them."""

from bcforecast.distributions.base import Distribution
from bcforecast.distributions.counting import Counting
from bcforecast.distributions.empirical import Empirical
from bcforecast.distributions.event import Event
from bcforecast.distributions.mixture import StudentTMixture
from bcforecast.distributions.pooled import Pooled
from bcforecast.distributions.transform import Transform
from bcforecast.distributions.truncated import Truncated

__all__ = [
    "Counting",
    "Distribution",
    "Empirical",
    "Event",
    "Pooled",
    "StudentTMixture",
    "Transform",
    "Truncated",
]
