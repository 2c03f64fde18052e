"""Everything that is wrong with a data folder: its tables, its plans, and the two together."""

from __future__ import annotations

from pathlib import Path

from bcforecast.attainment.range_checks import figures_out_of_range
from bcforecast.attainment.verdict import load_bands
from bcforecast.errors import BcforecastError
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
    data = load_observations(data_dir)
    # Two plans may name one figure: its problem is told once.
    problems = {
        str(error): error
        for plan_id in plan_ids(data_dir=data_dir)
        for error in figures_out_of_range(load_plan(plan_id, data_dir=data_dir), data)
    }
    return tuple(problems.values())
