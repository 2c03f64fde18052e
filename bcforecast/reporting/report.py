"""One report: what is asked, what its folder holds, and how it is made."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, get_args

from nbformat import NotebookNode

from bcforecast import config
from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.errors import ReportError
from bcforecast.observations.reading import load_observations
from bcforecast.observations.selection import Vintage
from bcforecast.plan.goals import Plan
from bcforecast.plan.reading import load_plan
from bcforecast.reporting.assembly import assemble
from bcforecast.reporting.execution import (
    NO_LIMITS,
    Limits,
    NotebookError,
    result_of,
    run_notebook,
    write_notebook,
)
from bcforecast.reporting.facts import Fact, Facts, json_text
from bcforecast.reporting.formats import FORMATS, Format, write_format
from bcforecast.reporting.manifest import (
    NOTEBOOK,
    file_entries,
    input_files,
    is_path,
    recipe,
    stands,
    write_manifest,
    write_run_record,
)
from bcforecast.reporting.publication import failed_folder, report_folder, whole_folder
from bcforecast.text import Language, text


@dataclass(frozen=True)
class Order:
    """One report as it is asked for.

    Parameters
    ----------
    plan, scenario
        Identifier, or the path of a YAML file.
    as_of
        Last day whose publications are used.
    lang
        Language of every word.
    seed
        Of every simulation.
    formats
        What is to be written beside the notebook and the JSON documents.
    data_dir
        Data folder. Default: the shipped one.
    notebooks_dir
        Folder with `03_plan.ipynb`; no other notebook is run. Default: the shipped one.
    """

    plan: str
    as_of: date
    lang: Language = config.LANGUAGE
    scenario: str = config.SCENARIO
    seed: int = config.SEED
    formats: tuple[Format, ...] = FORMATS
    data_dir: Path | None = None
    notebooks_dir: Path | None = None

    @property
    def templates(self) -> Path:
        """Folder of the notebook that is run."""
        return self.notebooks_dir or NOTEBOOKS_DIR

    @property
    def start(self) -> Path:
        """Folder in which the notebook runs: it keeps absolute paths out of it."""
        if self.data_dir is not None:
            return self.data_dir.resolve().parent
        return Path(self.plan).resolve().parent if is_path(self.plan) else NOTEBOOKS_DIR

    @property
    def places(self) -> dict[str, str]:
        """The parameters that may be paths, as seen from where the notebook runs."""

        def seen(name: str) -> str:
            return os.path.relpath(Path(name).resolve(), self.start) if is_path(name) else name

        folder = "" if self.data_dir is None else self.data_dir.resolve().name
        return {"plan": seen(self.plan), "scenario": seen(self.scenario), "data_dir": folder}


@dataclass(frozen=True)
class CheckedOrder:
    """An order whose plan, data and scenario were read and fit together.

    Parameters
    ----------
    order
        As it was asked for.
    plan
        As it was read.
    scenario
        Identifier of the scenario.
    """

    order: Order
    plan: Plan
    scenario: str

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Plan, date, scenario and language: the path of the report below its folder."""
        order = self.order
        return self.plan.id, order.as_of.isoformat(), self.scenario, order.lang

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the notebook is given besides the places of files."""
        order = self.order
        named = {"as_of": order.as_of, "scenario": self.scenario, "lang": order.lang}
        return {**named, "seed": order.seed}

    @cached_property
    def recipe(self) -> dict[str, object]:
        """Everything on which the bytes of the report depend, inputs by content."""
        return self.read_recipe()

    def read_recipe(self) -> dict[str, object]:
        """Return the recipe of the input files as they are now."""
        order = self.order
        files = input_files(
            self.plan,
            order.plan,
            order.scenario,
            data_dir=order.data_dir,
            templates=order.templates,
        )
        named = {"plan": self.plan.id, **self.parameters}
        return recipe(
            parameters={name: str(value) for name, value in named.items()},
            given=order.places,
            formats=order.formats,
            inputs=file_entries(files),
        )


def check_order(order: Order, *, data: Vintage | None = None) -> CheckedOrder:
    """Read what a report is made from, so that a wrong input is said before anything is written.

    Parameters
    ----------
    order
        The report.
    data
        The data folder, where it was read already. Default: it is read.

    Raises
    ------
    PlanError, ObservationError, ScenarioError
        If what is named does not exist or cannot be used.
    ReportError
        If there is no such language or format, or no notebook.
    """
    if order.lang not in get_args(Language):
        allowed = ", ".join(get_args(Language))
        raise ReportError("report.language", found=order.lang, allowed=allowed)
    for asked in order.formats:
        if asked not in get_args(Format):
            allowed = ", ".join(get_args(Format))
            raise ReportError("run.format", found=asked, allowed=allowed)
    plan = load_plan(order.plan, data_dir=order.data_dir)
    known = load_observations(order.data_dir) if data is None else data
    if plan.parent is not None:
        load_plan(plan.parent, data_dir=order.data_dir)
    scenario = order.scenario
    if scenario != config.SCENARIO:
        # It imports the models, which a report needs in its kernel only.
        from bcforecast.scenarios.scenario import load_scenario

        scenario = load_scenario(scenario, plan=plan, data_dir=known.dataset.folder).id
    if not (order.templates / NOTEBOOK).is_file():
        raise ReportError("report.no_notebook", file=order.templates / NOTEBOOK)
    formats = tuple(name for name in FORMATS if name in order.formats)
    return CheckedOrder(replace(order, formats=formats), plan, scenario)


def fill_folder(
    folder: Path,
    notebook: NotebookNode,
    *,
    made_from: Mapping[str, Any],
    lang: Language,
    formats: Iterable[Format] = FORMATS,
) -> None:
    """Write everything that is made from the executed notebook of a report.

    Parameters
    ----------
    folder
        Empty.
    notebook
        The executed `03_plan`.
    made_from
        The recipe of the report (`bcforecast.reporting.manifest.recipe`).
    formats
        Beside the notebook, `result.json` (what was found) and `report.json` (what every format
        is made from).
    """
    facts = Facts.model_validate(result_of(notebook))
    write_notebook(notebook, folder / NOTEBOOK)
    assembly = assemble(notebook, facts, made_from=made_from, lang=lang)
    _write_json(facts, folder / "result.json")
    _write_json(assembly.document, folder / "report.json")
    (folder / "charts").mkdir()
    for name, picture in assembly.pictures.items():
        (folder / name).write_bytes(picture)
    for made in formats:
        write_format(assembly.document, made, folder=folder)


def _write_json(document: Fact, path: Path) -> None:
    path.write_text(json_text(document.model_dump(mode="json")), encoding="utf-8")


def keep_failed(folder: Path, error: NotebookError) -> None:
    """Write the failed notebook of a report as far as it came, with the error on top."""
    with whole_folder(folder) as unfinished:
        write_notebook(error.executed, unfinished / error.notebook)


def forget_failed(folder: Path) -> None:
    """Remove what is kept of an earlier failure of a report, and folders left empty by that."""
    if folder.is_dir():
        shutil.rmtree(folder)
        for above in list(folder.parents)[:4]:
            with suppress(OSError):
                above.rmdir()


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
    lang: Language = config.LANGUAGE,
    out: Path,
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
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
