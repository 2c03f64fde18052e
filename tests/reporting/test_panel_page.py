"""The panel as a page: served for this machine only, or without a running kernel."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_notebook

import bcforecast as bc
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting import panel_page
from bcforecast.scenarios.scenario import load_scenarios

PLAN = bc.load_plan("beichen-2020-2022")


def test_the_prepared_notebook_has_the_parameters_and_no_outputs(tmp_path):
    path = panel_page.prepare_notebook({"lang": "en", "goal": "rd_intensity"}, folder=tmp_path)
    notebook = nbformat.read(path, as_version=4)
    injected = next(c for c in notebook.cells if "injected-parameters" in c.metadata.tags)
    assert 'goal = "rd_intensity"' in injected.source
    assert 'lang = "en"' in injected.source
    assert all(not c.get("outputs") for c in notebook.cells)


@pytest.mark.parametrize("parameters", [{"language": "en"}, {"seed": "many"}])
def test_a_parameter_that_is_not_declared_or_of_another_type_is_refused(tmp_path, parameters):
    with pytest.raises(ReportError, match=r"04_scenarios\.ipynb"):
        panel_page.prepare_notebook(parameters, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_server_listens_on_loopback_and_asks_for_no_browser(tmp_path, monkeypatch):
    command = panel_page.server_command(tmp_path / "a.ipynb", port=8866, settings=tmp_path)
    assert "--Voila.ip=127.0.0.1" in command
    assert "--no-browser" in command
    monkeypatch.setattr(panel_page, "find_spec", lambda _: None)
    with pytest.raises(BcforecastError, match="make setup"):
        panel_page.server_command(tmp_path / "a.ipynb", port=8866, settings=tmp_path)


def test_settings_can_be_read_by_their_owner_only_and_our_template_is_found_first(tmp_path):
    folder = tmp_path / "settings"
    token = panel_page.write_settings(folder)
    address = panel_page.panel_address(8866, token)
    assert address in panel_page.opening_page(address, folder=folder).read_text("utf-8")
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    assert panel_page.write_settings(tmp_path / "another start") != token
    paths = panel_page.server_environment({"JUPYTER_PATH": "/elsewhere"})["JUPYTER_PATH"].split(":")
    assert paths[-1] == "/elsewhere"
    assert (panel_page.JUPYTER_PATH / "voila/templates/panel/index.html.j2").is_file()
    assert paths[0] == str(panel_page.JUPYTER_PATH)


def test_commands_are_known_without_voila_jupyterlab_widgets_or_records():
    slow = ("voila", "jupyterlab", "ipywidgets", "papermill", "pydantic")
    code = f"import bcforecast.cli.app, sys; sys.exit(any(m in sys.modules for m in {slow!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_kernel_the_page_has_every_scenario_and_asks_for_no_other_file(lang, tmp_path):
    path = tmp_path / "scenarios.html"
    given = {"plan": PLAN.id, "as_of": "2021-12-31", "lang": lang}
    panel_page.write_scenario_page(given, path, plan=PLAN, lang=lang)
    page, scenarios = path.read_text(encoding="utf-8"), load_scenarios(plan=PLAN)
    headings = re.findall(r"<h3[^>]*>(.*?)</h3>", page)
    assert headings[1:] == [one.name(lang) for one in scenarios][1:]
    assert len(headings) == page.count("<img ") == len(scenarios)
    for scenario in scenarios[1:]:
        assert scenario.reason.render(lang)[:20] in page
    assert "make explore" in page
    assert not re.search(r"(src|href)=[\"']?https?:|widget-view|<script", page)


def test_a_page_that_cannot_be_written_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(panel_page.execution, "run_notebook", lambda *_: new_notebook())
    given = {"as_of": "2021-12-31"}
    with pytest.raises(ReportError, match=r"missing.page\.html"):
        panel_page.write_scenario_page(
            given, tmp_path / "missing" / "page.html", plan=PLAN, lang="en"
        )
