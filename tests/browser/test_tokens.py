"""Nobody sees a panel or JupyterLab without its token, on the real servers; no browser needed."""

import json
import os
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from bcforecast.reporting.panel_page import LOOPBACK, write_settings

from .panel_servers import free_port, lab_command

SECONDS = 60
SHOWN = "window.voila_finish()"
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


def test_the_panel_is_shown_with_its_token_and_all_is_closed_without(place, tmp_path):
    settings = {"Voila": {"token": ""}, "IdentityProvider": {"token": ""}}
    (tmp_path / "voila.json").write_text(json.dumps(settings), encoding="utf-8")
    address = place.voila(place.notebook(lang="en", goal=""))
    status, url, page = answer(address)
    assert (status, url, SHOWN in page) == (200, address, True)
    server = server_of(address)
    for wrong in ("", "/", "/?token=", "/?token=0123456789abcdef"):
        _, url, page = answer(server + wrong)
        assert (urlsplit(url).path, SHOWN in page) == ("/login", False), wrong
    kernel = "/api/kernels/00000000-0000-0000-0000-000000000000"
    assert answer(server + kernel)[0] == answer(server + kernel + "/channels")[0] == 403
    for path in ("/voila/files/04_scenarios.ipynb", "/voila/files/../settings/voila.json"):
        assert answer(server + path)[0] in (403, 404), path


def test_every_token_is_a_fresh_one(tmp_path):
    tokens = {write_settings(tmp_path / name) for name in ("one", "two")}
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)


@pytest.mark.usefixtures("loopback")
def test_the_command_gives_a_token_that_no_command_line_shows(tmp_path):
    """Run `bcforecast explore` until it shows the panel."""
    explore = f"explore --plan beichen-2020-2022 --as-of 2021-12-31 --port {free_port()} --lang en"
    command = [sys.executable, "-m", "bcforecast", *explore.split(), "--open"]
    own = {"TMPDIR": str(tmp_path), "BCFORECAST_LANG": "en", "PYTHONUNBUFFERED": "1"}
    environment = {**os.environ, **own, "BROWSER": "echo %s"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().split()[-1]
            token = address.partition("token=")[2]
            shown = process.stdout.readline().strip()
            page = Path(urlsplit(shown).path)
            assert len(token) >= 32
            assert token not in shown
            assert address in page.read_text(encoding="utf-8")
            for private, mode in ((page, 0o600), (page.parent, 0o700), (page.parent.parent, 0o700)):
                assert stat.S_IMODE(private.stat().st_mode) == mode
            assert answer(address)[:2] == (200, address)
            family = [top := psutil.Process(process.pid), *top.children(recursive=True)]
            assert len(family) > 1
            assert not any(token in word for member in family for word in member.cmdline())
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)
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


def test_make_lab_listens_on_loopback_and_leaves_the_token_as_it_is():
    options = lab_command()[2:]
    assert f"--ip={LOOPBACK}" in options
    assert not any("token" in option or "password" in option for option in options)
