"""Inputs put where the notebooks of a report saw them: their paths stand in its cells.

A report made with a data folder called `figures` shows that name. To make it again from a folder
that is called otherwise today, its files are copied below a temporary folder under the old names.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath

from bcforecast.errors import ReportError
from bcforecast.reporting.manifest import is_path
from bcforecast.reporting.order import CheckedOrder, Order, check_order
from bcforecast.reporting.verification.named import Named
from bcforecast.reporting.verification.recorded import Recorded

_ABOVE = "above"
_KINDS = ("plans", "scenarios")


def rebuilding_order(recorded: Recorded, named: Named, *, stage: Path) -> CheckedOrder:
    """Return the checked order of a report, so that its notebooks see the places they once saw.

    Parameters
    ----------
    recorded, named
        The manifest, and what the user names.
    stage
        Empty folder for copies, used where something has another name today.

    Raises
    ------
    PlanError, ObservationError, ScenarioError, ReportError
        If what is named does not exist, cannot be used, or is of another report.
    """
    order = named.order(recorded)
    checked = check_order(order)
    if checked.parts != recorded.parts:
        found, expected = ("/".join(parts) for parts in (checked.parts, recorded.parts))
        raise ReportError("verify.other_report", found=found, expected=expected)
    given = recorded.given.model_dump()
    movable = named.data_dir is not None or named.plan is not None
    if order.places == given or not movable:
        return checked
    return check_order(_staged(order, checked, recorded, stage))


def _staged(order: Order, checked: CheckedOrder, recorded: Recorded, stage: Path) -> Order:
    given = recorded.given
    paths = [one for one in (given.plan, given.scenario) if is_path(one)]
    steps = [PurePosixPath(os.path.normpath(one)).parts for one in paths]
    depth = max((parts.count("..") for parts in steps), default=0)
    start = stage.resolve().joinpath(*[_ABOVE] * depth, _start_name(recorded, paths))
    try:
        start.mkdir(parents=True)
        if order.data_dir is not None:
            moved = start / given.data_dir
            shutil.copytree(order.data_dir, moved)
            order = replace(order, data_dir=moved)
        if is_path(given.plan):
            file = _copied(Path(order.plan), start, given.plan)
            source = checked.plan.source.file
            if source is not None:
                _copied(Path(order.plan).parent / source, file.parent, source)
            order = replace(order, plan=str(file))
        if is_path(given.scenario):
            order = replace(
                order, scenario=str(_copied(Path(order.scenario), start, given.scenario))
            )
    except OSError as error:
        raise ReportError("verify.not_copied", why=error.strerror or error) from error
    return order


def _start_name(recorded: Recorded, paths: list[str]) -> str:
    """Return the name of the folder of the notebooks' work, which is part of inputs' names."""
    names = {entry.file for entry in recorded.inputs}
    for kind in _KINDS:
        if any(one == Path(one).name and f"{kind}/{one}" in names for one in paths):
            return kind
    return "start"


def _copied(file: Path, start: Path, place: str) -> Path:
    target = Path(os.path.normpath(start / place))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return target
