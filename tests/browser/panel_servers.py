"""Voila and JupyterLab on free ports of this machine, with a notebook to serve."""

import os
import queue
import shlex
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from bcforecast.reporting import panel_page

ROOT = Path(__file__).parents[2]
START_SECONDS, LISTEN_SECONDS = 60, 0.2


class Server:
    """A server process and what it says; `stop` leaves nothing of it behind."""

    def __init__(self, command, folder):
        home = folder / "home"
        home.mkdir()
        environment = panel_page.server_environment(os.environ) | {
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        }
        self._process = subprocess.Popen(
            command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True
        )
        self._lines = queue.Queue()
        self._said = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def command_line(self):
        """What every user of the machine sees of it."""
        return Path(f"/proc/{self._process.pid}/cmdline").read_bytes()

    def next_line(self, seconds):
        """Wait for the next line that it says; fail if it ends."""
        line = self._lines.get(timeout=seconds)
        assert line is not None, "the server ended:\n" + "".join(self._said)
        self._said.append(line)
        return line

    def wait_until_it_says(self, what):
        """Return the first line with `what` in it; fail if it says nothing for long."""
        while what not in (line := self.next_line(START_SECONDS)):
            pass
        return line

    def wait_until_it_listens(self, port):
        """Listen to what it says until it takes connections; fail if it takes too long."""
        for _ in range(round(START_SECONDS / LISTEN_SECONDS)):
            try:
                socket.create_connection(
                    (panel_page.LOOPBACK, port), timeout=LISTEN_SECONDS
                ).close()
                return
            except OSError:
                with suppress(queue.Empty):
                    self.next_line(LISTEN_SECONDS)
        raise AssertionError("the server does not listen:\n" + "".join(self._said))

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)
        self._reader.join(timeout=20)
        self._process.stderr.close()

    def _read(self):
        for line in self._process.stderr:
            self._lines.put(line)
        self._lines.put(None)


class Place:
    """Starts servers on free ports and stops them."""

    def __init__(self, folder, data_dir):
        self._folder, self._data_dir = folder, data_dir
        self._servers = []

    def notebook(self, *, lang, goal):
        served = self._folder / "served"
        served.mkdir()
        given = {"lang": lang, "goal": goal, "data_dir": str(self._data_dir)}
        return panel_page.prepare_notebook(given, folder=served)

    def voila(self, notebook):
        """Serve a notebook as `bcforecast explore` does; return the address with the token."""
        port, settings = free_port(), self._folder / "settings"
        token = panel_page.write_settings(settings)
        server = self._start(panel_page.server_command(notebook, port=port, settings=settings))
        server.wait_until_it_listens(port)
        assert token.encode() not in server.command_line
        return panel_page.panel_address(port, token)

    def lab(self, notebook):
        """Serve a folder as `make lab` does; return the address with the token that it prints."""
        port = free_port()
        here = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
        folder = f"--notebook-dir={notebook.parent}"
        asked = [x for x in lab_command() if not x.startswith("--LabApp.default_url=")]
        command = [folder if x == "--notebook-dir=." else x for x in asked]
        assert folder in command
        assert len(asked) < len(lab_command()), "it opens on a notebook"
        server = self._start([*command, *here])
        address = server.wait_until_it_says(
            f"http://{panel_page.LOOPBACK}:{port}/lab?token="
        ).split()[-1]
        server.wait_until_it_listens(port)
        return address.replace("/lab?", f"/lab/tree/{notebook.name}?")

    def stop(self):
        for server in self._servers:
            server.stop()

    def _start(self, command):
        server = Server(command, self._folder)
        self._servers.append(server)
        return server


def lab_command():
    """The command by which `make lab` starts JupyterLab."""
    asked = ["make", "--dry-run", "--always-make", "--no-print-directory", "lab"]
    said = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (line,) = (x for x in said.replace("\\\n", " ").splitlines() if "/jupyter lab " in x)
    return [str(ROOT / x) if x.startswith(".venv/") else x for x in shlex.split(line)]


def free_port():
    with socket.socket() as asked:
        asked.bind((panel_page.LOOPBACK, 0))
        return int(asked.getsockname()[1])
