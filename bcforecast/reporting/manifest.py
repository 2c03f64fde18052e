"""What a report was made from: inputs with checksums, versions, parameters; no clock."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bcforecast.plan import Plan, load_plan
from bcforecast.resources import DATA_DIR, NOTEBOOKS_DIR

DOCUMENT: Final = "bcforecast-manifest/1"
PACKAGES: Final = (
    "bcforecast",
    "matplotlib",
    "numpy",
    "pandas",
    "papermill",
    "pylopdf-fonts-zh-cn",
    "python-docx",
    "scipy",
    "statsmodels",
    "typst",
    "xlsxwriter",
)
_TABLES: Final = ("observations", "sources", "breaks", "judgements")


def manifest(
    plan: Plan,
    files: Iterable[Path],
    *,
    data_dir: Path | None,
    parameters: Mapping[str, object],
    outputs: Iterable[Path],
) -> dict[str, object]:
    """Return the manifest of a run.

    Parameters
    ----------
    plan, files
        The plan, and the files that it and the scenario were read from; one that is not there,
        as the baseline's need not be, is left out.
    data_dir
        Data folder; None for the shipped one.
    parameters
        Plan, date, scenario, language and seed.
    outputs
        The files that the run wrote.
    """
    folder = data_dir or DATA_DIR
    given = [path for path in files if path.is_file()]
    inputs = [*given, *_tables(folder), *_plan_texts(plan, given[0], folder)]
    notebooks = [NOTEBOOKS_DIR / "02_goal.ipynb", NOTEBOOKS_DIR / "03_plan.ipynb"]
    return {
        "document": DOCUMENT,
        "parameters": dict(parameters),
        "inputs": [_entry(path) for path in sorted({*inputs, *notebooks}, key=_name)],
        "outputs": [_entry(path) for path in sorted(outputs, key=_name)],
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
    }


def is_path(name: str) -> bool:
    """Whether a plan or scenario is given by the path of its file, not by its identifier."""
    return name.lower().endswith((".yaml", ".yml"))


def named_file(name: str, kind: str, *, data_dir: Path | None) -> Path:
    """Return the file of a plan or scenario given by identifier or path.

    Parameters
    ----------
    kind
        Folder of the data folder: `plans` or `scenarios`.
    """
    return Path(name) if is_path(name) else (data_dir or DATA_DIR) / kind / f"{name}.yaml"


def _tables(folder: Path) -> list[Path]:
    names = [folder / f"{table}.{kind}" for table in _TABLES for kind in ("csv", "parquet")]
    return [path for path in (*names, folder / "verdicts.csv") if path.is_file()]


def _plan_texts(plan: Plan, plan_file: Path, folder: Path) -> list[Path]:
    texts = [plan_file.parent / plan.source.file] if plan.source.file else []
    if plan.parent is not None:
        parent = load_plan(plan.parent, data_dir=folder)
        texts.append(folder / "plans" / f"{parent.id}.yaml")
    return [path for path in texts if path.is_file()]


def _entry(path: Path) -> dict[str, str]:
    return {"file": _name(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _name(path: Path) -> str:
    """Name a file without saying where on a machine it is."""
    kind = path.parent.name
    return f"{kind}/{path.name}" if kind in ("plans", "scenarios") else path.name
