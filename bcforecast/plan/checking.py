"""Checking every plan of a data folder: all that is wrong, not only the first thing."""

from __future__ import annotations

from pathlib import Path

from bcforecast import resources
from bcforecast.errors import PlanError
from bcforecast.plan.plan import Plan
from bcforecast.plan.reading import plan_ids, read_plan


def check_plans(data_dir: Path | None = None) -> tuple[PlanError, ...]:
    """Return everything that is wrong with the plans in `data_dir/plans/`; empty if nothing is.

    Besides what `load_plan` refuses, a plan whose parent plan is not in the folder is wrong.

    Examples
    --------
    >>> check_plans()
    ()
    """
    folder = (data_dir or resources.DATA_DIR) / "plans"
    known = plan_ids(data_dir=data_dir)
    found: list[PlanError] = []
    for plan_id in known:
        try:
            read = read_plan(plan_id, data_dir=data_dir)
        except PlanError as error:
            found.append(error)
            continue
        if not isinstance(read, Plan):
            found.extend(read)
        elif read.parent not in (None, *known):
            file = folder / f"{plan_id}.yaml"
            plans = ", ".join(known)
            found.append(PlanError("plan.no_parent", file=file, found=read.parent, allowed=plans))
    return tuple(found)
