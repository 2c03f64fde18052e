"""The files that a report is made from: plan, scenario, tables of the data folder, notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bcforecast.plan import Plan
from bcforecast.reporting.manifest import is_path
from bcforecast.resources import DATA_DIR

_TABLES: Final = ("observations", "sources", "breaks", "judgements")
NOTEBOOK: Final = "03_plan.ipynb"
"""The notebook of a report."""


def input_files(
    plan: Plan, plan_name: str, scenario: str, *, data_dir: Path | None, templates: Path
) -> tuple[Path, ...]:
    """Return every file that a report depends on; one that need not be there is left out.

    Parameters
    ----------
    plan, plan_name, scenario
        The plan as it was read, and the names or paths by which it and the scenario were given.
    data_dir
        Data folder; None for the shipped one.
    templates
        Folder of the notebook.
    """
    folder = data_dir or DATA_DIR
    plan_file = _named_file(plan_name, "plans", folder)
    files = [plan_file, _named_file(scenario, "scenarios", folder)]
    # The report compares all scenarios.
    files += sorted((folder / "scenarios").glob("*.yaml"))
    if plan.source.file is not None:
        files.append(plan_file.parent / plan.source.file)
    if plan.parent is not None:
        files.append(folder / "plans" / f"{plan.parent}.yaml")
    files += [folder / f"{table}.{kind}" for table in _TABLES for kind in ("csv", "parquet")]
    files.append(folder / "verdicts.csv")
    files.append(templates / NOTEBOOK)
    return tuple(path for path in dict.fromkeys(files) if path.is_file())


def _named_file(name: str, kind: str, folder: Path) -> Path:
    return Path(name) if is_path(name) else folder / kind / f"{name}.yaml"
