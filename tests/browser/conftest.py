"""A real browser on real servers, all on this machine: Debian's Chromium, Voila and JupyterLab."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bcforecast.config import DATA_DIR

from .panel_servers import Place

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("BCFORECAST_BROWSER") == "required"
NO_CHROMIUM = "no Chromium here: install it (Debian: apt-get install chromium), `make test-browser`"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


def pytest_terminal_summary(terminalreporter):
    """Say loudly that the panel was not tried in a browser."""
    if CHROMIUM is None:
        terminalreporter.write_sep("!", "THE BROWSER TEST DID NOT RUN", yellow=True, bold=True)
        terminalreporter.write_line(NO_CHROMIUM, yellow=True)


@pytest.fixture(scope="session")
def browser(loopback):
    if CHROMIUM is None:
        (pytest.fail if REQUIRED else pytest.skip)(NO_CHROMIUM)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def data_dir(tmp_path):
    """A copy of the data folder, so that nothing is saved into the shipped one."""
    return Path(shutil.copytree(DATA_DIR, tmp_path / "data"))


@pytest.fixture
def place(loopback, tmp_path, data_dir):
    opened = Place(tmp_path, data_dir)
    yield opened
    opened.stop()
