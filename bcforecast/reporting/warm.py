"""The warm server of a process: started when first needed, ended with the process.

`bcforecast.reporting.warm_server` is what runs in it.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.messages import Message
from bcforecast.reporting.frames import Channel
from bcforecast.reporting.kernel import ENVIRONMENT, short_folder
from bcforecast.reporting.limits import MEBIBYTE

SWITCH: Final = "BCFORECAST_WARM"
"""Environment variable; `0` runs every notebook in a kernel started afresh."""

_MODULE: Final = "bcforecast.reporting.warm_server"
_ENDING_SECONDS: Final = 10


def can_be_warm() -> bool:
    """Whether notebooks run in forked processes: where `fork` is safe, unless switched off.

    On macOS there is `fork`, but its own libraries may crash in the forked process: there it has
    to be switched on (`1`).
    """
    wanted = os.environ.get(SWITCH, "")
    safe = sys.platform != "darwin" or wanted == "1"
    return hasattr(os, "fork") and safe and wanted != "0"


@dataclass(frozen=True)
class ForkedKernel:
    """A process forked for one notebook.

    Parameters
    ----------
    channel
        Messages to it and from it.
    control
        Closing it kills the process; when the process ends, its exit code comes.
    failed
        Gives the error if there never was a process, as the server could not start.
    """

    channel: Channel
    control: socket.socket
    failed: Callable[[], ReportError]

    def wait(self, seconds: float | None) -> bool:
        """Wait until there is a message; whether there is one, or else the process has ended.

        Raises
        ------
        TimeoutError
            If nothing happens within `seconds`.
        """
        ready = wait([self.channel.connection, self.control], seconds)
        if not ready:
            raise TimeoutError
        return self.channel.connection in ready

    def how_it_ended(self) -> int | None:
        """Return the exit code, minus the signal's number if killed; None if the server died."""
        with suppress(OSError):
            said = self.control.recv(64)
            return int(json.loads(said)) if said else None
        return None

    def kill(self) -> None:
        """End the process at once; other threads may be using it."""
        with suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)


class WarmServer:
    """A running server.

    Raises
    ------
    ReportError
        When a process is asked for, if the server could not start or has ended.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bcf-", dir=short_folder()))
        self.address = str(self.folder / "warm")
        self._log = self.folder / "log"
        environment = {**os.environ, **ENVIRONMENT}
        with socket.socket(socket.AF_UNIX) as listener, self._log.open("wb") as log:
            listener.bind(self.address)
            # Who comes before the libraries are imported waits in the queue.
            listener.listen(128)
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE, str(listener.fileno()), self.folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=[listener.fileno()],
                cwd=self.folder,
                env=environment,
                # Ctrl-C in a terminal is for the owner.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Number of the server's process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the server runs."""
        return self._process.poll() is None

    @contextmanager
    def forked(
        self, *, folder: Path, environment: Mapping[str, str], memory_mb: int | None, key: bytes
    ) -> Iterator[ForkedKernel]:
        """Give a process that runs cells; it is killed when the block is left.

        Parameters
        ----------
        folder, environment
            In which it runs.
        memory_mb
            Most memory; see `Limits`.
        key
            With which messages are signed.
        """
        request = {
            "folder": str(folder),
            "environment": dict(environment),
            "memory": None if memory_mb is None else memory_mb * MEBIBYTE,
            "key": key.decode(),
        }
        control = socket.socket(socket.AF_UNIX)
        ours, theirs = socket.socketpair()
        channel = Channel(ours)
        try:
            try:
                with theirs:
                    control.connect(self.address)
                    socket.send_fds(control, [b"c"], [theirs.fileno()])
                channel.send([json.dumps(request).encode()])
            except (ConnectionError, FileNotFoundError) as error:
                raise self.failed() from error
            yield ForkedKernel(channel, control, self.failed)
        finally:
            with suppress(OSError):
                control.shutdown(socket.SHUT_RDWR)
            control.close()
            channel.close()

    def kernel_spec(self) -> dict[str, object]:
        """Return the kernelspec of an ordinary kernel that this server forks."""
        client = str(Path(__file__).with_name("warm_client.py"))
        return {
            "argv": [sys.executable, "-I", "-S", client, self.address, "{connection_file}"],
            "display_name": "Python 3 (bcforecast)",
            "language": "python",
            "interrupt_mode": "signal",
            "env": ENVIRONMENT,
        }

    def failed(self) -> ReportError:
        """Return the error that says that the server could not start, or has ended."""
        said: object = Message("warm.no_words")
        with suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
            said = next((line for line in reversed(lines) if line.strip()), said)
        return ReportError("warm.server_failed", error=said)

    def stop(self) -> None:
        """End the server and every process that it forked, and remove its folder."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def forget(self) -> None:
        """Leave the server to the process that this one was forked from."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.returncode = 0


_lock = threading.Lock()
_running: list[WarmServer] = []


def warm_server() -> WarmServer:
    """Return this process's server; start it if none runs."""
    with _lock:
        if _running and not _running[0].alive():
            _running.pop().stop()
        if not _running:
            _running.append(WarmServer())
        return _running[0]


def stop_warm_server() -> None:
    """End this process's server if one runs, and with it all notebooks that are running."""
    with _lock:
        while _running:
            _running.pop().stop()


def _forget_in_fork() -> None:
    global _lock
    _lock = threading.Lock()
    while _running:
        _running.pop().forget()


atexit.register(stop_warm_server)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)
