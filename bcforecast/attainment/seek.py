"""What would have to change: sensitivity to levers and goal seek."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bcforecast.attainment.project import Exploration
from bcforecast.errors import ScenarioError
from bcforecast.scenarios.scenario import GROWTH, Lever, Scenario, find_lever, levers_on
from bcforecast.scenarios.simulation import touches

if TYPE_CHECKING:
    import pandas as pd


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
    import pandas as pd

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
    import pandas as pd
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


TOLERANCE: Final = 1e-3
"""How far above the wanted probability an answer may lie."""

_STEPS: Final = 40


@dataclass(frozen=True)
class Sought:
    """What it takes.

    Parameters
    ----------
    goal, wanted
        The goal, and the probability wanted.
    levers
        Sizes by lever, in its unit: the least that suffice, or those of the greatest push within
        the ranges if none suffices; 0 if the baseline suffices.
    feasible
        Whether the wanted probability is reached within the ranges.
    before, reached
        Probability without the push, and with it.
    """

    goal: str
    wanted: float
    levers: Mapping[str, float]
    feasible: bool
    before: float
    reached: float


def seek(
    exploration: Exploration,
    *,
    goal: str,
    probability: float = 0.8,
    levers: tuple[str, ...] = (),
    weights: Mapping[str, float] | None = None,
    base: Scenario | None = None,
    by: int | None = None,
) -> Sought:
    """Find the least push after which P(goal) >= `probability`.

    Levers are moved from the first open year on, together: each by the same part of the way from 0
    to the helpful end of its range, divided by its weight and stopped at that end. The part is
    found by bisection on fixed chance, in which the probability is nondecreasing.

    Parameters
    ----------
    exploration
        The projected plan.
    goal
        Identifier.
    probability
        Wanted, between 0 and 1.
    levers
        Identifiers. Default: every lever of the goal's indicator with a model behind it, or the
        general one where there is none.
    weights
        Cost by lever, above 0: one that weighs 2 is moved half as far. Default: 1 each.
    base
        Scenario on top of which levers are moved. Default: none.
    by
        Year by whose end the goal is to be met. Default: the due year.

    Raises
    ------
    ScenarioError
        If the probability, a lever or a weight is not as described, or nothing can be said of
        the goal.
    """
    indicator = exploration.goal(goal).indicator
    chosen = levers_of(exploration, goal=goal, levers=tuple(dict.fromkeys(levers)))
    costs = {lever.id: (weights or {}).get(lever.id, 1.0) for lever in chosen}
    _check(probability, costs, weights or {}, indicator, chosen)
    start = base or exploration.baseline

    def chance(sizes: Mapping[str, float]) -> float:
        return exploration.probability(goal, exploration.pushed(sizes, base=start), by=by)

    before = chance({})
    ends = {lever.id: _helpful_end(lever, chance, before) for lever in chosen}

    def sizes(part: float) -> dict[str, float]:
        return {name: end * min(1.0, part / costs[name]) for name, end in ends.items()}

    if before >= probability:
        return Sought(goal, probability, dict.fromkeys(ends, 0.0), True, before, before)
    high, reached = max(costs.values()), chance(sizes(max(costs.values())))
    if reached < probability:
        return Sought(goal, probability, sizes(high), False, before, reached)
    low = 0.0
    for _ in range(_STEPS):
        if reached - probability <= TOLERANCE and high - low <= TOLERANCE * max(costs.values()):
            break
        middle = 0.5 * (low + high)
        there = chance(sizes(middle))
        low, high, reached = (
            (low, middle, there) if there >= probability else (middle, high, reached)
        )
    return Sought(goal, probability, sizes(high), True, before, reached)


def seek_each(
    exploration: Exploration,
    *,
    goal: str,
    probability: float = 0.8,
    base: Scenario | None = None,
    by: int | None = None,
) -> tuple[Sought, ...]:
    """Seek with each lever of the goal's indicator alone, then with all of them together."""
    names = tuple(lever.id for lever in levers_of(exploration, goal=goal))
    mixes = [(name,) for name in names] + ([names] if len(names) > 1 else [])
    return tuple(
        seek(exploration, goal=goal, probability=probability, levers=mix, base=base, by=by)
        for mix in mixes
    )


def _check(
    probability: float,
    costs: Mapping[str, float],
    weights: Mapping[str, float],
    indicator: str,
    levers: tuple[Lever, ...],
) -> None:
    if not 0.0 < probability < 1.0:
        raise ScenarioError("joint.probability", found=probability)
    for name in weights:
        if name not in costs:
            raise ScenarioError("joint.weight_of_other", found=name, allowed=", ".join(costs))
    for name, cost in costs.items():
        if not 0.0 < cost < float("inf"):
            raise ScenarioError("joint.weight", lever=name, found=cost)
    for lever in levers:
        if not touches(lever, indicator):
            allowed = ", ".join(one.id for one in levers_on(indicator))
            raise ScenarioError("joint.lever_elsewhere", found=lever.id, allowed=allowed)


def _helpful_end(
    lever: Lever, chance: Callable[[Mapping[str, float]], float], before: float
) -> float:
    """The end of the range that makes the goal likelier; the upper one if neither moves it."""
    up, down = chance({lever.id: lever.high}), chance({lever.id: lever.low})
    return lever.low if down > max(up, before) else lever.high
