"""A real browser on real servers, all on this machine: Debian's Chromium, Voila and JupyterLab."""

import re
import shutil
from pathlib import Path

import pytest

from bcforecast.config import DATA_DIR

from .panel_servers import ANSWERED_MS, SHOWN_MS, Place


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
