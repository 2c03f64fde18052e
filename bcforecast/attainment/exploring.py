"""From a projection to an exploration: baselines, targets and correlation for the simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bcforecast import defaults
from bcforecast.attainment.exploration import Exploration, first_open_year
from bcforecast.attainment.probability import smallest_that_meets
from bcforecast.errors import ScenarioError
from bcforecast.observations.history import History
from bcforecast.scenarios import Baseline, Correlation, Simulation, Target, estimate_correlation

if TYPE_CHECKING:
    from bcforecast.attainment.outlook import GoalOutlook, Outlook

ENOUGH_FOR_CORRELATION: Final = 4
"""Values of an indicator's own from which its own growth, not its parent's, is correlated."""


def explore(
    outlook: Outlook,
    *,
    correlation: Correlation | None = None,
    n_paths: int = 10_000,
    seed: int | None = None,
) -> Exploration:
    """Draw the chance of a projected plan, once for all scenarios.

    Parameters
    ----------
    outlook
        Under the baseline.
    correlation
        Of the indicators' yearly growth. Default: estimated from their histories, or from the
        parent area's where an indicator has fewer than four figures of its own.
    n_paths, seed
        Number of paths; seed, by default that of the outlook.

    Raises
    ------
    ScenarioError
        If the outlook is under another scenario than the baseline.
    """
    if outlook.scenario != defaults.SCENARIO:
        raise ScenarioError("joint.not_baseline", found=outlook.scenario)
    longest: dict[str, GoalOutlook] = {}
    for item in outlook:
        known = longest.get(item.goal.indicator)
        if item.forecast is not None and (known is None or len(item.years) > len(known.years)):
            longest[item.goal.indicator] = item
    first_open = first_open_year(outlook.as_of)
    baselines = tuple(_baseline(item, first_open) for item in longest.values())
    targets = {
        name: Target(
            smallest_that_meets(item.goal, whole=item.indicator.whole),
            up=item.goal.comparator != "at_most",
        )
        for name, item in longest.items()
    }
    histories = {name: _history(item) for name, item in longest.items()}
    return Exploration(
        outlook,
        Simulation(
            baselines,
            correlation or estimate_correlation(histories),
            targets,
            n_paths,
            outlook.seed if seed is None else seed,
        ),
    )


def _baseline(item: GoalOutlook, first_open: int) -> Baseline:
    assert item.forecast is not None
    low, high = item.indicator.valid_range
    settled = item.basis.selection.history.start >= item.goal.due.year
    return Baseline(
        indicator=item.goal.indicator,
        forecast=item.forecast,
        years=item.years,
        first_open=item.years[-1] + 1 if settled else first_open,
        support=(low, np.inf if high is None else high),
    )


def _history(item: GoalOutlook) -> History:
    own, parent = item.basis.selection.history, item.basis.parent
    if own.n_values >= ENOUGH_FOR_CORRELATION or parent is None:
        return own
    return parent.selection.history
