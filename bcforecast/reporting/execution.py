"""Running a notebook with papermill: checked parameters, limits, errors in words, equal bytes.

The kernel is an ordinary ipykernel of this very Python, over Unix sockets in a folder of its own:
it needs no port and no kernel installed anywhere. What a command has started ends with it.
"""

import ast
import asyncio
import logging
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import Context
from datetime import date
from functools import partial
from pathlib import Path, PurePath
from typing import Annotated, Any, ClassVar, Final, TypeVar

import nbformat
import psutil
from nbformat import NotebookNode

from bcforecast import saving
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.plan.fields import StrictRecord, fitting, is_number
from bcforecast.reporting import display
from bcforecast.text import LANGUAGES, Message, Text, text

T = TypeVar("T")
Parameter = str | int | float | bool

ENVIRONMENT: Final = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MKL_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
"""Set for every kernel, so that a result does not depend on the machine's settings."""

FAILED_TAG: Final = "failed"
"""Tag of the cell that failed, and of the cell on top that says so."""

_PAPERMILL: Final = {"progress_bar": False, "kernel_name": "python3", "language": "python"}

_NOT_A_NOTEBOOK: Final = (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError)
"""What nbformat raises on a file that is none, besides its own error."""

# What papermill logs of a failure, the error says.
logging.getLogger("papermill").addHandler(logging.NullHandler())

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]{6,}")
_TEXTS: Final = frozenset({"text", "evalue", "text/plain", "text/html", "text/markdown"})


_MEMORY: Final = range(400, 10**9)
"""MiB of a notebook's process: with less than the least it hangs at its start and says nothing."""

USUAL_MEMORY_MB: Final = 8192
USUAL_CELL_SECONDS: Final = 3600.0
"""Limits where none are set: no notebook waits or grows without end."""

START_SECONDS: Final = 30
"""How long the process of a notebook may take to start."""


class Limits(StrictRecord):
    """What a notebook may use: seconds that a cell may take, and data that its process may hold.

    The second is in MiB, with what the libraries take (some 300 MiB). The system enforces it
    (`RLIMIT_DATA`): Linux does, macOS does not. None is the usual one.
    """

    cell_seconds: Annotated[
        float | None,
        fitting("run.allowed_seconds", lambda v: v is None or (is_number(v) and 0 < v < 1e9)),
    ] = None
    memory_mb: Annotated[
        int | None,
        fitting("run.allowed_megabytes", lambda v: v is None or (type(v) is int and v in _MEMORY)),
    ] = None


NO_LIMITS: Final = Limits()


class NotebookError(ReportError):
    """A notebook failed while it ran; `executed` is how far it came, with what happened on top."""

    def __init__(
        self, key: str, /, *, notebook: str, executed: NotebookNode, **values: object
    ) -> None:
        super().__init__(key, notebook=notebook, **values)
        self.notebook, self.executed = notebook, executed


def run_notebook(
    template: Path,
    parameters: Mapping[str, object],
    *,
    folder: Path | None = None,
    limits: Limits = NO_LIMITS,
    then: str = "",
) -> NotebookNode:
    """Run a notebook with values for parameters that it declares, and return it normalized.

    Relative paths among the parameters start at `folder`, by default the current one. `then` is run
    in a cell of its own, which comes last. A `NotebookError` says that a cell fails, a limit is
    passed, or the process dies.
    """
    # papermill takes half a second to import, and a command that runs nothing needs none.
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError
    from zmq import ZMQError

    notebook = prepared(template, parameters)
    if then:
        notebook.cells.append(nbformat.v4.new_code_cell(then))  # type: ignore[no-untyped-call]
    seconds = limits.cell_seconds or USUAL_CELL_SECONDS
    memory = limits.memory_mb or USUAL_MEMORY_MB
    begun: dict[int, NotebookNode] = {}
    failed = partial(_failed, template.name, notebook, begun)
    with saving.passing_folder("bcf-kernel-") as own:
        kernel = _kernel(own, memory)
        try:
            executed: NotebookNode = _in_own_loop(
                lambda: papermill.execute_notebook(
                    notebook,
                    None,
                    **_PAPERMILL,
                    autosave_cell_every=0,
                    kernel_manager_class=kernel,
                    resources={"metadata": {"path": str((folder or Path()).absolute())}},
                    shutdown_kernel="immediate",
                    timeout_func=lambda _: seconds,
                    start_timeout=START_SECONDS,
                    on_cell_start=lambda cell, cell_index: begun.update({cell_index: cell}),
                )
            )
        except PapermillExecutionError as error:
            if error.ename.endswith("MemoryError"):
                raise failed("report.too_large", size=memory) from error
            raise failed("report.cell_failed", error=f"{error.ename}: {error.evalue}") from error
        except CellTimeoutError:
            raise failed("report.cell_too_long", seconds=f"{seconds:g}") from None
        except (OSError, RuntimeError, ZMQError) as error:
            # nbclient has no class of its own for a kernel that dies before it is ready; what else
            # comes here has kept us from reaching it: too many open files, a closed folder.
            code = kernel.exit_code()  # minus the number of a signal
            if not str(error).startswith(("Kernel died", "Kernel didn't respond")):
                how: object = Text.untranslated(str(error))
            elif code is None:
                how = Message("report.ended_unknown")
            elif code < 0:
                how = Message("report.ended_by_signal", {"signal": signal.Signals(-code).name})
            else:
                how = Message("report.ended_with", {"code": code})
            raise failed("report.died", how=how) from None
    return normalized(executed)


def declared_parameters(notebook: NotebookNode, *, name: str) -> dict[str, Parameter]:
    """Read the names and defaults of the one cell tagged `parameters`, which does nothing else."""
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ReportError("report.parameters_cell", notebook=name, found=len(cells))
    declared: dict[str, Parameter] = {}
    for statement in ast.parse(cells[0].source).body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=target)],
                value=ast.Constant(value=str() | int() | float() | bool() as value),
            ):
                declared[target] = value
            case _:
                found = ast.unparse(statement)
                raise ReportError("report.parameters_statement", notebook=name, found=found)
    return declared


def check_parameters(
    declared: Mapping[str, Parameter], given: Mapping[str, object], *, name: str
) -> dict[str, Parameter]:
    """Check values against declared names and types, of which dates and paths are texts."""
    checked: dict[str, Parameter] = {}
    for key, value in given.items():
        if key not in declared:
            known = ", ".join(declared)
            raise ReportError("report.unknown_parameter", notebook=name, found=key, allowed=known)
        kind = type(declared[key])
        plain: Any = str(value) if isinstance(value, date | PurePath) else value
        if type(plain) is int and kind is float:
            plain = float(plain)
        if type(plain) is not kind:
            allowed = Message(f"report.type_{kind.__name__}")
            about: dict[str, object] = {"parameter": key, "found": repr(value), "allowed": allowed}
            raise ReportError("report.parameter_type", notebook=name, **about)
        checked[key] = plain
    return checked


def prepared(template: Path, parameters: Mapping[str, object]) -> NotebookNode:
    """Return a notebook with values put in for parameters that it declares, as papermill does."""
    import papermill

    notebook = read_notebook(template)
    declared = declared_parameters(notebook, name=template.name)
    checked = check_parameters(declared, parameters, name=template.name)
    return papermill.execute_notebook(
        notebook, None, parameters=checked, prepare_only=True, **_PAPERMILL
    )


def _failed(
    name: str, notebook: NotebookNode, begun: Mapping[int, NotebookNode], key: str, **values: object
) -> NotebookError:
    """Mark the cell that failed, the last begun, and say on top in each language what happened."""
    for place, cell in begun.items():
        notebook.cells[place] = cell
    executed, last = normalized(notebook), max(begun, default=None)
    shown = "–" if last is None else last
    error = NotebookError(key, notebook=name, executed=executed, cell=shown, **values)
    if last is not None:
        executed.cells[last].metadata.setdefault("tags", []).append(FAILED_TAG)
    said = (f"**{text('report.failed', one)}** {error.message.render(one)}" for one in LANGUAGES)
    top = {"cell_type": "markdown", "id": "failed", "source": "\n\n".join(said)}
    cell = nbformat.from_dict({**top, "metadata": {"tags": [FAILED_TAG]}})  # type: ignore[no-untyped-call]
    executed.cells.insert(0, cell)
    return error


def _kernel(folder: Path, memory_mb: int) -> Any:
    """Return the class that starts a kernel which may write in `folder`, and knows how it ended."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    # What is printed may hold half a character, which no message can: `?` stands for it.
    first = f"""import json, resource
from jupyter_client.jsonutil import json_default
resource.setrlimit(resource.RLIMIT_DATA, ({memory_mb << 20},) * 2)
def pack(said, usual=get_ipython().kernel.session.pack):
    try:
        return usual(said)
    except UnicodeError:
        return json.dumps(said, default=json_default, ensure_ascii=False).encode(errors="replace")
get_ipython().kernel.session.pack = pack"""
    options = ["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"]
    options.append(f"--IPKernelApp.exec_lines=exec({first!r}, {{'get_ipython': get_ipython}})")

    class Kernel(AsyncKernelManager):
        started: ClassVar[list[AsyncKernelManager]] = []
        kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *options],
            display_name="Python 3",
            language="python",
            env={**ENVIRONMENT, "IPYTHONDIR": str(folder)},
        )

        def __init__(self, **fields: Any) -> None:
            super().__init__(transport="ipc", connection_file=f"{folder}/kernel.json", **fields)
            self.started.append(self)

        @classmethod
        def exit_code(cls) -> int | None:
            found = [getattr(one.provisioner, "process", None) for one in cls.started]
            return next((process.poll() for process in found if process is not None), None)

    return Kernel


def _in_own_loop(run: Callable[[], T]) -> T:
    """Call `run` with an event loop that is closed afterwards, where the thread has none yet."""
    from jupyter_core.utils import ensure_event_loop

    def with_loop() -> T:
        with asyncio.Runner(loop_factory=ensure_event_loop) as runner:
            # What fails, `run` raises; what an interrupted run leaves waiting is ended unsaid.
            runner.get_loop().set_exception_handler(lambda *_: None)
            return run()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return Context().run(with_loop)
    return run()


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file; a `ReportError` says that there is none, or that it is none."""
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except FileNotFoundError as error:
        raise ReportError("report.no_notebook", file=path) from error
    except (*_NOT_A_NOTEBOOK, nbformat.ValidationError) as error:
        raise ReportError("report.not_a_notebook", file=path) from error


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook as UTF-8, one way only."""
    written = nbformat.writes(notebook, version=4)  # type: ignore[no-untyped-call]
    path.write_text(written + "\n", encoding="utf-8")


def normalized(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without what differs between two runs of the same inputs.

    Times, papermill's own metadata, random identifiers, views of widgets, the error stream and
    addresses of objects go; tags and all other outputs stay.
    """
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    copy = nbformat.from_dict({**notebook, "metadata": metadata})  # type: ignore[no-untyped-call]
    for place, cell in enumerate(copy.cells):
        cell.id = f"cell-{place:02d}"
        tags = cell.metadata.get("tags")
        kept = {"tags": list(tags)} if tags else {}
        cell.metadata = nbformat.from_dict(kept)  # type: ignore[no-untyped-call]
        if cell.cell_type == "code":
            cell.outputs = _steady([o for o in cell.outputs if o.get("name") != "stderr"])
    return copy


def _steady(outputs: list[NotebookNode]) -> list[NotebookNode]:
    steady: list[NotebookNode] = []
    for output in outputs:
        data = output.get("data", {})
        # A widget lives only in the kernel that made it; what else the cell shows stays.
        data.pop(display.WIDGET_MIME, None)
        for holder in (output, data):
            for key in _TEXTS & holder.keys():
                holder[key] = _ADDRESS.sub("", holder[key])
        if "traceback" in output:
            output.traceback = [_ADDRESS.sub("", line) for line in output.traceback]
        # When a kernel sends how much of what was printed is a matter of time.
        if steady and output.output_type == "stream" == steady[-1].output_type:
            steady[-1].text += output.text
        else:
            steady.append(output)
    return steady


def result_of(notebook: NotebookNode) -> dict[str, object]:
    """Return what the result cell of an executed notebook carries; there must be exactly one."""
    outputs = (one for cell in notebook.cells if cell.cell_type == "code" for one in cell.outputs)
    shown = (output.get("data", {}) for output in outputs)
    found = [data[display.RESULT_MIME] for data in shown if display.RESULT_MIME in data]
    if len(found) != 1:
        raise ReportError("report.result_cell", found=len(found))
    return dict(found[0])


class RunInterruptedError(BcforecastError):
    """The run was interrupted (Ctrl-C)."""

    exit_status: ClassVar[int] = 128 + signal.SIGINT


class RunTerminatedError(BcforecastError):
    """What was at work was ended from outside (SIGTERM)."""

    exit_status: ClassVar[int] = 128 + signal.SIGTERM


@contextmanager
def children_end_with_us(*, published: bool = False) -> Iterator[threading.Event]:
    """On Ctrl-C and SIGTERM end all that this process has started, before it leaves itself.

    Threads that wait for such a process would hold up the leaving. Only the main thread can take
    over signals; another is not asked. `published` says that what is finished stays, and so says
    the message. The event is set before anything is ended.
    """
    ended = threading.Event()

    def leave(number: int, _frame: object) -> None:
        ended.set()
        end_children()
        if number == signal.SIGTERM:
            raise RunTerminatedError("run.terminated" if published else "errors.interrupted")
        raise RunInterruptedError("run.interrupted") if published else KeyboardInterrupt

    here = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if here else ()
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_children() -> None:
    """Kill all processes below this one; each is stopped first, so that it can start no other."""
    found: set[psutil.Process] = set()
    while new := set(psutil.Process().children(recursive=True)) - found:
        for process in new:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.suspend()
        found |= new
    for process in found:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.kill()
