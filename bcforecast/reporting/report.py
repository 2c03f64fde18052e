"""Writes the report of a plan as of a date, in one language: a folder, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from bcforecast import defaults
from bcforecast.errors import ReportError
from bcforecast.messages import Language, text
from bcforecast.plan import Plan
from bcforecast.reporting.cancelling import cancel_notebooks
from bcforecast.reporting.contents import fill_folder
from bcforecast.reporting.execution import run_notebook
from bcforecast.reporting.failed import NotebooksFailedError, forget_failed, keep_failed
from bcforecast.reporting.formats.choice import FORMATS, Format
from bcforecast.reporting.limits import Limits
from bcforecast.reporting.manifest import stands, write_manifest, write_run_record
from bcforecast.reporting.order import CheckedOrder, Order, check_order
from bcforecast.reporting.publication import whole_folder
from bcforecast.reporting.report_place import failed_folder, report_folder

Advance = Callable[[str, int, int], None]
"""Called with the name of the step at work, the steps done and the number of all steps."""

_WORKERS: Final = 2


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
    limits: Limits | None = None,
    warm: bool | None = None,
    force: bool = False,
    progress: Advance | None = None,
) -> Path:
    """Run the notebooks of a plan and leave `<out>/<plan>/<as_of>/<scenario>/<lang>/`.

    The folder holds the report in each format, the executed notebooks, `result.json`,
    `report.json`, `manifest.json`, and `run.json` with the duration.
    Where a report made from the same inputs stands there unharmed, nothing is done. The same inputs
    leave the same bytes, but for `run.json`. On an error or an interruption nothing new is there,
    and an earlier report stays; notebooks that failed are kept in the same way under
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
        What is written beside the notebooks and the JSON documents.
    notebooks_dir
        Folder of the notebooks that are run. Default: the shipped one.
    limits, warm
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
        If a notebook fails or the folder cannot be written.
    """
    order = Order(plan, as_of, lang, scenario, seed, formats, data_dir, notebooks_dir)
    checked = check_order(order)
    return fulfil(checked, out=out, limits=limits, warm=warm, force=force, progress=progress).folder


def fulfil(
    checked: CheckedOrder,
    *,
    out: Path,
    limits: Limits | None = None,
    warm: bool | None = None,
    force: bool = False,
    progress: Advance | None = None,
    keep: Callable[[Path, NotebooksFailedError], None] = keep_failed,
) -> Written:
    """Write the report of an order that was checked.

    Parameters and errors are those of `write_report`, but for `keep`: what is done with notebooks
    that failed, and the folder for them.
    """
    target = report_folder(out, *checked.parts)
    if not force and stands(target, checked.recipe):
        forget_failed(failed_folder(out, *checked.parts))
        return Written(target, new=False)
    started, clock = datetime.now(UTC), time.monotonic()
    failed, order = failed_folder(out, *checked.parts), checked.order
    with whole_folder(target) as folder:
        try:
            plan_run, goal_runs = _run_all(checked, limits or Limits(), warm, progress)
        except NotebooksFailedError as error:
            keep(failed, error)
            raise
        fill_folder(
            folder,
            plan_run,
            goal_runs,
            made_from=checked.recipe,
            lang=order.lang,
            formats=order.formats,
        )
        if checked.read_recipe() != checked.recipe:
            raise ReportError("run.inputs_changed", report="/".join(checked.parts))
        write_manifest(folder, checked.recipe)
        write_run_record(folder, started=started, seconds=time.monotonic() - clock)
    forget_failed(failed)
    return Written(target, new=True)


def step_count(plan: Plan) -> int:
    """Return how many steps `progress` counts for a report of a plan."""
    return len(plan.goals) + 2


def _run_all(
    checked: CheckedOrder, limits: Limits, warm: bool | None, progress: Advance | None
) -> tuple[NotebookNode, dict[str, NotebookNode]]:
    """Run every notebook of a report, also after one has failed, so that all failures are kept."""
    order, plan = checked.order, checked.plan
    lang = order.lang
    parameters = {**checked.parameters, **order.places}
    files = {"03_plan.ipynb": text("report.step_plan", lang)}
    for goal in plan.goals:
        name = plan.indicator_of(goal).name(lang)
        files[f"02_goal-{goal.id}.ipynb"] = text("report.step_goal", lang, name=name)
    total = step_count(plan)

    def run(template: str, **more: object) -> NotebookNode:
        return run_notebook(
            order.templates / template,
            {**parameters, **more},
            folder=order.start,
            limits=limits,
            warm=warm,
        )

    with ThreadPoolExecutor(_WORKERS) as pool:
        runs: list[Future[NotebookNode]] = [pool.submit(run, "03_plan.ipynb")]
        runs += [pool.submit(run, "02_goal.ipynb", goal=goal.id) for goal in plan.goals]
        done: dict[str, NotebookNode] = {}
        failures: dict[str, ReportError] = {}
        try:
            for place, (file, future) in enumerate(zip(files, runs, strict=True)):
                _tell(progress, files[file], place, total)
                try:
                    done[file] = future.result()
                except ReportError as error:
                    failures[file] = error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            cancel_notebooks()
            raise
    if failures:
        raise NotebooksFailedError(failures)
    _tell(progress, text("report.step_page", lang), total - 1, total)
    first, *others = done.values()
    return first, dict(zip((goal.id for goal in plan.goals), others, strict=True))


def _tell(progress: Advance | None, step: str, done: int, total: int) -> None:
    if progress is not None:
        progress(step, done, total)
