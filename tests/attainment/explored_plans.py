"""Explorations that several tests share, each made once: the first plan as of the end of 2021."""

from functools import cache

import bcforecast as bc
from bcforecast.attainment.project import explore
from bcforecast.scenarios.scenario import load_scenarios

BEICHEN = bc.load_plan("beichen-2020-2022")


@cache
def beichen(n_paths=4000):
    """The plan of Beichen as of 2021-12-31."""
    outlook = bc.project(BEICHEN, bc.load_observations(as_of="2021-12-31"))
    return explore(outlook, n_paths=n_paths)


@cache
def scenarios():
    """The shipped scenarios by identifier, the baseline first."""
    return {scenario.id: scenario for scenario in load_scenarios(plan=BEICHEN)}
