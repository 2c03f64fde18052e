"""A real browser on real servers, all on this machine: Debian's Chromium, Voila and JupyterLab."""

import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bcforecast.config import DATA_DIR

from .panel_servers import ANSWERED_MS, SHOWN_MS, Place

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


@pytest.fixture
def opened(browser):
    """Opens pages; a `strict` one may not write to the console, and none reaches another host."""
    pages, said = [], []

    def open_page(address, *, width=1280, height=1000, strict=True, **more):
        page = browser.new_page(viewport={"width": width, "height": height}, **more)
        pages.append(page)
        page.set_default_timeout(ANSWERED_MS)
        page.route(
            re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1)"),
            lambda route: (strict and said.append(route.request.url), route.abort()),
        )
        if strict:
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address, timeout=SHOWN_MS)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []
