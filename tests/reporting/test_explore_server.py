"""The panel as a page: parameters go in checked, and the server is for this machine only."""

import subprocess
import sys

import nbformat
import pytest

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting import panel_page as explore_server
from bcforecast.reporting.panel_page import (
    opening_page,
    panel_address,
    prepare_notebook,
    server_command,
    server_environment,
    write_settings,
)


def test_the_prepared_notebook_has_the_parameters_and_no_outputs(tmp_path):
    path = prepare_notebook({"lang": "en", "goal": "rd_intensity"}, folder=tmp_path)
    notebook = nbformat.read(path, as_version=4)
    injected = next(c for c in notebook.cells if "injected-parameters" in c.metadata.tags)
    assert 'goal = "rd_intensity"' in injected.source
    assert 'lang = "en"' in injected.source
    assert all(not c.get("outputs") for c in notebook.cells)


@pytest.mark.parametrize("parameters", [{"language": "en"}, {"seed": "many"}])
def test_a_parameter_that_is_not_declared_or_of_another_type_is_refused(tmp_path, parameters):
    with pytest.raises(ReportError, match=r"04_scenarios\.ipynb"):
        prepare_notebook(parameters, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_server_listens_on_loopback_and_asks_for_no_browser(tmp_path):
    command = server_command(tmp_path / "a.ipynb", port=8866, settings=tmp_path)
    assert "--Voila.ip=127.0.0.1" in command
    assert "--no-browser" in command


def test_settings_and_opening_page_can_be_read_by_their_owner_only(tmp_path):
    folder = tmp_path / "settings"
    address = panel_address(8866, write_settings(folder))
    page = opening_page(address, folder=folder)
    assert address in page.read_text("utf-8")
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())


def test_every_start_has_a_token_of_its_own(tmp_path):
    assert write_settings(tmp_path / "one") != write_settings(tmp_path / "two")


def test_our_page_template_is_found_before_all_others():
    paths = server_environment({"JUPYTER_PATH": "/elsewhere"})["JUPYTER_PATH"].split(":")
    assert paths[-1] == "/elsewhere"
    assert (explore_server.JUPYTER_PATH / "voila/templates/panel/index.html.j2").is_file()
    assert paths[0] == str(explore_server.JUPYTER_PATH)


def test_without_voila_a_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(explore_server, "find_spec", lambda _: None)
    with pytest.raises(BcforecastError, match="make setup"):
        server_command(tmp_path / "a.ipynb", port=8866, settings=tmp_path)


def test_the_package_is_imported_without_voila_jupyterlab_or_widgets():
    slow = ("voila", "jupyterlab", "ipywidgets", "papermill")
    code = f"import bcforecast.cli.app, sys; sys.exit(any(m in sys.modules for m in {slow!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
