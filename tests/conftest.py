"""What all tests share: a Hypothesis profile that no slow machine fails, a cluster, a browser."""

import os
import shutil
import socket
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("BCFORECAST_BROWSER") == "required"
NO_CHROMIUM = "no Chromium here: install it (Debian: apt-get install chromium), `make test-browser`"
OFF = ("gpu", "quic", "background-networking", "component-update", "default-apps", "sync")
QUIET = ("--no-sandbox", "--no-first-run", *(f"--disable-{one}" for one in OFF))

settings.register_profile(
    "bcforecast",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("bcforecast")


@pytest.fixture(scope="session")
def loopback():
    """The machine's own network: skips what talks to a server where even that is cut."""
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", 0))
            server.listen()
            socket.create_connection(server.getsockname(), timeout=5).close()
        except OSError as error:
            pytest.skip(f"127.0.0.1 cannot be reached on this machine ({error.strerror})")


@pytest.fixture(scope="module")
def cluster(loopback, tmp_path_factory):
    """Address of a scheduler and its two workers, each a process of its own on the loopback."""
    distributed = pytest.importorskip("distributed")
    tmp_path = tmp_path_factory.mktemp("cluster")
    file = tmp_path / "scheduler.json"
    quiet = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    quiet["env"] = os.environ | {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    dask, local = [sys.executable, "-m", "dask"], ["--host", "127.0.0.1"]
    asked = ["scheduler", *local, "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    served = [subprocess.Popen([*dask, *asked], cwd=tmp_path, **quiet)]
    asked = ["worker", *local, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    asked += ["--scheduler-file", str(file), "--local-directory", str(tmp_path)]
    served += [subprocess.Popen([*dask, *asked], cwd=tmp_path, **quiet) for _ in range(2)]
    try:
        with distributed.Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=180)
            yield client.scheduler.address, [one.pid for one in served[1:]]
    finally:
        for one in served:
            one.kill()
            one.wait()


@pytest.fixture(scope="session")
def browser(loopback):
    """Debian's Chromium, one for all tests of a process: a second beside it is refused."""
    if CHROMIUM is None:
        (pytest.fail if REQUIRED else pytest.skip)(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def run(monkeypatch, capsys):
    """Exit status, standard output and standard error of `bcforecast` with the given arguments."""
    from bcforecast.cli import main

    monkeypatch.setenv("BCFORECAST_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["bcforecast", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as leave:
            status = int(leave.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture
def shown(run):
    """What a command that ends well prints."""

    def command(*arguments):
        status, out, err = run(*arguments)
        assert status == 0, err
        return out

    return command


@pytest.fixture
def refused(run):
    """What a command says that takes a wrong input: one sentence, with status 2."""

    def command(*arguments):
        status, out, err = run(*arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("bcforecast: ")
        return err

    return command


def pytest_terminal_summary(terminalreporter):
    """Say loudly that the panel was not tried in a browser."""
    if CHROMIUM is None:
        terminalreporter.write_sep("!", "THE BROWSER TEST DID NOT RUN", yellow=True, bold=True)
        terminalreporter.write_line(NO_CHROMIUM, yellow=True)
