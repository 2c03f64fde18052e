"""The IPython kernel of a forked process: what runs the cells, with ready libraries.

`run_cells` is an ordinary ipykernel whose messages go over one Unix socket instead of ZeroMQ's
five, so that everything a cell can do shows as in an ordinary kernel; `run_kernel` is an ordinary
ipykernel with its sockets, for JupyterLab and nbval.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ipywidgets
import zmq
from ipykernel.iostream import BackgroundSocket, IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait

from bcforecast.reporting.frames import Channel
from bcforecast.reporting.kernel import OPTIONS


def run_cells(channel: Channel, key: str) -> None:
    """Answer what comes on `channel`, signed with `key`, until its other end closes."""
    app = CellsApp.instance(messages=_Messages(channel), key=key.encode())
    app.initialize(list(OPTIONS))  # type: ignore[no-untyped-call]
    asyncio.run(_answer(app.kernel, channel))


def run_kernel(connection_file: str) -> None:
    """Be the kernel of a connection file, until it is told to shut down."""
    # It ends with the server that forked it; this also keeps it from printing how to connect.
    poll = f"--IPKernelApp.parent_handle={os.getppid()}"
    app = ReadyApp.instance()
    app.initialize(["-f", connection_file, *OPTIONS, poll])  # type: ignore[no-untyped-call]
    app.start()  # type: ignore[no-untyped-call]


async def _answer(kernel: IPythonKernel, channel: Channel) -> None:
    kernel.io_loop = IOLoop.current()
    kernel._publish_status("starting", "shell")  # type: ignore[no-untyped-call]
    loop = asyncio.get_running_loop()
    while True:
        # Tasks that a cell left running go on while the next cell is awaited.
        arrived = asyncio.Event()
        loop.add_reader(channel.fileno(), arrived.set)
        await arrived.wait()
        loop.remove_reader(channel.fileno())
        try:
            parts = channel.receive()
        except (EOFError, OSError):
            os._exit(0)
        await kernel.dispatch_shell([zmq.Frame(part) for part in parts])


class _Messages(IOPubThread):
    """Sends what the kernel publishes, at once: a thread of its own would make cells wait for it.

    What is printed and not flushed is sent after a moment, as by ipykernel, by a timer.
    """

    def __init__(self, channel: Channel) -> None:
        # Not the parent's: it opens sockets, one of them a port.
        self.channel = channel
        self.io_loop = self  # type: ignore[assignment]
        self.background_socket = BackgroundSocket(self)  # type: ignore[no-untyped-call]
        self.thread = threading.Thread(name="never started")
        self._order = threading.RLock()

    def schedule(self, f: Callable[[], Any]) -> None:
        """Call `f`."""
        f()

    def call_later(self, seconds: float, f: Callable[[], Any]) -> None:
        """Call `f` after so many seconds; nothing is sent while it sends."""
        timer = threading.Timer(seconds, self._in_order, [f])
        timer.daemon = True
        timer.start()

    def send_multipart(self, msg: list[bytes], *_: object, **__: object) -> None:
        """Send one message, published or a reply."""
        self._in_order(lambda: self.channel.send(msg))

    def flush(self, *_: object) -> None:
        """Nothing waits here."""

    def _in_order(self, f: Callable[[], Any]) -> None:
        with self._order:
            f()


class _CellsKernel(IPythonKernel):
    """A kernel that has one request at a time and no socket of its own."""

    shell_stream = AnyTrait()
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued: who asks waits for the answer."""


class ReadyApp(IPKernelApp):
    """A kernel in a process that had imported the libraries before it had a kernel."""

    def init_extensions(self) -> None:
        """Connect the widgets, which were imported when there was no kernel yet."""
        super().init_extensions()  # type: ignore[no-untyped-call]
        ipywidgets._handle_ipython()


class CellsApp(ReadyApp):
    """A kernel without connection file, heartbeat and sockets."""

    messages = AnyTrait()
    key = AnyTrait()

    def init_connection_file(self) -> None:
        """None."""

    def init_poller(self) -> None:
        """None: the process is killed when nobody listens."""

    def init_heartbeat(self) -> None:
        """None."""

    def write_connection_file(self, **_: object) -> None:
        """None."""

    def log_connection_info(self) -> None:
        """None."""

    def init_sockets(self) -> None:
        """Publish through the channel."""
        self.session.key = self.key
        self.iopub_thread = self.messages
        self.iopub_socket = self.messages.background_socket

    def init_signal(self) -> None:
        """An interruption meant for the owner is not for the cells."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def init_kernel(self) -> None:
        """Create the kernel."""
        kernel = _CellsKernel.instance(
            parent=self,
            session=self.session,
            shell_stream=self.messages,
            # What a cell with `await` asks it for.
            shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.kernel = kernel
        self.displayhook.get_execution_count = lambda: kernel.execution_count
