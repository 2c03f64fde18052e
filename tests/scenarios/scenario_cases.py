"""Synthetic baselines of the first plan's nine indicators: invented figures, for tests only."""

import numpy as np

from bcforecast.distributions import Counting, Event, StudentTMixture, Transform
from bcforecast.scenarios.scenario import Move, Scenario, find_lever
from bcforecast.scenarios.simulation import Baseline, Simulation
from bcforecast.text import Text

YEARS = (2021, 2022, 2023)
WORDS = Text(zh="试验", en="test")
TARGET_AND_MIDDLE = {
    "rd_intensity": (3.2, 3.0),
    "invention_patents_in_force": (3500.0, 3200.0),
    "innovation_platforms": (30.0, 28.0),
    "hightech_enterprises": (531.0, 500.0),
    "eaglet_enterprises": (280.0, 260.0),
    "gazelle_enterprises": (30.0, 27.0),
    "leading_enterprises": (25.0, 23.0),
    "tech_contract_value": (60.0, 55.0),
    "university_science_parks": (1.0, None),
}
TARGETS = {name: target for name, (target, _) in TARGET_AND_MIDDLE.items()}
WHOLE = set(TARGETS) - {"rd_intensity", "tech_contract_value"}


def lognormal(middle, *, sd=0.2, growth=0.05, horizon=3):
    """A lognormal forecast that widens like a random walk."""
    steps = np.arange(1, horizon + 1)
    location = np.log(middle) + growth * (steps - horizon)
    scale = sd * np.sqrt(steps / horizon)
    return StudentTMixture(location[None, :], scale[None, :], transform=Transform("log"))


def baseline(indicator, *, first_open=2021):
    """The synthetic baseline of one of the nine indicators."""
    if indicator == "university_science_parks":
        forecast = Event(np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]), np.arange(2.0))
        return Baseline(indicator, forecast, YEARS, first_open, (0.0, np.inf))
    forecast = lognormal(TARGET_AND_MIDDLE[indicator][1])
    if indicator in WHOLE:
        forecast = Counting(forecast)
    high = 100.0 if indicator == "rd_intensity" else np.inf
    return Baseline(indicator, forecast, YEARS, first_open, (0.0, high))


def simulation(*indicators, n_paths=2000, seed=1, first_open=2021):
    """A simulation of some (default: all nine) of the indicators."""
    names = indicators or tuple(TARGETS)
    baselines = tuple(baseline(name, first_open=first_open) for name in names)
    return Simulation(baselines, n_paths=n_paths, seed=seed)


def pushing(*moves, year=2021, sd=0.0):
    """A scenario that moves levers by given sizes from a year on."""
    made = tuple(
        Move(lever=lever, measure="1", by_year={year: size}, sd=sd, unit=find_lever(lever).unit)
        for lever, size in moves
    )
    return Scenario(id="pushed", plan="p", title=WORDS, author=WORDS, reason=WORDS, moves=made)


def shocked(*shocks):
    """A scenario of shocks alone."""
    return Scenario(id="shocked", title=WORDS, author=WORDS, reason=WORDS, shocks=shocks)


PLAIN = Scenario(id="baseline", title=WORDS, author=WORDS, reason=WORDS)
