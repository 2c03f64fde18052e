"""Nobody sees a panel or JupyterLab without its token, on the real servers; no browser needed."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import psutil
import pytest

from bcforecast.reporting.panel_page import LOOPBACK

from .panel_servers import free_port

SECONDS = 180
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Opens addresses of this machine, whatever proxy the environment names; keeps no cookies."""


def answer(address):
    """Status, the page's address after redirections, and its text."""
    try:
        with LOCAL.open(address, timeout=SECONDS) as page:
            return page.status, page.url, page.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.url, refusal.read().decode()


def server_of(address):
    return f"http://{urlsplit(address).netloc}"


STARTER = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])"]


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("killed", [False, True])
def test_the_command_gives_a_token_that_no_command_line_shows(killed, tmp_path):
    """Run `bcforecast explore` until it shows the panel; it ends by itself, or with its starter."""
    explore = f"explore --plan beichen-2020-2022 --as-of 2021-12-31 --port {free_port()} --lang en"
    command = [*STARTER, sys.executable, "-m", "bcforecast", *explore.split()]
    own = {"TMPDIR": str(tmp_path), "BCFORECAST_LANG": "en", "PYTHONUNBUFFERED": "1"}
    environment = {**os.environ, **own}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().split()[-1]
            token = address.partition("token=")[2]
            assert len(token) >= 32
            assert answer(address)[:2] == (200, address)
            (served,) = psutil.Process(process.pid).children()
            # One process: nothing that could outlive it, and nothing that a closed page leaves.
            assert served.children(recursive=True) == []
            assert not any(token in word for word in served.cmdline())
        finally:
            (process.kill if killed else served.terminate)()
            served.wait(timeout=SECONDS)
    assert list(tmp_path.iterdir()) == []


def test_jupyterlab_as_made_by_make_wants_a_token_and_asks_about_no_news(place, tmp_path):
    address = place.lab(place.notebook(lang="en", goal=""))
    token, server = address.partition("token=")[2], server_of(address)
    assert urlsplit(server).hostname == LOOPBACK
    assert len(token) >= 32
    assert answer(address)[0] == 200
    assert urlsplit(answer(f"{server}/lab")[1]).path == "/login"
    assert answer(f"{server}/api/contents")[0] == 403
    setting = "/lab/api/settings/@jupyterlab/apputils-extension:notification"
    status, _, said = answer(f"{server}{setting}?token={token}")
    assert status == 200
    properties = json.loads(said)["schema"]["properties"]
    assert properties["fetchNews"]["default"] == "false"
    assert properties["checkForUpdates"]["default"] is False
