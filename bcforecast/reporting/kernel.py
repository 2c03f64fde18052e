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
from typing import Any, ClassVar, Final, TypeVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop

T = TypeVar("T")

ENVIRONMENT: Final = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
"""Set for every kernel, so that a result does not depend on the machine's settings."""

_SOCKET_PATH_LIMIT: Final = 100
"""Longest path of a Unix socket, less what the client appends to the connection file's name."""


class ProjectKernelManager(AsyncKernelManager):
    """Starts the interpreter that runs bcforecast itself; needs no kernel installed anywhere."""

    folder: ClassVar[Path]
    """Where its sockets and whatever it writes go."""

    def __init__(self, **fields: Any) -> None:
        connection = str(self.folder / "kernel.json")
        super().__init__(transport="ipc", connection_file=connection, **fields)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the command and the environment of the kernel."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--IPKernelApp.log_level=ERROR",
                "--HistoryManager.enabled=False",
            ],
            display_name="Python 3",
            language="python",
            env={**ENVIRONMENT, "IPYTHONDIR": str(self.folder)},
        )


@contextmanager
def own_kernel() -> Iterator[type[ProjectKernelManager]]:
    """Give a class of kernel managers with a fresh folder, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="bcf-", dir=_short_folder()))
    try:
        yield type("OwnKernelManager", (ProjectKernelManager,), {"folder": folder})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _short_folder() -> str | None:
    """Return a folder for temporary files whose sockets' paths are short enough; None if usual."""
    usual = tempfile.gettempdir()
    if len(usual) + len("/bcf-12345678/kernel-ipc-1") < _SOCKET_PATH_LIMIT:
        return None
    return "/tmp" if os.access("/tmp", os.W_OK) else None
