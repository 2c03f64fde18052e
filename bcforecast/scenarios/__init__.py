"""What if: levers, shocks, and the simulation of all indicators under each scenario."""

from bcforecast.scenarios.scenario import (
    Lever,
    Move,
    Scenario,
    Shock,
    find_lever,
    levers,
    levers_on,
    load_scenario,
    load_scenarios,
    scenario_ids,
    write_scenario,
)
from bcforecast.scenarios.simulation import (
    Baseline,
    Correlation,
    ScenarioPaths,
    Simulation,
    Target,
    estimate_correlation,
)

__all__ = [
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
    "levers",
    "levers_on",
    "load_scenario",
    "load_scenarios",
    "scenario_ids",
    "write_scenario",
]
