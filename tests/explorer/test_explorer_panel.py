"""The widget of the panel, driven without a browser."""

import pytest

from bcforecast.explorer.panel import ScenarioPanel
from bcforecast.explorer.session import SCRIPT, panel_content

GOAL, LEVER = "hightech_enterprises", "new_certifications"


@pytest.fixture
def panel(session):
    return ScenarioPanel(session.outlook, lang="en", goal=GOAL)


def test_the_widget_carries_the_script_and_what_it_answers_from(panel):
    meta, paths = panel_content(panel.session, lang="en", goal=GOAL)
    assert (panel.meta, panel.paths) == (meta, paths)
    assert str(panel._esm) == SCRIPT.read_text(encoding="utf-8")


def test_what_stands_on_the_panel_is_a_scenario_for_the_cells_below(panel):
    assert panel.current().id == "baseline"
    panel.state = {"a": {"base": "stretch", "sizes": {LEVER: 10.0}, "unsure": 0.5}}
    there = panel.current()
    assert panel.session.size(there, LEVER) == pytest.approx(10.0)
    assert there.moves[-1].sd == pytest.approx(12.5)  # half of the 25 that are taken back


def test_the_kernel_saves_what_the_page_asks_for(panel, monkeypatch):
    told = []
    monkeypatch.setattr(panel, "send", told.append)
    wanted = {"title": "Saved by kernel", "lang": "en", "base": "baseline", "sizes": {LEVER: 5.0}}
    panel._asked(panel, {"asked": wanted}, [])
    panel._asked(panel, {}, [])
    assert told[0]["id"] == "saved-by-kernel"
    assert "id" not in told[1]


def test_without_a_kernel_a_sentence_stands_where_the_panel_was(panel):
    bundle, _ = panel._repr_mimebundle_()
    assert "make explore" in bundle["text/plain"]
    assert bundle["text/plain"] in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
