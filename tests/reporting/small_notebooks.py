"""Notebooks written for a test, and processes looked at from outside."""

import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

_LOOK_SECONDS = 0.02


def write_template(folder: Path, *sources: str) -> Path:
    """Write a notebook with a parameters cell and these cells."""
    parameters = new_code_cell('goal = "a"\nseed = 1', metadata={"tags": ["parameters"]})
    path = folder / "template.ipynb"
    notebook = new_notebook(cells=[parameters, *map(new_code_cell, sources)])
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, path)
    return path


def shown(notebook: NotebookNode, place: int) -> list[str]:
    """Return the texts that a cell shows."""
    return [o.get("text") or o["data"]["text/plain"] for o in notebook.cells[place].outputs]


def eventually(holds: Callable[[], bool], *, seconds: float = 30.0) -> bool:
    """Wait for something that is bound to happen soon; whether it did."""
    return any(holds() or time.sleep(_LOOK_SECONDS) for _ in range(int(seconds / _LOOK_SECONDS)))


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
