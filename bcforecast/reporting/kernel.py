"""The kernel that runs notebooks: this very Python, over Unix sockets, quiet, one thread."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from subprocess import Popen
from typing import Any, ClassVar, Final, TypeVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop

from bcforecast.reporting.limits import MEBIBYTE

T = TypeVar("T")

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

OPTIONS: Final = ("--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False")
"""Of every kernel, forked or started."""

_SOCKET_PATH_LIMIT: Final = 100
"""Longest path of a Unix socket, less what the client appends to the connection file's name."""


class ProjectKernelManager(AsyncKernelManager):
    """Starts the interpreter that runs bcforecast itself; needs no kernel installed anywhere."""

    folder: ClassVar[Path]
    """Where its sockets and whatever it writes go."""

    memory_mb: ClassVar[int | None]
    """Most memory of the kernel's process; see `Limits`."""

    started: ClassVar[list[ProjectKernelManager]]
    """The managers made so far: one."""

    def __init__(self, **fields: Any) -> None:
        connection = str(self.folder / "kernel.json")
        super().__init__(transport="ipc", connection_file=connection, **fields)
        self.started.append(self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the command and the environment of the kernel."""
        return KernelSpec(
            argv=[sys.executable, *_launch(self.memory_mb), "-f", "{connection_file}", *OPTIONS],
            display_name="Python 3",
            language="python",
            env=kernel_environment(self.folder),
        )

    @classmethod
    def kill_started(cls) -> None:
        """End the kernel's process at once, if it has been started."""
        for process in cls._processes():
            process.kill()

    @classmethod
    def exit_code(cls) -> int | None:
        """Return the exit code of the kernel's process, minus the signal's number if killed."""
        return next((process.poll() for process in cls._processes()), None)

    @classmethod
    def _processes(cls) -> list[Popen[bytes]]:
        found = [getattr(one.provisioner, "process", None) for one in cls.started]
        return [process for process in found if process is not None]


def kernel_environment(folder: Path) -> dict[str, str]:
    """Return what is set for a kernel that may write in `folder`."""
    return {**ENVIRONMENT, "IPYTHONDIR": str(folder)}


@contextmanager
def own_folder() -> Iterator[Path]:
    """Give a fresh folder for a kernel's sockets and files, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="bcf-", dir=short_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_kernel(*, memory_mb: int | None = None) -> Iterator[type[ProjectKernelManager]]:
    """Give a class of kernel managers with a fresh folder, and leave nothing of it behind."""
    with own_folder() as folder:
        own: dict[str, object] = {"folder": folder, "memory_mb": memory_mb, "started": []}
        yield type("OwnKernelManager", (ProjectKernelManager,), own)


def in_own_loop(run: Callable[[], T]) -> T:
    """Call `run` with an event loop that is closed afterwards, where the thread has none yet."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return Context().run(_with_loop, run)
    return run()


def _with_loop(run: Callable[[], T]) -> T:
    loop = ensure_event_loop()
    try:
        return run()
    finally:
        loop.close()


def _launch(memory_mb: int | None) -> list[str]:
    """Return the interpreter's arguments that start ipykernel, in a process with a limit or not."""
    if memory_mb is None:
        return ["-m", "ipykernel_launcher"]
    size = memory_mb * MEBIBYTE
    limited = (
        f"import resource, runpy; resource.setrlimit(resource.RLIMIT_DATA, ({size}, {size})); "
        "runpy.run_module('ipykernel_launcher', run_name='__main__', alter_sys=True)"
    )
    return ["-c", limited]


def short_folder() -> str | None:
    """Return a folder for temporary files whose sockets' paths are short enough; None if usual."""
    usual = tempfile.gettempdir()
    if len(usual) + len("/bcf-12345678/kernel-ipc-1") < _SOCKET_PATH_LIMIT:
        return None
    return "/tmp" if os.access("/tmp", os.W_OK) else None
