"""Writes the report of a plan as of a date, in one language: a folder, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bcforecast import defaults
from bcforecast.errors import ReportError
from bcforecast.messages import Language, text
from bcforecast.reporting.contents import fill_folder
from bcforecast.reporting.execution import NO_LIMITS, Limits, NotebookError, run_notebook
from bcforecast.reporting.failed import forget_failed, keep_failed
from bcforecast.reporting.formats.choice import FORMATS, Format
from bcforecast.reporting.inputs import NOTEBOOK
from bcforecast.reporting.manifest import stands, write_manifest, write_run_record
from bcforecast.reporting.order import CheckedOrder, Order, check_order
from bcforecast.reporting.publication import whole_folder
from bcforecast.reporting.report_place import failed_folder, report_folder

Advance = Callable[[str, int, int], None]
"""Called with the name of the step at work, the steps done and the number of all steps."""

STEPS: Final = 2
"""How many steps `progress` counts for a report: the notebook, and all that is made of it."""


@dataclass(frozen=True)
class Written:
    """What became of an order.

    Parameters
    ----------
    folder
        Of the report.
    new
        Whether it was written; False where it stood there already, made from the same inputs.
    """

    folder: Path
    new: bool


def write_report(
    plan: str,
    *,
    as_of: date,
    lang: Language = defaults.LANGUAGE,
    out: Path,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    data_dir: Path | None = None,
    formats: tuple[Format, ...] = FORMATS,
    notebooks_dir: Path | None = None,
    limits: Limits = NO_LIMITS,
    force: bool = False,
    progress: Advance | None = None,
) -> Path:
    """Run the notebook of a plan and leave `<out>/<plan>/<as_of>/<scenario>/<lang>/`.

    The folder holds the report in each format, the executed notebook, `result.json`,
    `report.json`, `manifest.json`, and `run.json` with the duration.
    Where a report made from the same inputs stands there unharmed, nothing is done. The same inputs
    leave the same bytes, but for `run.json`. On an error or an interruption nothing new is there,
    and an earlier report stays; a notebook that failed is kept in the same way under
    `<out>/failed/` until one succeeds.

    Parameters
    ----------
    plan
        Identifier of a plan, or the path of its YAML file.
    as_of
        Last day whose publications are used.
    lang
        Language of every word in the report.
    out
        Folder of all reports.
    scenario, seed
        Assumptions by name, and the seed of every simulation.
    data_dir
        Data folder. Default: the shipped one.
    formats
        What is written beside the notebook and the JSON documents.
    notebooks_dir
        Folder of the notebook that is run. Default: the shipped one.
    limits
        As for `run_notebook`.
    force
        Whether to make it anew where it stands already.
    progress
        Called before each step and at the end.

    Returns
    -------
    Path
        The folder of this report.

    Raises
    ------
    PlanError, ObservationError, ScenarioError
        If what is named does not exist or cannot be used; nothing is written.
    ReportError
        If the notebook fails or the folder cannot be written.
    """
    order = Order(plan, as_of, lang, scenario, seed, formats, data_dir, notebooks_dir)
    checked = check_order(order)
    return fulfil(checked, out=out, limits=limits, force=force, progress=progress).folder


def fulfil(
    checked: CheckedOrder,
    *,
    out: Path,
    limits: Limits = NO_LIMITS,
    force: bool = False,
    progress: Advance | None = None,
    keep: Callable[[Path, NotebookError], None] = keep_failed,
) -> Written:
    """Write the report of an order that was checked.

    Parameters and errors are those of `write_report`, but for `keep`: what is done with a
    notebook that failed, and the folder for it.
    """
    target = report_folder(out, *checked.parts)
    if not force and stands(target, checked.recipe):
        forget_failed(failed_folder(out, *checked.parts))
        return Written(target, new=False)
    started, clock = datetime.now(UTC), time.monotonic()
    failed, order = failed_folder(out, *checked.parts), checked.order
    tell = progress or _untold
    with whole_folder(target) as folder:
        tell(text("report.step_plan", order.lang), 0, STEPS)
        try:
            notebook = run_notebook(
                order.templates / NOTEBOOK,
                {**checked.parameters, **order.places},
                folder=order.start,
                limits=limits,
            )
        except NotebookError as error:
            keep(failed, error)
            raise
        tell(text("report.step_page", order.lang), 1, STEPS)
        fill_folder(
            folder, notebook, made_from=checked.recipe, lang=order.lang, formats=order.formats
        )
        if checked.read_recipe() != checked.recipe:
            raise ReportError("run.inputs_changed", report="/".join(checked.parts))
        write_manifest(folder, checked.recipe)
        write_run_record(folder, started=started, seconds=time.monotonic() - clock)
    forget_failed(failed)
    return Written(target, new=True)


def _untold(step: str, done: int, total: int) -> None:
    """Tell nobody."""
