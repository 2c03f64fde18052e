"""Everything that is wrong with a data folder: its tables, its plans, and the two together."""

from __future__ import annotations

from pathlib import Path

from bcforecast.attainment.evidence import chosen_models
from bcforecast.attainment.range_checks import figures_out_of_range
from bcforecast.attainment.verdict import load_bands
from bcforecast.defaults import SEED
from bcforecast.errors import BcforecastError
from bcforecast.models.structural_choice import COMPANIONS
from bcforecast.observations import check_data, load_observations
from bcforecast.plan import check_plans, load_plan, plan_ids


def check_folder(data_dir: Path | None = None) -> tuple[BcforecastError, ...]:
    """Return everything that is wrong with the data folder; empty if it can be used.

    Whether the figures lie in the ranges that the plans give them is only asked where tables and
    plans are each right.

    Examples
    --------
    >>> check_folder()
    ()
    """
    found: list[BcforecastError] = [*check_data(data_dir), *check_plans(data_dir)]
    try:
        load_bands(data_dir)
    except BcforecastError as error:
        found.append(error)
    if found:
        return tuple(found)
    found = []
    for plan_id in plan_ids(data_dir=data_dir):
        try:
            chosen_models(load_plan(plan_id, data_dir=data_dir), seed=SEED)
        except BcforecastError as error:
            found.append(error)
    data = load_observations(data_dir)
    # Two plans may name one figure: its problem is told once.
    problems = {
        str(error): error
        for plan_id in plan_ids(data_dir=data_dir)
        for error in figures_out_of_range(load_plan(plan_id, data_dir=data_dir), data)
    }
    return (*found, *problems.values())


def unused_series(data_dir: Path | None = None) -> tuple[tuple[str, str, int], ...]:
    """Return the series that no plan of the folder uses: area, indicator, number of figures.

    Not wrong by itself, but also what a mistyped area or indicator looks like.

    Examples
    --------
    >>> ("tianjin", "gdp", 13) in unused_series()
    True
    """
    used: set[tuple[str, str]] = set()
    for plan_id in plan_ids(data_dir=data_dir):
        plan = load_plan(plan_id, data_dir=data_dir)
        for indicator in plan.indicators:
            areas = [plan.area, *([indicator.parent] if indicator.parent else [])]
            beside = [one.series for one in COMPANIONS.get(indicator.id, ())]
            used |= {(area, name) for area in areas for name in (indicator.id, *beside)}
    data = load_observations(data_dir)
    return tuple(
        (area, name, len(data.of(area, name)))
        for area, name in data.indicators
        if (area, name) not in used
    )
