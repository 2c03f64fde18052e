"""Runs a notebook by papermill with checked parameters; equal inputs give equal bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import nbformat
from nbformat import NotebookNode

from bcforecast.errors import ReportError
from bcforecast.reporting.display import RESULT_MIME, WIDGET_MIME
from bcforecast.reporting.failure import NotebookError, StoppedError, failed_at
from bcforecast.reporting.kernel import in_own_loop
from bcforecast.reporting.limits import Limits
from bcforecast.reporting.parameters import check_parameters, declared_parameters
from bcforecast.reporting.warm import can_be_warm, warm_server

if TYPE_CHECKING:
    from bcforecast.reporting.engine import Run

_UNREADABLE: Final = (
    AttributeError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    nbformat.ValidationError,
)
"""What nbformat raises on a file that is not a notebook."""

NO_LIMITS: Final = Limits()

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]{6,}")
_KERNELSPEC: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}


def run_notebook(
    template: Path,
    parameters: Mapping[str, object],
    *,
    folder: Path | None = None,
    limits: Limits = NO_LIMITS,
    warm: bool | None = None,
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
        How long a cell and how large the process may become. Default: no limit.
    warm
        Whether to run it in a process forked from one that has the libraries ready, which changes
        the time and nothing else. Default: where there is `fork`, unless the environment variable
        `BCFORECAST_WARM` is `0`.

    Raises
    ------
    ReportError
        If the notebook cannot be read, or a parameter is not declared or of the wrong type; the
        message names the notebook and says how.
    NotebookError
        If a cell fails, a limit is passed, or the process dies; it carries the notebook as far as
        it came.
    """
    notebook = read_notebook(template)
    declared = declared_parameters(notebook, name=template.name)
    checked = check_parameters(declared, parameters, name=template.name)
    warm = can_be_warm() if warm is None else warm
    if warm:
        # It imports the libraries while this process imports papermill.
        warm_server()
    place = (folder or Path()).absolute()
    run = partial(_execute, notebook, checked, place, limits, warm=warm, name=template.name)
    return normalized(run() if warm else in_own_loop(run))


def _execute(
    notebook: NotebookNode,
    parameters: Mapping[str, object],
    folder: Path,
    limits: Limits,
    *,
    warm: bool,
    name: str,
) -> NotebookNode:
    # papermill takes more than a second to import, and a command that runs nothing needs none.
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from bcforecast.reporting.engine import COLD, WARM, Run

    run = Run(folder, limits)
    try:
        executed: NotebookNode = papermill.execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            engine_name=WARM if warm else COLD,
            progress_bar=False,
            kernel_name="python3",
            language="python",
            autosave_cell_every=0,
            run=run,
        )
    except PapermillExecutionError as error:
        run.cell = error.cell_index
        if limits.memory_mb is not None and error.ename.endswith("MemoryError"):
            raise _failed(run, "warm.too_large", notebook=name, size=limits.memory_mb) from error
        said = f"{error.ename}: {error.evalue}"
        raise _failed(run, "report.cell_failed", notebook=name, error=said) from error
    except StoppedError as stopped:
        raise _failed(run, stopped.key, notebook=name, **stopped.values) from None
    return executed


def _failed(run: Run, key: str, **values: object) -> NotebookError:
    """Return the error on a run, with the notebook as far as it came."""
    from papermill.execute import remove_error_markers

    executed = normalized(remove_error_markers(run.notebook))
    values["cell"] = "–" if run.cell is None else run.cell
    return failed_at(run.cell, NotebookError(key, executed=executed, **values))


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
            shown = [_steady(o) for o in cell.outputs if o.get("name") != "stderr"]
            cell.outputs = _joined(shown)
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


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Put together what was printed: when a kernel sends how much of it is a matter of time."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" == joined[-1].output_type:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _steady(output: NotebookNode) -> NotebookNode:
    if "text" in output:
        output.text = _ADDRESS.sub("", output.text)
    if "traceback" in output:
        output.evalue = _ADDRESS.sub("", output.evalue)
        output.traceback = [_ADDRESS.sub("", line) for line in output.traceback]
    data = output.get("data", {})
    # A widget lives only in the kernel that made it; what else the cell shows stays.
    data.pop(WIDGET_MIME, None)
    for kind in ("text/plain", "text/html", "text/markdown"):
        if kind in data:
            data[kind] = _ADDRESS.sub("", data[kind])
    return output
