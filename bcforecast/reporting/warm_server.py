"""The process that has the libraries ready and forks a kernel for every request.

Started by `bcforecast.reporting.warm`. Each connection to its socket is one forked process: the
first byte says which kernel, with it come descriptors (the channel of messages, or standard
output and error). The process lives as long as the connection: closing it kills the process and
whatever the process has started; a byte `i` on it interrupts; when the process ends by itself, its
wait status is sent and the connection closed. The server ends, with all that it has forked and
its folder, when its standard input is closed, which happens at the latest when its owner dies.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import random
import resource
import select
import shutil
import signal
import socket
import sys
from contextlib import suppress
from typing import Final, NoReturn

from bcforecast.resources import NOTEBOOKS_DIR

CELLS: Final = b"c"
KERNEL: Final = b"k"
INTERRUPT: Final = b"i"

_READY: Final = (
    "bcforecast.reporting.backtest_chapter",
    "bcforecast.reporting.changes_chapter",
    "bcforecast.reporting.scenario_chapter",
    "bcforecast.reporting.warm_kernel",
    # What a kernel imports when it is made, all told a tenth of a second.
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
)
_TRIALS: Final = (
    {"plan": "tianjin-2020-2022", "as_of": "2020-12-31", "goal": "hightech_enterprises"},
    {"plan": "beichen-2020-2022", "as_of": "2021-12-31", "goal": "invention_patents_in_force"},
)
_PR_SET_PDEATHSIG: Final = 1
_PATIENCE_SECONDS: Final = 10
"""How long a connection may take to say what it wants, which it does at once."""


def make_ready() -> None:
    """Import what reports need and run the cells on two goals, so that what loads lazily is there.

    Nothing of it changes a result: what is kept is read-only, or found by its content.
    """
    for module in _READY:
        importlib.import_module(module)
    from bcforecast.reporting.plain_cells import code_of, run_cells

    for trial in _TRIALS:
        run_cells(code_of(NOTEBOOKS_DIR / "02_goal.ipynb", trial))


class Server:
    """The loop: forks for each connection, and knows which process belongs to which."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._owner = 0
        self._woken, waker = os.pipe()
        for end in (self._woken, waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self._waker = waker
        self._connections: dict[int, tuple[socket.socket, int]] = {}
        """By descriptor, each connection with its process."""

    def run(self) -> None:
        """Serve until the owner has gone; then end all processes."""
        poll = select.poll()
        for descriptor in (self._owner, self._woken, self._listener.fileno()):
            poll.register(descriptor, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if self._owner in ready:
                break
            if self._woken in ready:
                with suppress(BlockingIOError):
                    os.read(self._woken, 4096)
                self._report_ended(poll)
            for descriptor in ready.keys() & self._connections.keys():
                self._heed(descriptor, poll)
            if self._listener.fileno() in ready:
                self._begin(poll)
        for descriptor in list(self._connections):
            self._end(descriptor, poll)

    def _begin(self, poll: select.poll) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(_PATIENCE_SECONDS)
        try:
            kind, given, _, _ = socket.recv_fds(connection, 1, 3)
        except OSError:
            kind, given = b"", []
        if not kind:
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            self._become(kind, given, connection)
        for descriptor in given:
            os.close(descriptor)
        self._connections[connection.fileno()] = connection, pid
        poll.register(connection, select.POLLIN)

    def _heed(self, descriptor: int, poll: select.poll) -> None:
        connection, pid = self._connections[descriptor]
        try:
            said = connection.recv(64)
        except OSError:
            said = b""
        if INTERRUPT in said:
            os.kill(pid, signal.SIGINT)
        if not said:
            self._end(descriptor, poll)

    def _report_ended(self, poll: select.poll) -> None:
        for descriptor, (_, pid) in list(self._connections.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._end(descriptor, poll, status)

    def _end(self, descriptor: int, poll: select.poll, status: int | None = None) -> None:
        """End the process unless it has ended, and all that it started; and say how it ended."""
        connection, pid = self._connections.pop(descriptor)
        poll.unregister(connection)
        if status is None:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(OSError):
            connection.sendall(json.dumps(os.waitstatus_to_exitcode(status)).encode())
        connection.close()

    def _become(self, kind: bytes, given: list[int], connection: socket.socket) -> NoReturn:
        """Be the forked process: keep nothing of the server, then run what was asked for."""
        status = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            server = os.getppid()
            _die_with_parent()
            if os.getppid() != server:
                os._exit(1)
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 0)
            connections = [one for one, _ in self._connections.values()]
            for one in (self._listener, connection, *connections):
                one.close()
            for descriptor in (self._woken, self._waker, nowhere):
                os.close(descriptor)
            _run(kind, given)
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)


def _run(kind: bytes, given: list[int]) -> None:
    import numpy as np

    from bcforecast.reporting.frames import Channel
    from bcforecast.reporting.warm_kernel import run_cells, run_kernel

    channel = Channel(socket.socket(fileno=given[0]))
    request = json.loads(channel.receive()[0])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    random.seed()
    np.random.seed()  # noqa: NPY002
    if request["memory"] is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
    if kind == KERNEL:
        channel.close()
        for place, descriptor in zip((1, 2), given[1:], strict=True):
            os.dup2(descriptor, place)
            os.close(descriptor)
        run_kernel(request["connection_file"])
    else:
        os.dup2(1, 2)  # nowhere: what cells print goes into the notebook
        run_cells(channel, request["key"])


def _die_with_parent() -> None:
    """Be killed when the server is; where there is no such call, the next message fails."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Get ready and serve the listening socket and folder named on the command line."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    listener.set_inheritable(False)
    folder = sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where it was started is not where a kernel looks for modules.
    sys.path[:] = [place for place in sys.path if place not in ("", folder)]
    # If this fails, the folder stays for the owner, who reads in it why.
    make_ready()
    gc.collect()
    gc.freeze()
    try:
        Server(listener).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
