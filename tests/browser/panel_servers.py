"""`bcforecast explore`, Voila and JupyterLab on free ports of this machine."""

import os
import queue
import re
import shlex
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import expect

from bcforecast import config
from bcforecast.reporting import execution
from bcforecast.reporting.panel_page import LOOPBACK

ROOT = Path(__file__).parents[2]
START_SECONDS, LISTEN_SECONDS = 180, 0.2
SHOWN_MS, ANSWERED_MS = 90_000, 20_000


class Server:
    """A server process and what it says; `stop` leaves nothing of it behind."""

    def __init__(self, command, folder):
        home = folder / "home"
        home.mkdir()
        environment = os.environ | {
            "BCFORECAST_LANG": "en",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PYTHONUNBUFFERED": "1",
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        }
        self._process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines = queue.Queue()
        self._said = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

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
                socket.create_connection((LOOPBACK, port), timeout=LISTEN_SECONDS).close()
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
        self._process.stdout.close()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)


class Place:
    """Starts servers on free ports and stops them."""

    def __init__(self, folder, data_dir):
        self._folder, self._data_dir = folder, data_dir
        self._servers = []

    def explore(self, *, lang, goal, plan="beichen-2020-2022", as_of="2021-12-31"):
        """Run `bcforecast explore`; return the address that it prints."""
        asked = ["--plan", plan, "--as-of", as_of, "--lang", lang, "--goal", goal]
        here = ["--data", str(self._data_dir), "--port", str(free_port())]
        server = self._start([sys.executable, "-m", "bcforecast", "explore", *asked, *here])
        return re.search(r"http://\S+", server.wait_until_it_says(f"http://{LOOPBACK}"))[0]

    def notebook(self, name="04_scenarios", **given):
        served = self._folder / "served"
        served.mkdir()
        given |= {"data_dir": str(self._data_dir)}
        made = execution.prepared(config.NOTEBOOKS_DIR / f"{name}.ipynb", given)
        made.metadata.pop("papermill", None)
        execution.write_notebook(made, served / f"{name}.ipynb")
        return served / f"{name}.ipynb"

    def voila(self, notebook):
        """Serve a notebook as a page."""
        port = free_port()
        options = [f"--port={port}", "--no-browser", "--Voila.ip=" + LOOPBACK]
        # nbdime, where it is installed, is at odds with Voila's own JupyterLab.
        options += ["--VoilaConfiguration.extension_denylist=nbdime-jupyterlab"]
        self._start([sys.executable, "-m", "voila", str(notebook), *options]).wait_until_it_listens(
            port
        )
        return f"http://{LOOPBACK}:{port}/"

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
        address = server.wait_until_it_says(f"http://{LOOPBACK}:{port}/lab?token=").split()[-1]
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
        asked.bind((LOOPBACK, 0))
        return int(asked.getsockname()[1])


def run_all(page):
    """Run a notebook in JupyterLab once its kernel is there."""
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=SHOWN_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
