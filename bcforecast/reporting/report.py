"""Writes the report of a plan as of a date, in one language: a folder, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args

from nbformat import NotebookNode

from bcforecast import defaults
from bcforecast.attainment.outlook import project
from bcforecast.errors import ReportError
from bcforecast.messages import Language, text
from bcforecast.observations import load_observations
from bcforecast.plan import Plan, load_plan
from bcforecast.reporting.cancelling import cancel_notebooks
from bcforecast.reporting.contents import fill_folder
from bcforecast.reporting.document.record import Record
from bcforecast.reporting.execution import run_notebook
from bcforecast.reporting.facts import json_text
from bcforecast.reporting.formats.choice import Format
from bcforecast.reporting.manifest import is_path, manifest, named_file
from bcforecast.reporting.publication import whole_folder
from bcforecast.resources import NOTEBOOKS_DIR

Advance = Callable[[str, int, int], None]
"""Called with the name of the step at work, the steps done and the number of all steps."""

_WORKERS: Final = 2


def write_report(
    plan: str,
    *,
    as_of: date,
    lang: Language = defaults.LANGUAGE,
    out: Path,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    data_dir: Path | None = None,
    formats: Iterable[Format] = ("html",),
    progress: Advance | None = None,
) -> Path:
    """Run the notebooks of a plan and leave `<out>/<plan>/<as_of>/<scenario>/<lang>/`.

    The folder holds `index.html`, the executed notebooks, `result.json` and `manifest.json`. The
    same inputs leave the same bytes. On an error or an interruption nothing new is there, and an
    earlier report stays as it was.

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
    if lang not in get_args(Language):
        allowed = ", ".join(get_args(Language))
        raise ReportError("report.language", found=lang, allowed=allowed)
    read, scenario_id = _checked(plan, as_of, scenario=scenario, seed=seed, data_dir=data_dir)
    target = out / read.id / as_of.isoformat() / scenario_id / lang
    named = {"as_of": as_of, "scenario": scenario_id, "lang": lang, "seed": seed}
    with whole_folder(target) as folder:
        plan_run, goal_runs = _run_all(
            read,
            {**named, **_places(plan, scenario, data_dir)},
            progress,
            start=_start(plan, data_dir),
        )
        made_from = [
            named_file(name, kind, data_dir=data_dir)
            for kind, name in (("plans", plan), ("scenarios", scenario))
        ]
        parameters = {"plan": read.id, **{k: str(v) for k, v in named.items()}}
        made = partial(manifest, read, made_from, data_dir=data_dir, parameters=parameters)
        fill_folder(
            folder,
            plan_run,
            goal_runs,
            record=_record(made(outputs=[])),
            lang=lang,
            formats=formats,
        )
        outputs = [path for path in folder.rglob("*") if path.is_file()]
        document = made(outputs=outputs)
        (folder / "manifest.json").write_text(json_text(document), encoding="utf-8")
    return target


def _checked(
    plan: str, as_of: date, *, scenario: str, seed: int, data_dir: Path | None
) -> tuple[Plan, str]:
    """Read everything once, so that a wrong input is said before anything is written."""
    read = load_plan(plan, data_dir=data_dir)
    data = load_observations(data_dir, as_of=as_of)
    outlook = project(read.model_copy(update={"goals": ()}), data, scenario=scenario, seed=seed)
    return read, outlook.scenario


def _start(plan: str, data_dir: Path | None) -> Path:
    """Return the folder in which the notebooks run: it keeps absolute paths out of them."""
    if data_dir is not None:
        return data_dir.resolve().parent
    return Path(plan).resolve().parent if is_path(plan) else NOTEBOOKS_DIR


def _places(plan: str, scenario: str, data_dir: Path | None) -> dict[str, str]:
    """Return the parameters that may be paths, as seen from where the notebooks run."""
    start = _start(plan, data_dir)

    def seen(name: str) -> str:
        return os.path.relpath(Path(name).resolve(), start) if is_path(name) else name

    folder = "" if data_dir is None else data_dir.resolve().name
    return {"plan": seen(plan), "scenario": seen(scenario), "data_dir": folder}


def _run_all(
    plan: Plan, parameters: Mapping[str, object], progress: Advance | None, *, start: Path
) -> tuple[NotebookNode, dict[str, NotebookNode]]:
    lang: Language = "zh" if parameters["lang"] == "zh" else "en"
    names = {g.id: plan.indicator_of(g).name(lang) for g in plan.goals}
    steps = [text("report.step_plan", lang)]
    steps += [text("report.step_goal", lang, name=name) for name in names.values()]
    total = len(steps) + 1

    def run(template: str, **more: object) -> NotebookNode:
        return run_notebook(NOTEBOOKS_DIR / template, {**parameters, **more}, folder=start)

    with ThreadPoolExecutor(_WORKERS) as pool:
        runs: list[Future[NotebookNode]] = [pool.submit(run, "03_plan.ipynb")]
        runs += [pool.submit(run, "02_goal.ipynb", goal=goal) for goal in names]
        try:
            done = []
            for place, (step, future) in enumerate(zip(steps, runs, strict=True)):
                _tell(progress, step, place, total)
                done.append(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            cancel_notebooks()
            raise
    _tell(progress, text("report.step_page", lang), total - 1, total)
    return done[0], dict(zip(names, done[1:], strict=True))


def _record(document: Mapping[str, Any]) -> Record:
    inputs = {entry["file"]: entry["sha256"] for entry in document["inputs"]}
    return Record(inputs, document["versions"], document["parameters"])


def _tell(progress: Advance | None, step: str, done: int, total: int) -> None:
    if progress is not None:
        progress(step, done, total)
