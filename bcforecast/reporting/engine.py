"""Our two engines of papermill: cells in a forked process, or in a kernel started afresh.

The forked process is the ordinary way. A kernel of its own serves where there is no `fork`; that
its outputs are the same bytes shows that the forked process changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine, papermill_engines

from bcforecast.reporting.cancelling import Running, killable
from bcforecast.reporting.failure import StoppedError, ending
from bcforecast.reporting.kernel import kernel_environment, own_folder, own_kernel
from bcforecast.reporting.limits import Limits
from bcforecast.reporting.warm import ForkedKernel, warm_server

WARM: Final = "bcforecast-warm"
COLD: Final = "bcforecast-cold"


@dataclass
class Run:
    """What an engine needs to know of a run, and where it leaves the notebook as far as it came.

    Parameters
    ----------
    folder
        Where the cells run.
    limits
        Of each cell and of the process.
    notebook
        Set by the engine before the first cell.
    cell
        Place of the cell that began last; None before the first.
    """

    folder: Path
    limits: Limits
    notebook: NotebookNode | None = None
    cell: int | None = None

    def follow(self, manager: Any) -> None:
        """Keep the notebook of papermill's manager, and note each cell that begins."""
        begin: Callable[..., None] = manager.cell_start

        def noting(cell: NotebookNode, cell_index: int | None = None, **more: object) -> None:
            self.cell = cell_index
            begin(cell, cell_index, **more)

        self.notebook = manager.nb
        manager.cell_start = noting

    def too_long(self) -> StoppedError:
        """Return what stops a notebook whose cell has had its time."""
        return StoppedError("warm.cell_too_long", seconds=f"{self.limits.cell_seconds:g}")


class WarmEngine(Engine):  # type: ignore[misc]
    """Runs the cells in a process forked from the warm server."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **given: Any) -> None:  # noqa: ARG003
        """Run all cells; `run` is the `Run`."""
        run: Run = given["run"]
        run.follow(nb_man)
        session = Session(check_pid=False)
        with (
            own_folder() as own,
            warm_server().forked(
                folder=run.folder,
                environment={**os.environ, **kernel_environment(own)},
                memory_mb=run.limits.memory_mb,
                key=session.key,
            ) as kernel,
            killable(kernel.kill) as running,
        ):
            client = _WarmClient(nb_man, _Sender(session, kernel), run, running)
            client.wait_until_started()
            client.papermill_execute_cells()


class _WarmClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, with the messages of a forked process in place of a kernel's."""

    def __init__(self, nb_man: Any, sender: _Sender, run: Run, running: Running) -> None:
        super().__init__(nb_man, record_timing=False)
        self.kc = sender
        self._run = run
        self._running = running
        self._answered = False

    def wait_until_started(self) -> None:
        """Wait for the kernel's first word: what starting takes is no time of a cell."""
        self._next(None)

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: object) -> NotebookNode:
        """Run one cell as nbclient does."""
        tags = cell.metadata.get("tags", [])
        skipped = cell.cell_type != "code" or self.skip_cells_with_tag in tags
        if skipped or not cell.source.strip():
            return cell
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._answer(cell, cell_index)
        if reply["status"] == "error" and "raises-exception" not in tags:
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _answer(self, cell: NotebookNode, cell_index: int) -> dict[str, Any]:
        """Ask for the cell's run, take what it shows, and return the reply."""
        seconds = self._run.limits.cell_seconds
        end = None if seconds is None else monotonic() + seconds
        asked = self.kc.ask(
            "execute_request",
            {
                "code": cell.source,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": True,
            },
        )
        reply: dict[str, Any] = {}
        while True:
            message = self._next(end)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "execute_reply":
                reply = message["content"]
            elif message["content"].get("execution_state") == "idle":
                return reply
            else:
                self.process_message(message, cell, cell_index)

    def _next(self, end: float | None) -> dict[str, Any]:
        kernel: ForkedKernel = self.kc.kernel
        left = None if end is None else max(end - monotonic(), 0.0)
        try:
            if kernel.wait(left):
                message = self.kc.receive()
                self._answered = True
                return message
        except TimeoutError:
            raise self._run.too_long() from None
        except (EOFError, OSError):
            pass
        if self._running.cancelled:
            raise StoppedError("warm.cancelled")
        code = kernel.how_it_ended()
        if code is None and not self._answered:
            raise kernel.failed()
        raise StoppedError("warm.died", how=ending(code))


class _Sender:
    """What we and nbclient need of a kernel's client."""

    def __init__(self, session: Session, kernel: ForkedKernel) -> None:
        self.session = session
        self.kernel = kernel
        self.shell_channel = self

    def ask(self, kind: str, content: dict[str, object]) -> str:
        """Send a request and return its identifier."""
        message = self.session.msg(kind, content)
        self.send(message)
        return str(message["header"]["msg_id"])

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; that nobody is there to take it shows when its answer is awaited."""
        parts = [*self.session.serialize(message), *message.get("buffers", [])]
        with suppress(OSError):
            self.kernel.channel.send(parts)

    def receive(self) -> dict[str, Any]:
        """Return the next message."""
        _, parts = self.session.feed_identities(self.kernel.channel.receive())
        return self.session.deserialize(parts)


class ColdEngine(NBClientEngine):  # type: ignore[misc]
    """Runs the cells in an ordinary kernel, started for this notebook alone."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **given: Any) -> None:
        """Run all cells; `run` is the `Run`."""
        run: Run = given.pop("run")
        run.follow(nb_man)
        with (
            own_kernel(memory_mb=run.limits.memory_mb) as manager,
            killable(manager.kill_started) as running,
        ):
            try:
                super().execute_managed_notebook(
                    nb_man,
                    kernel_name,
                    kernel_manager_class=manager,
                    resources={"metadata": {"path": str(run.folder)}},
                    shutdown_kernel="immediate",
                    timeout_func=lambda _: run.limits.cell_seconds,
                    **given,
                )
            except CellTimeoutError:
                raise run.too_long() from None
            except (DeadKernelError, RuntimeError) as error:
                # nbclient has no class of its own for a kernel that dies before it is ready.
                if not str(error).startswith("Kernel died"):
                    raise
                if running.cancelled:
                    raise StoppedError("warm.cancelled") from None
                raise StoppedError("warm.died", how=ending(manager.exit_code())) from None


papermill_engines.register(WARM, WarmEngine)
papermill_engines.register(COLD, ColdEngine)
