"""The widget of the panel, driven without a browser."""

import pytest

from bcforecast.explorer.panel import ScenarioPanel

GOAL, LEVER = "hightech_enterprises", "new_certifications"


@pytest.fixture
def panel(session):
    return ScenarioPanel(session.outlook, lang="en", goal=GOAL)


def test_what_stands_on_the_panel_is_a_scenario_for_the_cells_below(panel):
    assert panel.current().id == "baseline"
    panel.state = {"a": {"base": "stretch", "sizes": {LEVER: 10.0}, "unsure": 0.5}}
    there = panel.current()
    assert there.total(LEVER, panel.session.year) == pytest.approx(10.0)
    assert there.moves[-1].sd == pytest.approx(12.5)  # half of the 25 that are taken back


def test_without_a_kernel_a_sentence_stands_where_the_panel_was(panel):
    bundle, _ = panel._repr_mimebundle_()
    assert "make explore" in bundle["text/plain"]
    assert bundle["text/plain"] in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
