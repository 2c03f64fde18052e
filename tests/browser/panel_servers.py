"""Voila and JupyterLab on free ports of this machine, with a notebook to serve."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from bcforecast.reporting.explore_server import (
    LOOPBACK,
    prepare_notebook,
    server_command,
    server_environment,
)

START_SECONDS, LISTEN_SECONDS = 60, 0.2


class Server:
    """A server process and what it says; `stop` leaves nothing of it behind."""

    def __init__(self, command: list[str], folder: Path) -> None:
        home = folder / "home"
        home.mkdir()
        environment = server_environment(os.environ) | {
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        }
        self._process = subprocess.Popen(
            command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True
        )
        self._said: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_it_listens(self, port: int) -> None:
        """Listen to what it says until it takes connections; fail if it ends or takes too long."""
        said = []
        for _ in range(round(START_SECONDS / LISTEN_SECONDS)):
            try:
                socket.create_connection((LOOPBACK, port), timeout=LISTEN_SECONDS).close()
                return
            except OSError:
                with suppress(queue.Empty):
                    line = self._said.get(timeout=LISTEN_SECONDS)
                    assert line is not None, "the server ended:\n" + "".join(said)
                    said.append(line)
        raise AssertionError("the server does not listen:\n" + "".join(said))

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)
        self._reader.join(timeout=20)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said.put(line)
        self._said.put(None)


class Place:
    """Starts servers on free ports and stops them."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self._folder, self._data_dir = folder, data_dir
        self._servers: list[Server] = []

    def notebook(self, *, lang: str, goal: str) -> Path:
        served = self._folder / "served"
        served.mkdir()
        given = {"lang": lang, "goal": goal, "data_dir": str(self._data_dir)}
        return prepare_notebook(given, folder=served)

    def voila(self, notebook: Path) -> str:
        port = free_port()
        command = server_command(notebook, port=port)
        self._start(command, port)
        return f"http://{LOOPBACK}:{port}/"

    def lab(self, notebook: Path) -> str:
        port = free_port()
        options = {
            "ServerApp.ip": LOOPBACK,
            "ServerApp.port": port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": notebook.parent,
            "ServerApp.allow_root": True,
            "ServerApp.open_browser": False,
            "IdentityProvider.token": "",
            "LabApp.news_url": None,
            "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        self._start([sys.executable, "-m", "jupyterlab", *flags], port)
        return f"http://{LOOPBACK}:{port}/lab/tree/{notebook.name}"

    def stop(self) -> None:
        for server in self._servers:
            server.stop()

    def _start(self, command: list[str], port: int) -> None:
        server = Server(command, self._folder)
        self._servers.append(server)
        server.wait_until_it_listens(port)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((LOOPBACK, 0))
        return int(asked.getsockname()[1])
