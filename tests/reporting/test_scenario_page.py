"""Without a running kernel the scenario notebook is a page with every scenario on it."""

import re

import pytest

import bcforecast as bc
from bcforecast.errors import ReportError
from bcforecast.reporting.panel_page import write_scenario_page
from bcforecast.scenarios.scenario import load_scenarios

PLAN = bc.load_plan("beichen-2020-2022")


@pytest.fixture(scope="module", params=["zh", "en"])
def written(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "scenarios.html"
    given = {"plan": PLAN.id, "as_of": "2021-12-31", "lang": request.param}
    write_scenario_page(given, path, plan=PLAN, lang=request.param)
    return request.param, path.read_text(encoding="utf-8")


def test_the_page_has_every_scenario_with_its_reason_and_a_picture(written):
    lang, page = written
    scenarios = load_scenarios(plan=PLAN)
    headings = re.findall(r"<h3[^>]*>(.*?)</h3>", page)
    assert headings[1:] == [one.name(lang) for one in scenarios][1:]
    assert len(headings) == page.count("<img ") == len(scenarios)
    for scenario in scenarios[1:]:
        assert scenario.reason.in_(lang)[:20] in page


def test_the_page_says_where_the_panel_is_and_asks_for_no_other_file(written):
    _, page = written
    assert "make explore" in page
    assert "widget-view" not in page
    assert not re.search(r"(src|href)=[\"']?https?:", page)
    assert "<script" not in page


def test_a_page_that_cannot_be_written_is_said_in_a_sentence(tmp_path, monkeypatch):
    from nbformat.v4 import new_notebook

    monkeypatch.setattr("bcforecast.reporting.execution.run_notebook", lambda *_: new_notebook())
    given = {"as_of": "2021-12-31"}
    with pytest.raises(ReportError, match=r"missing.page\.html"):
        write_scenario_page(given, tmp_path / "missing" / "page.html", plan=PLAN, lang="en")
