"""What if: levers, shocks, and the simulation of all indicators under each scenario."""

from bcforecast.scenarios.baseline import Baseline
from bcforecast.scenarios.correlation import Correlation, estimate_correlation
from bcforecast.scenarios.levers import LEVERS, Lever, find_lever, levers_on
from bcforecast.scenarios.reading import (
    load_scenario,
    load_scenarios,
    scenario_ids,
    write_scenario,
)
from bcforecast.scenarios.scenario import Move, Scenario, Shock
from bcforecast.scenarios.simulation import ScenarioPaths, Simulation, Target

__all__ = [
    "LEVERS",
    "Baseline",
    "Correlation",
    "Lever",
    "Move",
    "Scenario",
    "ScenarioPaths",
    "Shock",
    "Simulation",
    "Target",
    "estimate_correlation",
    "find_lever",
    "levers_on",
    "load_scenario",
    "load_scenarios",
    "scenario_ids",
    "write_scenario",
]
