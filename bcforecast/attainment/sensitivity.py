"""Which lever matters: the tornado (one at a time) and Sobol indices (all at once)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bcforecast.attainment.exploration import Exploration
from bcforecast.errors import ScenarioError
from bcforecast.scenarios import Lever, Scenario, find_lever, levers_on
from bcforecast.scenarios.levers import GROWTH


def tornado(
    exploration: Exploration,
    *,
    goal: str,
    levers: tuple[str, ...] = (),
    base: Scenario | None = None,
) -> pd.DataFrame:
    """P(goal) with one lever at either end of its range, the others as they are.

    Parameters
    ----------
    exploration
        The projected plan.
    goal
        Identifier.
    levers
        Identifiers. Default: those of the goal's indicator that have a model behind them.
    base
        Scenario around which levers are moved. Default: none.

    Returns
    -------
    One row a lever, the widest first: lever, unit, low, high (of the range, in the lever's unit),
    at_low, at_base, at_high (probabilities), swing (largest minus smallest).
    """
    rows = []
    at_base = exploration.probability(goal, base or exploration.baseline)
    for lever in levers_of(exploration, goal=goal, levers=levers):
        ends = [
            exploration.probability(goal, exploration.pushed({lever.id: size}, base=base))
            for size in (lever.low, lever.high)
        ]
        rows.append(
            {
                "lever": lever.id,
                "unit": lever.unit,
                "low": lever.low,
                "high": lever.high,
                "at_low": ends[0],
                "at_base": at_base,
                "at_high": ends[1],
                "swing": max(*ends, at_base) - min(*ends, at_base),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def sobol(
    exploration: Exploration,
    *,
    goal: str,
    levers: tuple[str, ...] = (),
    n: int = 64,
    seed: int | None = None,
) -> pd.DataFrame:
    """Sobol indices of P(goal) when levers vary evenly over their ranges.

    First-order: the share of the variance of P that a lever explains by itself; total: together
    with all its interactions (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018), by SALib.

    Parameters
    ----------
    exploration
        The projected plan.
    goal
        Identifier.
    levers
        At least two identifiers. Default: those of the goal's indicator with a model behind them.
    n
        Base sample, a power of 2; n (levers + 2) scenarios are run.
    seed
        Of the sample. Default: that of the simulation.

    Returns
    -------
    One row a lever, the largest total first: lever, first, first_halfwidth, total, total_halfwidth
    (95 % by bootstrap).

    Raises
    ------
    ScenarioError
        If there are fewer than two levers, or P does not vary.
    """
    from SALib.analyze.sobol import analyze
    from SALib.sample.sobol import sample

    chosen = levers_of(exploration, goal=goal, levers=levers)
    if len(chosen) < 2:
        raise ScenarioError("joint.two_levers", goal=goal, found=len(chosen))
    seed = exploration.simulation.seed if seed is None else seed
    problem: Mapping[str, object] = {
        "num_vars": len(chosen),
        "names": [lever.id for lever in chosen],
        "bounds": [[lever.low, lever.high] for lever in chosen],
    }
    points = sample(problem, n, calc_second_order=False, seed=seed)
    results = np.array([_probability(exploration, goal, chosen, point) for point in points])
    if float(np.ptp(results)) == 0.0:
        raise ScenarioError("joint.no_variation", goal=goal)
    found = analyze(problem, results, calc_second_order=False, seed=seed)
    frame = pd.DataFrame(
        {
            "lever": [lever.id for lever in chosen],
            "first": found["S1"],
            "first_halfwidth": found["S1_conf"],
            "total": found["ST"],
            "total_halfwidth": found["ST_conf"],
        }
    )
    return frame.sort_values("total", ascending=False, kind="stable", ignore_index=True)


def levers_of(
    exploration: Exploration, *, goal: str, levers: tuple[str, ...] = ()
) -> tuple[Lever, ...]:
    """Levers named, or by default those of a goal's indicator, without the general one."""
    if levers:
        return tuple(find_lever(lever) for lever in levers)
    known = levers_on(exploration.goal(goal).indicator)
    modelled = tuple(lever for lever in known if not lever.id.startswith(GROWTH))
    return modelled or known


def _probability(
    exploration: Exploration,
    goal: str,
    levers: tuple[Lever, ...],
    point: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> float:
    sizes = {lever.id: float(size) for lever, size in zip(levers, point, strict=True)}
    return exploration.probability(goal, exploration.pushed(sizes))
