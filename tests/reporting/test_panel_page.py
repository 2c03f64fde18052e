"""The panel as a page: by itself, or served for this machine only."""

import json
import re
import socket
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

import bcforecast as bc
from bcforecast.errors import ReportError, ScenarioError
from bcforecast.plan.fields import changed
from bcforecast.reporting import panel_page
from bcforecast.reporting.panel_page import PanelPage, show_panel, write_panel_page
from bcforecast.reporting.results import compare_scenarios

LEVER = "new_certifications"


@pytest.fixture(scope="module")
def page(outlook):
    return PanelPage(outlook, lang="en")


def test_a_page_holds_all_that_it_needs_and_asks_for_no_other_file(page, tmp_path):
    write_panel_page(page, tmp_path / "panel.html")
    written = (tmp_path / "panel.html").read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["panel.html"]
    assert not re.search(r"(src|href)=[\"']?(https?:|/|\w+\.)", written)
    told = json.loads(re.search(r'id="meta">(.*?)</script>', written)[1])
    assert {one["id"] for one in told["scenarios"]} > {"baseline", "stretch"}
    assert set(told["words"]) == {"zh", "en"}
    assert written.index(panel_page.MARK) < 1000
    write_panel_page(page, tmp_path / "panel.html")
    assert (tmp_path / "panel.html").read_text(encoding="utf-8") == written


def test_a_report_is_handed_the_panel_of_the_study_of_its_plan(outlook):
    comparison, told = compare_scenarios(outlook), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda shown, raw: told.extend(shown.values()))
        for plan in ("tianjin-2020-2022", outlook.plan.id):
            show_panel(["other", comparison], plan=plan, lang="en")
    assert told == [PanelPage(outlook, lang="en", drafts=False).html()]


def test_nothing_but_a_page_of_ours_is_overwritten(page, tmp_path):
    other = tmp_path / "sources.csv"
    other.write_text("kept", encoding="utf-8")
    for place in (other, tmp_path):
        with pytest.raises(ReportError, match="was not made by this command"):
            write_panel_page(page, place)
    with pytest.raises(ReportError, match="cannot be written"):
        write_panel_page(page, tmp_path / "missing" / "page.html")
    assert other.read_text(encoding="utf-8") == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["sources.csv"]


def test_words_of_a_plan_cannot_end_the_script_that_they_stand_in(outlook):
    title = bc.load_plan("beichen-2020-2022").title.untranslated("</script><b>plan</b>")
    plan = changed(outlook.plan, title=title)
    data = bc.load_observations(as_of="2021-12-31")
    written = PanelPage(bc.project(plan, data), lang="zh").html()
    assert "</script><b>" not in written
    assert written.count("</script>") == 3


def test_a_plan_of_which_nothing_can_be_said_has_no_panel():
    plan = bc.load_plan("beichen-2020-2022")
    kept = [goal for goal in plan.goals if goal.id == "innovation_platforms"]
    bare = changed(plan, goals=tuple(kept))
    outlook = bc.project(bare, bc.load_observations(as_of="2021-12-31"))
    with pytest.raises(ScenarioError, match="beichen"):
        PanelPage(outlook, lang="en")


@contextmanager
def answering(page):
    with panel_page.served(page, port=0) as (server, address):
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()


def ask(address, content=None, **headers):
    """Status and text; nothing is asked of any proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(address, data=content, headers=headers)
    try:
        with opener.open(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def test_the_server_shows_the_page_with_its_token_and_nothing_without(page, loopback, capfd):
    with answering(page) as address:
        assert urlsplit(address).hostname == panel_page.LOOPBACK
        token, server = address.partition("token=")[2], address.partition("/?")[0]
        assert len(token) >= 32
        assert ask(address) == (200, page.html(saves=True))
        for wrong in ("/", "/?token=", f"/?token={token[:-1]}", f"/?token={token}x", "/save"):
            assert ask(server + wrong)[0] == 403, wrong
        assert ask(server + f"/etc/passwd?token={token}")[0] == 404
        # A browser that goes away before it has read anything.
        with socket.create_connection(urlsplit(address).netloc.split(":")) as gone:
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.sendall(f"GET /?token={token} HTTP/1.1\r\nHost: localhost:1\r\n\r\n".encode())
        # A page elsewhere whose name was made to lead here.
        assert ask(address, Host="evil.example:80")[0] == 403
        assert token not in ask(server + "/")[1]
    assert capfd.readouterr().err == ""


def test_the_server_saves_a_draft_and_refuses_what_is_none(tmp_path, loopback):
    import shutil

    from bcforecast.config import DATA_DIR

    folder = shutil.copytree(DATA_DIR, tmp_path / "data")
    plan = bc.load_plan("beichen-2020-2022", data_dir=folder)
    page = PanelPage(bc.project(plan, bc.load_observations(folder, as_of="2021-12-31")), lang="zh")
    with answering(page) as address:
        save = address.replace("/?", "/save?")
        wanted = {"title": "多认定", "lang": "zh", "base": "baseline", "sizes": {LEVER: 20}}
        status, told = ask(save, json.dumps(wanted).encode())
        saved = json.loads(told)["id"]
        assert (status, (folder / "scenarios" / f"{saved}.yaml").is_file()) == (200, True)
        assert saved in ask(address)[1]
        kept = sorted((folder / "scenarios").iterdir())
        for content in (b"", b"[]", b"{", b"[" * 90_000, json.dumps(wanted).encode()):
            status, told = ask(save, content)
            assert (status, list(json.loads(told))) == (200, ["said"])
        assert ask(save, b" " * 100_001)[0] == 413
        assert ask(save, b" ", **{"Content-Length": "9" * 5000})[0] == 413
        assert ask(save.partition("?")[0], json.dumps(wanted).encode())[0] == 403
        assert sorted((folder / "scenarios").iterdir()) == kept


def test_a_port_in_use_is_said_in_a_sentence(page, loopback):
    with panel_page.served(page, port=0) as (server, _):
        port = server.server_port
        with pytest.raises(ReportError, match=str(port)), panel_page.served(page, port=port):
            pass


def test_commands_are_known_without_widgets_notebooks_or_records():
    slow = ("anywidget", "ipywidgets", "jupyterlab", "papermill", "pydantic")
    code = f"import bcforecast.cli.app, sys; sys.exit(any(m in sys.modules for m in {slow!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
