"""Runs a notebook by papermill with checked parameters; equal inputs give equal bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from bcforecast.errors import ReportError
from bcforecast.reporting.display import RESULT_MIME, WIDGET_MIME
from bcforecast.reporting.failure import NotebookError
from bcforecast.reporting.kernel import in_own_loop, own_kernel
from bcforecast.reporting.limits import Limits
from bcforecast.reporting.parameters import check_parameters, declared_parameters

_UNREADABLE: Final = (
    AttributeError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    nbformat.ValidationError,
)
"""What nbformat raises on a file that is not a notebook."""

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]{6,}")
_KERNELSPEC: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}


NO_LIMITS: Final = Limits()


def run_notebook(
    template: Path,
    parameters: Mapping[str, object],
    *,
    folder: Path | None = None,
    limits: Limits = NO_LIMITS,
    warm: bool | None = None,  # noqa: ARG001
) -> NotebookNode:
    """Run a notebook with parameters and return it, normalized.

    Parameters
    ----------
    template
        The notebook; it is not changed.
    parameters
        Values for names that its `parameters` cell declares; the others keep their defaults.
    folder
        Where relative paths among the parameters start. Default: the current folder.
    limits
        Of time and memory.
    warm
        Whether the kernel may be forked from a warm one.

    Raises
    ------
    NotebookError
        If a cell fails.
    ReportError
        If the notebook cannot be read, a parameter is not declared or of the wrong type, or a
        cell fails; the message names the notebook and says how.
    """
    notebook = read_notebook(template)
    declared = declared_parameters(notebook, name=template.name)
    checked = check_parameters(declared, parameters, name=template.name)
    where = folder or Path.cwd()
    run = partial(_execute, notebook, checked, folder=where, name=template.name, limits=limits)
    return normalized(in_own_loop(run))


def _execute(
    notebook: NotebookNode,
    parameters: Mapping[str, object],
    *,
    folder: Path,
    name: str,
    limits: Limits,
) -> NotebookNode:
    # papermill takes more than a second to import, and a command that runs nothing needs none.
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with own_kernel() as manager:
        try:
            executed: NotebookNode = papermill.execute_notebook(
                notebook,
                None,
                parameters=dict(parameters),
                progress_bar=False,
                kernel_name="python3",
                language="python",
                kernel_manager_class=manager,
                resources={"metadata": {"path": str(folder)}},
                autosave_cell_every=0,
                shutdown_kernel="immediate",
                execution_timeout=limits.cell_seconds,
            )
        except PapermillExecutionError as error:
            raise NotebookError(
                "report.cell_failed",
                executed=notebook,
                notebook=name,
                cell=error.cell_index,
                error=f"{error.ename}: {error.evalue}",
            ) from error
    return executed


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file.

    Raises
    ------
    ReportError
        If there is none, or it is not a notebook.
    """
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except FileNotFoundError as error:
        raise ReportError("report.no_notebook", file=path) from error
    except _UNREADABLE as error:
        raise ReportError("report.not_a_notebook", file=path) from error


def normalized(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without what differs between two runs of the same inputs.

    Times, papermill's own metadata, random identifiers, views of widgets, the error stream and
    addresses of objects go; tags and all other outputs stay.
    """
    copy = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    copy.metadata = _node(kernelspec=_KERNELSPEC, language_info={"name": "python"})
    for place, cell in enumerate(copy.cells):
        cell.id = f"cell-{place:02d}"
        tags = cell.metadata.get("tags", [])
        cell.metadata = _node(tags=list(tags)) if tags else _node()
        if cell.cell_type == "code":
            cell.outputs = [_steady(o) for o in cell.outputs if o.get("name") != "stderr"]
    return copy


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook as UTF-8, one way only."""
    written = nbformat.writes(notebook, version=4)  # type: ignore[no-untyped-call]
    path.write_text(written + "\n", encoding="utf-8")


def result_of(notebook: NotebookNode) -> dict[str, object]:
    """Return what the result cell of an executed notebook carries.

    Raises
    ------
    ReportError
        If there is not exactly one.
    """
    found = [
        output.data[RESULT_MIME]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if RESULT_MIME in output.get("data", {})
    ]
    if len(found) != 1:
        raise ReportError("report.result_cell", found=len(found))
    return dict(found[0])


def _node(**fields: object) -> NotebookNode:
    node: NotebookNode = nbformat.from_dict(fields)  # type: ignore[no-untyped-call]
    return node


def _steady(output: NotebookNode) -> NotebookNode:
    if "text" in output:
        output.text = _ADDRESS.sub("", output.text)
    data = output.get("data", {})
    # A widget lives only in the kernel that made it; what else the cell shows stays.
    data.pop(WIDGET_MIME, None)
    for kind in ("text/plain", "text/html", "text/markdown"):
        if kind in data:
            data[kind] = _ADDRESS.sub("", data[kind])
    return output
