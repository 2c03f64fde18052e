"""What a report is asked for, and what it is made from: checked, and named by one fingerprint."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import get_args

from bcforecast import defaults
from bcforecast.errors import ReportError
from bcforecast.messages import Language
from bcforecast.observations import Vintage, load_observations
from bcforecast.plan import Plan, load_plan
from bcforecast.reporting.formats.choice import FORMATS, Format
from bcforecast.reporting.inputs import NOTEBOOK, input_files
from bcforecast.reporting.manifest import file_entries, is_path, recipe
from bcforecast.resources import NOTEBOOKS_DIR
from bcforecast.scenarios import load_scenario


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
    lang: Language = defaults.LANGUAGE
    scenario: str = defaults.SCENARIO
    seed: int = defaults.SEED
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
    if scenario != defaults.SCENARIO:
        scenario = load_scenario(scenario, plan=plan, data_dir=known.dataset.folder).id
    if not (order.templates / NOTEBOOK).is_file():
        raise ReportError("report.no_notebook", file=order.templates / NOTEBOOK)
    formats = tuple(name for name in FORMATS if name in order.formats)
    return CheckedOrder(replace(order, formats=formats), plan, scenario)
